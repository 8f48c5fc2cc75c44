//! The deletion of resources: of a whole stack, of a failed create, and in the cleanup of an update.
//! A resource is deleted after all resources that depend on it.

use std::collections::BTreeMap;

use super::{Env, cancel_in_progress, failed_resources, push_with_outputs, resource};
use crate::cloudformation::{definition, plan};
use crate::model::clock::Time;
use crate::model::faults::{FaultPhase, fault_reason};
use crate::model::stack::{LiveResource, OperationKind, Stack, StateChange, Step};
use crate::model::status::{ResourceStatus, StackStatus};
use crate::resources::{self, ResourceOperation};

/// The resources that a deletion retains.
#[derive(Debug, Clone, Default)]
pub(in crate::cloudformation) struct Retention {
    /// The logical ids to retain.
    pub(in crate::cloudformation) retain: Vec<String>,
    /// Retain all resources that cannot be deleted.
    pub(in crate::cloudformation) force: bool,
}

/// The rollback of a failed create, with its reason.
pub(super) enum CreateRollback {
    /// Keep the stack without resources.
    KeepStack(String),
    /// Delete the stack as well.
    DeleteStack(String),
}

/// The deletion of one physical resource.
struct Deletion {
    live: LiveResource,
    /// Remove the resource from the stack without deleting it.
    is_retained: bool,
    change: StateChange,
}

/// The statuses of a stack at the end of a deletion.
struct EndStatuses {
    success: StackStatus,
    failure: StackStatus,
}

/// The timeline of several deletions.
struct DeletionTimeline {
    steps: Vec<Step>,
    end: Time,
    failed: Vec<String>,
}

/// Writes the timeline of `DeleteStack` into the stack.
pub(in crate::cloudformation) fn delete(
    env: Env<'_>,
    stack: &mut Stack,
    token: Option<String>,
    retention: &Retention,
) {
    let now = env.context.now;
    let pace = env.context.options.pace;
    stack.cut(now);
    cancel_in_progress(stack, now);
    let status_before = stack.at(now).status;
    let in_use = exports_in_use(env, stack);
    stack.begin(OperationKind::DeleteStack, token, now);
    stack.push(
        now,
        StackStatus::DeleteInProgress,
        Some("User Initiated".to_owned()),
    );
    if let Some(reason) = in_use {
        stack.push(
            now + pace.change_set_duration(),
            status_before,
            Some(reason),
        );
        return;
    }
    let is_retained = |live: &LiveResource| {
        let policy = live.deletion_policy.as_deref();
        matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
            || retention.retain.contains(&live.logical_id)
    };
    let mut deletions = all_deletions(stack, now, is_retained);
    if retention.force {
        for deletion in &mut deletions {
            deletion.is_retained |= deletion_error(env, stack, &deletion.live).is_some();
        }
    }
    let statuses = EndStatuses {
        success: StackStatus::DeleteComplete,
        failure: StackStatus::DeleteFailed,
    };
    delete_all(
        env,
        stack,
        now + pace.stack_duration(),
        deletions,
        &statuses,
    );
}

/// Writes the rollback of a failed create into the stack.
pub(super) fn roll_back_create(
    env: Env<'_>,
    stack: &mut Stack,
    at: Time,
    token: Option<String>,
    rollback: CreateRollback,
) {
    let (kind, status, statuses, reason) = match rollback {
        CreateRollback::KeepStack(reason) => (
            OperationKind::Rollback,
            StackStatus::RollbackInProgress,
            EndStatuses {
                success: StackStatus::RollbackComplete,
                failure: StackStatus::RollbackFailed,
            },
            reason,
        ),
        CreateRollback::DeleteStack(reason) => (
            OperationKind::DeleteStack,
            StackStatus::DeleteInProgress,
            EndStatuses {
                success: StackStatus::DeleteComplete,
                failure: StackStatus::DeleteFailed,
            },
            reason,
        ),
    };
    stack.begin(kind, token, at);
    stack.push(at, status, Some(reason));
    let state = stack.at(at);
    let deletes_new = stack.definition(&state).retain_except_on_create;
    let is_retained =
        |live: &LiveResource| live.deletion_policy.as_deref() == Some("Retain") && !deletes_new;
    let deletions = all_deletions(stack, at, is_retained);
    let begin = at + env.context.options.pace.stack_duration();
    delete_all(env, stack, begin, deletions, &statuses);
}

/// Deletes the resources that an update replaced or removed, and ends with `end_status`.
pub(super) fn clean_up(env: Env<'_>, stack: &mut Stack, at: Time, end_status: StackStatus) {
    let state = stack.at(at);
    let definition = stack.definition(&state);
    let stack_context = stack.stack_context(definition);
    let resolved = definition::reload_definition(definition, &stack_context, env.region_view).ok();
    let remains = |id: &str| {
        resolved
            .as_ref()
            .is_some_and(|resolved| plan::has_active_resource(resolved, id))
    };
    let replaced = state.replaced.iter().map(|live| Deletion {
        is_retained: live.update_replace_policy.as_deref() == Some("Retain"),
        live: (*live).clone(),
        change: StateChange::Released,
    });
    let mut deletions: Vec<_> = replaced.collect();
    let mut steps = Vec::new();
    // A resource that a rolled-back update created never held any data.
    let is_rollback = end_status == StackStatus::UpdateRollbackComplete;
    for (id, state) in state.resources.iter().filter(|(id, _)| !remains(id)) {
        if let Some(live) = state.live {
            deletions.push(Deletion {
                is_retained: match live.deletion_policy.as_deref() {
                    Some("Retain") => true,
                    Some("RetainExceptOnCreate") => !is_rollback,
                    _ => false,
                },
                live: live.clone(),
                change: StateChange::Removed,
            });
        } else {
            let status = ResourceStatus::DeleteComplete;
            let mut step = resource::status_step(id, state.kind, "", status);
            step.change = StateChange::Removed;
            steps.push(Step::resource(at, step));
        }
    }
    let timeline = delete_in_order(env, stack, deletions, at);
    steps.extend(timeline.steps);
    stack.extend(steps);
    let reason = (!timeline.failed.is_empty()).then(|| {
        let ids = timeline.failed.join(", ");
        format!("The following resource(s) could not be deleted during cleanup: [{ids}].")
    });
    let end = timeline.end + env.context.options.pace.stack_duration();
    stack.push(end, end_status, reason);
}

/// Returns the deletions of all physical resources of a stack.
fn all_deletions(
    stack: &Stack,
    at: Time,
    is_retained: impl Fn(&LiveResource) -> bool,
) -> Vec<Deletion> {
    let state = stack.at(at);
    state
        .live_resources()
        .chain(state.replaced.iter().copied())
        .map(|live| Deletion {
            is_retained: is_retained(live),
            live: live.clone(),
            change: StateChange::Released,
        })
        .collect()
}

/// Writes the deletion of all resources of a stack and its final status.
fn delete_all(
    env: Env<'_>,
    stack: &mut Stack,
    at: Time,
    deletions: Vec<Deletion>,
    statuses: &EndStatuses,
) {
    let state = stack.at(at);
    let mut steps = Vec::new();
    for (id, state) in &state.resources {
        if state.live.is_none() && state.status == ResourceStatus::CreateFailed {
            let status = ResourceStatus::DeleteComplete;
            let mut step = resource::status_step(id, state.kind, "", status);
            step.change = StateChange::Released;
            steps.push(Step::resource(at, step));
        }
    }
    let timeline = delete_in_order(env, stack, deletions, at);
    steps.extend(timeline.steps);
    stack.extend(steps);
    let end = timeline.end + env.context.options.pace.stack_duration();
    let reason = failed_resources("delete", &timeline.failed);
    let status = match reason {
        None => statuses.success,
        Some(_) => statuses.failure,
    };
    push_with_outputs(stack, end, status, reason, Vec::new());
}

/// Returns the reason why a resource cannot be deleted: an injected fault, or another stack that still
/// uses it.
fn deletion_error(env: Env<'_>, stack: &Stack, live: &LiveResource) -> Option<String> {
    let fault = fault_reason(
        &env.context.faults,
        &stack.name,
        &live.logical_id,
        &live.kind,
        FaultPhase::Delete,
    );
    if fault.is_some() || !resources::constrains_deletion(&live.kind) {
        return fault;
    }
    env.region_view.find_in_other_stacks(&stack.id, |other| {
        resources::deletion_conflict(&live.kind, &live.physical_id, other.into())
    })
}

/// Deletes each resource after all resources that depend on it. The dependencies of a resource that
/// cannot be deleted are kept.
fn delete_in_order(
    env: Env<'_>,
    stack: &Stack,
    mut waiting: Vec<Deletion>,
    begin: Time,
) -> DeletionTimeline {
    let mut timeline = DeletionTimeline {
        steps: Vec::new(),
        end: begin,
        failed: Vec::new(),
    };
    // For each logical id, the time at which its last dependent is gone, or `None` if one remains.
    let mut released: BTreeMap<String, Option<Time>> = BTreeMap::new();
    while !waiting.is_empty() {
        for deletion in take_ready(&mut waiting) {
            let live = &deletion.live;
            let start = released.get(&live.logical_id).copied();
            let start = start.unwrap_or(Some(begin));
            let finish =
                start.and_then(|start| delete_one(env, stack, &deletion, start, &mut timeline));
            for dependency in &live.dependencies {
                let before = released.get(dependency).copied().unwrap_or(Some(begin));
                let latest = before.and_then(|before| Some(before.max(finish?)));
                released.insert(dependency.clone(), latest);
            }
        }
    }
    timeline
}

/// Takes the deletions of resources on which no other waiting resource depends.
fn take_ready(waiting: &mut Vec<Deletion>) -> Vec<Deletion> {
    let is_needed = |deletion: &Deletion, others: &[Deletion]| {
        let id = &deletion.live.logical_id;
        others
            .iter()
            .any(|other| other.live.logical_id != *id && other.live.dependencies.contains(id))
    };
    let needed: Vec<bool> = waiting
        .iter()
        .map(|deletion| is_needed(deletion, waiting))
        .collect();
    let all = std::mem::take(waiting);
    if needed.iter().all(|needed| *needed) {
        // Resources from two versions of a template may depend on each other.
        return all;
    }
    let mut ready = Vec::new();
    for (deletion, needed) in all.into_iter().zip(needed) {
        if needed {
            waiting.push(deletion);
        } else {
            ready.push(deletion);
        }
    }
    ready
}

/// Deletes one resource. Returns the time at which it is gone, or `None` if it remains.
fn delete_one(
    env: Env<'_>,
    stack: &Stack,
    deletion: &Deletion,
    start: Time,
    timeline: &mut DeletionTimeline,
) -> Option<Time> {
    let live = &deletion.live;
    let step =
        |status| resource::status_step(&live.logical_id, &live.kind, &live.physical_id, status);
    if deletion.is_retained {
        let mut skipped = step(ResourceStatus::DeleteSkipped);
        skipped.change = deletion.change.clone();
        timeline.steps.push(Step::resource(start, skipped));
        timeline.end = timeline.end.max(start);
        return Some(start);
    }
    let pace = env.context.options.pace;
    let finish = start + resources::duration(pace, &live.kind, ResourceOperation::Delete);
    timeline.steps.push(Step::resource(
        start,
        step(ResourceStatus::DeleteInProgress),
    ));
    timeline.end = timeline.end.max(finish);
    if let Some(reason) = deletion_error(env, stack, live) {
        let mut failed = step(ResourceStatus::DeleteFailed);
        failed.reason = Some(reason);
        // A cleanup does not try again, but a deletion may.
        if deletion.change == StateChange::Removed {
            failed.change = StateChange::Removed;
        }
        timeline.steps.push(Step::resource(finish, failed));
        timeline.failed.push(live.logical_id.clone());
        return None;
    }
    let mut complete = step(ResourceStatus::DeleteComplete);
    complete.change = deletion.change.clone();
    timeline.steps.push(Step::resource(finish, complete));
    Some(finish)
}

/// Returns the reason why a stack cannot be deleted: another stack imports one of its exports.
fn exports_in_use(env: Env<'_>, stack: &Stack) -> Option<String> {
    let state = stack.at(env.context.now);
    let mut exports = state
        .outputs
        .iter()
        .filter_map(|output| output.export.as_ref());
    exports.find_map(|export| {
        let mut importers = env.region_view.importers(export);
        importers.remove(&stack.name);
        let importers: Vec<_> = importers.into_iter().collect();
        (!importers.is_empty()).then(|| {
            let importers = importers.join(", ");
            format!(
                "Delete canceled. Cannot delete export {export} as it is in use by {importers}."
            )
        })
    })
}
