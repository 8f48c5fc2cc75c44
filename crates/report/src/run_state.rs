//! How far each stack of a run is: what the displays that count have in common.

use std::time::Duration;

use formwork_blueprint::StackKey;
use formwork_engine::{
    Event, Operation, Outcome, Phase, QueuedStack, ResourceEvent, StackAction, TimedEvent,
};
use indexmap::{IndexMap, IndexSet};

/// The stacks of a run, in its order.
#[derive(Debug, Default)]
pub struct Tally {
    /// How far each of them is.
    pub stacks: IndexMap<StackKey, Progress>,
}

/// How far a stack is.
#[derive(Debug)]
pub struct Progress {
    /// What is planned.
    pub action: StackAction,
    /// How many resources the operation is expected to touch.
    pub expected: usize,
    /// The stacks that it waits for.
    pub waits_for: Vec<StackKey>,
    /// Where it stands.
    pub stage: Stage,
    /// The logical ids that are done.
    pub done: IndexSet<String>,
    /// The resources in work, in the order in which they began.
    pub running: IndexMap<String, Running>,
}

/// Where a stack stands.
#[derive(Debug)]
pub enum Stage {
    /// It was not begun yet.
    Ahead,
    /// Its operation runs since then.
    Runs {
        /// What is done.
        operation: Operation,
        /// Since when.
        since: Duration,
        /// The change turned into its reversal.
        course: Course,
    },
    /// Someone else's operation is waited for since then.
    Waits {
        /// Since when.
        since: Duration,
    },
    /// It has its outcome.
    Over {
        /// The outcome.
        outcome: Box<Outcome>,
    },
}

/// Whether an operation goes where it was meant to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It does.
    Forward,
    /// CloudFormation takes it back.
    Back,
}

/// A resource in work.
#[derive(Debug)]
pub struct Running {
    /// Its type.
    pub resource_type: String,
    /// Its state.
    pub status: String,
    /// Since when.
    pub since: Duration,
}

impl Tally {
    /// Takes an event in.
    pub fn take(&mut self, stamped: &TimedEvent) {
        let at = stamped.at;
        match &stamped.event {
            Event::RunStarted { stacks } => self.stacks = stacks.iter().map(begin).collect(),
            Event::Started {
                stack, operation, ..
            } => {
                if let Some(progress) = self.stacks.get_mut(stack) {
                    progress.stage = Stage::Runs {
                        operation: *operation,
                        since: at,
                        course: Course::Forward,
                    };
                    // A stack that is made again is deleted first: its counting starts anew.
                    progress.done.clear();
                    progress.running.clear();
                }
            }
            Event::Waiting { stack, .. } => {
                if let Some(progress) = self.stacks.get_mut(stack) {
                    progress.stage = Stage::Waits { since: at };
                }
            }
            Event::Status { stack, status } => {
                if let Some(Progress {
                    stage: Stage::Runs { course, .. },
                    done,
                    ..
                }) = self.stacks.get_mut(stack)
                    && status.as_str().contains("ROLLBACK")
                    && *course == Course::Forward
                {
                    *course = Course::Back;
                    done.clear();
                }
            }
            Event::Resource { stack, change } => {
                if let Some(progress) = self.stacks.get_mut(stack) {
                    progress.resource(change, at);
                }
            }
            Event::Finished { stack, outcome } => {
                if let Some(progress) = self.stacks.get_mut(stack) {
                    progress.stage = Stage::Over {
                        outcome: Box::new(outcome.clone()),
                    };
                    progress.running.clear();
                }
            }
            _ => {}
        }
    }

    /// The stacks whose operations run.
    pub fn in_flight(&self) -> impl Iterator<Item = (&StackKey, &Progress)> {
        self.stacks.iter().filter(|(_, progress)| {
            matches!(progress.stage, Stage::Runs { .. } | Stage::Waits { .. })
        })
    }
}

fn begin(begin: &QueuedStack) -> (StackKey, Progress) {
    let progress = Progress {
        action: begin.action.clone(),
        expected: begin.resources,
        waits_for: begin.waits_for.clone(),
        stage: Stage::Ahead,
        done: IndexSet::new(),
        running: IndexMap::new(),
    };
    (begin.stack.clone(), progress)
}

impl Progress {
    fn resource(&mut self, change: &ResourceEvent, at: Duration) {
        match change.phase {
            Phase::Running => {
                let since = self
                    .running
                    .get(&change.logical_id)
                    .map_or(at, |running| running.since);
                self.running.insert(
                    change.logical_id.clone(),
                    Running {
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

    /// How many resources are done, and how many there are to do.
    pub fn counts(&self) -> (usize, usize) {
        let done = self.done.len();
        // What replaced another is done, and still in work when the other is deleted.
        let more = self.running.keys().filter(|id| !self.done.contains(*id));
        let all = self.expected.max(done + more.count());
        match &self.stage {
            // Not every step was seen, but the stack is where it should be.
            Stage::Over { outcome } if outcome.is_success() => (all, all),
            _ => (done, all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(expected: usize) -> Progress {
        Progress {
            action: StackAction::Update,
            expected,
            waits_for: Vec::new(),
            stage: Stage::Ahead,
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
    fn what_is_replaced_is_one_resource() {
        let mut progress = progress(2);
        let mut counts = |id, status, phase| {
            progress.resource(&event(id, status, phase), Duration::ZERO);
            progress.counts()
        };
        assert_eq!(counts("A", "UPDATE_COMPLETE", Phase::Done(None)), (1, 2));
        assert_eq!(counts("B", "UPDATE_COMPLETE", Phase::Done(None)), (2, 2));
        assert_eq!(counts("B", "DELETE_IN_PROGRESS", Phase::Running), (2, 2));
        assert_eq!(counts("B", "DELETE_COMPLETE", Phase::Done(None)), (2, 2));
        assert_eq!(counts("C", "CREATE_IN_PROGRESS", Phase::Running), (2, 3));
    }
}
