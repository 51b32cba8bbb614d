//! Who is expected at a meeting: whom delegations name, what they come to, and whether they are in.

use crate::house::House;
use coalition::content::{Arrival, Custody, Invitation, Presence, Reply, Undertaking};
use coalition::{Id, Thing, View};
use sha2::{Digest, Sha256};

/// Somebody whom a delegation brings to a meeting.
pub(super) struct Expected<'v> {
    pub(super) person: &'v Id,
    pub(super) party: &'v Id,
    /// The sessions he comes to, and whether he is in the room in each.
    pub(super) sessions: Vec<(&'v Id, Presence)>,
    pub(super) undertaken: bool,
    pub(super) arrival: Option<&'v Thing>,
    pub(super) devices: Vec<(&'v Thing, &'v Custody)>,
}

impl Expected<'_> {
    /// Whether he comes through a door at all.
    pub(super) fn in_person(&self) -> bool {
        self.sessions.is_empty()
            || self.sessions.iter().any(|(_, presence)| *presence == Presence::InPerson)
    }
}

/// Everybody who is expected, by the name of his delegation and his own, as far as the viewer sees.
pub(super) fn expected<'v>(view: &'v View, meeting: &Id) -> Vec<Expected<'v>> {
    let mut all: Vec<Expected<'v>> = Vec::new();
    for (_, reply) in view.standing::<Reply>().filter(|(_, reply)| reply.attending) {
        let invitation = view.find::<Invitation>(&reply.invitation);
        let invited = invitation.filter(|(thing, said)| thing.stands() && said.meeting == *meeting);
        let Some((_, invited)) = invited else { continue };
        for person in &reply.persons {
            let comes = |session: &'v Id| Some((session, reply.attends(person, session)?.0));
            let sessions: Vec<(&Id, Presence)> = reply.sessions.iter().filter_map(comes).collect();
            // One delegation may answer several invitations.
            match all.iter_mut().find(|known| known.person == person) {
                Some(known) => known.sessions.extend(sessions),
                None => all.push(at_the_door(view, meeting, person, &invited.party, sessions)),
            }
        }
    }
    all.sort_by_cached_key(|one| (view.name_of(one.party), view.name_of(one.person), one.person));
    all
}

fn at_the_door<'v>(
    view: &'v View,
    meeting: &Id,
    person: &'v Id,
    party: &'v Id,
    sessions: Vec<(&'v Id, Presence)>,
) -> Expected<'v> {
    let mut devices: Vec<(&Thing, &Custody)> = view
        .standing::<Custody>()
        .filter(|(_, said)| said.meeting == *meeting && said.person == *person)
        .collect();
    devices.sort_by_key(|(_, said)| said.number);
    Expected {
        person,
        party,
        sessions,
        undertaken: view
            .standing::<Undertaking>()
            .any(|(_, said)| said.meeting == *meeting && said.person == *person),
        arrival: view
            .standing::<Arrival>()
            .find(|(_, said)| said.meeting == *meeting && said.person == *person)
            .map(|(thing, _)| thing),
        devices,
    }
}

/// What a credential carries beside its holder's name: a word that only this house can make, so that
/// one found or copied from another meeting is known for what it is.
pub(super) fn code(house: &House, meeting: &Id, person: &Id) -> Id {
    let mut hasher = Sha256::new();
    hasher.update(house.credentials);
    for part in [meeting.as_str(), person.as_str()] {
        hasher.update([0]);
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    Id::from_entropy(std::array::from_fn(|place| digest[place]))
}
