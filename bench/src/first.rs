//! The first to look after an act: what he waits for, beside what the next one waits for.

use crate::figures::{load, median, milliseconds};
use crate::page::{runtime, serve, whole};
use crate::world::{self, Dice, PARTIES, id, person};
use headquarters::{Ask, House};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: usize = 15;
const PAGE: &str = "/commitments?party=party-4";

/// Runs the measurement and prints it.
pub fn run() {
    let runtime = runtime();
    for commitments in [world::COMMITMENTS, 10 * world::COMMITMENTS] {
        let house = world::empty(None);
        world::fill_with(&house, commitments);
        let house = Arc::new(house);
        let cookie = format!("__Host-entente={}", house.sign_in(person(1)).as_str());
        let address = runtime.block_on(serve(headquarters::router(&house)));
        let page = || took(|| whole(address, PAGE, &cookie));
        let (mut brought, mut made, mut first, mut second) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        page();
        let mut dice = Dice(11);
        for round in 0..ROUNDS {
            promise(&house, &mut dice, commitments + round);
            brought.push(took(|| house.view(Some(&person(1)))));
            // Nobody has looked with these eyes before.
            made.push(took(|| house.view(Some(&person(2 + round)))));
            first.push(page());
            second.push(page());
        }
        println!(
            "first after an act, {commitments} commitments: a view brought forward {:.3} ms, made whole {:.2} ms; {PAGE} {:.1} ms, again {:.2} ms (medians of {ROUNDS}, load {})",
            median(brought),
            median(made),
            median(first),
            median(second),
            load()
        );
    }
    runtime.shutdown_background();
}

fn took<T>(what: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(what());
    milliseconds(start.elapsed())
}

/// One more commitment, of some party's.
fn promise(house: &House, dice: &mut Dice, number: usize) {
    let party = dice.below(PARTIES);
    let content: Value = world::commitment(dice, party, number);
    let change = json!({ "create": { "content": content, "marking": { "label": "GREEN" } } });
    let at = house.now();
    let ask = Ask::Import { at, subject: id(&format!("k{number}")), change };
    house.submit_and_wait(Some(person(party)), ask).expect("the rules allow it");
}
