//! The paths of the blueprint and of formwork's own state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use formwork_blueprint::codes::NO_BLUEPRINT;
use formwork_template::diagnostics::{FileId, Sources};

use crate::command_error::CommandError;

/// The name of a blueprint's file.
const BLUEPRINT_FILE: &str = "blueprint.toml";

/// Returns the path of the blueprint: the given folder or file, or the nearest one upward from `here`.
pub fn blueprint(path: Option<&Path>, here: &Path) -> Result<PathBuf, CommandError> {
    match path {
        Some(path) => explicit_blueprint(path),
        None => search_upward(here),
    }
}

fn explicit_blueprint(path: &Path) -> Result<PathBuf, CommandError> {
    if path.is_dir() && !path.join(BLUEPRINT_FILE).exists() {
        return Err(CommandError::usage(
            NO_BLUEPRINT,
            format!("no `{BLUEPRINT_FILE}` in folder `{}`", path.display()),
            nearby_help(path),
        ));
    }
    if !path.exists() {
        return Err(CommandError::usage(
            NO_BLUEPRINT,
            format!("`{}` does not exist", path.display()),
            format!("give a folder with a `{BLUEPRINT_FILE}`, or the file itself"),
        ));
    }
    Ok(path.to_owned())
}

fn search_upward(here: &Path) -> Result<PathBuf, CommandError> {
    for folder in here.ancestors() {
        if folder.join(BLUEPRINT_FILE).is_file() {
            return Ok(folder.to_owned());
        }
        if is_repository(folder) {
            break;
        }
    }
    Err(CommandError::usage(
        NO_BLUEPRINT,
        format!("no `{BLUEPRINT_FILE}` in this folder or its parents, up to the repository's root"),
        nearby_help(here),
    ))
}

/// Returns the help for a folder without a blueprint; it names blueprints nearby.
fn nearby_help(folder: &Path) -> String {
    let mut near: Vec<String> = [folder.to_owned(), folder.join("blueprints")]
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.join(BLUEPRINT_FILE).is_file())
        .map(|path| format!("`{}`", path.strip_prefix(folder).unwrap_or(&path).display()))
        .collect();
    near.sort();
    near.truncate(5);
    match near.as_slice() {
        [] => "give the folder of a blueprint, or create one with `formwork init`".to_owned(),
        near => format!(
            "give the folder of a blueprint; nearby: {}",
            near.join(", ")
        ),
    }
}

/// Returns the canonical folder of the blueprint.
pub fn blueprint_folder(path: Option<&Path>, here: &Path) -> Result<PathBuf, CommandError> {
    let path = here.join(blueprint(path, here)?);
    let folder = match path.is_dir() {
        true => path.as_path(),
        false => path.parent().unwrap_or(here),
    };
    folder.canonicalize().map_err(|error| {
        CommandError::usage(
            NO_BLUEPRINT,
            format!("cannot open `{}`: {error}", folder.display()),
            "give a readable folder",
        )
    })
}

/// Returns the paths of the sources in `folder` that are files, relative to the repository's root (or to the folder)
/// and with `/`.
pub fn repository_paths(folder: &Path, sources: &Sources) -> BTreeMap<FileId, String> {
    let root = folder.ancestors().find(|above| is_repository(above));
    let root = root.unwrap_or(folder);
    let named = |path: &Path| {
        let real = folder.join(path).canonicalize().ok()?;
        if !real.is_file() {
            return None;
        }
        let names = real.strip_prefix(root).ok()?.iter();
        let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
        Some(names.join("/"))
    };
    sources
        .iter()
        .filter_map(|(id, file)| Some((id, named(&file.path)?)))
        .collect()
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// Returns the folder of the local cloud's state, and creates it if it is missing.
///
/// The folder is `FORMWORK_LOCAL_DIR`, or else `.formwork/local` at the root of the repository.
pub fn local_cloud(here: &Path) -> io::Result<PathBuf> {
    let path = env::var_os("FORMWORK_LOCAL_DIR").filter(|path| !path.is_empty());
    let folder = match path {
        Some(path) => here.join(path),
        None => state_folder(here)?.join("local"),
    };
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Returns the folder `.formwork`, which contains a `.gitignore` for itself.
fn state_folder(here: &Path) -> io::Result<PathBuf> {
    let root = here.ancestors().find(|folder| is_repository(folder));
    let folder = root.unwrap_or(here).join(".formwork");
    fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit_status::ExitStatus;

    fn folders(paths: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for path in paths {
            let path = root.path().join(path);
            match path.extension() {
                Some(_) => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, "").unwrap();
                }
                None => fs::create_dir_all(path).unwrap(),
            }
        }
        root
    }

    #[test]
    fn the_search_stops_at_the_repository_root() {
        let root = folders(&["blueprint.toml", "repository/.git", "repository/a/b"]);
        let deep = root.path().join("repository/a/b");
        assert_eq!(search_upward(&deep).unwrap_err().exit, ExitStatus::Usage);
        fs::write(root.path().join("repository/blueprint.toml"), "").unwrap();
        assert_eq!(
            search_upward(&deep).unwrap(),
            root.path().join("repository")
        );
    }

    #[test]
    fn a_folder_without_a_blueprint_suggests_nearby_ones() {
        let root = folders(&["blueprints/hello/blueprint.toml", "x/blueprint.toml"]);
        let error = blueprint(Some(root.path()), Path::new("/")).unwrap_err();
        assert_eq!(error.exit, ExitStatus::Usage);
        assert_eq!(
            error.problems[0].help.as_deref(),
            Some("give the folder of a blueprint; nearby: `blueprints/hello`, `x`")
        );
    }

    #[test]
    fn the_state_folder_is_at_the_repository_root_and_ignored_by_git() {
        let root = folders(&["repository/.git", "repository/a/b"]);
        let folder = state_folder(&root.path().join("repository/a/b")).unwrap();
        assert_eq!(folder, root.path().join("repository/.formwork"));
        assert_eq!(
            fs::read_to_string(folder.join(".gitignore")).unwrap(),
            "*\n"
        );
        let lone = folders(&["a"]);
        assert_eq!(
            state_folder(&lone.path().join("a")).unwrap(),
            lone.path().join("a/.formwork")
        );
    }
}
