//! Asks CloudFormation what updates would do, by change sets.
//!
//! Only for stacks that exist, and only once all their inputs are known: planning leaves no stack behind. What a
//! change set says may make others decidable, so it goes round until the draft wants no more. `plan` deletes what was
//! made ([`discard`]); `deploy` executes it.

use formwork_aws::{ChangeSetId, Error, Kind};
use formwork_blueprint::StackKey;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::desired::{Desired, Secrets};
use crate::draft::{Answer, Input, Preview, Previews, UPDATE, draft};
use crate::event::Event;
use crate::observe::Live;
use crate::send::Sender;

/// Makes the change sets that the draft wants and says what they answered.
///
/// # Errors
/// When AWS cannot be asked. What was made till then is deleted. A denial is none: the draft stands where it is.
pub async fn preview(client: &Client, input: &Input<'_>) -> Result<Previews, Error> {
    let sender = Sender::new(client, input.blueprint.assets_bucket.as_deref());
    let mut previews = Previews::new();
    loop {
        let draft = draft(input, &previews);
        let mut asking = JoinSet::new();
        for (key, step) in &draft.steps {
            let Some(live) = input.observed.stacks.get(key) else {
                continue;
            };
            if step.wants_preview(previews.get(key)) {
                let secrets = step.secrets(input.options);
                let ask = ask(sender.clone(), step.desired.clone(), live.clone(), secrets);
                asking.spawn(ask);
            }
        }
        if asking.is_empty() {
            return Ok(previews);
        }
        let mut failed = None;
        while let Some(asked) = asking.join_next().await {
            let (key, preview) = asked.expect("asking does not panic and is not cancelled");
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

async fn ask(
    sender: Sender,
    desired: Desired,
    live: Live,
    secrets: Secrets,
) -> (StackKey, Result<Preview, Error>) {
    let stack = desired.key.clone();
    let events = sender.client.events().clone();
    events.tell(Event::Previewing {
        stack: stack.clone(),
    });
    let made = sender.change_set(&desired, Some(&live), secrets).await;
    events.tell(Event::Previewed {
        stack: stack.clone(),
    });
    let answer = match made {
        Ok(made) => Ok(made.answer),
        Err(error) => refusal(error),
    };
    let preview = answer.map(|answer| Preview {
        content: desired.content(UPDATE),
        answer,
    });
    (stack, preview)
}

/// What a refused change set means for the plan.
fn refusal(error: Error) -> Result<Answer, Error> {
    match error.kind {
        Kind::Denied => Ok(Answer::Denied),
        Kind::NoChanges => Ok(Answer::NoOp),
        Kind::Rejected
        | Kind::WrongState
        | Kind::InsufficientCapabilities
        | Kind::LimitExceeded
        | Kind::NotFound => Ok(Answer::Impossible(
            error.message.clone().unwrap_or_else(|| error.to_string()),
        )),
        _ => Err(error),
    }
}

/// Deletes the change sets that were made to look.
pub async fn discard(client: &Client, previews: &Previews) {
    let sender = Sender::new(client, None);
    let mut deleting = JoinSet::new();
    for id in change_sets(previews) {
        let sender = sender.clone();
        deleting.spawn(async move { sender.forget(&id).await });
    }
    deleting.join_all().await;
}

fn change_sets(previews: &Previews) -> impl Iterator<Item = ChangeSetId> {
    previews
        .values()
        .filter_map(|preview| match &preview.answer {
            Answer::Changes(change_set) => Some(change_set.id.clone()),
            Answer::NoOp | Answer::Impossible(_) | Answer::Denied => None,
        })
}
