//! How much the record costs beside the database that keeps it, and how long opening takes.
//!
//! `append`: a batch of 1 or 64 acts of about 400 bytes through [`Log::append`] (salted leaf, root,
//! signature, one transaction), beside *bare* rusqlite committing the same bytes with the same
//! batching, both WAL and `synchronous=FULL`. `open`: a cold [`Log::open`] of 100,000 and 1,000,000
//! acts: every leaf hashed, the tree rebuilt, the root compared with the signed one.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use record::{Log, Salt, SigningKey, SqliteStore, first_checkpoint};
use rusqlite::Connection;

const ACT_BYTES: usize = 400;

fn key() -> SigningKey {
    SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name")
}

fn salt(number: u64) -> Salt {
    let mut bytes = [0xa5; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Salt(bytes)
}

fn act(number: u64) -> Vec<u8> {
    let mut bytes = format!("{{\"act\":{number},\"text\":\"").into_bytes();
    bytes.resize(ACT_BYTES, b'x');
    bytes
}

fn acts(first: u64, count: u64) -> Vec<(Salt, Vec<u8>)> {
    (first..first + count).map(|number| (salt(number), act(number))).collect()
}

/// An empty directory on the disk that the benchmark is about: `RECORD_BENCH_DIRECTORY`, or the
/// system's place for temporary files.
fn fresh(name: &str) -> PathBuf {
    let place =
        std::env::var_os("RECORD_BENCH_DIRECTORY").map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = place.join(format!("record-bench-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

fn create(directory: &Path) -> Log<SqliteStore> {
    let store = SqliteStore::create(directory, &first_checkpoint(&key())).expect("an empty place");
    Log::open(store, key()).expect("an empty record")
}

/// The least that a durable list of acts needs: one table, the same columns, the same settings.
fn bare(directory: &Path) -> Connection {
    std::fs::create_dir_all(directory).expect("writable");
    let connection = Connection::open(directory.join("bare.sqlite")).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE leaf (leaf_index INTEGER PRIMARY KEY, salt BLOB, act BLOB) STRICT;",
        )
        .expect("good SQL");
    connection
}

fn bare_append(connection: &mut Connection, first: u64, acts: &[(Salt, Vec<u8>)]) {
    let transaction = connection.transaction().expect("no other user");
    {
        let mut insert = transaction
            .prepare_cached("INSERT INTO leaf (leaf_index, salt, act) VALUES (?1, ?2, ?3)")
            .expect("good SQL");
        for (index, (salt, act)) in (first..).zip(acts) {
            insert.execute((index.cast_signed(), &salt.0[..], act)).expect("there is room");
        }
    }
    transaction.commit().expect("there is room");
}

/// The two lists side by side: each iteration appends to both and times one, so that whatever else
/// the machine and its disk are doing, they are doing it to both.
struct Pair {
    bare: Connection,
    log: Log<SqliteStore>,
    next: u64,
    directories: [PathBuf; 2],
}

impl Pair {
    fn new() -> Self {
        let directories = [fresh("bare"), fresh("log")];
        let (bare, log) = (bare(&directories[0]), create(&directories[1]));
        Self { bare, log, next: 0, directories }
    }

    /// Appends a batch to both and returns how long each took: bare, log.
    fn append(&mut self, batch: u64) -> (Duration, Duration) {
        let acts = acts(self.next, batch);
        let start = Instant::now();
        bare_append(&mut self.bare, self.next, &acts);
        let bare = start.elapsed();
        let start = Instant::now();
        black_box(self.log.append(acts).expect("there is room"));
        let log = start.elapsed();
        self.next += batch;
        (bare, log)
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for directory in &self.directories {
            let _ = std::fs::remove_dir_all(directory);
        }
    }
}

fn append(criterion: &mut Criterion) {
    for batch in [1, 64] {
        let mut group = criterion.benchmark_group(format!("append {batch}"));
        group.throughput(Throughput::Elements(batch)).measurement_time(Duration::from_secs(10));
        let mut pair = Pair::new();
        let mut ratios = Vec::new();
        group.bench_function("bare rusqlite, WAL, synchronous=FULL", |bencher| {
            bencher.iter_custom(|count| (0..count).map(|_| pair.append(batch).0).sum());
        });
        group.bench_function("record, WAL, synchronous=FULL", |bencher| {
            bencher.iter_custom(|count| {
                let mut time = |(bare, log): (Duration, Duration)| {
                    ratios.push(bare.as_secs_f64() / log.as_secs_f64());
                    log
                };
                (0..count).map(|_| time(pair.append(batch))).sum()
            });
        });
        ratios.sort_by(f64::total_cmp);
        if let Some(median) = ratios.get(ratios.len() / 2) {
            println!(
                "append {batch}: the record reaches {:.0}% of the rate of bare rusqlite (median of {} \
                 pairs)",
                100.0 * median,
                ratios.len()
            );
        }
    }
}

fn open(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("open");
    group.sample_size(10);
    for size in [100_000, 1_000_000] {
        let directory = fresh(&format!("open-{size}"));
        let mut log = create(&directory);
        for first in (0..size).step_by(10_000) {
            log.append(acts(first, 10_000)).expect("there is room");
        }
        drop(log);
        group.throughput(Throughput::Elements(size)).bench_function(
            format!("{size} acts"),
            |bencher| {
                bencher.iter(|| {
                    let store = SqliteStore::open(&directory).expect("our own record");
                    let log = Log::open(store, key()).expect("whole");
                    assert_eq!(black_box(log.size()), size);
                });
            },
        );
        std::fs::remove_dir_all(&directory).expect("ours");
    }
}

criterion_group!(benches, append, open);
criterion_main!(benches);
