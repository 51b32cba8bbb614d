//! **Holds** the log: salted leaves, the RFC 6962 tree, proofs, signed checkpoints, receipts, and the stores that keep them.
//! **Never** the meaning of an act: to this crate an act is bytes.
//! **Callers**: `headquarters`, and `entente verify`.
//! **Proof**: `tests/tampering.rs`: every single-byte change is detected; `tests/store_contract.rs`: every store keeps the contract.
