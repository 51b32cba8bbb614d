//! The record in one SQLite file: the embedded default.
//!
//! A record is a directory with `record.sqlite` (and SQLite's own `-wal` and `-shm` beside it while
//! it is in use) and `record.lock`. Journal WAL, `synchronous=FULL`: a commit returns when the log
//! of the transaction has been fsynced. Both are set and read back at every opening.
//!
//! One process writes at a time: it holds an advisory lock on `record.lock`, which the system drops
//! with the process however that ends, so there is no stale lock to clean up. Readers take no lock
//! and see whole batches only.

use std::fs::{self, File, TryLockError};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::checkpoint::Checkpoint;
use crate::leaf::{Content, Entry, Hash, Salt};
use crate::store::{Follower, Store, StoreError, StoredHead};

/// `Ente` in ASCII, at byte 68 of the file: whose database this is.
const APPLICATION_ID: i64 = 0x456e_7465;
/// The version of the tables below.
const SCHEMA_VERSION: i64 = 2;

/// What lies beside the record, and is no part of it: see [`crate::Desk`]. Version 1 had none.
const DESK: &str = "CREATE TABLE desk (drawer TEXT NOT NULL, name BLOB NOT NULL, \
                    value BLOB NOT NULL, PRIMARY KEY (drawer, name)) STRICT, WITHOUT ROWID";

/// Everything in the database. Opening compares it to the letter: a trigger that somebody added
/// would run inside our transactions.
const SCHEMA: [(&str, &str); 3] = [
    ("desk", DESK),
    (
        "head",
        "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), checkpoint TEXT NOT NULL) \
         STRICT",
    ),
    (
        "leaf",
        "CREATE TABLE leaf (leaf_index INTEGER PRIMARY KEY, hash BLOB NOT NULL, salt BLOB, \
         act BLOB, CHECK (leaf_index >= 0), CHECK ((salt IS NULL) = (act IS NULL))) STRICT",
    ),
];

/// Keeps the record in a directory, through SQLite.
#[derive(Debug)]
pub struct SqliteStore {
    // Before the lock: the database closes while it is still ours.
    connection: Connection,
    /// Held as long as this process may write; `None` when opened for reading.
    lock: Option<File>,
    directory: PathBuf,
    stopped: bool,
    follower: Follower,
}

impl SqliteStore {
    /// Makes `directory` if need be (readable by its owner only) and in it a record without
    /// entries, under the checkpoint that says so; open for writing.
    ///
    /// # Errors
    /// [`StoreError`]: a record that is there is never overwritten.
    pub fn create(directory: &Path, first: &Checkpoint) -> Result<Self, StoreError> {
        make_directory(directory).map_err(|error| not_writable(directory, &error))?;
        let lock = lock(directory)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut connection = connect(directory, flags)?;
        match check_identity(directory, &connection) {
            Err(StoreError::Unfinished { .. }) => {}
            Ok(_) | Err(StoreError::Newer { .. }) => {
                return Err(StoreError::AlreadyThere { directory: directory.to_owned() });
            }
            Err(error) => return Err(error),
        }
        let failed = |error| explain(directory, &error);
        make_durable(&connection).map_err(failed)?;
        write_schema(&mut connection, first.text()).map_err(failed)?;
        // SQLite syncs the file; its name in the directory is ours to sync.
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|error| not_writable(directory, &error))?;
        Self::checked(directory, connection, Some(lock))
    }

    /// Opens the record in `directory` for writing. No other process can until this one ends or
    /// drops the store.
    ///
    /// # Errors
    /// [`StoreError`] says in one sentence what is in the way.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        exists(directory)?;
        let lock = lock(directory)?;
        let mut connection = connect(directory, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let version = check_identity(directory, &connection)?;
        check_schema(directory, &connection, version)?;
        let prepared = make_durable(&connection)
            .and_then(|()| if version == 1 { add_desk(&mut connection) } else { Ok(()) });
        prepared.map_err(|error| explain(directory, &error))?;
        Self::checked(directory, connection, Some(lock))
    }

    /// Opens the record in `directory` for reading, beside whoever writes. Its follower learns
    /// nothing: ask [`Store::head`].
    ///
    /// # Errors
    /// [`StoreError`] says in one sentence what is in the way.
    pub fn open_read_only(directory: &Path) -> Result<Self, StoreError> {
        exists(directory)?;
        let connection = connect(directory, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Self::checked(directory, connection, None)
    }

    fn checked(
        directory: &Path,
        connection: Connection,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        let version = check_identity(directory, &connection)?;
        check_schema(directory, &connection, version)?;
        let size = size(&connection).map_err(|error| explain(directory, &error))?;
        let follower = Follower::new(size);
        Ok(Self { connection, lock, directory: directory.to_owned(), stopped: false, follower })
    }

    fn damaged(&self, reason: String) -> StoreError {
        StoreError::Damaged { directory: self.directory.clone(), reason }
    }
}

impl Store for SqliteStore {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::ReadOnly);
        }
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let directory = &self.directory;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| explain(directory, &error))?;
        let written = size(&transaction).and_then(|found| {
            if found == expected_size {
                insert(&transaction, expected_size, entries, checkpoint)?;
            }
            Ok(found)
        });
        match written {
            Ok(found) if found == expected_size => {}
            Ok(found) => {
                return Err(StoreError::SizeDiffers { expected: expected_size, found });
            }
            Err(error) => {
                let is_undone = transaction.finish().is_ok();
                self.stopped = !is_undone || is_disk_in_doubt(&error);
                return Err(explain(directory, &error));
            }
        }
        if let Err(error) = transaction.commit() {
            self.stopped = true;
            return Err(StoreError::CommitFailed(error.to_string()));
        }
        self.follower.announce(expected_size + count(entries));
        Ok(())
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        let failed = |error| explain(&self.directory, &error);
        let end = range.end.min(size(&self.connection).map_err(failed)?);
        let mut expected = range.start;
        if expected >= end {
            return Ok(());
        }
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT leaf_index, hash, salt, act FROM leaf \
                 WHERE leaf_index >= ?1 AND leaf_index < ?2 ORDER BY leaf_index",
            )
            .map_err(failed)?;
        let mut rows = statement.query((number(expected), number(end))).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            if row.get::<_, i64>(0).map_err(failed)? != number(expected) {
                return Err(self.damaged(format!("entry {expected} is missing")));
            }
            let entry = read_entry(row).map_err(|error| {
                self.damaged(format!("entry {expected} cannot be read: {error}"))
            })?;
            visit(expected, entry);
            expected += 1;
        }
        if expected < end {
            return Err(self.damaged(format!("entry {expected} is missing")));
        }
        Ok(())
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        // One statement, so that a reader beside a writer gets two halves of one state.
        self.connection
            .prepare_cached(
                "SELECT checkpoint, (SELECT coalesce(max(leaf_index) + 1, 0) FROM leaf) FROM head",
            )
            .and_then(|mut statement| {
                statement.query_row([], |row| {
                    Ok(StoredHead { checkpoint: row.get(0)?, size: natural(row, 1)? })
                })
            })
            .map_err(|error| explain(&self.directory, &error))
    }

    fn follow(&self) -> Follower {
        self.follower.clone()
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join("record.sqlite")
}

/// SQLite's integers are signed: 2^63 entries are more than any disk holds.
fn number(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn count(entries: &[Entry]) -> u64 {
    u64::try_from(entries.len()).expect("a length fits 64 bits")
}

fn exists(directory: &Path) -> Result<(), StoreError> {
    match file(directory).try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::NoRecord { directory: directory.to_owned() }),
        Err(error) => Err(not_writable(directory, &error)),
    }
}

fn make_directory(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn lock(directory: &Path) -> Result<File, StoreError> {
    let lock = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.join("record.lock"))
        .map_err(|error| not_writable(directory, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { directory: directory.to_owned() }),
        Err(TryLockError::Error(error)) => Err(not_writable(directory, &error)),
    }
}

pub(crate) fn connect(directory: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file(directory), flags)?;
        // A reader may meet the moment in which the writer starts or ends.
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        Ok(connection)
    };
    open().map_err(|error| explain(directory, &error))
}

/// Says whose file it is before anything is written to it, and gives the version of its tables.
pub(crate) fn check_identity(directory: &Path, connection: &Connection) -> Result<i64, StoreError> {
    let read = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let identity = read("application_id").and_then(|id| Ok((id, read("user_version")?)));
    match identity.map_err(|error| explain(directory, &error))? {
        (APPLICATION_ID, found @ 1..=SCHEMA_VERSION) => Ok(found),
        (APPLICATION_ID, found) if found > SCHEMA_VERSION => {
            Err(StoreError::Newer { directory: directory.to_owned(), found, known: SCHEMA_VERSION })
        }
        (0, 0) if tables(connection).is_ok_and(|tables| tables.is_empty()) => {
            Err(StoreError::Unfinished { directory: directory.to_owned() })
        }
        _ => Err(not_ours(directory, "it belongs to another program".to_owned())),
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn check_schema(directory: &Path, connection: &Connection, version: i64) -> Result<(), StoreError> {
    let expected = if version == 1 { &SCHEMA[1..] } else { &SCHEMA[..] };
    let found = tables(connection).map_err(|error| explain(directory, &error))?;
    let found = found.iter().map(|(name, sql)| (name.as_str(), sql.as_deref().unwrap_or("")));
    if found.eq(expected.iter().copied()) {
        Ok(())
    } else {
        Err(not_ours(directory, "its tables are not those of a record".to_owned()))
    }
}

/// Sets what durability rests on, and reads it back.
pub(crate) fn make_durable(connection: &Connection) -> rusqlite::Result<()> {
    let set = |pragma: &str, value: &str, expected: &str| {
        connection.pragma_update(None, pragma, value)?;
        let found = connection.pragma_query_value(None, pragma, |row| {
            row.get_ref(0).map(|value| match value {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or("").to_owned(),
            })
        })?;
        if found == expected {
            return Ok(());
        }
        let refused = format!("the database stays at {pragma}={found} instead of {value}");
        Err(rusqlite::Error::ToSqlConversionFailure(refused.into()))
    };
    set("journal_mode", "wal", "wal")?;
    set("synchronous", "full", "2")?;
    // On macOS a plain fsync leaves data in the drive's cache. Elsewhere these change nothing.
    set("fullfsync", "on", "1")?;
    set("checkpoint_fullfsync", "on", "1")
}

fn write_schema(connection: &mut Connection, checkpoint: &str) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (_, sql) in SCHEMA {
        transaction.execute_batch(sql)?;
    }
    transaction.execute("INSERT INTO head (one, checkpoint) VALUES (1, ?1)", [checkpoint])?;
    // In the same transaction: a file that carries our mark is a whole record.
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}

/// Brings a database of version 1 up to date: all or nothing.
fn add_desk(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(DESK)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}

fn size(connection: &Connection) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT coalesce(max(leaf_index) + 1, 0) FROM leaf")?
        .query_row([], |row| natural(row, 0))
}

fn natural(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

fn insert(
    connection: &Connection,
    first: u64,
    entries: &[Entry],
    checkpoint: &str,
) -> rusqlite::Result<()> {
    let mut statement = connection
        .prepare_cached("INSERT INTO leaf (leaf_index, hash, salt, act) VALUES (?1, ?2, ?3, ?4)")?;
    for (index, entry) in (first..).zip(entries) {
        let salt = entry.content.as_ref().map(|content| &content.salt.0[..]);
        let act = entry.content.as_ref().map(|content| &content.bytes[..]);
        statement.execute((number(index), &entry.hash.0[..], salt, act))?;
    }
    connection.prepare_cached("UPDATE head SET checkpoint = ?1")?.execute([checkpoint])?;
    Ok(())
}

fn read_entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let hash = Hash(row.get(1)?);
    let salt: Option<[u8; 32]> = row.get(2)?;
    let act: Option<Vec<u8>> = row.get(3)?;
    match (salt, act) {
        (Some(salt), Some(bytes)) => {
            Ok(Entry { hash, content: Some(Content { salt: Salt(salt), bytes }) })
        }
        (None, None) => Ok(Entry { hash, content: None }),
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

/// Whether an error, though the transaction was undone, leaves it open what the disk now holds.
fn is_disk_in_doubt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

fn not_writable(directory: &Path, error: &std::io::Error) -> StoreError {
    StoreError::NotWritable { directory: directory.to_owned(), reason: error.to_string() }
}

fn not_ours(directory: &Path, reason: String) -> StoreError {
    StoreError::NotOurs { file: file(directory), reason }
}

/// SQLite's codes in our sentences.
pub(crate) fn explain(directory: &Path, error: &rusqlite::Error) -> StoreError {
    let directory = directory.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::NotADatabase) => {
            not_ours(&directory, "it is not an SQLite database".to_owned())
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { directory, reason: error.to_string() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::InUse { directory }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::NotWritable { directory, reason: error.to_string() }
        }
        Some(_) => StoreError::Failed(error.to_string()),
        // A value that is not of its column's type, or a head without its row.
        None => StoreError::Damaged { directory, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
