//! The command `formwork`: reads the arguments, runs a command, chooses the exit status.
//!
//! This is the only crate that prints, and the only one that reads the environment, except for AWS's own variables and
//! the proxy variables, which `aws` reads. Nothing is loaded before the arguments are parsed, so that `--version` is
//! fast.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod command;
mod command_error;
mod confirm;
mod connect;
mod display;
mod estimate;
mod exit_status;
mod iam;
mod init;
mod interrupts;
mod live_rows;
mod local_files;
mod paths;
mod session;
mod terminal;
mod verbose;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::exit_status::ExitStatus;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => command::run(cli).into(),
        Err(error) => usage(&error).into(),
    }
}

/// Prints clap's message: help and version are results, everything else is wrong usage.
fn usage(error: &clap::Error) -> ExitStatus {
    error.print().ok();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitStatus::Success,
        _ => ExitStatus::Usage,
    }
}
