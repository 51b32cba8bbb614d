//! Durable acts: through the house, against bare SQLite with WAL and `synchronous=FULL` that commits the
//! same rows: once in the very batches of the house, one after the other; and once as a writer of its
//! own would, to whom as many threads hand rows and wait, and who takes all that waits at once.

use crate::figures::{load, median, processor_seconds, rate};
use crate::world::{self, Dice, PARTIES};
use coalition::decide::Asked;
use headquarters::Ask;
use record::{Entry, Follower, SqliteStore, Store, StoreError, StoredHead, first_checkpoint};
use rusqlite::Connection;
use serde_json::json;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Instant;
use tokio::sync::oneshot;

/// How many acts one round records.
fn acts_of(submitters: usize) -> usize {
    match submitters {
        1 => 4_000,
        2..=16 => 8_000,
        _ => 32_000,
    }
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
    for (submitters, persons) in [(64, 6), (64, PARTIES), (1, 1), (8, 8), (256, PARTIES)] {
        let who = format!("{submitters} submitters, {persons} persons");
        let rounds: Vec<[Round; 3]> = (0..ROUNDS)
            .map(|round| {
                let (house, rows, batches) = through_the_house(submitters, persons, round);
                let rows_each = rows.len() as f64 / batches.len() as f64;
                let same = in_batches(&rows, &batches);
                let waiting = bare(submitters, rows);
                println!(
                    "  {who}: house {house}, {rows_each:.1} acts at once; bare SQLite in the same batches {same}, with its own queue {waiting}"
                );
                [house, same, waiting]
            })
            .collect();
        let middle = |of: &dyn Fn(&[Round; 3]) -> f64| median(rounds.iter().map(of).collect());
        println!(
            "acts, {who}: ratio {:.2} in the same batches, {:.2} with a queue ({:.2} of processor time); house {:.0}/s, bare SQLite {:.0}/s and {:.0}/s (medians of {ROUNDS})",
            middle(&|[house, same, _]| house.rate / same.rate),
            middle(&|[house, _, waiting]| house.rate / waiting.rate),
            middle(&|[house, _, waiting]| waiting.cost / house.cost),
            middle(&|[house, ..]| house.rate),
            middle(&|[_, same, _]| same.rate),
            middle(&|[.., waiting]| waiting.rate),
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

impl std::fmt::Display for Round {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{:.0}/s at {:.1} us of processor an act", self.rate, self.cost)
    }
}

/// The house's store, which notes how many acts it is given at once.
struct Noting {
    store: SqliteStore,
    batches: Arc<Mutex<Vec<usize>>>,
}

impl Store for Noting {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        self.batches.lock().expect("nobody panics").push(entries.len());
        self.store.append(expected_size, entries, checkpoint)
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        self.store.read(range, visit)
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        self.store.head()
    }

    fn follow(&self) -> Follower {
        self.store.follow()
    }
}

/// Lets all of them ask at once, as requests do: as tasks of a runtime with a thread for each core.
fn together(tasks: impl Iterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let runtime = tokio::runtime::Runtime::new().expect("the system starts threads");
    let asking: Vec<_> = tasks.map(|task| runtime.spawn(task)).collect();
    for task in asking {
        runtime.block_on(task).expect("nobody panics");
    }
}

/// Times `work`, which records `count` acts.
fn timed(count: usize, work: impl FnOnce()) -> Round {
    let (start, had) = (Instant::now(), processor_seconds());
    work();
    let rate = rate(count, start.elapsed());
    Round { rate, cost: (processor_seconds() - had) * 1e6 / count as f64 }
}

/// The house, the rows that it recorded, and how many of them at once.
fn through_the_house(
    submitters: usize,
    persons: usize,
    round: usize,
) -> (Round, Vec<Entry>, Vec<usize>) {
    let directory = world::directory("acts-house");
    let store = SqliteStore::create(&directory, &first_checkpoint(&world::key()));
    let batches = Arc::new(Mutex::new(Vec::new()));
    let noting = Noting { store: store.expect("a new directory"), batches: Arc::clone(&batches) };
    let house = world::opened(Box::new(noting));
    world::fill(&house);
    batches.lock().expect("nobody panics").clear();
    let before = house.size();
    let each = acts_of(submitters) / submitters;
    // Bytes made beforehand, as those of the bare writer are; here they are read in time.
    let asked: Vec<(usize, Vec<String>)> = (0..submitters)
        .map(|submitter| {
            (submitter % persons, commands(submitter, submitter % persons, each, round))
        })
        .collect();
    let house = Arc::new(house);
    let work = |(party, commands): (usize, Vec<String>)| {
        let house = Arc::clone(&house);
        async move {
            let person = world::person(party);
            for command in commands {
                let asked = Asked::read_quickly(&command).expect("nothing is left out");
                let ask = Ask::Read(Box::new(asked));
                let answer = house.submit_here(Some(person.clone()), ask).await;
                answer.expect("the writer answers").expect("allowed");
            }
        }
    };
    let round = timed(each * submitters, || together(asked.into_iter().map(work)));
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
    let batches = std::mem::take(&mut *batches.lock().expect("nobody panics"));
    assert_eq!(batches.iter().sum::<usize>(), rows.len(), "every act came in a batch");
    (round, rows, batches)
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

/// Bare SQLite, committing these rows in these batches.
fn in_batches(rows: &[Entry], batches: &[usize]) -> Round {
    let directory = world::directory("acts-batches");
    std::fs::create_dir_all(&directory).expect("a new directory");
    let mut connection = open(&directory);
    let round = timed(rows.len(), || {
        let mut rest = rows;
        for batch in batches {
            let (rows, later) = rest.split_at(*batch);
            commit(&mut connection, rows.iter());
            rest = later;
        }
    });
    remove(&directory);
    round
}

type Waiting = (Entry, oneshot::Sender<()>);

/// Bare SQLite, committing these rows.
fn bare(submitters: usize, rows: Vec<Entry>) -> Round {
    let directory = world::directory("acts-bare");
    std::fs::create_dir_all(&directory).expect("a new directory");
    let connection = open(&directory);
    let count = rows.len();
    let (sender, waiting) = mpsc::sync_channel::<Waiting>(1_024);
    let writer = std::thread::spawn(move || take_turns(connection, &waiting));
    let mut shares: Vec<Vec<Entry>> = (0..submitters).map(|_| Vec::new()).collect();
    for (number, row) in rows.into_iter().enumerate() {
        shares[number % submitters].push(row);
    }
    let work = |share: Vec<Entry>| {
        let sender = sender.clone();
        async move {
            for row in share {
                let (reply, answer) = oneshot::channel();
                sender.send((row, reply)).expect("the writer listens");
                answer.await.expect("the writer answers");
            }
        }
    };
    let round = timed(count, || together(shares.into_iter().map(work)));
    drop(sender);
    writer.join().expect("the writer ends");
    remove(&directory);
    round
}

/// A bare database in this directory, as durable as the record's.
pub fn open(directory: &Path) -> Connection {
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

fn take_turns(mut connection: Connection, waiting: &mpsc::Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH_MAX - 1));
        commit(&mut connection, batch.iter().map(|(row, _)| row));
        for (_, reply) in batch {
            reply.send(()).expect("the submitter waits");
        }
    }
}

/// Commits these rows in one transaction.
pub fn commit<'r>(connection: &mut Connection, rows: impl Iterator<Item = &'r Entry>) {
    let transaction = connection.transaction().expect("a transaction");
    {
        let mut insert = transaction
            .prepare_cached("INSERT INTO leaf (hash, salt, act) VALUES (?1, ?2, ?3)")
            .expect("a statement");
        for row in rows {
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
}

fn remove(directory: &Path) {
    std::fs::remove_dir_all(directory).expect("our own directory");
}
