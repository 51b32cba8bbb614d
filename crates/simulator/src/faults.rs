//! A disk that fails when its dice say so, under a house that does not know it.

use crate::world::Dice;
use coalition::content::{Coalition, Role};
use coalition::decide::Founding;
use coalition::text::{Name, Text};
use coalition::{Id, Label};
use headquarters::{Ask, House, Kept, Settings};
use record::{Entry, Follower, MemoryStore, SigningKey, Store, StoreError, StoredHead};
use record::{Log, first_checkpoint};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// What can go wrong with an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There was no room: nothing was written, and later there may be.
    Full,
    /// It failed before anything was committed.
    Failed,
    /// The commit failed, and the batch is lost.
    CommitLost,
    /// The commit failed, and the batch is on the disk all the same.
    CommitKept,
}

impl Fault {
    /// All faults.
    pub const ALL: [Fault; 4] = [Fault::Full, Fault::Failed, Fault::CommitLost, Fault::CommitKept];
}

/// What is on the disk, whoever has it open.
#[derive(Clone)]
pub struct Disk {
    kept: Arc<Mutex<MemoryStore>>,
    /// The dice, and one in how many appends fails; 0 for none.
    dice: Arc<Mutex<(Dice, usize)>>,
    faults: Arc<Mutex<Vec<Fault>>>,
}

/// The key of a record whose disk fails.
pub fn key() -> SigningKey {
    SigningKey::new("faults/record", [9; 32]).expect("a plain name")
}

impl Disk {
    /// A disk with a record without acts, that fails as `seed` says.
    pub fn new(seed: u64) -> Disk {
        Disk {
            kept: Arc::new(Mutex::new(MemoryStore::create(&first_checkpoint(&key())))),
            dice: Arc::new(Mutex::new((Dice::new(seed), 0))),
            faults: Arc::default(),
        }
    }

    /// From now on, one in `of` appends fails; with 0 none does.
    pub fn fail_one_in(&self, of: usize) {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).1 = of;
    }

    /// The faults that there have been, in order.
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The acts on the disk, as their bytes.
    pub fn acts(&self) -> Vec<Vec<u8>> {
        let mut acts = Vec::new();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.read(0..u64::MAX, &mut |_, entry| {
            acts.push(entry.content.expect("nothing is forgotten here").bytes);
        })
        .expect("memory reads");
        acts
    }

    /// Opens a house on what is on the disk, after an audit of all of it.
    ///
    /// # Panics
    /// If the record is not whole: no fault may do that.
    pub fn open(&self) -> House {
        let store = Kept(Box::new(Faulty { disk: self.clone(), stopped: false }));
        House::open(store, key(), Settings::demonstration(Vec::new())).expect("the record is whole")
    }

    /// Checks every hash, the tree and the signature.
    ///
    /// # Panics
    /// If they do not fit.
    pub fn check(&self) {
        let store = Faulty { disk: self.clone(), stopped: false };
        Log::open(store, key()).expect("the record is whole");
    }

    fn fault(&self) -> Option<Fault> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let of = dice.1;
        if of == 0 || !dice.0.one_in(of) {
            return None;
        }
        let fault = *dice.0.pick(&Fault::ALL);
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
        Some(fault)
    }
}

/// The disk as one process has it open.
struct Faulty {
    disk: Disk,
    stopped: bool,
}

impl Faulty {
    fn kept(&self) -> std::sync::MutexGuard<'_, MemoryStore> {
        self.disk.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Faulty {
    fn append(
        &mut self,
        expected_size: u64,
        entries: &[Entry],
        checkpoint: &str,
    ) -> Result<(), StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let fault = self.disk.fault();
        if matches!(fault, None | Some(Fault::CommitKept)) {
            self.kept().append(expected_size, entries, checkpoint)?;
        }
        match fault {
            None => Ok(()),
            Some(Fault::Full) => Err(StoreError::Full),
            Some(Fault::Failed) => Err(StoreError::Failed("the dice said so".into())),
            Some(Fault::CommitLost | Fault::CommitKept) => {
                self.stopped = true;
                Err(StoreError::CommitFailed("the dice said so".into()))
            }
        }
    }

    fn read(&self, range: Range<u64>, visit: &mut dyn FnMut(u64, Entry)) -> Result<(), StoreError> {
        self.kept().read(range, visit)
    }

    fn head(&self) -> Result<StoredHead, StoreError> {
        self.kept().head()
    }

    fn follow(&self) -> Follower {
        self.kept().follow()
    }
}

/// The first person of every coalition here.
pub fn founder() -> Id {
    Id::parse("founder").expect("a plain word")
}

/// Founds a coalition in an empty house.
///
/// # Panics
/// If the house does not take it.
pub fn found(house: &House) {
    let name = |text: &str| Name::parse(text).expect("a short name");
    let founding = Founding {
        coalition: Coalition { name: name("Faults"), note: Text::default(), demonstration: true },
        label: Label::Green,
        party: (None, name("Lead")),
        person: (Some(founder()), name("Founder")),
        role: Role::Head,
        link: None,
    };
    let at = house.now();
    house.submit_and_wait(None, Ask::Found(Box::new(founding), at)).expect("an empty house");
}
