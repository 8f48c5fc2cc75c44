//! Labels for statuses, operations and outcomes.

use formwork_engine::{CancelLevel, Operation, SkipReason};

use crate::text::plural;

/// Returns the label of a resource status in progress, such as `creating`.
pub fn status_in_progress(status: &str) -> &'static str {
    match verb(status) {
        Verb::Create => "creating",
        Verb::Update => "updating",
        Verb::Delete => "deleting",
        Verb::Import => "importing",
        Verb::Rollback => "rolling back",
        Verb::Other => "working",
    }
}

/// Returns the label of a finished resource status, such as `created`.
pub fn status_done(status: &str) -> &'static str {
    if status == "DELETE_SKIPPED" {
        return "kept";
    }
    match verb(status) {
        Verb::Create => "created",
        Verb::Update => "updated",
        Verb::Delete => "deleted",
        Verb::Import => "imported",
        Verb::Rollback => "rolled back",
        Verb::Other => "done",
    }
}

enum Verb {
    Create,
    Update,
    Delete,
    Import,
    Rollback,
    Other,
}

fn verb(status: &str) -> Verb {
    match status {
        _ if status.contains("ROLLBACK") => Verb::Rollback,
        _ if status.starts_with("CREATE_") => Verb::Create,
        _ if status.starts_with("UPDATE_") => Verb::Update,
        _ if status.starts_with("DELETE_") => Verb::Delete,
        _ if status.starts_with("IMPORT_") => Verb::Import,
        _ => Verb::Other,
    }
}

/// Returns the operation as a noun, such as `creation`.
pub fn operation_noun(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "creation",
        Operation::Update => "update",
        Operation::Delete => "deletion",
        Operation::Protect => "change of its termination protection",
    }
}

/// Returns the label of a running operation, such as `creating`.
pub fn operation_in_progress(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "creating",
        Operation::Update => "updating",
        Operation::Delete => "deleting",
        Operation::Protect => "setting its protection",
    }
}

/// Returns the label of a finished operation, such as `created`.
pub fn operation_done(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "created",
        Operation::Update => "updated",
        Operation::Delete => "deleted",
        Operation::Protect => "protected",
    }
}

/// Returns a resource type without its vendor and service: `VPCEndpoint` of `AWS::EC2::VPCEndpoint`.
pub fn short_type(resource_type: &str) -> &str {
    resource_type.rsplit("::").next().unwrap_or(resource_type)
}

/// Returns the reason why a stack was not started.
pub fn skip_reason(skip: &SkipReason) -> String {
    match skip {
        SkipReason::Dependency(stack) => format!("because {stack} failed"),
        SkipReason::Interrupted => "interrupted before it started".to_owned(),
        SkipReason::FailFast(stack) => format!("because {stack} failed, with --fail-fast"),
    }
}

/// Describes the effect of an interruption.
pub fn interruption(level: CancelLevel, in_flight: usize) -> String {
    match (level, in_flight) {
        (CancelLevel::Drain, 0) => "no new stack starts".to_owned(),
        (CancelLevel::Drain, count) => format!(
            "no new stack starts; waiting for {} in progress. Press Ctrl-C again to leave at once: AWS continues either way",
            plural(count, "stack")
        ),
        (CancelLevel::Detach, 0) => "leaving".to_owned(),
        (CancelLevel::Detach, count) => {
            format!("leaving; AWS continues with {}", plural(count, "stack"))
        }
    }
}
