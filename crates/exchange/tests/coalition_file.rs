//! The coalition file: what is read, and what is refused, where and with which words.

use coalition::content::{Commitment, Content, Kind, Requires};
use coalition::time::Point;
use coalition::{Id, Label};
use exchange::coalition_file::{self, CoalitionFile};
use miette::Diagnostic;

/// A sound file of one of each, to spoil.
const SOUND: &str = include_str!("sound.toml");

fn read(text: &str) -> CoalitionFile {
    coalition_file::read("f.toml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn refused(text: &str) -> String {
    match coalition_file::read("f.toml", text.as_bytes()) {
        Ok(file) => panic!("this was read:\n{text}\n{file:#?}"),
        Err(errors) => errors.plain(),
    }
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

fn commitment<'a>(file: &'a CoalitionFile, name: &str) -> &'a Commitment {
    let entry = file.things().iter().find(|entry| entry.id == id(name)).expect("it is there");
    match &entry.content {
        Content::Commitment(said) => said,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_sound_file_is_read_whole() {
    let file = read(SOUND);
    assert_eq!(file.coalition.name.as_str(), "Four towns");
    let counts = Kind::ALL.iter().map(|kind| (kind.plural(), file.count(*kind)));
    let counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
    assert_eq!(
        counts,
        [
            ("parties", 2),
            ("sources", 1),
            ("circumstances", 1),
            ("resources", 1),
            ("needs", 1),
            ("commitments", 2),
            ("guarantees", 1)
        ]
    );
    let pumps = commitment(&file, "ash-pumps");
    assert_eq!(pumps.condition.canonical(), "when flood and (BE contributes pumps)");
    assert_eq!(pumps.from, Some(Point::Trigger(0)));
    assert_eq!(pumps.until, Some(Point::Date("2027-01-31".parse().unwrap())));
    let model = file.model();
    assert!(!model.commitments[&id("ash-pumps")].stopped);
    assert!(model.commitments[&id("be-pumps")].stopped, "it is suspended");
    assert_eq!(model.guarantees[&id("dry")].requires, Requires::AtLeast(1));
    let marking = |name: &str| {
        file.things().iter().find(|entry| entry.id == id(name)).unwrap().marking.clone()
    };
    assert_eq!(marking("AS").label, Label::Clear);
    assert_eq!(marking("BE").label, Label::Amber);
    assert_eq!(marking("ash-pumps").parties, [id("BE")]);
}

#[test]
fn everything_refers_only_to_what_stands_before_it() {
    let file = read(SOUND);
    let mut seen = std::collections::BTreeSet::new();
    for entry in file.things() {
        for named in entry.content.references() {
            assert!(seen.contains(&named), "{} refers to {named}", entry.id);
        }
        seen.insert(entry.id.clone());
    }
}

/// What stands in the sound file; what to put in its place; what the refusal says.
const SPOILED: &[(&str, &str, &str)] = &include!("spoiled.in");

#[test]
fn every_spoiled_file_is_refused_at_its_place_with_what_to_do() {
    let mut wrong = Vec::new();
    for (sound, spoiled, expected) in SPOILED {
        assert_eq!(SOUND.matches(sound).count(), 1, "{sound:?} must stand in the file once");
        let found = refused(&SOUND.replace(sound, spoiled));
        if found != expected.replace("@", "f.toml:") {
            wrong.push(format!("({sound:?}, {spoiled:?}, {:?}),", found.replace("f.toml:", "@")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), SPOILED.len(), wrong.join("\n"));
}

#[test]
fn several_errors_are_told_in_the_order_of_the_file() {
    let text =
        SOUND.replace("\"60\"", "60").replace("\"lead\"", "\"boss\"").replace("title", "tilte");
    let errors = coalition_file::read("f.toml", text.as_bytes()).unwrap_err();
    let places: Vec<_> = errors.errors().iter().map(|error| (error.line, error.column)).collect();
    assert_eq!(places.len(), 4, "{errors:?}");
    assert!(places.is_sorted(), "{errors:?}");
    assert_eq!(errors.related().unwrap().count(), 3);
    assert_eq!(errors.help().unwrap().to_string(), errors.errors()[0].help);
}

#[test]
fn a_miette_report_shows_the_line_it_speaks_of() {
    let text = SOUND.replace("amount = \"60\"", "amount = 60.5");
    let errors = coalition_file::read("four.toml", text.as_bytes()).unwrap_err();
    let mut shown = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    miette::GraphicalReportHandler::new_themed(theme).render_report(&mut shown, &errors).unwrap();
    for part in ["four.toml:35:10", "amount = 60.5", "amount = \"60.5\""] {
        assert!(shown.contains(part), "{part:?} is not in\n{shown}");
    }
}

#[test]
fn what_is_not_text_or_too_long_is_refused_in_one_sentence() {
    let large = vec![b'#'; coalition_file::FILE_BYTES_MAX + 1];
    let spoiled = [b"[coalition]\nname = \"a", &[0xff][..], b"\"\n"].concat();
    for (bytes, expected) in [
        (
            large.as_slice(),
            "f.toml:1:1: This file is larger than 8 MiB. Check that it is the file you meant; a coalition of hundreds needs a few hundred KiB.",
        ),
        (&spoiled, "f.toml:2:10: This is not UTF-8 text. Save the file as UTF-8."),
        (
            b"",
            "f.toml:1:1: The file has no [coalition]. Write [coalition] and, on the next line, name = \"…\".",
        ),
    ] {
        assert_eq!(coalition_file::read("f.toml", bytes).unwrap_err().plain(), expected);
    }
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let text = format!("a = {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(refused(&text).contains("recurse"), "{open}");
    }
    assert!(refused(&format!("a{} = 1", ".a".repeat(100_000))).contains("recursion"));
    let condition = format!("when {}flood{}", "(".repeat(50_000), ")".repeat(50_000));
    let errors = refused(&SOUND.replace("when \"flood comes\"", &condition));
    assert!(errors.lines().count() == 1 && errors.starts_with("f.toml:46:"), "{errors:.200}");
}

#[test]
fn a_file_may_mix_dates_and_offsets() {
    let text = SOUND.replace("until = \"trigger+90d\"", "until = 2027-01-31");
    let file = read(&text);
    let need = &file.model().guarantees[&id("dry")].needs[0];
    assert_eq!(
        (need.from.to_string(), need.until.to_string()),
        ("trigger+0d".into(), "2027-01-31".into())
    );
}

#[test]
fn a_file_of_many_errors_is_given_up_before_it_costs_much() {
    let mut text = SOUND.to_owned();
    for place in 0..2_000 {
        text += &format!(
            "[[party]]\nid = \"p{place}\"\nname = \"{place} towns\"\nstanding = \"member\"\n"
        );
        text += &format!(
            "[[commitment]]\nid = \"x{place}\"\nparty = \"p{place}\"\nresource = \"pumps\"\ncondition = 'when \"none such\"'\n"
        );
    }
    let errors = coalition_file::read("f.toml", text.as_bytes()).unwrap_err();
    assert_eq!((errors.errors().len(), errors.untold()), (20, 30));
    assert!(errors.plain().ends_with("f.toml: and at least 30 more errors"));
}
