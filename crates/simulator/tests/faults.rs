//! Houses whose disk fails: what was answered is what is there, before and after a restart.

use coalition::act::{Act, Change};
use coalition::content::Circumstance;
use coalition::{Content, Id};
use headquarters::{Ask, Done, House, NotDone};
use serde_json::{Value, json};
use simulator::faults::{Disk, Fault, found, founder};
use simulator::world::Dice;
use std::collections::{BTreeMap, BTreeSet};

fn change(name: &str) -> Value {
    json!({ "create": { "content": { "circumstance": { "name": name, "holds": "unknown" } } } })
}

fn command(key: &str) -> Ask {
    Ask::Command(json!({ "key": key, "change": change(key) }))
}

/// The circumstances that the founder sees, by name.
fn seen(house: &House) -> BTreeSet<String> {
    let view = house.view(Some(&founder()));
    view.all::<Circumstance>().map(|(_, said)| said.name.to_string()).collect()
}

/// The circumstances on the disk, by name; each must be there once.
fn kept(disk: &Disk) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for bytes in disk.acts() {
        let act = Act::decode(&bytes).expect("an act");
        if let Change::Create { content: Content::Circumstance(said), .. } = act.change {
            assert!(names.insert(said.name.to_string()), "{} is there twice", said.name);
        }
    }
    names
}

/// One life of a house: asks for acts, many at once, until it stops or enough were asked for.
struct Life<'a> {
    disk: &'a Disk,
    house: House,
    dice: &'a mut Dice,
    done: &'a mut BTreeMap<String, Done>,
    world: String,
}

impl Life<'_> {
    /// Asks for several acts without waiting, then hears each answer. Whether the house still
    /// takes acts.
    fn burst(&mut self, keys: &[String]) -> bool {
        let waiting: Vec<_> =
            keys.iter().map(|key| self.house.submit(Some(founder()), command(key))).collect();
        let mut takes = true;
        for (key, answer) in keys.iter().zip(waiting) {
            match answer.blocking_recv().expect("every submitter is answered") {
                Ok(done) => {
                    let before = self.done.insert(key.clone(), done.clone());
                    assert!(before.is_none_or(|before| before == done), "{}: {key}", self.world);
                }
                Err(NotDone::NotWritten(_)) => {}
                Err(NotDone::Stopped) => takes = false,
                Err(not_done @ (NotDone::Refused(_) | NotDone::Unsigned(_))) => {
                    panic!("{}: {key}: {not_done}", self.world)
                }
            }
        }
        // Everything answered is shown, and nothing else is: readers see what is durable.
        let answered: BTreeSet<String> = self.done.keys().cloned().collect();
        assert_eq!(seen(&self.house), answered, "{}: {:?}", self.world, self.disk.faults());
        takes
    }

    /// Several acts as one, in an import: none of them, or all.
    fn together(&mut self, keys: &[String]) {
        let asks = keys.iter().map(|key| (Some(founder()), command(key))).collect();
        let before = seen(&self.house).len();
        let answer = self.house.submit_and_wait(None, Ask::Together(asks));
        let after = seen(&self.house).len();
        assert_eq!(after - before, if answer.is_ok() { keys.len() } else { 0 }, "{}", self.world);
        if answer.is_ok() {
            let ask = |key: &String| {
                self.house.submit_and_wait(Some(founder()), command(key)).expect("done before")
            };
            let known: Vec<Done> = keys.iter().map(ask).collect();
            self.done.extend(keys.iter().cloned().zip(known));
        }
    }
}

#[test]
fn whatever_the_disk_does_the_record_holds_what_was_answered_and_a_retry_finds_it() {
    let mut faults = BTreeMap::new();
    for seed in 0..60 {
        let disk = Disk::new(seed);
        let mut dice = Dice::new(seed ^ 0x5eed);
        let mut done = BTreeMap::new();
        let mut asked: Vec<String> = Vec::new();
        found(&disk.open());
        for life in 0..4 {
            disk.fail_one_in(0);
            let world = format!("seed {seed}, life {life}");
            let house = disk.open();
            let mut life = Life { disk: &disk, house, dice: &mut dice, done: &mut done, world };
            // What the disk kept of a batch whose fate was open is answered now, as done.
            let open: Vec<String> =
                asked.iter().filter(|key| !life.done.contains_key(*key)).cloned().collect();
            let on_disk = kept(&disk);
            for key in &open {
                let answer = life.house.submit_and_wait(Some(founder()), command(key));
                life.done.insert(key.clone(), answer.expect("this disk does not fail"));
            }
            let fresh = open.iter().filter(|key| !on_disk.contains(*key)).count();
            assert_eq!(kept(&disk).len(), on_disk.len() + fresh, "{}", life.world);

            disk.fail_one_in(6);
            for burst in 0..12 {
                let count = 1 + life.dice.below(9);
                let name =
                    |number| format!("{}-{burst}-{number}", life.world.replace([' ', ','], ""));
                let keys: Vec<String> = (0..count).map(name).collect();
                if life.dice.one_in(4) {
                    life.together(&keys);
                    asked.extend(keys);
                    continue;
                }
                asked.extend(keys.iter().cloned());
                if !life.burst(&keys) {
                    break;
                }
            }
            drop(life);
            disk.check();
            let (on_disk, answered) = (kept(&disk), done.keys().cloned().collect::<BTreeSet<_>>());
            assert!(answered.is_subset(&on_disk), "seed {seed}: an acknowledged act is gone");
            // More is there only where the disk kept what it said it could not.
            let surplus = on_disk.difference(&answered).count();
            assert!(surplus == 0 || disk.faults().contains(&Fault::CommitKept), "seed {seed}");
        }
        for (position, bytes) in disk.acts().iter().enumerate() {
            let act = Act::decode(bytes).expect("an act");
            let Some(done) = act.key.as_ref().and_then(|key| done.get(key.as_str())) else {
                continue;
            };
            assert_eq!((done.position, &done.act), (position as u64, &act.id), "seed {seed}");
        }
        for fault in disk.faults() {
            *faults.entry(format!("{fault:?}")).or_insert(0) += 1;
        }
    }
    println!("faults: {faults:?}");
    assert_eq!(faults.len(), Fault::ALL.len(), "every fault was met: {faults:?}");
}

#[test]
fn an_import_that_is_refused_in_the_middle_leaves_nothing() {
    let disk = Disk::new(1);
    let house = disk.open();
    found(&house);
    let size = house.size();
    let import = |subject: &str| {
        let (at, subject) = (house.now(), Id::parse(subject).expect("an id"));
        let change = change(subject.as_str());
        (Some(founder()), Ask::Import { at, subject, change })
    };
    let twice = vec![import("one"), import("two"), import("one")];
    let refused = house.submit_and_wait(None, Ask::Together(twice));
    assert!(matches!(refused, Err(NotDone::Refused(_))), "{refused:?}");
    assert_eq!((house.size(), disk.acts().len()), (size, size));
    let nothing = house.submit_and_wait(None, Ask::Together(Vec::new()));
    assert!(matches!(nothing, Err(NotDone::Refused(_))), "{nothing:?}");
    let once = vec![import("one"), import("two")];
    let done = house.submit_and_wait(None, Ask::Together(once)).expect("now it fits");
    assert_eq!(done.position, size as u64 + 1);
    assert_eq!(seen(&house).len(), 2);
}
