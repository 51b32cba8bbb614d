//! What there is to tell of a room, as one viewer sees it.

use crate::asking::Asking;
use crate::pages::when;
use coalition::content::{
    Arrival, Attribution, Floor, Invitation, Item, Meeting, Party, Presence, Reply, Session,
};
use coalition::floor::{Proceedings, Stage};
use coalition::text::Name;
use coalition::{Id, Label, Refusal, Thing, View, decide};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// A session, and what happens in its room.
pub(super) struct Room<'v> {
    pub(super) view: &'v View,
    pub(super) thing: &'v Thing,
    pub(super) session: &'v Session,
    pub(super) zone: TimeZone,
    /// The floor that is used now, if there is one.
    pub(super) floor: Option<(&'v Thing, &'v Floor)>,
    pub(super) now: Proceedings,
    /// Whether the viewer is in the chair, or runs the meeting.
    pub(super) steers: bool,
    /// The viewer's delegation, if he takes part for it.
    pub(super) own: Option<&'v Id>,
}

/// How a delegation takes part in a session.
#[derive(Clone, Copy, Default)]
pub(super) struct How<'v> {
    in_room: bool,
    remote: bool,
    from: Option<&'v str>,
}

impl How<'_> {
    /// "in the room", "remotely, from Tallinn".
    pub(super) fn words(self) -> String {
        match (self.in_room, self.remote, self.from) {
            (true, true, _) => "in the room and remotely".into(),
            (false, true, Some(place)) => format!("remotely, from {place}"),
            (false, true, None) => "remotely".into(),
            _ => "in the room".into(),
        }
    }
}

/// Somebody who takes part in a session.
pub(super) struct Part<'v> {
    pub(super) person: &'v Id,
    pub(super) presence: Presence,
    pub(super) from: Option<&'v str>,
    /// Whether he was let in at the door.
    pub(super) arrived: bool,
}

impl<'v> Room<'v> {
    pub(super) fn of(asking: &'v Asking) -> Result<Room<'v>, Refusal> {
        let (thing, session) = asking.find::<Session>("id")?;
        let view = &*asking.view;
        let meeting = view.find::<Meeting>(&session.meeting);
        let floor = floor_of(view, thing, session);
        let seated = view.viewer().seated();
        Ok(Room {
            view,
            thing,
            session,
            zone: meeting.map_or(TimeZone::UTC, |(_, meeting)| when::zone(meeting)),
            floor,
            now: floor
                .map_or_else(Proceedings::default, |(thing, _)| Proceedings::of(&thing.steps)),
            steers: decide::steers(view, &thing.id),
            own: seated
                .filter(|seated| seated.sessions.contains(&thing.id))
                .map(|seated| &seated.party),
        })
    }

    /// Whether the room is closed, and not for the viewer.
    pub(super) fn shut_out(&self) -> bool {
        let seated = self.view.viewer().seated();
        let credentialed = seated.is_some_and(|seated| seated.sessions.contains(&self.thing.id));
        (self.session.shut || self.session.closed) && !credentialed
    }

    /// Whether who speaks is told in the room only, and the viewer is not in it.
    pub(super) fn outside(&self) -> bool {
        let confined = decide::rule_of(self.view, &self.thing.id) != Attribution::OnRecord
            && self.own.is_none();
        confined || self.shut_out()
    }

    /// Whether who spoke is told no more: the session is over, and nobody may be named.
    pub(super) fn silent(&self) -> bool {
        self.now.stage == Stage::Over
            && decide::rule_of(self.view, &self.thing.id) != Attribution::OnRecord
    }

    /// A moment on the host's clock: "10:03:20".
    pub(super) fn clock(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }

    /// The session's items in their order.
    pub(super) fn items(&self) -> Vec<(&'v Thing, &'v Item)> {
        let mut items: Vec<_> = self
            .view
            .standing::<Item>()
            .filter(|(_, item)| item.session == self.thing.id)
            .collect();
        items.sort_by(|(one, item), (other, said)| {
            (item.place, &one.id).cmp(&(said.place, &other.id))
        });
        items
    }

    /// The delegations that may be called, by name.
    pub(super) fn delegations(&self) -> Vec<(String, &'v Id)> {
        let mut all: Vec<(String, &Id)> = self
            .view
            .standing::<Invitation>()
            .filter(|(_, said)| {
                said.meeting == self.session.meeting
                    && (said.sessions.is_empty() || said.sessions.contains(&self.thing.id))
                    && self.view.find::<Party>(&said.party).is_some()
            })
            .map(|(_, said)| (self.view.name_of(&said.party), &said.party))
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// Everybody whom a reply brings to the session: his delegation, himself, and how.
    fn coming(&self) -> impl Iterator<Item = (&'v Id, &'v Id, Presence, Option<&'v str>)> {
        let (view, session) = (self.view, &self.thing.id);
        view.standing::<Reply>()
            .filter_map(|(_, reply)| Some((reply, view.find::<Invitation>(&reply.invitation)?.1)))
            .flat_map(move |(reply, invited)| {
                reply.persons.iter().filter_map(move |person| {
                    let (presence, from) = reply.attends(person, session)?;
                    Some((&invited.party, person, presence, from.map(Name::as_str)))
                })
            })
    }

    /// How each delegation takes part, as far as the viewer may know.
    pub(super) fn hows(&self) -> BTreeMap<&'v Id, How<'v>> {
        let mut hows: BTreeMap<&Id, How<'_>> = BTreeMap::new();
        for (party, _, presence, from) in self.coming() {
            let how = hows.entry(party).or_default();
            match presence {
                Presence::InPerson => how.in_room = true,
                Presence::Remote => {
                    how.remote = true;
                    how.from = how.from.or(from);
                }
            }
        }
        hows
    }

    /// Who takes part, by delegation, as far as the viewer may know.
    pub(super) fn parts(&self) -> BTreeMap<&'v Id, Vec<Part<'v>>> {
        let arrivals = self.view.standing::<Arrival>();
        let arrived: BTreeSet<&Id> = arrivals
            .filter(|(_, said)| said.meeting == self.session.meeting)
            .map(|(_, said)| &said.person)
            .collect();
        let mut parts: BTreeMap<&Id, Vec<Part<'_>>> = BTreeMap::new();
        for (party, person, presence, from) in self.coming() {
            let arrived = arrived.contains(person);
            parts.entry(party).or_default().push(Part { person, presence, from, arrived });
        }
        parts
    }
}

/// The floor that is used, the newest of several. Behind a closed door it is the one of the closed
/// part, and where who spoke may not be told it is for those in the room, whatever the door: both are
/// RED. Else it is the open one: what a closed part left is not gone on with when the door opens.
fn floor_of<'v>(
    view: &'v View,
    thing: &Thing,
    session: &Session,
) -> Option<(&'v Thing, &'v Floor)> {
    let of_session = || view.standing::<Floor>().filter(|(_, floor)| floor.session == thing.id);
    let newest = |red: bool| {
        of_session()
            .filter(|(thing, _)| (thing.marking.label == Label::Red) == red)
            .max_by_key(|(thing, _)| (thing.created, &thing.id))
    };
    let unnamed = decide::rule_of(view, &thing.id) != Attribution::OnRecord;
    match session.shut || unnamed {
        true => newest(true),
        false => newest(false).or_else(|| newest(true).filter(|_| session.closed)),
    }
}
