//! Byte offsets of the YAML parser's positions.

use saphyr_parser::Marker;

/// Converts the parser's positions, which count characters, to byte offsets.
pub(super) struct Offsets {
    /// The byte offset of each character. It is empty for ASCII, where both counts are the same.
    bytes: Vec<u32>,
    /// The length of the byte order mark, which the parser does not see.
    skipped: usize,
    length: usize,
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let bytes = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices().map(|(at, _)| at as u32).collect()
        };
        Self {
            bytes,
            skipped: text.len() - body.len(),
            length: text.len(),
        }
    }

    pub(super) fn byte(&self, marker: Marker) -> usize {
        let index = marker.index();
        let byte = if self.bytes.is_empty() {
            index + self.skipped
        } else {
            match self.bytes.get(index) {
                Some(byte) => *byte as usize + self.skipped,
                None => self.length,
            }
        };
        byte.min(self.length)
    }
}
