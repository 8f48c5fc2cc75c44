//! The steps of a stack's resources, told once each. Pure: the events are read by others.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use formwork_aws::StackEvent;

use crate::client::begins_operation;
use crate::event::{Phase, ResourceEvent};

/// How far a stack's resources have been told.
#[derive(Debug, Default)]
pub(super) struct Follow {
    told: BTreeSet<String>,
    begun: BTreeMap<String, SystemTime>,
    done: BTreeSet<String>,
}

impl Follow {
    /// Takes events, oldest first, and gives those of the last operation that were not told yet.
    pub(super) fn take(&mut self, mut events: Vec<StackEvent>) -> Vec<ResourceEvent> {
        let first = events.iter().rposition(begins_operation).unwrap_or(0);
        events.drain(..first);
        events
            .into_iter()
            .filter(|event| !event.is_of_stack())
            .filter_map(|event| self.tell(event))
            .collect()
    }

    /// How many resources have reached the end of their step.
    pub(super) fn done(&self) -> usize {
        self.done.len()
    }

    fn tell(&mut self, event: StackEvent) -> Option<ResourceEvent> {
        let status = event.status?;
        if !self.told.insert(event.id) {
            return None;
        }
        let begun = *self
            .begun
            .entry(event.logical_id.clone())
            .or_insert(event.time);
        let phase = if status.is_failed() {
            Phase::Failed
        } else if status.is_complete() {
            self.done.insert(event.logical_id.clone());
            Phase::Done(took(begun, event.time))
        } else {
            Phase::Running
        };
        Some(ResourceEvent {
            logical_id: event.logical_id,
            physical_id: event.physical_id.filter(|id| !id.is_empty()),
            resource_type: event.resource_type,
            status: status.to_string(),
            phase,
            reason: event.reason,
            time: event.time,
        })
    }
}

fn took(from: SystemTime, to: SystemTime) -> Option<Duration> {
    to.duration_since(from).ok()
}
