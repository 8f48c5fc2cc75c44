//! The sample function behind the reference APIs. It greets its caller with the IP address that it runs at.
//!
//! It is a Lambda function on `provided.al2023` for the proxy integration of REST APIs. It does no authorization: API
//! Gateway and the VPC endpoint decide who can call it, and the function is the same for public and private APIs.

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
    let address = service.address().await;
    debug!(request, %address, "answers");
    Ok(greeting::greet(address)?)
}
