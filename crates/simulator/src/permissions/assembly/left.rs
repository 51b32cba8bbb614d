//! What lies there: made by the scribe, in every place and about everybody, and by everybody himself.

use super::rooms::{Room, meeting, session};
use super::{Assembly, account, party, person, promised, seat, window};
use coalition::content::Role;
use coalition::{Id, Label, Marking, View, Viewer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(in crate::permissions) fn commitment(resource: &Id, party: &Id) -> Value {
    let more = json!({ "condition": "always", "stage": "announced" });
    json!({ "commitment": promised(resource, party, &more) })
}

pub(in crate::permissions) fn need(resource: &Id, party: &Id) -> Value {
    json!({ "need": promised(resource, party, &json!({})) })
}

pub(in crate::permissions) fn invitation(meeting: &Id, party: &Id) -> Value {
    json!({ "invitation": { "meeting": meeting, "party": party } })
}

pub(in crate::permissions) fn reply(invitation: &Id) -> Value {
    json!({ "reply": { "invitation": invitation, "attending": false, "from": "in_person" } })
}

pub(in crate::permissions) fn task(meeting: &Id, session: Option<&Id>, party: &Id) -> Value {
    json!({ "action_point": { "meeting": meeting, "session": session, "party": party,
        "text": "Buy the stones." } })
}

/// What can be said in a session, but for its floor.
pub(in crate::permissions) fn in_session(meeting: &Id, session: &Id, party: &Id) -> [Value; 4] {
    [
        json!({ "item": { "session": session, "title": "The wall" } }),
        json!({ "outcome": { "meeting": meeting, "session": session, "text": "A wall." } }),
        json!({ "minutes": { "session": session, "points": [{ "text": "There was talk." }] } }),
        task(meeting, Some(session), party),
    ]
}

/// What can be said of a meeting as a whole.
pub(in crate::permissions) fn of_meeting(meeting: &Id, person: &Id, party: &Id) -> [Value; 5] {
    [
        json!({ "outcome": { "meeting": meeting, "text": "A wall." } }),
        json!({ "arrival": { "meeting": meeting, "person": person } }),
        json!({ "custody": { "meeting": meeting, "person": person, "device": "phone" } }),
        json!({ "readout": { "meeting": meeting, "title": "On the wall", "text": "We met." } }),
        task(meeting, None, party),
    ]
}

/// What is nobody's and belongs nowhere. `name` is given to nothing else.
pub(in crate::permissions) fn anywhere(base: &super::Base, name: &str) -> [Value; 9] {
    [
        party(name),
        person(name),
        json!({ "source": { "title": name } }),
        json!({ "circumstance": { "name": name, "holds": "unknown" } }),
        json!({ "resource": { "name": name, "unit": "pieces" } }),
        json!({ "guarantee": { "name": name, "trigger": base.circumstance, "requires": "all",
            "needs": [window(&base.resource)] } }),
        json!({ "claim": { "source": base.source, "point": "size", "value": "7" } }),
        json!({ "published_assessment": { "title": name, "guarantee": base.guarantee } }),
        json!({ "document": { "title": name, "reading": "download" } }),
    ]
}

impl Assembly {
    /// In every room, and about every delegation and person.
    pub(super) fn left_by_the_scribe(&mut self) {
        let (scribe, chancery) = (self.scribe.clone(), self.chancery.clone());
        let base = self.base.clone();
        let mut known = BTreeSet::new();
        for room in self.rooms.clone() {
            self.left_in(&room);
            if known.insert(room.meeting.clone()) {
                self.leaves(&scribe, invitation(&room.meeting, &self.newcomers.clone()));
                for content in of_meeting(&room.meeting, &scribe, &chancery) {
                    self.leaves(&scribe, content);
                }
            }
        }
        self.leaves(&scribe, meeting("A round of the scribe's", None));
        for content in anywhere(&base, "of the scribe") {
            self.leaves(&scribe, content);
        }
        for place in 0..self.delegations.len() {
            let of = &self.delegations[place];
            let (party, elder) = (of.party.clone(), of.elder.clone());
            let own = self.rooms[0].meeting.clone();
            self.leaves(&scribe, meeting("A round that is hosted", Some(&party)));
            self.leaves(&scribe, need(&base.resource, &party));
            self.leaves(&scribe, commitment(&base.resource, &party));
            self.leaves(&scribe, task(&own, None, &party));
            let later = self.makes(&scribe, meeting("A later round", None));
            let asked = self.leaves(&scribe, invitation(&later, &party));
            self.delegations[place].unanswered = Some(asked);
            let link = self.link_for(&elder, "unused");
            self.leaves(&scribe, link);
        }
        for (place, _, who) in self.everybody() {
            let own = self.rooms[0].meeting.clone();
            let mut said = task(&own, None, &self.delegations[place].party.clone());
            said["action_point"]["person"] = json!(who);
            self.leaves(&scribe, said);
        }
    }

    /// In one room: its parts, what is said in them, and floors that wait, run and pause.
    fn left_in(&mut self, room: &Room) {
        let (scribe, chancery) = (self.scribe.clone(), self.chancery.clone());
        let Room { meeting, held, .. } = room;
        let state = &self.world.state;
        let view = View::through(state, Viewer::of_person(state, &scribe));
        let chair =
            view.find::<coalition::content::Session>(held).and_then(|(_, said)| said.chair.clone());
        if !room.comes {
            self.leaves(&scribe, session(meeting, "A part", false, chair.as_ref()));
            let door =
                self.leaves(&scribe, session(meeting, "A part with a door", false, chair.as_ref()));
            self.doors.insert(door);
        }
        for content in in_session(meeting, held, &chancery) {
            self.leaves(&scribe, content);
        }
        let floor = json!({ "floor": { "session": held } });
        let step = |step: Value| {
            serde_json::from_value(json!({ "proceed": { "step": step } })).expect("a step")
        };
        self.leaves(&scribe, floor.clone());
        let paused = self.leaves(&scribe, floor.clone());
        for taken in ["begin", "pause"] {
            self.does(&scribe, Some(&paused), step(json!({ taken: {} })));
        }
        let mut speakers = vec![chancery];
        if room.comes {
            speakers = self.delegations.iter().map(|of| of.party.clone()).collect();
        }
        for party in speakers {
            let running = self.leaves(&scribe, floor.clone());
            self.does(&scribe, Some(&running), step(json!({ "begin": {} })));
            self.does(&scribe, Some(&running), step(json!({ "call": { "party": party } })));
            self.does(&scribe, Some(&running), step(json!({ "ask": { "party": party } })));
        }
    }

    /// A link, as whoever hands it out asks for it.
    pub(in crate::permissions) fn link_for(&self, person: &Id, secret: &str) -> Value {
        let expires = self.world.now + jiff::ToSpan::hours(160);
        json!({ "enrolment_link": { "person": person, "secret_hash": secret, "expires": expires } })
    }

    /// Everybody makes one of each, while everybody acts for a lead.
    pub(super) fn left_by_everybody(&mut self) {
        let everybody = self.everybody();
        for (number, (place, _, who)) in everybody.iter().enumerate() {
            let next = &everybody[(number + 1) % everybody.len()].2;
            self.left_by(who, *place, next, &format!("number {number}"));
        }
    }

    fn left_by(&mut self, who: &Id, place: usize, next: &Id, name: &str) {
        let (base, chancery, scribe) =
            (self.base.clone(), self.chancery.clone(), self.scribe.clone());
        let of = &self.delegations[place];
        let (own, elder) = (of.party.clone(), of.elder.clone());
        let Room { meeting: round, held, .. } = self.rooms[0].clone();
        let made: Vec<Id> =
            anywhere(&base, name).into_iter().map(|content| self.leaves(who, content)).collect();
        let (of_his, face, paper) = (made[0].clone(), made[1].clone(), made[8].clone());
        self.attach(who, &paper);
        // One for his own party, and the first for another.
        self.leaves(who, seat(&face, &own, Role::Clerk));
        let other = self.leaves(who, person(&format!("{name}, too")));
        self.leaves(who, seat(&other, &of_his, Role::Clerk));
        for party in [&chancery, &own] {
            self.leaves(who, need(&base.resource, party));
            self.leaves(who, commitment(&base.resource, party));
        }
        self.leaves(who, meeting(name, None));
        let part = self.leaves(who, session(&round, name, false, None));
        let door = self.leaves(who, session(&round, name, false, None));
        self.doors.insert(door);
        self.leaves(who, json!({ "item": { "session": held, "title": name } }));
        self.leaves(who, json!({ "floor": { "session": held } }));
        self.leaves(who, json!({ "minutes": { "session": part, "points": [{ "text": name }] } }));
        self.leaves(who, invitation(&round, &of_his));
        for content in of_meeting(&round, next, &chancery) {
            self.leaves(who, content);
        }
        self.leaves(
            who,
            json!({ "undertaking": { "meeting": base.sworn, "person": who,
            "text": "I tell nobody." } }),
        );
        self.leaves(
            who,
            json!({ "reading": { "document": base.document,
            "version": base.version } }),
        );
        let called = self.makes(&scribe, meeting("A round to be answered", None));
        let asked = self.leaves(&scribe, invitation(&called, &own));
        self.leaves(who, reply(&asked));
        self.leaves(who, json!({ "vouching": { "person": elder } }));
        self.leaves(&elder, json!({ "vouching": { "person": who } }));
        let link = self.link_for(&elder, &format!("of-{}", name.replace(' ', "-")));
        self.leaves(who, link);
    }
}

impl Assembly {
    /// Papers under each label: the scribe's, plain and naming each delegation and person; everybody's
    /// own; and such as were given in a session.
    pub(super) fn labelled(&mut self) {
        let (scribe, everybody) = (self.scribe.clone(), self.everybody());
        let parties: Vec<Id> = self.delegations.iter().map(|of| of.party.clone()).collect();
        let people: Vec<Id> = everybody.into_iter().map(|(_, _, person)| person).collect();
        for label in Label::ALL {
            self.paper(&scribe, label, None, (&[], &[]));
            for party in &parties {
                self.paper(&scribe, label, None, (std::slice::from_ref(party), &[]));
            }
            for person in &people {
                self.paper(person, label, None, (&[], &[]));
                self.paper(&scribe, label, None, (&[], std::slice::from_ref(person)));
            }
        }
        let (without, with) =
            (self.rooms[0].held.clone(), self.rooms.last().expect("rooms").clone());
        for session in [&without, &with.held] {
            self.paper(&scribe, Label::Red, Some(("given in a session", session)), (&[], &[]));
        }
        let door = "given in a session whose room is closed";
        let shut = self.shut.clone();
        for session in shut {
            self.paper(&scribe, Label::Green, Some((door, &session)), (&[], &[]));
            let close = json!({ "close": { "reason": "it is over" } });
            let close = serde_json::from_value(close).expect("a change");
            self.does(&scribe, Some(&session), close);
        }
    }

    fn paper(
        &mut self,
        by: &Id,
        label: Label,
        given: Option<(&str, &Id)>,
        (parties, persons): (&[Id], &[Id]),
    ) {
        let session = given.map(|(_, session)| session);
        let paper = json!({ "document": { "title": "A paper", "reading": "download",
            "session": session } });
        let marking = Marking { label, parties: parties.to_vec(), persons: persons.to_vec() };
        let paper = self.makes_marked(by, paper, marking);
        let row = match given {
            Some((given, _)) => format!("{}, {given}", label.as_str()),
            None => label.as_str().to_owned(),
        };
        self.papers.push((row, by.clone(), paper));
    }
}

/// An account that nobody has connected.
pub(in crate::permissions) fn fresh_account(person: &Id) -> Value {
    account(person, "fresh")
}
