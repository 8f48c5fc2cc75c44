//! Undoing an update: every changed resource is set back, then what the update had made is deleted.

use indexmap::IndexMap;

use super::backward::{self, clean_up};
use super::{Setting, cancel_in_progress, failed, work};
use crate::clock::Time;
use crate::faults::{self, During};
use crate::stack::{Effect, Live, OperationKind, ResourceState, Stack, StackStep, Step, What};
use crate::status::{ResourceStatus, StackStatus};
use crate::types::Work;

/// How an update is undone.
pub(super) struct Undo {
    pub(super) kind: OperationKind,
    pub(super) token: Option<String>,
    pub(super) reason: String,
    /// Logical ids to leave as they are.
    pub(super) skip: Vec<String>,
}

impl Undo {
    /// A whole rollback that somebody asks for.
    fn asked_for(token: Option<String>) -> Self {
        Self {
            kind: OperationKind::Rollback,
            token,
            reason: "User Initiated".to_owned(),
            skip: Vec::new(),
        }
    }
}

/// One resource's way back.
struct Restoring {
    start: Time,
    finish: Time,
    failure: Option<String>,
    from: String,
    to: Live,
}

/// `CancelUpdateStack`.
pub(crate) fn cancel(setting: Setting<'_>, stack: &mut Stack, token: Option<String>) {
    let now = setting.scene.now;
    stack.cut(now);
    cancel_in_progress(stack, now);
    undo_update(setting, stack, now, Undo::asked_for(token));
}

/// `RollbackStack`: a stack that never was complete is deleted.
pub(crate) fn roll_back(setting: Setting<'_>, stack: &mut Stack, token: Option<String>) {
    let now = setting.scene.now;
    stack.cut(now);
    let state = stack.at(now);
    let undo = Undo::asked_for(token);
    match stack.baseline(&state).is_some() {
        true => undo_update(setting, stack, now, undo),
        false => {
            let delete = backward::Undo::Delete(undo.reason);
            backward::undo_create(setting, stack, now, undo.token, delete);
        }
    }
}

/// `ContinueUpdateRollback`.
pub(crate) fn continue_rollback(
    setting: Setting<'_>,
    stack: &mut Stack,
    token: Option<String>,
    skip: Vec<String>,
) {
    let now = setting.scene.now;
    stack.cut(now);
    let reason = "User Initiated".to_owned();
    let kind = OperationKind::ContinueRollback;
    undo_update(
        setting,
        stack,
        now,
        Undo {
            kind,
            token,
            reason,
            skip,
        },
    );
}

/// Writes the way back to the last complete state into the stack.
pub(super) fn undo_update(setting: Setting<'_>, stack: &mut Stack, at: Time, undo: Undo) {
    let state = stack.at(at);
    let Some(baseline) = stack.baseline(&state) else {
        // An update of a stack that was never complete has nothing to go back to.
        stack.push(at, StackStatus::UpdateFailed, Some(undo.reason));
        return;
    };
    let begin = at + setting.scene.options.pace.stack();
    let mut way = Way {
        setting,
        begin,
        items: IndexMap::new(),
        kept: Vec::new(),
    };
    for old in in_order(baseline.lives().collect()) {
        if let Some(current) = state.resources.get(old.logical_id.as_str()) {
            way.set_back(&stack.name, old, current, &undo.skip);
        }
    }
    let Way { items, kept, .. } = way;
    let what = What::Stack(StackStep {
        status: StackStatus::UpdateRollbackInProgress,
        reason: Some(undo.reason),
        definition: Some(baseline.definition),
        outputs: None,
    });
    let outputs = baseline.outputs.to_vec();
    stack.begin(undo.kind, undo.token, at);
    stack.extend([Step { at, what }]);
    stack.extend(kept);
    let broken = items.values().filter(|item| item.failure.is_some());
    match broken.map(|item| item.finish).min() {
        Some(broken) => break_off(stack, items, broken),
        None => complete(setting, stack, items, begin, outputs),
    }
}

/// The resources, each after all that it depends on.
fn in_order(mut pending: Vec<&Live>) -> Vec<&Live> {
    let mut ordered = Vec::new();
    while !pending.is_empty() {
        let waits = |live: &Live| {
            pending.iter().any(|other| {
                other.logical_id != live.logical_id && live.dependencies.contains(&other.logical_id)
            })
        };
        let (later, now): (Vec<_>, Vec<_>) = pending.iter().copied().partition(|live| waits(live));
        // What a rollback skipped may need what needs it, in two generations of a template.
        pending = if now.is_empty() {
            Vec::new()
        } else {
            later.clone()
        };
        ordered.extend(if now.is_empty() { later } else { now });
    }
    ordered
}

/// The way back in the making.
struct Way<'a> {
    setting: Setting<'a>,
    begin: Time,
    items: IndexMap<String, Restoring>,
    kept: Vec<Step>,
}

impl Way<'_> {
    /// Takes in what has to be done to bring `current` back to `old`.
    fn set_back(
        &mut self,
        stack_name: &str,
        old: &Live,
        current: &ResourceState<'_>,
        skip: &[String],
    ) {
        let is_same =
            |live: &Live| live.physical_id == old.physical_id && live.revision == old.revision;
        let has_failed = matches!(
            current.status,
            ResourceStatus::UpdateFailed | ResourceStatus::UpdateInProgress
        );
        if current.live.is_some_and(is_same) && !has_failed {
            let what = What::Kept(Box::new(old.clone()));
            self.kept.push(Step {
                at: self.begin,
                what,
            });
            return;
        }
        if skip.contains(&old.logical_id) {
            let complete = ResourceStatus::UpdateComplete;
            let mut step = work::shown(&old.logical_id, &old.kind, current.physical_id, complete);
            step.reason = Some("Resource rollback skipped".to_owned());
            self.kept.push(Step::resource(self.begin, step));
            return;
        }
        let finished = |id: &String| self.items.get(id).map(|item| item.finish);
        let dependencies = old.dependencies.iter().filter_map(finished);
        let start = dependencies.max().unwrap_or(self.begin);
        let scene = self.setting.scene;
        let restoring = Restoring {
            start,
            finish: start + scene.options.pace.work(&old.kind, Work::Update),
            failure: faults::reason(
                &scene.failures,
                stack_name,
                &old.logical_id,
                &old.kind,
                During::Rollback,
            ),
            from: current.physical_id.to_owned(),
            to: old.clone(),
        };
        self.items.insert(old.logical_id.clone(), restoring);
    }
}

/// Everything is set back: then comes the cleanup.
fn complete(
    setting: Setting<'_>,
    stack: &mut Stack,
    items: IndexMap<String, Restoring>,
    begin: Time,
    outputs: Vec<crate::stack::Output>,
) {
    let pace = setting.scene.options.pace;
    let end = items
        .values()
        .map(|item| item.finish)
        .max()
        .unwrap_or(begin)
        + pace.stack();
    stack.extend(items.into_values().flat_map(steps));
    let what = What::Stack(StackStep {
        status: StackStatus::UpdateRollbackCompleteCleanupInProgress,
        reason: None,
        definition: None,
        outputs: Some(outputs),
    });
    stack.extend([Step { at: end, what }]);
    clean_up(setting, stack, end, StackStatus::UpdateRollbackComplete);
}

/// A resource cannot be set back: the stack is stuck.
fn break_off(stack: &mut Stack, items: IndexMap<String, Restoring>, at: Time) {
    let mut not_updated = Vec::new();
    let mut all = Vec::new();
    for (id, item) in items {
        if item.start >= at && item.finish > at {
            continue;
        }
        let is_cancelled = item.finish > at;
        if is_cancelled || item.failure.is_some() {
            not_updated.push(id.clone());
        }
        let (kind, from) = (item.to.kind.clone(), item.from.clone());
        all.extend(steps(item).into_iter().filter(|step| step.at <= at));
        if is_cancelled {
            let mut step = work::shown(&id, &kind, &from, ResourceStatus::UpdateFailed);
            step.reason = Some("Resource update cancelled".to_owned());
            all.push(Step::resource(at, step));
        }
    }
    stack.extend(all);
    stack.push(
        at,
        StackStatus::UpdateRollbackFailed,
        failed("update", &not_updated),
    );
}

fn steps(item: Restoring) -> Vec<Step> {
    let Restoring {
        start,
        finish,
        failure,
        from,
        to,
    } = item;
    let begin = work::shown(
        &to.logical_id,
        &to.kind,
        &from,
        ResourceStatus::UpdateInProgress,
    );
    let end = match failure {
        Some(reason) => {
            let mut end = work::shown(
                &to.logical_id,
                &to.kind,
                &from,
                ResourceStatus::UpdateFailed,
            );
            end.reason = Some(reason);
            end
        }
        None => {
            let mut end = work::shown(
                &to.logical_id,
                &to.kind,
                &to.physical_id,
                ResourceStatus::UpdateComplete,
            );
            end.effect = Effect::Live(Box::new(to));
            end
        }
    };
    vec![Step::resource(start, begin), Step::resource(finish, end)]
}
