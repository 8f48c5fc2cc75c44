//! SSM's parameters: those that AWS publishes, and those that somebody put here.
//!
//! Parameters that a stack makes are the stack's, and whoever resolves a name asks those first.

use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use crate::{Store, StoreError, Time};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS ssm_parameter (
    region TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (region, name, version));
";

/// A version of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The version, from one.
    pub version: u64,
    /// `String`, `StringList` or `SecureString`.
    pub kind: String,
    /// Its value.
    pub value: String,
    /// When the version was put.
    pub changed: Time,
}

/// Makes the table where it is not there.
pub(crate) fn prepare(store: &Store) -> Result<(), StoreError> {
    store.with(|transaction| transaction.execute_batch(SCHEMA))
}

/// The parameter of a name, the newest version where none is asked for: one that was put here, else
/// one that AWS publishes.
pub(crate) fn parameter(
    transaction: &Transaction<'_>,
    region: &str,
    name: &str,
    version: Option<u64>,
) -> rusqlite::Result<Option<Parameter>> {
    let put = transaction
        .prepare_cached(
            "SELECT name, version, kind, value, changed FROM ssm_parameter \
             WHERE region = ?1 AND name = ?2 AND (?3 IS NULL OR version = ?3) \
             ORDER BY version DESC LIMIT 1",
        )?
        .query_row(
            params![region, name, version.map(|version| version as i64)],
            |row| {
                Ok(Parameter {
                    name: row.get(0)?,
                    version: row.get::<_, i64>(1)?.unsigned_abs(),
                    kind: row.get(2)?,
                    value: row.get(3)?,
                    changed: Time(row.get(4)?),
                })
            },
        )
        .optional()?;
    Ok(put.or_else(|| {
        published(region, name)
            .filter(|found| version.is_none_or(|version| version == found.version))
    }))
}

/// Every version of every parameter that was put in a region, the newest first.
pub(crate) fn all(transaction: &Transaction<'_>, region: &str) -> rusqlite::Result<Vec<Parameter>> {
    let mut statement = transaction.prepare_cached(
        "SELECT name, version, kind, value, changed FROM ssm_parameter
         WHERE region = ?1 ORDER BY version DESC",
    )?;
    let rows = statement.query_map([region], |row| {
        Ok(Parameter {
            name: row.get(0)?,
            version: row.get::<_, i64>(1)?.unsigned_abs(),
            kind: row.get(2)?,
            value: row.get(3)?,
            changed: Time(row.get(4)?),
        })
    })?;
    rows.collect()
}

/// Puts the next version of a parameter and answers its number.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    region: &str,
    name: &str,
    kind: &str,
    value: &str,
    now: Time,
) -> rusqlite::Result<u64> {
    let latest: Option<i64> = transaction.query_row(
        "SELECT MAX(version) FROM ssm_parameter WHERE region = ?1 AND name = ?2",
        [region, name],
        |row| row.get(0),
    )?;
    let version = latest.unwrap_or(0) + 1;
    transaction.execute(
        "INSERT INTO ssm_parameter VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![region, name, version, kind, value, now.0],
    )?;
    Ok(version.unsigned_abs())
}

/// Takes a parameter away with all its versions; whether it was there.
pub(crate) fn delete(
    transaction: &Transaction<'_>,
    region: &str,
    name: &str,
) -> rusqlite::Result<bool> {
    let gone = transaction.execute(
        "DELETE FROM ssm_parameter WHERE region = ?1 AND name = ?2",
        [region, name],
    )?;
    Ok(gone > 0)
}

/// A parameter under `/aws/service/`, which every account can read: the id of an image, or a text
/// that follows from the name. It never changes here.
pub(crate) fn published(region: &str, name: &str) -> Option<Parameter> {
    let service = name.strip_prefix("/aws/service/")?;
    let digest = Sha256::digest(format!("{region}{name}"));
    let hex: String = digest
        .iter()
        .take(9)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let is_image =
        service.starts_with("ami-") || name.ends_with("/image_id") || name.ends_with("/ami-id");
    let value = if is_image {
        format!("ami-0{}", &hex[..16])
    } else {
        format!(
            "{}-{}",
            service.rsplit('/').next().unwrap_or(service),
            &hex[..8]
        )
    };
    Some(Parameter {
        name: name.to_owned(),
        version: 1,
        kind: "String".to_owned(),
        value,
        changed: Time::MEMORY_START,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(store: &Store, name: &str, version: Option<u64>) -> String {
        let found = store
            .with(|transaction| parameter(transaction, "us-east-1", name, version))
            .unwrap();
        found.map_or("-".to_owned(), |found| {
            format!("{}:{}", found.value, found.version)
        })
    }

    #[test]
    fn each_put_is_a_version_and_old_ones_stay() {
        let store = Store::in_memory().unwrap();
        prepare(&store).unwrap();
        for value in ["a", "b"] {
            store
                .with(|transaction| put(transaction, "us-east-1", "/x", "String", value, Time(0)))
                .unwrap();
        }
        assert_eq!(shown(&store, "/x", None), "b:2");
        assert_eq!(shown(&store, "/x", Some(1)), "a:1");
        assert_eq!(shown(&store, "/x", Some(3)), "-");
        let gone = |store: &Store| {
            store
                .with(|transaction| delete(transaction, "us-east-1", "/x"))
                .unwrap()
        };
        assert!(gone(&store));
        assert!(!gone(&store));
        assert_eq!(shown(&store, "/x", None), "-");
    }

    #[test]
    fn what_aws_publishes_is_there_and_can_be_overlaid() {
        let store = Store::in_memory().unwrap();
        prepare(&store).unwrap();
        let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
        let image = shown(&store, name, None);
        assert!(
            image.starts_with("ami-0") && image.len() == "ami-".len() + 17 + ":1".len(),
            "{image}"
        );
        store
            .with(|transaction| put(transaction, "us-east-1", name, "String", "ami-1", Time(0)))
            .unwrap();
        assert_eq!(shown(&store, name, None), "ami-1:1");
        assert_eq!(shown(&store, "/aws/other", None), "-");
    }
}
