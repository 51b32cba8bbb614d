//! A file that is no fault tree, or a hostile one: what is said of it, where, and at what cost.

use assurance::openpsa::{Misread, Model, Settings};
use std::fmt::Write;

/// What the reader or, failing that, the making of a tree says of a file.
fn refusal(bytes: &[u8]) -> Misread {
    let model = match Model::read(bytes, Settings::default()) {
        Err(error) => return error,
        Ok(model) => model,
    };
    let tree = match model.fault_tree(None, None) {
        Err(error) => return error,
        Ok(tree) => tree,
    };
    model.chances(&tree).expect_err("something is wrong with this file")
}

/// One gate and two events, with another piece put in at the third line.
fn with(piece: &str) -> String {
    format!(
        "<opsa-mef><define-fault-tree name=\"t\">\n<define-gate name=\"top\"><or><event \
         name=\"a\"/><event name=\"b\"/></or></define-gate>\n{piece}\n<define-basic-event \
         name=\"a\"><float value=\"0.5\"/></define-basic-event><define-basic-event \
         name=\"b\"><float value=\"0.5\"/></define-basic-event></define-fault-tree></opsa-mef>"
    )
}

/// Formulas of a gate, the column of the fault in line 3, and what is said of it.
const FORMULAS: &[(&str, usize, &str)] = &[
    ("<or><event name=\"x\"/></or>", 27, "the event \"x\" is not defined"),
    ("<gate name=\"x\"/>", 23, "the gate \"x\" is not defined"),
    ("<gate name=\"a\"/>", 23, "\"a\" is a basic event, not a gate"),
    ("<house-event name=\"top\"/>", 23, "\"top\" is a gate, not a house event"),
    ("<event name=\"a\" type=\"leaf\"/>", 23, "the type \"leaf\" is not known"),
    ("<event name=\"a.b\"/>", 23, "the event \"a.b\" is not defined"),
    ("<event name=\" \"/>", 23, "this needs a name"),
    ("<event/>", 23, "this needs a name"),
    ("<event name=\"a&#10;b\"/>", 23, "a character that does not print"),
    ("<event nom=\"a\"/>", 23, "<event> has no attribute \"nom\" here"),
    ("<event name=\"a\" name=\"b\"/>", 23, "name is given twice"),
    ("<event name=\"&x;\"/>", 23, "the value of name does not read"),
    ("<event name=a/>", 23, "the attributes do not read"),
    ("", 1, "<define-gate> wants 1 and holds 0"),
    ("<and/>", 23, "<and> wants 1 and holds 0"),
    ("<event name=\"a\"/><event name=\"b\"/>", 40, "takes no more than 1"),
    ("<not><event name=\"a\"/><event name=\"b\"/></not>", 45, "<not> takes no more than 1"),
    ("<xor><event name=\"a\"/></xor>", 23, "<xor> wants 2 and holds 1"),
    (
        "<atleast min=\"3\"><event name=\"a\"/><event name=\"b\"/></atleast>",
        23,
        "<atleast> wants 3 and holds 2",
    ),
    ("<atleast><event name=\"a\"/></atleast>", 23, "min is \"\", not a whole number"),
    ("<atleast min=\"-1\"><event name=\"a\"/></atleast>", 23, "min is \"-1\", not a whole number"),
    (
        "<cardinality min=\"2\" max=\"1\"><event name=\"a\"/></cardinality>",
        23,
        "at least 2 and at most 1 cannot both be",
    ),
    ("<inhibit><event name=\"a\"/></inhibit>", 23, "\"inhibit\" is not read in <define-gate>"),
    ("<constant value=\"yes\"/>", 23, "the value is \"yes\""),
    ("<event name=\"a\"><event name=\"b\"/></event>", 39, "\"event\" is not read in <event>"),
    ("a", 23, "text between the elements"),
    ("<![CDATA[a]]>", 23, "text between the elements"),
    ("&amp;", 23, "text between the elements"),
    ("&a;", 23, "the entity \"a\" is not defined"),
];

/// Expressions of a basic event, likewise.
const EXPRESSIONS: &[(&str, usize, &str)] = &[
    ("<float value=\"1.5\"/>", 1, "the probability of \"e\" is 1.5, not from 0 to 1"),
    ("<int value=\"-1\"/>", 1, "the probability of \"e\" is -1, not from 0 to 1"),
    ("<float value=\"nan\"/>", 30, "the value is \"nan\", not a number"),
    ("<float value=\"1e999\"/>", 30, "the value is \"1e999\", not a number"),
    ("<float value=\"0,5\"/>", 30, "the value is \"0,5\", not a number"),
    ("<int value=\"0.5\"/>", 30, "the value is \"0.5\", not a number"),
    ("<parameter name=\"a\"/>", 30, "the parameter \"a\" is not defined"),
    ("<switch/>", 30, "\"switch\" is not read in <define-basic-event>"),
    (
        "<div><int value=\"1\"/><int value=\"0\"/></div>",
        30,
        "this has no value: its value is not a finite number",
    ),
    ("<pow><int value=\"1\"/></pow>", 30, "<pow> wants 2 and holds 1"),
    ("<float value=\"0\"/><float value=\"0\"/>", 48, "takes no more than 1"),
];

/// What may stand beside gates, likewise; column 0 if the fault shows later in the file.
const PIECES: &[(&str, usize, &str)] = &[
    ("<define-gate name=\"a\"><event name=\"b\"/></define-gate>", 0, "\"a\" is defined twice"),
    ("<define-gate name=\"top\"><event name=\"b\"/></define-gate>", 1, "\"top\" is defined twice"),
    (
        "<define-gate name=\"a.b\"><event name=\"b\"/></define-gate>",
        1,
        "the name \"a.b\" has a dot",
    ),
    ("<define-gate name=\"g\" role=\"secret\"/>", 1, "the role \"secret\" is not known"),
    (
        "<define-CCF-group name=\"g\"/>",
        1,
        "\"define-CCF-group\" is not read in <define-fault-tree>",
    ),
    ("<define-component name=\"c\"/><define-component name=\"c\"/>", 29, "\"c\" is defined twice"),
    (
        "<define-house-event name=\"h\"><float value=\"1\"/></define-house-event>",
        30,
        "\"float\" is not read",
    ),
    (
        "<define-parameter name=\"p\"><neg><parameter name=\"p\"/></neg></define-parameter>",
        1,
        "in a circle: \"p\" -> \"p\"",
    ),
    (
        "<define-gate name=\"g\"><or><gate name=\"g\"/><gate name=\"top\"/></or></define-gate>",
        1,
        "in a circle: \"g\" -> \"g\"",
    ),
    (
        "<define-gate name=\"g\"><event name=\"a\"/></define-gate>",
        1,
        "several gates could be the top: \"top\", \"g\"",
    ),
    ("<define-gate name=\"g\">", 0, "is not read in <define-gate>"),
    ("</define-gate>", 1, "not well-formed XML"),
    ("< ", 0, "\"\" is not read in <define-fault-tree>"),
    ("<!-- ", 1, "not well-formed XML"),
    ("<xi:include href=\"/etc/passwd\"/>", 1, "\"xi:include\" is not read"),
];

#[test]
fn each_fault_is_named_with_its_line_and_column() {
    let gates = FORMULAS.iter().map(|(formula, column, words)| {
        (format!("<define-gate name=\"g\">{formula}</define-gate>"), column, words)
    });
    let events = EXPRESSIONS.iter().map(|(expression, column, words)| {
        (format!("<define-basic-event name=\"e\">{expression}</define-basic-event>"), column, words)
    });
    let pieces = PIECES.iter().map(|(piece, column, words)| ((*piece).to_owned(), column, words));
    for (piece, column, words) in gates.chain(events).chain(pieces) {
        let text = with(&piece);
        let error = refusal(text.as_bytes());
        assert!(error.message.contains(words), "{piece}: {error}");
        assert!(!error.help.is_empty() && error.span.end <= text.len(), "{piece}: {error:?}");
        if *column > 0 {
            assert_eq!((error.line, error.column), (3, *column), "{piece}: {error}");
        }
    }
}

#[test]
fn what_is_no_model_is_refused() {
    for (bytes, place, words) in [
        (&b""[..], (1, 1), "there is no model"),
        (b"\n\n", (3, 1), "there is no model"),
        (b"<?xml version=\"1.0\"?><!-- none -->", (1, 35), "there is no model"),
        (b"<html/>", (1, 1), "\"html\" is not the beginning of a model"),
        (b"\xef\xbb\xbf<html/>", (1, 1), "\"html\" is not the beginning of a model"),
        (b"\xef\xbb\xbf<opsa-mef>\n  <x/></opsa-mef>", (2, 3), "\"x\" is not read"),
        (b"\xef\xbb\xbf <opsa-mef>", (1, 2), "<opsa-mef> has no end"),
        (b"<opsa-mef/>\n<opsa-mef/>", (2, 1), "\"opsa-mef\" is not the beginning"),
        (b"<opsa-mef>", (1, 1), "<opsa-mef> has no end"),
        (b"<opsa-mef/>", (1, 1), "the model has no gate"),
        (b"PK\x03\x04", (1, 1), "text between the elements"),
        (b"<opsa-mef>\n  \xff</opsa-mef>", (2, 3), "not UTF-8"),
        (b"\xff\xfe<\0", (1, 1), "not UTF-8"),
        (b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><opsa-mef/>", (1, 1), "ISO-8859-1"),
        (
            b"<opsa-mef><define-event-tree name=\"e\"/></opsa-mef>",
            (1, 11),
            "\"define-event-tree\" is not read in <opsa-mef>",
        ),
    ] {
        let error = refusal(bytes);
        assert!(error.message.contains(words), "{}: {error}", bytes.escape_ascii());
        assert_eq!((error.line, error.column), place, "{}: {error}", bytes.escape_ascii());
    }
}

#[test]
fn a_document_type_is_refused_before_it_is_expanded() {
    let mut laughs =
        String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE opsa-mef [\n<!ENTITY l0 \"ha\">\n");
    for level in 1..20 {
        let ten = format!("&l{};", level - 1).repeat(10);
        writeln!(laughs, "<!ENTITY l{level} \"{ten}\">").expect("a string");
    }
    laughs.push_str("]>\n<opsa-mef name=\"&l19;\"><label>&l19;</label></opsa-mef>");
    let outside = "<!DOCTYPE opsa-mef SYSTEM \"file:///etc/passwd\">\n<opsa-mef/>";
    for (text, line) in [(laughs.as_str(), 2), (outside, 1)] {
        let error = refusal(text.as_bytes());
        assert_eq!((error.line, error.column), (line, 1));
        assert!(error.message.contains("a document type is declared"), "{error}");
    }
}

#[test]
fn formulas_ten_thousand_deep_are_read() {
    let depth = 10_000;
    let opened: String = (0..depth).map(|level| ["<and>", "<or>", "<not>"][level % 3]).collect();
    let closed: String =
        (0..depth).rev().map(|level| ["</and>", "</or>", "</not>"][level % 3]).collect();
    let text = with(&format!(
        "<define-gate name=\"g\">{opened}<gate name=\"top\"/>{closed}</define-gate>"
    ));
    let model = Model::read(text.as_bytes(), Settings::default()).expect("a model");
    let tree = model.fault_tree(None, None).expect("a tree");
    assert_eq!(tree.name, "g");
    assert_eq!(tree.system.variable_count(), 2);

    let opened = "<neg>".repeat(depth);
    let closed = "</neg>".repeat(depth);
    let text = with(&format!(
        "<define-basic-event name=\"e\">{opened}<float value=\"0.5\"/>{closed}</define-basic-event>"
    ));
    Model::read(text.as_bytes(), Settings::default()).expect("an even number of signs");

    let opened = "<define-component name=\"c\">".repeat(depth);
    let closed = "</define-component>".repeat(depth);
    let error = refusal(with(&format!("{opened}{closed}")).as_bytes());
    assert!(error.message.contains("lies too deep"), "{error}");
}

#[test]
fn a_chain_of_a_million_gates_is_read_and_made_a_tree() {
    let count = 1_000_000;
    let mut text = String::from("<opsa-mef><define-fault-tree name=\"t\">\n");
    for gate in 0..count {
        let below = match gate + 1 {
            last if last == count => "<event name=\"e0\"/>".to_owned(),
            next => format!("<gate name=\"g{next}\"/>"),
        };
        let join = ["and", "or"][gate % 2];
        let event = gate % 7;
        writeln!(
            text,
            "<define-gate name=\"g{gate}\"><{join}><event name=\"e{event}\"/>{below}</{join}></define-gate>"
        )
        .expect("a string");
    }
    for event in 0..7 {
        writeln!(
            text,
            "<define-basic-event name=\"e{event}\"><float value=\"0.1\"/></define-basic-event>"
        )
        .expect("a string");
    }
    text.push_str("</define-fault-tree></opsa-mef>");
    let model = Model::read(text.as_bytes(), Settings::default()).expect("a model");
    assert_eq!(model.gate_count(), count);
    let tree = model.fault_tree(None, None).expect("a tree");
    assert_eq!((tree.gate_count, tree.system.variable_count()), (count, 7));

    let circle = text.replacen("<event name=\"e1\"/><gate name=\"g2\"/>", "<gate name=\"g2\"/>", 1);
    let circle = circle.replace("<event name=\"e0\"/></", "<gate name=\"g1\"/></");
    let error = refusal(circle.as_bytes());
    assert!(error.message.contains("in a circle") && error.message.len() < 1_000, "{error}");
}

#[test]
fn long_names_are_cut_in_messages() {
    let name = "n".repeat(1_000_000);
    let error = refusal(
        with(&format!("<define-gate name=\"g\"><event name=\"{name}\"/></define-gate>")).as_bytes(),
    );
    assert!(error.message.contains("is not defined") && error.message.len() < 200, "{error}");
}
