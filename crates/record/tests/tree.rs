//! The tree against the published vectors of Certificate Transparency, against another
//! implementation at every size to 300, and against hostile proofs.

mod common;

use common::{act, salt};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use proptest::prelude::*;
use record::{
    Hash, ProofError, Tree, empty_root, leaf_hash, node_hash, verify_consistency, verify_inclusion,
};
use sha2::{Digest, Sha256};

/// The leaf inputs used by the reference tests of Certificate Transparency.
const INPUTS: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
/// The roots over the first 1, 2 … 8 of them.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hex digits");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn hash(text: &str) -> Hash {
    Hash(hex(text).try_into().expect("32 bytes"))
}

fn reference_tree() -> Tree {
    let mut tree = Tree::default();
    for input in INPUTS {
        let leaf: [u8; 32] = Sha256::digest([vec![0], hex(input)].concat()).into();
        tree.push(Hash(leaf));
    }
    tree
}

/// A tree over the salted acts `0..size`.
fn tree(size: u64) -> Tree {
    let mut tree = Tree::default();
    for number in 0..size {
        tree.push(leaf_hash(&salt(number), &act(number)));
    }
    tree
}

/// The other implementation's leaf input, so that its leaf is ours: salt, then act.
fn salted(number: u64) -> Vec<u8> {
    [salt(number).0.to_vec(), act(number)].concat()
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks().0.iter().map(|hash| Hash(*hash)).collect()
}

#[test]
fn roots_are_those_of_the_reference_tests() {
    let tree = reference_tree();
    for (size, root) in (1..).zip(ROOTS) {
        assert_eq!(tree.root_at(size), Ok(hash(root)), "size {size}");
    }
    assert_eq!(
        tree.root_at(0),
        Ok(hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
    );
}

#[test]
fn proofs_are_those_of_the_reference_tests() {
    let tree = reference_tree();
    let expected = [
        hash("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        hash("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
    ];
    assert_eq!(tree.inclusion_proof(0, 8).as_deref(), Ok(&expected[..]));
    assert_eq!(tree.consistency_proof(1, 8).as_deref(), Ok(&expected[..]));
    let expected = [
        hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    ];
    assert_eq!(tree.consistency_proof(2, 5).as_deref(), Ok(&expected[..]));
    assert_eq!(tree.inclusion_proof(0, 1), Ok(vec![]));
    assert_eq!(tree.inclusion_proof(4, 5), Ok(vec![hash(ROOTS[3])]));
}

/// Section 2.1.3 of RFC 6962 draws a tree of seven leaves and lists its proofs by name.
#[test]
fn the_tree_of_seven_leaves_in_the_rfc_has_the_proofs_listed_there() {
    let tree = reference_tree();
    let leaf = |index| tree.leaf(index).expect("a leaf of the tree");
    let d: Vec<Hash> = (0..7).map(leaf).collect();
    // The pairs of leaves, then the pairs of pairs; the seventh leaf stands alone.
    let pairs = [node_hash(&d[0], &d[1]), node_hash(&d[2], &d[3]), node_hash(&d[4], &d[5])];
    let halves = [node_hash(&pairs[0], &pairs[1]), node_hash(&pairs[2], &d[6])];
    assert_eq!(tree.root_at(7), Ok(node_hash(&halves[0], &halves[1])));
    assert_eq!(tree.inclusion_proof(0, 7), Ok(vec![d[1], pairs[1], halves[1]]));
    assert_eq!(tree.inclusion_proof(3, 7), Ok(vec![d[2], pairs[0], halves[1]]));
    assert_eq!(tree.inclusion_proof(4, 7), Ok(vec![d[5], d[6], halves[0]]));
    assert_eq!(tree.inclusion_proof(6, 7), Ok(vec![pairs[2], halves[0]]));
    assert_eq!(tree.consistency_proof(3, 7), Ok(vec![d[2], d[3], pairs[0], halves[1]]));
    assert_eq!(tree.consistency_proof(4, 7), Ok(vec![halves[1]]));
    assert_eq!(tree.consistency_proof(6, 7), Ok(vec![pairs[2], d[6], halves[0]]));
}

#[test]
fn inclusion_proofs_agree_with_another_implementation_at_every_size_to_300() {
    let ours = tree(300);
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 1..=300 {
        theirs.push(salted(size - 1));
        let their_root = theirs.root();
        let root = ours.root_at(size).expect("size to 300");
        assert_eq!(root.0, <[u8; 32]>::from(*their_root.as_bytes()), "size {size}");
        for index in 0..size {
            let place = usize::try_from(index).expect("small");
            let proof = ours.inclusion_proof(index, size).expect("index below size");
            let their_proof = theirs.prove_inclusion(place);
            assert_eq!(bytes(&proof), their_proof.as_bytes(), "leaf {index} of {size}");
            let leaf = ours.leaf(index).expect("index below size");
            let received = hashes(their_proof.as_bytes());
            assert_eq!(verify_inclusion(&leaf, index, size, &received, &root), Ok(()));
            let sent = InclusionProof::from_bytes(bytes(&proof));
            assert!(their_root.verify_inclusion(&salted(index), index, &sent).is_ok());
        }
    }
}

#[test]
fn consistency_proofs_agree_with_another_implementation_at_every_size_to_300() {
    let ours = tree(300);
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut roots = vec![theirs.root()];
    for new in 1..=300 {
        theirs.push(salted(new - 1));
        roots.push(theirs.root());
        let new_root = ours.root_at(new).expect("size to 300");
        for old in 1..=new {
            let place = usize::try_from(old).expect("small");
            let proof = ours.consistency_proof(old, new).expect("old to new");
            let their_proof = theirs.prove_consistency(usize::try_from(new - old).expect("small"));
            assert_eq!(bytes(&proof), their_proof.as_bytes(), "{old} to {new}");
            let old_root = ours.root_at(old).expect("size to 300");
            let received = hashes(their_proof.as_bytes());
            assert_eq!(verify_consistency(old, new, &old_root, &new_root, &received), Ok(()));
            let sent = ConsistencyProof::try_from_bytes(bytes(&proof)).expect("whole hashes");
            let new = usize::try_from(new).expect("small");
            assert!(roots[new].verify_consistency(&roots[place], &sent).is_ok());
        }
    }
}

#[test]
fn everything_continues_the_empty_tree_and_itself_without_a_proof() {
    let tree = tree(9);
    let empty = empty_root();
    for size in 0..=9 {
        let root = tree.root_at(size).expect("size to 9");
        assert_eq!(tree.consistency_proof(0, size), Ok(vec![]));
        assert_eq!(tree.consistency_proof(size, size), Ok(vec![]));
        assert_eq!(verify_consistency(0, size, &empty, &root, &[]), Ok(()));
        assert_eq!(verify_consistency(size, size, &root, &root, &[]), Ok(()));
        let wrong = Hash([1; 32]);
        assert!(verify_consistency(0, size, &wrong, &root, &[]).is_err());
        assert!(verify_consistency(size, size, &wrong, &root, &[]).is_err());
        assert!(verify_consistency(size, size, &root, &wrong, &[]).is_err() || size == 0);
        assert!(verify_consistency(size, size, &root, &root, &[wrong]).is_err());
    }
    assert_eq!(verify_consistency(0, 0, &empty, &Hash([1; 32]), &[]), Err(ProofError::Root));
}

#[test]
fn a_proof_holds_for_no_other_leaf_place_or_length() {
    let tree = tree(33);
    for size in 1..=33 {
        let root = tree.root_at(size).expect("size to 33");
        for index in 0..size {
            let proof = tree.inclusion_proof(index, size).expect("index below size");
            for other in (0..=size).chain([u64::MAX, u64::MAX - 1, 1 << 63]) {
                let leaf = tree.leaf(index).expect("index below size");
                let result = verify_inclusion(&leaf, other, size, &proof, &root);
                assert_eq!(result.is_ok(), other == index, "leaf {index} as {other} of {size}");
                let Some(leaf) = tree.leaf(other) else { continue };
                let result = verify_inclusion(&leaf, index, size, &proof, &root);
                assert_eq!(result.is_ok(), other == index, "leaf {other} for {index} of {size}");
            }
            let leaf = tree.leaf(index).expect("index below size");
            let expected = proof.len();
            for length in (0..70).filter(|length| *length != expected) {
                let mut forged = proof.clone();
                forged.resize(length, root);
                let result = verify_inclusion(&leaf, index, size, &forged, &root);
                assert_eq!(result, Err(ProofError::Length { expected, found: length }));
            }
        }
    }
}

/// The nodes of the tree are no leaves, though a careless verifier takes a subtree for one.
#[test]
fn an_inner_node_does_not_pass_for_a_leaf() {
    let tree = tree(6);
    let root = tree.root();
    let pair = tree.root_at(2).expect("two leaves");
    let proof = tree.inclusion_proof(0, 6).expect("a leaf");
    for index in 0..6 {
        for skipped in 0..=proof.len() {
            let result = verify_inclusion(&pair, index, 6, &proof[skipped..], &root);
            assert!(result.is_err(), "as leaf {index} without {skipped} hashes");
        }
    }
}

#[test]
fn the_length_of_a_proof_is_known_for_the_largest_trees_there_can_be() {
    let any = Hash([0; 32]);
    let last = u64::MAX - 1;
    for (index, size, expected) in [
        (0, u64::MAX, 64),
        (last, u64::MAX, 63),
        (0, (1 << 63) + 1, 64),
        (1 << 63, (1 << 63) + 1, 1),
        ((1 << 63) - 1, 1 << 63, 63),
    ] {
        let result = verify_inclusion(&any, index, size, &[], &any);
        assert_eq!(result, Err(ProofError::Length { expected, found: 0 }), "{index} of {size}");
        let full = vec![any; expected];
        assert_eq!(verify_inclusion(&any, index, size, &full, &any), Err(ProofError::Root));
    }
    for (old, new, expected) in
        [(1, u64::MAX, 64), (last, u64::MAX, 64), (1 << 63, u64::MAX, 1), (1, 2, 1)]
    {
        let result = verify_consistency(old, new, &any, &any, &[]);
        assert_eq!(result, Err(ProofError::Length { expected, found: 0 }), "{old} to {new}");
    }
    assert_eq!(
        verify_inclusion(&any, u64::MAX, u64::MAX, &[], &any),
        Err(ProofError::LeafOutside { index: u64::MAX, size: u64::MAX })
    );
    assert_eq!(
        verify_consistency(u64::MAX, 0, &any, &any, &[]),
        Err(ProofError::Backwards { old: u64::MAX, new: 0 })
    );
}

fn any_size() -> impl Strategy<Value = u64> {
    prop_oneof![0..70_u64, any::<u64>(), (0..64_u32).prop_map(|bit| 1 << bit), Just(u64::MAX)]
}

fn any_proof() -> impl Strategy<Value = Vec<Hash>> {
    prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..140)
}

proptest! {
    #[test]
    fn no_invented_proof_is_believed(
        one in any_size(), other in any_size(), proof in any_proof(),
        leaf in any::<[u8; 32]>(), root in any::<[u8; 32]>(),
    ) {
        let (leaf, root) = (Hash(leaf), Hash(root));
        prop_assert!(verify_inclusion(&leaf, one, other, &proof, &root).is_err() || leaf == root);
        prop_assert!(verify_consistency(one, other, &leaf, &root, &proof).is_err() || leaf == root);
    }

    #[test]
    fn every_changed_hash_of_a_proof_is_noticed(
        size in 1..300_u64, at in any::<u64>(), byte in 0..32_usize, mask in 1..=255_u8,
    ) {
        let tree = tree(size);
        let (index, root) = (at % size, tree.root());
        let leaf = tree.leaf(index).expect("index below size");
        let proof = tree.inclusion_proof(index, size).expect("index below size");
        for place in 0..proof.len() {
            let mut changed = proof.clone();
            changed[place].0[byte] ^= mask;
            prop_assert!(verify_inclusion(&leaf, index, size, &changed, &root).is_err());
        }
        let old = index + 1;
        let old_root = tree.root_at(old).expect("size to 300");
        let proof = tree.consistency_proof(old, size).expect("old to new");
        for place in 0..proof.len() {
            let mut changed = proof.clone();
            changed[place].0[byte] ^= mask;
            prop_assert!(verify_consistency(old, size, &old_root, &root, &changed).is_err());
        }
        let mut changed = root;
        changed.0[byte] ^= mask;
        prop_assert!(verify_inclusion(&leaf, index, size, &tree.inclusion_proof(index, size)
            .expect("index below size"), &changed).is_err());
        prop_assert!(verify_consistency(old, size, &old_root, &changed, &proof).is_err());
        let mut changed = old_root;
        changed.0[byte] ^= mask;
        prop_assert!(verify_consistency(old, size, &changed, &root, &proof).is_err());
    }
}
