//! How a run ends, as the shell sees it.

use std::process::ExitCode;

/// The exit statuses of every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// An operation failed, AWS could not be asked, or the user said no.
    Failed,
    /// There are changes (`plan --exit-code` only).
    Changes,
    /// The blueprint is wrong and nothing was sent.
    Wrong,
    /// Wrong usage: flags, a folder without a blueprint, a name that is not in it.
    Usage,
    /// Interrupted.
    Interrupted,
    /// Terminated.
    Terminated,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Changes => 2,
            Exit::Wrong => 3,
            Exit::Usage => 64,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
