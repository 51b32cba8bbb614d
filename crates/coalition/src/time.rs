//! Moments: points of a window, absolute or relative to a trigger, and dates known only in part.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest offset from a trigger, in days: a century.
pub const OFFSET_DAYS_MAX: u32 = 36_525;

/// A text that is not a moment of the kind wanted; says what is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadMoment(&'static str);

/// One end of a window: a date, or a number of days after the trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// A day of the calendar.
    Date(Date),
    /// Days after the day the trigger comes.
    Trigger(u32),
}

impl Point {
    /// Reads `2026-01-31` or `trigger+30d`.
    pub fn parse(text: &str) -> Result<Point, BadMoment> {
        let bad = BadMoment(
            "a moment is a date such as 2026-01-31, or days after the trigger such as trigger+30d (at most 36525)",
        );
        if let Some(offset) = text.strip_prefix("trigger+").and_then(|rest| rest.strip_suffix('d'))
        {
            let plain = !offset.is_empty() && offset.bytes().all(|byte| byte.is_ascii_digit());
            let days = offset.parse::<u32>().ok().filter(|days| plain && *days <= OFFSET_DAYS_MAX);
            return days.map(Point::Trigger).ok_or(bad);
        }
        parse_date(text).map(Point::Date).ok_or(bad)
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shaped { text.parse::<Date>().ok() } else { None }
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Date(date) => write!(formatter, "{date}"),
            Point::Trigger(days) => write!(formatter, "trigger+{days}d"),
        }
    }
}

/// A date known as far as it is known: a month, a day, or a minute, in the meeting's own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialTime {
    /// A month and nothing closer: `2025-03`. Held as its first day.
    Month(Date),
    /// A day: `2025-11-04`.
    Day(Date),
    /// A minute: `2025-11-04T09:00`.
    Minute(DateTime),
}

impl PartialTime {
    /// Reads `2025-03`, `2025-11-04` or `2025-11-04T09:00`.
    pub fn parse(text: &str) -> Result<PartialTime, BadMoment> {
        let bad = BadMoment(
            "a time is a month, a day or a minute: 2025-03, 2025-11-04 or 2025-11-04T09:00",
        );
        match text.len() {
            7 => parse_date(&format!("{text}-01")).map(PartialTime::Month).ok_or(bad),
            10 => parse_date(text).map(PartialTime::Day).ok_or(bad),
            16 => {
                let shaped = text.get(..10).and_then(parse_date).is_some()
                    && text.as_bytes()[10] == b'T'
                    && text.as_bytes()[13] == b':';
                let minute = text.parse::<DateTime>().ok().filter(|_| shaped);
                minute.map(PartialTime::Minute).ok_or(bad)
            }
            _ => Err(bad),
        }
    }

    /// The first minute it may mean; orders meetings on a page.
    pub fn earliest(self) -> DateTime {
        match self {
            PartialTime::Month(date) | PartialTime::Day(date) => {
                date.to_datetime(jiff::civil::Time::midnight())
            }
            PartialTime::Minute(minute) => minute,
        }
    }

    /// The last minute it may mean.
    pub fn latest(self) -> DateTime {
        let end_of = |date: Date| date.to_datetime(jiff::civil::time(23, 59, 0, 0));
        match self {
            PartialTime::Month(date) => end_of(date.last_of_month()),
            PartialTime::Day(date) => end_of(date),
            PartialTime::Minute(minute) => minute,
        }
    }
}

impl fmt::Display for PartialTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialTime::Month(date) => write!(formatter, "{}", date.strftime("%Y-%m")),
            PartialTime::Day(date) => write!(formatter, "{date}"),
            PartialTime::Minute(minute) => {
                write!(formatter, "{}", minute.strftime("%Y-%m-%dT%H:%M"))
            }
        }
    }
}

/// Whether the clocks of a zone go forward over a minute, so that it is on none of them. Where they go
/// back, a minute is on them twice, and the first is meant.
pub fn skipped(minute: DateTime, zone: &TimeZone) -> bool {
    matches!(zone.to_ambiguous_timestamp(minute).offset(), AmbiguousOffset::Gap { .. })
}

/// Serde as the text that `parse` reads and `Display` writes.
macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::deserialized(deserializer, <$type>::parse)
            }
        }
    };
}
as_text!(Point);
as_text!(PartialTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_reads_back_what_it_prints_and_refuses_the_rest() {
        for text in ["trigger+0d", "trigger+730d", "2026-01-31"] {
            assert_eq!(Point::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "trigger",
            "trigger+d",
            "trigger+-1d",
            "trigger++1d",
            "trigger+36526d",
            "2026-02-30",
            "2026-1-3",
            "20260131",
            "+99999-01-01",
        ] {
            assert!(Point::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_partial_time_reads_back_what_it_prints_and_refuses_the_rest() {
        for text in ["2025-03", "2025-11-04", "2025-11-04T09:00"] {
            assert_eq!(PartialTime::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "2025",
            "2025-13",
            "2025-11-04 09:00",
            "2025-11-04T25:00",
            "2025-11-04T9:000",
            "2025-é1-04T09:",
        ] {
            assert!(PartialTime::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(PartialTime::parse("2025-02").unwrap().latest().day(), 28);
    }

    #[test]
    fn a_minute_over_which_the_clocks_go_forward_is_skipped_and_no_other() {
        let madrid = TimeZone::get("Europe/Madrid").unwrap();
        for (minute, expected) in [
            ("2026-03-29T01:59", false),
            ("2026-03-29T02:00", true),
            ("2026-03-29T02:59", true),
            ("2026-03-29T03:00", false),
            // Twice on the clock, when they go back.
            ("2025-10-26T02:30", false),
            ("2025-11-04T09:00", false),
        ] {
            assert_eq!(skipped(minute.parse().unwrap(), &madrid), expected, "{minute}");
            assert!(!skipped(minute.parse().unwrap(), &TimeZone::UTC), "{minute}");
        }
    }
}
