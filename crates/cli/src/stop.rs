//! What ends a command early: problems to show, and the exit status they stand for.

use formwork_template::diagnostics::{Code, Problem, Sources};

use crate::exit::Exit;

/// Why a command goes no further.
#[derive(Debug)]
pub struct Stop {
    /// How the run ends.
    pub exit: Exit,
    /// What to show; nothing where it was shown already.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Sources,
}

impl Stop {
    /// One problem without a place in a file.
    pub fn new(exit: Exit, problem: Problem) -> Self {
        Self {
            exit,
            problems: vec![problem],
            sources: Sources::default(),
        }
    }

    /// Wrong usage.
    pub fn usage(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Usage, Problem::error(code, message).help(help))
    }

    /// Something that failed outside of the blueprint.
    pub fn failed(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Failed, Problem::error(code, message).help(help))
    }

    /// An end of which everything was said already.
    pub fn silent(exit: Exit) -> Self {
        Self {
            exit,
            problems: Vec::new(),
            sources: Sources::default(),
        }
    }
}
