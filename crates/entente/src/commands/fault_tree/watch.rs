//! What happens beside the computation: Ctrl-C, and the line that says how long it has taken.

use super::output::Shared;
use crate::failure::{Failure, STOPPED};
use std::sync::Arc;
use std::time::Duration;

const DRAWN_EVERY: Duration = Duration::from_millis(250);

/// How long a piece that is being written may hold up the end, in steps of `DRAWN_EVERY`.
const PATIENCE: usize = 8;

/// Watches from a thread of its own until the process ends.
pub(super) fn start(shared: &Arc<Shared>) -> Result<(), Failure> {
    let cannot = |error| Failure::input(format!("cannot listen for Ctrl-C: {error}"), "");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let shared = Arc::clone(shared);
    std::thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || runtime.block_on(watch(&shared)))
        .map_err(cannot)?;
    Ok(())
}

async fn watch(shared: &Shared) {
    let mut ticks = tokio::time::interval(DRAWN_EVERY);
    loop {
        let is_asked = tokio::select! {
            heard = tokio::signal::ctrl_c() => heard.is_ok(),
            _ = ticks.tick() => false,
        };
        // Whoever asks a second time does not want to wait for bounds.
        if is_asked && !shared.ask() {
            break;
        }
        if let Some(mut output) = shared.try_lock() {
            output.draw();
        }
    }
    shared.stop();
    for _ in 0..PATIENCE {
        if let Some(mut output) = shared.try_lock() {
            // Nothing more can be said of an answer that cannot be written.
            let _ = output.stop();
            break;
        }
        ticks.tick().await;
    }
    std::process::exit(STOPPED.into());
}
