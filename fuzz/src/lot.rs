//! A source of numbers that is the same from the same seed.

use std::ops::Range;

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub struct Lot(u64);

impl Lot {
    /// The one of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `most`; zero where there is none.
    pub fn below(&mut self, most: usize) -> usize {
        match most {
            0 => 0,
            most => (self.draw() % most as u64) as usize, // less than `most`, a `usize`
        }
    }

    /// Whether the lot falls on one of so many.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of them, which are not none.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A range in something of so many parts, mostly a short one.
    pub fn range(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length + 1);
        let most = match self.below(4) {
            0 => length - start,
            _ => (length - start).min(16),
        };
        start..start + self.below(most + 1)
    }
}
