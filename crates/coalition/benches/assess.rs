//! What-if on a generated coalition: 35 parties, 500 commitments that hang on each other, ten needs
//! over 24 months. `holds` has slack, `tight` has little, `fails` lacks some of everything.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start should stop")]

#[path = "../tests/assess_support/mod.rs"]
mod assess_support;

use assess_support::World;
use coalition::assess::{Limits, assess, report, standings, verdict, waiting_graph};
use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const PARTIES: u64 = 35;
const COMMITMENTS: u64 = 500;
const RESOURCES: u64 = 10;
const MONTHS: u64 = 24;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// `needed`: percent of all that is promised without end, on average, that each need asks for.
/// `matching`: how many of a hundred commitments match others beside.
fn coalition(seed: u64, needed: u64, matching: u64) -> World {
    let mut dice = Dice(seed);
    let mut text = String::new();
    for party in 0..PARTIES {
        let chance = ["-", "0.99", "0.95", "0.9"][usize::try_from(dice.below(4)).unwrap()];
        writeln!(text, "party P{party} {chance}").unwrap();
    }
    for circumstance in 0..6 {
        let holds = ["yes", "yes", "unknown"][usize::try_from(dice.below(3)).unwrap()];
        writeln!(text, "circumstance c{circumstance} {holds} 0.5").unwrap();
    }
    writeln!(text, "circumstance peace unknown").unwrap();
    for resource in 0..RESOURCES {
        writeln!(text, "resource r{resource}").unwrap();
    }
    // One for each resource.
    let mut promised = [0; 10];
    for number in 0..COMMITMENTS {
        let (party, resource) = (dice.below(PARTIES), dice.below(RESOURCES));
        let amount = (dice.below(40) + 1) * 50;
        let other = dice.below(RESOURCES);
        let condition = match dice.below(10) {
            0..4 => "always".to_owned(),
            4 => format!("when peace and c{}", dice.below(6)),
            5 => format!("when at least {} others contribute r{resource}", dice.below(10) + 2),
            6 => format!("when at least {} parties contribute r{other}", dice.below(10) + 2),
            7 => format!("when others commit at least {} r{resource}", (dice.below(40) + 1) * 250),
            8 => {
                format!("when P{} contributes r{other} or c{}", dice.below(PARTIES), dice.below(6))
            }
            _ => format!(
                "when at least 2 of (c{}; P{} contributes r{other}; peace)",
                dice.below(6),
                dice.below(PARTIES)
            ),
        };
        let (from, until) = match dice.below(3) {
            0 => ("-".to_owned(), "-".to_owned()),
            1 => (format!("trigger+{}d", dice.below(MONTHS / 2) * 30), "-".to_owned()),
            _ => {
                ("-".to_owned(), format!("trigger+{}d", (dice.below(MONTHS / 2) + MONTHS / 2) * 30))
            }
        };
        if from == "-" && until == "-" {
            promised[usize::try_from(resource).unwrap()] += amount;
        }
        writeln!(
            text,
            "commit k{number} P{party} r{resource} {amount} {from} {until} : {condition}"
        )
        .unwrap();
        if number % 100 < matching {
            let (rate, above) = (dice.below(120) + 1, dice.below(40) * 250);
            let up_to = (dice.below(20) + 1) * 25;
            writeln!(text, "match k{number} {}.{:02} {above} {up_to}", rate / 100, rate % 100)
                .unwrap();
        }
    }
    writeln!(text, "guarantee g peace all").unwrap();
    for resource in 0..RESOURCES {
        let amount = promised[usize::try_from(resource).unwrap()] * needed / 100;
        writeln!(text, "need r{resource} {amount} trigger+0d trigger+{}d", MONTHS * 30).unwrap();
    }
    World::read(&text)
}

fn bench(criterion: &mut Criterion) {
    let cases = [
        ("holds", 60, 0),
        ("tight", 90, 0),
        ("fails", 200, 0),
        ("holds, one matches", 60, 1),
        ("holds, a fifth match", 60, 20),
        ("tight, a fifth match", 90, 20),
        ("fails, a fifth match", 200, 20),
    ];
    for (name, needed, matching) in cases {
        let world = coalition(7, needed, matching);
        let (model, guarantee, scenario) = (&world.model, world.guarantee(), &world.scenario);
        let found = assess(model, guarantee, scenario, Limits::interactive()).unwrap();
        for reading in coalition::assess::Reading::ALL {
            let result = found.readings.under(reading);
            println!(
                "{name}, {}: holds {}, order {:?}, breaking {}, sufficient {}, complete {}, {:?}",
                reading.word(),
                result.holds,
                result.order,
                result.breaking.total,
                result.sufficient.total,
                result.complete(),
                result.probability,
            );
        }
        println!("{name}: {} asks", found.asks.len());
        criterion.bench_function(&format!("{name}: verdict"), |bencher| {
            bencher.iter(|| black_box(verdict(model, guarantee, scenario).unwrap()));
        });
        criterion.bench_function(&format!("{name}: full, interactive limits"), |bencher| {
            bencher.iter(|| {
                black_box(assess(model, guarantee, scenario, Limits::interactive()).unwrap())
            });
        });
        criterion.bench_function(&format!("{name}: full, without weighing asks"), |bencher| {
            let limits = Limits { asks_weighed_max: 0, ..Limits::interactive() };
            bencher.iter(|| black_box(assess(model, guarantee, scenario, limits).unwrap()));
        });
        criterion.bench_function(&format!("{name}: standings"), |bencher| {
            bencher.iter(|| black_box(standings(model, scenario).unwrap()));
        });
        criterion.bench_function(&format!("{name}: waiting graph"), |bencher| {
            bencher.iter(|| black_box(waiting_graph(model, &found.verdict, 2_000)));
        });
        criterion.bench_function(&format!("{name}: report"), |bencher| {
            bencher.iter(|| black_box(report(model, guarantee, &found)));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = bench
}
criterion_main!(benches);
