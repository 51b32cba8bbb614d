//! Small worlds as text: read into a model, and printed when a test fails.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "the benchmark reads its world with it, too")]

pub mod between;
pub mod dice;
pub mod matching;
pub mod reference;

use coalition::condition::{Condition, Kind, KnownNames};
use coalition::content::{
    Basis, Circumstance, Commitment, Guarantee, GuaranteeNeed, Holds, Matching, Party, Requires,
    Resource, Stage, Standing,
};
use coalition::model::{Model, ModelCommitment, Scenario};
use coalition::text::Name;
use coalition::time::Point;
use coalition::{Amount, Id};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// A coalition file's content, one thing a line.
///
/// ```text
/// party FR 0.95                      circumstance peace unknown 0.4
/// resource troops persons            commit fr-brigade FR troops 6000 trigger+0d - : always
/// guarantee force peace all          need troops 15000 trigger+30d trigger+365d
/// assume peace                       without DE                       on 2026-01-31
/// ```
/// `-` stands for what is absent; `match ID RATE ABOVE UP-TO` adds matching, `stop ID` suspends, `imagine ID` marks as
/// illustrative, `former ID` is a party that has left.
pub struct World {
    pub model: Model,
    pub guarantee: Id,
    pub scenario: Scenario,
    /// What commitments come to, by extra amounts, by who is in force, and by reading.
    pub known: RefCell<Known>,
}

pub type Known = BTreeMap<(String, BTreeSet<Id>, bool), BTreeMap<Id, matching::Fraction>>;

pub fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

impl World {
    pub fn read(text: &str) -> World {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut names = KnownNames::default();
        for line in lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let kind = match words[0] {
                "party" | "former" => Kind::Party,
                "circumstance" => Kind::Circumstance,
                "resource" => Kind::Resource,
                _ => continue,
            };
            names.add(kind, id(words[1]), words[1]);
        }
        let mut world = World {
            model: Model { name: "Four towns".to_owned(), ..Model::default() },
            guarantee: id("g"),
            scenario: Scenario::default(),
            known: RefCell::default(),
        };
        for line in lines() {
            world.line(line, &names);
        }
        world
    }

    pub fn guarantee(&self) -> &Guarantee {
        &self.model.guarantees[&self.guarantee]
    }

    fn line(&mut self, line: &str, names: &KnownNames) {
        let words: Vec<&str> = line.split(' ').collect();
        let given = |place: usize| words.get(place).copied().filter(|word| *word != "-");
        let name = |text: &str| Name::parse(text).unwrap();
        let chance =
            |place| given(place).map(|text| coalition::content::Chance::parse(text).unwrap());
        let point = |place| given(place).map(|text| Point::parse(text).unwrap());
        match words[0] {
            "party" => {
                let said = Party {
                    name: name(words[1]),
                    standing: Standing::Member,
                    chance: chance(2),
                    seats: None,
                    note: Default::default(),
                };
                self.model.parties.insert(id(words[1]), said);
            }
            "circumstance" => {
                let holds = Holds::ALL.into_iter().find(|holds| holds.word() == words[2]).unwrap();
                let (name, note) = (name(words[1]), Default::default());
                let said = Circumstance { name, holds, chance: chance(3), note };
                self.model.circumstances.insert(id(words[1]), said);
            }
            "resource" => {
                let unit = name(given(2).unwrap_or("units"));
                let said = Resource { name: name(words[1]), unit, note: Default::default() };
                self.model.resources.insert(id(words[1]), said);
            }
            "commit" => self.commitment_said(line, &words, names),
            "former" => {}
            "stop" => self.model.commitments.get_mut(&id(words[1])).unwrap().stopped = true,
            "match" => {
                let amount = |place: usize| Amount::parse(words[place]).unwrap();
                let (rate, above, up_to) = (amount(2), amount(3), amount(4));
                let entry = self.model.commitments.get_mut(&id(words[1])).unwrap();
                entry.commitment.matches = Some(Matching { rate, above, up_to });
            }
            "imagine" => {
                let entry = self.model.commitments.get_mut(&id(words[1])).unwrap();
                entry.commitment.basis = Basis::Illustrative;
            }
            "guarantee" => self.guarantee_said(&words),
            "need" => {
                let need = GuaranteeNeed {
                    resource: id(words[1]),
                    amount: Amount::parse(words[2]).unwrap(),
                    from: point(3).unwrap(),
                    until: point(4).unwrap(),
                    basis: Basis::Stated,
                };
                self.model.guarantees.get_mut(&self.guarantee).unwrap().needs.push(need);
            }
            "assume" => _ = self.scenario.assume.insert(id(words[1])),
            "assume-not" => _ = self.scenario.assume_not.insert(id(words[1])),
            "without" => _ = self.scenario.without.insert(id(words[1])),
            "on" => self.scenario.on = Some(words[1].parse().unwrap()),
            _ => panic!("a line of a world begins otherwise: {line}"),
        }
    }

    fn commitment_said(&mut self, line: &str, words: &[&str], names: &KnownNames) {
        let (_, condition) = line.split_once(" : ").unwrap();
        let given = |place: usize| words.get(place).copied().filter(|word| *word != "-");
        let point = |place| given(place).map(|text| Point::parse(text).unwrap());
        let commitment = Commitment {
            name: None,
            party: id(words[2]),
            resource: id(words[3]),
            amount: given(4).map(|text| Amount::parse(text).unwrap()),
            matches: None,
            from: point(5),
            until: point(6),
            condition: Condition::read(condition, names).unwrap(),
            stage: Stage::Announced,
            basis: Basis::Stated,
            note: Default::default(),
            source: None,
        };
        let entry = ModelCommitment { commitment, stopped: false };
        self.model.commitments.insert(id(words[1]), entry);
    }

    fn guarantee_said(&mut self, words: &[&str]) {
        self.guarantee = id(words[1]);
        let said = Guarantee {
            name: Name::parse(words[1]).unwrap(),
            trigger: Some(words[2]).filter(|word| *word != "-").map(id),
            requires: match words[3] {
                "all" => Requires::All,
                number => Requires::AtLeast(number.parse().unwrap()),
            },
            needs: Vec::new(),
            note: Default::default(),
            source: None,
        };
        self.model.guarantees.insert(self.guarantee.clone(), said);
    }
}
