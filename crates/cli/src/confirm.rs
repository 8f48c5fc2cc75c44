//! Asking the user, and what answers for one who is not there.

use std::io::{self, BufRead};

use formwork_template::diagnostics::Problem;
use tokio::sync::oneshot;

use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;

/// What is to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question<'a> {
    /// A plan: yes or no.
    Plan {
        /// The question.
        text: &'a str,
    },
    /// The destruction of a protected environment: its name.
    Protected {
        /// The environment.
        environment: &'a str,
        /// The name given by `--confirm`.
        given: Option<&'a str>,
    },
}

/// Asks, unless the flags have answered. Nothing else than yes lets the run go on.
pub async fn confirm(
    session: &Session,
    question: Question<'_>,
    interrupts: &Interrupts,
) -> Result<(), Stop> {
    match question {
        Question::Plan { .. } if session.global.yes => Ok(()),
        Question::Plan { text } => {
            let flag = "give `--yes` to carry it out without being asked";
            let answer = ask(session, &format!("{text} [y/N] "), flag, interrupts).await?;
            match matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes") {
                true => Ok(()),
                false => Err(declined()),
            }
        }
        Question::Protected {
            environment,
            given: Some(given),
        } => match given == environment {
            true => Ok(()),
            false => Err(Stop::usage(
                codes::CONFIRMATION,
                format!(
                    "`--confirm {given}` does not name the environment, which is `{environment}`"
                ),
                "nothing has been changed",
            )),
        },
        Question::Protected {
            environment,
            given: None,
        } => {
            let flag = format!("`{environment}` is protected: give `--confirm {environment}`");
            let text = format!("`{environment}` is protected. Its name, to destroy it: ");
            let answer = ask(session, &text, &flag, interrupts).await?;
            match answer == environment {
                true => Ok(()),
                false => Err(declined()),
            }
        }
    }
}

fn declined() -> Stop {
    let message = "it was not confirmed: nothing has been changed";
    Stop::new(Exit::Failed, Problem::error(codes::DECLINED, message))
}

async fn ask(
    session: &Session,
    text: &str,
    flag: &str,
    interrupts: &Interrupts,
) -> Result<String, Stop> {
    if session.global.no_input || !session.terminal.answers {
        return Err(Stop::usage(
            codes::CONFIRMATION,
            "there is nobody to confirm it; nothing has been changed",
            flag,
        ));
    }
    terminal::say(text);
    let (answered, answer) = oneshot::channel();
    // A thread of its own: reading cannot be interrupted, and the process ends without waiting for it.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let _ = answered.send(read.map(|_| line.trim().to_owned()));
    });
    tokio::select! {
        answer = answer => Ok(answer.ok().and_then(Result::ok).unwrap_or_default()),
        exit = interrupts.first() => Err(Stop::silent(exit)),
    }
}
