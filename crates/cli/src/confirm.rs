//! Confirmation by the user, or by flags.

use std::io::{self, BufRead};

use formwork_report::codes;
use formwork_template::diagnostics::Problem;
use tokio::sync::oneshot;

use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::interrupts::Interrupts;
use crate::session::Session;
use crate::terminal;

/// A question to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question<'a> {
    /// Yes or no to a plan.
    Plan {
        /// The question.
        text: &'a str,
    },
    /// The name of a protected environment, before it is destroyed.
    Protected {
        /// The environment.
        environment: &'a str,
        /// The name given by `--confirm`.
        confirmed: Option<&'a str>,
    },
}

/// Asks the user unless flags have answered; any other answer than yes is an error.
pub async fn confirm(
    session: &Session,
    question: Question<'_>,
    interrupts: &Interrupts,
) -> Result<(), CommandError> {
    match question {
        Question::Plan { .. } if session.global.yes => Ok(()),
        Question::Plan { text } => {
            let flag = "give `--yes` to skip the question";
            let answer = prompt(session, &format!("{text} [y/N] "), flag, interrupts).await?;
            match matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
                true => Ok(()),
                false => Err(declined()),
            }
        }
        Question::Protected {
            environment,
            confirmed: Some(confirmed),
        } => match confirmed == environment {
            true => Ok(()),
            false => Err(CommandError::usage(
                codes::CONFIRMATION,
                format!(
                    "`--confirm {confirmed}` does not name the environment, which is `{environment}`"
                ),
                "nothing was changed",
            )),
        },
        Question::Protected {
            environment,
            confirmed: None,
        } => {
            let flag = format!("`{environment}` is protected: give `--confirm {environment}`");
            let text = format!("`{environment}` is protected. Type its name to destroy it: ");
            let answer = prompt(session, &text, &flag, interrupts).await?;
            match answer == environment {
                true => Ok(()),
                false => Err(declined()),
            }
        }
    }
}

fn declined() -> CommandError {
    let message = "not confirmed: nothing was changed";
    CommandError::new(ExitStatus::Failed, Problem::error(codes::DECLINED, message))
}

async fn prompt(
    session: &Session,
    text: &str,
    flag: &str,
    interrupts: &Interrupts,
) -> Result<String, CommandError> {
    if session.global.no_input || !session.terminal.interactive {
        return Err(CommandError::usage(
            codes::CONFIRMATION,
            "confirmation required, but no user can answer; nothing was changed",
            flag,
        ));
    }
    terminal::print_message(text);
    let (answered, answer) = oneshot::channel();
    // Reading cannot be interrupted: it gets its own thread, which the process does not wait for.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        answered.send(read.map(|_| line.trim().to_owned())).ok();
    });
    tokio::select! {
        answer = answer => Ok(answer.ok().and_then(Result::ok).unwrap_or_default()),
        exit = interrupts.wait_for_first() => Err(CommandError::silent(exit)),
    }
}
