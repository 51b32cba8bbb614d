//! **Holds** the domain: acts and the rules that admit them, labels, the view, conditions and the
//! assessment.
//! **Never** I/O, a clock, randomness or keys: they are arguments. No HTTP, no database, no page.
//! **Callers**: `exchange`, `headquarters` and `entente`.
//! **Proof**: `tests/view.rs`: what a viewer sees is the fold of the acts he may see.

pub mod act;
mod admission;
pub mod amount;
pub mod assess;
pub mod condition;
pub mod content;
pub mod decide;
pub mod disclosure;
#[cfg(feature = "leaks")]
pub mod effort;
#[cfg(not(feature = "leaks"))]
mod effort;
pub mod floor;
pub mod id;
pub mod label;
#[cfg(feature = "leaks")]
mod leaks;
pub mod model;
mod postponed;
pub mod refusal;
pub mod state;
pub mod text;
pub mod time;
pub mod view;

pub use act::{Act, Author, Change};
pub use amount::Amount;
pub use content::{Content, Kind};
pub use id::Id;
pub use label::{Label, Marking, Viewer};
pub use refusal::Refusal;
pub use state::{Leaves, State, Step, Thing};
pub use view::View;
