//! The meetings of a view as iCalendar (RFC 5545), for a person's own calendar.
//!
//! A calendar is read by programs and companies that the house does not know, so an entry says less
//! than its page: of what is CLEAR or GREEN the whole; of what is AMBER that there is a meeting, and
//! when; of what is narrower only that the time is taken, and only where its reader asks for that. A
//! part of a meeting is as narrow as the narrower of the two. Times are told as instants, which every
//! calendar shows in its owner's zone, on either side of a change of clocks; a meeting of which only
//! the day is known fills that day.

mod invitation;
mod lines;
mod reply;

pub use invitation::{Between, cancellation, request};
pub use reply::{Answer, Answered, NotAReply, read_reply};

use coalition::content::{Meeting, Session};
use coalition::text::Name;
use coalition::time::PartialTime;
use coalition::{Id, Label, Thing, View};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use lines::{Lines, stamp};

/// How often a calendar that follows should ask again.
const ASK_AGAIN: &str = "PT1H";

/// What a calendar is to be.
#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The address of the house as its viewers reach it, without a slash at the end, where that is
    /// known.
    pub pages: Option<&'a str>,
    /// Whether it shows the time of what is AMBER+STRICT or RED as taken; else it leaves that out.
    pub taken: bool,
}

/// When an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// From one instant to another.
    Instants(Timestamp, Timestamp),
    /// Whole days: the first, and the one after the last.
    Days(Date, Date),
}

impl When {
    /// The first instant that is past it, with days as UTC has them.
    pub fn end(&self) -> Timestamp {
        match self {
            When::Instants(_, ends) => *ends,
            When::Days(_, after) => midnight(*after),
        }
    }

    fn begin(&self) -> Timestamp {
        match self {
            When::Instants(starts, _) => *starts,
            When::Days(first, _) => midnight(*first),
        }
    }
}

fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// One entry of a calendar: a meeting, or a part of one, cut to what a calendar may hold of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The meeting, or the part.
    pub thing: Id,
    /// The meeting.
    pub meeting: Id,
    /// When it is.
    pub when: When,
    /// Whether it is still to be: neither called off nor taken back.
    pub stands: bool,
    /// The narrower of its label and its meeting's.
    pub label: Label,
    class: &'static str,
    summary: String,
    place: Option<String>,
    address: Option<String>,
    status: &'static str,
    /// How often what it says has changed, and when it last did; told only where all is told, for
    /// else it would tell of changes to what is not.
    changes: Option<(u32, Timestamp)>,
}

/// All meetings of a view whose day is known, and their sessions whose time is known, by id.
pub fn entries(view: &View, calendar: &Calendar<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (thing, meeting) in view.all::<Meeting>() {
        if let Some(when) = when(meeting.starts, meeting.ends, None, meeting) {
            entries.extend(Entry::of(
                thing,
                meeting.title.as_str(),
                (thing, meeting),
                when,
                calendar,
            ));
        }
    }
    for (thing, session) in view.all::<Session>() {
        let Some(called) = view.find::<Meeting>(&session.meeting) else { continue };
        let exact = session.starts.filter(|starts| matches!(starts, PartialTime::Minute(_)));
        if let Some(when) = exact.and_then(|_| when(exact, None, session.minutes, called.1)) {
            entries.extend(Entry::of(thing, session.title.as_str(), called, when, calendar));
        }
    }
    entries
}

/// A calendar of all these entries, for programs that follow it.
pub fn feed(view: &View, calendar: &Calendar<'_>) -> String {
    let mut lines = Lines::default();
    begin(&mut lines, "PUBLISH");
    lines.text("X-WR-CALNAME", calendar.name);
    lines.text("NAME", calendar.name);
    lines.add("REFRESH-INTERVAL;VALUE=DURATION", ASK_AGAIN);
    for entry in entries(view, calendar) {
        lines.add("BEGIN", "VEVENT");
        lines.add("UID", &entry.uid());
        // What is told in part tells nothing of when the rest has changed.
        let (sequence, changed) = entry.changes.unwrap_or((0, entry.when.begin()));
        lines.add("DTSTAMP", &stamp(changed));
        if entry.changes.is_some() {
            lines.add("LAST-MODIFIED", &stamp(changed));
        }
        lines.add("SEQUENCE", &sequence.to_string());
        lines.0.push_str(&entry.said());
        lines.add("STATUS", entry.status);
        lines.add("END", "VEVENT");
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

fn begin(lines: &mut Lines, method: &str) {
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", "-//Entente//Headquarters//EN");
    lines.add("CALSCALE", "GREGORIAN");
    lines.add("METHOD", method);
}

fn when(
    starts: Option<PartialTime>,
    ends: Option<PartialTime>,
    minutes: Option<u32>,
    meeting: &Meeting,
) -> Option<When> {
    let zone = TimeZone::get(meeting.zone.as_str()).unwrap_or(TimeZone::UTC);
    // Of a time that comes twice or never, what a clock on the wall would be taken to say.
    let instant = |minute: DateTime| Some(minute.to_zoned(zone.clone()).ok()?.timestamp());
    match (starts?, ends) {
        (PartialTime::Minute(starts), Some(PartialTime::Minute(ends))) if starts < ends => {
            Some(When::Instants(instant(starts)?, instant(ends)?))
        }
        (PartialTime::Minute(starts), _) => {
            let starts = instant(starts)?;
            let length = SignedDuration::from_mins(i64::from(minutes.unwrap_or(60)));
            Some(When::Instants(starts, starts.checked_add(length).ok()?))
        }
        (PartialTime::Day(first), ends) => {
            let last = match ends {
                Some(PartialTime::Day(last)) => last.max(first),
                Some(PartialTime::Minute(last)) => last.date().max(first),
                Some(PartialTime::Month(_)) | None => first,
            };
            Some(When::Days(first, last.tomorrow().ok()?))
        }
        (PartialTime::Month(_), _) => None,
    }
}

/// By what a calendar knows a thing's entry.
pub fn uid(thing: &Id) -> String {
    format!("{thing}@entente")
}

impl Entry {
    /// The entry of a thing under the narrower of its label and its meeting's, if a calendar may
    /// hold any.
    fn of(
        thing: &Thing,
        title: &str,
        (called, meeting): (&Thing, &Meeting),
        when: When,
        calendar: &Calendar<'_>,
    ) -> Option<Entry> {
        let label = thing.marking.label.min(called.marking.label);
        let (class, summary) = match label {
            Label::Clear => ("PUBLIC", title),
            Label::Green => ("PRIVATE", title),
            Label::Amber => ("CONFIDENTIAL", "Meeting"),
            Label::AmberStrict | Label::Red if calendar.taken => ("CONFIDENTIAL", "Engagement"),
            Label::AmberStrict | Label::Red => return None,
        };
        let whole = matches!(label, Label::Clear | Label::Green);
        let places: Vec<&str> = meeting.places.iter().map(Name::as_str).collect();
        let linked = calendar.pages.filter(|_| whole || label == Label::Amber);
        let status =
            match (thing.withdrawn() || called.withdrawn(), thing.stands() && called.stands()) {
                (true, _) => "CANCELLED",
                (_, true) => "CONFIRMED",
                (false, false) => "TENTATIVE",
            };
        let part_of_it = thing.id != called.id;
        let more = if part_of_it { called.revision() - 1 } else { 0 };
        Some(Entry {
            thing: thing.id.clone(),
            meeting: called.id.clone(),
            when,
            stands: status != "CANCELLED",
            label,
            class,
            summary: summary.to_owned(),
            place: (whole && !places.is_empty()).then(|| places.join("; ")),
            address: linked.map(|pages| format!("{pages}/meetings/{}", called.id)),
            status,
            changes: whole
                .then(|| (thing.revision() - 1 + more, thing.changed.max(called.changed))),
        })
    }

    /// By what a calendar knows it.
    pub fn uid(&self) -> String {
        uid(&self.thing)
    }

    /// When it is, as lines.
    pub fn times(&self) -> String {
        let mut lines = Lines::default();
        match self.when {
            When::Instants(starts, ends) => {
                lines.add("DTSTART", &stamp(starts));
                lines.add("DTEND", &stamp(ends));
            }
            When::Days(first, after) => {
                lines.add("DTSTART;VALUE=DATE", &first.strftime("%Y%m%d").to_string());
                lines.add("DTEND;VALUE=DATE", &after.strftime("%Y%m%d").to_string());
            }
        }
        lines.0
    }

    /// All that it says, as lines: neither who it is for, nor how often it has changed.
    pub fn said(&self) -> String {
        let mut lines = Lines(self.times());
        lines.add("CLASS", self.class);
        lines.text("SUMMARY", &self.summary);
        if let Some(place) = &self.place {
            lines.text("LOCATION", place);
        }
        if let Some(address) = &self.address {
            lines.add("URL", address);
        }
        lines.0
    }
}
