//! Checking proofs, with nothing but hashes (RFC 9162 §2.1.3.2 and §2.1.4.2, whose tree is that of
//! RFC 6962). Sizes and indices may be any 64-bit number and proofs any list: what does not fit is
//! an error, never a panic, and the length of a proof is fixed by the sizes before a hash is spent.

use crate::leaf::{Hash, empty_root, node_hash};

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf's number is not among the tree's.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    LeafOutside {
        /// The leaf, counted from 0.
        index: u64,
        /// The leaves of the tree.
        size: u64,
    },
    /// A tree does not shrink.
    #[error("a tree does not shrink from {old} leaves to {new}")]
    Backwards {
        /// The size said to be older.
        old: u64,
        /// The size said to be newer.
        new: u64,
    },
    /// The sizes fix how many hashes the proof has, and it has another number.
    #[error("the proof has {found} hashes, and between these sizes it has {expected}")]
    Length {
        /// As many as there must be.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root of the tree")]
    Root,
    /// The hashes do not lead to the root of the older tree.
    #[error("the proof does not lead to the root of the older tree")]
    OldRoot,
}

fn expect_length(expected: u32, proof: &[Hash]) -> Result<(), ProofError> {
    let expected = expected as usize;
    if proof.len() == expected {
        Ok(())
    } else {
        Err(ProofError::Length { expected, found: proof.len() })
    }
}

/// Checks that `leaf` is leaf `index` of the tree of `size` leaves whose root is `root`.
///
/// # Errors
/// [`ProofError`] says what does not fit.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::LeafOutside { index, size });
    }
    // Below the level where the leaf's path meets the tree's right edge there is a sibling at every
    // level; above it, only where the path is a right child.
    let meets_edge = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let above = index.checked_shr(meets_edge).unwrap_or(0);
    expect_length(meets_edge + above.count_ones(), proof)?;
    let (below, edge) = proof.split_at(meets_edge as usize);
    let mut hash = *leaf;
    for (level, sibling) in below.iter().enumerate() {
        let is_right = (index >> level) & 1 == 1;
        hash = if is_right { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) };
    }
    for sibling in edge {
        hash = node_hash(sibling, &hash);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `old` leaves with root `old_root` is the beginning of the tree of `new`
/// leaves with root `new_root`.
///
/// # Errors
/// [`ProofError`] says what does not fit.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Backwards { old, new });
    }
    if new == 0 && *new_root != empty_root() {
        return Err(ProofError::Root);
    }
    if old == 0 || old == new {
        expect_length(0, proof)?;
        let expected = if old == 0 { empty_root() } else { *new_root };
        return if *old_root == expected { Ok(()) } else { Err(ProofError::OldRoot) };
    }
    // The old tree's last complete subtree: its level, and its number at that level. From its hash
    // the proof climbs, like an inclusion proof, to both roots at once.
    let level = old.trailing_zeros();
    let index = (old - 1) >> level;
    let last = (new - 1) >> level;
    let meets_edge = u64::BITS - (index ^ last).leading_zeros();
    let above = index.checked_shr(meets_edge).unwrap_or(0);
    let climb = meets_edge + above.count_ones();
    // The old tree as a whole is that subtree: the verifier has its hash already.
    let is_whole = old.is_power_of_two();
    expect_length(climb + u32::from(!is_whole), proof)?;
    let (start, path) = match proof.split_first() {
        Some((first, rest)) if !is_whole => (first, rest),
        _ => (old_root, proof),
    };
    let (below, edge) = path.split_at(meets_edge as usize);
    let (mut old_hash, mut new_hash) = (*start, *start);
    for (level, sibling) in below.iter().enumerate() {
        if (index >> level) & 1 == 1 {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
    }
    for sibling in edge {
        old_hash = node_hash(sibling, &old_hash);
        new_hash = node_hash(sibling, &new_hash);
    }
    match (old_hash == *old_root, new_hash == *new_root) {
        (true, true) => Ok(()),
        (false, _) => Err(ProofError::OldRoot),
        (true, false) => Err(ProofError::Root),
    }
}
