//! The engine on generated coalitions: evaluation beside naive iteration, compilation, minimal
//! sets, probability and importance; and a survey of which shapes reach the bounds.

mod coalition;

use std::hint::black_box;
use std::time::Instant;

use assurance::{Analysis, Bound, Evaluator, Reading};
use coalition::{Coalition, Shape, TYPICAL};
use criterion::{Criterion, criterion_group, criterion_main};

/// All that an assessment asks of one reading.
fn assess(coalition: &Coalition, reading: Reading, bound: Bound, chances: &[f64]) -> String {
    let variables: Vec<_> = coalition.system.variables().collect();
    let base = vec![true; variables.len()];
    let start = Instant::now();
    let analysis = Analysis::new(&coalition.system, coalition.top, reading, &[], bound);
    let compiled = start.elapsed();
    let holds = analysis.holds(&base);
    let sets = analysis.minimal_sets(&base, &variables, false);
    let first = sets.iter().take(100).count();
    let listed = start.elapsed();
    let likelihood = analysis.likelihood(chances).expect("chances from 0 to 1");
    let all = start.elapsed();
    format!(
        "holds {holds:5} nodes {:>8} stopped {:?} sets {:>10} complete to {:?} order {:?} first {first} P {:.6}..{:.6}  compile {:.1} ms, sets {:.1} ms, likelihood {:.1} ms",
        analysis.diagram_size().map_or("-".to_owned(), |size| size.to_string()),
        analysis.stopped(),
        sets.count().to_string(),
        sets.searched_to(),
        sets.order(),
        likelihood.holds.low,
        likelihood.holds.high,
        compiled.as_secs_f64() * 1e3,
        (listed - compiled).as_secs_f64() * 1e3,
        (all - listed).as_secs_f64() * 1e3,
    )
}

fn chances(coalition: &Coalition) -> Vec<f64> {
    (0..coalition.system.variable_count()).map(|at| 0.8 + 0.004 * (at % 50) as f64).collect()
}

fn survey() {
    let shapes: [(&str, Shape); 6] = [
        ("typical", TYPICAL),
        ("tight", Shape { asked: (85, 99), ..TYPICAL }),
        ("slack", Shape { asked: (20, 60), ..TYPICAL }),
        ("unconditional", Shape { conditional: 0, ..TYPICAL }),
        ("everyone gives everything", Shape { specialised: false, ..TYPICAL }),
        (
            "random amounts",
            Shape { amount_step: 1, amount_steps: 1_000_003, specialised: false, ..TYPICAL },
        ),
    ];
    for (name, shape) in shapes {
        for seed in 0..3 {
            let start = Instant::now();
            let coalition = shape.generate(seed);
            let built = start.elapsed().as_secs_f64() * 1e3;
            println!(
                "{name} {seed}: {} nodes, {} edges, generated in {built:.1} ms",
                coalition.system.node_count(),
                coalition.edges
            );
            for reading in [Reading::Least, Reading::Greatest] {
                println!(
                    "  {reading:?}: {}",
                    assess(&coalition, reading, Bound::default(), &chances(&coalition))
                );
            }
        }
    }
}

fn engine(criterion: &mut Criterion) {
    survey();
    let coalition = TYPICAL.generate(1);
    let variables = coalition.system.variable_count();
    let mut assignments: Vec<Vec<bool>> = Vec::new();
    for lost in 0..variables {
        let mut assignment = vec![true; variables];
        assignment[lost] = false;
        assignments.push(assignment);
    }
    for (name, reading) in [("least", Reading::Least), ("greatest", Reading::Greatest)] {
        let mut evaluator = Evaluator::new(&coalition.system, reading);
        let mut at = 0;
        criterion.bench_function(&format!("evaluate/{name}/worklist"), |bencher| {
            bencher.iter(|| {
                at = (at + 1) % assignments.len();
                evaluator.evaluate(&assignments[at]);
                black_box(evaluator.holds(coalition.top))
            });
        });
        criterion.bench_function(&format!("evaluate/{name}/naive, without needs"), |bencher| {
            bencher.iter(|| {
                at = (at + 1) % assignments.len();
                black_box(coalition.naive(reading == Reading::Greatest, &assignments[at]))
            });
        });
        let chances = chances(&coalition);
        criterion.bench_function(&format!("assess/{name}"), |bencher| {
            bencher.iter(|| black_box(assess(&coalition, reading, Bound::default(), &chances)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = engine
}
criterion_main!(benches);
