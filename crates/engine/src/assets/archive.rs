//! The archive of an asset: a zip file whose bytes depend only on its entries.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Cursor, Write};

use bytes::Bytes;
use formwork_aws::PutObject;
use formwork_blueprint::PackedAsset;
use formwork_template::{Hash, Hasher, sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The version of the packing, which is part of the hash.
const FORMAT: &str = "formwork archive 1";

/// A packed asset.
#[derive(Clone, PartialEq, Eq)]
pub struct Archive {
    packed: PackedAsset,
    body: Bytes,
    sha256: Hash,
}

impl fmt::Debug for Archive {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "Archive({}, {} bytes)",
            self.packed.key,
            self.body.len()
        )
    }
}

/// The entries of an archive: contents by path, with `/` as the separator.
pub(super) type Entries = BTreeMap<String, Vec<u8>>;

impl Archive {
    /// Packs entries, in the order of their paths' bytes.
    ///
    /// The key is the hash of paths and contents, not of the compressed bytes. So a better compression in a later
    /// version does not change keys.
    pub(super) fn from_entries(entries: &Entries) -> Result<Self, ZipError> {
        let mut hasher = Hasher::default();
        hasher.piece(FORMAT);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in entries {
            hasher.piece(path).piece(content);
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .compression_level(Some(6))
                .last_modified_time(DateTime::default())
                .system(System::Unix)
                .unix_permissions(mode(content));
            zip.start_file(path.as_str(), options)?;
            zip.write_all(content)?;
        }
        Ok(Self::new(hasher.finish(), zip.finish()?.into_inner()))
    }

    /// Takes the bytes of an existing archive.
    pub(super) fn from_bytes(body: Vec<u8>) -> Self {
        Self::new(sha256(&body), body)
    }

    fn new(hash: Hash, body: Vec<u8>) -> Self {
        Self {
            packed: PackedAsset {
                hash: hash.to_string(),
                key: format!("{hash}.zip"),
            },
            sha256: sha256(&body),
            body: Bytes::from(body),
        }
    }

    /// Returns the hash and the key.
    pub fn packed(&self) -> &PackedAsset {
        &self.packed
    }

    /// Returns the size in bytes.
    pub fn size(&self) -> u64 {
        self.body.len() as u64
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Returns the object to upload.
    pub(super) fn object(&self) -> PutObject {
        PutObject {
            key: self.packed.key.clone(),
            body: self.body.clone(),
            sha256: *self.sha256.bytes(),
            content_type: "application/zip",
        }
    }
}

/// Returns a file's mode by its content, because modes on disk differ between machines. Programs and scripts are
/// executable, all files are readable.
fn mode(content: &[u8]) -> u32 {
    let is_program = content.starts_with(b"\x7fELF") || content.starts_with(b"#!");
    if is_program { 0o755 } else { 0o644 }
}
