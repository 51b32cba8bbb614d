//! What comes to whom by mail, from acts to the bytes of a message.

use super::*;
use crate::{Ask, Kept, NotDone, Settings};
use coalition::content::*;
use coalition::decide::Founding;
use coalition::text::{Name, Text};
use coalition::time::PartialTime;
use coalition::{Change as Act, Content, Label, Marking};
use record::{Desk, MemoryStore, SigningKey, first_checkpoint};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A demonstration that sends mail, whose clock stands still until it is told the time.
struct Town {
    house: House,
    minutes: Arc<AtomicI64>,
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a short name")
}

fn address(person: &str) -> MailAddress {
    MailAddress::parse(&format!("{person}@example.org")).expect("an address")
}

fn settings(minutes: &Arc<AtomicI64>, desk: Option<Arc<Desk>>) -> Settings {
    let clock = Arc::clone(minutes);
    let from = MailAddress::parse("house@headquarters.example").expect("an address");
    Settings {
        mail: Some(Mail { from, pages: "https://headquarters.example".into() }),
        desk,
        clock: Arc::new(move || {
            let start: Timestamp = "2026-01-10T08:00:00Z".parse().expect("a moment");
            start + clock.load(Ordering::SeqCst).minutes()
        }),
        ..Settings::demonstration(Vec::new())
    }
}

impl Town {
    /// Anna of France, a lead, and Bruno of Estonia, a member; both have an address. Nothing that has
    /// happened is told of.
    fn new() -> Town {
        let key = SigningKey::new("headquarters.example/record", [3; 32]).expect("a good name");
        let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key))));
        let minutes = Arc::new(AtomicI64::new(0));
        let house = House::open(store, key, settings(&minutes, None)).expect("a new record");
        let founding = Founding {
            coalition: Coalition {
                name: name("Four towns"),
                note: Text::default(),
                demonstration: true,
            },
            label: Label::Green,
            party: (Some(id("FR")), name("France")),
            person: (Some(id("anna")), name("Anna")),
            role: Role::Head,
            link: None,
        };
        let town = Town { house, minutes };
        let found = Ask::Found(Box::new(founding), town.house.now());
        town.house.submit_and_wait(None, found).expect("a new record");
        let party = Party {
            name: name("Estonia"),
            standing: Standing::Member,
            chance: None,
            seats: None,
            note: Text::default(),
        };
        town.make("EE", Content::Party(party), Label::Green);
        town.make("bruno", Content::Person(Person { name: name("Bruno") }), Label::Green);
        let seat = Seat { person: id("bruno"), party: id("EE"), role: Role::Head };
        town.make("bruno-seat", Content::Seat(seat), Label::Green);
        for person in ["anna", "bruno"] {
            town.house.takes_mail(&id(person), address(person)).expect("kept in memory");
        }
        assert_eq!(town.round(), 0);
        town
    }

    fn does(&self, person: &str, subject: &str, change: Act) {
        let ask = Ask::Made { subject: Some(id(subject)), change: Box::new(change) };
        let done: Result<_, NotDone> = self.house.submit_and_wait(Some(id(person)), ask);
        done.unwrap_or_else(|why| panic!("{person} on {subject}: {why}"));
    }

    fn make(&self, subject: &str, content: Content, label: Label) {
        self.does("anna", subject, Act::Create { content, marking: Marking::plain(label) });
    }

    /// Calls a meeting at nine o'clock in Madrid, to which Estonia is invited.
    fn calls(&self, title: &str, label: Label) -> Meeting {
        let meeting = Meeting {
            title: name(title),
            level: Level::Leaders,
            form: Form::InPerson,
            host: None,
            places: vec![name("Palacio de la Moncloa")],
            zone: name("Europe/Madrid"),
            starts: PartialTime::parse("2026-03-29T09:00").ok(),
            ends: PartialTime::parse("2026-03-29T12:00").ok(),
            rules: Rules {
                devices: Devices::Kept,
                undertaking: false,
                attribution: Attribution::OnRecord,
            },
            series: None,
            note: Text::default(),
        };
        self.make("meeting", Content::Meeting(meeting.clone()), label);
        let invitation = Invitation {
            meeting: id("meeting"),
            party: id("EE"),
            sessions: Vec::new(),
            seats: None,
            seats_in: Vec::new(),
            note: Text::default(),
        };
        self.make("invitation", Content::Invitation(invitation), label);
        meeting
    }

    fn later(&self, minutes: i64) {
        self.minutes.fetch_add(minutes, Ordering::SeqCst);
    }

    /// Lets the next round come, and gives how many messages it queued.
    fn round(&self) -> usize {
        self.later(1);
        self.house.post_round().expect("kept in memory")
    }

    fn of(&self, person: &str) -> Vec<Queued> {
        self.house.outbox_of(&id(person))
    }

    /// The calendars that came to somebody, decoded, the newest last.
    fn calendars(&self, person: &str) -> Vec<String> {
        use base64::Engine;
        let invitations = self.of(person).into_iter().filter(|one| one.about == About::Invitation);
        let decoded = invitations.map(|one| {
            let (_, after) = one.message.rsplit_once("base64\r\n\r\n").expect("a calendar");
            let (encoded, _) = after.split_once("--").expect("it ends");
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(encoded.replace("\r\n", ""))
                .expect("base64");
            String::from_utf8(bytes).expect("UTF-8").replace("\r\n ", "")
        });
        decoded.collect()
    }
}

/// A message without what differs between any two: whose it is, when, and its id.
fn words(message: &str) -> String {
    let own = |line: &&str| {
        !["To:", "Date:", "Message-ID:"].iter().any(|header| line.starts_with(header))
    };
    message.split("\r\n").filter(own).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_message_says_the_same_whatever_it_is_about_and_comes_once_a_round() {
    let town = Town::new();
    town.calls("Secret of secrets", Label::Red);
    town.does("anna", "meeting", Act::Suspend { reason: Text::parse("rain").expect("a text") });
    assert_eq!(town.round(), 1, "one for all of it");
    let seat = Seat { person: id("bruno"), party: id("EE"), role: Role::Alternate };
    town.does("bruno", "bruno-seat", Act::Amend { content: Content::Seat(seat) });
    assert_eq!(town.round(), 0, "nobody is told of what he did himself");
    let need = |amount: &str| {
        Content::Commitment(Commitment {
            name: None,
            party: id("EE"),
            resource: id("tents"),
            amount: coalition::Amount::parse(amount).ok(),
            matches: None,
            from: None,
            until: None,
            condition: serde_json::from_value("always".into()).expect("a condition"),
            stage: Stage::Announced,
            basis: Basis::Stated,
            note: Text::default(),
            source: None,
        })
    };
    let tents = Resource { name: name("tents"), unit: name("pieces"), note: Text::default() };
    town.make("tents", Content::Resource(tents), Label::Green);
    town.make("promise", need("5"), Label::Green);
    assert_eq!(town.round(), 1, "a lead has recorded what Estonia promised");
    let mails = town.of("bruno");
    assert_eq!(mails.len(), 2);
    assert_eq!(words(&mails[0].message), words(&mails[1].message));
    assert!(!mails[0].message.contains("Secret"), "{}", mails[0].message);
    let ids: BTreeSet<&str> = mails
        .iter()
        .filter_map(|one| one.message.split("\r\n").find(|line| line.starts_with("Message-ID")))
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(town.of("anna").is_empty(), "all of it was hers");
}

#[test]
fn a_calendar_is_told_what_has_changed_of_what_it_may_hold_and_of_nothing_else() {
    let town = Town::new();
    let meeting = town.calls("Summit; of, towns", Label::Green);
    assert_eq!(town.round(), 2, "a notice, and an invitation");
    let first = town.calendars("bruno").remove(0);
    for line in [
        "METHOD:REQUEST",
        "SEQUENCE:0",
        "SUMMARY:Summit\\; of\\, towns",
        // The clocks of Madrid went forward that night.
        "DTSTART:20260329T070000Z",
        "DTEND:20260329T100000Z",
        "ORGANIZER;CN=Entente:mailto:house@headquarters.example",
        "LOCATION:Palacio de la Moncloa",
    ] {
        assert!(first.contains(&format!("{line}\r\n")), "{line} is not in\n{first}");
    }
    let amend = |content| town.does("anna", "meeting", Act::Amend { content });
    amend(Content::Meeting(Meeting {
        note: Text::parse("bring maps").unwrap(),
        ..meeting.clone()
    }));
    assert_eq!(town.round(), 1, "a notice; an entry says nothing of notes");
    amend(Content::Meeting(Meeting {
        starts: PartialTime::parse("2026-10-25T09:00").ok(),
        ends: None,
        ..meeting
    }));
    assert_eq!(town.round(), 2);
    let second = town.calendars("bruno").remove(1);
    // And now back.
    for line in ["METHOD:REQUEST", "SEQUENCE:1", "DTSTART:20261025T080000Z", "UID:meeting@entente"]
    {
        assert!(second.contains(&format!("{line}\r\n")), "{line} is not in\n{second}");
    }
    let relabel = |label| {
        town.does("anna", "meeting", Act::Relabel { marking: Marking::plain(label) });
    };
    relabel(Label::Amber);
    town.round();
    let third = town.calendars("bruno").remove(2);
    assert!(third.contains("SUMMARY:Meeting\r\n") && third.contains("SEQUENCE:2\r\n"), "{third}");
    assert!(!third.contains("Moncloa") && !third.contains("Summit"), "{third}");
    relabel(Label::Red);
    town.round();
    let fourth = town.calendars("bruno").remove(3);
    for line in ["METHOD:CANCEL", "SEQUENCE:3", "STATUS:CANCELLED", "DTSTART:20261025T080000Z"] {
        assert!(fourth.contains(&format!("{line}\r\n")), "{line} is not in\n{fourth}");
    }
    relabel(Label::Green);
    town.round();
    let fifth = town.calendars("bruno").remove(4);
    assert!(fifth.contains("METHOD:REQUEST\r\n") && fifth.contains("SEQUENCE:4\r\n"), "{fifth}");
    town.does("anna", "meeting", Act::Withdraw { reason: Text::parse("rain").expect("a text") });
    town.round();
    let sixth = town.calendars("bruno").remove(5);
    assert!(sixth.contains("METHOD:CANCEL\r\n") && sixth.contains("SEQUENCE:5\r\n"), "{sixth}");
    town.round();
    assert_eq!(town.calendars("bruno").len(), 6, "what was said is not said again");
}

#[test]
fn whoever_loses_his_seat_has_his_entries_struck_out_and_gets_no_more() {
    let town = Town::new();
    town.calls("Summit", Label::Green);
    town.round();
    let reason = Text::default;
    town.does("anna", "EE", Act::Withdraw { reason: reason() });
    assert_eq!(town.round(), 1);
    assert!(town.calendars("bruno")[1].contains("METHOD:CANCEL\r\n"));
    assert_eq!(town.house.listed(&id("bruno")), None);
    town.does("anna", "EE", Act::Resume { reason: reason() });
    town.does("anna", "meeting", Act::Suspend { reason: Text::parse("rain").expect("a text") });
    assert_eq!(town.round(), 0);
}

#[test]
fn one_is_reminded_a_week_and_a_day_before_unless_the_delegation_has_answered() {
    let town = Town::new();
    town.calls("Summit", Label::Amber);
    town.round();
    let days_to = |days: i64| {
        // Seven o'clock in UTC on 29 March, from eight on 10 January.
        town.minutes.store(78 * 24 * 60 - 60 - days * 24 * 60, Ordering::SeqCst);
    };
    let notices = || town.of("bruno").iter().filter(|one| one.about == About::Notice).count();
    let before = notices();
    days_to(8);
    town.round();
    assert_eq!(notices(), before);
    days_to(7);
    town.round();
    assert_eq!(notices(), before + 1, "a week before");
    town.round();
    town.later(24 * 60);
    town.round();
    assert_eq!(notices(), before + 1, "once");
    let reply = Reply {
        invitation: id("invitation"),
        attending: true,
        persons: vec![id("bruno")],
        sessions: Vec::new(),
        from: Presence::InPerson,
        place: None,
        except: Vec::new(),
        note: Text::default(),
    };
    let marking = Marking::plain(Label::Amber);
    town.does("bruno", "reply", Act::Create { content: Content::Reply(reply), marking });
    days_to(1);
    town.round();
    assert_eq!(notices(), before + 1, "it has answered");
    assert_eq!(town.of("anna").len(), 1, "and she is told so");
}

#[test]
fn an_address_takes_mail_once_its_owner_has_said_the_code_and_five_may_be_tried_a_day() {
    let town = Town::new();
    let bruno = id("bruno");
    let all = || Topic::ALL.iter().copied().collect::<BTreeSet<_>>();
    let list = |at: &str| town.house.list_address(&bruno, address(at), all(), false);
    list("other").expect("his first");
    town.calls("Summit", Label::Green);
    assert_eq!(town.round(), 0, "it is not known to be his");
    let mails = town.of("bruno");
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "other@example.org"));
    let code = mails[0].message.split("\r\n").find(|line| line.len() == 13 && line.contains('-'));
    let code = code.expect("a code").trim().to_owned();
    assert!(town.house.confirm_address(&id("anna"), &code).is_err(), "it is not hers");
    assert!(town.house.confirm_address(&bruno, "AAAAA-AAAAA").is_err());
    town.house.confirm_address(&bruno, &code.to_lowercase()).expect("it is his");
    town.does("anna", "meeting", Act::Suspend { reason: Text::parse("rain").expect("a text") });
    assert_eq!(town.round(), 1);
    list("other").expect("the same address needs no new code");
    assert!(town.house.listed(&bruno).is_some_and(|listed| listed.code.is_none()));
    for more in ["b", "c", "d", "e"] {
        list(more).expect("within a day's tries");
    }
    assert!(list("f").is_err());
    town.later(24 * 60 + 1);
    list("f").expect("the next day");
}

#[test]
fn each_is_told_of_what_he_has_chosen() {
    let town = Town::new();
    let bruno = id("bruno");
    let listed = |topics: &[Topic]| {
        let topics = topics.iter().copied().collect();
        town.house.list_address(&bruno, address("bruno"), topics, false).expect("listed");
    };
    listed(&[Topic::Account]);
    town.calls("Summit", Label::Green);
    assert_eq!(town.round(), 0);
    listed(&[Topic::Meetings]);
    town.does("anna", "meeting", Act::Suspend { reason: Text::parse("rain").expect("a text") });
    assert_eq!(town.round(), 1);
    town.house.unlist_address(&bruno).expect("forgotten");
    town.does("anna", "meeting", Act::Resume { reason: Text::default() });
    assert_eq!(town.round(), 0);
}

/// Takes down what it is given, and refuses as it is told.
struct Pigeon {
    taken: Arc<Mutex<Vec<String>>>,
    refuses: Arc<Mutex<Option<NotCarried>>>,
}

impl Carrier for Pigeon {
    fn carry(&self, _: &MailAddress, _: &MailAddress, message: &[u8]) -> Result<(), NotCarried> {
        if let Some(why) = self.refuses.lock().expect("no panic").clone() {
            return Err(why);
        }
        self.taken.lock().expect("no panic").push(String::from_utf8_lossy(message).into_owned());
        Ok(())
    }
}

#[test]
fn what_cannot_be_carried_waits_and_what_is_refused_for_good_is_shown_as_given_up() {
    let town = Town::new();
    let house = Arc::new(town.house);
    let (taken, refuses) = (Arc::default(), Arc::default());
    let pigeon = Pigeon { taken: Arc::clone(&taken), refuses: Arc::clone(&refuses) };
    let deliver = || {
        postman::deliver(&Arc::downgrade(&house), &pigeon, &Mutex::new(false));
    };
    let all: BTreeSet<Topic> = Topic::ALL.iter().copied().collect();
    let bruno = id("bruno");
    house.list_address(&bruno, address("b"), all.clone(), false).expect("listed");
    *refuses.lock().unwrap() = Some(NotCarried { for_good: false, why: "421 busy".into() });
    deliver();
    deliver();
    let of_bruno = || house.outbox_of(&bruno).remove(0);
    assert_eq!(
        (of_bruno().state, of_bruno().attempts),
        (State::Waiting, 1),
        "not before it is due"
    );
    *refuses.lock().unwrap() = None;
    town.minutes.fetch_add(1, Ordering::SeqCst);
    deliver();
    deliver();
    assert_eq!(of_bruno().state, State::Sent);
    assert_eq!(*taken.lock().unwrap(), [of_bruno().message], "once");
    *refuses.lock().unwrap() = Some(NotCarried { for_good: true, why: "550 nobody".into() });
    house.list_address(&bruno, address("c"), all.clone(), false).expect("listed");
    for _ in 0..8 {
        assert!(!house.unreachable(&bruno));
        deliver();
        town.minutes.fetch_add(6 * 60, Ordering::SeqCst);
    }
    assert!(house.unreachable(&bruno));
    *refuses.lock().unwrap() = None;
    town.minutes.fetch_add(1, Ordering::SeqCst);
    house.list_address(&bruno, address("d"), all, false).expect("listed");
    deliver();
    assert!(!house.unreachable(&bruno), "another address is another matter");
}

#[test]
fn what_the_post_keeps_is_there_after_a_restart() {
    let scratch = std::env::temp_dir().join(format!("entente-post-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&scratch);
    let key = || SigningKey::new("headquarters.example/record", [3; 32]).expect("a good name");
    let sqlite = record::SqliteStore::create(&scratch, &first_checkpoint(&key())).expect("new");
    let minutes = Arc::new(AtomicI64::new(0));
    let open = || {
        let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key()))));
        let desk = Some(Arc::new(Desk::open(&scratch).expect("a desk")));
        House::open(store, key(), settings(&minutes, desk)).expect("a new record")
    };
    let house = open();
    let (all, anna) = (Topic::ALL.iter().copied().collect(), id("anna"));
    house.begin_post(0).expect("writable");
    house.list_address(&anna, address("anna"), all, true).expect("listed");
    let (mails, listed) = (house.outbox_of(&anna), house.listed(&anna));
    let rounds = house.post.office().rounds;
    assert!(mails.len() == 1 && listed.is_some() && rounds.is_some());
    drop(house);
    let again = open();
    assert_eq!((again.outbox_of(&anna), again.listed(&anna)), (mails, listed));
    assert_eq!(again.post.office().rounds, rounds);
    drop((again, sqlite));
    std::fs::remove_dir_all(&scratch).expect("it is ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_listed_on_ones_own_page_and_no_header_gets_into_it() {
    use crate::sign_in::tests::{Holder, Real};
    let real = Real::new();
    let anna = real.enrolled(&real.link, &Holder::new("anna", 2)).await;
    for hostile in [
        "a%40example.org%0d%0aBcc:+b%40example.org",
        "a%40example.org,b%40example.org",
        "%3ca%40example.org%3e",
        "a%00%40example.org",
        "a%40example.org%e2%80%a8",
    ] {
        let body = format!("address={hostile}&topic=account");
        assert_eq!(real.post("/account/mail", Some(&anna), &body).await.status, 422, "{hostile}");
    }
    assert!(real.house.outbox_of(&id("anna")).is_empty());
    assert_eq!(real.post("/account/mail", None, "address=a%40example.org").await.status, 401);
    let body = "address=a%40example.org&topic=account&invitations=yes";
    assert_eq!(real.post("/account/mail", Some(&anna), body).await.status, 303);
    let listed = real.house.listed(&id("anna")).expect("listed");
    assert_eq!(listed.topics, BTreeSet::from([Topic::Account]));
    let page = real.get("/account", Some(&anna)).await.body;
    assert!(page.contains("The code that you got") && page.contains("a@example.org"), "{page}");
    assert!(real.get("/outbox", Some(&anna)).await.body.contains("Is this address yours?"));
    assert_eq!(real.get("/outbox", None).await.status, 401);
    assert_eq!(
        real.post("/account/mail/confirm", Some(&anna), "code=AAAAA-AAAAA").await.status,
        422
    );
    assert_eq!(real.post("/account/mail", Some(&anna), "address=").await.status, 303);
    assert_eq!(real.house.listed(&id("anna")), None);
}
