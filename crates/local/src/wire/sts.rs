//! STS's actions on the wire: the caller's identity and assumed roles.

use std::time::Duration;

use super::form::Form;
use super::query::envelope;
use super::reply::ResponseMeta;
use super::signature::Signature;
use super::xml::Xml;
use crate::model::clock::Time;
use crate::model::response::ApiError;
use crate::services::sts::{Identity, RoleSession};

/// STS's XML namespace.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Carries out an action and returns the body of its response.
pub(super) fn answer(
    action: &str,
    form: &Form,
    signature: &Signature,
    account: &str,
    now: Time,
    meta: &ResponseMeta,
) -> Result<String, ApiError> {
    match action {
        "GetCallerIdentity" => {
            let identity = Identity::new(signature.session.as_ref(), account);
            let result = |xml: &mut Xml| {
                xml.text("UserId", identity.user_id);
                xml.text("Account", identity.account);
                xml.text("Arn", identity.arn);
            };
            Ok(envelope(action, NAMESPACE, meta, Some(result)))
        }
        "AssumeRole" => {
            let session = RoleSession {
                role_arn: form.required("RoleArn")?,
                name: form.required("RoleSessionName")?,
            };
            if !session.role_arn.contains(":role/") {
                let message = format!("{} is invalid", session.role_arn);
                return Err(ApiError::validation(message));
            }
            let seconds = form.number("DurationSeconds")?.unwrap_or(3600);
            let expiration = now + Duration::from_secs(u64::from(seconds));
            let result = |xml: &mut Xml| assumed_role(xml, &session, expiration);
            Ok(envelope(action, NAMESPACE, meta, Some(result)))
        }
        other => Err(ApiError::new(
            "InvalidAction",
            format!("Could not find operation {other} for version 2011-06-15"),
        )),
    }
}

fn assumed_role(xml: &mut Xml, session: &RoleSession, expiration: Time) {
    xml.within("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", session.user_id());
        xml.text("Arn", session.arn());
    });
    xml.within("Credentials", |xml| {
        xml.text("AccessKeyId", session.access_key_id());
        xml.text(
            "SecretAccessKey",
            "local+secret+access+key+of+a+session+000",
        );
        xml.text("SessionToken", session.to_token());
        xml.text("Expiration", expiration);
    });
}
