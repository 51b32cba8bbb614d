//! How each commitment stands: firm, mutual, waiting or void.

use super::exact::{InForce, rounded_down};
use super::ledger::Ledger;
use super::result::{Both, Limits, Reading};
use super::scenario::Situation;
use super::waits::{Missing, Wishes};
use crate::amount::Amount;
use crate::id::Id;
use std::collections::BTreeMap;

/// The standing of a commitment in a situation (design §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// In force though nobody moves first on trust.
    Firm,
    /// In force if a group moves together.
    Mutual,
    /// Not in force, but it would be if the unknown turned out well and everybody present
    /// contributed what is asked.
    Waiting,
    /// Not even then.
    Void,
}

impl Standing {
    /// All standings.
    pub const ALL: [Standing; 4] =
        [Standing::Firm, Standing::Mutual, Standing::Waiting, Standing::Void];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Firm => "firm",
            Standing::Mutual => "mutual",
            Standing::Waiting => "waiting",
            Standing::Void => "void",
        }
    }
}

/// How one commitment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentStanding {
    /// Which commitment.
    pub id: Id,
    /// Whose.
    pub party: Id,
    /// Its standing.
    pub standing: Standing,
    /// If mutual: the others of its group, that wait for it as it waits for them. Empty if it only
    /// follows a group.
    pub moves_with: Vec<Id>,
    /// If waiting: the smallest set of what is missing, by name.
    pub waits_for: Vec<Missing>,
    /// Whether `waits_for` was proven to be the smallest.
    pub smallest: bool,
    /// If void: why.
    pub why: Option<&'static str>,
    /// If it matches others and can be in force at all: what they give, and what it gives for that.
    pub matched: Option<Both<Matched>>,
}

/// What a matching commitment comes to under one reading, rounded down to nine places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matched {
    /// What the other parties have in force of its resource.
    pub others: Amount,
    /// What it gives for that once it is in force itself, its own amount included.
    pub gives: Amount,
}

/// Every commitment of the model, by id. `in_play`: in that order, whether it can be in force at
/// all; `groups`: who moves together, by place.
pub(super) fn standings(
    situation: &Situation<'_>,
    in_play: &[bool],
    ledger: &Ledger,
    in_force: &InForce,
    groups: &[Vec<usize>],
    limits: &Limits,
) -> Result<Vec<CommitmentStanding>, super::AssessError> {
    let mut group_of: BTreeMap<usize, &[usize]> = BTreeMap::new();
    for group in groups {
        group_of.extend(group.iter().map(|place| (*place, group.as_slice())));
    }
    let wishes = Wishes::new(situation, ledger, in_force, limits.bound);
    let mut places = 0..;
    let mut all = Vec::with_capacity(situation.model.commitments.len());
    for ((id, entry), in_play) in situation.model.commitments.iter().zip(in_play) {
        let place = in_play.then(|| places.next()).flatten();
        let place = place.filter(|_| situation.is_there(&entry.commitment.party));
        let mut said = CommitmentStanding {
            id: id.clone(),
            party: entry.commitment.party.clone(),
            standing: Standing::Void,
            moves_with: Vec::new(),
            waits_for: Vec::new(),
            smallest: true,
            why: None,
            matched: None,
        };
        let come_to = |place| in_force.matched.get(&place);
        said.matched = place.and_then(come_to).map(|of| {
            let shown = |reading| {
                let super::exact::Matched { others, gives } = of.under(reading);
                Matched { others: rounded_down(others), gives: rounded_down(gives) }
            };
            Both { firm: shown(Reading::Firm), mutual: shown(Reading::Mutual) }
        });
        match place {
            Some(place) if in_force.holds.firm[place] => said.standing = Standing::Firm,
            Some(place) if in_force.holds.mutual[place] => {
                said.standing = Standing::Mutual;
                let group = group_of.get(&place).into_iter().flat_map(|group| group.iter());
                let others = group.filter(|other| **other != place);
                said.moves_with = others.map(|other| situation.in_play[*other].0.clone()).collect();
            }
            Some(place) => match wishes.of(place)? {
                Some(wish) => {
                    said.standing = Standing::Waiting;
                    (said.waits_for, said.smallest) = (wish.missing, wish.smallest);
                }
                None => said.why = Some("what it asks for cannot come about here"),
            },
            None if entry.stopped => said.why = Some("suspended or withdrawn"),
            None if situation.model.parties.contains_key(&said.party) => {
                said.why = Some("its party is absent");
            }
            None => said.why = Some("its party has left"),
        }
        all.push(said);
    }
    Ok(all)
}
