//! Reads and writes of CloudFormation's tables within one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use super::ssm_parameters;
use crate::model::calls::CallRecord;
use crate::model::change_set::ChangeSet;
use crate::model::clock::Time;
use crate::model::faults::InjectedFault;
use crate::model::ssm_parameter::SsmParameter;
use crate::model::stack::Stack;

/// The store within one transaction.
pub(crate) struct Ledger<'a> {
    transaction: Transaction<'a>,
    cache: &'a mut StackCache,
    wrote_stacks: &'a mut bool,
}

/// The first use of a client request token.
pub(crate) struct TokenUse {
    pub(crate) action: String,
    pub(crate) digest: String,
    /// The ids in the response to the first use.
    pub(crate) response: (String, String),
}

/// The stacks that were read before. They are read again only after a change.
#[derive(Debug, Default)]
pub(super) struct StackCache {
    /// The stacks by id, each with its version.
    stacks: HashMap<String, (i64, Arc<Stack>)>,
    /// The stacks of each region, oldest first, with the latest version of all stacks at that time.
    regions: HashMap<String, (i64, Vec<Arc<Stack>>)>,
}

impl<'a> Ledger<'a> {
    /// Returns the ledger of `transaction`. It sets `wrote_stacks` when it writes a stack.
    pub(super) fn new(
        transaction: Transaction<'a>,
        cache: &'a mut StackCache,
        wrote_stacks: &'a mut bool,
    ) -> Self {
        Self {
            transaction,
            cache,
            wrote_stacks,
        }
    }

    /// Commits the transaction.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }

    /// Returns the latest time at which a call was accepted.
    pub(crate) fn latest_time(&self) -> Result<Option<Time>, StoreError> {
        Ok(self.number("time")?.map(Time))
    }

    /// Stores the time at which a call was accepted.
    pub(crate) fn set_latest_time(&self, time: Time) -> Result<(), StoreError> {
        self.set_number("time", time.0)
    }

    /// Returns the next number of the sequence.
    pub(crate) fn next_sequence(&self) -> Result<i64, StoreError> {
        let next = self.number("sequence")?.unwrap_or(0) + 1;
        self.set_number("sequence", next)?;
        Ok(next)
    }

    /// Returns a region's stacks that are not deleted at `now`, oldest first.
    pub(crate) fn existing_stacks(
        &mut self,
        region: &str,
        now: Time,
    ) -> Result<Vec<Arc<Stack>>, StoreError> {
        let mut stacks = self.all_stacks(region)?;
        stacks.retain(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        Ok(stacks)
    }

    /// Returns a region's stacks including deleted ones, oldest first.
    pub(crate) fn all_stacks(&mut self, region: &str) -> Result<Vec<Arc<Stack>>, StoreError> {
        let version = self.number("version")?.unwrap_or(0);
        if let Some((cache, stacks)) = self.cache.regions.get(region)
            && *cache == version
        {
            return Ok(stacks.clone());
        }
        let query = "SELECT id, version FROM stack WHERE region = ?1 ORDER BY sequence";
        let stacks = self.stacks(query, params![region])?;
        self.cache
            .regions
            .insert(region.to_owned(), (version, stacks.clone()));
        Ok(stacks)
    }

    /// Returns the stack with an id, deleted or not.
    pub(crate) fn stack_by_id(&mut self, id: &str) -> Result<Option<Arc<Stack>>, StoreError> {
        let query = "SELECT id, version FROM stack WHERE id = ?1";
        Ok(self.stacks(query, params![id])?.pop())
    }

    /// Returns the stack with a name that is not deleted at `now`.
    pub(crate) fn stack_by_name(
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
            let cache = self
                .cache
                .stacks
                .get(&id)
                .filter(|(cache, _)| *cache == version);
            if let Some((_, stack)) = cache {
                stacks.push(Arc::clone(stack));
                continue;
            }
            let body: String = self
                .transaction
                .prepare_cached("SELECT body FROM stack WHERE id = ?1")?
                .query_row([&id], |row| row.get(0))?;
            let stack: Arc<Stack> = Arc::new(serde_json::from_str(&body)?);
            self.cache.stacks.insert(id, (version, Arc::clone(&stack)));
            stacks.push(stack);
        }
        Ok(stacks)
    }

    /// Returns the SSM parameters of a region that were put by hand, newest version first.
    pub(crate) fn ssm_parameters(&self, region: &str) -> Result<Vec<SsmParameter>, StoreError> {
        Ok(ssm_parameters::all(&self.transaction, region)?)
    }

    /// Writes a stack.
    pub(crate) fn put_stack(&mut self, stack: &Stack) -> Result<(), StoreError> {
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
        self.update_cache(stack, before);
        Ok(())
    }

    /// Updates the cache, so that the cost of a change does not grow with the number of stacks.
    fn update_cache(&mut self, stack: &Stack, before: i64) {
        let changed = Arc::new(stack.clone());
        let version = before + 1;
        for (region, (cache, stacks)) in &mut self.cache.regions {
            if *cache != before {
                continue;
            }
            *cache = version;
            if *region != stack.region {
                continue;
            }
            match stacks.iter_mut().rev().find(|other| other.id == stack.id) {
                Some(other) => *other = Arc::clone(&changed),
                None => stacks.push(Arc::clone(&changed)),
            }
        }
        self.cache
            .stacks
            .insert(stack.id.clone(), (version, changed));
    }

    /// Returns the change set with an id.
    pub(crate) fn change_set(&self, id: &str) -> Result<Option<ChangeSet>, StoreError> {
        Ok(self
            .rows("SELECT body FROM change_set WHERE id = ?1", params![id])?
            .pop())
    }

    /// Returns a stack's change sets, oldest first.
    pub(crate) fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSet>, StoreError> {
        let query = "SELECT body FROM change_set WHERE stack_id = ?1 ORDER BY rowid";
        self.rows(query, params![stack_id])
    }

    /// Writes a change set.
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

    /// Deletes a change set.
    pub(crate) fn delete_change_set(&self, id: &str) -> Result<(), StoreError> {
        self.transaction
            .execute("DELETE FROM change_set WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Returns the first use of a token in a region.
    pub(crate) fn token(&self, region: &str, token: &str) -> Result<Option<TokenUse>, StoreError> {
        let query =
            "SELECT action, digest, first, second FROM token WHERE region = ?1 AND token = ?2";
        let first_use = self.transaction.query_row(query, [region, token], |row| {
            let response = (row.get(2)?, row.get(3)?);
            Ok(TokenUse {
                action: row.get(0)?,
                digest: row.get(1)?,
                response,
            })
        });
        Ok(first_use.optional()?)
    }

    /// Stores the first use of a token.
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
                used.response.0,
                used.response.1
            ],
        )?;
        Ok(())
    }

    /// Adds an accepted call to the record.
    pub(crate) fn append_call(&self, call: &CallRecord) -> Result<(), StoreError> {
        self.append("INSERT INTO call (body) VALUES (?1)", call)
    }

    /// Returns the accepted calls, oldest first.
    pub(crate) fn calls(&self) -> Result<Vec<CallRecord>, StoreError> {
        self.rows("SELECT body FROM call ORDER BY sequence", params![])
    }

    /// Adds an injected fault.
    pub(crate) fn append_fault(&self, fault: &InjectedFault) -> Result<(), StoreError> {
        self.append("INSERT INTO failure (body) VALUES (?1)", fault)
    }

    /// Returns the injected faults in order.
    pub(crate) fn faults(&self) -> Result<Vec<InjectedFault>, StoreError> {
        self.rows("SELECT body FROM failure ORDER BY id", params![])
    }

    /// Removes all injected faults.
    pub(crate) fn clear_faults(&self) -> Result<(), StoreError> {
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
