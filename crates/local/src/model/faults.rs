//! Faults that a test injects into the work on resources.
//!
//! The store keeps them, so a test can inject a fault into a cloud that another process serves.
//! Faults of the transport (no response, a denied action, throttling) are in `wire::faults`.

use serde::{Deserialize, Serialize};

use super::wire_enum;

/// A resource whose work fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectedFault {
    /// The stack's name; all stacks if absent.
    pub stack: Option<String>,
    /// The resource's logical id or type.
    pub resource: String,
    /// The phase in which the work fails.
    #[serde(rename = "during")]
    pub phase: FaultPhase,
    /// The status reason of the failure.
    pub reason: String,
}

wire_enum! {
    /// The phase of a resource's life in which its work fails.
    FaultPhase {
        Create = "CREATE",
        Update = "UPDATE",
        Delete = "DELETE",
        Rollback = "ROLLBACK",
    }
}

impl InjectedFault {
    /// Returns a fault for a resource, named by its logical id or type, in all stacks.
    pub fn new(resource: &str, phase: FaultPhase, reason: &str) -> Self {
        Self {
            stack: None,
            resource: resource.to_owned(),
            phase,
            reason: reason.to_owned(),
        }
    }

    /// Limits the fault to one stack.
    #[must_use]
    pub fn in_stack(self, name: &str) -> Self {
        Self {
            stack: Some(name.to_owned()),
            ..self
        }
    }
}

/// Returns the reason of the first fault that applies to a resource in a phase.
pub(crate) fn fault_reason(
    faults: &[InjectedFault],
    stack: &str,
    logical_id: &str,
    kind: &str,
    phase: FaultPhase,
) -> Option<String> {
    let fault = faults.iter().find(|fault| {
        fault.phase == phase
            && fault.stack.as_deref().is_none_or(|name| name == stack)
            && (fault.resource == logical_id || fault.resource == kind)
    });
    fault.map(|fault| fault.reason.clone())
}
