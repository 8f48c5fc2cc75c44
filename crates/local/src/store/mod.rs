//! The store: SQLite, shared by every process that opens the same folder.
//!
//! Calls are made inline: `spawn_blocking` would hold a paused clock. Each accepted call is one
//! transaction, so a killed process leaves nothing half done; write-ahead logging lets others read
//! meanwhile.

mod error;
mod ledger;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::StoreError;
use ledger::{Known, SCHEMA};
pub(crate) use ledger::{Ledger, TokenUse};

/// Where everything is kept.
#[derive(Debug)]
pub struct Store {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    known: Known,
}

impl Store {
    /// A store that goes with its last handle.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    /// The store in a folder, made when it is not there.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder)?;
        let connection = Connection::open(folder.join("cloud.sqlite"))?;
        connection.busy_timeout(Duration::from_secs(30))?;
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode != "wal" {
            connection.pragma_update(None, "journal_mode", "wal")?;
        }
        // A killed process loses nothing at this level; only a power failure could.
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
                known: Known::default(),
            }),
        })
    }

    /// Does something with the database in a transaction of its own, which ends well only if
    /// `work` does. For those who keep tables of their own beside CloudFormation's.
    pub fn with<T>(
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

    /// Empties every table.
    pub fn reset(&self) -> Result<(), StoreError> {
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
        self.lock().known = Known::default();
        Ok(())
    }

    /// Reads.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(TransactionBehavior::Deferred, work)
    }

    /// Changes; nothing is kept when `work` fails.
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
        let Inner { connection, known } = &mut *inner;
        let mut wrote_stacks = false;
        let done = within(connection, behavior, known, work, &mut wrote_stacks);
        if done.is_err() && wrote_stacks {
            // What is known holds what was taken back.
            *known = Known::default();
        }
        done
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic within a transaction rolled it back, so what is behind the lock is sound.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does something in a transaction, which is kept only when it ends well.
fn within<T, E: From<StoreError>>(
    connection: &mut Connection,
    behavior: TransactionBehavior,
    known: &mut Known,
    work: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>,
    wrote_stacks: &mut bool,
) -> Result<T, E> {
    let transaction = connection
        .transaction_with_behavior(behavior)
        .map_err(StoreError::from)?;
    let mut ledger = Ledger::new(transaction, known, wrote_stacks);
    let value = work(&mut ledger)?;
    ledger.commit()?;
    Ok(value)
}
