//! Writing several files as one: either all of them are there afterwards or none, and none that was
//! there before has changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug)]
pub enum Unwritten {
    /// A file is there already.
    Taken(PathBuf),
    /// The disk said no.
    Disk(PathBuf, io::Error),
}

/// Writes `files` into `folder`, which is made if it is not there.
///
/// They are written under other names first, so that one that cannot be written leaves nothing.
pub fn write(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), Unwritten> {
    let taken = |path: &Path| fs::symlink_metadata(path).is_ok();
    if let Some((path, _)) = files.iter().find(|(path, _)| taken(&folder.join(path))) {
        return Err(Unwritten::Taken(folder.join(path)));
    }
    let made = make(folder)?;
    let draft = folder.join(format!(".formwork-init-{}", std::process::id()));
    let mut written = Written::default();
    let done = place(folder, &draft, files, &mut written);
    let _ = fs::remove_dir_all(&draft);
    if done.is_err() {
        written.undo();
        for folder in made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
    done
}

/// What was put into its place.
#[derive(Default)]
struct Written {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Written {
    fn undo(&self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn place(
    folder: &Path,
    draft: &Path,
    files: &[(PathBuf, String)],
    written: &mut Written,
) -> Result<(), Unwritten> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Unwritten::Disk(path, error)
    };
    fs::create_dir(draft).map_err(failed(draft))?;
    for (number, (path, text)) in files.iter().enumerate() {
        let there = draft.join(number.to_string());
        fs::write(&there, text).map_err(failed(&folder.join(path)))?;
    }
    // `blueprint.toml` is the first and comes last: a folder without it is no blueprint.
    for (number, (path, _)) in files.iter().enumerate().rev() {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            written.folders.extend(make(parent)?);
        }
        let there = draft.join(number.to_string());
        // A link refuses a name that is taken, which renaming does not.
        match fs::hard_link(&there, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Unwritten::Taken(target));
            }
            // Not every file system has links.
            Err(_) => fs::rename(&there, &target).map_err(failed(&target))?,
        }
        written.files.push(target);
    }
    Ok(())
}

/// Makes a folder and those above it; answers which were not there.
fn make(folder: &Path) -> Result<Vec<PathBuf>, Unwritten> {
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    fs::create_dir_all(folder).map_err(|error| Unwritten::Disk(folder.to_owned(), error))?;
    Ok(missing.into_iter().rev().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<(PathBuf, String)> {
        names
            .iter()
            .map(|name| (PathBuf::from(name), format!("text of {name}")))
            .collect()
    }

    fn found(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_written_into_a_folder_that_was_not_there() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/b");
        write(&folder, &files(&["blueprint.toml", "stacks/x.toml"])).unwrap();
        assert_eq!(found(&folder), ["blueprint.toml", "stacks"]);
        let text = fs::read_to_string(folder.join("stacks/x.toml")).unwrap();
        assert_eq!(text, "text of stacks/x.toml");
    }

    #[test]
    fn a_file_that_is_there_stops_everything() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("stacks")).unwrap();
        fs::write(place.path().join("stacks/x.toml"), "mine").unwrap();
        let error = write(place.path(), &files(&["blueprint.toml", "stacks/x.toml"])).unwrap_err();
        assert!(matches!(error, Unwritten::Taken(path) if path.ends_with("stacks/x.toml")));
        assert_eq!(found(place.path()), ["stacks"]);
        let text = fs::read_to_string(place.path().join("stacks/x.toml")).unwrap();
        assert_eq!(text, "mine");
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("stacks"), "a file, not a folder").unwrap();
        let wanted = files(&["blueprint.toml", "new/y.toml", "stacks/x.toml"]);
        assert!(matches!(
            write(place.path(), &wanted),
            Err(Unwritten::Disk(..))
        ));
        assert_eq!(found(place.path()), ["stacks"]);
    }
}
