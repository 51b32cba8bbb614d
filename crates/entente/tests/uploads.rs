//! The house killed in the middle of uploads: every version that it acknowledged is read whole, with
//! its hash; nothing half is to be seen; and nothing is left lying about.
//!
//! `ENTENTE_KILLS` says how often it is killed; without it, 12 times.

#![expect(
    clippy::disallowed_methods,
    reason = "the moment of a kill is drawn by lot: here the clock is the event"
)]

mod running;

use coalition::Id;
use headquarters::version_of;
use running::{CLERK, DELEGATE, Dice, Line, Running, Scratch};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A file that was sent, and the version that it became if that was answered.
struct Sent {
    persona: usize,
    document: String,
    key: String,
    version: Option<String>,
}

/// What is in the file sent under a key: the same each time, of up to 400 kB.
fn content(key: &str) -> Vec<u8> {
    let seed = key.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
    let lines = Dice(seed).below(20_000);
    (0..=lines).flat_map(|line| format!("{key}, line {line}\n").into_bytes()).collect()
}

fn upload(line: &mut Line, document: &str, key: &str) -> std::io::Result<running::Reply> {
    let address = format!("/api/v1/documents/{document}/versions?name={key}.txt");
    let headers = [("content-type", "application/octet-stream"), ("idempotency-key", key)];
    line.ask("POST", &address, &headers, &content(key))
}

fn version_in(reply: &running::Reply) -> String {
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["version"].as_str().expect("the version's id").to_owned()
}

/// A document of a persona's own.
fn document(house: &Running, persona: usize, name: &str) -> String {
    let said = json!({ "document": { "title": name, "reading": "download" } });
    let marking = json!({ "label": "GREEN" });
    let command = json!({ "change": { "create": { "content": said, "marking": marking } } });
    let reply = house.signed_in(persona).act(name, &command).expect("the house answers");
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["subject"].as_str().expect("an id").to_owned()
}

/// Sends files, one after the other, until the house is gone.
fn load(
    address: SocketAddr,
    (persona, document): (usize, String),
    name: &str,
    begun: &AtomicBool,
) -> Vec<Sent> {
    let mut all = Vec::new();
    let Ok(mut line) = Line::open(address) else { return all };
    if line.sign_in(persona).is_err() {
        return all;
    }
    for number in 0.. {
        let key = format!("{name}-{number}");
        let answer = upload(&mut line, &document, &key);
        begun.store(true, Ordering::Relaxed);
        let gone = answer.is_err();
        let version = answer.ok().map(|reply| version_in(&reply));
        all.push(Sent { persona, document: document.clone(), key, version });
        if gone {
            break;
        }
    }
    all
}

fn files(directory: &Path) -> usize {
    std::fs::read_dir(directory).map_or(0, Iterator::count)
}

/// Every version that the house tells of is whole, and every one that it acknowledged is told of.
fn assert_whole(
    house: &Running,
    sent: &[Sent],
    documents: &[(usize, String)],
    world: &str,
) -> usize {
    let mut told: BTreeMap<(String, String), Value> = BTreeMap::new();
    for (persona, document) in documents {
        let mut line = house.signed_in(*persona);
        let reply = line.get(&format!("/api/v1/documents/{document}")).expect("it answers").json();
        for version in reply["versions"].as_array().expect("versions") {
            let id = version["id"].as_str().expect("an id").to_owned();
            let name = version["name"].as_str().expect("a name");
            let key = name.strip_suffix(".txt").expect("a text");
            let address = format!("/api/v1/documents/{document}/versions/{id}");
            let read = line.get(&address).expect("it answers");
            assert_eq!(read.status, 200, "{world}: {key} {}", read.text());
            assert!(read.body == content(key), "{world}: {key} is not whole");
            let id_of = Id::parse(&id).expect("an id");
            let right = version_of(id_of, name, &read.body).expect("a text");
            assert_eq!(version["hash"], right.hash.as_str(), "{world}: {key}");
            assert_eq!(version["bytes"], read.body.len(), "{world}: {key}");
            let twice = told.insert((document.clone(), key.to_owned()), id.into());
            assert_eq!(twice, None, "{world}: {key} was added twice");
        }
    }
    for sent in sent {
        let Some(version) = &sent.version else { continue };
        let kept = told.get(&(sent.document.clone(), sent.key.clone()));
        assert_eq!(kept, Some(&version.as_str().into()), "{world}: {} is lost", sent.key);
    }
    told.len()
}

fn kills() -> u64 {
    let asked = std::env::var("ENTENTE_KILLS").ok();
    asked.map_or(12, |asked| asked.parse().expect("ENTENTE_KILLS is a number"))
}

#[test]
fn a_house_killed_in_the_middle_of_uploads_keeps_every_version_that_it_acknowledged() {
    let (scratch, seed) = (Scratch::new(), 20_260_110);
    let data = scratch.path("data");
    let mut dice = Dice(seed);
    let mut documents: Vec<(usize, String)> = Vec::new();
    let mut last: Vec<Sent> = Vec::new();
    // How many versions the documents of earlier rounds have.
    let mut settled = 0;
    let (mut acknowledged, mut cut_short) = (0, 0);
    for round in 0..kills() {
        let moment = Duration::from_micros(dice.below(150_000));
        let world = format!("seed {seed}, round {round}, killed after {moment:?}");
        let house = Running::start(&data);
        let whole = assert_whole(&house, &last, &documents, &world);
        let sealed = files(&data.join("contents/sealed"));
        assert_eq!(sealed, settled + whole, "{world}: something is left over");
        assert_eq!(files(&data.join("contents/incoming")), 0, "{world}: something half is left");
        // What was in flight is sent once more, and is there once.
        for sent in last.iter_mut().filter(|sent| sent.version.is_none()) {
            let mut line = house.signed_in(sent.persona);
            let reply = upload(&mut line, &sent.document, &sent.key).expect("it answers");
            sent.version = Some(version_in(&reply));
        }
        settled += assert_whole(&house, &last, &documents, &world);
        // Others each round, so that no check reads all there ever was.
        documents = [CLERK, DELEGATE]
            .map(|persona| (persona, document(&house, persona, &format!("r{round}-p{persona}"))))
            .to_vec();
        let begun = Arc::new(AtomicBool::new(false));
        let clients: Vec<_> = (0..4)
            .map(|client: usize| {
                let (address, begun) = (house.address, Arc::clone(&begun));
                let to = documents[client % 2].clone();
                let name = format!("r{round}-c{client}");
                std::thread::spawn(move || load(address, to, &name, &begun))
            })
            .collect();
        while !begun.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(moment);
        assert_eq!(house.kill(), "", "{world}");
        let sent = clients.into_iter().flat_map(|client| client.join().expect("a client"));
        last = sent.collect();
        let kept = last.iter().filter(|sent| sent.version.is_some()).count();
        acknowledged += kept;
        cut_short += files(&data.join("contents/incoming"));
    }
    println!(
        "{} kills: {acknowledged} acknowledged versions, all whole; {cut_short} cut short",
        kills()
    );
    assert!(acknowledged > 10, "the house lived long enough to mean something: {acknowledged}");
}
