//! The two-worlds test catches every leak that is seeded: it would catch yours.
#![cfg(feature = "leaks")]

use headquarters::leaks::{LEAKS, choose};
use simulator::two_worlds::{Asking, Pair};

/// The first thing that gives the leak away: at a glance at every pair of worlds, else in whole.
async fn caught(pairs: &[Pair]) -> Option<String> {
    for asking in [Asking::Glance, Asking::Whole] {
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
    for (number, leak) in LEAKS.iter().enumerate() {
        choose(Some(number));
        match caught(&pairs).await {
            Some(how) => println!("caught: {leak}\n        by {how}"),
            None => missed.push(*leak),
        }
    }
    choose(None);
    println!("{} of {} seeded leaks caught", LEAKS.len() - missed.len(), LEAKS.len());
    assert!(missed.is_empty(), "missed: {missed:#?}");
}
