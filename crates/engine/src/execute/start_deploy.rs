//! Starts the deployment of one stack after the stacks that it depends on are finished.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use formwork_aws::{ChangeSet, Error, ErrorKind, Stack, StackRef};
use formwork_blueprint::StackKey;

use super::context::{RunContext, StateSource};
use super::foreign::handle_foreign_operation;
use super::operation::{AfterOperation, RunningOperation};
use super::report::{WorkerReport, failed_call, not_started};
use crate::model::desired::{DesiredStack, SecretHandling, UpstreamOutputs, deletion_content};
use crate::model::draft::{DraftAction, PreviewResult};
use crate::model::hazard::Blocker;
use crate::model::observed::ObservedStack;
use crate::model::outcome::{FailureKind, Operation, Outcome};
use crate::model::plan::Basis;
use crate::model::refusal::Refusal;
use crate::model::token::ContentHash;
use crate::observe::observe_stack;
use crate::plan::desired::desired_stack;
use crate::plan::draft::{
    action_on_absent, action_on_deployed, action_without_changes, secret_handling,
};
use crate::plan::hazards::{forbidden_hazards, interruptions, losses};
use crate::plan::resources::resources_from_change_set;

/// Starts a stack's deployment. Reads the stack again if AWS shows that the plan's snapshot is outdated.
pub(super) async fn start_deploy(
    context: &RunContext,
    key: &StackKey,
    upstream: &BTreeMap<StackKey, UpstreamOutputs>,
    source: StateSource,
) -> WorkerReport {
    let mut result = try_start(context, key, upstream, source).await;
    if let Err(error) = &result
        && source == StateSource::Plan
        && is_outdated(error.kind)
    {
        result = try_start(context, key, upstream, StateSource::Account).await;
    }
    result.unwrap_or_else(|error| {
        WorkerReport::finished(failed_call(None, &error, Duration::ZERO), None)
    })
}

fn is_outdated(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::AlreadyExists | ErrorKind::WrongState | ErrorKind::NotFound
    )
}

async fn try_start(
    context: &RunContext,
    key: &StackKey,
    upstream: &BTreeMap<StackKey, UpstreamOutputs>,
    source: StateSource,
) -> Result<WorkerReport, Error> {
    let run = &context.run;
    let stack = run.blueprint.graph.get(key.as_str());
    let stack = stack.expect("a run contains only stacks of its blueprint");
    let live = match source {
        StateSource::Plan => run.observed.stacks.get(key).cloned(),
        StateSource::Account => {
            observe_stack(&context.sender.client, &StackRef::from(&stack.name)).await?
        }
    };
    let outputs = |key: &StackKey| {
        let outputs = upstream.get(key).cloned();
        outputs.unwrap_or(UpstreamOutputs::Missing)
    };
    let desired = Arc::new(desired_stack(stack, &run.packed, live.as_ref(), outputs));
    let action = match &live {
        Some(live) => action_on_deployed(&run.blueprint, &run.options, &desired, live),
        None => action_on_absent(&desired),
    };
    match (action, live) {
        (DraftAction::Refused(refusal), live) => {
            let status = live.map(|live| live.stack.status);
            Ok(WorkerReport::refused(refusal, status))
        }
        (DraftAction::InFlight(_), Some(live)) => {
            adopt_or_wait(context, desired, &live.stack).await
        }
        (DraftAction::Recreate, Some(live)) => recreate(context, key, &live).await,
        (DraftAction::Unchanged, Some(live)) => {
            Ok(WorkerReport::finished(Outcome::Unchanged, Some(live.stack)))
        }
        (DraftAction::Protect, Some(live)) => protect(context, &desired, live).await,
        (
            action @ (DraftAction::Update | DraftAction::Undecided | DraftAction::AwaitUpstream),
            Some(live),
        ) => update(context, desired, live, source, &action).await,
        (_, live) => create(context, desired, live).await,
    }
}

async fn create(
    context: &RunContext,
    desired: Arc<DesiredStack>,
    live: Option<ObservedStack>,
) -> Result<WorkerReport, Error> {
    if context.is_interrupted() {
        return Ok(WorkerReport::interrupted());
    }
    let sender = &context.sender;
    let token = sender.tokens.next(&desired.creation_content());
    let id = if desired.has_macros() {
        // CloudFormation expands macros only in a change set.
        let secrets = SecretHandling::Send;
        let created = sender
            .create_change_set(&desired, live.as_ref(), secrets)
            .await?;
        let PreviewResult::Changes(change_set) = created.result else {
            return Ok(impossible(created.result));
        };
        sender
            .execute(&change_set.stack_id, &created.id, &token)
            .await?;
        change_set.stack_id
    } else {
        sender.create(&desired, &token).await?
    };
    let operation = RunningOperation {
        token: Some(token),
        desired: Some(desired.clone()),
        ..RunningOperation::started(&desired.key, id, Operation::Create)
    };
    Ok(WorkerReport::started(operation))
}

/// Deletes a stack whose creation failed, if it has no resources. Then the stack is assessed again.
async fn recreate(
    context: &RunContext,
    key: &StackKey,
    live: &ObservedStack,
) -> Result<WorkerReport, Error> {
    let resources = surviving_resources(context, &live.stack).await?;
    if !resources.is_empty() {
        let status = Some(live.stack.status);
        return Ok(WorkerReport::refused(
            Refusal::Survivors { resources },
            status,
        ));
    }
    if context.is_interrupted() {
        return Ok(WorkerReport::interrupted());
    }
    let id = &live.stack.id;
    let token = context.sender.tokens.next(&deletion_content(id));
    context.sender.delete(id, Vec::new(), &token).await?;
    let operation = RunningOperation {
        token: Some(token),
        after: AfterOperation::Reassess,
        status_before: Some(live.stack.status),
        ..RunningOperation::started(key, id.clone(), Operation::Delete)
    };
    Ok(WorkerReport::started(operation))
}

/// Returns the resources that remain after a failed creation.
async fn surviving_resources(context: &RunContext, stack: &Stack) -> Result<Vec<String>, Error> {
    let client = &context.sender.client;
    let stack = StackRef::from(&stack.id);
    let mut survivors = Vec::new();
    let mut next = None;
    loop {
        let page = client
            .read(|| client.cloud().list_stack_resources(&stack, next.clone()))
            .await?;
        let left = page.items.into_iter().filter(|resource| {
            let has_id = resource
                .physical_id
                .as_ref()
                .is_some_and(|id| !id.is_empty());
            has_id && resource.status != "DELETE_COMPLETE"
        });
        survivors.extend(left.map(|resource| resource.logical_id));
        next = page.next;
        if next.is_none() {
            return Ok(survivors);
        }
    }
}

/// Sets the termination protection of a stack without other changes.
async fn protect(
    context: &RunContext,
    desired: &DesiredStack,
    live: ObservedStack,
) -> Result<WorkerReport, Error> {
    if context.is_interrupted() {
        return Ok(WorkerReport::interrupted());
    }
    let sender = &context.sender;
    sender
        .set_protection(&live.stack.id, desired.protection)
        .await?;
    let outcome = Outcome::Changed {
        operation: Operation::Protect,
        resources: 0,
        took: Duration::ZERO,
    };
    Ok(WorkerReport::finished(outcome, Some(live.stack)))
}

async fn update(
    context: &RunContext,
    desired: Arc<DesiredStack>,
    live: ObservedStack,
    source: StateSource,
    action: &DraftAction,
) -> Result<WorkerReport, Error> {
    let sender = &context.sender;
    let result = match reusable_preview(context, &desired, source) {
        Some(result) => result,
        None => {
            let secrets = secret_handling(action, &desired, &context.run.options);
            sender
                .create_change_set(&desired, Some(&live), secrets)
                .await?
                .result
        }
    };
    let change_set = match result {
        PreviewResult::Changes(change_set) => *change_set,
        PreviewResult::NoOp => return finish_unchanged(context, &desired, live).await,
        result => return Ok(impossible(result)),
    };
    let blockers = new_blockers(context, &desired, &live, &change_set);
    if !blockers.is_empty() {
        sender.delete_change_set(&change_set.id).await;
        let status = Some(live.stack.status);
        let outcome = not_started(FailureKind::Blocked(blockers), status);
        return Ok(WorkerReport::finished(outcome, None));
    }
    if context.is_interrupted() {
        sender.delete_change_set(&change_set.id).await;
        return Ok(WorkerReport::interrupted());
    }
    let token = sender.tokens.next(&desired.update_content());
    sender
        .execute(&live.stack.id, &change_set.id, &token)
        .await?;
    let operation = RunningOperation {
        token: Some(token),
        status_before: Some(live.stack.status),
        updated_before: live.stack.updated,
        desired: Some(desired.clone()),
        ..RunningOperation::started(&desired.key, live.stack.id.clone(), Operation::Update)
    };
    Ok(WorkerReport::started(operation))
}

/// Returns the hazards that the change set shows and that the user did not allow.
fn new_blockers(
    context: &RunContext,
    desired: &DesiredStack,
    live: &ObservedStack,
    change_set: &ChangeSet,
) -> Vec<Blocker> {
    let run = &context.run;
    let (key, basis) = (&desired.key, Basis::ChangeSet);
    let resources = resources_from_change_set(change_set, &run.blueprint.table, desired, live);
    let interruptions = interruptions(key, live, &resources, basis, &run.observed);
    let losses = losses(key, &resources, basis);
    forbidden_hazards(&losses, &interruptions, &run.options.allowed)
}

/// Returns the plan's change set, if it is complete and its request has the same content.
fn reusable_preview(
    context: &RunContext,
    desired: &DesiredStack,
    source: StateSource,
) -> Option<PreviewResult> {
    let preview = context.previews.get(&desired.key)?;
    let is_same = source == StateSource::Plan && preview.content == desired.update_content();
    match &preview.result {
        PreviewResult::Changes(_) | PreviewResult::NoOp if is_same => Some(preview.result.clone()),
        _ => None,
    }
}

/// Finishes a stack whose change set has no changes.
async fn finish_unchanged(
    context: &RunContext,
    desired: &DesiredStack,
    live: ObservedStack,
) -> Result<WorkerReport, Error> {
    match action_without_changes(desired, Some(&live)) {
        DraftAction::Protect => protect(context, desired, live).await,
        _ => Ok(WorkerReport::finished(Outcome::Unchanged, Some(live.stack))),
    }
}

fn impossible(result: PreviewResult) -> WorkerReport {
    let reason = match result {
        PreviewResult::Impossible(reason) => reason,
        PreviewResult::Changes(_) | PreviewResult::NoOp | PreviewResult::Denied => {
            "the change set contains no changes".to_owned()
        }
    };
    WorkerReport::refused(Refusal::ChangeSet { reason }, None)
}

/// Adopts an operation in progress that has the same content; otherwise waits for it or refuses the stack.
async fn adopt_or_wait(
    context: &RunContext,
    desired: Arc<DesiredStack>,
    stack: &Stack,
) -> Result<WorkerReport, Error> {
    let token = context.sender.client.last_token(&stack.id).await?;
    let content = token.as_deref().and_then(ContentHash::from_token);
    let asks = |wanted: ContentHash| content.as_ref() == Some(&wanted);
    let operation = if asks(desired.creation_content()) {
        Some(Operation::Create)
    } else if asks(desired.update_content()) {
        Some(Operation::Update)
    } else {
        None
    };
    if asks(deletion_content(&stack.id)) {
        let after = AfterOperation::Reassess;
        let operation = RunningOperation::adopted(&desired.key, stack, Operation::Delete, after);
        return Ok(WorkerReport::started(operation));
    }
    if let Some(operation) = operation {
        // A secret's value cannot be read back, so a stack with secrets is assessed again afterwards.
        let after = match desired.has_secrets() {
            true => AfterOperation::Reassess,
            false => AfterOperation::Finish,
        };
        let operation = RunningOperation {
            desired: Some(desired.clone()),
            ..RunningOperation::adopted(&desired.key, stack, operation, after)
        };
        return Ok(WorkerReport::started(operation));
    }
    Ok(handle_foreign_operation(
        context,
        &desired.key,
        stack,
        Operation::Update,
    ))
}
