//! Explanations against the plainest reading of their meaning, over random small worlds: every step
//! follows from those before it, every figure is so, and the conclusion is true. A world that fails
//! is printed as text that `World::read` takes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod assess_support;

use assess_support::World;
use assess_support::dice::Dice;
use assess_support::matching::{Fraction, fraction, shown};
use assess_support::reference::{Ids, State};
use coalition::Id;
use coalition::assess::explain::{
    Absence, BreakExplanation, CommitmentExplanation, Explanations, Fall, Figures, Given, Leaf,
    tightest,
};
use coalition::assess::{Assessment, CommitmentStanding, Limits, Reading, Standing, assess};
use coalition::condition::{Condition, Formula, Who};
use std::collections::BTreeSet;

/// What is the case in one explanation: who is there, who leaves, and how amounts are read.
struct Case<'w> {
    world: &'w World,
    state: State,
    mutual: bool,
}

impl Case<'_> {
    /// A leaf says what is so, and its figures are those of these commitments in force.
    fn check_leaf(&self, leaf: &Leaf, own: &Id, in_force: &Ids, holds: bool) {
        let Condition::When(formula) = &leaf.says else { panic!("{leaf:?}") };
        let party = &self.world.commitment(own).party;
        let so = self.world.holds(formula, party, &self.state, in_force, self.mutual);
        assert_eq!((so, leaf.holds), (holds, holds), "{own}: {leaf:?}");
        let counts = |who: Who, other: &Id| who == Who::All || other != party;
        match (formula, &leaf.figures) {
            (Formula::Circumstance { circumstance, .. }, Figures::Circumstance { known }) => {
                assert_eq!(known.is(), self.state.circumstances.contains(circumstance));
            }
            (Formula::Contribute { parties, resource }, Figures::Parties { there, lacking }) => {
                let contributing = self.world.contributing(resource, in_force);
                let (expected, not): (Vec<_>, Vec<_>) =
                    parties.iter().partition(|party| contributing.contains(party));
                assert_eq!(there.iter().collect::<Vec<_>>(), expected);
                assert_eq!(lacking.iter().map(|of| &of.party).collect::<Vec<_>>(), not);
                for of in lacking {
                    let absent = !self.state.parties.contains(&of.party);
                    assert_eq!(
                        matches!(of.why, Absence::Leaves | Absence::NotThere),
                        absent,
                        "{of:?}"
                    );
                }
            }
            (
                Formula::CountContribute { count, who, resource },
                Figures::Count { there, missing },
            ) => {
                let contributing = self.world.contributing(resource, in_force);
                let expected: Vec<&Id> =
                    contributing.iter().filter(|other| counts(*who, other)).collect();
                assert_eq!(there.iter().collect::<Vec<_>>(), expected);
                assert_eq!(*missing, (*count as usize).saturating_sub(expected.len()));
            }
            (
                Formula::SumCommit { amount, who, resource },
                Figures::Sum { given, there, missing },
            ) => {
                let amounts = self.world.amounts(&self.state, in_force, self.mutual);
                let sum = self.world.sum(resource, &amounts, |other| counts(*who, other));
                assert_eq!(fraction(there.to_decimal()), shown(&sum));
                let lacks = fraction(amount.to_decimal()) - sum;
                assert_eq!(missing.is_zero(), lacks <= fraction(0.into()), "{leaf:?}");
                self.check_given(given, in_force, |said| {
                    said.resource == *resource && counts(*who, &said.party)
                });
            }
            _ => panic!("figures of another sort: {leaf:?}"),
        }
    }

    /// What is given is every commitment in force that counts, with what it comes to.
    fn check_given(
        &self,
        given: &[Given],
        in_force: &Ids,
        counts: impl Fn(&coalition::content::Commitment) -> bool,
    ) {
        let amounts = self.world.amounts(&self.state, in_force, self.mutual);
        let expected: Vec<(&Id, Fraction)> = amounts
            .iter()
            .filter(|(id, _)| counts(self.world.commitment(id)))
            .filter(|(id, _)| self.world.commitment(id).adds())
            .map(|(id, amount)| (id, shown(amount)))
            .collect();
        let told: Vec<(&Id, Fraction)> =
            given.iter().map(|of| (&of.commitment, fraction(of.amount.to_decimal()))).collect();
        assert_eq!(told, expected);
        for of in given {
            let said = self.world.commitment(&of.commitment);
            let others = self.world.others(said, &self.state, &amounts);
            let told = of.others.map(|others| fraction(others.to_decimal()));
            assert_eq!(told, said.matches.map(|_| shown(&others)), "{of:?}");
        }
    }

    /// The leaves told are enough for the whole condition, whatever the others are.
    fn check_enough(&self, fall: &Fall, in_force: &Ids, holds: bool) {
        let own = &fall.commitment;
        for leaf in &fall.leaves {
            self.check_leaf(leaf, own, in_force, holds);
        }
        let said = self.world.commitment(own);
        match &said.condition {
            Condition::Always => assert!(holds && fall.leaves.is_empty()),
            Condition::When(formula) => {
                assert_eq!(decided(formula, &fall.leaves, holds), holds, "{fall:?}");
            }
        }
    }
}

/// What a formula is when the leaves told are as told, and every other one is the opposite.
fn decided(formula: &Formula, leaves: &[Leaf], holds: bool) -> bool {
    let part = |part: &Formula| decided(part, leaves, holds);
    match formula {
        Formula::Any(parts) => parts.iter().any(part),
        Formula::Every(parts) => parts.iter().all(part),
        Formula::AtLeastOf { count, of } => {
            of.iter().filter(|of| part(of)).count() >= *count as usize
        }
        leaf => {
            let told = leaves.iter().any(|of| of.says == Condition::When(leaf.clone()));
            told == holds
        }
    }
}

/// Sorts of explanation that were seen, so that a test which saw none of a sort says so.
#[derive(Debug, Default)]
struct Seen {
    founded_in_rounds: usize,
    leaning: usize,
    failing: usize,
    cascades: usize,
    together: usize,
    counting_all: usize,
    matched: usize,
}

fn check(world: &World, seen: &mut Seen) {
    let limits = Limits::default();
    let found = assess(&world.model, world.guarantee(), &world.scenario, limits).unwrap();
    let all = Explanations::new(
        &world.model,
        Some(world.guarantee()),
        &world.scenario,
        &found.verdict.commitments,
    )
    .unwrap();
    let state = world.state();
    let (firm, mutual) = (world.in_force(&state, false), world.in_force(&state, true));
    for said in &found.verdict.commitments {
        let told = all.commitment(&said.id).unwrap();
        check_commitment(world, said, &told, &firm, &mutual);
        seen.founded_in_rounds += usize::from(told.steps.len() > 1);
        seen.leaning += told.leaves.iter().filter(|leaf| !leaf.leans_on.is_empty()).count();
        seen.failing += told.leaves.iter().filter(|leaf| !leaf.holds).count();
        assert!(told.sentences(&world.model).iter().all(|sentence| !sentence.is_empty()));
    }
    for mutual in [false, true] {
        check_breaks(world, &found, &all, mutual, seen);
        check_tightest(&found, mutual);
    }
}

fn check_commitment(
    world: &World,
    said: &CommitmentStanding,
    told: &CommitmentExplanation,
    firm: &Ids,
    mutual: &Ids,
) {
    let case = |mutual| Case { world, state: world.state(), mutual };
    let whole = |holds, in_force: &Ids| {
        let fall = Fall { commitment: said.id.clone(), leaves: told.leaves.clone() };
        case(true).check_enough(&fall, in_force, holds);
    };
    match said.standing {
        Standing::Firm => {
            // Nobody before those it counts on, so whoever is told is founded.
            let mut before = Ids::new();
            for (place, step) in told.steps.iter().enumerate() {
                assert_eq!((step.round, step.together), (place + 1, false));
                for fall in &step.falls {
                    case(false).check_enough(fall, &before, true);
                }
                before.extend(step.falls.iter().map(|fall| fall.commitment.clone()));
            }
            let last = told.steps.last().unwrap();
            assert_eq!(
                last.falls.iter().map(|fall| &fall.commitment).collect::<Vec<_>>(),
                [&said.id]
            );
            assert_eq!(told.leaves, last.falls[0].leaves);
            // Nobody is told whom nobody later counts on.
            let named = told.steps.iter().flat_map(|step| &step.falls);
            for skipped in named.map(|fall| &fall.commitment).filter(|id| **id != said.id) {
                assert!(!is_founded(world, told, skipped), "{skipped} is told for nothing");
            }
        }
        Standing::Mutual => {
            whole(true, mutual);
            let mut leans = false;
            for leaf in &told.leaves {
                let Condition::When(formula) = &leaf.says else { panic!("{leaf:?}") };
                let firmly = world.holds(formula, &said.party, &world.state(), firm, false);
                assert_eq!(leaf.leans_on.is_empty(), firmly, "{leaf:?}");
                leans |= !firmly;
            }
            assert!(leans, "nothing leans on anybody: {told:?}");
        }
        Standing::Waiting | Standing::Void => {
            let entry = &world.model.commitments[&said.id];
            if entry.stopped || !world.state().parties.contains(&said.party) {
                assert!(told.leaves.is_empty());
                return;
            }
            let mut with_own = mutual.clone();
            with_own.insert(said.id.clone());
            whole(false, &with_own);
        }
    }
}

/// Whether the steps follow without this one.
fn is_founded(world: &World, told: &CommitmentExplanation, without: &Id) -> bool {
    let mut before = Ids::new();
    for step in &told.steps {
        for fall in step.falls.iter().filter(|fall| fall.commitment != *without) {
            let said = world.commitment(&fall.commitment);
            if let Condition::When(formula) = &said.condition
                && !world.holds(formula, &said.party, &world.state(), &before, false)
            {
                return false;
            }
        }
        let named = step.falls.iter().map(|fall| fall.commitment.clone());
        before.extend(named.filter(|id| id != without));
    }
    true
}

fn check_breaks(
    world: &World,
    found: &Assessment,
    all: &Explanations<'_>,
    mutual: bool,
    seen: &mut Seen,
) {
    let reading = if mutual { Reading::Mutual } else { Reading::Firm };
    assert_eq!(all.breaking(reading, &[]).is_none(), *found.verdict.holds.under(reading));
    for set in &found.readings.under(reading).breaking.listed {
        let told = all.breaking(reading, set).unwrap_or_else(|| panic!("{set:?} breaks it"));
        assert_eq!(told.lost, *set);
        check_break(world, &told, mutual);
        seen.cascades += usize::from(told.steps.len() > 1);
        seen.together += told.steps.iter().filter(|step| step.together).count();
        seen.counting_all += usize::from(told.counts_all);
        let given = told.short.iter().flat_map(|short| &short.given);
        seen.matched += given.filter(|of| of.others.is_some()).count();
        let sentences = told.sentences(&world.model);
        assert!(sentences.len() > told.steps.len() && sentences.iter().all(|of| !of.is_empty()));
    }
}

fn check_break(world: &World, told: &BreakExplanation, mutual: bool) {
    let before = world.state();
    let mut state = before.clone();
    for item in &told.lost {
        state = world.with(&state, &item.to_string(), false);
    }
    let mut left = match told.counts_all {
        false => world.in_force(&before, mutual),
        true => world
            .model
            .commitments
            .iter()
            .filter(|(_, of)| !of.stopped)
            .filter(|(_, of)| before.parties.contains(&of.commitment.party))
            .map(|(id, _)| id.clone())
            .collect(),
    };
    // Without a condition that says "not", nobody comes into force by a loss.
    assert!(world.in_force(&state, mutual).is_subset(&left), "{told:?}");
    let gone: BTreeSet<&Id> =
        left.iter().filter(|id| !state.parties.contains(&world.commitment(id).party)).collect();
    assert_eq!(told.leave.iter().collect::<BTreeSet<_>>(), gone);
    told.leave.iter().for_each(|id| _ = left.remove(id));
    let case = Case { world, state, mutual };
    for (place, step) in told.steps.iter().enumerate() {
        assert_eq!(step.round, place + 1);
        let fell: Ids = step.falls.iter().map(|fall| fall.commitment.clone()).collect();
        assert!(fell.is_subset(&left), "{told:?}");
        // What counts only on itself is not founded: it fails once all of it is taken away.
        let given: Ids = match step.together {
            true => left.difference(&fell).cloned().collect(),
            false => left.clone(),
        };
        assert!(!step.together || !mutual);
        for fall in &step.falls {
            case.check_enough(fall, &given, false);
        }
        left = left.difference(&fell).cloned().collect();
    }
    // What is left is at least what is in force in the end, and yet not enough.
    assert!(world.in_force(&case.state, mutual).is_subset(&left));
    let amounts = world.amounts(&case.state, &left, mutual);
    for short in &told.short {
        let need = &world.guarantee().needs[short.need];
        assert_eq!((&short.resource, short.amount), (&need.resource, need.amount));
        let covered: Vec<Fraction> = world
            .covered(short.need, &amounts)
            .into_iter()
            .filter(|(day, _)| (world.day(short.from)..world.day(short.until)).contains(day))
            .map(|(_, covered)| covered)
            .collect();
        assert!(!covered.is_empty());
        for covered in covered {
            assert_eq!(fraction(short.covered.to_decimal()), shown(&covered));
            assert!(covered < fraction(need.amount.to_decimal()), "{short:?}");
        }
        assert!(!short.missing.is_zero());
        case.check_given(&short.given, &left, |said| {
            said.resource == need.resource
                && said.from.is_none_or(|from| world.day(from) <= world.day(short.from))
                && said.until.is_none_or(|until| world.day(short.from) < world.day(until))
        });
    }
    assert!(told.needs - told.short.len() < told.required, "{told:?}");
    for fall in told.steps.iter().flat_map(|step| &step.falls) {
        let skipped = &fall.commitment;
        assert!(!breaks_without(world, told, &case, skipped), "{skipped} is told for nothing");
    }
}

/// Whether the steps follow, and lead to the same shortages, without this one.
fn breaks_without(world: &World, told: &BreakExplanation, case: &Case<'_>, without: &Id) -> bool {
    let mut left = match told.counts_all {
        false => world.in_force(&world.state(), case.mutual),
        true => world
            .model
            .commitments
            .iter()
            .filter(|(_, of)| !of.stopped)
            .map(|(id, _)| id.clone())
            .collect(),
    };
    left.retain(|id| case.state.parties.contains(&world.commitment(id).party));
    for step in &told.steps {
        let fell: Ids = step.falls.iter().map(|fall| fall.commitment.clone()).collect();
        let after: Ids =
            left.iter().filter(|id| !fell.contains(*id) || *id == without).cloned().collect();
        let given = if step.together { &after } else { &left };
        for id in fell.iter().filter(|id| *id != without) {
            let said = world.commitment(id);
            let Condition::When(formula) = &said.condition else { return false };
            if world.holds(formula, &said.party, &case.state, given, case.mutual) {
                return false;
            }
        }
        left = after;
    }
    let amounts = world.amounts(&case.state, &left, case.mutual);
    told.short.iter().all(|short| {
        let days = world.covered(short.need, &amounts);
        days.iter().any(|(day, covered)| {
            (world.day(short.from)..world.day(short.until)).contains(day)
                && *covered < fraction(short.amount.to_decimal())
        })
    })
}

fn check_tightest(found: &Assessment, mutual: bool) {
    let reading = if mutual { Reading::Mutual } else { Reading::Firm };
    let told = tightest(&found.verdict, reading);
    assert_eq!(told.len(), found.verdict.needs.len());
    for (told, need) in told.iter().zip(&found.verdict.needs) {
        let least = need.coverage(reading).into_iter().map(|stretch| stretch.covered).min();
        assert_eq!(Some(told.covered), least);
        assert_eq!(told.missing.is_zero(), *need.covered.under(reading));
        assert!(told.missing.is_zero() || told.spare.is_zero());
    }
}

#[test]
fn every_step_follows_and_every_conclusion_is_true() {
    let mut seen = Seen::default();
    for seed in 0..4_000 {
        let text = Dice(seed).world();
        let outcome = std::panic::catch_unwind(|| {
            let mut seen = Seen::default();
            check(&World::read(&text), &mut seen);
            seen
        });
        match outcome {
            Ok(of) => {
                seen.founded_in_rounds += of.founded_in_rounds;
                seen.leaning += of.leaning;
                seen.failing += of.failing;
                seen.cascades += of.cascades;
                seen.together += of.together;
                seen.counting_all += of.counting_all;
                seen.matched += of.matched;
            }
            Err(cause) => {
                println!("seed {seed}:\n{text}");
                std::panic::resume_unwind(cause);
            }
        }
    }
    let Seen { founded_in_rounds, leaning, failing, cascades, together, counting_all, matched } =
        seen;
    let sorts = [founded_in_rounds, leaning, failing, cascades, together, counting_all, matched];
    println!("{seen:?}");
    assert!(sorts.iter().all(|count| *count >= 10), "{seen:?}");
}

/// Four towns whose loss of one is the loss of all: each sentence by hand.
#[test]
fn a_cascade_is_told_in_sentences_with_its_figures() {
    let world = World::read(
        "
        party A
        party B
        party C
        resource r
        resource s
        commit a A r 5 - - : always
        commit b B r 3 - - : when A contributes r
        commit c C s 7 - - : when all commit at least 6 r
        guarantee g - all
        need s 4 trigger+0d trigger+9d
        ",
    );
    let (model, guarantee) = (&world.model, world.guarantee());
    let found = assess(model, guarantee, &world.scenario, Limits::default()).unwrap();
    let proof = &found.explained.firm.breaks[0];
    assert_eq!(
        proof.sentences(model),
        [
            "A leaves: gone with it A: 5 units of r.",
            "Round 1: C: 7 units of s falls: all must commit at least 6 units of r: 3 are in force \
             (B 3), missing 3 units.",
            "So of the 4 units of s needed from trigger+0d until trigger+9d there are at most 0 \
             units; 4 units are missing.",
        ],
        "{proof:#?}"
    );
    let all =
        Explanations::new(model, Some(guarantee), &world.scenario, &found.verdict.commitments);
    let told = all.unwrap().commitment(&assess_support::id("c")).unwrap();
    assert_eq!(
        told.sentences(model),
        [
            "Round 1: A: 5 units of r is in force: it has no condition.",
            "Round 2: B: 3 units of r is in force: A contributes r.",
            "Round 3: C: 7 units of s is in force: all must commit at least 6 units of r: 8 are in \
             force (A 5; B 3).",
        ]
    );
}
