//! What is called, held, noted and left behind at meetings, as worlds make it.

use super::*;

impl World {
    pub(super) fn convening(&mut self, view: &View, kind: Kind) -> Option<Content> {
        let place = u32::try_from(self.dice.below(5)).expect("small");
        Some(match kind {
            Kind::Meeting => Content::Meeting(Meeting {
                title: self.name("Meeting"),
                level: *self.dice.pick(Level::ALL),
                form: *self.dice.pick(Form::ALL),
                host: self.perhaps(view, Kind::Party),
                places: vec![self.name("Place")],
                zone: word("Europe/Madrid"),
                starts: PartialTime::parse(
                    ["2025-11-04T09:00", "2025-12", "2026-01-10"][self.dice.below(3)],
                )
                .ok(),
                ends: None,
                rules: Rules {
                    devices: *self.dice.pick(Devices::ALL),
                    undertaking: self.dice.one_in(2),
                    attribution: *self.dice.pick(Attribution::ALL),
                },
                series: self.dice.one_in(2).then(|| word("the series")),
                note: self.text(),
            }),
            Kind::Session => Content::Session(Session {
                meeting: self.some(view, Kind::Meeting)?,
                title: self.name("Session"),
                closed: self.dice.one_in(2),
                shut: false,
                chair: if self.dice.one_in(4) { self.some(view, Kind::Person) } else { None },
                starts: PartialTime::parse("2025-11-04T10:00").ok().filter(|_| self.dice.one_in(2)),
                minutes: Some(30),
                place,
                note: self.text(),
            }),
            Kind::Item => Content::Item(Item {
                session: self.some(view, Kind::Session)?,
                title: self.name("Item"),
                place,
                minutes: None,
                speaker: None,
                speaker_party: self.perhaps(view, Kind::Party),
                note: self.text(),
            }),
            Kind::Invitation => Content::Invitation(Invitation {
                meeting: self.some(view, Kind::Meeting)?,
                party: self.some(view, Kind::Party)?,
                sessions: self.few(view, Kind::Session),
                seats: None,
                seats_in: Vec::new(),
                note: self.text(),
            }),
            Kind::Reply => Content::Reply(Reply {
                invitation: self.some(view, Kind::Invitation)?,
                attending: true,
                persons: self.few(view, Kind::Person),
                sessions: self.few(view, Kind::Session),
                from: *self.dice.pick(Presence::ALL),
                place: None,
                except: Vec::new(),
                note: self.text(),
            }),
            _ => Content::Outcome(Outcome {
                meeting: self.some(view, Kind::Meeting)?,
                session: self.perhaps(view, Kind::Session),
                text: Text::parse(&format!("outcome {}", self.dice.throw())).expect("a text"),
            }),
        })
    }

    pub(super) fn noted(&mut self, view: &View) -> Noted {
        Noted {
            item: self.perhaps(view, Kind::Item),
            decided: self.dice.one_in(2),
            party: if self.dice.one_in(4) { self.some(view, Kind::Party) } else { None },
            person: None,
            text: Text::parse(&format!("point {}", self.dice.throw())).expect("a text"),
        }
    }

    pub(super) fn afterwards(&mut self, view: &View, kind: Kind) -> Option<Content> {
        Some(match kind {
            Kind::Minutes => Content::Minutes(Minutes {
                session: self.some(view, Kind::Session)?,
                attribution: Attribution::OnRecord,
                points: (0..=self.dice.below(3)).map(|_| self.noted(view)).collect(),
            }),
            Kind::ActionPoint => Content::ActionPoint(ActionPoint {
                meeting: self.some(view, Kind::Meeting)?,
                session: None,
                text: Text::parse(&format!("task {}", self.dice.throw())).expect("a text"),
                party: self.some(view, Kind::Party)?,
                person: None,
                due: "2025-11-20".parse().ok().filter(|_| self.dice.one_in(2)),
                progress: *self.dice.pick(Progress::ALL),
                reason: Text::parse("it is said why").expect("a text"),
            }),
            _ => Content::Readout(Readout {
                meeting: self.some(view, Kind::Meeting)?,
                title: self.name("Readout"),
                text: Text::parse(&format!("told {}", self.dice.throw())).expect("a text"),
                // At once, within the hour, or never while anybody looks.
                at: match self.dice.below(3) {
                    0 => None,
                    1 => Some(self.now + 1.hours()),
                    _ => "2099-01-01T00:00:00Z".parse().ok(),
                },
                published: false,
            }),
        })
    }

    pub(super) fn at_the_door(&mut self, view: &View, kind: Kind) -> Option<Content> {
        let own = view.viewer().seated()?.person.clone();
        Some(match kind {
            Kind::Undertaking => Content::Undertaking(Undertaking {
                meeting: self.some(view, Kind::Meeting)?,
                person: own,
                text: Text::parse("not a word").expect("a text"),
            }),
            Kind::Arrival => Content::Arrival(Arrival {
                meeting: self.some(view, Kind::Meeting)?,
                person: self.some(view, Kind::Person)?,
                place: None,
                noted: None,
            }),
            Kind::Custody => Content::Custody(Custody {
                meeting: self.some(view, Kind::Meeting)?,
                person: self.some(view, Kind::Person)?,
                device: word("phone"),
                number: 0,
            }),
            _ => Content::Floor(Floor {
                session: self.some(view, Kind::Session)?,
                seconds: self.dice.one_in(2).then_some(180),
                minutes_each: self.dice.one_in(2).then_some(10),
                budgets: Vec::new(),
            }),
        })
    }
}
