//! Meetings: the list, and what other rooms say of them.

mod agenda;
mod attendance;
mod by_file;
mod credential;
mod day;
mod desk;
mod invitation;
mod one;
mod people;
mod series;
mod sessions;
#[cfg(test)]
mod tests;
mod undertaking;
pub(crate) mod zone;

pub(crate) use attendance::{Attendance, answer_words, awaiting};
pub(crate) use sessions::changing;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Field, FilterBar, OnPhone, PageHead, Table, Tone};
use crate::pages::when::{self, Season};
use crate::pages::{listing, words};
use crate::routes::{Route, get, lasting, post, submit};
use coalition::content::{Form, Invitation, Level, Meeting, Reply};
use coalition::text::Name;
use coalition::time::PartialTime;
use coalition::{Id, Kind, Refusal, Thing, View, decide};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const ROUTES: &[Route] = &[
    get("/meetings", list),
    get("/meetings/{id}", one::page),
    lasting("/meetings/{id}/agenda.pdf", agenda::pdf),
    lasting("/meetings/{id}/invitation.pdf", invitation::pdf),
    get("/meetings/{id}/desk", desk::page),
    submit("/meetings/{id}/desk", desk::send),
    get("/meetings/{id}/credential", credential::own),
    get("/meetings/{id}/credentials", credential::all),
    submit("/meetings/{id}/undertaking", undertaking::send),
    post("/meetings/{id}/answer", by_file::send),
    post("/zone", zone::set),
];

/// A meeting and its thing.
pub(crate) type Called<'v> = (&'v Thing, &'v Meeting);

/// All meetings: those that run and those to come by date, then those without a date, then those
/// that are over, the last one first. A meeting called off stands where it would have been.
pub(crate) fn in_order(view: &View, now: Timestamp) -> Vec<(Season, Called<'_>)> {
    let mut all: Vec<(Season, Called<'_>)> = view
        .all::<Meeting>()
        .map(|(thing, meeting)| (when::season(meeting, now), (thing, meeting)))
        .collect();
    all.sort_by(|(season, (thing, meeting)), (other_season, (other_thing, other))| {
        let starts = |meeting: &Meeting| meeting.starts.map(PartialTime::earliest);
        let by_time = starts(meeting).cmp(&starts(other));
        let by_time = if *season == Season::Past { by_time.reverse() } else { by_time };
        let names = (&meeting.title, &thing.id).cmp(&(&other.title, &other_thing.id));
        season.cmp(other_season).then(by_time).then(names)
    });
    all
}

/// The first meeting that runs or is to come and was not called off.
pub(crate) fn next(view: &View, now: Timestamp) -> Option<(Season, Called<'_>)> {
    in_order(view, now)
        .into_iter()
        .filter(|(season, _)| matches!(season, Season::Now | Season::Upcoming))
        .find(|(_, (thing, _))| thing.stands())
}

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let all = in_order(&asking.view, asking.now);
    let wanted = Wanted::of(asking);
    let shown: Vec<_> =
        all.iter().copied().filter(|(_, (_, meeting))| wanted.admits(meeting)).collect();
    let part = listing::listed(asking, &shown);
    let facts = Facts {
        gaps: gaps(&all),
        counts: counts(&asking.view),
        several_series: series(&all).len() > 1,
        own: zone::own(asking),
    };
    let groups = [
        (Season::Now, "Under way"),
        (Season::Upcoming, "To come"),
        (Season::NotKnown, "Date not known"),
        (Season::Past, "Past"),
    ];
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Who meets, when and where. Each meeting's page has its day, its delegations and what came of it.",
            actions: html! {
                (words::offer_new(asking, Kind::Meeting, "Call a meeting", &[]))
                a.button href="/calendar.ics" { "Calendar" }
            },
            ..PageHead::titled("Meetings")
        }))
        @if all.is_empty() {
            (parts::empty(
                "No meeting has been called that you can see.",
                &words::offer_new(asking, Kind::Meeting, "Call the first", &[]),
            ))
        } @else {
            (series::cadence(asking, &all))
            (filter(asking, &all, shown.len(), &wanted))
            @if shown.is_empty() {
                (parts::empty("No meeting is like that.", &html! { a.button href="/meetings" { "Show all meetings" } }))
            }
        }
        @for (season, title) in groups {
            @let rows: Vec<Vec<Markup>> = part
                .rows
                .iter()
                .filter(|(other, _)| *other == season)
                .map(|(_, called)| row(*called, season, &facts))
                .collect();
            @if !rows.is_empty() { (group(title, rows)) }
        }
        (part.ways(asking))
    };
    Ok(asking.page("Meetings", Section::Meetings, body))
}

fn group(title: &str, rows: Vec<Vec<Markup>>) -> Markup {
    let table = parts::table(&Table {
        caption: title,
        caption_unseen: true,
        columns: vec![
            Column::words("Meeting"),
            Column::words("When"),
            Column::words("Where"),
            Column::words("Level and form"),
            Column::words("Delegations"),
            Column::words("Label"),
        ],
        rows,
        on_phone: OnPhone::Cards,
    });
    html! { section.stack.meetings { h2 { (title) } (table) } }
}

fn row((thing, meeting): Called<'_>, season: Season, facts: &Facts<'_>) -> Vec<Markup> {
    let places: Vec<&str> = meeting.places.iter().map(Name::as_str).collect();
    let (invited, coming) = facts.counts.get(&thing.id).copied().unwrap_or_default();
    vec![
        html! {
            a href={ "/meetings/" (thing.id) } { (meeting.title) }
            @if thing.withdrawn() { " " (parts::badge(Tone::Bad, Some(parts::Glyph::Cross), "called off")) }
            @else if !thing.stands() { " " (parts::badge(Tone::Warn, Some(parts::Glyph::Pause), "postponed")) }
            @if let Some(series) = meeting.series.as_ref().filter(|_| facts.several_series) {
                div.small.quiet { (series) }
            }
        },
        html! {
            (when::moment(meeting, season == Season::Upcoming))
            (zone::line(facts.own.as_ref(), meeting))
            @if let Some(gap) = facts.gaps.get(&thing.id) { div.small.quiet { (gap) } }
        },
        html! { @if places.is_empty() { span.quiet { "not stated" } } @else { (places.join("; ")) } },
        html! { (meeting.level.words()) ", " (meeting.form.words()) },
        html! {
            @if invited == 0 { span.quiet { "none invited" } }
            @else { (invited) " invited" @if coming > 0 { ", " (coming) " coming" } }
        },
        parts::tlp(words::tlp(thing.marking.label)),
    ]
}

/// What the rows of the list tell beside their own meeting.
struct Facts<'v> {
    gaps: BTreeMap<&'v Id, String>,
    counts: BTreeMap<&'v Id, (usize, usize)>,
    several_series: bool,
    own: Option<TimeZone>,
}

/// The series that there are.
fn series<'v>(all: &[(Season, Called<'v>)]) -> BTreeSet<&'v str> {
    all.iter().filter_map(|(_, (_, meeting))| Some(meeting.series.as_ref()?.as_str())).collect()
}

/// Whether the viewer runs a meeting, and so adds sessions, invitations and outcomes to it.
fn runs(asking: &Asking, meeting: &Thing) -> bool {
    decide::offers(&asking.view, meeting).contains(&"amend")
}

/// How many delegations are invited to each meeting, and how many have said that they come.
fn counts(view: &View) -> BTreeMap<&Id, (usize, usize)> {
    let mut counts: BTreeMap<&Id, (usize, usize)> = BTreeMap::new();
    for (_, invitation) in view.standing::<Invitation>() {
        counts.entry(&invitation.meeting).or_default().0 += 1;
    }
    for (_, reply) in view.standing::<Reply>().filter(|(_, reply)| reply.attending) {
        let invitation = view.find::<Invitation>(&reply.invitation);
        if let Some((_, invitation)) = invitation.filter(|(thing, _)| thing.stands()) {
            counts.entry(&invitation.meeting).or_default().1 += 1;
        }
    }
    counts
}

/// The day a meeting begins on; nothing where not even the day is known.
pub(super) fn first_day(meeting: &Meeting) -> Option<Date> {
    match meeting.starts? {
        PartialTime::Month(_) => None,
        PartialTime::Day(date) => Some(date),
        PartialTime::Minute(minute) => Some(minute.date()),
    }
}

/// What a meeting of a series says of the one before it: "8 months after the one before". Known to
/// the month only, a meeting counts from its first day, and "about" says so.
fn gaps<'v>(all: &[(Season, Called<'v>)]) -> BTreeMap<&'v Id, String> {
    let mut by_series: BTreeMap<&str, Vec<(Date, bool, &'v Id)>> = BTreeMap::new();
    for (_, (thing, meeting)) in all.iter().filter(|(_, (thing, _))| thing.stands()) {
        if let (Some(series), Some(starts)) = (&meeting.series, meeting.starts) {
            let rough = matches!(starts, PartialTime::Month(_));
            let row = (starts.earliest().date(), rough, &thing.id);
            by_series.entry(series.as_str()).or_default().push(row);
        }
    }
    let mut gaps = BTreeMap::new();
    for days in by_series.values_mut() {
        days.sort();
        for pair in days.windows(2) {
            let [(earlier, rough, _), (later, also_rough, id)] = pair else { continue };
            if let Some(gap) = when::gap(*earlier, *later) {
                let about = if *rough || *also_rough { "about " } else { "" };
                gaps.insert(*id, format!("{about}{gap} after the one before"));
            }
        }
    }
    gaps
}

/// What the address asks the list to show.
struct Wanted<'a> {
    search: Option<String>,
    level: Option<&'a str>,
    form: Option<&'a str>,
    series: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn of(asking: &'a Asking) -> Wanted<'a> {
        Wanted {
            search: asking.ask("q").map(str::to_lowercase),
            level: asking.ask("level"),
            form: asking.ask("form"),
            series: asking.ask("series"),
        }
    }

    fn admits(&self, meeting: &Meeting) -> bool {
        let holds = |text: &str| {
            self.search.as_ref().is_none_or(|wanted| text.to_lowercase().contains(wanted))
        };
        let series = meeting.series.as_ref().map(Name::as_str);
        self.level.is_none_or(|level| level == meeting.level.key())
            && self.form.is_none_or(|form| form == meeting.form.key())
            && self.series.is_none_or(|wanted| series == Some(wanted))
            && (holds(meeting.title.as_str())
                || meeting.places.iter().any(|place| holds(place.as_str())))
    }

    fn any(&self) -> bool {
        self.search.is_some()
            || self.level.is_some()
            || self.form.is_some()
            || self.series.is_some()
    }
}

fn filter(
    asking: &Asking,
    all: &[(Season, Called<'_>)],
    shown: usize,
    wanted: &Wanted<'_>,
) -> Markup {
    let levels: Vec<_> = Level::ALL.iter().map(|one| (one.key(), one.words())).collect();
    let forms: Vec<_> = Form::ALL.iter().map(|one| (one.key(), one.words())).collect();
    let series: Vec<_> = series(all).into_iter().map(|one| (one, one)).collect();
    let search =
        Field { value: asking.ask("q").unwrap_or(""), ..Field::filtering("q", "Name or place") };
    parts::filter_bar(&FilterBar {
        action: "/meetings",
        name: "Filter meetings",
        fields: html! {
            (parts::search_field(&search))
            (listing::choose("level", "Level", wanted.level, &levels))
            (listing::choose("form", "Form", wanted.form, &forms))
            @if !series.is_empty() { (listing::choose("series", "Series", wanted.series, &series)) }
        },
        summary: &match shown {
            1 => "1 meeting".to_owned(),
            count => format!("{count} meetings"),
        },
        clear_href: wanted.any().then_some("/meetings"),
        submit: "Filter",
    })
}
