//! The state of a run, folded from its events. The board and the log both use it.

use std::time::Duration;

use formwork_blueprint::StackKey;
use formwork_engine::{
    Event, Operation, Outcome, Phase, QueuedStack, ResourceEvent, StackAction, TimedEvent,
};
use indexmap::{IndexMap, IndexSet};

/// The state of all stacks of a run.
#[derive(Debug, Default)]
pub struct RunState {
    /// The stacks in the order of the run.
    pub stacks: IndexMap<StackKey, StackState>,
}

/// The state of a stack.
#[derive(Debug)]
pub struct StackState {
    /// The planned action.
    pub action: StackAction,
    /// The expected number of changed resources.
    pub expected: usize,
    /// The stacks that this one waits for.
    pub waits_for: Vec<StackKey>,
    /// The current phase.
    pub phase: StackPhase,
    /// The logical ids of the finished resources.
    pub done: IndexSet<String>,
    /// The resources in progress, in the order in which they started.
    pub running: IndexMap<String, RunningResource>,
}

/// The phases of a stack.
#[derive(Debug)]
pub enum StackPhase {
    /// The operation has not started.
    Pending,
    /// The operation is running.
    Running {
        /// The operation.
        operation: Operation,
        /// The start time.
        since: Duration,
        /// The direction.
        direction: Direction,
    },
    /// The run waits for another user's operation on the stack.
    Waiting {
        /// The start time.
        since: Duration,
    },
    /// The stack has its outcome.
    Finished {
        /// The outcome.
        outcome: Box<Outcome>,
    },
}

/// The direction of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Towards the planned state.
    Forward,
    /// CloudFormation rolls the change back.
    Rollback,
}

/// A resource in progress.
#[derive(Debug)]
pub struct RunningResource {
    /// The resource type.
    pub resource_type: String,
    /// The resource status.
    pub status: String,
    /// The start time.
    pub since: Duration,
}

impl RunState {
    /// Applies an event.
    pub fn apply(&mut self, stamped: &TimedEvent) {
        let at = stamped.at;
        match &stamped.event {
            Event::RunStarted { stacks } => self.stacks = stacks.iter().map(begin).collect(),
            Event::Started {
                stack, operation, ..
            } => {
                if let Some(state) = self.stacks.get_mut(stack) {
                    state.phase = StackPhase::Running {
                        operation: *operation,
                        since: at,
                        direction: Direction::Forward,
                    };
                    // A stack that is created again is deleted first: counting starts again.
                    state.done.clear();
                    state.running.clear();
                }
            }
            Event::Waiting { stack, .. } => {
                if let Some(state) = self.stacks.get_mut(stack) {
                    state.phase = StackPhase::Waiting { since: at };
                }
            }
            Event::Status { stack, status } => {
                if let Some(StackState {
                    phase: StackPhase::Running { direction, .. },
                    done,
                    ..
                }) = self.stacks.get_mut(stack)
                    && status.as_str().contains("ROLLBACK")
                    && *direction == Direction::Forward
                {
                    *direction = Direction::Rollback;
                    done.clear();
                }
            }
            Event::Resource { stack, change } => {
                if let Some(state) = self.stacks.get_mut(stack) {
                    state.resource(change, at);
                }
            }
            Event::Finished { stack, outcome } => {
                if let Some(state) = self.stacks.get_mut(stack) {
                    state.phase = StackPhase::Finished {
                        outcome: Box::new(outcome.clone()),
                    };
                    state.running.clear();
                }
            }
            _ => {}
        }
    }

    /// Returns the stacks with a running or awaited operation.
    pub fn in_flight(&self) -> impl Iterator<Item = (&StackKey, &StackState)> {
        self.stacks.iter().filter(|(_, state)| {
            matches!(
                state.phase,
                StackPhase::Running { .. } | StackPhase::Waiting { .. }
            )
        })
    }
}

fn begin(begin: &QueuedStack) -> (StackKey, StackState) {
    let state = StackState {
        action: begin.action.clone(),
        expected: begin.resources,
        waits_for: begin.waits_for.clone(),
        phase: StackPhase::Pending,
        done: IndexSet::new(),
        running: IndexMap::new(),
    };
    (begin.stack.clone(), state)
}

impl StackState {
    fn resource(&mut self, change: &ResourceEvent, at: Duration) {
        match change.phase {
            Phase::Running => {
                let since = self
                    .running
                    .get(&change.logical_id)
                    .map_or(at, |running| running.since);
                self.running.insert(
                    change.logical_id.clone(),
                    RunningResource {
                        resource_type: change.resource_type.clone(),
                        status: change.status.clone(),
                        since,
                    },
                );
            }
            Phase::Done(_) => {
                self.running.shift_remove(&change.logical_id);
                self.done.insert(change.logical_id.clone());
            }
            Phase::Failed => {
                self.running.shift_remove(&change.logical_id);
            }
        }
    }

    /// Returns the number of finished resources and the number of all.
    pub fn counts(&self) -> (usize, usize) {
        let done = self.done.len();
        // A replaced resource is finished while its old one is still being deleted.
        let more = self.running.keys().filter(|id| !self.done.contains(*id));
        let all = self.expected.max(done + more.count());
        match &self.phase {
            // Some events may be missing, but a successful stack is complete.
            StackPhase::Finished { outcome } if outcome.is_success() => (all, all),
            _ => (done, all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(expected: usize) -> StackState {
        StackState {
            action: StackAction::Update,
            expected,
            waits_for: Vec::new(),
            phase: StackPhase::Pending,
            done: IndexSet::new(),
            running: IndexMap::new(),
        }
    }

    fn event(id: &str, status: &str, phase: Phase) -> ResourceEvent {
        ResourceEvent {
            logical_id: id.to_owned(),
            physical_id: None,
            resource_type: "AWS::SQS::Queue".to_owned(),
            status: status.to_owned(),
            phase,
            reason: None,
            time: std::time::SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_replaced_resource_counts_once() {
        let mut state = state(2);
        let mut counts = |id, status, phase| {
            state.resource(&event(id, status, phase), Duration::ZERO);
            state.counts()
        };
        assert_eq!(counts("A", "UPDATE_COMPLETE", Phase::Done(None)), (1, 2));
        assert_eq!(counts("B", "UPDATE_COMPLETE", Phase::Done(None)), (2, 2));
        assert_eq!(counts("B", "DELETE_IN_PROGRESS", Phase::Running), (2, 2));
        assert_eq!(counts("B", "DELETE_COMPLETE", Phase::Done(None)), (2, 2));
        assert_eq!(counts("C", "CREATE_IN_PROGRESS", Phase::Running), (2, 3));
    }
}
