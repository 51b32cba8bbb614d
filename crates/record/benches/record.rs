//! How much the record costs beside the database that keeps it, and how long opening takes.
//!
//! `append`: a batch of 1 or 64 acts of about 400 bytes through [`Log::append`] (salted leaf, root,
//! signature, one transaction), beside *bare* rusqlite committing the same bytes with the same
//! batching, both WAL and `synchronous=FULL`. `open`: a cold [`Log::open`] of 100,000 and 1,000,000
//! acts: every leaf hashed, the tree rebuilt, the root compared with the signed one.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
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

fn append(criterion: &mut Criterion) {
    for batch in [1, 64] {
        let mut group = criterion.benchmark_group(format!("append {batch}"));
        group.throughput(Throughput::Elements(batch)).measurement_time(Duration::from_secs(8));
        let directory = fresh("bare");
        let mut connection = bare(&directory);
        let mut next = 0;
        group.bench_function("bare rusqlite, WAL, synchronous=FULL", |bencher| {
            bencher.iter_batched(
                || {
                    next += batch;
                    (next - batch, acts(next - batch, batch))
                },
                |(first, acts)| bare_append(&mut connection, first, &acts),
                BatchSize::SmallInput,
            );
        });
        drop(connection);
        std::fs::remove_dir_all(&directory).expect("ours");

        let directory = fresh("log");
        let mut log = create(&directory);
        let mut next = 0;
        group.bench_function("record, WAL, synchronous=FULL", |bencher| {
            bencher.iter_batched(
                || {
                    next += batch;
                    acts(next - batch, batch)
                },
                |acts| log.append(acts).expect("there is room"),
                BatchSize::SmallInput,
            );
        });
        drop(log);
        std::fs::remove_dir_all(&directory).expect("ours");
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
