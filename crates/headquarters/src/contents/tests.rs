//! The vault on a real folder beside a real record: what is kept, what is thrown away, and what a
//! destroyed key leaves behind.

use super::intake::NotKept;
use super::shelf::tests::Scratch;
use super::sniff::Unfit;
use super::*;
use record::{SigningKey, SqliteStore, first_checkpoint};
use std::fs;
use std::path::Path;

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// A place for notes, keys and what comes in.
pub(super) struct Place {
    pub(super) scratch: Scratch,
    _store: SqliteStore,
    pub(super) desk: Arc<Desk>,
}

impl Place {
    pub(super) fn new(name: &str) -> Place {
        let scratch = Scratch::new(name);
        let key = SigningKey::new("contents.example/record", [7; 32]).unwrap();
        let store = SqliteStore::create(&scratch.0, &first_checkpoint(&key)).unwrap();
        let desk = Arc::new(Desk::open(&scratch.0).unwrap());
        Place { scratch, _store: store, desk }
    }

    fn open(&self, kept: &[&str]) -> Vault {
        let kept = kept.iter().map(|version| id(version)).collect();
        let folder = Contents::Folder(self.scratch.0.join("contents"));
        Vault::open(folder, Some(Arc::clone(&self.desk)), &kept, &|| [9; 32]).unwrap()
    }
}

pub(super) fn take(
    vault: &Vault,
    version: &str,
    key: Key,
    content: &[u8],
) -> Result<Version, NotKept> {
    let mut intake = Intake::begin(vault, id(version), key, 1 << 20)?;
    for part in content.chunks(1_000) {
        intake.take(part)?;
    }
    Ok(intake.finish("paper.txt")?.version)
}

pub(super) fn content(vault: &Vault, version: &Version) -> Option<Vec<u8>> {
    let mut opener = vault.open_content(version).unwrap()?;
    let mut content = Vec::new();
    while let Some(piece) = opener.piece().unwrap() {
        content.extend(piece);
    }
    Some(content)
}

/// Whether any file below a directory holds these bytes.
fn holds(directory: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes)
    })
}

#[test]
fn what_is_taken_in_outlasts_the_house_and_lies_sealed() {
    let place = Place::new("kept");
    let text = "What was said behind the door. ".repeat(5_000);
    let version = take(&place.open(&[]), "v1", [1; 32], text.as_bytes()).unwrap();
    assert_eq!((version.bytes, version.name.as_str()), (155_000, "paper.txt"));
    assert_eq!(Some(&version), version_of(id("v1"), "paper.txt", text.as_bytes()).as_ref());
    assert!(!holds(&place.scratch.0, b"behind the door"), "nothing of it lies open");
    let again = place.open(&["v1"]);
    assert_eq!(content(&again, &version).unwrap(), text.as_bytes());
}

#[test]
fn what_the_record_does_not_speak_of_is_thrown_away_at_the_next_start() {
    let place = Place::new("orphans");
    let vault = place.open(&[]);
    let first = take(&vault, "v1", [1; 32], b"recorded").unwrap();
    take(&vault, "v2", [2; 32], b"not recorded").unwrap();
    let rough = vault.shelf.begin("half").unwrap();
    assert_eq!(vault.count(), (2, 2));
    // As a killed process leaves it: sealed bytes without a key, and what was on its way.
    std::mem::forget(rough);
    fs::write(place.scratch.0.join("contents/sealed/keyless"), b"x").unwrap();
    let again = place.open(&["v1", "never-was"]);
    assert_eq!(again.count(), (1, 1));
    assert_eq!(content(&again, &first).unwrap(), b"recorded");
    assert_eq!(fs::read_dir(place.scratch.0.join("contents/incoming")).unwrap().count(), 0);
}

#[test]
fn of_a_destroyed_key_no_byte_is_left_in_the_database() {
    let place = Place::new("destroyed");
    let vault = place.open(&[]);
    let key: Key = std::array::from_fn(|at| u8::try_from(at * 7 % 251).unwrap() ^ 0x5a);
    let others = take(&vault, "other", [2; 32], b"another paper").unwrap();
    let version = take(&vault, "v1", key, b"to be destroyed").unwrap();
    assert!(holds(&place.scratch.0, &key), "it lies on the desk");
    let copy = fs::read_dir(place.scratch.0.join("contents/sealed")).unwrap().count();
    assert_eq!(copy, 2);
    vault.destroy(&version.id).unwrap();
    assert!(!holds(&place.scratch.0, &key), "neither in the database nor in its log");
    assert_eq!((content(&vault, &version), vault.count()), (None, (1, 1)));
    assert_eq!(content(&vault, &others).unwrap(), b"another paper");
    vault.destroy(&version.id).unwrap();
}

#[test]
fn what_is_too_long_or_unfit_leaves_nothing() {
    let place = Place::new("refused");
    let vault = place.open(&[]);
    let long = vec![b'a'; (1 << 20) + 1];
    assert!(
        matches!(take(&vault, "v1", [1; 32], &long), Err(NotKept::TooLong(most)) if most == 1 << 20)
    );
    let markup = take(&vault, "v2", [1; 32], b"<svg/>");
    assert!(matches!(markup, Err(NotKept::Unfit(Unfit::Markup))));
    assert_eq!(vault.count(), (0, 0));
    assert_eq!(fs::read_dir(place.scratch.0.join("contents/incoming")).unwrap().count(), 0);
    assert!(take(&vault, "v3", [1; 32], &long[1..]).is_ok(), "the longest that is taken");
}

#[test]
fn a_file_that_was_changed_where_it_lies_is_not_served() {
    let place = Place::new("changed");
    let vault = place.open(&[]);
    let version = take(&vault, "v1", [1; 32], &[b'a'; 100_000]).unwrap();
    let sealed = fs::read_dir(place.scratch.0.join("contents/sealed")).unwrap();
    let path = sealed.map(|entry| entry.unwrap().path()).next().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[70_000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let mut opener = vault.open_content(&version).unwrap().unwrap();
    assert!(opener.piece().is_ok(), "the first piece is as it was");
    assert!(opener.piece().is_err());
}

#[test]
fn one_person_sends_two_files_at_once_and_all_together_sixteen() {
    let place = Place::new("places");
    let vault = place.open(&[]);
    let own: Vec<UnderWay> = (0..3).filter_map(|_| vault.admit(&id("anna"))).collect();
    assert_eq!(own.len(), 2);
    let others: Vec<UnderWay> =
        (0..40).filter_map(|number| vault.admit(&id(&format!("p{number}")))).collect();
    assert_eq!(others.len(), 14);
    drop(own);
    assert!(vault.admit(&id("anna")).is_some());
}
