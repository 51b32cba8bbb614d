//! The meetings of a view as iCalendar (RFC 5545), for a person's own calendar.
//!
//! A calendar is read by programs and companies that the house does not know, so an entry says less
//! than its page: of what is CLEAR or GREEN the whole; of what is AMBER that there is a meeting, and
//! when; of what is narrower only that the time is taken. Times are told as instants, which every
//! calendar shows in its owner's zone; a meeting of which only the day is known fills that day.

use coalition::content::{Meeting, Session};
use coalition::text::Name;
use coalition::time::PartialTime;
use coalition::{Label, Thing, View};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The longest line, in bytes without its end, before it is folded (RFC 5545, 3.1).
const LINE_BYTES_MAX: usize = 75;
/// How often a calendar that follows should ask again.
const ASK_AGAIN: &str = "PT1H";

/// All meetings of a view whose day is known, and their sessions whose time is known, by id.
/// `name` is what the calendar is called; `pages` the address of the house as its viewers reach it,
/// without a slash at the end, where that is known.
pub fn feed(view: &View, name: &str, pages: Option<&str>) -> String {
    let mut lines = Lines::default();
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", "-//Entente//Headquarters//EN");
    lines.add("CALSCALE", "GREGORIAN");
    lines.add("METHOD", "PUBLISH");
    lines.text("X-WR-CALNAME", name);
    lines.text("NAME", name);
    lines.add("REFRESH-INTERVAL;VALUE=DURATION", ASK_AGAIN);
    for (thing, meeting) in view.all::<Meeting>() {
        let said = Said { thing, title: meeting.title.as_str(), meeting, meeting_id: &thing.id };
        if let Some(when) = when(meeting.starts, meeting.ends, None, meeting) {
            said.entry(&mut lines, when, pages);
        }
    }
    for (thing, session) in view.all::<Session>() {
        let Some((_, meeting)) = view.find::<Meeting>(&session.meeting) else { continue };
        let exact = session.starts.filter(|starts| matches!(starts, PartialTime::Minute(_)));
        let title = session.title.as_str();
        let said = Said { thing, title, meeting, meeting_id: &session.meeting };
        if let Some(when) = exact.and_then(|_| when(exact, None, session.minutes, meeting)) {
            said.entry(&mut lines, when, pages);
        }
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

/// When an entry is.
#[derive(Clone, Copy)]
enum When {
    /// From one instant to another.
    Instants(Timestamp, Timestamp),
    /// Whole days: the first, and the one after the last.
    Days(jiff::civil::Date, jiff::civil::Date),
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

/// A meeting, or a part of one.
struct Said<'v> {
    thing: &'v Thing,
    title: &'v str,
    meeting: &'v Meeting,
    meeting_id: &'v coalition::Id,
}

impl Said<'_> {
    fn entry(&self, lines: &mut Lines, when: When, pages: Option<&str>) {
        let label = self.thing.marking.label;
        lines.add("BEGIN", "VEVENT");
        lines.text("UID", &format!("{}@entente", self.thing.id));
        lines.add("DTSTAMP", &stamp(self.thing.changed));
        lines.add("LAST-MODIFIED", &stamp(self.thing.changed));
        lines.add("SEQUENCE", &(self.thing.revision() - 1).to_string());
        match when {
            When::Instants(starts, ends) => {
                lines.add("DTSTART", &stamp(starts));
                lines.add("DTEND", &stamp(ends));
            }
            When::Days(first, after) => {
                lines.add("DTSTART;VALUE=DATE", &first.strftime("%Y%m%d").to_string());
                lines.add("DTEND;VALUE=DATE", &after.strftime("%Y%m%d").to_string());
            }
        }
        self.words(lines, label, pages);
        let status = match (self.thing.withdrawn(), self.thing.stands()) {
            (true, _) => "CANCELLED",
            (_, true) => "CONFIRMED",
            (false, false) => "TENTATIVE",
        };
        lines.add("STATUS", status);
        lines.add("END", "VEVENT");
    }

    /// As much as the label allows a calendar to hold.
    fn words(&self, lines: &mut Lines, label: Label, pages: Option<&str>) {
        match label {
            Label::Clear | Label::Green => {
                let public = label == Label::Clear;
                lines.add("CLASS", if public { "PUBLIC" } else { "PRIVATE" });
                lines.text("SUMMARY", self.title);
                let places: Vec<&str> = self.meeting.places.iter().map(Name::as_str).collect();
                if !places.is_empty() {
                    lines.text("LOCATION", &places.join("; "));
                }
                self.address(lines, pages);
            }
            Label::Amber => {
                lines.add("CLASS", "CONFIDENTIAL");
                lines.text("SUMMARY", "Meeting");
                self.address(lines, pages);
            }
            Label::AmberStrict | Label::Red => {
                lines.add("CLASS", "CONFIDENTIAL");
                lines.text("SUMMARY", "Engagement");
            }
        }
    }

    /// Where its page is.
    fn address(&self, lines: &mut Lines, pages: Option<&str>) {
        if let Some(pages) = pages {
            lines.add("URL", &format!("{pages}/meetings/{}", self.meeting_id));
        }
    }
}

/// An instant as RFC 5545 writes it in UTC: `20251104T080000Z`.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Content lines, each folded and ended as RFC 5545 has it.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A line whose value stands as it is.
    fn add(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut bytes = 0;
        for character in line.chars() {
            // A fold begins with a space, which counts.
            if bytes + character.len_utf8() > LINE_BYTES_MAX {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            self.0.push(character);
            bytes += character.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is people's words: what would end or part it is escaped, and a control
    /// character is a space.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => escaped.extend(['\\', character]),
                '\n' => escaped.push_str("\\n"),
                control if control.is_control() => escaped.push(' '),
                other => escaped.push(other),
            }
        }
        self.add(name, &escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_at_75_bytes_and_never_inside_a_letter() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"é, \u{1f54a}; ".repeat(40));
        for line in lines.0.split_terminator("\r\n") {
            assert!(line.len() <= LINE_BYTES_MAX, "{line}");
        }
        let unfolded = lines.0.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}\r\n", "é\\, \u{1f54a}\\; ".repeat(40)));
    }

    #[test]
    fn words_cannot_end_their_line() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a\r\nATTENDEE:mailto:x@example.org\\");
        assert_eq!(lines.0, "SUMMARY:a \\nATTENDEE:mailto:x@example.org\\\\\r\n");
    }
}
