//! The table of SSM parameters that were put by hand.
//!
//! Parameters of stacks are resources, and public parameters of AWS are in `resources`.

use rusqlite::{Transaction, params};

use crate::model::clock::Time;
use crate::model::ssm_parameter::SsmParameter;

/// Returns all versions of all parameters of a region, newest version first.
pub(crate) fn all(
    transaction: &Transaction<'_>,
    region: &str,
) -> rusqlite::Result<Vec<SsmParameter>> {
    let mut statement = transaction.prepare_cached(
        "SELECT name, version, kind, value, changed FROM ssm_parameter
         WHERE region = ?1 ORDER BY version DESC",
    )?;
    let rows = statement.query_map([region], |row| {
        Ok(SsmParameter {
            name: row.get(0)?,
            version: row.get::<_, i64>(1)?.unsigned_abs(),
            kind: row.get(2)?,
            value: row.get(3)?,
            changed: Time(row.get(4)?),
        })
    })?;
    rows.collect()
}

/// Writes the next version of a parameter and returns its number.
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

/// Deletes all versions of a parameter. Returns true if it existed.
pub(crate) fn delete(
    transaction: &Transaction<'_>,
    region: &str,
    name: &str,
) -> rusqlite::Result<bool> {
    let count = transaction.execute(
        "DELETE FROM ssm_parameter WHERE region = ?1 AND name = ?2",
        [region, name],
    )?;
    Ok(count > 0)
}
