//! What happens in a run, told as it happens.
//!
//! One enum for every display. The engine sends and never waits: where nobody listens any more the events are lost
//! and the run goes on.

use std::time::{Duration, SystemTime};

use formwork_aws::{StackId, StackStatus};
use formwork_blueprint::{AssetName, StackKey};
use formwork_template::StackName;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::outcome::{Operation, Outcome};
use crate::plan::Action;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The account is being read.
    Observing,
    /// The account was read.
    Observed {
        /// How many of the blueprint's stacks are deployed.
        deployed: usize,
    },
    /// A change set is being made to learn what an update would do.
    Previewing {
        /// The stack.
        stack: StackKey,
    },
    /// That change set is there.
    Previewed {
        /// The stack.
        stack: StackKey,
    },
    /// An asset's course.
    Asset {
        /// The asset.
        asset: AssetName,
        /// Where it stands.
        step: AssetStep,
    },
    /// The stacks' operations begin.
    Begin {
        /// Every stack of the run, in order, with what is known of it.
        stacks: Vec<Begin>,
    },
    /// An operation was accepted or taken over.
    Started {
        /// The stack.
        stack: StackKey,
        /// What is done.
        operation: Operation,
        /// The stack's ARN.
        id: StackId,
        /// Whether it was begun in this run.
        origin: Origin,
    },
    /// Someone else's operation is waited for.
    Waiting {
        /// The stack.
        stack: StackKey,
        /// The state it is in.
        status: StackStatus,
    },
    /// The stack's own state changed.
    Status {
        /// The stack.
        stack: StackKey,
        /// The state.
        status: StackStatus,
    },
    /// A resource of a running stack moved.
    Resource {
        /// The stack.
        stack: StackKey,
        /// What happened to it.
        change: ResourceEvent,
    },
    /// A stack has its outcome.
    Finished {
        /// The stack.
        stack: StackKey,
        /// The outcome.
        outcome: Outcome,
    },
    /// AWS throttles: the rates were lowered.
    Throttled {
        /// The call that was throttled.
        action: &'static str,
    },
    /// A look at the stacks in flight failed; the next one may go through.
    PollFailed {
        /// What AWS or the network said.
        message: String,
    },
    /// The user interrupted the run.
    Interrupted {
        /// How far.
        level: crate::cancel::Level,
        /// The stacks whose operations go on.
        in_flight: Vec<StackKey>,
    },
    /// All stacks have their outcome.
    End,
}

/// A stack at the beginning of a run.
#[derive(Debug, Clone)]
pub struct Begin {
    /// Its key.
    pub stack: StackKey,
    /// Its name in CloudFormation.
    pub name: StackName,
    /// What is planned.
    pub action: Action,
    /// How many resources the operation is expected to touch.
    pub resources: usize,
    /// The stacks that it waits for.
    pub waits_for: Vec<StackKey>,
}

/// Who began an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This run.
    Begun,
    /// An earlier run, which asked for the same.
    TakenOver,
}

/// Where an asset stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetStep {
    /// Its crate is being built.
    Building,
    /// It is packed.
    Packed {
        /// Its size in bytes.
        bytes: u64,
        /// The SHA-256 of its content.
        hash: String,
    },
    /// It is being uploaded.
    Uploading {
        /// Its size in bytes.
        bytes: u64,
    },
    /// It is in the bucket: since before, or uploaded now.
    Ready,
}

/// One step of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceEvent {
    /// The logical id.
    pub logical_id: String,
    /// The physical id, once it has one.
    pub physical_id: Option<String>,
    /// The type.
    pub resource_type: String,
    /// The state, as `CREATE_IN_PROGRESS`.
    pub status: String,
    /// Where that state stands.
    pub phase: Phase,
    /// The reason, in CloudFormation's words.
    pub reason: Option<String>,
    /// When it happened, by AWS's clock.
    pub time: SystemTime,
}

/// Where a resource's step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It began, or goes on.
    Running,
    /// It is done, after this time since its first event in the operation.
    Done(Option<Duration>),
    /// It failed.
    Failed,
}

/// An event with its time.
#[derive(Debug, Clone)]
pub struct Stamped {
    /// How long after the beginning of the run.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}

/// Where events go.
#[derive(Debug, Clone)]
pub struct Events {
    to: mpsc::UnboundedSender<Stamped>,
    since: Instant,
}

impl Events {
    /// A channel for one run, whose clock starts now.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Stamped>) {
        let (to, from) = mpsc::unbounded_channel();
        let since = Instant::now();
        (Self { to, since }, from)
    }

    /// Tells an event to whoever still listens.
    pub fn tell(&self, event: Event) {
        let at = self.since.elapsed();
        // Nobody listens any more: the run goes on all the same.
        let _ = self.to.send(Stamped { at, event });
    }
}
