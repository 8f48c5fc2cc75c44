//! How a run ended: one outcome for each stack, and what follows from all of them.

use std::time::{Duration, SystemTime};

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::StackKey;
use formwork_template::StackName;
use formwork_template::diagnostics::Span;
use indexmap::IndexMap;

use crate::plan::{Blocker, Purpose, Refusal};

/// How a stack ended. Each stack of a run has exactly one.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// An operation went through.
    Changed {
        /// What was done.
        operation: Operation,
        /// How many resources were touched, where that was seen.
        resources: usize,
        /// How long it took.
        took: Duration,
    },
    /// Nothing was to be done.
    Unchanged,
    /// It was not brought to where it should be.
    Failed(Box<Failure>),
    /// It was not begun.
    Skipped(Skip),
    /// It is not known how it ends: the run was left while it was in flight, or AWS could not be asked any more.
    Unknown {
        /// What was in flight.
        operation: Operation,
        /// Why it is not known.
        reason: String,
    },
}

/// An operation on a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Making it.
    Create,
    /// Changing it.
    Update,
    /// Deleting it.
    Delete,
    /// Setting its termination protection.
    Protect,
}

/// Why a stack was not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// A stack that it waits for, directly or not, was not brought to where it should be.
    Because(StackKey),
    /// The user interrupted the run.
    Interrupted,
    /// Another stack failed, and `--fail-fast` was given.
    FailFast(StackKey),
}

/// What went wrong with a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What was tried; none when nothing was sent for this stack.
    pub operation: Option<Operation>,
    /// What went wrong.
    pub kind: FailureKind,
    /// The state in which the stack is now, as far as it is known.
    pub status: Option<StackStatus>,
    /// The state's reason, in CloudFormation's words.
    pub status_reason: Option<String>,
    /// The first real cause.
    pub cause: Option<RootCause>,
    /// Logical ids whose work was cancelled as a consequence.
    pub cancelled: Vec<String>,
    /// What to do, where that is known.
    pub advice: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureKind {
    /// The operation was carried out and failed: see the cause.
    Operation,
    /// The deletion was refused by CloudFormation after it had begun: an export is in use.
    DeleteRefused,
    /// A call was refused or not answered.
    Call {
        /// The call, as `CreateStack`.
        action: String,
        /// What AWS said.
        message: String,
    },
    /// The stack is not touched as it is.
    Refused(Refusal),
    /// What is now known to change needs the user's word.
    Blocked(Vec<Blocker>),
    /// A fault of formwork itself.
    Fault(String),
}

/// The event that made an operation fail.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCause {
    /// The resource; the stack's name where the stack itself gives the reason.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// The property that the reason names, as `Environment.Variables.LOG_LEVEL`.
    pub property: Option<String>,
    /// The reason, in the words of CloudFormation or of the service behind the resource.
    pub reason: String,
    /// When it happened.
    pub time: Option<SystemTime>,
    /// Where the blueprint says it.
    pub span: Option<Span>,
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Summary {
    /// What it was for.
    pub purpose: Purpose,
    /// Every stack's outcome, in the order of the plan.
    pub stacks: IndexMap<StackKey, Outcome>,
    /// The deployed stacks' ids and outputs after the run, as far as they were seen.
    pub deployed: IndexMap<StackKey, Deployed>,
    /// Deployed stacks that were left with a value that is no longer what it was.
    pub stale: Vec<Stale>,
    /// How far the user interrupted it.
    pub interruption: Option<crate::cancel::Level>,
    /// How long it took.
    pub took: Duration,
}

/// A stack as it stands after a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// Its ARN.
    pub id: StackId,
    /// Its name.
    pub name: StackName,
    /// Its outputs.
    pub outputs: std::collections::BTreeMap<String, String>,
}

/// A deployed stack that was left with an old value, for the run did not include it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The stack.
    pub consumer: StackKey,
    /// The parameter that holds the old value.
    pub parameter: String,
    /// The stack whose output changed.
    pub stack: StackKey,
    /// The output.
    pub output: String,
}

/// What a run comes to as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every stack is as it should be.
    Done,
    /// At least one is not.
    Failed,
    /// The user interrupted the run before it was done.
    Interrupted,
}

impl Outcome {
    /// Whether the stack is as it should be.
    pub fn is_success(&self) -> bool {
        matches!(self, Outcome::Changed { .. } | Outcome::Unchanged)
    }
}

impl Summary {
    /// What the run comes to as a whole.
    pub fn verdict(&self) -> Verdict {
        let all = self.stacks.values().all(Outcome::is_success);
        let failed = self
            .stacks
            .values()
            .any(|outcome| matches!(outcome, Outcome::Failed(_)));
        match (all, self.interruption) {
            (true, _) => Verdict::Done,
            (false, Some(_)) if !failed => Verdict::Interrupted,
            (false, _) => Verdict::Failed,
        }
    }

    /// The stacks with that kind of outcome.
    pub fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.stacks
            .values()
            .filter(|outcome| which(outcome))
            .count()
    }
}
