//! Effort: how much of the record was looked at to answer something. Each thing that was taken in hand
//! and each label that was judged counts one: what whoever waits for an answer could take the time of,
//! counted without a clock. With the feature `leaks` only, for the simulator.

#[cfg(feature = "leaks")]
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "leaks")]
static SPENT: AtomicU64 = AtomicU64::new(0);

/// Counts one.
#[inline]
pub(crate) fn spend() {
    #[cfg(feature = "leaks")]
    SPENT.fetch_add(1, Ordering::Relaxed);
}

/// How much effort was spent in this process until now.
#[cfg(feature = "leaks")]
pub fn spent() -> u64 {
    SPENT.load(Ordering::Relaxed)
}
