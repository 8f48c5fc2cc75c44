//! The function behind the reference APIs: it greets its caller and says from which address it runs.
//!
//! It is a Lambda on `provided.al2023` that answers REST API proxy calls. Who may call it is decided in front of it,
//! by API Gateway and the VPC endpoint; nothing here knows whether it stands behind a public or a private API.

mod address;
mod greeting;
mod level;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use tracing::{debug, info};

use crate::address::AddressService;
use crate::greeting::Response;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt()
        .with_max_level(level::from_environment())
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .init();
    let service = AddressService::from_environment()?;
    let service = &service;
    lambda_runtime::run(service_fn(move |event| answer(service, event))).await
}

async fn answer(service: &AddressService, event: LambdaEvent<Value>) -> Result<Response, Error> {
    let request = event.context.request_id;
    info!(request, path = event.payload["path"].as_str(), "called");
    let address = service.own_address().await;
    debug!(request, %address, "answers");
    Ok(greeting::greet(address)?)
}
