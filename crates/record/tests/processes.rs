//! Processes killed in the middle, and disks that refuse them: the record that opens afterwards holds
//! every acknowledged act.
//!
//! These tests are a program of their own, and take turns in it: see [`turn`].

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{Numbers, Scratch, acts, entries, key, open};
use record::{Desk, Entry, Log, LogError, SqliteStore, first_checkpoint};

/// Gives the child's acts another length, in bytes.
const ACT_BYTES: &str = "RECORD_TEST_ACT_BYTES";
/// Tells the child process, which is this same test program, where its record is.
const DIRECTORY: &str = "RECORD_TEST_DIRECTORY";

/// Held while a process is started, and while a record is open in this one. A process that is being
/// started holds for a moment what its parent holds, the locks of other tests' records among it: a
/// record closed in that moment would still be in use.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The acts of the record in `directory`, which is closed again.
fn found_in(directory: &Path) -> Result<Vec<Entry>, LogError> {
    let _turn = turn();
    open(directory)
}

/// Appends until it is killed or refused, and says on standard error what is durable. The other
/// tests here start it as a process of its own; without a directory from them it has nothing to do.
#[test]
fn child_that_appends_for_ever() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let first = first_checkpoint(&key());
    let store = SqliteStore::open(&directory)
        .or_else(|_| SqliteStore::create(&directory, &first))
        .expect("a record or a place for one");
    let mut log = Log::open(store, key()).expect("whole at every start");
    let length = std::env::var(ACT_BYTES).ok().map(|bytes| bytes.parse().expect("a number"));
    let mut said = std::io::stderr();
    loop {
        let size = log.size();
        let mut batch = acts(size..size + 1 + size % 7);
        if let Some(length) = length {
            batch[0].1 = vec![b'x'; length];
        }
        match log.append(batch) {
            Ok(checkpoint) => {
                writeln!(said, "durable {}", checkpoint.head().size).expect("the parent listens");
            }
            Err(error) => {
                writeln!(said, "refused {error:?}").expect("the parent listens");
                let size = log.size();
                let error = log.append(acts(size..size + 1)).expect_err("the store has stopped");
                writeln!(said, "then {error:?}").expect("the parent listens");
                return;
            }
        }
    }
}

/// Writes one note over the other on the desk until it is killed, now and then wipes it, and says what
/// is durable. Started as the other child is.
#[test]
fn child_that_notes_for_ever() {
    let Some(directory) = std::env::var_os(DIRECTORY).map(PathBuf::from) else { return };
    let _store = SqliteStore::open(&directory).expect("a record");
    let desk = Desk::open(&directory).expect("its desk");
    let mut said = std::io::stderr();
    for number in noted(&desk).unwrap_or(0) + 1.. {
        if number % 6 == 0 {
            desk.remove("notes", b"talks").and_then(|()| desk.wipe()).expect("nobody reads");
            writeln!(said, "wiped {number}").expect("the parent listens");
        } else {
            let text =
                format!("{number} {}", "x".repeat(usize::try_from(number % 9_000).expect("small")));
            desk.put("notes", b"talks", text.as_bytes()).expect("there is room");
            writeln!(said, "durable {number}").expect("the parent listens");
        }
    }
}

/// The number of the note that lies on the desk; none where it was wiped. It is whole.
fn noted(desk: &Desk) -> Option<u64> {
    let lying = desk.all("notes").expect("readable");
    let (_, text) = lying.first()?;
    let text = std::str::from_utf8(text).expect("text");
    let (number, rest) = text.split_once(' ').expect("a number, and more");
    let number: u64 = number.parse().expect("a number");
    assert_eq!(rest.len() as u64, number % 9_000, "half a note");
    Some(number)
}

/// A shell that first runs `prepare`, and then becomes the child.
fn start(directory: &Path, prepare: &str) -> (Child, impl Iterator<Item = String> + use<>) {
    start_as("child_that_appends_for_ever", directory, prepare)
}

fn start_as(
    test: &str,
    directory: &Path,
    prepare: &str,
) -> (Child, impl Iterator<Item = String> + use<>) {
    let starting = turn();
    let mut child = Command::new("sh")
        .args(["-c", &format!("{prepare}; exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    drop(starting);
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    (child, lines.map_while(Result::ok))
}

fn durable(line: &str) -> Option<u64> {
    line.strip_prefix("durable ")?.parse().ok()
}

#[cfg(unix)]
#[test]
fn a_process_killed_at_any_moment_loses_no_acknowledged_act() {
    let seed = 20_251_104;
    let mut numbers = Numbers(seed);
    let mut grown = 0;
    for round in 0..25 {
        // Every eighth round starts afresh, to be killed while the record is being made as well.
        let scratch = Scratch::new();
        let mut acknowledged = 0;
        for killing in 0..4 {
            let (mut child, mut lines) = start(&scratch.record(), "true");
            let listen = if round % 8 == 0 { 0 } else { numbers.below(30) };
            for _ in 0..listen {
                acknowledged = lines.next().as_deref().and_then(durable).expect("it appends");
            }
            // Somewhere within the next act, or while the record is being made or opened.
            for _ in 0..numbers.below(200_000) {
                std::hint::spin_loop();
            }
            child.kill().expect("it runs");
            // What it had said before it died was said.
            acknowledged = lines.filter_map(|line| durable(&line)).last().unwrap_or(acknowledged);
            child.wait().expect("it was killed");
            let world = format!("seed {seed}, round {round}, killing {killing}");
            match found_in(&scratch.record()) {
                Ok(found) => {
                    let size = u64::try_from(found.len()).expect("small");
                    assert!(size >= acknowledged, "{world}: {size} of {acknowledged}");
                    assert!(found == entries(0..size), "{world}: an act was changed");
                    acknowledged = size;
                }
                Err(LogError::Store(
                    record::StoreError::NoRecord { .. } | record::StoreError::Unfinished { .. },
                )) => assert_eq!(acknowledged, 0, "{world}"),
                Err(error) => panic!("{world}: {error}"),
            }
        }
        grown += acknowledged;
    }
    assert!(grown > 1000, "the processes lived long enough to mean something: {grown}");
}

#[cfg(unix)]
#[test]
fn notes_that_were_answered_survive_a_kill_and_what_was_wiped_does_not_come_back() {
    let seed = 20_251_126;
    let mut numbers = Numbers(seed);
    let scratch = Scratch::new();
    let first = first_checkpoint(&key());
    let making = turn();
    drop(SqliteStore::create(&scratch.record(), &first).expect("a new record"));
    drop(making);
    let mut answered = 0;
    for round in 0..30 {
        let (mut child, mut lines) =
            start_as("child_that_notes_for_ever", &scratch.record(), "true");
        let mut heard: Vec<String> = (0..=numbers.below(20)).map_while(|_| lines.next()).collect();
        for _ in 0..numbers.below(200_000) {
            std::hint::spin_loop();
        }
        child.kill().expect("it runs");
        heard.extend(lines);
        child.wait().expect("it was killed");
        answered += heard.len();
        let last = heard.iter().rev().find_map(|line| {
            let (word, number) = line.split_once(' ')?;
            Some((word == "wiped", number.parse::<u64>().ok()?))
        });
        let (wiped, number) = last.unwrap_or_else(|| panic!("round {round}: {heard:?}"));
        let _turn = turn();
        let _store = SqliteStore::open(&scratch.record()).expect("whole");
        let found = noted(&Desk::open(&scratch.record()).expect("its desk"));
        let world = format!("seed {seed}, round {round}: {found:?} after {heard:?}");
        match found {
            // What was done next may be there, too.
            Some(found) => assert!(found > number || (found == number && !wiped), "{world}"),
            None => assert!(wiped || (number + 1) % 6 == 0, "{world}"),
        }
    }
    assert!(answered > 100, "the processes lived long enough to mean something: {answered}");
}

/// A limit on the size of files stands in for a broken disk: writes beyond it fail.
const BROKEN_DISK: &str = "trap '' XFSZ; ulimit -f 600";

#[cfg(unix)]
#[test]
fn after_a_failed_write_the_process_takes_no_more_and_nothing_is_half_done() {
    let scratch = Scratch::new();
    let (mut child, lines) = start(&scratch.record(), BROKEN_DISK);
    let lines: Vec<String> = lines.collect();
    assert!(child.wait().expect("it ends by itself").success(), "{lines:?}");
    let acknowledged = lines.iter().filter_map(|line| durable(line)).next_back();
    let acknowledged = acknowledged.expect("there was room at first");
    let refused = lines.iter().position(|line| line.starts_with("refused ")).expect("refused");
    assert!(lines[refused].contains("Failed"), "{}", lines[refused]);
    assert_eq!(lines[refused + 1], "then Store(Stopped)");
    let found = found_in(&scratch.record()).expect("whole");
    let size = u64::try_from(found.len()).expect("small");
    assert!(size >= acknowledged, "{size} of {acknowledged}");
    assert!(found == entries(0..size), "an act was changed");
}

/// An act longer than the database's cache is written, and fails, before there is a commit.
#[cfg(unix)]
#[test]
fn a_write_that_fails_before_the_commit_stops_the_store_too() {
    let scratch = Scratch::new();
    let prepare = format!("export {ACT_BYTES}=3900000; {BROKEN_DISK}");
    let (mut child, lines) = start(&scratch.record(), &prepare);
    let lines: Vec<String> = lines.collect();
    assert!(child.wait().expect("it ends by itself").success(), "{lines:?}");
    let refused = lines.iter().position(|line| line.starts_with("refused ")).expect("refused");
    assert!(lines[refused].starts_with("refused Store(Failed("), "{}", lines[refused]);
    assert_eq!(lines[refused + 1], "then Store(Stopped)");
    assert!(found_in(&scratch.record()).expect("whole").is_empty(), "nothing was acknowledged");
}
