//! When meetings are: in their own zone and in UTC, as far as it is known.

use coalition::content::Meeting;
use coalition::time::PartialTime;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, Zoned};
use maud::{Markup, html};

use crate::look::parts::{self, Moment};

/// Where a meeting lies, seen from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Season {
    /// It has begun and not ended; today, where only the day is known.
    Now,
    /// It is to come.
    Upcoming,
    /// Nobody said when.
    NotKnown,
    /// It is over.
    Past,
}

/// The zone a meeting's times are in. The rules let only known zones in; UTC stands for a zone that
/// this program's own list has lost.
pub(crate) fn zone(meeting: &Meeting) -> TimeZone {
    TimeZone::get(meeting.zone.as_str()).unwrap_or(TimeZone::UTC)
}

/// Where a meeting lies, seen from `now`. Without an end it lasts to the end of its day; known to
/// the month only, it is to come until that month is over.
pub(crate) fn season(meeting: &Meeting, now: Timestamp) -> Season {
    let Some(starts) = meeting.starts else { return Season::NotKnown };
    let here = now.to_zoned(zone(meeting)).datetime();
    let ends = match (meeting.ends, starts) {
        (Some(ends), _) => ends.latest(),
        (None, PartialTime::Minute(minute)) => PartialTime::Day(minute.date()).latest(),
        (None, day_or_month) => day_or_month.latest(),
    };
    if ends < here {
        Season::Past
    } else if here < starts.earliest() || matches!(starts, PartialTime::Month(_)) {
        Season::Upcoming
    } else {
        Season::Now
    }
}

/// The instant at which a meeting begins, as far as it is known: its day's first.
pub(crate) fn begins(meeting: &Meeting) -> Option<Timestamp> {
    at(meeting.starts?.earliest(), &zone(meeting)).map(|zoned| zoned.timestamp())
}

/// When a meeting is, on both clocks; says so where that is not known.
pub(crate) fn moment(meeting: &Meeting, relative: bool) -> Markup {
    let Some(starts) = meeting.starts else {
        return html! { span.quiet { "date not known" } };
    };
    let zone = zone(meeting);
    let (here, utc) = clocks(starts, meeting.ends, &zone);
    let machine = match starts {
        PartialTime::Minute(minute) => {
            at(minute, &zone).map_or_else(String::new, |zoned| zoned.timestamp().to_string())
        }
        day_or_month => day_or_month.to_string(),
    };
    let relative = relative && matches!(starts, PartialTime::Minute(_));
    parts::moment(&Moment { machine: &machine, here: &here, utc: &utc, relative })
}

/// "Tuesday 4 November 2025, 09:00–15:30 CET" and "08:00–14:30 UTC"; the second is empty where no
/// minute is known or the zone is UTC.
fn clocks(starts: PartialTime, ends: Option<PartialTime>, zone: &TimeZone) -> (String, String) {
    let PartialTime::Minute(first) = starts else {
        let end = ends.map(day_words).filter(|end| *end != day_words(starts));
        let start = day_words(starts);
        return (end.map_or(start.clone(), |end| format!("{start} – {end}")), String::new());
    };
    let last = match ends {
        Some(PartialTime::Minute(last)) => Some(last),
        _ => None,
    };
    let Some(first_here) = at(first, zone) else { return (first.to_string(), String::new()) };
    let last_here = last.and_then(|last| at(last, zone));
    let here = zoned_span(&first_here, last_here.as_ref(), first_here.date());
    let mut here = format!("{}, {here}", day_words(starts));
    if let Some(ends @ (PartialTime::Day(_) | PartialTime::Month(_))) = ends
        && ends.earliest().date() != first.date()
    {
        here = format!("{here}, to {}", day_words(ends));
    }
    if *zone == TimeZone::UTC {
        return (here, String::new());
    }
    let utc = |zoned: &Zoned| zoned.with_time_zone(TimeZone::UTC);
    let last_utc = last_here.as_ref().map(utc);
    let there = span(&utc(&first_here), last_utc.as_ref(), Some(first_here.date()));
    (here, format!("{there} UTC"))
}

/// When a meeting is, on its own clock and on UTC's, as a letter says it.
pub(crate) fn in_words(meeting: &Meeting) -> String {
    let Some(starts) = meeting.starts else { return String::new() };
    let (here, utc) = clocks(starts, meeting.ends, &zone(meeting));
    if utc.is_empty() { here } else { format!("{here} ({utc})") }
}

/// A meeting on another clock than its own: "Tuesday 4 November, 10:00–16:30 EET"; nothing where no
/// minute is known or the clocks show the same.
pub(crate) fn on_clock(meeting: &Meeting, own: &TimeZone) -> Option<String> {
    let (Some(PartialTime::Minute(first)), zone) = (meeting.starts, zone(meeting)) else {
        return None;
    };
    let there = |minute| Some(at(minute, &zone)?.with_time_zone(own.clone()));
    let first = there(first)?;
    let last = match meeting.ends {
        Some(PartialTime::Minute(last)) => there(last),
        _ => None,
    };
    if *own == zone {
        return None;
    }
    let day = first.strftime("%A %-d %B");
    Some(format!("{day}, {}", zoned_span(&first, last.as_ref(), first.date())))
}

/// A session's hours on its meeting's clock, and on the reader's own, if he has another: minutes that
/// pass, so that a night in which the clocks change is as long as it is.
pub(crate) fn hours(
    meeting: &Meeting,
    starts: DateTime,
    minutes: Option<u32>,
    own: Option<&TimeZone>,
) -> (String, Option<String>) {
    let zone = zone(meeting);
    let Some(first) = at(starts, &zone) else { return (starts.to_string(), None) };
    let last =
        minutes.and_then(|minutes| first.checked_add(jiff::Span::new().minutes(minutes)).ok());
    let from = if last.is_none() { "from " } else { "" };
    let own = own.filter(|own| **own != zone).map(|own| {
        let there = |zoned: &Zoned| zoned.with_time_zone(own.clone());
        let last = last.as_ref().map(there);
        format!("{from}{}", zoned_span(&there(&first), last.as_ref(), first.date()))
    });
    (format!("{from}{}", span(&first, last.as_ref(), Some(first.date()))), own)
}

/// A moment on a meeting's clock: "08:41".
pub(crate) fn clock(meeting: &Meeting, at: Timestamp) -> String {
    at.to_zoned(zone(meeting)).strftime("%H:%M").to_string()
}

/// Whether the clocks change between two moments: then each is told with its zone.
fn turns(first: &Zoned, last: Option<&Zoned>) -> bool {
    last.is_some_and(|last| last.offset() != first.offset())
}

/// A span with its zone: "09:00–15:30 CET", "01:00 CET – 18:00 CEST".
fn zoned_span(first: &Zoned, last: Option<&Zoned>, known: Date) -> String {
    let told = span(first, last, Some(known));
    if turns(first, last) { told } else { format!("{told} {}", first.strftime("%Z")) }
}

/// "09:00–15:30"; a day other than `known` is named, and zones where the clocks change meanwhile.
fn span(first: &Zoned, last: Option<&Zoned>, known: Option<Date>) -> String {
    let (form, dash) = if turns(first, last) { ("%H:%M %Z", " – ") } else { ("%H:%M", "–") };
    let clock = |zoned: &Zoned, known: Option<Date>| {
        let day = (known != Some(zoned.date())).then(|| zoned.strftime("%-d %B, ").to_string());
        format!("{}{}", day.unwrap_or_default(), zoned.strftime(form))
    };
    let begin = clock(first, known);
    match last {
        Some(last) if last.date() == first.date() => {
            format!("{begin}{dash}{}", last.strftime(form))
        }
        Some(last) => format!("{begin} – {}", clock(last, None)),
        None => begin,
    }
}

fn at(minute: DateTime, zone: &TimeZone) -> Option<Zoned> {
    minute.to_zoned(zone.clone()).ok()
}

/// "March 2025", "Tuesday 4 November 2025".
fn day_words(time: PartialTime) -> String {
    match time {
        PartialTime::Month(date) => date.strftime("%B %Y").to_string(),
        PartialTime::Day(date) => date_words(date),
        PartialTime::Minute(minute) => date_words(minute.date()),
    }
}

/// When something begins, on the clock of its meeting: "Tuesday 4 November 2025, 09:00".
pub(crate) fn begin_words(starts: PartialTime) -> String {
    match starts {
        PartialTime::Minute(minute) => {
            format!("{}, {}", day_words(starts), minute.strftime("%H:%M"))
        }
        day_or_month => day_words(day_or_month),
    }
}

/// "Tuesday 4 November 2025".
pub(crate) fn date_words(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// The first change of the clocks in so many days from a midnight: the moment after it.
pub(crate) fn turn(midnight: &Zoned, days: i64) -> Option<Zoned> {
    let end = midnight.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?.timestamp();
    let zone = midnight.time_zone();
    zone.following(midnight.timestamp())
        .take_while(|turned| turned.timestamp() < end)
        .find(|turned| turned.offset() != midnight.offset())
        .map(|turned| turned.timestamp().to_zoned(zone.clone()))
}

/// A meeting's zone from one day to another: "Europe/Madrid (CET, UTC+01:00)", and what it is after a
/// change of the clocks: "Europe/Madrid (CET, UTC+01:00; from 03:00 CEST, UTC+02:00)".
pub(crate) fn zone_words(meeting: &Meeting, first: Date, last: Date) -> String {
    if meeting.zone.as_str() == "UTC" {
        return "UTC".into();
    }
    let Ok(midnight) = first.to_zoned(zone(meeting)) else { return meeting.zone.to_string() };
    let words = |zoned: &Zoned| zoned.strftime("%Z, UTC%:z").to_string();
    let days = first.until(last).map_or(0, |span| i64::from(span.get_days()));
    let after = turn(&midnight, days.saturating_add(1)).map(|turned| {
        let day = if last == first { "" } else { "%-d %B, " };
        let from = turned.strftime(&format!("{day}%H:%M")).to_string();
        format!("; from {from} {}", words(&turned))
    });
    format!("{} ({}{})", meeting.zone, words(&midnight), after.unwrap_or_default())
}

/// How long after one day another is: "11 days", "8 months"; nothing for the same day.
pub(crate) fn gap(earlier: Date, later: Date) -> Option<String> {
    let days = later.since((Unit::Day, earlier)).ok()?.get_days();
    let months = later.since((Unit::Month, earlier)).ok()?.get_months();
    match (months, days) {
        (_, ..=0) => None,
        (_, 1) => Some("1 day".into()),
        (0..=1, days) if days < 60 => Some(format!("{days} days")),
        (months, _) => Some(format!("{months} months")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(starts: &str, ends: Option<&str>, zone: &str) -> (String, String) {
        let time = |text: &str| PartialTime::parse(text).unwrap();
        clocks(time(starts), ends.map(time), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn a_meeting_is_told_as_closely_as_it_is_known_on_both_clocks() {
        let madrid = "Europe/Madrid";
        for (starts, ends, zone, here, utc) in [
            ("2025-03", None, madrid, "March 2025", ""),
            ("2025-11-04", None, madrid, "Tuesday 4 November 2025", ""),
            (
                "2025-11-04",
                Some("2025-11-05"),
                madrid,
                "Tuesday 4 November 2025 – Wednesday 5 November 2025",
                "",
            ),
            ("2025-11-04T09:00", None, madrid, "Tuesday 4 November 2025, 09:00 CET", "08:00 UTC"),
            (
                "2025-11-04T09:00",
                Some("2025-11-04T15:30"),
                madrid,
                "Tuesday 4 November 2025, 09:00–15:30 CET",
                "08:00–14:30 UTC",
            ),
            (
                "2025-07-10T23:00",
                Some("2025-07-11T01:30"),
                "Europe/London",
                "Thursday 10 July 2025, 23:00 – 11 July, 01:30 BST",
                "22:00 – 11 July, 00:30 UTC",
            ),
            (
                "2025-11-04T00:30",
                None,
                madrid,
                "Tuesday 4 November 2025, 00:30 CET",
                "3 November, 23:30 UTC",
            ),
            (
                "2027-03-28T01:00",
                Some("2027-03-28T18:00"),
                "Europe/Paris",
                "Sunday 28 March 2027, 01:00 CET – 18:00 CEST",
                "00:00–16:00 UTC",
            ),
            (
                "2027-10-30T09:00",
                Some("2027-10-31T12:00"),
                "Europe/Paris",
                "Saturday 30 October 2027, 09:00 CEST – 31 October, 12:00 CET",
                "07:00 – 31 October, 11:00 UTC",
            ),
            ("2025-11-04T09:00", None, "UTC", "Tuesday 4 November 2025, 09:00 UTC", ""),
            (
                "2025-11-04T09:00",
                Some("2025-11-06"),
                "UTC",
                "Tuesday 4 November 2025, 09:00 UTC, to Thursday 6 November 2025",
                "",
            ),
        ] {
            assert_eq!(
                told(starts, ends, zone),
                (here.to_owned(), utc.to_owned()),
                "{starts} {ends:?}"
            );
        }
    }

    #[test]
    fn a_gap_is_told_in_days_until_it_is_told_in_months() {
        let gap = |one: &str, two: &str| gap(one.parse().unwrap(), two.parse().unwrap());
        assert_eq!(gap("2025-10-24", "2025-10-24"), None);
        assert_eq!(gap("2025-10-24", "2025-10-25").as_deref(), Some("1 day"));
        assert_eq!(gap("2025-10-24", "2025-11-04").as_deref(), Some("11 days"));
        assert_eq!(gap("2025-10-01", "2025-11-15").as_deref(), Some("45 days"));
        assert_eq!(gap("2025-03-01", "2025-11-04").as_deref(), Some("8 months"));
    }

    fn meeting(starts: Option<&str>, ends: Option<&str>) -> Meeting {
        let mut said = serde_json::json!({
            "title": "Madrid meeting", "level": "officials", "form": "in_person",
            "zone": "Europe/Madrid",
            "rules": { "devices": "handed_in", "undertaking": true, "attribution": "none" },
        });
        for (name, time) in [("starts", starts), ("ends", ends)] {
            if let Some(time) = time {
                said[name] = time.into();
            }
        }
        serde_json::from_value(said).unwrap()
    }

    #[test]
    fn a_meeting_is_over_when_the_last_minute_it_may_mean_is_over_in_its_own_zone() {
        for (starts, ends, now, season) in [
            (None, None, "2025-11-04T12:00:00Z", Season::NotKnown),
            (Some("2025-11"), None, "2025-11-04T12:00:00Z", Season::Upcoming),
            (Some("2025-11"), None, "2025-12-01T12:00:00Z", Season::Past),
            (Some("2025-11-04"), None, "2025-11-03T22:59:00Z", Season::Upcoming),
            (Some("2025-11-04"), None, "2025-11-03T23:00:00Z", Season::Now),
            (Some("2025-11-04"), None, "2025-11-04T23:00:00Z", Season::Past),
            (Some("2025-11-04T09:00"), None, "2025-11-04T07:59:00Z", Season::Upcoming),
            (Some("2025-11-04T09:00"), None, "2025-11-04T20:00:00Z", Season::Now),
            (
                Some("2025-11-04T09:00"),
                Some("2025-11-04T15:30"),
                "2025-11-04T14:30:00Z",
                Season::Now,
            ),
            (
                Some("2025-11-04T09:00"),
                Some("2025-11-04T15:30"),
                "2025-11-04T14:31:00Z",
                Season::Past,
            ),
        ] {
            let told = super::season(&meeting(starts, ends), now.parse().unwrap());
            assert_eq!(told, season, "{starts:?} to {ends:?} at {now}");
        }
    }

    #[test]
    fn each_reads_the_hours_on_the_host_s_clock_and_on_his_own_when_clocks_change_too() {
        let tallinn = TimeZone::get("Europe/Tallinn").unwrap();
        let new_york = TimeZone::get("America/New_York").unwrap();
        let night = meeting(None, None);
        for (starts, minutes, own, here, there) in [
            ("2025-11-04T09:00", Some(90), None, "09:00–10:30", None),
            ("2025-11-04T09:00", None, Some(&tallinn), "from 09:00", Some("from 10:00 EET")),
            // Spain falls back at 03:00: two hours from 01:30 end at 02:30, the second time.
            (
                "2025-10-26T01:30",
                Some(120),
                Some(&TimeZone::UTC),
                "01:30 CEST – 02:30 CET",
                Some("25 October, 23:30 – 26 October, 01:30 UTC"),
            ),
            // Spain goes forward at 02:00: the hour from 01:30 ends at 03:30.
            (
                "2026-03-29T01:30",
                Some(60),
                Some(&TimeZone::UTC),
                "01:30 CET – 03:30 CEST",
                Some("00:30–01:30 UTC"),
            ),
            // On the day between the two changes, New York is five hours away and not six.
            ("2025-10-27T09:00", Some(60), Some(&new_york), "09:00–10:00", Some("04:00–05:00 EDT")),
            ("2025-11-04T09:00", Some(60), Some(&new_york), "09:00–10:00", Some("03:00–04:00 EST")),
        ] {
            let told = hours(&night, starts.parse().unwrap(), minutes, own);
            assert_eq!(told, (here.to_owned(), there.map(str::to_owned)), "{starts} {minutes:?}");
        }
        let madrid = meeting(Some("2025-11-04T09:00"), Some("2025-11-04T15:30"));
        let told = on_clock(&madrid, &tallinn);
        assert_eq!(told.as_deref(), Some("Tuesday 4 November, 10:00–16:30 EET"));
        assert_eq!(on_clock(&madrid, &zone(&madrid)), None);
    }

    #[test]
    fn a_zone_is_told_as_it_is_and_as_it_becomes_when_the_clocks_change() {
        let madrid = meeting(None, None);
        for (first, last, told) in [
            ("2027-03-27", "2027-03-27", "CET, UTC+01:00"),
            ("2027-03-28", "2027-03-28", "CET, UTC+01:00; from 03:00 CEST, UTC+02:00"),
            ("2027-03-27", "2027-03-29", "CET, UTC+01:00; from 28 March, 03:00 CEST, UTC+02:00"),
            ("2027-03-29", "2027-03-29", "CEST, UTC+02:00"),
            ("2027-10-31", "2027-10-31", "CEST, UTC+02:00; from 02:00 CET, UTC+01:00"),
        ] {
            let words = zone_words(&madrid, first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(words, format!("Europe/Madrid ({told})"), "{first} to {last}");
        }
    }
}
