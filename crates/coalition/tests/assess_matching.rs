//! Matching promises, worked by hand.

mod assess_support;

use assess_support::{World, id};
use coalition::assess::{
    Assessment, Limits, Node, Reading, Standing, answer, assess, report, waiting_graph,
};
use serde_json::json;

fn assessed(text: &str) -> (World, Assessment) {
    let world = World::read(text);
    let found = assess(&world.model, world.guarantee(), &world.scenario, Limits::default());
    let found = found.unwrap_or_else(|error| panic!("{error}\n{text}"));
    (world, found)
}

/// Alder gives 120; Birch matches one for one above 100, up to 50; Cedar half of what is above 10.
const TOWNS: &str = "
    party alder
    party birch
    party cedar
    resource euro EUR
    commit a alder euro 120 - - : always
    commit b birch euro - - - : always
    match b 1 100 50
    commit c cedar euro 5 - - : always
    match c 0.5 10 1000
    guarantee g - all
    need euro 200 trigger+0d trigger+10d
";

#[test]
fn each_matches_what_the_other_gives_for_it() {
    // b = min(50, 120 + c - 100), c = 5 + (120 + b - 10) / 2: b is capped, c = 5 + 80.
    let (world, found) = assessed(TOWNS);
    let told = answer(&id("g"), &found);
    let matched = |place: usize| told["commitments"][place]["matched"].clone();
    let both = |others: &str, gives: &str| {
        let one = json!({ "others": others, "gives": gives });
        json!({ "firm": one, "mutual": one })
    };
    assert_eq!(matched(0), json!(null));
    assert_eq!(matched(1), both("205", "50"));
    assert_eq!(matched(2), both("170", "85"));
    assert_eq!(told["readings"]["firm"]["needs"][0]["coverage"][0]["covered"], "255");
    // Without Birch 180 are left: 120, and 5 + 110 / 2.
    assert_eq!(
        told["readings"]["firm"]["breaking_sets"],
        json!([["party:alder"], ["party:birch"], ["party:cedar"]])
    );
    let page = report(&world.model, world.guarantee(), &found);
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [
        "What matches others",
        "birch: euro, 1 for each 1 that others give above 100, up to 50. Once in force: others give \
         205, so it gives 50 EUR.",
    ] {
        assert!(page.contains(sentence), "{sentence}\n{page}");
    }
}

#[test]
fn two_that_match_each_other_give_nothing_firmly_and_all_together() {
    let (world, found) = assessed(
        "party A 0.9
        party B
        party C
        resource r
        commit a A r - - - : always
        match a 1 0 50
        commit b B r - - - : always
        match b 1 0 30
        commit c C r 20 - - : when others commit at least 60 r
        guarantee g - all
        need r 100 trigger+0d trigger+5d",
    );
    assert!(!found.verdict.holds.firm && found.verdict.holds.mutual);
    let [a, b, c] = found.verdict.commitments.as_slice() else { panic!("three") };
    // With C's 20 each has 50 and 30; without it both would settle at 30, for B is capped there.
    let gives = |reading: Reading| {
        [a, b].map(|said| said.matched.unwrap().under(reading).gives.to_string())
    };
    assert_eq!(
        (gives(Reading::Firm), gives(Reading::Mutual)),
        (["0", "0"].map(str::to_owned), ["50", "30"].map(str::to_owned))
    );
    assert_eq!(
        [a.standing, b.standing, c.standing],
        [Standing::Firm, Standing::Firm, Standing::Mutual]
    );
    assert_eq!(c.moves_with, [id("a"), id("b")]);
    let mutual = &found.readings.mutual;
    assert!((mutual.probability.holds_low - 0.9).abs() < 1e-12);
    let graph = waiting_graph(&world.model, &found.verdict, 100);
    let name = |place: usize| match &graph.nodes[place] {
        Node::Commitment { id, .. } => id.to_string(),
        other => panic!("{other:?}"),
    };
    let edges: Vec<String> =
        graph.edges.iter().map(|edge| format!("{}-{}", name(edge.from), name(edge.to))).collect();
    assert_eq!(edges, ["a-b", "a-c", "b-a", "b-c", "c-a", "c-b"]);
}

#[test]
fn a_third_is_counted_as_the_fraction_it_is() {
    // Each gives a quarter of 100 and of the other's: x = 25 + x / 4, which is 100/3.
    let world = |need: &str| {
        format!(
            "party A
            party B
            party C
            resource r
            resource s
            commit c C r 100 - - : always
            commit a A r - - - : always
            match a 0.25 0 1000
            commit b B r - - - : always
            match b 0.25 0 1000
            commit w C s 1 - - : when others commit at least {need} r
            guarantee g - all
            need r {need} trigger+0d trigger+1d"
        )
    };
    for (need, waits) in [("66.666666666", None), ("66.666666667", Some("0.000000001 more r"))] {
        let (_, found) = assessed(&world(need));
        let said = found.verdict.commitments.iter().find(|said| said.id == id("w")).unwrap();
        let told = said.waits_for.first().map(ToString::to_string);
        assert_eq!(told.as_deref(), waits, "{need}");
    }
    let (_, found) = assessed(&world("167.333333334"));
    let stretch = &found.verdict.needs[0].coverage(Reading::Firm)[0];
    assert_eq!(
        (stretch.covered.to_string().as_str(), stretch.missing.to_string().as_str()),
        ("166.666666666", "0.666666668")
    );
}

#[test]
fn an_ask_is_matched_and_found_to_the_last_place_that_is_given() {
    // Every 1 asked for brings another half, so 67 persons bring the missing 100; 66 bring 99.
    let (_, found) = assessed(
        "party A
        party B
        resource r
        commit a A r 100 - - : always
        commit b B r - - - : always
        match b 0.5 100 500
        guarantee g - all
        need r 200 trigger+0d trigger+1d",
    );
    let [ask, ..] = found.asks.as_slice() else { panic!("it does not hold") };
    assert_eq!(ask.amounts.len(), 1);
    assert_eq!(ask.amounts[0].1.to_string(), "67");
}

#[test]
fn windows_are_not_looked_at_in_matching_and_are_in_coverage() {
    let (_, found) = assessed(
        "party A
        party B
        resource r
        commit a A r 100 trigger+0d trigger+10d : always
        commit b B r - trigger+20d trigger+30d : always
        match b 1 0 500
        guarantee g - all
        need r 100 trigger+5d trigger+25d",
    );
    let told: Vec<String> = found.verdict.needs[0]
        .coverage(Reading::Firm)
        .iter()
        .map(|stretch| format!("{}: {}", stretch.from, stretch.covered))
        .collect();
    assert_eq!(told, ["trigger+5d: 100", "trigger+10d: 0", "trigger+20d: 100"]);
}
