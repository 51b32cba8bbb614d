//! How each commitment stands: firm, mutual, waiting or void.

use super::compile::Compiled;
use super::exact::{InForce, rounded_down};
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

/// Every commitment of the model, by id.
pub(super) fn standings(
    situation: &Situation<'_>,
    compiled: &Compiled<'_>,
    in_force: &InForce,
    limits: &Limits,
) -> Result<Vec<CommitmentStanding>, super::AssessError> {
    let mut groups = groups(situation, compiled);
    let wishes = Wishes::new(situation, in_force, limits.bound);
    let mut places = situation.in_play.iter().map(|(id, _)| *id).enumerate().peekable();
    let mut all = Vec::with_capacity(situation.model.commitments.len());
    for (id, entry) in &situation.model.commitments {
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
        // Commitments in play come in the same order, some left out.
        let place = places.next_if(|(_, in_play)| *in_play == id).map(|(place, _)| place);
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
                said.moves_with = groups.remove(&place).unwrap_or_default();
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

/// For each mutual commitment, by place, the others of its group.
fn groups(situation: &Situation<'_>, compiled: &Compiled<'_>) -> BTreeMap<usize, Vec<Id>> {
    let mut others = BTreeMap::new();
    for group in assurance::groups(&compiled.system, &compiled.base) {
        // Definitions were declared in order of place.
        let places: Vec<usize> = group.iter().map(|definition| definition.index()).collect();
        for place in &places {
            let rest = places.iter().filter(|other| *other != place);
            others.insert(*place, rest.map(|other| situation.in_play[*other].0.clone()).collect());
        }
    }
    others
}
