//! Nobody's question costs more effort for what he may not see: told by what was looked at, not by a clock.
#![cfg(feature = "leaks")]

use headquarters::leaks::choose;
use simulator::two_worlds::Pair;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_takes_as_much_effort_whatever_is_hidden() {
    choose(None);
    let mut pairs = Pair::of_scenes();
    pairs.extend(Pair::of_worlds(400..404, 130));
    let mut requests = 0;
    for pair in &pairs {
        let compared = pair.compare_effort().await;
        if let Some((asked, how)) = compared.found {
            panic!(
                "seed {}, {:?} {:?}: {asked:?} takes an {how}",
                pair.seed, pair.twins.person, pair.difference
            );
        }
        requests += compared.requests;
    }
    assert!(requests > 100 * pairs.len(), "only {requests} requests");
    println!("{requests} requests to {} pairs of worlds took equal effort", pairs.len());
}
