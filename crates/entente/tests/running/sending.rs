//! Houses killed in the middle of uploads, wherever contents lie: every version that they acknowledged is
//! read whole, with its hash; nothing half is to be seen; and nothing is left lying about.

#![expect(
    clippy::disallowed_methods,
    reason = "the moment of a kill is drawn by lot: here the clock is the event"
)]

use super::{Dice, Line, Reply, Running};
use coalition::Id;
use headquarters::version_of;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// A house that is started again and again on one record.
pub trait Reopened: Sync {
    /// Starts it.
    fn start(&self) -> Running;

    /// A line to it on which a sender is signed in: the first, or the second.
    fn line(&self, address: SocketAddr, sender: usize) -> io::Result<Line>;

    /// How many sealed contents there are.
    fn sealed(&self) -> usize;

    /// Where what comes in is until it is whole.
    fn incoming(&self) -> PathBuf;
}

/// A file that was sent, and the version that it became if that was answered.
struct Sent {
    sender: usize,
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

/// Sends a file to a document, under a word by which a retry is known.
pub fn upload(
    line: &mut Line,
    document: &str,
    (name, key): (&str, &str),
    file: &[u8],
) -> io::Result<Reply> {
    let address = format!("/api/v1/documents/{document}/versions?name={name}");
    let headers = [("content-type", "application/octet-stream"), ("idempotency-key", key)];
    line.ask("POST", &address, &headers, file)
}

fn again(line: &mut Line, document: &str, key: &str) -> io::Result<Reply> {
    upload(line, document, (&format!("{key}.txt"), key), &content(key))
}

/// The version that a file became.
pub fn version_in(reply: &Reply) -> String {
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["version"].as_str().expect("the version's id").to_owned()
}

/// A new document of whoever is signed in.
pub fn document(line: &mut Line, name: &str, reading: &str) -> String {
    let said = json!({ "document": { "title": name, "reading": reading } });
    let marking = json!({ "label": "GREEN" });
    let command = json!({ "change": { "create": { "content": said, "marking": marking } } });
    let reply = line.act(name, &command).expect("the house answers");
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()["subject"].as_str().expect("an id").to_owned()
}

/// Sends files, one after the other, until the house is gone.
fn load(
    line: io::Result<Line>,
    (sender, document): (usize, &str),
    name: &str,
    begun: &AtomicBool,
) -> Vec<Sent> {
    let mut all = Vec::new();
    let Ok(mut line) = line else { return all };
    for number in 0.. {
        let key = format!("{name}-{number}");
        let answer = again(&mut line, document, &key);
        begun.store(true, Ordering::Relaxed);
        let gone = answer.is_err();
        let version = answer.ok().map(|reply| version_in(&reply));
        all.push(Sent { sender, document: document.to_owned(), key, version });
        if gone {
            break;
        }
    }
    all
}

/// How many files lie in a directory.
pub fn files(directory: &Path) -> usize {
    std::fs::read_dir(directory).map_or(0, Iterator::count)
}

/// Every version that the house tells of is whole, and every one that it acknowledged is told of.
fn assert_whole(
    of: &impl Reopened,
    house: &Running,
    sent: &[Sent],
    documents: &[(usize, String)],
    world: &str,
) -> usize {
    let mut told: BTreeMap<(String, String), Value> = BTreeMap::new();
    for (sender, document) in documents {
        let mut line = of.line(house.address, *sender).expect("it answers");
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

/// Sends files by several at once, and kills the house at a moment. Gives what was sent.
fn killed(
    of: &impl Reopened,
    house: Running,
    documents: &[(usize, String)],
    (round, moment): (u64, Duration),
) -> Vec<Sent> {
    let begun = AtomicBool::new(false);
    let (address, begun) = (house.address, &begun);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|client: usize| {
                let (sender, document) = &documents[client % 2];
                let name = format!("r{round}-c{client}");
                let line = move || of.line(address, *sender);
                scope.spawn(move || load(line(), (*sender, document), &name, begun))
            })
            .collect();
        while !begun.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(moment);
        assert_eq!(house.kill(), "", "round {round}, killed after {moment:?}");
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    })
}

/// Kills a house so many times in the middle of uploads.
///
/// # Panics
/// With the seed, the round and the moment, if anything is lost, is there twice, or is left over.
pub fn survives(of: &impl Reopened, kills: u64, seed: u64) {
    let mut dice = Dice(seed);
    let mut documents: Vec<(usize, String)> = Vec::new();
    let mut last: Vec<Sent> = Vec::new();
    // How many versions there are beside those of the last round.
    let mut settled = of.sealed();
    let (mut acknowledged, mut cut_short) = (0_u64, 0);
    for round in 0..kills {
        let moment = Duration::from_micros(dice.below(150_000));
        let world = format!("seed {seed}, round {round}, killed after {moment:?}");
        let house = of.start();
        let whole = assert_whole(of, &house, &last, &documents, &world);
        assert_eq!(of.sealed(), settled + whole, "{world}: something is left over");
        assert_eq!(files(&of.incoming()), 0, "{world}: something half is left");
        // What was in flight is sent once more, and is there once.
        for sent in last.iter_mut().filter(|sent| sent.version.is_none()) {
            let mut line = of.line(house.address, sent.sender).expect("it answers");
            let reply = again(&mut line, &sent.document, &sent.key).expect("it answers");
            sent.version = Some(version_in(&reply));
        }
        settled += assert_whole(of, &house, &last, &documents, &world);
        // Others each round, so that no check reads all there ever was.
        documents = [0, 1]
            .map(|sender| {
                let mut line = of.line(house.address, sender).expect("it answers");
                let name = format!("r{round}-s{sender}");
                (sender, document(&mut line, &name, "download"))
            })
            .to_vec();
        last = killed(of, house, &documents, (round, moment));
        let kept = last.iter().filter(|sent| sent.version.is_some()).count();
        acknowledged += u64::try_from(kept).expect("few");
        cut_short += files(&of.incoming());
    }
    println!(
        "{kills} kills: {acknowledged} acknowledged versions, all whole; {cut_short} cut short"
    );
    assert!(acknowledged >= kills, "the house lived long enough to mean something: {acknowledged}");
}
