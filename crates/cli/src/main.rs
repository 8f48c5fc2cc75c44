//! The command `formwork`: reads arguments, shows what happens, chooses the exit status.
//!
//! The only room that prints, and the only one that reads the environment (AWS's own variables and the proxies'
//! apart, which `aws` reads). Nothing is loaded before the arguments are read, so `--version` costs nothing.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod canvas;
mod command;
mod confirm;
mod connect;
mod disk;
mod display;
mod estimate;
mod exit;
mod iam;
mod init;
mod interrupt;
mod place;
mod session;
mod show;
mod stop;
mod terminal;
mod verbose;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::exit::Exit;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => command::run(cli).into(),
        Err(error) => usage(&error).into(),
    }
}

/// Shows clap's answer: help and version are results, all else is wrong usage.
fn usage(error: &clap::Error) -> Exit {
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}
