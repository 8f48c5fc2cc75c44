//! The commands, each in its own file.

mod check;
mod deploy;
mod destroy;
mod explain;
mod finish;
mod fmt;
mod graph;
mod iam;
mod init;
mod local;
mod outputs;
mod plan;
mod prepare;
mod render;
mod status;

use formwork_report::codes;

use crate::args::{Cli, Command};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::session::Session;
use crate::terminal;
use crate::verbose;

/// Runs a command and prints its error.
pub fn run(cli: Cli) -> ExitStatus {
    let session = match Session::new(cli.global) {
        Ok(session) => session,
        Err(error) => return error.exit,
    };
    if session.global.verbose {
        verbose::install();
    }
    match run_command(&session, cli.command) {
        Ok(exit) => exit,
        Err(error) => {
            session.print_problems(&error.problems, &error.sources);
            if error.problems.is_empty()
                && matches!(error.exit, ExitStatus::Interrupted | ExitStatus::Terminated)
            {
                terminal::print_message("\nInterrupted: no stack has been changed.\n");
            }
            error.exit
        }
    }
}

fn run_command(session: &Session, command: Command) -> Result<ExitStatus, CommandError> {
    match command {
        Command::Init(args) => block_on(init::run(session, &args)),
        Command::Fmt(args) => fmt::run(session, &args),
        Command::Check(args) => check::run(session, &args),
        Command::Render(args) => block_on(render::run(session, &args)),
        Command::Graph(args) => graph::run(session, &args),
        Command::Plan(args) => block_on(plan::run(session, &args)),
        Command::Deploy(args) => block_on(deploy::run(session, &args)),
        Command::Destroy(args) => block_on(destroy::run(session, &args)),
        Command::Status(args) => block_on(status::run(session, &args)),
        Command::Outputs(args) => block_on(outputs::run(session, &args)),
        Command::Explain(args) => explain::run(session, &args),
        Command::Iam(args) => iam::run(session, &args),
        Command::Local(command) => block_on(local::run(session, command)),
    }
}

/// Runs a command that calls a cloud. Background work that is still running at its end is abandoned.
fn block_on(
    command: impl Future<Output = Result<ExitStatus, CommandError>>,
) -> Result<ExitStatus, CommandError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            CommandError::failed(
                codes::INTERNAL,
                format!("cannot start threads: {error}"),
                "check the limits of threads and open files",
            )
        })?;
    let ended = runtime.block_on(command);
    runtime.shutdown_background();
    ended
}
