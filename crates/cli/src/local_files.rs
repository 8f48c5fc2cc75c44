//! The local file system, as the trait `Files` of `blueprint` needs it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use formwork_blueprint::{FileKind, Files, FolderEntry};

/// The local file system.
#[derive(Debug, Clone, Copy)]
pub struct LocalFiles;

impl LocalFiles {
    /// Reads a text file, or returns a message.
    pub fn text(self, path: &Path) -> Result<String, String> {
        let content = self.read(path, formwork_template::limits::TEXT_BYTES as u64);
        let content = content.map_err(|error| error.to_string())?;
        String::from_utf8(content).map_err(|_| "it is not UTF-8".to_owned())
    }
}

impl Files for LocalFiles {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        // Reading a pipe or a device could block forever.
        if fs::metadata(path)?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "not a regular file",
            ));
        }
        let mut content = Vec::new();
        File::open(path)?
            .take(limit.saturating_add(1))
            .read_to_end(&mut content)?;
        if content.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(content)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        fs::read_dir(folder)?
            .map(|entry| {
                let entry = entry?;
                // A broken link is listed as a file, so that reading it reports the error.
                let kind = self.kind(&entry.path()).unwrap_or(FileKind::File);
                let name = entry.file_name().to_string_lossy().into_owned();
                Ok(FolderEntry { name, kind })
            })
            .collect()
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        Ok(match fs::metadata(path)?.is_dir() {
            true => FileKind::Folder,
            false => FileKind::File,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        assert_eq!(LocalFiles.read(&path, 5).unwrap(), b"12345");
        assert_eq!(
            LocalFiles.read(&path, 4).unwrap_err().kind(),
            io::ErrorKind::FileTooLarge
        );
    }

    #[test]
    fn folders_and_devices_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = LocalFiles.read(folder.path(), 5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        if cfg!(unix) {
            let error = LocalFiles.read(Path::new("/dev/zero"), 5).unwrap_err();
            assert_eq!(error.to_string(), "not a regular file");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_broken_link_is_listed_but_unreadable() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nowhere/at/all", folder.path().join("x.toml")).unwrap();
        let entries = LocalFiles.list(folder.path()).unwrap();
        assert_eq!(
            entries,
            [FolderEntry {
                name: "x.toml".into(),
                kind: FileKind::File
            }]
        );
        assert!(LocalFiles.read(&folder.path().join("x.toml"), 5).is_err());
    }
}
