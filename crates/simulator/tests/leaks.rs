//! The two-worlds test catches every leak that is seeded: it would catch yours.
#![cfg(feature = "leaks")]

use headquarters::leaks::{LEAKS, choose};
use simulator::two_worlds::{Asking, Pair};

/// The first thing that gives the leak away: at a glance at every pair of worlds, or a longer look,
/// else in whole.
async fn caught(pairs: &[Pair]) -> Option<String> {
    for asking in [Asking::Glance, Asking::Look, Asking::Whole] {
        for pair in pairs {
            if let Some((asked, how)) = pair.compare(asking).await.found {
                let first_line = how.lines().next().unwrap_or_default();
                return Some(format!("{:?} {}: {first_line}", asked.method, asked.address));
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seeded_leak_is_caught() {
    choose(None);
    let pairs = Pair::of_worlds(300..312, 130);
    let mut missed = Vec::new();
    // Only those whose names hold this: for whoever adds one.
    let wanted = std::env::var("ENTENTE_LEAK").unwrap_or_default();
    let leaks = LEAKS.iter().enumerate().filter(|(_, leak)| leak.tells.contains(&wanted));
    let mut open = 0;
    for (number, leak) in leaks {
        open += 1;
        choose(Some(number));
        match caught(&pairs).await {
            Some(how) => println!("caught: {}\n        by {how}", leak.tells),
            None => missed.push(leak.tells),
        }
    }
    choose(None);
    println!("{} of {open} seeded leaks caught", open - missed.len());
    assert!(missed.is_empty(), "missed: {missed:#?}");
}
