//! The end of a run: waits for it, prints failures and the summary, and chooses the exit status.

use std::env;

use formwork_blueprint::Blueprint;
use formwork_engine::{Blocker, CancelLevel, Outcome, Purpose, Refusal, RunResult, Summary};
use formwork_report::codes;
use formwork_report::text::shell_quote;
use formwork_report::{failure, ndjson, refusal, summary};
use formwork_template::diagnostics::{Problem, Sources};

use super::prepare::RunSession;
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::session::Session;
use crate::terminal;

/// Waits for the end of a run and reports it.
pub async fn finish_run(
    session: &Session,
    run_session: RunSession,
    running: impl Future<Output = Result<Summary, Vec<Blocker>>>,
    sources: &Sources,
    retry_command: &str,
) -> Result<ExitStatus, CommandError> {
    let RunSession {
        interrupts,
        display,
        ..
    } = &run_session;
    let summary = match running.await {
        Ok(summary) => summary,
        Err(blockers) => {
            display.flush().await;
            return Err(blocked(&blockers));
        }
    };
    let exit = match summary.result() {
        RunResult::Succeeded => ExitStatus::Success,
        RunResult::Failed => ExitStatus::Failed,
        RunResult::Interrupted => interrupts.exit().unwrap_or(ExitStatus::Interrupted),
    };
    let exit = match interrupts.level() {
        // The user left early: the result is unknown, even if a failure was seen before.
        Some(CancelLevel::Detach) if exit != ExitStatus::Success => {
            interrupts.exit().unwrap_or(exit)
        }
        _ => exit,
    };
    run_session
        .display
        .end(Some(ndjson::summary_line(&summary)));
    print_end(session, &summary, sources, retry_command, exit);
    Ok(exit)
}

fn print_end(
    session: &Session,
    ended: &Summary,
    sources: &Sources,
    retry_command: &str,
    exit: ExitStatus,
) {
    let view = failure::FailureView {
        sources,
        style: session.style(),
        retry_command,
    };
    let failures = failure::failures(ended, &view);
    if failures.is_empty() {
        session.print_note(&summary::notices(ended, session.terminal.stderr));
        if exit != ExitStatus::Success {
            terminal::print_message(&format!("Again:  {retry_command}\n"));
        }
    } else {
        terminal::print_message(&format!("\n{failures}"));
    }
    let word = match exit {
        ExitStatus::Success => "ok",
        ExitStatus::Interrupted | ExitStatus::Terminated => "interrupted",
        _ => "failed",
    };
    session.print_note(&format!("{word}: {}\n", summary::closing_line(ended)));
    if exit == ExitStatus::Success
        && ended.purpose == Purpose::Deploy
        && ended.stacks.values().all(Outcome::is_success)
    {
        terminal::print_result(&summary::changed_outputs(ended));
    }
}

/// Returns the error for the blockers of a plan.
pub fn blocked(blockers: &[Blocker]) -> CommandError {
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
        Problem::error(code, refusal::blocker_message(blocker)).help(help(blocker))
    });
    CommandError {
        exit: ExitStatus::Failed,
        problems: problems.collect(),
        sources: Sources::default(),
    }
}

fn help(blocker: &Blocker) -> String {
    match blocker {
        Blocker::Stack { stack, refusal: Refusal::NeededBy { .. } } => {
            format!("destroy them as well: `{}`", destroy_with_dependents(stack.as_str()))
        }
        Blocker::Stack { stack, refusal: Refusal::NotOurs { .. } } => {
            format!("adopt it with `--adopt {stack}`; nothing was changed")
        }
        Blocker::Stack { refusal: Refusal::InFlight { .. }, .. } => {
            "wait for it with `--wait`; nothing was changed".to_owned()
        }
        Blocker::Stack { refusal: Refusal::MissingUpstream { stack, .. }, .. } => {
            format!("leave out `--exclusively`, or deploy {stack} first; nothing was changed")
        }
        Blocker::Loss(loss) => format!(
            "allow it with `--allow-loss {}.{}`, or keep the resource with a DeletionPolicy or UpdateReplacePolicy of Retain",
            loss.stack, loss.logical_id
        ),
        Blocker::Interruption(_) => {
            "allow it with `--allow-interruption`, or keep the resource until its consumers no longer use it".to_owned()
        }
        Blocker::Stack { .. } => "nothing was changed".to_owned(),
    }
}

/// Returns this command with `x+` as its selector.
fn destroy_with_dependents(stack: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut arguments = command_line_words();
    while let Some(word) = arguments.next() {
        match word.as_str() {
            "-s" | "--stack" => {
                arguments.next();
            }
            _ if word.starts_with("--stack=")
                || (word.starts_with("-s") && !word.starts_with("--")) => {}
            _ => words.push(shell_quote(&word)),
        }
    }
    format!("formwork {} -s {stack}+", words.join(" "))
}

/// Returns the command that retries this run; the values of sensitive variables are hidden.
pub fn retry_command(blueprint: &Blueprint) -> String {
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
    for word in command_line_words() {
        let word = match word.strip_prefix("--set=") {
            Some(assignment) if is_secret(assignment) => format!("--set={}", hidden(assignment)),
            None if is_set && is_secret(&word) => hidden(&word),
            _ => word,
        };
        is_set = word == "--set";
        words.push(shell_quote(&word));
    }
    words.join(" ")
}

/// Returns the arguments of this process without the program name.
fn command_line_words() -> impl Iterator<Item = String> {
    env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
}
