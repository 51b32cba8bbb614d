//! An assessment told in steps is the assessment: what is told early stays, and nothing is computed
//! for nobody.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod assess_support;

use assess_support::World;
use coalition::assess::{
    Assessment, Bound, Limits, Prepared, ReadingResult, Step, assess, assess_in_steps,
};
use std::ops::ControlFlow;

/// Two who go together, one who waits for them, and a circumstance with a chance.
fn world() -> World {
    World::read(
        "party FR 0.9\nparty DE 0.8\nparty ES 0.7\nparty IT\n\
         circumstance peace unknown\ncircumstance backstop unknown 0.5\n\
         resource troops persons\n\
         commit a FR troops 5 - - : when DE contributes troops\n\
         commit b DE troops 5 - - : when FR contributes troops\n\
         commit c ES troops 4 - - : always\n\
         commit d IT troops 6 - - : when backstop\n\
         commit e IT troops 3 - - : when at least 2 others contribute troops\n\
         guarantee force - all\nneed troops 12 2026-01-01 2026-06-01\n",
    )
}

/// Limits that no diagram keeps, so that everything is hard.
fn none() -> Limits {
    let bound = Bound { nodes_max: 0, steps_max: 0, evaluations_max: 0 };
    Limits { bound, ..Limits::default() }
}

fn in_steps(
    world: &World,
    limits: Limits,
    tell: &mut dyn FnMut(Step<'_>) -> ControlFlow<()>,
) -> Option<Assessment> {
    let patience = Bound::default();
    let prepared = Prepared::new(&world.model).unwrap();
    assess_in_steps(&prepared, world.guarantee(), &world.scenario, limits, patience, tell).unwrap()
}

fn same_sets(one: &ReadingResult, other: &ReadingResult) {
    assert_eq!((&one.breaking, &one.sufficient), (&other.breaking, &other.sufficient));
    assert_eq!((one.holds, one.order), (other.holds, other.order));
    assert_eq!((one.n_minus_1, one.n_minus_2), (other.n_minus_1, other.n_minus_2));
}

fn same_chances(one: &ReadingResult, other: &ReadingResult) {
    assert_eq!((&one.probability, &one.importance), (&other.probability, &other.importance));
}

#[test]
fn an_easy_assessment_is_told_at_once_and_is_the_whole() {
    let world = world();
    let whole =
        assess(&world.model, world.guarantee(), &world.scenario, Limits::default()).unwrap();
    let found =
        in_steps(&world, Limits::default(), &mut |step| panic!("not hard: {step:?}")).unwrap();
    for (one, other) in [
        (&found.readings.firm, &whole.readings.firm),
        (&found.readings.mutual, &whole.readings.mutual),
    ] {
        same_sets(one, other);
        same_chances(one, other);
    }
    assert_eq!(found.asks, whole.asks);
    assert_eq!(found.verdict.needs, whole.verdict.needs);
}

#[test]
fn a_hard_assessment_tells_verdict_sets_and_chances_in_turn_and_takes_nothing_back() {
    let world = world();
    let whole =
        assess(&world.model, world.guarantee(), &world.scenario, Limits::default()).unwrap();
    let (firm, mutual) = (&whole.readings.firm, &whole.readings.mutual);
    assert!(!firm.holds && mutual.holds, "both kinds of sets are asked for");
    let mut told = Vec::new();
    let found = in_steps(&world, none(), &mut |step| {
        told.push(match step {
            Step::Verdict(verdict) => {
                assert_eq!(verdict.holds, whole.verdict.holds);
                assert_eq!(verdict.needs, whole.verdict.needs);
                "verdict"
            }
            Step::Sets(so_far) => {
                same_sets(&so_far.readings.firm, firm);
                same_sets(&so_far.readings.mutual, mutual);
                for reading in [&so_far.readings.firm, &so_far.readings.mutual] {
                    let likely = &reading.probability;
                    assert_eq!((likely.holds_low, likely.holds_high), (0.0, 1.0));
                    assert!(reading.importance.is_empty());
                }
                assert!(so_far.asks.is_empty());
                "sets"
            }
            Step::Chances(so_far) => {
                same_chances(&so_far.readings.firm, firm);
                same_chances(&so_far.readings.mutual, mutual);
                assert!(so_far.asks.is_empty());
                "chances"
            }
        });
        ControlFlow::Continue(())
    });
    assert_eq!(told, ["verdict", "sets", "chances"]);
    let found = found.unwrap();
    same_sets(&found.readings.mutual, mutual);
    same_chances(&found.readings.mutual, mutual);
    assert!(!found.asks.is_empty() && found.asks.len() == whole.asks.len());
}

#[test]
fn nothing_further_is_computed_once_nobody_waits() {
    let world = world();
    for patience in 1..=3 {
        let mut told = 0;
        let found = in_steps(&world, none(), &mut |_| {
            told += 1;
            if told == patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(found.is_none());
        assert_eq!(told, patience);
    }
}
