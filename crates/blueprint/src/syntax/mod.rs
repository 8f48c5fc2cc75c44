//! Files and their text: reading them, TOML with spans, the keys that tables may have, and formatting.

pub(crate) mod document;
pub(crate) mod format;
mod key_spans;
pub(crate) mod keys;
pub(crate) mod reader;
#[cfg(test)]
mod tests;
