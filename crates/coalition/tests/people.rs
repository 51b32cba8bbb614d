//! Who may let whom in: passkeys, enrolment links, vouchings, seats and their cap, admission and
//! suspension; and who sees any of it.

use coalition::content::{
    Circumstance, Coalition, DirectoryAccount, EnrolmentLink, Holds, Party, Passkey, Person, Role,
    Seat, Standing, Vouching,
};
use coalition::decide::{Command, Founding, decide, found, has_enrolled, offers, vouched};
use coalition::text::{Encoded, Name, Text};
use coalition::{Act, Change, Content, Id, Kind, Label, Marking, Refusal, State, View, Viewer};
use jiff::{Timestamp, ToSpan};

fn id(text: &str) -> Id {
    Id::parse(text).expect("as the test means it")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("as the test means it")
}

fn encoded(text: &str) -> Encoded {
    Encoded::parse(text).expect("as the test means it")
}

/// A coalition of which the tests ask things; France leads it.
struct House {
    state: State,
    now: Timestamp,
    count: u8,
}

impl House {
    /// France with its head `anna`; Estonia with `ee-head` and `ee-clerk`, whom it entered itself.
    fn new() -> House {
        let now: Timestamp = "2026-01-10T08:00:00Z".parse().expect("as the test means it");
        let founding = Founding {
            coalition: Coalition {
                name: name("Four towns"),
                note: Text::default(),
                demonstration: false,
            },
            label: Label::Green,
            party: (Some(id("FR")), name("France")),
            person: (Some(id("anna")), name("Anna")),
            role: Role::Head,
            link: None,
        };
        let mut house = House { state: State::new(), now, count: 0 };
        for act in found(founding, now, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|place| [place; 10])) {
            let bytes = act.encode();
            house.state.apply(act, bytes.into());
        }
        house.admit("EE", Standing::Member, Some(2));
        house.seat("anna", "ee-head", "EE", Role::Head).expect("as the test means it");
        house.seat("ee-head", "ee-clerk", "EE", Role::Clerk).expect("as the test means it");
        house
    }

    fn view(&self, person: &str) -> View {
        View::of(&self.state, Viewer::of_person(&self.state, &id(person)))
    }

    fn ask(&mut self, who: &str, subject: Option<&str>, change: Change) -> Result<Id, Refusal> {
        let command = Command { subject: subject.map(id), revision: None, key: None, change };
        self.count += 1;
        let entropy = [[self.count; 10], [100 + self.count; 10]];
        let act = decide(&self.view(who), command, self.now, entropy)?;
        let subject = act.subject.clone();
        let bytes = act.encode();
        self.state.apply(act, bytes.into());
        Ok(subject)
    }

    fn make(&mut self, who: &str, subject: Option<&str>, content: Content) -> Result<Id, Refusal> {
        let marking = Marking::plain(Label::Green);
        self.ask(who, subject, Change::Create { content, marking })
    }

    fn admit(&mut self, party: &str, standing: Standing, seats: Option<u32>) {
        let said = Party {
            name: name(&format!("Party {party}")),
            standing,
            chance: None,
            seats,
            note: Text::default(),
        };
        self.make("anna", Some(party), Content::Party(said)).expect("as the test means it");
    }

    /// Enters a person and gives him a seat.
    fn seat(&mut self, who: &str, person: &str, party: &str, role: Role) -> Result<Id, Refusal> {
        let entered = Content::Person(Person { name: name(person) });
        self.make(who, Some(person), entered).expect("as the test means it");
        self.make(who, None, Content::Seat(Seat { person: id(person), party: id(party), role }))
    }

    fn link(&mut self, who: &str, person: &str, vouching: Option<&Id>) -> Result<Id, Refusal> {
        let link = EnrolmentLink {
            person: id(person),
            secret_hash: encoded("hash"),
            expires: self.now + 48.hours(),
            vouching: vouching.cloned(),
            spent: false,
        };
        self.make(who, None, Content::EnrolmentLink(link))
    }

    fn spend(&mut self, who: &str, link: &Id) -> Result<Id, Refusal> {
        let said = self.view(who).find::<EnrolmentLink>(link).map(|(_, link)| link.clone());
        let Some(said) = said else { return Err(Refusal::NotFound(None)) };
        let content = Content::EnrolmentLink(EnrolmentLink { spent: true, ..said });
        self.ask(who, Some(link.as_str()), Change::Amend { content })
    }

    fn enrol(&mut self, who: &str, credential: &str, link: Option<&Id>) -> Result<Id, Refusal> {
        let passkey = Passkey {
            person: id(who),
            name: name("Key on my desk"),
            credential: encoded(credential),
            public_key: encoded("key"),
            link: link.cloned(),
        };
        self.make(who, None, Content::Passkey(passkey))
    }

    /// Lets a person in: link, use, passkey.
    fn let_in(&mut self, by: &str, person: &str) -> Id {
        let link = self.link(by, person, None).expect("as the test means it");
        self.spend(person, &link).expect("as the test means it");
        self.enrol(person, &format!("of-{person}"), Some(&link)).expect("as the test means it")
    }

    fn connect(&mut self, who: &str, subject: &str, link: Option<&Id>) -> Result<Id, Refusal> {
        let account = DirectoryAccount {
            person: id(who),
            name: name("Ministry account"),
            issuer: name("https://directory.example"),
            subject: name(subject),
            link: link.cloned(),
        };
        self.make(who, None, Content::DirectoryAccount(account))
    }

    fn vouch(&mut self, who: &str, person: &str) -> Result<Id, Refusal> {
        self.make(who, None, Content::Vouching(Vouching { person: id(person) }))
    }

    fn withdraw(&mut self, who: &str, thing: &Id) -> Result<Id, Refusal> {
        self.ask(who, Some(thing.as_str()), Change::Withdraw { reason: Text::default() })
    }
}

fn not_allowed(outcome: Result<Id, Refusal>) {
    let why = outcome.expect_err("it is not for this seat");
    assert!(matches!(why, Refusal::NotAllowed(_)), "{why:?}");
}

fn conflict(outcome: Result<Id, Refusal>) {
    let why = outcome.expect_err("it cannot be done as things are");
    assert!(matches!(why, Refusal::Conflict(_)), "{why:?}");
}

#[test]
fn a_link_lets_its_person_enrol_one_passkey_once() {
    let mut house = House::new();
    let link = house.link("ee-head", "ee-clerk", None).unwrap();
    not_allowed(house.enrol("ee-clerk", "first", Some(&link)));
    not_allowed(house.spend("ee-head", &link));
    house.spend("ee-clerk", &link).unwrap();
    conflict(house.spend("ee-clerk", &link));
    house.enrol("ee-clerk", "first", Some(&link)).unwrap();
    not_allowed(house.enrol("ee-clerk", "second", Some(&link)));
    conflict(house.withdraw("ee-head", &link));
}

#[test]
fn a_link_expires() {
    let mut house = House::new();
    let link = house.link("ee-head", "ee-clerk", None).unwrap();
    house.now += 48.hours();
    conflict(house.spend("ee-clerk", &link));
    house.now -= 1.second();
    house.spend("ee-clerk", &link).unwrap();
}

#[test]
fn a_link_that_was_stopped_lets_nobody_in() {
    let mut house = House::new();
    let link = house.link("anna", "ee-head", None).unwrap();
    house.withdraw("ee-head", &link).unwrap();
    conflict(house.spend("ee-head", &link));
}

#[test]
fn the_first_passkey_takes_a_link_and_the_next_one_does_not() {
    let mut house = House::new();
    not_allowed(house.enrol("ee-clerk", "first", None));
    house.let_in("ee-head", "ee-clerk");
    house.enrol("ee-clerk", "second", None).unwrap();
    conflict(house.enrol("ee-clerk", "second", None));
    not_allowed(house.make(
        "ee-head",
        None,
        Content::Passkey(Passkey {
            person: id("ee-clerk"),
            name: name("not his"),
            credential: encoded("third"),
            public_key: encoded("key"),
            link: None,
        }),
    ));
}

#[test]
fn a_link_connects_an_account_instead_of_a_passkey_and_never_both() {
    let mut house = House::new();
    let link = house.link("ee-head", "ee-clerk", None).unwrap();
    not_allowed(house.connect("ee-clerk", "1", Some(&link)));
    house.spend("ee-clerk", &link).unwrap();
    not_allowed(house.connect("ee-head", "1", Some(&link)));
    house.connect("ee-clerk", "1", Some(&link)).unwrap();
    not_allowed(house.connect("ee-clerk", "2", Some(&link)));
    not_allowed(house.enrol("ee-clerk", "first", Some(&link)));
    let link = house.link("anna", "ee-head", None).unwrap();
    house.spend("ee-head", &link).unwrap();
    house.enrol("ee-head", "first", Some(&link)).unwrap();
    not_allowed(house.connect("ee-head", "1", Some(&link)));
}

#[test]
fn whoever_has_an_account_alone_connects_no_other_and_enrols_no_passkey() {
    let mut house = House::new();
    let link = house.link("ee-head", "ee-clerk", None).unwrap();
    house.spend("ee-clerk", &link).unwrap();
    house.connect("ee-clerk", "1", Some(&link)).unwrap();
    not_allowed(house.connect("ee-clerk", "2", None));
    not_allowed(house.enrol("ee-clerk", "first", None));
    house.let_in("anna", "ee-head");
    for subject in ["1", "2", "3", "4", "5"] {
        house.connect("ee-head", subject, None).unwrap();
    }
    conflict(house.connect("ee-head", "6", None));
    // Without a link it is a passkey's to sign; by a link there may be none yet.
    let said = |link| {
        let content = Content::DirectoryAccount(DirectoryAccount {
            person: id("ee-head"),
            name: name("Ministry account"),
            issuer: name("https://directory.example"),
            subject: name("1"),
            link,
        });
        Change::Create { content, marking: Marking::plain(Label::Red) }
    };
    assert!(said(None).important(Kind::DirectoryAccount));
    assert!(!said(Some(link)).important(Kind::DirectoryAccount));
}

#[test]
fn an_account_is_its_owners_alone_who_renames_and_revokes_it() {
    let mut house = House::new();
    house.let_in("ee-head", "ee-clerk");
    let account = house.connect("ee-clerk", "1", None).unwrap();
    conflict(house.connect("ee-clerk", "1", None));
    let at = ("https://directory.example", "1");
    assert_eq!(house.state.holders_of(at.0, at.1), [(id("ee-clerk"), account.clone())]);
    for (issuer, subject) in [(at.0, "2"), ("https://other.example", at.1), ("", "")] {
        assert_eq!(house.state.holders_of(issuer, subject), [], "{issuer} {subject}");
    }
    for other in ["anna", "ee-head"] {
        assert!(house.view(other).get(&account).is_none(), "{other}");
        assert_eq!(house.withdraw(other, &account), Err(Refusal::NotFound(None)));
    }
    let view = house.view("ee-clerk");
    let (thing, said) = view.find::<DirectoryAccount>(&account).unwrap();
    assert_eq!(offers(&view, thing), ["withdraw"]);
    let renamed = DirectoryAccount { name: name("Mine"), ..said.clone() };
    let moved = DirectoryAccount { subject: name("2"), ..said.clone() };
    let amend = |content| Change::Amend { content: Content::DirectoryAccount(content) };
    not_allowed(house.ask("ee-clerk", Some(account.as_str()), amend(moved)));
    house.ask("ee-clerk", Some(account.as_str()), amend(renamed)).unwrap();
    house.withdraw("ee-clerk", &account).unwrap();
    assert_eq!(house.state.holders_of(at.0, at.1), []);
    not_allowed(house.ask(
        "ee-clerk",
        Some(account.as_str()),
        Change::Resume { reason: Text::default() },
    ));
}

#[test]
fn nobody_lets_himself_in_nor_people_of_other_delegations_unless_he_leads() {
    let mut house = House::new();
    house.admit("LT", Standing::Member, None);
    house.seat("anna", "lt-head", "LT", Role::Head).unwrap();
    house.seat("lt-head", "lt-adviser", "LT", Role::Adviser).unwrap();
    for (who, person) in [
        ("ee-head", "ee-head"),
        ("ee-head", "lt-head"),
        ("lt-adviser", "lt-head"),
        ("ee-head", "anna"),
    ] {
        not_allowed(house.link(who, person, None));
    }
    house.link("anna", "lt-head", None).unwrap();
    house.link("lt-head", "lt-adviser", None).unwrap();
}

#[test]
fn one_seat_cannot_take_the_place_of_somebody_who_was_in_before_but_two_can() {
    let mut house = House::new();
    house.let_in("ee-head", "ee-clerk");
    assert!(has_enrolled(&house.view("ee-head"), &id("ee-clerk")));
    not_allowed(house.link("ee-head", "ee-clerk", None));
    let own_word = house.vouch("ee-head", "ee-clerk").unwrap();
    not_allowed(house.link("ee-head", "ee-clerk", Some(&own_word)));
    // The one who is said to have lost his passkeys does not vouch for himself.
    not_allowed(house.vouch("ee-clerk", "ee-clerk"));
    let seat = house
        .view("anna")
        .standing::<Party>()
        .find(|(thing, _)| thing.id == id("EE"))
        .map(|(_, said)| said.clone())
        .unwrap();
    let content = Content::Party(Party { seats: Some(3), ..seat });
    house.ask("anna", Some("EE"), Change::Amend { content }).unwrap();
    house.seat("ee-head", "ee-interpreter", "EE", Role::Interpreter).unwrap();
    let word = house.vouch("ee-interpreter", "ee-clerk").unwrap();
    let view = house.view("ee-head");
    let actor = view.viewer().seated().unwrap();
    assert_eq!(
        vouched(&view, actor, &id("ee-clerk"), house.now).map(|thing| &thing.id),
        Some(&word)
    );
    let link = house.link("ee-head", "ee-clerk", Some(&word)).unwrap();
    conflict(house.link("ee-head", "ee-clerk", Some(&word)));
    house.spend("ee-clerk", &link).unwrap();
    house.enrol("ee-clerk", "new", Some(&link)).unwrap();
}

#[test]
fn a_word_of_yesterday_does_not_count() {
    let mut house = House::new();
    house.seat("anna", "fr-clerk", "FR", Role::Clerk).unwrap();
    house.let_in("anna", "ee-head");
    let word = house.vouch("ee-clerk", "ee-head").unwrap();
    house.now += 24.hours();
    not_allowed(house.link("ee-clerk", "ee-head", Some(&word)));
    house.link("fr-clerk", "ee-head", None).unwrap();
}

#[test]
fn a_lead_recovers_anybody_and_the_delegation_sees_it() {
    let mut house = House::new();
    house.let_in("ee-head", "ee-clerk");
    let link = house.link("anna", "ee-clerk", None).unwrap();
    assert!(house.view("ee-head").get(&link).is_some());
    assert!(house.view("ee-clerk").get(&link).is_some());
    house.withdraw("ee-clerk", &link).unwrap();
}

#[test]
fn nobody_but_its_owner_sees_a_passkey_and_nobody_else_touches_it() {
    let mut house = House::new();
    let passkey = house.let_in("ee-head", "ee-clerk");
    for other in ["anna", "ee-head"] {
        assert!(house.view(other).get(&passkey).is_none(), "{other}");
        assert_eq!(house.withdraw(other, &passkey), Err(Refusal::NotFound(None)));
    }
    let view = house.view("ee-clerk");
    let (thing, said) = view.find::<Passkey>(&passkey).unwrap();
    assert_eq!(offers(&view, thing), ["withdraw"]);
    let renamed = Passkey { name: name("Blue key"), ..said.clone() };
    let swapped = Passkey { public_key: encoded("another"), ..said.clone() };
    let amend = |content| Change::Amend { content: Content::Passkey(content) };
    not_allowed(house.ask("ee-clerk", Some(passkey.as_str()), amend(swapped)));
    house.ask("ee-clerk", Some(passkey.as_str()), amend(renamed)).unwrap();
    house.withdraw("ee-clerk", &passkey).unwrap();
    let again = Change::Resume { reason: Text::default() };
    not_allowed(house.ask("ee-clerk", Some(passkey.as_str()), again));
    not_allowed(house.enrol("ee-clerk", "another", None));
}

#[test]
fn a_label_that_somebody_asks_for_does_not_show_a_passkey_to_others() {
    let mut house = House::new();
    let passkey = house.let_in("ee-head", "ee-clerk");
    let marking = Marking::plain(Label::Clear);
    not_allowed(house.ask("ee-clerk", Some(passkey.as_str()), Change::Relabel { marking }));
}

#[test]
fn a_delegation_seats_people_up_to_its_cap() {
    let mut house = House::new();
    let full = house.seat("ee-head", "ee-third", "EE", Role::Adviser);
    assert!(
        matches!(full, Err(Refusal::Invalid { ref field, .. }) if field == "content.seat.party"),
        "{full:?}"
    );
    let seat = house
        .view("ee-head")
        .standing::<Seat>()
        .find(|(_, seat)| seat.person == id("ee-clerk"))
        .map(|(thing, _)| thing.id.clone())
        .unwrap();
    house.withdraw("ee-head", &seat).unwrap();
    let seat = Seat { person: id("ee-third"), party: id("EE"), role: Role::PressOfficer };
    house.make("ee-head", None, Content::Seat(seat)).unwrap();
    // The cap is the leads' to set.
    let own = house.view("ee-head").find::<Party>(&id("EE")).map(|(_, said)| said.clone()).unwrap();
    let content = Content::Party(Party { seats: None, ..own });
    not_allowed(house.ask("ee-head", Some("EE"), Change::Amend { content }));
}

#[test]
fn a_delegation_sees_everybody_whom_it_seats_and_so_its_cap_counts_every_seat() {
    let mut house = House::new();
    house.admit("NO", Standing::Observer, Some(1));
    let seat = || Content::Seat(Seat { person: id("no-head"), party: id("NO"), role: Role::Head });
    let amber = |parties: &[&str]| Marking {
        parties: parties.iter().map(|party| id(party)).collect(),
        ..Marking::plain(Label::Amber)
    };
    let strict = Marking::plain(Label::AmberStrict);
    let content = Content::Person(Person { name: name("Head of Norway") });
    let entered = Change::Create { content, marking: strict.clone() };
    house.ask("anna", Some("no-head"), entered).unwrap();
    for marking in [None, Some(amber(&[]))] {
        if let Some(marking) = marking {
            house.ask("anna", Some("no-head"), Change::Relabel { marking }).unwrap();
        }
        let hidden = house.make("anna", None, seat());
        assert!(
            matches!(hidden, Err(Refusal::Invalid { ref field, .. }) if field == "content.seat.person"),
            "{hidden:?}"
        );
    }
    let marking = amber(&["NO"]);
    house.ask("anna", Some("no-head"), Change::Relabel { marking }).unwrap();
    house.make("anna", None, seat()).unwrap();
    let view = house.view("no-head");
    let own = view.standing::<Seat>().filter(|(_, seat)| seat.party == id("NO"));
    assert_eq!(own.count(), 1);
    let full = house.seat("no-head", "no-second", "NO", Role::Clerk);
    assert!(
        matches!(full, Err(Refusal::Invalid { ref field, .. }) if field == "content.seat.party"),
        "{full:?}"
    );
    for marking in [strict, amber(&["EE"])] {
        let away = house.ask("anna", Some("no-head"), Change::Relabel { marking });
        assert!(
            matches!(away, Err(Refusal::Invalid { ref field, .. }) if field == "marking.label"),
            "{away:?}"
        );
    }
}

#[test]
fn people_are_never_hidden_from_their_own_delegation() {
    let mut house = House::new();
    let content = Content::Person(Person { name: name("Nobody") });
    let red = Marking::plain(Label::Red);
    let outcome = house.ask("ee-head", None, Change::Create { content, marking: red.clone() });
    assert!(matches!(outcome, Err(Refusal::Invalid { ref field, .. }) if field == "marking.label"));
    let outcome = house.ask("ee-head", Some("ee-clerk"), Change::Relabel { marking: red });
    assert!(matches!(outcome, Err(Refusal::Invalid { ref field, .. }) if field == "marking.label"));
}

#[test]
fn the_people_of_a_suspended_party_are_the_public_until_it_is_resumed() {
    let mut house = House::new();
    let reason = Text::default;
    not_allowed(house.ask("ee-head", Some("EE"), Change::Suspend { reason: reason() }));
    not_allowed(house.ask("anna", Some("FR"), Change::Suspend { reason: reason() }));
    house.ask("anna", Some("EE"), Change::Suspend { reason: reason() }).unwrap();
    assert_eq!(Viewer::of_person(&house.state, &id("ee-head")), Viewer::Public);
    house.ask("anna", Some("EE"), Change::Resume { reason: reason() }).unwrap();
    assert!(Viewer::of_person(&house.state, &id("ee-head")).seated().is_some());
}

#[test]
fn an_interpreter_reads_and_a_press_officer_cites() {
    let mut house = House::new();
    house.seat("anna", "voice", "FR", Role::Interpreter).unwrap();
    house.seat("anna", "press", "FR", Role::PressOfficer).unwrap();
    let source = || {
        Content::Source(coalition::content::Source {
            title: name("A report"),
            outlet: None,
            date: None,
            origin: None,
            note: Text::default(),
        })
    };
    not_allowed(house.make("voice", None, source()));
    house.make("press", None, source()).unwrap();
    let party = Content::Person(Person { name: name("Somebody") });
    not_allowed(house.make("press", None, party));
}

#[test]
fn no_command_from_a_request_makes_what_only_the_house_knows() {
    use coalition::decide::Asked;
    let house = House::new();
    let content = serde_json::json!({ "vouching": { "person": "ee-clerk" } });
    for change in [
        serde_json::json!({ "create": { "content": content } }),
        serde_json::json!({ "amend": { "content": content } }),
    ] {
        let asked = Asked::read(serde_json::json!({ "change": change }));
        let outcome = asked.command(&house.view("ee-head"));
        assert!(
            matches!(outcome, Err(Refusal::Invalid { ref field, .. }) if field == "change"),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_demonstration_stays_one_and_a_real_record_never_becomes_one() {
    let mut house = House::new();
    let said = Coalition { name: name("Other"), note: Text::default(), demonstration: true };
    let change = Change::Amend { content: Content::Coalition(said) };
    house.ask("anna", Some("coalition"), change).unwrap();
    let view = house.view("anna");
    let (_, coalition) = view.all::<Coalition>().next().unwrap();
    assert_eq!((coalition.name.as_str(), coalition.demonstration), ("Other", false));
}

#[test]
fn the_signed_bytes_are_the_kept_ones_without_the_signature_and_nothing_else() {
    let mut house = House::new();
    house
        .make("anna", Some("thing"), Content::Person(Person { name: name("X\"signed\":") }))
        .unwrap();
    let view = house.view("anna");
    let thing = view.get(&id("thing")).unwrap();
    let (_, act) = view.history(house.state.leaves(), thing).next().unwrap();
    let bytes = act.encode();
    let signature = coalition::act::Signature {
        passkey: id("key"),
        nonce: encoded("n"),
        authenticator_data: encoded("a"),
        client_data: encoded("c"),
        signature: encoded("s"),
        together: Vec::new(),
    };
    assert_eq!(act.signed_bytes(&bytes), None, "it is not signed");
    let signed = Act { signed: Some(Box::new(signature)), ..act };
    let kept = signed.encode();
    assert_eq!(Act::decode(&kept).unwrap(), signed);
    assert_eq!(signed.signed_bytes(&kept), Some(bytes));
    let spaced = String::from_utf8(kept).unwrap().replace("{\"v\":1,", "{\"v\": 1,");
    // The same act in another spelling is not what was signed here, but what is kept decides.
    assert_ne!(signed.signed_bytes(spaced.as_bytes()), signed.signed_bytes(&signed.encode()));
    assert_eq!(signed.signed_bytes(b"{}"), None);
    assert!(Kind::Passkey.made_by_the_house() && !Kind::Person.made_by_the_house());
}

#[test]
fn who_changes_seats_keeps_no_rights_of_the_old_one() {
    let mut house = House::new();
    let said = Content::Circumstance(Circumstance {
        name: name("a storm"),
        holds: Holds::Unknown,
        chance: None,
        note: Text::default(),
    });
    house.make("ee-clerk", Some("storm"), said).expect("a clerk acts for his delegation");
    let storm = id("storm");
    let published = || Change::Relabel { marking: Marking::plain(Label::Clear) };
    let seat = house.view("ee-head");
    let seat = seat.all::<Seat>().find(|(_, seat)| seat.person == id("ee-clerk"));
    let seat = seat.map(|(thing, _)| thing.id.clone()).expect("he sits");
    let interprets = Seat { person: id("ee-clerk"), party: id("EE"), role: Role::Interpreter };
    let content = Content::Seat(interprets);
    house.ask("ee-head", Some(seat.as_str()), Change::Amend { content }).expect("it is his own");
    let refused = |answer: Result<Id, Refusal>| matches!(answer, Err(Refusal::NotAllowed(_)));
    assert!(refused(house.withdraw("ee-clerk", &storm)), "an interpreter reads");
    assert!(refused(house.ask("ee-clerk", Some("storm"), published())), "an interpreter reads");
    // Another delegation seats him, and he acts for that one.
    house.withdraw("ee-head", &seat).expect("Estonia ends its seat");
    let acts = Seat { person: id("ee-clerk"), party: id("FR"), role: Role::Clerk };
    house.make("anna", None, Content::Seat(acts)).expect("France seats whom it likes");
    assert!(refused(house.ask("ee-clerk", Some("storm"), published())), "it stays Estonia's");
    house.ask("ee-head", Some("storm"), published()).expect("it is Estonia's");
}
