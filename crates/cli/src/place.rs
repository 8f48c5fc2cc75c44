//! Where things lie: the blueprint that is meant, and the folder that the tool keeps for itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use formwork_blueprint::codes::NO_BLUEPRINT;
use formwork_template::diagnostics::{FileId, Sources};

use crate::stop::Stop;

/// The name of a blueprint's file.
const BLUEPRINT: &str = "blueprint.toml";

/// The blueprint that is meant: the given folder or file, or the nearest one upward from `here`.
pub fn blueprint(given: Option<&Path>, here: &Path) -> Result<PathBuf, Stop> {
    match given {
        Some(path) => named(path),
        None => upward(here),
    }
}

fn named(path: &Path) -> Result<PathBuf, Stop> {
    if path.is_dir() && !path.join(BLUEPRINT).exists() {
        return Err(Stop::usage(
            NO_BLUEPRINT,
            format!("the folder `{}` holds no `{BLUEPRINT}`", path.display()),
            elsewhere(path),
        ));
    }
    if !path.exists() {
        return Err(Stop::usage(
            NO_BLUEPRINT,
            format!("there is no `{}`", path.display()),
            format!("give a folder that holds a `{BLUEPRINT}`, or such a file"),
        ));
    }
    Ok(path.to_owned())
}

fn upward(here: &Path) -> Result<PathBuf, Stop> {
    for folder in here.ancestors() {
        if folder.join(BLUEPRINT).is_file() {
            return Ok(folder.to_owned());
        }
        if is_repository(folder) {
            break;
        }
    }
    Err(Stop::usage(
        NO_BLUEPRINT,
        format!("no `{BLUEPRINT}` here or in the folders above, up to the repository's root"),
        elsewhere(here),
    ))
}

/// What to do where a folder holds no blueprint; names those that lie close by.
fn elsewhere(folder: &Path) -> String {
    let mut near: Vec<String> = [folder.to_owned(), folder.join("blueprints")]
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.join(BLUEPRINT).is_file())
        .map(|path| format!("`{}`", path.strip_prefix(folder).unwrap_or(&path).display()))
        .collect();
    near.sort();
    near.truncate(5);
    match near.as_slice() {
        [] => format!("give the folder of a blueprint, or write a `{BLUEPRINT}`"),
        near => format!(
            "give the folder of a blueprint; near are {}",
            near.join(", ")
        ),
    }
}

/// The folder of the blueprint that is meant, links resolved.
pub fn folder(given: Option<&Path>, here: &Path) -> Result<PathBuf, Stop> {
    let path = here.join(blueprint(given, here)?);
    let folder = match path.is_dir() {
        true => path.as_path(),
        false => path.parent().unwrap_or(here),
    };
    folder.canonicalize().map_err(|error| {
        Stop::usage(
            NO_BLUEPRINT,
            format!("cannot open `{}`: {error}", folder.display()),
            "give a folder that can be read",
        )
    })
}

/// The paths of those texts of a blueprint in `folder` that are files of its repository, from the repository's root
/// (without one, from the folder) and with `/`.
pub fn from_repository(folder: &Path, sources: &Sources) -> BTreeMap<FileId, String> {
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

/// The folder in which the local cloud keeps its state, made if it is not there.
///
/// `FORMWORK_LOCAL_DIR`, else `.formwork/local` at the root of the repository around `here`.
pub fn local_cloud(here: &Path) -> io::Result<PathBuf> {
    let given = env::var_os("FORMWORK_LOCAL_DIR").filter(|given| !given.is_empty());
    let folder = match given {
        Some(given) => here.join(given),
        None => kept(here)?.join("local"),
    };
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The folder `.formwork`, which ignores itself in git.
fn kept(here: &Path) -> io::Result<PathBuf> {
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
    use crate::exit::Exit;

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
    fn the_search_goes_upward_to_the_repositorys_root_and_no_further() {
        let root = folders(&["blueprint.toml", "repository/.git", "repository/a/b"]);
        let deep = root.path().join("repository/a/b");
        assert_eq!(upward(&deep).unwrap_err().exit, Exit::Usage);
        fs::write(root.path().join("repository/blueprint.toml"), "").unwrap();
        assert_eq!(upward(&deep).unwrap(), root.path().join("repository"));
    }

    #[test]
    fn a_folder_without_one_names_those_near() {
        let root = folders(&["blueprints/hello/blueprint.toml", "x/blueprint.toml"]);
        let stop = blueprint(Some(root.path()), Path::new("/")).unwrap_err();
        assert_eq!(stop.exit, Exit::Usage);
        assert_eq!(
            stop.problems[0].help.as_deref(),
            Some("give the folder of a blueprint; near are `blueprints/hello`, `x`")
        );
    }

    #[test]
    fn what_the_tool_keeps_lies_at_the_repositorys_root_and_ignores_itself() {
        let root = folders(&["repository/.git", "repository/a/b"]);
        let folder = kept(&root.path().join("repository/a/b")).unwrap();
        assert_eq!(folder, root.path().join("repository/.formwork"));
        assert_eq!(
            fs::read_to_string(folder.join(".gitignore")).unwrap(),
            "*\n"
        );
        let lone = folders(&["a"]);
        assert_eq!(
            kept(&lone.path().join("a")).unwrap(),
            lone.path().join("a/.formwork")
        );
    }
}
