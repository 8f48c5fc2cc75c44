//! The store: an SQLite database, shared by all processes that open the same folder.
//!
//! SQLite is called inline, because `spawn_blocking` would hold a paused clock. Each accepted call is
//! one transaction, so a killed process leaves no partial change. Write-ahead logging lets other
//! processes read at the same time. The meaning of the content is not known here.

mod error;
mod ledger;
mod schema;
pub(crate) mod ssm_parameters;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::StoreError;
use ledger::StackCache;
pub(crate) use ledger::{Ledger, TokenUse};
use schema::SCHEMA;

/// The database of a cloud.
#[derive(Debug)]
pub(crate) struct Store {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    cache: StackCache,
}

impl Store {
    /// Opens a store in memory.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    /// Opens the store in a folder, and creates it if it does not exist.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let connection = Connection::open(folder.join("cloud.sqlite"))?;
        connection.busy_timeout(Duration::from_secs(30))?;
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode != "wal" {
            connection.pragma_update(None, "journal_mode", "wal")?;
        }
        // At this level only a power failure can lose a transaction, not a killed process.
        connection.pragma_update(None, "synchronous", "normal")?;
        Self::over(connection)
    }

    fn over(mut connection: Connection) -> Result<Self, StoreError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(SCHEMA)?;
        transaction.commit()?;
        Ok(Self {
            inner: Mutex::new(Inner {
                connection,
                cache: StackCache::default(),
            }),
        })
    }

    /// Runs `work` in a transaction of its own, and commits it if `work` succeeds. For the tables of
    /// services other than CloudFormation.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut inner = self.lock();
        let transaction = inner
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Deletes the content of all tables.
    pub(crate) fn reset(&self) -> Result<(), StoreError> {
        self.with(|transaction| {
            let mut statement = transaction.prepare(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )?;
            let tables: Vec<String> = statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for table in tables {
                transaction.execute(&format!("DELETE FROM \"{table}\""), [])?;
            }
            Ok(())
        })?;
        self.lock().cache = StackCache::default();
        Ok(())
    }

    /// Runs `work` in a read transaction.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(TransactionBehavior::Deferred, work)
    }

    /// Runs `work` in a write transaction, and commits it if `work` succeeds.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(TransactionBehavior::Immediate, work)
    }

    fn run<T, E: From<StoreError>>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.lock();
        let Inner { connection, cache } = &mut *inner;
        let mut wrote_stacks = false;
        let result = run_in_transaction(connection, behavior, cache, work, &mut wrote_stacks);
        if result.is_err() && wrote_stacks {
            // The cache holds stacks that were rolled back.
            *cache = StackCache::default();
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic within a transaction rolls it back, so the state is consistent.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs `work` in a transaction, and commits it if `work` succeeds.
fn run_in_transaction<T, E: From<StoreError>>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    cache: &mut StackCache,
    work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    wrote_stacks: &mut bool,
) -> Result<T, E> {
    let transaction = connection
        .transaction_with_behavior(behavior)
        .map_err(StoreError::from)?;
    let mut ledger = Ledger::new(transaction, cache, wrote_stacks);
    let value = work(&mut ledger)?;
    ledger.commit()?;
    Ok(value)
}
