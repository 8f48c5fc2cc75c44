//! The schemas' patterns: read once, and matched within a bound.
//!
//! The schemas write the regular expressions of ECMA 262, Java and Python.
//! 141 of the 3,138 patterns look around, some repeat 65,535 times, and a hostile value must not
//! cost more than an honest one. Measured on all of them: the crate `regex` reads 94 % at a median
//! of 76 µs and up to 0.65 s each (the automaton of `\w{1,1011}`), `fancy-regex` 99 % at the same
//! price; `regress` reads 99 % at 8 µs, but backtracks without a bound. So patterns become the
//! small programs of [`program`], which [`run`] follows, visiting no state twice; ASCII is meant by
//! `\w`, `\d` and `\s`, as in ECMA 262 and Java.

mod class;
mod parse;
mod program;
mod run;
#[cfg(test)]
mod tests;

use program::Program;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// The patterns that were read; one of a run is shared by all that check.
#[derive(Debug, Default)]
pub struct Patterns(RwLock<HashMap<Box<str>, Arc<Read>>>);

/// A pattern once read: the program, or why there is none.
type Read = Result<Program, PatternError>;

/// Why a pattern cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {at}")]
pub struct PatternError {
    what: &'static str,
    at: usize,
}

impl Patterns {
    /// Whether the pattern is found anywhere in the text; nothing when that cannot be said: the
    /// pattern is not readable (none of the table's, by test), or the search took too long.
    pub fn finds(&self, pattern: &str, text: &str) -> Option<bool> {
        let read = self.read(pattern);
        let program = read.as_ref().as_ref().ok()?;
        run::finds(program, text)
    }

    fn read(&self, pattern: &str) -> Arc<Read> {
        let known = self.0.read().expect("nobody panics while holding it");
        if let Some(read) = known.get(pattern) {
            return Arc::clone(read);
        }
        drop(known);
        let read = Arc::new(program::compile(pattern));
        let mut known = self.0.write().expect("nobody panics while holding it");
        known.insert(pattern.into(), Arc::clone(&read));
        read
    }
}
