//! The table against the content types, and the forms against a house.

use super::fields::{Field, Sort, fields};
use super::{change, create, read, values::Values};
use crate::answer::{Answer, Body};
use crate::asking::Asking;
use crate::house::{House, Settings};
use crate::kept::Kept;
use crate::routes::Submission;
use crate::writer::Ask;
use coalition::condition::{AnyId, Condition};
use coalition::content::*;
use coalition::model::Scenario;
use coalition::text::{Name, Text};
use coalition::time::{PartialTime, Point};
use coalition::{Amount, Id, Refusal};
use record::{MemoryStore, SigningKey, first_checkpoint};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}
fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}
fn text() -> Text {
    Text::parse("Two\nlines").unwrap()
}
fn point(text: &str) -> Point {
    Point::parse(text).unwrap()
}
fn time(text: &str) -> Option<PartialTime> {
    Some(PartialTime::parse(text).unwrap())
}
fn amount() -> Amount {
    Amount::parse("6000.5").unwrap()
}

/// Every kind with every field said: a new field of a content type stops this from compiling.
fn full() -> Vec<Content> {
    [parties(), people(), promises(), meetings(), rooms(), afterwards(), evidence()].concat()
}

fn parties() -> Vec<Content> {
    let chance = || Some(Chance::parse("0.95").unwrap());
    vec![
        Content::Coalition(Coalition {
            name: name("Four towns"),
            note: text(),
            demonstration: false,
        }),
        Content::Party(Party {
            name: name("France"),
            standing: Standing::Lead,
            chance: chance(),
            seats: Some(7),
            note: text(),
        }),
        Content::Person(Person { name: name("Anna") }),
        Content::Seat(Seat { person: id("anna"), party: id("FR"), role: Role::Adviser }),
        Content::Circumstance(Circumstance {
            name: name("peace deal signed"),
            holds: Holds::Unknown,
            chance: chance(),
            note: text(),
        }),
    ]
}

fn people() -> Vec<Content> {
    let encoded = || coalition::text::Encoded::parse("a_b-c").unwrap();
    vec![
        Content::Vouching(Vouching { person: id("anna") }),
        Content::EnrolmentLink(EnrolmentLink {
            person: id("anna"),
            secret_hash: encoded(),
            expires: "2026-01-31T00:00:00Z".parse().unwrap(),
            vouching: Some(id("word")),
            spent: true,
        }),
        Content::Passkey(Passkey {
            person: id("anna"),
            name: name("Key on my desk"),
            credential: encoded(),
            public_key: encoded(),
            link: Some(id("link")),
        }),
        Content::DirectoryAccount(DirectoryAccount {
            person: id("anna"),
            name: name("Ministry account"),
            issuer: name("https://directory.example"),
            subject: name("248289761001"),
            link: Some(id("link")),
        }),
    ]
}

fn promises() -> Vec<Content> {
    let condition = "when \"peace\" and at least 2 others contribute \"troops\"";
    let need = |from: &str| GuaranteeNeed {
        resource: id("troops"),
        amount: amount(),
        from: point(from),
        until: point("trigger+365d"),
        basis: Basis::Reported,
    };
    vec![
        Content::Resource(Resource {
            name: name("ground troops"),
            unit: name("persons"),
            note: text(),
        }),
        Content::Need(Need {
            party: id("UA"),
            resource: id("troops"),
            amount: amount(),
            from: point("2026-01-31"),
            until: point("2027-01-31"),
            basis: Basis::Illustrative,
            note: text(),
            source: Some(id("S4")),
        }),
        Content::Commitment(Commitment {
            name: Some(name("brigade")),
            party: id("FR"),
            resource: id("troops"),
            amount: Some(amount()),
            matches: Some(Matching { rate: amount(), above: amount(), up_to: amount() }),
            from: Some(point("trigger+0d")),
            until: Some(point("trigger+730d")),
            condition: Condition::read(condition, &AnyId).unwrap(),
            stage: Stage::Allocated,
            basis: Basis::Reported,
            note: text(),
            source: Some(id("S4")),
        }),
        Content::Guarantee(Guarantee {
            name: name("Force"),
            trigger: Some(id("peace")),
            requires: Requires::AtLeast(1),
            needs: vec![need("trigger+30d"), need("trigger+60d")],
            note: text(),
            source: Some(id("S4")),
        }),
    ]
}

fn meetings() -> Vec<Content> {
    vec![
        Content::Meeting(Meeting {
            title: name("Madrid"),
            level: Level::Ministers,
            form: Form::Hybrid,
            host: Some(id("ES")),
            places: vec![name("Madrid"), name("a link")],
            zone: name("Europe/Madrid"),
            starts: time("2025-11-04T09:00"),
            ends: time("2025-11-04"),
            rules: Rules {
                devices: Devices::HandedIn,
                undertaking: true,
                attribution: Attribution::Nothing,
            },
            series: Some(name("plenary")),
            note: text(),
        }),
        Content::Session(Session {
            meeting: id("madrid"),
            title: name("First"),
            closed: true,
            shut: false,
            chair: Some(id("anna")),
            starts: time("2025-11-04T09:00"),
            minutes: Some(90),
            place: 2,
            note: text(),
        }),
        Content::Item(Item {
            session: id("first"),
            title: name("Welcome"),
            place: 1,
            minutes: Some(5),
            speaker: Some(name("the host")),
            speaker_party: Some(id("ES")),
            note: text(),
        }),
        Content::Invitation(Invitation {
            meeting: id("madrid"),
            party: id("EE"),
            sessions: vec![id("first"), id("second")],
            seats: Some(4),
            seats_in: vec![SeatsIn { session: id("first"), seats: 2 }],
            note: text(),
        }),
        Content::Reply(Reply {
            invitation: id("inv-ee"),
            attending: true,
            persons: vec![id("anna"), id("juri")],
            sessions: vec![id("first")],
            from: Presence::Remote,
            place: Some(name("Tallinn")),
            except: vec![Except {
                person: id("juri"),
                session: id("first"),
                attends: Attends::Remote,
                place: Some(name("Riga")),
            }],
            note: text(),
        }),
        Content::Outcome(Outcome {
            meeting: id("madrid"),
            session: Some(id("first")),
            text: text(),
        }),
    ]
}

fn rooms() -> Vec<Content> {
    vec![
        Content::Undertaking(Undertaking {
            meeting: id("madrid"),
            person: id("anna"),
            text: text(),
        }),
        Content::Arrival(Arrival {
            meeting: id("madrid"),
            person: id("anna"),
            place: Some(name("North gate")),
            noted: Some("2025-11-04T08:12:00Z".parse().unwrap()),
        }),
        Content::Custody(Custody {
            meeting: id("madrid"),
            person: id("anna"),
            device: name("phone"),
            number: 0,
        }),
        Content::Floor(Floor {
            session: id("first"),
            seconds: Some(180),
            minutes_each: Some(10),
            budgets: vec![Budget { party: id("ES"), minutes: 20 }],
        }),
        Content::Document(Document {
            title: name("Annotated agenda"),
            meeting: Some(id("madrid")),
            session: Some(id("first")),
            purpose: Purpose::Statement,
            reading: ReadingMode::Shown,
            expires: Some("2026-01-31T12:00:00Z".parse().unwrap()),
            note: text(),
        }),
        Content::Reading(Reading { document: id("agenda"), version: id("v1"), page: Some(2) }),
    ]
}

fn afterwards() -> Vec<Content> {
    vec![
        Content::Minutes(Minutes {
            session: id("first"),
            attribution: Attribution::Nothing,
            points: vec![Noted {
                item: Some(id("welcome")),
                decided: true,
                party: Some(id("ES")),
                person: Some(id("anna")),
                text: text(),
            }],
        }),
        Content::ActionPoint(ActionPoint {
            meeting: id("madrid"),
            session: Some(id("first")),
            text: text(),
            party: id("ES"),
            person: Some(id("anna")),
            due: Some("2025-11-20".parse().unwrap()),
            progress: Progress::Dropped,
            reason: text(),
        }),
        Content::Readout(Readout {
            meeting: id("madrid"),
            title: name("What came of it"),
            text: text(),
            at: Some("2025-11-04T16:00:00Z".parse().unwrap()),
            published: false,
        }),
    ]
}

fn evidence() -> Vec<Content> {
    vec![
        Content::Source(Source {
            title: name("A report"),
            outlet: Some(name("A paper")),
            date: Some(name("before 4 Nov 2025")),
            origin: Some(name("an agency")),
            note: text(),
        }),
        Content::Claim(Claim {
            source: id("S4"),
            about: Some(id("madrid")),
            point: name("number of parties"),
            value: Some(name("35")),
            text: text(),
        }),
        Content::PublishedAssessment(PublishedAssessment {
            title: name("As we see it"),
            guarantee: id("force"),
            scenario: Scenario {
                assume: [id("backstop")].into(),
                assume_not: [id("ceasefire")].into(),
                without: [id("DE")].into(),
                on: Some("2026-01-31".parse().unwrap()),
            },
            answer: Value::Null,
            note: text(),
        }),
    ]
}

/// The names of the fields that a content says and the table lacks, or the other way round.
fn disagreements(fields: &[Field], said: &Value, found: &mut Vec<String>) {
    let said = said.as_object().expect("an object");
    let known = |key: &str| fields.iter().find(|field| field.name == key);
    found.extend(said.keys().filter(|key| known(key).is_none()).cloned());
    for field in fields {
        match (&field.sort, said.get(field.name)) {
            (_, None) => found.push(field.name.to_owned()),
            (Sort::Group(inner), Some(said)) => disagreements(inner, said, found),
            (Sort::Rows(inner), Some(said)) => disagreements(inner, &said[0], found),
            _ => {}
        }
    }
}

#[test]
fn the_table_has_every_field_of_every_content_and_no_other() {
    let all = full();
    assert_eq!(all.len(), Kind::ALL.len(), "a sample for each kind");
    for content in all {
        let kind = content.kind();
        let mut said = serde_json::to_value(&content).unwrap()[kind.key()].clone();
        // An assessment's answer and a receipt's number are the house's, so nobody is asked for them.
        let house = match kind {
            Kind::Custody => "number",
            Kind::Minutes => "attribution",
            _ => "answer",
        };
        said.as_object_mut().unwrap().remove(house);
        let mut found = Vec::new();
        disagreements(fields(kind), &said, &mut found);
        assert!(found.is_empty(), "{kind:?}: {found:?}");
    }
}

#[test]
fn what_a_thing_says_comes_back_whole_from_its_own_form() {
    for content in full() {
        let kind = content.kind();
        let json = serde_json::to_value(&content).unwrap();
        let (back, wrongs) = read::content(kind, &Values::of(kind, &json));
        assert_eq!(wrongs, [], "{kind:?}");
        let read: Content = serde_json::from_value(back.clone())
            .unwrap_or_else(|error| panic!("{kind:?}: {error} in {back}"));
        assert_eq!(read, content, "{kind:?}");
    }
}

#[test]
fn a_fresh_form_lacks_only_what_it_asks_for() {
    for kind in Kind::ALL {
        let (_, wrongs) = read::content(*kind, &Values::fresh(*kind, &[]));
        for wrong in wrongs {
            assert!(
                ["this is needed", "choose one"].contains(&wrong.why.as_str()),
                "{kind:?} {wrong:?}"
            );
        }
    }
}

/// A house that holds the worked example.
pub(crate) fn house() -> Arc<House> {
    house_with(Settings::demonstration(Vec::new()))
}

/// The same, with these settings.
pub(crate) fn house_with(settings: Settings) -> Arc<House> {
    house_of(settings, |store| Kept(Box::new(store)))
}

/// The same, on what is made of the store.
pub(crate) fn house_of(settings: Settings, kept: impl FnOnce(MemoryStore) -> Kept) -> Arc<House> {
    let key = SigningKey::new("headquarters.example/forms", [7; 32]).unwrap();
    let store = kept(MemoryStore::create(&first_checkpoint(&key)));
    let house = House::open(store, key, settings).unwrap();
    let example = exchange::example::example();
    house.submit_and_wait(None, Ask::Found(Box::new(example.founding), example.at)).unwrap();
    for step in example.steps {
        let ask = Ask::Import { at: step.at, subject: step.subject, change: step.change };
        house.submit_and_wait(step.by.person, ask).unwrap();
    }
    Arc::new(house)
}

pub(crate) fn asking(
    house: &Arc<House>,
    person: Option<&str>,
    params: &[(&str, &str)],
    form: &str,
) -> Asking {
    let person = person.map(id);
    Asking {
        view: house.view(person.as_ref()),
        groundwork: Arc::default(),
        now: house.now(),
        path: "/new".into(),
        params: params.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        query: Vec::new(),
        body: form.as_bytes().to_vec(),
        headers: Vec::new(),
        token: None,
        house: Arc::clone(house),
    }
}

/// Posts the form of a new thing.
pub(crate) fn post_new(asking: &Asking) -> Answer {
    post(asking, create::send)
}

pub(crate) type Send = fn(&Asking) -> Result<Submission, Refusal>;

/// Posts a form as the router would.
pub(crate) fn post(asking: &Asking, send: Send) -> Answer {
    match send(asking) {
        Err(refusal) => crate::refusals::answer(asking, &refusal),
        Ok(Submission { command, then }) => {
            let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
            let done = asking.house.submit_and_wait(person, Ask::Read(Box::new(command)));
            then(asking, done)
        }
    }
}

fn page(answer: &Answer) -> &str {
    match &answer.body {
        Body::Html(page) => page,
        other => panic!("not a page: {other:?}"),
    }
}

const CLERK: Option<&str> = Some("clerk-fr");

#[test]
fn a_form_sent_twice_makes_one_thing_and_leads_to_it_both_times() {
    let house = house();
    let form = "key=retry-1&name=Night+vision&unit=sets&marking.label=GREEN";
    let before = house.size();
    let asked = asking(&house, CLERK, &[("kind", "resource")], form);
    let answers = [post(&asked, create::send), post(&asked, create::send)];
    assert_eq!(house.size(), before + 1);
    for answer in &answers {
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.headers, answers[0].headers);
        assert!(answer.headers[0].1.starts_with("/resources/"), "{answer:?}");
    }
}

#[test]
fn a_refused_form_comes_back_with_all_that_was_typed_and_what_is_wrong() {
    let house = house();
    let form = "key=k1&party=FR&resource=&amount=six&from=soon&condition=if+so&stage=announced\
                &note=kept+%3Cb%3E&marking.label=AMBER%2BSTRICT";
    let answer = post(&asking(&house, CLERK, &[("kind", "commitment")], form), create::send);
    assert_eq!(answer.status, 422);
    let page = page(&answer);
    for expected in [
        "href=\"#field-resource\"",
        "href=\"#field-amount\"",
        "href=\"#field-from\"",
        "href=\"#field-condition\"",
        "value=\"six\"",
        "kept &lt;b&gt;",
        "value=\"k1\"",
        "value=\"AMBER+STRICT\" checked",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
}

#[test]
fn what_only_the_rules_can_tell_is_shown_at_its_field() {
    let house = house();
    let taken = "key=k2&name=France&standing=member&marking.label=CLEAR";
    let answer = post(&asking(&house, CLERK, &[("kind", "party")], taken), create::send);
    assert_eq!(answer.status, 422);
    assert!(page(&answer).contains("href=\"#field-name\""), "{}", page(&answer));
}

#[test]
fn forms_that_are_not_offered_are_like_forms_that_do_not_exist() {
    let house = house();
    for (person, kind) in [(None, "resource"), (Some("head-us"), "party"), (CLERK, "coalition")] {
        let shown = create::show(&asking(&house, person, &[("kind", kind)], ""));
        assert_eq!(shown.err(), Some(Refusal::NotFound(None)), "{person:?} {kind}");
    }
    for verb in ["amend", "explode", ""] {
        let params = [("verb", verb), ("id", "FR")];
        let shown = change::show(&asking(&house, None, &params, ""));
        assert_eq!(shown.err(), Some(Refusal::NotFound(None)), "{verb}");
    }
    let params = [("verb", "amend"), ("id", "FR")];
    let refused = change::show(&asking(&house, Some("head-ee"), &params, "")).err();
    assert!(matches!(refused, Some(Refusal::NotAllowed(_))), "{refused:?}");
}

#[test]
fn every_form_that_is_offered_is_shown_and_says_who_will_see_the_thing() {
    let house = house();
    for person in ["clerk-fr", "clerk-es", "adviser-es", "head-ee", "head-ua", "head-us"] {
        for kind in Kind::ALL {
            let asked = asking(&house, Some(person), &[("kind", &kind.key())], "");
            let offered = coalition::decide::offers_new(&asked.view, *kind);
            let Ok(answer) = create::show(&asked) else {
                assert!(!offered, "{person} {kind:?}");
                continue;
            };
            let page = page(&answer);
            assert!(page.contains("Who will see it"), "{person} {kind:?}");
            assert!(page.contains("everyone, signed in or not"), "{person} {kind:?}");
            // In rows, too, what is chosen is said as everywhere else.
            assert!(!page.contains(">in_person<"), "{person} {kind:?}");
        }
    }
}

#[test]
fn a_thing_amended_without_being_touched_says_what_it_said() {
    let house = house();
    let view = house.view(Some(&id("clerk-fr")));
    let commitments: Vec<Id> =
        view.all::<Commitment>().map(|(thing, _)| thing.id.clone()).collect();
    assert!(!commitments.is_empty());
    for commitment in commitments {
        let params = [("verb", "amend"), ("id", commitment.as_str())];
        let asked = asking(&house, CLERK, &params, "");
        let before = asked.view.get(&commitment).unwrap().content.clone();
        if !coalition::decide::offers(&asked.view, asked.view.get(&commitment).unwrap())
            .contains(&"amend")
        {
            continue;
        }
        let json = serde_json::to_value(&before).unwrap();
        let (content, wrongs) = read::content(
            Kind::Commitment,
            &change::said(&asked, &commitment_of(&asked, &commitment)),
        );
        assert_eq!(wrongs, [], "{commitment}");
        let command = json!({"subject": commitment, "change": {"amend": {"content": content}}});
        house.submit_and_wait(Some(id("clerk-fr")), Ask::Command(command)).unwrap();
        let after = house.view(Some(&id("clerk-fr")));
        assert_eq!(serde_json::to_value(&after.get(&commitment).unwrap().content).unwrap(), json);
    }
}

fn commitment_of(asking: &Asking, id: &Id) -> coalition::Thing {
    asking.view.get(id).unwrap().clone()
}

#[test]
fn of_two_who_change_a_thing_at_once_the_second_is_told() {
    let house = house();
    let params = [("verb", "amend"), ("id", "EE")];
    let first = "key=a1&revision=1&name=Estonia&standing=member&note=first";
    let second = "key=a2&revision=1&name=Estonia&standing=member&note=second";
    let asked = asking(&house, CLERK, &params, second);
    assert_eq!(post(&asking(&house, CLERK, &params, first), change::send).status, 303);
    let told = post(&asked, change::send);
    assert_eq!(told.status, 409);
    assert!(page(&told).contains("second"), "what was typed is kept");
    assert!(page(&told).contains("name=\"revision\" value=\"2\""), "saving again means it");
}

#[test]
fn a_withdrawal_keeps_its_reason_and_an_unlabelled_relabelling_is_refused() {
    let house = house();
    let params = [("verb", "withdraw"), ("id", "EE")];
    let form = "key=w1&revision=1&reason=They+left";
    assert_eq!(post(&asking(&house, CLERK, &params, form), change::send).status, 303);
    let view = house.view(Some(&id("clerk-fr")));
    let status = &view.get(&id("EE")).unwrap().status;
    assert_eq!(*status, coalition::state::Status::Withdrawn(Text::parse("They left").unwrap()));
    let params = [("verb", "relabel"), ("id", "FR")];
    let answer = post(&asking(&house, CLERK, &params, "key=r1&revision=1"), change::send);
    assert_eq!(answer.status, 422, "{answer:?}");
}
