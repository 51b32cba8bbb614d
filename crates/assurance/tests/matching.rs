//! Quantities that match each other, against every choice of regimes, iteration and linear
//! programming.

#[expect(dead_code, reason = "shared with tests that use the rest of it")]
mod world;

mod pools;

use assurance::{Evaluator, Exact, Reading, Refusal, SystemBuilder, groups};
use pools::{Drawn, Stock, at_most, eliminated, exact, stock, whole};
use world::Dice;

const READINGS: [Reading; 2] = [Reading::Least, Reading::Greatest];

#[test]
fn both_fixpoints_are_the_outermost_of_all_consistent_choices_of_regimes() {
    let mut apart = 0;
    for seed in 0..3000 {
        let mut dice = Dice(seed);
        let stock = stock(&mut dice, if seed % 50 == 0 { 6 } else { 4 });
        let all = stock.solutions();
        let [least, greatest] = READINGS.map(|reading| stock.solved(reading));
        let says = || format!("seed {seed}: {stock:#?} least {least:?} greatest {greatest:?}");
        for solution in [&least, &greatest] {
            assert_eq!(stock.next(solution), *solution, "not a fixpoint, {}", says());
            assert!(all.contains(solution), "no choice of regimes gives it, {}", says());
        }
        for solution in &all {
            assert!(at_most(&least, solution), "{solution:?} is not above, {}", says());
            assert!(at_most(solution, &greatest), "{solution:?} is not below, {}", says());
        }
        apart += usize::from(least != greatest);
    }
    assert!(apart > 200, "only {apart} pools had two different fixpoints");
}

#[test]
fn iteration_never_passes_either_fixpoint_and_comes_as_near_as_contraction_says() {
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let mut stock = stock(&mut dice, 5);
        // Every row sums to at most 1/2, so each round halves the largest error.
        let count = stock.quantities.len() as u128;
        for of in &mut stock.quantities {
            of.rate = (1 + dice.below(9) as u128, 18 * count);
        }
        for reading in READINGS {
            let solution = stock.solved(reading);
            let mut amounts = stock.start(reading);
            for _ in 0..60 {
                amounts = stock.next(&amounts);
            }
            let error = whole(40) / exact(1 << 60, 1);
            for (near, there) in amounts.iter().zip(&solution) {
                let beyond = match reading {
                    Reading::Least => near > there,
                    Reading::Greatest => near < there,
                };
                let off = if near > there { near - there } else { there - near };
                assert!(!beyond && off <= error, "seed {seed} {reading:?} {stock:#?} {solution:?}");
            }
        }
    }
}

#[test]
fn without_floors_the_greatest_fixpoint_is_the_optimum_of_the_linear_program() {
    for seed in 0..250 {
        let mut dice = Dice(seed);
        let mut stock = stock(&mut dice, 4);
        stock.quantities.iter_mut().for_each(|of| of.floor = 0);
        let count = stock.quantities.len();
        // Maximise the sum, subject to x >= 0, x <= base + cap, x <= base + rate x others: the
        // optimum is at a vertex, where as many of these are equalities as there are unknowns.
        let mut rows = Vec::new();
        for (at, of) in stock.quantities.iter().enumerate() {
            let mut row = vec![whole(0); count + 1];
            row[at] = whole(1);
            rows.push(row.clone());
            row[count] = whole(of.base + of.cap);
            rows.push(row.clone());
            row[count] = whole(of.base);
            stock.follow(of, &mut row);
            rows.push(row);
        }
        let mut best: Option<(Exact, Vec<Exact>)> = None;
        for choice in 0..1u32 << rows.len() {
            if choice.count_ones() as usize != count {
                continue;
            }
            let chosen = (0..rows.len()).filter(|at| choice >> at & 1 == 1);
            let Some(vertex) = eliminated(chosen.map(|at| rows[at].clone()).collect()) else {
                continue;
            };
            let feasible = vertex.iter().all(|amount| *amount >= whole(0))
                && at_most(&vertex, &stock.next(&vertex));
            let sum: Exact = vertex.iter().sum();
            if feasible && best.as_ref().is_none_or(|(most, _)| sum > *most) {
                best = Some((sum, vertex));
            }
        }
        let (_, vertex) = best.expect("zero is feasible and the caps bound it");
        assert_eq!(stock.solved(Reading::Greatest), vertex, "seed {seed} {stock:#?}");
    }
}

#[test]
fn a_circle_of_ten_is_solved_at_any_rate() {
    let ten = |base, cap, rate| Stock {
        fixed: Vec::new(),
        quantities: (0..10).map(|group| Drawn { group, base, cap, floor: 0, rate }).collect(),
    };
    // x = 1 + 9 r x, so x = 1 / (1 - 9 r); iteration at 0.11 would take thousands of rounds.
    let million = 1_000_000;
    for (rate, amount) in [((5, 100), exact(20, 11)), ((11, 100), exact(100, 1))] {
        for reading in READINGS {
            assert_eq!(ten(1, million, rate).solved(reading), vec![amount.clone(); 10]);
        }
    }
    // At 1/9 the system is singular: nothing founds a circle without a base, all of it holds.
    assert_eq!(ten(0, million, (1, 9)).solved(Reading::Least), vec![whole(0); 10]);
    assert_eq!(ten(0, million, (1, 9)).solved(Reading::Greatest), vec![whole(million); 10]);
    for rate in [(1, 9), (99, 100), (2, 1)] {
        assert_eq!(ten(1, million, rate).solved(Reading::Least), vec![whole(million + 1); 10]);
    }
}

#[test]
fn amounts_and_rates_of_many_digits_are_exact() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let count = 2 + dice.below(30);
        let quantities = (0..count).map(|at| Drawn {
            group: u32::try_from(at).expect("a few"),
            base: u128::from(dice.next()) << 20,
            cap: u128::from(dice.next()) << dice.below(30),
            floor: u128::from(dice.next()) << dice.below(26),
            rate: (u128::from(dice.next() >> 40), 999_999_937 - u128::from(dice.next() >> 50)),
        });
        let stock =
            Stock { quantities: quantities.collect(), fixed: vec![(0, u128::from(dice.next()))] };
        let [least, greatest] = READINGS.map(|reading| stock.solved(reading));
        assert_eq!(stock.next(&least), least, "seed {seed} {stock:#?}");
        assert_eq!(stock.next(&greatest), greatest, "seed {seed} {stock:#?}");
        for (reading, solution) in [(Reading::Least, &least), (Reading::Greatest, &greatest)] {
            // A need is told from the next one, though floating numbers could not.
            let sum = solution.iter().sum::<Exact>().to_integer();
            let sum = u128::try_from(sum).expect("caps are of less than a hundred bits");
            assert!(stock.asked(reading, sum).1, "seed {seed} {reading:?} {stock:#?}");
            assert!(!stock.asked(reading, sum + 1).1, "seed {seed} {reading:?} {stock:#?}");
            let mut amounts = stock.start(reading);
            for _ in 0..5 {
                amounts = stock.next(&amounts);
            }
            let (low, high) =
                if reading == Reading::Least { (&amounts, solution) } else { (solution, &amounts) };
            assert!(at_most(low, high), "seed {seed} {reading:?} {stock:#?}");
        }
    }
}

#[test]
fn who_matches_whom_is_a_group_and_so_is_who_waits_for_what_they_match() {
    let mut builder = SystemBuilder::new();
    let names = ["first", "second", "third", "alone"].map(|name| builder.definition(name));
    let [first, second, third, alone] = names;
    let pool = builder.pool();
    let terms = Drawn { group: 0, base: 0, cap: 50, floor: 0, rate: (1, 1) }.terms();
    let always = builder.constant(true);
    let mut quantities = Vec::new();
    for (group, name) in (0..).zip([first, second]) {
        let when = builder.reference(name);
        quantities.push(builder.matching(pool, group, terms, when).expect("small"));
        builder.define(name, always).expect("one body");
    }
    // The third asks for 100 of the others, and nobody matches it: it only follows.
    let enough = builder.sum_at_least(100, &[], &quantities).expect("small");
    builder.define(third, enough).expect("one body");
    let third_holds = builder.reference(third);
    builder.define(alone, third_holds).expect("one body");
    let system = builder.finish().expect("monotone");
    let [least, greatest] = READINGS.map(|reading| {
        let mut evaluator = Evaluator::new(&system, reading);
        evaluator.evaluate(&[]);
        evaluator
    });
    assert_eq!(groups(&least, &greatest), [vec![first, second], vec![third], vec![alone]]);
}

#[test]
fn what_cannot_be_added_up_is_refused() {
    let mut builder = SystemBuilder::new();
    let always = builder.constant(true);
    let (one, other) = (builder.pool(), builder.pool());
    let terms = Drawn { group: 0, base: 1, cap: 1, floor: 0, rate: (1, 2) }.terms();
    let quantities = [one, other].map(|pool| builder.matching(pool, 0, terms, always));
    let quantities = quantities.map(|quantity| quantity.expect("small"));
    assert_eq!(builder.sum_at_least(1, &[], &quantities), Err(Refusal::TwoPools));
    let most = i128::MAX.cast_unsigned();
    assert_eq!(builder.fixed(one, 0, most, always), Err(Refusal::WeightsOverflow));
    let large = assurance::Terms { cap: most, ..terms };
    assert_eq!(builder.matching(one, 0, large, always), Err(Refusal::WeightsOverflow));
    let sum = builder.sum_at_least(1, &[(most, always)], &quantities[..1]);
    assert_eq!(sum, Err(Refusal::WeightsOverflow));
    // What nothing could reach, and what nothing is needed for, are constants.
    assert_eq!(builder.sum_at_least(3, &[], &quantities[..1]), Ok(builder.constant(false)));
    assert_eq!(builder.sum_at_least(0, &[], &quantities[..1]), Ok(always));
}

#[test]
fn a_sum_that_depends_on_its_own_negation_is_refused() {
    let mut builder = SystemBuilder::new();
    let name = builder.definition("spoiler");
    let pool = builder.pool();
    let when = builder.reference(name);
    builder.fixed(pool, 0, 5, when).expect("small");
    let terms = Drawn { group: 1, base: 0, cap: 5, floor: 0, rate: (1, 1) }.terms();
    let always = builder.constant(true);
    let quantity = builder.matching(pool, 1, terms, always).expect("small");
    let matched = builder.sum_at_least(5, &[], &[quantity]).expect("small");
    let body = builder.not(matched);
    builder.define(name, body).expect("one body");
    assert!(matches!(builder.finish(), Err(Refusal::NegativeRecursion { .. })));
}
