//! Who could see what an article discloses, and what was public, at a moment of the record.

use crate::content::{Claim, Content, Kind, Party, Person, Seat};
use crate::id::Id;
use crate::label::Viewer;
use crate::state::{Leaves, State};
use crate::view::View;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Somebody who could see what an article discloses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: Id,
    /// His name.
    pub name: String,
    /// His delegation's name.
    pub party: String,
    /// How many of the things that were not public he could see.
    pub held: usize,
}

/// The end of a day, wherever it ends last.
pub(super) fn end_of(day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?;
    Some(next.to_zoned(TimeZone::fixed(jiff::tz::offset(-12))).ok()?.timestamp())
}

/// The record as it stood at a moment, of what the view shows; as it stands now where none is given.
pub(super) fn state_at(view: &View, leaves: &Leaves, until: Option<Timestamp>) -> State {
    let mut state = State::new();
    for (_, act) in view.visible_acts(leaves) {
        if until.is_none_or(|until| act.at <= until) {
            let bytes: Arc<[u8]> = act.encode().into();
            state.apply(act, bytes);
        }
    }
    state
}

/// The moment for which holders are told: the end of the day of publication, if the record held all
/// of it by then; `None` for the record as it stands.
pub(super) fn as_of(
    view: &View,
    secret: &BTreeSet<&Id>,
    published: Option<Timestamp>,
) -> Option<Timestamp> {
    let recorded = secret.iter().filter_map(|id| Some(view.get(id)?.created)).max()?;
    published.filter(|published| recorded <= *published)
}

/// Who could see these things in a state, those who saw most of them first. People are those whose
/// seats the view shows.
pub(super) fn holders(view: &View, state: &State, secret: &BTreeSet<&Id>) -> Vec<Holder> {
    let everything = View::of(state, view.viewer().clone());
    let mut people: BTreeMap<&Id, &Seat> = BTreeMap::new();
    for (_, seat) in everything.standing::<Seat>() {
        people.insert(&seat.person, seat);
    }
    let mut holders: Vec<Holder> = people
        .into_iter()
        .filter_map(|(person, seat)| {
            let theirs = View::through(state, Viewer::of_person(state, person));
            let held = secret.iter().filter(|id| theirs.get(id).is_some()).count();
            let (_, named) = everything.find::<Person>(person)?;
            let party = everything.find::<Party>(&seat.party)?.1.name.to_string();
            let (person, name) = (person.clone(), named.name.to_string());
            (held > 0).then_some(Holder { person, name, party, held })
        })
        .collect();
    holders.sort_by(|one, other| {
        other
            .held
            .cmp(&one.held)
            .then_with(|| (&one.party, &one.name).cmp(&(&other.party, &other.name)))
    });
    holders
}

/// What the public things say in words, each in one text that names what it is about.
pub(super) fn public_texts(public: &View) -> Vec<(Id, String)> {
    let mut texts = Vec::new();
    for thing in Kind::ALL.iter().flat_map(|kind| public.of_kind(*kind)) {
        let about = |id: Option<&Id>| id.map_or(String::new(), |id| public.name_of(id) + ": ");
        let text = match &thing.content {
            Content::Claim(Claim { about: of, point, value, text, .. }) => {
                let value = value.as_ref().map_or("", |value| value.as_str());
                format!("{}{point} {value}: {text}", about(of.as_ref()))
            }
            Content::Outcome(outcome) => {
                format!("{}{}", about(Some(&outcome.meeting)), outcome.text)
            }
            Content::PublishedAssessment(assessment) => {
                format!("{}: {}", assessment.title, assessment.note)
            }
            Content::Readout(readout) => {
                format!("{}{}: {}", about(Some(&readout.meeting)), readout.title, readout.text)
            }
            Content::Source(source) => format!("{}: {}", source.title, source.note),
            _ => continue,
        };
        texts.push((thing.id.clone(), text));
    }
    texts
}
