//! The wire: the protocols in which the AWS SDKs and the AWS CLI talk to the cloud.
//!
//! CloudFormation and STS speak the Query protocol, S3 speaks REST, and SSM speaks JSON. The scope of a
//! request's signature names the service. [`WireFaults`] and throttling happen here, between the caller
//! and the cloud; faults of resources are [`InjectedFault`](crate::InjectedFault)s.
//!
//! Signatures are parsed but not verified.

mod cloudformation;
mod faults;
mod form;
mod incoming;
mod query;
mod reply;
mod s3;
mod signature;
mod ssm;
mod sts;
mod throttle;
mod xml;

pub use faults::{CallFilter, Occurrence, WireFault, WireFaults};

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::cloud::Cloud;
use crate::model::clock::{Clock, Time};
use crate::model::options::{Options, Storage};
use crate::model::stack::uuid;
use incoming::IncomingRequest;
use reply::ResponseMeta;
use throttle::RateLimiter;

/// The state of a server's wire: faults, rate limits and the source of request ids.
#[derive(Debug)]
pub(crate) struct WireState {
    faults: WireFaults,
    rate_limiter: Option<RateLimiter>,
    /// A number that makes the request ids of two processes differ.
    seed: u128,
    requests: AtomicU64,
}

/// The delivery of a response.
pub(crate) enum Delivery {
    /// The caller gets this response.
    Response(Response<Bytes>),
    /// The caller gets no response and keeps waiting.
    NoResponse,
    /// The connection breaks.
    Disconnect,
}

impl WireState {
    /// Returns the state of a new server.
    pub(crate) fn new(options: &Options) -> Self {
        let rate_limiter = options
            .throttle
            .map(|rates| RateLimiter::new(f64::from(rates.reads), f64::from(rates.mutations)));
        Self {
            faults: WireFaults::default(),
            rate_limiter,
            seed: request_id_seed(&options.storage),
            requests: AtomicU64::new(0),
        }
    }

    /// Returns the faults.
    pub(crate) fn faults(&self) -> &WireFaults {
        &self.faults
    }

    fn next_meta(&self) -> ResponseMeta {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        let hash = formwork_template::sha256(format!("{}/{count}", self.seed));
        ResponseMeta {
            request_id: uuid(&hash.to_string()),
        }
    }
}

/// Answers an HTTP request.
pub(crate) async fn respond(cloud: &Cloud, wire: &WireState, request: Request<Bytes>) -> Delivery {
    let (parts, body) = request.into_parts();
    let meta = wire.next_meta();
    let call = IncomingRequest::new(cloud, wire.rate_limiter.as_ref(), &parts, body, &meta);
    let fault = wire
        .faults
        .next_fault(call.action(), call.stack().as_deref());
    let reply = match fault {
        None => call.answer(),
        Some(WireFault::Deny) => call.access_denied(),
        Some(WireFault::Throttle) => call.throttled(),
        Some(WireFault::Unavailable) => call.unavailable(),
        Some(WireFault::NoResponse) => return Delivery::NoResponse,
        Some(WireFault::LoseResponse) => {
            call.answer();
            return Delivery::Disconnect;
        }
        Some(WireFault::UnreadableResponse) => {
            let reply = call.answer().with_status(StatusCode::OK);
            reply.with_body("<Unread")
        }
        Some(WireFault::Delay(time)) => {
            tokio::time::sleep(time).await;
            call.answer()
        }
    };
    Delivery::Response(reply.into_response(&meta, callers_time()))
}

/// Returns the seed of a server's request ids. A cloud in memory belongs to one process, and gets the
/// same ids in every run.
fn request_id_seed(storage: &Storage) -> u128 {
    match storage {
        Storage::Memory => 0,
        Storage::Folder(_) => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_nanos()) ^ u128::from(std::process::id())
        }
    }
}

/// Returns the caller's time. The cloud's clock may be paused or start elsewhere, but callers compare
/// dates and the ends of sessions with their own clock.
pub(crate) fn callers_time() -> Time {
    Clock::system().now()
}
