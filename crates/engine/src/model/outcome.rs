//! The result of a run: one outcome for each stack, and a summary of all.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::StackKey;
use formwork_template::StackName;
use formwork_template::diagnostics::Span;
use indexmap::IndexMap;

use super::cancel::CancelLevel;
use super::hazard::Blocker;
use super::plan::Purpose;
use super::refusal::Refusal;

/// The outcome of a stack. Each stack of a run has exactly one.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// An operation succeeded.
    Changed {
        /// The operation.
        operation: Operation,
        /// The number of resources that completed a step, as far as the run saw their events.
        resources: usize,
        /// The operation's duration.
        took: Duration,
    },
    /// The stack was already up to date.
    Unchanged,
    /// The stack is not up to date, because of a failure.
    Failed(Box<StackFailure>),
    /// The stack was not started.
    Skipped(SkipReason),
    /// The end of the operation is unknown: the run detached from it, or AWS did not answer any more.
    Unknown {
        /// The operation in progress.
        operation: Operation,
        /// The reason.
        reason: String,
    },
}

/// An operation on a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Creates it.
    Create,
    /// Updates it.
    Update,
    /// Deletes it.
    Delete,
    /// Sets its termination protection.
    Protect,
}

/// The reason why a stack was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// This stack did not succeed, and the skipped one depends on it, directly or not.
    Dependency(StackKey),
    /// The user interrupted the run.
    Interrupted,
    /// This stack failed, and `--fail-fast` was given.
    FailFast(StackKey),
}

/// The failure of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct StackFailure {
    /// The operation; `None` if nothing was sent for this stack.
    pub operation: Option<Operation>,
    /// The kind of failure.
    pub kind: FailureKind,
    /// The stack's status after the failure, if it is known.
    pub status: Option<StackStatus>,
    /// The reason for the status, in CloudFormation's words.
    pub status_reason: Option<String>,
    /// The root cause.
    pub cause: Option<RootCause>,
    /// The logical ids whose work was cancelled as a consequence.
    pub cancelled: Vec<String>,
    /// The next step for the user, if it is known.
    pub advice: Option<String>,
    /// The operation's duration.
    pub took: Duration,
}

/// The kind of a failure.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureKind {
    /// The operation ran and failed; see the root cause.
    Operation,
    /// CloudFormation refused the deletion after it had started, because an export is in use.
    DeleteRefused,
    /// A call was refused or not answered.
    Call {
        /// The API action, such as `CreateStack`.
        action: String,
        /// The error message.
        message: String,
    },
    /// The stack is not changed, for this reason.
    Refused(Refusal),
    /// A hazard that the change set revealed needs the user's permission.
    Blocked(Vec<Blocker>),
    /// A bug in formwork.
    Internal(String),
}

/// The event that made an operation fail.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCause {
    /// The resource; the stack's name if the stack itself has the reason.
    pub logical_id: String,
    /// The resource type.
    pub resource_type: String,
    /// The property that the reason names, such as `Environment.Variables.LOG_LEVEL`.
    pub property: Option<String>,
    /// The reason, in the words of CloudFormation or of the service behind the resource.
    pub reason: String,
    /// The event's time.
    pub time: Option<SystemTime>,
    /// The resource's or the property's place in the blueprint.
    pub span: Option<Span>,
}

/// The summary of a run.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The purpose.
    pub purpose: Purpose,
    /// Every stack's outcome, in the order of the plan.
    pub stacks: IndexMap<StackKey, Outcome>,
    /// The stacks that are deployed after the run, as far as the run saw them.
    pub deployed: IndexMap<StackKey, DeployedStack>,
    /// The inputs of other deployed stacks that hold an old value now.
    pub stale: Vec<StaleInput>,
    /// The level of the user's interruption.
    pub interruption: Option<CancelLevel>,
    /// The run's duration.
    pub took: Duration,
}

/// A stack that is deployed after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployedStack {
    /// The ARN.
    pub id: StackId,
    /// The name.
    pub name: StackName,
    /// The outputs.
    pub outputs: BTreeMap<String, String>,
}

/// A parameter of a deployed stack outside the run that holds an old value of a changed output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleInput {
    /// The stack with the old value.
    pub consumer: StackKey,
    /// The parameter that holds it.
    pub parameter: String,
    /// The stack whose output changed.
    pub stack: StackKey,
    /// The output.
    pub output: String,
}

/// The result of a run as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunResult {
    /// Every stack is up to date.
    Succeeded,
    /// At least one stack is not up to date.
    Failed,
    /// The user interrupted the run before its end.
    Interrupted,
}

impl Outcome {
    /// Returns whether the stack is up to date.
    pub fn is_success(&self) -> bool {
        matches!(self, Outcome::Changed { .. } | Outcome::Unchanged)
    }
}

impl Summary {
    /// Returns the result of the run as a whole.
    pub fn result(&self) -> RunResult {
        let all = self.stacks.values().all(Outcome::is_success);
        let failed = self
            .stacks
            .values()
            .any(|outcome| matches!(outcome, Outcome::Failed(_)));
        match (all, self.interruption) {
            (true, _) => RunResult::Succeeded,
            (false, Some(_)) if !failed => RunResult::Interrupted,
            (false, _) => RunResult::Failed,
        }
    }

    /// Counts the stacks whose outcome matches.
    pub fn count(&self, matches: impl Fn(&Outcome) -> bool) -> usize {
        self.stacks
            .values()
            .filter(|outcome| matches(outcome))
            .count()
    }
}
