//! The tables of buckets and objects.

use bytes::Bytes;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::collections::BTreeMap;

use crate::model::clock::Time;
use crate::store::{Store, StoreError};

/// A bucket.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) created: Time,
    /// The documents of the bucket's subresources, by their name in the URL.
    pub(crate) subresources: BTreeMap<String, String>,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) key: String,
    /// The version's id; `null` in a bucket without versioning.
    pub(crate) version: String,
    pub(crate) created: Time,
    pub(crate) is_marker: bool,
    pub(crate) etag: String,
    /// The headers of the object: content type, metadata, checksums.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Bytes,
}

impl Bucket {
    /// Returns true if versioning is enabled.
    pub(crate) fn is_versioned(&self) -> bool {
        let document = self.subresources.get("versioning");
        document.is_some_and(|document| document.contains("<Status>Enabled</Status>"))
    }

    /// Writes the bucket.
    pub(crate) fn save(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let subresources = serde_json::to_string(&self.subresources).unwrap_or_default();
        transaction
            .prepare_cached("INSERT OR REPLACE INTO bucket VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                self.name,
                self.region,
                self.created.0,
                subresources
            ])?;
        Ok(())
    }
}

/// Returns the bucket with a name.
pub(crate) fn bucket(
    transaction: &Transaction<'_>,
    name: &str,
) -> rusqlite::Result<Option<Bucket>> {
    transaction
        .prepare_cached("SELECT name, region, created, settings FROM bucket WHERE name = ?1")?
        .query_row([name], read_bucket)
        .optional()
}

/// Returns all buckets in the order of their names.
pub(crate) fn buckets(store: &Store) -> Result<Vec<Bucket>, StoreError> {
    store.with(|transaction| {
        transaction
            .prepare("SELECT name, region, created, settings FROM bucket ORDER BY name")?
            .query_map([], read_bucket)?
            .collect()
    })
}

/// Deletes a bucket.
pub(crate) fn remove_bucket(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM bucket WHERE name = ?1", [name])?;
    Ok(())
}

/// Returns the newest version of an object or the given one. It may be a delete marker.
pub(crate) fn object(
    transaction: &Transaction<'_>,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> rusqlite::Result<Option<Object>> {
    let columns = "key, version, created, is_marker, etag, headers, body";
    let query = format!(
        "SELECT {columns} FROM object WHERE bucket = ?1 AND key = ?2 \
         AND (?3 IS NULL OR version = ?3) ORDER BY id DESC LIMIT 1"
    );
    transaction
        .prepare_cached(&query)?
        .query_row(params![bucket, key, version], |row| {
            read_object(row, Bytes::from(row.get::<_, Vec<u8>>(6)?))
        })
        .optional()
}

/// Returns the object of a key, unless it is deleted.
pub(crate) fn find(
    store: &Store,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Option<Object>, StoreError> {
    let object_version = store.with(|transaction| object(transaction, bucket, key, version))?;
    Ok(object_version.filter(|object| !object.is_marker))
}

/// Returns the versions of all objects of a bucket with the lengths of their bodies, ordered by key,
/// newest first. The bodies are not read.
pub(crate) fn versions(
    transaction: &Transaction<'_>,
    bucket: &str,
) -> rusqlite::Result<Vec<(Object, u64)>> {
    transaction
        .prepare_cached(
            "SELECT key, version, created, is_marker, etag, headers, length(body) FROM object \
             WHERE bucket = ?1 ORDER BY key, id DESC",
        )?
        .query_map([bucket], |row| {
            Ok((
                read_object(row, Bytes::new())?,
                row.get::<_, i64>(6)?.unsigned_abs(),
            ))
        })?
        .collect()
}

/// Adds a version. It replaces the version with the same id.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    bucket: &str,
    object: &Object,
) -> rusqlite::Result<()> {
    remove(transaction, bucket, &object.key, &object.version)?;
    let headers = serde_json::to_string(&object.headers).unwrap_or_default();
    transaction
        .prepare_cached(
            "INSERT INTO object (bucket, key, version, created, is_marker, etag, headers, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            bucket,
            object.key,
            object.version,
            object.created.0,
            object.is_marker,
            object.etag,
            headers,
            &object.body[..],
        ])?;
    Ok(())
}

/// Deletes a version.
pub(crate) fn remove(
    transaction: &Transaction<'_>,
    bucket: &str,
    key: &str,
    version: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM object WHERE bucket = ?1 AND key = ?2 AND version = ?3")?
        .execute([bucket, key, version])?;
    Ok(())
}

fn read_bucket(row: &Row<'_>) -> rusqlite::Result<Bucket> {
    Ok(Bucket {
        name: row.get(0)?,
        region: row.get(1)?,
        created: Time(row.get(2)?),
        subresources: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
    })
}

fn read_object(row: &Row<'_>, body: Bytes) -> rusqlite::Result<Object> {
    Ok(Object {
        key: row.get(0)?,
        version: row.get(1)?,
        created: Time(row.get(2)?),
        is_marker: row.get(3)?,
        etag: row.get(4)?,
        headers: serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default(),
        body,
    })
}
