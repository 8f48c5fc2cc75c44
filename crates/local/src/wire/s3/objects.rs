//! The actions on objects: put, get, copy and delete.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use sha2::{Digest as _, Sha256};

use super::buckets::{NAMESPACE, document, existing_bucket};
use super::{S3Error, S3Request, S3Result, body};
use crate::services::s3::{Bucket, Object, storage};
use crate::wire::reply::{Reply, http_date};
use crate::wire::xml::Xml;

/// The body of the response to a read of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectBody {
    /// The response contains the object's bytes.
    Include,
    /// The response contains the headers only.
    Omit,
}

/// The request headers that are stored with the object.
const STORED_HEADERS: &[&str] = &[
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];

/// `PutObject`.
pub(super) fn put(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let upload = body::read(request)?;
    if request.header("if-none-match") == Some("*") {
        let there = storage::find(request.cloud.store(), &bucket.name, request.key(), None)?;
        if there.is_some() {
            return Err(S3Error::new(
                StatusCode::PRECONDITION_FAILED,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            ));
        }
    }
    let mut headers = stored_headers(request);
    let (name, value) = upload.checksum;
    headers.insert(name.clone(), value.clone());
    let object = store_object(request, &bucket, headers, upload.body)?;
    Ok(object_reply(&bucket, &object)
        .with(&name, &value)
        .with("x-amz-checksum-type", "FULL_OBJECT"))
}

/// `CopyObject`.
pub(super) fn copy(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let source = request.header("x-amz-copy-source").unwrap_or_default();
    let (source, version) = match source.split_once("?versionId=") {
        Some((source, version)) => (source, Some(version)),
        None => (source, None),
    };
    let source = percent_encoding::percent_decode_str(source).decode_utf8_lossy();
    let source = source.trim_start_matches('/').split_once('/');
    let (from, key) = source.ok_or_else(|| {
        S3Error::bad_request(
            "InvalidArgument",
            "Copy Source must mention the source bucket and key",
        )
    })?;
    let original =
        storage::find(request.cloud.store(), from, key, version)?.ok_or_else(no_such_key)?;
    let headers = match request.header("x-amz-metadata-directive") {
        Some("REPLACE") => stored_headers(request),
        _ => original.headers,
    };
    let object = store_object(request, &bucket, headers, original.body)?;
    let mut xml = Xml::declared();
    xml.root("CopyObjectResult", NAMESPACE, |xml| {
        xml.text("LastModified", object.created);
        xml.text("ETag", &object.etag);
    });
    let reply = object_reply(&bucket, &object).with_body(xml.finish());
    Ok(reply.with("content-type", "application/xml"))
}

/// `GetObject` and `HeadObject`.
pub(super) fn get(request: &S3Request<'_>, content: ObjectBody) -> S3Result {
    let bucket = existing_bucket(request)?;
    let object = readable_version(request, &bucket)?;
    let body = object.body.clone();
    let (status, part) = match range(request.header("range"), body.len())? {
        Some(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        None => (StatusCode::OK, None),
    };
    let content_bytes = part.clone().map_or(body.clone(), |range| body.slice(range));
    let mut reply = object_reply(&bucket, &object)
        .with_status(status)
        .with("accept-ranges", "bytes")
        .with("last-modified", &http_date(object.created));
    if let Some(range) = part {
        let last = range.end.saturating_sub(1);
        reply = reply.with(
            "content-range",
            &format!("bytes {}-{last}/{}", range.start, body.len()),
        );
    }
    let wants_checksum = request
        .header("x-amz-checksum-mode")
        .is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"));
    for (name, value) in &object.headers {
        // The checksum of the whole object does not apply to a part.
        let is_checksum = name.starts_with("x-amz-checksum-");
        if !is_checksum || (wants_checksum && status == StatusCode::OK) {
            reply = reply.with(name, value);
        }
    }
    if wants_checksum {
        reply = reply.with("x-amz-checksum-type", "FULL_OBJECT");
    }
    if !object.headers.contains_key("content-type") {
        reply = reply.with("content-type", "binary/octet-stream");
    }
    // The response to HEAD has a length but no bytes, so the length is set here.
    reply = reply.with("content-length", &content_bytes.len().to_string());
    Ok(match content {
        ObjectBody::Include => reply.with_body(content_bytes),
        ObjectBody::Omit => reply.with_body(""),
    })
}

/// Returns the requested version of an object, or the error if it is missing or deleted.
fn readable_version(request: &S3Request<'_>, bucket: &Bucket) -> Result<Object, S3Error> {
    let version = request.query("versionId");
    let found = request
        .cloud
        .store()
        .with(|transaction| storage::object(transaction, &bucket.name, request.key(), version))?;
    match (found, version) {
        (Some(object), _) if !object.is_marker => Ok(object),
        (None, Some(_)) => {
            let message = "The specified version does not exist.";
            Err(S3Error::not_found("NoSuchVersion", message))
        }
        (Some(_), Some(_)) => {
            let message = "The specified method is not allowed against this resource.";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            Err(S3Error::new(status, "MethodNotAllowed", message))
        }
        (Some(marker), None) => Err(S3Error {
            headers: vec![
                ("x-amz-delete-marker", "true".to_owned()),
                ("x-amz-version-id", marker.version),
            ],
            ..no_such_key()
        }),
        (None, None) => Err(no_such_key()),
    }
}

/// `DeleteObject`.
pub(super) fn delete(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let gone = delete_object(request, &bucket, request.key(), request.query("versionId"))?;
    let reply = Reply::new(StatusCode::NO_CONTENT, "");
    Ok(match gone {
        Some(marker) => reply
            .with("x-amz-delete-marker", "true")
            .with("x-amz-version-id", &marker),
        None => reply,
    })
}

/// `DeleteObjects`.
pub(super) fn delete_many(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let upload = body::read(request)?;
    let text = String::from_utf8_lossy(&upload.body).into_owned();
    let parse_delete_request = parse_delete_request(&text).ok_or_else(|| {
        S3Error::bad_request("MalformedXML", "The XML you provided was not well-formed")
    })?;
    let mut xml = Xml::declared();
    let mut gone = Vec::new();
    for (key, version) in parse_delete_request {
        let marker = delete_object(request, &bucket, &key, version.as_deref())?;
        gone.push((key, version, marker));
    }
    xml.root("DeleteResult", NAMESPACE, |xml| {
        for (key, version, marker) in gone {
            xml.within("Deleted", |xml| {
                xml.text("Key", key);
                xml.optional("VersionId", version);
                if let Some(marker) = marker {
                    xml.text("DeleteMarker", true);
                    xml.text("DeleteMarkerVersionId", marker);
                }
            });
        }
    });
    Ok(document(xml))
}

/// Returns the keys and versions in a `DeleteObjects` document.
fn parse_delete_request(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut element = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                element = start.local_name().as_ref().to_owned();
                if element == "Object" {
                    found.push((String::new(), None));
                }
            }
            Event::End(_) => element.clear(),
            Event::Text(text) => add(&mut found, &element, &text),
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => resolve_predefined_entity(&reference)?.to_owned(),
                };
                add(&mut found, &element, &text);
            }
            Event::Eof => return Some(found),
            _ => {}
        }
    }
}

/// Appends text to the current key or version.
fn add(found: &mut [(String, Option<String>)], element: &str, text: &str) {
    let Some((key, version)) = found.last_mut() else {
        return;
    };
    match element {
        "Key" => key.push_str(text),
        "VersionId" => version.get_or_insert_default().push_str(text),
        _ => {}
    }
}

/// Deletes a version, or adds a delete marker. Returns the marker's version.
fn delete_object(
    request: &S3Request<'_>,
    bucket: &Bucket,
    key: &str,
    version: Option<&str>,
) -> Result<Option<String>, S3Error> {
    let now = request.now();
    let marker = request.cloud.store().with(|transaction| {
        match version {
            Some(version) => storage::remove(transaction, &bucket.name, key, version)?,
            None if bucket.is_versioned() => {
                let marker = Object {
                    key: key.to_owned(),
                    version: version_id(&request.meta.request_id, key),
                    created: now,
                    is_marker: true,
                    etag: String::new(),
                    headers: BTreeMap::new(),
                    body: Bytes::new(),
                };
                storage::add(transaction, &bucket.name, &marker)?;
                return Ok(Some(marker.version));
            }
            None => storage::remove(transaction, &bucket.name, key, "null")?,
        }
        Ok(None)
    })?;
    Ok(marker)
}

/// Stores a body under the requested key.
fn store_object(
    request: &S3Request<'_>,
    bucket: &Bucket,
    headers: BTreeMap<String, String>,
    body: Bytes,
) -> Result<Object, S3Error> {
    let version = if bucket.is_versioned() {
        version_id(&request.meta.request_id, request.key())
    } else {
        "null".to_owned()
    };
    let object = Object {
        key: request.key().to_owned(),
        version,
        created: request.now(),
        is_marker: false,
        etag: body::etag(&body),
        headers,
        body,
    };
    request
        .cloud
        .store()
        .with(|transaction| storage::add(transaction, &bucket.name, &object))?;
    Ok(object)
}

/// Returns the reply with the headers of every response about an object.
fn object_reply(bucket: &Bucket, object: &Object) -> Reply {
    let reply = Reply::new(StatusCode::OK, "")
        .with("etag", &object.etag)
        .with("x-amz-server-side-encryption", "AES256");
    if bucket.is_versioned() {
        reply.with("x-amz-version-id", &object.version)
    } else {
        reply
    }
}

fn stored_headers(request: &S3Request<'_>) -> BTreeMap<String, String> {
    let is_stored = |name: &str| STORED_HEADERS.contains(&name) || name.starts_with("x-amz-meta-");
    request
        .parts
        .headers
        .iter()
        .filter(|(name, _)| is_stored(name.as_str()))
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        // The transfer encoding is not part of the object.
        .map(|(name, value)| {
            (
                name,
                value.replace("aws-chunked,", "").replace("aws-chunked", ""),
            )
        })
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Returns the byte range of a `Range` header, or `None` for the whole object.
fn range(header: Option<&str>, length: usize) -> Result<Option<std::ops::Range<usize>>, S3Error> {
    let Some(bounds_text) = header.and_then(|header| header.strip_prefix("bytes=")) else {
        return Ok(None);
    };
    let bounds = match bounds_text.split_once('-') {
        Some(("", last)) => last
            .parse()
            .ok()
            .map(|last: usize| length.saturating_sub(last)..length),
        Some((first, "")) => first.parse().ok().map(|first| first..length),
        Some((first, last)) => first
            .parse()
            .ok()
            .zip(last.parse::<usize>().ok())
            .map(|(first, last)| first..last.saturating_add(1).min(length)),
        None => None,
    };
    let is_inside = |range: &std::ops::Range<usize>| range.start < range.end;
    bounds.filter(is_inside).map(Some).ok_or_else(|| {
        S3Error::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "InvalidRange",
            "The requested range is not satisfiable",
        )
    })
}

fn no_such_key() -> S3Error {
    S3Error::not_found("NoSuchKey", "The specified key does not exist.")
}

/// Returns a unique version id of 32 letters and digits.
fn version_id(request_id: &str, key: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    let digest = Sha256::digest(format!("{request_id}/{key}"));
    let digits = digest.iter().map(|byte| DIGITS[usize::from(byte % 64)]);
    digits.map(char::from).collect()
}
