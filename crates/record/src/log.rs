//! The log: a store, the tree over it, and the key that signs it.
//!
//! The order of an append is what makes it trustworthy. The new root is computed and signed; entries
//! and checkpoint go to disk in one transaction; only then does the tree in memory grow and the
//! checkpoint leave the house. Whoever holds a checkpoint holds one that the disk has too.

use std::ops::Range;

use crate::checkpoint::{Checkpoint, CheckpointError, Head};
use crate::key::{SigningKey, VerifierKey};
use crate::leaf::{ACT_BYTES_MAX, Entry, Hash, Salt};
use crate::receipt::Receipt;
use crate::store::{Follower, Store, StoreError};
use crate::tree::{Frontier, OutsideTree, Tree};

/// A record that is open for acts. One per record and process.
#[derive(Debug)]
pub struct Log<S> {
    store: S,
    key: SigningKey,
    tree: Tree,
    checkpoint: Checkpoint,
}

/// A record that has been read from end to end and found whole.
#[derive(Clone, Debug)]
pub struct Audited {
    /// The tree over all its leaves.
    pub tree: Tree,
    /// The checkpoint that the tree was held against.
    pub checkpoint: Checkpoint,
    /// How many leaves have forgotten their content.
    pub forgotten: u64,
}

/// Why the log refused.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The last checkpoint is not one that the given key signed.
    #[error("the record's checkpoint does not hold: {0}; give the key of this record")]
    Checkpoint(#[from] CheckpointError),
    /// An act was changed where it is kept.
    #[error("act {index} was changed: it does not match its hash; restore a backup")]
    Changed {
        /// The first such act, counted from 0.
        index: u64,
    },
    /// Acts were cut off, or added past the signature.
    #[error(
        "the checkpoint covers {signed} acts and the record holds {found}: they part at act {index}; \
         restore a backup"
    )]
    Size {
        /// The size that was signed.
        signed: u64,
        /// The size that there is.
        found: u64,
        /// The first act that is missing or not covered, counted from 0.
        index: u64,
    },
    /// Every act matches its hash, and the hashes are not those that were signed.
    #[error(
        "the record does not match its checkpoint: among its {size} acts at least one was replaced \
         together with its hash; restore a backup"
    )]
    Root {
        /// How many acts there are.
        size: u64,
    },
    /// No act is that long.
    #[error("an act of {bytes} bytes is too long: the most is {ACT_BYTES_MAX}")]
    TooLong {
        /// The length of the act.
        bytes: usize,
    },
    /// There is nothing to give a receipt for.
    #[error("the content of act {index} has been forgotten: only its hash is left")]
    Forgotten {
        /// The act, counted from 0.
        index: u64,
    },
    /// A size or an index that the record does not have.
    #[error(transparent)]
    Outside(#[from] OutsideTree),
}

/// Reads a whole record, recomputes every hash and the root, and compares it with the checkpoint
/// that it holds, which `key` must have signed. Changes nothing.
///
/// # Errors
/// [`LogError`] names the first act that does not fit, where that can be known.
pub fn audit<S: Store + ?Sized>(store: &S, key: &VerifierKey) -> Result<Audited, LogError> {
    let stored = store.head()?;
    let checkpoint = Checkpoint::open(&stored.checkpoint, key)?;
    let mut tree = Tree::default();
    let mut first_changed = None;
    let mut forgotten = 0;
    store.read(0..stored.size, &mut |index, entry| {
        if first_changed.is_none() && !entry.is_sound() {
            first_changed = Some(index);
        }
        forgotten += u64::from(entry.content.is_none());
        tree.push(entry.hash);
    })?;
    if let Some(index) = first_changed {
        return Err(LogError::Changed { index });
    }
    let head = checkpoint.head();
    if tree.size() != head.size {
        let (signed, found) = (head.size, tree.size());
        return Err(LogError::Size { signed, found, index: signed.min(found) });
    }
    if tree.root() != head.root {
        return Err(LogError::Root { size: head.size });
    }
    Ok(Audited { tree, checkpoint, forgotten })
}

/// The checkpoint of a record without acts: every store is created with one.
#[must_use]
pub fn first_checkpoint(key: &SigningKey) -> Checkpoint {
    Checkpoint::sign(Head::empty(), key)
}

impl<S: Store> Log<S> {
    /// Opens the record that `store` keeps, after an [`audit`] of all of it.
    ///
    /// # Errors
    /// [`LogError`] if the record is not whole or `key` is not its key. Nothing is repaired.
    pub fn open(store: S, key: SigningKey) -> Result<Self, LogError> {
        let Audited { tree, checkpoint, .. } = audit(&store, key.verifier())?;
        Ok(Self { store, key, tree, checkpoint })
    }

    /// Records acts, each with its own fresh random salt, in this order: all of them or none,
    /// durable when this returns. An empty list changes nothing.
    ///
    /// # Errors
    /// [`LogError::TooLong`], or what the store says. After [`StoreError::CommitFailed`] and
    /// [`StoreError::Stopped`] the process must stop.
    ///
    /// # Panics
    /// If the tree in memory does not arrive at the root that was signed: then memory is faulty.
    pub fn append(&mut self, acts: Vec<(Salt, Vec<u8>)>) -> Result<Checkpoint, LogError> {
        if let Some((_, act)) = acts.iter().find(|(_, act)| act.len() > ACT_BYTES_MAX) {
            return Err(LogError::TooLong { bytes: act.len() });
        }
        if acts.is_empty() {
            return Ok(self.checkpoint.clone());
        }
        let entries: Vec<Entry> =
            acts.into_iter().map(|(salt, act)| Entry::new(salt, act)).collect();
        let mut frontier = Frontier::from(&self.tree);
        for entry in &entries {
            frontier.push(entry.hash);
        }
        let head = Head { size: frontier.size(), root: frontier.root() };
        let checkpoint = Checkpoint::sign(head, &self.key);
        self.store.append(self.tree.size(), &entries, checkpoint.text())?;
        for entry in &entries {
            self.tree.push(entry.hash);
        }
        // What was signed from the frontier, the tree must say too: else memory cannot be trusted.
        assert_eq!(self.tree.root(), head.root, "the tree and the signed root agree");
        self.checkpoint = checkpoint.clone();
        Ok(checkpoint)
    }

    /// The receipt of act `index` under the current checkpoint.
    ///
    /// # Errors
    /// [`LogError::Outside`] if there is no such act, [`LogError::Forgotten`] if its content is
    /// gone, [`LogError::Changed`] if it has been changed on disk since the record was opened.
    pub fn receipt(&self, index: u64) -> Result<Receipt, LogError> {
        let proof = self.tree.inclusion_proof(index, self.tree.size())?;
        let mut found = None;
        self.store.read(index..index + 1, &mut |_, entry| found = Some(entry))?;
        let entry = found.ok_or(LogError::Changed { index })?;
        if !entry.is_sound() || self.tree.leaf(index) != Some(entry.hash) {
            return Err(LogError::Changed { index });
        }
        let content = entry.content.ok_or(LogError::Forgotten { index })?;
        Ok(Receipt::new(content, index, proof, &self.checkpoint))
    }

    /// The current checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// How many acts there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The tree: leaves, roots at earlier sizes, proofs.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The public half of the key that signs this record.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    /// The proof that the record of `new` acts continues the record of `old` acts.
    ///
    /// # Errors
    /// [`LogError::Outside`] if the record is shorter than `new`, or `new` than `old`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
        Ok(self.tree.consistency_proof(old, new)?)
    }

    /// Visits the entries of `range` in order: see [`Store::read`].
    ///
    /// # Errors
    /// What the store says, possibly after some entries have been visited.
    pub fn read(
        &self,
        range: Range<u64>,
        visit: &mut dyn FnMut(u64, Entry),
    ) -> Result<(), LogError> {
        Ok(self.store.read(range, visit)?)
    }

    /// Closes the log and gives its store back.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// A handle by which other threads learn that the record has grown.
    pub fn follow(&self) -> Follower {
        self.store.follow()
    }
}
