//! The Query protocol of CloudFormation: a form in, XML out.

use super::form::Form;
use super::reply::{Reply, Usual};
use super::xml::Xml;
use super::{answers, requests, s3};
use crate::cloud::Caller;
use crate::{Cloud, Refusal};
use http::StatusCode;

/// CloudFormation's namespace.
pub(super) const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/// Carries out what `form` asks and writes the answer.
pub(super) fn answer(
    cloud: &Cloud,
    action: &str,
    form: &Form,
    region: &str,
    usual: &Usual,
) -> Result<Reply, Refusal> {
    if action.is_empty() {
        let message = "The request must contain the parameter Action.";
        return Err(Refusal::new("MissingAction", message));
    }
    let request = requests::read(action, form, &|url| template(cloud, url))?;
    let caller = Caller {
        region: region.to_owned(),
    };
    let answer = cloud.call(&caller, request)?;
    Ok(xml(answers::write(action, &answer, &usual.request_id)))
}

/// An answer with XML in it.
pub(super) fn xml(text: String) -> Reply {
    Reply::new(StatusCode::OK, text).with("content-type", "text/xml")
}

/// A refusal, as CloudFormation and STS write it.
pub(super) fn refused(refusal: &Refusal, namespace: &str, request_id: &str) -> Reply {
    let mut xml = Xml::default();
    let is_senders = refusal.http_status < 500;
    xml.root("ErrorResponse", namespace, |xml| {
        xml.within("Error", |xml| {
            xml.text("Type", if is_senders { "Sender" } else { "Receiver" });
            xml.text("Code", &refusal.code);
            xml.text("Message", &refusal.message);
        });
        xml.text("RequestId", request_id);
    });
    let status = StatusCode::from_u16(refusal.http_status);
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::new(status, xml.finish()).with("content-type", "text/xml")
}

/// The template behind a `TemplateURL`: at most 1 MB in S3.
fn template(cloud: &Cloud, url: &str) -> Result<String, Refusal> {
    let Some(body) = s3::read(cloud, url) else {
        return Err(Refusal::validation(
            "S3 error: The specified key does not exist.\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
        ));
    };
    if body.len() > 1_048_576 {
        return Err(Refusal::validation(
            "Template may not exceed 1048576 bytes in size.",
        ));
    }
    let text = String::from_utf8(body.to_vec());
    text.map_err(|_| Refusal::validation("Template format error: unsupported structure."))
}
