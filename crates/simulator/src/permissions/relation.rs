//! How somebody stands to a thing: all that the rules look at besides his seat.

use coalition::content::*;
use coalition::{Content, Id, Marking, Thing, View};
use std::collections::BTreeSet;

/// How somebody stands to a thing, or to what he wants to make: each bit one of [`WORDS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation(u16);

const OURS: u16 = 1;
const HIS: u16 = 1 << 1;
const ABOUT_US: u16 = 1 << 2;
const ABOUT_HIM: u16 = 1 << 3;
const RUNS: u16 = 1 << 4;
const CHAIRS: u16 = 1 << 5;
const TAKES_PART: u16 = 1 << 6;
const VACANT: u16 = 1 << 7;
const VOUCHED: u16 = 1 << 8;
const NAMED: u16 = 1 << 9;
const HOUSE: u16 = 1 << 10;
const INVITED: u16 = 1 << 11;
const NAMED_HIMSELF: u16 = 1 << 12;

/// What each is called on the page, and what it means.
pub(super) const WORDS: [(u16, &str, &str); 13] = [
    (OURS, "own", "his delegation made it, or entered the person that it is for"),
    (HIS, "his own", "he made it himself"),
    (ABOUT_US, "of it", "it is about his delegation: its promise, its seat, its invitation"),
    (ABOUT_HIM, "of him", "it is about himself: his key, his link, his task"),
    (RUNS, "run", "it belongs to a meeting that his delegation called or hosts"),
    (CHAIRS, "chair", "it belongs to a session that he chairs"),
    (TAKES_PART, "part", "it belongs to a session in which he takes part"),
    (VACANT, "vacant", "it is for a party that nobody sits for"),
    (VOUCHED, "vouched", "another seat of his delegation has vouched for the person"),
    (NAMED, "named", "its label names his delegation"),
    (NAMED_HIMSELF, "named himself", "its label names him as a person"),
    (HOUSE, "the house's", "the house itself made it, when it was founded"),
    (INVITED, "invited", "it is a meeting to which his delegation is invited"),
];

impl Relation {
    fn with(self, bit: u16, holds: bool) -> Relation {
        if holds { Relation(self.0 | bit) } else { self }
    }

    /// How whoever looks stands to something, which is there already or which he wants to make.
    pub(super) fn of(view: &View, thing: Option<&Thing>, content: &Content) -> Relation {
        let Some(actor) = view.viewer().seated() else { return Relation::default() };
        let author = thing.map(|thing| &thing.author);
        let his = author.is_some_and(|author| author.person.as_ref() == Some(&actor.person));
        let ours = author.is_some_and(|author| author.party.as_ref() == Some(&actor.party));
        let entered = thing.is_none() && entered_by(view, content) == Some(&actor.party);
        let meeting = meeting_of(view, thing, content).and_then(|id| view.find::<Meeting>(id));
        let is_meeting = matches!(content, Content::Meeting(_));
        let runs = meeting.is_some_and(|(thing, said)| {
            // Of the meeting itself, it is said already that it is his own.
            let called = !is_meeting && thing.author.party.as_ref() == Some(&actor.party);
            called || said.host.as_ref() == Some(&actor.party)
        });
        let session = session_of(thing, content);
        let chair = session
            .and_then(|id| view.find::<Session>(id))
            .and_then(|(_, said)| said.chair.as_ref());
        let (person, party) = about(view, thing, content);
        Relation::default()
            .with(HIS | OURS, his)
            .with(OURS, ours || entered)
            .with(HOUSE, author.is_some_and(|author| author.party.is_none()))
            .with(INVITED, thing.is_some_and(|thing| is_meeting && actor.invited.contains(&thing.id)))
            .with(ABOUT_HIM, person == Some(&actor.person))
            .with(ABOUT_US, party.contains(&&actor.party))
            .with(RUNS, runs)
            .with(CHAIRS, chair == Some(&actor.person))
            .with(TAKES_PART, session.is_some_and(|session| actor.sessions.contains(session)))
            .with(VACANT, matches!(content, Content::Seat(seat) if is_vacant(view, &seat.party)))
            .with(VOUCHED, matches!(content, Content::EnrolmentLink(link) if thing.is_none() && link.vouching.is_some()))
    }

    /// The same, where a step is taken for a party.
    pub(super) fn taken_for(self, view: &View, party: Option<&Id>) -> Relation {
        let Some(actor) = view.viewer().seated() else { return self };
        self.with(ABOUT_US, party == Some(&actor.party))
    }

    /// The same, where a label names somebody.
    pub(super) fn labelled(self, view: &View, marking: &Marking) -> Relation {
        let Some(actor) = view.viewer().seated() else { return self };
        self.with(NAMED, marking.parties.contains(&actor.party))
            .with(NAMED_HIMSELF, marking.persons.contains(&actor.person))
    }

    fn within(self, other: Relation) -> bool {
        self.0 & other.0 == self.0
    }

    fn words(self) -> String {
        let shown = |bit: u16| match bit {
            OURS => self.0 & HIS == 0,
            ABOUT_HIM | ABOUT_US if self.0 & HIS != 0 && self.0 & ABOUT_HIM != 0 => false,
            ABOUT_US => self.0 & ABOUT_HIM == 0,
            // Whoever is in the chair takes part.
            TAKES_PART => self.0 & CHAIRS == 0,
            _ => true,
        };
        let words = WORDS.iter().filter(|(bit, ..)| self.0 & bit != 0 && shown(*bit));
        words.map(|(_, word, _)| *word).collect::<Vec<_>>().join(" + ")
    }
}

/// Whose delegation entered the person that a link is for.
fn entered_by<'v>(view: &'v View, content: &Content) -> Option<&'v Id> {
    let Content::EnrolmentLink(link) = content else { return None };
    view.get(&link.person)?.author.party.as_ref()
}

fn is_vacant(view: &View, party: &Id) -> bool {
    !view.all::<Seat>().any(|(_, seat)| seat.party == *party)
}

fn session_of<'a>(thing: Option<&'a Thing>, content: &'a Content) -> Option<&'a Id> {
    match content {
        Content::Session(_) => thing.map(|thing| &thing.id),
        content => content.session(),
    }
}

fn meeting_of<'a>(
    view: &'a View,
    thing: Option<&'a Thing>,
    content: &'a Content,
) -> Option<&'a Id> {
    match content {
        Content::Meeting(_) => thing.map(|thing| &thing.id),
        Content::Session(said) => Some(&said.meeting),
        Content::Invitation(said) => Some(&said.meeting),
        Content::Outcome(said) => Some(&said.meeting),
        Content::Arrival(said) => Some(&said.meeting),
        Content::Custody(said) => Some(&said.meeting),
        Content::ActionPoint(said) => Some(&said.meeting),
        Content::Readout(said) => Some(&said.meeting),
        Content::Document(said) => said.meeting.as_ref(),
        Content::Item(_) | Content::Floor(_) | Content::Minutes(_) => {
            content.session().and_then(|id| view.find::<Session>(id)).map(|(_, said)| &said.meeting)
        }
        _ => None,
    }
}

/// The person and the parties that something is about.
fn about<'a>(
    view: &'a View,
    thing: Option<&'a Thing>,
    content: &'a Content,
) -> (Option<&'a Id>, BTreeSet<&'a Id>) {
    let own = thing.map(|thing| &thing.id);
    let seat = |person: &Id| {
        let mut seats = view.standing::<Seat>().filter(|(_, seat)| seat.person == *person);
        seats.next().map(|(_, seat)| &seat.party)
    };
    // Whoever has entered somebody, and whoever he sits for: the label says so for good.
    let let_in = |person: &'a Id| match thing {
        Some(thing) => thing.marking.parties.iter().collect(),
        None => seat(person).into_iter().collect(),
    };
    let (person, parties): (Option<&Id>, BTreeSet<&Id>) = match content {
        Content::Party(_) => (None, own.into_iter().collect()),
        Content::Person(_) => (own, BTreeSet::new()),
        Content::Seat(said) => (Some(&said.person), [&said.party].into()),
        Content::Need(said) => (None, [&said.party].into()),
        Content::Commitment(said) => (None, [&said.party].into()),
        Content::Invitation(said) => (None, [&said.party].into()),
        Content::Reply(said) => {
            let invited = view.find::<Invitation>(&said.invitation);
            (None, invited.map(|(_, said)| &said.party).into_iter().collect())
        }
        Content::ActionPoint(said) => (said.person.as_ref(), [&said.party].into()),
        Content::Undertaking(said) => (Some(&said.person), BTreeSet::new()),
        Content::Arrival(said) => (Some(&said.person), BTreeSet::new()),
        Content::Custody(said) => (Some(&said.person), BTreeSet::new()),
        Content::Vouching(said) => (Some(&said.person), let_in(&said.person)),
        Content::EnrolmentLink(said) => (Some(&said.person), let_in(&said.person)),
        Content::Passkey(said) => (Some(&said.person), BTreeSet::new()),
        Content::DirectoryAccount(said) => (Some(&said.person), BTreeSet::new()),
        _ => (None, BTreeSet::new()),
    };
    (person, parties)
}

/// What came of asking for one thing, by how whoever asked stood to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    allowed: BTreeSet<Relation>,
    refused: BTreeSet<Relation>,
}

impl Found {
    pub(super) fn note(&mut self, relation: Relation, allowed: bool) {
        if allowed { &mut self.allowed } else { &mut self.refused }.insert(relation);
    }

    pub(super) fn allows_something(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Whether somebody who stands so may, as far as this goes.
    pub(super) fn covers(&self, relation: Relation) -> bool {
        self.allowed.iter().any(|known| known.within(relation))
    }

    /// The cell: the least ways to stand to a thing that are enough, and those that are too much.
    /// `refused` is said where none is enough.
    pub(super) fn cell(&self, refused: &str) -> String {
        let enough = least(&self.allowed);
        if enough.is_empty() {
            return if self.refused.is_empty() { "–".into() } else { refused.into() };
        }
        let word = |relation: &Relation| {
            let words = relation.words();
            let words = if words.is_empty() { "yes".to_owned() } else { words };
            if self.refused.contains(relation) { format!("some: {words}") } else { words }
        };
        let mut cell = enough.iter().map(word).collect::<Vec<_>>().join(", ");
        // What is enough by itself is not what is too much.
        let more = |one: &Relation| {
            let less = self.allowed.iter().filter(|known| known.within(*one));
            less.map(|known| known.0).reduce(|all, known| all | known)
        };
        let but = self.refused.iter().filter(|one| !self.allowed.contains(one));
        let but: BTreeSet<Relation> =
            but.filter_map(|one| Some(Relation(one.0 & !more(one)?))).collect();
        for relation in least(&but) {
            cell.push_str(&format!(", not {}", relation.words()));
        }
        cell
    }
}

/// Those within which there is no other, the smallest first.
fn least(relations: &BTreeSet<Relation>) -> Vec<Relation> {
    let has_less =
        |one: &Relation| relations.iter().any(|other| other != one && other.within(*one));
    let mut least: Vec<Relation> = relations.iter().copied().filter(|one| !has_less(one)).collect();
    least.sort_by_key(|relation| (relation.0.count_ones(), relation.0));
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(allowed: &[u16], refused: &[u16]) -> Found {
        let set = |of: &[u16]| of.iter().copied().map(Relation).collect();
        Found { allowed: set(allowed), refused: set(refused) }
    }

    #[test]
    fn a_cell_says_the_least_that_is_enough_and_what_is_too_much() {
        for (allowed, refused, cell) in [
            (&[][..], &[][..], "–"),
            (&[], &[0], "no"),
            (&[0, OURS], &[], "yes"),
            (&[0], &[ABOUT_US], "yes, not of it"),
            (&[0, OURS], &[OURS | ABOUT_HIM], "yes, not of him"),
            (&[OURS, HIS | OURS], &[0], "own"),
            (&[HIS | OURS], &[0, OURS], "his own"),
            (&[RUNS, CHAIRS, RUNS | OURS], &[0, OURS], "run, chair"),
            (&[OURS | ABOUT_US], &[OURS], "own + of it"),
            (&[0], &[0], "some: yes"),
        ] {
            assert_eq!(found(allowed, refused).cell("no"), cell);
        }
    }

    #[test]
    fn who_stands_closer_may_what_others_may() {
        let known = found(&[RUNS, HIS | OURS], &[0, OURS]);
        assert!(known.covers(Relation(RUNS | OURS)));
        assert!(!known.covers(Relation(OURS)) && !known.covers(Relation(0)));
    }
}
