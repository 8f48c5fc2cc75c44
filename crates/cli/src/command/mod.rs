//! The commands, each in a file of its own.

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

use std::future::Future;

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use crate::verbose;
use formwork_report::codes;

/// Carries a command out and shows what ended it early.
pub fn run(cli: Cli) -> Exit {
    let session = match Session::new(cli.global) {
        Ok(session) => session,
        Err(stop) => return stop.exit,
    };
    if session.global.verbose {
        verbose::listen();
    }
    match carry_out(&session, cli.command) {
        Ok(exit) => exit,
        Err(stop) => {
            session.show(&stop.problems, &stop.sources);
            if stop.problems.is_empty() && matches!(stop.exit, Exit::Interrupted | Exit::Terminated)
            {
                terminal::say("\nInterrupted: no stack has been changed.\n");
            }
            stop.exit
        }
    }
}

fn carry_out(session: &Session, command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Init(args) => wait(init::run(session, &args)),
        Command::Fmt(args) => fmt::run(session, &args),
        Command::Check(args) => check::run(session, &args),
        Command::Render(args) => wait(render::run(session, &args)),
        Command::Graph(args) => graph::run(session, &args),
        Command::Plan(args) => wait(plan::run(session, &args)),
        Command::Deploy(args) => wait(deploy::run(session, &args)),
        Command::Destroy(args) => wait(destroy::run(session, &args)),
        Command::Status(args) => wait(status::run(session, &args)),
        Command::Outputs(args) => wait(outputs::run(session, &args)),
        Command::Explain(args) => explain::run(session, &args),
        Command::Iam(args) => iam::run(session, &args),
        Command::Local(command) => wait(local::run(session, command)),
    }
}

/// Runs what asks a cloud. What still runs in the background when it ends is left behind.
fn wait(command: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Stop::failed(
                codes::INTERNAL,
                format!("no threads can be started: {error}"),
                "the machine may be out of threads or files",
            )
        })?;
    let ended = runtime.block_on(command);
    runtime.shutdown_background();
    ended
}
