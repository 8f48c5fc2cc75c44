//! The engine for the regular expressions of the schemas: compiled once, matched in bounded time.
//!
//! The schemas use the syntax of ECMA 262, Java and Python. 141 of the 3,138 patterns have
//! lookarounds and some repeat 65,535 times. A hostile value must not take longer than any other.
//! Measured on all patterns: the crate `regex` compiles 94 % of them, with a median of 76 µs and a
//! maximum of 0.65 s (the automaton of `\w{1,1011}`); `fancy-regex` compiles 99 % in the same time;
//! `regress` compiles 99 % in 8 µs, but backtracks without a limit. Therefore a pattern becomes a
//! small program (`program`), and `run` executes it without visiting a state twice. `\w`, `\d` and
//! `\s` are ASCII, as in ECMA 262 and Java.

mod class;
mod parse;
mod program;
mod run;
#[cfg(test)]
mod tests;

use program::Program;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// A cache of compiled patterns. All checks of a run share it.
#[derive(Debug, Default)]
pub struct Patterns(RwLock<HashMap<Box<str>, Arc<CompiledPattern>>>);

/// A compiled pattern, or the reason why it does not compile.
type CompiledPattern = Result<Program, PatternError>;

/// The reason why a pattern does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at character {at}")]
pub struct PatternError {
    what: &'static str,
    at: usize,
}

impl Patterns {
    /// Returns whether the pattern matches anywhere in the text.
    ///
    /// Returns `None` when the pattern does not compile (a test shows that all patterns of the
    /// table do), or when the search exceeds its limit.
    pub fn finds(&self, pattern: &str, text: &str) -> Option<bool> {
        let read = self.read(pattern);
        let program = read.as_ref().as_ref().ok()?;
        run::finds(program, text)
    }

    fn read(&self, pattern: &str) -> Arc<CompiledPattern> {
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
