//! **Holds** worlds, faults and checkers: random coalitions, the comparison of two worlds that differ
//! only in what a viewer may not see, and houses whose disk or process fails.
//! **Never** anything that ships.
//! **Callers**: nobody; its tests are its purpose.
//! **Proof**: `tests/two_worlds.rs`, `tests/effort.rs`, `tests/leaks.rs` and `tests/holes.rs`: every
//! seeded leak is caught, and every seeded hole.

pub mod answers;
pub mod convened;
#[cfg(feature = "leaks")]
pub mod effort;
pub mod faults;
pub mod hostile;
pub mod listening;
pub mod mail;
pub mod markup;
pub mod permissions;
pub mod requests;
pub mod scenes;
pub mod twin;
pub mod two_worlds;
pub mod world;
