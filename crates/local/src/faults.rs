//! Resources that are told to fail, for tests.
//!
//! They are kept in the store, so a test can set them for a cloud that another process serves.
//! Faults of the wire (a silent peer, a denied action, a dropped answer, throttling) are the wire's.

use serde::{Deserialize, Serialize};

use crate::status::words;

/// A resource that fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stack's name; every stack when it is absent.
    pub stack: Option<String>,
    /// A logical id or a type.
    pub resource: String,
    /// What of it fails.
    pub during: During,
    /// What the service says.
    pub reason: String,
}

words! {
    /// The part of a resource's life in which it fails.
    During {
        Create = "CREATE",
        Update = "UPDATE",
        Delete = "DELETE",
        Rollback = "ROLLBACK",
    }
}

impl Failure {
    /// Fails a resource, named by its logical id or type, in every stack.
    pub fn of(resource: &str, during: During, reason: &str) -> Self {
        Self {
            stack: None,
            resource: resource.to_owned(),
            during,
            reason: reason.to_owned(),
        }
    }

    /// The same in one stack only.
    #[must_use]
    pub fn in_stack(self, name: &str) -> Self {
        Self {
            stack: Some(name.to_owned()),
            ..self
        }
    }
}

/// Why a resource is to fail, if it is.
pub(crate) fn reason(
    failures: &[Failure],
    stack: &str,
    logical_id: &str,
    kind: &str,
    during: During,
) -> Option<String> {
    let meant = failures.iter().find(|failure| {
        failure.during == during
            && failure.stack.as_deref().is_none_or(|name| name == stack)
            && (failure.resource == logical_id || failure.resource == kind)
    });
    meant.map(|failure| failure.reason.clone())
}
