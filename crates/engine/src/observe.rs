//! What the account holds now: the only state there is.
//!
//! One listing of all stacks, and the templates of those that the blueprint is about. Read-only.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{Error, Kind, Stack, StackRef};
use formwork_blueprint::{Blueprint, StackKey};
use formwork_template::Template;
use formwork_template::diagnostics::Sources;

use crate::client::{Client, Listing};
use crate::event::Event;
use crate::plan::Note;

/// The tag that names a stack's blueprint.
pub const BLUEPRINT_TAG: &str = "formwork:blueprint";
/// The tag that names a stack's key.
pub const STACK_TAG: &str = "formwork:stack";
/// The tag that names a stack's environment, `-` without one.
pub const ENV_TAG: &str = "formwork:env";

/// A snapshot of what is deployed of a blueprint.
#[derive(Debug, Clone, Default)]
pub struct Observed {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The deployed stacks that bear the names of the blueprint's, ours or not.
    pub stacks: BTreeMap<StackKey, Live>,
    /// Deployed stacks with the tags of this blueprint and environment that bear no name of it.
    pub unmanaged: Vec<Live>,
    /// What could not be learnt.
    pub notes: Vec<Note>,
    /// How many pages the account's stacks fill; none where they may not be listed.
    pub pages: Option<usize>,
}

/// A deployed stack.
#[derive(Debug, Clone)]
pub struct Live {
    /// The stack.
    pub stack: Stack,
    /// Its template as it was sent; none where it cannot be read or understood.
    pub template: Option<Template>,
}

/// Reads what is deployed of `blueprint`.
///
/// # Errors
/// When the account cannot be asked. A listing that is denied is none: then each stack is asked for by its name.
pub async fn observe(client: &Client, blueprint: &Blueprint) -> Result<Observed, Error> {
    client.events().tell(Event::Observing);
    let mut notes = Vec::new();
    let listing = match client.list().await {
        Err(error) if error.kind == Kind::Denied => {
            notes.push(Note::ListDenied);
            by_name(client, blueprint).await?
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
    let (named, unmanaged) = sort(blueprint, listing.stacks);
    let (keys, named): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    let all = named.into_iter().chain(unmanaged);
    let mut lives = with_templates(client, all.collect()).await?;
    let unmanaged = lives.split_off(keys.len());
    let stacks: BTreeMap<StackKey, Live> = keys.into_iter().zip(lives).collect();
    for (key, live) in &stacks {
        if live.template.is_none() && !is_empty(&live.stack) {
            notes.push(Note::TemplateUnread {
                stack: key.clone(),
                reason: "it is no template that can be read".to_owned(),
            });
        }
    }
    client.events().tell(Event::Observed {
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

/// Reads one deployed stack anew, with its template.
pub(crate) async fn observe_one(client: &Client, stack: &StackRef) -> Result<Option<Live>, Error> {
    match client.stack(stack).await? {
        Some(stack) => live(client, stack).await.map(Some),
        None => Ok(None),
    }
}

async fn by_name(client: &Client, blueprint: &Blueprint) -> Result<Listing, Error> {
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

/// The stacks that bear the blueprint's names, and those that only bear its tags.
fn sort(blueprint: &Blueprint, stacks: Vec<Stack>) -> (Vec<(StackKey, Stack)>, Vec<Stack>) {
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
            // A nested stack has its parent's tags.
            && stack.parent.is_none()
        {
            unmanaged.push(stack);
        }
    }
    (named, unmanaged)
}

/// What [`ENV_TAG`] says for a blueprint's environment.
pub(crate) fn environment_tag(blueprint: &Blueprint) -> &str {
    match &blueprint.environment {
        Some(environment) => environment.name.as_str(),
        None => "-",
    }
}

async fn with_templates(client: &Client, stacks: Vec<Stack>) -> Result<Vec<Live>, Error> {
    let mut reading = tokio::task::JoinSet::new();
    for (index, stack) in stacks.into_iter().enumerate() {
        let client = client.clone();
        reading.spawn(async move { (index, live(&client, stack).await) });
    }
    let mut lives = BTreeMap::new();
    while let Some(read) = reading.join_next().await {
        let (index, live) = read.expect("reading a template does not panic and is not cancelled");
        lives.insert(index, live?);
    }
    Ok(lives.into_values().collect())
}

async fn live(client: &Client, stack: Stack) -> Result<Live, Error> {
    if is_empty(&stack) {
        return Ok(Live {
            stack,
            template: None,
        });
    }
    let id = StackRef::from(&stack.id);
    let text = match client.read(|| client.cloud().get_template(&id)).await {
        Err(error) if error.kind == Kind::Denied => None,
        text => text?,
    };
    Ok(Live {
        stack,
        template: text.and_then(|text| read_template(&text)),
    })
}

/// Whether a stack has no template yet: it waits for a change set to be executed.
fn is_empty(stack: &Stack) -> bool {
    stack.status == formwork_aws::StackStatus::ReviewInProgress
}

/// A deployed template. Its spans lead into its own text, which nobody is shown.
pub(crate) fn read_template(text: &str) -> Option<Template> {
    let file = Sources::default().add("deployed", text);
    Template::new(formwork_template::read(file, text).node?).ok()
}

/// The outputs that a deployed stack's parameters were filled from: parameter, stack and output, as their
/// Descriptions say it.
pub fn deployed_inputs(template: &Template) -> Vec<(&str, &str, &str)> {
    template
        .parameters()
        .filter_map(|parameter| {
            let name = parameter.name;
            let words = parameter.node.get("Description")?.as_str()?;
            let (stack, output) = words
                .lines()
                .last()?
                .strip_prefix("formwork: from ")?
                .split_once('.')?;
            Some((name, stack, output))
        })
        .collect()
}

impl Live {
    /// Whether the stack carries the three tags that `key` of `blueprint` has.
    pub fn is_ours(&self, blueprint: &Blueprint, key: &StackKey) -> bool {
        let tag = |name: &str| self.stack.tags.get(name).map(String::as_str);
        tag(BLUEPRINT_TAG) == Some(&blueprint.name)
            && tag(STACK_TAG) == Some(key.as_str())
            && tag(ENV_TAG) == Some(environment_tag(blueprint))
    }

    /// The values of its outputs.
    pub fn outputs(&self) -> BTreeMap<String, String> {
        outputs(&self.stack)
    }
}

/// The values of a stack's outputs.
pub(crate) fn outputs(stack: &Stack) -> BTreeMap<String, String> {
    let value =
        |(name, output): (&String, &formwork_aws::Output)| (name.clone(), output.value.clone());
    stack.outputs.iter().map(value).collect()
}

impl Observed {
    /// Every deployed stack of the blueprint and environment: its key as its tag says it, and the stack.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Live)> {
        let named = self.stacks.iter().map(|(key, live)| (key.as_str(), live));
        let unmanaged = self.unmanaged.iter().filter_map(|live| {
            let key = live.stack.tags.get(STACK_TAG)?;
            Some((key.as_str(), live))
        });
        named.chain(unmanaged)
    }

    /// The edges of what is deployed, from the parameters' Descriptions: (dependency, dependent).
    pub(crate) fn edges(&self) -> BTreeSet<(StackKey, StackKey)> {
        let mut edges = BTreeSet::new();
        for (key, live) in &self.stacks {
            let Some(template) = &live.template else {
                continue;
            };
            for (_, from, _) in deployed_inputs(template) {
                if let Some((from, _)) = self.stacks.get_key_value(from) {
                    edges.insert((from.clone(), key.clone()));
                }
            }
        }
        edges
    }
}
