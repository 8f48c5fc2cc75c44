//! Backward: deleting, each resource after all that need it.

use std::collections::BTreeMap;

use super::{Setting, cancel_in_progress, failed, work};
use crate::clock::Time;
use crate::faults::{self, During};
use crate::stack::{Effect, Live, OperationKind, Stack, StackStep, Step, What};
use crate::status::{ResourceStatus, StackStatus};
use crate::types::{self, Work};

/// What a deletion leaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Retention {
    /// Logical ids to let go of.
    pub(crate) retain: Vec<String>,
    /// Let go of what cannot be deleted.
    pub(crate) force: bool,
}

/// How a failed create is undone.
pub(super) enum Undo {
    /// The stack stays, empty.
    RollBack(String),
    /// The stack goes as well.
    Delete(String),
}

/// A physical resource on its way out.
struct Victim {
    live: Live,
    /// Deleted, or only let go.
    is_retained: bool,
    effect: Effect,
}

/// The course of a deletion of several resources.
struct TearDown {
    steps: Vec<Step>,
    end: Time,
    failed: Vec<String>,
}

/// Writes the course of a deletion into the stack.
pub(crate) fn delete(
    setting: Setting<'_>,
    stack: &mut Stack,
    token: Option<String>,
    retention: &Retention,
) {
    let now = setting.scene.now;
    let pace = setting.scene.options.pace;
    stack.cut(now);
    cancel_in_progress(stack, now);
    let before = stack.at(now).status;
    let in_use = exports_in_use(setting, stack);
    stack.begin(OperationKind::DeleteStack, token, now);
    stack.push(
        now,
        StackStatus::DeleteInProgress,
        Some("User Initiated".to_owned()),
    );
    if let Some(reason) = in_use {
        stack.push(now + pace.change_set(), before, Some(reason));
        return;
    }
    let is_retained = |live: &Live| {
        let policy = live.deletion_policy.as_deref();
        matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
            || retention.retain.contains(&live.logical_id)
    };
    remove_all(
        setting,
        stack,
        now + pace.stack(),
        is_retained,
        retention.force,
        StackStatus::DeleteComplete,
        StackStatus::DeleteFailed,
    );
}

/// Undoes a failed create.
pub(super) fn undo_create(
    setting: Setting<'_>,
    stack: &mut Stack,
    at: Time,
    token: Option<String>,
    undo: Undo,
) {
    let (kind, begins, ends, fails, reason) = match undo {
        Undo::RollBack(reason) => (
            OperationKind::Rollback,
            StackStatus::RollbackInProgress,
            StackStatus::RollbackComplete,
            StackStatus::RollbackFailed,
            reason,
        ),
        Undo::Delete(reason) => (
            OperationKind::DeleteStack,
            StackStatus::DeleteInProgress,
            StackStatus::DeleteComplete,
            StackStatus::DeleteFailed,
            reason,
        ),
    };
    stack.begin(kind, token, at);
    stack.push(at, begins, Some(reason));
    let state = stack.at(at);
    let deletes_new = stack.definition(&state).retain_except_on_create;
    let is_retained =
        |live: &Live| live.deletion_policy.as_deref() == Some("Retain") && !deletes_new;
    let begin = at + setting.scene.options.pace.stack();
    remove_all(setting, stack, begin, is_retained, false, ends, fails);
}

/// Deletes what an update left behind: replaced resources, and those without a place any more.
pub(super) fn clean_up(setting: Setting<'_>, stack: &mut Stack, at: Time, ends: StackStatus) {
    let state = stack.at(at);
    let place = stack.place(stack.definition(&state));
    let definition = stack.definition(&state);
    let defined = crate::definition::reread(definition, &place, setting.outside).ok();
    let stays = |id: &str| {
        defined
            .as_ref()
            .is_some_and(|defined| crate::plan::exists(defined, id))
    };
    let mut steps = Vec::new();
    let replaced = state.leftovers.iter().map(|live| Victim {
        is_retained: live.update_replace_policy.as_deref() == Some("Retain"),
        live: (*live).clone(),
        effect: Effect::Gone,
    });
    let mut victims: Vec<_> = replaced.collect();
    // What a rolled back update had made never held anything.
    let is_rollback = ends == StackStatus::UpdateRollbackComplete;
    for (id, resource) in state.resources.iter().filter(|(id, _)| !stays(id)) {
        match resource.live {
            Some(live) => victims.push(Victim {
                is_retained: match live.deletion_policy.as_deref() {
                    Some("Retain") => true,
                    Some("RetainExceptOnCreate") => !is_rollback,
                    _ => false,
                },
                live: live.clone(),
                effect: Effect::Forgotten,
            }),
            None => {
                let mut step = work::shown(id, resource.kind, "", ResourceStatus::DeleteComplete);
                step.effect = Effect::Forgotten;
                steps.push(Step::resource(at, step));
            }
        }
    }
    let torn = tear_down(setting, stack, victims, at);
    steps.extend(torn.steps);
    stack.extend(steps);
    let reason = (!torn.failed.is_empty()).then(|| {
        let ids = torn.failed.join(", ");
        format!("The following resource(s) could not be deleted during cleanup: [{ids}].")
    });
    stack.push(torn.end + setting.scene.options.pace.stack(), ends, reason);
}

/// Deletes everything that a stack has.
fn remove_all(
    setting: Setting<'_>,
    stack: &mut Stack,
    at: Time,
    is_retained: impl Fn(&Live) -> bool,
    force: bool,
    ends: StackStatus,
    fails: StackStatus,
) {
    let state = stack.at(at);
    let mut steps = Vec::new();
    for (id, resource) in &state.resources {
        if resource.live.is_none() && resource.status == ResourceStatus::CreateFailed {
            let mut step = work::shown(id, resource.kind, "", ResourceStatus::DeleteComplete);
            step.effect = Effect::Gone;
            steps.push(Step::resource(at, step));
        }
    }
    let victims = state
        .lives()
        .chain(state.leftovers.iter().copied())
        .map(|live| Victim {
            is_retained: is_retained(live),
            live: live.clone(),
            effect: Effect::Gone,
        });
    let mut victims: Vec<_> = victims.collect();
    if force {
        for victim in &mut victims {
            victim.is_retained |= refusal(setting, stack, &victim.live).is_some();
        }
    }
    let torn = tear_down(setting, stack, victims, at);
    steps.extend(torn.steps);
    stack.extend(steps);
    let end = torn.end + setting.scene.options.pace.stack();
    let (status, reason) = match failed("delete", &torn.failed) {
        None => (ends, None),
        Some(reason) => (fails, Some(reason)),
    };
    let what = What::Stack(StackStep {
        status,
        reason,
        definition: None,
        outputs: Some(Vec::new()),
    });
    stack.extend([Step { at: end, what }]);
}

/// Why a resource cannot be deleted, if it cannot: it is told so, or another stack still uses it.
fn refusal(setting: Setting<'_>, stack: &Stack, live: &Live) -> Option<String> {
    let failures = &setting.scene.failures;
    let told = faults::reason(
        failures,
        &stack.name,
        &live.logical_id,
        &live.kind,
        During::Delete,
    );
    if told.is_some() || !types::guards_deletion(&live.kind) {
        return told;
    }
    setting.outside.elsewhere(&stack.id, |other| {
        types::refuses_deletion(&live.kind, &live.physical_id, other.as_neighbour())
    })
}

/// Deletes each victim once all that need it are gone; what a failed one needs stays.
fn tear_down(
    setting: Setting<'_>,
    stack: &Stack,
    mut waiting: Vec<Victim>,
    begin: Time,
) -> TearDown {
    let mut torn = TearDown {
        steps: Vec::new(),
        end: begin,
        failed: Vec::new(),
    };
    // When the last of those gone or stuck let go of what they need.
    let mut free: BTreeMap<String, Option<Time>> = BTreeMap::new();
    while !waiting.is_empty() {
        let is_needed = |victim: &Victim, others: &[Victim]| {
            others.iter().any(|other| {
                other.live.logical_id != victim.live.logical_id
                    && other.live.dependencies.contains(&victim.live.logical_id)
            })
        };
        let mut ready: Vec<usize> = (0..waiting.len())
            .filter(|index| !is_needed(&waiting[*index], &waiting))
            .collect();
        if ready.is_empty() {
            // Resources of two generations of a template may need each other.
            ready = (0..waiting.len()).collect();
        }
        let mut going: Vec<Victim> = Vec::new();
        for index in ready.into_iter().rev() {
            going.push(waiting.remove(index));
        }
        going.reverse();
        for victim in going {
            let start = free
                .get(&victim.live.logical_id)
                .copied()
                .unwrap_or(Some(begin));
            let finish = start.and_then(|start| remove(setting, stack, &victim, start, &mut torn));
            for needed in &victim.live.dependencies {
                let known = free.get(needed).copied().unwrap_or(Some(begin));
                let both = known.and_then(|known| Some(known.max(finish?)));
                free.insert(needed.clone(), both);
            }
        }
    }
    torn
}

/// Deletes one victim; answers when it is gone, or nothing when it stays.
fn remove(
    setting: Setting<'_>,
    stack: &Stack,
    victim: &Victim,
    start: Time,
    torn: &mut TearDown,
) -> Option<Time> {
    let live = &victim.live;
    let step = |status| work::shown(&live.logical_id, &live.kind, &live.physical_id, status);
    if victim.is_retained {
        let mut skipped = step(ResourceStatus::DeleteSkipped);
        skipped.effect = victim.effect.clone();
        torn.steps.push(Step::resource(start, skipped));
        torn.end = torn.end.max(start);
        return Some(start);
    }
    let finish = start + setting.scene.options.pace.work(&live.kind, Work::Delete);
    torn.steps.push(Step::resource(
        start,
        step(ResourceStatus::DeleteInProgress),
    ));
    torn.end = torn.end.max(finish);
    if let Some(reason) = refusal(setting, stack, live) {
        let mut failed = step(ResourceStatus::DeleteFailed);
        failed.reason = Some(reason);
        // A cleanup gives up; a deletion may be tried again.
        if victim.effect == Effect::Forgotten {
            failed.effect = Effect::Forgotten;
        }
        torn.steps.push(Step::resource(finish, failed));
        torn.failed.push(live.logical_id.clone());
        return None;
    }
    let mut complete = step(ResourceStatus::DeleteComplete);
    complete.effect = victim.effect.clone();
    torn.steps.push(Step::resource(finish, complete));
    Some(finish)
}

/// Why a stack cannot be deleted: another one imports what it exports.
fn exports_in_use(setting: Setting<'_>, stack: &Stack) -> Option<String> {
    let state = stack.at(setting.scene.now);
    let exports = state
        .outputs
        .iter()
        .filter_map(|output| output.export.as_ref());
    exports.into_iter().find_map(|export| {
        let mut importers = setting.outside.importers(export);
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
