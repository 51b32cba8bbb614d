//! The facts of a view that an article could disclose, each with the sign by which it is known.

use super::article::{Article, Word};
use super::names::PartyNames;
use super::phrases::{
    CHATHAM, CLOSED, DEVICES, HYBRID, IN_PERSON, LEADERS, MINISTERS, OFFICIALS, Phrases,
    UNATTRIBUTED, UNDERTAKING, VIRTUAL,
};
use super::words::{DELEGATIONS, GATHERING, any_phrase, telling};
use crate::content::{
    Attribution, Claim, Commitment, Content, Devices, Form, Invitation, Item, Kind, Level, Meeting,
    Minutes, Need, Party, Reply, Resource, Session,
};
use crate::id::Id;
use crate::state::Thing;
use crate::text::Text;
use crate::time::PartialTime;
use crate::view::View;
use jiff::civil::Time;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// The day of a meeting.
    Day,
    /// When something begins.
    Start,
    /// When it ends.
    End,
    /// Where it is.
    Place,
    /// Who is host.
    Host,
    /// How many delegations are invited.
    Delegations,
    /// That a delegation is invited.
    Invited,
    /// Who meets: leaders, ministers, officials.
    Level,
    /// In person, virtual, hybrid.
    Form,
    /// That a part is closed.
    Closed,
    /// What becomes of phones.
    Devices,
    /// That silence is asked for.
    Undertaking,
    /// What may be attributed.
    Attribution,
    /// What a session or an item is about.
    Topic,
    /// How long it is allotted.
    Minutes,
    /// Who speaks.
    Speaker,
    /// What was promised.
    Promise,
    /// That a promise is suspended or withdrawn.
    Stopped,
    /// What is needed.
    Need,
    /// What a source says on a point.
    Claimed,
    /// The words of a note.
    Wording,
}

impl Point {
    /// What pages call it.
    pub fn words(self) -> &'static str {
        match self {
            Point::Day => "day",
            Point::Start => "beginning",
            Point::End => "end",
            Point::Place => "place",
            Point::Host => "host",
            Point::Delegations => "number of delegations",
            Point::Invited => "delegation invited",
            Point::Level => "level",
            Point::Form => "form",
            Point::Closed => "closed part",
            Point::Devices => "devices",
            Point::Undertaking => "undertaking",
            Point::Attribution => "attribution",
            Point::Topic => "agenda",
            Point::Minutes => "time allotted",
            Point::Speaker => "speaker",
            Point::Promise => "promise",
            Point::Stopped => "promise stopped",
            Point::Need => "need",
            Point::Claimed => "claim",
            Point::Wording => "wording",
        }
    }
}

/// One fact.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// The thing that says it.
    pub thing: Id,
    /// The meeting it is about, if about one.
    pub meeting: Option<Id>,
    /// The session it is about or in, if one.
    pub session: Option<Id>,
    pub point: Point,
    /// The fact, in words.
    pub says: String,
    pub sign: Sign,
}

/// By what a fact is known in a passage.
#[derive(Clone, Debug)]
pub(super) enum Sign {
    Day(PartialTime),
    Time(Time),
    /// A city or the like: every word.
    Place(Vec<Word>),
    Count(u32),
    Host(PartyNames),
    Invited(PartyNames),
    /// One phrase of each list.
    Phrases(Phrases),
    Topic(Vec<Word>),
    /// So many, and the title of what lasts so long.
    Minutes(u32, Vec<Word>),
    Speaker(Vec<Word>),
    Promise {
        party: PartyNames,
        resource: Vec<Word>,
        /// In thousandths.
        amount: Option<u128>,
    },
    Stopped {
        party: PartyNames,
        resource: Vec<Word>,
    },
    Claimed {
        point: Vec<Word>,
        value: Vec<Word>,
    },
    Wording(Vec<Word>),
}

/// All facts of a view.
pub(super) fn facts(view: &View) -> Vec<Fact> {
    let mut facts = Vec::new();
    for kind in Kind::ALL {
        for thing in view.of_kind(*kind) {
            Teller { view, thing, facts: &mut facts }.tell();
        }
    }
    for (thing, meeting) in view.all::<Meeting>() {
        let invited = view.standing::<Invitation>().filter(|(_, of)| of.meeting == thing.id);
        let count = u32::try_from(invited.count()).unwrap_or(u32::MAX);
        if count > 1 {
            let says = format!("{count} delegations are invited to {}", meeting.title);
            let teller = &mut Teller { view, thing, facts: &mut facts };
            teller.fact(Some(&thing.id), None, Point::Delegations, says, Sign::Count(count));
        }
    }
    facts
}

/// Tells the facts of one thing.
struct Teller<'t> {
    view: &'t View,
    thing: &'t Thing,
    facts: &'t mut Vec<Fact>,
}

impl Teller<'_> {
    fn tell(&mut self) {
        match &self.thing.content {
            Content::Meeting(meeting) => self.meeting(meeting),
            Content::Session(session) => self.session(session),
            Content::Item(item) => self.item(item),
            Content::Invitation(invitation) => self.invitation(invitation),
            Content::Reply(reply) => self.reply(reply),
            Content::Outcome(outcome) => {
                self.wording(Some(&outcome.meeting), outcome.session.as_ref(), &outcome.text);
            }
            Content::Minutes(minutes) => self.minutes(minutes),
            Content::ActionPoint(said) => {
                self.wording(Some(&said.meeting), said.session.as_ref(), &said.text);
            }
            Content::Readout(readout) => {
                // Released as it stands: its meeting may not be there for whoever looks.
                let meeting = Some(&readout.meeting);
                let meeting = meeting.filter(|id| self.view.find::<Meeting>(id).is_some());
                self.wording(meeting, None, &readout.text);
            }
            Content::Commitment(commitment) => self.commitment(commitment),
            Content::Need(need) => self.need(need),
            Content::Claim(claim) => self.claim(claim),
            Content::Guarantee(guarantee) => self.wording(None, None, &guarantee.note),
            Content::PublishedAssessment(assessment) => self.wording(None, None, &assessment.note),
            Content::Party(party) => self.wording(None, None, &party.note),
            Content::Circumstance(circumstance) => self.wording(None, None, &circumstance.note),
            Content::Source(source) => self.wording(None, None, &source.note),
            // Who somebody is, and what things are called, is the ground that other facts stand on.
            _ => {}
        }
    }

    fn fact(
        &mut self,
        meeting: Option<&Id>,
        session: Option<&Id>,
        point: Point,
        says: String,
        sign: Sign,
    ) {
        let (meeting, session) = (meeting.cloned(), session.cloned());
        self.facts.push(Fact { thing: self.thing.id.clone(), meeting, session, point, says, sign });
    }

    fn meeting(&mut self, meeting: &Meeting) {
        let id = &self.thing.id.clone();
        let title = &meeting.title;
        let mut fact = |point, says: String, sign| self.fact(Some(id), None, point, says, sign);
        if let Some(starts) = meeting.starts {
            fact(Point::Day, format!("{title} is on {}", day(starts)), Sign::Day(starts));
            if let PartialTime::Minute(minute) = starts {
                let says = format!("{title} begins at {}", clock(minute.time()));
                fact(Point::Start, says, Sign::Time(minute.time()));
            }
        }
        if let Some(PartialTime::Minute(minute)) = meeting.ends {
            let says = format!("{title} ends at {}", clock(minute.time()));
            fact(Point::End, says, Sign::Time(minute.time()));
        }
        for place in &meeting.places {
            for part in place.as_str().split(',') {
                let words = telling(part);
                if !words.is_empty() {
                    let says = format!("{title} is at {}", part.trim());
                    fact(Point::Place, says, Sign::Place(words));
                }
            }
        }
        let levels = match meeting.level {
            Level::Leaders => Some(LEADERS),
            Level::Ministers => Some(MINISTERS),
            Level::Officials => Some(OFFICIALS),
            Level::NotStated => None,
        };
        if let Some(phrases) = levels {
            let says = format!("{title} is one of {}", meeting.level.words());
            fact(Point::Level, says, Sign::Phrases(phrases));
        }
        let forms = match meeting.form {
            Form::InPerson => Some(IN_PERSON),
            Form::Virtual => Some(VIRTUAL),
            Form::Hybrid => Some(HYBRID),
            Form::NotStated => None,
        };
        if let Some(phrases) = forms {
            let says = format!("{title} is {}", meeting.form.words());
            fact(Point::Form, says, Sign::Phrases(phrases));
        }
        self.rules(id, meeting);
        if let Some(host) = &meeting.host {
            let name = self.view.name_of(host);
            let says = format!("{title} is hosted by {name}");
            self.fact(Some(id), None, Point::Host, says, Sign::Host(PartyNames::of(&name)));
        }
        self.wording(Some(id), None, &meeting.note);
    }

    fn rules(&mut self, id: &Id, meeting: &Meeting) {
        let title = &meeting.title;
        let mut fact = |point, says, phrases| {
            self.fact(Some(id), None, point, says, Sign::Phrases(phrases));
        };
        if meeting.rules.devices == Devices::HandedIn {
            fact(Point::Devices, format!("At {title}, {}", Devices::HandedIn.words()), DEVICES);
        }
        if meeting.rules.undertaking {
            let says = format!("At {title}, an undertaking not to disclose is asked for");
            fact(Point::Undertaking, says, UNDERTAKING);
        }
        let phrases = match meeting.rules.attribution {
            Attribution::ChathamHouse => CHATHAM,
            Attribution::Nothing => UNATTRIBUTED,
            Attribution::OnRecord => return,
        };
        let says = format!("At {title}: {}", meeting.rules.attribution.words());
        fact(Point::Attribution, says, phrases);
    }

    fn session(&mut self, session: &Session) {
        let id = &self.thing.id.clone();
        let meeting = Some(&session.meeting);
        let title = &session.title;
        let topic = topic(title.as_str());
        if !topic.is_empty() {
            let says = format!("A session: {title}");
            self.fact(meeting, Some(id), Point::Topic, says, Sign::Topic(topic));
        }
        if session.closed {
            let says = format!("The session “{title}” is closed");
            self.fact(meeting, Some(id), Point::Closed, says, Sign::Phrases(CLOSED));
        }
        if let Some(PartialTime::Minute(minute)) = session.starts {
            let says = format!("The session “{title}” begins at {}", clock(minute.time()));
            self.fact(meeting, Some(id), Point::Start, says, Sign::Time(minute.time()));
        }
        if let Some(minutes) = session.minutes {
            let says = format!("The session “{title}” is allotted {minutes} minutes");
            let sign = Sign::Minutes(minutes, telling(title.as_str()));
            self.fact(meeting, Some(id), Point::Minutes, says, sign);
        }
        self.wording(meeting, Some(id), &session.note);
    }

    fn item(&mut self, item: &Item) {
        let session = &item.session;
        let meeting = self.view.find::<Session>(session).map(|(_, of)| of.meeting.clone());
        let meeting = meeting.as_ref();
        let topic = topic(item.title.as_str());
        if !topic.is_empty() {
            let says = format!("On the agenda: {}", item.title);
            self.fact(meeting, Some(session), Point::Topic, says, Sign::Topic(topic));
        }
        if let Some(minutes) = item.minutes {
            let says = format!("“{}” is allotted {minutes} minutes", item.title);
            let sign = Sign::Minutes(minutes, telling(item.title.as_str()));
            self.fact(meeting, Some(session), Point::Minutes, says, sign);
        }
        if let Some(speaker) = &item.speaker {
            let says = format!("{speaker} speaks: {}", item.title);
            let words = self.person(speaker.as_str());
            self.fact(meeting, Some(session), Point::Speaker, says, Sign::Speaker(words));
        }
        self.wording(meeting, Some(session), &item.note);
    }

    fn invitation(&mut self, invitation: &Invitation) {
        let party = self.view.name_of(&invitation.party);
        let says = format!("{party} is invited to {}", self.view.name_of(&invitation.meeting));
        let sign = Sign::Invited(PartyNames::of(&party));
        self.fact(Some(&invitation.meeting), None, Point::Invited, says, sign);
        self.wording(Some(&invitation.meeting), None, &invitation.note);
    }

    fn reply(&mut self, reply: &Reply) {
        let invitation = self.view.find::<Invitation>(&reply.invitation);
        let meeting = invitation.map(|(_, of)| of.meeting.clone());
        for person in reply.attending.then_some(&reply.persons).into_iter().flatten() {
            let name = self.view.name_of(person);
            let says = format!("{name} takes part");
            let sign = Sign::Speaker(self.person(&name));
            self.fact(meeting.as_ref(), None, Point::Speaker, says, sign);
        }
        self.wording(meeting.as_ref(), None, &reply.note);
    }

    fn commitment(&mut self, commitment: &Commitment) {
        let resource = self.resource(&commitment.resource);
        let party = self.party(&commitment.party);
        let amount = commitment.amount.and_then(|amount| amount.scaled(3));
        let told =
            commitment.amount.map_or(String::new(), |amount| format!(" {}", amount.grouped()));
        let (name, by) =
            (self.view.name_of(&commitment.resource), self.view.name_of(&commitment.party));
        if !self.thing.stands() {
            let says = format!("What {by} promised of {name} is suspended or withdrawn");
            let sign = Sign::Stopped { party: party.clone(), resource: resource.clone() };
            self.fact(None, None, Point::Stopped, says, sign);
        }
        let says = format!("{by} promises{told} {name}");
        self.fact(None, None, Point::Promise, says, Sign::Promise { party, resource, amount });
        self.wording(None, None, &commitment.note);
    }

    fn need(&mut self, need: &Need) {
        let name = self.view.name_of(&need.resource);
        let by = self.view.name_of(&need.party);
        let says = format!("{by} needs {} {name}", need.amount.grouped());
        let sign = Sign::Promise {
            party: self.party(&need.party),
            resource: self.resource(&need.resource),
            amount: need.amount.scaled(3),
        };
        self.fact(None, None, Point::Need, says, sign);
        self.wording(None, None, &need.note);
    }

    fn claim(&mut self, claim: &Claim) {
        let meeting = claim.about.as_ref().filter(|id| self.view.find::<Meeting>(id).is_some());
        if let Some(value) = &claim.value {
            let says = format!("{}: {value}", claim.point);
            let sign = claimed(claim.point.as_str(), value.as_str());
            self.fact(meeting, None, Point::Claimed, says, sign);
        }
        self.wording(meeting, None, &claim.text);
    }

    fn minutes(&mut self, minutes: &Minutes) {
        let session = Some(&minutes.session);
        let meeting = self.view.find::<Session>(&minutes.session);
        let meeting = meeting.map(|(_, of)| of.meeting.clone());
        for noted in &minutes.points {
            self.wording(meeting.as_ref(), session, &noted.text);
        }
    }

    fn wording(&mut self, meeting: Option<&Id>, session: Option<&Id>, text: &Text) {
        for passage in Article::of(text.as_str(), None).passages {
            if passage.words.len() >= super::found::RUN_MIN {
                let says = text.as_str()[passage.range].to_owned();
                self.fact(meeting, session, Point::Wording, says, Sign::Wording(passage.words));
            }
        }
    }

    /// The words that name a person: not those that name his party.
    fn person(&self, name: &str) -> Vec<Word> {
        let mut words = telling(name);
        let parties: Vec<Vec<Word>> =
            self.view.all::<Party>().map(|(_, party)| telling(party.name.as_str())).collect();
        words.retain(|word| parties.iter().flatten().all(|of| of.plain != word.plain));
        words
    }

    fn party(&self, id: &Id) -> PartyNames {
        let name = self.view.find::<Party>(id).map(|(_, party)| party.name.to_string());
        PartyNames::of(name.as_deref().unwrap_or_default())
    }

    fn resource(&self, id: &Id) -> Vec<Word> {
        let name = self.view.find::<Resource>(id).map(|(_, resource)| resource.name.to_string());
        telling(name.as_deref().unwrap_or_default())
    }
}

/// The words of a title that are about its subject: none for a gathering as such, nor figures.
pub(super) fn topic(title: &str) -> Vec<Word> {
    let beginning = |plain: &str, list: &[&str]| {
        list.iter().any(|phrase| match phrase.strip_suffix('*') {
            Some(beginning) => plain.starts_with(beginning) && !plain.starts_with("part"),
            None => plain == *phrase,
        })
    };
    let mut topic = telling(title);
    topic.retain(|word| {
        !beginning(&word.plain, &GATHERING)
            && !word.plain.starts_with(|of: char| of.is_ascii_digit())
            && !matches!(word.plain.as_str(), "country" | "countries" | "nation" | "nations")
    });
    topic
}

/// A claim by its value; a number of parties is known as such.
fn claimed(point: &str, value: &str) -> Sign {
    let said = Article::of(point, None);
    let parties = said.passages.iter().any(|passage| any_phrase(&passage.words, &DELEGATIONS));
    match value.parse() {
        Ok(count) if parties => Sign::Count(count),
        _ => Sign::Claimed { point: topic(point), value: telling(value) },
    }
}

fn day(time: PartialTime) -> String {
    match time {
        PartialTime::Month(date) => date.strftime("%B %Y").to_string(),
        PartialTime::Day(date) => date.strftime("%-d %B %Y").to_string(),
        PartialTime::Minute(minute) => minute.strftime("%-d %B %Y").to_string(),
    }
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}
