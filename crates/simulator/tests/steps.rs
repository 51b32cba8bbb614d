//! Nobody's question costs more work for what he may not see: told by the work done, not by a clock.
#![cfg(feature = "leaks")]

use headquarters::leaks::choose;
use simulator::two_worlds::Pair;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_takes_as_many_steps_whatever_is_hidden() {
    choose(None);
    let mut pairs = Pair::of_scenes();
    pairs.extend(Pair::of_worlds(400..404, 130));
    let mut requests = 0;
    for pair in &pairs {
        let compared = pair.compare_steps().await;
        if let Some((asked, how)) = compared.found {
            panic!(
                "seed {}, {:?} {:?}: {asked:?} takes {how}",
                pair.seed, pair.twins.person, pair.difference
            );
        }
        requests += compared.requests;
    }
    assert!(requests > 100 * pairs.len(), "only {requests} requests");
    println!("{requests} requests to {} pairs of worlds took equal steps", pairs.len());
}
