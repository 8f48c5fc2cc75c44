//! A stack's state at one time: the sum of its steps up to then.

use indexmap::IndexMap;

use super::super::clock::Time;
use super::super::status::{ResourceStatus, StackStatus};
use super::{
    LiveResource, OperationKind, Output, ResourceStep, Segment, Stack, StackDefinition, StackStep,
    StateChange, StepSubject,
};

/// A stack's state at one time.
#[derive(Debug, Clone)]
pub(crate) struct StackState<'a> {
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<&'a str>,
    pub(crate) definition: usize,
    pub(crate) outputs: &'a [Output],
    pub(crate) resources: IndexMap<&'a str, ResourceState<'a>>,
    /// The physical resources that were replaced and not deleted yet.
    pub(crate) replaced: Vec<&'a LiveResource>,
    pub(crate) last_updated: Option<Time>,
    pub(crate) deletion: Option<Time>,
    /// The last step with a status in which every operation may start.
    pub(crate) last_settled: Option<StepPosition>,
}

/// A step's position in a timeline: the index of its segment and its index in the segment.
pub(crate) type StepPosition = (usize, usize);

/// A resource's state at one time.
#[derive(Debug, Clone)]
pub(crate) struct ResourceState<'a> {
    pub(crate) kind: &'a str,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<&'a str>,
    pub(crate) at: Time,
    pub(crate) physical_id: &'a str,
    /// The physical resource, while it exists.
    pub(crate) live: Option<&'a LiveResource>,
}

impl Stack {
    /// Returns the stack's state at `now`.
    pub(crate) fn at(&self, now: Time) -> StackState<'_> {
        self.replay(|_, at| at <= now)
    }

    /// Returns the state at the last step with a status in which every operation may start.
    pub(crate) fn baseline(&self, state: &StackState<'_>) -> Option<StackState<'_>> {
        let settled = state.last_settled?;
        Some(self.replay(|position, _| position <= settled))
    }

    fn replay(&self, includes: impl Fn(StepPosition, Time) -> bool) -> StackState<'_> {
        let mut state = StackState::default();
        for (segment, Segment { operation, steps }) in self.segments.iter().enumerate() {
            if !includes((segment, 0), operation.at) {
                break;
            }
            match operation.kind {
                OperationKind::UpdateStack => state.last_updated = Some(operation.at),
                OperationKind::DeleteStack => state.deletion = Some(operation.at),
                _ => {}
            }
            for (index, step) in steps.iter().enumerate() {
                if !includes((segment, index), step.at) {
                    break;
                }
                match &step.subject {
                    StepSubject::Stack(stack) => state.apply_stack_step((segment, index), stack),
                    StepSubject::Resource(resource) => state.apply_resource_step(step.at, resource),
                    StepSubject::Refresh(live) => state.refresh(live),
                }
            }
        }
        if !matches!(
            state.status,
            StackStatus::DeleteInProgress | StackStatus::DeleteComplete | StackStatus::DeleteFailed
        ) {
            state.deletion = None;
        }
        state
    }

    /// Returns the definition that applies in `state`.
    pub(crate) fn definition(&self, state: &StackState<'_>) -> &StackDefinition {
        &self.definitions[state.definition]
    }
}

impl Default for StackState<'_> {
    /// Returns the state before the first step.
    fn default() -> Self {
        Self {
            status: StackStatus::ReviewInProgress,
            reason: None,
            definition: 0,
            outputs: &[],
            resources: IndexMap::new(),
            replaced: Vec::new(),
            last_updated: None,
            deletion: None,
            last_settled: None,
        }
    }
}

impl<'a> StackState<'a> {
    /// Returns the physical resource of a logical id.
    pub(crate) fn live(&self, logical_id: &str) -> Option<&'a LiveResource> {
        self.resources.get(logical_id)?.live
    }

    /// Returns the physical resources of all logical ids.
    pub(crate) fn live_resources(&self) -> impl Iterator<Item = &'a LiveResource> {
        self.resources.values().filter_map(|resource| resource.live)
    }

    fn apply_stack_step(&mut self, position: StepPosition, step: &'a StackStep) {
        self.status = step.status;
        self.reason = step.reason.as_deref();
        if let Some(definition) = step.definition {
            self.definition = definition;
        }
        if let Some(outputs) = &step.outputs {
            self.outputs = outputs;
        }
        if step.status.is_settled() {
            self.last_settled = Some(position);
        }
    }

    fn refresh(&mut self, live: &'a LiveResource) {
        if let Some(resource) = self.resources.get_mut(live.logical_id.as_str()) {
            resource.live = Some(live);
        }
    }

    fn apply_resource_step(&mut self, at: Time, step: &'a ResourceStep) {
        let id = step.logical_id.as_str();
        let current = self.live(id);
        match &step.change {
            StateChange::Assigned(live) => {
                if let Some(old) = current.filter(|old| old.physical_id != live.physical_id) {
                    self.replaced.push(old);
                }
                self.replaced
                    .retain(|old| old.physical_id != live.physical_id || old.logical_id != id);
                self.set_resource(at, step, Some(live));
            }
            StateChange::Unchanged => {
                // The cleanup of a replaced resource does not affect its successor.
                if !self.is_replaced(step) {
                    self.set_resource(at, step, current);
                }
            }
            StateChange::Released | StateChange::Removed => {
                if self.is_replaced(step) {
                    self.replaced
                        .retain(|old| old.logical_id != id || old.physical_id != step.physical_id);
                } else if step.change == StateChange::Removed {
                    self.resources.shift_remove(id);
                } else {
                    self.set_resource(at, step, None);
                }
            }
        }
    }

    fn is_replaced(&self, step: &ResourceStep) -> bool {
        self.replaced
            .iter()
            .any(|old| old.logical_id == step.logical_id && old.physical_id == step.physical_id)
    }

    fn set_resource(&mut self, at: Time, step: &'a ResourceStep, live: Option<&'a LiveResource>) {
        let resource = ResourceState {
            kind: &step.kind,
            status: step.status,
            reason: step.reason.as_deref(),
            at,
            physical_id: live.map_or(step.physical_id.as_str(), |live| live.physical_id.as_str()),
            live,
        };
        self.resources.insert(&step.logical_id, resource);
    }
}
