//! Pictures for people who would rather look than read, each with the table behind it.
//!
//! They take plain figures and finished words. A figure as `f64` only places ink; what is read is
//! the exact text that comes with it. Geometry is in attributes, in percent wherever a picture is to
//! follow the width of its page, so that letters keep their size on a phone.

mod bar;
mod carry;
mod coverage;
mod day;
mod frame;
mod growth;
mod waiting;
mod waiting_blocks;
mod waiting_layout;

pub use bar::coverage_bar;
pub use carry::{Alone, Carrier, Carry, Count, carry};
pub use coverage::{Coverage, Segment, coverage};
pub use day::{Day, DayItem, DaySession, Turn, day};
pub use growth::{Growth, Step, growth};
pub use waiting::{Group, Known, Node, NodeKind, Waiting, waiting};
pub use waiting_layout::NODES_MAX as WAITING_MAX;

/// An amount to draw: where the ink goes, and the exact text to read.
#[derive(Clone, Debug, Default)]
pub struct Amount {
    /// For drawing only. What is not a positive number is drawn as nothing.
    pub value: f64,
    /// The exact amount, as it is to be read; the unit stands elsewhere.
    pub exact: String,
}

impl Amount {
    /// An amount and its text.
    pub fn new(value: f64, exact: impl Into<String>) -> Self {
        Amount { value, exact: exact.into() }
    }
}
