//! The trait through which blueprints are read: from the disk in `cli`, from memory in tests.
//!
//! The trait only reads. The crate has no other access to files.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Access to the files of a blueprint.
pub trait Files: Sync {
    /// Returns the content of a file. Fails with [`io::ErrorKind::FileTooLarge`] for more than
    /// `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// Returns the entries of a folder, in any order.
    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>>;

    /// Returns the absolute path with all links resolved. Fails with [`io::ErrorKind::NotFound`] if
    /// the file does not exist.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;

    /// Returns the kind of the file, with links resolved.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// The name. Bytes that are not UTF-8 are replaced.
    pub name: String,
    /// The kind, with links resolved.
    pub kind: FileKind,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Files in memory, by absolute path. [`MemoryFiles::link`] adds links.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: BTreeMap<PathBuf, Vec<u8>>,
    links: BTreeMap<PathBuf, PathBuf>,
}

impl MemoryFiles {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), content.into());
        self
    }

    /// Adds a link from one absolute path to another.
    #[must_use]
    pub fn link(mut self, path: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Self {
        self.links.insert(path.into(), target.into());
        self
    }

    fn real(&self, path: &Path) -> PathBuf {
        let mut real = PathBuf::new();
        for component in path.components() {
            match component {
                Component::ParentDir => {
                    real.pop();
                }
                Component::CurDir => {}
                other => real.push(other),
            }
            if let Some(target) = self.links.get(&real) {
                real.clone_from(target);
            }
        }
        real
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let content = self
            .files
            .get(&self.real(path))
            .ok_or(match self.kind(path) {
                Ok(_) => io::ErrorKind::IsADirectory,
                Err(_) => io::ErrorKind::NotFound,
            })?;
        if content.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(content.clone())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        let folder = self.real(folder);
        let mut entries = BTreeMap::new();
        for path in self.files.keys().chain(self.links.keys()) {
            let Ok(rest) = path.strip_prefix(&folder) else {
                continue;
            };
            let Some(Component::Normal(name)) = rest.components().next() else {
                continue;
            };
            let name = name.to_string_lossy().into_owned();
            if let Ok(kind) = self.kind(&folder.join(&name)) {
                entries.insert(name, kind);
            }
        }
        if entries.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(entries
            .into_iter()
            .map(|(name, kind)| FolderEntry { name, kind })
            .collect())
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path).map(|_| self.real(path))
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let real = self.real(path);
        if self.files.contains_key(&real) {
            return Ok(FileKind::File);
        }
        let is_folder = self.files.keys().any(|file| file.starts_with(&real));
        if is_folder {
            Ok(FileKind::Folder)
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }
}
