//! Opening a record: audit, fold and start, in a process of its own, with the memory it takes.

use crate::figures::{load, median};
use crate::world;
use coalition::act::{ACT_VERSION, Act, Author, Change};
use coalition::content::Stage;
use coalition::text::Text;
use coalition::{Content, Id, Label, Marking};
use headquarters::{House, Kept, Settings};
use jiff::{Timestamp, ToSpan};
use record::{Log, Salt, SqliteStore, Store, first_checkpoint};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use world::{Dice, PARTIES};

const ROUNDS: usize = 3;

/// Runs the measurement and prints it.
pub fn run() {
    println!("opening a record (load {})", load());
    for size in [100_000, 1_000_000] {
        let directory = world::directory("open");
        let bytes = make(&directory, size);
        let mut seconds = Vec::new();
        let mut memory = Vec::new();
        let mut reading = Vec::new();
        for _ in 0..ROUNDS {
            let output = Command::new(std::env::current_exe().expect("this program"))
                .arg("open-one")
                .arg(&directory)
                .output()
                .expect("this program starts again");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let figures: Value = serde_json::from_slice(&output.stdout).expect("figures");
            let figure = |name: &str| figures[name].as_f64().expect("a number");
            seconds.push(figure("seconds"));
            memory.push(figure("bytes") / size as f64);
            reading.push(figure("reading"));
        }
        println!(
            "open {size}: {:.2} s (reading and hashing alone {:.2} s), {:.0} bytes of memory an act; an act has {:.0} bytes on average (medians of {ROUNDS})",
            median(seconds),
            median(reading),
            median(memory),
            bytes as f64 / size as f64
        );
        std::fs::remove_dir_all(&directory).expect("our own directory");
    }
}

/// Opens the record in a directory once, and prints what that took as JSON.
pub fn one(directory: &str) {
    let directory = Path::new(directory);
    let store = SqliteStore::open(directory).expect("the record is there");
    let start = Instant::now();
    record::audit(&store, world::key().verifier()).expect("the record is whole");
    let reading = start.elapsed();
    let before = resident();
    let start = Instant::now();
    let kept = Kept(Box::new(store));
    let house = House::open(kept, world::key(), Settings::demonstration(Vec::new()));
    let house = house.expect("the record opens");
    let took = start.elapsed();
    let after = resident();
    let figures = serde_json::json!({
        "seconds": took.as_secs_f64(),
        "reading": reading.as_secs_f64(),
        "bytes": after.saturating_sub(before),
        "acts": house.size(),
    });
    println!("{figures}");
}

/// Makes a record of `size` acts in a directory, to be looked at by hand.
pub fn make_one(directory: &str, size: &str) {
    make(Path::new(directory), size.parse().expect("a number of acts"));
}

/// The memory that this process holds, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    let digits = line.trim().trim_end_matches("kB").trim();
    digits.parse::<u64>().expect("a number") * 1_024
}

/// Makes a record of `size` acts: the generated coalition, then more promises, claims about them,
/// and changes to both. Gives how many bytes of acts that is.
fn make(directory: &Path, size: usize) -> usize {
    let first = first_checkpoint(&world::key());
    let store = SqliteStore::create(directory, &first).expect("a new directory");
    let mut log = Log::open(store, world::key()).expect("a new record");
    let mut acts = base();
    let mut author = Acts::default();
    while acts.len() < size {
        let act = author.next();
        acts.push(act.encode());
    }
    let bytes = acts.iter().map(Vec::len).sum();
    let mut dice = Dice(3);
    let mut salts = || Salt(std::array::from_fn(|_| dice.below(256).to_le_bytes()[0]));
    let mut rest = acts.into_iter();
    loop {
        let batch: Vec<_> = rest.by_ref().take(10_000).map(|act| (salts(), act)).collect();
        if batch.is_empty() {
            return bytes;
        }
        log.append(batch).expect("there is room");
    }
}

/// The acts of the generated coalition.
fn base() -> Vec<Vec<u8>> {
    let directory = world::directory("base");
    drop(world::generated(Some(&directory)));
    let store = SqliteStore::open_read_only(&directory).expect("the record is there");
    let mut acts = Vec::new();
    store
        .read(0..u64::MAX, &mut |_, entry| acts.push(entry.content.expect("whole").bytes))
        .expect("the record reads");
    std::fs::remove_dir_all(&directory).expect("our own directory");
    acts
}

/// Acts as years of use would bring them: two in five make a commitment, one in five a source or a
/// claim, two in five change a commitment.
struct Acts {
    dice: Dice,
    now: Timestamp,
    number: usize,
    commitments: Vec<Id>,
    source: Option<Id>,
}

impl Default for Acts {
    fn default() -> Acts {
        let now = "2026-01-01T00:00:00Z".parse().expect("a moment");
        Acts { dice: Dice(11), now, number: 0, commitments: Vec::new(), source: None }
    }
}

impl Acts {
    fn fresh(&mut self) -> Id {
        Id::from_entropy(std::array::from_fn(|_| self.dice.below(256).to_le_bytes()[0]))
    }

    fn next(&mut self) -> Act {
        self.number += 1;
        self.now += 37.seconds();
        let party = self.dice.below(PARTIES);
        let (subject, change) = match self.dice.below(5) {
            0 | 1 if !self.commitments.is_empty() => self.changed(),
            2 => self.evidence(),
            _ => {
                let content = world::commitment(&mut self.dice, party, self.number);
                let subject = self.fresh();
                self.commitments.push(subject.clone());
                (subject, create(content))
            }
        };
        Act {
            v: ACT_VERSION,
            id: self.fresh(),
            at: self.now,
            by: Author {
                person: Some(world::person(party)),
                party: Some(world::id(&format!("party-{party}"))),
            },
            key: Some(self.fresh()),
            subject,
            change,
            signed: None,
        }
    }

    fn changed(&mut self) -> (Id, Change) {
        let subject = self.commitments[self.dice.below(self.commitments.len())].clone();
        let reason = Text::parse("as agreed in the session of ministers").expect("a text");
        let change = match self.dice.below(4) {
            0 => Change::Suspend { reason },
            1 => Change::Resume { reason },
            _ => Change::Advance { stage: Stage::ALL[self.dice.below(4)] },
        };
        (subject, change)
    }

    fn evidence(&mut self) -> (Id, Change) {
        let subject = self.fresh();
        let number = self.number;
        let content = match (&self.source, self.commitments.last()) {
            (Some(source), Some(about)) if !number.is_multiple_of(5) => {
                serde_json::json!({ "claim": {
                "source": source, "about": about, "point": "size", "value": number.to_string() } })
            }
            _ => {
                self.source = Some(subject.clone());
                serde_json::json!({ "source": { "title": format!("Report number {number}") } })
            }
        };
        (subject, create(content))
    }
}

fn create(content: Value) -> Change {
    let content: Content = serde_json::from_value(content).expect("content that reads");
    Change::Create { content, marking: Marking::plain(Label::Green) }
}
