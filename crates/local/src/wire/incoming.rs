//! An HTTP request on its way to its service.

use bytes::Bytes;
use http::request::Parts;

use super::form::Form;
use super::query::{self, xml_reply};
use super::reply::{Reply, ResponseMeta};
use super::signature::{Signature, header, query_parameter};
use super::throttle::{RateClass, RateLimiter};
use super::{callers_time, cloudformation, s3, ssm, sts};
use crate::cloud::Cloud;
use crate::model::response::ApiError;
use crate::services::sts::Identity;

/// An HTTP request with its parsed action.
pub(super) struct IncomingRequest<'a> {
    cloud: &'a Cloud,
    rate_limiter: Option<&'a RateLimiter>,
    parts: &'a Parts,
    meta: &'a ResponseMeta,
    signature: Signature,
    request: ServiceRequest,
}

/// The request in the protocol of its service.
enum ServiceRequest {
    CloudFormation { action: String, form: Form },
    Sts { action: String, form: Form },
    Ssm { action: String, body: Bytes },
    S3 { body: Bytes },
    Other,
}

impl<'a> IncomingRequest<'a> {
    /// Determines the service and the action of a request.
    pub(super) fn new(
        cloud: &'a Cloud,
        rate_limiter: Option<&'a RateLimiter>,
        parts: &'a Parts,
        body: Bytes,
        meta: &'a ResponseMeta,
    ) -> Self {
        let signature = Signature::parse(parts).unwrap_or_else(|| Signature {
            region: "us-east-1".to_owned(),
            service: unsigned_service(parts, &body).to_owned(),
            session: None,
        });
        let form = || match parts.method {
            http::Method::POST => Form::parse(&body),
            _ => Form::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        };
        let action = |form: &Form| form.text("Action").unwrap_or_default();
        let request = match signature.service.as_str() {
            "cloudformation" => {
                let form = form();
                let action = action(&form);
                ServiceRequest::CloudFormation { action, form }
            }
            "sts" => {
                let form = form();
                let action = action(&form);
                ServiceRequest::Sts { action, form }
            }
            "ssm" => {
                let target = header(parts, "x-amz-target").unwrap_or_default();
                let action = target.rsplit('.').next().unwrap_or_default().to_owned();
                ServiceRequest::Ssm { action, body }
            }
            "s3" => ServiceRequest::S3 { body },
            _ => ServiceRequest::Other,
        };
        Self {
            cloud,
            rate_limiter,
            parts,
            meta,
            signature,
            request,
        }
    }

    /// Returns the name of the action, such as `DescribeStacks` or `PutObject`.
    pub(super) fn action(&self) -> &str {
        match &self.request {
            ServiceRequest::CloudFormation { action, .. }
            | ServiceRequest::Sts { action, .. }
            | ServiceRequest::Ssm { action, .. } => action,
            ServiceRequest::S3 { .. } => self.s3_request(Bytes::new()).action(),
            ServiceRequest::Other => &self.signature.service,
        }
    }

    /// Returns the stack that the request names.
    pub(super) fn stack(&self) -> Option<String> {
        match &self.request {
            ServiceRequest::CloudFormation { form, .. } => form.text("StackName"),
            _ => None,
        }
    }

    /// Carries out the request and returns its reply.
    pub(super) fn answer(&self) -> Reply {
        self.execute()
            .unwrap_or_else(|error| self.error_reply(&error))
    }

    /// Returns the reply for a caller without permission.
    pub(super) fn access_denied(&self) -> Reply {
        let account = &self.cloud.options().account;
        let arn = Identity::new(self.signature.session.as_ref(), account).arn;
        let service = &self.signature.service;
        let action = self.action();
        let message = format!("User: {arn} is not authorized to perform: {service}:{action}");
        self.error_reply(&ApiError {
            http_status: 403,
            ..ApiError::new("AccessDenied", message)
        })
    }

    /// Returns the reply for a call above the rate limit.
    pub(super) fn throttled(&self) -> Reply {
        self.error_reply(&throttled())
    }

    /// Returns the reply of an unavailable service.
    pub(super) fn unavailable(&self) -> Reply {
        self.error_reply(&ApiError {
            http_status: 503,
            ..ApiError::new("ServiceUnavailable", "Service is unable to handle request.")
        })
    }

    fn execute(&self) -> Result<Reply, ApiError> {
        let region = &self.signature.region;
        match &self.request {
            ServiceRequest::CloudFormation { action, form } => {
                let class = RateClass::of_action(action);
                if self
                    .rate_limiter
                    .is_some_and(|limiter| !limiter.try_acquire(class))
                {
                    return Err(throttled());
                }
                cloudformation::answer(self.cloud, action, form, region, self.meta)
            }
            ServiceRequest::Sts { action, form } => {
                let account = &self.cloud.options().account;
                let now = callers_time();
                let body = sts::answer(action, form, &self.signature, account, now, self.meta);
                body.map(xml_reply)
            }
            ServiceRequest::Ssm { action, body } => ssm::answer(self.cloud, action, body, region),
            ServiceRequest::S3 { body } => Ok(s3::answer(&self.s3_request(body.clone()))),
            ServiceRequest::Other => Err(ApiError::new(
                "InvalidAction",
                format!(
                    "the local cloud does not support the service `{}`",
                    self.signature.service
                ),
            )),
        }
    }

    fn s3_request(&self, body: Bytes) -> s3::S3Request<'_> {
        let region = self.signature.region.clone();
        s3::S3Request::new(self.cloud, self.parts, body, region, self.meta)
    }

    /// Returns the reply for an error in the service's protocol.
    fn error_reply(&self, error: &ApiError) -> Reply {
        match &self.request {
            ServiceRequest::CloudFormation { .. } | ServiceRequest::Other => {
                query::error_reply(error, cloudformation::NAMESPACE, self.meta)
            }
            ServiceRequest::Sts { .. } => query::error_reply(error, sts::NAMESPACE, self.meta),
            ServiceRequest::Ssm { .. } => ssm::error_reply(error),
            ServiceRequest::S3 { .. } => s3::error_reply(&self.s3_request(Bytes::new()), error),
        }
    }
}

/// Returns the service of an unsigned request.
fn unsigned_service(parts: &Parts, body: &[u8]) -> &'static str {
    if header(parts, "x-amz-target").is_some_and(|target| target.starts_with("AmazonSSM.")) {
        return "ssm";
    }
    let body = Form::parse(body);
    let named = |name: &str| body.text(name).or_else(|| query_parameter(parts, name));
    match (named("Action"), named("Version").as_deref()) {
        (Some(_), Some("2011-06-15")) => "sts",
        (Some(_), _) => "cloudformation",
        (None, _) => "s3",
    }
}

fn throttled() -> ApiError {
    ApiError::new("Throttling", "Rate exceeded")
}
