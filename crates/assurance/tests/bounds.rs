//! Too hard, too deep, badly formed: what is answered then.

mod world;

use assurance::{
    Analysis, Bound, Evaluator, MinimalSets, Node, Order, Reading, Refusal, Stopped, SystemBuilder,
    Variable,
};
use std::sync::atomic::{AtomicU64, Ordering};
use world::{Dice, Tree, World, assignment, minimal_sets, probability};

#[test]
fn a_bounded_answer_is_the_truth_up_to_the_order_it_states() {
    let (mut cut_short, mut finished) = (0, 0);
    for seed in 0..1500 {
        let mut dice = Dice(seed ^ 0xB07D);
        let world = dice.world(9, seed % 2 == 0);
        let built = world.build().expect("layered");
        let reading = [Reading::Least, Reading::Greatest][dice.below(2)];
        let table = world.truth_table(reading);
        let evaluations_max = dice.below(100) as u64;
        let bound = Bound { nodes_max: dice.below(8), steps_max: 1000, evaluations_max };
        let analysis = Analysis::new(&built.system, built.top, reading, &[], bound);
        let base = dice.below(1 << world.variables);
        let flips: Vec<usize> = (0..world.variables).collect();
        let target = dice.below(2) == 0;
        let truth = minimal_sets(&table, base, &flips, target);
        let start = assignment(base, world.variables);
        let sets = analysis.minimal_sets(&start, &built.variables(), target);
        let listed: Vec<Vec<Variable>> = sets.iter().collect();
        let says = || format!("{reading:?} {world:#?}\n{}", built.system);
        match sets.searched_to() {
            None => {
                assert_eq!(listed, truth, "{}", says());
                finished += 1;
            }
            Some(size) => {
                let mut shorter = truth.clone();
                shorter.retain(|set| set.len() <= size);
                assert_eq!(listed, shorter, "{}", says());
                assert!(!sets.is_complete());
                if shorter.is_empty() {
                    assert_eq!(sets.order(), Order::AtLeast(size + 1), "{}", says());
                }
                cut_short += 1;
            }
        }
        assert_eq!(analysis.holds(&start), table[base], "{}", says());
        let chances: Vec<f64> = (0..world.variables).map(|_| dice.chance()).collect();
        let answer = analysis.likelihood(&chances).expect("from 0 to 1");
        let (holds, fails) = probability(&table, &chances);
        let inside = |low: f64, value: f64, high: f64| {
            low <= value * (1.0 + 1e-12) && value * (1.0 - 1e-12) <= high
        };
        assert!(inside(answer.holds.low, holds, answer.holds.high), "{answer:?} {}", says());
        assert!(inside(answer.fails.low, fails, answer.fails.high), "{answer:?} {}", says());
    }
    assert!(cut_short > 100 && finished > 100, "{cut_short} cut short, {finished} finished");
}

#[test]
fn the_same_bound_gives_the_same_answer() {
    let mut dice = Dice(77);
    let world = dice.world(12, true);
    let built = world.build().expect("layered");
    let bound = Bound { nodes_max: 40, steps_max: 100, evaluations_max: 60 };
    let answer = || {
        let analysis = Analysis::new(&built.system, built.top, Reading::Least, &[], bound);
        let sets = analysis.minimal_sets(&[], &built.variables(), true);
        (analysis.stopped(), sets.searched_to(), sets.iter().collect::<Vec<_>>())
    };
    assert_eq!(answer(), answer());
}

/// Nested and/or, so many deep, over as many variables as given.
fn nested(builder: &mut SystemBuilder, depth: usize, variables: usize) -> Node {
    let names: Vec<Variable> =
        (0..variables).map(|at| builder.variable(&format!("x{at:05}"))).collect();
    let mut node = builder.constant(true);
    for at in 0..depth {
        let literal = builder.literal(names[at % variables]);
        node =
            if at % 2 == 0 { builder.and(&[literal, node]) } else { builder.or(&[literal, node]) };
    }
    node
}

#[test]
fn ten_thousand_nested_gates_do_not_overflow_the_stack() {
    let mut builder = SystemBuilder::new();
    let deep = nested(&mut builder, 10_000, 41);
    let denied = builder.not(deep);
    let system = builder.finish().expect("no recursion");
    let mut evaluator = Evaluator::new(&system, Reading::Least);
    evaluator.evaluate(&[true; 41]);
    assert!(evaluator.holds(deep) && !evaluator.holds(denied));
    let analysis = Analysis::new(&system, deep, Reading::Least, &[], Bound::default());
    assert_eq!(analysis.stopped(), None);
    let all: Vec<Variable> = system.variables().collect();
    assert!(analysis.minimal_sets(&[true; 41], &all, false).is_complete());
}

#[test]
fn a_chain_of_ten_thousand_variables_falls_into_modules() {
    let mut builder = SystemBuilder::new();
    let deep = nested(&mut builder, 10_000, 10_000);
    let system = builder.finish().expect("no recursion");
    let analysis = Analysis::new(&system, deep, Reading::Least, &[], Bound::default());
    assert_eq!(analysis.stopped(), None);
    let all: Vec<Variable> = system.variables().collect();
    let sets = analysis.minimal_sets(&vec![true; 10_000], &all, false);
    // The outermost gate is "or": no single loss breaks it.
    assert_eq!(sets.order(), Order::Exactly(2));
    assert_eq!(sets.count().exact(), Some(5_000));
}

#[test]
fn more_variables_than_levels_are_searched_by_order() {
    let mut builder = SystemBuilder::new();
    let all: Vec<Variable> = (0..5_000).map(|at| builder.variable(&format!("x{at}"))).collect();
    let literals: Vec<Node> = all.iter().map(|&name| builder.literal(name)).collect();
    let top = builder.at_least(4_998, &literals);
    let system = builder.finish().expect("no recursion");
    let analysis = Analysis::new(&system, top, Reading::Least, &[], Bound::default());
    assert_eq!(analysis.stopped(), Some(Stopped::Depth));
    let sets = analysis.minimal_sets(&vec![true; 5_000], &all, false);
    // No single loss breaks it, and that is proven.
    assert_eq!(sets.searched_to(), Some(1));
    assert_eq!(sets.order(), Order::AtLeast(2));
}

#[test]
fn a_circle_of_ten_thousand_definitions_is_followed_to_its_end() {
    let mut builder = SystemBuilder::new();
    let start = builder.variable("start");
    let names: Vec<_> = (0..10_000).map(|at| builder.definition(&format!("d{at}"))).collect();
    for (at, &name) in names.iter().enumerate() {
        let mut body = builder.reference(names[(at + 1) % names.len()]);
        if at == 0 {
            let literal = builder.literal(start);
            body = builder.or(&[literal, body]);
        }
        builder.define(name, body).expect("first body");
    }
    let top = builder.reference(names[1]);
    let system = builder.finish().expect("monotone");
    for (reading, alone) in [(Reading::Least, false), (Reading::Greatest, true)] {
        let mut evaluator = Evaluator::new(&system, reading);
        for started in [false, true, false] {
            evaluator.evaluate(&[started]);
            assert_eq!(evaluator.definitions(), vec![started || alone; 10_000]);
        }
        let analysis = Analysis::new(&system, top, reading, &[], Bound::default());
        assert_eq!(analysis.stopped(), None);
        assert_eq!([analysis.holds(&[false]), analysis.holds(&[true])], [alone, true]);
    }
    let groups = |started: bool| {
        let [least, greatest] = [Reading::Least, Reading::Greatest].map(|reading| {
            let mut evaluator = Evaluator::new(&system, reading);
            evaluator.evaluate(&[started]);
            evaluator
        });
        assurance::groups(&least, &greatest)
    };
    assert_eq!(groups(false).len(), 1);
    assert!(groups(true).is_empty());
}

#[test]
fn a_definition_that_needs_its_own_absence_is_refused_with_the_path() {
    let mut builder = SystemBuilder::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| builder.definition(name));
    let x = builder.variable("x");
    let x = builder.literal(x);
    let of_b = builder.reference(b);
    let body = builder.and(&[x, of_b]);
    builder.define(a, body).expect("first body");
    let of_c = builder.reference(c);
    let body = builder.or(&[x, of_c]);
    builder.define(b, body).expect("first body");
    let of_a = builder.reference(a);
    let body = builder.and(&[x, of_a]);
    let body = builder.not(body);
    builder.define(c, body).expect("first body");
    let refusal = builder.finish().expect_err("a circle through a negation");
    let path = ["a", "b", "c", "not a"].map(str::to_owned).to_vec();
    assert_eq!(refusal, Refusal::NegativeRecursion { path });
    assert_eq!(
        refusal.to_string(),
        "a definition depends on its own negation: a -> b -> c -> not a"
    );
}

#[test]
fn an_even_number_of_negations_is_monotone() {
    let mut builder = SystemBuilder::new();
    let a = builder.definition("a");
    let x = builder.variable("x");
    let x = builder.literal(x);
    let of_a = builder.reference(a);
    let denied = builder.not(of_a);
    let body = builder.and(&[x, denied]);
    let body = builder.not(body);
    builder.define(a, body).expect("first body");
    let system = builder.finish().expect("not (x and not a) is monotone in a");
    let mut least = Evaluator::new(&system, Reading::Least);
    least.evaluate(&[true]);
    assert!(!least.defined(a));
    least.evaluate(&[false]);
    assert!(least.defined(a));
}

#[test]
fn what_is_badly_formed_is_refused() {
    let mut builder = SystemBuilder::new();
    let x = builder.variable("x");
    let x = builder.literal(x);
    let half = u128::MAX / 4 + 1;
    assert!(builder.weighted_at_least(half, &[(half, x)]).is_ok());
    assert_eq!(
        builder.weighted_at_least(1, &[(half, x), (half, x)]),
        Err(Refusal::WeightsOverflow)
    );
    assert_eq!(
        builder.weighted_at_least(1, &[(u128::MAX, x), (u128::MAX, x)]),
        Err(Refusal::WeightsOverflow)
    );
    let d = builder.definition("d");
    builder.define(d, x).expect("first body");
    assert_eq!(builder.define(d, x), Err(Refusal::TwoBodies { name: "d".to_owned() }));
    let system = builder.finish().expect("complete");
    let analysis = Analysis::new(&system, x, Reading::Least, &[], Bound::default());
    assert_eq!(analysis.likelihood(&[]), Err(Refusal::Entries { given: 0, variables: 1 }));
    for chance in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(analysis.likelihood(&[chance]), Err(Refusal::Chance { .. })));
    }
    let mut builder = SystemBuilder::new();
    builder.definition("e");
    let refusal = builder.finish().expect_err("no body");
    assert_eq!(refusal, Refusal::NoBody { name: "e".to_owned() });
}

#[test]
fn sums_near_the_largest_weight_are_exact() {
    let mut builder = SystemBuilder::new();
    let names = ["a", "b", "c"].map(|name| builder.variable(name));
    let [a, b, c] = names.map(|name| builder.literal(name));
    let third = i128::MAX.cast_unsigned() / 3;
    let pairs = [(third, a), (third - 1, b), (third + 1, c)];
    let top = builder.weighted_at_least(2 * third, &pairs).expect("no overflow");
    let system = builder.finish().expect("no recursion");
    let analysis = Analysis::new(&system, top, Reading::Least, &[], Bound::default());
    let sets = analysis.minimal_sets(&[], &names, true);
    // a + b falls one short.
    let [a, b, c] = names;
    assert_eq!(sets.iter().collect::<Vec<_>>(), [[a, c], [b, c]]);
}

#[test]
fn tens_of_thousands_of_sets_come_in_order_and_the_first_of_millions_at_once() {
    for (variables, least, lost) in [(20, 15, 6), (40, 21, 20)] {
        let mut builder = SystemBuilder::new();
        // Declared in an order that is not the order of names.
        let names: Vec<Variable> =
            (0..variables).map(|at| builder.variable(&format!("x{:02}", at * 17 % 41))).collect();
        let literals: Vec<Node> = names.iter().map(|&name| builder.literal(name)).collect();
        let top = builder.at_least(least, &literals);
        let system = builder.finish().expect("no recursion");
        let analysis = Analysis::new(&system, top, Reading::Least, &[], Bound::default());
        let sets = analysis.minimal_sets(&vec![true; variables], &names, false);
        let choose =
            (0..lost as u128).fold(1, |product, k| product * (variables as u128 - k) / (k + 1));
        assert_eq!(sets.count().exact(), Some(choose));
        assert_eq!(sets.order(), Order::Exactly(lost));
        let spelled = |set: Vec<Variable>| -> Vec<String> {
            set.into_iter().map(|of| system.variable_name(of).to_owned()).collect()
        };
        let first: Vec<Vec<String>> = sets.iter().take(50_000).map(spelled).collect();
        assert!(first.is_sorted_by(|one, next| one < next));
        assert_eq!(first.len() as u128, choose.min(50_000));
        let mut smallest: Vec<String> = spelled(names.clone());
        smallest.sort();
        smallest.truncate(lost);
        assert_eq!(first[0], smallest);
    }
}

/// Gates over gates over variables that are shared: most of it one module. `denied`: whether a
/// variable may stand both plainly and under "not".
fn tangle(dice: &mut Dice, variables: usize, depth: usize, denied: bool) -> Tree {
    if depth == 0 || dice.below(5) == 0 {
        let at = dice.below(variables);
        let variable = Tree::Variable(at);
        let turns = if denied { dice.below(4) == 0 } else { at.is_multiple_of(3) };
        return if turns { Tree::Not(Box::new(variable)) } else { variable };
    }
    let count = 2 + dice.below(3);
    let parts: Vec<Tree> = (0..count).map(|_| tangle(dice, variables, depth - 1, denied)).collect();
    match dice.below(6) {
        0 | 1 => Tree::And(parts),
        2 | 3 => Tree::Or(parts),
        4 => Tree::AtLeast(1 + dice.below(count), parts),
        _ => {
            let pair = |part| (1 + dice.below(5) as u128, part);
            let pairs: Vec<(u128, Tree)> = parts.into_iter().map(pair).collect();
            let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
            Tree::Weighted(1 + dice.below(total as usize) as u128, pairs)
        }
    }
}

#[test]
fn whoever_is_asked_to_stop_finds_all_sets_up_to_every_size() {
    let (mut limited, mut several) = (0, 0);
    for seed in 0..1500 {
        let mut dice = Dice(seed ^ 0x51CE);
        let variables = 3 + dice.below(6);
        let top = tangle(&mut dice, variables, 4, seed % 4 == 0);
        let world = World { variables, layers: vec![], bodies: vec![], top };
        let built = world.build().expect("no definitions");
        let table = world.truth_table(Reading::Least);
        // As often as not, every flip helps.
        let helped = (0..variables).filter(|at| at.is_multiple_of(3)).map(|at| 1 << at).sum();
        let straight = dice.below(3) > 0;
        let base = if straight { helped } else { dice.below(1 << variables) };
        let flips: Vec<usize> = (0..variables).filter(|_| dice.below(6) > 0).collect();
        let named: Vec<Variable> = flips.iter().map(|at| built.variables()[*at]).collect();
        let target = straight || dice.below(2) == 0;
        let expected = minimal_sets(&table, base, &flips, target);
        for size in 0..=variables {
            let bound = Bound { evaluations_max: 1 << variables, ..Bound::default() };
            let analysis = Analysis::new(&built.system, built.top, Reading::Least, &[], bound);
            let analysis = analysis.until(|| true);
            let start = assignment(base, variables);
            let sets = analysis.minimal_sets_up_to(size, &start, &named, target);
            let listed: Vec<Vec<Variable>> = sets.iter().collect();
            let to = sets.searched_to().unwrap_or(variables);
            let mut known = expected.clone();
            known.retain(|set| set.len() <= to);
            assert_eq!(listed, known, "{to} of {size}: {world:#?}\n{}", built.system);
            assert_eq!(sets.count().exact(), Some(known.len() as u128), "{world:#?}");
            limited +=
                usize::from(sets.searched_to() == Some(size) && known.len() < expected.len());
            several += usize::from(known.len() > 2);
        }
    }
    assert!(limited > 1000 && several > 800, "{limited} were limited, {several} had several sets");
}

#[test]
fn bounds_on_probability_hold_for_every_size_and_close_as_it_grows() {
    let (mut open, mut closed) = (0, 0);
    for seed in 0..1500 {
        let mut dice = Dice(seed ^ 0xB0B0);
        let variables = 3 + dice.below(6);
        let top = tangle(&mut dice, variables, 4, seed % 4 == 0);
        let world = World { variables, layers: vec![], bodies: vec![], top };
        let built = world.build().expect("no definitions");
        let table = world.truth_table(Reading::Least);
        let chances: Vec<f64> = (0..variables).map(|_| dice.chance()).collect();
        let (holds, fails) = probability(&table, &chances);
        for size in [1, 2, 3, 50] {
            let bound = Bound { evaluations_max: 0, ..Bound::default() };
            let analysis = Analysis::new(&built.system, built.top, Reading::Least, &[], bound);
            let analysis = analysis.until(|| true);
            let answer = analysis.likelihood_up_to(size, &chances).expect("from 0 to 1");
            for (range, value) in [(answer.holds, holds), (answer.fails, fails)] {
                let inside =
                    range.low <= value * (1.0 + 1e-12) && value <= range.high * (1.0 + 1e-12);
                assert!(inside, "{value} {answer:?} {world:#?}\n{}", built.system);
            }
            let width = answer.holds.high - answer.holds.low;
            open += usize::from(width > 1e-6 && width < 0.5);
            closed += usize::from(width < 1e-6);
        }
    }
    assert!(open > 300 && closed > 1000, "{open} open, {closed} closed");
}

/// A tree that takes a while: its answers are right by the other tests.
fn heavy(dice: &mut Dice) -> World {
    let variables = 22;
    let parts = (0..8).map(|_| {
        let some: Vec<Tree> = (0..4)
            .map(|_| {
                let few = (0..3).map(|_| Tree::Variable(dice.below(variables))).collect();
                Tree::And(few)
            })
            .collect();
        Tree::Or(some)
    });
    let top = Tree::AtLeast(5, parts.collect());
    World { variables, layers: vec![], bodies: vec![], top }
}

#[test]
fn answers_are_sound_whenever_somebody_asks_to_stop() {
    let patient = Bound { nodes_max: 1 << 22, steps_max: u64::MAX, evaluations_max: 0 };
    let (mut stopped, mut done) = (0, 0);
    for seed in 0..3 {
        let world = heavy(&mut Dice(seed));
        let built = world.build().expect("no definitions");
        let new = || Analysis::new(&built.system, built.top, Reading::Least, &[], patient);
        let all = built.variables();
        let start = vec![false; world.variables];
        let chances = vec![0.03; world.variables];
        let whole = new().minimal_sets(&start, &all, true);
        let exact = new().likelihood(&chances).expect("from 0 to 1").holds.low;
        for polls in [0, 1, 2, 3, 5, 8, 13, 21, 1 << 40] {
            let stop = || {
                let left = AtomicU64::new(polls);
                move || {
                    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        left.checked_sub(1)
                    })
                    .is_err()
                }
            };
            let sets = new().until(stop()).minimal_sets(&start, &all, true);
            check_part(&sets, &whole);
            let analysis = new().until(stop());
            let answer = analysis.likelihood(&chances).expect("from 0 to 1").holds;
            assert!(answer.low <= exact && exact <= answer.high, "{answer:?} {exact} at {polls}");
            match analysis.stopped() {
                Some(why) => {
                    assert_eq!(why, Stopped::Asked);
                    stopped += 1;
                }
                None => done += 1,
            }
        }
    }
    assert!(stopped > 4 && done >= 2, "{stopped} stopped, {done} done");
}

/// The first so many sets, of those that a complete answer has of the sizes searched.
fn check_part(sets: &MinimalSets, whole: &MinimalSets) {
    let to = sets.searched_to().unwrap_or(usize::MAX);
    let counts = |of: &MinimalSets| -> Vec<_> {
        of.count_by_size().into_iter().filter(|(size, _)| *size <= to).collect()
    };
    assert_eq!(counts(sets), counts(whole), "up to {to}");
    let known = whole.iter().take_while(|set| set.len() <= to).take(500);
    assert_eq!(sets.iter().take(500).collect::<Vec<_>>(), known.collect::<Vec<_>>());
}
