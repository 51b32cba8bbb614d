//! Meetings as scenes hold them: which there are, who is let in, and who speaks.

use super::{Cast, marked};
use crate::world::World;
use coalition::{Id, Marking};
use serde_json::{Value, json};

/// The meetings and their rooms.
pub(super) struct Rooms {
    /// A meeting that everybody may know of, on the record; its open part and one of which few know.
    pub(super) meeting: Id,
    pub(super) open: Id,
    pub(super) inner: Id,
    /// The items of both.
    pub(super) open_item: Id,
    pub(super) inner_item: Id,
    /// A meeting of which few know, and its part.
    pub(super) secret: Id,
    pub(super) secret_part: Id,
    /// Parts of meetings under which nobody is named, and under which nothing is told at all.
    pub(super) unnamed: Id,
    pub(super) silent: Id,
}

const SERIES: &str = "the round";

/// A meeting in whole; its rule is `attribution`, and whoever comes undertakes to tell nobody.
fn meeting(title: &str, starts: &str, attribution: &str) -> Value {
    json!({ "meeting": {
        "title": title, "level": "leaders", "form": "in_person", "places": ["The old mill"],
        "zone": "Europe/Madrid", "starts": starts, "series": SERIES,
        "rules": { "devices": "handed_in", "undertaking": true, "attribution": attribution },
    }})
}

fn session(meeting: &Id, title: &str, closed: bool, chair: &Id) -> Value {
    json!({ "session": { "meeting": meeting, "title": title, "closed": closed, "chair": chair,
        "starts": "2025-12-04T10:00", "minutes": 45, "place": 1 } })
}

fn item(session: &Id, title: &str) -> Value {
    json!({ "item": { "session": session, "title": title, "minutes": 10, "place": 1 } })
}

/// For those of the south alone, and of the lead, whose they are.
pub(super) fn of_few(cast: &Cast) -> Marking {
    marked("AMBER+STRICT", &[&cast.south])
}

/// Meetings are called and laid out.
pub(super) fn rooms(world: &mut World, cast: &Cast) -> Rooms {
    let (ada, few) = (&cast.ada, || of_few(cast));
    let clear = || marked("CLEAR", &[]);
    let held = world.makes(ada, meeting("Spring round", "2025-12-04T09:00", "on_record"), clear());
    let open = world.makes(ada, session(&held, "Opening", false, ada), clear());
    let inner = world.makes(ada, session(&held, "Inner part", true, ada), few());
    let open_item = world.makes(ada, item(&open, "The bridge"), clear());
    let inner_item = world.makes(ada, item(&inner, "The tunnel"), few());
    let secret = meeting("Night round", "2025-12-03T09:00", "on_record");
    let secret = world.makes(ada, secret, few());
    let secret_part = world.makes(ada, session(&secret, "By candle", false, ada), few());
    world.makes(ada, item(&secret_part, "The ferry"), few());
    let green = || marked("GREEN", &[]);
    let mut part = |title: &str, rule: &str| {
        let called = world.makes(ada, meeting(title, "2025-11-04T09:00", rule), green());
        world.makes(ada, session(&called, "Plenary", false, ada), green())
    };
    let (unnamed, silent) = (part("Autumn round", "chatham_house"), part("Mute round", "none"));
    world.makes(ada, meeting("Summer round", "2026-06-04T09:00", "on_record"), clear());
    let lost = world.makes(ada, meeting("Lost round", "2025-12-20T09:00", "on_record"), few());
    world.changes(ada, &lost, json!({ "withdraw": { "reason": "the mill is shut" } }));
    let moved = json!({ "starts": "2026-01-12T10:00", "reason": "the mill is let" });
    world.changes(ada, &secret, json!({ "postpone": moved }));
    Rooms {
        meeting: held,
        open,
        inner,
        open_item,
        inner_item,
        secret,
        secret_part,
        unnamed,
        silent,
    }
}

/// A delegation is invited and answers who comes.
fn comes(world: &mut World, cast: &Cast, meeting: &Id, party: &Id, parts: &[&Id], who: &[&Id]) {
    let asked = json!({ "invitation": { "meeting": meeting, "party": party, "sessions": parts } });
    let asked = world.makes(&cast.ada, asked, marked("AMBER+STRICT", &[party]));
    let answer = json!({ "reply": { "invitation": asked, "attending": true, "persons": who,
        "sessions": parts, "from": "in_person" } });
    world.makes(who[0], answer, marked("AMBER+STRICT", &[&cast.lead]));
}

/// Who is invited, comes, undertakes to tell nobody, is let in, and leaves a device at the desk.
pub(super) fn door(world: &mut World, cast: &Cast, rooms: &Rooms) {
    let Rooms { meeting, open, inner, secret, secret_part, unnamed, silent, .. } = rooms;
    let of = |world: &World, session: &Id| world.meeting_of(session);
    let (mia, nia, oto) = (&cast.mia, &cast.nia, &cast.oto);
    comes(world, cast, meeting, &cast.south, &[open, inner], &[mia, &cast.ivo]);
    comes(world, cast, meeting, &cast.north, &[open], &[nia]);
    comes(world, cast, meeting, &cast.guests, &[open], &[oto]);
    comes(world, cast, secret, &cast.south, &[secret_part], &[mia]);
    let (unnamed_of, silent_of) = (of(world, unnamed), of(world, silent));
    comes(world, cast, &unnamed_of, &cast.south, &[unnamed], &[mia]);
    comes(world, cast, &silent_of, &cast.south, &[silent], &[mia]);
    for who in [&cast.ada, mia] {
        let said = json!({ "undertaking": { "meeting": meeting, "person": who,
            "text": "I tell nobody." } });
        world.makes(who, said, marked("AMBER+STRICT", &[&cast.lead]));
    }
    for (who, party) in [(mia, &cast.south), (nia, &cast.north), (oto, &cast.guests)] {
        let own = || marked("AMBER+STRICT", &[party]);
        let arrival = json!({ "arrival": { "meeting": meeting, "person": who } });
        world.makes(&cast.ada, arrival, own());
        let device = json!({ "custody": { "meeting": meeting, "person": who, "device": "phone" } });
        world.makes(&cast.ada, device, own());
    }
    let there = json!({ "arrival": { "meeting": secret, "person": mia } });
    world.makes(&cast.ada, there, of_few(cast));
    let device = json!({ "custody": { "meeting": secret, "person": mia, "device": "watch" } });
    world.makes(&cast.ada, device, of_few(cast));
}

/// A member holds a meeting of its own, at whose desk it is not told who comes; and some things are for
/// members alone, or for one person of a delegation. Gives somebody of whom his own delegation alone
/// knows.
pub(super) fn elsewhere(world: &mut World, cast: &Cast) -> Id {
    let (nia, mia) = (&cast.nia, &cast.mia);
    let own = || marked("AMBER+STRICT", &[]);
    let hugo = world.makes(mia, json!({ "person": { "name": "Hugo Hidden" } }), own());
    let seat = json!({ "seat": { "person": hugo, "party": cast.south, "role": "clerk" } });
    world.makes(mia, seat, own());
    let called = meeting("Northern round", "2025-12-05T09:00", "on_record");
    let held = world.makes(nia, called, marked("GREEN", &[]));
    let part = json!({ "session": { "meeting": held, "title": "At the fire", "closed": false } });
    let part = world.makes(nia, part, marked("GREEN", &[]));
    let asked = json!({ "invitation": { "meeting": held, "party": cast.south } });
    let asked = world.makes(nia, asked, marked("AMBER+STRICT", &[&cast.south]));
    let answer = json!({ "reply": { "invitation": asked, "attending": true,
        "persons": [mia, cast.ivo], "sessions": [part], "from": "in_person" } });
    world.makes(mia, answer, own());
    for (by, label) in [(mia, "AMBER"), (&cast.ada, "AMBER"), (mia, "RED"), (mia, "AMBER+STRICT")] {
        let source = json!({ "source": { "title": format!("A letter, {label}") } });
        let source = world.makes(by, source, marked(label, &[]));
        let claim = json!({ "claim": { "source": source, "point": "size", "value": "7" } });
        world.makes(by, claim, marked(label, &[]));
        let paper = json!({ "document": { "title": format!("A leaflet, {label}"),
            "reading": "download" } });
        world.makes(by, paper, marked(label, &[]));
    }
    hugo
}

/// The floors of open rooms and of others run at the same time; a room is closed and opened again.
pub(super) fn speeches(world: &mut World, cast: &Cast, rooms: &Rooms) {
    let (ada, mia, nia) = (&cast.ada, &cast.mia, &cast.nia);
    let floor = |session: &Id| json!({ "floor": { "session": session, "seconds": 180 } });
    let open = world.makes(ada, floor(&rooms.open), marked("GREEN", &[]));
    let inner = world.makes(ada, floor(&rooms.inner), of_few(cast));
    let unnamed = world.makes(ada, floor(&rooms.unnamed), marked("RED", &[]));
    let mut steps = |who: &Id, floor: &Id, step: Value| {
        world.changes(who, floor, json!({ "proceed": { "step": step } }));
        world.acts.last().expect("the step").id.clone()
    };
    let begin = || json!({ "begin": {} });
    steps(ada, &inner, begin());
    steps(ada, &open, begin());
    steps(ada, &inner, json!({ "turn": { "item": rooms.inner_item } }));
    let asked = steps(mia, &inner, json!({ "ask": { "party": cast.south } }));
    steps(ada, &open, json!({ "turn": { "item": rooms.open_item } }));
    steps(ada, &inner, json!({ "give": { "request": asked } }));
    let asked = steps(nia, &open, json!({ "ask": { "party": cast.north } }));
    steps(ada, &unnamed, begin());
    let unheard = steps(mia, &unnamed, json!({ "ask": { "party": cast.south } }));
    steps(ada, &open, json!({ "give": { "request": asked } }));
    steps(ada, &unnamed, json!({ "give": { "request": unheard } }));
    steps(mia, &inner, json!({ "yield": {} }));
    steps(ada, &open, json!({ "call": { "party": cast.guests } }));
    world.changes(ada, &rooms.inner, json!({ "close": {} }));
    let behind = world.makes(ada, floor(&rooms.inner), marked("RED", &[]));
    let step = |step: Value| json!({ "proceed": { "step": step } });
    world.changes(ada, &behind, step(begin()));
    world.changes(ada, &open, step(json!({ "pause": {} })));
    world.changes(ada, &behind, step(json!({ "call": { "party": cast.south } })));
    world.changes(ada, &rooms.inner, json!({ "reopen": {} }));
    world.makes(ada, item(&rooms.inner, "The lighthouse"), of_few(cast));
    world.changes(ada, &open, step(json!({ "go_on": {} })));
    world.changes(ada, &rooms.open, json!({ "close": {} }));
    let behind = world.makes(ada, floor(&rooms.open), marked("RED", &[]));
    world.changes(ada, &behind, step(begin()));
    world.changes(ada, &behind, step(json!({ "call": { "party": cast.south } })));
    world.makes(ada, item(&rooms.open, "The harbour"), marked("RED", &[]));
    world.changes(ada, &rooms.open, json!({ "reopen": {} }));
    world.changes(ada, &open, step(json!({ "adjourn": {} })));
}
