//! The contract between the log and whatever keeps it: three verbs.
//!
//! A store keeps a list of entries, numbered from 0 without gaps, and the text of one checkpoint. It
//! judges neither: the log does, when it opens. What a store promises:
//!
//! 1. **Append** takes place only if the store has exactly `expected_size` entries (compare-and-swap
//!    at the head). All entries and the checkpoint are there afterwards, or nothing has changed.
//! 2. When `append` returns `Ok`, a store on disk has the batch on the disk, not merely on its way.
//! 3. An entry that was appended is read back the same, byte for byte, for ever.
//! 4. **Read** gives the entries of a range in order, each once. It gives an error rather than fewer
//!    entries than there are, and an empty range where there are none.
//! 5. **Follow** tells every waiting thread of the same process when an append has succeeded, and
//!    never before.
//! 6. After an append that may or may not have reached the disk the store *stops*: every further
//!    append is refused, because guessing which it was could sign two histories. The process has
//!    to end; opening again shows what was kept.
//!
//! `tests/store_contract.rs` holds every store to it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::leaf::Entry;

/// How far a store has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHead {
    /// How many entries it has.
    pub size: u64,
    /// The text of the checkpoint that came with the last append.
    pub checkpoint: String,
}

/// Keeps entries and the latest checkpoint. The contract is at the head of this module.
pub trait Store: Send {
    /// Adds `entries` after the `expected_size` that are there, and replaces the checkpoint, at once
    /// and durably. `entries` may be empty: then only the checkpoint changes.
    ///
    /// # Errors
    /// [`StoreError`]; nothing has changed, except after [`StoreError::CommitFailed`], when nobody
    /// can tell.
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError>;

    /// Visits the entries of `range`, as far as it lies within the store, in order and one at a
    /// time: a record need not fit in memory.
    ///
    /// # Errors
    /// [`StoreError`], possibly after some entries have been visited.
    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError>;

    /// The size, and the checkpoint that came with it.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be read.
    fn head(&self) -> Result<StoredHead, StoreError>;

    /// A handle by which other threads learn that the store has grown.
    fn follow(&self) -> Follower;
}

/// A house that chooses its store when it starts keeps a `Log<Box<dyn Store>>`.
impl<S: Store + ?Sized> Store for Box<S> {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        (**self).append(expected_size, entries, checkpoint)
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        (**self).read(range, visit)
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        (**self).head()
    }

    fn follow(&self) -> Follower {
        (**self).follow()
    }
}

/// Waits for a store to grow. Clone it freely; it does not keep the store open.
#[derive(Clone, Debug)]
pub struct Follower {
    growth: Arc<Growth>,
}

#[derive(Debug)]
struct Growth {
    size: Mutex<u64>,
    grew: Condvar,
}

impl Follower {
    /// A follower of a store that has `size` entries.
    pub(crate) fn new(size: u64) -> Self {
        Self { growth: Arc::new(Growth { size: Mutex::new(size), grew: Condvar::new() }) }
    }

    /// Wakes everyone who waits for fewer than `size` entries.
    pub(crate) fn announce(&self, size: u64) {
        // A number cannot be left half written by a thread that panicked.
        *self.growth.size.lock().unwrap_or_else(PoisonError::into_inner) = size;
        self.growth.grew.notify_all();
    }

    /// How many entries there are as far as this process knows.
    #[must_use]
    pub fn size(&self) -> u64 {
        *self.growth.size.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks until there are more than `after` entries, for at most `patience`, and returns how
    /// many there are. If that is not more than `after`, patience has run out.
    #[must_use]
    pub fn wait(&self, after: u64, patience: Duration) -> u64 {
        let size = self.growth.size.lock().unwrap_or_else(PoisonError::into_inner);
        let (size, _) = self
            .growth
            .grew
            .wait_timeout_while(size, patience, |size| *size <= after)
            .unwrap_or_else(PoisonError::into_inner);
        *size
    }
}

/// Why a store did not do what it was asked. Each is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The compare-and-swap failed: somebody else appended first.
    #[error("the record has {found} acts, not {expected}: something was appended in between")]
    SizeDiffers {
        /// The size that the caller expected.
        expected: u64,
        /// The size that there is.
        found: u64,
    },
    /// Nothing is there.
    #[error("there is no record in {directory}: create one first, or name the right directory")]
    NoRecord {
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The creation of a record was cut short: it never held an act.
    #[error("the record in {directory} was never finished being created: create it again")]
    Unfinished {
        /// Where it is.
        directory: PathBuf,
    },
    /// A record is never overwritten.
    #[error("there is already a record in {directory}: choose another directory")]
    AlreadyThere {
        /// Where it is.
        directory: PathBuf,
    },
    /// Some other program's file, or a file changed beyond recognition.
    #[error("{file} is not a record: {reason}; choose another directory, or restore a backup")]
    NotOurs {
        /// The file.
        file: PathBuf,
        /// What gives it away.
        reason: String,
    },
    /// A later program wrote it.
    #[error(
        "the record in {directory} has version {found}, and this program reads version {known}: \
         use the newer program"
    )]
    Newer {
        /// Where it is.
        directory: PathBuf,
        /// The version of the record.
        found: i64,
        /// The version of this program.
        known: i64,
    },
    /// One process at a time may write.
    #[error("the record in {directory} is in use by another process: stop that one first")]
    InUse {
        /// Where it is.
        directory: PathBuf,
    },
    /// Files cannot be made or written.
    #[error("the record in {directory} cannot be written: {reason}")]
    NotWritable {
        /// Where it is.
        directory: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Opened for reading.
    #[error("the record was opened for reading only: it takes no acts")]
    ReadOnly,
    /// What is on disk is not what was written.
    #[error("the record in {directory} is damaged: {reason}; restore a backup")]
    Damaged {
        /// Where it is.
        directory: PathBuf,
        /// What is wrong, and at which entry where that is known.
        reason: String,
    },
    /// No room. Nothing was written.
    #[error("the disk that holds the record is full: nothing was written; make room and try again")]
    Full,
    /// A failure before anything was committed. Nothing was written.
    #[error("the record could not be read or written: {0}")]
    Failed(String),
    /// The commit itself failed: whether the batch is on the disk is not known.
    #[error(
        "the record could not make its last acts durable ({0}): whether they were kept shows when \
         the record is opened again; the process must stop"
    )]
    CommitFailed(String),
    /// An earlier append failed in a way that leaves the disk in doubt.
    #[error("the record takes no acts after a failed write: the process must stop")]
    Stopped,
}
