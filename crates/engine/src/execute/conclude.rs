//! From an operation's end to its stack's outcome.

use std::time::Duration;

use formwork_aws::{Protection, Stack, StackEvent, StackRef, StackStatus};
use formwork_template::Template;

use super::Context;
use super::cause::find;
use super::flight::Flight;
use super::remove::delete_again;
use super::said::Said;
use crate::outcome::{Failure, FailureKind, Operation, Outcome, RootCause};

/// Says how an operation ended. `stack` is none where the stack does not even exist by its ARN any more.
pub(super) async fn conclude(context: &Context, flight: Flight, stack: Option<Stack>) -> Said {
    let status = stack.as_ref().map(|stack| stack.status);
    let went_through = match flight.operation {
        Operation::Create => status == Some(StackStatus::CreateComplete),
        Operation::Update | Operation::Protect => status == Some(StackStatus::UpdateComplete),
        Operation::Delete => status.is_none_or(|status| status == StackStatus::DeleteComplete),
    };
    match went_through {
        true => succeeded(context, flight, stack).await,
        false => failed(context, flight, stack).await,
    }
}

async fn succeeded(context: &Context, flight: Flight, stack: Option<Stack>) -> Said {
    let mut events = Vec::new();
    if flight.operation != Operation::Delete {
        events = last_page(context, &flight).await;
    }
    if let (Some(stack), Some(desired), Operation::Update) =
        (&stack, &flight.desired, flight.operation)
    {
        let wanted = desired.protection == formwork_blueprint::TerminationProtection::On;
        if stack.termination_protection != wanted
            && let Err(error) = protect(context, &StackRef::from(&stack.id), wanted).await
        {
            let failure = call_failed(Some(Operation::Protect), &error, flight.age());
            return Said::ended(Outcome::Failed(Box::new(failure)), Some(stack.clone()))
                .with_events(events);
        }
    }
    let outcome = Outcome::Changed {
        operation: flight.operation,
        // The owner counts them as it tells them.
        resources: 0,
        took: flight.age(),
    };
    Said::ended(outcome, stack).with_events(events)
}

/// The newest events, oldest first: for the display alone, so only where the budget has plenty.
async fn last_page(context: &Context, flight: &Flight) -> Vec<StackEvent> {
    let client = &context.sender.client;
    let stack = StackRef::from(&flight.id);
    let page = client
        .read_spare(|| client.cloud().stack_events(&stack, None))
        .await;
    let mut events = page.map(|page| page.items).unwrap_or_default();
    events.reverse();
    events
}

async fn failed(context: &Context, mut flight: Flight, stack: Option<Stack>) -> Said {
    let client = &context.sender.client;
    let status = stack.as_ref().map(|stack| stack.status);
    let deleting = flight.operation == Operation::Delete;
    if deleting && status == Some(StackStatus::DeleteFailed) && !flight.retain.is_empty() {
        let retain = std::mem::take(&mut flight.retain);
        if let Some(said) = delete_again(context, &flight, retain).await {
            return said;
        }
    }
    let reason = stack.as_ref().and_then(|stack| stack.status_reason.clone());
    let refused = deleting && status != Some(StackStatus::DeleteFailed);
    let (events, found) = match client.last_operation(&flight.id).await {
        Ok(events) => {
            let template = template_of(context, &flight);
            let found = find(client, &flight.id, &events, template).await;
            (events, found.unwrap_or_default())
        }
        Err(_) => Default::default(),
    };
    let own = |reason: &String| RootCause {
        logical_id: stack
            .as_ref()
            .map(|stack| stack.name.to_string())
            .unwrap_or_default(),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        property: None,
        reason: reason.clone(),
        time: None,
        span: None,
    };
    let cause = match refused {
        true => reason.as_ref().map(own).or(found.cause),
        false => found.cause.or_else(|| reason.as_ref().map(own)),
    };
    let failure = Failure {
        operation: Some(flight.operation),
        kind: match refused {
            true => FailureKind::DeleteRefused,
            false => FailureKind::Operation,
        },
        status,
        status_reason: reason,
        cause,
        cancelled: found.cancelled,
        advice: status.and_then(|status| advice(&flight, status)),
        took: flight.age(),
    };
    Said::ended(Outcome::Failed(Box::new(failure)), stack).with_events(events)
}

fn template_of<'a>(context: &'a Context, flight: &'a Flight) -> Option<&'a Template> {
    match &flight.desired {
        Some(desired) => Some(&desired.template),
        None => context
            .run
            .observed
            .stacks
            .get(&flight.key)?
            .template
            .as_ref(),
    }
}

/// What to do next, where the state tells.
fn advice(flight: &Flight, status: StackStatus) -> Option<String> {
    let key = &flight.key;
    let words = match status {
        StackStatus::RollbackComplete => {
            "nothing of it is left; the next deploy deletes the stack and creates it again"
                .to_owned()
        }
        StackStatus::UpdateRollbackComplete => {
            "the stack is as it was before; mend the cause and deploy again".to_owned()
        }
        StackStatus::RollbackFailed | StackStatus::CreateFailed => {
            format!("the stack can only be deleted: `formwork destroy -s {key}`")
        }
        StackStatus::UpdateRollbackFailed => format!(
            "mend what hinders the rollback, then `aws cloudformation continue-update-rollback \
             --stack-name {}`",
            flight.id
        ),
        StackStatus::DeleteFailed => {
            format!(
                "`formwork destroy -s {key} --retain {key}.LogicalId` leaves what cannot be deleted"
            )
        }
        _ => return None,
    };
    Some(words)
}

/// Sets a stack's protection from deletion.
pub(super) async fn protect(
    context: &Context,
    stack: &StackRef,
    on: bool,
) -> Result<(), formwork_aws::Error> {
    let protection = match on {
        true => Protection::On,
        false => Protection::Off,
    };
    let client = &context.sender.client;
    client
        .mutate_idempotent(|| {
            client
                .cloud()
                .update_termination_protection(stack, protection)
        })
        .await
}

/// A call that was refused or not answered, as a failure.
pub(super) fn call_failed(
    operation: Option<Operation>,
    error: &formwork_aws::Error,
    took: Duration,
) -> Failure {
    Failure {
        operation,
        kind: FailureKind::Call {
            action: error.action.to_owned(),
            message: error.to_string(),
        },
        status: None,
        status_reason: None,
        cause: None,
        cancelled: Vec::new(),
        advice: None,
        took,
    }
}

/// A failure before anything was sent.
pub(super) fn not_begun(kind: FailureKind, status: Option<StackStatus>) -> Outcome {
    Outcome::Failed(Box::new(Failure {
        operation: None,
        kind,
        status,
        status_reason: None,
        cause: None,
        cancelled: Vec::new(),
        advice: None,
        took: Duration::ZERO,
    }))
}
