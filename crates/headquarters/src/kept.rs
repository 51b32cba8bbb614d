//! The record's store, whichever it is.

use record::{Entry, Follower, Store, StoreError, StoredHead};
use std::ops::Range;

/// A store chosen when the house opens.
pub struct Kept(pub Box<dyn Store>);

impl Store for Kept {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        self.0.append(expected_size, entries, checkpoint)
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        self.0.read(range, visit)
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        self.0.head()
    }

    fn follow(&self) -> Follower {
        self.0.follow()
    }
}
