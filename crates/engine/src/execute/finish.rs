//! Determines a stack's outcome after the end of its operation.

use formwork_aws::{Stack, StackEvent, StackRef, StackStatus};
use formwork_template::Template;

use super::context::RunContext;
use super::operation::RunningOperation;
use super::report::{WorkerReport, failed_call};
use super::root_cause::analyze_failure;
use crate::model::desired::deletion_content;
use crate::model::outcome::{FailureKind, Operation, Outcome, RootCause, StackFailure};
use crate::plan::compare::needs_protection;

/// Reports how an operation ended. `stack` is `None` if no stack has the ARN any more.
pub(super) async fn finish(
    context: &RunContext,
    operation: RunningOperation,
    stack: Option<Stack>,
) -> WorkerReport {
    let status = stack.as_ref().map(|stack| stack.status);
    let has_succeeded = match operation.operation {
        Operation::Create => status == Some(StackStatus::CreateComplete),
        Operation::Update | Operation::Protect => status == Some(StackStatus::UpdateComplete),
        Operation::Delete => status.is_none_or(|status| status == StackStatus::DeleteComplete),
    };
    match has_succeeded {
        true => finish_success(context, operation, stack).await,
        false => finish_failure(context, operation, stack).await,
    }
}

async fn finish_success(
    context: &RunContext,
    operation: RunningOperation,
    stack: Option<Stack>,
) -> WorkerReport {
    let mut events = Vec::new();
    if operation.operation != Operation::Delete {
        events = newest_events(context, &operation).await;
    }
    if let (Some(stack), Some(desired), Operation::Update) =
        (&stack, &operation.desired, operation.operation)
        && needs_protection(desired, stack)
    {
        let sender = &context.sender;
        let set = sender.set_protection(&stack.id, desired.protection).await;
        if let Err(error) = set {
            let outcome = failed_call(Some(Operation::Protect), &error, operation.age());
            return WorkerReport::finished(outcome, Some(stack.clone())).with_events(events);
        }
    }
    let outcome = Outcome::Changed {
        operation: operation.operation,
        // The owner counts the resources whose events it reports.
        resources: 0,
        took: operation.age(),
    };
    WorkerReport::finished(outcome, stack).with_events(events)
}

/// Returns the newest events, oldest first. They are only displayed, so they are read only if much budget is left.
async fn newest_events(context: &RunContext, operation: &RunningOperation) -> Vec<StackEvent> {
    let client = &context.sender.client;
    let stack = StackRef::from(&operation.id);
    let page = client
        .read_spare(|| client.cloud().stack_events(&stack, None))
        .await;
    let mut events = page.map(|page| page.items).unwrap_or_default();
    events.reverse();
    events
}

async fn finish_failure(
    context: &RunContext,
    mut operation: RunningOperation,
    stack: Option<Stack>,
) -> WorkerReport {
    let client = &context.sender.client;
    let status = stack.as_ref().map(|stack| stack.status);
    let is_deletion = operation.operation == Operation::Delete;
    if is_deletion && status == Some(StackStatus::DeleteFailed) && !operation.retain.is_empty() {
        let retain = std::mem::take(&mut operation.retain);
        if let Some(report) = delete_with_retain(context, &operation, retain).await {
            return report;
        }
    }
    let is_refused = is_deletion && status != Some(StackStatus::DeleteFailed);
    let (events, analysis) = match client.last_operation_events(&operation.id).await {
        Ok(events) => {
            let template = template_of(context, &operation);
            let analysis = analyze_failure(client, &operation.id, &events, template).await;
            (events, analysis.unwrap_or_default())
        }
        Err(_) => Default::default(),
    };
    let own_cause = stack.as_ref().and_then(status_cause);
    let cause = match is_refused {
        true => own_cause.or(analysis.cause),
        false => analysis.cause.or(own_cause),
    };
    let failure = StackFailure {
        operation: Some(operation.operation),
        kind: match is_refused {
            true => FailureKind::DeleteRefused,
            false => FailureKind::Operation,
        },
        status,
        status_reason: stack.as_ref().and_then(|stack| stack.status_reason.clone()),
        cause,
        cancelled: analysis.cancelled,
        advice: status.and_then(|status| advice(&operation, status)),
        took: operation.age(),
    };
    WorkerReport::finished(Outcome::Failed(Box::new(failure)), stack).with_events(events)
}

/// Returns the reason of the stack's status as a root cause.
fn status_cause(stack: &Stack) -> Option<RootCause> {
    Some(RootCause {
        logical_id: stack.name.to_string(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        property: None,
        reason: stack.status_reason.clone()?,
        time: None,
        span: None,
    })
}

/// Starts the second deletion of a stack whose deletion failed, and retains the resources that the user named.
async fn delete_with_retain(
    context: &RunContext,
    operation: &RunningOperation,
    retain: Vec<String>,
) -> Option<WorkerReport> {
    let sender = &context.sender;
    let token = sender.tokens.next(&deletion_content(&operation.id));
    sender.delete(&operation.id, retain, &token).await.ok()?;
    let id = operation.id.clone();
    let operation = RunningOperation {
        token: Some(token),
        status_before: Some(StackStatus::DeleteFailed),
        ..RunningOperation::started(&operation.key, id, Operation::Delete)
    };
    Some(WorkerReport::started(operation))
}

/// Returns the template whose spans show a root cause in the blueprint.
fn template_of<'a>(
    context: &'a RunContext,
    operation: &'a RunningOperation,
) -> Option<&'a Template> {
    match &operation.desired {
        Some(desired) => Some(&desired.template),
        None => {
            let stacks = &context.run.observed.stacks;
            stacks.get(&operation.key)?.template.as_ref()
        }
    }
}

/// Returns the next step for the user, if the status determines it.
fn advice(operation: &RunningOperation, status: StackStatus) -> Option<String> {
    let key = &operation.key;
    let advice = match status {
        StackStatus::RollbackComplete => {
            "its resources were rolled back; the next deploy deletes the stack and creates it again"
                .to_owned()
        }
        StackStatus::UpdateRollbackComplete => {
            "the stack is as it was before; fix the cause and deploy again".to_owned()
        }
        StackStatus::RollbackFailed | StackStatus::CreateFailed => {
            format!("the stack can only be deleted: `formwork destroy -s {key}`")
        }
        StackStatus::UpdateRollbackFailed => format!(
            "fix the cause of the failed rollback, then run `aws cloudformation \
             continue-update-rollback --stack-name {}`",
            operation.id
        ),
        StackStatus::DeleteFailed => format!(
            "`formwork destroy -s {key} --retain {key}.LogicalId` retains resources that cannot be deleted"
        ),
        _ => return None,
    };
    Some(advice)
}
