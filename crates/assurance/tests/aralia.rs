//! The Aralia fault trees: the field's public benchmark, where it is at hand.

use assurance::openpsa::{Model, Settings};
use assurance::{Analysis, Bound};
use std::path::Path;

/// As far as it takes: these trees are known to fit.
const BOUND: Bound = Bound { nodes_max: 1 << 25, steps_max: u64::MAX, evaluations_max: 0 };

#[test]
fn every_aralia_tree_reads_with_the_gates_and_events_it_is_known_to_have() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/aralia");
    let Ok(expected) = std::fs::read_to_string(directory.join("EXPECTED.csv")) else {
        println!("skipped: there are no Aralia trees in {}", directory.display());
        return;
    };
    let mut read = 0;
    for line in expected.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [name, events, gates] = columns[..3] else { panic!("{line}") };
        let bytes = std::fs::read(directory.join(format!("{name}.xml"))).expect(name);
        let model = Model::read(&bytes, Settings::default())
            .unwrap_or_else(|error| panic!("{name}:{}:{}: {error}", error.line, error.column));
        assert_eq!(model.basic_event_count().to_string(), events, "{name}");
        assert_eq!(model.gate_count().to_string(), gates, "{name}");
        let tree = model.fault_tree(None, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let chances = model.chances(&tree).expect(name);
        assert_eq!(chances.len(), tree.system.variable_count(), "{name}");
        read += 1;
    }
    assert!(read >= 43, "{read}");
}

#[test]
fn every_aralia_tree_but_one_has_the_cut_sets_and_the_probability_it_is_known_to_have() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/aralia");
    let Ok(expected) = std::fs::read_to_string(directory.join("EXPECTED.csv")) else {
        println!("skipped: there are no Aralia trees in {}", directory.display());
        return;
    };
    for line in expected.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let (name, published, computed) = (columns[0], columns[6], columns[7]);
        if published == "unknown" {
            continue;
        }
        let bytes = std::fs::read(directory.join(format!("{name}.xml"))).expect(name);
        let model = Model::read(&bytes, Settings::default()).expect(name);
        let tree = model.fault_tree(None, None).expect(name);
        let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], BOUND);
        assert_eq!(analysis.stopped(), None, "{name}");
        let all: Vec<_> = tree.system.variables().collect();
        let sets = analysis.minimal_sets(&vec![false; all.len()], &all, true);
        // Where the published number is not that of the file, the computed one is.
        let count = if computed.is_empty() { published } else { computed };
        assert_eq!(sets.count().to_string(), count, "{name}");
        let smallest = sets.iter().next().expect(name);
        assert_eq!(assurance::Order::Exactly(smallest.len()), sets.order(), "{name}");
        let likelihood = analysis.likelihood(&model.chances(&tree).expect(name)).expect(name);
        let known: f64 = columns[9].parse().expect(name);
        let error = (likelihood.holds.low - known).abs() / known;
        assert!(error < 1e-12, "{name}: {} is not {known}", likelihood.holds.low);
    }
}
