//! Calendars of the worked example: what each viewer's says, and that others' parsers read it.

use coalition::content::Meeting;
use coalition::text::Name;
use coalition::time::PartialTime;
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

/// Gives a text to a program in Python, if there is one with the parsers, and gives what it prints.
fn read_by_others(program: &str, text: &str) -> Option<String> {
    let Ok(python) = std::env::var("ENTENTE_PYTHON") else {
        println!(
            "skipped: ENTENTE_PYTHON names no Python with icalendar and vobject; ./test installs them"
        );
        return None;
    };
    let mut reader = Command::new(&python)
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut input = reader.stdin.take().expect("it has an input");
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    let read = reader.wait_with_output().expect("it ends");
    assert!(read.status.success(), "not read:\n{text}");
    Some(String::from_utf8_lossy(&read.stdout).trim().to_owned())
}

#[test]
fn parsers_of_other_people_read_every_calendar() {
    let state = replayed(example());
    for person in ["clerk-es", "head-ee", "head-us", "nobody"] {
        let calendar = of(&state, person);
        let Some(read) = read_by_others(READS, &calendar) else { return };
        assert_eq!(read, calendar.matches("BEGIN:VEVENT").count().to_string(), "{person}");
    }
}

/// Amends London's meeting to another title and time, in the zone of Madrid.
fn retold(title: &str, starts: &str) -> State {
    let mut state = replayed(example());
    let id = Id::parse("m-london").expect("a plain word");
    let view = View::of(&state, Viewer::Public);
    let (_, london) = view.find::<Meeting>(&id).expect("it is CLEAR");
    let meeting = Meeting {
        title: Name::parse(title).expect("a title"),
        zone: Name::parse("Europe/Madrid").expect("a zone"),
        starts: PartialTime::parse(starts).ok(),
        ends: None,
        ..london.clone()
    };
    let act = Act {
        v: 1,
        id: Id::parse("retold").expect("a plain word"),
        at: "2025-12-01T10:00:00Z".parse().expect("a moment"),
        by: coalition::Author::default(),
        key: None,
        signed: None,
        subject: id,
        change: Change::Amend { content: coalition::Content::Meeting(meeting) },
    };
    let bytes = act.encode().into();
    state.apply(act, bytes);
    state
}

/// What people could put into a title to say something else with it.
const HOSTILE: [&str; 6] = [
    "a\\, b; c: \"d\" \\n END:VEVENT",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:x@example.org",
    "=?utf-8?q?Subject?= <x@example.org>, Bcc: y@example.org",
    "\u{1f54a}\u{fe0f} déjà vu \u{202f}\u{a0}e\u{301} 會議 \u{1f468}\u{200d}\u{1f469}",
    ". ..",
    "--=_boundary-- %0d%0aBcc: z@example.org",
];

const READS_TITLE: &str = "
import sys, icalendar, vobject
text = sys.stdin.buffer.read()
entries = [e for e in icalendar.Calendar.from_ical(text).walk('VEVENT') if e['UID'] == 'm-london@entente']
other = [e for e in vobject.readOne(text.decode()).vevent_list if e.uid.value == 'm-london@entente']
assert len(entries) == len(other) == 1
assert str(entries[0]['SUMMARY']) == other[0].summary.value
print(str(entries[0]['SUMMARY']))
";

#[test]
fn parsers_of_other_people_read_every_title_as_it_is() {
    let long = "\u{1f54a};".repeat(100);
    for title in HOSTILE.into_iter().chain([long.as_str()]) {
        let calendar = of(&retold(title, "2026-03-29T09:00"), "nobody");
        let lines = calendar.split_terminator("\r\n");
        assert!(lines.clone().all(|line| line.len() <= 75 && !line.contains('\n')), "{calendar}");
        let Some(read) = read_by_others(READS_TITLE, &calendar) else { return };
        assert_eq!(read, title);
    }
}

const READS_CLOCK: &str = "
import sys, icalendar, zoneinfo
for entry in icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):
    if entry['UID'] == 'm-london@entente':
        print(entry['DTSTART'].dt.astimezone(zoneinfo.ZoneInfo('Europe/Madrid')).isoformat())
";

#[test]
fn a_clock_on_the_wall_shows_what_was_said_on_either_side_of_a_change_of_clocks() {
    for (said, shown) in [
        ("2026-03-28T09:00", "2026-03-28T09:00:00+01:00"),
        ("2026-03-29T09:00", "2026-03-29T09:00:00+02:00"),
        ("2026-10-24T09:00", "2026-10-24T09:00:00+02:00"),
        // It comes twice: the first is meant.
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T09:00", "2026-10-25T09:00:00+01:00"),
    ] {
        let calendar = of(&retold("Meeting", said), "nobody");
        let Some(read) = read_by_others(READS_CLOCK, &calendar) else { return };
        assert_eq!(read, shown);
    }
}

/// Reads a message with Python's own parser of mail, and its calendar with both parsers of those.
const READS_MAIL: &str = "
import sys, email, email.policy, icalendar, vobject
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
assert not message.defects, message.defects
assert sorted(message.keys()) == sorted(['From', 'To', 'Subject', 'Date', 'Message-ID',
    'Auto-Submitted', 'MIME-Version', 'Content-Type']), message.keys()
assert message['To'].addresses[0].addr_spec == 'anna@example.org', message['To']
assert message['Message-ID'] == '<id7@example.org>' and message['Date'].datetime
parts = [part for part in message.walk() if not part.is_multipart()]
assert not any(part.defects for part in parts)
assert [part.get_content_type() for part in parts] == ['text/plain', 'text/calendar']
assert parts[0].get_content() == 'There is something for you.'
text = parts[1].get_payload(decode=True)
calendar = icalendar.Calendar.from_ical(text)
assert str(calendar['METHOD']) == parts[1].get_param('method')
(event,) = calendar.walk('VEVENT')
assert not event.errors, event.errors
for name in ('UID', 'DTSTAMP', 'SEQUENCE', 'ORGANIZER', 'ATTENDEE', 'DTSTART', 'SUMMARY'):
    assert name in event, name
assert str(event['ATTENDEE']) == 'mailto:anna@example.org'
vobject.readOne(text.decode()).validate(raiseException=True)
print(str(calendar['METHOD']), event['SEQUENCE'], str(event['SUMMARY']))
";

#[test]
fn parsers_of_other_people_read_invitations_as_they_come_by_mail() {
    let address = |text| MailAddress::parse(text).expect("an address");
    let (house, anna) = (address("house@example.org"), address("anna@example.org"));
    let between = Between { house: &house, person: &anna };
    let at = "2026-01-10T08:00:00Z".parse().expect("a moment");
    for title in HOSTILE {
        let state = retold(title, "2026-03-29T09:00");
        let all = entries(&View::of(&state, Viewer::Public), &OWN);
        let london = all.iter().find(|entry| entry.uid() == "m-london@entente").expect("CLEAR");
        let asks = request(london, &between, 3, at);
        let takes_back = cancellation(&london.uid(), &london.times(), &between, 4, at);
        for (method, calendar, told) in [
            ("REQUEST", asks, format!("REQUEST 3 {title}")),
            ("CANCEL", takes_back, "CANCEL 4 Called off".to_owned()),
        ] {
            let letter = Letter {
                from: &house,
                to: &anna,
                subject: "There is something for you",
                text: "There is something for you.\n",
                id: "id7",
                at,
                calendar: Some((method, &calendar)),
            };
            let Some(read) = read_by_others(READS_MAIL, &letter.message()) else { return };
            assert_eq!(read, told);
        }
    }
}

#[test]
fn a_calendar_that_others_keep_holds_nothing_of_what_is_narrow() {
    let state = replayed(example());
    let host = Id::parse("clerk-es").expect("a plain word");
    let view = View::of(&state, Viewer::of_person(&state, &host));
    let held = feed(&view, &Calendar { taken: false, ..OWN });
    assert_eq!(entry(&held, "m-madrid"), None, "it is narrower than AMBER");
    assert!(entry(&held, "m-london").is_some() && !held.contains("Engagement"));
}
