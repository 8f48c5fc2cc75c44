//! What the two streams can show: colours, width, somebody who answers.

use std::env;
use std::io::{self, IsTerminal, Write};

use formwork_report::style::Paint;

use crate::args::ColorChoice;

/// The columns of a stream that is no terminal.
const LOG_COLUMNS: usize = 100;

/// The streams of this process.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// How results are painted.
    pub stdout: Paint,
    /// How progress and problems are painted.
    pub stderr: Paint,
    /// The columns of the stream for problems.
    pub columns: usize,
    /// Whether progress is seen in a terminal that can be drawn on again.
    pub drawable: bool,
    /// Whether somebody can be asked.
    pub answers: bool,
}

impl Terminal {
    /// Looks at the streams.
    pub fn look(choice: ColorChoice) -> Self {
        let capable = env::var("TERM").map_or(cfg!(windows), |term| term != "dumb");
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let paint = |is_terminal: bool| match choice {
            ColorChoice::Always => Paint::Colour,
            ColorChoice::Never => Paint::Plain,
            ColorChoice::Auto if is_terminal && capable && wanted => Paint::Colour,
            ColorChoice::Auto => Paint::Plain,
        };
        let (stdout, stderr) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            stdout: paint(stdout),
            stderr: paint(stderr),
            columns: columns(stderr),
            drawable: stderr && capable,
            answers: io::stdin().is_terminal() && stderr,
        }
    }
}

fn columns(is_terminal: bool) -> usize {
    let size = console::Term::stderr().size_checked();
    match size {
        Some((_, columns)) if is_terminal && columns > 0 => usize::from(columns),
        _ => LOG_COLUMNS,
    }
}

/// Writes a result. A reader who has gone is no failure: the rest is left out.
pub fn result(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

/// Writes progress or a problem. A closed pipe stops nothing.
pub fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
