//! The two-worlds test catches every leak that is seeded: it would catch yours.
#![cfg(feature = "leaks")]

use headquarters::leaks::{LEAKS, choose};
use simulator::twin::{Difference, Twins};
use simulator::two_worlds::{compare, viewers};
use simulator::world::World;

/// The first thing that gives the leak away, over a number of worlds.
async fn caught() -> Option<String> {
    for seed in 300..312 {
        let world = World::grown(seed, 130);
        for person in viewers(&world) {
            for difference in [Difference::Replaced, Difference::Removed] {
                let Some(twins) = Twins::of(&world, person.as_ref(), difference, seed) else {
                    continue;
                };
                if let Some((asked, how)) = compare(&twins, difference, seed).await.found {
                    return Some(format!(
                        "{:?} {}: {}",
                        asked.method,
                        asked.address,
                        how.lines().next().unwrap_or_default()
                    ));
                }
            }
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seeded_leak_is_caught() {
    let mut missed = Vec::new();
    for (number, leak) in LEAKS.iter().enumerate() {
        choose(Some(number));
        match caught().await {
            Some(how) => println!("caught: {leak}\n        by {how}"),
            None => missed.push(*leak),
        }
    }
    choose(None);
    println!("{} of {} seeded leaks caught", LEAKS.len() - missed.len(), LEAKS.len());
    assert!(missed.is_empty(), "missed: {missed:#?}");
}
