//! Ids that look random but are derived from a seed.

use sha2::{Digest, Sha256};

const HEX: &[u8] = b"0123456789abcdef";
const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MIXED: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Generates ids from a seed.
pub(super) struct IdGenerator {
    seed: String,
}

impl IdGenerator {
    /// Returns the generator for a list of seeds.
    pub(super) fn new(seeds: &[&str]) -> Self {
        // The length before each part separates ("a", "bc") from ("ab", "c").
        let seed = seeds
            .iter()
            .map(|seed| format!("{}:{seed}", seed.len()))
            .collect();
        Self { seed }
    }

    /// Returns hexadecimal digits, as in `vpc-0a1b2c3d4e5f60718`.
    pub(super) fn hex(&self, count: usize) -> String {
        self.text(HEX, count)
    }

    /// Returns digits and lower-case letters, as in the name of a bucket or a REST API.
    pub(super) fn lower(&self, count: usize) -> String {
        self.text(LOWER, count)
    }

    /// Returns digits and upper-case letters, as in the name of a log group.
    pub(super) fn upper(&self, count: usize) -> String {
        self.text(UPPER, count)
    }

    /// Returns digits and letters, as in the name of a function.
    pub(super) fn mixed(&self, count: usize) -> String {
        self.text(MIXED, count)
    }

    /// Returns a number in `range`.
    pub(super) fn number(&self, range: std::ops::Range<u8>) -> u8 {
        let width = u16::from(range.end - range.start).max(1);
        let derived = u16::from_be_bytes([self.block(0)[0], self.block(0)[1]]);
        range.start + u8::try_from(derived % width).unwrap_or(0)
    }

    /// Returns a UUID.
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
