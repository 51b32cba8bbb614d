//! How the commitments of a view stand as things are: computed once for a view, by the first page
//! that asks, and shared by all pages made from that view.

use coalition::View;
use coalition::assess::{self, CommitmentStanding};
use coalition::model::{Model, Scenario};
use std::sync::OnceLock;

/// The standings of one view's commitments; empty until somebody asks.
#[derive(Default)]
pub struct Standings(OnceLock<Vec<CommitmentStanding>>);

impl Standings {
    /// How every commitment of `view`, which must be the one these were kept with, stands: no
    /// trigger is assumed. Empty where amounts are too large to be computed.
    pub(crate) fn of(&self, view: &View) -> &[CommitmentStanding] {
        self.0.get_or_init(|| {
            assess::standings(&Model::of(view), &Scenario::default()).unwrap_or_default()
        })
    }
}
