//! The exit statuses.

use std::process::ExitCode;

/// The exit status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Success.
    Success,
    /// An operation failed, AWS did not answer, or the user declined.
    Failed,
    /// There are changes (`plan --exit-code` only).
    Changes,
    /// The blueprint is invalid; nothing was sent.
    Invalid,
    /// Wrong usage: flags, a folder without a blueprint, or an unknown name.
    Usage,
    /// Interrupted by Ctrl-C.
    Interrupted,
    /// Terminated by SIGTERM.
    Terminated,
}

impl ExitStatus {
    /// Returns the exit code.
    pub fn code(self) -> u8 {
        match self {
            ExitStatus::Success => 0,
            ExitStatus::Failed => 1,
            ExitStatus::Changes => 2,
            ExitStatus::Invalid => 3,
            ExitStatus::Usage => 64,
            ExitStatus::Interrupted => 130,
            ExitStatus::Terminated => 143,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(exit: ExitStatus) -> Self {
        ExitCode::from(exit.code())
    }
}
