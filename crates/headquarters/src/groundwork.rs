//! What pages of one view rest on: computed once, by the first page that asks, and shared by all
//! pages made from that view.

use crate::look::{Frame, Section};
use crate::pages::commitments::Rows;
use crate::ready::{Kept, Ready};
use coalition::assess::CommitmentStanding;
use coalition::model::Scenario;
use coalition::{Kind, View};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// What was computed from one view; empty until somebody asks.
#[derive(Default)]
pub struct Groundwork {
    ready: Mutex<Weak<Ready>>,
    /// Where what is ready is kept, for all views.
    kept: Arc<Kept>,
    standings: OnceLock<Arc<[CommitmentStanding]>>,
    rows: OnceLock<Arc<Rows>>,
    frames: [OnceLock<Frame>; Section::COUNT],
}

impl Groundwork {
    pub(crate) fn new(kept: &Arc<Kept>) -> Groundwork {
        Groundwork { kept: Arc::clone(kept), ..Groundwork::default() }
    }

    /// The model of `view`, which must be the one that this was kept with, ready for any scenario.
    pub(crate) fn ready(&self, view: &View) -> Arc<Ready> {
        let mut known = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = known.upgrade() {
            return ready;
        }
        let ready = Arc::new(Ready::of(view));
        *known = Arc::downgrade(&ready);
        self.kept.keep(&ready);
        ready
    }

    /// How every commitment of `view` stands: no trigger is assumed. Empty where amounts are too
    /// large to be computed.
    pub(crate) fn standings(&self, view: &View) -> &[CommitmentStanding] {
        self.standings.get_or_init(|| {
            let ready = self.ready(view);
            let standings = ready.prepared().and_then(|of| of.standings(&Scenario::default()));
            standings.unwrap_or_default().into()
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
        let mut left = Groundwork::new(&self.kept);
        if promises.iter().all(|kind| !changed.contains(kind)) {
            let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            *left.ready.get_mut().unwrap_or_else(PoisonError::into_inner) = Weak::clone(&ready);
            left.standings = self.standings.clone();
            left.rows = self.rows.clone();
        }
        left.into()
    }
}
