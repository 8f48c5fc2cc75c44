//! Reads the account: the stacks of a blueprint and their templates. Decisions are in `plan`.

use std::collections::BTreeMap;

use formwork_aws::{Error, ErrorKind, Stack, StackRef, StackStatus};
use formwork_blueprint::{Blueprint, StackKey};
use formwork_template::Template;
use formwork_template::diagnostics::Sources;
use tokio::task::JoinSet;

use crate::model::event::Event;
use crate::model::observed::{BLUEPRINT_TAG, ENV_TAG, Observed, ObservedStack, environment_tag};
use crate::model::plan::Note;
use crate::targets::client::{Client, Listing};

/// Reads the deployed stacks of `blueprint`.
///
/// # Errors
/// A call failed. If the caller may not list stacks, each stack is read by its name instead.
pub async fn observe(client: &Client, blueprint: &Blueprint) -> Result<Observed, Error> {
    client.events().send(Event::Observing);
    let mut notes = Vec::new();
    let listing = match client.list_stacks().await {
        Err(error) if error.kind == ErrorKind::Denied => {
            notes.push(Note::ListDenied);
            read_by_name(client, blueprint).await?
        }
        listing => listing?,
    };
    notes.extend(
        listing
            .unreadable
            .into_iter()
            .map(|entry| Note::StackUnreadable {
                name: entry.name,
                problem: entry.problem,
            }),
    );
    let (named, unmanaged) = split_by_owner(blueprint, listing.stacks);
    let (keys, named): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    let all = named.into_iter().chain(unmanaged);
    let mut lives = with_templates(client, all.collect()).await?;
    let unmanaged = lives.split_off(keys.len());
    let stacks: BTreeMap<StackKey, ObservedStack> = keys.into_iter().zip(lives).collect();
    for (key, live) in &stacks {
        if live.template.is_none() && !is_empty(&live.stack) {
            notes.push(Note::TemplateUnread {
                stack: key.clone(),
                reason: "the template cannot be read".to_owned(),
            });
        }
    }
    client.events().send(Event::Observed {
        deployed: stacks.len(),
    });
    Ok(Observed {
        account: client.account().to_owned(),
        region: client.region().to_owned(),
        stacks,
        unmanaged,
        pages: (!notes.contains(&Note::ListDenied)).then_some(listing.pages),
        notes,
    })
}

/// Reads one deployed stack with its template.
pub(crate) async fn observe_stack(
    client: &Client,
    stack: &StackRef,
) -> Result<Option<ObservedStack>, Error> {
    match client.stack(stack).await? {
        Some(stack) => with_template(client, stack).await.map(Some),
        None => Ok(None),
    }
}

async fn read_by_name(client: &Client, blueprint: &Blueprint) -> Result<Listing, Error> {
    let mut listing = Listing {
        stacks: Vec::new(),
        unreadable: Vec::new(),
        pages: 0,
    };
    for stack in blueprint.graph.stacks() {
        let name = StackRef::from(&stack.name);
        listing.stacks.extend(client.stack(&name).await?);
    }
    Ok(listing)
}

/// Splits the account's stacks into those with the blueprint's names and those with only its tags.
fn split_by_owner(
    blueprint: &Blueprint,
    stacks: Vec<Stack>,
) -> (Vec<(StackKey, Stack)>, Vec<Stack>) {
    let names: BTreeMap<&str, &StackKey> = blueprint
        .graph
        .stacks()
        .map(|stack| (stack.name.as_str(), &stack.key))
        .collect();
    let environment = environment_tag(blueprint);
    let (mut named, mut unmanaged) = (Vec::new(), Vec::new());
    for stack in stacks {
        let tag = |name: &str| stack.tags.get(name).map(String::as_str);
        if let Some(key) = names.get(stack.name.as_str()) {
            named.push(((*key).clone(), stack));
        } else if tag(BLUEPRINT_TAG) == Some(&blueprint.name)
            && tag(ENV_TAG) == Some(environment)
            // A nested stack inherits its parent's tags.
            && stack.parent.is_none()
        {
            unmanaged.push(stack);
        }
    }
    (named, unmanaged)
}

async fn with_templates(client: &Client, stacks: Vec<Stack>) -> Result<Vec<ObservedStack>, Error> {
    let mut tasks = JoinSet::new();
    for (index, stack) in stacks.into_iter().enumerate() {
        let client = client.clone();
        tasks.spawn(async move { (index, with_template(&client, stack).await) });
    }
    let mut lives = BTreeMap::new();
    while let Some(read) = tasks.join_next().await {
        let (index, live) = read.expect("reading a template does not panic and is not cancelled");
        lives.insert(index, live?);
    }
    Ok(lives.into_values().collect())
}

async fn with_template(client: &Client, stack: Stack) -> Result<ObservedStack, Error> {
    if is_empty(&stack) {
        return Ok(ObservedStack {
            stack,
            template: None,
        });
    }
    let id = StackRef::from(&stack.id);
    let text = match client.read(|| client.cloud().get_template(&id)).await {
        Err(error) if error.kind == ErrorKind::Denied => None,
        text => text?,
    };
    Ok(ObservedStack {
        stack,
        template: text.and_then(|text| read_template(&text)),
    })
}

/// Returns whether a stack has no template yet, because its first change set was not executed.
fn is_empty(stack: &Stack) -> bool {
    stack.status == StackStatus::ReviewInProgress
}

/// Parses a deployed template. Its spans belong to its own text, which is never displayed.
pub(crate) fn read_template(text: &str) -> Option<Template> {
    let file = Sources::default().add("deployed", text);
    Template::new(formwork_template::read(file, text).node?).ok()
}
