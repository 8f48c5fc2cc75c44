//! A request on its way to the service that it is for.

use super::caller::{Signed, header, query};
use super::form::Form;
use super::reply::{Reply, Usual};
use super::throttle::Effect;
use super::{callers_time, query, s3, ssm, sts};
use crate::{Cloud, Refusal};
use bytes::Bytes;
use http::request::Parts;

/// A request, with what is asked taken out of it.
pub(super) struct Incoming<'a> {
    cloud: &'a Cloud,
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
    Other,
}

impl<'a> Incoming<'a> {
    /// Finds out what is asked.
    pub(super) fn new(cloud: &'a Cloud, parts: &'a Parts, body: Bytes, usual: &'a Usual) -> Self {
        let signed = Signed::read(parts).unwrap_or_else(|| Signed {
            region: "us-east-1".to_owned(),
            service: unsigned_service(parts, &body).to_owned(),
            session: None,
        });
        let form = || match parts.method {
            http::Method::POST => Form::read(&body),
            _ => Form::read(parts.uri.query().unwrap_or_default().as_bytes()),
        };
        let action = |form: &Form| form.text("Action").unwrap_or_default();
        let asked = match signed.service.as_str() {
            "cloudformation" => {
                let form = form();
                let action = action(&form);
                Asked::CloudFormation { action, form }
            }
            "sts" => {
                let form = form();
                let action = action(&form);
                Asked::Sts { action, form }
            }
            "ssm" => {
                let target = header(parts, "x-amz-target").unwrap_or_default();
                let action = target.rsplit('.').next().unwrap_or_default().to_owned();
                Asked::Ssm { action, body }
            }
            "s3" => Asked::S3 { body },
            _ => Asked::Other,
        };
        Self {
            cloud,
            parts,
            usual,
            signed,
            asked,
        }
    }

    /// The name of the action, as `DescribeStacks` or `PutObject`.
    pub(super) fn action(&self) -> &str {
        match &self.asked {
            Asked::CloudFormation { action, .. }
            | Asked::Sts { action, .. }
            | Asked::Ssm { action, .. } => action,
            Asked::S3 { .. } => self.s3(Bytes::new()).action(),
            Asked::Other => &self.signed.service,
        }
    }

    /// The stack that it is about.
    pub(super) fn stack(&self) -> Option<String> {
        match &self.asked {
            Asked::CloudFormation { form, .. } => form.text("StackName"),
            _ => None,
        }
    }

    /// Carries it out.
    pub(super) fn answer(&self) -> Reply {
        self.answered()
            .unwrap_or_else(|refusal| self.refused(&refusal))
    }

    /// The answer to one who may not do this.
    pub(super) fn denied(&self) -> Reply {
        let account = &self.cloud.options().account;
        let (arn, _) = sts::identity(&self.signed, account);
        let service = &self.signed.service;
        let action = self.action();
        let message = format!("User: {arn} is not authorized to perform: {service}:{action}");
        self.refused(&Refusal {
            http_status: 403,
            ..Refusal::new("AccessDenied", message)
        })
    }

    /// The answer to one call too many.
    pub(super) fn throttled(&self) -> Reply {
        self.refused(&throttled())
    }

    /// The answer of a service that cannot answer.
    pub(super) fn unavailable(&self) -> Reply {
        self.refused(&Refusal {
            http_status: 503,
            ..Refusal::new("ServiceUnavailable", "Service is unable to handle request.")
        })
    }

    fn answered(&self) -> Result<Reply, Refusal> {
        let region = &self.signed.region;
        match &self.asked {
            Asked::CloudFormation { action, form } => {
                let throttle = self.cloud.wire().throttle.as_ref();
                if throttle.is_some_and(|throttle| !throttle.admits(Effect::of(action))) {
                    return Err(throttled());
                }
                query::answer(self.cloud, action, form, region, self.usual)
            }
            Asked::Sts { action, form } => {
                let account = &self.cloud.options().account;
                let id = &self.usual.request_id;
                let body = sts::answer(action, form, &self.signed, account, callers_time(), id);
                body.map(query::xml)
            }
            Asked::Ssm { action, body } => ssm::answer(self.cloud, action, body, region),
            Asked::S3 { body } => Ok(s3::answer(&self.s3(body.clone()))),
            Asked::Other => Err(Refusal::new(
                "InvalidAction",
                format!(
                    "the local cloud does not speak for `{}`",
                    self.signed.service
                ),
            )),
        }
    }

    fn s3(&self, body: Bytes) -> s3::Ask<'_> {
        let region = self.signed.region.clone();
        s3::Ask::new(self.cloud, self.parts, body, region, self.usual)
    }

    /// A refusal in the protocol of the service that was asked.
    fn refused(&self, refusal: &Refusal) -> Reply {
        let id = &self.usual.request_id;
        match &self.asked {
            Asked::CloudFormation { .. } | Asked::Other => {
                query::refused(refusal, query::NAMESPACE, id)
            }
            Asked::Sts { .. } => query::refused(refusal, sts::NAMESPACE, id),
            Asked::Ssm { .. } => ssm::refused(refusal),
            Asked::S3 { .. } => s3::refused(&self.s3(Bytes::new()), refusal),
        }
    }
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

fn throttled() -> Refusal {
    Refusal::new("Throttling", "Rate exceeded")
}
