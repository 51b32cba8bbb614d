//! What a meeting's new date does to its parts: its sessions move with it, all by as much.

use crate::content::{Content, Meeting, Session};
use crate::time::PartialTime;
use jiff::{SignedDuration, ToSpan};

/// By how much a meeting moves, on the clocks of its own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    days: i32,
    whole: SignedDuration,
}

impl Shift {
    /// From one beginning to another. By whole days where either is known to the day only, and not at
    /// all where no day is known: then times of sessions are not the meeting's to move.
    pub(crate) fn between(before: Option<PartialTime>, after: PartialTime) -> Shift {
        let none = Shift { days: 0, whole: SignedDuration::ZERO };
        let Some(before) = before else { return none };
        if matches!(before, PartialTime::Month(_)) || matches!(after, PartialTime::Month(_)) {
            return none;
        }
        let (from, to) = (before.earliest(), after.earliest());
        let days = from.date().until(to.date()).map_or(0, |span| span.get_days());
        let whole = match (before, after) {
            (PartialTime::Minute(from), PartialTime::Minute(to)) => to.duration_since(from),
            _ => SignedDuration::from_hours(24 * i64::from(days)),
        };
        Shift { days, whole }
    }

    /// The same time of something, moved. What would leave the calendar stays.
    pub(crate) fn of(self, time: PartialTime) -> PartialTime {
        let date = |date: jiff::civil::Date| date.checked_add(self.days.days()).unwrap_or(date);
        match time {
            PartialTime::Month(first) => PartialTime::Month(date(first).first_of_month()),
            PartialTime::Day(day) => PartialTime::Day(date(day)),
            PartialTime::Minute(minute) => {
                PartialTime::Minute(minute.checked_add(self.whole).unwrap_or(minute))
            }
        }
    }

    /// A session of the meeting, moved.
    pub(crate) fn of_session(self, session: &Session) -> Session {
        Session { starts: session.starts.map(|time| self.of(time)), ..session.clone() }
    }
}

/// A meeting with its new beginning and, where none is named, its end moved by as much.
pub(crate) fn postponed(
    meeting: &Meeting,
    starts: PartialTime,
    ends: Option<PartialTime>,
) -> Meeting {
    let shift = Shift::between(meeting.starts, starts);
    let moved = meeting.ends.map(|time| shift.of(time));
    Meeting { starts: Some(starts), ends: ends.or(moved), ..meeting.clone() }
}

/// What a thing says once its meeting has moved, if it is a session of it with a time.
pub(crate) fn moved(content: &Content, shift: Shift) -> Option<Content> {
    match content {
        Content::Session(session) if session.starts.is_some() => {
            Some(Content::Session(shift.of_session(session)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> PartialTime {
        PartialTime::parse(text).unwrap()
    }

    #[test]
    fn what_begins_with_a_meeting_moves_by_as_much_as_it_does() {
        for (before, after, session, moved) in [
            ("2025-11-04T09:00", "2025-11-11T09:00", "2025-11-04T11:30", "2025-11-11T11:30"),
            ("2025-11-04T09:00", "2025-11-05T14:15", "2025-11-04T23:00", "2025-11-06T04:15"),
            ("2025-11-04T09:00", "2025-11-03T08:00", "2025-11-04T09:00", "2025-11-03T08:00"),
            ("2025-11-04", "2025-12-01T09:00", "2025-11-04T10:00", "2025-12-01T10:00"),
            ("2025-11-04T09:00", "2025-11-11", "2025-11-05", "2025-11-12"),
            // On the clock, whatever the clocks do meanwhile.
            ("2025-10-20T09:00", "2025-11-03T09:00", "2025-10-20T10:00", "2025-11-03T10:00"),
            ("2025-11", "2025-12-01", "2025-11-04T10:00", "2025-11-04T10:00"),
            ("2025-01-31", "2025-02-28", "2025-01", "2025-01"),
        ] {
            let shift = Shift::between(Some(time(before)), time(after));
            assert_eq!(shift.of(time(session)), time(moved), "{before} to {after}: {session}");
        }
    }

    #[test]
    fn what_would_leave_the_calendar_stays() {
        let shift = Shift::between(Some(time("0001-01-01")), time("9999-12-31"));
        for late in ["9999-12-31T10:00", "9999-12-31", "9999-12"] {
            assert_eq!(shift.of(time(late)), time(late));
        }
    }
}
