//! Which ids and names the file gives, before anything refers to them.

use super::fields::shown;
use crate::file_error::Report;
use coalition::Id;
use coalition::condition::{self, Found, KnownNames, Names};
use coalition::content::Kind;
use coalition::decide::COALITION_ID;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// The things of a file, by id and name.
#[derive(Default)]
pub(super) struct Known {
    ids: HashMap<Id, (Kind, usize)>,
    by_kind: BTreeMap<Kind, BTreeSet<Id>>,
    names_taken: HashSet<(Kind, String)>,
    pub names: KnownNames,
}

impl Known {
    /// Takes in a thing, unless its id or its name is taken: then says so.
    pub(super) fn add(
        &mut self,
        report: &Report<'_>,
        kind: Kind,
        id: (&Id, Range<usize>),
        name: Option<(&str, Range<usize>)>,
    ) {
        let (id, span) = id;
        if id.as_str() == COALITION_ID {
            let message = format!("The id \"{id}\" is the coalition's own.");
            report.error(span, message, "Choose another.");
            return;
        }
        if let Some((other, start)) = self.ids.insert(id.clone(), (kind, span.start)) {
            let message = format!("Two things have the id \"{id}\".");
            let line = report.line_of(start);
            let help =
                format!("The {} on line {line} has it, too: choose another for one.", other.word());
            report.error(span, message, help);
        }
        self.by_kind.entry(kind).or_default().insert(id.clone());
        let Some(place) = place_in_conditions(kind) else { return };
        let Some((name, span)) = name else { return };
        let name = name.trim();
        if !self.names_taken.insert((kind, name.to_owned())) {
            let message = format!("Two {} have the name {}.", kind.plural(), shown(name));
            let help = "Conditions speak of things by name: choose another name for one.";
            report.error(span, message, help);
        }
        self.names.add(place, id.clone(), name);
    }

    /// The thing of this kind and id, or what to write instead.
    pub(super) fn find(&self, kind: Kind, word: &str) -> Result<Id, String> {
        let ids = self.by_kind.get(&kind);
        let id = Id::parse(word).ok().filter(|id| ids.is_some_and(|ids| ids.contains(id)));
        if let Some(id) = id {
            return Ok(id);
        }
        let meant = place_in_conditions(kind).map(|place| self.names.find(place, word));
        Err(match meant {
            Some(Found::One(id)) => format!("Write its id: \"{id}\"."),
            Some(Found::Nothing { nearest: Some(nearest) }) => {
                format!("Did you mean {}? Write the id of a {}.", shown(&nearest), kind.word())
            }
            _ => match ids {
                None => format!("Add it: [[{}]] id = {} …", kind.word(), shown(word)),
                Some(ids) => format!("Write the id of a {}: {}.", kind.word(), listed(ids)),
            },
        })
    }
}

/// Where a condition may name a thing of this kind.
fn place_in_conditions(kind: Kind) -> Option<condition::Kind> {
    match kind {
        Kind::Circumstance => Some(condition::Kind::Circumstance),
        Kind::Party => Some(condition::Kind::Party),
        Kind::Resource => Some(condition::Kind::Resource),
        _ => None,
    }
}

fn listed(ids: &BTreeSet<Id>) -> String {
    const LISTED_MAX: usize = 8;
    let mut words: Vec<&str> = ids.iter().take(LISTED_MAX).map(Id::as_str).collect();
    if ids.len() > LISTED_MAX {
        words.push("…");
    }
    words.join(", ")
}
