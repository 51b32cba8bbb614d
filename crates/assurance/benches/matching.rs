//! Quantities that match each other: a circle of ten at two rates, and pools of hundreds.
//!
//! `cargo bench -p assurance --bench matching`.

use assurance::{Evaluator, Node, Reading, SystemBuilder, Terms};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::num::NonZero;

/// A pool of so many groups with one quantity each, in force when a switch is on.
fn pool(
    count: u32,
    base: u128,
    terms: impl Fn(u32) -> (u128, u128, u128, u128),
) -> (assurance::System, Node) {
    let mut builder = SystemBuilder::new();
    let switch = builder.variable("switch");
    let on = builder.literal(switch);
    let pool = builder.pool();
    let mut quantities = Vec::new();
    for group in 0..count {
        let (cap, floor, rate_numerator, denominator) = terms(group);
        let rate_denominator = NonZero::new(denominator).expect("above zero");
        let terms = Terms { base, cap, floor, rate_numerator, rate_denominator };
        quantities.push(builder.matching(pool, group, terms, on).expect("small amounts"));
    }
    let top = builder.sum_at_least(1, &[], &quantities).expect("small amounts");
    (builder.finish().expect("no recursion"), top)
}

/// SplitMix64.
fn mixed(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn matching(criterion: &mut Criterion) {
    let draw =
        |group: u32, salt: u64, end: u64| u128::from(mixed(u64::from(group) * 8 + salt) % end);
    let mut cases: Vec<(String, (assurance::System, Node))> = Vec::new();
    // A circle: each matches the other nine, so 5/90 and 11/100 are products 0.5 and 0.99.
    for (name, over, under) in [("0.5", 5, 90), ("0.99", 11, 100)] {
        cases.push((format!("ten, {name}"), pool(10, 1, |_| (1 << 40, 0, over, under))));
    }
    for count in [100, 1000] {
        let percent =
            |group| (draw(group, 1, 1_000_000), draw(group, 2, 40_000), draw(group, 3, 200), 100);
        cases.push((format!("{count}, rates in hundredths"), pool(count, 5, percent)));
        let billionth = |group| {
            let rate = draw(group, 3, 2_000_000_000);
            (draw(group, 1, 1_000_000), draw(group, 2, 40_000), rate, 1_000_000_000)
        };
        cases.push((format!("{count}, rates of nine digits"), pool(count, 5, billionth)));
        let near = |group| {
            (1 << 40, draw(group, 2, 40), 990 + draw(group, 3, 10), 1000 * u128::from(count - 1))
        };
        cases.push((format!("{count}, following at 0.99"), pool(count, 5, near)));
    }
    for (name, (system, top)) in &cases {
        for reading in [Reading::Least, Reading::Greatest] {
            criterion.bench_function(&format!("{name}, {reading:?}"), |bencher| {
                bencher.iter_batched_ref(
                    || Evaluator::new(system, reading),
                    |evaluator| {
                        evaluator.evaluate(&[true]);
                        black_box(evaluator.holds(*top))
                    },
                    BatchSize::SmallInput,
                );
            });
        }
    }
}

criterion_group!(benches, matching);
criterion_main!(benches);
