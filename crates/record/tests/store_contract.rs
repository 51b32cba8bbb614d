//! One contract, every store. Each test here is one sentence of the contract in `store.rs`, and runs
//! against each store that there is.

mod common;

use std::collections::BTreeMap;
use std::ops::Range;
use std::thread;
use std::time::Duration;

use common::{Scratch, acts, entries, key};
use proptest::prelude::*;
use record::{
    Checkpoint, Entry, Hash, Head, Log, LogError, MemoryStore, SqliteStore, Store, StoreError,
    StoredHead, audit, first_checkpoint, verify_consistency,
};

/// A kind of store under test.
trait Kind {
    type Store: Store;
    fn create(&self) -> Self::Store;
    /// Closes the store and opens what it left behind.
    fn reopen(&self, store: Self::Store) -> Self::Store;
}

struct InMemory;

impl Kind for InMemory {
    type Store = MemoryStore;
    fn create(&self) -> MemoryStore {
        MemoryStore::create(&first_checkpoint(&key()))
    }
    /// Memory leaves nothing behind: what is there stays there.
    fn reopen(&self, store: MemoryStore) -> MemoryStore {
        store
    }
}

struct OnDisk(Scratch);

impl Kind for OnDisk {
    type Store = SqliteStore;
    fn create(&self) -> SqliteStore {
        SqliteStore::create(&self.0.record(), &first_checkpoint(&key())).expect("an empty place")
    }
    fn reopen(&self, store: SqliteStore) -> SqliteStore {
        drop(store);
        SqliteStore::open(&self.0.record()).expect("our own record")
    }
}

struct Boxed(Scratch);

impl Kind for Boxed {
    type Store = Box<dyn Store>;
    fn create(&self) -> Box<dyn Store> {
        let first = first_checkpoint(&key());
        Box::new(SqliteStore::create(&self.0.record(), &first).expect("an empty place"))
    }
    fn reopen(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        drop(store);
        Box::new(SqliteStore::open(&self.0.record()).expect("our own record"))
    }
}

macro_rules! every_store {
    ($($sentence:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $sentence() { super::$sentence(&super::InMemory); })*
        }
        mod sqlite {
            $(#[test] fn $sentence() {
                super::$sentence(&super::OnDisk(super::Scratch::new()));
            })*
        }
        mod boxed {
            $(#[test] fn $sentence() {
                super::$sentence(&super::Boxed(super::Scratch::new()));
            })*
        }
    };
}

every_store!(
    a_new_store_is_empty_under_its_first_checkpoint,
    what_was_appended_is_read_back_the_same_also_after_reopening,
    a_range_is_visited_in_order_as_far_as_there_are_entries,
    an_append_at_another_size_changes_nothing,
    an_append_without_entries_replaces_the_checkpoint_alone,
    a_forgotten_entry_keeps_its_hash,
    entries_of_every_length_are_kept,
    followers_learn_of_growth_and_only_of_growth,
    a_follower_outlives_its_store,
    any_history_reads_back_as_it_was_written,
    a_log_goes_on_where_it_stopped,
    a_log_appends_all_of_a_batch_or_nothing,
    every_checkpoint_continues_the_one_before,
    a_log_opens_under_its_own_key_only,
);

fn read(store: &impl Store, range: Range<u64>) -> Vec<(u64, Entry)> {
    let mut found = Vec::new();
    store.read(range, &mut |index, entry| found.push((index, entry))).expect("readable");
    found
}

fn head(size: u64, checkpoint: &str) -> StoredHead {
    StoredHead { size, checkpoint: checkpoint.to_owned() }
}

fn a_new_store_is_empty_under_its_first_checkpoint(kind: &impl Kind) {
    let store = kind.reopen(kind.create());
    let first = first_checkpoint(&key());
    assert_eq!(store.head().expect("readable"), head(0, first.text()));
    assert_eq!(read(&store, 0..u64::MAX), []);
    assert_eq!(store.follow().size(), 0);
}

fn what_was_appended_is_read_back_the_same_also_after_reopening(kind: &impl Kind) {
    let mut store = kind.create();
    store.append(0, &entries(0..3), "three").expect("at size 0");
    store.append(3, &entries(3..4), "four").expect("at size 3");
    let expected: Vec<_> = (0..).zip(entries(0..4)).collect();
    assert_eq!(read(&store, 0..4), expected);
    let store = kind.reopen(store);
    assert_eq!(read(&store, 0..4), expected);
    assert_eq!(store.head().expect("readable"), head(4, "four"));
    assert_eq!(store.follow().size(), 4);
}

fn a_range_is_visited_in_order_as_far_as_there_are_entries(kind: &impl Kind) {
    let mut store = kind.create();
    store.append(0, &entries(0..9), "nine").expect("at size 0");
    let all: Vec<_> = (0..).zip(entries(0..9)).collect();
    for start in 0..=9 {
        for end in start..=9 {
            assert_eq!(read(&store, start as u64..end as u64), all[start..end]);
        }
    }
    assert_eq!(read(&store, 7..u64::MAX), all[7..]);
    for empty in [9..10, 10..20, u64::MAX - 1..u64::MAX, 5..5] {
        assert_eq!(read(&store, empty), []);
    }
    #[expect(clippy::reversed_empty_ranges, reason = "a range that runs backwards is the point")]
    let backwards = 5..3;
    assert_eq!(read(&store, backwards), []);
}

fn an_append_at_another_size_changes_nothing(kind: &impl Kind) {
    let mut store = kind.create();
    store.append(0, &entries(0..2), "two").expect("at size 0");
    for wrong in [0, 1, 3, u64::MAX] {
        let result = store.append(wrong, &entries(5..7), "wrong");
        assert!(
            matches!(result, Err(StoreError::SizeDiffers { expected, found: 2 }) if expected == wrong),
            "{result:?}"
        );
    }
    store.append(2, &entries(2..3), "three").expect("a refused append is not the end");
    let store = kind.reopen(store);
    assert_eq!(read(&store, 0..9), (0..).zip(entries(0..3)).collect::<Vec<_>>());
    assert_eq!(store.head().expect("readable"), head(3, "three"));
}

fn an_append_without_entries_replaces_the_checkpoint_alone(kind: &impl Kind) {
    let mut store = kind.create();
    store.append(0, &entries(0..2), "two").expect("at size 0");
    store.append(2, &[], "two, witnessed").expect("at size 2");
    let store = kind.reopen(store);
    assert_eq!(store.head().expect("readable"), head(2, "two, witnessed"));
}

fn a_forgotten_entry_keeps_its_hash(kind: &impl Kind) {
    let mut store = kind.create();
    let mut batch = entries(0..3);
    batch[1].content = None;
    store.append(0, &batch, "three").expect("at size 0");
    let store = kind.reopen(store);
    assert_eq!(read(&store, 1..2), [(1, Entry { hash: batch[1].hash, content: None })]);
}

fn entries_of_every_length_are_kept(kind: &impl Kind) {
    let mut store = kind.create();
    let salt = common::salt(1);
    // Around a page of the database, and the longest act there is.
    let lengths = [0, 1, 2, 3900, 4095, 4096, 4097, 70_000, record::ACT_BYTES_MAX];
    let batch: Vec<_> =
        lengths.iter().map(|length| Entry::new(salt, vec![0xff; *length])).collect();
    store.append(0, &batch, "many").expect("at size 0");
    let store = kind.reopen(store);
    let found: Vec<_> = read(&store, 0..99).into_iter().map(|(_, entry)| entry).collect();
    assert!(found == batch, "an entry came back changed");
}

fn followers_learn_of_growth_and_only_of_growth(kind: &impl Kind) {
    let mut store = kind.create();
    let follower = store.follow();
    assert_eq!(follower.wait(0, Duration::ZERO), 0, "nothing has grown");
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..4_u64)
            .map(|after| {
                let follower = follower.clone();
                // Patience enough for the slowest machine: the test waits for the event.
                scope.spawn(move || (after, follower.wait(after, Duration::from_mins(10))))
            })
            .collect();
        for size in 0..4 {
            store.append(size, &entries(size..size + 1), "more").expect("in turn");
            store.append(99, &entries(0..1), "wrong").expect_err("at another size");
        }
        for thread in waiting {
            let (after, size) = thread.join().expect("no panic");
            assert!(size > after && size <= 4, "waited for more than {after}, woke at {size}");
        }
    });
    assert_eq!(follower.wait(3, Duration::from_mins(10)), 4, "what has grown is known at once");
    assert_eq!(follower.wait(4, Duration::from_millis(1)), 4, "patience runs out");
}

fn a_follower_outlives_its_store(kind: &impl Kind) {
    let mut store = kind.create();
    store.append(0, &entries(0..2), "two").expect("at size 0");
    let follower = store.follow();
    drop(store);
    assert_eq!(follower.size(), 2);
}

/// A small model beside the store: batches of any size, at the right and at wrong sizes, with
/// forgotten entries among them, and reopening at any time.
fn any_history_reads_back_as_it_was_written(kind: &impl Kind) {
    let mut numbers = common::Numbers(7);
    let mut store = kind.create();
    let mut model: BTreeMap<u64, Entry> = BTreeMap::new();
    let mut checkpoint = first_checkpoint(&key()).text().to_owned();
    for step in 0..200 {
        let size = u64::try_from(model.len()).expect("small");
        let mut batch = entries(size..size + numbers.below(5));
        for entry in &mut batch {
            if numbers.below(4) == 0 {
                entry.content = None;
            }
        }
        let expected = size + numbers.below(8) / 7;
        let text = format!("checkpoint {step}");
        let result = store.append(expected, &batch, &text);
        assert_eq!(result.is_ok(), expected == size, "step {step}: {result:?}");
        if expected == size {
            model.extend((size..).zip(batch));
            checkpoint = text;
        }
        if numbers.below(20) == 0 {
            store = kind.reopen(store);
        }
        let size = u64::try_from(model.len()).expect("small");
        assert_eq!(store.head().expect("readable"), head(size, &checkpoint), "step {step}");
        assert_eq!(store.follow().size(), size, "step {step}");
    }
    assert!(model.len() > 200, "the history is long enough to mean something");
    assert_eq!(read(&store, 0..u64::MAX), model.into_iter().collect::<Vec<_>>());
}

fn a_log_goes_on_where_it_stopped(kind: &impl Kind) {
    let mut store = kind.create();
    let mut size = 0;
    for batch in [1, 2, 64, 1, 7] {
        let mut log = Log::open(store, key()).expect("our own record");
        assert_eq!(log.size(), size);
        let checkpoint = log.append(acts(size..size + batch)).expect("there is room");
        size += batch;
        assert_eq!(checkpoint.head(), Head { size, root: log.tree().root() });
        assert_eq!(checkpoint.head(), common::memory_log(size).checkpoint().head());
        assert_eq!(log.checkpoint(), &checkpoint);
        let last = log.receipt(size - 1).expect("the last act");
        assert_eq!(last.act(), common::act(size - 1));
        assert_eq!(last.verify(log.verifier()).expect("it holds").checkpoint, checkpoint);
        store = kind.reopen(log.into_store());
    }
    assert_eq!(audit(&store, key().verifier()).expect("whole").tree.size(), size);
}

fn a_log_appends_all_of_a_batch_or_nothing(kind: &impl Kind) {
    let mut log = Log::open(kind.create(), key()).expect("an empty record");
    log.append(acts(0..3)).expect("there is room");
    let before = log.checkpoint().clone();
    let mut batch = acts(3..6);
    batch[2].1 = vec![0; record::ACT_BYTES_MAX + 1];
    assert!(matches!(log.append(batch), Err(LogError::TooLong { .. })));
    assert_eq!(log.append(Vec::new()).expect("nothing to do"), before);
    assert_eq!((log.size(), log.checkpoint()), (3, &before));
    assert!(matches!(log.receipt(3), Err(LogError::Outside(_))));
    assert!(matches!(log.receipt(u64::MAX), Err(LogError::Outside(_))));
    let store = kind.reopen(log.into_store());
    assert_eq!(audit(&store, key().verifier()).expect("whole").checkpoint, before);
}

fn every_checkpoint_continues_the_one_before(kind: &impl Kind) {
    let mut log = Log::open(kind.create(), key()).expect("an empty record");
    let mut heads = vec![log.checkpoint().head()];
    for batch in [1, 1, 3, 8, 2] {
        let size = log.size();
        heads.push(log.append(acts(size..size + batch)).expect("there is room").head());
    }
    for (place, old) in heads.iter().enumerate() {
        for new in &heads[place..] {
            let proof = log.consistency(old.size, new.size).expect("both were signed");
            let result = verify_consistency(old.size, new.size, &old.root, &new.root, &proof);
            assert_eq!(result, Ok(()), "{} to {}", old.size, new.size);
        }
    }
    assert!(matches!(log.consistency(3, 99), Err(LogError::Outside(_))));
}

fn a_log_opens_under_its_own_key_only(kind: &impl Kind) {
    let mut log = Log::open(kind.create(), key()).expect("an empty record");
    log.append(acts(0..3)).expect("there is room");
    let store = kind.reopen(log.into_store());
    let namesake = record::SigningKey::new(key().verifier().name(), [1; 32]).expect("a good name");
    let other = record::SigningKey::new("elsewhere.example", [42; 32]).expect("a good name");
    for wrong in [namesake, other] {
        let error = audit(&store, wrong.verifier()).expect_err("another key");
        assert!(error.to_string().ends_with("give the key of this record"), "{error}");
    }
    Log::open(store, key()).expect("a refused key leaves the record as it was");
}

#[test]
fn a_checkpoint_that_was_not_signed_is_not_opened() {
    let mut store = InMemory.create();
    let lie = Head { size: 3, root: Hash([0; 32]) };
    let liar = record::SigningKey::new(key().verifier().name(), [1; 32]).expect("a good name");
    store.append(0, &entries(0..3), Checkpoint::sign(lie, &liar).text()).expect("at size 0");
    assert!(matches!(Log::open(store, key()), Err(LogError::Checkpoint(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// However acts are cut into batches, the record is the same.
    #[test]
    fn the_batching_of_acts_leaves_no_trace(batches in prop::collection::vec(0..9_u64, 0..12)) {
        let mut log = Log::open(InMemory.create(), key()).expect("an empty record");
        for batch in batches {
            let size = log.size();
            log.append(acts(size..size + batch)).expect("memory has room");
        }
        let at_once = common::memory_log(log.size());
        prop_assert_eq!(log.checkpoint(), at_once.checkpoint());
    }
}
