//! Random small worlds, as text.

use coalition::Amount;
use coalition::condition::{Condition, Formula, Who};

const PARTIES: [&str; 4] = ["A", "B", "C", "D"];
const CIRCUMSTANCES: [&str; 3] = ["x", "y", "z"];
const RESOURCES: [&str; 2] = ["r", "s"];

/// SplitMix64 (Steele, Lea and Flood 2014): the same worlds on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        let place = self.below(list.len() as u64);
        list[usize::try_from(place).unwrap()].clone()
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn formula(&mut self, depth: u64) -> Formula {
        let id = super::id;
        let resource = id(self.of(&RESOURCES));
        let who = self.of(&[Who::Others, Who::All]);
        let kinds = if depth == 0 { 5 } else { 8 };
        match self.below(kinds) {
            0 | 1 => Formula::Circumstance {
                circumstance: id(self.of(&CIRCUMSTANCES)),
                negated: self.chance(30),
            },
            2 => {
                let mut parties = vec![id(self.of(&PARTIES))];
                let other = id(self.of(&PARTIES));
                if self.chance(30) && other != parties[0] {
                    parties.push(other);
                }
                Formula::Contribute { parties, resource }
            }
            3 => Formula::CountContribute {
                count: u32::try_from(self.below(3)).unwrap() + 1,
                who,
                resource,
            },
            4 => {
                let amount = Amount::parse(self.of(&["0.5", "1", "1.5", "2", "3"])).unwrap();
                Formula::SumCommit { amount, who, resource }
            }
            5 => Formula::any(self.formula(depth - 1), vec![self.formula(depth - 1)]),
            6 => Formula::every(self.formula(depth - 1), vec![self.formula(depth - 1)]),
            _ => {
                let mut of = Vec::new();
                for _ in 0..3 {
                    let part = self.formula(depth - 1);
                    if !of.contains(&part) {
                        of.push(part);
                    }
                }
                let count = u32::try_from(self.below(of.len() as u64)).unwrap() + 1;
                Formula::AtLeastOf { count, of }
            }
        }
    }

    /// A point of the kind wanted, `days` after the start.
    fn point(&mut self, dates: bool, days: u64) -> String {
        if dates { format!("2026-01-{:02}", days + 1) } else { format!("trigger+{days}d") }
    }

    pub fn world(&mut self) -> String {
        let mut text = String::new();
        let mut line = |words: String| text.push_str(&format!("{words}\n"));
        let parties = &PARTIES[..usize::try_from(self.below(3)).unwrap() + 2];
        for party in PARTIES {
            if parties.contains(&party) || self.chance(50) {
                line(format!("party {party} {}", self.of(&["-", "-", "0.9", "0.5", "0", "1"])));
            } else {
                line(format!("former {party}"));
            }
        }
        for circumstance in CIRCUMSTANCES {
            let holds = self.of(&["yes", "no", "unknown", "unknown"]);
            let chance = self.of(&["-", "-", "0.4", "0.75"]);
            line(format!("circumstance {circumstance} {holds} {chance}"));
        }
        for resource in RESOURCES {
            line(format!("resource {resource}"));
        }
        // Offsets, dates, or both with the day on which the trigger comes.
        let kinds: &[bool] = self.of(&[&[false][..], &[true], &[false, true]]);
        let mut matching = if self.chance(40) { 3 } else { 0 };
        for place in 0..=self.below(7) {
            let (from, until) = (self.below(6), self.below(6) + 3);
            let from_kind = self.of(kinds);
            let until_kind = if from < until { self.of(kinds) } else { from_kind };
            let (mut start, mut end) =
                (self.point(from_kind, from), self.point(until_kind, until.max(from + 1)));
            if self.chance(60) {
                start = "-".to_owned();
            }
            if self.chance(60) {
                end = "-".to_owned();
            }
            let condition = match self.chance(35) {
                true => Condition::Always,
                false => Condition::When(self.formula(2)),
            };
            let amount = self.of(&["-", "0.5", "1", "1", "1.5", "2", "3"]);
            let (party, resource) = (self.of(parties), self.of(&["r", "r", "s"]));
            line(format!(
                "commit c{place} {party} {resource} {amount} {start} {end} : {condition}"
            ));
            if matching > 0 && self.chance(50) {
                matching -= 1;
                line(self.matching(place));
            }
            if self.chance(8) {
                line(format!("stop c{place}"));
            }
        }
        let trigger = self.of(&["-", "x", "z"]);
        let needs = self.needs(kinds);
        let required = match self.chance(60) {
            true => "all".to_owned(),
            false => (self.below(needs.len() as u64) + 1).to_string(),
        };
        line(format!("guarantee g {trigger} {required}"));
        needs.into_iter().for_each(&mut line);
        self.assumptions(trigger).into_iter().for_each(&mut line);
        if parties.len() > 2 && self.chance(25) {
            line(format!("without {}", self.of(parties)));
        }
        if kinds.len() > 1 {
            line(format!("on 2026-01-{:02}", self.below(6) + 1));
        }
        text
    }

    fn assumptions(&mut self, trigger: &str) -> Vec<String> {
        let mut assumed = Vec::new();
        for circumstance in CIRCUMSTANCES {
            match self.below(6) {
                0 => assumed.push(format!("assume {circumstance}")),
                1 if circumstance != trigger => assumed.push(format!("assume-not {circumstance}")),
                _ => {}
            }
        }
        assumed
    }

    fn matching(&mut self, place: u64) -> String {
        let rate = self.of(&["0.5", "0.25", "1", "1", "1.5", "2"]);
        let above = self.of(&["0", "0", "0.5", "1", "2"]);
        let up_to = self.of(&["0.5", "1", "1.5", "2", "3"]);
        format!("match c{place} {rate} {above} {up_to}")
    }

    fn needs(&mut self, kinds: &[bool]) -> Vec<String> {
        let mut needs = Vec::new();
        let amounts = ["0.5", "1", "2", "2.5", "3", "4"];
        let kind = self.of(kinds);
        let mut need = |dice: &mut Dice, resource: &str, from: u64, until: u64| {
            let (amount, kind) = (dice.of(&amounts), kind);
            let (from, until) = (dice.point(kind, from), dice.point(kind, until));
            needs.push(format!("need {resource} {amount} {from} {until}"));
        };
        let (from, until) = (self.below(4), self.below(5) + 4);
        need(self, "r", from, until);
        if self.chance(40) {
            let from = self.below(3);
            need(self, "s", from, from + 5);
        }
        if self.chance(30) {
            need(self, "r", until, until + 2);
        }
        needs
    }
}
