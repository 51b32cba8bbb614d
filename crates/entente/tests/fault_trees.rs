//! `entente fault-tree`: what it tells, what it refuses, and how it stops.

mod running;

use running::{ENTENTE, Scratch, complaint, run};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const COOLING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cooling-station.xml");
const CONNECTIVES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../assurance/tests/trees/every-connective.xml");
const EXPRESSIONS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../assurance/tests/trees/every-expression.xml");

fn told(arguments: &[&str]) -> String {
    let output = run(&[&["fault-tree"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", complaint(&output));
    assert_eq!(complaint(&output), "", "nothing is drawn where there is no terminal");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn answer(arguments: &[&str]) -> Value {
    let text = told(&[arguments, &["--json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Refused with this code, in words that say what and where.
fn refuses(arguments: &[&str], code: i32, words: &[&str]) {
    let output = run(&[&["fault-tree"], arguments].concat());
    let said = complaint(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    assert!(!said.contains("panicked") && said.lines().count() <= 14, "{said}");
    assert!(output.stdout.is_empty(), "nothing is half answered");
}

/// All of `gates` gates, each one of four events: 4 to the power of `gates` cut sets.
fn wide(scratch: &Scratch, gates: usize) -> PathBuf {
    let mut text =
        String::from("<opsa-mef><define-fault-tree name=\"wide\"><define-gate name=\"top\"><and>");
    for gate in 0..gates {
        text.push_str("<or>");
        for event in 0..4 {
            write!(text, "<event name=\"e{gate:02}-{event}\"/>").expect("a string");
        }
        text.push_str("</or>");
    }
    text.push_str("</and></define-gate>");
    for gate in 0..gates {
        for event in 0..4 {
            write!(text, "<define-basic-event name=\"e{gate:02}-{event}\"/>").expect("a string");
        }
    }
    text.push_str("</define-fault-tree></opsa-mef>");
    let path = scratch.path("wide.xml");
    std::fs::write(&path, text).expect("a scratch file");
    path
}

/// All of four gates, each one of 300 triples of 200 events: no diagram of it is small.
fn hard(scratch: &Scratch) -> PathBuf {
    let mut text =
        String::from("<opsa-mef><define-fault-tree name=\"hard\"><define-gate name=\"top\">");
    text.push_str("<and>");
    let mut event = 1u64;
    for _ in 0..4 {
        text.push_str("<or>");
        for _ in 0..300 {
            text.push_str("<and>");
            for _ in 0..3 {
                // Lehmer's generator of 1951.
                event = event * 48_271 % 0x7FFF_FFFF;
                write!(text, "<event name=\"e{:03}\"/>", event % 200).expect("a string");
            }
            text.push_str("</and>");
        }
        text.push_str("</or>");
    }
    text.push_str("</and></define-gate>");
    for event in 0..200 {
        write!(
            text,
            "<define-basic-event name=\"e{event:03}\"><float value=\"0.01\"/></define-basic-event>"
        )
        .expect("a string");
    }
    text.push_str("</define-fault-tree></opsa-mef>");
    let path = scratch.path("hard.xml");
    std::fs::write(&path, text).expect("a scratch file");
    path
}

#[test]
fn without_flags_it_counts_cut_sets_and_tells_the_probability() {
    let text = told(&[COOLING]);
    assert!(text.contains("Top event no-cooling: 5 of 5 gates, 5 of 6 basic events"), "{text}");
    assert!(text.contains("Probability: 0.0145672300377"), "{text}");
    assert!(text.contains("Minimal cut sets: 3\n  of size 1: 1\n  of size 2: 2\n"), "{text}");
    assert!(!text.contains("diesel"), "{text}");
    let text = told(&[CONNECTIVES, "--top", "top"]);
    assert!(text.contains("Probability: not known: the basic event \"a\" has no"), "{text}");
}

#[test]
fn sets_are_listed_by_size_and_then_by_name() {
    let text = told(&[COOLING, "--cut-sets", "--path-sets"]);
    let listed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(
        listed,
        [
            "valve",
            "cooling.train.pump, cooling.train.spare",
            "diesel, grid",
            "cooling.train.pump, diesel, valve",
            "cooling.train.pump, grid, valve",
            "cooling.train.spare, diesel, valve",
            "cooling.train.spare, grid, valve",
        ]
    );
    assert!(!text.contains("Probability"), "{text}");
    let text = told(&[COOLING, "--cut-sets", "--limit-order", "1"]);
    assert!(
        text.ends_with("  of size 2: 2\n  by size, then by name, up to size 1:\n    valve\n"),
        "{text}"
    );
}

#[test]
fn the_answer_as_json_holds_the_same() {
    let all = ["--cut-sets", "--path-sets", "--probability", "--importance"];
    let answer = answer(&[&[COOLING][..], &all].concat());
    assert_eq!(answer["top"], "no-cooling");
    assert_eq!((&answer["gates"], &answer["basic_events"]), (&json!(5), &json!(5)));
    assert_eq!(answer["complete"], true);
    assert_eq!(
        answer["cut_sets"],
        json!({
            "count": "3", "order": 1, "complete": true,
            "by_size": [{ "size": 1, "count": "1" }, { "size": 2, "count": "2" }],
            "sets": [["valve"], ["cooling.train.pump", "cooling.train.spare"], ["diesel", "grid"]],
        })
    );
    assert_eq!(answer["path_sets"]["count"], "4");
    let number = |value: &Value| value.as_str().expect("text").parse::<f64>().expect("a number");
    let total = number(&answer["probability"]);
    let rows = answer["importance"].as_array().expect("a list");
    assert_eq!(rows.len(), 5);
    for row in rows {
        let of = |key: &str| number(&row[key]);
        let (if_occurs, if_not) = (of("raw") * total, total / of("rrw"));
        let close =
            |one: f64, other: f64| (one - other).abs() <= 1e-12 * one.abs().max(other.abs());
        assert!(close(of("chance") * if_occurs + (1.0 - of("chance")) * if_not, total), "{row}");
        assert!((of("birnbaum") - (if_occurs - if_not)).abs() < 1e-12, "{row}");
        assert!(close(of("criticality"), of("chance") * of("birnbaum") / total), "{row}");
    }
    let valve = rows.iter().find(|row| row["event"] == "valve").expect("listed");
    // Without the valve: two pumps, or two sources of power.
    let rest = 1.0 - (1.0 - 0.1 * -f64::exp_m1(-0.1)) * (1.0 - 0.005);
    assert!((number(&valve["birnbaum"]) - (1.0 - rest)).abs() < 1e-14, "{valve}");
}

#[test]
fn importance_is_a_table_with_the_most_critical_first() {
    let text = told(&[EXPRESSIONS, "--importance", "--mission-time", "100"]);
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip_while(|line| !line.contains("Birnbaum "))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0], ["event", "chance", "Birnbaum", "criticality", "RAW", "RRW"]);
    assert_eq!(rows.len(), 20, "{text}");
    // It is certain, so it alone matters.
    assert_eq!((rows[1][0], rows[1][1], rows[1][4]), ("int", "1", "1"), "{text}");
    assert_eq!(rows[1][2], rows[1][3], "{text}");
    assert!(rows[2..].iter().all(|row| row[2..] == ["0", "0", "1", "1"]), "{text}");
}

#[test]
fn what_it_cannot_read_is_refused_with_the_place() {
    let scratch = Scratch::new();
    let file = |text: &str| {
        let path = scratch.path("model.xml");
        std::fs::write(&path, text).expect("a scratch file");
        path.to_str().expect("a plain path").to_owned()
    };
    refuses(&["nowhere.xml"], 3, &["nowhere.xml cannot be read"]);
    refuses(&[], 2, &["<FILE>"]);
    refuses(&[COOLING, "--circles", "most"], 2, &["least"]);
    refuses(&[COOLING, "--mission-time", "-1"], 2, &["-1"]);
    refuses(&[COOLING, "--mission-time=-1"], 3, &["not a time"]);
    refuses(&[COOLING, "--top", "valve"], 3, &["there is no gate \"valve\"", "\"no-cooling\""]);
    refuses(&[CONNECTIVES], 3, &["\"top\", \"direct\", \"constant\"", "--top GATE", "xml:22:5"]);
    refuses(&[CONNECTIVES, "--top", "top", "--probability"], 3, &["\"a\" has no probability"]);
    refuses(&[EXPRESSIONS, "--importance"], 3, &["\"exponential\"", "--mission-time 8760"]);
    let circle = file(
        "<opsa-mef><define-fault-tree name=\"t\">\n<define-gate name=\"a\"><gate name=\"a\"/></define-gate>\n</define-fault-tree></opsa-mef>",
    );
    refuses(&[&circle], 3, &["\"a\" -> \"a\"", "--circles least", "xml:2:1"]);
    let answer = answer(&[&circle, "--top", "a", "--circles", "greatest", "--cut-sets"]);
    assert_eq!(answer["cut_sets"]["sets"], json!([[]]), "{answer}");
    refuses(&[&file("<!DOCTYPE opsa-mef [<!ENTITY a \"b\">]><opsa-mef/>")], 3, &["document type"]);
    let long = format!("<opsa-mef><label>{}</label><x/></opsa-mef>", "x".repeat(1_000_000));
    refuses(&[&file(&long)], 3, &["model.xml:1:1000026: \"x\" is not read in <opsa-mef>"]);
}

#[test]
fn several_files_are_one_model_and_each_is_named_for_its_own_faults() {
    let scratch = Scratch::new();
    let file = |name: &str, text: &str| {
        let path = scratch.path(name);
        std::fs::write(&path, text).expect("a scratch file");
        path.to_str().expect("a plain path").to_owned()
    };
    let tree = file(
        "tree.xml",
        "<opsa-mef><include file=\"data.xml\"/><define-fault-tree name=\"t\"><define-gate name=\"top\">\n<and><event name=\"a\"/><event name=\"b\"/></and></define-gate></define-fault-tree></opsa-mef>",
    );
    let data = file(
        "data.xml",
        "<opsa-mef><model-data>\n<define-basic-event name=\"a\"><float value=\"0.5\"/></define-basic-event>\n<define-basic-event name=\"b\"><float value=\"0.25\"/></define-basic-event></model-data></opsa-mef>",
    );
    for files in [[&tree, &data], [&data, &tree]] {
        let answer = answer(&[files[0], files[1], "--probability", "--cut-sets"]);
        assert_eq!(answer["files"], json!(files), "{answer}");
        assert_eq!(answer["cut_sets"]["sets"], json!([["a", "b"]]), "{answer}");
        let chance = answer["probability"].as_str().and_then(|text| text.parse::<f64>().ok());
        assert_eq!(chance, Some(0.125), "{answer}");
    }
    refuses(&[&tree], 3, &["\"data.xml\" belongs to the model", "Give it beside this one"]);
    refuses(&[&data], 3, &["the model has no gate", "give them all"]);
    refuses(&[&tree, &data, &data], 3, &["\"a\" is defined twice", "data.xml:2:1", "line 2 of"]);
    refuses(&[&tree, "nowhere.xml"], 3, &["nowhere.xml cannot be read"]);
}

#[test]
fn beyond_its_memory_it_says_incomplete_and_gives_what_is_proven() {
    let scratch = Scratch::new();
    let path = wide(&scratch, 12);
    let output = run(&["fault-tree", path.to_str().expect("a plain path"), "--memory", "0"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(6), "{text}");
    assert!(text.contains("Minimal cut sets: incomplete: 0 of up to "), "{text}");
    assert!(complaint(&output).contains("incomplete: the diagrams outgrew --memory"));
}

/// Starts listing more sets than there are grains of sand, reads some lines, and presses Ctrl-C.
fn interrupted(json: bool) -> (String, Option<i32>) {
    let scratch = Scratch::new();
    let mut command = Command::new(ENTENTE);
    command.arg("fault-tree").arg(wide(&scratch, 40)).arg("--cut-sets");
    if json {
        command.arg("--json");
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut text = String::new();
    let mut some = vec![0; 300_000];
    out.read_exact(&mut some).expect("many sets");
    text.push_str(std::str::from_utf8(&some).expect("ASCII"));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    let mut line = String::new();
    while out.read_line(&mut line).expect("more") > 0 {
        text.push_str(&line);
        line.clear();
    }
    (text, child.wait().expect("it ends").code())
}

#[test]
fn ctrl_c_ends_a_list_after_a_whole_set_and_says_incomplete() {
    let (text, code) = interrupted(false);
    assert_eq!(code, Some(6));
    assert!(text.contains("Minimal cut sets: 1208925819614629174706176\n"), "4 to the 40th");
    let mut lines = text.lines().rev();
    assert_eq!(lines.next(), Some("incomplete: stopped while listing sets"));
    assert_eq!(lines.next(), Some(""));
    let last = lines.next().expect("a set");
    assert_eq!(last.split(", ").count(), 40, "{last}");
}

#[test]
fn ctrl_c_leaves_json_that_reads_and_says_that_it_is_not_complete() {
    let (text, code) = interrupted(true);
    assert_eq!(code, Some(6));
    let answer: Value = serde_json::from_str(&text).expect("JSON that reads");
    assert_eq!(answer["complete"], false);
    assert_eq!(answer["stopped_while"], "listing sets");
    assert_eq!(answer["cut_sets"]["complete"], false);
    let sets = answer["cut_sets"]["sets"].as_array().expect("a list");
    assert!(sets.iter().all(|set| set.as_array().is_some_and(|set| set.len() == 40)));
    assert!(sets.len() > 500, "{}", sets.len());
}

#[test]
fn with_a_limit_a_hard_tree_is_answered_up_to_it_and_between_bounds() {
    let scratch = Scratch::new();
    let path = hard(&scratch);
    let path = path.to_str().expect("a plain path");
    let asked = ["fault-tree", path, "--cut-sets", "--probability", "--limit-order", "3", "--json"];
    let output = run(&asked);
    assert_eq!(output.status.code(), Some(6), "{}", complaint(&output));
    assert!(complaint(&output).contains("beyond --limit-order nothing was looked for"));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["cut_sets"]["complete"], false);
    assert_eq!(answer["cut_sets"]["searched_to"], 3);
    let bound = |key: &str| -> f64 {
        answer["probability"][key].as_str().and_then(|text| text.parse().ok()).expect("a number")
    };
    assert!(bound("low") < bound("high") && bound("high") < 0.5, "{}", answer["probability"]);
}

#[test]
fn ctrl_c_turns_what_is_computed_into_bounds() {
    let scratch = Scratch::new();
    let mut command = Command::new(ENTENTE);
    command.arg("fault-tree").arg(hard(&scratch)).arg("--probability").arg("--cut-sets");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("starts");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut text = String::new();
    // What the model is, is told before anything is computed.
    out.read_line(&mut text).expect("a line");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill is there").success());
    out.read_to_string(&mut text).expect("the rest");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(6), "{text}");
    assert!(text.contains("\nProbability: incomplete: from "), "{text}");
    assert!(text.contains("\nMinimal cut sets: incomplete: "), "{text}");
    assert!(complaint(&output).contains("incomplete: stopped: what is told is proven"));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let scratch = Scratch::new();
    let path = wide(&scratch, 40);
    let mut child = Command::new(ENTENTE)
        .arg("fault-tree")
        .arg(path)
        .arg("--cut-sets")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    drop(out);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", complaint(&output));
    assert_eq!(complaint(&output), "");
}
