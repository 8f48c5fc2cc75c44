//! SSM's parameters: those that AWS publishes, and those that somebody put here.
//!
//! Parameters that a stack makes are the stack's, and whoever resolves a name asks those first.

use rusqlite::{Transaction, params};
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

    #[test]
    fn what_aws_publishes_is_of_the_region_and_looks_like_an_image() {
        let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
        let image = |region| published(region, name).unwrap().value;
        assert!(image("us-east-1").starts_with("ami-0"));
        assert_eq!(image("us-east-1").len(), "ami-".len() + 17);
        assert_ne!(image("us-east-1"), image("eu-west-1"));
        assert_eq!(published("us-east-1", "/aws/other"), None);
        let ecs = published(
            "us-east-1",
            "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
        );
        assert!(ecs.unwrap().value.starts_with("ami-0"));
    }
}
