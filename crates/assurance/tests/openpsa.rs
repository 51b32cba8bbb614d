//! What a model says is what its tree computes.

use assurance::openpsa::{File, Misread, Model, Settings};
use assurance::{Analysis, Bound, Evaluator, Reading};
use std::collections::BTreeMap;

fn read(text: &str) -> Model<'_> {
    Model::read(text.as_bytes(), Settings::default())
        .unwrap_or_else(|error| panic!("{}:{}: {error}", error.line, error.column))
}

/// Minimal cut sets by name, and the chance of the top event.
fn answer(text: &str, top: Option<&str>) -> (Vec<Vec<String>>, f64) {
    let model = read(text);
    let tree = model.fault_tree(top, None).expect("a tree");
    let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], Bound::default());
    let variables: Vec<_> = tree.system.variables().collect();
    let sets = analysis.minimal_sets(&vec![false; variables.len()], &variables, true);
    let name = |of| tree.system.variable_name(of).to_owned();
    let named = sets.iter().map(|set| set.into_iter().map(name).collect()).collect();
    let chances = model.chances(&tree).expect("chances");
    (named, analysis.likelihood(&chances).expect("likely").holds.low)
}

#[test]
fn components_house_events_labels_and_parameters_are_read() {
    let text = include_str!("../../../examples/cooling-station.xml");
    let model = read(text);
    assert_eq!(model.gate_count(), 5);
    assert_eq!(model.basic_event_count(), 6);
    assert_eq!(model.house_event_count(), 1);
    assert_eq!(model.tops(), ["no-cooling"]);
    let (sets, chance) = answer(text, None);
    let expected =
        [vec!["valve"], vec!["cooling.train.pump", "cooling.train.spare"], vec!["diesel", "grid"]];
    assert_eq!(sets, expected);
    let (diesel, pumps) = (-(-0.1f64).exp_m1(), 0.01 * 0.5);
    let power = 0.1 * diesel;
    let exact = 1.0 - (1.0 - 1e-4) * (1.0 - power) * (1.0 - pumps);
    assert!((chance - exact).abs() < 1e-15, "{chance} {exact}");
    let (sets, _) = answer(text, Some("cooling.train.two"));
    assert_eq!(sets, [vec!["cooling.train.spare"], vec!["diesel", "grid"]]);
}

#[test]
fn every_connective_agrees_with_its_truth_table() {
    type Truth = fn([bool; 4]) -> bool;
    let tables: [(&str, Truth); 12] = [
        ("and", |[a, b, c, _]| a && b && c),
        ("or", |[a, _, _, d]| a || d),
        ("not", |[_, b, _, _]| !b),
        ("xor", |[a, b, c, d]| a ^ b ^ c ^ d),
        ("nand", |[a, _, c, _]| !(a && c)),
        ("nor", |[_, b, _, d]| !(b || d)),
        ("iff", |[_, _, c, d]| c == d),
        ("imply", |[a, _, _, d]| !a || d),
        ("atleast", |of| of.iter().filter(|one| **one).count() >= 2),
        ("cardinality", |of| (1..=2).contains(&of.iter().filter(|one| **one).count())),
        ("direct", |[a, ..]| a),
        ("constant", |_| true),
    ];
    let table = |name: &str| tables.iter().find(|(known, _)| *known == name).expect("known").1;
    let top = |of: [bool; 4]| {
        let holds = |name: &str| table(name)(of);
        let both = holds("atleast") && holds("cardinality");
        holds("and") && holds("or")
            || !holds("not")
            || holds("xor") ^ holds("nand") ^ holds("nor")
            || holds("iff") == holds("imply")
            || !both
    };
    let model = read(include_str!("trees/every-connective.xml"));
    let names: Vec<&str> = tables.iter().map(|(name, _)| *name).chain(["top"]).collect();
    for name in names {
        let tree = model.fault_tree(Some(name), None).expect("a tree");
        let mut evaluator = Evaluator::new(&tree.system, tree.reading);
        for bits in 0u8..16 {
            let of = [0, 1, 2, 3].map(|at| bits >> at & 1 == 1);
            let by_name: BTreeMap<&str, bool> = ["a", "b", "c", "d"].into_iter().zip(of).collect();
            let variables = tree.system.variables();
            let given: Vec<bool> =
                variables.map(|variable| by_name[tree.system.variable_name(variable)]).collect();
            evaluator.evaluate(&given);
            let expected = if name == "top" { top(of) } else { table(name)(of) };
            assert_eq!(evaluator.holds(tree.top), expected, "{name} of {of:?}\n{:?}", tree.system);
        }
    }
}

#[test]
fn every_expression_has_the_value_that_the_format_gives_it() {
    let text = include_str!("trees/every-expression.xml");
    let settings = Settings { mission_time: Some(100.0) };
    let model = Model::read(text.as_bytes(), settings).expect("a model");
    let tree = model.fault_tree(None, None).expect("a tree");
    let chances = model.chances(&tree).expect("chances");
    let grown = |exponent: f64| -f64::exp_m1(-exponent);
    let expected = BTreeMap::from([
        ("float", 0.25),
        ("int", 1.0),
        ("bool", 0.0),
        ("later", 0.75),
        ("arithmetic", 0.25),
        ("extremes", 0.375),
        ("powers", 0.25),
        ("exponential", grown(0.1)),
        // Lasting share 1/4 with both rates adding up to 1, from 1/2 at first.
        ("demand", 0.25 + 0.25 * f64::exp(-2.0)),
        ("weibull", grown(0.25)),
        ("early", 0.0),
        // Tested at 10, 50 and 90: ten hours ago.
        ("tested", grown(0.01)),
        // Never repaired.
        ("repaired", grown(0.1)),
        ("uniform", 0.5),
        ("normal", 0.125),
        ("lognormal", 0.0625),
        ("lognormal-of-log", f64::exp(-2.0)),
        ("gamma", 0.25),
        ("beta", 0.25),
    ]);
    assert_eq!(chances.len(), expected.len());
    for (variable, chance) in tree.system.variables().zip(chances) {
        let name = tree.system.variable_name(variable);
        assert!((chance - expected[name]).abs() < 1e-14, "{name}: {chance} {}", expected[name]);
    }
}

#[test]
fn what_hangs_on_a_mission_time_that_is_not_given_has_no_chance() {
    let model = read(include_str!("trees/every-expression.xml"));
    let tree = model.fault_tree(None, None).expect("a tree");
    let error = model.chances(&tree).expect_err("no mission time");
    assert_eq!((error.line, error.column), (24, 5));
    assert!(error.message.contains("\"exponential\" depends on the mission time"), "{error}");
}

const CIRCLE: &str = r#"<opsa-mef><define-fault-tree name="t">
<define-gate name="top"><or><gate name="one"/><event name="c"/></or></define-gate>
<define-gate name="one"><and><gate name="two"/><event name="a"/></and></define-gate>
<define-gate name="two"><or><gate name="one"/><event name="b"/></or></define-gate>
<define-basic-event name="a"/><define-basic-event name="b"/><define-basic-event name="c"/>
</define-fault-tree></opsa-mef>"#;

#[test]
fn gates_in_a_circle_are_refused_with_the_path_unless_a_reading_is_given() {
    let model = read(CIRCLE);
    let error = model.fault_tree(None, None).expect_err("a circle");
    let path = error.message.rsplit(": ").next().expect("a path");
    let paths = [r#""one" -> "two" -> "one""#, r#""two" -> "one" -> "two""#];
    assert!(paths.contains(&path), "{error}");
    for (reading, expected) in [
        (Reading::Least, vec![vec!["c"], vec!["a", "b"]]),
        (Reading::Greatest, vec![vec!["a"], vec!["c"]]),
    ] {
        let tree = model.fault_tree(None, Some(reading)).expect("a tree");
        let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], Bound::default());
        let variables: Vec<_> = tree.system.variables().collect();
        let sets = analysis.minimal_sets(&[false; 3], &variables, true);
        let name = |of| tree.system.variable_name(of);
        let named: Vec<Vec<&str>> =
            sets.iter().map(|set| set.into_iter().map(name).collect()).collect();
        assert_eq!(named, expected, "{reading:?}");
    }
}

#[test]
fn a_circle_through_a_negation_has_no_reading() {
    let text = CIRCLE.replace(
        r#"<or><gate name="one"/><event name="b"/></or>"#,
        r#"<not><gate name="one"/></not>"#,
    );
    let model = read(&text);
    let error = model.fault_tree(None, Some(Reading::Least)).expect_err("negative");
    assert!(error.message.contains("its own negation"), "{error}");
}

#[test]
fn of_several_tops_the_one_that_is_named_is_taken() {
    let text = include_str!("trees/every-connective.xml");
    let error = read(text).fault_tree(None, None).expect_err("several");
    assert!(error.message.ends_with(r#""top", "direct", "constant""#), "{error}");
    let model = read(text);
    let tree = model.fault_tree(Some("direct"), None).expect("a tree");
    assert_eq!((tree.gate_count, tree.system.variable_count()), (1, 1));
    assert_eq!(tree.name, "direct");
    let error = read(text).fault_tree(Some("nowhere"), None).expect_err("no such gate");
    assert!(error.message.contains("no gate \"nowhere\"") && error.help.contains("direct"));
}

const TREE: &str = r#"<opsa-mef name="plant">
<include file="pumps.xml"/> <xi:include href="data/chances.xml" xpointer="xpointer(/opsa-mef/*)"/>
<define-fault-tree name="plant"><define-gate name="top"><or>
<gate name="pumps"/><basic-event name="valve"/><event name="pumps.spare"/>
</or></define-gate></define-fault-tree></opsa-mef>"#;

const PUMPS: &str = r#"<opsa-mef><define-fault-tree name="pumps">
<define-gate name="pumps"><and><event name="one"/><event name="spare"/></and></define-gate>
<define-basic-event name="spare" role="private"><parameter name="wear"/></define-basic-event>
</define-fault-tree></opsa-mef>"#;

const CHANCES: &str = r#"<opsa-mef><model-data>
<define-basic-event name="one"><float value="0.5"/></define-basic-event>
<define-basic-event name="valve"><float value="0.25"/></define-basic-event>
<define-parameter name="wear"><float value="0.125"/></define-parameter>
</model-data></opsa-mef>"#;

const SPREAD: [(&str, &str); 3] =
    [("plant.xml", TREE), ("elsewhere/pumps.xml", PUMPS), ("chances.xml", CHANCES)];

fn spread<'a>(files: &[(&'a str, &'a str)]) -> Result<Model<'a>, Misread> {
    let file = |&(name, text): &(&'a str, &'a str)| File { name, bytes: text.as_bytes() };
    let files: Vec<File<'_>> = files.iter().map(file).collect();
    Model::of_files(&files, Settings::default())
}

#[test]
fn a_model_may_be_spread_over_files_in_any_order() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let model = spread(&order.map(|at| SPREAD[at])).expect("a model");
        assert_eq!((model.gate_count(), model.basic_event_count()), (2, 3), "{order:?}");
        let tree = model.fault_tree(None, None).expect("a tree");
        let analysis = Analysis::new(&tree.system, tree.top, tree.reading, &[], Bound::default());
        let chances = model.chances(&tree).expect("chances");
        let top = analysis.likelihood(&chances).expect("likely").holds.low;
        // The valve or the spare: the spare alone is of the pumps' two.
        assert!((top - (1.0 - 0.75 * 0.875)).abs() < 1e-15, "{order:?} {top}");
    }
}

#[test]
fn what_is_wrong_with_one_of_several_files_is_said_of_that_file() {
    let [tree, pumps, chances] = SPREAD;
    let refused = |files: &[(&str, &str)]| {
        let refusal = |model: Model<'_>| model.fault_tree(None, None).err();
        spread(files).map_or_else(Some, refusal).expect("something is wrong")
    };
    let said = |files: &[(&str, &str)], place: (usize, usize), message: &str, help: &str| {
        let error = refused(files);
        assert_eq!((error.file, error.line), place, "{error:?}");
        assert!(error.message.contains(message) && error.help.contains(help), "{error:?}");
    };
    let again = ("again.xml", "<opsa-mef>\n<define-fault-tree name=\"pumps\"/></opsa-mef>");
    let first = "line 1 of \"elsewhere/pumps.xml\"";
    said(&[tree, pumps, chances, again], (3, 2), "\"pumps\" is defined twice", first);
    let valve =
        "<opsa-mef><model-data>\n\n<define-basic-event name=\"valve\"/></model-data></opsa-mef>";
    let first = "It is a basic event in line 3 of \"chances.xml\".";
    said(&[tree, pumps, chances, ("v", valve)], (3, 3), "\"valve\" is defined twice", first);
    said(&[tree, tree, pumps, chances], (1, 3), "defined twice", "line 3 of \"plant.xml\"");
    said(&[tree, pumps], (0, 2), "\"data/chances.xml\" belongs to the model", "Give it");
    let alone = "<opsa-mef>\n<include/></opsa-mef>";
    said(&[("a.xml", alone)], (0, 2), "the file \"\" belongs to the model", "Give it");
    said(&[pumps, ("d.xml", "<opsa-mef/>")], (0, 2), "\"one\" is not defined", "give the file");
    said(&[chances, ("d.xml", "<opsa-mef><model-data>")], (1, 1), "has no end", "cut short");
    said(&[chances, ("d.xml", "<opsa-mef>\n<label>\n")], (1, 2), "has no end", "cut short");
    said(&[chances, ("d.xml", "\n")], (1, 2), "there is no model here", "<opsa-mef>");
    said(&[chances], (0, 1), "the model has no gate", "give them all");
    said(&[], (0, 1), "the model has no gate", "give them all");
    let bytes = File { name: "b.xml", bytes: b"<opsa-mef>\n\xff" };
    let whole = File { name: "a.xml", bytes: b"<opsa-mef/>" };
    let error = Model::of_files(&[whole, bytes], Settings::default()).err().expect("not UTF-8");
    assert_eq!((error.file, error.line, error.column), (1, 2, 1), "{error:?}");
}
