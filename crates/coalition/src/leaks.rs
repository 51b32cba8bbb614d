//! Views that show what they should not, for the simulator: it must catch whoever uses one. Compiled
//! with the feature `leaks` only.

use crate::content::Kind;
use crate::label::Viewer;
use crate::state::{State, Thing};
use crate::view::{View, admits};
use std::sync::Arc;

impl View {
    /// A view that shows, beyond what `viewer` may see, whatever `besides` says; with `open_ends`,
    /// even where what a thing refers to is hidden.
    pub fn leaking(
        state: &State,
        viewer: Viewer,
        open_ends: bool,
        besides: impl Fn(&Thing) -> bool,
    ) -> View {
        let mut view = View { viewer, things: Default::default(), sifted: true };
        for kind in Kind::ALL {
            for thing in state.things.of_kind(*kind) {
                let refers_within =
                    || thing.references().iter().all(|id| view.things.get(id).is_some());
                let shown = admits(&view.viewer, &state.things, thing) || besides(thing);
                if shown && (open_ends || refers_within()) {
                    Arc::make_mut(&mut view.things).insert(Arc::clone(thing));
                }
            }
        }
        view
    }

    /// A view that shows everything.
    pub fn of_everything(state: &State, viewer: Viewer) -> View {
        View::leaking(state, viewer, true, |_| true)
    }

    /// How many things are hidden from a viewer.
    pub fn hidden_count(&self, state: &State) -> usize {
        Kind::ALL.iter().map(|kind| state.things.count(*kind) - self.count(*kind)).sum()
    }
}
