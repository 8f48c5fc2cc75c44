//! An operation in progress, and the meaning of its stack's status. Pure.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use formwork_aws::{ClientToken, Stack, StackId, StackStatus};
use formwork_blueprint::StackKey;
use tokio::time::Instant;

use crate::model::desired::DesiredStack;
use crate::model::event::Origin;
use crate::model::outcome::Operation;

/// An operation in progress.
#[derive(Debug, Clone)]
pub(super) struct RunningOperation {
    pub(super) key: StackKey,
    pub(super) id: StackId,
    pub(super) operation: Operation,
    pub(super) origin: Origin,
    /// The next step after its end.
    pub(super) after: AfterOperation,
    /// The token, if this run started it.
    pub(super) token: Option<ClientToken>,
    pub(super) start: Instant,
    /// The time at which its events were read last, or its start.
    pub(super) events_read: Instant,
    /// The stack's last update before its start.
    pub(super) updated_before: Option<SystemTime>,
    /// The stack's status before its start.
    pub(super) status_before: Option<StackStatus>,
    /// True once a poll saw it in progress. Until then, a response may be older than the operation.
    pub(super) seen_in_progress: bool,
    /// The status that was reported last.
    pub(super) status: Option<StackStatus>,
    /// The desired stack; `None` for a deletion.
    pub(super) desired: Option<Arc<DesiredStack>>,
    /// The resources to retain if the deletion fails on them. The second attempt takes them.
    pub(super) retain: Vec<String>,
}

/// The next step after an operation's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterOperation {
    /// Its end determines the stack's outcome.
    Finish,
    /// The stack is read and assessed again.
    Reassess,
}

/// The state of an operation, by its stack's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OperationState {
    /// It is in progress.
    Running,
    /// It has ended.
    Ended,
    /// The status may be older than the operation, so the events must decide.
    Stale,
}

impl RunningOperation {
    /// Returns an operation that starts now.
    pub(super) fn started(key: &StackKey, id: StackId, operation: Operation) -> Self {
        Self {
            key: key.clone(),
            id,
            operation,
            origin: Origin::Started,
            after: AfterOperation::Finish,
            token: None,
            start: Instant::now(),
            events_read: Instant::now(),
            updated_before: None,
            status_before: None,
            seen_in_progress: false,
            status: None,
            desired: None,
            retain: Vec::new(),
        }
    }

    /// Returns an operation that was found in progress.
    pub(super) fn adopted(
        key: &StackKey,
        stack: &Stack,
        operation: Operation,
        after: AfterOperation,
    ) -> Self {
        Self {
            origin: Origin::Adopted,
            after,
            seen_in_progress: true,
            status: Some(stack.status),
            ..Self::started(key, stack.id.clone(), operation)
        }
    }

    /// Returns the time for which this run has watched it.
    pub(super) fn age(&self) -> Duration {
        self.start.elapsed()
    }

    /// Returns the operation's state by its stack's status.
    ///
    /// DescribeStacks is eventually consistent: it may still show the time before the operation. So a status in which
    /// the operation cannot end, or that the stack had before, is stale until a poll saw the operation in progress.
    pub(super) fn update_state(&mut self, stack: &Stack) -> OperationState {
        let status = stack.status;
        if status.is_in_progress() {
            self.seen_in_progress = true;
            return OperationState::Running;
        }
        let is_end = match self.operation {
            _ if self.after == AfterOperation::Reassess && self.origin == Origin::Adopted => true,
            Operation::Create => is_end_of_creation(status),
            Operation::Update | Operation::Protect => is_end_of_update(status),
            // After DELETE_IN_PROGRESS, every other stable status means that the deletion was refused.
            Operation::Delete => {
                self.seen_in_progress
                    || matches!(
                        status,
                        StackStatus::DeleteComplete | StackStatus::DeleteFailed
                    )
            }
        };
        let is_unmoved = self.operation == Operation::Update
            && !self.seen_in_progress
            && stack.updated == self.updated_before;
        // The second deletion of a stack starts in DELETE_FAILED.
        let is_as_before = self.operation == Operation::Delete
            && !self.seen_in_progress
            && self.status_before == Some(status);
        match is_end && !is_unmoved && !is_as_before {
            true => OperationState::Ended,
            false => OperationState::Stale,
        }
    }
}

fn is_end_of_creation(status: StackStatus) -> bool {
    use StackStatus::{
        CreateComplete, CreateFailed, DeleteComplete, DeleteFailed, RollbackComplete,
        RollbackFailed,
    };
    let ends = [
        CreateComplete,
        CreateFailed,
        RollbackComplete,
        RollbackFailed,
        DeleteComplete,
        DeleteFailed,
    ];
    ends.contains(&status)
}

fn is_end_of_update(status: StackStatus) -> bool {
    use StackStatus::{
        DeleteComplete, UpdateComplete, UpdateFailed, UpdateRollbackComplete, UpdateRollbackFailed,
    };
    let ends = [
        UpdateComplete,
        UpdateFailed,
        UpdateRollbackComplete,
        UpdateRollbackFailed,
        DeleteComplete,
    ];
    ends.contains(&status)
}
