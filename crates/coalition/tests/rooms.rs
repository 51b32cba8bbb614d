//! Rooms that close, those admitted to them, and what the others can tell.

#[path = "../../simulator/src/world.rs"]
#[allow(dead_code, reason = "shared with the simulator, which uses all of it")]
mod world;

use coalition::act::{Act, Change};
use coalition::content::Say;
use coalition::decide::{Asked, decide};
use coalition::floor::{Proceedings, Stage};
use coalition::{Content, Id, Kind, Refusal, State, View, Viewer};
use serde_json::{Value, json};
use world::fold;

/// A record made by commands, each by a person.
struct House {
    state: State,
    acts: Vec<Act>,
    ids: u8,
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("it reads, and the rules allow it")
}

impl House {
    /// Spain leads and runs a meeting; Estonia is a member; Norway an observer. Of the two sessions,
    /// everybody is invited to the first, and Estonia to both.
    fn set_up() -> House {
        let mut house = House { state: State::new(), acts: Vec::new(), ids: 0 };
        house.found();
        for (party, standing) in [("EE", "member"), ("NO", "observer")] {
            house.make(
                "chief-es",
                party,
                json!({ "party": { "name": party, "standing": standing } }),
                "GREEN",
            );
            let chief = format!("chief-{}", party.to_lowercase());
            house.make("chief-es", &chief, json!({ "person": { "name": chief } }), "GREEN");
            let seat = json!({ "seat": { "person": chief, "party": party, "role": "head" } });
            house.make("chief-es", &format!("seat-{chief}"), seat, "GREEN");
        }
        let meeting = json!({ "meeting": {
            "title": "Madrid", "level": "officials", "form": "hybrid", "zone": "Europe/Madrid",
            "starts": "2025-11-04T09:00",
            "rules": { "devices": "handed_in", "undertaking": true, "attribution": "on_record" } } });
        house.make("chief-es", "madrid", meeting, "GREEN");
        house.session("opening", false, "GREEN");
        house.session("guarantees", true, "AMBER");
        house.invite("EE", &["opening", "guarantees"]);
        house.invite("NO", &["opening"]);
        house.invite("ES", &["opening", "guarantees"]);
        house.make(
            "chief-es",
            "welcome",
            json!({ "item": { "session": "opening", "title": "Welcome" } }),
            "GREEN",
        );
        house.make(
            "chief-es",
            "legal",
            json!({ "item": { "session": "guarantees", "title": "Legal" } }),
            "RED",
        );
        house
    }

    fn found(&mut self) {
        let at = "2025-11-01T08:00:00Z".parse().expect("it reads, and the rules allow it");
        let act = |id_: &str, subject: &str, content: Value| Act {
            at,
            ..serde_json::from_value(json!({
                "v": 1, "id": id_, "at": "2025-11-01T08:00:00Z", "by": {}, "subject": subject,
                "change": { "create": { "content": content, "marking": { "label": "GREEN" } } },
            }))
            .expect("it reads, and the rules allow it")
        };
        for (number, (subject, content)) in [
            ("ES", json!({ "party": { "name": "ES", "standing": "lead" } })),
            ("chief-es", json!({ "person": { "name": "chief-es" } })),
            ("seat-es", json!({ "seat": { "person": "chief-es", "party": "ES", "role": "head" } })),
        ]
        .into_iter()
        .enumerate()
        {
            let act = act(&format!("found-{number}"), subject, content);
            self.state.apply(act.clone(), act.encode().into());
            self.acts.push(act);
        }
    }

    fn session(&mut self, name: &str, closed: bool, label: &str) {
        let session =
            json!({ "session": { "meeting": "madrid", "title": name, "closed": closed } });
        self.make("chief-es", name, session, label);
    }

    fn invite(&mut self, party: &str, sessions: &[&str]) {
        let said =
            json!({ "invitation": { "meeting": "madrid", "party": party, "sessions": sessions } });
        self.make("chief-es", &format!("inv-{party}"), said, "AMBER");
    }

    fn reply(&mut self, person: &str, party: &str, sessions: &[&str]) {
        let said = json!({ "reply": { "invitation": format!("inv-{party}"), "attending": true,
            "persons": [person], "sessions": sessions, "from": "in_person" } });
        self.make(person, &format!("reply-{party}"), said, "AMBER");
    }

    fn undertake(&mut self, person: &str) {
        let said = json!({ "undertaking": { "meeting": "madrid", "person": person, "text": "Not a word." } });
        self.make(person, &format!("undertaking-{person}"), said, "AMBER");
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    fn make(&mut self, person: &str, thing: &str, content: Value, label: &str) {
        let change = json!({ "create": { "content": content, "marking": { "label": label } } });
        self.ask(person, thing, change).unwrap_or_else(|refusal| panic!("{thing}: {refusal}"));
    }

    fn ask(&mut self, person: &str, thing: &str, change: Value) -> Result<Act, Refusal> {
        let view = self.view(person);
        let command = Asked::imported(id(thing), change).command(&view)?;
        self.ids += 1;
        let at = "2025-11-04T08:00:00Z"
            .parse::<jiff::Timestamp>()
            .expect("it reads, and the rules allow it")
            + jiff::SignedDuration::from_secs(i64::from(self.ids) * 10);
        let act = decide(&view, command, at, [[self.ids; 10]; 2])?;
        self.state.apply(act.clone(), act.encode().into());
        self.acts.push(act.clone());
        Ok(act)
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    fn step(&mut self, person: &str, floor: &str, step: Value) -> Result<Act, Refusal> {
        self.ask(person, floor, json!({ "proceed": { "step": step } }))
    }

    fn view(&self, person: &str) -> View {
        View::of(&self.state, Viewer::of_person(&self.state, &id(person)))
    }

    fn sees(&self, person: &str, thing: &str) -> bool {
        self.view(person).get(&id(thing)).is_some()
    }

    fn floor(&self, person: &str, floor: &str) -> Proceedings {
        Proceedings::of(&self.view(person).get(&id(floor)).expect("it is seen").steps)
    }
}

#[test]
fn an_observer_comes_for_the_part_he_was_invited_to_and_cannot_tell_that_another_exists() {
    let mut house = House::set_up();
    house.reply("chief-ee", "EE", &["opening", "guarantees"]);
    house.reply("chief-no", "NO", &["opening"]);
    house.undertake("chief-ee");
    let floor = json!({ "floor": { "session": "guarantees" } });
    house.make("chief-es", "talk", floor, "RED");
    house
        .step("chief-es", "talk", json!({ "begin": {} }))
        .expect("it reads, and the rules allow it");
    house
        .step("chief-es", "talk", json!({ "turn": { "item": "legal" } }))
        .expect("it reads, and the rules allow it");
    house
        .ask("chief-es", "guarantees", json!({ "close": {} }))
        .expect("it reads, and the rules allow it");

    assert!(house.sees("chief-no", "opening") && house.sees("chief-no", "welcome"));
    assert!(house.sees("chief-ee", "legal") && house.sees("chief-ee", "talk"));
    // A world in which there never was another part, and what is said of it.
    let of_the_other = ["guarantees", "legal", "talk", "inv-EE", "inv-ES", "reply-EE"];
    let rest = house.acts.iter().filter(|act| !of_the_other.contains(&act.subject.as_str()));
    let without = fold(rest);
    let there = house.view("chief-no");
    let here = View::of(&without, Viewer::of_person(&without, &id("chief-no")));
    assert_eq!(there.viewer(), here.viewer());
    for kind in Kind::ALL {
        let said = |view: &View| -> Vec<(Id, Content)> {
            view.of_kind(*kind).map(|thing| (thing.id.clone(), thing.content.clone())).collect()
        };
        assert_eq!(said(&there), said(&here), "{kind:?}");
    }
}

#[test]
fn what_is_new_in_a_closed_session_or_behind_a_closed_door_is_red_unless_somebody_says_otherwise() {
    let mut house = House::set_up();
    let made = |house: &mut House, session: &str, thing: &str| {
        let content = json!({ "item": { "session": session, "title": "Point" } });
        let act = house
            .ask("chief-es", thing, json!({ "create": { "content": content } }))
            .expect("it reads, and the rules allow it");
        match act.change {
            Change::Create { marking, .. } => marking.label.as_str(),
            _ => unreachable!("it was asked to create"),
        }
    };
    assert_eq!(made(&mut house, "opening", "one"), "AMBER");
    assert_eq!(made(&mut house, "guarantees", "two"), "RED");
    house
        .ask("chief-es", "opening", json!({ "close": {} }))
        .expect("it reads, and the rules allow it");
    assert_eq!(made(&mut house, "opening", "three"), "RED");
}

#[test]
fn closing_the_room_hides_at_once_what_was_given_in_it_from_all_not_credentialed() {
    let mut house = House::set_up();
    house.reply("chief-ee", "EE", &["opening"]);
    house.undertake("chief-ee");
    house.make("chief-es", "talk", json!({ "floor": { "session": "opening" } }), "GREEN");
    house.make(
        "chief-es",
        "result",
        json!({ "outcome": { "meeting": "madrid", "session": "opening", "text": "Agreed." } }),
        "CLEAR",
    );
    let public =
        |house: &House| View::of(&house.state, Viewer::Public).get(&id("result")).is_some();
    let given = ["welcome", "talk", "result"];
    for thing in given {
        assert!(house.sees("chief-ee", thing) && house.sees("chief-no", thing), "{thing}");
    }
    house
        .ask("chief-es", "opening", json!({ "close": { "reason": "the press leaves" } }))
        .expect("it reads, and the rules allow it");
    for thing in given {
        assert!(house.sees("chief-ee", thing), "{thing} is given to those credentialed");
        assert!(!house.sees("chief-no", thing), "{thing} is hidden from the others");
    }
    assert!(!public(&house));
    house
        .ask("chief-es", "opening", json!({ "reopen": {} }))
        .expect("it reads, and the rules allow it");
    for thing in given {
        assert!(house.sees("chief-no", thing), "{thing} is back");
    }
}

#[test]
fn what_happened_behind_the_door_stays_there_when_the_room_is_open_again() {
    let mut house = House::set_up();
    house.reply("chief-ee", "EE", &["opening"]);
    house.undertake("chief-ee");
    house.make("chief-es", "talk", json!({ "floor": { "session": "opening" } }), "GREEN");
    house
        .step("chief-es", "talk", json!({ "begin": {} }))
        .expect("it reads, and the rules allow it");
    house
        .ask("chief-es", "opening", json!({ "close": {} }))
        .expect("it reads, and the rules allow it");
    let refused = house.step("chief-ee", "talk", json!({ "ask": { "party": "EE" } }));
    assert!(matches!(refused, Err(Refusal::Conflict(_))), "{refused:?}");
    house.make("chief-es", "closed-talk", json!({ "floor": { "session": "opening" } }), "RED");
    house
        .step("chief-es", "closed-talk", json!({ "begin": {} }))
        .expect("it reads, and the rules allow it");
    house
        .step("chief-ee", "closed-talk", json!({ "ask": { "party": "EE" } }))
        .expect("it reads, and the rules allow it");
    house
        .ask("chief-es", "opening", json!({ "reopen": {} }))
        .expect("it reads, and the rules allow it");
    assert!(house.sees("chief-no", "talk") && !house.sees("chief-no", "closed-talk"));
}

#[test]
fn a_closed_session_opens_to_nobody_before_he_has_signed_its_undertaking() {
    let mut house = House::set_up();
    house.reply("chief-ee", "EE", &["opening", "guarantees"]);
    assert!(house.sees("chief-ee", "guarantees"), "he is invited to it");
    assert!(!house.sees("chief-ee", "legal"));
    let content = json!({ "undertaking": { "meeting": "madrid", "person": "chief-ee", "text": "Not a word." } });
    let for_another = house.ask("chief-es", "u", json!({ "create": { "content": content } }));
    assert!(matches!(for_another, Err(Refusal::NotAllowed(_))), "{for_another:?}");
    house.undertake("chief-ee");
    assert!(house.sees("chief-ee", "legal"));
    let back = house.ask("chief-ee", "undertaking-chief-ee", json!({ "withdraw": {} }));
    assert!(matches!(back, Err(Refusal::NotAllowed(_))), "{back:?}");
    // An open session that is closed asks for it, too.
    house.reply("chief-no", "NO", &["opening"]);
    house
        .ask("chief-es", "opening", json!({ "close": {} }))
        .expect("it reads, and the rules allow it");
    assert!(house.sees("chief-ee", "welcome") && !house.sees("chief-no", "welcome"));
    house.undertake("chief-no");
    assert!(house.sees("chief-no", "welcome"));
}

#[test]
fn who_is_not_in_a_session_is_not_credentialed_for_it() {
    let mut house = House::set_up();
    house.undertake("chief-ee");
    let mut reply = json!({ "invitation": "inv-EE", "attending": true, "persons": ["chief-ee"],
        "sessions": ["opening", "guarantees"], "from": "remote", "place": "Tallinn",
        "except": [{ "person": "chief-ee", "session": "guarantees", "attends": "not" }] });
    house.make("chief-ee", "reply-EE", json!({ "reply": reply }), "AMBER");
    assert!(!house.sees("chief-ee", "legal"));
    reply["except"][0]["attends"] = "in_person".into();
    house
        .ask("chief-ee", "reply-EE", json!({ "amend": { "content": { "reply": reply } } }))
        .expect("it reads, and the rules allow it");
    assert!(house.sees("chief-ee", "legal"));
    reply["except"][0]["person"] = "chief-no".into();
    let stranger =
        house.ask("chief-ee", "reply-EE", json!({ "amend": { "content": { "reply": reply } } }));
    assert!(matches!(stranger, Err(Refusal::Invalid { .. })), "{stranger:?}");
}

#[test]
fn a_session_takes_no_more_of_a_delegation_than_it_has_seats() {
    let mut house = House::set_up();
    let said = json!({ "invitation": { "meeting": "madrid", "party": "EE",
        "sessions": ["opening", "guarantees"], "seats": 2,
        "seats_in": [{ "session": "guarantees", "seats": 0 }] } });
    house
        .ask("chief-es", "inv-EE", json!({ "amend": { "content": said } }))
        .expect("it reads, and the rules allow it");
    let mut reply = json!({ "invitation": "inv-EE", "attending": true, "persons": ["chief-ee"],
        "sessions": ["opening", "guarantees"], "from": "in_person" });
    let refused =
        house.ask("chief-ee", "r", json!({ "create": { "content": { "reply": reply } } }));
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
    reply["except"] = json!([{ "person": "chief-ee", "session": "guarantees", "attends": "not" }]);
    house
        .ask("chief-ee", "r", json!({ "create": { "content": { "reply": reply } } }))
        .expect("it reads, and the rules allow it");
}

#[test]
fn the_desk_lets_people_in_once_and_numbers_what_they_hand_in() {
    let mut house = House::set_up();
    let arrival = |person: &str| json!({ "create": { "content": { "arrival": { "meeting": "madrid", "person": person } } } });
    let unnamed = house.ask("chief-es", "a1", arrival("chief-ee"));
    assert!(matches!(unnamed, Err(Refusal::Invalid { .. })), "{unnamed:?}");
    house.reply("chief-ee", "EE", &["opening"]);
    let himself = house.ask("chief-ee", "a1", arrival("chief-ee"));
    assert!(matches!(himself, Err(Refusal::NotAllowed(_))), "{himself:?}");
    house.ask("chief-es", "a1", arrival("chief-ee")).expect("it reads, and the rules allow it");
    let twice = house.ask("chief-es", "a2", arrival("chief-ee"));
    assert!(matches!(twice, Err(Refusal::Conflict(_))), "{twice:?}");

    let custody =
        json!({ "custody": { "meeting": "madrid", "person": "chief-ee", "device": "phone" } });
    for thing in ["c1", "c2", "c3"] {
        house
            .ask("chief-es", thing, json!({ "create": { "content": custody } }))
            .expect("it reads, and the rules allow it");
        if thing == "c2" {
            house
                .ask("chief-es", "c2", json!({ "withdraw": {} }))
                .expect("it reads, and the rules allow it");
        }
    }
    let numbers: Vec<u32> = house
        .view("chief-ee")
        .of_kind(Kind::Custody)
        .filter_map(|thing| coalition::content::Custody::of(&thing.content))
        .map(|custody| custody.number)
        .collect();
    assert_eq!(numbers, [1, 2, 3], "a number is used once, and its owner sees it");
}

#[test]
fn the_chair_gives_the_floor_and_takes_a_mistake_back_while_delegations_ask_for_themselves() {
    let mut house = House::set_up();
    house.reply("chief-ee", "EE", &["opening"]);
    house.make(
        "chief-es",
        "talk",
        json!({ "floor": { "session": "opening", "seconds": 180 } }),
        "GREEN",
    );
    let outside = house.step("chief-no", "talk", json!({ "ask": { "party": "NO" } }));
    assert!(matches!(outside, Err(Refusal::NotAllowed(_))), "{outside:?}");
    house.reply("chief-no", "NO", &["opening"]);
    house
        .step("chief-es", "talk", json!({ "begin": {} }))
        .expect("it reads, and the rules allow it");
    let asked = house
        .step("chief-ee", "talk", json!({ "ask": { "party": "EE" } }))
        .expect("it reads, and the rules allow it")
        .id;
    for (person, step, allowed) in [
        ("chief-ee", json!({ "ask": { "party": "EE" } }), false),
        ("chief-ee", json!({ "ask": { "party": "NO" } }), false),
        ("chief-ee", json!({ "give": { "request": asked } }), false),
        ("chief-no", json!({ "retract": { "request": asked } }), false),
        ("chief-no", json!({ "ask": { "party": "NO" } }), true),
        ("chief-es", json!({ "turn": { "item": "welcome" } }), true),
        ("chief-es", json!({ "turn": { "item": "legal" } }), false),
    ] {
        let done = house.step(person, "talk", step.clone());
        assert_eq!(done.is_ok(), allowed, "{person} {step}: {done:?}");
    }
    let given = house
        .step("chief-es", "talk", json!({ "give": { "request": asked } }))
        .expect("it reads, and the rules allow it")
        .id;
    assert_eq!(
        house.floor("chief-no", "talk").speaking.expect("it reads, and the rules allow it").party,
        id("EE")
    );
    house
        .step("chief-es", "talk", json!({ "undo": { "act": given } }))
        .expect("it reads, and the rules allow it");
    let twice = house.step("chief-es", "talk", json!({ "undo": { "act": given } }));
    assert!(matches!(twice, Err(Refusal::Conflict(_))), "{twice:?}");
    let floor = house.floor("chief-no", "talk");
    assert_eq!((floor.stage, floor.speaking, floor.list.len()), (Stage::Running, None, 2));
}

#[test]
fn a_chair_from_another_delegation_steers_his_session_and_no_other() {
    let mut house = House::set_up();
    let session = json!({ "session": { "meeting": "madrid", "title": "opening", "closed": false,
        "chair": "chief-ee" } });
    house
        .ask("chief-es", "opening", json!({ "amend": { "content": session } }))
        .expect("it reads, and the rules allow it");
    house
        .ask("chief-ee", "opening", json!({ "close": {} }))
        .expect("it reads, and the rules allow it");
    let again = house.ask("chief-ee", "opening", json!({ "close": {} }));
    assert!(matches!(again, Err(Refusal::Conflict(_))), "{again:?}");
    // An amendment leaves the door as it is.
    let mut opened = session.clone();
    opened["session"]["shut"] = false.into();
    house
        .ask("chief-es", "opening", json!({ "amend": { "content": opened } }))
        .expect("it reads, and the rules allow it");
    house
        .ask("chief-ee", "opening", json!({ "reopen": {} }))
        .expect("it reads, and the rules allow it");
    let other = house.ask("chief-ee", "guarantees", json!({ "close": {} }));
    assert!(matches!(other, Err(Refusal::NotAllowed(_))), "{other:?}");
}

#[test]
fn a_meeting_is_postponed_or_called_off_with_a_reason_only() {
    let mut house = House::set_up();
    for verb in ["suspend", "withdraw"] {
        let bare = house.ask("chief-es", "madrid", json!({ verb: {} }));
        assert!(matches!(bare, Err(Refusal::Invalid { .. })), "{verb}: {bare:?}");
        house
            .ask("chief-es", "madrid", json!({ verb: { "reason": "the host is ill" } }))
            .expect("it reads, and the rules allow it");
        house
            .ask("chief-es", "madrid", json!({ "resume": {} }))
            .expect("it reads, and the rules allow it");
    }
}

#[test]
fn a_time_that_is_on_no_clock_is_refused() {
    let mut house = House::set_up();
    let meeting = |starts: &str| {
        json!({ "create": { "content": { "meeting": {
        "title": "Night", "level": "officials", "form": "virtual", "zone": "Europe/Madrid",
        "starts": starts,
        "rules": { "devices": "kept", "undertaking": false, "attribution": "on_record" } } } } })
    };
    let gap = house.ask("chief-es", "night", meeting("2026-03-29T02:30"));
    assert!(matches!(gap, Err(Refusal::Invalid { .. })), "{gap:?}");
    house
        .ask("chief-es", "night", meeting("2025-10-26T02:30"))
        .expect("it reads, and the rules allow it");
}

#[test]
fn postponing_a_meeting_is_one_act_that_takes_its_sessions_along_seen_or_not() {
    let mut house = House::set_up();
    let timed = |starts: &str, name: &str| json!({ "session": { "meeting": "madrid", "title": name, "closed": false, "starts": starts } });
    house.make("chief-es", "morning", timed("2025-11-04T10:00", "Morning"), "GREEN");
    // Nobody but its author sees this one.
    house.make("chief-es", "dinner", timed("2025-11-04T20:00", "Dinner"), "RED");
    let before = house.acts.len();
    let postpone =
        |starts: &str| json!({ "postpone": { "starts": starts, "reason": "the host is ill" } });
    let stranger = house.ask("chief-ee", "madrid", postpone("2025-11-12T11:30"));
    assert!(matches!(stranger, Err(Refusal::NotAllowed(_))), "{stranger:?}");
    for (change, field) in [
        (json!({ "postpone": { "starts": "2025-11-12", "reason": "" } }), "change.postpone.reason"),
        (postpone("2025-12"), "change.postpone.starts"),
        // Of the morning session, the new hour would be on no clock.
        (postpone("2026-03-29T01:30"), "change.postpone.starts"),
        (
            json!({ "postpone": { "starts": "2025-11-12", "ends": "2025-11-11", "reason": "ill" } }),
            "change.postpone.ends",
        ),
    ] {
        match house.ask("chief-es", "madrid", change.clone()) {
            Err(Refusal::Invalid { field: of, .. }) => assert_eq!(of, field, "{change}"),
            other => panic!("{change}: {other:?}"),
        }
    }
    house.ask("chief-es", "madrid", json!({ "suspend": { "reason": "ill" } })).expect("put off");
    house.ask("chief-es", "madrid", postpone("2025-11-12T11:30")).expect("a new day is named");
    assert_eq!(house.acts.len(), before + 2, "one act puts it off, and one names the day");
    let view = house.view("chief-es");
    let starts = |thing: &str| {
        let thing = view.get(&id(thing)).expect("it is seen");
        assert!(thing.stands());
        let said = serde_json::to_value(&thing.content).expect("it writes");
        let said = said.as_object().and_then(|said| said.values().next()).cloned();
        said.expect("one kind")["starts"].clone()
    };
    assert_eq!(starts("madrid"), "2025-11-12T11:30");
    assert_eq!(starts("morning"), "2025-11-12T12:30");
    assert_eq!(starts("dinner"), "2025-11-12T22:30");
    assert!(!house.sees("chief-ee", "dinner"));
    let moved = view.get(&id("morning")).expect("it is seen");
    assert_eq!(moved.acts.last(), view.get(&id("madrid")).expect("it is seen").acts.last());
}

#[test]
fn copies_and_kept_views_follow_a_meeting_that_moves_with_its_sessions() {
    let mut house = House::set_up();
    let morning = json!({ "session": { "meeting": "madrid", "title": "Morning", "closed": false,
        "starts": "2025-11-04T10:00" } });
    house.make("chief-es", "morning", morning, "GREEN");
    let mut copy = fold(&house.acts);
    let kept = house.view("chief-no");
    let since = house.state.size();
    let change = json!({ "postpone": { "starts": "2025-11-12T11:30", "reason": "ill" } });
    let act = house.ask("chief-es", "madrid", change).expect("who runs it postpones it");
    let mut ahead = copy.clone();
    copy.follow(ahead.apply(act.clone(), act.encode().into()));
    let viewer = || Viewer::of_person(&house.state, &id("chief-no"));
    let said = |view: &View| view.get(&id("morning")).expect("it is seen").clone();
    let fresh = said(&View::of(&house.state, viewer()));
    assert_eq!(said(&View::of(&copy, viewer())), fresh);
    let (forward, changed) = kept
        .brought_forward(&house.state, Some(&id("chief-no")), since)
        .expect("nobody became another");
    assert_eq!(said(&forward), fresh);
    assert!(changed.contains(&Kind::Session) && changed.contains(&Kind::Meeting));
}
