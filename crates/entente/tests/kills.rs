//! The house killed under load, at random moments: whatever it had acknowledged is in the record
//! that opens next, and nothing that it had signed is contradicted.
//!
//! `ENTENTE_KILLS` says how often it is killed; without it, 25 times.

#![expect(
    clippy::disallowed_methods,
    reason = "the moment of a kill is drawn by lot: here the clock is the event"
)]

mod running;

use record::{Entry, Receipt, SqliteStore, Store, Tree, VerifierKey};
use running::{BENEFICIARY, CLERK, DELEGATE, Dice, Line, Running, Scratch, act, checked, entries};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// An act that was asked for, and the answer if one came.
struct Sent {
    persona: usize,
    key: String,
    command: Value,
    answer: Option<Value>,
}

/// What one client did until the house was gone.
#[derive(Default)]
struct Told {
    sent: Vec<Sent>,
    receipts: Vec<Receipt>,
}

/// Somebody's act of some kind, told apart by `name`.
fn command(persona: usize, name: &str) -> Value {
    let content = match persona {
        DELEGATE => json!({ "commitment": {
            "party": "EE", "resource": "reassurance-soldiers", "amount": "5", "stage": "announced",
            "condition": "always", "note": name } }),
        BENEFICIARY => json!({ "need": {
            "party": "UA", "resource": "reassurance-soldiers", "amount": "7",
            "from": "2026-01-01", "until": "2027-01-01", "note": name } }),
        _ => json!({ "circumstance": { "name": name, "holds": "unknown" } }),
    };
    json!({ "change": { "create": { "content": content } } })
}

/// Asks for acts, one after the other, until the house is gone.
fn load(address: SocketAddr, persona: usize, name: &str, begun: &AtomicBool) -> Told {
    let mut told = Told::default();
    let Ok(mut line) = Line::open(address) else { return told };
    if line.sign_in(persona).is_err() {
        return told;
    }
    for number in 0.. {
        let key = format!("{name}-{number}");
        let command = command(persona, &key);
        let answer = line.act(&key, &command);
        let gone = answer.is_err();
        begun.store(true, Ordering::Relaxed);
        let answer = answer.ok().map(|reply| {
            assert_eq!(reply.status, 201, "{key}: {}", reply.text());
            reply.json()
        });
        let position = answer.as_ref().map(|answer| answer["position"].clone());
        told.sent.push(Sent { persona, key, command, answer });
        if gone {
            break;
        }
        if number % 4 == 3 {
            let position = position.expect("it was answered");
            match line.get(&format!("/api/v1/record/receipts/{position}")) {
                Ok(reply) => {
                    told.receipts.push(Receipt::from_json(&reply.body).expect("a receipt"));
                }
                Err(_) => break,
            }
        }
    }
    told
}

/// Every acknowledged act is at its place, said once, as it was asked for.
fn assert_kept(found: &[Entry], sent: &[Sent], world: &str) {
    let acts: Vec<Value> = found.iter().map(act).collect();
    for sent in sent {
        let kept: Vec<usize> = (0..acts.len()).filter(|at| acts[*at]["key"] == *sent.key).collect();
        assert!(kept.len() <= 1, "{world}: {} is in the record {} times", sent.key, kept.len());
        let Some(answer) = &sent.answer else { continue };
        let position = answer["position"].as_u64().expect("a place");
        assert_eq!(kept, [usize::try_from(position).expect("small")], "{world}: {}", sent.key);
        let kept = &acts[kept[0]];
        assert_eq!(kept["id"], answer["act"], "{world}: {}", sent.key);
        assert_eq!(kept["subject"], answer["subject"], "{world}: {}", sent.key);
        let asked = sent.command["change"]["create"]["content"].as_object().expect("an object");
        for (kind, said) in asked {
            for (field, value) in said.as_object().expect("an object") {
                let stored = &kept["change"]["create"]["content"][kind][field];
                assert_eq!(stored, value, "{world}: {} {field}", sent.key);
            }
        }
    }
}

/// Every receipt that left the house holds still: its act, byte for byte, and its checkpoint.
fn assert_signed(found: &[Entry], receipts: &[Receipt], key: &VerifierKey, world: &str) {
    let mut tree = Tree::default();
    found.iter().for_each(|entry| tree.push(entry.hash));
    for receipt in receipts {
        let verified = receipt.verify(key).unwrap_or_else(|error| panic!("{world}: {error}"));
        let head = verified.checkpoint.head();
        let root = tree.root_at(head.size);
        assert_eq!(root, Ok(head.root), "{world}: the record as it was with {} acts", head.size);
        let entry = &found[usize::try_from(verified.index).expect("small")];
        let content = entry.content.as_ref().expect("nothing was forgotten");
        assert!(content.bytes == receipt.act(), "{world}: act {} has other bytes", verified.index);
    }
}

/// Asks once more for what was asked before: the first answer comes where there was one.
fn retry(house: &Running, sent: &mut [Sent], world: &str) {
    for persona in [CLERK, DELEGATE, BENEFICIARY] {
        let mut line = house.signed_in(persona);
        for sent in sent.iter_mut().filter(|sent| sent.persona == persona) {
            let reply = line.act(&sent.key, &sent.command).expect("the house answers");
            assert_eq!(reply.status, 201, "{world}: {} {}", sent.key, reply.text());
            let answer = reply.json();
            if let Some(first) = &sent.answer {
                assert_eq!(answer, *first, "{world}: {} was answered differently", sent.key);
            }
            sent.answer = Some(answer);
        }
    }
}

fn kills() -> u64 {
    let asked = std::env::var("ENTENTE_KILLS").ok();
    asked.map_or(25, |asked| asked.parse().expect("ENTENTE_KILLS is a number"))
}

#[test]
fn a_house_killed_under_load_keeps_every_act_that_it_acknowledged() {
    let (scratch, seed) = (Scratch::new(), 20_251_104);
    let data = scratch.path("data");
    let mut dice = Dice(seed);
    let mut last: Vec<Sent> = Vec::new();
    let mut before: Vec<Entry> = Vec::new();
    let (mut acknowledged, mut unanswered, mut in_record) = (0, 0, 0);
    for round in 0..kills() {
        let moment = Duration::from_micros(dice.below(120_000));
        let world = format!("seed {seed}, round {round}, killed after {moment:?}");
        let house = Running::start(&data);
        if round > 0 {
            assert_eq!(entries(&data), before, "{world}: starting changed the record");
        }
        retry(&house, &mut last, &world);

        let begun = Arc::new(AtomicBool::new(false));
        let personas = [CLERK, DELEGATE, BENEFICIARY, CLERK];
        let clients: Vec<_> = (0..)
            .zip(personas)
            .map(|(client, persona)| {
                let (address, name) = (house.address, format!("r{round}-c{client}"));
                let begun = Arc::clone(&begun);
                std::thread::spawn(move || load(address, persona, &name, &begun))
            })
            .collect();
        while !begun.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(moment);
        let complaint = house.kill();
        assert_eq!(complaint, "", "{world}");
        let told: Vec<Told> =
            clients.into_iter().map(|client| client.join().expect("a client")).collect();

        let found = entries(&data);
        let key = checked(&data, &world);
        assert!(found.starts_with(&before), "{world}: what was there before has changed");
        assert_kept(&found, &last, &world);
        last.clear();
        for told in told {
            assert_kept(&found, &told.sent, &world);
            assert_signed(&found, &told.receipts, &key, &world);
            acknowledged += told.sent.iter().filter(|sent| sent.answer.is_some()).count();
            // The last answered and the one in flight are asked for once more.
            let keep = told.sent.len().saturating_sub(2);
            last.extend(told.sent.into_iter().skip(keep));
        }
        let kept: Vec<Value> = found.iter().map(|entry| act(entry)["key"].clone()).collect();
        let open = last.iter().filter(|sent| sent.answer.is_none());
        let (kept, lost): (Vec<_>, Vec<_>) =
            open.partition(|sent| kept.contains(&sent.key.clone().into()));
        unanswered += kept.len() + lost.len();
        in_record += kept.len();
        before = found;
    }
    println!(
        "{} kills: {acknowledged} acknowledged acts, all kept; of {unanswered} in flight {in_record} were kept",
        kills()
    );
    assert!(acknowledged > 100, "the house lived long enough to mean something: {acknowledged}");
}

#[test]
fn a_first_start_killed_at_any_moment_is_whole_at_the_next() {
    let (whole, seed) = (Scratch::new(), 20_251_126);
    let start = Instant::now();
    drop(Running::start(&whole.path("data")));
    let takes = u64::try_from(start.elapsed().as_micros()).expect("less than centuries");
    let whole = entries(&whole.path("data")).len();
    let mut dice = Dice(seed);
    let mut cut_short = 0;
    for round in 0..kills() {
        let scratch = Scratch::new();
        let data = scratch.path("data");
        let moment = Duration::from_micros(dice.below(takes * 3 / 2));
        let mut child = Running::spawn("", &data);
        std::thread::sleep(moment);
        child.kill().expect("it ran until now");
        child.wait().expect("killed");
        let found = SqliteStore::open_read_only(&data)
            .and_then(|store| store.head())
            .map_or(0, |head| head.size);
        cut_short += u32::from(found == 0);
        assert!(found == 0 || found == whole as u64, "round {round}: {found} of {whole} acts");
        drop(Running::start(&data));
        let world =
            format!("seed {seed}, round {round}, killed after {moment:?} with {found} acts");
        checked(&data, &world);
        assert_eq!(entries(&data).len(), whole, "{world}");
    }
    println!("{} first starts killed, {cut_short} of them before there was an act", kills());
}
