//! S3's actions on buckets, subresources, objects and versions, as far as blueprints need them.
//!
//! Path style (`/bucket/key`) and virtual-host style (`bucket.s3.region.amazonaws.com`,
//! `bucket.localhost`) are supported. Multipart uploads and access-control lists are answered with
//! `NotImplemented`. Permissions are not checked.

mod body;
mod buckets;
mod listing;
mod objects;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};

use super::reply::{Reply, ResponseMeta};
use super::signature::header;
use super::xml::Xml;
use crate::cloud::Cloud;
use crate::model::clock::Time;
use crate::model::response::ApiError;
use crate::services::s3::storage;
use crate::store::StoreError;

/// A request to S3.
pub(super) struct S3Request<'a> {
    /// The cloud that stores the objects.
    pub(super) cloud: &'a Cloud,
    /// The head of the HTTP request.
    pub(super) parts: &'a Parts,
    /// The body.
    pub(super) body: Bytes,
    /// The region for which the request was signed.
    pub(super) region: String,
    /// The metadata of the response.
    pub(super) meta: &'a ResponseMeta,
    target: S3Target,
}

/// The target of a request's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct S3Target {
    bucket: Option<String>,
    key: Option<String>,
    query: BTreeMap<String, String>,
}

/// An error of S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct S3Error {
    status: StatusCode,
    code: &'static str,
    message: String,
    headers: Vec<(&'static str, String)>,
}

type S3Result = Result<Reply, S3Error>;

/// Answers a request to S3.
pub(super) fn answer(request: &S3Request<'_>) -> Reply {
    let reply = execute(request).unwrap_or_else(|error| error.reply(request));
    with_request_ids(reply, request.meta)
}

/// Returns the reply for an error that does not come from S3 itself.
pub(super) fn error_reply(request: &S3Request<'_>, error: &ApiError) -> Reply {
    let (status, code) = match error.code.as_str() {
        "AccessDenied" => (StatusCode::FORBIDDEN, "AccessDenied"),
        "Throttling" => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
    };
    let error = S3Error::new(status, code, &error.message);
    with_request_ids(error.reply(request), request.meta)
}

fn with_request_ids(reply: Reply, meta: &ResponseMeta) -> Reply {
    reply
        .with("x-amz-request-id", &meta.request_id)
        .with("x-amz-id-2", &meta.request_id)
}

/// Reads the object behind a URL, for `TemplateURL`.
pub(super) fn read_object(cloud: &Cloud, url: &str) -> Option<Bytes> {
    let uri: http::Uri = url.parse().ok()?;
    let target = S3Target::read(uri.host().unwrap_or_default(), &uri);
    let object = storage::find(
        cloud.store(),
        target.bucket.as_deref()?,
        target.key.as_deref()?,
        target.query.get("versionId").map(String::as_str),
    );
    object.ok()?.map(|object| object.body)
}

impl<'a> S3Request<'a> {
    /// Parses the URL of a request.
    pub(super) fn new(
        cloud: &'a Cloud,
        parts: &'a Parts,
        body: Bytes,
        region: String,
        meta: &'a ResponseMeta,
    ) -> Self {
        let host = header(parts, "host").or(parts.uri.host());
        let target = S3Target::read(host.unwrap_or_default(), &parts.uri);
        Self {
            cloud,
            parts,
            body,
            region,
            meta,
            target,
        }
    }

    /// Returns the action's name, such as `PutObject`.
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

    /// Rejects the bucket of another account: all buckets here belong to the cloud's account.
    fn check_owner(&self) -> Result<(), S3Error> {
        let expected = self.header("x-amz-expected-bucket-owner");
        if expected.is_some_and(|owner| owner != self.cloud.options().account) {
            return Err(S3Error::new(
                StatusCode::FORBIDDEN,
                "AccessDenied",
                "Access Denied",
            ));
        }
        Ok(())
    }
}

/// Returns the action for a method and a target.
fn action(method: &Method, target: &S3Target, is_copy: bool) -> &'static str {
    let has_query = |name: &str| target.query.contains_key(name);
    let is = |wanted: Method| *method == wanted;
    if target.bucket.is_none() {
        return "ListBuckets";
    }
    if has_query("uploads") || has_query("uploadId") || has_query("acl") {
        return "NotImplemented";
    }
    if target.key.is_some() {
        return match () {
            () if has_query("tagging") => "NotImplemented",
            () if is(Method::PUT) && is_copy => "CopyObject",
            () if is(Method::PUT) => "PutObject",
            () if is(Method::GET) => "GetObject",
            () if is(Method::HEAD) => "HeadObject",
            () if is(Method::DELETE) => "DeleteObject",
            () => "NotImplemented",
        };
    }
    if let Some(subresource) = buckets::subresource(target) {
        return match () {
            () if is(Method::PUT) => subresource.put,
            () if is(Method::GET) => subresource.get,
            () if is(Method::DELETE) => subresource.delete,
            () => "NotImplemented",
        };
    }
    match () {
        () if has_query("location") => "GetBucketLocation",
        () if has_query("versions") => "ListObjectVersions",
        () if has_query("delete") => "DeleteObjects",
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

fn execute(request: &S3Request<'_>) -> S3Result {
    match request.action() {
        "ListBuckets" => buckets::list(request),
        "CreateBucket" => buckets::create(request),
        "HeadBucket" => buckets::head(request),
        "DeleteBucket" => buckets::delete(request),
        "GetBucketLocation" => buckets::location(request),
        "PutObject" => objects::put(request),
        "CopyObject" => objects::copy(request),
        "GetObject" => objects::get(request, objects::ObjectBody::Include),
        "HeadObject" => objects::get(request, objects::ObjectBody::Omit),
        "DeleteObject" => objects::delete(request),
        "DeleteObjects" => objects::delete_many(request),
        "ListObjects" => listing::objects(request, listing::ListApi::V1),
        "ListObjectsV2" => listing::objects(request, listing::ListApi::V2),
        "ListObjectVersions" => listing::versions(request),
        "NotImplemented" => Err(S3Error::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            "the local cloud does not do this",
        )),
        _ => buckets::subresource_request(request),
    }
}

impl S3Target {
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

/// Returns the bucket that a host names in virtual-host style.
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

impl S3Error {
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

    fn reply(self, request: &S3Request<'_>) -> Reply {
        let mut xml = Xml::declared();
        xml.within("Error", |xml| {
            xml.text("Code", self.code);
            xml.text("Message", &self.message);
            xml.optional("BucketName", request.target.bucket.as_ref());
            xml.optional("Key", request.target.key.as_ref());
            xml.text("RequestId", &request.meta.request_id);
            xml.text("HostId", &request.meta.request_id);
        });
        // The response to HEAD has no body.
        let body = match request.parts.method {
            Method::HEAD => String::new(),
            _ => xml.finish(),
        };
        let reply = Reply::new(self.status, body).with("content-type", "application/xml");
        let headers = self.headers.iter();
        headers.fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

impl From<StoreError> for S3Error {
    fn from(error: StoreError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            error.to_string(),
        )
    }
}

#[cfg(test)]
mod tests;
