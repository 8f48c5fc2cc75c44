//! From the YAML parser's places, which count characters, to bytes.

use saphyr_parser::Marker;

/// Turns the parser's places, which count characters, into bytes.
pub(super) struct Offsets {
    /// The byte at which each character begins; empty where the two counts are the same.
    bytes: Vec<u32>,
    /// What stands before the text that the parser sees.
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
