//! `formwork status`: what is deployed, by stack.

use std::time::SystemTime;

use formwork_aws::Stack;
use formwork_blueprint::{Blueprint, StackKey};
use formwork_engine::{BLUEPRINT_TAG, Observed, STACK_TAG};
use indexmap::IndexSet;
use serde_json::{Value, json};

use super::prepare::Stage;
use crate::args::{Format, StatusArgs};
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::durations::calendar;
use formwork_report::header::Header;
use formwork_report::style::{Ink, Paint};
use formwork_report::text::{self, harmless};

/// What is shown.
struct Shown<'a> {
    blueprint: &'a Blueprint,
    selected: &'a IndexSet<StackKey>,
    observed: &'a Observed,
    header: &'a Header,
}

/// Shows what is deployed.
pub async fn run(session: &Session, args: &StatusArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let stage = Stage::open(session, &project.blueprint).await?;
    let mut observed = stage.observe(&project.blueprint).await?;
    if session.selects() {
        observed.unmanaged.clear();
    }
    let shown = Shown {
        blueprint: &project.blueprint,
        selected: &selected,
        observed: &observed,
        header: &stage.connection.header,
    };
    let text = match args.format {
        Format::Text => shown.text(session.terminal.stdout),
        Format::Json => shown.json(),
    };
    stage.display.end(None);
    terminal::result(&text);
    Ok(Exit::Done)
}

impl Shown<'_> {
    /// The chosen stacks in order, each with what is deployed of it.
    fn stacks(&self) -> impl Iterator<Item = (&formwork_blueprint::Stack, Option<&Stack>)> {
        let chosen = self
            .blueprint
            .graph
            .order()
            .filter(|stack| self.selected.contains(&stack.key));
        chosen.map(|stack| {
            (
                stack,
                self.observed.stacks.get(&stack.key).map(|live| &live.stack),
            )
        })
    }

    fn is_ours(&self, live: &Stack) -> bool {
        live.tags.get(BLUEPRINT_TAG) == Some(&self.blueprint.name)
    }

    fn text(&self, paint: Paint) -> String {
        let mut rows: Vec<[String; 4]> = self
            .stacks()
            .map(|(stack, live)| {
                let (status, changed) = match live {
                    Some(live) => (painted(live, paint), changed(live)),
                    None => (paint.ink(Ink::Faint, "not deployed"), String::new()),
                };
                let strange = live.is_some_and(|live| !self.is_ours(live));
                let note = if strange {
                    " (not of this blueprint)"
                } else {
                    ""
                };
                [
                    stack.key.to_string(),
                    status,
                    changed,
                    format!("{}{note}", stack.name),
                ]
            })
            .collect();
        rows.extend(self.observed.unmanaged.iter().map(|live| {
            let key = live
                .stack
                .tags
                .get(STACK_TAG)
                .map(|key| harmless(key))
                .unwrap_or_default();
            [
                format!("{key} (not in the blueprint)"),
                painted(&live.stack, paint),
                changed(&live.stack),
                live.stack.name.to_string(),
            ]
        }));
        let mut out = format!("{}\n\n", self.header.line(paint));
        out.extend(text::rows(&rows).iter().map(|row| format!("{row}\n")));
        for (stack, live) in self.stacks() {
            let reason = live
                .filter(|live| live.status.is_failure())
                .and_then(|live| live.status_reason.as_deref());
            if let Some(reason) = reason {
                out.push_str(&format!("\n{}: {}\n", stack.key, harmless(reason)));
            }
        }
        out
    }

    fn json(&self) -> String {
        let stacks: Vec<Value> = self
            .stacks()
            .map(|(stack, live)| {
                json!({
                    "key": stack.key.as_str(),
                    "name": stack.name.as_str(),
                    "ours": live.map(|live| self.is_ours(live)),
                    "deployed": live.map(deployed),
                })
            })
            .collect();
        let unmanaged: Vec<Value> = self
            .observed
            .unmanaged
            .iter()
            .map(|live| {
                json!({
                    "key": live.stack.tags.get(STACK_TAG),
                    "name": live.stack.name.as_str(),
                    "deployed": deployed(&live.stack),
                })
            })
            .collect();
        let document = json!({
            "format": 1,
            "blueprint": self.header.blueprint,
            "environment": self.header.environment,
            "account": self.observed.account,
            "region": self.observed.region,
            "stacks": stacks,
            "unmanaged": unmanaged,
        });
        format!("{document:#}\n")
    }
}

fn deployed(stack: &Stack) -> Value {
    json!({
        "id": stack.id.as_str(),
        "status": stack.status.as_str(),
        "status_reason": stack.status_reason,
        "created": stack.created.map(calendar),
        "updated": stack.updated.map(calendar),
        "termination_protection": stack.termination_protection,
    })
}

fn painted(stack: &Stack, paint: Paint) -> String {
    let ink = match () {
        () if stack.status.is_failure() => Ink::Bad,
        () if stack.status.is_success() => Ink::Good,
        () => Ink::Change,
    };
    paint.ink(ink, stack.status.as_str())
}

fn changed(stack: &Stack) -> String {
    let time: Option<SystemTime> = stack.updated.or(stack.created);
    time.map(calendar).unwrap_or_default()
}
