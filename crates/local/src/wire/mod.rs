//! The wire: what the AWS SDKs and the AWS CLI say and read, over the cloud.
//!
//! One [`Service`] answers for CloudFormation and STS (the Query protocol), for S3 (REST) and for
//! the few actions of SSM (JSON) that put and read parameters. Which one is meant is what the
//! signature's scope says. It runs in process, as a `tower` service, and on a socket
//! ([`Cloud::serve`]). What can go wrong between a caller and a cloud ([`WireFaults`], throttling)
//! happens here; what goes wrong in the cloud itself is [`crate::Failure`]'s.
//!
//! Left out: signatures are read but not verified, and there is no TLS.

mod answers;
mod caller;
mod change_sets;
mod faults;
mod form;
mod incoming;
mod query;
mod reply;
mod requests;
mod s3;
mod serve;
mod ssm;
mod sts;
mod throttle;
mod xml;

pub use faults::{Calls, Times, WireFault, WireFaults};
pub use serve::ServeError;

use crate::clock::Clock;
use crate::{Cloud, Options, Storage, Store, StoreError, Time};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use incoming::Incoming;
use reply::Usual;
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};
use throttle::Throttle;

/// What a cloud keeps for its wire.
#[derive(Debug)]
pub(crate) struct Wire {
    faults: WireFaults,
    throttle: Option<Throttle>,
    /// Makes the request ids of two processes differ.
    seed: u128,
    requests: AtomicU64,
}

/// A cloud as a `tower` service: takes what comes over the wire and answers what goes back.
#[derive(Debug, Clone)]
pub struct Service {
    cloud: Cloud,
}

/// What becomes of a request.
pub(crate) enum Outcome {
    /// It is answered.
    Answered(Response<Bytes>),
    /// It is not, and the caller is kept waiting.
    Silent,
    /// It is not, because the connection breaks.
    Broken,
}

impl Wire {
    /// Prepares a cloud's store for the wire.
    pub(crate) fn open(store: &Store, options: &Options) -> Result<Self, StoreError> {
        s3::prepare(store)?;
        crate::ssm::prepare(store)?;
        let throttle = options
            .throttle
            .map(|rates| Throttle::new(f64::from(rates.reads), f64::from(rates.mutations)));
        Ok(Self {
            faults: WireFaults::default(),
            throttle,
            seed: seed(&options.storage),
            requests: AtomicU64::new(0),
        })
    }

    fn usual(&self) -> Usual {
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::digest(format!("{}/{count}", self.seed));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let parts = [
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..32],
        ];
        Usual {
            request_id: parts.join("-"),
        }
    }
}

impl Cloud {
    /// The cloud as a service in process. A call that is never answered stays pending.
    pub fn service(&self) -> Service {
        Service {
            cloud: self.clone(),
        }
    }

    /// The switches for what goes wrong on the wire. All services of this cloud in this process
    /// share them.
    pub fn wire_faults(&self) -> WireFaults {
        self.wire().faults.clone()
    }

    /// Answers a request as it comes over the wire.
    pub(crate) async fn respond(&self, request: Request<Bytes>) -> Outcome {
        let (parts, body) = request.into_parts();
        let usual = self.wire().usual();
        let call = Incoming::new(self, &parts, body, &usual);
        let fault = self
            .wire()
            .faults
            .meet(call.action(), call.stack().as_deref());
        let reply = match fault {
            None => call.answer(),
            Some(WireFault::Deny) => call.denied(),
            Some(WireFault::Throttle) => call.throttled(),
            Some(WireFault::Unavailable) => call.unavailable(),
            Some(WireFault::Silence) => return Outcome::Silent,
            Some(WireFault::LoseAnswer) => {
                call.answer();
                return Outcome::Broken;
            }
            Some(WireFault::UnreadableAnswer) => {
                let reply = call.answer().with_status(StatusCode::OK);
                reply.with_body("<Unread")
            }
            Some(WireFault::Delay(time)) => {
                tokio::time::sleep(time).await;
                call.answer()
            }
        };
        Outcome::Answered(reply.into_response(&usual, callers_time()))
    }
}

impl tower::Service<Request<Bytes>> for Service {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let cloud = self.cloud.clone();
        Box::pin(async move {
            match cloud.respond(request).await {
                Outcome::Answered(response) => Ok(response),
                Outcome::Silent | Outcome::Broken => std::future::pending().await,
            }
        })
    }
}

/// What makes the request ids of two processes over one folder differ. A cloud in memory has no
/// other process, and gives the same ids in the same run.
fn seed(storage: &Storage) -> u128 {
    match storage {
        Storage::Memory => 0,
        Storage::Folder(_) => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_nanos()) ^ u128::from(std::process::id())
        }
    }
}

/// The time that callers have. The cloud's own may stand still or begin elsewhere, but callers
/// compare dates and the ends of sessions with theirs.
fn callers_time() -> Time {
    Clock::system().now()
}

#[cfg(test)]
mod tests;
