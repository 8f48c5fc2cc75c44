//! Where buckets and objects are kept: two tables in the cloud's database.

use crate::{Cloud, Store, StoreError, Time};
use bytes::Bytes;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::collections::BTreeMap;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS bucket (
    name TEXT PRIMARY KEY, region TEXT NOT NULL, created INTEGER NOT NULL, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS object (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL,
    version TEXT NOT NULL, created INTEGER NOT NULL, is_marker INTEGER NOT NULL,
    etag TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS object_by_key ON object (bucket, key);
";

/// A bucket.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) created: Time,
    /// The documents of its settings, by the name that the URL has for them.
    pub(super) settings: BTreeMap<String, String>,
}

/// A version of an object, or the mark that it was deleted.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) key: String,
    /// `null` in a bucket without versions.
    pub(super) version: String,
    pub(super) created: Time,
    pub(super) is_marker: bool,
    pub(super) etag: String,
    /// What is sent back with it: content type, metadata, checksums.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Bytes,
}

/// Makes the tables where they are not there.
pub(in crate::wire) fn prepare(store: &Store) -> Result<(), StoreError> {
    store.with(|transaction| transaction.execute_batch(SCHEMA))
}

impl Bucket {
    /// Whether it keeps versions.
    pub(super) fn is_versioned(&self) -> bool {
        let document = self.settings.get("versioning");
        document.is_some_and(|document| document.contains("<Status>Enabled</Status>"))
    }

    /// Keeps it, replacing what is there under its name.
    pub(super) fn keep(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let settings = serde_json::to_string(&self.settings).unwrap_or_default();
        transaction
            .prepare_cached("INSERT OR REPLACE INTO bucket VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![self.name, self.region, self.created.0, settings])?;
        Ok(())
    }
}

/// The bucket of a name.
pub(super) fn bucket(
    transaction: &Transaction<'_>,
    name: &str,
) -> rusqlite::Result<Option<Bucket>> {
    transaction
        .prepare_cached("SELECT name, region, created, settings FROM bucket WHERE name = ?1")?
        .query_row([name], read_bucket)
        .optional()
}

/// All buckets, by name.
pub(super) fn buckets(cloud: &Cloud) -> Result<Vec<Bucket>, StoreError> {
    cloud.store().with(|transaction| {
        transaction
            .prepare("SELECT name, region, created, settings FROM bucket ORDER BY name")?
            .query_map([], read_bucket)?
            .collect()
    })
}

/// Takes a bucket away.
pub(super) fn remove_bucket(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM bucket WHERE name = ?1", [name])?;
    Ok(())
}

/// An object as it is now, or a version of it; a deleted one is its mark.
pub(super) fn object(
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

/// What can be read under a key, if anything.
pub(super) fn find(
    cloud: &Cloud,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Option<Object>, StoreError> {
    let found = cloud
        .store()
        .with(|transaction| object(transaction, bucket, key, version))?;
    Ok(found.filter(|object| !object.is_marker))
}

/// The versions of all objects of a bucket, by key, the newest of each first; without their bodies,
/// whose lengths come with them.
pub(super) fn versions(
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

/// Adds a version; where the bucket keeps none, it takes the place of what is there.
pub(super) fn add(
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

/// Takes a version away.
pub(super) fn remove(
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
        settings: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
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
