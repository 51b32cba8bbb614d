//! Small coalitions with awkward names, one for each seed.

use coalition::condition::{Condition, Formula, Who};
use coalition::content::{
    Basis, Chance, Circumstance, Coalition, Commitment, Content, Guarantee, GuaranteeNeed, Holds,
    Kind, Matching, Need, Party, Requires, Resource, Role, Source, Stage, Standing,
};
use coalition::label::Seated;
use coalition::text::{Name, Text};
use coalition::time::Point;
use coalition::{Act, Amount, Author, Change, Id, Label, Marking, State, Viewer};
use std::collections::BTreeSet;

const WORDS: [&str; 12] = [
    "plain",
    "two words",
    "a \"quoted\" name",
    "back\\slash",
    "when",
    "and",
    "it's",
    "Größe 10",
    "=1+1",
    "[[party]]",
    "# no comment",
    "10",
];
const NOTES: [&str; 6] =
    ["", "one line", "two\nlines\n\n[[party]]", "a\ttab", "'''\"\"\"\\", "=cmd|' /C calc'!A0"];

/// Whoever sees most: a head seated by the lead `p0`.
pub fn lead() -> Viewer {
    Viewer::Seated(Seated {
        person: id("somebody"),
        party: id("p0"),
        standing: Standing::Lead,
        role: Role::Head,
        sessions: BTreeSet::new(),
        invited: BTreeSet::new(),
    })
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

/// The state of the coalition of this seed.
pub fn world(seed: u64) -> State {
    let mut maker = Maker { random: seed, state: State::new(), acts: 0 };
    let name = maker.name();
    let note = maker.note();
    maker.create(
        "coalition",
        Content::Coalition(Coalition { name, note, demonstration: false }),
        Label::Clear,
    );
    let counts = [3, 4, 3, 3].map(|most| 1 + maker.below(most));
    for place in 0..counts[0] {
        maker.source(place);
    }
    for place in 0..counts[1] {
        maker.party(place);
    }
    for place in 0..counts[2] {
        maker.circumstance(place);
    }
    for place in 0..counts[3] {
        maker.resource(place);
    }
    for place in 0..maker.below(3) {
        maker.need(place);
    }
    for place in 0..maker.below(7) {
        maker.commitment(place);
    }
    for place in 0..maker.below(3) {
        maker.guarantee(place);
    }
    // Last, since what is withdrawn cannot be named in anything new, and what names it stays.
    for place in 0..counts[1] {
        if maker.below(5) == 0 {
            maker.stop(&format!("p{place}"), Change::Withdraw { reason: Text::default() });
        }
    }
    maker.state
}

struct Maker {
    random: u64,
    state: State,
    acts: i64,
}

impl Maker {
    /// A number below `bound` (SplitMix64).
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = u64::try_from(bound).expect("a small number");
        usize::try_from((mixed ^ (mixed >> 31)) % bound).expect("a small number")
    }

    fn one_of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    fn act(&mut self, subject: Id, change: Change) {
        self.acts += 1;
        let act = Act {
            v: coalition::act::ACT_VERSION,
            key: None,
            id: id(&format!("act-{}", self.acts)),
            at: jiff::Timestamp::from_second(self.acts).expect("early in 1970"),
            by: Author::default(),
            subject,
            change,
            signed: None,
        };
        self.state.apply(act.clone(), act.encode().into());
    }

    fn create(&mut self, subject: &str, content: Content, label: Label) {
        let parties = if self.below(3) == 0 { vec![id("p0")] } else { Vec::new() };
        let persons = if self.below(9) == 0 { vec![id("somebody")] } else { Vec::new() };
        self.act(
            id(subject),
            Change::Create { content, marking: Marking { label, parties, persons } },
        );
    }

    /// Makes a thing of any label; now and then takes it back.
    fn make(&mut self, subject: &str, content: Content) {
        let label = self.one_of(&[Label::Amber, Label::AmberStrict, Label::Clear, Label::Clear]);
        let kind = content.kind();
        self.create(subject, content, label);
        let reason = self.note();
        match self.below(6) {
            0 if kind == Kind::Commitment => self.stop(subject, Change::Suspend { reason }),
            1 if kind != Kind::Party => self.stop(subject, Change::Withdraw { reason }),
            _ => {}
        }
    }

    fn stop(&mut self, subject: &str, change: Change) {
        self.act(id(subject), change);
    }

    fn name(&mut self) -> Name {
        Name::parse(self.one_of(&WORDS)).expect("a short name")
    }

    /// A name that no other thing of the kind has, unless that one is withdrawn.
    fn own_name(&mut self, place: usize) -> Name {
        let words = self.one_of(&WORDS);
        if self.below(2) == 0 {
            Name::parse(&format!("{words} {place}"))
        } else {
            Name::parse(&format!("{place}{words}"))
        }
        .expect("a short name")
    }

    fn note(&mut self) -> Text {
        Text::parse(self.one_of(&NOTES)).expect("a short text")
    }

    fn chance(&mut self) -> Option<Chance> {
        let words = self.one_of(&["", "0.5", "1", "0.000000001"]);
        Chance::parse(words).ok()
    }

    fn amount(&mut self) -> Amount {
        Amount::parse(self.one_of(&["1", "0.25", "6000", "123456789.000000001"]))
            .expect("an amount")
    }

    fn basis(&mut self) -> Basis {
        self.one_of(Basis::ALL.as_slice())
    }

    /// One of the things of this letter that the lead sees.
    fn any_id(&mut self, letter: char) -> Id {
        let known = (0..9).map(|place| id(&format!("{letter}{place}")));
        let view = coalition::View::of(&self.state, lead());
        let made: Vec<Id> = known.filter(|known| view.get(known).is_some()).collect();
        if made.is_empty() { id(&format!("{letter}0")) } else { self.one_of(&made) }
    }

    fn maybe_source(&mut self) -> Option<Id> {
        if self.below(2) == 0 { None } else { Some(self.any_id('s')) }
    }

    fn source(&mut self, place: usize) {
        let outlet = if self.below(2) == 0 { None } else { Some(self.name()) };
        let origin = if self.below(2) == 0 { None } else { Some(self.name()) };
        let said = Source { title: self.name(), outlet, date: None, origin, note: self.note() };
        self.make(&format!("s{place}"), Content::Source(said));
    }

    fn party(&mut self, place: usize) {
        let standing = if place == 0 { Standing::Lead } else { self.one_of(&Standing::ALL) };
        let name = self.own_name(place);
        let said = Party { name, standing, chance: self.chance(), seats: None, note: self.note() };
        self.make(&format!("p{place}"), Content::Party(said));
    }

    fn circumstance(&mut self, place: usize) {
        let name = self.own_name(place);
        let holds = self.one_of(&Holds::ALL);
        let said = Circumstance { name, holds, chance: self.chance(), note: self.note() };
        self.make(&format!("c{place}"), Content::Circumstance(said));
    }

    fn resource(&mut self, place: usize) {
        let said = Resource { name: self.own_name(place), unit: self.name(), note: self.note() };
        self.make(&format!("r{place}"), Content::Resource(said));
    }

    fn window(&mut self) -> (Point, Point) {
        let points = [
            ("trigger+0d", "trigger+30d"),
            ("2026-01-31", "2026-02-28"),
            ("trigger+1d", "2026-01-31"),
        ];
        let (from, until) = self.one_of(&points);
        (Point::parse(from).expect("a moment"), Point::parse(until).expect("a moment"))
    }

    fn need(&mut self, place: usize) {
        let (from, until) = self.window();
        let said = Need {
            party: self.any_id('p'),
            resource: self.any_id('r'),
            amount: self.amount(),
            from,
            until,
            basis: self.basis(),
            note: self.note(),
            source: self.maybe_source(),
        };
        self.make(&format!("n{place}"), Content::Need(said));
    }

    fn commitment(&mut self, place: usize) {
        let party = self.any_id('p');
        let (from, until) = self.window();
        let said = Commitment {
            name: if self.below(2) == 0 { None } else { Some(self.name()) },
            condition: self.condition(&party),
            party,
            resource: self.any_id('r'),
            amount: if self.below(4) == 0 { None } else { Some(self.amount()) },
            matches: (self.below(3) == 0).then(|| Matching {
                rate: self.amount(),
                above: if self.below(2) == 0 { Amount::ZERO } else { self.amount() },
                up_to: self.amount(),
            }),
            from: if self.below(3) == 0 { None } else { Some(from) },
            until: if self.below(3) == 0 { None } else { Some(until) },
            stage: self.one_of(&Stage::ALL),
            basis: self.basis(),
            note: self.note(),
            source: self.maybe_source(),
        };
        self.make(&format!("k{place}"), Content::Commitment(said));
    }

    fn condition(&mut self, party: &Id) -> Condition<Id> {
        if self.below(4) == 0 {
            return Condition::Always;
        }
        let first = self.formula(party);
        let rest = if self.below(2) == 0 { Vec::new() } else { vec![self.formula(party)] };
        let every = self.below(2) == 0;
        Condition::When(if every { Formula::every(first, rest) } else { Formula::any(first, rest) })
    }

    fn formula(&mut self, party: &Id) -> Formula<Id> {
        let resource = self.any_id('r');
        let other = self.any_id('p');
        match self.below(4) {
            0 if other != *party => Formula::Contribute { parties: vec![other], resource },
            1 => Formula::CountContribute {
                count: 1,
                who: self.one_of(&[Who::All, Who::Others]),
                resource,
            },
            2 => Formula::SumCommit { amount: self.amount(), who: Who::Others, resource },
            _ => Formula::Circumstance {
                circumstance: self.any_id('c'),
                negated: self.below(3) == 0,
            },
        }
    }

    fn guarantee(&mut self, place: usize) {
        let (from, until) = self.window();
        let need = GuaranteeNeed {
            resource: self.any_id('r'),
            amount: self.amount(),
            from,
            until,
            basis: self.basis(),
        };
        let needs = if self.below(3) == 0 { Vec::new() } else { vec![need] };
        let counted = self.below(2) == 0 && !needs.is_empty();
        let said = Guarantee {
            name: self.name(),
            trigger: if self.below(3) == 0 { None } else { Some(self.any_id('c')) },
            requires: if counted { Requires::AtLeast(1) } else { Requires::All },
            needs,
            note: self.note(),
            source: self.maybe_source(),
        };
        self.make(&format!("g{place}"), Content::Guarantee(said));
    }
}
