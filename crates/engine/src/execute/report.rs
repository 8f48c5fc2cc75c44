//! The report of a worker: the outcome of its stack, or the operation that is in progress now.

use std::time::Duration;

use formwork_aws::{Error, Stack, StackEvent, StackStatus};

use super::operation::RunningOperation;
use crate::model::outcome::{FailureKind, Operation, Outcome, SkipReason, StackFailure};
use crate::model::refusal::Refusal;

/// The report of a worker about its stack.
#[derive(Debug)]
pub(super) struct WorkerReport {
    pub(super) progress: StackProgress,
    /// The stack's events that the worker read, oldest first.
    pub(super) events: Vec<StackEvent>,
}

/// The progress of a stack.
#[derive(Debug)]
pub(super) enum StackProgress {
    /// The stack has its outcome; with the stack itself, if it exists.
    Finished(Outcome, Option<Box<Stack>>),
    /// Our operation is in progress.
    Started(Box<RunningOperation>),
    /// An operation is in progress that was reported before or is foreign.
    Waiting(Box<RunningOperation>),
}

impl WorkerReport {
    pub(super) fn finished(outcome: Outcome, stack: Option<Stack>) -> Self {
        Self::new(StackProgress::Finished(outcome, stack.map(Box::new)))
    }

    pub(super) fn started(operation: RunningOperation) -> Self {
        Self::new(StackProgress::Started(Box::new(operation)))
    }

    pub(super) fn waiting(operation: RunningOperation) -> Self {
        Self::new(StackProgress::Waiting(Box::new(operation)))
    }

    /// Reports that the user's interruption skipped the stack.
    pub(super) fn interrupted() -> Self {
        Self::finished(Outcome::Skipped(SkipReason::Interrupted), None)
    }

    /// Reports that the stack is not changed, for this reason.
    pub(super) fn refused(refusal: Refusal, status: Option<StackStatus>) -> Self {
        Self::finished(not_started(FailureKind::Refused(refusal), status), None)
    }

    pub(super) fn with_events(mut self, events: Vec<StackEvent>) -> Self {
        self.events = events;
        self
    }

    fn new(progress: StackProgress) -> Self {
        Self {
            progress,
            events: Vec::new(),
        }
    }
}

/// Returns the outcome of a call that was refused or not answered.
pub(super) fn failed_call(operation: Option<Operation>, error: &Error, took: Duration) -> Outcome {
    Outcome::Failed(Box::new(StackFailure {
        operation,
        kind: FailureKind::Call {
            action: error.action.to_owned(),
            message: error.to_string(),
        },
        status: None,
        status_reason: None,
        cause: None,
        cancelled: Vec::new(),
        advice: None,
        took,
    }))
}

/// Returns the outcome of a failure before anything was sent.
pub(super) fn not_started(kind: FailureKind, status: Option<StackStatus>) -> Outcome {
    Outcome::Failed(Box::new(StackFailure {
        operation: None,
        kind,
        status,
        status_reason: None,
        cause: None,
        cancelled: Vec::new(),
        advice: None,
        took: Duration::ZERO,
    }))
}
