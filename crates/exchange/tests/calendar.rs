//! Calendars of the worked example: what each viewer's says, and that others' parsers read it.

use coalition::{Act, Change, Id, Label, State, View, Viewer};
use exchange::calendar::{Between, Calendar, cancellation, entries, feed, request};
use exchange::example::example;
use exchange::mail::{Letter, MailAddress};
use replay::replayed;
use std::io::Write;
use std::process::{Command, Stdio};

mod replay;

const PAGES: &str = "https://hq.example.org";

fn of(state: &State, person: &str) -> String {
    let person = Id::parse(person).expect("a plain word");
    feed(&View::of(state, Viewer::of_person(state, &person)), &OWN)
}

/// A calendar that shows as taken what it may say nothing of.
const OWN: Calendar<'_> =
    Calendar { name: "Coalition of the willing", pages: Some(PAGES), taken: true };

/// The entry of a thing, its lines unfolded; `None` if there is none.
fn entry(calendar: &str, id: &str) -> Option<String> {
    let unfolded = calendar.replace("\r\n ", "");
    let entries = unfolded.split("BEGIN:VEVENT\r\n").skip(1);
    let told = |entry: &&str| entry.contains(&format!("UID:{id}@entente\r\n"));
    entries.filter(told).map(str::to_owned).next()
}

fn line<'e>(entry: &'e str, name: &str) -> Option<&'e str> {
    let start = format!("{name}:");
    entry.split("\r\n").find_map(|line| line.strip_prefix(start.as_str()))
}

#[test]
fn a_calendar_says_no_more_than_the_label_lets_it() {
    let state = replayed(example());
    let madrid = entry(&of(&state, "clerk-es"), "m-madrid").expect("he is host");
    assert_eq!(line(&madrid, "SUMMARY"), Some("Engagement"));
    assert_eq!((line(&madrid, "LOCATION"), line(&madrid, "URL")), (None, None));
    assert_eq!(line(&madrid, "CLASS"), Some("CONFIDENTIAL"));
    // Nine o'clock in Madrid in November.
    assert_eq!(line(&madrid, "DTSTART"), Some("20251104T080000Z"));
    assert_eq!(line(&madrid, "DTEND"), Some("20251104T143000Z"));
    for viewer in ["head-us", "nobody"] {
        assert_eq!(entry(&of(&state, viewer), "m-madrid"), None, "{viewer}");
    }
    let london = entry(&of(&state, "nobody"), "m-london").expect("it is CLEAR");
    assert_eq!(line(&london, "SUMMARY"), Some("London meeting"));
    assert_eq!(line(&london, "DTSTART;VALUE=DATE"), Some("20251024"));
    assert_eq!(line(&london, "DTEND;VALUE=DATE"), Some("20251025"));
    assert_eq!(line(&london, "URL"), Some("https://hq.example.org/meetings/m-london"));
    // A month is no day.
    assert_eq!(entry(&of(&state, "nobody"), "m-march"), None);
}

#[test]
fn what_is_relabelled_or_called_off_says_so_under_a_higher_number() {
    let mut state = replayed(example());
    let id = Id::parse("m-london").expect("a plain word");
    let mut number = 0;
    let mut does = |state: &mut State, change: Change| {
        number += 1;
        let act = Act {
            v: 1,
            id: Id::parse(&format!("more-{number}")).expect("a plain word"),
            at: "2025-12-01T10:00:00Z".parse().expect("a moment"),
            by: coalition::Author::default(),
            key: None,
            signed: None,
            subject: id.clone(),
            change,
        };
        let bytes = act.encode().into();
        state.apply(act, bytes);
    };
    let marking = coalition::Marking::plain(Label::Amber);
    does(&mut state, Change::Relabel { marking });
    let narrowed = entry(&of(&state, "clerk-es"), "m-london").expect("he may see AMBER");
    assert_eq!(line(&narrowed, "SUMMARY"), Some("Meeting"));
    assert!(!narrowed.contains("London"), "{narrowed}");
    // How often and when it changed would tell of what is not said.
    assert_eq!(line(&narrowed, "SEQUENCE"), Some("0"));
    assert_eq!(line(&narrowed, "LAST-MODIFIED"), None);
    does(&mut state, Change::Relabel { marking: coalition::Marking::plain(Label::Green) });
    let widened = entry(&of(&state, "clerk-es"), "m-london").expect("he may see GREEN");
    assert_eq!(line(&widened, "SEQUENCE"), Some("2"));
    does(&mut state, Change::Withdraw { reason: coalition::text::Text::default() });
    let off = entry(&of(&state, "clerk-es"), "m-london").expect("called off is not gone");
    assert_eq!((line(&off, "STATUS"), line(&off, "SEQUENCE")), (Some("CANCELLED"), Some("3")));
}

/// Reads a calendar with two parsers of other people, and prints what they make of it.
const READS: &str = "
import sys, icalendar, vobject
text = sys.stdin.buffer.read()
calendar = icalendar.Calendar.from_ical(text)
entries = list(calendar.walk('VEVENT'))
for entry in entries:
    assert not entry.errors, entry.errors
    for name in ('UID', 'DTSTAMP', 'DTSTART', 'DTEND', 'SUMMARY'):
        assert name in entry, name
read = vobject.readOne(text.decode())
read.validate(raiseException=True)
assert len(read.vevent_list) == len(entries)
print(len(entries))
";

#[test]
fn parsers_of_other_people_read_every_calendar() {
    let Ok(python) = std::env::var("ENTENTE_PYTHON") else {
        println!(
            "skipped: ENTENTE_PYTHON names no Python with icalendar and vobject; ./test installs them"
        );
        return;
    };
    let state = replayed(example());
    for person in ["clerk-es", "head-ee", "head-us", "nobody"] {
        let calendar = of(&state, person);
        let mut reader = Command::new(&python)
            .args(["-c", READS])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut input = reader.stdin.take().expect("it has an input");
        input.write_all(calendar.as_bytes()).expect("it reads");
        drop(input);
        let read = reader.wait_with_output().expect("it ends");
        assert!(read.status.success(), "{person}: not read:\n{calendar}");
        let count = calendar.matches("BEGIN:VEVENT").count().to_string();
        assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), count, "{person}");
    }
}
