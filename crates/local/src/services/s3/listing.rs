//! The keys of a bucket, by prefix, delimiter and page.

use std::collections::BTreeSet;

use super::storage::{Object, versions};
use crate::store::{Store, StoreError};

/// A query for the keys of a bucket.
pub(crate) struct KeyQuery<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    /// The key after which the page begins.
    pub(crate) after: &'a str,
    pub(crate) limit: usize,
}

/// A page of a bucket's keys.
pub(crate) struct KeyPage {
    /// The objects with their sizes.
    pub(crate) objects: Vec<(Object, u64)>,
    /// The common prefixes of the keys that contain the delimiter.
    pub(crate) prefixes: BTreeSet<String>,
    /// The last key or prefix of the page, if more follow.
    pub(crate) last: Option<String>,
}

/// Lists the keys that match a query.
pub(crate) fn list_keys(store: &Store, query: &KeyQuery<'_>) -> Result<KeyPage, StoreError> {
    let KeyQuery {
        bucket,
        prefix,
        delimiter,
        after,
        limit,
    } = *query;
    let mut all = store.with(|transaction| versions(transaction, bucket))?;
    // Only the newest version of each key counts, and it may be a delete marker.
    all.dedup_by(|later, earlier| later.0.key == earlier.0.key);
    let mut page = KeyPage {
        objects: Vec::new(),
        prefixes: BTreeSet::new(),
        last: None,
    };
    let mut last = String::new();
    for (object, size) in all {
        let matches = object.key.starts_with(prefix) && object.key.as_str() > after;
        if !matches || object.is_marker {
            continue;
        }
        let common = delimiter.and_then(|delimiter| {
            let rest = &object.key[prefix.len()..];
            let end = rest.find(delimiter)? + delimiter.len();
            Some(object.key[..prefix.len() + end].to_owned())
        });
        let is_included = common.as_ref().is_some_and(|common| {
            page.prefixes.contains(common) || after.starts_with(common.as_str())
        });
        if is_included {
            continue;
        }
        if page.objects.len() + page.prefixes.len() == limit {
            page.last = Some(last);
            break;
        }
        match common {
            Some(common) => {
                last = common.clone();
                page.prefixes.insert(common);
            }
            None => {
                last = object.key.clone();
                page.objects.push((object, size));
            }
        }
    }
    Ok(page)
}
