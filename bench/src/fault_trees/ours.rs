//! Our own engine, in a process of its own.

use super::process::{Answer, Measured, Watched, peak};
use assurance::openpsa::{Model, Settings};
use assurance::{Analysis, Bound};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// As far as this machine goes: what is measured is exact, or not measured.
const BOUND: Bound = Bound { nodes_max: 1 << 28, steps_max: u64::MAX, evaluations_max: 0 };

/// Answers one question (`cut-sets` or `probability`) about one file, and prints what it took.
pub fn one(file: &str, question: &str) {
    let start = Instant::now();
    let bytes = std::fs::read(file).expect("the file is there");
    let model = Model::read(&bytes, Settings::default()).expect("a model");
    let tree = model.fault_tree(None, None).expect("one tree");
    let read = start.elapsed();
    let start = Instant::now();
    let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], BOUND);
    let (took, answer) = if question == "cut-sets" {
        let variables: Vec<_> = tree.system.variables().collect();
        let sets = analysis.minimal_sets(&vec![false; variables.len()], &variables, true);
        let took = start.elapsed();
        (took, sets.is_complete().then(|| json!(sets.count().to_string())))
    } else {
        let chances = model.chances(&tree).expect("chances");
        let likelihood = analysis.likelihood(&chances).expect("chances of this tree");
        let took = start.elapsed();
        (took, likelihood.is_complete().then(|| json!(likelihood.holds.low)))
    };
    let figures = json!({
        "read": read.as_secs_f64(),
        "seconds": took.as_secs_f64(),
        "megabytes": peak("/proc/self/status"),
        "answer": answer,
    });
    println!("{figures}");
}

/// Asks a process of its own.
pub fn ask(file: &Path, question: &str, limit: Duration) -> Option<Measured> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg("fault-tree-one").arg(file).arg(question);
    let process = Watched::start(command, false, limit)?;
    let figures: Value = serde_json::from_str(&process.line()?).ok()?;
    let answer = match &figures["answer"] {
        Value::String(count) => Answer::CutSets(count.clone()),
        Value::Number(value) => Answer::Probability(value.as_f64()?),
        _ => return None,
    };
    Some(Measured {
        seconds: figures["seconds"].as_f64()?,
        whole: process.elapsed(),
        megabytes: figures["megabytes"].as_f64(),
        answer,
    })
}
