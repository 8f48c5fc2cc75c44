//! Creates change sets to learn what updates would do.
//!
//! A preview needs a deployed stack whose inputs are all known, so planning creates no stack. The answer of a change
//! set may make other stacks decidable, so the loop ends when the draft asks for no more. `plan` deletes the change
//! sets ([`discard`]); `deploy` executes them.

use formwork_aws::{ChangeSetId, Error, ErrorKind};
use formwork_blueprint::StackKey;
use tokio::task::JoinSet;

use super::draft::{draft, secret_handling};
use crate::model::desired::{DesiredStack, SecretHandling};
use crate::model::draft::{DraftRequest, Preview, PreviewResult, Previews};
use crate::model::event::Event;
use crate::model::observed::ObservedStack;
use crate::send::Sender;
use crate::targets::client::Client;

/// Creates the change sets that the draft needs and returns their answers.
///
/// # Errors
/// A call failed. The change sets created so far are deleted. A denial is not an error: the draft keeps the action
/// that the templates show.
pub async fn preview(client: &Client, request: &DraftRequest<'_>) -> Result<Previews, Error> {
    let sender = Sender::new(client, request.blueprint.assets_bucket.as_deref());
    let mut previews = Previews::new();
    loop {
        let draft = draft(request, &previews);
        let mut tasks = JoinSet::new();
        for (key, stack) in &draft.stacks {
            let Some(live) = request.observed.stacks.get(key) else {
                continue;
            };
            if stack.needs_preview(previews.get(key)) {
                let desired = stack.desired.clone();
                let secrets = secret_handling(&stack.action, &desired, request.options);
                tasks.spawn(preview_stack(
                    sender.clone(),
                    desired,
                    live.clone(),
                    secrets,
                ));
            }
        }
        if tasks.is_empty() {
            return Ok(previews);
        }
        let mut failed = None;
        while let Some(joined) = tasks.join_next().await {
            let (key, preview) = joined.expect("a preview does not panic and is not cancelled");
            match preview {
                Ok(preview) => {
                    previews.insert(key, preview);
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            discard(client, &previews).await;
            return Err(error);
        }
    }
}

async fn preview_stack(
    sender: Sender,
    desired: DesiredStack,
    live: ObservedStack,
    secrets: SecretHandling,
) -> (StackKey, Result<Preview, Error>) {
    let stack = desired.key.clone();
    let events = sender.client.events().clone();
    events.send(Event::Previewing {
        stack: stack.clone(),
    });
    let created = sender
        .create_change_set(&desired, Some(&live), secrets)
        .await;
    events.send(Event::Previewed {
        stack: stack.clone(),
    });
    let result = match created {
        Ok(created) => Ok(created.result),
        Err(error) => result_of_error(error),
    };
    let preview = result.map(|result| Preview {
        content: desired.update_content(),
        result,
    });
    (stack, preview)
}

/// Returns the answer that a refused change set amounts to.
fn result_of_error(error: Error) -> Result<PreviewResult, Error> {
    match error.kind {
        ErrorKind::Denied => Ok(PreviewResult::Denied),
        ErrorKind::NoChanges => Ok(PreviewResult::NoOp),
        ErrorKind::Rejected
        | ErrorKind::WrongState
        | ErrorKind::InsufficientCapabilities
        | ErrorKind::LimitExceeded
        | ErrorKind::NotFound => Ok(PreviewResult::Impossible(
            error.message.clone().unwrap_or_else(|| error.to_string()),
        )),
        _ => Err(error),
    }
}

/// Deletes the change sets of previews.
pub async fn discard(client: &Client, previews: &Previews) {
    let sender = Sender::new(client, None);
    let mut tasks = JoinSet::new();
    for id in change_sets(previews) {
        let sender = sender.clone();
        tasks.spawn(async move { sender.delete_change_set(&id).await });
    }
    tasks.join_all().await;
}

fn change_sets(previews: &Previews) -> impl Iterator<Item = ChangeSetId> {
    previews
        .values()
        .filter_map(|preview| match &preview.result {
            PreviewResult::Changes(change_set) => Some(change_set.id.clone()),
            PreviewResult::NoOp | PreviewResult::Impossible(_) | PreviewResult::Denied => None,
        })
}
