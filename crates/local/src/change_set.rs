//! Change sets as they are kept.

use serde::{Deserialize, Serialize};

use crate::answer::ResourceChange;
use crate::clock::Time;
use crate::request::{ChangeSetType, OnStackFailure};
use crate::stack::Definition;
use crate::status::{ChangeSetStatus, ExecutionStatus};

/// A change set; its statuses follow from the time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: ChangeSetType,
    pub(crate) created: Time,
    /// When it is complete or failed.
    pub(crate) ready: Time,
    /// Why it cannot be executed.
    pub(crate) failure: Option<String>,
    pub(crate) definition: Definition,
    pub(crate) on_stack_failure: Option<OnStackFailure>,
    pub(crate) changes: Vec<ResourceChange>,
    /// When another operation overtook it.
    pub(crate) obsolete: bool,
}

impl ChangeSet {
    /// Its status at `now`.
    pub(crate) fn status(&self, now: Time) -> ChangeSetStatus {
        if now < self.ready {
            return ChangeSetStatus::CreateInProgress;
        }
        match self.failure {
            Some(_) => ChangeSetStatus::Failed,
            None => ChangeSetStatus::CreateComplete,
        }
    }

    /// Whether it may be executed at `now`.
    pub(crate) fn execution_status(&self, now: Time) -> ExecutionStatus {
        match self.status(now) {
            _ if self.obsolete => ExecutionStatus::Obsolete,
            ChangeSetStatus::CreateComplete => ExecutionStatus::Available,
            _ => ExecutionStatus::Unavailable,
        }
    }
}
