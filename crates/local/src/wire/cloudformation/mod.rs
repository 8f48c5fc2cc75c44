//! CloudFormation's actions on the wire: a form in, XML out.

mod requests;
mod responses;

use formwork_catalog::limits::TEMPLATE_URL_BYTES;

use super::form::Form;
use super::query::xml_reply;
use super::reply::{Reply, ResponseMeta};
use super::s3;
use crate::cloud::Cloud;
use crate::model::calls::Caller;
use crate::model::response::ApiError;

/// CloudFormation's XML namespace.
pub(super) const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/// Carries out an action and returns its reply.
pub(super) fn answer(
    cloud: &Cloud,
    action: &str,
    form: &Form,
    region: &str,
    meta: &ResponseMeta,
) -> Result<Reply, ApiError> {
    if action.is_empty() {
        let message = "The request must contain the parameter Action.";
        return Err(ApiError::new("MissingAction", message));
    }
    let request = requests::parse(action, form, &|url| fetch_template(cloud, url))?;
    let caller = Caller {
        region: region.to_owned(),
    };
    let response = cloud.call(&caller, request)?;
    Ok(xml_reply(responses::write(action, &response, meta)))
}

/// Reads the template of a `TemplateURL` from S3: at most 1 MB.
fn fetch_template(cloud: &Cloud, url: &str) -> Result<String, ApiError> {
    let Some(body) = s3::read_object(cloud, url) else {
        return Err(ApiError::validation(
            "S3 error: The specified key does not exist.\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
        ));
    };
    if body.len() > TEMPLATE_URL_BYTES {
        return Err(ApiError::validation(format!(
            "Template may not exceed {TEMPLATE_URL_BYTES} bytes in size."
        )));
    }
    let text = String::from_utf8(body.to_vec());
    text.map_err(|_| ApiError::validation("Template format error: unsupported structure."))
}
