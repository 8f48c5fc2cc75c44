//! What ends a command early: problems to show, and the exit status they stand for.

use formwork_template::diagnostics::{Code, Problem, Sources, did_you_mean, nearest};

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

/// How many names a message lists.
const MOST_LISTED: usize = 12;

/// What helps who gave a name that is none of `known`: the near one, written after `prefix`, else
/// what there is.
pub(crate) fn nearest_or_all<'k>(
    given: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> String {
    let known: Vec<&str> = known.collect();
    match (nearest(given, known.iter().copied()), known.as_slice()) {
        (Some(near), _) => did_you_mean(format!("{prefix}{near}")),
        (None, []) => "there are none".to_owned(),
        (None, known) => {
            let more = if known.len() > MOST_LISTED {
                ", …"
            } else {
                ""
            };
            let shown = &known[..known.len().min(MOST_LISTED)];
            format!("there are {}{more}", shown.join(", "))
        }
    }
}
