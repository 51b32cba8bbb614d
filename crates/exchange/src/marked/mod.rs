//! Marked copies: one text, worded and set a little differently for each who gets it, so that a copy
//! found outside can be traced to whom it was given.
//!
//! The author approves every wording: he writes the variants himself, as `[[meet | gather]]`. Each copy
//! chooses among them at random, whatever the other copies chose, and the choices are kept. So are the
//! ends of its lines and the lean of their spaces, where the house sets it as PDF. What is found is
//! compared with them. The answer is a likelihood with a false-accusation rate, never a
//! verdict: a copy can be stolen, and a text can be retold until no wording is left.

mod layout;
mod template;
mod trace;

pub use template::{
    BadTemplate, Choices, Given, Kept, Marks, SAME_BY_CHANCE_MAX, SLOTS_MAX, TEMPLATE_BYTES_MAX,
    Template,
};
pub use trace::{ERRORS, Suspect, Trace, trace};
