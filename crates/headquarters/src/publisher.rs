//! Keeps the house's time: a readout is published when its moment comes, whether or not anybody asks.

use crate::events::Heard;
use crate::house::House;
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch::Receiver;

/// The longest sleep: the system's clock may be set meanwhile.
const SLEEP_MAX: Duration = Duration::from_secs(10);
/// Between two attempts where the record could not be written.
const AGAIN: Duration = Duration::from_secs(1);

/// Publishes readouts until the house closes.
pub(crate) async fn keep_time(house: Arc<House>) {
    let mut heard: Receiver<Heard> = house.shared.heard.subscribe();
    loop {
        if heard.borrow_and_update().closing {
            return;
        }
        let mut next = house.until_publication();
        if next.is_some_and(|wait| !wait.is_positive()) {
            let publishing = Arc::clone(&house);
            if tokio::task::spawn_blocking(move || publishing.publish()).await.is_err() {
                return;
            }
            next = house.until_publication();
        }
        tokio::select! {
            changed = heard.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(sleep(next)) => {}
        }
    }
}

/// How long to sleep until the next moment.
fn sleep(next: Option<SignedDuration>) -> Duration {
    let Some(next) = next else { return SLEEP_MAX };
    match Duration::try_from(next) {
        Ok(wait) if !wait.is_zero() => wait.min(SLEEP_MAX),
        _ => AGAIN,
    }
}
