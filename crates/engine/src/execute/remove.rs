//! Begins to delete one stack, once all that use it are gone.

use std::time::Duration;

use formwork_aws::{Kind, StackRef};
use formwork_blueprint::StackKey;

use super::Context;
use super::bring::{View, others};
use super::conclude::{call_failed, not_begun, protect};
use super::flight::{Flight, Then};
use super::said::Said;
use crate::desired::deletion_content;
use crate::draft::not_ours;
use crate::observe::{Live, observe_one};
use crate::options::{Options, Protected};
use crate::outcome::{FailureKind, Operation, Outcome, Skip};
use crate::plan::Refusal;
use crate::token::Content;

/// Begins to delete a stack.
pub(super) async fn remove(context: &Context, key: &StackKey, view: View) -> Said {
    attempt(context, key, view).await.unwrap_or_else(|error| {
        let outcome = match error.kind {
            Kind::Protected => not_begun(FailureKind::Refused(Refusal::Protected), None),
            _ => Outcome::Failed(Box::new(call_failed(None, &error, Duration::ZERO))),
        };
        Said::ended(outcome, None)
    })
}

async fn attempt(
    context: &Context,
    key: &StackKey,
    view: View,
) -> Result<Said, formwork_aws::Error> {
    let run = &context.run;
    let live = match (view, run.observed.stacks.get(key)) {
        (_, None) => None,
        (View::Planned, live) => live.cloned(),
        (View::Fresh, Some(live)) => {
            observe_one(&context.sender.client, &StackRef::from(&live.stack.id)).await?
        }
    };
    let Some(live) =
        live.filter(|live| live.stack.status != formwork_aws::StackStatus::DeleteComplete)
    else {
        return Ok(Said::ended(Outcome::Unchanged, None));
    };
    let status = Some(live.stack.status);
    let refused = |refusal| Said::ended(not_begun(FailureKind::Refused(refusal), status), None);
    if !live.is_ours(&run.blueprint, key) && !run.options.adopt.contains(key) {
        return Ok(refused(not_ours(&live)));
    }
    if live.stack.status.is_in_progress() {
        return in_flight(context, key, &live).await;
    }
    if run.cancel.level().is_some() {
        return Ok(Said::ended(Outcome::Skipped(Skip::Interrupted), None));
    }
    if live.stack.termination_protection {
        match run.options.protected {
            Protected::Refuse => return Ok(refused(Refusal::Protected)),
            Protected::Lift => protect(context, &StackRef::from(&live.stack.id), false).await?,
        }
    }
    begin(context, key, &live).await
}

async fn begin(
    context: &Context,
    key: &StackKey,
    live: &Live,
) -> Result<Said, formwork_aws::Error> {
    let chosen = Options::of_stack(&context.run.options.retain, key).map(str::to_owned);
    let chosen: Vec<String> = chosen.collect();
    // CloudFormation takes resources to retain only where a deletion has failed already.
    let failed_before = live.stack.status == formwork_aws::StackStatus::DeleteFailed;
    let (now, later) = match failed_before {
        true => (chosen, Vec::new()),
        false => (Vec::new(), chosen),
    };
    let id = &live.stack.id;
    let token = context.sender.attempts.token(&deletion_content(id));
    context.sender.delete(id, now, &token).await?;
    let flight = Flight {
        token: Some(token),
        status_before: Some(live.stack.status),
        retain: later,
        ..Flight::begun(key, id.clone(), Operation::Delete)
    };
    Ok(Said::flight(flight))
}

/// Deletes once more a stack whose deletion failed, leaving in the account what the user named.
pub(super) async fn delete_again(
    context: &Context,
    flight: &Flight,
    retain: Vec<String>,
) -> Option<Said> {
    let token = context.sender.attempts.token(&deletion_content(&flight.id));
    context
        .sender
        .delete(&flight.id, retain, &token)
        .await
        .ok()?;
    let flight = Flight {
        token: Some(token),
        status_before: Some(formwork_aws::StackStatus::DeleteFailed),
        ..Flight::begun(&flight.key, flight.id.clone(), Operation::Delete)
    };
    Some(Said::flight(flight))
}

async fn in_flight(
    context: &Context,
    key: &StackKey,
    live: &Live,
) -> Result<Said, formwork_aws::Error> {
    let stack = &live.stack;
    let token = context.sender.client.last_token(&stack.id).await?;
    let content = token.as_deref().and_then(Content::of_token);
    if content == Some(deletion_content(&stack.id)) {
        let flight = Flight::found(key, stack, Operation::Delete, Then::Conclude);
        return Ok(Said::flight(flight));
    }
    Ok(others(context, key, stack, Operation::Delete))
}
