//! What stays of a session under each rule of attribution, who may read it, and from when on.

use coalition::act::{Act, Change};
use coalition::content::{Minutes, Noted};
use coalition::decide::{Asked, decide, publish};
use coalition::{Content, Id, Kind, Refusal, State, View, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

/// A record made by commands. Spain leads and runs two meetings of a series; Estonia takes part in the
/// session `talks`, France is a member and stays away, Norway observes.
struct House {
    state: State,
    ids: u8,
    now: Timestamp,
}

impl House {
    fn under(rule: &str) -> House {
        let now = "2025-11-01T08:00:00Z".parse().expect("a moment");
        let mut house = House { state: State::new(), ids: 0, now };
        house.found();
        for (party, name, standing) in
            [("EE", "Estonia", "member"), ("FR", "France", "member"), ("NO", "Norway", "observer")]
        {
            house.make(
                "es",
                party,
                json!({ "party": { "name": name, "standing": standing } }),
                "GREEN",
            );
            let person = party.to_lowercase();
            let called = json!({ "person": { "name": format!("Kaja of {name}") } });
            house.make("es", &person, called, "GREEN");
            let seat = json!({ "seat": { "person": person, "party": party, "role": "head" } });
            house.make("es", &format!("seat-{person}"), seat, "GREEN");
        }
        for (meeting, starts) in [("madrid", "2025-11-04T09:00"), ("paris", "2025-12-04T09:00")] {
            let said = json!({ "meeting": {
                "title": meeting, "level": "officials", "form": "in_person", "zone": "UTC",
                "starts": starts, "series": "officials",
                "rules": { "devices": "kept", "undertaking": false, "attribution": rule } } });
            house.make("es", meeting, said, "GREEN");
        }
        let session =
            json!({ "session": { "meeting": "madrid", "title": "Talks", "closed": false } });
        house.make("es", "talks", session, "GREEN");
        for (item, title, place) in [("money", "Money", 2), ("troops", "Troops", 1)] {
            let item_of = json!({ "item": { "session": "talks", "title": title, "place": place,
                "speaker": "Mette Aalto" } });
            house.make("es", item, item_of, "GREEN");
        }
        for (person, party) in [("es", "ES"), ("ee", "EE"), ("fr", "FR")] {
            let to = json!({ "invitation": { "meeting": "madrid", "party": party } });
            house.make("es", &format!("inv-{party}"), to, "AMBER");
            let sessions: &[&str] = if party == "FR" { &[] } else { &["talks"] };
            let reply = json!({ "reply": { "invitation": format!("inv-{party}"), "attending": true,
                "persons": [person], "sessions": sessions, "from": "in_person" } });
            house.make(person, &format!("reply-{party}"), reply, "AMBER");
        }
        house
    }

    fn found(&mut self) {
        for (subject, content) in [
            ("ES", json!({ "party": { "name": "Spain", "standing": "lead" } })),
            ("es", json!({ "person": { "name": "Head of delegation" } })),
            ("seat-es", json!({ "seat": { "person": "es", "party": "ES", "role": "head" } })),
        ] {
            let act: Act = serde_json::from_value(json!({
                "v": 1, "id": format!("found-{subject}"), "at": self.now, "by": {}, "subject": subject,
                "change": { "create": { "content": content, "marking": { "label": "GREEN" } } },
            }))
            .expect("an act");
            self.state.apply(act.clone(), act.encode().into());
        }
    }

    fn view(&self, person: &str) -> View {
        View::of(&self.state, Viewer::of_person(&self.state, &id(person)))
    }

    fn sees(&self, person: &str, thing: &str) -> bool {
        self.view(person).get(&id(thing)).is_some()
    }

    fn public_sees(&self, thing: &str) -> bool {
        View::of(&self.state, Viewer::Public).get(&id(thing)).is_some()
    }

    fn ask(&mut self, person: &str, thing: &str, change: Value) -> Result<Act, Refusal> {
        let view = self.view(person);
        let command = Asked::imported(id(thing), change).command(&view)?;
        self.ids += 1;
        self.now += SignedDuration::from_secs(10);
        let act = decide(&view, command, self.now, [[self.ids; 10]; 2])?;
        self.state.apply(act.clone(), act.encode().into());
        Ok(act)
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    fn make(&mut self, person: &str, thing: &str, content: Value, label: &str) -> Act {
        let change = json!({ "create": { "content": content, "marking": { "label": label } } });
        self.ask(person, thing, change).unwrap_or_else(|refusal| panic!("{thing}: {refusal}"))
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    fn try_to_make(&mut self, person: &str, thing: &str, content: Value) -> Result<Act, Refusal> {
        self.ask(person, thing, json!({ "create": { "content": content } }))
    }

    fn time_is(&mut self, at: &str) {
        self.now = at.parse().expect("a moment");
        let due = publish(&self.state, self.now, || {
            self.ids += 1;
            [self.ids; 10]
        });
        for act in due {
            self.state.apply(act.clone(), act.encode().into());
        }
    }
}

fn minutes(points: &[Value]) -> Value {
    json!({ "minutes": { "session": "talks", "points": points } })
}

fn recorded(act: &Act) -> &Minutes {
    match &act.change {
        Change::Create { content: Content::Minutes(said), .. }
        | Change::Amend { content: Content::Minutes(said) } => said,
        other => panic!("not minutes: {other:?}"),
    }
}

fn texts(said: &Minutes) -> Vec<&str> {
    said.points.iter().map(|noted: &Noted| noted.text.as_str()).collect()
}

#[test]
fn on_the_record_minutes_name_who_spoke_and_keep_the_order_of_the_notes() {
    let mut house = House::under("on_record");
    let act = house.make(
        "es",
        "minutes",
        minutes(&[
            json!({ "item": "money", "party": "EE", "text": "Zeal for it." }),
            json!({ "item": "troops", "person": "ee", "text": "France should lead." }),
            json!({ "decided": true, "text": "Agreed." }),
        ]),
        "GREEN",
    );
    assert_eq!(texts(recorded(&act)), ["Zeal for it.", "France should lead.", "Agreed."]);
}

#[test]
fn under_chatham_house_the_order_is_that_of_the_agenda_and_the_alphabet_whatever_the_notes_were() {
    let points = [
        json!({ "item": "money", "text": "Zeal was shown." }),
        json!({ "item": "troops", "text": "Winter matters." }),
        json!({ "text": "A break was made." }),
        json!({ "item": "money", "text": "A cap was wanted." }),
        json!({ "item": "money", "text": "Zeal was shown." }),
    ];
    let mut kept = Vec::new();
    for turn in 0..points.len() {
        let mut points = points.to_vec();
        points.rotate_left(turn);
        let mut house = House::under("chatham_house");
        let act = house.make("es", "minutes", minutes(&points), "GREEN");
        kept.push(serde_json::to_string(recorded(&act)).expect("it writes"));
    }
    assert!(kept.iter().all(|one| *one == kept[0]), "the order of notes shows: {kept:#?}");
    let first: Minutes = serde_json::from_str(&kept[0]).expect("it reads");
    let order = ["Winter matters.", "A cap was wanted.", "Zeal was shown.", "A break was made."];
    assert_eq!(texts(&first), order);
}

#[test]
fn where_nobody_may_be_named_names_are_refused_with_the_passage_and_nothing_is_recorded() {
    for (rule, decided) in [("chatham_house", false), ("none", true)] {
        let mut house = House::under(rule);
        let before = house.state.size();
        for (point, told) in [
            (
                json!({ "text": "All agree. France does not." }),
                "\u{201c}France does not.\u{201d} names France",
            ),
            (json!({ "text": "Естонія проти." }), "names Estonia"),
            (json!({ "text": "As Aalto put it." }), "names Mette Aalto"),
            (json!({ "text": "Asked by EE." }), "names Estonia"),
            (json!({ "text": "Fine.", "party": "EE" }), "nobody is named"),
            (json!({ "text": "Fine.", "person": "ee" }), "nobody is named"),
        ] {
            let mut point = point;
            point["decided"] = decided.into();
            let refused = house.try_to_make("es", "minutes", minutes(&[point.clone()]));
            let why = refused.expect_err("it names somebody").to_string();
            assert!(why.starts_with("content.minutes.points[0]."), "{point}: {why}");
            assert!(why.contains(told), "{point}: {why}");
        }
        assert_eq!(house.state.size(), before);
    }
}

#[test]
fn where_nothing_may_be_disclosed_only_what_was_decided_is_noted() {
    let mut house = House::under("none");
    let said = minutes(&[json!({ "text": "A cap was wanted." })]);
    let refused = house.try_to_make("es", "minutes", said);
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
    let decided = minutes(&[json!({ "decided": true, "text": "They meet again." })]);
    house.make("es", "minutes", decided, "AMBER");
}

#[test]
fn a_session_has_one_minutes_taken_by_who_runs_it_and_amended_under_the_same_rule() {
    let mut house = House::under("chatham_house");
    let said = |text: &str| minutes(&[json!({ "text": text })]);
    let other = house.try_to_make("ee", "minutes", said("Fine."));
    assert!(matches!(other, Err(Refusal::NotAllowed(_))), "{other:?}");
    house.make("es", "minutes", said("Fine."), "GREEN");
    let twice = house.try_to_make("es", "again", said("Fine, too."));
    assert!(matches!(twice, Err(Refusal::Conflict(_))), "{twice:?}");
    let amend = |text: &str| json!({ "amend": { "content": said(text) } });
    let named = house.ask("es", "minutes", amend("France was late."));
    assert!(matches!(named, Err(Refusal::Invalid { .. })), "{named:?}");
    // Whoever says in the command under which rule it is says nothing.
    let mut loose = said("A correction.");
    loose["minutes"]["attribution"] = "on_record".into();
    let act = house.ask("es", "minutes", json!({ "amend": { "content": loose } }));
    let act = act.expect("it is amended");
    assert_eq!(recorded(&act).attribution.key(), "chatham_house");
    let moved = json!({ "minutes": { "session": "elsewhere", "points": [{ "text": "Fine." }] } });
    let moved = house.ask("es", "minutes", json!({ "amend": { "content": moved } }));
    assert!(moved.is_err(), "{moved:?}");
}

#[test]
fn a_rule_is_not_loosened_once_anything_was_said_under_it() {
    let meeting = |house: &House, rule: &str| {
        let view = house.view("es");
        let mut said = serde_json::to_value(&view.get(&id("madrid")).expect("seen").content)
            .expect("it writes");
        said["meeting"]["rules"]["attribution"] = rule.into();
        json!({ "amend": { "content": said } })
    };
    let mut house = House::under("chatham_house");
    let loose = meeting(&house, "on_record");
    house.make("es", "talk", json!({ "floor": { "session": "talks" } }), "RED");
    let refused = house.ask("es", "madrid", loose);
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
    let stricter = meeting(&house, "none");
    house.ask("es", "madrid", stricter).expect("a rule may become stricter");

    let mut house = House::under("chatham_house");
    let loose = meeting(&house, "on_record");
    house.ask("es", "madrid", loose.clone()).expect("nothing was said yet");
    let strict = meeting(&house, "chatham_house");
    house.ask("es", "madrid", strict).expect("a rule may become stricter");
    house.time_is("2025-11-04T09:00:00Z");
    let refused = house.ask("es", "madrid", loose);
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "the meeting has begun: {refused:?}");
    // Nor is a session taken to a meeting of another rule.
    let moved = json!({ "session": { "meeting": "paris", "title": "Talks", "closed": false } });
    let refused = house.ask("es", "talks", json!({ "amend": { "content": moved } }));
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
}

#[test]
fn who_held_the_floor_where_nobody_may_be_named_is_told_to_those_who_were_in_the_room() {
    let floor = json!({ "floor": { "session": "talks" } });
    for rule in ["chatham_house", "none"] {
        let mut house = House::under(rule);
        let wide = json!({ "create": { "content": floor, "marking": { "label": "AMBER" } } });
        let refused = house.ask("es", "talk", wide);
        assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
        // It is RED when nobody says, though the session is open.
        house.try_to_make("es", "talk", floor.clone()).expect("he takes part");
        for step in [json!({ "begin": {} }), json!({ "call": { "party": "EE" } })] {
            let taken = house.ask("es", "talk", json!({ "proceed": { "step": step } }));
            taken.unwrap_or_else(|refusal| panic!("{step}: {refusal}"));
        }
        assert!(house.sees("ee", "talk") && !house.sees("fr", "talk") && !house.sees("no", "talk"));
        for marking in [json!({ "label": "GREEN" }), json!({ "label": "RED", "persons": ["fr"] })] {
            let refused = house.ask("es", "talk", json!({ "relabel": { "marking": marking } }));
            assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
        }
    }
    let mut house = House::under("on_record");
    house.make("es", "talk", floor, "AMBER");
    assert!(house.sees("fr", "talk") && !house.sees("no", "talk"));
}

#[test]
fn an_action_point_names_its_owner_and_nobody_else_and_its_owner_reports_on_it() {
    let mut house = House::under("chatham_house");
    let point = |text: &str| {
        json!({ "action_point": { "meeting": "madrid", "session": "talks", "party": "EE",
            "person": "ee", "due": "2025-11-20", "text": text } })
    };
    let refused = house.try_to_make("es", "draft", point("Estonia sends the draft to France."));
    assert!(matches!(refused, Err(Refusal::Invalid { .. })), "{refused:?}");
    house.make("es", "draft", point("Estonia sends the draft to all."), "AMBER");

    let report = |text: &str, progress: &str, reason: &str| {
        let mut said = point(text);
        said["action_point"]["progress"] = progress.into();
        said["action_point"]["reason"] = reason.into();
        json!({ "amend": { "content": said } })
    };
    let text = "Estonia sends the draft to all.";
    let stranger = house.ask("fr", "draft", report(text, "done", ""));
    assert!(matches!(stranger, Err(Refusal::NotAllowed(_))), "{stranger:?}");
    let rewritten = house.ask("ee", "draft", report("Nothing.", "done", ""));
    assert!(matches!(rewritten, Err(Refusal::NotAllowed(_))), "{rewritten:?}");
    let bare = house.ask("ee", "draft", report(text, "dropped", ""));
    assert!(matches!(bare, Err(Refusal::Invalid { .. })), "{bare:?}");
    let names = house.ask("ee", "draft", report(text, "dropped", "France did it."));
    assert!(matches!(names, Err(Refusal::Invalid { .. })), "{names:?}");
    house.ask("ee", "draft", report(text, "done", "Sent.")).expect("its owner reports");
}

#[test]
fn an_action_point_is_seen_by_its_owner_whatever_its_label() {
    let mut house = House::under("chatham_house");
    let of = |person: Value| {
        json!({ "action_point": { "meeting": "madrid", "session": "talks", "party": "FR",
            "person": person, "text": "Send it." } })
    };
    house.make("es", "of-party", of(Value::Null), "RED");
    house.make("es", "of-person", of("fr".into()), "RED");
    for thing in ["of-party", "of-person"] {
        assert!(house.sees("fr", thing), "{thing}");
        assert!(house.sees("ee", thing) && !house.sees("no", thing), "{thing}");
    }
    let stranger = house.try_to_make("es", "odd", of("ee".into()));
    assert!(matches!(stranger, Err(Refusal::Invalid { .. })), "{stranger:?}");
}

#[test]
fn a_readout_is_seen_by_its_audience_alone_until_its_moment_and_then_as_its_label_says() {
    let mut house = House::under("chatham_house");
    let readout = json!({ "readout": { "meeting": "madrid", "title": "Told", "text": "They met.",
        "at": "2025-11-05T12:00:00Z" } });
    let marking = json!({ "label": "CLEAR", "parties": ["EE"], "persons": ["no"] });
    let made = json!({ "create": { "content": readout, "marking": marking } });
    house.ask("es", "told", made).expect("who runs the meeting gives it");
    let early = |house: &House| {
        for (person, sees) in [("es", true), ("ee", true), ("no", true), ("fr", false)] {
            assert_eq!(house.sees(person, "told"), sees, "{person}");
        }
        assert!(!house.public_sees("told"));
    };
    early(&house);
    assert_eq!(house.state.next_publication(), Some("2025-11-05T12:00:00Z".parse().expect("one")));
    // Nobody says himself that the moment has come.
    let himself = house.ask("es", "told", json!({ "publish": {} }));
    assert!(matches!(himself, Err(Refusal::NotAllowed(_))), "{himself:?}");
    let mut claims = readout.clone();
    claims["readout"]["published"] = true.into();
    house.ask("es", "told", json!({ "amend": { "content": claims } })).expect("it is amended");
    early(&house);
    house.time_is("2025-11-05T11:59:59Z");
    early(&house);
    house.time_is("2025-11-05T12:00:00Z");
    assert!(house.public_sees("told") && house.sees("fr", "told"));
    assert_eq!(house.state.next_publication(), None);
    // Published is published: a later moment takes nothing back.
    let mut later = readout;
    later["readout"]["at"] = "2099-01-01T00:00:00Z".into();
    house.ask("es", "told", json!({ "amend": { "content": later } })).expect("it is amended");
    assert!(house.public_sees("told"));
}

#[test]
fn a_red_readout_is_no_wider_before_its_moment_than_after_it_and_a_withdrawn_one_is_not_published()
{
    let mut house = House::under("none");
    let readout = json!({ "readout": { "meeting": "madrid", "title": "Told", "text": "They met.",
        "at": "2025-11-05T12:00:00Z" } });
    let marking = json!({ "label": "RED", "persons": ["no"] });
    let made = json!({ "create": { "content": readout, "marking": marking } });
    house.ask("es", "told", made).expect("who runs the meeting gives it");
    assert!(house.sees("no", "told") && !house.sees("ee", "told") && !house.sees("fr", "told"));
    house.make("es", "never", readout, "CLEAR");
    house.ask("es", "never", json!({ "withdraw": {} })).expect("it is taken back");
    house.time_is("2025-11-06T00:00:00Z");
    assert!(!house.public_sees("never") && house.sees("no", "told"));
    assert_eq!(house.view("es").of_kind(Kind::Readout).count(), 2);
}
