//! What a worker says about its stack when it is done with it.

use formwork_aws::{Stack, StackEvent};

use super::flight::Flight;
use crate::outcome::Outcome;

/// What a worker says about its stack.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) step: Step,
    pub(super) events: Vec<StackEvent>,
}

#[derive(Debug)]
pub(super) enum Step {
    /// It has its outcome; the stack as it is now, where it is there.
    Ended(Outcome, Option<Box<Stack>>),
    /// An operation of ours is in flight.
    Flight(Box<Flight>),
    /// Someone else's operation is in flight and waited for.
    Foreign(Box<Flight>),
}

impl Said {
    pub(super) fn ended(outcome: Outcome, stack: Option<Stack>) -> Self {
        Self::step(Step::Ended(outcome, stack.map(Box::new)))
    }

    pub(super) fn flight(flight: Flight) -> Self {
        Self::step(Step::Flight(Box::new(flight)))
    }

    pub(super) fn foreign(flight: Flight) -> Self {
        Self::step(Step::Foreign(Box::new(flight)))
    }

    pub(super) fn with_events(mut self, events: Vec<StackEvent>) -> Self {
        self.events = events;
        self
    }

    fn step(step: Step) -> Self {
        Self {
            step,
            events: Vec::new(),
        }
    }
}
