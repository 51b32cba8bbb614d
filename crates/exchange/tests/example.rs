//! The worked example: every step of it is admitted, and everybody sees something else of it.

use coalition::assess::{self, Limits};
use coalition::content::{Guarantee, Kind, PublishedAssessment};
use coalition::model::{Model, Scenario};
use coalition::{Id, State, View, Viewer};
use exchange::example::example;
use replay::replayed;
use std::collections::BTreeSet;

mod replay;

const README: &str = include_str!("../../../examples/coalition-of-the-willing/README.md");
const FOUR_TOWNS: &str = include_str!("../../../examples/four-towns.toml");

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

fn seen_by(state: &State, person: &str) -> View {
    View::of(state, Viewer::of_person(state, &id(person)))
}

fn ids_in(view: &View) -> BTreeSet<Id> {
    Kind::ALL.iter().flat_map(|kind| view.of_kind(*kind)).map(|thing| thing.id.clone()).collect()
}

#[test]
fn every_step_is_admitted_and_each_viewer_sees_something_else() {
    let state = replayed(example());
    let persons = ["clerk-fr", "head-ee", "adviser-es", "head-ua", "head-us", "nobody"];
    let seen = persons.map(|person| (person, ids_in(&seen_by(&state, person))));
    for (person, ids) in &seen {
        println!("{person} sees {} things", ids.len());
    }
    for (place, (person, ids)) in seen.iter().enumerate() {
        for (other, other_ids) in &seen[..place] {
            assert_ne!(ids, other_ids, "{person} and {other} see the same");
        }
        for (hidden, least) in [("m-madrid", "c-madrid-states-s0"), ("m-madrid-1-needs", "g3")] {
            assert!(ids.contains(&id(least)), "{person} sees {least}");
            let admitted = match hidden {
                "m-madrid" => ["clerk-fr", "head-ee", "adviser-es"].as_slice(),
                _ => &["clerk-fr", "adviser-es"],
            };
            assert_eq!(ids.contains(&id(hidden)), admitted.contains(person), "{person}: {hidden}");
        }
    }
    let public = &seen[5].1;
    assert!(public.len() > 100, "the public site says something: {} things", public.len());
    assert!(seen.iter().all(|(_, ids)| public.is_subset(ids)), "what is CLEAR is seen by all");
}

#[test]
fn acts_are_in_order_and_the_same_every_time() {
    let steps = example().steps;
    assert!(steps.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(steps, example().steps);
}

/// What the README promises of the deployment in the lead's view.
#[test]
fn the_deployment_hangs_on_a_group_that_moves_together_and_on_the_us_backstop() {
    let state = replayed(example());
    let assessed = |person: &str, assume: &[&str]| {
        let view = seen_by(&state, person);
        let (_, guarantee) = view.find::<Guarantee>(&id("g3")).expect("g3 is CLEAR");
        let assume = assume.iter().map(|word| id(word)).collect();
        let scenario = Scenario { assume, ..Scenario::default() };
        assess::assess(&Model::of(&view), guarantee, &scenario, Limits::default())
            .expect("the example is assessed")
    };
    let holds = |person: &str, assume: &[&str]| {
        let found = assessed(person, assume).verdict.holds;
        (found.firm, found.mutual)
    };
    for (person, plain, backed) in [
        ("clerk-fr", (false, true), (true, true)),
        ("head-ee", (false, false), (true, true)),
        ("head-ua", (false, false), (false, false)),
        ("nobody", (false, false), (false, false)),
    ] {
        assert_eq!(holds(person, &[]), plain, "{person}, firm and mutual");
        assert_eq!(holds(person, &["us-backstop"]), backed, "{person}, with the US backstop");
    }
    let lead = assessed("clerk-fr", &[]);
    let mut standings: Vec<String> = lead
        .verdict
        .commitments
        .iter()
        .map(|at| format!("{} {}", at.id, at.standing.word()))
        .collect();
    standings.sort();
    for expected in [
        "cz-mine-clearance waiting",
        "de-regiment waiting",
        "es-battalion mutual",
        "fr-brigade mutual",
        "gb-brigade mutual",
        "lt-company firm",
        "tr-regiment mutual",
        "us-batteries void",
    ] {
        assert!(standings.iter().any(|found| found == expected), "{expected}\n{standings:#?}");
    }
    assert!(!lead.asks.is_empty());
    assert!(lead.verdict.illustrative, "every page that shows it says so");
}

#[test]
fn a_published_assessment_holds_what_its_author_saw() {
    let state = replayed(example());
    let view = seen_by(&state, "head-ee");
    assert!(view.get(&id("tr-regiment")).is_none());
    let (_, published) = view.find::<PublishedAssessment>(&id("a-deployment")).expect("AMBER");
    assert_eq!(published.answer["readings"]["mutual"]["holds"], true);
}

#[test]
fn every_thing_that_the_readme_names_exists_and_every_fact_names_one() {
    let mut things = BTreeSet::from([id("coalition")]);
    let example = example();
    things.insert(id("clerk-fr"));
    things.extend(example.steps.into_iter().map(|step| step.subject));
    let table = README.split("## Every fact and where it is").nth(1).expect("the table is there");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 40, "{} rows", rows.len());
    let mut named = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        assert_eq!(cells.len(), 3, "{row}");
        let ids: Vec<Id> = cells[2].split('`').skip(1).step_by(2).map(id).collect();
        assert!(!ids.is_empty(), "this fact is nowhere: {row}");
        for one in ids {
            assert!(things.contains(&one), "\"{one}\" is not in the example: {row}");
            named.insert(one);
        }
    }
    let claims = things.iter().filter(|one| one.as_str().starts_with("c-"));
    let forgotten: Vec<&Id> = claims.filter(|one| !named.contains(*one)).collect();
    assert!(forgotten.is_empty(), "these hold no fact of the table: {forgotten:?}");
}

#[test]
fn the_four_towns_hold_together_or_with_the_county_one_by_one() {
    let file = exchange::coalition_file::read("four-towns.toml", FOUR_TOWNS.as_bytes())
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let model = file.model();
    let guarantee = assess::guarantee(&model, &id("dry-streets")).expect("it is there");
    for (assume, firm) in [(BTreeSet::new(), false), (BTreeSet::from([id("county-pays")]), true)] {
        let scenario = Scenario { assume, ..Scenario::default() };
        let verdict = assess::verdict(&model, guarantee, &scenario).expect("it is assessed");
        assert_eq!((verdict.holds.firm, verdict.holds.mutual), (firm, true), "{scenario:?}");
    }
}
