//! Minutes, action points and readouts, as those who make and read them find them.

use super::{actions, minutes, notes, readouts};
use crate::answer::{Answer, Body};
use crate::asking::Asking;
use crate::forms::tests::{Send, asking, house, id, post};
use crate::house::{House, Settings};
use crate::pages::{meetings, overview};
use crate::routes::{Handle, Route};
use crate::writer::Ask;
use coalition::content::{Minutes, Readout};
use coalition::{Id, Kind, Refusal};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A closed session under the rule that nothing is disclosed; the clerk and Estonia's head are in it.
const CLOSED: &[(&str, &str)] = &[("id", "m-madrid-2")];
const CLERK: Option<&str> = Some("clerk-fr");

type Read = fn(&Asking) -> Result<Answer, Refusal>;

fn text(answer: Answer) -> String {
    match answer.body {
        Body::Html(page) => page,
        other => panic!("not a page: {other:?}"),
    }
}

fn page(house: &Arc<House>, person: Option<&str>, of: &str, read: Read) -> String {
    let asked = asking(house, person, &[("id", of)], "");
    text(read(&asked).unwrap_or_else(|refusal| panic!("{of} for {person:?}: {refusal}")))
}

fn send(house: &Arc<House>, person: Option<&str>, of: &str, form: &str, to: Send) -> Answer {
    let mut asked = asking(house, person, &[("id", of)], form);
    asked.path = format!("/of/{of}");
    post(&asked, to)
}

fn make(house: &House, person: &str, content: &Value, label: &str) -> Id {
    let change = json!({ "create": { "content": content, "marking": { "label": label } } });
    let done = house.submit_and_wait(Some(id(person)), Ask::Command(json!({ "change": change })));
    done.unwrap_or_else(|not_done| panic!("{content}: {not_done}")).subject
}

/// A meeting with one session under a rule, called and attended by France.
fn meeting(house: &House, rule: &str, starts: &str) -> (Id, Id) {
    let rules = json!({ "devices": "kept", "undertaking": false, "attribution": rule });
    let meeting = json!({ "meeting": { "title": format!("Meeting of {starts}"), "level": "officials",
        "form": "virtual", "zone": "UTC", "starts": starts, "series": "Weekly", "rules": rules } });
    let meeting = make(house, "clerk-fr", &meeting, "GREEN");
    let session = json!({ "session": { "meeting": meeting, "title": "Talks", "closed": false } });
    let session = make(house, "clerk-fr", &session, "GREEN");
    (meeting, session)
}

fn the_minutes(house: &House, person: &str) -> (Id, Minutes) {
    let view = house.view(Some(&id(person)));
    let found = view.all::<Minutes>().next().map(|(thing, said)| (thing.id.clone(), said.clone()));
    found.expect("they were recorded")
}

#[test]
fn a_draft_is_its_taker_s_alone_and_is_wiped_when_it_becomes_minutes() {
    let house = house();
    let draft = "saved=0&decided.=They+meet+again.&decided.m-madrid-2-i1=ignored";
    assert_eq!(send(&house, CLERK, "m-madrid-2", "", notes::record).status, 422);
    let asked = asking(&house, CLERK, CLOSED, draft);
    let saved = notes::save(&asked).expect("it is saved");
    assert_eq!(saved.status, 303, "{saved:?}");
    assert!(page(&house, CLERK, "m-madrid-2", notes::page).contains("They meet again."));
    // From another tab that has not seen it.
    let other = notes::save(&asking(&house, CLERK, CLOSED, "saved=0&decided.=Other"));
    assert_eq!(other.expect("an answer").status, 409);
    for person in [Some("head-ee"), Some("head-us"), Some("clerk-es"), None] {
        let asked = asking(&house, person, CLOSED, draft);
        for read in [notes::page as Read, notes::save] {
            assert!(matches!(read(&asked), Err(Refusal::NotFound(_))), "{person:?}");
        }
    }
    let before = house.size();
    let form = "key=k1&saved=1&decided.=They+meet+again.%0D%0A%0D%0AAnother+day+is+named.";
    let answer = send(&house, CLERK, "m-madrid-2", form, notes::record);
    assert_eq!((answer.status, house.size()), (303, before + 1), "{answer:?}");
    // Sent again it is the same act.
    assert_eq!(send(&house, CLERK, "m-madrid-2", form, notes::record).status, 303);
    assert_eq!(house.size(), before + 1);
    assert_eq!(house.notes.of(&id("m-madrid-2"), &id("clerk-fr")), None);
    let (minutes_id, said) = the_minutes(&house, "head-ee");
    let texts: Vec<&str> = said.points.iter().map(|noted| noted.text.as_str()).collect();
    assert_eq!(texts, ["Another day is named.", "They meet again."], "not the order of the notes");
    for (person, sees) in [("head-ee", true), ("clerk-es", false), ("head-us", false)] {
        let asked = asking(&house, Some(person), &[("id", minutes_id.as_str())], "");
        assert_eq!(minutes::page(&asked).is_ok(), sees, "{person}");
    }
}

#[test]
fn a_name_is_refused_beside_its_box_and_the_notes_are_kept() {
    let house = house();
    let before = house.size();
    let form = "key=k1&decided.=All+agreed.+Estonia+did+not.";
    let answer = send(&house, CLERK, "m-madrid-2", form, notes::record);
    assert_eq!((answer.status, house.size()), (422, before));
    let page = text(answer);
    for expected in
        ["href=\"#field-decided.\"", "Estonia did not.” names Estonia", "All agreed. Estonia"]
    {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(house.notes.of(&id("m-madrid-2"), &id("clerk-fr")).is_some());
}

#[test]
fn on_the_record_a_colon_says_who_spoke_and_a_correction_shows_what_it_changed() {
    let house = house();
    let (_, session) = meeting(&house, "on_record", "2099-01-01T09:00");
    let form =
        "key=k1&marking.label=GREEN&said.=Estonia:+ready.%0A%0AFR:+not+yet.%0A%0ANote:+a+break.";
    let answer = send(&house, CLERK, session.as_str(), form, notes::record);
    assert_eq!(answer.status, 303, "{answer:?}");
    let (minutes_id, said) = the_minutes(&house, "head-ee");
    let parties: Vec<Option<&str>> =
        said.points.iter().map(|noted| noted.party.as_ref().map(Id::as_str)).collect();
    assert_eq!(parties, [Some("EE"), Some("FR"), None]);
    // What was recorded stands in the boxes as it would be written.
    let boxes = page(&house, CLERK, session.as_str(), notes::page);
    assert!(boxes.contains("Estonia: ready.\n\nFrance: not yet.\n\nNote: a break."), "{boxes}");
    let form = "key=k2&said.=Estonia:+ready.%0A%0AFrance:+in+a+week.%0A%0ANote:+a+break.";
    assert_eq!(send(&house, CLERK, session.as_str(), form, notes::record).status, 303);
    let told = page(&house, Some("head-ee"), minutes_id.as_str(), minutes::page);
    let changed = told.split("Corrections").nth(1).expect("it was corrected");
    assert!(changed.contains("<del>") && changed.contains("not yet."), "{changed}");
    assert!(changed.contains("<ins>") && changed.contains("in a week."), "{changed}");
    assert!(!changed.split("History").next().expect("a part").contains("ready."), "{changed}");
}

#[test]
fn what_is_open_is_carried_over_to_the_next_meeting_of_the_series_and_asked_of_its_owner() {
    let house = house();
    let (first, _) = meeting(&house, "chatham_house", "2025-11-01T09:00");
    let (next, _) = meeting(&house, "chatham_house", "2099-01-01T09:00");
    let (later, _) = meeting(&house, "chatham_house", "2099-02-01T09:00");
    let point = |text: &str, due: &str| {
        let said = json!({ "action_point": { "meeting": first, "text": text, "party": "EE", "due": due } });
        make(&house, "clerk-fr", &said, "AMBER")
    };
    let (late, soon) =
        (point("Send the draft.", "2025-11-20"), point("Find a hall.", "2099-01-01"));
    let at = |of: &Id| page(&house, CLERK, of.as_str(), meeting_page());
    for told in [at(&next), page(&house, Some("head-ee"), "", overview_page())] {
        assert!(told.contains("Send the draft.") && told.contains("Find a hall."), "{told}");
        assert!(told.contains("overdue"), "{told}");
    }
    assert!(!at(&later).contains("Send the draft."), "only the next one takes it over");
    let party = asking(&house, CLERK, &[("id", "EE")], "");
    assert!(actions::list(&party).is_ok());
    // Its owner says that it is done, and it is carried no further.
    let report = |person, progress: &str, key: &str| {
        let form = format!("key={key}&progress={progress}&reason=");
        send(&house, Some(person), late.as_str(), &form, actions::report).status
    };
    assert_eq!(report("head-us", "done", "r0"), 404, "it is not there for an observer");
    assert_eq!(report("adviser-es", "done", "r0"), 403, "he may read it");
    assert_eq!(report("head-ee", "dropped", "r1"), 422, "a reason is wanted");
    assert_eq!(report("head-ee", "done", "r2"), 303);
    let told = at(&next);
    assert!(!told.contains("Send the draft.") && told.contains("Find a hall."), "{told}");
    assert!(at(&first).contains("done"), "it stays where it was taken on");
    assert!(
        page(&house, Some("head-ee"), soon.as_str(), actions::page)
            .contains("How far has it come?")
    );
    assert!(!page(&house, Some("adviser-es"), soon.as_str(), actions::page).contains("How far"));
}

/// The handler of a page of another room, as the router finds it.
fn handler(routes: &[Route], path: &str) -> Read {
    let route = routes.iter().find(|route| route.path == path).expect("there is one");
    match route.handle {
        Handle::Now(read) | Handle::Work(read) => read,
        _ => panic!("{path} reads at once"),
    }
}

fn meeting_page() -> Read {
    handler(meetings::ROUTES, "/meetings/{id}")
}

fn overview_page() -> Read {
    handler(overview::ROUTES, "/")
}

#[test]
fn a_day_is_over_where_its_reader_is() {
    let house = house();
    let (meeting, _) = meeting(&house, "on_record", "2025-11-01T09:00");
    let said = json!({ "action_point": { "meeting": meeting, "text": "Send it.", "party": "EE",
        "due": "2025-11-20" } });
    let point = make(&house, "clerk-fr", &said, "GREEN");
    let mut asked = asking(&house, Some("head-ee"), &[("id", point.as_str())], "");
    asked.now = "2025-11-20T23:30:00Z".parse().expect("a moment");
    let on = |zone: &str, asked: &mut Asking| {
        asked.headers = vec![("cookie", format!("__Host-zone={zone}"))];
        text(actions::page(asked).expect("it is seen")).contains("overdue")
    };
    assert!(on("Europe/Tallinn", &mut asked), "it is the 21st there");
    assert!(!on("America/New_York", &mut asked), "it is the 20th there");
}

#[test]
fn a_readout_is_on_the_public_site_from_its_moment_on_by_the_house_s_clock() {
    let clock = Arc::new(AtomicI64::new(0));
    let house = clocked(&clock);
    let readout = json!({ "readout": { "meeting": "m-madrid", "title": "Told in Madrid",
        "text": "They met, and will meet again.", "at": "2025-12-02T12:00:00Z" } });
    let told = make(&house, "clerk-es", &readout, "CLEAR");
    let front = || page(&house, None, "", overview_page());
    let own = || {
        let asked = asking(&house, None, &[("id", told.as_str())], "");
        readouts::page(&asked).is_ok()
    };
    assert!(!front().contains("Told in Madrid") && !own());
    assert!(
        page(&house, Some("clerk-es"), told.as_str(), readouts::page).contains("under embargo")
    );
    clock.store(seconds("2025-12-02T11:59:59Z"), Ordering::SeqCst);
    house.publish();
    assert!(!front().contains("Told in Madrid") && !own());
    let before = house.size();
    clock.store(seconds("2025-12-02T12:00:00Z"), Ordering::SeqCst);
    house.publish();
    house.publish();
    assert_eq!(house.size(), before + 1, "one act says so");
    assert!(front().contains("They met, and will meet again.") && own());
    // Its meeting is not public, and is not told of.
    let shown = page(&house, None, told.as_str(), readouts::page);
    assert!(!shown.contains("m-madrid") && !shown.contains("Madrid meeting"), "{shown}");
    let view = house.view(None);
    assert!(view.find::<Readout>(&told).is_some_and(|(_, said)| said.published));
    assert_eq!(view.count(Kind::Meeting), house.view(None).count(Kind::Meeting));
}

fn seconds(at: &str) -> i64 {
    at.parse::<Timestamp>().expect("a moment").as_second()
}

/// The example's house, with a clock of its own.
fn clocked(clock: &Arc<AtomicI64>) -> Arc<House> {
    clock.store(seconds("2025-12-01T08:00:00Z"), Ordering::SeqCst);
    let known = Arc::clone(clock);
    let mut settings = Settings::demonstration(Vec::new());
    settings.clock =
        Arc::new(move || Timestamp::from_second(known.load(Ordering::SeqCst)).expect("a moment"));
    crate::forms::tests::house_with(settings)
}

#[test]
fn a_house_that_was_closed_at_the_moment_publishes_before_anybody_asks() {
    let clock = Arc::new(AtomicI64::new(0));
    let house = clocked(&clock);
    let readout = json!({ "readout": { "meeting": "m-madrid", "title": "Told in Madrid",
        "text": "They met.", "at": "2025-12-02T12:00:00Z" } });
    let told = make(&house, "clerk-es", &readout, "CLEAR");
    let acts: Vec<(record::Salt, Vec<u8>)> = (0..house.size() as u64)
        .map(|position| {
            let receipt = house.receipt(position).expect("it is in the record");
            (record::Salt([7; 32]), receipt.act().to_vec())
        })
        .collect();
    drop(house);
    clock.store(seconds("2025-12-09T08:00:00Z"), Ordering::SeqCst);
    let key = record::SigningKey::new("headquarters.example/again", [7; 32]).expect("a key");
    let store =
        crate::kept::Kept(Box::new(record::MemoryStore::create(&record::first_checkpoint(&key))));
    let mut log = record::Log::open(store, key.clone()).expect("an empty record");
    log.append(acts).expect("memory takes acts");
    let known = Arc::clone(&clock);
    let mut settings = Settings::demonstration(Vec::new());
    settings.clock =
        Arc::new(move || Timestamp::from_second(known.load(Ordering::SeqCst)).expect("a moment"));
    let house = House::open(log.into_store(), key, settings).expect("it opens");
    assert!(house.view(None).get(&told).is_some());
}

#[test]
fn a_readout_is_handed_out_as_a_sheet_to_whoever_sees_it() {
    let house = house();
    let (of, _) = meeting(&house, "on_record", "2026-02-02T09:00");
    let said = json!({ "readout": { "meeting": of, "title": "What was agreed",
        "text": "They met.\n\nThey agreed." } });
    let readout = make(&house, "clerk-fr", &said, "GREEN");
    let sheet = |person: Option<&str>| {
        readouts::pdf(&asking(&house, person, &[("id", readout.as_str())], ""))
            .map(|answer| answer.body)
    };
    let Ok(Body::Other("application/pdf", bytes)) = sheet(Some("head-ee")) else { panic!("a PDF") };
    let text = exchange::found::Found::of_pdf(&bytes).expect("a PDF").text();
    for told in ["What was agreed", "They agreed.", "TLP:GREEN", "Told since"] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(matches!(sheet(None), Err(Refusal::NotFound(_))));
}
