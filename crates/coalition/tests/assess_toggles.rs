//! A model made ready once, asked under one scenario after the other: each answer is that of a model
//! made ready for it alone, and of the plainest reading of its meaning.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod assess_support;

use assess_support::World;
use assess_support::dice::Dice;
use coalition::Id;
use coalition::assess::{Limits, Prepared, Reading, Standing, standings, verdict};
use coalition::model::Scenario;

/// Any scenario that speaks of what is there and does not contradict itself.
fn scenario(dice: &mut Dice, world: &World, trigger: Option<&Id>) -> Scenario {
    let mut scenario = Scenario { on: world.scenario.on, ..Scenario::default() };
    for id in world.model.circumstances.keys() {
        match dice.below(4) {
            0 => scenario.assume.insert(id.clone()),
            1 if trigger != Some(id) => scenario.assume_not.insert(id.clone()),
            _ => false,
        };
    }
    let parties = world.model.parties.keys();
    scenario.without = parties.filter(|_| dice.below(4) == 0).cloned().collect();
    scenario
}

fn check(text: &str, dice: &mut Dice) {
    let mut world = World::read(text);
    let model = world.model.clone();
    let prepared = Prepared::new(&model).unwrap();
    let mut guarantee = world.guarantee().clone();
    let mut told = Vec::new();
    for _ in 0..8 {
        if dice.below(3) == 0 {
            let ids: Vec<&Id> = model.circumstances.keys().collect();
            let at = dice.below(u64::try_from(ids.len()).unwrap() + 1);
            guarantee.trigger = ids.get(usize::try_from(at).unwrap()).map(|id| (*id).clone());
        }
        world.scenario = scenario(dice, &world, guarantee.trigger.as_ref());
        told.push(format!("{:?} {:?}", guarantee.trigger, world.scenario));
        world.model.guarantees.insert(world.guarantee.clone(), guarantee.clone());
        if dice.below(4) == 0 {
            let found = prepared.standings(&world.scenario).unwrap();
            assert_eq!(found, standings(&model, &world.scenario).unwrap(), "{told:#?}");
        }
        let found = prepared.verdict(&guarantee, &world.scenario, &Limits::default()).unwrap();
        let fresh = verdict(&model, &guarantee, &world.scenario).unwrap();
        assert_eq!(format!("{found:?}"), format!("{fresh:?}"), "{told:#?}");
        let state = world.state();
        for (mutual, reading) in [(false, Reading::Firm), (true, Reading::Mutual)] {
            let holds = world.stands(&state, mutual);
            assert_eq!(*found.holds.under(reading), holds, "{reading:?} {told:#?}");
            let in_force = world.in_force(&state, mutual);
            for said in &found.commitments {
                let is =
                    said.standing == Standing::Firm || mutual && said.standing == Standing::Mutual;
                assert_eq!(is, in_force.contains(&said.id), "{} {told:#?}", said.id);
            }
        }
    }
}

#[test]
fn what_was_made_ready_once_answers_every_toggle_as_if_made_for_it() {
    for seed in 3_000..3_800 {
        let text = Dice(seed).world();
        let outcome = std::panic::catch_unwind(|| check(&text, &mut Dice(seed ^ 0x0706)));
        if let Err(cause) = outcome {
            println!("seed {seed}:\n{text}");
            std::panic::resume_unwind(cause);
        }
    }
}
