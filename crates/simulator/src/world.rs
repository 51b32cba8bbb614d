//! Worlds: random coalitions, made act by act through `decide`, the same for the same seed.

// By its path: tests of other crates take this file in, too.
#[path = "dice.rs"]
mod dice;
#[path = "meeting.rs"]
mod meeting;

pub use dice::Dice;

use coalition::act::{Act, Change};
use coalition::condition::Condition;
use coalition::content::*;
use coalition::decide::{Command, Founding, decide, found, publish};
use coalition::text::{Encoded, Name, Text};
use coalition::time::{PartialTime, Point};
use coalition::{Amount, Content, Id, Kind, Label, Marking, State, View, Viewer};
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;

// Named, so that it is found from wherever this file is a part of a program.
#[path = "papers.rs"]
pub mod papers;

/// A coalition in the making.
pub struct World {
    /// Its dice.
    pub dice: Dice,
    /// The fold of its acts.
    pub state: State,
    /// Its acts in order.
    pub acts: Vec<Act>,
    /// The people with seats.
    pub people: Vec<Id>,
    /// The kinds of things that most new ones are of.
    pub(crate) mostly: &'static [Kind],
    /// What time it is in it.
    pub(crate) now: Timestamp,
}

/// The first moment of every world.
fn beginning() -> Timestamp {
    "2025-11-01T08:00:00Z".parse().expect("a timestamp")
}

impl World {
    /// A coalition just founded by one lead with one person.
    pub fn found(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let entropy = std::array::from_fn(|_| dice.entropy());
        let founding = Founding {
            coalition: Coalition {
                name: word("Coalition"),
                note: Text::default(),
                // Every other world is of a real coalition, behind real doors.
                demonstration: seed.is_multiple_of(2),
            },
            label: *dice.pick(&[Label::Clear, Label::Green]),
            party: (None, word("Lead")),
            person: (None, word("First person")),
            role: Role::Head,
            link: None,
        };
        let mut world = World {
            dice,
            state: State::new(),
            acts: Vec::new(),
            people: Vec::new(),
            mostly: &Kind::ALL[1..],
            now: beginning(),
        };
        for act in found(founding, world.now, entropy) {
            world.take_in(act);
        }
        world
    }

    /// A coalition of about `size` acts, of every kind.
    pub fn grown(seed: u64, size: usize) -> World {
        let mut world = World::found(seed);
        world.grow(size);
        world.settled()
    }

    /// Goes on until there are so many acts, or hardly any comes about.
    pub(crate) fn grow(&mut self, size: usize) {
        for _ in 0..size * 20 {
            if self.acts.len() >= size {
                break;
            }
            self.step();
        }
    }

    /// No readout is left to be published while two houses are compared.
    pub(crate) fn settled(mut self) -> World {
        self.now += 2.hours();
        self.publish();
        self
    }

    /// The house publishes the readouts whose moment has come.
    fn publish(&mut self) {
        let dice = &mut self.dice;
        let due = publish(&self.state, self.now, || dice.entropy());
        for act in due {
            self.take_in(act);
        }
    }

    pub(crate) fn take_in(&mut self, act: Act) {
        if let Change::Create { content: Content::Seat(seat), .. } = &act.change {
            self.people.push(seat.person.clone());
        }
        self.state.apply(act.clone(), act.encode().into());
        self.acts.push(act);
    }

    /// One random person tries one random thing; the rules may refuse it.
    pub fn step(&mut self) {
        let people = self.people.clone();
        let actor = self.dice.pick(&people).clone();
        self.now += i64::try_from(self.dice.below(5_000)).expect("small").seconds();
        self.publish();
        let view = View::of(&self.state, Viewer::of_person(&self.state, &actor));
        let Some((subject, change)) = self.change(&view) else { return };
        let command = Command { subject, revision: None, key: None, change };
        let entropy = [self.dice.entropy(), self.dice.entropy()];
        if let Ok(act) = decide(&view, command, self.now, entropy) {
            self.take_in(act);
        }
    }

    fn change(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        if self.dice.one_in(8)
            && let Some(enrolment) = self.enrolment(view)
        {
            return Some(enrolment);
        }
        if self.dice.one_in(11)
            && let Some(change) = self.office(view)
        {
            return Some(change);
        }
        if self.dice.one_in(3) {
            return self.change_something(view);
        }
        let rare = self.dice.one_in(6);
        let kind = *self.dice.pick(if rare { &Kind::ALL[1..] } else { self.mostly });
        let content = self.content(view, kind)?;
        let marking = self.marking(view);
        Some((None, Change::Create { content, marking }))
    }

    fn change_something(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        let kind = *self.dice.pick(Kind::ALL);
        let subject = self.some(view, kind)?;
        let reason = || Text::parse("for a reason").expect("a text");
        let change = match self.dice.below(8) {
            7 => return self.room(view),
            0 => Change::Relabel { marking: self.marking(view) },
            1 if self.dice.one_in(4) => Change::Withdraw { reason: reason() },
            2 if kind == Kind::Meeting => Change::Postpone {
                starts: PartialTime::parse(["2025-12-09T14:00", "2026-02-01"][self.dice.below(2)])
                    .expect("a time"),
                ends: None,
                reason: reason(),
            },
            2 => Change::Suspend { reason: reason() },
            3 => Change::Resume { reason: reason() },
            4 => Change::Advance { stage: *self.dice.pick(&Stage::ALL) },
            _ => Change::Amend { content: self.content(view, kind)? },
        };
        Some((Some(subject), change))
    }

    /// A room closed or reopened, or a step taken on a floor.
    fn room(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        if self.dice.one_in(4) {
            let session = self.some(view, Kind::Session)?;
            let reason = Text::default();
            let change = match self.dice.one_in(2) {
                true => Change::Close { reason },
                false => Change::Reopen { reason },
            };
            return Some((Some(session), change));
        }
        let floor = self.some(view, Kind::Floor)?;
        let steps = &view.get(&floor)?.steps;
        let acts: Vec<Id> = steps.iter().map(|taken| taken.act.clone()).collect();
        let step = match self.dice.below(10) {
            0..3 => Step::Begin {},
            3 => Step::Pause {},
            4 => Step::GoOn {},
            5 => Step::Turn { item: self.perhaps(view, Kind::Item) },
            6 => Step::Ask { party: self.some(view, Kind::Party)? },
            7 => Step::Call { party: self.some(view, Kind::Party)? },
            8 if !acts.is_empty() => Step::Give { request: self.dice.pick(&acts).clone() },
            9 if !acts.is_empty() => Step::Undo { act: self.dice.pick(&acts).clone() },
            _ => Step::Yield {},
        };
        Some((Some(floor), Change::Proceed { step }))
    }

    fn some(&mut self, view: &View, kind: Kind) -> Option<Id> {
        let known: Vec<&Id> = view.of_kind(kind).map(|thing| &thing.id).collect();
        if known.is_empty() { None } else { Some((*self.dice.pick(&known)).clone()) }
    }

    fn perhaps(&mut self, view: &View, kind: Kind) -> Option<Id> {
        if self.dice.one_in(2) { self.some(view, kind) } else { None }
    }

    fn few(&mut self, view: &View, kind: Kind) -> Vec<Id> {
        let mut few: Vec<Id> =
            (0..self.dice.below(3)).filter_map(|_| self.some(view, kind)).collect();
        few.sort();
        few.dedup();
        few
    }

    /// A random label with a random audience.
    pub fn marking(&mut self, view: &View) -> Marking {
        let label = *self.dice.pick(&Label::ALL);
        Marking {
            label,
            parties: self.few(view, Kind::Party),
            persons: self.few(view, Kind::Person),
        }
    }

    fn name(&mut self, what: &str) -> Name {
        word(&format!("{what} {}", self.dice.below(100_000)))
    }

    fn text(&mut self) -> Text {
        if self.dice.one_in(2) {
            Text::default()
        } else {
            Text::parse(&format!("note {}", self.dice.throw())).expect("a text")
        }
    }

    fn amount(&mut self) -> Amount {
        Amount::parse(&format!("{}", (1 + self.dice.below(20)) * 100)).expect("an amount")
    }

    fn rate(&mut self) -> Amount {
        const RATES: [&str; 5] = ["0.25", "0.5", "0.99", "1", "2"];
        Amount::parse(RATES[self.dice.below(RATES.len())]).expect("an amount")
    }

    fn window(&mut self) -> (Point, Point) {
        let from = u32::try_from(self.dice.below(40)).expect("small");
        let days = 1 + u32::try_from(self.dice.below(300)).expect("small");
        (Point::Trigger(from), Point::Trigger(from + days))
    }

    fn condition(&mut self, view: &View) -> Option<Condition> {
        let text = match self.dice.below(6) {
            0 => format!("when {}", self.some(view, Kind::Circumstance)?),
            1 => format!(
                "when at least {} others contribute {}",
                1 + self.dice.below(3),
                self.some(view, Kind::Resource)?
            ),
            2 => format!(
                "when others commit at least {} {}",
                self.amount(),
                self.some(view, Kind::Resource)?
            ),
            3 => format!(
                "when {} contributes {}",
                self.some(view, Kind::Party)?,
                self.some(view, Kind::Resource)?
            ),
            4 => format!(
                "when not {} or all commit at least {} {}",
                self.some(view, Kind::Circumstance)?,
                self.amount(),
                self.some(view, Kind::Resource)?
            ),
            _ => "always".into(),
        };
        serde_json::from_value(text.into()).ok()
    }

    /// Something random that may be said of a kind, if there is anything yet to say it of.
    pub fn content(&mut self, view: &View, kind: Kind) -> Option<Content> {
        Some(match kind {
            Kind::Coalition => Content::Coalition(Coalition {
                name: self.name("Coalition"),
                note: self.text(),
                demonstration: true,
            }),
            Kind::Party => Content::Party(Party {
                name: self.name("Party"),
                standing: *self.dice.pick(&Standing::ALL),
                chance: None,
                seats: self.dice.one_in(3).then_some(3),
                note: self.text(),
            }),
            Kind::Person => Content::Person(Person { name: self.name("Person") }),
            Kind::Source => Content::Source(Source {
                title: self.name("Source"),
                outlet: None,
                date: None,
                origin: self.dice.one_in(3).then(|| word("one origin")),
                note: self.text(),
            }),
            Kind::Circumstance => Content::Circumstance(Circumstance {
                name: self.name("circumstance"),
                holds: *self.dice.pick(&Holds::ALL),
                chance: None,
                note: self.text(),
            }),
            Kind::Resource => Content::Resource(Resource {
                name: self.name("resource"),
                unit: word("pieces"),
                note: self.text(),
            }),
            Kind::Seat => Content::Seat(Seat {
                person: self.some(view, Kind::Person)?,
                party: self.some(view, Kind::Party)?,
                role: *self.dice.pick(&Role::ALL),
            }),
            Kind::Need | Kind::Commitment | Kind::Guarantee => self.promise(view, kind)?,
            Kind::Meeting
            | Kind::Session
            | Kind::Item
            | Kind::Invitation
            | Kind::Reply
            | Kind::Outcome => self.convening(view, kind)?,
            Kind::Undertaking | Kind::Arrival | Kind::Custody | Kind::Floor => {
                self.at_the_door(view, kind)?
            }
            Kind::Minutes | Kind::ActionPoint | Kind::Readout => self.afterwards(view, kind)?,
            Kind::Document | Kind::Reading => self.paper(view, kind)?,
            Kind::Claim => Content::Claim(Claim {
                source: self.some(view, Kind::Source)?,
                about: self.perhaps(view, Kind::Meeting),
                point: word(["size", "date", "place"][self.dice.below(3)]),
                value: Some(word(&self.dice.below(4).to_string())),
                text: self.text(),
            }),
            Kind::PublishedAssessment => Content::PublishedAssessment(PublishedAssessment {
                title: self.name("Assessment"),
                guarantee: self.some(view, Kind::Guarantee)?,
                scenario: Default::default(),
                answer: serde_json::Value::Null,
                note: self.text(),
            }),
            Kind::Vouching | Kind::EnrolmentLink | Kind::Passkey | Kind::DirectoryAccount => {
                self.letting_in(view, kind)?
            }
        })
    }

    fn letting_in(&mut self, view: &View, kind: Kind) -> Option<Content> {
        Some(match kind {
            Kind::Vouching => {
                Content::Vouching(Vouching { person: self.some(view, Kind::Person)? })
            }
            Kind::EnrolmentLink => Content::EnrolmentLink(EnrolmentLink {
                person: self.some(view, Kind::Person)?,
                secret_hash: self.encoded(),
                expires: self.now + 100.hours(),
                vouching: self.perhaps(view, Kind::Vouching),
                spent: false,
            }),
            Kind::DirectoryAccount => self.account(view.viewer().seated()?.person.clone(), None),
            _ => Content::Passkey(Passkey {
                person: view.viewer().seated()?.person.clone(),
                name: self.name("Passkey"),
                credential: self.encoded(),
                public_key: self.encoded(),
                link: None,
            }),
        })
    }

    /// An account in one of a few directories; now and then the same one twice.
    fn account(&mut self, person: Id, link: Option<Id>) -> Content {
        Content::DirectoryAccount(DirectoryAccount {
            person,
            name: self.name("Account"),
            issuer: word("http://127.0.0.1:9"),
            subject: word(&self.dice.below(50).to_string()),
            link,
        })
    }

    /// Whoever has a link uses it, whoever has used one enrols a passkey or connects an account.
    fn enrolment(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        let own = view.viewer().seated()?.person.clone();
        let (thing, link) =
            view.standing::<EnrolmentLink>().rfind(|(_, link)| link.person == own)?;
        if !link.spent {
            let content = Content::EnrolmentLink(EnrolmentLink { spent: true, ..link.clone() });
            return Some((Some(thing.id.clone()), Change::Amend { content }));
        }
        let link = Some(thing.id.clone());
        if self.dice.one_in(3) {
            let content = self.account(own, link);
            return Some((None, Change::Create { content, marking: self.marking(view) }));
        }
        let passkey = Passkey {
            person: own,
            name: self.name("Passkey"),
            credential: self.encoded(),
            public_key: self.encoded(),
            link,
        };
        Some((
            None,
            Change::Create { content: Content::Passkey(passkey), marking: self.marking(view) },
        ))
    }

    fn encoded(&mut self) -> Encoded {
        Encoded::parse(&format!("key{}", self.dice.throw())).expect("letters and digits")
    }

    fn promise(&mut self, view: &View, kind: Kind) -> Option<Content> {
        let (from, until) = self.window();
        let resource = self.some(view, Kind::Resource)?;
        Some(match kind {
            Kind::Need => Content::Need(Need {
                party: self.some(view, Kind::Party)?,
                resource,
                amount: self.amount(),
                from,
                until,
                basis: *self.dice.pick(&Basis::ALL),
                note: self.text(),
                source: self.perhaps(view, Kind::Source),
            }),
            Kind::Commitment => Content::Commitment(Commitment {
                name: None,
                party: self.some(view, Kind::Party)?,
                resource,
                amount: (self.dice.below(4) > 0).then(|| self.amount()),
                matches: (self.dice.below(3) == 0).then(|| Matching {
                    rate: self.rate(),
                    above: if self.dice.below(2) == 0 { Amount::ZERO } else { self.amount() },
                    up_to: self.amount(),
                }),
                from: Some(from),
                until: Some(until),
                condition: self.condition(view)?,
                stage: *self.dice.pick(&Stage::ALL),
                basis: *self.dice.pick(&Basis::ALL),
                note: self.text(),
                source: self.perhaps(view, Kind::Source),
            }),
            _ => Content::Guarantee(Guarantee {
                name: self.name("Guarantee"),
                trigger: self.some(view, Kind::Circumstance),
                requires: Requires::All,
                needs: vec![GuaranteeNeed {
                    resource,
                    amount: self.amount(),
                    from,
                    until,
                    basis: *self.dice.pick(&Basis::ALL),
                }],
                note: self.text(),
                source: self.perhaps(view, Kind::Source),
            }),
        })
    }
}

/// The fold of some acts, as if nothing else had ever happened.
pub fn fold<'a>(acts: impl IntoIterator<Item = &'a Act>) -> State {
    let mut state = State::new();
    for act in acts {
        state.apply(act.clone(), Arc::from(act.encode()));
    }
    state
}

fn word(text: &str) -> Name {
    Name::parse(text).expect("a short name")
}
