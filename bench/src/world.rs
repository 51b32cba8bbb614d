//! The coalition that is measured: 35 parties and 500 commitments that hang on each other, made
//! act by act through the house, the same for the same seed.

use coalition::content::{Coalition, Role};
use coalition::decide::Founding;
use coalition::text::{Name, Text};
use coalition::{Id, Label};
use headquarters::{Ask, House, Kept, Settings};
use record::{MemoryStore, SigningKey, SqliteStore, Store, first_checkpoint};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many parties there are.
pub const PARTIES: usize = 35;
/// How many commitments.
pub const COMMITMENTS: usize = 500;
const RESOURCES: usize = 10;
const CIRCUMSTANCES: usize = 6;

/// The same random numbers for the same seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound as u64).expect("below a usize")
    }
}

/// A plain word as an id.
pub fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a short name")
}

/// The key of a measured record: nobody trusts it.
pub fn key() -> SigningKey {
    SigningKey::new("bench.example/record", [7; 32]).expect("a plain name")
}

/// A fresh directory on the disk that is measured: `BENCH_DIRECTORY`, or the system's temporary one.
pub fn directory(name: &str) -> PathBuf {
    let base = std::env::var_os("BENCH_DIRECTORY").map_or_else(std::env::temp_dir, PathBuf::from);
    let path = base.join(format!("entente-bench-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    path
}

/// A new, empty house; on disk where a directory is named, else in memory.
pub fn empty(directory: Option<&Path>) -> House {
    let first = first_checkpoint(&key());
    opened(match directory {
        Some(directory) => {
            Box::new(SqliteStore::create(directory, &first).expect("a new directory"))
        }
        None => Box::new(MemoryStore::create(&first)),
    })
}

/// A house in a new store.
pub fn opened(store: Box<dyn Store>) -> House {
    let settings = Settings::demonstration(Vec::new());
    House::open(Kept(store), key(), settings).expect("a new record opens")
}

/// The person who is seated by party number `party`.
pub fn person(party: usize) -> Id {
    id(&format!("head-{party}"))
}

fn founding(demonstration: bool) -> Founding {
    Founding {
        coalition: Coalition { name: name("Thirty-five"), note: Text::default(), demonstration },
        label: Label::Green,
        party: (Some(id("party-0")), name("Party number 0")),
        person: (Some(person(0)), name("Head of delegation 0")),
        role: Role::Head,
        link: None,
    }
}

fn condition(dice: &mut Dice, party: usize, resource: usize) -> String {
    let other = dice.below(RESOURCES);
    // Nobody waits for himself.
    let ally = (party + 1 + dice.below(PARTIES - 1)) % PARTIES;
    match dice.below(10) {
        0..4 => "always".to_owned(),
        4 => format!("when peace and c{}", dice.below(CIRCUMSTANCES)),
        5 => format!("when at least {} others contribute r{resource}", dice.below(10) + 2),
        6 => format!("when at least {} parties contribute r{other}", dice.below(10) + 2),
        7 => format!("when others commit at least {} r{resource}", (dice.below(40) + 1) * 250),
        8 => format!("when party-{ally} contributes r{other} or c{}", dice.below(CIRCUMSTANCES)),
        _ => format!(
            "when at least 2 of (c{}; party-{ally} contributes r{other}; peace)",
            dice.below(CIRCUMSTANCES),
        ),
    }
}

/// A commitment's content.
pub fn commitment(dice: &mut Dice, party: usize, number: usize) -> Value {
    let resource = dice.below(RESOURCES);
    let stage = ["announced", "committed", "allocated", "delivered"][dice.below(4)];
    let mut said = json!({
        "party": format!("party-{party}"),
        "resource": format!("r{resource}"),
        "amount": ((dice.below(40) + 1) * 50).to_string(),
        "condition": condition(dice, party, resource),
        "stage": stage,
        "note": format!("Promise number {number}, as it was said in the room."),
    });
    match dice.below(3) {
        0 => {}
        1 => said["from"] = format!("trigger+{}d", dice.below(12) * 30).into(),
        _ => said["until"] = format!("trigger+{}d", (12 + dice.below(12)) * 30).into(),
    }
    json!({ "commitment": said })
}

/// The steps that make the coalition, each with its author's party, subject and content.
fn steps(commitments: usize) -> Vec<(usize, String, Value)> {
    let mut dice = Dice(7);
    let mut steps = Vec::new();
    for party in 1..PARTIES {
        let standing = if party < 3 { "lead" } else { "member" };
        let (delegation, head) = (format!("party-{party}"), person(party).to_string());
        let named = |what: &str| format!("{what} {party}");
        let said = json!({ "party": { "name": named("Party number"), "standing": standing } });
        steps.push((0, delegation.clone(), said));
        steps.push((0, head.clone(), json!({ "person": { "name": named("Head of delegation") } })));
        let seat = json!({ "seat": { "person": head, "party": delegation, "role": "head" } });
        steps.push((0, format!("seat-{party}"), seat));
    }
    for number in 0..CIRCUMSTANCES {
        let holds = ["yes", "yes", "unknown"][dice.below(3)];
        let said = json!({ "name": format!("circumstance number {number}"), "holds": holds });
        steps.push((0, format!("c{number}"), json!({ "circumstance": said })));
    }
    let peace = json!({ "circumstance": { "name": "peace deal signed", "holds": "unknown" } });
    steps.push((0, "peace".into(), peace));
    for number in 0..RESOURCES {
        let said = json!({ "name": format!("resource number {number}"), "unit": "pieces" });
        steps.push((0, format!("r{number}"), json!({ "resource": said })));
    }
    let mut promised = [0; RESOURCES];
    for number in 0..commitments {
        let party = dice.below(PARTIES);
        let said = commitment(&mut dice, party, number);
        let inner = &said["commitment"];
        let resource = inner["resource"].as_str().and_then(|text| text[1..].parse::<usize>().ok());
        if inner.get("from").is_none() && inner.get("until").is_none() {
            promised[resource.expect("a number")] +=
                inner["amount"].as_str().and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        }
        steps.push((party, format!("k{number}"), said));
    }
    let window = json!({ "from": "trigger+0d", "until": "trigger+720d" });
    let needs: Vec<Value> = (0..RESOURCES)
        .map(|resource| {
            let mut need = window.clone();
            need["resource"] = format!("r{resource}").into();
            need["amount"] = (promised[resource] * 6 / 10).to_string().into();
            need
        })
        .collect();
    let guarantee =
        json!({ "name": "All ten", "trigger": "peace", "requires": "all", "needs": needs });
    steps.push((0, "guarantee".into(), json!({ "guarantee": guarantee })));
    steps
}

/// Founds the coalition in an empty house and fills it.
pub fn fill(house: &House) {
    fill_with(house, COMMITMENTS);
}

/// [`fill`], with so many commitments.
pub fn fill_with(house: &House, commitments: usize) {
    found_and_fill(house, commitments, true);
}

/// [`fill`], as a coalition that is no demonstration, in a house that is open for nobody yet.
pub fn fill_real(house: &House) {
    found_and_fill(house, COMMITMENTS, false);
}

fn found_and_fill(house: &House, commitments: usize, demonstration: bool) {
    let at = house.now();
    let found = (None, Ask::Found(Box::new(founding(demonstration)), at));
    let import = |(party, subject, content): (usize, String, Value)| {
        let change = json!({ "create": { "content": content, "marking": { "label": "GREEN" } } });
        (Some(person(party)), Ask::Import { at, subject: id(&subject), change })
    };
    let asks = std::iter::once(found).chain(steps(commitments).into_iter().map(import)).collect();
    house.submit_and_wait(None, Ask::Together(asks)).expect("the rules allow all of it");
}

/// The generated coalition in a house.
pub fn generated(directory: Option<&Path>) -> Arc<House> {
    let house = empty(directory);
    fill(&house);
    Arc::new(house)
}

/// The worked example in a house.
pub fn example() -> Arc<House> {
    let house = empty(None);
    let example = exchange::example::example();
    let mut asks = vec![(None, Ask::Found(Box::new(example.founding), example.at))];
    asks.extend(example.steps.into_iter().map(|step| {
        let ask = Ask::Import { at: step.at, subject: step.subject, change: step.change };
        (step.by.person, ask)
    }));
    house.submit_and_wait(None, Ask::Together(asks)).expect("the example is admitted");
    Arc::new(house)
}
