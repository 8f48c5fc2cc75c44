//! The wire: what the AWS SDKs and the AWS CLI say and read, over the cloud.
//!
//! One [`Service`] answers for CloudFormation and STS (the Query protocol), for S3 (REST) and for
//! the few actions of SSM (JSON) that put and read parameters. Which one is meant is what the
//! signature's scope says. It runs in process, as a `tower` service, and on a socket
//! ([`Cloud::serve`]). What can go wrong between a caller and a cloud ([`WireFaults`], throttling)
//! happens here; what goes wrong in the cloud itself is [`crate::Fault`]'s.
//!
//! Left out: signatures are read but not verified, and there is no TLS.

mod answers;
mod caller;
mod change_sets;
mod faults;
mod form;
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
use crate::cloud::Rates;
use crate::{Cloud, Refusal, Store, StoreError, Time};
use bytes::Bytes;
use caller::{Signed, header, query};
use form::Form;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use reply::{Reply, Usual};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};
use throttle::{Effect, Throttle};

/// What a cloud keeps for its wire.
#[derive(Debug)]
pub(crate) struct Wire {
    faults: WireFaults,
    throttle: Option<Throttle>,
    /// Makes request ids differ between two runs.
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
    pub(crate) fn open(store: &Store, throttle: Option<Rates>) -> Result<Self, StoreError> {
        s3::prepare(store)?;
        crate::ssm::prepare(store)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Self {
            faults: WireFaults::default(),
            throttle: throttle
                .map(|rates| Throttle::new(f64::from(rates.reads), f64::from(rates.mutations))),
            seed: since.map_or(0, |since| since.as_nanos()) ^ u128::from(std::process::id()),
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
        let call = Incoming::new(&parts, body, &usual);
        let fault = self
            .wire()
            .faults
            .meet(&call.action(self), call.stack().as_deref());
        let respond = |reply: Reply| Outcome::Answered(reply.into_response(&usual, callers_time()));
        match fault {
            Some(WireFault::Silence) => Outcome::Silent,
            Some(WireFault::Deny) => respond(call.refused(self, &denied(&call.action(self)))),
            Some(WireFault::Throttle) => respond(call.refused(self, &throttled())),
            Some(WireFault::Unavailable) => respond(call.refused(self, &unavailable())),
            Some(WireFault::LoseAnswer) => {
                call.answer(self);
                Outcome::Broken
            }
            Some(WireFault::UnreadableAnswer) => {
                let reply = call.answer(self).with_status(StatusCode::OK);
                respond(reply.with_body("<Unread"))
            }
            Some(WireFault::Delay(time)) => {
                tokio::time::sleep(time).await;
                respond(call.answer(self))
            }
            None => respond(call.answer(self)),
        }
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

/// A request on its way to the service that it is for.
struct Incoming<'a> {
    parts: &'a Parts,
    usual: &'a Usual,
    signed: Signed,
    asked: Asked,
}

/// What is asked, and in which protocol.
enum Asked {
    CloudFormation { action: String, form: Form },
    Sts { action: String, form: Form },
    Ssm { action: String, body: Bytes },
    S3 { body: Bytes },
    Other { service: String },
}

impl<'a> Incoming<'a> {
    fn new(parts: &'a Parts, body: Bytes, usual: &'a Usual) -> Self {
        let signed = Signed::read(parts).unwrap_or_else(|| Signed {
            region: "us-east-1".to_owned(),
            service: unsigned_service(parts, &body).to_owned(),
            session: None,
        });
        let form = || match parts.method {
            http::Method::POST => Form::read(&body),
            _ => Form::read(parts.uri.query().unwrap_or_default().as_bytes()),
        };
        let asked = match signed.service.as_str() {
            "cloudformation" => {
                let form = form();
                let action = form.text("Action").unwrap_or_default();
                Asked::CloudFormation { action, form }
            }
            "sts" => {
                let form = form();
                let action = form.text("Action").unwrap_or_default();
                Asked::Sts { action, form }
            }
            "ssm" => {
                let target = header(parts, "x-amz-target").unwrap_or_default();
                let action = target.rsplit('.').next().unwrap_or_default().to_owned();
                Asked::Ssm { action, body }
            }
            "s3" => Asked::S3 { body },
            other => Asked::Other {
                service: other.to_owned(),
            },
        };
        Self {
            parts,
            usual,
            signed,
            asked,
        }
    }

    /// The name of the action, for faults.
    fn action(&self, cloud: &Cloud) -> String {
        match &self.asked {
            Asked::CloudFormation { action, .. }
            | Asked::Sts { action, .. }
            | Asked::Ssm { action, .. } => action.clone(),
            Asked::S3 { .. } => {
                let ask = self.s3(cloud, Bytes::new());
                ask.action().to_owned()
            }
            Asked::Other { service } => service.clone(),
        }
    }

    /// The stack that it is about.
    fn stack(&self) -> Option<String> {
        match &self.asked {
            Asked::CloudFormation { form, .. } => form.text("StackName"),
            _ => None,
        }
    }

    fn answer(&self, cloud: &Cloud) -> Reply {
        let usual = self.usual;
        match &self.asked {
            Asked::CloudFormation { action, form } => {
                if let Some(throttle) = &cloud.wire().throttle
                    && !throttle.admits(effect(action))
                {
                    return self.refused(cloud, &throttled());
                }
                let answer = query::answer(cloud, action, form, &self.signed.region, usual);
                answer.unwrap_or_else(|refusal| self.refused(cloud, &refusal))
            }
            Asked::Sts { action, form } => {
                let account = &cloud.options().account;
                let id = &usual.request_id;
                let body = sts::answer(action, form, &self.signed, account, callers_time(), id);
                body.map(query::xml)
                    .unwrap_or_else(|refusal| self.refused(cloud, &refusal))
            }
            Asked::Ssm { action, body } => ssm::answer(cloud, action, body, &self.signed.region)
                .unwrap_or_else(|refusal| self.refused(cloud, &refusal)),
            Asked::S3 { body } => s3::answer(&self.s3(cloud, body.clone())),
            Asked::Other { service } => self.refused(
                cloud,
                &Refusal::new(
                    "InvalidAction",
                    format!("the local cloud does not speak for `{service}`"),
                ),
            ),
        }
    }

    fn s3<'b>(&'b self, cloud: &'b Cloud, body: Bytes) -> s3::Ask<'b> {
        s3::Ask::new(
            cloud,
            self.parts,
            body,
            self.signed.region.clone(),
            self.usual,
        )
    }

    /// A refusal in the protocol of the service that was asked.
    fn refused(&self, cloud: &Cloud, refusal: &Refusal) -> Reply {
        match &self.asked {
            Asked::CloudFormation { .. } | Asked::Sts { .. } | Asked::Other { .. } => {
                query::refused(refusal, self.usual)
            }
            Asked::Ssm { .. } => ssm::refused(refusal),
            Asked::S3 { .. } => s3::refused(&self.s3(cloud, Bytes::new()), refusal),
        }
    }
}

/// The time that callers have. The cloud's own may stand still or begin elsewhere, but callers
/// compare dates and the ends of sessions with theirs.
fn callers_time() -> Time {
    Clock::system().now()
}

/// The service that an unsigned request is for.
fn unsigned_service(parts: &Parts, body: &[u8]) -> &'static str {
    if header(parts, "x-amz-target").is_some_and(|target| target.starts_with("AmazonSSM.")) {
        return "ssm";
    }
    let body = Form::read(body);
    let named = |name: &str| body.text(name).or_else(|| query(parts, name));
    match (named("Action"), named("Version").as_deref()) {
        (Some(_), Some("2011-06-15")) => "sts",
        (Some(_), _) => "cloudformation",
        (None, _) => "s3",
    }
}

/// What an action draws its token from, by its name.
fn effect(action: &str) -> Effect {
    let reads = ["Describe", "List", "Get", "Validate"];
    if reads.iter().any(|start| action.starts_with(start)) {
        Effect::Reads
    } else {
        Effect::Changes
    }
}

fn denied(action: &str) -> Refusal {
    let message = format!(
        "User: arn:aws:iam::123456789012:user/local is not authorized to perform: {action}"
    );
    Refusal {
        http_status: 403,
        ..Refusal::new("AccessDenied", message)
    }
}

fn throttled() -> Refusal {
    Refusal::new("Throttling", "Rate exceeded")
}

fn unavailable() -> Refusal {
    Refusal {
        http_status: 503,
        ..Refusal::new("ServiceUnavailable", "Service is unable to handle request.")
    }
}

#[cfg(test)]
mod tests;
