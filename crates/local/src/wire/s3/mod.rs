//! S3, as far as blueprints need it: buckets and their settings, objects and their versions.
//!
//! Path style (`/bucket/key`) and virtual-host style (`bucket.s3.region.amazonaws.com`,
//! `bucket.localhost`) are both understood. Multipart uploads, access-control lists and everything
//! about who may do what are left out and answered with `NotImplemented`.

mod body;
mod buckets;
mod listing;
mod objects;
mod shelf;

pub(super) use shelf::prepare;

use super::caller::header;
use super::reply::{Reply, Usual};
use super::xml::Xml;
use crate::{Cloud, Refusal, Time};
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use std::collections::BTreeMap;

/// What is asked of S3.
pub(super) struct Ask<'a> {
    /// The cloud that holds the objects.
    pub(super) cloud: &'a Cloud,
    /// The head of the request.
    pub(super) parts: &'a Parts,
    /// Its body.
    pub(super) body: Bytes,
    /// The region it was signed for.
    pub(super) region: String,
    /// What the answer is called.
    pub(super) usual: &'a Usual,
    target: Target,
}

/// What the URL names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Target {
    bucket: Option<String>,
    key: Option<String>,
    query: BTreeMap<String, String>,
}

/// Why S3 refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct S3Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(&'static str, String)>,
}

type Answer = Result<Reply, S3Refusal>;

/// Answers a request to S3.
pub(super) fn answer(ask: &Ask<'_>) -> Reply {
    let reply = carry_out(ask).unwrap_or_else(|refusal| refusal.reply(ask));
    identified(reply, ask.usual)
}

/// A refusal that does not come from S3 itself.
pub(super) fn refused(ask: &Ask<'_>, refusal: &Refusal) -> Reply {
    let (status, code) = match refusal.code.as_str() {
        "AccessDenied" => (StatusCode::FORBIDDEN, "AccessDenied"),
        "Throttling" => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
    };
    let refusal = S3Refusal::new(status, code, &refusal.message);
    identified(refusal.reply(ask), ask.usual)
}

fn identified(reply: Reply, usual: &Usual) -> Reply {
    reply
        .with("x-amz-request-id", &usual.request_id)
        .with("x-amz-id-2", &usual.request_id)
}

/// Reads what `url` names: a template by its `TemplateURL`.
pub(super) fn read(cloud: &Cloud, url: &str) -> Option<Bytes> {
    let uri: http::Uri = url.parse().ok()?;
    let target = Target::read(uri.host().unwrap_or_default(), &uri);
    let object = shelf::find(
        cloud,
        target.bucket.as_deref()?,
        target.key.as_deref()?,
        target.query.get("versionId").map(String::as_str),
    );
    object.ok()?.map(|object| object.body)
}

impl<'a> Ask<'a> {
    /// Takes a request's URL apart.
    pub(super) fn new(
        cloud: &'a Cloud,
        parts: &'a Parts,
        body: Bytes,
        region: String,
        usual: &'a Usual,
    ) -> Self {
        let host = header(parts, "host").or(parts.uri.host());
        let target = Target::read(host.unwrap_or_default(), &parts.uri);
        Self {
            cloud,
            parts,
            body,
            region,
            usual,
            target,
        }
    }

    /// The action's name, as `PutObject`.
    pub(super) fn action(&self) -> &'static str {
        action(
            &self.parts.method,
            &self.target,
            self.header("x-amz-copy-source").is_some(),
        )
    }

    fn header(&self, name: &str) -> Option<&str> {
        header(self.parts, name)
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.target.query.get(name).map(String::as_str)
    }

    fn bucket(&self) -> &str {
        self.target.bucket.as_deref().unwrap_or_default()
    }

    fn key(&self) -> &str {
        self.target.key.as_deref().unwrap_or_default()
    }

    fn now(&self) -> Time {
        self.cloud.now()
    }

    /// Refuses a bucket in other hands: all buckets here are the account's own.
    fn check_owner(&self) -> Result<(), S3Refusal> {
        let expected = self.header("x-amz-expected-bucket-owner");
        if expected.is_some_and(|owner| owner != self.cloud.options().account) {
            return Err(S3Refusal::new(
                StatusCode::FORBIDDEN,
                "AccessDenied",
                "Access Denied",
            ));
        }
        Ok(())
    }
}

/// The names of actions, by method and by what the URL asks beside bucket and key.
fn action(method: &Method, target: &Target, is_copy: bool) -> &'static str {
    let asks = |name: &str| target.query.contains_key(name);
    let is = |wanted: Method| *method == wanted;
    if target.bucket.is_none() {
        return "ListBuckets";
    }
    if asks("uploads") || asks("uploadId") || asks("acl") {
        return "NotImplemented";
    }
    if target.key.is_some() {
        return match () {
            () if asks("tagging") => "NotImplemented",
            () if is(Method::PUT) && is_copy => "CopyObject",
            () if is(Method::PUT) => "PutObject",
            () if is(Method::GET) => "GetObject",
            () if is(Method::HEAD) => "HeadObject",
            () if is(Method::DELETE) => "DeleteObject",
            () => "NotImplemented",
        };
    }
    if let Some(setting) = buckets::setting(target) {
        return match () {
            () if is(Method::PUT) => setting.put,
            () if is(Method::GET) => setting.get,
            () if is(Method::DELETE) => setting.delete,
            () => "NotImplemented",
        };
    }
    match () {
        () if asks("location") => "GetBucketLocation",
        () if asks("versions") => "ListObjectVersions",
        () if asks("delete") => "DeleteObjects",
        () if is(Method::PUT) => "CreateBucket",
        () if is(Method::HEAD) => "HeadBucket",
        () if is(Method::DELETE) => "DeleteBucket",
        () if is(Method::GET)
            && target
                .query
                .get("list-type")
                .is_some_and(|kind| kind == "2") =>
        {
            "ListObjectsV2"
        }
        () if is(Method::GET) => "ListObjects",
        () => "NotImplemented",
    }
}

fn carry_out(ask: &Ask<'_>) -> Answer {
    match ask.action() {
        "ListBuckets" => buckets::list(ask),
        "CreateBucket" => buckets::create(ask),
        "HeadBucket" => buckets::head(ask),
        "DeleteBucket" => buckets::delete(ask),
        "GetBucketLocation" => buckets::location(ask),
        "PutObject" => objects::put(ask),
        "CopyObject" => objects::copy(ask),
        "GetObject" => objects::get(ask, objects::Content::Sent),
        "HeadObject" => objects::get(ask, objects::Content::Left),
        "DeleteObject" => objects::delete(ask),
        "DeleteObjects" => objects::delete_many(ask),
        "ListObjects" => listing::objects(ask, listing::Version::One),
        "ListObjectsV2" => listing::objects(ask, listing::Version::Two),
        "ListObjectVersions" => listing::versions(ask),
        "NotImplemented" => Err(S3Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            "the local cloud does not do this",
        )),
        _ => buckets::setting_of(ask),
    }
}

impl Target {
    fn read(host: &str, uri: &http::Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let query = form_urlencoded::parse(query).into_owned().collect();
        let path = uri.path().trim_start_matches('/');
        let decode = |text: &str| {
            let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
            (!decoded.is_empty()).then(|| decoded.into_owned())
        };
        let (bucket, key) = match bucket_of(host) {
            Some(bucket) => (Some(bucket.to_owned()), decode(path)),
            None => match path.split_once('/') {
                Some((bucket, key)) => (decode(bucket), decode(key)),
                None => (decode(path), None),
            },
        };
        Self { bucket, key, query }
    }
}

/// The bucket that a host names, in virtual-host style.
fn bucket_of(host: &str) -> Option<&str> {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    if let Some(bucket) = host.strip_suffix(".localhost") {
        return (bucket != "s3").then_some(bucket);
    }
    let (bucket, service) = host
        .split_once(".s3.")
        .or_else(|| host.split_once(".s3-"))?;
    service.contains("amazonaws.").then_some(bucket)
}

impl S3Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            headers: Vec::new(),
        }
    }

    fn not_found(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    fn bad_request(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    fn reply(self, ask: &Ask<'_>) -> Reply {
        let mut xml = Xml::declared();
        xml.within("Error", |xml| {
            xml.text("Code", self.code);
            xml.text("Message", &self.message);
            xml.optional("BucketName", ask.target.bucket.as_ref());
            xml.optional("Key", ask.target.key.as_ref());
            xml.text("RequestId", &ask.usual.request_id);
            xml.text("HostId", &ask.usual.request_id);
        });
        // An answer to HEAD has no body.
        let body = match ask.parts.method {
            Method::HEAD => String::new(),
            _ => xml.finish(),
        };
        let reply = Reply::new(self.status, body).with("content-type", "application/xml");
        let headers = self.headers.iter();
        headers.fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

impl From<crate::StoreError> for S3Refusal {
    fn from(error: crate::StoreError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            error.to_string(),
        )
    }
}

#[cfg(test)]
mod tests;
