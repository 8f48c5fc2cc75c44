//! Answers as XML, with everything that they can hold.

mod change_sets;
mod resources;
mod stacks;
mod templates;

use super::*;
use crate::Time;
use crate::answer::{ChangeSetDescription, ChangeSetSummary, ResourceChange, ResourceChangeDetail};
use crate::request::{ChangeSetType, OnStackFailure};
use crate::status::{ChangeSetStatus, ExecutionStatus, ResourceStatus, StackStatus};
use insta::assert_snapshot;

/// The result of an answer, an element a line.
fn shown(action: &str, answer: &Answer) -> String {
    write(action, answer, "id").replace("><", ">\n<")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn page<T>(item: T) -> Page<T> {
    Page {
        items: vec![item],
        next_token: text("next"),
    }
}

fn tag() -> Tag {
    Tag {
        key: "team".to_owned(),
        value: "<a&b>".to_owned(),
    }
}

fn parameter() -> StackParameter {
    StackParameter {
        key: "Image".to_owned(),
        value: "/image".to_owned(),
        resolved_value: text("ami-1"),
    }
}

fn operation() -> OperationSummary {
    OperationSummary {
        operation_type: "CREATE_STACK".to_owned(),
        operation_id: "op-1".to_owned(),
    }
}
