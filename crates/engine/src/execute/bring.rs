//! Brings one stack on its way to what it should be, once all that it waits for is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use formwork_aws::{Kind, Stack, StackRef};
use formwork_blueprint::StackKey;

use super::Context;
use super::conclude::{call_failed, not_begun, protect};
use super::flight::{Flight, Then};
use super::said::Said;
use crate::desired::{Desired, Upstream, deletion_content, desire};
use crate::draft::{
    Answer, CREATE, UPDATE, Verdict, absent, decide, needs_protection, secrets, unchanged,
};
use crate::event::Event;
use crate::observe::{Live, observe_one};
use crate::options::Others;
use crate::outcome::{FailureKind, Operation, Outcome, Skip};
use crate::plan::{Basis, Refusal, forbidden, from_change_set, interruptions, losses};
use crate::token::Content;

/// Where the state of a stack is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// From what was observed for the plan.
    Planned,
    /// From the account, now.
    Fresh,
}

/// Brings a stack on its way. What was planned from is looked at anew where AWS says that it is no longer so.
pub(super) async fn bring(
    context: &Context,
    key: &StackKey,
    upstream: &BTreeMap<StackKey, Upstream>,
    view: View,
) -> Said {
    match attempt(context, key, upstream, view).await {
        Err(error) if view == View::Planned && is_outdated(error.kind) => {
            let fresh = attempt(context, key, upstream, View::Fresh).await;
            fresh.unwrap_or_else(|error| refused(&error))
        }
        said => said.unwrap_or_else(|error| refused(&error)),
    }
}

fn is_outdated(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AlreadyExists | Kind::WrongState | Kind::NotFound
    )
}

fn refused(error: &formwork_aws::Error) -> Said {
    let failure = call_failed(None, error, Duration::ZERO);
    Said::ended(Outcome::Failed(Box::new(failure)), None)
}

async fn attempt(
    context: &Context,
    key: &StackKey,
    upstream: &BTreeMap<StackKey, Upstream>,
    view: View,
) -> Result<Said, formwork_aws::Error> {
    let run = &context.run;
    let stack = run.blueprint.graph.get(key.as_str());
    let stack = stack.expect("only stacks of the blueprint are carried out");
    let live = match view {
        View::Planned => run.observed.stacks.get(key).cloned(),
        View::Fresh => observe_one(&context.sender.client, &StackRef::from(&stack.name)).await?,
    };
    let values = |key: &StackKey| upstream.get(key).cloned().unwrap_or(Upstream::Missing);
    let desired = Arc::new(desire(stack, &run.packed, live.as_ref(), values));
    let verdict = match &live {
        Some(live) => decide(&run.blueprint, &run.options, &desired, live),
        None => absent(&desired),
    };
    match (verdict, live) {
        (Verdict::Refused(refusal), live) => {
            let status = live.map(|live| live.stack.status);
            Ok(Said::ended(
                not_begun(FailureKind::Refused(refusal), status),
                None,
            ))
        }
        (Verdict::InFlight(_), Some(live)) => in_flight(context, desired, &live.stack).await,
        (Verdict::Recreate, Some(live)) => recreate(context, key, &live).await,
        (Verdict::Unchanged, Some(live)) => Ok(Said::ended(Outcome::Unchanged, Some(live.stack))),
        (Verdict::Protect, Some(live)) => protected(context, &desired, live).await,
        (Verdict::Update | Verdict::Doubtful | Verdict::Waits, Some(live)) => {
            let decided = decide(&run.blueprint, &run.options, &desired, &live);
            update(context, desired, live, view, &decided).await
        }
        (_, live) => create(context, desired, live).await,
    }
}

/// The user wants no new operation to begin.
fn interrupted(context: &Context) -> bool {
    context.run.cancel.level().is_some()
}

fn skipped() -> Said {
    Said::ended(Outcome::Skipped(Skip::Interrupted), None)
}

async fn create(
    context: &Context,
    desired: Arc<Desired>,
    live: Option<Live>,
) -> Result<Said, formwork_aws::Error> {
    if interrupted(context) {
        return Ok(skipped());
    }
    let sender = &context.sender;
    let token = sender.attempts.token(&desired.content(CREATE));
    let id = if desired.has_macros() {
        // Macros are only expanded in a change set.
        let secrets = crate::desired::Secrets::Send;
        let made = sender.change_set(&desired, live.as_ref(), secrets).await?;
        let Answer::Changes(change_set) = made.answer else {
            return Ok(impossible(made.answer));
        };
        sender
            .execute(&change_set.stack_id, &made.id, &token)
            .await?;
        change_set.stack_id
    } else {
        sender.create(&desired, &token).await?
    };
    let flight = Flight {
        token: Some(token),
        desired: Some(desired.clone()),
        ..Flight::begun(&desired.key, id, Operation::Create)
    };
    Ok(Said::flight(flight))
}

/// Deletes what a failed creation left, if nothing is in it any more; then the stack is looked at anew.
async fn recreate(
    context: &Context,
    key: &StackKey,
    live: &Live,
) -> Result<Said, formwork_aws::Error> {
    let survivors = survivors(context, &live.stack).await?;
    if !survivors.is_empty() {
        let refusal = Refusal::Survivors {
            resources: survivors,
        };
        let status = Some(live.stack.status);
        return Ok(Said::ended(
            not_begun(FailureKind::Refused(refusal), status),
            None,
        ));
    }
    if interrupted(context) {
        return Ok(skipped());
    }
    let id = &live.stack.id;
    let token = context.sender.attempts.token(&deletion_content(id));
    context.sender.delete(id, Vec::new(), &token).await?;
    let flight = Flight {
        token: Some(token),
        then: Then::Again,
        status_before: Some(live.stack.status),
        ..Flight::begun(key, id.clone(), Operation::Delete)
    };
    Ok(Said::flight(flight))
}

/// The resources that a failed creation left in the account.
async fn survivors(context: &Context, stack: &Stack) -> Result<Vec<String>, formwork_aws::Error> {
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

async fn protected(
    context: &Context,
    desired: &Desired,
    live: Live,
) -> Result<Said, formwork_aws::Error> {
    if interrupted(context) {
        return Ok(skipped());
    }
    let on = desired.protection == formwork_blueprint::TerminationProtection::On;
    protect(context, &StackRef::from(&live.stack.id), on).await?;
    let outcome = Outcome::Changed {
        operation: Operation::Protect,
        resources: 0,
        took: Duration::ZERO,
    };
    Ok(Said::ended(outcome, Some(live.stack)))
}

async fn update(
    context: &Context,
    desired: Arc<Desired>,
    live: Live,
    view: View,
    verdict: &Verdict,
) -> Result<Said, formwork_aws::Error> {
    let sender = &context.sender;
    let answer = match previewed(context, &desired, view) {
        Some(answer) => answer,
        None => {
            let secrets = secrets(verdict, &desired, &context.run.options);
            sender
                .change_set(&desired, Some(&live), secrets)
                .await?
                .answer
        }
    };
    let change_set = match answer {
        Answer::Changes(change_set) => *change_set,
        Answer::NoOp => return nothing(context, &desired, live).await,
        answer => return Ok(impossible(answer)),
    };
    // What only this change set tells may be what the user has to allow.
    let run = &context.run;
    let resources = from_change_set(&change_set, &run.blueprint.table, &desired, &live);
    let resources = (resources.as_slice(), Basis::ChangeSet);
    let interruptions = interruptions(&desired.key, &live, resources, &run.observed);
    let losses = losses(&desired.key, resources);
    let blockers = forbidden(&losses, &interruptions, &run.options.allowed);
    if !blockers.is_empty() {
        sender.forget(&change_set.id).await;
        let status = Some(live.stack.status);
        return Ok(Said::ended(
            not_begun(FailureKind::Blocked(blockers), status),
            None,
        ));
    }
    if interrupted(context) {
        sender.forget(&change_set.id).await;
        return Ok(skipped());
    }
    let token = sender.attempts.token(&desired.content(UPDATE));
    sender
        .execute(&live.stack.id, &change_set.id, &token)
        .await?;
    let flight = Flight {
        token: Some(token),
        status_before: Some(live.stack.status),
        updated_before: live.stack.updated,
        desired: Some(desired.clone()),
        ..Flight::begun(&desired.key, live.stack.id.clone(), Operation::Update)
    };
    Ok(Said::flight(flight))
}

/// What a change set said for the plan, if it was asked for the same and can be used.
fn previewed(context: &Context, desired: &Desired, view: View) -> Option<Answer> {
    let preview = context.previews.get(&desired.key)?;
    let same = view == View::Planned && preview.content == desired.content(UPDATE);
    match &preview.answer {
        Answer::Changes(_) | Answer::NoOp if same => Some(preview.answer.clone()),
        _ => None,
    }
}

/// A change set found nothing to change.
async fn nothing(
    context: &Context,
    desired: &Desired,
    live: Live,
) -> Result<Said, formwork_aws::Error> {
    match unchanged(desired, Some(&live)) {
        Verdict::Protect if needs_protection(desired, &live) => {
            protected(context, desired, live).await
        }
        _ => Ok(Said::ended(Outcome::Unchanged, Some(live.stack))),
    }
}

fn impossible(answer: Answer) -> Said {
    let reason = match answer {
        Answer::Impossible(reason) => reason,
        Answer::Changes(_) | Answer::NoOp | Answer::Denied => "it would do nothing".to_owned(),
    };
    let kind = FailureKind::Refused(Refusal::ChangeSet { reason });
    Said::ended(not_begun(kind, None), None)
}

/// An operation is in flight: one of ours that asks for the same is taken over, any other waited for or refused.
async fn in_flight(
    context: &Context,
    desired: Arc<Desired>,
    stack: &Stack,
) -> Result<Said, formwork_aws::Error> {
    let token = context.sender.client.last_token(&stack.id).await?;
    let content = token.as_deref().and_then(Content::of_token);
    let asks = |content_of: Content| content.as_ref() == Some(&content_of);
    let operation = if asks(desired.content(CREATE)) {
        Some(Operation::Create)
    } else if asks(desired.content(UPDATE)) {
        Some(Operation::Update)
    } else {
        None
    };
    if asks(deletion_content(&stack.id)) {
        let flight = Flight::found(&desired.key, stack, Operation::Delete, Then::Again);
        return Ok(Said::flight(flight));
    }
    if let Some(operation) = operation {
        // What a secret was cannot be read back: with secrets the stack is planned again after it.
        let then = match desired.has_secrets() {
            true => Then::Again,
            false => Then::Conclude,
        };
        let flight = Flight {
            desired: Some(desired.clone()),
            ..Flight::found(&desired.key, stack, operation, then)
        };
        return Ok(Said::flight(flight));
    }
    Ok(others(context, &desired.key, stack, Operation::Update))
}

/// Someone else's operation is in flight.
pub(super) fn others(
    context: &Context,
    key: &StackKey,
    stack: &Stack,
    operation: Operation,
) -> Said {
    let status = stack.status;
    match context.run.options.others {
        Others::Refuse => {
            let refusal = Refusal::InFlight { status };
            Said::ended(not_begun(FailureKind::Refused(refusal), Some(status)), None)
        }
        Others::Wait => {
            context.sender.client.events().tell(Event::Waiting {
                stack: key.clone(),
                status,
            });
            Said::foreign(Flight::found(key, stack, operation, Then::Again))
        }
    }
}
