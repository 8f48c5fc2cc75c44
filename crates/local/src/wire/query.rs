//! The Query protocol's XML responses and errors, which CloudFormation and STS share.

use http::StatusCode;

use super::reply::{Reply, ResponseMeta};
use super::xml::Xml;
use crate::model::response::ApiError;

/// Returns a successful reply with an XML body.
pub(super) fn xml_reply(text: String) -> Reply {
    Reply::new(StatusCode::OK, text).with("content-type", "text/xml")
}

/// Writes the envelope of a response to `action`. `result` writes the action's output, if it has one.
pub(super) fn envelope(
    action: &str,
    namespace: &str,
    meta: &ResponseMeta,
    result: Option<impl FnOnce(&mut Xml)>,
) -> String {
    let mut xml = Xml::default();
    xml.root(&format!("{action}Response"), namespace, |xml| {
        if let Some(result) = result {
            xml.within(&format!("{action}Result"), result);
        }
        xml.within("ResponseMetadata", |xml| {
            xml.text("RequestId", &meta.request_id);
        });
    });
    xml.finish()
}

/// Returns the reply for an error.
pub(super) fn error_reply(error: &ApiError, namespace: &str, meta: &ResponseMeta) -> Reply {
    let mut xml = Xml::default();
    let is_callers_fault = error.http_status < 500;
    xml.root("ErrorResponse", namespace, |xml| {
        xml.within("Error", |xml| {
            xml.text(
                "Type",
                if is_callers_fault {
                    "Sender"
                } else {
                    "Receiver"
                },
            );
            xml.text("Code", &error.code);
            xml.text("Message", &error.message);
        });
        xml.text("RequestId", &meta.request_id);
    });
    let status = StatusCode::from_u16(error.http_status);
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Reply::new(status, xml.finish()).with("content-type", "text/xml")
}
