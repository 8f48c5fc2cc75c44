//! Drafts the action on each stack, from templates, parameters, tags and the answers of change sets. Pure.
//!
//! If templates cannot decide, the draft asks for a change set ([`DraftAction::Update`] and [`DraftAction::Undecided`]
//! with every input known). A change set without changes makes a stack unchanged, and stacks that depend on it may
//! become decidable. If the caller may not create change sets, the draft keeps the action that the templates show.

use std::collections::BTreeMap;

use formwork_aws::StackStatus;
use formwork_blueprint::{Blueprint, StackKey};
use formwork_template::Template;
use formwork_template::equivalence::{self, Comparison};
use formwork_template::volatility::{self, VolatileValue};
use indexmap::IndexMap;

use super::compare::{changed_options, changed_parameters, needs_protection, user_tags};
use super::desired::{desired_stack, settled_outputs};
use super::stable_outputs::stable_outputs;
use crate::model::desired::{DesiredStack, SecretHandling, UpstreamOutputs};
use crate::model::draft::{
    Draft, DraftAction, DraftRequest, Preview, PreviewResult, Previews, StackDraft,
};
use crate::model::observed::{BLUEPRINT_TAG, ENV_TAG, ObservedStack, STACK_TAG};
use crate::model::options::Options;
use crate::model::refusal::Refusal;

/// Drafts the action on every stack in scope.
pub fn draft(request: &DraftRequest<'_>, previews: &Previews) -> Draft {
    let mut stacks: IndexMap<StackKey, StackDraft> = IndexMap::new();
    for stack in request.blueprint.graph.order() {
        if !request.options.scope.contains(&stack.key) {
            continue;
        }
        let live = request.observed.stacks.get(&stack.key);
        let desired = desired_stack(stack, request.packed, live, |key| {
            upstream_outputs(request, &stacks, previews, key)
        });
        let action = action(request, &desired, live, previews.get(&stack.key));
        stacks.insert(stack.key.clone(), StackDraft { desired, action });
    }
    Draft { stacks }
}

/// Returns the outputs of a stack that are known before anything is done.
fn upstream_outputs(
    request: &DraftRequest<'_>,
    stacks: &IndexMap<StackKey, StackDraft>,
    previews: &Previews,
    key: &StackKey,
) -> UpstreamOutputs {
    let live = request.observed.stacks.get(key);
    match stacks.get(key) {
        Some(stack) if !stack.action.keeps_outputs() => UpstreamOutputs::Pending {
            stable: stable_values(stack, live, previews.get(key)),
        },
        _ => settled_outputs(live),
    }
}

/// Returns the outputs that a stack's update does not change, by its change set.
fn stable_values(
    stack: &StackDraft,
    live: Option<&ObservedStack>,
    preview: Option<&Preview>,
) -> BTreeMap<String, String> {
    let content = stack.desired.update_content();
    let result = preview
        .filter(|preview| preview.content == content)
        .map(|preview| &preview.result);
    match (&stack.action, live, result) {
        (DraftAction::Update, Some(live), Some(PreviewResult::Changes(change_set))) => {
            stable_outputs(live, &stack.desired, change_set)
        }
        _ => BTreeMap::new(),
    }
}

fn action(
    request: &DraftRequest<'_>,
    desired: &DesiredStack,
    live: Option<&ObservedStack>,
    preview: Option<&Preview>,
) -> DraftAction {
    let action = match live {
        Some(live) => action_on_deployed(request.blueprint, request.options, desired, live),
        None => action_on_absent(desired),
    };
    let content = desired.update_content();
    let Some(preview) = preview.filter(|preview| preview.content == content) else {
        return action;
    };
    match (&preview.result, action) {
        (PreviewResult::NoOp, DraftAction::Update | DraftAction::Undecided) => {
            action_without_changes(desired, live)
        }
        (PreviewResult::Changes(_), DraftAction::Undecided) => DraftAction::Update,
        (PreviewResult::Impossible(reason), DraftAction::Update | DraftAction::Undecided) => {
            DraftAction::Refused(Refusal::ChangeSet {
                reason: reason.clone(),
            })
        }
        (_, action) => action,
    }
}

/// Returns the action on a deployed stack, by its owner, its status and its content.
pub(crate) fn action_on_deployed(
    blueprint: &Blueprint,
    options: &Options,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> DraftAction {
    if !live.is_ours(blueprint, &desired.key) && !options.adopt.contains(&desired.key) {
        return DraftAction::Refused(not_ours(live));
    }
    let action = action_by_status(&desired.key, live.stack.status)
        .unwrap_or_else(|| action_by_content(options, desired, live));
    with_refusals(desired, action)
}

/// Returns the action on a stack that is not deployed.
pub(crate) fn action_on_absent(desired: &DesiredStack) -> DraftAction {
    with_refusals(desired, DraftAction::Create)
}

/// Returns the action on a stack without changes.
pub(crate) fn action_without_changes(
    desired: &DesiredStack,
    live: Option<&ObservedStack>,
) -> DraftAction {
    match live {
        Some(live) if needs_protection(desired, &live.stack) => DraftAction::Protect,
        _ => DraftAction::Unchanged,
    }
}

/// Returns the first problem with a value instead of the action.
fn with_refusals(desired: &DesiredStack, action: DraftAction) -> DraftAction {
    match (desired.refusals.first(), &action) {
        (_, DraftAction::Refused(_)) | (None, _) => action,
        (Some(refusal), _) => DraftAction::Refused(refusal.clone()),
    }
}

/// Returns the refusal of a stack with foreign tags.
pub(crate) fn not_ours(live: &ObservedStack) -> Refusal {
    let tag = |name: &str| live.stack.tags.get(name).cloned();
    Refusal::NotOurs {
        blueprint: tag(BLUEPRINT_TAG),
        stack: tag(STACK_TAG),
        environment: tag(ENV_TAG),
    }
}

/// Returns the action that a stack's status determines; `None` if it accepts every operation.
fn action_by_status(key: &StackKey, status: StackStatus) -> Option<DraftAction> {
    use StackStatus::*;
    let advice = match status {
        status if status.is_in_progress() => return Some(DraftAction::InFlight(status)),
        status if status.is_updatable() => return None,
        ReviewInProgress | DeleteComplete => return Some(DraftAction::Create),
        RollbackComplete => return Some(DraftAction::Recreate),
        CreateFailed => format!(
            "its creation failed without a rollback, so it may contain live resources: check them, \
             run `formwork destroy -s {key}`, then deploy again"
        ),
        RollbackFailed => format!(
            "its creation and the rollback failed: run `formwork destroy -s {key}`, then deploy again"
        ),
        DeleteFailed => format!(
            "its deletion failed: run `formwork destroy -s {key}`, with `--retain {key}.LogicalId` for \
             resources that cannot be deleted, then deploy again"
        ),
        UpdateFailed => {
            "its update failed without a rollback: run `aws cloudformation rollback-stack`, \
                         then deploy again"
                .to_owned()
        }
        _ => "its rollback failed: fix the cause, run \
              `aws cloudformation continue-update-rollback`, then deploy again"
            .to_owned(),
    };
    Some(DraftAction::Refused(Refusal::State { status, advice }))
}

fn action_by_content(
    options: &Options,
    desired: &DesiredStack,
    live: &ObservedStack,
) -> DraftAction {
    let has_pending = !desired.pending().is_empty();
    let Some(deployed) = &live.template else {
        return DraftAction::Undecided;
    };
    let is_same = equivalence::compare(deployed, &desired.template) == Comparison::Same
        && changed_parameters(desired, live).is_empty()
        && user_tags(&live.stack.tags) == desired.tags
        && changed_options(desired, live).is_empty();
    let is_undecided = desired.has_secret_of(&options.rotate)
        || desired.has_hidden_values()
        || is_volatile(&desired.template);
    match (is_same, has_pending, is_undecided) {
        (false, ..) => DraftAction::Update,
        (true, true, _) => DraftAction::AwaitUpstream,
        (true, false, true) => DraftAction::Undecided,
        (true, false, false) => action_without_changes(desired, Some(live)),
    }
}

/// Returns whether the same template may have another effect today. Secrets do not count: they are sent on a change,
/// or with `--rotate`.
fn is_volatile(template: &Template) -> bool {
    let counts = |doubt: &VolatileValue| !matches!(doubt, VolatileValue::NoEcho { .. });
    volatility::volatile_values(template).iter().any(counts)
}

/// Returns the handling of secrets in an update. A change set that must decide keeps them, because a secret that is
/// sent always counts as a change.
pub(crate) fn secret_handling(
    action: &DraftAction,
    desired: &DesiredStack,
    options: &Options,
) -> SecretHandling {
    match action {
        DraftAction::Undecided if !desired.has_secret_of(&options.rotate) => SecretHandling::Keep,
        _ => SecretHandling::Send,
    }
}
