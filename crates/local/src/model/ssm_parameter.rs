//! A parameter of the Systems Manager parameter store.

use super::clock::Time;

/// One version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SsmParameter {
    pub(crate) name: String,
    /// The version's number; the first version is 1.
    pub(crate) version: u64,
    /// `String`, `StringList` or `SecureString`.
    pub(crate) kind: String,
    pub(crate) value: String,
    /// The time at which this version was written.
    pub(crate) changed: Time,
}
