//! The Aralia fault trees: the field's public benchmark, where it is at hand.

use assurance::openpsa::{Model, Settings};
use std::path::Path;

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
