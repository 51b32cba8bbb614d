//! Twins: two records that differ only in acts which one viewer may not see.

use crate::requests::Asked;
use crate::world::{Dice, World, fold};
use coalition::act::{Act, Change};
use coalition::view::Leaf;
use coalition::{Id, Kind, View, Viewer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How the second record differs from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Every hidden act says something else, of other things, in the same place.
    Replaced,
    /// There are no hidden acts.
    Removed,
}

impl Difference {
    /// Whether an answer is compared: where acts are missing, the record's own pages are what tells,
    /// and that is declared.
    pub fn compares(self, asked: &Asked) -> bool {
        self == Difference::Replaced || !asked.address.contains("/record")
    }
}

/// Two records, and who cannot tell them apart.
pub struct Twins {
    /// Who is looking: a person, or the public.
    pub person: Option<Id>,
    /// The first record.
    pub first: Vec<Act>,
    /// The second.
    pub second: Vec<Act>,
    /// Ids that the viewer can see.
    pub seen: Vec<Id>,
    /// Ids that he cannot, of either record.
    pub hidden: Vec<Id>,
    /// Documents with their versions, seen and hidden, of either record.
    pub versions: Vec<(Id, Id)>,
    /// What kind of thing each id of either record names.
    pub kinds: BTreeMap<Id, Kind>,
    /// How the second record differs.
    pub difference: Difference,
    /// Which acts of the first are hidden from the viewer.
    pub sealed: Vec<bool>,
}

impl Twins {
    /// The twins of a world for one viewer; `None` if nothing is hidden from him.
    pub fn of(
        world: &World,
        person: Option<&Id>,
        difference: Difference,
        seed: u64,
    ) -> Option<Twins> {
        let viewer =
            person.map_or(Viewer::Public, |person| Viewer::of_person(&world.state, person));
        let view = View::of(&world.state, viewer);
        let sealed =
            |place: usize| !matches!(view.leaf(world.state.leaves(), place), Some(Leaf::Act(_)));
        let is_hidden: Vec<bool> = (0..world.acts.len()).map(sealed).collect();
        if !is_hidden.contains(&true) {
            return None;
        }
        let subjects = |hidden: bool| -> BTreeSet<Id> {
            let acts = world.acts.iter().zip(&is_hidden).filter(|(_, is)| **is == hidden);
            acts.map(|(act, _)| act.subject.clone()).collect()
        };
        let (seen, mut hidden) = (subjects(false), subjects(true));
        let second: Vec<Act> = match difference {
            Difference::Removed => {
                let kept = world.acts.iter().zip(&is_hidden).filter(|(_, is)| !**is);
                kept.map(|(act, _)| act.clone()).collect()
            }
            Difference::Replaced => {
                let replaced = replace(&world.acts, &is_hidden, &hidden, &mut Dice::new(!seed));
                hidden.extend(
                    replaced.iter().map(|act| act.subject.clone()).filter(|id| !seen.contains(id)),
                );
                replaced
            }
        };
        let versions = world.acts.iter().chain(&second).filter_map(|act| match &act.change {
            Change::Attach { version } => Some((act.subject.clone(), version.id.clone())),
            _ => None,
        });
        let versions: BTreeSet<(Id, Id)> = versions.collect();
        let created = |act: &Act| match &act.change {
            Change::Create { content, .. } => Some((act.subject.clone(), content.kind())),
            _ => None,
        };
        Some(Twins {
            versions: versions.into_iter().collect(),
            person: person.cloned(),
            first: world.acts.clone(),
            kinds: world.acts.iter().chain(&second).filter_map(created).collect(),
            second,
            seen: seen.into_iter().collect(),
            hidden: hidden.into_iter().collect(),
            difference,
            sealed: is_hidden,
        })
    }

    /// Both records as they were when the first held so many acts.
    pub fn grown_to(&self, size: usize) -> [&[Act]; 2] {
        let second = match self.difference {
            Difference::Replaced => size,
            Difference::Removed => self.sealed[..size].iter().filter(|sealed| !**sealed).count(),
        };
        [&self.first[..size], &self.second[..second]]
    }

    /// Whether all that is hidden from the viewer in the end was hidden from him then, too. What he once
    /// could see he may have been told of.
    pub fn hidden_at(&self, size: usize) -> bool {
        self.grown_to(size).iter().all(|acts| {
            let state = fold(*acts);
            let view = View::of(&state, Viewer::of(&state, self.person.as_ref()));
            self.hidden.iter().all(|id| view.get(id).is_none())
        })
    }
}

/// The same acts, where the hidden ones are of other things and say something else.
fn replace(acts: &[Act], is_hidden: &[bool], hidden: &BTreeSet<Id>, dice: &mut Dice) -> Vec<Act> {
    // An id that a visible act names (as its author, say) must stay what it is.
    let visible: String = acts
        .iter()
        .zip(is_hidden)
        .filter(|(_, hidden)| !**hidden)
        .map(|(act, _)| String::from_utf8(act.encode()).expect("acts are text"))
        .collect();
    let versions = acts.iter().zip(is_hidden).filter_map(|(act, hidden)| match &act.change {
        Change::Attach { version } if *hidden => Some(&version.id),
        _ => None,
    });
    let renamed: BTreeMap<String, String> = hidden
        .iter()
        .chain(versions)
        .filter(|id| !visible.contains(id.as_str()))
        .map(|id| (id.to_string(), Id::from_entropy(dice.entropy()).to_string()))
        .collect();
    let other = |(act, hidden): (&Act, &bool)| {
        if !hidden {
            return act.clone();
        }
        let mut json: Value = serde_json::from_slice(&act.encode()).expect("an act is JSON");
        json["id"] = Id::from_entropy(dice.entropy()).to_string().into();
        json["at"] = act
            .at
            .checked_add(jiff::Span::new().seconds(i64::try_from(dice.below(900)).expect("small")))
            .expect("a time")
            .to_string()
            .into();
        say_otherwise(&mut json, "", &renamed, dice);
        serde_json::from_value(json).expect("still an act")
    };
    acts.iter().zip(is_hidden).map(other).collect()
}

/// Changes names, notes, amounts and ids throughout.
fn say_otherwise(json: &mut Value, key: &str, renamed: &BTreeMap<String, String>, dice: &mut Dice) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                say_otherwise(value, key, renamed, dice);
            }
        }
        Value::Array(values) => {
            for value in values {
                say_otherwise(value, key, renamed, dice);
            }
        }
        Value::String(text) => {
            if let Some(other) = renamed.get(text) {
                *text = other.clone();
            }
            match key {
                "name" | "title" | "note" | "text" | "reason" => {
                    *text = format!("other {}", dice.below(1_000_000));
                }
                "hash" => *text = format!("other{}", dice.below(1_000_000)),
                "amount" => *text = ((1 + dice.below(40)) * 70).to_string(),
                "condition" => {
                    for (id, other) in renamed {
                        *text = text.replace(id, other);
                    }
                }
                _ => {}
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
