//! IdGenerator that look random and follow from a seed.

use sha2::{Digest, Sha256};

const HEX: &[u8] = b"0123456789abcdef";
const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MIXED: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A source of digits for one purpose.
pub(super) struct IdGenerator {
    seed: String,
}

impl IdGenerator {
    /// The digits that follow from all of `seeds`.
    pub(super) fn new(seeds: &[&str]) -> Self {
        // The length before each part keeps ("a", "bc") apart from ("ab", "c").
        let seed = seeds
            .iter()
            .map(|seed| format!("{}:{seed}", seed.len()))
            .collect();
        Self { seed }
    }

    /// Hexadecimal digits, as of `vpc-0a1b2c3d4e5f60718`.
    pub(super) fn hex(&self, count: usize) -> String {
        self.text(HEX, count)
    }

    /// IdGenerator and lower-case letters, as of a bucket's or a REST API's name.
    pub(super) fn lower(&self, count: usize) -> String {
        self.text(LOWER, count)
    }

    /// IdGenerator and upper-case letters, as of a log group's name.
    pub(super) fn upper(&self, count: usize) -> String {
        self.text(UPPER, count)
    }

    /// IdGenerator and letters, as of a function's name.
    pub(super) fn mixed(&self, count: usize) -> String {
        self.text(MIXED, count)
    }

    /// A number from `range`.
    pub(super) fn number(&self, range: std::ops::Range<u8>) -> u8 {
        let width = u16::from(range.end - range.start).max(1);
        let drawn = u16::from_be_bytes([self.block(0)[0], self.block(0)[1]]);
        range.start + u8::try_from(drawn % width).unwrap_or(0)
    }

    /// A UUID.
    pub(super) fn uuid(&self) -> String {
        let hex = self.hex(32);
        let parts = [0..8, 8..12, 13..16, 17..20, 20..32].map(|range| &hex[range]);
        let [time, mid, version, variant, node] = parts;
        format!("{time}-{mid}-4{version}-a{variant}-{node}")
    }

    fn text(&self, alphabet: &[u8], count: usize) -> String {
        (0..)
            .flat_map(|index| self.block(index))
            .take(count)
            .map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]))
            .collect()
    }

    fn block(&self, index: u32) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.seed.as_bytes())
            .chain_update(index.to_be_bytes())
            .finalize()
            .into()
    }
}
