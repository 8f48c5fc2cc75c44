//! How names and fates are written in a plan's JSON.

use formwork_catalog::RemovalOutcome;
use serde::{Serialize, Serializer};

/// A name as its text.
pub(super) fn as_text<S: Serializer>(value: &impl ToString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.to_string())
}

/// Names as their texts.
pub(super) fn as_texts<S: Serializer>(values: &[impl ToString], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(values.iter().map(ToString::to_string))
}

/// A fate as a word.
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
