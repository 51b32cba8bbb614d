//! **Holds** systems of Boolean definitions over variables, amounts that match each other, their fixpoints, decision diagrams, minimal sets, probability and importance; and a reader of Open-PSA fault trees.
//! **Never** a party, an amount with a unit, a clock, I/O or randomness: it knows none of the domain's words.
//! **Callers**: `coalition`, for every assessment; `entente`, for fault trees.
//! **Proof**: `tests/brute_force.rs`: every answer against all assignments of small systems.
//!
//! Two that wait for each other, and a third that suffices when the first two fail:
//!
//! ```
//! use assurance::{Analysis, Bound, Evaluator, Order, Reading, SystemBuilder};
//!
//! let mut builder = SystemBuilder::new();
//! let [a, b, c] = ["a", "b", "c"].map(|name| builder.variable(name));
//! let [first, second] = ["first", "second"].map(|name| builder.definition(name));
//!
//! // first := a and second; second := b and first
//! let (stays, other) = (builder.literal(a), builder.reference(second));
//! let body = builder.and(&[stays, other]);
//! builder.define(first, body)?;
//! let (stays, other) = (builder.literal(b), builder.reference(first));
//! let body = builder.and(&[stays, other]);
//! builder.define(second, body)?;
//!
//! // top: 3 x first + 2 x second + 5 x c reaches 5
//! let inputs = [(3, builder.reference(first)), (2, builder.reference(second)), (5, builder.literal(c))];
//! let top = builder.weighted_at_least(5, &inputs)?;
//! let system = builder.finish()?;
//!
//! // Nobody moves first: under the least reading only c counts.
//! let mut evaluator = Evaluator::new(&system, Reading::Least);
//! evaluator.evaluate(&[true, true, false]);
//! assert!(!evaluator.holds(top));
//! let mut together = Evaluator::new(&system, Reading::Greatest);
//! together.evaluate(&[true, true, false]);
//! assert_eq!(assurance::groups(&evaluator, &together), [[first, second]]);
//!
//! // Together they suffice: under the greatest reading two losses are needed to break it.
//! let analysis = Analysis::new(&system, top, Reading::Greatest, &[], Bound::default());
//! let breaking = analysis.minimal_sets(&[true, true, true], &[a, b, c], false);
//! assert!(breaking.is_complete());
//! assert_eq!(breaking.order(), Order::Exactly(2));
//! assert_eq!(breaking.iter().collect::<Vec<_>>(), [[a, c], [b, c]]);
//!
//! let likelihood = analysis.likelihood(&[0.9, 0.9, 0.5])?;
//! assert!((likelihood.holds.low - 0.905).abs() < 1e-12);
//! assert!((likelihood.factors[2].birnbaum() - 0.19).abs() < 1e-12);
//! # Ok::<(), assurance::Refusal>(())
//! ```

mod absorb;
mod amounts;
mod analysis;
mod bracket;
mod build;
mod builder;
mod circuit;
mod compile;
mod components;
mod diagram;
mod direct;
mod evaluator;
mod family;
mod fixpoint;
mod following;
mod groups;
mod likelihood;
mod matching;
mod minimal;
mod modules;
mod nested;
pub mod openpsa;
mod order;
mod products;
mod race;
mod refusal;
mod search;
mod sets;
mod system;
mod table;
mod threshold;
mod wiring;

pub use analysis::Analysis;
pub use builder::SystemBuilder;
pub use evaluator::{Bias, Evaluator};
pub use groups::groups;
pub use likelihood::{Factor, Likelihood, Range};
pub use matching::{Exact, Pool, Quantity, Terms};
pub use minimal::{Count, MinimalSets, Order, SetsInOrder};
pub use refusal::Refusal;
pub use system::{Definition, Node, Reading, System, Variable};
pub use table::{Bound, LEVELS_MAX, Stopped};
