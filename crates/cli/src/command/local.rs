//! `formwork local serve|reset`: the cloud on this machine, on a socket.

use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use crate::args::LocalCommand;
use crate::connect::{chain, local_cloud};
use crate::exit::Exit;
use crate::interrupt::Interrupts;
use crate::session::Session;
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;

/// Serves or resets the local cloud.
pub async fn run(session: &Session, command: LocalCommand) -> Result<Exit, Stop> {
    match command {
        LocalCommand::Serve { port } => serve(session, port).await,
        LocalCommand::Reset => reset(session),
    }
}

async fn serve(session: &Session, port: u16) -> Result<Exit, Stop> {
    let interrupts = Interrupts::listen();
    let server = local_cloud(session)?;
    // This machine only: nothing there asks for credentials.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            Stop::failed(
                codes::LOCAL_CLOUD,
                format!("port {port} cannot be listened on: {error}"),
                "`--port` names another one; 0 takes a free one",
            )
        })?;
    let address = listener.local_addr().map_err(|error| broken(&error))?;
    terminal::result(&format!("http://{address}\n"));
    session.remark(&format!(
        "The local cloud, account {}. Its stacks: `formwork … --endpoint-url http://{address}`, \
         `aws --endpoint-url http://{address} …` (any credentials). Ctrl-C ends it; its state stays.\n",
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
        .map_err(|error| broken(&error))?;
    Ok(interrupts.exit().unwrap_or(Exit::Done))
}

fn broken(error: &dyn std::error::Error) -> Stop {
    Stop::failed(
        codes::LOCAL_CLOUD,
        chain(error),
        "its state stays; serve it again",
    )
}

fn reset(session: &Session) -> Result<Exit, Stop> {
    local_cloud(session)?
        .cloud()
        .reset()
        .map_err(|error| broken(&error))?;
    session.remark("The local cloud is empty.\n");
    Ok(Exit::Done)
}
