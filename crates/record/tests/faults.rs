//! Processes killed in the middle, files torn and garbled, disks that refuse: the record that opens
//! afterwards holds every acknowledged act, or is refused in a sentence. Never fewer in silence.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::{Numbers, Scratch, act, acts, entries, key};
use record::{Entry, Log, LogError, SqliteStore, Store, audit, first_checkpoint};

/// Gives the child's acts another length, in bytes.
const ACT_BYTES: &str = "RECORD_TEST_ACT_BYTES";
/// Tells the child process, which is this same test program, where its record is.
const DIRECTORY: &str = "RECORD_TEST_DIRECTORY";

fn create(directory: &Path) -> Log<SqliteStore> {
    let store = SqliteStore::create(directory, &first_checkpoint(&key())).expect("an empty place");
    Log::open(store, key()).expect("an empty record")
}

/// Opens and reads the record as a restarted house would.
fn open(directory: &Path) -> Result<Vec<Entry>, LogError> {
    let log = Log::open(SqliteStore::open(directory)?, key())?;
    let mut found = Vec::new();
    log.read(0..u64::MAX, &mut |_, entry| found.push(entry))?;
    Ok(found)
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

/// A shell that first runs `prepare`, and then becomes the child.
fn start(directory: &Path, prepare: &str) -> (Child, impl Iterator<Item = String> + use<>) {
    let mut child = Command::new("sh")
        .args(["-c", &format!("{prepare}; exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "child_that_appends_for_ever", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
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
            match open(&scratch.record()) {
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
    let found = open(&scratch.record()).expect("whole");
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
    assert!(open(&scratch.record()).expect("whole").is_empty(), "nothing was acknowledged");
}

/// The bytes of a closed record of `size` acts.
fn closed_record(size: u64) -> (Scratch, PathBuf, Vec<u8>) {
    let scratch = Scratch::new();
    let mut log = create(&scratch.record());
    log.append(acts(0..size)).expect("there is room");
    drop(log);
    let file = scratch.record().join("record.sqlite");
    let bytes = fs::read(&file).expect("closed");
    (scratch, file, bytes)
}

/// Opens what is there: all that was written, or a sentence. Anything else fails the test.
fn whole_or_refused(scratch: &Scratch, expected: &[Entry], what: &str) -> bool {
    let directory = scratch.record();
    let opened = catch_unwind(|| open(&directory)).unwrap_or_else(|_| panic!("{what}: panicked"));
    match opened {
        Ok(found) => {
            assert!(found == expected, "{what}: opened with {} acts, changed", found.len());
            true
        }
        Err(error) => {
            let sentence = error.to_string();
            assert!(!sentence.is_empty() && !sentence.contains('\n'), "{what}: {sentence}");
            false
        }
    }
}

#[test]
fn a_file_cut_short_is_refused() {
    let (scratch, file, bytes) = closed_record(40);
    let expected = entries(0..40);
    let lengths = (0..bytes.len()).step_by(512).chain([1, 15, 16, 99, 100, bytes.len() - 1]);
    for length in lengths {
        fs::write(&file, &bytes[..length]).expect("writable");
        let is_whole = whole_or_refused(&scratch, &expected, &format!("cut to {length} bytes"));
        assert!(!is_whole, "cut to {length} bytes of {} and not noticed", bytes.len());
    }
    fs::write(&file, &bytes).expect("writable");
    assert!(whole_or_refused(&scratch, &expected, "restored"));
}

/// Of long stretches of zeros, which is room that nothing uses yet, every 32nd byte will do.
fn is_worth_garbling(bytes: &[u8], place: usize) -> bool {
    let around = &bytes[place.saturating_sub(8)..(place + 8).min(bytes.len())];
    place.is_multiple_of(32) || around.iter().any(|byte| *byte != 0)
}

#[test]
fn a_garbled_byte_anywhere_in_the_file_is_harmless_or_refused() {
    let (scratch, file, bytes) = closed_record(12);
    let expected = entries(0..12);
    let mut refused = 0;
    for place in (0..bytes.len()).filter(|place| is_worth_garbling(&bytes, *place)) {
        let mut garbled = bytes.clone();
        garbled[place] ^= 0x55;
        fs::write(&file, &garbled).expect("writable");
        let what = format!("byte {place} garbled");
        refused += usize::from(!whole_or_refused(&scratch, &expected, &what));
        // SQLite may have kept a journal of the garbled file.
        for side in ["record.sqlite-wal", "record.sqlite-shm"] {
            let _ = fs::remove_file(scratch.record().join(side));
        }
    }
    let act_bytes: usize = expected
        .iter()
        .map(|entry| 32 + 32 + entry.content.as_ref().expect("not forgotten").bytes.len())
        .sum();
    assert!(refused > act_bytes, "every byte of every act counts: {refused} of {act_bytes}");
}

#[test]
fn garbled_stretches_are_harmless_or_refused() {
    let (scratch, file, bytes) = closed_record(60);
    let expected = entries(0..60);
    let seed = 35;
    let mut numbers = Numbers(seed);
    let length = u64::try_from(bytes.len()).expect("small");
    for round in 0..200 {
        let mut garbled = bytes.clone();
        let from = usize::try_from(numbers.below(length)).expect("small");
        let until =
            (from + usize::try_from(1 + numbers.below(5000)).expect("small")).min(bytes.len());
        for byte in &mut garbled[from..until] {
            *byte = u8::try_from(numbers.below(256)).expect("a byte");
        }
        fs::write(&file, &garbled).expect("writable");
        whole_or_refused(&scratch, &expected, &format!("seed {seed}, round {round}"));
        for side in ["record.sqlite-wal", "record.sqlite-shm"] {
            let _ = fs::remove_file(scratch.record().join(side));
        }
    }
}

/// What is still in the write-ahead log when the machine stops may be torn: whole batches survive,
/// in order, and the checkpoint goes with them.
#[test]
fn a_torn_write_ahead_log_loses_whole_batches_from_the_end_only() {
    let scratch = Scratch::new();
    let mut log = create(&scratch.record());
    let mut sizes = vec![0];
    for batch in [1, 3, 2, 5] {
        let size = log.size();
        sizes.push(log.append(acts(size..size + batch)).expect("there is room").head().size);
    }
    let torn = Scratch::new();
    fs::create_dir_all(torn.record()).expect("writable");
    let copy = |name: &str| fs::read(scratch.record().join(name)).expect("in use, and readable");
    let (main, wal) = (copy("record.sqlite"), copy("record.sqlite-wal"));
    let mut seen = Vec::new();
    for length in (0..=wal.len()).step_by(64).chain([wal.len()]) {
        for side in ["record.sqlite-wal", "record.sqlite-shm"] {
            let _ = fs::remove_file(torn.record().join(side));
        }
        fs::write(torn.record().join("record.sqlite"), &main).expect("writable");
        fs::write(torn.record().join("record.sqlite-wal"), &wal[..length]).expect("writable");
        match open(&torn.record()) {
            Ok(found) => {
                let size = u64::try_from(found.len()).expect("small");
                assert!(sizes.contains(&size), "half a batch: {size} of {sizes:?}");
                assert!(found == entries(0..size), "an act was changed");
                seen.push(size);
            }
            Err(error) => {
                let is_unfinished = error.to_string().contains("was never finished being created");
                assert!(is_unfinished && seen.is_empty(), "{length} bytes: {error}");
            }
        }
    }
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen, sizes, "each batch was seen to survive");
    drop(log);
}

#[test]
fn meddling_with_rows_is_refused_with_the_place() {
    let cases = [
        ("DELETE FROM leaf WHERE leaf_index = 11", "they part at act 11"),
        ("DELETE FROM leaf WHERE leaf_index = 4", "entry 4 is missing"),
        ("DELETE FROM leaf", "they part at act 0"),
        ("UPDATE leaf SET act = x'00' WHERE leaf_index = 7", "act 7 was changed"),
        ("UPDATE leaf SET salt = zeroblob(32) WHERE leaf_index = 7", "act 7 was changed"),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE leaf_index = 7", "act 7 was changed"),
        ("UPDATE leaf SET salt = x'00' WHERE leaf_index = 7", "entry 7 cannot be read"),
        ("UPDATE leaf SET hash = x'00' WHERE leaf_index = 7", "entry 7 cannot be read"),
        (
            "UPDATE leaf SET salt = NULL, act = NULL, hash = zeroblob(32) WHERE leaf_index = 7",
            "at least one was replaced",
        ),
        (
            "INSERT INTO leaf SELECT 12, hash, salt, act FROM leaf WHERE leaf_index = 3",
            "they part at act 12",
        ),
        (
            "INSERT INTO leaf SELECT 9223372036854775807, hash, salt, act FROM leaf \
             WHERE leaf_index = 3",
            "is damaged",
        ),
        ("UPDATE head SET checkpoint = ''", "the record's checkpoint does not hold"),
        ("DELETE FROM head", "is damaged"),
    ];
    for (sql, expected) in cases {
        let (scratch, file, _) = closed_record(12);
        rusqlite::Connection::open(&file)
            .expect("a database")
            .execute_batch(sql)
            .expect("good SQL");
        let error = open(&scratch.record()).expect_err(sql).to_string();
        assert!(error.contains(expected), "{sql}: {error}");
    }
}

#[test]
fn a_change_on_disk_while_the_record_is_open_gives_no_receipt() {
    let scratch = Scratch::new();
    let mut log = create(&scratch.record());
    log.append(acts(0..5)).expect("there is room");
    let other = rusqlite::Connection::open(scratch.record().join("record.sqlite")).expect("open");
    other.execute("UPDATE leaf SET act = x'00' WHERE leaf_index = 2", []).expect("good SQL");
    assert!(matches!(log.receipt(2), Err(LogError::Changed { index: 2 })));
    let replaced = Entry::new(common::salt(9), act(9));
    let content = replaced.content.expect("not forgotten");
    other
        .execute(
            "UPDATE leaf SET hash = ?1, salt = ?2, act = ?3 WHERE leaf_index = 3",
            (replaced.hash.0, content.salt.0, content.bytes),
        )
        .expect("good SQL");
    assert!(matches!(log.receipt(3), Err(LogError::Changed { index: 3 })));
    other.execute("DELETE FROM leaf WHERE leaf_index = 4", []).expect("good SQL");
    assert!(matches!(log.receipt(4), Err(LogError::Changed { index: 4 })));
    let result = log.append(acts(5..6));
    assert!(
        matches!(
            result,
            Err(LogError::Store(record::StoreError::SizeDiffers { expected: 5, found: 4 }))
        ),
        "{result:?}"
    );
    let store = SqliteStore::open_read_only(&scratch.record()).expect("beside the writer");
    assert!(audit(&store, key().verifier()).is_err());
    assert_eq!(store.head().expect("readable").size, 4);
}
