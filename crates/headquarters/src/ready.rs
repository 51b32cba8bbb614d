//! Models made ready for every scenario, kept within a bound: each with the one view that it was made
//! from, and nobody else's question is ever answered with it.

use coalition::View;
use coalition::assess::{AssessError, Prepared};
use coalition::model::Model;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes that are kept, by estimate; the oldest are let go first.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// The model of a view, and what answers for it at once whatever is supposed.
pub struct Ready {
    /// The model.
    pub model: Arc<Model>,
    prepared: Result<Prepared<Arc<Model>>, AssessError>,
}

impl Ready {
    pub(crate) fn of(view: &View) -> Ready {
        let model = Arc::new(Model::of(view));
        let prepared = Prepared::new(Arc::clone(&model));
        Ready { model, prepared }
    }

    /// What answers.
    ///
    /// # Errors
    /// Why nothing can: amounts too large, or too much of everything.
    pub fn prepared(&self) -> Result<&Prepared<Arc<Model>>, AssessError> {
        self.prepared.as_ref().map_err(Clone::clone)
    }

    fn bytes(&self) -> usize {
        self.prepared.as_ref().map_or(0, Prepared::bytes)
    }
}

/// Those that are kept, the oldest first. A view's groundwork finds its own as long as it is here.
#[derive(Default)]
pub(crate) struct Kept(Mutex<VecDeque<Arc<Ready>>>);

impl Kept {
    pub(crate) fn keep(&self, ready: &Arc<Ready>) {
        // Let go once the lock is, for that takes time.
        let mut gone = Vec::new();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Arc::clone(ready));
        let mut bytes: usize = kept.iter().map(|ready| ready.bytes()).sum();
        while bytes > KEPT_BYTES_MAX
            && kept.len() > 1
            && let Some(oldest) = kept.pop_front()
        {
            bytes -= oldest.bytes();
            gone.push(oldest);
        }
        drop(kept);
    }
}
