//! Where nobody may be named, nobody outside the room can tell who spoke, nor when: two meetings that
//! differ in nothing else are the same to everybody who was not in them.

use axum::Router;
use coalition::{Change, Id};
use headquarters::{Ask, House, Kept, Method, Settings, Token, router, routes};
use jiff::{Timestamp, ToSpan};
use record::{MemoryStore, SigningKey, first_checkpoint};
use serde_json::{Value, json};
use simulator::answers::{Told, difference_of};
use simulator::requests::Asked;
use simulator::twin::Difference;
use simulator::two_worlds::ask;
use simulator::world::Dice;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

const SESSION: &str = "m-madrid-2";
const CLERK: &str = "clerk-fr";
/// In the session are France's clerk and Estonia's head, and nobody of these.
const OUTSIDE: [Option<&str>; 5] =
    [None, Some("clerk-es"), Some("adviser-es"), Some("head-us"), Some("head-ua")];

/// What is noted of the session, in the order in which it was said.
const SAID: [&str; 4] =
    ["A cap was wanted.", "Winter is a concern.", "Time is short.", "A second text was shown."];

struct Place {
    house: Arc<House>,
    router: Router,
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

/// The example's house with a clock and dice of its own: what is done alike comes out alike.
fn house() -> Place {
    let key = SigningKey::new("chatham/record", [7; 32]).expect("a key");
    let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key))));
    let (clock, dice) = (AtomicI64::new(0), Mutex::new(Dice::new(99)));
    let mut settings = Settings::demonstration(Vec::new());
    settings.clock = Arc::new(move || {
        let start: Timestamp = "2025-12-01T10:00:00Z".parse().expect("a time");
        start + clock.fetch_add(1, Ordering::SeqCst).seconds()
    });
    settings.entropy = Arc::new(move |bytes| {
        let mut dice = dice.lock().expect("nobody panics here");
        bytes.iter_mut().for_each(|byte| *byte = dice.throw().to_le_bytes()[0]);
    });
    let house = House::open(store, key, settings).expect("it opens");
    let example = exchange::example::example();
    let wait = |person: Option<Id>, ask: Ask| {
        house.submit_and_wait(person, ask).expect("it is recorded");
    };
    wait(None, Ask::Found(Box::new(example.founding), example.at));
    for step in example.steps {
        // Only the rule of the meeting is not as the reports tell.
        let change: Value = serde_json::from_str(
            &step
                .change
                .to_string()
                .replace(r#""attribution":"none""#, r#""attribution":"chatham_house""#),
        )
        .expect("JSON");
        let (at, subject) = (step.at, step.subject);
        wait(step.by.person, Ask::Import { at, subject, change });
    }
    let house = Arc::new(house);
    Place { router: router(&house), house }
}

impl Place {
    async fn ask(&self, token: Option<&Token>, address: &str, form: Option<String>) -> Told {
        let asked = Asked {
            method: if form.is_some() { Method::Post } else { Method::Get },
            address: address.to_owned(),
            body: form.map(|form| ("application/x-www-form-urlencoded", form)),
        };
        ask(&self.router, token.map(Token::as_str), &asked).await
    }

    async fn act(&self, person: &str, command: Value) -> Id {
        let sent = self.house.submit(Some(id(person)), Ask::Command(command)).await;
        sent.expect("the house answers").expect("it is recorded").subject
    }

    /// A session held: these delegations speak in this order, and this is noted of it.
    async fn held(&self, speakers: &[&str], notes: &[&str]) {
        let floor = json!({ "floor": { "session": SESSION, "seconds": 180 } });
        let floor = self.act(CLERK, json!({ "change": { "create": { "content": floor } } })).await;
        let calls = speakers.iter().map(|speaker| json!({ "call": { "party": speaker } }));
        let steps = [json!({ "begin": {} })].into_iter().chain(calls);
        for step in steps.chain([json!({ "adjourn": {} })]) {
            let step = json!({ "subject": floor, "change": { "proceed": { "step": step } } });
            self.act(CLERK, step).await;
        }
        let clerk = self.house.sign_in(id(CLERK));
        let address = format!("/sessions/{SESSION}/minutes");
        let mut written = String::new();
        for (saved, note) in notes.iter().enumerate() {
            written = format!("{written}{note}\n\n");
            let pairs = [("saved", saved.to_string()), ("said.", written.clone())];
            let form = serde_urlencoded::to_string(pairs).expect("plain pairs");
            let saved = self.ask(Some(&clerk), &format!("{address}/draft"), Some(form)).await;
            assert_eq!(saved.status, 303, "{}", saved.body);
        }
        let pairs = [("key", "minutes"), ("said.", &written), ("marking.label", "GREEN")];
        let form = serde_urlencoded::to_string(pairs).expect("plain pairs");
        let recorded = self.ask(Some(&clerk), &address, Some(form)).await;
        assert_eq!(recorded.status, 303, "{}", recorded.body);
        self.house.sign_out(clerk.as_str());
    }

    /// Every page of every route that reads, with each id that the person can see or could guess.
    fn addresses(&self) -> Vec<String> {
        let everything = self.house.view(Some(&id(CLERK)));
        let mut ids: Vec<String> = coalition::Kind::ALL
            .iter()
            .flat_map(|kind| everything.of_kind(*kind))
            .filter(|thing| {
                let at = thing.content.session();
                at.is_some_and(|session| session.as_str() == SESSION)
                    || matches!(thing.id.as_str(), SESSION | "m-madrid" | "EE" | "FR" | "head-ee")
            })
            .map(|thing| thing.id.to_string())
            .collect();
        ids.push("never-was".into());
        let size = self.house.size();
        let last: Vec<String> = (size - 12..size).map(|position| position.to_string()).collect();
        let kinds = ["minutes", "floors", "sessions", "action-points", "readouts"];
        let kinds = kinds.map(str::to_owned);
        let mut all = Vec::new();
        for route in routes().iter().filter(|route| route.method == Method::Get) {
            let mut addresses = vec![String::new()];
            for part in route.path.split('/').skip(1) {
                let filled: Vec<String> = match part {
                    "{kind}" => kinds.to_vec(),
                    "{position}" => last.clone(),
                    "{verb}" => vec!["amend".into(), "relabel".into()],
                    part if part.starts_with('{') => ids.clone(),
                    part => vec![part.to_owned()],
                };
                let join = |address: &String| {
                    filled.iter().map(move |value| format!("{address}/{value}")).collect::<Vec<_>>()
                };
                addresses = addresses.iter().flat_map(join).collect();
            }
            all.extend(addresses);
        }
        all
    }
}

/// The first answer by which somebody outside tells the two houses apart.
async fn told_apart(one: &Place, other: &Place) -> Option<String> {
    let addresses = one.addresses();
    assert_eq!(addresses, other.addresses(), "the ids are the same");
    let mut asked_in_all = 0;
    for person in OUTSIDE {
        let sign_in = |house: &House| person.map(|person| house.sign_in(id(person)));
        let tokens = [sign_in(&one.house), sign_in(&other.house)];
        for address in &addresses {
            let first = one.ask(tokens[0].as_ref(), address, None).await;
            let second = other.ask(tokens[1].as_ref(), address, None).await;
            let asked = Asked { method: Method::Get, address: address.clone(), body: None };
            asked_in_all += 1;
            if let Some(how) = difference_of(&asked, &first, &second, Difference::Replaced) {
                return Some(format!("{person:?} {address}: {how}"));
            }
        }
    }
    println!("{asked_in_all} answers equal");
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_outside_the_room_can_tell_who_spoke_nor_in_which_order() {
    let (one, other) =
        tokio::join!(tokio::task::spawn_blocking(house), tokio::task::spawn_blocking(house));
    let (one, other) = (one.expect("it opens"), other.expect("it opens"));
    one.held(&["EE", "FR", "EE", "FR"], &SAID).await;
    let backwards: Vec<&str> = SAID.iter().rev().copied().collect();
    other.held(&["FR", "FR", "EE", "FR"], &backwards).await;
    if let Some(how) = told_apart(&one, &other).await {
        panic!("{how}");
    }
    // Whoever was in the room can: so there was something to tell.
    let heard = |of: &Place| {
        let view = of.house.view(Some(&id("head-ee")));
        let floor = view.of_kind(coalition::Kind::Floor).next().expect("he was there");
        serde_json::to_string(
            &of.house
                .view(Some(&id("head-ee")))
                .history(&of.house.leaves(), floor)
                .filter_map(|(_, act)| match act.change {
                    Change::Proceed { step } => Some(step),
                    _ => None,
                })
                .collect::<Vec<_>>(),
        )
        .expect("it writes")
    };
    assert_ne!(heard(&one), heard(&other));
}
