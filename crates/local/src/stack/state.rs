//! What a stack is at one time: its steps up to then, added up.

use indexmap::IndexMap;

use super::{
    Definition, Effect, Live, OperationKind, Output, ResourceStep, Segment, Stack, StackStep, What,
};
use crate::clock::Time;
use crate::status::{ResourceStatus, StackStatus};

/// A stack at one time.
#[derive(Debug, Clone)]
pub(crate) struct State<'a> {
    pub(crate) status: StackStatus,
    pub(crate) reason: Option<&'a str>,
    pub(crate) definition: usize,
    pub(crate) outputs: &'a [Output],
    pub(crate) resources: IndexMap<&'a str, ResourceState<'a>>,
    /// Physical resources that were replaced and wait to be deleted.
    pub(crate) leftovers: Vec<&'a Live>,
    pub(crate) last_updated: Option<Time>,
    pub(crate) deletion: Option<Time>,
    /// When it was last in a state from which every operation may start.
    pub(crate) settled: Option<Place>,
}

/// A step's place: its segment and its index therein.
pub(crate) type Place = (usize, usize);

/// A resource at one time.
#[derive(Debug, Clone)]
pub(crate) struct ResourceState<'a> {
    pub(crate) kind: &'a str,
    pub(crate) status: ResourceStatus,
    pub(crate) reason: Option<&'a str>,
    pub(crate) at: Time,
    pub(crate) physical_id: &'a str,
    /// The physical resource behind it, while there is one.
    pub(crate) live: Option<&'a Live>,
}

impl Stack {
    /// What the stack is at `now`.
    pub(crate) fn at(&self, now: Time) -> State<'_> {
        self.add_up(|_, at| at <= now)
    }

    /// What the stack was when it was last in a state from which every operation may start.
    pub(crate) fn baseline(&self, state: &State<'_>) -> Option<State<'_>> {
        let settled = state.settled?;
        Some(self.add_up(|place, _| place <= settled))
    }

    fn add_up(&self, includes: impl Fn(Place, Time) -> bool) -> State<'_> {
        let mut state = State::default();
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
                match &step.what {
                    What::Stack(stack) => state.take_stack((segment, index), stack),
                    What::Resource(resource) => state.take_resource(step.at, resource),
                    What::Kept(live) => state.keep(live),
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

    /// The definition that holds in `state`.
    pub(crate) fn definition(&self, state: &State<'_>) -> &Definition {
        &self.definitions[state.definition]
    }
}

impl Default for State<'_> {
    /// A stack of which nothing has happened yet.
    fn default() -> Self {
        Self {
            status: StackStatus::ReviewInProgress,
            reason: None,
            definition: 0,
            outputs: &[],
            resources: IndexMap::new(),
            leftovers: Vec::new(),
            last_updated: None,
            deletion: None,
            settled: None,
        }
    }
}

impl<'a> State<'a> {
    /// The physical resource behind a logical id.
    pub(crate) fn live(&self, logical_id: &str) -> Option<&'a Live> {
        self.resources.get(logical_id)?.live
    }

    /// Every physical resource that a logical id stands for.
    pub(crate) fn lives(&self) -> impl Iterator<Item = &'a Live> {
        self.resources.values().filter_map(|resource| resource.live)
    }

    fn take_stack(&mut self, place: Place, step: &'a StackStep) {
        self.status = step.status;
        self.reason = step.reason.as_deref();
        if let Some(definition) = step.definition {
            self.definition = definition;
        }
        if let Some(outputs) = &step.outputs {
            self.outputs = outputs;
        }
        if step.status.is_settled() {
            self.settled = Some(place);
        }
    }

    fn keep(&mut self, live: &'a Live) {
        if let Some(resource) = self.resources.get_mut(live.logical_id.as_str()) {
            resource.live = Some(live);
        }
    }

    fn take_resource(&mut self, at: Time, step: &'a ResourceStep) {
        let id = step.logical_id.as_str();
        let current = self.live(id);
        match &step.effect {
            Effect::Live(live) => {
                if let Some(old) = current.filter(|old| old.physical_id != live.physical_id) {
                    self.leftovers.push(old);
                }
                self.leftovers
                    .retain(|old| old.physical_id != live.physical_id || old.logical_id != id);
                self.show(at, step, Some(live));
            }
            Effect::Shown => {
                // Events of a replaced resource's cleanup do not touch the one that took its place.
                let is_leftover = self.is_leftover(step);
                if !is_leftover {
                    self.show(at, step, current);
                }
            }
            Effect::Gone | Effect::Forgotten => {
                if self.is_leftover(step) {
                    self.leftovers
                        .retain(|old| old.logical_id != id || old.physical_id != step.physical_id);
                } else if step.effect == Effect::Forgotten {
                    self.resources.shift_remove(id);
                } else {
                    self.show(at, step, None);
                }
            }
        }
    }

    fn is_leftover(&self, step: &ResourceStep) -> bool {
        self.leftovers
            .iter()
            .any(|old| old.logical_id == step.logical_id && old.physical_id == step.physical_id)
    }

    fn show(&mut self, at: Time, step: &'a ResourceStep, live: Option<&'a Live>) {
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
