//! SHA-256 hashes for logical ids, asset names and request tokens.

use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 hash. It displays as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

/// Returns the hash of a text or of bytes.
pub fn sha256(content: impl AsRef<[u8]>) -> Hash {
    Hash(Sha256::digest(content.as_ref()).into())
}

/// Hashes a list of pieces, so that different lists have different hashes.
///
/// The length of each piece precedes it: `["ab", "c"]` and `["a", "bc"]` have different hashes.
#[derive(Debug, Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Adds a piece.
    pub fn piece(&mut self, piece: impl AsRef<[u8]>) -> &mut Self {
        let piece = piece.as_ref();
        self.0.update((piece.len() as u64).to_be_bytes());
        self.0.update(piece);
        self
    }

    /// Returns the hash of all pieces.
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

impl Hash {
    /// Returns the 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the first `digits` hexadecimal digits.
    pub fn short(&self, digits: usize) -> String {
        let mut hex = self.to_string();
        hex.truncate(digits);
        hex
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha_256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256("").to_string(), empty);
        assert_eq!(sha256("").short(6), "e3b0c4");
    }

    #[test]
    fn where_a_piece_ends_counts() {
        let hash = |pieces: &[&str]| {
            let mut hasher = Hasher::default();
            for piece in pieces {
                hasher.piece(piece);
            }
            hasher.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["a"]), hash(&["a", ""]));
        assert_eq!(hash(&["a", "b"]), hash(&["a", "b"]));
    }
}
