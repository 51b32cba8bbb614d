//! Every answer of the engine against all assignments of small systems.

mod world;

use assurance::{Analysis, Bias, Bound, Evaluator, Order, Reading, groups};
use world::{Built, Dice, Tree, World, assignment, minimal_sets, probability, value};

const READINGS: [Reading; 2] = [Reading::Least, Reading::Greatest];

/// What a failing test prints.
fn shown(world: &World, built: &Built) -> String {
    format!("{world:#?}\n{}top := {:?}", built.system, built.top)
}

fn check_fixpoints(world: &World, built: &Built, reading: Reading) -> Vec<bool> {
    let mut evaluator = Evaluator::new(&built.system, reading);
    let mut narrow = Evaluator::of(&built.system, reading, &[built.top]);
    let mut table = Vec::new();
    for bits in 0..1 << world.variables {
        let assignment = assignment(bits, world.variables);
        evaluator.evaluate(&assignment);
        narrow.evaluate(&assignment);
        let expected = world.definitions(reading, &assignment);
        assert_eq!(
            evaluator.definitions(),
            expected,
            "{reading:?} {assignment:?} {}",
            shown(world, built)
        );
        let top = value(&world.top, &assignment, &expected);
        assert_eq!(evaluator.holds(built.top), top, "{reading:?} {}", shown(world, built));
        assert_eq!(narrow.holds(built.top), top, "{reading:?} {}", shown(world, built));
        table.push(top);
    }
    table
}

/// A question with some variables fixed, some flipped, some left as they are.
struct Question {
    fixed: Vec<Option<bool>>,
    base: usize,
    flips: Vec<usize>,
    target: bool,
    chances: Vec<f64>,
}

impl Question {
    fn of(dice: &mut Dice, variables: usize) -> Self {
        let mut base = dice.below(1 << variables);
        if dice.below(2) == 0 {
            base = if dice.below(2) == 0 { 0 } else { (1 << variables) - 1 };
        }
        let fixes = dice.below(4) == 0;
        let mut fixed = vec![None; variables];
        for (at, slot) in fixed.iter_mut().enumerate() {
            if fixes && dice.below(3) == 0 {
                *slot = Some(base >> at & 1 == 1);
            }
        }
        let keeps = dice.below(2) == 0;
        let flips =
            (0..variables).filter(|at| fixed[*at].is_none() && !(keeps && dice.below(4) == 0));
        let flips = flips.collect();
        let chances = (0..variables).map(|_| dice.chance()).collect();
        Self { fixed, base, flips, target: dice.below(2) == 0, chances }
    }
}

fn check_answers(
    world: &World,
    built: &Built,
    reading: Reading,
    table: &[bool],
    question: &Question,
) -> usize {
    let says = || format!("{reading:?} {}", shown(world, built));
    let all = built.variables();
    let analysis =
        Analysis::new(&built.system, built.top, reading, &question.fixed, Bound::default());
    assert_eq!(analysis.stopped(), None, "{}", says());
    let base = assignment(question.base, world.variables);
    assert_eq!(analysis.holds(&base), table[question.base], "{}", says());

    let flips: Vec<_> = question.flips.iter().map(|at| all[*at]).collect();
    let expected = minimal_sets(table, question.base, &question.flips, question.target);
    let sets = analysis.minimal_sets(&base, &flips, question.target);
    assert!(sets.is_complete());
    assert_eq!(sets.iter().collect::<Vec<_>>(), expected, "{}", says());
    assert_eq!(sets.count().exact(), Some(expected.len() as u128), "{}", says());
    let order = expected.first().map_or(Order::Never, |set| Order::Exactly(set.len()));
    assert_eq!(sets.order(), order, "{}", says());
    for (size, count) in sets.count_by_size() {
        let of_size = expected.iter().filter(|set| set.len() == size).count();
        assert_eq!(count.exact(), Some(of_size as u128), "{}", says());
    }

    let mut chances = question.chances.clone();
    for (chance, fixed) in chances.iter_mut().zip(&question.fixed) {
        *chance = fixed.map_or(*chance, |value| f64::from(u8::from(value)));
    }
    let answer = analysis.likelihood(&question.chances).expect("chances from 0 to 1");
    assert!(answer.is_complete());
    let (holds, fails) = probability(table, &chances);
    near(answer.holds.low, holds, &says);
    near(answer.fails.low, fails, &says);
    let open = question.fixed.iter().filter(|fixed| fixed.is_none()).count();
    assert_eq!(answer.factors.len(), open);
    for factor in &answer.factors {
        let mut given = chances.clone();
        given[factor.variable.index()] = 1.0;
        let (holds_if_true, fails_if_true) = probability(table, &given);
        given[factor.variable.index()] = 0.0;
        let (holds_if_false, fails_if_false) = probability(table, &given);
        near(factor.holds_if_true, holds_if_true, &says);
        near(factor.fails_if_true, fails_if_true, &says);
        near(factor.holds_if_false, holds_if_false, &says);
        near(factor.fails_if_false, fails_if_false, &says);
        let difference = factor.birnbaum() - (holds_if_true - holds_if_false);
        assert!(difference.abs() < 1e-12, "{}", says());
    }
    expected.len()
}

/// Relative accuracy: a probability of 1e-30 has as many right digits as one of 0.5.
fn near(got: f64, expected: f64, says: &impl Fn() -> String) {
    let error = (got - expected).abs();
    assert!(error <= expected * 1e-12, "{got} is not {expected}: {}", says());
}

/// Every threshold with unit weights over the given leaves, and one of unequal weights for each
/// choice of leaves.
fn shapes(leaves: &[Tree]) -> Vec<Tree> {
    let mut shapes = Vec::new();
    for choice in 0..1usize << leaves.len() {
        let chosen = (0..leaves.len()).filter(|at| choice >> at & 1 == 1);
        let inputs: Vec<Tree> = chosen.map(|at| leaves[at].clone()).collect();
        for least in 1..=inputs.len().max(1) {
            shapes.push(Tree::AtLeast(least, inputs.clone()));
        }
        if inputs.len() > 2 {
            let pairs = inputs.into_iter().enumerate();
            shapes.push(Tree::Weighted(4, pairs.map(|(at, of)| (at as u128 + 1, of)).collect()));
        }
    }
    shapes
}

#[test]
fn every_pair_of_definitions_over_three_variables_has_its_fixpoints_and_sets() {
    let defined = [Tree::Defined(0), Tree::Defined(1)];
    let first: Vec<Tree> = [&[Tree::Variable(0), Tree::Variable(1)][..], &defined].concat();
    let second: Vec<Tree> =
        [&[Tree::Variable(2), Tree::Not(Box::new(Tree::Variable(0)))][..], &defined].concat();
    let mut dice = Dice(1);
    for one in shapes(&first) {
        for other in shapes(&second) {
            let world = World {
                variables: 3,
                layers: vec![0..2, 2..2],
                bodies: vec![one.clone(), other],
                top: Tree::AtLeast(1 + dice.below(2), defined.to_vec()),
            };
            let built = world.build().expect("negation at a variable only");
            for reading in READINGS {
                let table = check_fixpoints(&world, &built, reading);
                let question = Question::of(&mut dice, 3);
                check_answers(&world, &built, reading, &table, &question);
            }
        }
    }
}

#[test]
fn every_shape_over_three_variables_has_its_sets_from_every_base() {
    let literal = |at| Tree::Variable(at);
    let denied = |at| Tree::Not(Box::new(Tree::Variable(at)));
    let leaves = [literal(0), literal(1), literal(2), denied(0), denied(1)];
    let mut dice = Dice(2);
    for top in shapes(&leaves) {
        let world = World { variables: 3, layers: vec![], bodies: vec![], top };
        let built = world.build().expect("no recursion");
        let table = check_fixpoints(&world, &built, Reading::Least);
        for base in 0..8 {
            for target in [false, true] {
                let question = Question { base, target, ..Question::of(&mut dice, 3) };
                let question = Question { fixed: vec![None; 3], ..question };
                check_answers(&world, &built, Reading::Least, &table, &question);
            }
        }
    }
}

#[test]
fn thousands_of_random_systems_are_answered_as_by_brute_force() {
    let mut several = 0;
    for seed in 0..4000 {
        let mut dice = Dice(seed);
        let most = if seed % 40 == 0 { 12 } else { 8 };
        let world = dice.world(most, seed % 3 != 0);
        let built = world.build().expect("negation in earlier layers only");
        for reading in READINGS {
            let table = check_fixpoints(&world, &built, reading);
            for _ in 0..2 {
                let question = Question::of(&mut dice, world.variables);
                let sets = check_answers(&world, &built, reading, &table, &question);
                several += usize::from(sets > 2);
            }
        }
    }
    assert!(several > 800, "only {several} answers had more than two sets");
}

/// A tree whose branches mostly keep to variables of their own: it falls into modules within
/// modules, used plainly and denied, with some variables met again where others already tell
/// their value.
fn nested(dice: &mut Dice, own: &[usize], shared: &[usize]) -> Tree {
    let leaf = |dice: &mut Dice, from: &[usize]| {
        let variable = Tree::Variable(from[dice.below(from.len())]);
        if dice.below(5) == 0 { Tree::Not(Box::new(variable)) } else { variable }
    };
    let mut parts: Vec<Tree> = Vec::new();
    let mut rest = own;
    while !rest.is_empty() {
        let (taken, left) = rest.split_at(1 + dice.below(rest.len()));
        rest = left;
        if taken.len() == 1 || taken.len() == own.len() {
            parts.extend(taken.iter().map(|at| leaf(dice, &[*at])));
        } else {
            let mut met: Vec<usize> = shared.to_vec();
            met.extend(own.iter().filter(|_| dice.below(8) == 0));
            parts.push(nested(dice, taken, &met));
        }
    }
    for _ in 0..dice.below(3).min(shared.len()) {
        parts.push(leaf(dice, shared));
    }
    match dice.below(8) {
        0..3 => Tree::And(parts),
        3..6 => Tree::Or(parts),
        6 => Tree::AtLeast(1 + dice.below(parts.len()), parts),
        _ => {
            let weighed: Vec<(u128, Tree)> =
                parts.into_iter().map(|part| (1 + dice.below(5) as u128, part)).collect();
            let total: u128 = weighed.iter().map(|(weight, _)| weight).sum();
            Tree::Not(Box::new(Tree::Weighted(1 + dice.next() as u128 % total, weighed)))
        }
    }
}

#[test]
fn trees_of_modules_are_answered_as_by_brute_force() {
    let mut several = 0;
    for seed in 0..4000 {
        let mut dice = Dice(seed);
        let variables = 3 + dice.below(if seed % 100 == 0 { 12 } else { 6 });
        let own: Vec<usize> = (0..variables).collect();
        let top = nested(&mut dice, &own, &[]);
        let world = World { variables, layers: vec![], bodies: vec![], top };
        let built = world.build().expect("no definitions");
        let table = check_fixpoints(&world, &built, Reading::Least);
        for _ in 0..3 {
            let question = Question::of(&mut dice, variables);
            let sets = check_answers(&world, &built, Reading::Least, &table, &question);
            several += usize::from(sets > 2);
        }
    }
    assert!(several > 600, "only {several} answers had more than two sets");
}

/// Promises on conditions: each definition is a variable and a threshold over others; the top
/// needs several weighted sums of them.
fn entangled(dice: &mut Dice) -> World {
    let (variables, count) = (11, 30);
    let some = |dice: &mut Dice, most: usize| -> Vec<(u128, Tree)> {
        let number = 1 + dice.below(most);
        let one = |dice: &mut Dice| (1 + dice.below(9) as u128, Tree::Defined(dice.below(count)));
        (0..number).map(|_| one(dice)).collect()
    };
    let share = |dice: &mut Dice, pairs: Vec<(u128, Tree)>, low: usize, high: usize| {
        let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
        Tree::Weighted(total * (low + dice.below(high - low)) as u128 / 100, pairs)
    };
    let mut bodies = Vec::new();
    for _ in 0..count {
        let stays = Tree::Variable(dice.below(variables));
        let pairs = some(dice, 7);
        let condition = share(dice, pairs, 0, 70);
        bodies.push(Tree::And(vec![stays, condition]));
    }
    let mut needs = Vec::new();
    for _ in 0..4 {
        let pairs = some(dice, 12);
        needs.push(share(dice, pairs, 20, 80));
    }
    World { variables, layers: vec![0..count, count..count], bodies, top: Tree::And(needs) }
}

#[test]
fn entangled_promises_are_answered_as_by_brute_force() {
    for seed in 0..120 {
        let mut dice = Dice(seed ^ 0xE47A);
        let world = entangled(&mut dice);
        let built = world.build().expect("no negation");
        for reading in READINGS {
            let table = check_fixpoints(&world, &built, reading);
            for _ in 0..2 {
                let question = Question::of(&mut dice, world.variables);
                check_answers(&world, &built, reading, &table, &question);
            }
            let question = Question {
                fixed: vec![None; world.variables],
                base: (1 << world.variables) - 1,
                flips: (0..world.variables).collect(),
                target: false,
                chances: (0..world.variables).map(|_| dice.chance()).collect(),
            };
            check_answers(&world, &built, reading, &table, &question);
        }
    }
}

/// The dual expression: what fails when everything is turned round.
fn dual(tree: &Tree) -> Tree {
    let all = |inputs: &[Tree]| inputs.iter().map(dual).collect::<Vec<_>>();
    match tree {
        Tree::Constant(value) => Tree::Constant(!value),
        Tree::Variable(_) | Tree::Defined(_) => tree.clone(),
        Tree::Not(inner) => Tree::Not(Box::new(dual(inner))),
        Tree::And(inputs) => Tree::Or(all(inputs)),
        Tree::Or(inputs) => Tree::And(all(inputs)),
        Tree::AtLeast(least, inputs) => {
            let pairs = inputs.iter().map(|input| (1, input.clone())).collect();
            dual(&Tree::Weighted(*least as u128, pairs))
        }
        Tree::Weighted(need, inputs) => {
            let total: u128 = inputs.iter().map(|(weight, _)| weight).sum();
            let inputs = inputs.iter().map(|(weight, input)| (*weight, dual(input))).collect();
            Tree::Weighted((total + 1).saturating_sub(*need), inputs)
        }
    }
}

#[test]
fn cut_sets_are_the_path_sets_of_the_dual_with_the_other_reading() {
    for seed in 0..1000 {
        let mut dice = Dice(seed ^ 0xD0A1);
        let world = dice.world(10, true);
        let turned = World {
            bodies: world.bodies.iter().map(dual).collect(),
            top: dual(&world.top),
            ..world.clone()
        };
        let (one, other) = (world.build().expect("layered"), turned.build().expect("layered"));
        let variables = one.variables();
        for (reading, opposite) in [(READINGS[0], READINGS[1]), (READINGS[1], READINGS[0])] {
            let cuts = Analysis::new(&one.system, one.top, reading, &[], Bound::default());
            let paths = Analysis::new(&other.system, other.top, opposite, &[], Bound::default());
            let cuts = cuts.minimal_sets(&vec![true; world.variables], &variables, false);
            let paths = paths.minimal_sets(&vec![false; world.variables], &variables, true);
            assert_eq!(
                cuts.iter().collect::<Vec<_>>(),
                paths.iter().collect::<Vec<_>>(),
                "{}",
                shown(&world, &one)
            );
        }
    }
}

#[test]
fn a_partial_assignment_never_promises_what_a_completion_denies() {
    for seed in 0..1000 {
        let mut dice = Dice(seed ^ 0xB1A5);
        let world = dice.world(6, true);
        let built = world.build().expect("layered");
        let partial: Vec<Option<bool>> =
            (0..world.variables).map(|_| [None, Some(false), Some(true)][dice.below(3)]).collect();
        for reading in READINGS {
            let mut evaluator = Evaluator::new(&built.system, reading);
            evaluator.evaluate_partial(&partial, Bias::Certain);
            let certain = evaluator.holds(built.top);
            evaluator.evaluate_partial(&partial, Bias::Possible);
            let possible = evaluator.holds(built.top);
            let table = world.truth_table(reading);
            for (bits, &holds) in table.iter().enumerate() {
                let full = assignment(bits, world.variables);
                let fits = partial.iter().zip(&full).all(|(of, is)| of.is_none_or(|of| of == *is));
                if fits {
                    assert!(!certain || holds, "{partial:?} {}", shown(&world, &built));
                    assert!(possible || !holds, "{partial:?} {}", shown(&world, &built));
                }
            }
        }
    }
}

/// Definitions that `tree` waits for, through parts that hold in the greatest reading only.
fn waits_for(tree: &Tree, assignment: &[bool], least: &[bool], greatest: &[bool]) -> Vec<usize> {
    if value(tree, assignment, least) || !value(tree, assignment, greatest) {
        return Vec::new();
    }
    let of = |inner: &Tree| waits_for(inner, assignment, least, greatest);
    match tree {
        Tree::Constant(_) | Tree::Variable(_) | Tree::Not(_) => Vec::new(),
        Tree::Defined(at) => vec![*at],
        Tree::And(inputs) | Tree::Or(inputs) | Tree::AtLeast(_, inputs) => {
            inputs.iter().flat_map(of).collect()
        }
        Tree::Weighted(_, inputs) => inputs
            .iter()
            .filter(|(weight, _)| *weight > 0)
            .flat_map(|(_, of_it)| of(of_it))
            .collect(),
    }
}

#[test]
fn mutual_groups_are_the_circles_of_who_waits_for_whom() {
    let mut seen = 0;
    for seed in 0..3000 {
        let mut dice = Dice(seed ^ 0x6209);
        let world = dice.world(5, false);
        let built = world.build().expect("no negation");
        let assignment = assignment(dice.below(1 << world.variables), world.variables);
        let least = world.definitions(Reading::Least, &assignment);
        let greatest = world.definitions(Reading::Greatest, &assignment);
        let count = world.bodies.len();
        let mut reaches = vec![vec![false; count]; count];
        for at in (0..count).filter(|at| greatest[*at] && !least[*at]) {
            for below in waits_for(&world.bodies[at], &assignment, &least, &greatest) {
                reaches[at][below] = true;
            }
        }
        for through in 0..count {
            for from in 0..count {
                for to in 0..count {
                    reaches[from][to] |= reaches[from][through] && reaches[through][to];
                }
            }
        }
        let mut expected: Vec<Vec<usize>> = (0..count)
            .filter(|at| greatest[*at] && !least[*at])
            .map(|at| {
                (0..count).filter(|to| *to == at || reaches[at][*to] && reaches[*to][at]).collect()
            })
            .collect();
        expected.sort();
        expected.dedup();
        let [one, other] = READINGS.map(|reading| {
            let mut evaluator = Evaluator::new(&built.system, reading);
            evaluator.evaluate(&assignment);
            evaluator
        });
        let found = groups(&one, &other);
        let mut got: Vec<Vec<usize>> =
            found.iter().map(|group| group.iter().map(|of| of.index()).collect()).collect();
        for (place, group) in got.iter().enumerate() {
            for later in &got[place + 1..] {
                assert!(!reaches[group[0]][later[0]], "order of {got:?} {}", shown(&world, &built));
            }
        }
        got.sort();
        assert_eq!(got, expected, "{assignment:?} {}", shown(&world, &built));
        seen += usize::from(got.iter().any(|group| group.len() > 1));
    }
    assert!(seen > 50, "only {seen} worlds had a group of more than one");
}
