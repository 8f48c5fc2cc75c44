//! The events of a run: one enum for every display.
//!
//! The engine sends events and never waits for a receiver. After the receiver is dropped, the events are lost and the
//! run continues.

use std::time::{Duration, SystemTime};

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::{AssetName, StackKey};
use formwork_template::StackName;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::cancel::CancelLevel;
use super::outcome::{Operation, Outcome};
use super::plan::StackAction;

/// An event of a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The engine starts to read the account.
    Observing,
    /// The engine has read the account.
    Observed {
        /// The number of the blueprint's stacks that are deployed.
        deployed: usize,
    },
    /// A change set is being created to preview an update.
    Previewing {
        /// The stack.
        stack: StackKey,
    },
    /// The change set is complete.
    Previewed {
        /// The stack.
        stack: StackKey,
    },
    /// An asset has reached a step.
    Asset {
        /// The asset.
        asset: AssetName,
        /// The step.
        step: AssetStep,
    },
    /// The stacks' operations start.
    RunStarted {
        /// Every stack of the run, in order.
        stacks: Vec<QueuedStack>,
    },
    /// CloudFormation accepted an operation, or the run adopted one.
    Started {
        /// The stack.
        stack: StackKey,
        /// The operation.
        operation: Operation,
        /// The stack's ARN.
        id: StackId,
        /// The run that started the operation.
        origin: Origin,
    },
    /// The run waits for a foreign operation.
    Waiting {
        /// The stack.
        stack: StackKey,
        /// The stack's status.
        status: StackStatus,
    },
    /// The stack's own status changed.
    Status {
        /// The stack.
        stack: StackKey,
        /// The status.
        status: StackStatus,
    },
    /// The status of a resource changed.
    Resource {
        /// The stack.
        stack: StackKey,
        /// The change.
        change: ResourceEvent,
    },
    /// A stack has its outcome.
    Finished {
        /// The stack.
        stack: StackKey,
        /// The outcome.
        outcome: Outcome,
    },
    /// AWS throttled a call, and the rate was lowered.
    Throttled {
        /// The API action.
        action: &'static str,
    },
    /// A poll of the operations in progress failed; the next one may succeed.
    PollFailed {
        /// The error message.
        message: String,
    },
    /// The user interrupted the run.
    Interrupted {
        /// The level.
        level: CancelLevel,
        /// The stacks whose operations continue.
        in_flight: Vec<StackKey>,
    },
    /// All stacks have their outcome.
    RunFinished,
}

/// A stack at the start of a run.
#[derive(Debug, Clone)]
pub struct QueuedStack {
    /// The stack's key.
    pub stack: StackKey,
    /// The stack's name in CloudFormation.
    pub name: StackName,
    /// The planned action.
    pub action: StackAction,
    /// The number of resources that the operation is expected to touch.
    pub resources: usize,
    /// The stacks that it waits for.
    pub waits_for: Vec<StackKey>,
}

/// The run that started an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This run started it.
    Started,
    /// An earlier run started it and asked for the same.
    Adopted,
}

/// A step on an asset's way into the bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetStep {
    /// Its crate is being built.
    Building,
    /// It is packed.
    Packed {
        /// The size in bytes.
        bytes: u64,
        /// The SHA-256 of the content.
        hash: String,
    },
    /// It is being uploaded.
    Uploading {
        /// The size in bytes.
        bytes: u64,
    },
    /// It is in the bucket, from an earlier run or from this one.
    Ready,
}

/// A change of a resource's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceEvent {
    /// The logical id.
    pub logical_id: String,
    /// The physical id, once it has one.
    pub physical_id: Option<String>,
    /// The resource type.
    pub resource_type: String,
    /// The status, such as `CREATE_IN_PROGRESS`.
    pub status: String,
    /// The phase of the resource's step.
    pub phase: Phase,
    /// The reason, in CloudFormation's words.
    pub reason: Option<String>,
    /// The event's time, by AWS's clock.
    pub time: SystemTime,
}

/// The phase of a resource's step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// In progress.
    Running,
    /// Complete, this long after the resource's first event in the operation.
    Done(Option<Duration>),
    /// Failed.
    Failed,
}

/// An event with its time.
#[derive(Debug, Clone)]
pub struct TimedEvent {
    /// The time since the start of the run.
    pub at: Duration,
    /// The event.
    pub event: Event,
}

/// The sending side of a run's events.
#[derive(Debug, Clone)]
pub struct EventSender {
    sender: mpsc::UnboundedSender<TimedEvent>,
    start: Instant,
}

impl EventSender {
    /// Returns a channel for one run, whose clock starts now.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<TimedEvent>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let start = Instant::now();
        (Self { sender, start }, receiver)
    }

    /// Sends an event.
    pub fn send(&self, event: Event) {
        let at = self.start.elapsed();
        // The run continues without a receiver.
        self.sender.send(TimedEvent { at, event }).ok();
    }
}
