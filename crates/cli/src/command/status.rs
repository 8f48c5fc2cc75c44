//! `formwork status`: shows the deployed stacks of a blueprint.

use std::time::SystemTime;

use formwork_aws::Stack;
use formwork_blueprint::{Blueprint, StackKey};
use formwork_engine::{BLUEPRINT_TAG, Observed, STACK_TAG};
use formwork_report::header::Header;
use formwork_report::style::{ColorMode, Tone};
use formwork_report::text::{self, strip_control};
use formwork_report::time_format::utc_timestamp;
use indexmap::IndexSet;
use serde_json::{Value, json};

use super::prepare::RunSession;
use crate::args::{OutputFormat, StatusArgs};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::session::Session;
use crate::terminal;

/// The contents of the report.
struct StatusReport<'a> {
    blueprint: &'a Blueprint,
    selected: &'a IndexSet<StackKey>,
    observed: &'a Observed,
    header: &'a Header,
}

/// Runs the command.
pub async fn run(session: &Session, args: &StatusArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let run_session = RunSession::open(session, &project.blueprint).await?;
    let mut observed = run_session.observe(&project.blueprint).await?;
    if session.has_selectors() {
        observed.unmanaged.clear();
    }
    let report = StatusReport {
        blueprint: &project.blueprint,
        selected: &selected,
        observed: &observed,
        header: &run_session.connection.header,
    };
    let text = match args.format {
        OutputFormat::Text => report.text(session.terminal.stdout),
        OutputFormat::Json => report.json(),
    };
    run_session.display.end(None);
    terminal::print_result(&text);
    Ok(ExitStatus::Success)
}

impl StatusReport<'_> {
    /// Returns the selected stacks in order, each with its deployed stack.
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

    fn text(&self, color: ColorMode) -> String {
        let mut rows: Vec<[String; 4]> = self
            .stacks()
            .map(|(stack, live)| {
                let (status, changed) = match live {
                    Some(live) => (colored_status(live, color), last_change(live)),
                    None => (color.apply(Tone::Muted, "not deployed"), String::new()),
                };
                let is_foreign = live.is_some_and(|live| !self.is_ours(live));
                let note = if is_foreign {
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
                .map(|key| strip_control(key))
                .unwrap_or_default();
            [
                format!("{key} (not in the blueprint)"),
                colored_status(&live.stack, color),
                last_change(&live.stack),
                live.stack.name.to_string(),
            ]
        }));
        let mut out = format!("{}\n\n", self.header.line(color));
        out.extend(
            text::align_columns(&rows)
                .iter()
                .map(|row| format!("{row}\n")),
        );
        for (stack, live) in self.stacks() {
            let reason = live
                .filter(|live| live.status.is_failure())
                .and_then(|live| live.status_reason.as_deref());
            if let Some(reason) = reason {
                out.push_str(&format!("\n{}: {}\n", stack.key, strip_control(reason)));
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
        "created": stack.created.map(utc_timestamp),
        "updated": stack.updated.map(utc_timestamp),
        "termination_protection": stack.termination_protection,
    })
}

fn colored_status(stack: &Stack, color: ColorMode) -> String {
    let tone = match () {
        () if stack.status.is_failure() => Tone::Failure,
        () if stack.status.is_success() => Tone::Success,
        () => Tone::Warning,
    };
    color.apply(tone, stack.status.as_str())
}

fn last_change(stack: &Stack) -> String {
    let time: Option<SystemTime> = stack.updated.or(stack.created);
    time.map(utc_timestamp).unwrap_or_default()
}
