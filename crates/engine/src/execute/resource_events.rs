//! Converts a stack's events to resource events and reports each once. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use formwork_aws::StackEvent;

use crate::model::event::{Phase, ResourceEvent};
use crate::targets::client::starts_operation;

/// The events of a stack's resources that were reported.
#[derive(Debug, Default)]
pub(super) struct ResourceEventLog {
    /// The ids of the reported events.
    reported: BTreeSet<String>,
    /// The time of each resource's first event.
    first: BTreeMap<String, SystemTime>,
    /// The resources that completed a step.
    done: BTreeSet<String>,
}

impl ResourceEventLog {
    /// Adds events, oldest first, and returns those of the last operation that were not reported yet.
    pub(super) fn add(&mut self, mut events: Vec<StackEvent>) -> Vec<ResourceEvent> {
        let first = events.iter().rposition(starts_operation).unwrap_or(0);
        events.drain(..first);
        events
            .into_iter()
            .filter(|event| !event.is_of_stack())
            .filter_map(|event| self.report(event))
            .collect()
    }

    /// Returns the number of resources that completed a step.
    pub(super) fn done_count(&self) -> usize {
        self.done.len()
    }

    fn report(&mut self, event: StackEvent) -> Option<ResourceEvent> {
        let status = event.status?;
        if !self.reported.insert(event.id) {
            return None;
        }
        let first = *self
            .first
            .entry(event.logical_id.clone())
            .or_insert(event.time);
        let phase = if status.is_failed() {
            Phase::Failed
        } else if status.is_complete() {
            self.done.insert(event.logical_id.clone());
            Phase::Done(event.time.duration_since(first).ok())
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
