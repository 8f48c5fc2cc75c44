//! The actions that list objects and versions.

use super::buckets::{NAMESPACE, document, existing_bucket};
use super::{S3Request, S3Result};
use crate::limits::MAX_LISTED_KEYS;
use crate::services::s3::{KeyPage, KeyQuery, Object, list_keys, storage};
use crate::wire::xml::Xml;

/// The version of the list API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListApi {
    /// `ListObjects`: pages by marker.
    V1,
    /// `ListObjectsV2`: pages by continuation token.
    V2,
}

/// `ListObjects` and `ListObjectsV2`.
pub(super) fn objects(request: &S3Request<'_>, version: ListApi) -> S3Result {
    let bucket = existing_bucket(request)?;
    let after = match version {
        ListApi::V1 => request.query("marker"),
        ListApi::V2 => request
            .query("continuation-token")
            .or(request.query("start-after")),
    };
    let limit = request
        .query("max-keys")
        .and_then(|limit| limit.parse().ok());
    let limit = limit.unwrap_or(MAX_LISTED_KEYS).min(MAX_LISTED_KEYS);
    let query = KeyQuery {
        bucket: &bucket.name,
        prefix: request.query("prefix").unwrap_or_default(),
        delimiter: request
            .query("delimiter")
            .filter(|delimiter| !delimiter.is_empty()),
        after: after.unwrap_or_default(),
        limit,
    };
    let page = list_keys(request.cloud.store(), &query)?;
    let mut xml = Xml::declared();
    xml.root("ListBucketResult", NAMESPACE, |xml| {
        xml.text("Name", &bucket.name);
        xml.text(
            "Prefix",
            encode_key(request, request.query("prefix").unwrap_or_default()),
        );
        xml.optional(
            "Delimiter",
            request
                .query("delimiter")
                .map(|text| encode_key(request, text)),
        );
        xml.text("MaxKeys", limit);
        xml.optional("EncodingType", request.query("encoding-type"));
        xml.text("IsTruncated", page.last.is_some());
        page_position(xml, request, version, &page);
        for (object, size) in &page.objects {
            xml.within("Contents", |xml| {
                xml.text("Key", encode_key(request, &object.key));
                content(xml, object, *size);
            });
        }
        for prefix in &page.prefixes {
            xml.within("CommonPrefixes", |xml| {
                xml.text("Prefix", encode_key(request, prefix))
            });
        }
    });
    Ok(document(xml))
}

/// Writes the position of a page: the markers of version 1, the tokens of version 2.
fn page_position(xml: &mut Xml, request: &S3Request<'_>, version: ListApi, page: &KeyPage) {
    match version {
        ListApi::V1 => {
            xml.text(
                "Marker",
                encode_key(request, request.query("marker").unwrap_or_default()),
            );
            xml.optional(
                "NextMarker",
                page.last.as_deref().map(|last| encode_key(request, last)),
            );
        }
        ListApi::V2 => {
            xml.text("KeyCount", page.objects.len() + page.prefixes.len());
            xml.optional("ContinuationToken", request.query("continuation-token"));
            xml.optional("NextContinuationToken", page.last.as_ref());
            xml.optional(
                "StartAfter",
                request
                    .query("start-after")
                    .map(|text| encode_key(request, text)),
            );
        }
    }
}

/// `ListObjectVersions`, with all versions in one page.
pub(super) fn versions(request: &S3Request<'_>) -> S3Result {
    let bucket = existing_bucket(request)?;
    let prefix = request.query("prefix").unwrap_or_default();
    let all = request
        .cloud
        .store()
        .with(|transaction| storage::versions(transaction, &bucket.name))?;
    let mut xml = Xml::declared();
    xml.root("ListVersionsResult", NAMESPACE, |xml| {
        xml.text("Name", &bucket.name);
        xml.text("Prefix", encode_key(request, prefix));
        xml.text("MaxKeys", MAX_LISTED_KEYS);
        xml.optional("EncodingType", request.query("encoding-type"));
        xml.text("IsTruncated", false);
        let mut key_before = None;
        for (object, size) in all
            .iter()
            .filter(|(object, _)| object.key.starts_with(prefix))
        {
            let is_latest = key_before != Some(&object.key);
            key_before = Some(&object.key);
            let name = if object.is_marker {
                "DeleteMarker"
            } else {
                "Version"
            };
            xml.within(name, |xml| {
                xml.text("Key", encode_key(request, &object.key));
                xml.text("VersionId", &object.version);
                xml.text("IsLatest", is_latest);
                if object.is_marker {
                    xml.text("LastModified", object.created);
                } else {
                    content(xml, object, *size);
                }
            });
        }
    });
    Ok(document(xml))
}

fn content(xml: &mut Xml, object: &Object, size: u64) {
    xml.text("LastModified", object.created);
    xml.text("ETag", &object.etag);
    xml.text("Size", size);
    xml.text("StorageClass", "STANDARD");
}

/// Percent-encodes a key, if the request asks for it.
fn encode_key(request: &S3Request<'_>, text: &str) -> String {
    if request.query("encoding-type") != Some("url") {
        return text.to_owned();
    }
    const STORED_HEADERS: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'/');
    percent_encoding::utf8_percent_encode(text, STORED_HEADERS).to_string()
}
