//! Collects an asset's files: chooses them, names them and packs them into an archive.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use zip::result::ZipError;

use super::archive::{Archive, Entries};
use crate::limits::ASSET_BYTES;

/// The reason why files cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A file or folder cannot be read.
    #[error("cannot read `{path}`", path = path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A folder cannot be listed, or a `.gitignore` file is not valid.
    #[error("cannot read `{path}`", path = path.display())]
    Walk {
        /// The folder.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: ignore::Error,
    },
    /// A link does not point to a file of the asset's folder.
    #[error("the link `{path}` does not point to a file in the asset's folder", path = path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// A path that is neither a file, a folder nor a link.
    #[error("`{path}` is neither a file nor a folder", path = path.display())]
    Special {
        /// The path.
        path: PathBuf,
    },
    /// A name that is not UTF-8.
    #[error("the name of `{path}` is not UTF-8", path = path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// All files are ignored, or there are none.
    #[error("`{path}` contains no file, or only ignored files", path = path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The files are too large.
    #[error("`{path}` contains more than {mib} MiB", path = path.display(), mib = ASSET_BYTES / 1024 / 1024)]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
    },
    /// The archive cannot be written.
    #[error("cannot write the archive")]
    Zip(#[from] ZipError),
}

/// Packs a file or a folder. Takes a `.zip` or `.jar` file as it is.
pub(super) fn collect(path: &Path) -> Result<Archive, CollectError> {
    let metadata = fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    let mut entries = Entries::new();
    if metadata.is_dir() {
        add_folder(path, &mut entries)?;
        if entries.is_empty() {
            let path = path.to_owned();
            return Err(CollectError::Empty { path });
        }
    } else if metadata.is_file() {
        let content = read(path, path, &mut 0)?;
        if is_archive(path) {
            return Ok(Archive::from_bytes(content));
        }
        let name = path.file_name().map(Path::new).unwrap_or(path);
        entries.insert(entry_name(name)?, content);
    } else {
        let path = path.to_owned();
        return Err(CollectError::Special { path });
    }
    Ok(Archive::from_entries(&entries)?)
}

/// Packs a program under the name that Lambda's `provided` runtimes start.
pub(super) fn bootstrap(program: &Path) -> Result<Archive, CollectError> {
    let content = read(program, program, &mut 0)?;
    let entries = Entries::from([("bootstrap".to_owned(), content)]);
    Ok(Archive::from_entries(&entries)?)
}

fn is_archive(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "zip" || extension == "jar")
}

fn add_folder(folder: &Path, entries: &mut Entries) -> Result<(), CollectError> {
    let mut size = 0;
    for entry in walk(folder) {
        let entry = entry.map_err(|cause| CollectError::Walk {
            path: folder.to_owned(),
            cause,
        })?;
        if let Some(cause) = entry.error() {
            return Err(CollectError::Walk {
                path: entry.path().to_owned(),
                cause: cause.clone(),
            });
        }
        let path = entry.path();
        let file = match entry.file_type() {
            Some(kind) if kind.is_dir() => continue,
            Some(kind) if kind.is_file() => path.to_owned(),
            Some(kind) if kind.is_symlink() => resolve_link(path, folder)?,
            _ => {
                let path = path.to_owned();
                return Err(CollectError::Special { path });
            }
        };
        let relative = path.strip_prefix(folder).unwrap_or(path);
        entries.insert(entry_name(relative)?, read(&file, folder, &mut size)?);
    }
    Ok(())
}

/// Walks over the folder's files without the ignored ones.
///
/// In a repository, all its `.gitignore` files count, otherwise only those in the folder. Ignore rules of this machine
/// do not count.
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

/// Returns the file that a link points to, which must be in the asset's folder.
fn resolve_link(link: &Path, folder: &Path) -> Result<PathBuf, CollectError> {
    let target = fs::canonicalize(link).map_err(|cause| unreadable(link, cause))?;
    let folder = fs::canonicalize(folder).map_err(|cause| unreadable(folder, cause))?;
    if target.starts_with(&folder) && target.is_file() {
        Ok(target)
    } else {
        let path = link.to_owned();
        Err(CollectError::Link { path })
    }
}

/// Returns the path within the archive, with `/` as the separator on every system.
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

/// Reads a file and adds its length to `size`. Fails if the total size of `whole` exceeds the limit.
fn read(path: &Path, whole: &Path, size: &mut u64) -> Result<Vec<u8>, CollectError> {
    let metadata = fs::metadata(path).map_err(|cause| unreadable(path, cause))?;
    *size = size.saturating_add(metadata.len());
    if *size > ASSET_BYTES {
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
