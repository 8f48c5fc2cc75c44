//! The limits of this crate: how much it reads, so that a hostile text cannot exhaust memory.

/// The greatest depth of nested maps and lists.
pub const NESTING: usize = 80;

/// The longest text, in bytes.
pub const TEXT_BYTES: usize = 2 * 1024 * 1024;

/// The greatest number of keys and values in one text.
pub const VALUES: usize = 120_000;

/// The greatest number of values that YAML aliases may add to a template. Every 16 bytes of text
/// count as one value.
pub(crate) const ALIASED_VALUES: usize = 100_000;

/// The greatest number of values below all anchors of a YAML text, in the same measure. A value
/// below two anchors counts twice.
pub(crate) const ANCHORED_VALUES: usize = 2_000_000;

/// The longest key that YAML output writes before its colon, in bytes. YAML allows 1,024 characters
/// there, and escaping can turn one byte into six. Longer keys follow a `?`.
pub(crate) const PLAIN_KEY_BYTES: usize = 128;

/// The longest value of a parameter, in bytes (CloudFormation's quota).
pub const PARAMETER_VALUE_BYTES: usize = 4096;

/// The greatest number of names that the suggestions of one check compare.
pub(crate) const COMPARED_NAMES: usize = 2_000_000;
