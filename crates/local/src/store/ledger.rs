//! What the store holds, as it is read and written within one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use crate::change_set::ChangeSet;
use crate::clock::Time;
use crate::cloud::Call;
use crate::faults::Failure;
use crate::ssm::{self, Parameter};
use crate::stack::Stack;

/// The tables.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stack (
    id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    deleted INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stack_by_name ON stack (region, name);
CREATE TABLE IF NOT EXISTS change_set (
    id TEXT PRIMARY KEY, stack_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS change_set_by_stack ON change_set (stack_id);
CREATE TABLE IF NOT EXISTS token (
    region TEXT NOT NULL, token TEXT NOT NULL, action TEXT NOT NULL, digest TEXT NOT NULL,
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (region, token));
CREATE TABLE IF NOT EXISTS call (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failure (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
";

/// The store within one transaction.
pub(crate) struct Ledger<'a> {
    transaction: Transaction<'a>,
    known: &'a mut Known,
    wrote_stacks: &'a mut bool,
}

/// The first use of a client request token.
pub(crate) struct TokenUse {
    pub(crate) action: String,
    pub(crate) digest: String,
    pub(crate) answer: (String, String),
}

/// What was read before, to be read again only after a change.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Stacks by id, each with the version it was read at.
    stacks: HashMap<String, (i64, Arc<Stack>)>,
    /// A region's stacks, the oldest first, with the latest version of any stack then.
    regions: HashMap<String, (i64, Vec<Arc<Stack>>)>,
}

impl<'a> Ledger<'a> {
    /// What is within `transaction`; `wrote_stacks` becomes true with the first stack that is kept.
    pub(super) fn new(
        transaction: Transaction<'a>,
        known: &'a mut Known,
        wrote_stacks: &'a mut bool,
    ) -> Self {
        Self {
            transaction,
            known,
            wrote_stacks,
        }
    }

    /// Keeps what was written.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }

    /// The latest time at which a call was accepted.
    pub(crate) fn latest_time(&self) -> Result<Option<Time>, StoreError> {
        Ok(self.number("time")?.map(Time))
    }

    /// Remembers when a call was accepted.
    pub(crate) fn set_latest_time(&self, time: Time) -> Result<(), StoreError> {
        self.set_number("time", time.0)
    }

    /// A number that was never given out before.
    pub(crate) fn next_sequence(&self) -> Result<i64, StoreError> {
        let next = self.number("sequence")?.unwrap_or(0) + 1;
        self.set_number("sequence", next)?;
        Ok(next)
    }

    /// A region's stacks that are not deleted at `now`, the oldest first.
    pub(crate) fn living(
        &mut self,
        region: &str,
        now: Time,
    ) -> Result<Vec<Arc<Stack>>, StoreError> {
        let mut stacks = self.all(region)?;
        stacks.retain(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        Ok(stacks)
    }

    /// A region's stacks, deleted ones too, the oldest first.
    pub(crate) fn all(&mut self, region: &str) -> Result<Vec<Arc<Stack>>, StoreError> {
        let version = self.number("version")?.unwrap_or(0);
        if let Some((known, stacks)) = self.known.regions.get(region)
            && *known == version
        {
            return Ok(stacks.clone());
        }
        let query = "SELECT id, version FROM stack WHERE region = ?1 ORDER BY sequence";
        let stacks = self.stacks(query, params![region])?;
        self.known
            .regions
            .insert(region.to_owned(), (version, stacks.clone()));
        Ok(stacks)
    }

    /// The stack of that id, deleted or not.
    pub(crate) fn by_id(&mut self, id: &str) -> Result<Option<Arc<Stack>>, StoreError> {
        let query = "SELECT id, version FROM stack WHERE id = ?1";
        Ok(self.stacks(query, params![id])?.pop())
    }

    /// The stack of that name that is not deleted at `now`.
    pub(crate) fn by_name(
        &mut self,
        region: &str,
        name: &str,
        now: Time,
    ) -> Result<Option<Arc<Stack>>, StoreError> {
        let query = "SELECT id, version FROM stack WHERE region = ?1 AND name = ?2
            AND (deleted IS NULL OR deleted > ?3) ORDER BY sequence";
        Ok(self.stacks(query, params![region, name, now.0])?.pop())
    }

    fn stacks(
        &mut self,
        query: &str,
        parameters: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<Arc<Stack>>, StoreError> {
        let mut statement = self.transaction.prepare_cached(query)?;
        let rows = statement.query_map(parameters, |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        let mut stacks = Vec::new();
        for row in rows {
            let (id, version) = row?;
            let known = self
                .known
                .stacks
                .get(&id)
                .filter(|(known, _)| *known == version);
            if let Some((_, stack)) = known {
                stacks.push(Arc::clone(stack));
                continue;
            }
            let body: String = self
                .transaction
                .prepare_cached("SELECT body FROM stack WHERE id = ?1")?
                .query_row([&id], |row| row.get(0))?;
            let stack: Arc<Stack> = Arc::new(serde_json::from_str(&body)?);
            self.known.stacks.insert(id, (version, Arc::clone(&stack)));
            stacks.push(stack);
        }
        Ok(stacks)
    }

    /// The SSM parameters of a region that no stack made.
    pub(crate) fn ssm_parameters(&self, region: &str) -> Result<Vec<Parameter>, StoreError> {
        Ok(ssm::all(&self.transaction, region)?)
    }

    /// Keeps a stack as it is now.
    pub(crate) fn put(&mut self, stack: &Stack) -> Result<(), StoreError> {
        let before = self.number("version")?.unwrap_or(0);
        let version = before + 1;
        self.set_number("version", version)?;
        self.transaction.execute(
            "INSERT INTO stack (id, sequence, region, name, deleted, version, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id)
             DO UPDATE SET deleted = ?5, version = ?6, body = ?7",
            params![
                stack.id,
                stack.sequence,
                stack.region,
                stack.name,
                stack.deleted_at().map(|time| time.0),
                version,
                serde_json::to_string(stack)?
            ],
        )?;
        *self.wrote_stacks = true;
        self.know(stack, before);
        Ok(())
    }

    /// Keeps up what is known, so that a change costs no more the more stacks there are.
    fn know(&mut self, stack: &Stack, before: i64) {
        let changed = Arc::new(stack.clone());
        let version = before + 1;
        for (region, (known, stacks)) in &mut self.known.regions {
            if *known != before {
                continue;
            }
            *known = version;
            if *region != stack.region {
                continue;
            }
            match stacks.iter_mut().rev().find(|other| other.id == stack.id) {
                Some(other) => *other = Arc::clone(&changed),
                None => stacks.push(Arc::clone(&changed)),
            }
        }
        self.known
            .stacks
            .insert(stack.id.clone(), (version, changed));
    }

    /// The change set of that id.
    pub(crate) fn change_set(&self, id: &str) -> Result<Option<ChangeSet>, StoreError> {
        Ok(self
            .rows("SELECT body FROM change_set WHERE id = ?1", params![id])?
            .pop())
    }

    /// A stack's change sets, the oldest first.
    pub(crate) fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSet>, StoreError> {
        let query = "SELECT body FROM change_set WHERE stack_id = ?1 ORDER BY rowid";
        self.rows(query, params![stack_id])
    }

    /// Keeps a change set as it is now.
    pub(crate) fn put_change_set(&self, change_set: &ChangeSet) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO change_set (id, stack_id, name, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET body = ?4",
            params![
                change_set.id,
                change_set.stack_id,
                change_set.name,
                serde_json::to_string(change_set)?
            ],
        )?;
        Ok(())
    }

    /// Forgets a change set.
    pub(crate) fn delete_change_set(&self, id: &str) -> Result<(), StoreError> {
        self.transaction
            .execute("DELETE FROM change_set WHERE id = ?1", [id])?;
        Ok(())
    }

    /// The first use of a token in a region.
    pub(crate) fn token(&self, region: &str, token: &str) -> Result<Option<TokenUse>, StoreError> {
        let query =
            "SELECT action, digest, first, second FROM token WHERE region = ?1 AND token = ?2";
        let found = self.transaction.query_row(query, [region, token], |row| {
            let answer = (row.get(2)?, row.get(3)?);
            Ok(TokenUse {
                action: row.get(0)?,
                digest: row.get(1)?,
                answer,
            })
        });
        Ok(found.optional()?)
    }

    /// Remembers the first use of a token.
    pub(crate) fn put_token(
        &self,
        region: &str,
        token: &str,
        used: &TokenUse,
    ) -> Result<(), StoreError> {
        self.transaction.execute(
            "INSERT INTO token (region, token, action, digest, first, second)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                region,
                token,
                used.action,
                used.digest,
                used.answer.0,
                used.answer.1
            ],
        )?;
        Ok(())
    }

    /// Writes an accepted call into the record.
    pub(crate) fn append_call(&self, call: &Call) -> Result<(), StoreError> {
        self.append("INSERT INTO call (body) VALUES (?1)", call)
    }

    /// The record of accepted calls, the oldest first.
    pub(crate) fn calls(&self) -> Result<Vec<Call>, StoreError> {
        self.rows("SELECT body FROM call ORDER BY sequence", params![])
    }

    /// Tells a resource to fail.
    pub(crate) fn append_failure(&self, failure: &Failure) -> Result<(), StoreError> {
        self.append("INSERT INTO failure (body) VALUES (?1)", failure)
    }

    /// The resources that are to fail.
    pub(crate) fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.rows("SELECT body FROM failure ORDER BY id", params![])
    }

    /// Lets every resource succeed again.
    pub(crate) fn clear_failures(&self) -> Result<(), StoreError> {
        self.transaction.execute("DELETE FROM failure", [])?;
        Ok(())
    }

    fn append(&self, query: &str, value: &impl Serialize) -> Result<(), StoreError> {
        self.transaction
            .execute(query, [serde_json::to_string(value)?])?;
        Ok(())
    }

    fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.transaction.prepare_cached(query)?;
        let rows = statement.query_map(parameters, |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
    }

    fn number(&self, key: &str) -> Result<Option<i64>, StoreError> {
        let query = "SELECT value FROM meta WHERE key = ?1";
        let mut statement = self.transaction.prepare_cached(query)?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    fn set_number(&self, key: &str, value: i64) -> Result<(), StoreError> {
        let query = "INSERT INTO meta (key, value) VALUES (?1, ?2)
            ON CONFLICT (key) DO UPDATE SET value = ?2";
        self.transaction
            .prepare_cached(query)?
            .execute(params![key, value])?;
        Ok(())
    }
}
