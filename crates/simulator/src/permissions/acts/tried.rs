//! What is tried: everything that somebody of the assembly might make, and everything that might be
//! done to what lies there; and the like by dice, in random worlds.

use super::super::assembly::left::{
    anywhere, commitment, fresh_account, in_session, invitation, need, of_meeting, reply,
};
use super::super::assembly::rooms::{meeting, session};
use super::super::assembly::{After, Assembly, Room, attached, said, seat};
use super::super::relation::Relation;
use super::{Attempt, Who, attempt};
use crate::world::World;
use coalition::act::Change;
use coalition::content::{Item, Progress, Role, Session, Stage, Step, Vouching};
use coalition::floor::{Proceedings, last_of_the_chair};
use coalition::text::Text;
use coalition::time::PartialTime;
use coalition::{Content, Id, Kind, Label, Marking, Thing, View, Viewer};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Of how many things to which somebody stands alike he tries something. What the rules say of one they
/// say of all, and random worlds try others.
const ALIKE: usize = 2;

fn reason() -> Text {
    Text::parse("for a reason").expect("a text")
}

impl Assembly {
    /// What one person tries. Where things were taken back, he tries to bring them back.
    pub(super) fn attempts(
        &self,
        view: &View,
        place: usize,
        person: &Id,
        after: After,
    ) -> Vec<(Option<Id>, Change)> {
        let mut attempts = Vec::new();
        if after == After::Made {
            let marking = || Marking::plain(Label::Green);
            let create = |content| Change::Create { content, marking: marking() };
            let wanted = self.wanted(view, place, person).into_iter();
            attempts.extend(wanted.map(|content| (None, create(said(content)))));
        }
        for thing in self.each_way(view) {
            let back =
                |change: &Change| matches!(change, Change::Resume { .. } | Change::Reopen { .. });
            let tried = changes(view, thing).into_iter();
            let tried = tried.filter(|change| back(change) == (after == After::TakenBack));
            attempts.extend(tried.map(|change| (Some(thing.id.clone()), change)));
        }
        attempts
    }

    /// Of each kind, [`ALIKE`] things for each way in which he stands to some, and for each way that a
    /// floor has come.
    fn each_way<'v>(&self, view: &'v View) -> Vec<&'v Thing> {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let mut some = |thing: &&Thing| {
            let now = Proceedings::of(&thing.steps);
            let speaks = now.speaking.as_ref().map(|speech| &speech.party);
            let relation = Relation::of(view, Some(thing), &thing.content).taken_for(view, speaks);
            let shut = thing.said::<Session>().is_some_and(|session| session.shut);
            let (kind, stands) = (thing.content.kind(), thing.stands());
            let way = format!("{kind:?} {relation:?} {stands} {shut} {:?}", now.stage);
            let times = known.entry(way).or_default();
            *times += 1;
            *times <= ALIKE
        };
        self.things.iter().filter_map(|id| view.get(id)).filter(|thing| some(thing)).collect()
    }

    /// What one person might want to make.
    fn wanted(&self, view: &View, place: usize, who: &Id) -> Vec<Value> {
        let own = &self.delegations[place];
        let other = &self.delegations[(place + 1) % self.delegations.len()];
        let mut wanted = anywhere(&self.base, "something new").to_vec();
        wanted.push(json!({ "coalition": { "name": "Another" } }));
        wanted.push(meeting("something new", None));
        for party in [&own.party, &self.chancery] {
            wanted.push(need(&self.base.resource, party));
            wanted.push(commitment(&self.base.resource, party));
            wanted.push(seat(&self.stranger, party, Role::Clerk));
        }
        wanted.push(seat(&self.stranger, &self.newcomers, Role::Clerk));
        wanted.push(invitation(&self.base.sworn, &own.party));
        for of in [own, other] {
            wanted.extend(of.unanswered.as_ref().map(reply));
        }
        for person in [who, &other.elder] {
            wanted.push(json!({ "undertaking": { "meeting": self.base.oath, "person": person,
                "text": "I tell nobody." } }));
            wanted.push(fresh_account(person));
            wanted.push(json!({ "passkey": { "person": person, "name": "Another",
                "credential": "another", "public_key": "key" } }));
        }
        for person in [who, &own.elder, &own.novice, &other.novice] {
            wanted.push(json!({ "vouching": { "person": person } }));
            wanted.push(self.link_for(person, "something-new"));
        }
        wanted.extend(self.vouched_link(view, who, &own.elder));
        wanted.push(json!({ "reading": { "document": self.base.document,
            "version": self.base.version } }));
        for room in self.rooms_of(place, who) {
            wanted.extend(self.wanted_in(room));
        }
        wanted
    }

    /// A link for the elder of a delegation, on the word of somebody else of it.
    fn vouched_link(&self, view: &View, who: &Id, elder: &Id) -> Option<Value> {
        let mut words = view.standing::<Vouching>();
        let word = words.find(|(thing, said)| {
            said.person == *elder && thing.author.person.as_ref() != Some(who)
        });
        let mut link = self.link_for(elder, "something-new");
        link["enrolment_link"]["vouching"] = json!(word?.0.id);
        Some(link)
    }

    /// One room for each way to stand to one: the scribe's, one that he chairs, one that somebody else
    /// does, his delegation's, another's, and the one to which all come.
    fn rooms_of(&self, place: usize, who: &Id) -> Vec<&Room> {
        let everybody = self.everybody();
        let number = everybody.iter().position(|(_, _, known)| known == who).expect("he is asked");
        let people = everybody.len();
        let hosts = 1 + people;
        let delegations = self.delegations.len();
        [
            0,
            1 + number,
            1 + (number + 1) % people,
            hosts + place,
            hosts + (place + 1) % delegations,
            hosts + delegations,
        ]
        .map(|place| &self.rooms[place])
        .into()
    }

    fn wanted_in(&self, room: &Room) -> Vec<Value> {
        let Room { meeting, blank, closed, .. } = room;
        let mut wanted = vec![
            session(meeting, "something new", false, None),
            invitation(meeting, &self.uninvited),
        ];
        wanted.extend(of_meeting(meeting, &self.envoy, &self.chancery));
        for session in [blank, closed] {
            wanted.extend(in_session(meeting, session, &self.chancery));
            wanted.push(json!({ "floor": { "session": session } }));
            wanted.push(json!({ "document": { "title": "something new", "reading": "download",
                "session": session } }));
        }
        wanted
    }
}

/// Everything that might be done to a thing.
fn changes(view: &View, thing: &Thing) -> Vec<Change> {
    let starts = PartialTime::parse("2026-06-06").expect("a day");
    let version = Id::parse("another-version").expect("a word");
    let mut changes = vec![
        Change::Amend { content: amended(&thing.content) },
        Change::Suspend { reason: reason() },
        Change::Postpone { starts, ends: None, reason: reason() },
        Change::Resume { reason: reason() },
        Change::Withdraw { reason: reason() },
        Change::Close { reason: reason() },
        Change::Reopen { reason: reason() },
        Change::Publish {},
        attached(&version),
    ];
    changes.extend(Stage::ALL.map(|stage| Change::Advance { stage }));
    changes.extend(
        [Label::Amber, Label::Clear]
            .map(|label| Change::Relabel { marking: Marking::plain(label) }),
    );
    let kept = thing.versions.first().map(|attached| attached.version.id.clone());
    changes.extend(kept.map(|version| Change::Destroy { version, reason: reason() }));
    if let Content::ActionPoint(said) = &thing.content {
        let progress = Progress::Done;
        let said = coalition::content::ActionPoint { progress, ..said.clone() };
        changes.push(Change::Amend { content: Content::ActionPoint(said) });
    }
    if thing.content.kind() == Kind::Floor {
        changes.extend(steps(view, thing).into_iter().map(|step| Change::Proceed { step }));
    }
    changes
}

/// What a thing says, amended as far as that makes a difference to the rules.
fn amended(content: &Content) -> Content {
    let mut content = content.clone();
    match &mut content {
        Content::EnrolmentLink(said) => said.spent = true,
        Content::ActionPoint(said) => said.text = reason(),
        _ => {}
    }
    content
}

/// Everything that can happen on a floor.
fn steps(view: &View, floor: &Thing) -> Vec<Step> {
    let now = Proceedings::of(&floor.steps);
    let session = floor.content.session();
    let item = view.standing::<Item>().find(|(_, item)| Some(&item.session) == session);
    let mut steps = vec![
        Step::Begin {},
        Step::Pause {},
        Step::GoOn {},
        Step::Adjourn {},
        Step::Yield {},
        Step::Turn { item: item.map(|(thing, _)| thing.id.clone()) },
    ];
    let parties = view.of_kind(Kind::Party).take(2).map(|thing| thing.id.clone());
    let own = view.viewer().seated().map(|actor| actor.party.clone());
    for party in parties.chain(own) {
        steps.extend([Step::Ask { party: party.clone() }, Step::Call { party }]);
    }
    for asked in &now.list {
        let request = asked.id.clone();
        steps.extend([Step::Retract { request: request.clone() }, Step::Give { request }]);
    }
    steps.extend(last_of_the_chair(&floor.steps).map(|last| Step::Undo { act: last.act.clone() }));
    steps
}

/// How often each new thing is tried by each person of a random world.
const TRIES: usize = 2;

/// What everybody of a random world tries, and who he is.
pub(super) fn in_a_random_world(world: &mut World) -> Vec<(Who, Attempt)> {
    let mut people = world.people.clone();
    people.sort();
    people.dedup();
    let mut attempts = Vec::new();
    for person in people {
        let view = View::of(&world.state, Viewer::of_person(&world.state, &person));
        let who = Who::of(view.viewer());
        for kind in Kind::ALL {
            for _ in 0..TRIES {
                let Some(content) = world.content(&view, *kind) else { continue };
                let marking = world.marking(&view);
                let change = Change::Create { content, marking };
                attempts.push((who, attempt(world, &view, None, change)));
            }
            for thing in view.of_kind(*kind) {
                let amended = world.content(&view, *kind).map(|content| Change::Amend { content });
                for change in changes(&view, thing).into_iter().chain(amended) {
                    attempts.push((who, attempt(world, &view, Some(thing), change)));
                }
            }
        }
    }
    attempts
}
