//! Faults for tests: what the cloud is told to refuse or to fail.
//!
//! They are kept in the store, so a test can set them for a cloud that another process serves.
//! Faults of the wire (a silent peer, a dropped answer, throttling) are the wire's.

use serde::{Deserialize, Serialize};

use crate::status::words;

/// Something that goes wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// An action is refused with `AccessDenied`, as `DescribeStacks`.
    Deny(String),
    /// A resource fails.
    Fail(Failure),
}

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

impl Fault {
    /// Refuses an action, as `DescribeStacks`.
    pub fn deny(action: &str) -> Self {
        Self::Deny(action.to_owned())
    }

    /// Fails a resource, named by its logical id or type, in every stack.
    pub fn fail(resource: &str, during: During, reason: &str) -> Self {
        Self::Fail(Failure {
            stack: None,
            resource: resource.to_owned(),
            during,
            reason: reason.to_owned(),
        })
    }

    /// The same in one stack only; nothing for what is no failure of a resource.
    #[must_use]
    pub fn in_stack(mut self, name: &str) -> Self {
        if let Self::Fail(failure) = &mut self {
            failure.stack = Some(name.to_owned());
        }
        self
    }
}

/// Why a resource is to fail, if it is.
pub(crate) fn reason<'a>(
    faults: &'a [Fault],
    stack: &str,
    logical_id: &str,
    kind: &str,
    during: During,
) -> Option<&'a str> {
    faults.iter().find_map(|fault| match fault {
        Fault::Fail(failure) => {
            let is_meant = failure.during == during
                && failure.stack.as_deref().is_none_or(|name| name == stack)
                && (failure.resource == logical_id || failure.resource == kind);
            is_meant.then_some(failure.reason.as_str())
        }
        Fault::Deny(_) => None,
    })
}
