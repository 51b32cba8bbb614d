//! The live room: an update with 500 open pages, from the chair's press to the last of them.

use crate::figures::{load, median, milliseconds, processor_seconds, quantile};
use crate::page::{runtime, serve};
use crate::world::{self, PARTIES, id, person};
use headquarters::{Ask, House};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const PAGES: usize = 500;
const UPDATES: usize = 200;

/// Runs the measurement and prints it.
pub fn run() {
    let directory = world::directory("live");
    let house = world::generated(Some(&directory));
    let people = seat(&house);
    let runtime = runtime();
    let address = runtime.block_on(serve(headquarters::router(&house)));
    let (heard, mut hearing) = unbounded_channel();
    for person in &people {
        let cookie = format!("__Host-entente={}", house.sign_in(id(person)).as_str());
        runtime.spawn(listen(address, cookie, heard.clone()));
    }
    // Each hears how things are when he comes.
    runtime.block_on(all(&mut hearing));
    let (mut each, mut last) = (Vec::new(), Vec::new());
    let processor = processor_seconds();
    for update in 0..UPDATES {
        let step = if update % 2 == 0 { json!({ "pause": {} }) } else { json!({ "go_on": {} }) };
        let told = press(&house, "talk", json!({ "proceed": { "step": step } }), || {
            runtime.block_on(all(&mut hearing))
        });
        last.push(told.iter().copied().fold(0.0, f64::max));
        each.extend(told);
    }
    let processor = (processor_seconds() - processor) * 1_000.0 / UPDATES as f64;
    println!(
        "live: {PAGES} open pages of as many people, {UPDATES} updates, each durable first: p50 {:.1} ms, p99 {:.1} ms; the last page of each update: median {:.1} ms, p99 {:.1} ms; {processor:.0} ms of processor time an update, clients included (load {})",
        quantile(each.clone(), 0.5),
        quantile(each, 0.99),
        median(last.clone()),
        quantile(last, 0.99),
        load()
    );
    for verb in ["close", "reopen"] {
        let processor = processor_seconds();
        let told =
            press(&house, "room", json!({ verb: {} }), || runtime.block_on(all(&mut hearing)));
        println!(
            "live: {verb} the room: median {:.1} ms, the last of {PAGES} pages {:.1} ms; {:.0} ms of processor time",
            median(told.clone()),
            told.into_iter().fold(0.0, f64::max),
            (processor_seconds() - processor) * 1_000.0
        );
    }
    runtime.shutdown_background();
    drop(house);
    let _ = std::fs::remove_dir_all(directory);
}

/// An act of the chair's, and how long after it each page knew, in milliseconds.
fn press(
    house: &House,
    subject: &str,
    change: Value,
    wait: impl FnOnce() -> Vec<Instant>,
) -> Vec<f64> {
    let ask = Ask::Import { at: house.now(), subject: id(subject), change };
    let pressed = Instant::now();
    house.submit_and_wait(Some(person(0)), ask).expect("the rules allow it");
    wait().into_iter().map(|heard| milliseconds(heard - pressed)).collect()
}

/// When each page was told something.
async fn all(hearing: &mut UnboundedReceiver<Instant>) -> Vec<Instant> {
    let mut all = Vec::with_capacity(PAGES);
    while all.len() < PAGES {
        all.push(hearing.recv().await.expect("everybody listens"));
    }
    all
}

/// A page that is open: says when it is told something.
async fn listen(address: SocketAddr, cookie: String, heard: UnboundedSender<Instant>) {
    const WORD: &[u8] = b"event: state";
    let mut stream = TcpStream::connect(address).await.expect("loopback");
    let request = format!(
        "GET /sessions/room/events HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("loopback");
    let mut kept: Vec<u8> = Vec::new();
    let mut bytes = vec![0; 64 << 10];
    loop {
        let Ok(read @ 1..) = stream.read(&mut bytes).await else { return };
        kept.extend_from_slice(&bytes[..read]);
        while let Some(at) = kept.windows(WORD.len()).position(|window| window == WORD) {
            kept.drain(..at + WORD.len());
            if heard.send(Instant::now()).is_err() {
                return;
            }
        }
        kept.drain(..kept.len().saturating_sub(WORD.len()));
    }
}

/// Seats people until there are enough, and brings all of them to one session with a floor. Gives
/// those who listen.
fn seat(house: &Arc<House>) -> Vec<String> {
    let mut asks = Vec::new();
    let mut make = |by: usize, subject: &str, content: Value, label: &str| {
        let change = json!({ "create": { "content": content, "marking": { "label": label } } });
        asks.push((
            Some(person(by)),
            Ask::Import { at: house.now(), subject: id(subject), change },
        ));
    };
    let mut delegations: Vec<Vec<String>> =
        (0..PARTIES).map(|party| vec![person(party).to_string()]).collect();
    for number in PARTIES..PAGES {
        let (party, name) = (number % PARTIES, format!("adviser-{number}"));
        make(
            party,
            &name,
            json!({ "person": { "name": format!("Adviser number {number}") } }),
            "GREEN",
        );
        let seat = json!({ "seat": { "person": name, "party": format!("party-{party}"), "role": "adviser" } });
        make(party, &format!("seat-{number}"), seat, "GREEN");
        delegations[party].push(name);
    }
    let rules = json!({ "devices": "kept", "undertaking": false, "attribution": "on_record" });
    let meeting = json!({ "meeting": { "title": "Plenary", "level": "officials", "form": "hybrid", "zone": "Europe/Madrid", "rules": rules } });
    make(0, "plenary", meeting, "GREEN");
    make(
        0,
        "room",
        json!({ "session": { "meeting": "plenary", "title": "Debate", "closed": false } }),
        "GREEN",
    );
    for item in 0..6 {
        let said = json!({ "item": { "session": "room", "title": format!("Item number {item}"), "place": item } });
        make(0, &format!("item-{item}"), said, "GREEN");
    }
    for (party, people) in delegations.iter().enumerate() {
        let invitation =
            json!({ "invitation": { "meeting": "plenary", "party": format!("party-{party}") } });
        make(0, &format!("invitation-{party}"), invitation, "GREEN");
        let reply = json!({ "reply": { "invitation": format!("invitation-{party}"), "attending": true,
            "persons": people, "sessions": ["room"], "from": "in_person" } });
        make(party, &format!("reply-{party}"), reply, "GREEN");
    }
    make(
        0,
        "talk",
        json!({ "floor": { "session": "room", "seconds": 180, "minutes_each": 10 } }),
        "GREEN",
    );
    for (party, step) in
        [(0, json!({ "begin": {} })), (0, json!({ "call": { "party": "party-7" } }))]
            .into_iter()
            .chain(
                (0..20)
                    .map(|party| (party, json!({ "ask": { "party": format!("party-{party}") } }))),
            )
    {
        let change = json!({ "proceed": { "step": step } });
        let ask = Ask::Import { at: house.now(), subject: id("talk"), change };
        asks.push((Some(person(party)), ask));
    }
    house.submit_and_wait(None, Ask::Together(asks)).expect("the rules allow all of it");
    delegations.concat()
}
