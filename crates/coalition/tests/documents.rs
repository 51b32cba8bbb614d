//! Documents: who gives them, who sees them and their versions, when they are not served any more,
//! and who learns that somebody has read one.

use coalition::act::{Act, Change};
use coalition::content::{Media, Reading, Version};
use coalition::decide::{Asked, decide};
use coalition::text::{Encoded, Name, Text};
use coalition::{Content, Id, Label, Marking, Refusal, State, View, Viewer};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

/// A record made by commands, each by a person, a minute after the other.
struct House {
    state: State,
    acts: u8,
    /// Later by so much than the acts themselves make it.
    later: i64,
}

impl House {
    /// Spain leads and runs a meeting of two sessions. Estonia's chief comes to the second, which is
    /// closed; its adviser, Norway and Italy do not.
    fn set_up() -> House {
        let mut house = House { state: State::new(), acts: 0, later: 0 };
        house.found();
        for (party, standing) in [("EE", "member"), ("IT", "member"), ("NO", "observer")] {
            let content = json!({ "party": { "name": party, "standing": standing } });
            house.make("chief-es", party, content, "GREEN");
            house.seat(&format!("chief-{}", party.to_lowercase()), party, "head");
        }
        house.seat("adviser-ee", "EE", "adviser");
        house.seat("voice-ee", "EE", "interpreter");
        let meeting = json!({ "meeting": {
            "title": "Madrid", "level": "officials", "form": "in_person", "zone": "UTC",
            "rules": { "devices": "kept", "undertaking": false, "attribution": "none" } } });
        house.make("chief-es", "madrid", meeting, "GREEN");
        for (name, closed) in [("opening", false), ("talks", true)] {
            let session =
                json!({ "session": { "meeting": "madrid", "title": name, "closed": closed } });
            house.make("chief-es", name, session, "GREEN");
        }
        let invited = json!({ "invitation": { "meeting": "madrid", "party": "EE" } });
        house.make("chief-es", "invited", invited, "AMBER");
        let reply = json!({ "reply": { "invitation": "invited", "attending": true,
            "persons": ["chief-ee"], "sessions": ["opening", "talks"], "from": "in_person" } });
        house.make("chief-ee", "reply", reply, "AMBER");
        house
    }

    fn found(&mut self) {
        let said = [
            ("ES", json!({ "party": { "name": "ES", "standing": "lead" } })),
            ("chief-es", json!({ "person": { "name": "chief-es" } })),
            ("seat-es", json!({ "seat": { "person": "chief-es", "party": "ES", "role": "head" } })),
        ];
        for (subject, content) in said {
            let act = json!({
                "v": 1, "id": format!("found-{subject}"), "at": "2026-01-01T08:00:00Z", "by": {},
                "subject": subject,
                "change": { "create": { "content": content, "marking": { "label": "GREEN" } } },
            });
            let bytes = act.to_string().into_bytes();
            self.state.apply(Act::decode(&bytes).expect("an act"), bytes.into());
        }
    }

    fn seat(&mut self, person: &str, party: &str, role: &str) {
        let by = if role == "head" {
            "chief-es".into()
        } else {
            format!("chief-{}", party.to_lowercase())
        };
        self.make(&by, person, json!({ "person": { "name": person } }), "GREEN");
        let seat = json!({ "seat": { "person": person, "party": party, "role": role } });
        self.make(&by, &format!("seat-{person}"), seat, "GREEN");
    }

    fn make(&mut self, person: &str, thing: &str, content: Value, label: &str) {
        let made = self.create(person, thing, content, json!({ "label": label }));
        made.unwrap_or_else(|refusal| panic!("{thing}: {refusal}"));
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is written in place")]
    fn create(
        &mut self,
        person: &str,
        thing: &str,
        content: Value,
        marking: Value,
    ) -> Result<Act, Refusal> {
        let change = json!({ "create": { "content": content, "marking": marking } });
        self.ask(person, Asked::imported(id(thing), change))
    }

    fn change(&mut self, person: &str, thing: &str, change: Value) -> Result<Act, Refusal> {
        self.ask(person, Asked::imported(id(thing), change))
    }

    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-01-01T09:00:00Z".parse().expect("a time");
        start + (i64::from(self.acts) + self.later).minutes()
    }

    fn ask(&mut self, person: &str, asked: Asked) -> Result<Act, Refusal> {
        let view = self.view(person);
        let command = asked.command(&view)?;
        self.acts += 1;
        let act = decide(&view, command, self.now(), [[self.acts; 10], [self.acts + 100; 10]])?;
        self.state.apply(act.clone(), act.encode().into());
        Ok(act)
    }

    fn give(&mut self, person: &str, paper: &str, session: Option<&str>, label: &str) {
        let mut said = json!({ "title": paper, "reading": "download" });
        if let Some(session) = session {
            said["session"] = session.into();
        }
        self.make(person, paper, json!({ "document": said }), label);
    }

    fn attach(&mut self, person: &str, paper: &str, version: &str) -> Result<Act, Refusal> {
        self.attach_of(person, paper, version, Media::Pdf)
    }

    fn attach_of(
        &mut self,
        person: &str,
        paper: &str,
        version: &str,
        media: Media,
    ) -> Result<Act, Refusal> {
        let version = Version {
            id: id(version),
            hash: Encoded::parse("abc").expect("base64url"),
            bytes: 12,
            media,
            name: Name::parse("agenda.pdf").expect("a name"),
        };
        self.ask(person, Asked::made(Some(id(paper)), Change::Attach { version }))
    }

    fn destroy(&mut self, person: &str, paper: &str, version: &str) -> Result<Act, Refusal> {
        let change = Change::Destroy { version: id(version), reason: Text::default() };
        self.ask(person, Asked::made(Some(id(paper)), change))
    }

    fn read(&mut self, person: &str, paper: &str, version: &str) -> Result<Id, Refusal> {
        let reading = Reading { document: id(paper), version: id(version), page: None };
        let change = Change::Create {
            content: Content::Reading(reading),
            marking: Marking::plain(Label::Clear),
        };
        self.ask(person, Asked::made(None, change)).map(|act| act.subject)
    }

    fn view(&self, person: &str) -> View {
        View::of(&self.state, Viewer::of_person(&self.state, &id(person)))
    }

    fn sees(&self, person: &str, thing: &Id) -> bool {
        self.view(person).get(thing).is_some()
    }

    /// Who of all sees a thing, in order.
    fn seen_by(&self, thing: &str) -> Vec<&'static str> {
        let all = ["chief-es", "chief-ee", "adviser-ee", "chief-it", "chief-no"];
        all.into_iter().filter(|person| self.sees(person, &id(thing))).collect()
    }
}

fn refused<T>(answer: Result<T, Refusal>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn only_the_delegation_that_gave_a_document_adds_to_it_and_destroys_it() {
    let mut house = House::set_up();
    house.give("adviser-ee", "paper", None, "GREEN");
    for (person, outcome) in [
        ("chief-es", "not_allowed"),
        ("chief-it", "not_allowed"),
        ("voice-ee", "not_allowed"),
        ("chief-no", "not_allowed"),
        ("adviser-ee", "done"),
        ("chief-ee", "done"),
    ] {
        assert_eq!(
            refused(house.attach(person, "paper", &format!("v-{person}"))),
            outcome,
            "{person}"
        );
    }
    let destroyed = house.destroy("chief-es", "paper", "v-chief-ee");
    assert_eq!(refused(destroyed), "not_allowed", "not even a lead");
    assert_eq!(refused(house.destroy("chief-ee", "paper", "v-adviser-ee")), "done");
    assert_eq!(refused(house.destroy("chief-ee", "paper", "v-adviser-ee")), "conflict");
    assert_eq!(refused(house.destroy("chief-ee", "paper", "never-was")), "not_found");
    assert_eq!(refused(house.attach("chief-es", "madrid", "v")), "invalid");
    let view = house.view("chief-it");
    let paper = view.get(&id("paper")).expect("GREEN");
    let kept: Vec<bool> = paper.versions.iter().map(|kept| kept.destroyed.is_none()).collect();
    assert_eq!(kept, [false, true]);
    assert_eq!(paper.versions[0].version.hash.as_str(), "abc", "the record keeps the hash");
    assert_eq!(house.state.versions_kept(), [id("v-chief-ee")].into());
    for (person, outcome) in [("chief-no", "not_allowed"), ("voice-ee", "not_allowed")] {
        let said = json!({ "document": { "title": "x", "reading": "download" } });
        let given = house.create(person, "other", said, json!({ "label": "GREEN" }));
        assert_eq!(refused(given), outcome, "{person}");
    }
}

#[test]
fn no_request_makes_versions_or_readings_by_itself() {
    let mut house = House::set_up();
    house.give("chief-ee", "paper", None, "GREEN");
    house.attach("chief-ee", "paper", "v1").expect("his own");
    let version =
        json!({ "id": "v2", "hash": "abc", "bytes": 3, "media": "text/plain", "name": "a.txt" });
    let reading = json!({ "reading": { "document": "paper", "version": "v1" } });
    for command in [
        json!({ "subject": "paper", "change": { "attach": { "version": version } } }),
        json!({ "subject": "paper", "change": { "destroy": { "version": "v1" } } }),
        json!({ "change": { "create": { "content": reading } } }),
    ] {
        assert!(Asked::read_quickly(&command.to_string()).is_none(), "{command}");
        let asked = Asked::read(command.clone()).command(&house.view("chief-ee"));
        assert_eq!(refused(asked), "invalid", "{command}");
    }
}

#[test]
fn a_document_of_a_session_follows_its_door_with_its_versions_and_readings() {
    let mut house = House::set_up();
    house.give("chief-ee", "paper", Some("opening"), "GREEN");
    house.attach("chief-ee", "paper", "v1").expect("his own");
    let read = house.read("chief-it", "paper", "v1").expect("everybody sees it");
    let everybody = ["chief-es", "chief-ee", "adviser-ee", "chief-it", "chief-no"];
    assert_eq!(house.seen_by("paper"), everybody);
    house.change("chief-es", "opening", json!({ "close": {} })).expect("a lead runs it");
    assert_eq!(house.seen_by("paper"), ["chief-ee"], "its author, who is credentialed, too");
    assert!(!house.sees("chief-it", &read), "not even that he has read it");
    assert_eq!(refused(house.read("chief-it", "paper", "v1")), "invalid");
    assert_eq!(refused(house.attach("chief-it", "paper", "v2")), "not_found");
    let behind =
        json!({ "document": { "title": "non-paper", "session": "opening", "reading": "shown" } });
    let change = json!({ "create": { "content": behind } });
    house.change("chief-ee", "behind", change).expect("he is in the room");
    assert_eq!(house.view("chief-ee").get(&id("behind")).unwrap().marking.label, Label::Red);
    house.change("chief-es", "opening", json!({ "reopen": {} })).expect("a lead runs it");
    assert_eq!(house.seen_by("paper"), everybody);
    assert!(house.sees("chief-it", &read));
    assert_eq!(house.seen_by("behind"), ["chief-ee"], "what was given behind the door stays there");
}

#[test]
fn a_red_paper_of_a_closed_session_is_for_those_credentialed() {
    let mut house = House::set_up();
    let said =
        json!({ "document": { "title": "terms", "session": "talks", "reading": "download" } });
    house.change("chief-es", "terms", json!({ "create": { "content": said } })).expect("a lead");
    let view = house.view("chief-ee");
    let terms = view.get(&id("terms")).expect("credentialed");
    assert_eq!(terms.marking.label, Label::Red);
    let Content::Document(document) = &terms.content else { panic!("a document") };
    assert_eq!(document.meeting, Some(id("madrid")), "given in a session, given to its meeting");
    assert_eq!(house.seen_by("terms"), ["chief-es", "chief-ee"]);
    let moved =
        json!({ "document": { "title": "terms", "session": "opening", "reading": "download" } });
    let moved = house.change("chief-es", "terms", json!({ "amend": { "content": moved } }));
    assert_eq!(refused(moved), "invalid", "or others would see it without a change of label");
    let renamed =
        json!({ "document": { "title": "final", "session": "talks", "reading": "download" } });
    house.change("chief-es", "terms", json!({ "amend": { "content": renamed } })).expect("renamed");
    let widened = json!({ "relabel": { "marking": { "label": "GREEN" } } });
    let loosened = house.change("chief-ee", "terms", widened.clone());
    assert_eq!(refused(loosened), "not_allowed", "nobody else loosens it");
    house.change("chief-es", "terms", widened).expect("its author");
    assert!(house.sees("chief-no", &id("terms")));
}

#[test]
fn what_was_read_is_known_to_the_reader_and_to_whom_the_document_comes_from() {
    let mut house = House::set_up();
    house.give("chief-ee", "paper", None, "GREEN");
    house.attach("chief-ee", "paper", "v1").expect("his own");
    let read = house.read("chief-no", "paper", "v1").expect("even an observer reads");
    let seen = |house: &House| {
        ["chief-es", "chief-ee", "adviser-ee", "chief-it", "chief-no"]
            .map(|who| house.sees(who, &read))
    };
    assert_eq!(seen(&house), [false, true, true, false, true]);
    let view = house.view("chief-no");
    assert_eq!(view.get(&read).unwrap().marking.label, Label::AmberStrict, "nobody chooses it");
    for change in [
        json!({ "relabel": { "marking": { "label": "AMBER+STRICT" } } }),
        json!({ "withdraw": {} }),
    ] {
        let unsaid = house.change("chief-no", read.as_str(), change);
        assert_eq!(refused(unsaid), "not_allowed", "nobody unsays that he has read");
    }
    assert_eq!(seen(&house), [false, true, true, false, true]);
    assert_eq!(refused(house.read("chief-no", "paper", "never-was")), "not_found");
    house.destroy("chief-ee", "paper", "v1").expect("his own");
    assert_eq!(refused(house.read("chief-no", "paper", "v1")), "conflict");
}

#[test]
fn an_expired_document_takes_no_version_and_is_not_read() {
    let mut house = House::set_up();
    let said = |expires: Timestamp| json!({ "document": { "title": "draft", "reading": "download", "expires": expires } });
    let soon = house.now() + 10.minutes();
    house.make("chief-ee", "draft", said(soon), "GREEN");
    house.attach("chief-ee", "draft", "v1").expect("not yet");
    house.read("chief-it", "draft", "v1").expect("not yet");
    house.later = 60;
    assert_eq!(refused(house.read("chief-it", "draft", "v1")), "conflict");
    assert_eq!(refused(house.attach("chief-ee", "draft", "v2")), "conflict");
    let amend = |expires: Timestamp| json!({ "amend": { "content": said(expires) } });
    let past = house.now() - 5.minutes();
    assert_eq!(refused(house.change("chief-ee", "draft", amend(past))), "invalid");
    assert_eq!(refused(house.change("chief-ee", "draft", amend(soon))), "done", "left as it is");
    let later = house.now() + 50.minutes();
    house.change("chief-ee", "draft", amend(later)).expect("a later moment");
    house.read("chief-it", "draft", "v1").expect("served again");
    house.change("chief-ee", "draft", json!({ "withdraw": {} })).expect("his own");
    assert_eq!(refused(house.read("chief-it", "draft", "v1")), "invalid");
    assert_eq!(refused(house.attach("chief-ee", "draft", "v3")), "conflict");
}

#[test]
fn what_is_only_shown_is_of_a_type_that_can_be_shown() {
    let mut house = House::set_up();
    let said = |reading: &str| json!({ "document": { "title": "draft", "reading": reading } });
    house.make("chief-ee", "draft", said("shown"), "GREEN");
    assert_eq!(refused(house.attach_of("chief-ee", "draft", "v1", Media::Odt)), "conflict");
    let shown = [("v2", Media::Plain), ("v3", Media::Png), ("v4", Media::Jpeg), ("v6", Media::Pdf)];
    for (version, media) in shown {
        assert_eq!(refused(house.attach_of("chief-ee", "draft", version, media)), "done");
    }
    let amend = |reading: &str| json!({ "amend": { "content": said(reading) } });
    house.change("chief-ee", "draft", amend("download")).expect("his own");
    house.attach_of("chief-ee", "draft", "v5", Media::Docx).expect("it can be downloaded");
    assert_eq!(refused(house.change("chief-ee", "draft", amend("shown"))), "conflict");
    house.destroy("chief-ee", "draft", "v5").expect("his own");
    house.change("chief-ee", "draft", amend("shown")).expect("what is left can be shown");
}
