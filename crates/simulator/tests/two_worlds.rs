//! Nobody's answers depend on what he may not see.

use simulator::listening::listening;
use simulator::mail::mail_count;
use simulator::twin::Difference;
use simulator::two_worlds::{Asking, Compared, Pair};

fn told(acts: &[coalition::Act]) -> String {
    acts.iter().map(|act| String::from_utf8_lossy(&act.encode()).into_owned() + "\n").collect()
}

/// How many worlds to try: a few in every run, more when asked.
fn worlds() -> u64 {
    std::env::var("ENTENTE_WORLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

async fn nobody_can_tell(difference: Difference, first_seed: u64) {
    let (mut requests, mut compared, mut mails) = (0, 0, 0);
    let (mut events, mut unheard) = (0, 0);
    let mut pairs = Pair::of_worlds(first_seed..first_seed + worlds(), 150);
    pairs.extend(Pair::of_scenes());
    for pair in pairs.iter().filter(|pair| pair.difference == difference) {
        let answers = pair.compare(Asking::Whole).await;
        let told_apart = if answers.found.is_some() {
            answers
        } else {
            Compared { requests: answers.requests, ..pair.compare_told() }
        };
        if let Some((asked, how)) = told_apart.found {
            let Pair { seed, twins, .. } = pair;
            panic!(
                "seed {seed}, {:?} can tell two worlds apart by {asked:?}: {how}\n--- first world\n{}--- second world\n{}",
                twins.person,
                told(&twins.first),
                told(&twins.second)
            );
        }
        requests += told_apart.requests;
        mails += mail_count(&pair.twins);
        let heard = listening(&pair.twins).expect("it was the same just now");
        events += heard.events;
        unheard += heard.hidden;
        compared += 1;
    }
    assert!(compared >= 4, "only {compared} pairs of worlds hid anything from anybody");
    assert!(mails >= compared / 2, "only {mails} messages came to anybody");
    assert!(events > compared && unheard > compared, "{events} events, {unheard} acts unheard of");
    println!(
        "{requests} requests to {compared} pairs of worlds ({difference:?}): all answers equal, and {mails} messages; {events} events, and nothing of {unheard} acts"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_tell_worlds_apart_whose_hidden_acts_say_something_else() {
    nobody_can_tell(Difference::Replaced, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_tell_a_world_with_hidden_acts_from_one_without() {
    nobody_can_tell(Difference::Removed, 200).await;
}
