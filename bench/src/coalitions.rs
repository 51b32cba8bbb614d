//! Assessments of generated coalitions, of the size of today's and far larger: what one costs, and
//! what a toggle costs.

use crate::figures::{load, median, milliseconds, quantile};
use crate::world::{Dice, id};
use coalition::Id;
use coalition::assess::{Limits, Prepared, assess, verdict};
use coalition::model::Scenario;
use exchange::coalition_file;
use std::fmt::Write;
use std::time::Instant;

/// How large a coalition is.
#[derive(Clone, Copy)]
struct Size {
    parties: usize,
    commitments: usize,
    needs: usize,
}

const MOMENTS: usize = 24;
const CIRCUMSTANCES: usize = 12;
const TOGGLES: usize = 100;

/// Runs the measurement and prints it.
pub fn run() {
    println!("assessments of generated coalitions with cascading conditions (load {})", load());
    println!();
    println!(
        "| parties x commitments x needs x moments | promised | verdict, ms | a toggle, ms (p99) | points 1 to 6, ms | complete |"
    );
    println!("|---|---|---|---|---|---|");
    for size in [
        Size { parties: 35, commitments: 500, needs: 60 },
        Size { parties: 200, commitments: 10_000, needs: 60 },
    ] {
        for (name, percent) in [("too little", 130), ("barely enough", 70), ("twice", 40)] {
            measure(size, name, percent);
        }
    }
}

fn measure(size: Size, name: &str, percent: usize) {
    let text = file(size, percent);
    let model =
        coalition_file::read("generated", text.as_bytes()).expect("a coalition file").model();
    let said = &model.guarantees[&id("all")];
    let runs = if size.commitments > 1_000 { 3 } else { 11 };
    let timed = |work: &mut dyn FnMut(usize)| -> Vec<f64> {
        let one = |run| {
            let start = Instant::now();
            work(run);
            milliseconds(start.elapsed())
        };
        (0..runs).map(one).collect()
    };
    let nothing = Scenario::default();
    let quick = timed(&mut |_| {
        verdict(&model, said, &nothing).expect("a verdict");
    });
    // As a page has it: the model was made ready when the first scenario was asked for.
    let prepared = Prepared::new(&model).expect("amounts of every day");
    let limits = Limits::interactive();
    prepared.verdict(said, &nothing, &limits).expect("a verdict");
    let mut dice = Dice(3);
    let toggles = (0..TOGGLES).map(|_| {
        let mut scenario =
            Scenario { without: [party(dice.below(size.parties))].into(), ..Scenario::default() };
        let circumstance = id(&format!("c{}", dice.below(CIRCUMSTANCES)));
        match dice.below(3) {
            0 => scenario.assume.insert(circumstance),
            1 => scenario.assume_not.insert(circumstance),
            _ => false,
        };
        let start = Instant::now();
        prepared.verdict(said, &scenario, &limits).expect("a verdict");
        milliseconds(start.elapsed())
    });
    let toggles: Vec<f64> = toggles.collect();
    let mut complete = false;
    let whole = timed(&mut |_| {
        let answer = assess(&model, said, &nothing, Limits::interactive()).expect("an answer");
        complete = answer.readings.firm.complete() && answer.readings.mutual.complete();
    });
    println!(
        "| {} x {} x {} x {MOMENTS} | {name} | {:.1} | {:.1} ({:.1}) | {:.1} | {} |",
        size.parties,
        size.commitments,
        size.needs,
        median(quick),
        median(toggles.clone()),
        quantile(toggles, 0.99),
        median(whole),
        if complete { "yes" } else { "bounded" },
    );
}

fn party(number: usize) -> Id {
    id(&format!("p{number}"))
}

/// A coalition file: each need asks for so many per cent of what is promised for it for good.
fn file(size: Size, percent: usize) -> String {
    let mut dice = Dice(11);
    let mut text = "[coalition]\nname = \"Generated\"\n".to_owned();
    let mut put = |line: String| writeln!(text, "{line}").expect("text grows");
    for number in 0..size.parties {
        put(format!(
            "[[party]]\nid = \"p{number}\"\nname = \"Party {number}\"\nstanding = \"member\"\nchance = \"0.9{}\"",
            number % 9
        ));
    }
    for number in 0..CIRCUMSTANCES {
        let holds = ["yes", "yes", "unknown"][number % 3];
        put(format!(
            "[[circumstance]]\nid = \"c{number}\"\nname = \"circumstance {number}\"\nholds = \"{holds}\""
        ));
    }
    put("[[circumstance]]\nid = \"peace\"\nname = \"peace deal signed\"\nholds = \"unknown\""
        .to_owned());
    for number in 0..size.needs {
        put(format!(
            "[[resource]]\nid = \"r{number}\"\nname = \"resource {number}\"\nunit = \"pieces\""
        ));
    }
    let mut lasting = vec![0; size.needs];
    for number in 0..size.commitments {
        let (owner, resource) = (dice.below(size.parties), dice.below(size.needs));
        let amount = (dice.below(40) + 1) * 50;
        let window = match dice.below(3) {
            0 => String::new(),
            1 => format!("from = \"trigger+{}d\"", dice.below(MOMENTS / 2) * 30),
            _ => format!("until = \"trigger+{}d\"", (MOMENTS / 2 + dice.below(MOMENTS / 2)) * 30),
        };
        if window.is_empty() {
            lasting[resource] += amount;
        }
        let condition = condition(&mut dice, size, owner, resource);
        put(format!(
            "[[commitment]]\nid = \"k{number}\"\nparty = \"p{owner}\"\nresource = \"r{resource}\"\namount = \"{amount}\"\ncondition = \"{condition}\"\nstage = \"announced\"\n{window}"
        ));
    }
    put("[[guarantee]]\nid = \"all\"\nname = \"All of it\"\ntrigger = \"peace\"\nrequires = \"all\"".to_owned());
    for (resource, lasting) in lasting.into_iter().enumerate() {
        let amount = (lasting * percent / 100).max(1);
        put(format!(
            "[[guarantee.need]]\nresource = \"r{resource}\"\namount = \"{amount}\"\nfrom = \"trigger+0d\"\nuntil = \"trigger+{}d\"",
            MOMENTS * 30
        ));
    }
    text
}

/// Half of the promises hang on others, or on what may come.
fn condition(dice: &mut Dice, size: Size, owner: usize, resource: usize) -> String {
    let other = dice.below(size.needs);
    // Nobody waits for himself.
    let ally = (owner + 1 + dice.below(size.parties - 1)) % size.parties;
    match dice.below(10) {
        0..5 => "always".to_owned(),
        5 => format!("when peace and c{}", dice.below(CIRCUMSTANCES)),
        6 => format!("when at least {} others contribute r{resource}", dice.below(3) + 1),
        7 => format!("when others commit at least {} r{other}", (dice.below(20) + 1) * 50),
        8 => format!("when p{ally} contributes r{other} or c{}", dice.below(CIRCUMSTANCES)),
        _ => format!(
            "when at least 2 of (c{}; p{ally} contributes r{other}; peace)",
            dice.below(CIRCUMSTANCES)
        ),
    }
}
