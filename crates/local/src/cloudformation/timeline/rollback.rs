//! The rollback of an update: the restoration of changed resources, and the deletion of created ones.

use indexmap::IndexMap;

use super::deletion::{CreateRollback, clean_up, roll_back_create};
use super::{Env, cancel_in_progress, failed_resources, push_with_outputs, resource};
use crate::model::clock::Time;
use crate::model::faults::{FaultPhase, fault_reason};
use crate::model::stack::{
    LiveResource, OperationKind, Output, ResourceState, Stack, StackStep, StateChange, Step,
    StepSubject,
};
use crate::model::status::{ResourceStatus, StackStatus};
use crate::resources::{self, ResourceOperation};

/// The request for a rollback of an update.
pub(super) struct UpdateRollback {
    pub(super) kind: OperationKind,
    pub(super) token: Option<String>,
    pub(super) reason: String,
    /// The logical ids that are left as they are.
    pub(super) skip: Vec<String>,
}

/// The restoration of one resource.
struct ResourceRestore {
    start: Time,
    finish: Time,
    failure: Option<String>,
    current_physical_id: String,
    target: LiveResource,
}

/// Collects the restorations of a rollback.
struct RollbackBuilder<'a> {
    env: Env<'a>,
    begin: Time,
    restores: IndexMap<String, ResourceRestore>,
    /// The steps of resources that need no restoration.
    unchanged: Vec<Step>,
}

impl UpdateRollback {
    /// Returns a full rollback that the user requested.
    fn user_initiated(token: Option<String>) -> Self {
        Self {
            kind: OperationKind::Rollback,
            token,
            reason: "User Initiated".to_owned(),
            skip: Vec::new(),
        }
    }
}

/// Writes the timeline of `CancelUpdateStack` into the stack.
pub(in crate::cloudformation) fn cancel(env: Env<'_>, stack: &mut Stack, token: Option<String>) {
    let now = env.context.now;
    stack.cut(now);
    cancel_in_progress(stack, now);
    roll_back_update(env, stack, now, UpdateRollback::user_initiated(token));
}

/// Writes the timeline of `RollbackStack` into the stack. A stack that was never complete is deleted.
pub(in crate::cloudformation) fn roll_back(env: Env<'_>, stack: &mut Stack, token: Option<String>) {
    let now = env.context.now;
    stack.cut(now);
    let state = stack.at(now);
    let rollback = UpdateRollback::user_initiated(token);
    if stack.baseline(&state).is_some() {
        roll_back_update(env, stack, now, rollback);
    } else {
        let delete = CreateRollback::DeleteStack(rollback.reason);
        roll_back_create(env, stack, now, rollback.token, delete);
    }
}

/// Writes the timeline of `ContinueUpdateRollback` into the stack.
pub(in crate::cloudformation) fn continue_rollback(
    env: Env<'_>,
    stack: &mut Stack,
    token: Option<String>,
    skip: Vec<String>,
) {
    let now = env.context.now;
    stack.cut(now);
    let rollback = UpdateRollback {
        kind: OperationKind::ContinueRollback,
        skip,
        ..UpdateRollback::user_initiated(token)
    };
    roll_back_update(env, stack, now, rollback);
}

/// Writes the rollback to the last complete state into the stack.
pub(super) fn roll_back_update(
    env: Env<'_>,
    stack: &mut Stack,
    at: Time,
    rollback: UpdateRollback,
) {
    let state = stack.at(at);
    let Some(baseline) = stack.baseline(&state) else {
        // A stack that was never complete has no state to which it can return.
        stack.push(at, StackStatus::UpdateFailed, Some(rollback.reason));
        return;
    };
    let begin = at + env.context.options.pace.stack_duration();
    let mut builder = RollbackBuilder {
        env,
        begin,
        restores: IndexMap::new(),
        unchanged: Vec::new(),
    };
    for target in dependency_order(baseline.live_resources().collect()) {
        if let Some(current) = state.resources.get(target.logical_id.as_str()) {
            builder.restore(&stack.name, target, current, &rollback.skip);
        }
    }
    let RollbackBuilder {
        restores,
        unchanged,
        ..
    } = builder;
    let subject = StepSubject::Stack(StackStep {
        status: StackStatus::UpdateRollbackInProgress,
        reason: Some(rollback.reason),
        definition: Some(baseline.definition),
        outputs: None,
    });
    let outputs = baseline.outputs.to_vec();
    stack.begin(rollback.kind, rollback.token, at);
    stack.extend([Step { at, subject }]);
    stack.extend(unchanged);
    let failed = restores
        .values()
        .filter(|restore| restore.failure.is_some());
    match failed.map(|restore| restore.finish).min() {
        Some(failure) => stop_at_failure(stack, restores, failure),
        None => complete(env, stack, restores, begin, outputs),
    }
}

/// Orders the resources so that each one follows its dependencies.
fn dependency_order(mut pending: Vec<&LiveResource>) -> Vec<&LiveResource> {
    let mut ordered = Vec::new();
    while !pending.is_empty() {
        let waits = |live: &LiveResource| {
            pending.iter().any(|other| {
                other.logical_id != live.logical_id && live.dependencies.contains(&other.logical_id)
            })
        };
        let (later, ready): (Vec<_>, Vec<_>) =
            pending.iter().copied().partition(|live| waits(live));
        if ready.is_empty() {
            // Resources from two versions of a template may depend on each other.
            ordered.extend(later);
            break;
        }
        pending = later;
        ordered.extend(ready);
    }
    ordered
}

impl RollbackBuilder<'_> {
    /// Adds the restoration of `target`, unless `current` is the same or is skipped.
    fn restore(
        &mut self,
        stack_name: &str,
        target: &LiveResource,
        current: &ResourceState<'_>,
        skip: &[String],
    ) {
        let is_target = |live: &LiveResource| {
            live.physical_id == target.physical_id && live.revision == target.revision
        };
        let has_failed = matches!(
            current.status,
            ResourceStatus::UpdateFailed | ResourceStatus::UpdateInProgress
        );
        if current.live.is_some_and(is_target) && !has_failed {
            let subject = StepSubject::Refresh(Box::new(target.clone()));
            self.unchanged.push(Step {
                at: self.begin,
                subject,
            });
            return;
        }
        let id = &target.logical_id;
        if skip.contains(id) {
            let status = ResourceStatus::UpdateComplete;
            let mut step = resource::status_step(id, &target.kind, current.physical_id, status);
            step.reason = Some("Resource rollback skipped".to_owned());
            self.unchanged.push(Step::resource(self.begin, step));
            return;
        }
        let finish = |id: &String| self.restores.get(id).map(|restore| restore.finish);
        let dependencies = target.dependencies.iter().filter_map(finish);
        let start = dependencies.max().unwrap_or(self.begin);
        let context = self.env.context;
        let duration = resources::duration(
            context.options.pace,
            &target.kind,
            ResourceOperation::Update,
        );
        let phase = FaultPhase::Rollback;
        let restore = ResourceRestore {
            start,
            finish: start + duration,
            failure: fault_reason(&context.faults, stack_name, id, &target.kind, phase),
            current_physical_id: current.physical_id.to_owned(),
            target: target.clone(),
        };
        self.restores.insert(id.clone(), restore);
    }
}

/// Writes a successful rollback and its cleanup.
fn complete(
    env: Env<'_>,
    stack: &mut Stack,
    restores: IndexMap<String, ResourceRestore>,
    begin: Time,
    outputs: Vec<Output>,
) {
    let finishes = restores.values().map(|restore| restore.finish);
    let end = finishes.max().unwrap_or(begin) + env.context.options.pace.stack_duration();
    stack.extend(restores.into_values().flat_map(restore_steps));
    let status = StackStatus::UpdateRollbackCompleteCleanupInProgress;
    push_with_outputs(stack, end, status, None, outputs);
    clean_up(env, stack, end, StackStatus::UpdateRollbackComplete);
}

/// Writes a rollback that ends at `at`, because a resource cannot be restored.
fn stop_at_failure(stack: &mut Stack, restores: IndexMap<String, ResourceRestore>, at: Time) {
    let mut not_updated = Vec::new();
    let mut steps = Vec::new();
    for (id, restore) in restores {
        let is_cancelled = restore.finish > at;
        if restore.start >= at && is_cancelled {
            continue;
        }
        if is_cancelled || restore.failure.is_some() {
            not_updated.push(id.clone());
        }
        let kind = restore.target.kind.clone();
        let physical_id = restore.current_physical_id.clone();
        let all_steps = restore_steps(restore);
        steps.extend(all_steps.into_iter().filter(|step| step.at <= at));
        if is_cancelled {
            let status = ResourceStatus::UpdateFailed;
            let mut step = resource::status_step(&id, &kind, &physical_id, status);
            step.reason = Some("Resource update cancelled".to_owned());
            steps.push(Step::resource(at, step));
        }
    }
    stack.extend(steps);
    let reason = failed_resources("update", &not_updated);
    stack.push(at, StackStatus::UpdateRollbackFailed, reason);
}

/// Returns the steps of one restoration.
fn restore_steps(restore: ResourceRestore) -> Vec<Step> {
    let ResourceRestore {
        start,
        finish,
        failure,
        current_physical_id,
        target,
    } = restore;
    let step = |physical_id: &str, status| {
        resource::status_step(&target.logical_id, &target.kind, physical_id, status)
    };
    let begin = step(&current_physical_id, ResourceStatus::UpdateInProgress);
    let end = if failure.is_some() {
        let mut end = step(&current_physical_id, ResourceStatus::UpdateFailed);
        end.reason = failure;
        end
    } else {
        let mut end = step(&target.physical_id, ResourceStatus::UpdateComplete);
        end.change = StateChange::Assigned(Box::new(target));
        end
    };
    vec![Step::resource(start, begin), Step::resource(finish, end)]
}
