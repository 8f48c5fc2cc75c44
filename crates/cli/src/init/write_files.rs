//! Atomic writing of several files: either all of them are created or none, and no existing file changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A failed write.
#[derive(Debug)]
pub enum WriteError {
    /// The file exists already.
    Exists(PathBuf),
    /// The file system returned an error.
    Io(PathBuf, io::Error),
}

/// Writes `files` to `folder`, which is created if it is missing.
///
/// The files first get temporary names, so that a failed write leaves nothing behind.
pub fn write_files(folder: &Path, files: &[(PathBuf, String)]) -> Result<(), WriteError> {
    let taken = |path: &Path| fs::symlink_metadata(path).is_ok();
    if let Some((path, _)) = files.iter().find(|(path, _)| taken(&folder.join(path))) {
        return Err(WriteError::Exists(folder.join(path)));
    }
    let created = create_folders(folder)?;
    let draft = folder.join(format!(".formwork-init-{}", std::process::id()));
    let mut written = WrittenPaths::default();
    let done = move_into_place(folder, &draft, files, &mut written);
    fs::remove_dir_all(&draft).ok();
    if done.is_err() {
        written.undo();
        for folder in created.iter().rev() {
            fs::remove_dir(folder).ok();
        }
    }
    done
}

/// The paths that were created.
#[derive(Default)]
struct WrittenPaths {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl WrittenPaths {
    fn undo(&self) {
        for file in &self.files {
            fs::remove_file(file).ok();
        }
        for folder in self.folders.iter().rev() {
            fs::remove_dir(folder).ok();
        }
    }
}

fn move_into_place(
    folder: &Path,
    draft: &Path,
    files: &[(PathBuf, String)],
    written: &mut WrittenPaths,
) -> Result<(), WriteError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| WriteError::Io(path, error)
    };
    fs::create_dir(draft).map_err(failed(draft))?;
    for (number, (path, text)) in files.iter().enumerate() {
        let temporary = draft.join(number.to_string());
        fs::write(&temporary, text).map_err(failed(&folder.join(path)))?;
    }
    // `blueprint.toml` comes last: without it, the folder is not a blueprint.
    for (number, (path, _)) in files.iter().enumerate().rev() {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            written.folders.extend(create_folders(parent)?);
        }
        let temporary = draft.join(number.to_string());
        // Unlike a rename, a hard link fails if the target exists.
        match fs::hard_link(&temporary, &target) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(WriteError::Exists(target));
            }
            // Some file systems have no hard links.
            Err(_) => fs::rename(&temporary, &target).map_err(failed(&target))?,
        }
        written.files.push(target);
    }
    Ok(())
}

/// Creates a folder and its parents; returns the ones that were missing.
fn create_folders(folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    fs::create_dir_all(folder).map_err(|error| WriteError::Io(folder.to_owned(), error))?;
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
    fn files_are_written_to_a_new_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/b");
        write_files(&folder, &files(&["blueprint.toml", "stacks/x.toml"])).unwrap();
        assert_eq!(found(&folder), ["blueprint.toml", "stacks"]);
        let text = fs::read_to_string(folder.join("stacks/x.toml")).unwrap();
        assert_eq!(text, "text of stacks/x.toml");
    }

    #[test]
    fn an_existing_file_prevents_all_writes() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("stacks")).unwrap();
        fs::write(place.path().join("stacks/x.toml"), "mine").unwrap();
        let error =
            write_files(place.path(), &files(&["blueprint.toml", "stacks/x.toml"])).unwrap_err();
        assert!(matches!(error, WriteError::Exists(path) if path.ends_with("stacks/x.toml")));
        assert_eq!(found(place.path()), ["stacks"]);
        let text = fs::read_to_string(place.path().join("stacks/x.toml")).unwrap();
        assert_eq!(text, "mine");
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("stacks"), "a file, not a folder").unwrap();
        let new_files = files(&["blueprint.toml", "new/y.toml", "stacks/x.toml"]);
        assert!(matches!(
            write_files(place.path(), &new_files),
            Err(WriteError::Io(..))
        ));
        assert_eq!(found(place.path()), ["stacks"]);
    }
}
