//! The meeting: thirty-five delegations, two hundred people, four sessions, and those who run it.

use crate::world::{self, PARTIES, id, key, person};
use coalition::Id;
use headquarters::passkeys::Origin;
use headquarters::{Ask, Doors, House, Kept, Settings};
use record::{Desk, SqliteStore, first_checkpoint};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// How many people come.
pub const PEOPLE: usize = 200;
/// How many people of the lead that called it work at the desk.
pub const CLERKS: usize = 3;
/// The meeting's id.
pub const MEETING: &str = "plenary";
/// The house as its phones know it.
pub const HOST: &str = "localhost:4860";

/// Somebody at the desk.
pub fn clerk(number: usize) -> Id {
    id(&format!("clerk-{number}"))
}

/// A session of somebody's, as the header that carries it says it.
pub fn cookie(house: &House, person: &Id) -> String {
    format!("__Host-entente={}", house.sign_in(person.clone()).as_str())
}

fn settings(doors: Doors, directory: &Path) -> Settings {
    let desk = Some(Arc::new(Desk::open(directory).expect("a desk beside the record")));
    Settings { desk, ..Settings::with(doors) }
}

/// A house of a real coalition, on disk, in which the meeting is called and everybody has answered.
pub fn called(directory: &Path) -> Arc<House> {
    {
        let store = SqliteStore::create(directory, &first_checkpoint(&key())).expect("new");
        // Nobody is there to sign what the coalition is made of.
        let settings = settings(Doors::Closed, directory);
        let house = House::open(Kept(Box::new(store)), key(), settings).expect("it opens");
        world::fill_real(&house);
        house.submit_and_wait(None, Ask::Together(asks(&house))).expect("the rules allow it");
    }
    let store = SqliteStore::open(directory).expect("it was just made");
    let origin = Origin::parse(&format!("http://{HOST}")).expect("an origin");
    let settings = settings(Doors::Passkeys(origin), directory);
    Arc::new(House::open(Kept(Box::new(store)), key(), settings).expect("it opens"))
}

/// What makes the meeting, each with its author and subject.
fn asks(house: &House) -> Vec<(Option<Id>, Ask)> {
    let (at, mut asks) = (house.now(), Vec::new());
    let mut make = |by: usize, subject: &str, content: Value, label: &str| {
        let change = json!({ "create": { "content": content, "marking": { "label": label } } });
        asks.push((Some(person(by)), Ask::Import { at, subject: id(subject), change }));
    };
    let seat = |make: &mut dyn FnMut(usize, &str, Value, &str),
                party: usize,
                name: &str,
                role: &str,
                called: String| {
        make(party, name, json!({ "person": { "name": called } }), "GREEN");
        let said =
            json!({ "seat": { "person": name, "party": format!("party-{party}"), "role": role } });
        make(party, &format!("seat-{name}"), said, "GREEN");
    };
    for number in 0..CLERKS {
        seat(&mut make, 0, &format!("clerk-{number}"), "clerk", format!("Clerk number {number}"));
    }
    let mut delegations: Vec<Vec<String>> =
        (0..PARTIES).map(|party| vec![person(party).to_string()]).collect();
    for number in PARTIES..PEOPLE {
        let (party, name) = (number % PARTIES, format!("adviser-{number}"));
        seat(&mut make, party, &name, "adviser", format!("Adviser number {number}"));
        delegations[party].push(name);
    }
    let rules =
        json!({ "devices": "handed_in", "undertaking": false, "attribution": "chatham_house" });
    let said = json!({ "meeting": { "title": "Plenary", "level": "officials", "form": "hybrid",
        "places": ["Madrid", "Warsaw"], "zone": "Europe/Madrid", "starts": "2026-11-24T09:00",
        "ends": "2026-11-24T18:00", "rules": rules, "note": "Thirty-five delegations." } });
    make(0, MEETING, said, "CLEAR");
    for (place, title) in ["Opening", "Needs", "Guarantees", "Closing"].iter().enumerate() {
        let session = format!("session-{place}");
        let said = json!({ "session": { "meeting": MEETING, "title": title, "place": place,
            "closed": place == 2, "minutes": 120, "starts": format!("2026-11-24T{:02}:00", 9 + 2 * place) } });
        make(0, &session, said, "CLEAR");
        for item in 0..6 {
            let said = json!({ "item": { "session": session, "title": format!("Item {item} of {title}"), "place": item, "minutes": 20 } });
            make(0, &format!("item-{place}-{item}"), said, "CLEAR");
        }
    }
    let sessions: Vec<String> = (0..4).map(|place| format!("session-{place}")).collect();
    for (party, people) in delegations.iter().enumerate() {
        let said = json!({ "invitation": { "meeting": MEETING, "party": format!("party-{party}"), "seats": 8 } });
        make(0, &format!("invitation-{party}"), said, "GREEN");
        let said = json!({ "reply": { "invitation": format!("invitation-{party}"), "attending": true,
            "persons": people, "sessions": sessions, "from": "in_person" } });
        make(party, &format!("reply-{party}"), said, "GREEN");
    }
    let said = json!({ "floor": { "session": "session-0", "seconds": 180, "minutes_each": 10 } });
    make(0, "floor", said, "RED");
    asks
}
