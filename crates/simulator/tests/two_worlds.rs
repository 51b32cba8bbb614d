//! Nobody's answers depend on what he may not see.

use simulator::twin::{Difference, Twins};
use simulator::two_worlds::{compare, viewers};
use simulator::world::World;

fn told(acts: &[coalition::Act]) -> String {
    acts.iter().map(|act| String::from_utf8_lossy(&act.encode()).into_owned() + "\n").collect()
}

/// How many worlds to try: a few in every run, more when asked.
fn worlds() -> u64 {
    std::env::var("ENTENTE_WORLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

async fn nobody_can_tell(difference: Difference, first_seed: u64) {
    let (mut requests, mut pairs) = (0, 0);
    for seed in first_seed..first_seed + worlds() {
        let world = World::grown(seed, 130);
        for person in viewers(&world) {
            let Some(twins) = Twins::of(&world, person.as_ref(), difference, seed) else {
                continue;
            };
            let compared = compare(&twins, difference, seed).await;
            if let Some((asked, how)) = compared.found {
                panic!(
                    "seed {seed}, {person:?} can tell two worlds apart by {asked:?}: {how}\n--- first world\n{}--- second world\n{}",
                    told(&twins.first),
                    told(&twins.second)
                );
            }
            requests += compared.requests;
            pairs += 1;
        }
    }
    assert!(pairs >= 4, "only {pairs} pairs of worlds hid anything from anybody");
    println!("{requests} requests to {pairs} pairs of worlds ({difference:?}): all answers equal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_tell_worlds_apart_whose_hidden_acts_say_something_else() {
    nobody_can_tell(Difference::Replaced, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_tell_a_world_with_hidden_acts_from_one_without() {
    nobody_can_tell(Difference::Removed, 200).await;
}
