//! What pages of one view rest on: computed once, by the first page that asks, and shared by all
//! pages made from that view.

use crate::look::{Frame, Section};
use crate::pages::commitments::Rows;
use coalition::assess::{self, CommitmentStanding};
use coalition::model::{Model, Scenario};
use coalition::{Kind, View};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// What was computed from one view; empty until somebody asks.
#[derive(Default)]
pub struct Groundwork {
    standings: OnceLock<Arc<[CommitmentStanding]>>,
    rows: OnceLock<Arc<Rows>>,
    frames: [OnceLock<Frame>; Section::COUNT],
}

impl Groundwork {
    /// How every commitment of `view`, which must be the one that this was kept with, stands: no
    /// trigger is assumed. Empty where amounts are too large to be computed.
    pub(crate) fn standings(&self, view: &View) -> &[CommitmentStanding] {
        self.standings.get_or_init(|| {
            assess::standings(&Model::of(view), &Scenario::default()).unwrap_or_default().into()
        })
    }

    /// The rows of the list of commitments.
    pub(crate) fn rows(&self, view: &View) -> &Rows {
        self.rows.get_or_init(|| Rows::of(view, self.standings(view)).into())
    }

    /// Whether [`Groundwork::rows`] answers at once.
    pub(crate) fn has_rows(&self) -> bool {
        self.rows.get().is_some()
    }

    /// The sheet on which pages of a section are written; `make` is asked for the first.
    pub(crate) fn frame(&self, section: Section, make: impl FnOnce() -> Frame) -> &Frame {
        self.frames[section as usize].get_or_init(make)
    }

    /// What is left of this once things of some kinds have changed in the view.
    pub(crate) fn carried(self: Arc<Groundwork>, changed: &BTreeSet<Kind>) -> Arc<Groundwork> {
        if changed.is_empty() {
            return self;
        }
        // What a model is made of; a row says no more than that.
        let promises = [
            Kind::Coalition,
            Kind::Party,
            Kind::Circumstance,
            Kind::Resource,
            Kind::Commitment,
            Kind::Guarantee,
        ];
        let mut left = Groundwork::default();
        if promises.iter().all(|kind| !changed.contains(kind)) {
            left.standings = self.standings.clone();
            left.rows = self.rows.clone();
        }
        left.into()
    }
}
