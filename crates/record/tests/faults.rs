//! Files torn and garbled, writes that fail: the record that opens afterwards holds every acknowledged
//! act, or is refused in a sentence. Never fewer in silence.

mod common;

use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;

use common::{Numbers, Scratch, act, acts, create, entries, key, open};
use record::{Entry, LogError, SqliteStore, Store, audit};

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
