//! Files and their text: reading them, TOML with spans, and the keys that tables may have.

pub(crate) mod document;
mod key_spans;
pub(crate) mod keys;
pub(crate) mod reader;
#[cfg(test)]
mod tests;
