//! Every single-byte change of a stored act, salt, hash or checkpoint, and of a receipt, is noticed.

mod common;

use std::ops::Range;

use common::{act, entries, key, memory_log, salt};
use proptest::prelude::*;
use record::{
    Checkpoint, Entry, Follower, Head, Log, LogError, MemoryStore, Receipt, ReceiptError, Store,
    StoreError, StoredHead, Tree, audit, first_checkpoint,
};
use serde::{Deserialize, Serialize};

/// Every other value of every byte.
fn every_change(bytes: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> + '_ {
    (0..bytes.len()).flat_map(move |place| {
        (1..=255).map(move |mask: u8| {
            let mut changed = bytes.to_vec();
            changed[place] ^= mask;
            (place, changed)
        })
    })
}

/// A store as somebody with the disk in his hands would have it: any entries, any checkpoint.
#[derive(Clone)]
struct Tampered {
    entries: Vec<Entry>,
    checkpoint: String,
}

impl Tampered {
    fn genuine(size: u64) -> Self {
        let checkpoint = memory_log(size).checkpoint().text().to_owned();
        Self { entries: entries(0..size), checkpoint }
    }

    fn check(&self) -> Result<(), LogError> {
        audit(self, key().verifier()).map(|_| ())
    }
}

impl Store for Tampered {
    fn append(&mut self, _: u64, _: &[Entry], _: &str) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        for (index, entry) in (0..).zip(&self.entries).filter(|(index, _)| range.contains(index)) {
            visit(index, entry.clone());
        }
        Ok(())
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        let size = u64::try_from(self.entries.len()).expect("small");
        Ok(StoredHead { size, checkpoint: self.checkpoint.clone() })
    }

    fn follow(&self) -> Follower {
        MemoryStore::create(&first_checkpoint(&key())).follow()
    }
}

fn bytes_of(entry: &mut Entry) -> &mut Vec<u8> {
    &mut entry.content.as_mut().expect("not forgotten").bytes
}

#[test]
fn the_genuine_record_passes() {
    for size in [0, 1, 2, 3, 7, 8, 100] {
        Tampered::genuine(size).check().expect("nothing was changed");
    }
}

#[test]
fn every_changed_byte_of_a_stored_act_salt_or_hash_is_found_at_its_place() {
    let genuine = Tampered::genuine(2);
    for index in 0..2 {
        let place = usize::try_from(index).expect("small");
        let entry = genuine.entries[place].clone();
        let content = entry.content.clone().expect("not forgotten");
        let acts = every_change(&content.bytes).map(|(_, bytes)| {
            let mut changed = entry.clone();
            *bytes_of(&mut changed) = bytes;
            changed
        });
        let salts = every_change(&content.salt.0).map(|(_, bytes)| {
            let mut changed = entry.clone();
            changed.content.as_mut().expect("not forgotten").salt.0 =
                bytes.try_into().expect("32 bytes");
            changed
        });
        let hashes = every_change(&entry.hash.0).map(|(_, bytes)| {
            let mut changed = entry.clone();
            changed.hash.0 = bytes.try_into().expect("32 bytes");
            changed
        });
        for changed in acts.chain(salts).chain(hashes) {
            let mut tampered = genuine.clone();
            tampered.entries[place] = changed;
            let result = tampered.check();
            assert!(matches!(result, Err(LogError::Changed { index: at }) if at == index));
        }
    }
}

#[test]
fn every_changed_byte_of_the_stored_checkpoint_is_found() {
    let genuine = Tampered::genuine(5);
    for (place, changed) in every_change(genuine.checkpoint.as_bytes()) {
        // A store hands text over: bytes that are none do not come so far.
        let Ok(checkpoint) = String::from_utf8(changed) else { continue };
        let result = Tampered { checkpoint, ..genuine.clone() }.check();
        assert!(matches!(result, Err(LogError::Checkpoint(_))), "byte {place}: {result:?}");
    }
}

type Tampering = fn(&mut Vec<Entry>);

#[test]
fn a_record_that_was_cut_grown_or_shuffled_is_refused() {
    let genuine = Tampered::genuine(6);
    let cases: [(&str, Tampering); 8] = [
        ("last act cut off", |entries| drop(entries.pop())),
        ("first act cut off", |entries| drop(entries.remove(0))),
        ("an act added", |entries| entries.push(Entry::new(salt(9), act(9)))),
        ("an act twice", |entries| entries[1] = entries[0].clone()),
        ("two acts exchanged", |entries| entries.swap(2, 3)),
        ("an act replaced with its hash", |entries| entries[4] = Entry::new(salt(9), act(9))),
        ("an act moved to the end", |entries| entries.rotate_left(1)),
        ("no act left", Vec::clear),
    ];
    for (what, tamper) in cases {
        let mut tampered = genuine.clone();
        tamper(&mut tampered.entries);
        let result = tampered.check();
        assert!(
            matches!(result, Err(LogError::Size { .. } | LogError::Root { .. })),
            "{what}: {result:?}"
        );
    }
}

#[test]
fn a_cut_record_says_where_it_was_cut() {
    let mut tampered = Tampered::genuine(6);
    tampered.entries.truncate(4);
    let error = tampered.check().expect_err("two acts are missing");
    assert_eq!(
        error.to_string(),
        "the checkpoint covers 6 acts and the record holds 4: they part at act 4; restore a backup"
    );
}

#[test]
fn an_older_checkpoint_of_the_same_record_is_refused() {
    let older = Tampered::genuine(5).checkpoint;
    let tampered = Tampered { checkpoint: older, ..Tampered::genuine(6) };
    assert!(matches!(tampered.check(), Err(LogError::Size { signed: 5, found: 6, index: 5 })));
}

#[test]
fn forgetting_an_act_keeps_the_record_whole() {
    let mut store = Tampered::genuine(6);
    store.entries[2].content = None;
    let audited = audit(&store, key().verifier()).expect("the hash is still there");
    assert_eq!(audited.forgotten, 1);
    let log = Log::open(store, key()).expect("the hash is still there");
    assert!(matches!(log.receipt(2), Err(LogError::Forgotten { index: 2 })));
    log.receipt(3).expect("its neighbour").verify(key().verifier()).expect("still proved");
}

/// Whether anything about this text is believed.
fn is_believed(json: &[u8]) -> Result<(), ReceiptError> {
    Receipt::from_json(json)?.verify(key().verifier()).map(|_| ())
}

#[test]
fn every_changed_byte_of_a_receipt_is_found() {
    let receipt = memory_log(7).receipt(3).expect("there is such an act");
    let json = receipt.to_json().into_bytes();
    is_believed(&json).expect("nothing was changed");
    for (place, changed) in every_change(&json) {
        assert!(is_believed(&changed).is_err(), "byte {place}: {}", changed.escape_ascii());
    }
}

#[test]
fn every_lost_doubled_or_exchanged_byte_of_a_receipt_is_found() {
    let receipt = memory_log(7).receipt(5).expect("there is such an act");
    let json = receipt.to_json().into_bytes();
    for place in 0..json.len() {
        let mut lost = json.clone();
        lost.remove(place);
        let mut doubled = json.clone();
        doubled.insert(place, json[place]);
        let mut exchanged = json.clone();
        exchanged.swap(place, (place + 1) % json.len());
        for changed in [lost, doubled, exchanged, json[..place].to_vec()] {
            let is_the_same = changed == json;
            let result = is_believed(&changed);
            assert!(result.is_err() || is_the_same, "byte {place}: {}", changed.escape_ascii());
        }
    }
}

/// The receipt's parts, to change one and write the rest again in the one exact form: so that the
/// change is not found by its form, but must be found by its meaning.
#[derive(Clone, Serialize, Deserialize)]
struct Parts {
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act_base64: Option<String>,
    salt: record::Salt,
    index: u64,
    proof: Vec<record::Hash>,
    checkpoint: String,
}

impl Parts {
    fn genuine(size: u64, index: u64) -> Self {
        let receipt = memory_log(size).receipt(index).expect("there is such an act");
        serde_json::from_str(&receipt.to_json()).expect("our own text")
    }

    fn check(&self) -> Result<(), ReceiptError> {
        let json = serde_json::to_string_pretty(self).expect("plain values") + "\n";
        let receipt = Receipt::from_json(json.as_bytes()).expect("in exact form");
        receipt.verify(key().verifier()).map(|_| ())
    }
}

#[test]
fn every_changed_byte_of_a_receipts_meaning_is_found() {
    let genuine = Parts::genuine(5, 2);
    genuine.check().expect("nothing was changed");
    let not_included = |what: &str, parts: &Parts| {
        let result = parts.check();
        assert!(matches!(result, Err(ReceiptError::NotIncluded(_))), "{what}: {result:?}");
    };
    for (place, changed) in every_change(genuine.act.as_deref().expect("text").as_bytes()) {
        let Ok(act) = String::from_utf8(changed) else { continue };
        let parts = Parts { act: Some(act), ..genuine.clone() };
        not_included(&format!("byte {place} of the act"), &parts);
    }
    for (place, changed) in every_change(&genuine.salt.0) {
        let salt = record::Salt(changed.try_into().expect("32 bytes"));
        not_included(&format!("byte {place} of the salt"), &Parts { salt, ..genuine.clone() });
    }
    for at in 0..genuine.proof.len() {
        for (place, changed) in every_change(&genuine.proof[at].0) {
            let mut parts = genuine.clone();
            parts.proof[at].0 = changed.try_into().expect("32 bytes");
            not_included(&format!("byte {place} of hash {at}"), &parts);
        }
    }
    for index in (0..64).map(|bit| 2 ^ (1 << bit)).chain([u64::MAX]) {
        not_included(&format!("index {index}"), &Parts { index, ..genuine.clone() });
    }
    for (place, changed) in every_change(genuine.checkpoint.as_bytes()) {
        let Ok(checkpoint) = String::from_utf8(changed) else { continue };
        let result = Parts { checkpoint, ..genuine.clone() }.check();
        assert!(matches!(result, Err(ReceiptError::Checkpoint(_))), "byte {place}: {result:?}");
    }
}

#[test]
fn an_act_that_is_not_text_is_guarded_too() {
    let mut log =
        Log::open(MemoryStore::create(&first_checkpoint(&key())), key()).expect("an empty record");
    log.append(vec![(salt(1), b"\xff\xfe\x00\x80".to_vec())]).expect("memory has room");
    let json = log.receipt(0).expect("there is such an act").to_json();
    assert!(json.contains("\"act_base64\": \"//4AgA==\""), "{json}");
    is_believed(json.as_bytes()).expect("nothing was changed");
    for (place, changed) in every_change(json.as_bytes()) {
        assert!(is_believed(&changed).is_err(), "byte {place}: {}", changed.escape_ascii());
    }
}

#[test]
fn a_receipt_under_another_records_checkpoint_is_refused() {
    let genuine = Parts::genuine(11, 9);
    let other_key = record::SigningKey::new("elsewhere.example", [9; 32]).expect("a good name");
    let head = Head { size: 11, root: Tree::default().root() };
    for checkpoint in [
        Checkpoint::sign(head, &other_key).text().to_owned(),
        Parts::genuine(10, 9).checkpoint,
        Parts::genuine(12, 9).checkpoint,
        String::new(),
    ] {
        assert!(Parts { checkpoint, ..genuine.clone() }.check().is_err());
    }
}

#[test]
fn a_receipt_says_in_a_sentence_what_does_not_match() {
    let genuine = Parts::genuine(2, 0);
    let sentence = |parts: &Parts| parts.check().expect_err("it was changed").to_string();
    assert_eq!(
        sentence(&Parts { act: Some("{}".to_owned()), ..genuine.clone() }),
        "the act is not in the record at this place: act, salt, index or proof was changed (the \
         proof does not lead to the root of the tree)"
    );
    assert_eq!(
        sentence(&Parts { index: 2, ..genuine.clone() }),
        "the act is not in the record at this place: act, salt, index or proof was changed (leaf 2 \
         is not in a tree of 2 leaves)"
    );
    let checkpoint = genuine.checkpoint.replacen("\n2\n", "\n3\n", 1);
    assert_eq!(
        sentence(&Parts { checkpoint, ..genuine }),
        "the receipt's checkpoint does not hold: the signature on the checkpoint does not match its \
         text: one of them was changed"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_of_receipts_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(is_believed(&bytes).is_err());
    }

    #[test]
    fn no_damage_to_a_receipt_is_believed(
        size in 1..40_u64, at in any::<u64>(), cut in any::<(usize, usize)>(),
        patch in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let json = memory_log(size).receipt(at % size).expect("there is such an act").to_json();
        let from = cut.0 % json.len();
        let until = (from + cut.1 % 8).min(json.len());
        let mut damaged = json.clone().into_bytes();
        damaged.splice(from..until, patch);
        prop_assert_eq!(is_believed(&damaged).is_ok(), damaged == json.as_bytes());
    }

    /// Any act at all, in a record of any small size: its receipt holds, and gives back its bytes.
    #[test]
    fn every_act_has_a_receipt_that_holds(
        acts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..40),
    ) {
        let store = MemoryStore::create(&first_checkpoint(&key()));
        let mut log = Log::open(store, key()).expect("an empty record");
        let salted = (0..).zip(&acts).map(|(number, act)| (salt(number), act.clone())).collect();
        log.append(salted).expect("memory has room");
        for (index, act) in (0..).zip(&acts) {
            let json = log.receipt(index).expect("there is such an act").to_json();
            let receipt = Receipt::from_json(json.as_bytes()).expect("our own text");
            prop_assert_eq!(receipt.act(), &act[..]);
            prop_assert_eq!(receipt.verify(key().verifier()).expect("it holds").index, index);
        }
    }
}
