//! Whatever is put into a model, it is read or refused, and what is read can be asked.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;

use assurance::openpsa::{File, Misread, Model, Settings};
use assurance::{Analysis, Bound, Reading};
use mutate::{Material, Mutator};

const CORPUS: [&str; 3] = [
    include_str!("../../../examples/cooling-station.xml"),
    include_str!("trees/every-connective.xml"),
    include_str!("trees/every-expression.xml"),
];

const DICTIONARY: [&str; 41] = [
    "<opsa-mef>",
    "</opsa-mef>",
    "<model-data>",
    "<include file=\"more.xml\"/>",
    "<define-fault-tree name=\"t\">",
    "<define-component name=\"c\" role=\"private\">",
    "<define-gate name=\"g\">",
    "</define-gate>",
    "<define-basic-event name=\"e\"/>",
    "<define-house-event name=\"h\"/>",
    "<define-parameter name=\"p\">",
    "<and>",
    "</and>",
    "<not>",
    "</not>",
    "<xor>",
    "<atleast min=\"2\">",
    "<cardinality min=\"0\" max=\"9\">",
    "<event name=\"a\"/>",
    "<gate name=\"top\"/>",
    "<gate name=\"no-power\"/>",
    "<event name=\"cooling.train.pump\"/>",
    "<parameter name=\"wear\"/>",
    "<constant value=\"true\"/>",
    "<float value=\"1e-3\"/>",
    "<int value=\"-2147483648\"/>",
    "<div>",
    "<periodic-test>",
    "<system-mission-time/>",
    "name=\"\"",
    "min=\"4294967295\"",
    "value=\"1e308\"",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<?xml version=\"1.1\"?>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "&amp;",
    "&#0;",
    "é",
    "\u{feff}",
];

/// What the other file of a model says.
const MORE: &[u8] = b"<opsa-mef><model-data>\n<define-basic-event name=\"a\"/>
<define-parameter name=\"wear\"><float value=\"0.5\"/></define-parameter></model-data></opsa-mef>";

/// Whether the input was read, alone or beside another file. Panics on a breach of what is
/// promised of either.
fn try_bytes(bytes: &[u8]) -> bool {
    let [alone, more] = [("", bytes), ("more.xml", MORE)].map(|(name, bytes)| File { name, bytes });
    [&[alone][..], &[alone, more], &[more, alone]].map(try_files) != [false; 3]
}

fn try_files(files: &[File<'_>]) -> bool {
    let check = |error: &Misread| {
        let bytes = files[error.file].bytes;
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
        assert!((1..=lines).contains(&error.line) && error.column >= 1, "{error:?}");
        assert!(error.span.start <= error.span.end && error.span.start <= bytes.len());
        assert!(!error.message.is_empty() && !error.help.is_empty(), "{error:?}");
    };
    let model = match Model::of_files(files, Settings { mission_time: Some(1000.0) }) {
        Ok(model) => model,
        Err(error) => {
            check(&error);
            return false;
        }
    };
    for top in model.tops().iter().map(|top| Some(top.as_str())).chain([None]).take(4) {
        let tree = match model.fault_tree(top, Some(Reading::Least)) {
            Ok(tree) => tree,
            Err(error) => {
                check(&error);
                continue;
            }
        };
        let bound = Bound { nodes_max: 1_000, steps_max: 10_000, evaluations_max: 100 };
        let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], bound);
        match model.chances(&tree) {
            Ok(chances) => {
                let likelihood = analysis.likelihood(&chances).expect("chances of this tree");
                assert!(likelihood.holds.low >= 0.0 && likelihood.holds.high <= 1.0 + 1e-12);
            }
            Err(error) => check(&error),
        }
    }
    true
}

#[test]
fn mutated_models_are_read_or_refused_and_what_is_read_can_be_asked() {
    let corpus = CORPUS.map(str::as_bytes);
    let dictionary = DICTIONARY.map(str::as_bytes);
    let nesting = (&b"<or>"[..], &b"</or>"[..]);
    let material = Material { corpus: &corpus, dictionary: &dictionary, nesting };
    let mut accepted = 0;
    let iterations = Mutator::from_environment(4_000)
        .try_each(&material, |input| accepted += u64::from(try_bytes(input)));
    println!("of {iterations} mutated models {accepted} were accepted");
    // A fuzzer whose inputs are all refused, or all accepted, tests half of what it claims.
    assert!(iterations < 1_000 || 0 < accepted && accepted < iterations);
}

#[test]
fn every_model_of_the_corpus_is_accepted() {
    for text in CORPUS {
        assert!(try_bytes(text.as_bytes()), "{text}");
    }
}
