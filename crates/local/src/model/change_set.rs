//! Change sets as the store keeps them.

use serde::{Deserialize, Serialize};

use crate::model::clock::Time;
use crate::model::request::{ChangeSetType, OnStackFailure};
use crate::model::response::ResourceChange;
use crate::model::stack::{Stack, StackDefinition, StepSubject};
use crate::model::status::{ChangeSetStatus, ExecutionStatus, StackStatus};

/// A change set. Its statuses are derived from the time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: ChangeSetType,
    pub(crate) created: Time,
    /// The time at which the creation completes or fails.
    pub(crate) ready: Time,
    /// The reason why the change set cannot be executed.
    pub(crate) failure: Option<String>,
    pub(crate) definition: StackDefinition,
    pub(crate) on_stack_failure: Option<OnStackFailure>,
    pub(crate) changes: Vec<ResourceChange>,
    /// Another operation has changed the stack since.
    pub(crate) obsolete: bool,
    /// The operation that executes the change set.
    pub(crate) executed: Option<String>,
}

impl ChangeSet {
    /// Returns the status at `now`.
    pub(crate) fn status(&self, now: Time) -> ChangeSetStatus {
        if now < self.ready {
            return ChangeSetStatus::CreateInProgress;
        }
        match self.failure {
            Some(_) => ChangeSetStatus::Failed,
            None => ChangeSetStatus::CreateComplete,
        }
    }

    /// Returns the execution status at `now`.
    pub(crate) fn execution_status(&self, stack: &Stack, now: Time) -> ExecutionStatus {
        if let Some(operation) = &self.executed {
            return execution(stack, operation, now);
        }
        match self.status(now) {
            _ if self.obsolete => ExecutionStatus::Obsolete,
            ChangeSetStatus::CreateComplete => ExecutionStatus::Available,
            _ => ExecutionStatus::Unavailable,
        }
    }
}

/// Returns the execution status of an operation at `now`.
fn execution(stack: &Stack, operation: &str, now: Time) -> ExecutionStatus {
    let is_execution = |operation_id: &str| operation_id == operation;
    let segment = stack
        .segments
        .iter()
        .find(|segment| is_execution(&segment.operation.id));
    let steps = segment.into_iter().flat_map(|segment| &segment.steps);
    let mut statuses = steps
        .filter(|step| step.at <= now)
        .filter_map(|step| match &step.subject {
            StepSubject::Stack(stack) => Some(stack.status),
            StepSubject::Resource(_) | StepSubject::Refresh(_) => None,
        });
    match statuses.next_back() {
        Some(StackStatus::CreateComplete | StackStatus::UpdateComplete) => {
            ExecutionStatus::ExecuteComplete
        }
        Some(StackStatus::UpdateCompleteCleanupInProgress) => ExecutionStatus::ExecuteComplete,
        Some(StackStatus::CreateFailed | StackStatus::UpdateFailed) => {
            ExecutionStatus::ExecuteFailed
        }
        // A rollback is a segment of its own. Once it has begun, the execution has failed.
        _ if stack
            .operation(now)
            .is_some_and(|latest| !is_execution(&latest.id)) =>
        {
            ExecutionStatus::ExecuteFailed
        }
        _ => ExecutionStatus::ExecuteInProgress,
    }
}
