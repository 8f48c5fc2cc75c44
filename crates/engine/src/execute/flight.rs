//! An operation in flight, and what a look at its stack tells about it. Pure.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use formwork_aws::{ClientToken, Stack, StackId, StackStatus};
use formwork_blueprint::StackKey;
use tokio::time::Instant;

use crate::desired::Desired;
use crate::event::Origin;
use crate::outcome::Operation;

/// An operation in flight.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    pub(super) key: StackKey,
    pub(super) id: StackId,
    pub(super) operation: Operation,
    pub(super) origin: Origin,
    /// What is done when it has ended.
    pub(super) then: Then,
    /// The token of an operation that this run began.
    pub(super) token: Option<ClientToken>,
    pub(super) begun: Instant,
    /// When it was begun, or its events were asked last.
    pub(super) asked: Instant,
    /// When the stack had been updated last before it began.
    pub(super) updated_before: Option<SystemTime>,
    /// The stack's state before it began.
    pub(super) status_before: Option<StackStatus>,
    /// Whether it was seen in progress.
    pub(super) seen: Seen,
    /// The stack's state as it was told last.
    pub(super) status: Option<StackStatus>,
    /// What the stack is to become; none for a deletion.
    pub(super) desired: Option<Arc<Desired>>,
    /// What the deletion leaves in the account when it fails on it; used up by the attempt that says so.
    pub(super) retain: Vec<String>,
}

/// What is done when an operation has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It decides the stack's outcome.
    Conclude,
    /// The stack is looked at anew.
    Again,
}

/// Whether an operation was seen in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Not yet: an answer may be older than the operation.
    NotYet,
    /// It was.
    InProgress,
}

/// What a look at a stack means for its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It goes on.
    Running,
    /// It has ended.
    Ended,
    /// The answer may be older than the operation: its events have to tell.
    Stale,
}

impl Flight {
    /// One that was just begun.
    pub(super) fn begun(key: &StackKey, id: StackId, operation: Operation) -> Self {
        Self {
            key: key.clone(),
            id,
            operation,
            origin: Origin::Begun,
            then: Then::Conclude,
            token: None,
            begun: Instant::now(),
            asked: Instant::now(),
            updated_before: None,
            status_before: None,
            seen: Seen::NotYet,
            status: None,
            desired: None,
            retain: Vec::new(),
        }
    }

    /// One that was found in flight.
    pub(super) fn found(key: &StackKey, stack: &Stack, operation: Operation, then: Then) -> Self {
        Self {
            origin: Origin::TakenOver,
            then,
            seen: Seen::InProgress,
            status: Some(stack.status),
            ..Self::begun(key, stack.id.clone(), operation)
        }
    }

    /// How long it has been in flight here.
    pub(super) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// What a stack's state means for the operation. A state that the operation cannot end in, or that the stack had
    /// before, is stale unless the operation was seen in progress (facts page, section 8).
    pub(super) fn judge(&mut self, stack: &Stack) -> Judgement {
        let status = stack.status;
        if status.is_in_progress() {
            self.seen = Seen::InProgress;
            return Judgement::Running;
        }
        let is_end = match self.operation {
            _ if self.then == Then::Again && self.origin == Origin::TakenOver => true,
            Operation::Create => is_end_of_create(status),
            Operation::Update | Operation::Protect => is_end_of_update(status),
            // After DELETE_IN_PROGRESS every other stable state means that the deletion was refused.
            Operation::Delete => {
                self.seen == Seen::InProgress
                    || matches!(
                        status,
                        StackStatus::DeleteComplete | StackStatus::DeleteFailed
                    )
            }
        };
        let unmoved = self.operation == Operation::Update
            && self.seen == Seen::NotYet
            && stack.updated == self.updated_before;
        // A stack in DELETE_FAILED that is deleted again was so before.
        let as_before = self.operation == Operation::Delete
            && self.seen == Seen::NotYet
            && self.status_before == Some(status);
        match is_end && !unmoved && !as_before {
            true => Judgement::Ended,
            false => Judgement::Stale,
        }
    }
}

fn is_end_of_create(status: StackStatus) -> bool {
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
