//! STS: who the caller is, and roles to assume.

use super::caller::{Session, Signed};
use super::form::Form;
use super::xml::Xml;
use crate::{Refusal, Time};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// STS's namespace.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The body of the answer to `action`.
pub(super) fn answer(
    action: &str,
    form: &Form,
    signed: &Signed,
    account: &str,
    now: Time,
    request_id: &str,
) -> Result<String, Refusal> {
    match action {
        "GetCallerIdentity" => Ok(written(action, request_id, |xml| {
            let (arn, user_id) = identity(signed, account);
            xml.text("UserId", user_id);
            xml.text("Account", account_of(signed, account));
            xml.text("Arn", arn);
        })),
        "AssumeRole" => {
            let session = Session {
                role_arn: form.required("RoleArn")?,
                name: form.required("RoleSessionName")?,
            };
            if !session.role_arn.contains(":role/") {
                let message = format!("{} is invalid", session.role_arn);
                return Err(Refusal::validation(message));
            }
            let seconds = form.number("DurationSeconds")?.unwrap_or(3600);
            let expiration = now + Duration::from_secs(u64::from(seconds));
            Ok(written(action, request_id, |xml| {
                assumed(xml, &session, expiration);
            }))
        }
        other => Err(Refusal::new(
            "InvalidAction",
            format!("Could not find operation {other} for version 2011-06-15"),
        )),
    }
}

/// The ARN and user id of who signed.
pub(super) fn identity(signed: &Signed, account: &str) -> (String, String) {
    match &signed.session {
        Some(session) => {
            let id = unique_id("AROA", &session.role_arn);
            (session.arn(), format!("{id}:{}", session.name))
        }
        None => {
            let arn = format!("arn:aws:iam::{account}:user/local");
            let id = unique_id("AIDA", &arn);
            (arn, id)
        }
    }
}

fn account_of(signed: &Signed, account: &str) -> String {
    let role = signed.session.as_ref().map(|session| &session.role_arn);
    let field = role.and_then(|arn| arn.split(':').nth(4));
    field.unwrap_or(account).to_owned()
}

fn assumed(xml: &mut Xml, session: &Session, expiration: Time) {
    let access_key = unique_id("ASIA", &session.to_token());
    xml.within("AssumedRoleUser", |xml| {
        let id = unique_id("AROA", &session.role_arn);
        xml.text("AssumedRoleId", format!("{id}:{}", session.name));
        xml.text("Arn", session.arn());
    });
    xml.within("Credentials", |xml| {
        xml.text("AccessKeyId", &access_key);
        xml.text(
            "SecretAccessKey",
            "local+secret+access+key+of+a+session+000",
        );
        xml.text("SessionToken", session.to_token());
        xml.text("Expiration", expiration);
    });
}

fn written(action: &str, request_id: &str, result: impl FnOnce(&mut Xml)) -> String {
    let mut xml = Xml::default();
    xml.root(&format!("{action}Response"), NAMESPACE, |xml| {
        xml.within(&format!("{action}Result"), result);
        xml.within("ResponseMetadata", |xml| xml.text("RequestId", request_id));
    });
    xml.finish()
}

/// An id of 20 characters with the prefix of its kind.
fn unique_id(prefix: &str, seed: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(seed);
    let digits = digest.iter().take(20 - prefix.len());
    let digits = digits.map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
    prefix.chars().chain(digits).collect()
}
