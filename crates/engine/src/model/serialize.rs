//! Serialization of names and deletion policies in a plan's JSON.

use formwork_catalog::RemovalOutcome;
use serde::{Serialize, Serializer};

/// Serializes a name as its text.
pub(super) fn as_text<S: Serializer>(value: &impl ToString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.to_string())
}

/// Serializes names as a list of their texts.
pub(super) fn as_texts<S: Serializer>(values: &[impl ToString], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(ToString::to_string))
}

/// Serializes the fate of a resource as one word.
pub(super) fn as_fate<S: Serializer>(
    fate: &Option<RemovalOutcome>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let word = fate.map(|fate| match fate {
        RemovalOutcome::Deleted => "deleted",
        RemovalOutcome::Retained => "retained",
        RemovalOutcome::Snapshotted => "snapshotted",
    });
    word.serialize(to)
}
