//! The desk: what a house keeps beside its record, in the same database, and may forget: who is
//! signed in, what is still to be sent. Nothing on it is an act, and none of it is proved.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use crate::sqlite::{check_identity, connect, explain, make_durable};
use crate::store::StoreError;

const PUT: &str = "INSERT INTO desk (drawer, name, value) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (drawer, name) DO UPDATE SET value = excluded.value";
const REMOVE: &str = "DELETE FROM desk WHERE drawer = ?1 AND name = ?2";

/// A name and the value that lies under it.
pub type Lying = (Vec<u8>, Vec<u8>);

/// One change of several that are made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// A value is put into a drawer under a name, in the place of one of the same name.
    Put(&'static str, Vec<u8>, Vec<u8>),
    /// What lies in a drawer under a name is taken out, if it is there.
    Remove(&'static str, Vec<u8>),
}

/// A connection of its own to the database of a record that is open for writing. Each change is
/// durable when it returns.
#[derive(Debug)]
pub struct Desk {
    connection: Mutex<Connection>,
    directory: std::path::PathBuf,
}

impl Desk {
    /// The desk of the record in `directory`, which [`crate::SqliteStore::open`] must have opened: it
    /// holds the lock, and brings an older database up to date.
    ///
    /// # Errors
    /// [`StoreError`] says in one sentence what is in the way.
    pub fn open(directory: &Path) -> Result<Desk, StoreError> {
        let connection = connect(directory, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_identity(directory, &connection)?;
        make_durable(&connection).map_err(|error| explain(directory, &error))?;
        // What is taken away is written over, and not merely left behind.
        connection
            .pragma_update(None, "secure_delete", true)
            .map_err(|error| explain(directory, &error))?;
        Ok(Desk { connection: Mutex::new(connection), directory: directory.to_owned() })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no transaction behind: one that is dropped is undone.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn explained<T>(&self, outcome: rusqlite::Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| explain(&self.directory, &error))
    }

    /// All that lies in a drawer, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all(&self, drawer: &str) -> Result<Vec<Lying>, StoreError> {
        let connection = self.connection();
        let read = || {
            connection
                .prepare_cached("SELECT name, value FROM desk WHERE drawer = ?1 ORDER BY name")?
                .query_map([drawer], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        };
        self.explained(read())
    }

    /// Makes several changes as one: all of them are durable when this returns, or none is made.
    ///
    /// # Errors
    /// [`StoreError`]: then everything is as it was before.
    pub fn together(&self, moves: &[Move]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let mut change = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for change in moves {
                match change {
                    Move::Put(drawer, name, value) => {
                        transaction.prepare_cached(PUT)?.execute((drawer, name, value))?
                    }
                    Move::Remove(drawer, name) => {
                        transaction.prepare_cached(REMOVE)?.execute((drawer, name))?
                    }
                };
            }
            transaction.commit()
        };
        let changed = change();
        self.explained(changed)
    }

    /// What lies in a drawer under a name, if anything does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, drawer: &str, name: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self.connection();
        let found = connection
            .prepare_cached("SELECT value FROM desk WHERE drawer = ?1 AND name = ?2")
            .and_then(|mut statement| {
                statement.query_row((drawer, name), |row| row.get(0)).optional()
            });
        self.explained(found)
    }

    /// Puts a value into a drawer, in the place of one of the same name.
    ///
    /// # Errors
    /// [`StoreError`]: then what was there before is still there.
    pub fn put(&self, drawer: &str, name: &[u8], value: &[u8]) -> Result<(), StoreError> {
        let connection = self.connection();
        let put = connection
            .prepare_cached(PUT)
            .and_then(|mut statement| statement.execute((drawer, name, value)));
        self.explained(put).map(drop)
    }

    /// Takes a value out of a drawer, if it is there.
    ///
    /// # Errors
    /// [`StoreError`]: then it is still there.
    pub fn remove(&self, drawer: &str, name: &[u8]) -> Result<(), StoreError> {
        let connection = self.connection();
        let removed = connection
            .prepare_cached(REMOVE)
            .and_then(|mut statement| statement.execute((drawer, name)));
        self.explained(removed).map(drop)
    }

    /// Makes the database forget what was taken out of drawers: it is overwritten where it lay, and
    /// the journal that held older pages is emptied. Copies that the file system or the disk keeps by
    /// themselves are beyond this.
    ///
    /// # Errors
    /// [`StoreError`]: somebody reads the database just now, or it cannot be written.
    pub fn wipe(&self) -> Result<(), StoreError> {
        let connection = self.connection();
        let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0));
        match self.explained(busy)? {
            0_i64 => Ok(()),
            _ => self.explained(Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
                Some("its journal is being read, and is emptied later".to_owned()),
            ))),
        }
    }

    /// Takes values out of a drawer, all of them or none, and [wipes](Desk::wipe) what held them.
    ///
    /// # Errors
    /// [`StoreError`]: then their bytes may still be there.
    pub fn erase(&self, drawer: &'static str, names: &[Vec<u8>]) -> Result<(), StoreError> {
        let gone = names.iter().map(|name| Move::Remove(drawer, name.clone()));
        self.together(&gone.collect::<Vec<_>>())?;
        self.wipe()
    }
}
