//! **Holds** the log: salted leaves, the RFC 6962 tree, proofs, signed checkpoints, receipts, and the stores that keep them.
//! **Never** the meaning of an act: to this crate an act is bytes.
//! **Callers**: `headquarters`, and `entente verify`.
//! **Proof**: `tests/tampering.rs`: every single-byte change is detected; `tests/store_contract.rs`: every store keeps the contract.
//!
//! ```
//! use record::{Log, MemoryStore, Receipt, Salt, SigningKey, first_checkpoint};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Seed and salt come from the system's random source.
//! let key = SigningKey::new("headquarters.example/record", [1; 32])?;
//! let store = MemoryStore::create(&first_checkpoint(&key));
//! let mut log = Log::open(store, key.clone())?;
//! log.append(vec![(Salt([2; 32]), b"{\"act\":\"found\"}".to_vec())])?;
//!
//! let file = log.receipt(0)?.to_json();
//! let receipt = Receipt::from_json(file.as_bytes())?;
//! assert_eq!(receipt.verify(key.verifier())?.index, 0);
//! # Ok(())
//! # }
//! ```

mod checkpoint;
mod desk;
mod key;
mod leaf;
mod log;
mod memory;
mod proof;
mod receipt;
mod sqlite;
mod store;
mod tree;

pub use checkpoint::{CHECKPOINT_BYTES_MAX, Checkpoint, CheckpointError, Head};
pub use desk::{Desk, Lying, Move};
pub use key::{KeyError, NAME_BYTES_MAX, SigningKey, VerifierKey};
pub use leaf::{
    ACT_BYTES_MAX, Content, Entry, Hash, NotThirtyTwoBytes, Salt, empty_root, leaf_hash, node_hash,
};
pub use log::{Audited, Log, LogError, audit, first_checkpoint};
pub use memory::MemoryStore;
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use receipt::{RECEIPT_BYTES_MAX, Receipt, ReceiptError, Verified};
pub use sqlite::SqliteStore;
pub use store::{Follower, Store, StoreError, StoredHead};
pub use tree::{Frontier, OutsideTree, Tree};
