//! Starts the deletion of one stack after all stacks that use it are deleted.

use std::time::Duration;

use formwork_aws::{Error, ErrorKind, StackRef, StackStatus};
use formwork_blueprint::{StackKey, TerminationProtection};

use super::context::{RunContext, StateSource};
use super::foreign::handle_foreign_operation;
use super::operation::{AfterOperation, RunningOperation};
use super::report::{WorkerReport, failed_call};
use crate::model::desired::deletion_content;
use crate::model::observed::ObservedStack;
use crate::model::options::ProtectedStacks;
use crate::model::outcome::{Operation, Outcome};
use crate::model::refusal::Refusal;
use crate::model::token::ContentHash;
use crate::observe::observe_stack;
use crate::plan::draft::not_ours;

/// Starts a stack's deletion.
pub(super) async fn start_delete(
    context: &RunContext,
    key: &StackKey,
    source: StateSource,
) -> WorkerReport {
    let result = try_start(context, key, source).await;
    result.unwrap_or_else(|error| match error.kind {
        ErrorKind::Protected => WorkerReport::refused(Refusal::Protected, None),
        _ => WorkerReport::finished(failed_call(None, &error, Duration::ZERO), None),
    })
}

async fn try_start(
    context: &RunContext,
    key: &StackKey,
    source: StateSource,
) -> Result<WorkerReport, Error> {
    let run = &context.run;
    let live = match (source, run.observed.stacks.get(key)) {
        (_, None) => None,
        (StateSource::Plan, live) => live.cloned(),
        (StateSource::Account, Some(live)) => {
            observe_stack(&context.sender.client, &StackRef::from(&live.stack.id)).await?
        }
    };
    let is_live = |live: &ObservedStack| live.stack.status != StackStatus::DeleteComplete;
    let Some(live) = live.filter(is_live) else {
        return Ok(WorkerReport::finished(Outcome::Unchanged, None));
    };
    let status = Some(live.stack.status);
    if !live.is_ours(&run.blueprint, key) && !run.options.adopt.contains(key) {
        return Ok(WorkerReport::refused(not_ours(&live), status));
    }
    if live.stack.status.is_in_progress() {
        return adopt_or_wait(context, key, &live).await;
    }
    if context.is_interrupted() {
        return Ok(WorkerReport::interrupted());
    }
    if live.stack.termination_protection {
        match run.options.protected {
            ProtectedStacks::Refuse => {
                return Ok(WorkerReport::refused(Refusal::Protected, status));
            }
            ProtectedStacks::Lift => {
                let sender = &context.sender;
                sender
                    .set_protection(&live.stack.id, TerminationProtection::Off)
                    .await?;
            }
        }
    }
    delete(context, key, &live).await
}

async fn delete(
    context: &RunContext,
    key: &StackKey,
    live: &ObservedStack,
) -> Result<WorkerReport, Error> {
    let retain: Vec<String> = context
        .run
        .options
        .retained_in(key)
        .map(str::to_owned)
        .collect();
    // CloudFormation accepts resources to retain only after a deletion has failed.
    let failed_before = live.stack.status == StackStatus::DeleteFailed;
    let (retain_now, retain_later) = match failed_before {
        true => (retain, Vec::new()),
        false => (Vec::new(), retain),
    };
    let id = &live.stack.id;
    let token = context.sender.tokens.next(&deletion_content(id));
    context.sender.delete(id, retain_now, &token).await?;
    let operation = RunningOperation {
        token: Some(token),
        status_before: Some(live.stack.status),
        retain: retain_later,
        ..RunningOperation::started(key, id.clone(), Operation::Delete)
    };
    Ok(WorkerReport::started(operation))
}

/// Adopts a deletion in progress that formwork started; otherwise waits for the operation or refuses the stack.
async fn adopt_or_wait(
    context: &RunContext,
    key: &StackKey,
    live: &ObservedStack,
) -> Result<WorkerReport, Error> {
    let stack = &live.stack;
    let token = context.sender.client.last_token(&stack.id).await?;
    let content = token.as_deref().and_then(ContentHash::from_token);
    if content == Some(deletion_content(&stack.id)) {
        let after = AfterOperation::Finish;
        let operation = RunningOperation::adopted(key, stack, Operation::Delete, after);
        return Ok(WorkerReport::started(operation));
    }
    Ok(handle_foreign_operation(
        context,
        key,
        stack,
        Operation::Delete,
    ))
}
