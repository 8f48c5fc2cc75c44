//! CloudFormation's states in the words of progress.

use formwork_engine::Operation;

/// What is being done to a resource in that state, as `creating`.
pub fn doing(status: &str) -> &'static str {
    match verb(status) {
        Verb::Create => "creating",
        Verb::Update => "updating",
        Verb::Delete => "deleting",
        Verb::Import => "importing",
        Verb::Rollback => "rolling back",
        Verb::Other => "working",
    }
}

/// What was done to a resource in that state, as `created`.
pub fn done(status: &str) -> &'static str {
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

/// The operation as a noun, as `creation`.
pub fn noun(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "creation",
        Operation::Update => "update",
        Operation::Delete => "deletion",
        Operation::Protect => "change of its termination protection",
    }
}

/// The operation while it runs, as `creating`.
pub fn running(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "creating",
        Operation::Update => "updating",
        Operation::Delete => "deleting",
        Operation::Protect => "setting its protection",
    }
}

/// The operation when it is over, as `created`.
pub fn past(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "created",
        Operation::Update => "updated",
        Operation::Delete => "deleted",
        Operation::Protect => "protected",
    }
}

/// A resource type without its vendor and service: `VPCEndpoint` of `AWS::EC2::VPCEndpoint`.
pub fn short_type(resource_type: &str) -> &str {
    resource_type.rsplit("::").next().unwrap_or(resource_type)
}
