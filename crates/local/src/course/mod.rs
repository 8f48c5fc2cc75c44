//! The whole course of an operation, computed when it is accepted.
//!
//! Every function here writes steps into a stack, most of them in the future. None of them asks
//! the clock again: what happens is decided by the stack, by what lies around it, and by the pace.

mod backward;
mod failing;
mod forward;
mod rollback;
mod work;

use crate::clock::Time;
use crate::cloud::Scene;
use crate::definition::Defined;
use crate::outside::Outside;
use crate::request::OnFailure;
use crate::stack::{OperationKind, Stack, StackStep, Step, What};
use crate::status::{ResourceStatus, StackStatus};

pub(crate) use backward::{Retention, delete};
pub(crate) use rollback::{cancel, continue_rollback, roll_back};

/// What an operation takes place in.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) outside: &'a Outside,
}

/// Whether a stack is made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Create,
    Update,
}

/// An operation that was accepted.
pub(crate) struct Accepting<'a> {
    pub(crate) way: Way,
    pub(crate) defined: &'a Defined,
    /// What is missing around the stack, for which the operation fails at once.
    pub(crate) missing: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) on_failure: OnFailure,
}

/// Writes the course of a create or an update into the stack.
pub(crate) fn carry_out(setting: Setting<'_>, stack: &mut Stack, accepting: Accepting<'_>) {
    let now = setting.scene.now;
    let Accepting {
        way,
        defined,
        missing,
        token,
        on_failure,
    } = accepting;
    let (kind, status) = match way {
        Way::Create => (OperationKind::CreateStack, StackStatus::CreateInProgress),
        Way::Update => (OperationKind::UpdateStack, StackStatus::UpdateInProgress),
    };
    stack.definitions.push(defined.definition.clone());
    let definition = Some(stack.definitions.len() - 1);
    stack.begin(kind, token.clone(), now);
    let reason = Some("User Initiated".to_owned());
    let what = What::Stack(StackStep {
        status,
        reason,
        definition,
        outputs: None,
    });
    stack.extend([Step { at: now, what }]);
    let begin = now + setting.scene.options.pace.stack();
    let course = match missing {
        Some(reason) => {
            let failure = forward::Failed { at: begin, reason };
            forward::Forward {
                steps: Vec::new(),
                end: begin,
                outcome: Err(failure),
            }
        }
        None => forward::forward(setting, stack, way, defined, begin),
    };
    stack.extend(course.steps);
    match (way, course.outcome) {
        (Way::Create, Ok(outputs)) => {
            let end = course.end + setting.scene.options.pace.stack();
            let what = What::Stack(StackStep {
                status: StackStatus::CreateComplete,
                reason: None,
                definition: None,
                outputs: Some(outputs),
            });
            stack.extend([Step { at: end, what }]);
        }
        (Way::Update, Ok(outputs)) => {
            let end = course.end + setting.scene.options.pace.stack();
            let what = What::Stack(StackStep {
                status: StackStatus::UpdateCompleteCleanupInProgress,
                reason: None,
                definition: None,
                outputs: Some(outputs),
            });
            stack.extend([Step { at: end, what }]);
            backward::clean_up(setting, stack, end, StackStatus::UpdateComplete);
        }
        (way, Err(failure)) => fail(setting, stack, way, failure, token, on_failure),
    }
}

/// What follows a failure: a rollback, a deletion, or nothing.
fn fail(
    setting: Setting<'_>,
    stack: &mut Stack,
    way: Way,
    failure: forward::Failed,
    token: Option<String>,
    on_failure: OnFailure,
) {
    let forward::Failed { at, mut reason } = failure;
    if !reason.ends_with('.') {
        reason.push('.');
    }
    match (way, on_failure) {
        (Way::Create, OnFailure::DoNothing) => {
            stack.push(at, StackStatus::CreateFailed, Some(reason));
        }
        (Way::Update, OnFailure::DoNothing) => {
            stack.push(at, StackStatus::UpdateFailed, Some(reason));
        }
        (Way::Create, OnFailure::Delete) => {
            let reason = format!("{reason} Delete requested by user.");
            backward::undo_create(setting, stack, at, token, backward::Undo::Delete(reason));
        }
        (Way::Create, OnFailure::Rollback) => {
            let reason = format!("{reason} Rollback requested by user.");
            backward::undo_create(setting, stack, at, token, backward::Undo::RollBack(reason));
        }
        (Way::Update, _) => {
            rollback::undo_update(
                setting,
                stack,
                at,
                rollback::Undo {
                    kind: OperationKind::Rollback,
                    token,
                    reason,
                    skip: Vec::new(),
                },
            );
        }
    }
}

/// The sentences that name the resources which failed.
fn failed(what: &str, logical_ids: &[String]) -> Option<String> {
    let ids = logical_ids.join(", ");
    (!logical_ids.is_empty())
        .then(|| format!("The following resource(s) failed to {what}: [{ids}]."))
}

/// Marks what is in progress at `at` as cancelled.
fn cancel_in_progress(stack: &mut Stack, at: Time) {
    let state = stack.at(at);
    let mut steps = Vec::new();
    for (id, resource) in &state.resources {
        let (status, reason) = match resource.status {
            ResourceStatus::CreateInProgress => {
                (ResourceStatus::CreateFailed, "Resource creation cancelled")
            }
            ResourceStatus::UpdateInProgress => {
                (ResourceStatus::UpdateFailed, "Resource update cancelled")
            }
            _ => continue,
        };
        let mut step = work::shown(id, resource.kind, resource.physical_id, status);
        step.reason = Some(reason.to_owned());
        steps.push(Step::resource(at, step));
    }
    stack.extend(steps);
}
