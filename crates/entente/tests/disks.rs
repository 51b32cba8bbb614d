//! Disks that are full or refuse: an act is refused in a sentence or the process ends, and the
//! record that opens afterwards holds exactly the acts that were acknowledged.

mod running;

use record::{SqliteStore, Store};
use running::{CLERK, Line, Running, Scratch, complaint, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The keys of the acts in a record, and how many acts there are.
fn kept(data: &Path) -> (Vec<String>, usize) {
    let store = SqliteStore::open_read_only(data).expect("there is a record");
    let (mut keys, mut size) = (Vec::new(), 0);
    store
        .read(0..u64::MAX, &mut |_, entry| {
            let bytes = entry.content.expect("nothing was forgotten").bytes;
            let act: Value = serde_json::from_slice(&bytes).expect("an act is JSON");
            keys.extend(act["key"].as_str().map(str::to_owned));
            size += 1;
        })
        .expect("it reads");
    (keys, size)
}

fn check(data: &Path) {
    let output = run(&["record", "check", "--data", data.to_str().expect("a plain path")]);
    assert!(output.status.success(), "{}", complaint(&output));
}

/// An act of two thousand bytes, so that a small disk is full soon.
fn act(line: &mut Line, key: &str) -> std::io::Result<running::Reply> {
    let content = json!({ "circumstance": {
        "name": key, "holds": "unknown", "note": "a word or two. ".repeat(130) } });
    line.act(key, &json!({ "change": { "create": { "content": content } } }))
}

/// What a house did while its disk refused.
struct Done {
    acknowledged: Vec<String>,
    /// The keys refused with 503, and what was said of each.
    refused: Vec<(String, String)>,
    /// The key under way when the connection broke.
    broken: Option<String>,
}

/// Asks for acts until some have been refused, or the house is gone.
fn until_refused(house: &Running) -> Done {
    let mut line = house.signed_in(CLERK);
    let mut done = Done { acknowledged: Vec::new(), refused: Vec::new(), broken: None };
    for number in 0..4_000 {
        let key = format!("act-{number}");
        let Ok(reply) = act(&mut line, &key) else {
            done.broken = Some(key);
            return done;
        };
        match reply.status {
            201 => done.acknowledged.push(key),
            503 => {
                let said = reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
                done.refused.push((key, said));
            }
            status => panic!("{key}: {status} {}", reply.text()),
        }
        if done.refused.len() == 3 {
            break;
        }
    }
    done
}

/// The bytes that the log of a running record has: where the limit is put.
fn limit_above(data: &Path) -> u64 {
    drop(Running::start(data));
    let log = std::fs::metadata(data.join("record.sqlite-wal")).map_or(0, |file| file.len());
    let file = std::fs::metadata(data.join("record.sqlite")).expect("a record").len();
    // In blocks of 1,024 bytes, as the shell counts them here.
    log.max(file) / 1_024 + 100
}

#[test]
fn an_act_that_a_file_has_no_room_for_is_refused_and_a_restart_holds_what_was_acknowledged() {
    let scratch = Scratch::new();
    let data = scratch.path("data");
    let limit = limit_above(&data);
    // Where the signal is ignored, the write fails instead.
    let prepare = format!("trap '' XFSZ; ulimit -f {}", limit * 2);
    let mut house = Running::prepared(&prepare, &data);
    let done = until_refused(&house);
    assert!(house.lives(), "a failed write is an answer, not an end");
    assert_eq!(done.refused.len(), 3, "the limit was reached");
    assert!(
        done.refused[0].1.starts_with("the record could not be written, so nothing was changed"),
        "{}",
        done.refused[0].1
    );
    // Reading goes on, and shows none of what was refused.
    let mut line = house.signed_in(CLERK);
    let list = line.get("/api/v1/circumstances?limit=1").expect("the house answers");
    assert_eq!(list.status, 200, "{}", list.text());
    assert_eq!(house.kill(), "");
    check(&data);

    let house = Running::start(&data);
    let (keys, size) = kept(&data);
    let last = keys.len();
    assert!(last >= done.acknowledged.len(), "{last} kept");
    assert_eq!(keys[..done.acknowledged.len()], done.acknowledged);
    // At most the batch whose fate the disk left open, and that was said.
    let surplus: Vec<&String> = keys[done.acknowledged.len()..].iter().collect();
    assert!(surplus.len() <= 1, "{surplus:?}");
    let mut line = house.signed_in(CLERK);
    for (key, _) in &done.refused {
        let reply = act(&mut line, key).expect("the house answers");
        assert_eq!(reply.status, 201, "{key}: {}", reply.text());
    }
    let expected = size + done.refused.len() - surplus.len();
    assert_eq!(kept(&data).1, expected, "each was recorded once");
}

#[test]
fn a_process_that_the_system_ends_at_a_full_file_leaves_what_it_acknowledged() {
    let scratch = Scratch::new();
    let data = scratch.path("data");
    let limit = limit_above(&data);
    let house = Running::prepared(&format!("ulimit -c 0; ulimit -f {}", limit * 2), &data);
    let done = until_refused(&house);
    let broken = done.broken.expect("the system ends a process whose file is too long");
    drop(house);
    check(&data);
    let house = Running::start(&data);
    let (keys, _) = kept(&data);
    assert_eq!(keys[..done.acknowledged.len()], done.acknowledged);
    let surplus = &keys[done.acknowledged.len()..];
    assert!(surplus.is_empty() || surplus == [broken.clone()], "{surplus:?}");
    let mut line = house.signed_in(CLERK);
    assert_eq!(act(&mut line, &broken).expect("the house answers").status, 201);
    let (keys, _) = kept(&data);
    assert_eq!(keys.iter().filter(|key| **key == broken).count(), 1);
}

/// A file system of one megabyte, while it is held.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(path: PathBuf) -> Option<SmallDisk> {
        std::fs::create_dir(&path).expect("a new directory");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "entente-test"])
            .arg(&path)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(SmallDisk(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_refuses_acts_in_a_sentence_and_takes_them_once_there_is_room() {
    let scratch = Scratch::new();
    let Some(disk) = SmallDisk::mount(scratch.path("disk")) else {
        println!("skipped: a small disk can be mounted by root alone");
        return;
    };
    let data = disk.0.join("data");
    std::fs::write(disk.0.join("ballast"), vec![0; 200 << 10]).expect("there is room yet");
    let mut house = Running::start(&data);
    let done = until_refused(&house);
    assert_eq!(done.refused.len(), 3, "{} acts did not fill it", done.acknowledged.len());
    for (key, said) in &done.refused {
        assert!(said.contains("full") || said.contains("takes no acts"), "{key}: {said}");
    }
    assert!(house.lives());
    assert_eq!(kept(&data).0, done.acknowledged, "nothing of what was refused is there");

    std::fs::remove_file(disk.0.join("ballast")).expect("our own file");
    if !done.refused.iter().all(|(_, said)| said.contains("full")) {
        // The disk was in doubt: the house said that it must be started again.
        house.kill();
        house = Running::start(&data);
    }
    let mut line = house.signed_in(CLERK);
    for (key, _) in &done.refused {
        let reply = act(&mut line, key).expect("the house answers");
        assert_eq!(reply.status, 201, "{key}: {}", reply.text());
    }
    let mut expected = done.acknowledged.clone();
    expected.extend(done.refused.iter().map(|(key, _)| key.clone()));
    house.kill();
    check(&data);
    assert_eq!(kept(&data).0, expected);
}

#[test]
fn a_first_start_on_a_full_disk_says_so_and_the_next_begins_anew() {
    let scratch = Scratch::new();
    let Some(disk) = SmallDisk::mount(scratch.path("disk")) else {
        println!("skipped: a small disk can be mounted by root alone");
        return;
    };
    let data = disk.0.join("data");
    let ballast = disk.0.join("ballast");
    for free in [4, 16, 40, 60, 90, 120] {
        std::fs::write(&ballast, vec![0; (1_024 - free) << 10]).expect("there is room for it");
        let output = run(&["demo", "--port", "0", "--data", data.to_str().expect("plain")]);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(4), "{free} KB free: {said}");
        assert!(said.starts_with("entente: ") && !said.contains("panicked"), "{said}");
        std::fs::remove_file(&ballast).expect("our own file");
    }
    let house = Running::start(&data);
    assert!(kept(&data).1 > 100, "the whole example");
    house.kill();
    check(&data);
}
