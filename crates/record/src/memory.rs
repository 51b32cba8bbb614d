//! A store that forgets everything when it is dropped: for the demonstration, and for tests.

use std::ops::Range;

use crate::checkpoint::Checkpoint;
use crate::leaf::Entry;
use crate::store::{Follower, Store, StoreError, StoredHead};

/// Keeps the record in memory.
#[derive(Debug)]
pub struct MemoryStore {
    entries: Vec<Entry>,
    checkpoint: String,
    follower: Follower,
}

impl MemoryStore {
    /// A store without entries, under the checkpoint that says so.
    #[must_use]
    pub fn create(first: &Checkpoint) -> Self {
        Self {
            entries: Vec::new(),
            checkpoint: first.text().to_owned(),
            follower: Follower::new(0),
        }
    }

    fn size(&self) -> u64 {
        u64::try_from(self.entries.len()).expect("a length fits 64 bits")
    }
}

impl Store for MemoryStore {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        let found = self.size();
        if found != expected_size {
            return Err(StoreError::SizeDiffers { expected: expected_size, found });
        }
        self.entries.extend_from_slice(entries);
        checkpoint.clone_into(&mut self.checkpoint);
        self.follower.announce(self.size());
        Ok(())
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        for index in range.start..range.end.min(self.size()) {
            let place = usize::try_from(index).expect("less than the length of a vector");
            visit(index, self.entries[place].clone());
        }
        Ok(())
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        Ok(StoredHead { size: self.size(), checkpoint: self.checkpoint.clone() })
    }

    fn follow(&self) -> Follower {
        self.follower.clone()
    }
}
