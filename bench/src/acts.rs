//! Durable acts: through the house, against bare SQLite that commits the same rows in the same way:
//! one writer, everything that waits in one transaction, WAL and `synchronous=FULL`.

use crate::figures::{load, median, processor_seconds, rate};
use crate::world::{self, Dice, PARTIES};
use coalition::decide::Asked;
use headquarters::Ask;
use record::{Entry, SqliteStore, Store};
use rusqlite::Connection;
use serde_json::json;
use std::path::Path;
use std::sync::mpsc;
use std::time::Instant;
use tokio::sync::oneshot;

/// How many acts one round records.
fn acts_of(submitters: usize) -> usize {
    if submitters == 1 { 4_000 } else { 32_000 }
}
const ROUNDS: usize = 5;
/// As long as a checkpoint is.
const CHECKPOINT: &str = "bench.example/record\n1234567\n................................................\n\n- bench.example/record ................................................................................\n";
/// How many the bare writer commits at once, at most: as many as the house.
const BATCH_MAX: usize = 512;

/// Runs the measurement and prints it.
pub fn run() {
    println!(
        "durable acts, WAL and synchronous=FULL, an fsync before each answer (load {})",
        load()
    );
    for (submitters, persons) in [(64, 6), (64, PARTIES), (1, 1)] {
        let (mut ratios, mut costs) = (Vec::new(), Vec::new());
        let (mut houses, mut bares) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (house, rows) = through_the_house(submitters, persons, round);
            let bare = bare(submitters, rows);
            println!(
                "  {submitters} submitters, {persons} persons: house {:.0}/s at {:.1} us of processor an act, bare {:.0}/s at {:.1} us",
                house.rate, house.cost, bare.rate, bare.cost
            );
            ratios.push(house.rate / bare.rate);
            costs.push(bare.cost / house.cost);
            houses.push(house.rate);
            bares.push(bare.rate);
        }
        println!(
            "acts, {submitters} submitters, {persons} persons: ratio {:.2} ({:.2} of processor time), house {:.0}/s, bare SQLite {:.0}/s (medians of {ROUNDS})",
            median(ratios),
            median(costs),
            median(houses),
            median(bares)
        );
    }
}

/// What one round came to.
struct Round {
    /// Acts a second.
    rate: f64,
    /// Microseconds of processor time an act, those of whoever asks included.
    cost: f64,
}

/// Times `work`, which records `count` acts.
fn timed(count: usize, work: impl FnOnce()) -> Round {
    let (start, had) = (Instant::now(), processor_seconds());
    work();
    let rate = rate(count, start.elapsed());
    Round { rate, cost: (processor_seconds() - had) * 1e6 / count as f64 }
}

/// The house, and the rows that it recorded.
fn through_the_house(submitters: usize, persons: usize, round: usize) -> (Round, Vec<Entry>) {
    let directory = world::directory("acts-house");
    let house = world::generated(Some(&directory));
    let before = house.size();
    let each = acts_of(submitters) / submitters;
    // Bytes made beforehand, as those of the bare writer are; here they are read in time.
    let asked: Vec<(usize, Vec<String>)> = (0..submitters)
        .map(|submitter| {
            (submitter % persons, commands(submitter, submitter % persons, each, round))
        })
        .collect();
    let work = || {
        std::thread::scope(|scope| {
            for (party, commands) in asked {
                let house = &house;
                scope.spawn(move || {
                    let person = world::person(party);
                    for command in commands {
                        let asked = Asked::read_quickly(&command).expect("nothing is left out");
                        let ask = Ask::Read(Box::new(asked));
                        house.submit_and_wait(Some(person.clone()), ask).expect("allowed");
                    }
                });
            }
        });
    };
    let round = timed(each * submitters, work);
    // The writer's threads hold the store for a moment longer than the house.
    drop(house);
    let store = SqliteStore::open_read_only(&directory).expect("the record is there");
    let mut rows = Vec::new();
    store
        .read(before as u64..u64::MAX, &mut |_, entry| {
            rows.push(entry);
        })
        .expect("the record reads");
    assert_eq!(rows.len(), each * submitters, "every act is in the record");
    remove(&directory);
    (round, rows)
}

/// One person's commitments, as requests would ask for them.
fn commands(submitter: usize, party: usize, count: usize, round: usize) -> Vec<String> {
    let mut dice = Dice((round * 1_000 + submitter) as u64);
    let command = |number| {
        let content = world::commitment(&mut dice, party, number);
        json!({
            "key": format!("{submitter}-{number}"),
            "change": { "create": { "content": content, "marking": { "label": "GREEN" } } },
        })
        .to_string()
    };
    (0..count).map(command).collect()
}

type Waiting = (Entry, oneshot::Sender<()>);

/// Bare SQLite, committing these rows.
fn bare(submitters: usize, rows: Vec<Entry>) -> Round {
    let directory = world::directory("acts-bare");
    std::fs::create_dir_all(&directory).expect("a new directory");
    let connection = open(&directory);
    let count = rows.len();
    let (sender, waiting) = mpsc::sync_channel::<Waiting>(1_024);
    let writer = std::thread::spawn(move || commit(connection, &waiting));
    let mut shares: Vec<Vec<Entry>> = (0..submitters).map(|_| Vec::new()).collect();
    for (number, row) in rows.into_iter().enumerate() {
        shares[number % submitters].push(row);
    }
    let work = || {
        std::thread::scope(|scope| {
            for share in shares {
                let sender = sender.clone();
                scope.spawn(move || {
                    for row in share {
                        let (reply, answer) = oneshot::channel();
                        sender.send((row, reply)).expect("the writer listens");
                        answer.blocking_recv().expect("the writer answers");
                    }
                });
            }
        });
    };
    let round = timed(count, work);
    drop(sender);
    writer.join().expect("the writer ends");
    remove(&directory);
    round
}

fn open(directory: &Path) -> Connection {
    let connection = Connection::open(directory.join("bare.sqlite")).expect("a new file");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL");
    connection.pragma_update(None, "synchronous", "full").expect("FULL");
    connection
        .execute_batch(
            "CREATE TABLE leaf (place INTEGER PRIMARY KEY, hash BLOB, salt BLOB, act BLOB) STRICT;
             CREATE TABLE head (checkpoint TEXT) STRICT; INSERT INTO head VALUES ('');",
        )
        .expect("a new table");
    connection
}

fn commit(mut connection: Connection, waiting: &mpsc::Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH_MAX - 1));
        let transaction = connection.transaction().expect("a transaction");
        {
            let mut insert = transaction
                .prepare_cached("INSERT INTO leaf (hash, salt, act) VALUES (?1, ?2, ?3)")
                .expect("a statement");
            for (row, _) in &batch {
                let content = row.content.as_ref().expect("nothing was forgotten");
                let salt = &content.salt.0[..];
                insert.execute((&row.hash.0[..], salt, &content.bytes)).expect("a row");
            }
            transaction
                .prepare_cached("UPDATE head SET checkpoint = ?1")
                .and_then(|mut update| update.execute([CHECKPOINT]))
                .expect("the head");
        }
        transaction.commit().expect("durable");
        for (_, reply) in batch {
            reply.send(()).expect("the submitter waits");
        }
    }
}

fn remove(directory: &Path) {
    std::fs::remove_dir_all(directory).expect("our own directory");
}
