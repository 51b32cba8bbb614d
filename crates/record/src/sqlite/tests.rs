//! What only this store can go through: other people's files, full disks, failed commits.

use std::fs;

use super::*;
use crate::desk::{Desk, Move};
use crate::key::SigningKey;
use crate::log::{Log, audit, first_checkpoint};

#[path = "../../tests/common/scratch.rs"]
mod scratch;
use scratch::Scratch;

fn key() -> SigningKey {
    SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name")
}

fn created(scratch: &Scratch) -> SqliteStore {
    SqliteStore::create(&scratch.record(), &first_checkpoint(&key())).expect("an empty place")
}

fn entries(count: u8) -> Vec<Entry> {
    (0..count).map(|number| Entry::new(Salt([number; 32]), vec![number; 3000])).collect()
}

/// The sentence with which the record at `scratch` is refused.
fn refusal(scratch: &Scratch) -> String {
    let directory = scratch.record();
    let sentence = SqliteStore::open(&directory).expect_err("it must be refused").to_string();
    sentence.replace(&scratch.path().display().to_string(), "")
}

/// Runs SQL on the record's file as any other program could.
fn meddle(scratch: &Scratch, sql: &str) {
    let connection = Connection::open(file(&scratch.record())).expect("a database");
    connection.execute_batch(sql).expect("good SQL");
}

#[test]
fn durability_is_stated_and_read_back() {
    let scratch = Scratch::new();
    drop(created(&scratch));
    let store = SqliteStore::open(&scratch.record()).expect("our own record");
    let read = |pragma: &str| {
        store.connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).expect("set")
    };
    assert_eq!(read("synchronous"), 2, "FULL");
    let journal: String = store
        .connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .expect("readable");
    assert_eq!(journal, "wal");
}

#[test]
fn a_database_that_cannot_be_made_durable_is_refused() {
    let connection = Connection::open_in_memory().expect("memory");
    let error = make_durable(&connection).expect_err("memory has no write-ahead log");
    assert_eq!(error.to_string(), "the database stays at journal_mode=memory instead of wal");
}

#[test]
fn where_there_is_no_record_one_sentence_says_so() {
    let scratch = Scratch::new();
    assert_eq!(
        refusal(&scratch),
        "there is no record in /record: create one first, or name the right directory"
    );
    assert!(!scratch.record().exists(), "looking for a record makes nothing");
}

#[test]
fn a_record_is_never_overwritten() {
    let scratch = Scratch::new();
    drop(created(&scratch));
    let again = SqliteStore::create(&scratch.record(), &first_checkpoint(&key()));
    assert!(matches!(again, Err(StoreError::AlreadyThere { .. })), "{again:?}");
    meddle(&scratch, "PRAGMA user_version = 7");
    let again = SqliteStore::create(&scratch.record(), &first_checkpoint(&key()));
    assert!(matches!(again, Err(StoreError::AlreadyThere { .. })), "{again:?}");
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let scratch = Scratch::new();
    let first = created(&scratch);
    assert_eq!(
        refusal(&scratch),
        "the record in /record is in use by another process: stop that one first"
    );
    drop(first);
    SqliteStore::open(&scratch.record()).expect("nobody holds it now");
}

#[test]
fn readers_read_beside_the_writer_and_write_nothing() {
    let scratch = Scratch::new();
    let mut writer = created(&scratch);
    let mut reader = SqliteStore::open_read_only(&scratch.record()).expect("reading needs no lock");
    writer.append(0, &entries(2), "two").expect("there is room");
    assert_eq!(reader.head().expect("readable").size, 2);
    let mut found = Vec::new();
    reader.read(0..9, &mut |_, entry| found.push(entry)).expect("readable");
    assert_eq!(found, entries(2));
    let refused = reader.append(2, &entries(1), "three");
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
}

#[test]
fn a_newer_record_is_named_as_such() {
    let scratch = Scratch::new();
    drop(created(&scratch));
    meddle(&scratch, "PRAGMA user_version = 3");
    assert_eq!(
        refusal(&scratch),
        "the record in /record has version 3, and this program reads version 2: use the newer \
         program"
    );
}

#[test]
fn a_record_without_a_desk_gets_one_when_it_is_opened_for_writing() {
    let scratch = Scratch::new();
    drop(created(&scratch));
    meddle(&scratch, "DROP TABLE desk; PRAGMA user_version = 1");
    let directory = scratch.record();
    let read_only = SqliteStore::open_read_only(&directory).expect("readers take it as it is");
    assert_eq!(read_only.head().expect("readable").size, 0);
    drop(read_only);
    drop(SqliteStore::open(&directory).expect("an older record of ours"));
    let (_store, desk) = (
        SqliteStore::open(&directory).expect("up to date"),
        Desk::open(&directory).expect("there"),
    );
    assert_eq!(desk.all("anything").expect("readable"), []);
}

#[test]
fn what_lies_on_the_desk_is_there_after_a_restart_and_no_part_of_the_record() {
    let scratch = Scratch::new();
    let store = created(&scratch);
    let desk = Desk::open(&scratch.record()).expect("a desk");
    desk.put("one", b"b", b"first").expect("writable");
    desk.put("one", b"a", b"second").expect("writable");
    desk.put("other", b"a", b"third").expect("writable");
    desk.put("one", b"b", b"fourth").expect("writable");
    desk.remove("one", b"never").expect("nothing to do");
    assert_eq!(store.head().expect("readable").size, 0);
    drop((desk, store));
    let _store = SqliteStore::open(&scratch.record()).expect("our own record");
    let desk = Desk::open(&scratch.record()).expect("a desk");
    let lies = |drawer| desk.all(drawer).expect("readable");
    assert_eq!(
        lies("one"),
        [(b"a".to_vec(), b"second".to_vec()), (b"b".to_vec(), b"fourth".to_vec())]
    );
    desk.remove("one", b"a").expect("writable");
    assert_eq!(lies("one").len() + lies("other").len(), 2);
}

#[test]
fn what_was_wiped_from_the_desk_is_in_none_of_the_files() {
    let scratch = Scratch::new();
    let mut log = Log::open(created(&scratch), key()).expect("a new record");
    let desk = Desk::open(&scratch.record()).expect("a desk");
    let holds = |words: &str| {
        let files = std::fs::read_dir(scratch.record()).expect("a directory");
        files.filter_map(Result::ok).any(|file| {
            let bytes = std::fs::read(file.path()).expect("readable");
            bytes.windows(words.len()).any(|part| part == words.as_bytes())
        })
    };
    let filler = "x".repeat(20_000);
    for turn in 0..5_u8 {
        let notes = format!("first draft, by Estonia{turn} {filler}");
        desk.put("notes", b"talks anna", notes.as_bytes()).expect("writable");
        log.append(vec![(Salt([turn; 32]), vec![turn])]).expect("each waits for the other");
    }
    assert!(holds("by Estonia4"), "it lies there as long as it is wanted");
    desk.remove("notes", b"talks anna").expect("writable");
    desk.wipe().expect("nobody reads just now");
    for turn in 0..5 {
        assert!(!holds(&format!("by Estonia{turn}")), "version {turn} is still there");
    }
    assert_eq!(log.size(), 5);
}

#[test]
fn changes_made_together_are_all_made_or_none() {
    let scratch = Scratch::new();
    let _store = created(&scratch);
    let desk = Desk::open(&scratch.record()).expect("a desk");
    let put = |drawer, name: &[u8]| Move::Put(drawer, name.to_vec(), b"value".to_vec());
    desk.together(&[put("mail", b"a"), put("mail", b"b"), put("round", b"all")]).expect("writable");
    desk.together(&[Move::Remove("mail", b"a".to_vec()), put("mail", b"c")]).expect("writable");
    let names = |drawer| -> Vec<Vec<u8>> {
        desk.all(drawer).expect("readable").into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names("mail"), [b"b", b"c"]);
    // The third of these is refused by the database.
    meddle(
        &scratch,
        "CREATE TRIGGER no BEFORE INSERT ON desk WHEN new.name = x'62616421' \
         BEGIN SELECT raise(ABORT, 'no'); END",
    );
    let refused = [Move::Remove("mail", b"b".to_vec()), put("mail", b"d"), put("round", b"bad!")];
    desk.together(&refused).expect_err("the database refuses it");
    assert_eq!(
        (names("mail"), names("round")),
        (vec![b"b".to_vec(), b"c".to_vec()], vec![b"all".to_vec()])
    );
    desk.put("mail", b"e", b"value").expect("no transaction was left open");
}

#[test]
fn acts_and_the_desk_are_written_at_once_by_two_threads() {
    let scratch = Scratch::new();
    let mut log = Log::open(created(&scratch), key()).expect("a new record");
    let desk = Desk::open(&scratch.record()).expect("a desk");
    let writing = std::thread::spawn(move || {
        for number in 0..50_u8 {
            desk.put("sessions", &[number], b"somebody").expect("each waits for the other");
        }
        desk
    });
    for number in 0..50_u8 {
        log.append(vec![(Salt([number; 32]), vec![number])]).expect("each waits for the other");
    }
    let desk = writing.join().expect("it does not panic");
    assert_eq!((log.size(), desk.all("sessions").expect("readable").len()), (50, 50));
}

/// Puts something at the record's place.
type Preparation = fn(&Scratch);

#[test]
fn what_is_not_a_record_is_refused_and_left_alone() {
    let cases: [(&str, Preparation); 6] = [
        ("it is not an SQLite database", |scratch| {
            fs::write(file(&scratch.record()), "not a database, and long enough to be sure\n")
                .expect("writable");
        }),
        ("it belongs to another program", |scratch| meddle(scratch, "CREATE TABLE theirs (a)")),
        ("it belongs to another program", |scratch| meddle(scratch, "PRAGMA application_id = 7")),
        ("its tables are not those of a record", |scratch| {
            drop(created(scratch));
            meddle(scratch, "CREATE TABLE more (a)");
        }),
        ("its tables are not those of a record", |scratch| {
            drop(created(scratch));
            meddle(scratch, "CREATE TRIGGER t AFTER INSERT ON leaf BEGIN DELETE FROM leaf; END");
        }),
        ("its tables are not those of a record", |scratch| {
            drop(created(scratch));
            meddle(scratch, "DROP TABLE leaf");
        }),
    ];
    for (reason, prepare) in cases {
        let scratch = Scratch::new();
        fs::create_dir_all(scratch.record()).expect("writable");
        prepare(&scratch);
        let before = fs::read(file(&scratch.record())).expect("there");
        let expected = format!(
            "/record/record.sqlite is not a record: {reason}; choose another directory, or restore \
             a backup"
        );
        assert_eq!(refusal(&scratch), expected);
        let created = SqliteStore::create(&scratch.record(), &first_checkpoint(&key()));
        assert!(
            matches!(created, Err(StoreError::NotOurs { .. } | StoreError::AlreadyThere { .. })),
            "{created:?}"
        );
        assert!(fs::read(file(&scratch.record())).expect("there") == before, "{reason}");
    }
}

#[test]
fn a_creation_that_was_cut_short_can_be_done_again() {
    for cut in ["", "PRAGMA journal_mode = wal"] {
        let scratch = Scratch::new();
        fs::create_dir_all(scratch.record()).expect("writable");
        meddle(&scratch, cut);
        File::options().append(true).create(true).open(file(&scratch.record())).expect("writable");
        assert_eq!(
            refusal(&scratch),
            "the record in /record was never finished being created: create it again"
        );
        let store = created(&scratch);
        assert_eq!(store.head().expect("readable").size, 0);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path()).expect("writable");
    fs::write(scratch.record(), "a file where the directory should be").expect("writable");
    let error = SqliteStore::create(&scratch.record(), &first_checkpoint(&key()))
        .expect_err("a file is no directory");
    assert!(matches!(error, StoreError::NotWritable { .. }), "{error:?}");
    assert!(error.to_string().contains("/record cannot be written: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_directory_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    drop(created(&scratch));
    fs::remove_file(scratch.record().join("record.lock")).expect("ours");
    fs::set_permissions(scratch.record(), fs::Permissions::from_mode(0o500)).expect("ours");
    let is_superuser = fs::write(scratch.record().join("probe"), "").is_ok();
    let opened = SqliteStore::open(&scratch.record());
    fs::set_permissions(scratch.record(), fs::Permissions::from_mode(0o700)).expect("ours");
    if is_superuser {
        println!("skipped: permissions do not bind the superuser, who runs this test");
        return;
    }
    let error = opened.expect_err("no lock can be made there");
    assert!(error.to_string().contains("/record cannot be written: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_new_records_directory_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    drop(created(&scratch));
    let mode = fs::metadata(scratch.record()).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_full_disk_refuses_the_batch_and_keeps_the_record() {
    let scratch = Scratch::new();
    let mut log = Log::open(created(&scratch), key()).expect("an empty record");
    let act = |number: u8| (Salt([number; 32]), vec![number; 3000]);
    let before = log.append((0..5).map(act).collect()).expect("there is room");
    let mut store = log.into_store();
    let pages: i64 = store
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .expect("readable");
    store.connection.pragma_update(None, "max_page_count", pages + 1).expect("settable");
    let size = store.head().expect("readable").size;
    let refused = store.append(size, &entries(9), "more").expect_err("the disk is full");
    assert!(matches!(refused, StoreError::Full), "{refused:?}");
    assert_eq!(store.follow().size(), 5, "nobody was told of more");
    assert_eq!(audit(&store, key().verifier()).expect("whole").checkpoint, before);
    // Room was made: the same store goes on.
    store.connection.pragma_update(None, "max_page_count", pages + 1000).expect("settable");
    let mut log = Log::open(store, key()).expect("whole");
    log.append((5..14).map(act).collect()).expect("there is room");
    drop(log);
    let store = SqliteStore::open(&scratch.record()).expect("our own record");
    assert_eq!(audit(&store, key().verifier()).expect("whole").tree.size(), 14);
}

#[test]
fn after_a_failed_commit_every_further_act_is_refused() {
    let scratch = Scratch::new();
    let mut log = Log::open(created(&scratch), key()).expect("an empty record");
    let before = log.append(vec![(Salt([1; 32]), b"first".to_vec())]).expect("there is room");
    let mut store = log.into_store();
    // A promise that each insert breaks and that SQLite checks at the commit, not before.
    store
        .connection
        .execute_batch(
            "PRAGMA foreign_keys = ON;
             CREATE TEMP TABLE promised (a INTEGER PRIMARY KEY);
             CREATE TEMP TABLE owed (a REFERENCES promised (a) DEFERRABLE INITIALLY DEFERRED);
             CREATE TEMP TRIGGER break_it AFTER INSERT ON main.leaf
             BEGIN INSERT INTO owed VALUES (1); END;",
        )
        .expect("good SQL");
    let follower = store.follow();
    let failed = store.append(1, &entries(1), "two").expect_err("the commit fails");
    assert!(matches!(failed, StoreError::CommitFailed(_)), "{failed:?}");
    assert!(failed.to_string().ends_with("the process must stop"), "{failed}");
    store.connection.execute_batch("DROP TRIGGER break_it").expect("good SQL");
    for _ in 0..2 {
        let refused = store.append(1, &entries(1), "two").expect_err("stopped");
        assert!(matches!(refused, StoreError::Stopped), "{refused:?}");
    }
    assert_eq!(follower.size(), 1, "nobody was told of more");
    drop(store);
    let store = SqliteStore::open(&scratch.record()).expect("our own record");
    assert_eq!(audit(&store, key().verifier()).expect("whole").checkpoint, before);
}
