//! Assets: files and folders that are packed by content and referred to by stacks.

use super::AssetName;
use formwork_template::diagnostics::Span;
use std::path::PathBuf;

/// A file or folder that goes with a blueprint.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its name.
    pub name: AssetName,
    /// What it is made from.
    pub source: AssetSource,
    /// The processor it is for; this machine's where nothing is said.
    pub architecture: Option<Architecture>,
    /// Where it was declared.
    pub span: Span,
}

/// What an asset is made from; paths are absolute, links resolved, and lie under the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetSource {
    /// A file or folder, packed as it is.
    Path(PathBuf),
    /// The folder of a Rust crate, built and packed as `bootstrap`.
    Crate(PathBuf),
    /// A text that becomes a part of the template: it is never packed or uploaded.
    Inline {
        /// The text.
        text: String,
        /// The file's extension, `py` or `js`.
        extension: String,
    },
}

/// A processor for which code is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`.
    X86_64,
    /// `arm64`.
    Arm64,
}

impl Architecture {
    /// Lambda's name of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }
}

/// What is known of an asset once it is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedAsset {
    /// The SHA-256 of its content, 64 hex digits.
    pub hash: String,
    /// The key under which it lies in the bucket.
    pub key: String,
}

impl PackedAsset {
    /// What stands in the place of an asset that nobody packed: `check` and `graph` build nothing.
    pub fn placeholder() -> Self {
        let hash = "0".repeat(64);
        Self {
            key: format!("{hash}.zip"),
            hash,
        }
    }
}

/// Marks the places in a tree that are filled in when a stack is rendered. No text may hold it:
/// it is one of Unicode's noncharacters, which are for such use inside a program.
pub(crate) const ASSET_MARK: char = '\u{fdd0}';
