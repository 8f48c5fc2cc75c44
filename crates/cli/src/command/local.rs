//! `formwork local serve|reset`: the local cloud on a socket.

use std::net::Ipv4Addr;

use formwork_report::codes;
use tokio::net::TcpListener;

use crate::args::LocalCommand;
use crate::command_error::CommandError;
use crate::connect::{error_chain, local_cloud};
use crate::exit_status::ExitStatus;
use crate::interrupts::Interrupts;
use crate::session::Session;
use crate::terminal;

/// Runs the command.
pub async fn run(session: &Session, command: LocalCommand) -> Result<ExitStatus, CommandError> {
    match command {
        LocalCommand::Serve { port } => serve(session, port).await,
        LocalCommand::Reset => reset(session),
    }
}

async fn serve(session: &Session, port: u16) -> Result<ExitStatus, CommandError> {
    let interrupts = Interrupts::listen();
    let server = local_cloud(session)?;
    // Localhost only: the local cloud does not check credentials.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            CommandError::failed(
                codes::LOCAL_CLOUD,
                format!("cannot listen on port {port}: {error}"),
                "choose another port with `--port`; 0 takes a free one",
            )
        })?;
    let address = listener.local_addr().map_err(|error| serve_error(&error))?;
    terminal::print_result(&format!("http://{address}\n"));
    session.print_note(&format!(
        "The local cloud, account {}. Its stacks: `formwork … --endpoint-url http://{address}`, \
         `aws --endpoint-url http://{address} …` (any credentials). Press Ctrl-C to stop; its state is kept.\n",
        server.cloud().options().account
    ));
    let shutdown = {
        let mut cancel = interrupts.cancel();
        async move {
            cancel.changed().await;
        }
    };
    server
        .serve(listener, shutdown)
        .await
        .map_err(|error| serve_error(&error))?;
    Ok(interrupts.exit().unwrap_or(ExitStatus::Success))
}

fn serve_error(error: &dyn std::error::Error) -> CommandError {
    CommandError::failed(
        codes::LOCAL_CLOUD,
        error_chain(error),
        "start it again; its state is kept",
    )
}

fn reset(session: &Session) -> Result<ExitStatus, CommandError> {
    local_cloud(session)?
        .cloud()
        .reset()
        .map_err(|error| serve_error(&error))?;
    session.print_note("The local cloud is empty.\n");
    Ok(ExitStatus::Success)
}
