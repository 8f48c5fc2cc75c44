//! From a plan that is carried out to the exit status: watching, the failures, the summary, the way back.

use std::env;
use std::future::Future;

use formwork_blueprint::Blueprint;
use formwork_engine::{Blocker, CancelLevel, Outcome, Purpose, Refusal, RunResult, Summary};
use formwork_template::diagnostics::{Problem, Sources};

use super::prepare::Stage;
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;
use formwork_report::{failure, ndjson, summary};

/// Watches a run to its end, and says how it ended.
pub async fn watch(
    session: &Session,
    stage: Stage,
    running: impl Future<Output = Result<Summary, Vec<Blocker>>>,
    sources: &Sources,
    again: &str,
) -> Result<Exit, Stop> {
    let Stage {
        interrupts,
        display,
        ..
    } = &stage;
    let summary = match running.await {
        Ok(summary) => summary,
        Err(blockers) => {
            display.hush().await;
            return Err(stopped(&blockers));
        }
    };
    let exit = match summary.result() {
        RunResult::Succeeded => Exit::Done,
        RunResult::Failed => Exit::Failed,
        RunResult::Interrupted => interrupts.exit().unwrap_or(Exit::Interrupted),
    };
    let exit = match interrupts.level() {
        // Left at once: how it ends is not known, whatever was seen to fail before.
        Some(CancelLevel::Detach) if exit != Exit::Done => interrupts.exit().unwrap_or(exit),
        _ => exit,
    };
    stage.display.end(Some(ndjson::summary(&summary)));
    tell(session, &summary, sources, again, exit);
    Ok(exit)
}

fn tell(session: &Session, ended: &Summary, sources: &Sources, again: &str, exit: Exit) {
    let view = failure::View {
        sources,
        style: session.style(),
        again,
    };
    let failures = failure::text(ended, &view);
    if failures.is_empty() {
        session.remark(&summary::remarks(ended, session.terminal.stderr));
        if exit != Exit::Done {
            terminal::say(&format!("Again:  {again}\n"));
        }
    } else {
        terminal::say(&format!("\n{failures}"));
    }
    let word = match exit {
        Exit::Done => "ok",
        Exit::Interrupted | Exit::Terminated => "interrupted",
        _ => "failed",
    };
    session.remark(&format!("{word}: {}\n", summary::line(ended)));
    if exit == Exit::Done
        && ended.purpose == Purpose::Deploy
        && ended.stacks.values().all(Outcome::is_success)
    {
        terminal::result(&summary::outputs(ended));
    }
}

/// What stands in the way of a plan. Nothing was sent.
pub fn stopped(blockers: &[Blocker]) -> Stop {
    let problems = blockers.iter().map(|blocker| {
        let needed = matches!(
            blocker,
            Blocker::Stack {
                refusal: Refusal::NeededBy { .. },
                ..
            }
        );
        let code = if needed {
            codes::DEPENDENTS_LEFT
        } else {
            codes::PLAN_BLOCKED
        };
        Problem::error(code, failure::blocked(blocker)).help(help(blocker))
    });
    Stop {
        exit: Exit::Failed,
        problems: problems.collect(),
        sources: Sources::default(),
    }
}

fn help(blocker: &Blocker) -> String {
    match blocker {
        Blocker::Stack { stack, refusal: Refusal::NeededBy { .. } } => {
            format!("take them along: `{}`", destroy_with_dependents(stack.as_str()))
        }
        Blocker::Stack { stack, refusal: Refusal::NotOurs { .. } } => {
            format!("`--adopt {stack}` takes it over; nothing has been changed")
        }
        Blocker::Stack { refusal: Refusal::InFlight { .. }, .. } => {
            "`--wait` waits for its end; nothing has been changed".to_owned()
        }
        Blocker::Stack { refusal: Refusal::MissingUpstream { stack, .. }, .. } => {
            format!("leave out `--exclusively`, or deploy {stack} first; nothing has been changed")
        }
        Blocker::Loss(loss) => format!(
            "`--allow-loss {}.{}` lets it go; a DeletionPolicy or UpdateReplacePolicy of Retain keeps it",
            loss.stack, loss.logical_id
        ),
        Blocker::Interruption(_) => {
            "`--allow-interruption` lets it go; keeping the resource until its users have moved is the way without".to_owned()
        }
        Blocker::Stack { .. } => "nothing has been changed".to_owned(),
    }
}

/// This command with `x+` in the place of its selectors.
fn destroy_with_dependents(stack: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut given = words_given();
    while let Some(word) = given.next() {
        match word.as_str() {
            "-s" | "--stack" => {
                given.next();
            }
            _ if word.starts_with("--stack=")
                || (word.starts_with("-s") && !word.starts_with("--")) => {}
            _ => words.push(quoted(&word)),
        }
    }
    format!("formwork {} -s {stack}+", words.join(" "))
}

/// The command that takes up again: as it was given, but for the values of secrets.
pub fn again(blueprint: &Blueprint) -> String {
    let is_secret = |assignment: &str| {
        let name = assignment.split('=').next().unwrap_or_default();
        let variable = blueprint
            .variables
            .iter()
            .find(|(known, _)| known.as_str() == name);
        variable.is_none_or(|(_, variable)| variable.value.is_none())
    };
    let hidden =
        |assignment: &str| format!("{}=…", assignment.split('=').next().unwrap_or_default());
    let mut words = vec!["formwork".to_owned()];
    let mut is_set = false;
    for word in words_given() {
        let word = match word.strip_prefix("--set=") {
            Some(assignment) if is_secret(assignment) => format!("--set={}", hidden(assignment)),
            None if is_set && is_secret(&word) => hidden(&word),
            _ => word,
        };
        is_set = word == "--set";
        words.push(quoted(&word));
    }
    words.join(" ")
}

/// The words of this command, without the program's.
fn words_given() -> impl Iterator<Item = String> {
    env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%…".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}
