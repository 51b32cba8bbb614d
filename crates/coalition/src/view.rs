//! The view: the part of the state that one viewer may see, and the only way to it.
//!
//! A thing is in the view if its own label admits the viewer *and* everything it refers to is in
//! the view. All acts of a thing are seen or none, so the view equals the fold of the acts that the
//! viewer may see: nothing in it depends on anything else.

use crate::act::Act;
use crate::admission::admitted;
use crate::content::{Content, Kind, Say, Seat};
use crate::effort::spend;
use crate::id::Id;
use crate::label::{Marked, Seated, Viewer, may_see};
use crate::state::{Leaves, State, Thing, Things};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The part of the state that one viewer may see.
#[derive(Clone, Debug)]
pub struct View {
    pub(crate) viewer: Viewer,
    pub(crate) things: Arc<Things>,
    /// Whether `things` are those that the viewer may see; else they are all there are, and each is
    /// judged when it is asked for.
    pub(crate) sifted: bool,
}

/// One leaf of the record, as a viewer sees it.
#[derive(Debug)]
pub enum Leaf<'a> {
    /// An act that he may see, as the bytes that are kept.
    Act(&'a [u8]),
    /// An act that he may not see: its place is all there is.
    Sealed,
}

/// Past so many acts, a view is made whole rather than brought forward.
const ACTS_SINCE_MAX: usize = 1_024;

impl Viewer {
    /// Who asks: a person, or the public.
    pub fn of(state: &State, person: Option<&Id>) -> Viewer {
        person.map_or(Viewer::Public, |person| Viewer::of_person(state, person))
    }

    /// The viewer that a person is at this moment: seated, or a member of the public.
    pub fn of_person(state: &State, person: &Id) -> Viewer {
        // Of several seats the newest counts: it is the one that its holder is sure to see, so who
        // he is never rests on what is hidden from him.
        let seats = state.things.of_kind(Kind::Seat).filter(|thing| thing.stands());
        let seat = seats
            .filter_map(|thing| {
                let seat: &Seat = thing.said()?;
                let party = state.things.get_kind(Kind::Party, &seat.party)?;
                let Content::Party(said) = &party.content else { return None };
                let enters = state.things.get_kind(Kind::Person, person);
                let sits = seat.person == *person
                    && party.stands()
                    && enters.is_some_and(|thing| thing.stands());
                sits.then(|| (thing.acts.first().copied(), seat.clone(), said.standing))
            })
            .max_by_key(|(given, _, _)| *given)
            .map(|(_, seat, standing)| (seat, standing));
        let Some((seat, standing)) = seat else { return Viewer::Public };
        admitted(
            state,
            &Seated {
                person: person.clone(),
                party: seat.party,
                standing,
                role: seat.role,
                sessions: BTreeSet::new(),
                invited: BTreeSet::new(),
            },
        )
    }
}

/// Whether a thing is about the viewer himself, and so never kept from him.
fn concerns(content: &Content, id: &Id, viewer: &Seated) -> bool {
    match content {
        Content::Party(_) => *id == viewer.party,
        Content::Person(_) => *id == viewer.person,
        // A delegation sees who sits for it, as far as it sees who that is.
        Content::Seat(seat) => seat.person == viewer.person || seat.party == viewer.party,
        Content::Vouching(vouching) => vouching.person == viewer.person,
        Content::EnrolmentLink(link) => link.person == viewer.person,
        Content::Passkey(passkey) => passkey.person == viewer.person,
        Content::DirectoryAccount(account) => account.person == viewer.person,
        Content::Invitation(invitation) => invitation.party == viewer.party,
        Content::Reply(reply) => reply.persons.contains(&viewer.person),
        Content::Meeting(_) => viewer.invited.contains(id),
        Content::Session(session) => {
            viewer.invited.contains(id) || session.chair.as_ref() == Some(&viewer.person)
        }
        Content::Arrival(arrival) => arrival.person == viewer.person,
        Content::Custody(custody) => custody.person == viewer.person,
        // What somebody has taken upon himself, he can read again.
        Content::ActionPoint(said) => match &said.person {
            Some(person) => *person == viewer.person,
            None => said.party == viewer.party,
        },
        _ => false,
    }
}

/// Whether the label of `thing` alone admits the viewer, and the door of the session in which it was
/// given, if it was given in one of those in `things`.
pub(crate) fn admits(viewer: &Viewer, things: &Things, thing: &Thing) -> bool {
    spend();
    // A session is given in itself: its own credentials open it.
    let session = match &thing.content {
        Content::Session(_) => Some(&thing.id),
        content => content.session(),
    };
    may_see(
        viewer,
        Marked {
            marking: &thing.marking,
            author: thing.author.person.as_ref(),
            origin: thing.author.party.as_ref(),
            session,
            shut: thing.content.session().is_some_and(|session| things.shut(session)),
            embargoed: matches!(&thing.content, Content::Readout(readout) if !readout.published),
            concerns_viewer: viewer
                .seated()
                .is_some_and(|seated| concerns(&thing.content, &thing.id, seated)),
        },
    )
}

impl View {
    /// What `viewer` may see of `state`. Linear in the number of things.
    pub fn of(state: &State, viewer: Viewer) -> View {
        let mut things = Things::default();
        // Kinds come in the order in which they refer to one another, so what a thing refers to has
        // been decided when its turn comes.
        for kind in Kind::ALL {
            for thing in state.things.of_kind(*kind) {
                let refers_within = || thing.references().iter().all(|id| things.get(id).is_some());
                if admits(&viewer, &state.things, thing) && refers_within() {
                    things.insert(Arc::clone(thing));
                }
            }
        }
        View { viewer, things: Arc::new(things), sifted: true }
    }

    /// What the same person may see now that `state` has taken in acts since this view was made of
    /// it, when it held `since` acts; with the kinds of things that changed. It is [`View::of`] his
    /// viewer, at a cost in proportion to the acts. `None` where that takes more than looking at what
    /// they are about: when they change who he is, or hide or show what others may refer to.
    pub fn brought_forward(
        self,
        state: &State,
        person: Option<&Id>,
        since: usize,
    ) -> Option<(View, BTreeSet<Kind>)> {
        if !self.sifted || state.size().checked_sub(since)? > ACTS_SINCE_MAX {
            return None;
        }
        let subjects =
            (since..state.size()).filter_map(|at| state.leaves.get(at)?.subject.as_ref());
        // In the order in which they refer to one another, as in `View::of`.
        let mut touched: BTreeMap<(Kind, &Id), &Arc<Thing>> = subjects
            .filter_map(|id| state.things.get(id))
            .map(|thing| ((thing.content.kind(), &thing.id), thing))
            .collect();
        if touched.keys().any(|(kind, _)| *kind == Kind::Meeting) {
            // A meeting that moves takes its sessions along.
            let moved = state
                .things
                .of_kind(Kind::Session)
                .filter(|thing| thing.acts.last().is_some_and(|last| *last as usize >= since));
            touched.extend(moved.map(|thing| ((Kind::Session, &thing.id), thing)));
        }
        if touched.keys().any(|(kind, _)| kind.makes_viewers())
            && self.viewer != Viewer::of(state, person)
        {
            return None;
        }
        let View { viewer, mut things, sifted } = self;
        let mut changed = BTreeSet::new();
        for ((kind, id), thing) in touched {
            let shown = things.get(id).is_some();
            let shows = admits(&viewer, &state.things, thing)
                && thing.references().iter().all(|id| things.get(id).is_some());
            if (shown || shows) && things.shut(id) != state.things.shut(id) {
                // What was given in the session is not touched, and is shown or hidden all the same.
                return None;
            }
            // Nothing refers to what was not there before: the rules see to it.
            let fresh = thing.acts.first().is_some_and(|first| *first as usize >= since);
            if shown != shows && !(shows && fresh) {
                return None;
            }
            if shows {
                Arc::make_mut(&mut things).insert(Arc::clone(thing));
                changed.insert(kind);
            }
        }
        Some((View { viewer, things, sifted }, changed))
    }

    /// The same view as [`View::of`], made at once: what the viewer may see is judged thing by thing
    /// when it is asked for. For a few questions, such as deciding one act.
    pub fn through(state: &State, viewer: Viewer) -> View {
        View { viewer, things: Arc::clone(&state.things), sifted: false }
    }

    pub(crate) fn shows(&self, thing: &Thing) -> bool {
        if self.sifted {
            return true;
        }
        // What a thing refers to is of an earlier kind each time, so this ends soon.
        let kind = thing.content.kind();
        let named = |id: &Id| self.things.get(id).filter(|named| named.content.kind() < kind);
        admits(&self.viewer, &self.things, thing)
            && thing.references().iter().all(|id| named(id).is_some_and(|named| self.shows(named)))
    }

    /// Who is looking.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The thing of this id, of whatever kind.
    pub fn get(&self, id: &Id) -> Option<&Thing> {
        self.things.get(id).map(Arc::as_ref).filter(|thing| self.shows(thing))
    }

    /// The thing of this id, if it is of this kind.
    pub(crate) fn get_kind(&self, kind: Kind, id: &Id) -> Option<&Thing> {
        self.things.get_kind(kind, id).map(Arc::as_ref).filter(|thing| self.shows(thing))
    }

    /// The thing of this id, if it is of the kind wanted.
    pub fn find<C: Say>(&self, id: &Id) -> Option<(&Thing, &C)> {
        let thing = self.get_kind(C::KIND, id)?;
        Some((thing, thing.said()?))
    }

    /// All things of a kind, by id.
    pub fn all<C: Say>(&self) -> impl DoubleEndedIterator<Item = (&Thing, &C)> {
        self.of_kind(C::KIND).filter_map(|thing| Some((thing, thing.said()?)))
    }

    /// All things of a kind that were neither suspended nor withdrawn, by id.
    pub fn standing<C: Say>(&self) -> impl DoubleEndedIterator<Item = (&Thing, &C)> {
        self.all().filter(|(thing, _)| thing.stands())
    }

    /// All things of a kind, of whatever content, by id.
    pub fn of_kind(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Thing> {
        self.things.of_kind(kind).map(Arc::as_ref).filter(|thing| self.shows(thing))
    }

    /// How many things of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        if self.sifted { self.things.count(kind) } else { self.of_kind(kind).count() }
    }

    /// What a page calls the thing of this id: its name, or the id where it is not in the view.
    pub fn name_of(&self, id: &Id) -> String {
        self.get(id).map_or_else(|| id.to_string(), |thing| thing.content.title().to_owned())
    }

    /// The acts of a thing, the first one first.
    pub fn history<'a>(
        &'a self,
        leaves: &'a Leaves,
        thing: &'a Thing,
    ) -> impl DoubleEndedIterator<Item = (u32, Act)> + 'a {
        thing.acts.iter().filter_map(|position| match self.leaf(leaves, *position as usize)? {
            Leaf::Act(bytes) => Some((*position, Act::decode(bytes).ok()?)),
            Leaf::Sealed => None,
        })
    }

    /// The leaf at a place of the record; `None` past its end.
    pub fn leaf<'a>(&self, leaves: &'a Leaves, position: usize) -> Option<Leaf<'a>> {
        let row = leaves.get(position)?;
        Some(match row.subject.as_ref().and_then(|subject| self.get(subject)) {
            Some(_) => Leaf::Act(&row.bytes),
            None => Leaf::Sealed,
        })
    }

    /// The acts that built this view, in order: what the record would hold if nothing else had
    /// ever happened.
    pub fn visible_acts<'a>(
        &'a self,
        leaves: &'a Leaves,
    ) -> impl Iterator<Item = (usize, Act)> + 'a {
        (0..leaves.size()).filter_map(|position| match self.leaf(leaves, position)? {
            Leaf::Act(bytes) => Some((position, Act::decode(bytes).ok()?)),
            Leaf::Sealed => None,
        })
    }
}
