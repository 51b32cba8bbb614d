//! Where things belong: meetings and their sessions, each there for one way to stand to them.

use super::Assembly;
use coalition::{Change, Id};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A meeting with sessions: what is done in it is done by whoever runs it, chairs it or takes part.
#[derive(Clone)]
pub(in crate::permissions) struct Room {
    pub(in crate::permissions) meeting: Id,
    /// In which everything lies already.
    pub(in crate::permissions) held: Id,
    /// In which nothing lies yet; and the like behind a closed door.
    pub(in crate::permissions) blank: Id,
    pub(in crate::permissions) closed: Id,
    /// Whose delegations take part in its sessions.
    pub(in crate::permissions) comes: bool,
}

pub(in crate::permissions) fn meeting(title: &str, host: Option<&Id>) -> Value {
    json!({ "meeting": { "title": title, "level": "leaders", "form": "in_person", "zone": "UTC",
        "starts": "2026-05-04T09:00", "host": host,
        "rules": { "devices": "kept", "undertaking": false, "attribution": "on_record" } } })
}

pub(in crate::permissions) fn session(
    meeting: &Id,
    title: &str,
    closed: bool,
    chair: Option<&Id>,
) -> Value {
    json!({ "session": { "meeting": meeting, "title": title, "closed": closed, "chair": chair } })
}

impl Assembly {
    /// The scribe's own meeting, in which nobody chairs; one hosted by each delegation; a session in
    /// the chair of each person; and one to which all delegations come.
    pub(super) fn rooms(&mut self) {
        let scribe = self.scribe.clone();
        let own = self.makes(&scribe, meeting("The scribe's round", None));
        let mut rooms = vec![self.room(&own, None)];
        for (_, _, person) in self.everybody() {
            let room = self.room(&own, Some(&person));
            rooms.push(room);
        }
        let hosts: Vec<Id> = self.delegations.iter().map(|of| of.party.clone()).collect();
        for host in &hosts {
            let held = self.makes(&scribe, meeting("A hosted round", Some(host)));
            let room = self.room(&held, None);
            rooms.push(room);
        }
        let mut shared = self.room(&own, None);
        shared.comes = true;
        rooms.push(shared);
        self.come(&rooms);
        self.rooms = rooms;
    }

    fn room(&mut self, meeting: &Id, chair: Option<&Id>) -> Room {
        let scribe = self.scribe.clone();
        let mut part =
            |title: &str, closed: bool| self.makes(&scribe, session(meeting, title, closed, chair));
        let (held, blank, closed) =
            (part("Held", false), part("Blank", false), part("Behind a door", true));
        Room { meeting: meeting.clone(), held, blank, closed, comes: false }
    }

    /// The chancery is invited everywhere, and the delegations to the sessions that are for all.
    fn come(&mut self, rooms: &[Room]) {
        let (scribe, chancery, envoy) =
            (self.scribe.clone(), self.chancery.clone(), self.envoy.clone());
        let mut meetings: Vec<&Id> = rooms.iter().map(|room| &room.meeting).collect();
        meetings.dedup();
        for meeting in meetings.iter().collect::<BTreeSet<_>>() {
            let asked = json!({ "invitation": { "meeting": meeting, "party": chancery } });
            let asked = self.makes(&scribe, asked);
            let answer = json!({ "reply": { "invitation": asked, "attending": true,
                "persons": [scribe, envoy], "sessions": [], "from": "in_person" } });
            self.makes(&scribe, answer);
        }
        // One that is closed to all who do not come, and one that is closed to everybody.
        let own = &rooms[0].meeting;
        let [shut, other] = [0; 2].map(|_| self.makes(&scribe, session(own, "Shut", false, None)));
        self.shut = vec![shut.clone(), other];
        let shared: Vec<Room> = rooms.iter().filter(|room| room.comes).cloned().collect();
        for Room { meeting, held, blank, closed, .. } in shared {
            for place in 0..self.delegations.len() {
                let of = &self.delegations[place];
                let (party, elder) = (of.party.clone(), of.elder.clone());
                let people: Vec<Id> = of.people.iter().map(|(_, person)| person.clone()).collect();
                let parts = json!([held, blank, closed, shut]);
                let asked = json!({ "invitation": { "meeting": meeting, "party": party,
                    "sessions": parts } });
                let asked = self.makes(&scribe, asked);
                let answer = json!({ "reply": { "invitation": asked, "attending": true,
                    "persons": people, "sessions": parts, "from": "in_person" } });
                self.makes(&elder, answer);
            }
        }
    }

    /// What is taken back is taken back by whoever made it, the last first; rooms are closed.
    pub(super) fn taken_back(&mut self) {
        let authors: BTreeMap<Id, Id> = self
            .world
            .acts
            .iter()
            .filter(|act| matches!(act.change, Change::Create { .. }))
            .filter_map(|act| Some((act.subject.clone(), act.by.person.clone()?)))
            .collect();
        for thing in self.things.clone().into_iter().rev() {
            let Some(author) = authors.get(&thing) else { continue };
            let reason = json!({ "reason": "it is over" });
            let close = serde_json::from_value(json!({ "close": reason })).expect("a change");
            let withdraw = serde_json::from_value(json!({ "withdraw": reason })).expect("a change");
            if self.doors.contains(&thing) {
                self.does(author, Some(&thing), close);
            } else if !self.kept.contains(&thing) {
                // Some things stand for good, whoever made them.
                let _stands = self.tries(author, Some(&thing), withdraw);
            }
        }
    }
}
