//! What is in a bucket.

use super::buckets::{NAMESPACE, document, existing};
use super::shelf::{self, Object};
use super::{Answer, Ask};
use crate::wire::xml::Xml;
use std::collections::BTreeSet;

/// Which of the two list actions is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// `ListObjects`: pages by marker.
    One,
    /// `ListObjectsV2`: pages by continuation token.
    Two,
}

/// A page of a bucket's keys.
struct Listed {
    objects: Vec<(Object, u64)>,
    /// Where a delimiter is given, the starts of the keys that hold it.
    prefixes: BTreeSet<String>,
    /// The last of the page, when there is more.
    last: Option<String>,
}

/// `ListObjects` and `ListObjectsV2`.
pub(super) fn objects(ask: &Ask<'_>, version: Version) -> Answer {
    let bucket = existing(ask)?;
    let after = match version {
        Version::One => ask.query("marker"),
        Version::Two => ask.query("continuation-token").or(ask.query("start-after")),
    };
    let most = ask.query("max-keys").and_then(|most| most.parse().ok());
    let most = most.unwrap_or(1000).min(1000);
    let listed = page(ask, &bucket.name, after.unwrap_or_default(), most)?;
    let mut xml = Xml::declared();
    xml.root("ListBucketResult", NAMESPACE, |xml| {
        xml.text("Name", &bucket.name);
        xml.text(
            "Prefix",
            encoded(ask, ask.query("prefix").unwrap_or_default()),
        );
        xml.optional(
            "Delimiter",
            ask.query("delimiter").map(|text| encoded(ask, text)),
        );
        xml.text("MaxKeys", most);
        xml.optional("EncodingType", ask.query("encoding-type"));
        xml.text("IsTruncated", listed.last.is_some());
        match version {
            Version::One => {
                xml.text(
                    "Marker",
                    encoded(ask, ask.query("marker").unwrap_or_default()),
                );
                xml.optional(
                    "NextMarker",
                    listed.last.as_deref().map(|last| encoded(ask, last)),
                );
            }
            Version::Two => {
                xml.text("KeyCount", listed.objects.len() + listed.prefixes.len());
                xml.optional("ContinuationToken", ask.query("continuation-token"));
                xml.optional("NextContinuationToken", listed.last.as_ref());
                xml.optional(
                    "StartAfter",
                    ask.query("start-after").map(|text| encoded(ask, text)),
                );
            }
        }
        for (object, size) in &listed.objects {
            xml.within("Contents", |xml| {
                xml.text("Key", encoded(ask, &object.key));
                content(xml, object, *size);
            });
        }
        for prefix in &listed.prefixes {
            xml.within("CommonPrefixes", |xml| {
                xml.text("Prefix", encoded(ask, prefix))
            });
        }
    });
    Ok(document(xml))
}

/// `ListObjectVersions`, all of them in one page.
pub(super) fn versions(ask: &Ask<'_>) -> Answer {
    let bucket = existing(ask)?;
    let prefix = ask.query("prefix").unwrap_or_default();
    let all = ask
        .cloud
        .store()
        .with(|transaction| shelf::versions(transaction, &bucket.name))?;
    let mut xml = Xml::declared();
    xml.root("ListVersionsResult", NAMESPACE, |xml| {
        xml.text("Name", &bucket.name);
        xml.text("Prefix", encoded(ask, prefix));
        xml.text("MaxKeys", 1000);
        xml.optional("EncodingType", ask.query("encoding-type"));
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
                xml.text("Key", encoded(ask, &object.key));
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

fn page(
    ask: &Ask<'_>,
    bucket: &str,
    after: &str,
    most: usize,
) -> Result<Listed, crate::StoreError> {
    let prefix = ask.query("prefix").unwrap_or_default();
    let delimiter = ask
        .query("delimiter")
        .filter(|delimiter| !delimiter.is_empty());
    let mut all = ask
        .cloud
        .store()
        .with(|transaction| shelf::versions(transaction, bucket))?;
    // Only the newest version of each key counts, and it may be the mark of a deletion.
    all.dedup_by(|later, earlier| later.0.key == earlier.0.key);
    let mut listed = Listed {
        objects: Vec::new(),
        prefixes: BTreeSet::new(),
        last: None,
    };
    let mut last = String::new();
    for (object, size) in all {
        let is_asked = object.key.starts_with(prefix) && object.key.as_str() > after;
        if !is_asked || object.is_marker {
            continue;
        }
        let common = delimiter.and_then(|delimiter| {
            let rest = &object.key[prefix.len()..];
            let end = rest.find(delimiter)? + delimiter.len();
            Some(object.key[..prefix.len() + end].to_owned())
        });
        let is_counted = common.as_ref().is_some_and(|common| {
            listed.prefixes.contains(common) || after.starts_with(common.as_str())
        });
        if is_counted {
            continue;
        }
        if listed.objects.len() + listed.prefixes.len() == most {
            listed.last = Some(last);
            break;
        }
        match common {
            Some(common) => {
                last = common.clone();
                listed.prefixes.insert(common);
            }
            None => {
                last = object.key.clone();
                listed.objects.push((object, size));
            }
        }
    }
    Ok(listed)
}

/// A key, percent-encoded where that was asked for.
fn encoded(ask: &Ask<'_>, text: &str) -> String {
    if ask.query("encoding-type") != Some("url") {
        return text.to_owned();
    }
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'/');
    percent_encoding::utf8_percent_encode(text, KEPT).to_string()
}
