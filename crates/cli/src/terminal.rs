//! The output streams: colors, width and interactivity.

use std::env;
use std::io::{self, IsTerminal, Write};

use formwork_report::style::ColorMode;

use crate::args::ColorChoice;

/// The width of a stream that is not a terminal.
const LOG_COLUMNS: usize = 100;

/// The streams of this process.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// The color mode of results.
    pub stdout: ColorMode,
    /// The color mode of progress and problems.
    pub stderr: ColorMode,
    /// The width of stderr.
    pub columns: usize,
    /// True if stderr is a terminal that supports live rows.
    pub drawable: bool,
    /// True if the user can answer questions.
    pub interactive: bool,
}

impl Terminal {
    /// Detects the properties of the streams.
    pub fn detect(choice: ColorChoice) -> Self {
        let capable = env::var("TERM").map_or(cfg!(windows), |term| term != "dumb");
        let is_allowed = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let color = |is_terminal: bool| match choice {
            ColorChoice::Always => ColorMode::Ansi,
            ColorChoice::Never => ColorMode::Plain,
            ColorChoice::Auto if is_terminal && capable && is_allowed => ColorMode::Ansi,
            ColorChoice::Auto => ColorMode::Plain,
        };
        let (stdout, stderr) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            stdout: color(stdout),
            stderr: color(stderr),
            columns: columns(stderr),
            drawable: stderr && capable,
            interactive: io::stdin().is_terminal() && stderr,
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

/// Prints a result to stdout. A closed pipe is not an error.
pub fn print_result(text: &str) {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .ok();
}

/// Prints progress or a problem to stderr. A closed pipe is not an error.
pub fn print_message(text: &str) {
    let mut stderr = io::stderr().lock();
    stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush())
        .ok();
}
