//! The Merkle tree of RFC 6962 §2.1, append-only, in memory.
//!
//! [`Tree`] keeps the hash of every *complete* subtree (of 1, 2, 4 … leaves): 64 bytes a leaf, and
//! the root, an inclusion proof or a consistency proof at any size in O(log n). [`Frontier`] keeps
//! only the complete subtrees that no other contains, enough to go on appending and to know the
//! root: the log computes each new root with it before anything is written, and the tree must agree
//! afterwards.

use crate::leaf::{Hash, empty_root, node_hash};

/// The hash of every complete subtree: `levels[k][i]` is the root over the leaves
/// `i * 2^k .. (i + 1) * 2^k`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

/// The complete subtrees at the right edge, largest first: at most 64 hashes whatever the size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// A proof was asked of a tree that is too small to give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideTree {
    /// The size asked about is more than the tree has.
    #[error("the tree has {has} leaves, not {asked}")]
    Size {
        /// The size asked about.
        asked: u64,
        /// The leaves there are.
        has: u64,
    },
    /// The leaf asked about is not among the first `size`.
    #[error("there is no leaf {index} among the first {size}")]
    Leaf {
        /// The leaf asked about, counted from 0.
        index: u64,
        /// The size of the tree it should be in.
        size: u64,
    },
    /// A consistency proof leads from the older, smaller size to the newer.
    #[error("no tree grows from {old} leaves to {new}")]
    Backwards {
        /// The size said to be older.
        old: u64,
        /// The size said to be newer.
        new: u64,
    },
}

/// A leaf's number as a place in a vector of this process.
fn place(index: u64) -> usize {
    usize::try_from(index).expect("a leaf held in memory has an index that fits a usize")
}

fn count(length: usize) -> u64 {
    u64::try_from(length).expect("a length fits 64 bits on every machine Rust runs on")
}

/// The largest power of two less than `width`: where RFC 6962 splits a tree of `width` > 1 leaves.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

impl Tree {
    /// An empty tree with room for `leaves`, so that opening a long record copies nothing.
    #[must_use]
    pub fn with_capacity(leaves: u64) -> Self {
        let mut levels = Vec::new();
        let mut width = leaves;
        while width > 0 {
            levels.push(Vec::with_capacity(place(width)));
            width >>= 1;
        }
        Self { levels }
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| count(leaves.len()))
    }

    /// The hash of leaf `index`, if there is such a leaf.
    #[must_use]
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        let leaves = self.levels.first()?;
        leaves.get(usize::try_from(index).ok()?).copied()
    }

    /// Adds one leaf at the end, and the hash of each subtree that it completes.
    pub fn push(&mut self, leaf: Hash) {
        let mut complete = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(complete);
            if row.len() % 2 == 1 {
                break;
            }
            complete = node_hash(&row[row.len() - 2], &row[row.len() - 1]);
        }
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_of(0, self.size())
    }

    /// The root over the first `size` leaves.
    ///
    /// # Errors
    /// [`OutsideTree::Size`] if there are fewer.
    pub fn root_at(&self, size: u64) -> Result<Hash, OutsideTree> {
        self.has(size)?;
        Ok(self.root_of(0, size))
    }

    /// The hashes that lead from leaf `index` to the root over the first `size` leaves, the leaf's
    /// sibling first (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// [`OutsideTree`] if the tree is smaller than `size`, or `size` than `index`.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, OutsideTree> {
        self.has(size)?;
        if index >= size {
            return Err(OutsideTree::Leaf { index, size });
        }
        let mut proof = Vec::new();
        let (mut from, mut until) = (0, size);
        while until - from > 1 {
            let middle = from + split(until - from);
            if index < middle {
                proof.push(self.root_of(middle, until));
                until = middle;
            } else {
                proof.push(self.root_of(from, middle));
                from = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The hashes that show the first `old` leaves to be the beginning of the first `new`
    /// (RFC 6962 §2.1.2). Empty if `old` is 0 or equal to `new`.
    ///
    /// # Errors
    /// [`OutsideTree`] if the tree is smaller than `new`, or `new` than `old`.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, OutsideTree> {
        self.has(new)?;
        if old > new {
            return Err(OutsideTree::Backwards { old, new });
        }
        let mut proof = Vec::new();
        if old == 0 {
            return Ok(proof);
        }
        let (mut from, mut until) = (0, new);
        while old != until {
            let middle = from + split(until - from);
            if old <= middle {
                proof.push(self.root_of(middle, until));
                until = middle;
            } else {
                proof.push(self.root_of(from, middle));
                from = middle;
            }
        }
        // The verifier already holds the old root: it is left out where it would come first.
        if from > 0 {
            proof.push(self.root_of(from, until));
        }
        proof.reverse();
        Ok(proof)
    }

    fn has(&self, asked: u64) -> Result<(), OutsideTree> {
        let has = self.size();
        if asked > has { Err(OutsideTree::Size { asked, has }) } else { Ok(()) }
    }

    /// The root over the leaves `from..until`, where `from` is a multiple of a power of two that is
    /// not less than `until - from`: so every split of it is complete on the left.
    fn root_of(&self, from: u64, until: u64) -> Hash {
        let mut frontier = Vec::new();
        let (mut from, mut rest) = (from, until - from);
        while rest > 0 {
            let level = rest.ilog2();
            frontier.push(self.levels[level as usize][place(from >> level)]);
            from += 1 << level;
            rest -= 1 << level;
        }
        fold_peaks(&frontier)
    }
}

/// The root over complete subtrees, largest first.
fn fold_peaks(peaks: &[Hash]) -> Hash {
    let mut from_the_right = peaks.iter().rev();
    match from_the_right.next() {
        None => empty_root(),
        Some(last) => from_the_right.fold(*last, |right, left| node_hash(left, &right)),
    }
}

impl Frontier {
    /// How many leaves have been added.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf at the end.
    pub fn push(&mut self, leaf: Hash) {
        let mut complete = leaf;
        // Each trailing one-bit of the size is a peak that this leaf's subtree joins.
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("one peak for each one-bit of the size");
            complete = node_hash(&left, &complete);
        }
        self.peaks.push(complete);
        self.size += 1;
    }

    /// The root over all leaves added.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold_peaks(&self.peaks)
    }
}

impl From<&Tree> for Frontier {
    fn from(tree: &Tree) -> Self {
        let size = tree.size();
        let mut peaks = Vec::new();
        let mut from = 0;
        for level in (0..tree.levels.len()).rev() {
            if (size >> level) & 1 == 1 {
                peaks.push(tree.levels[level][place(from >> level)]);
                from += 1 << level;
            }
        }
        Self { size, peaks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(number: u64) -> Hash {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Hash(bytes)
    }

    #[test]
    fn the_frontier_and_the_tree_agree_at_every_size() {
        let mut tree = Tree::default();
        let mut frontier = Frontier::default();
        for number in 0..600 {
            assert_eq!(frontier.root(), tree.root(), "{number} leaves");
            assert_eq!(Frontier::from(&tree), frontier, "{number} leaves");
            tree.push(leaf(number));
            frontier.push(leaf(number));
        }
        assert_eq!(frontier.size(), 600);
    }

    #[test]
    fn a_tree_remembers_the_root_it_had_at_every_size() {
        let mut tree = Tree::with_capacity(200);
        let mut roots = vec![tree.root()];
        for number in 0..200 {
            tree.push(leaf(number));
            roots.push(tree.root());
        }
        for (size, root) in (0..).zip(&roots) {
            assert_eq!(tree.root_at(size).as_ref(), Ok(root), "size {size}");
        }
    }

    #[test]
    fn a_tree_keeps_at_most_two_hashes_a_leaf() {
        let mut tree = Tree::default();
        for number in 0..1000 {
            tree.push(leaf(number));
        }
        let hashes: usize = tree.levels.iter().map(Vec::len).sum();
        assert!(hashes <= 2000, "{hashes}");
    }

    #[test]
    fn what_the_tree_does_not_have_is_refused() {
        let mut tree = Tree::default();
        for number in 0..5 {
            tree.push(leaf(number));
        }
        assert_eq!(tree.leaf(5), None);
        assert_eq!(tree.leaf(u64::MAX), None);
        assert_eq!(tree.root_at(6), Err(OutsideTree::Size { asked: 6, has: 5 }));
        assert_eq!(tree.inclusion_proof(5, 5), Err(OutsideTree::Leaf { index: 5, size: 5 }));
        assert_eq!(tree.inclusion_proof(0, 0), Err(OutsideTree::Leaf { index: 0, size: 0 }));
        assert_eq!(
            tree.inclusion_proof(0, u64::MAX),
            Err(OutsideTree::Size { asked: u64::MAX, has: 5 })
        );
        assert_eq!(tree.consistency_proof(4, 3), Err(OutsideTree::Backwards { old: 4, new: 3 }));
    }
}
