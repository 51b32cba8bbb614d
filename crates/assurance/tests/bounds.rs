//! Too hard, too deep, badly formed: what is answered then.

mod world;

use assurance::{
    Analysis, Bound, Evaluator, Node, Order, Reading, Refusal, Stopped, SystemBuilder, Variable,
};
use world::{Dice, assignment, minimal_sets, probability};

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
