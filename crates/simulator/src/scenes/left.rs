//! What scenes leave behind: papers, minutes, action points, readouts, and keys to the house.

use super::held::{Rooms, of_few};
use super::{Cast, marked};
use crate::world::World;
use crate::world::papers::content_of;
use coalition::content::{Media, Session};
use coalition::{Id, Marking, View, Viewer};
use jiff::ToSpan;
use serde_json::{Value, json};

impl World {
    /// The meeting of a session.
    pub(super) fn meeting_of(&self, session: &Id) -> Id {
        let view = View::of(&self.state, Viewer::of_person(&self.state, &self.people[0]));
        let (_, said) = view.find::<Session>(session).expect("the founder sees it");
        said.meeting.clone()
    }

    /// A paper with a version.
    fn given(&mut self, by: &Id, content: &Value, marking: Marking) -> (Id, Id) {
        self.added(by, content, marking, Media::Plain)
    }

    /// A paper with a version of a type.
    fn added(&mut self, by: &Id, content: &Value, marking: Marking, media: Media) -> (Id, Id) {
        let document = self.makes(by, json!({ "document": content }), marking);
        let version = Id::from_entropy(self.dice.entropy());
        let bytes = content_of(&version).len();
        let said = json!({ "id": version, "hash": format!("key{}", self.dice.throw()),
            "bytes": bytes, "media": media, "name": format!("paper.{}", media.extension()) });
        self.changes(by, &document, json!({ "attach": { "version": said } }));
        (document, version)
    }
}

/// Papers are given in rooms, and read.
pub(super) fn papers(world: &mut World, cast: &Cast, rooms: &Rooms) {
    let (ada, mia, nia) = (&cast.ada, &cast.mia, &cast.nia);
    let paper = |title: &str, session: &Id| json!({ "title": title, "session": session, "reading": "download" });
    let red = marked("RED", &[]);
    let inner = world.given(ada, &paper("Plan of the tunnel", &rooms.inner), red);
    let open = world.given(ada, &paper("Plan of the bridge", &rooms.open), marked("GREEN", &[]));
    let secret = paper("Plan of the ferry", &rooms.secret_part);
    let secret = world.given(ada, &secret, of_few(cast));
    let second = world.given(mia, &paper("A second tunnel", &rooms.inner), of_few(cast));
    let gone = json!({ "version": second.1, "reason": "it was wrong" });
    world.changes(mia, &second.0, json!({ "destroy": gone }));
    for (who, (document, version)) in [(mia, &inner), (nia, &open), (mia, &open), (mia, &secret)] {
        let read = json!({ "reading": { "document": document, "version": version } });
        world.makes(who, read, marked("AMBER+STRICT", &[]));
    }
}

/// Letters of which each delegation is shown its own copy: one for all who are seated, which two open,
/// and one for few.
pub(super) fn letters(world: &mut World, cast: &Cast) {
    let (ada, mia, nia) = (&cast.ada, &cast.mia, &cast.nia);
    let letter = |title: &str| json!({ "title": title, "reading": "shown" });
    let green = marked("GREEN", &[]);
    let open = world.added(mia, &letter("A letter to all"), green, Media::Letter);
    let few = world.added(ada, &letter("A letter to few"), of_few(cast), Media::Letter);
    for (who, (document, version)) in [(nia, &open), (mia, &open), (mia, &few)] {
        let read = json!({ "reading": { "document": document, "version": version } });
        world.makes(who, read, marked("AMBER+STRICT", &[]));
    }
}

/// Minutes under each rule, of parts that others see or do not.
pub(super) fn minutes(world: &mut World, cast: &Cast, rooms: &Rooms) {
    let few = || of_few(cast);
    let mut minutes = |session: &Id, points: Value| {
        let said = json!({ "minutes": { "session": session, "points": points } });
        world.makes(&cast.ada, said, few());
    };
    minutes(
        &rooms.open,
        json!([{ "item": rooms.open_item, "party": cast.south, "text": "The bridge is paid for." }]),
    );
    minutes(
        &rooms.inner,
        json!([{ "item": rooms.inner_item, "person": cast.mia, "text": "The tunnel is dug." },
            { "decided": true, "text": "Nobody is told." }]),
    );
    minutes(&rooms.secret_part, json!([{ "text": "The ferry sails at night." }]));
    minutes(&rooms.unnamed, json!([{ "text": "The mill was praised." }]));
    minutes(&rooms.silent, json!([{ "decided": true, "text": "The mill is bought." }]));
}

/// Action points for several parties, outcomes, readouts under embargo, and what a source says.
pub(super) fn afterwards(world: &mut World, cast: &Cast, rooms: &Rooms) {
    let (ada, few) = (&cast.ada, || of_few(cast));
    let clear = || marked("CLEAR", &[]);
    let mut point = |meeting: &Id, party: &Id, text: &str, marking: Marking| {
        let said = json!({ "action_point": { "meeting": meeting, "party": party, "text": text,
            "due": "2025-12-20" } });
        world.makes(ada, said, marking);
    };
    point(&rooms.meeting, &cast.south, "Buy the stones.", few());
    point(&rooms.meeting, &cast.north, "Buy the ropes.", marked("AMBER+STRICT", &[&cast.north]));
    point(&rooms.meeting, &cast.guests, "Watch the river.", marked("RED", &[]));
    point(&rooms.secret, &cast.north, "Rent the ferry.", few());
    point(&rooms.secret, &cast.south, "Paint the ferry.", few());
    let outcome = |meeting: &Id, session: &Id, text: &str| json!({ "outcome": { "meeting": meeting, "session": session, "text": text } });
    world.makes(ada, outcome(&rooms.meeting, &rooms.open, "A bridge."), clear());
    world.makes(ada, outcome(&rooms.meeting, &rooms.inner, "A tunnel."), few());
    world.makes(ada, outcome(&rooms.secret, &rooms.secret_part, "A ferry."), few());
    let told = |meeting: &Id, title: &str| {
        json!({ "readout": { "meeting": meeting, "title": title, "text": "We met.",
            "at": "2099-01-01T00:00:00Z" } })
    };
    world.makes(ada, told(&rooms.meeting, "On the bridge"), clear());
    world.makes(ada, told(&rooms.secret, "On the ferry"), clear());
    let source = world.makes(ada, json!({ "source": { "title": "The Gazette" } }), clear());
    for (about, value) in [(&rooms.meeting, "4"), (&rooms.secret, "2"), (&rooms.meeting, "5")] {
        let claim = json!({ "claim": { "source": source, "about": about, "point": "size",
            "value": value } });
        let marking = if value == "4" { clear() } else { few() };
        world.makes(ada, claim, marking);
    }
}

/// Somebody of whom few know is given a link, uses it, and has a passkey.
pub(super) fn keys(world: &mut World, cast: &Cast, hugo: &Id) {
    let mia = &cast.mia;
    let own = || marked("AMBER+STRICT", &[]);
    let expires = world.now + 60.hours();
    let link = |secret: &str, spent: bool| {
        json!({ "enrolment_link": { "person": hugo, "secret_hash": secret, "expires": expires,
            "spent": spent } })
    };
    let given = world.makes(mia, link("firstsecret", false), own());
    world.changes(hugo, &given, json!({ "amend": { "content": link("firstsecret", true) } }));
    let key = json!({ "passkey": { "person": hugo, "name": "Key", "credential": "hugoskey",
        "public_key": "hugospublickey", "link": given } });
    world.makes(hugo, key, own());
}
