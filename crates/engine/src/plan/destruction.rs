//! Creates the plan of a destruction from the deployed stacks, dependents first. Pure.

use std::collections::BTreeSet;

use formwork_blueprint::{Blueprint, StackKey};

use super::deployment::{empty_plan, in_scope};
use super::draft::not_ours;
use super::hazards::losses;
use super::resources::removed_resources;
use crate::model::change::ResourcePlan;
use crate::model::draft::DraftRequest;
use crate::model::observed::{Observed, ObservedStack};
use crate::model::options::ProtectedStacks;
use crate::model::plan::{Basis, Plan, Purpose, StackAction, StackPlan};
use crate::model::refusal::Refusal;
use crate::schedule::Schedule;

/// Creates the plan that deletes the deployed stacks, dependents first.
pub fn plan_destruction(request: &DraftRequest<'_>) -> Plan {
    let mut plan = empty_plan(request, Purpose::Destroy);
    let edges = destruction_edges(request.blueprint, request.observed);
    for key in deletion_order(request, &edges) {
        let live = request.observed.stacks.get(&key);
        let stack = deletion(request, &key, live, &edges);
        if stack.action == StackAction::Delete {
            plan.losses
                .extend(losses(&key, &stack.resources, stack.basis));
        }
        plan.stacks.push(stack);
    }
    plan
}

/// The order of deletions: (deleted first, deleted later).
type DeletionEdges = BTreeSet<(StackKey, StackKey)>;

/// Returns the order of a destruction.
///
/// The deployed templates show which stack uses which. The blueprint's edges are added unless they contradict them.
pub(crate) fn destruction_edges(blueprint: &Blueprint, observed: &Observed) -> DeletionEdges {
    let reversed = |(from, to): (StackKey, StackKey)| (to, from);
    let deployed: DeletionEdges = observed.edges().into_iter().map(reversed).collect();
    let mut declared = DeletionEdges::new();
    for stack in blueprint.graph.stacks() {
        for dependency in blueprint.graph.dependencies(stack.key.as_str()) {
            declared.insert((stack.key.clone(), dependency.clone()));
        }
    }
    let both: DeletionEdges = deployed.union(&declared).cloned().collect();
    let keys = || blueprint.graph.stacks().map(|stack| (stack.key.clone(), 1));
    let is_acyclic =
        |edges: &DeletionEdges| Schedule::new(keys(), edges.iter().cloned(), 1).is_ok();
    if is_acyclic(&both) {
        both
    } else if is_acyclic(&deployed) {
        deployed
    } else {
        // Stacks from two versions of a blueprint may contradict each other. CloudFormation refuses to delete an
        // export in use.
        declared
    }
}

/// Returns the chosen stacks in the order of their deletion.
fn deletion_order(request: &DraftRequest<'_>, edges: &DeletionEdges) -> Vec<StackKey> {
    let chosen = request
        .blueprint
        .graph
        .order()
        .rev()
        .map(|stack| &stack.key);
    let tasks = chosen
        .filter(|key| request.options.scope.contains(*key))
        .map(|key| (key.clone(), 1));
    let mut schedule = Schedule::new(tasks, edges.iter().cloned(), 1)
        .expect("the order of a destruction is acyclic");
    let mut order = Vec::new();
    while let Some(key) = schedule.start_next() {
        schedule.succeed(&key);
        order.push(key);
    }
    order
}

fn deletion(
    request: &DraftRequest<'_>,
    key: &StackKey,
    live: Option<&ObservedStack>,
    edges: &DeletionEdges,
) -> StackPlan {
    let stack = request.blueprint.graph.get(key.as_str());
    let stack = stack.expect("only stacks of the blueprint are chosen");
    let action = match live {
        None => StackAction::Absent,
        Some(live) => delete_action(request, key, live),
    };
    let resources: Vec<ResourcePlan> = match (live, &action) {
        (Some(live), StackAction::Delete | StackAction::InFlight) => removed_resources(live),
        _ => Vec::new(),
    };
    let first = edges
        .iter()
        .filter(|(_, later)| later == key)
        .map(|(first, _)| first);
    StackPlan {
        key: key.clone(),
        name: stack.name.clone(),
        id: live.map(|live| live.stack.id.clone()),
        status: live.map(|live| live.stack.status),
        action,
        basis: Basis::Templates,
        only_because: Vec::new(),
        capabilities: Vec::new(),
        resource_count: resources.len(),
        resources,
        parameters: Vec::new(),
        outputs: Vec::new(),
        tags: Vec::new(),
        other: Vec::new(),
        waits_for: in_scope(request, first),
    }
}

/// Returns the action on a deployed stack in a destruction.
fn delete_action(request: &DraftRequest<'_>, key: &StackKey, live: &ObservedStack) -> StackAction {
    if !live.is_ours(request.blueprint, key) && !request.options.adopt.contains(key) {
        return StackAction::Refused(not_ours(live));
    }
    let outside =
        |(from, to): &(StackKey, StackKey)| from == key && !request.options.scope.contains(to);
    let edges = request.observed.edges().into_iter();
    let stacks: Vec<StackKey> = edges.filter(outside).map(|(_, to)| to).collect();
    if !stacks.is_empty() {
        return StackAction::Refused(Refusal::NeededBy { stacks });
    }
    if live.stack.termination_protection && request.options.protected == ProtectedStacks::Refuse {
        return StackAction::Refused(Refusal::Protected);
    }
    match live.stack.status.is_in_progress() {
        true => StackAction::InFlight,
        false => StackAction::Delete,
    }
}
