//! The house killed while three phones check people in and take their devices. Each phone keeps what it
//! noted until the house has it, and sends it again under the same key, as the desk's script does: in
//! the end everybody is in once, and every device is at the desk once, under a number of its own.
//!
//! `ENTENTE_KILLS` says how often it is killed; without it, 15 times.

#![expect(
    clippy::disallowed_methods,
    reason = "the moment of a kill is drawn by lot: here the clock is the event"
)]

mod running;

use running::{CLERK, Dice, Line, Running, Scratch, act, checked, entries};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const PHONES: usize = 3;
const PEOPLE: usize = 40;

/// One thing that a phone noted: the form as it sends it, and the key in it.
#[derive(Clone, Debug)]
struct Noted {
    key: String,
    body: String,
}

/// What is acknowledged, by key: the thing that it made.
type Acknowledged = BTreeMap<String, String>;

fn create(line: &mut Line, key: &str, content: &Value) -> String {
    let marking = json!({ "label": "GREEN" });
    let command = json!({ "change": { "create": { "content": content, "marking": marking } } });
    let reply = line.act(key, &command).expect("the house answers");
    assert_eq!(reply.status, 201, "{key}: {}", reply.text());
    reply.json()["subject"].as_str().expect("an id").to_owned()
}

/// People of France, with seats.
fn people(line: &mut Line) -> Vec<String> {
    let seated = |number| {
        let person = json!({ "person": { "name": format!("Adviser number {number}") } });
        let person = create(line, &format!("person-{number}"), &person);
        let seat = json!({ "seat": { "person": person, "party": "FR", "role": "adviser" } });
        create(line, &format!("seat-{number}"), &seat);
        person
    };
    (0..PEOPLE).map(seated).collect()
}

/// A meeting to which all of them come, and hand in their devices.
fn meeting(line: &mut Line, number: u64, people: &[String]) -> String {
    let rules = json!({ "devices": "handed_in", "undertaking": false, "attribution": "on_record" });
    let said = json!({ "meeting": { "title": format!("Plenary {number}"), "level": "officials",
        "form": "in_person", "zone": "Europe/Madrid", "rules": rules } });
    let meeting = create(line, &format!("meeting-{number}"), &said);
    let said = json!({ "invitation": { "meeting": meeting, "party": "FR" } });
    let invitation = create(line, &format!("invitation-{number}"), &said);
    let reply = json!({ "reply": { "invitation": invitation, "attending": true,
        "persons": people, "from": "in_person" } });
    create(line, &format!("reply-{number}"), &reply);
    meeting
}

/// The value of a hidden field of a form.
fn field<'a>(form: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    let at = form.find(&start).unwrap_or_else(|| panic!("no {name} in {form}"));
    form[at + start.len()..].split('"').next().expect("it ends")
}

/// What a phone notes at the desk's page: of every third person, whom it lets in and whose device it
/// takes; of some, all phones do, for nobody at the door knows who was let in already.
fn noted(line: &mut Line, meeting: &str, phone: usize, people: &[String]) -> VecDeque<Noted> {
    let page = line.get(&format!("/meetings/{meeting}/desk")).expect("the house answers");
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    let mut all = VecDeque::new();
    for form in page.split("desk-form").skip(1) {
        let form = form.split("</form>").next().expect("it ends");
        let [deed, about, key] = ["do", "about", "key"].map(|name| field(form, name));
        let Some(number) = people.iter().position(|person| person == about) else { continue };
        if number % PHONES != phone && !(number.is_multiple_of(5) && deed == "arrive") {
            continue;
        }
        let body = format!(
            "do={deed}&about={about}&key={key}&device=phone&noted=2026-01-10T08:00:{:02}.000Z",
            number % 60
        );
        all.push_back(Noted { key: key.to_owned(), body });
    }
    all
}

/// Sends what is noted, and gives what it made. An answer that is none is for the next try.
fn send(line: &mut Line, meeting: &str, noted: &Noted) -> std::io::Result<String> {
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    let address = format!("/meetings/{meeting}/desk");
    let reply = line.ask("POST", &address, &headers, noted.body.as_bytes())?;
    assert_eq!(reply.status, 200, "{}: {}", noted.body, reply.text());
    Ok(reply.json()["done"].as_str().expect("an id").to_owned())
}

/// One phone, until all that it noted is with the house, or the house is gone.
fn phone(
    address: SocketAddr,
    meeting: &str,
    mut queue: VecDeque<Noted>,
    sent: &AtomicU64,
) -> (VecDeque<Noted>, Acknowledged) {
    let mut done = Acknowledged::new();
    let Ok(mut line) = Line::open(address) else { return (queue, done) };
    if line.sign_in(CLERK).is_err() {
        return (queue, done);
    }
    while let Some(next) = queue.front() {
        let answer = send(&mut line, meeting, next);
        sent.fetch_add(1, Ordering::Relaxed);
        let Ok(made) = answer else { break };
        done.insert(next.key.clone(), made);
        queue.pop_front();
    }
    (queue, done)
}

/// The acts of the record that say something of a meeting's desk.
fn at_the_desk(data: &Path, meeting: &str) -> Vec<Value> {
    let of = |act: &Value| {
        let content = &act["change"]["create"]["content"];
        ["arrival", "custody"].iter().any(|kind| content[kind]["meeting"] == *meeting)
    };
    entries(data).iter().map(act).filter(of).collect()
}

/// Whatever was acknowledged is in the record once; and whatever is there is there once.
fn assert_kept(acts: &[Value], acknowledged: &Acknowledged, world: &str) {
    for (key, made) in acknowledged {
        let kept: Vec<&Value> = acts.iter().filter(|act| act["key"] == **key).collect();
        assert_eq!(kept.len(), 1, "{world}: {key} is in the record {} times", kept.len());
        assert_eq!(kept[0]["subject"], **made, "{world}: {key}");
    }
    let said = |kind: &str, field: &str| -> Vec<String> {
        let content = |act: &Value| act["change"]["create"]["content"][kind][field].clone();
        let all = acts.iter().map(content).filter(|value| !value.is_null());
        all.map(|value| value.to_string()).collect()
    };
    for (kind, field) in [("arrival", "person"), ("custody", "person"), ("custody", "number")] {
        let all = said(kind, field);
        let once: BTreeSet<&String> = all.iter().collect();
        assert_eq!(once.len(), all.len(), "{world}: a {field} twice: {all:?}");
    }
}

/// Everybody is in, and every device has one of the numbers from 1 on.
fn assert_whole(acts: &[Value], people: &[String], world: &str) {
    let of = |kind: &str, field: &str| -> BTreeSet<String> {
        let content = |act: &Value| act["change"]["create"]["content"][kind][field].clone();
        let text = |value: Value| value.as_str().map_or(value.to_string(), str::to_owned);
        acts.iter().map(content).filter(|value| !value.is_null()).map(text).collect()
    };
    let all: BTreeSet<String> = people.iter().cloned().collect();
    assert_eq!(of("arrival", "person"), all, "{world}");
    assert_eq!(of("custody", "person"), all, "{world}");
    let numbers = (1..=people.len()).map(|number| number.to_string()).collect();
    assert_eq!(of("custody", "number"), numbers, "{world}");
    assert_eq!(acts.len(), 2 * people.len(), "{world}");
}

fn kills() -> u64 {
    let asked = std::env::var("ENTENTE_KILLS").ok();
    asked.map_or(15, |asked| asked.parse().expect("ENTENTE_KILLS is a number"))
}

/// Lets all phones send what they have noted, kills the house so long after so many answers, and gives
/// what was acknowledged.
fn until_killed(
    house: Running,
    meeting: &str,
    queues: &mut [VecDeque<Noted>],
    (answers, moment): (u64, Duration),
    world: &str,
) -> Acknowledged {
    let sent = Arc::new(AtomicU64::new(0));
    let phones: Vec<_> = queues
        .iter()
        .map(|queue| {
            let (address, meeting, queue) = (house.address, meeting.to_owned(), queue.clone());
            let sent = Arc::clone(&sent);
            std::thread::spawn(move || phone(address, &meeting, queue, &sent))
        })
        .collect();
    let busy = || phones.iter().any(|phone| !phone.is_finished());
    while sent.load(Ordering::Relaxed) < answers && busy() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(moment);
    assert_eq!(house.kill(), "", "{world}");
    let mut acknowledged = Acknowledged::new();
    for (queue, phone) in queues.iter_mut().zip(phones) {
        let (left, done) = phone.join().expect("a phone");
        *queue = left;
        for (key, made) in done {
            let other = acknowledged.insert(key.clone(), made.clone());
            assert!(other.is_none_or(|other| other == made), "{world}: {key} twice");
        }
    }
    acknowledged
}

#[test]
fn a_house_killed_while_three_phones_check_people_in_has_everybody_in_once() {
    let (scratch, seed) = (Scratch::new(), 20_260_111);
    let data = scratch.path("data");
    let mut dice = Dice(seed);
    let house = Running::start(&data);
    let people = people(&mut house.signed_in(CLERK));
    drop(house);
    let mut queues: Vec<VecDeque<Noted>> = vec![VecDeque::new(); PHONES];
    let (mut called, mut here) = (0, String::new());
    let mut acknowledged = Acknowledged::new();
    let (mut answered, mut held, mut sent_again) = (0_u64, 0, 0);
    for round in 0..kills() {
        let (answers, moment) = (dice.below(40), Duration::from_micros(dice.below(5_000)));
        let world =
            format!("seed {seed}, round {round}, killed {moment:?} after {answers} answers");
        let house = Running::start(&data);
        let mut line = house.signed_in(CLERK);
        if queues.iter().all(VecDeque::is_empty) {
            if round > 0 {
                assert_whole(&at_the_desk(&data, &here), &people, &world);
                held += 1;
            }
            acknowledged.clear();
            here = meeting(&mut line, called, &people);
            called += 1;
            for (phone, queue) in queues.iter_mut().enumerate() {
                *queue = noted(&mut line, &here, phone, &people);
            }
        }
        let before = at_the_desk(&data, &here);
        let open = queues.iter().filter_map(VecDeque::front);
        let open = open.filter(|noted| !acknowledged.contains_key(&noted.key));
        sent_again +=
            open.filter(|noted| before.iter().any(|act| act["key"] == *noted.key)).count();
        let done = until_killed(house, &here, &mut queues, (answers, moment), &world);
        for (key, made) in done {
            answered += 1;
            let first = acknowledged.entry(key.clone()).or_insert_with(|| made.clone());
            assert_eq!(*first, made, "{world}: {key} was answered differently");
        }
        checked(&data, &world);
        assert_kept(&at_the_desk(&data, &here), &acknowledged, &world);
    }
    // What is left is sent to a house that lives, and what was sent before is sent once more.
    let house = Running::start(&data);
    let mut line = house.signed_in(CLERK);
    for noted in queues.iter().flatten() {
        let made = send(&mut line, &here, noted).expect("the house answers");
        let first = acknowledged.entry(noted.key.clone()).or_insert_with(|| made.clone());
        assert_eq!(*first, made, "{} was answered differently", noted.key);
        let again = send(&mut line, &here, noted).expect("the house answers");
        assert_eq!(again, made, "{} was answered differently", noted.key);
    }
    let acts = at_the_desk(&data, &here);
    assert_kept(&acts, &acknowledged, "in the end");
    assert_whole(&acts, &people, "in the end");
    println!(
        "{} kills: {answered} answers, {held} meetings checked in to the end; {sent_again} acts were in the record unanswered and sent again",
        kills()
    );
    assert!(answered > 3 * kills(), "the house lived long enough to mean something: {answered}");
}
