//! The timeline of an operation, computed when the operation is accepted.
//!
//! The functions here write steps into a stack, most of them in the future. The steps depend on the
//! stack, on the other stacks of the region, on the pace and on injected faults, but never on a later
//! time.

mod deletion;
mod deploy;
mod resource;
mod rollback;

use super::context::CallContext;
use super::definition::ResolvedDefinition;
use super::region::RegionView;
use crate::model::clock::Time;
use crate::model::request::OnFailure;
use crate::model::stack::{OperationKind, Output, Stack, StackStep, Step, StepSubject};
use crate::model::status::{ResourceStatus, StackStatus};
use deletion::CreateRollback;
use deploy::{DeployTimeline, OperationFailure};
use rollback::UpdateRollback;

pub(super) use deletion::{Retention, delete};
pub(super) use rollback::{cancel, continue_rollback, roll_back};

/// The environment of an operation: its call, and the other stacks of the region.
#[derive(Clone, Copy)]
pub(super) struct Env<'a> {
    pub(super) context: &'a CallContext,
    pub(super) region_view: &'a RegionView,
}

/// The kind of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeployMode {
    Create,
    Update,
}

/// An accepted create or update.
pub(super) struct StackOperation<'a> {
    pub(super) mode: DeployMode,
    pub(super) resolved: &'a ResolvedDefinition,
    /// The reason why the operation fails at once: it refers to something that does not exist.
    pub(super) missing: Option<String>,
    pub(super) token: Option<String>,
    pub(super) on_failure: OnFailure,
}

/// Writes the timeline of a create or an update into the stack.
pub(super) fn deploy(env: Env<'_>, stack: &mut Stack, operation: StackOperation<'_>) {
    let now = env.context.now;
    let pace = env.context.options.pace;
    let StackOperation {
        mode,
        resolved,
        missing,
        token,
        on_failure,
    } = operation;
    let (kind, status) = match mode {
        DeployMode::Create => (OperationKind::CreateStack, StackStatus::CreateInProgress),
        DeployMode::Update => (OperationKind::UpdateStack, StackStatus::UpdateInProgress),
    };
    stack.definitions.push(resolved.definition.clone());
    let definition = Some(stack.definitions.len() - 1);
    stack.begin(kind, token.clone(), now);
    let subject = StepSubject::Stack(StackStep {
        status,
        reason: Some("User Initiated".to_owned()),
        definition,
        outputs: None,
    });
    stack.extend([Step { at: now, subject }]);
    let begin = now + pace.stack_duration();
    let timeline = match missing {
        Some(reason) => DeployTimeline {
            steps: Vec::new(),
            end: begin,
            outcome: Err(OperationFailure { at: begin, reason }),
        },
        None => deploy::deploy_resources(env, stack, mode, resolved, begin),
    };
    stack.extend(timeline.steps);
    let end = timeline.end + pace.stack_duration();
    match (mode, timeline.outcome) {
        (DeployMode::Create, Ok(outputs)) => {
            push_with_outputs(stack, end, StackStatus::CreateComplete, None, outputs);
        }
        (DeployMode::Update, Ok(outputs)) => {
            let status = StackStatus::UpdateCompleteCleanupInProgress;
            push_with_outputs(stack, end, status, None, outputs);
            deletion::clean_up(env, stack, end, StackStatus::UpdateComplete);
        }
        (mode, Err(failure)) => handle_failure(env, stack, mode, failure, token, on_failure),
    }
}

/// Adds a step of the stack that sets its outputs.
fn push_with_outputs(
    stack: &mut Stack,
    at: Time,
    status: StackStatus,
    reason: Option<String>,
    outputs: Vec<Output>,
) {
    let subject = StepSubject::Stack(StackStep {
        status,
        reason,
        definition: None,
        outputs: Some(outputs),
    });
    stack.extend([Step { at, subject }]);
}

/// Rolls back, deletes, or leaves the stack after a failure.
fn handle_failure(
    env: Env<'_>,
    stack: &mut Stack,
    mode: DeployMode,
    failure: OperationFailure,
    token: Option<String>,
    on_failure: OnFailure,
) {
    let OperationFailure { at, mut reason } = failure;
    if !reason.ends_with('.') {
        reason.push('.');
    }
    match (mode, on_failure) {
        (DeployMode::Create, OnFailure::DoNothing) => {
            stack.push(at, StackStatus::CreateFailed, Some(reason));
        }
        (DeployMode::Update, OnFailure::DoNothing) => {
            stack.push(at, StackStatus::UpdateFailed, Some(reason));
        }
        (DeployMode::Create, OnFailure::Delete) => {
            let reason = format!("{reason} Delete requested by user.");
            let rollback = CreateRollback::DeleteStack(reason);
            deletion::roll_back_create(env, stack, at, token, rollback);
        }
        (DeployMode::Create, OnFailure::Rollback) => {
            let reason = format!("{reason} Rollback requested by user.");
            let rollback = CreateRollback::KeepStack(reason);
            deletion::roll_back_create(env, stack, at, token, rollback);
        }
        (DeployMode::Update, _) => {
            let rollback = UpdateRollback {
                kind: OperationKind::Rollback,
                token,
                reason,
                skip: Vec::new(),
            };
            rollback::roll_back_update(env, stack, at, rollback);
        }
    }
}

/// Returns the sentence that names the resources which failed to `verb`.
fn failed_resources(verb: &str, logical_ids: &[String]) -> Option<String> {
    let ids = logical_ids.join(", ");
    (!logical_ids.is_empty())
        .then(|| format!("The following resource(s) failed to {verb}: [{ids}]."))
}

/// Marks the resources that are in progress at `at` as cancelled.
fn cancel_in_progress(stack: &mut Stack, at: Time) {
    let state = stack.at(at);
    let mut steps = Vec::new();
    for (id, state) in &state.resources {
        let (status, reason) = match state.status {
            ResourceStatus::CreateInProgress => {
                (ResourceStatus::CreateFailed, "Resource creation cancelled")
            }
            ResourceStatus::UpdateInProgress => {
                (ResourceStatus::UpdateFailed, "Resource update cancelled")
            }
            _ => continue,
        };
        let mut step = resource::status_step(id, state.kind, state.physical_id, status);
        step.reason = Some(reason.to_owned());
        steps.push(Step::resource(at, step));
    }
    stack.extend(steps);
}
