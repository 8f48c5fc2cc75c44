//! The command `formwork`: reads arguments, shows what happens, chooses the exit status.
//!
//! The only room that prints, and the only one that reads the environment (AWS's own variables and the proxies'
//! apart, which `aws` reads). Nothing is loaded before the arguments are read, so `--version` costs nothing.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod codes;
mod disk;
mod exit;
mod place;
mod report;
mod session;
mod show;
mod stop;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::exit::Exit;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let _ = cli;
    Exit::Done.into()
}

/// Shows clap's answer: help and version are results, all else is wrong usage.
fn usage(error: &clap::Error) -> Exit {
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}
