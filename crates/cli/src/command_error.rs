//! The error of a command: problems to print, and the exit status.

use formwork_template::diagnostics::{Code, Problem, Sources};

use crate::exit_status::ExitStatus;

/// The error of a command.
#[derive(Debug)]
pub struct CommandError {
    /// The exit status.
    pub exit: ExitStatus,
    /// The problems to print; empty if they were printed already.
    pub problems: Vec<Problem>,
    /// The sources that the problems point into.
    pub sources: Sources,
}

impl CommandError {
    /// Creates an error with one problem.
    pub fn new(exit: ExitStatus, problem: Problem) -> Self {
        Self {
            exit,
            problems: vec![problem],
            sources: Sources::default(),
        }
    }

    /// Creates an error of wrong usage.
    pub fn usage(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, Problem::error(code, message).help(help))
    }

    /// Creates an error outside of the blueprint.
    pub fn failed(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(ExitStatus::Failed, Problem::error(code, message).help(help))
    }

    /// Creates an error without problems to print.
    pub fn silent(exit: ExitStatus) -> Self {
        Self {
            exit,
            problems: Vec::new(),
            sources: Sources::default(),
        }
    }
}
