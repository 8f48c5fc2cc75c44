//! From files on the disk to an archive: which of them go in, and under which names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use zip::result::ZipError;

use super::archive::{Archive, Entries};

/// The most bytes that an archive's files may have together; Lambda takes 250 MB.
const LIMIT: u64 = 512 * 1024 * 1024;

/// Files that cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A file or folder cannot be read.
    #[error("`{path}` cannot be read", path = path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: io::Error,
    },
    /// A folder cannot be walked through, or a `.gitignore` not be understood.
    #[error("`{path}` cannot be read", path = path.display())]
    Walk {
        /// The folder.
        path: PathBuf,
        /// Why not.
        #[source]
        cause: ignore::Error,
    },
    /// A link points to something that is not a file of the folder.
    #[error("the link `{path}` does not lead to a file in the asset's own folder", path = path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// Neither file, folder nor link.
    #[error("`{path}` is neither a file nor a folder", path = path.display())]
    Special {
        /// What it is not.
        path: PathBuf,
    },
    /// A name that an archive cannot hold alike on every machine.
    #[error("the name of `{path}` is not UTF-8", path = path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// Nothing is there to be packed.
    #[error("`{path}` holds no file that is not ignored", path = path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// There is too much.
    #[error("`{path}` holds more than {mib} MiB", path = path.display(), mib = LIMIT / 1024 / 1024)]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
    },
    /// The archive cannot be written.
    #[error("the archive cannot be written")]
    Zip(#[from] ZipError),
}

/// Packs a file or a folder. A `.zip` or `.jar` is taken as it is.
pub(super) fn collect(path: &Path) -> Result<Archive, CollectError> {
    let metadata = fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    let mut entries = Entries::new();
    if metadata.is_dir() {
        gather(path, &mut entries)?;
        if entries.is_empty() {
            let path = path.to_owned();
            return Err(CollectError::Empty { path });
        }
    } else if metadata.is_file() {
        let content = read(path, path, &mut 0)?;
        if is_archive(path) {
            return Ok(Archive::of_packed(content));
        }
        let name = path.file_name().map(Path::new).unwrap_or(path);
        entries.insert(entry_name(name)?, content);
    } else {
        let path = path.to_owned();
        return Err(CollectError::Special { path });
    }
    Ok(Archive::of_entries(&entries)?)
}

/// Packs a program as Lambda's `provided` runtimes start it.
pub(super) fn bootstrap(program: &Path) -> Result<Archive, CollectError> {
    let content = read(program, program, &mut 0)?;
    let entries = Entries::from([("bootstrap".to_owned(), content)]);
    Ok(Archive::of_entries(&entries)?)
}

fn is_archive(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "zip" || extension == "jar")
}

fn gather(folder: &Path, entries: &mut Entries) -> Result<(), CollectError> {
    let mut size = 0;
    for found in walk(folder) {
        let found = found.map_err(|cause| CollectError::Walk {
            path: folder.to_owned(),
            cause,
        })?;
        if let Some(cause) = found.error() {
            return Err(CollectError::Walk {
                path: found.path().to_owned(),
                cause: cause.clone(),
            });
        }
        let path = found.path();
        let file = match found.file_type() {
            Some(kind) if kind.is_dir() => continue,
            Some(kind) if kind.is_file() => path.to_owned(),
            Some(kind) if kind.is_symlink() => linked(path, folder)?,
            _ => {
                let path = path.to_owned();
                return Err(CollectError::Special { path });
            }
        };
        let inside = path.strip_prefix(folder).unwrap_or(path);
        entries.insert(entry_name(inside)?, read(&file, folder, &mut size)?);
    }
    Ok(())
}

/// The folder's files but for those that its repository ignores: by the `.gitignore` files from the repository's root
/// down, or in the folder alone where it lies in no repository. What only this machine ignores does not count.
fn walk(folder: &Path) -> ignore::Walk {
    let in_repository = folder
        .ancestors()
        .any(|ancestor| ancestor.join(".git").exists());
    WalkBuilder::new(folder)
        .standard_filters(false)
        .git_ignore(true)
        .parents(in_repository)
        .require_git(in_repository)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build()
}

/// The file that a link leads to, which must be one of the asset's own.
fn linked(link: &Path, folder: &Path) -> Result<PathBuf, CollectError> {
    let target = fs::canonicalize(link).map_err(|cause| unreadable(link, cause))?;
    let folder = fs::canonicalize(folder).map_err(|cause| unreadable(folder, cause))?;
    if target.starts_with(&folder) && target.is_file() {
        Ok(target)
    } else {
        let path = link.to_owned();
        Err(CollectError::Link { path })
    }
}

/// A path within the archive: its parts joined by `/` on every system.
fn entry_name(path: &Path) -> Result<String, CollectError> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| part.as_os_str().to_str())
        .collect();
    match parts {
        Some(parts) => Ok(parts.join("/")),
        None => Err(CollectError::Name {
            path: path.to_owned(),
        }),
    }
}

/// Reads a file, as long as all of `whole` is not too large.
fn read(path: &Path, whole: &Path, size: &mut u64) -> Result<Vec<u8>, CollectError> {
    let metadata = fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    *size = size.saturating_add(metadata.len());
    if *size > LIMIT {
        let path = whole.to_owned();
        return Err(CollectError::TooLarge { path });
    }
    fs::read(path).map_err(|cause| unreadable(path, cause))
}

fn unreadable(path: &Path, cause: io::Error) -> CollectError {
    CollectError::Unreadable {
        path: path.to_owned(),
        cause,
    }
}
