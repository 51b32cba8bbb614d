//! What the tests share: a key, acts, salts, and directories that are removed afterwards.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

mod scratch;

use record::{Entry, Log, LogError, MemoryStore, Salt, SigningKey, SqliteStore, first_checkpoint};
#[allow(unused_imports, reason = "each test binary uses its own part of this")]
pub use scratch::Scratch;
use std::path::Path;

pub fn key() -> SigningKey {
    SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name")
}

pub fn salt(number: u64) -> Salt {
    let mut bytes = [0xa5; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Salt(bytes)
}

/// Act `number`: the same wherever it is asked for, and like no other.
pub fn act(number: u64) -> Vec<u8> {
    format!("{{\"act\":{number},\"said\":\"oui – ja – так\"}}").into_bytes()
}

pub fn acts(range: std::ops::Range<u64>) -> Vec<(Salt, Vec<u8>)> {
    range.map(|number| (salt(number), act(number))).collect()
}

pub fn entries(range: std::ops::Range<u64>) -> Vec<Entry> {
    acts(range).into_iter().map(|(salt, act)| Entry::new(salt, act)).collect()
}

pub fn memory_log(size: u64) -> Log<MemoryStore> {
    let store = MemoryStore::create(&first_checkpoint(&key()));
    let mut log = Log::open(store, key()).expect("an empty record");
    log.append(acts(0..size)).expect("memory has room");
    log
}

/// A stream of numbers from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A new record in an empty place.
pub fn create(directory: &Path) -> Log<SqliteStore> {
    let store = SqliteStore::create(directory, &first_checkpoint(&key())).expect("an empty place");
    Log::open(store, key()).expect("an empty record")
}

/// Opens and reads the record as a restarted house would.
pub fn open(directory: &Path) -> Result<Vec<Entry>, LogError> {
    let log = Log::open(SqliteStore::open(directory)?, key())?;
    let mut found = Vec::new();
    log.read(0..u64::MAX, &mut |_, entry| found.push(entry))?;
    Ok(found)
}
