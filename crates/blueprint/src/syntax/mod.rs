//! Files and their text: reading, parsing TOML with spans, the keys of tables, and formatting.

pub(crate) mod document;
pub(crate) mod format;
mod key_spans;
pub(crate) mod keys;
pub(crate) mod reader;
#[cfg(test)]
mod tests;
