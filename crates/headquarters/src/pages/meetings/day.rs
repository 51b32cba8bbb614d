//! A meeting's days as pictures: one for each day on which the time of a session is known.

use super::first_day;
use super::sessions::{Held, speaker};
use crate::asking::Asking;
use crate::look::pictures::{self, Day, DayItem, DaySession, Turn};
use crate::pages::when;
use coalition::content::Meeting;
use coalition::time::PartialTime;
use jiff::Zoned;
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The pictures of a meeting's days; nothing where no session's time is known.
pub(super) fn pictures(asking: &Asking, meeting: &Meeting, sessions: &[Held<'_>]) -> Markup {
    let mut days: BTreeMap<Date, Vec<&Held<'_>>> = BTreeMap::new();
    for held in sessions.iter().filter(|held| held.thing.stands()) {
        if let Some(date) = date_of(meeting, held) {
            days.entry(date).or_default().push(held);
        }
    }
    days.retain(|_, held| held.iter().any(|held| drawable(held)));
    html! {
        @for (date, held) in &days {
            @let drawn: Vec<DaySession> = held.iter().map(|held| session(asking, meeting, held)).collect();
            section.panel {
                (pictures::day(&Day {
                    id: &format!("day-{date}"),
                    title: &when::date_words(*date),
                    zone: &when::zone_words(meeting, *date, *date),
                    turn: turn(meeting, *date),
                    sessions: &drawn,
                }))
            }
        }
    }
}

/// The day of a session: its own, or that of a meeting which lasts one day.
fn date_of(meeting: &Meeting, held: &Held<'_>) -> Option<Date> {
    match held.session.starts {
        Some(PartialTime::Minute(minute)) => Some(minute.date()),
        Some(PartialTime::Day(date)) => Some(date),
        Some(PartialTime::Month(_)) => None,
        None => {
            let first = first_day(meeting)?;
            let one_day = meeting.ends.is_none_or(|ends| ends.latest().date() == first);
            one_day.then_some(first)
        }
    }
}

/// Whether a session's begin and end are known.
fn drawable(held: &Held<'_>) -> bool {
    matches!(held.session.starts, Some(PartialTime::Minute(_))) && held.session.minutes.is_some()
}

const MINUTES_OF_A_DAY: u16 = 1_440;

/// How long after a midnight a change of the clocks is told: sessions may last into the next day.
const DAYS_TOLD: i64 = 2;

fn turn(meeting: &Meeting, date: Date) -> Option<Turn> {
    let midnight = date.to_zoned(when::zone(meeting)).ok()?;
    let turned = when::turn(&midnight, DAYS_TOLD)?;
    let name = |zoned: &Zoned| zoned.strftime("%Z").to_string();
    let by = turned.offset().seconds() - midnight.offset().seconds();
    Some(Turn {
        at: minutes_since(&midnight, &turned)?,
        by: i16::try_from(by / 60).ok()?,
        names: [name(&midnight), name(&turned)],
    })
}

fn minutes_since(midnight: &Zoned, at: &Zoned) -> Option<u16> {
    u16::try_from(midnight.duration_until(at).as_mins()).ok()
}

fn session(asking: &Asking, meeting: &Meeting, held: &Held<'_>) -> DaySession {
    let from = match held.session.starts {
        Some(PartialTime::Minute(minute)) => minute
            .to_zoned(when::zone(meeting))
            .ok()
            .and_then(|starts| minutes_since(&starts.start_of_day().ok()?, &starts)),
        _ => None,
    };
    // Minutes that pass: a night in which the clocks change is as long as it is.
    let until = from.zip(held.session.minutes).map(|(from, minutes)| from + short(minutes));
    let items = held.items.iter().filter(|(thing, _)| thing.stands());
    DaySession {
        title: held.session.title.to_string(),
        closed: held.session.closed,
        from,
        until,
        items: items
            .map(|(_, item)| DayItem {
                title: item.title.to_string(),
                speaker: speaker(&asking.view, item).unwrap_or_default(),
                minutes: item.minutes.map(short),
            })
            .collect(),
    }
}

/// Minutes as the picture takes them; nothing lasts longer than a day.
fn short(minutes: u32) -> u16 {
    u16::try_from(minutes).map_or(MINUTES_OF_A_DAY, |minutes| minutes.min(MINUTES_OF_A_DAY))
}
