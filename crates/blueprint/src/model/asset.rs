//! Assets: files and folders that stacks refer to. They are packed and named by content.

use super::AssetName;
use formwork_template::diagnostics::Span;
use std::path::PathBuf;

/// A file or folder that belongs to a blueprint.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The asset's name.
    pub name: AssetName,
    /// The source.
    pub source: AssetSource,
    /// The target processor. None for that of this machine.
    pub architecture: Option<Architecture>,
    /// The span of the declaration.
    pub span: Span,
}

/// The source of an asset. Paths are absolute, with links resolved, and inside the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetSource {
    /// A file or folder that is packed unchanged.
    Path(PathBuf),
    /// The folder of a Rust crate that is built and packed as `bootstrap`.
    Crate(PathBuf),
    /// A text that is inserted into the template. It is not packed or uploaded.
    Inline {
        /// The text.
        text: String,
        /// The file's extension, `py` or `js`.
        extension: String,
    },
}

/// A target processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`.
    X86_64,
    /// `arm64`.
    Arm64,
}

impl Architecture {
    /// Returns Lambda's name for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }
}

/// The content hash and key of a packed asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedAsset {
    /// The SHA-256 of the content, as 64 hex digits.
    pub hash: String,
    /// The key in the bucket.
    pub key: String,
}

impl PackedAsset {
    /// Returns a placeholder for an asset that is not packed, as in `check` and `graph`.
    pub fn placeholder() -> Self {
        let hash = "0".repeat(64);
        Self {
            key: format!("{hash}.zip"),
            hash,
        }
    }
}

/// Marks the text that is replaced by an asset's name when a stack is rendered. It is a Unicode
/// noncharacter, which the reader refuses in files.
pub(crate) const ASSET_MARK: char = '\u{fdd0}';
