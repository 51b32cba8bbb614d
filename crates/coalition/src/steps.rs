//! Steps: how much of the record was looked at to answer something. Each thing that was taken in hand and
//! each label that was judged is one. What whoever waits for an answer could take the time of, counted
//! without a clock; with the feature `leaks` only, for the simulator.

#[cfg(feature = "leaks")]
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "leaks")]
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// Counts one.
#[inline]
pub(crate) fn step() {
    #[cfg(feature = "leaks")]
    TAKEN.fetch_add(1, Ordering::Relaxed);
}

/// How many steps were taken in this process until now.
#[cfg(feature = "leaks")]
pub fn taken() -> u64 {
    TAKEN.load(Ordering::Relaxed)
}
