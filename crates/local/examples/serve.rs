//! Serves a local cloud on a port of this machine, to try it by hand with the AWS CLI:
//!
//! ```text
//! cargo run -p formwork-local --example serve -- 4566 /tmp/cloud
//! aws --endpoint-url http://127.0.0.1:4566 cloudformation describe-stacks
//! ```
//!
//! Without a folder the cloud is in memory and ends with the server (Ctrl-C).
#![allow(
    clippy::print_stderr,
    reason = "an example tells its user where it listens"
)]

use formwork_local::{Options, Server, Storage};
use std::error::Error;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(4566), |port| port.parse())?;
    let storage = arguments
        .next()
        .map(|folder| Storage::Folder(folder.into()));
    let server = Server::open(Options {
        storage: storage.unwrap_or(Storage::Memory),
        ..Options::default()
    })?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    eprintln!("http://{}", listener.local_addr()?);
    let interrupted = async {
        // If there is no handler for Ctrl-C, it ends the process anyway.
        let _: std::io::Result<()> = tokio::signal::ctrl_c().await;
    };
    server.serve(listener, interrupted).await?;
    Ok(())
}
