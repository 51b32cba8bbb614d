//! A meeting's day on a time axis: its sessions as blocks, their items inside, what is closed under
//! lock and hatching.

use maud::{Markup, html};

use super::frame::{Frame, framed, labelled_by, length, nothing, percent, spoken};
use crate::look::parts::{Column, Glyph, strokes};

const TOP: f64 = 16.0;
/// A line of text and a little air.
const LINE: f64 = 19.0;
const HEIGHT_MAX: f64 = 1400.0;

/// A meeting's day.
#[derive(Debug)]
pub struct Day<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Madrid, 4 November 2025".
    pub title: &'a str,
    /// The time zone of all times: "Europe/Madrid (CET, UTC+1)".
    pub zone: &'a str,
    /// When the clocks change, if they do in this day or the night after it.
    pub turn: Option<Turn>,
    /// The sessions, in any order.
    pub sessions: &'a [DaySession],
}

/// A change of the clocks. All minutes of a day are those that have passed since midnight: it says what
/// the clocks show.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The minutes that have passed since midnight when the clocks are changed.
    pub at: u16,
    /// By how many minutes: 60 in spring, -60 in autumn.
    pub by: i16,
    /// What the time is called before it and after it: "CET", "CEST".
    pub names: [String; 2],
}

/// A session of the day.
#[derive(Clone, Debug)]
pub struct DaySession {
    /// Its name.
    pub title: String,
    /// Whether it is closed.
    pub closed: bool,
    /// The minutes that have passed since midnight when it begins, if known.
    pub from: Option<u16>,
    /// Those when it ends, if known; earlier than the begin means the next day.
    pub until: Option<u16>,
    /// Its items, in order.
    pub items: Vec<DayItem>,
}

/// An item of a session.
#[derive(Clone, Debug)]
pub struct DayItem {
    /// Its name.
    pub title: String,
    /// Who speaks; may be empty.
    pub speaker: String,
    /// The minutes allotted; items without share what is left of the session.
    pub minutes: Option<u16>,
}

impl DaySession {
    /// Begin and end in minutes after the first midnight, if both are known and apart.
    fn span(&self) -> Option<(f64, f64)> {
        let (from, until) = (f64::from(self.from?), f64::from(self.until?));
        let until = if until < from { until + 1440.0 } else { until };
        (until > from).then_some((from, until))
    }

    fn word(&self) -> &'static str {
        if self.closed { "closed" } else { "open" }
    }

    /// "09:00–12:00"; where the clocks change meanwhile, "01:30 CET – 04:00 CEST".
    fn times(&self, turn: Option<&Turn>) -> String {
        if let (Some(turn), Some((from, until))) = (turn, self.span())
            && from < f64::from(turn.at)
            && until >= f64::from(turn.at)
        {
            let ([before, after], turn) = (&turn.names, Some(turn));
            return format!("{} {before} – {} {after}", clock(turn, from), clock(turn, until));
        }
        let clock = |minutes: Option<u16>| minutes.map(|minutes| clock(turn, minutes.into()));
        match (clock(self.from), clock(self.until)) {
            (Some(from), Some(until)) => format!("{from}–{until}"),
            (Some(from), None) => format!("from {from}"),
            (None, Some(until)) => format!("until {until}"),
            (None, None) => "time not known".into(),
        }
    }

    /// Begin and end of each item in minutes, and whether these are its times: items without minutes
    /// share what is left; if nothing is, all are shrunk to fit and their times are not known.
    fn item_spans(&self, from: f64, until: f64) -> (Vec<(f64, f64)>, bool) {
        let allotted: f64 = self.items.iter().filter_map(|item| item.minutes).map(f64::from).sum();
        let open = self.items.iter().filter(|item| item.minutes.is_none()).count() as f64;
        let room = until - from;
        let fits = allotted + open <= room;
        // When shrinking, items without minutes get a fifth of the room together.
        let least = if open > 0.0 { room * 0.2 } else { 0.0 };
        let shrink = if fits || allotted == 0.0 { 1.0 } else { (room - least) / allotted };
        let each = if open > 0.0 { (room - allotted * shrink) / open } else { 0.0 };
        let mut at = from;
        let span = |item: &DayItem| {
            let start = at;
            at = (at + item.minutes.map_or(each, |minutes| f64::from(minutes) * shrink)).min(until);
            (start, at)
        };
        (self.items.iter().map(span).collect(), fits)
    }
}

/// A session where it is drawn: beside others that run at the same time.
struct Placed<'a> {
    session: &'a DaySession,
    from: f64,
    until: f64,
    track: usize,
    tracks: usize,
}

/// From minutes to height.
struct Scale {
    begin: f64,
    end: f64,
    minute: f64,
}

impl Scale {
    fn place(&self, minutes: f64) -> f64 {
        TOP + (minutes - self.begin) * self.minute
    }
}

/// `09:05`, also after midnight: what the clocks show when so many minutes have passed.
fn clock(turn: Option<&Turn>, minutes: f64) -> String {
    let turned = turn.filter(|turn| minutes >= f64::from(turn.at));
    let minutes = (minutes + turned.map_or(0.0, |turn| turn.by.into())).rem_euclid(1440.0);
    format!("{:02.0}:{:02.0}", (minutes / 60.0).floor(), (minutes % 60.0).floor())
}

/// The picture, with every session and item in the table behind it. Sessions whose times are not
/// known are listed below.
pub fn day(day: &Day<'_>) -> Markup {
    if day.sessions.is_empty() {
        return nothing(day.title, "No session of this day is known to you.");
    }
    let turn = day.turn.as_ref();
    let placed = placed(day.sessions);
    let untimed: Vec<&DaySession> =
        day.sessions.iter().filter(|session| session.span().is_none()).collect();
    let drawing = if placed.is_empty() {
        html! {}
    } else {
        drawing(day, &placed)
    };
    let below = html! {
        @if !placed.is_empty() { (legend(day.id)) }
        @if !untimed.is_empty() {
            p.small.quiet { "Without known times:" }
            ul.small {
                @for session in untimed {
                    li {
                        (session.title) " (" (session.word()) ", " (session.times(turn)) ")"
                        @if !session.items.is_empty() {
                            ": "
                            @for (index, item) in session.items.iter().enumerate() {
                                @if index > 0 { "; " } (item_words(item))
                            }
                        }
                    }
                }
            }
        }
    };
    let columns = ["Session", "Time", "Open or closed", "Items"].map(Column::words).to_vec();
    let rows = day.sessions.iter().map(|session| {
        vec![
            html! { (session.title) },
            html! { span.nowrap { (session.times(turn)) } },
            html! { (session.word()) },
            html! {
                @for item in &session.items {
                    div {
                        (item_words(item))
                        @if let Some(minutes) = item.minutes { " (" (minutes) " min)" }
                    }
                }
            },
        ]
    });
    let rows = rows.collect();
    framed(Frame { id: day.id, title: day.title, drawing, below, columns, rows })
}

fn item_words(item: &DayItem) -> String {
    if item.speaker.is_empty() {
        item.title.clone()
    } else {
        format!("{} – {}", item.title, item.speaker)
    }
}

/// Sessions with their times, in order, those at the same time beside each other.
fn placed(sessions: &[DaySession]) -> Vec<Placed<'_>> {
    let mut placed: Vec<Placed<'_>> = sessions
        .iter()
        .filter_map(|session| {
            let (from, until) = session.span()?;
            Some(Placed { session, from, until, track: 0, tracks: 1 })
        })
        .collect();
    placed.sort_by(|one, two| one.from.total_cmp(&two.from).then(one.until.total_cmp(&two.until)));
    let mut start = 0;
    while start < placed.len() {
        // A cluster: sessions joined by overlaps. Within it, each takes the first free track.
        let (mut end, mut busy) = (start, f64::NEG_INFINITY);
        let mut tracks: Vec<f64> = Vec::new();
        while end < placed.len() && (end == start || placed[end].from < busy) {
            let free = tracks.iter().position(|until| *until <= placed[end].from);
            let track = free.unwrap_or(tracks.len());
            if free.is_none() {
                tracks.push(0.0);
            }
            tracks[track] = placed[end].until;
            placed[end].track = track;
            busy = busy.max(placed[end].until);
            end += 1;
        }
        placed[start..end].iter_mut().for_each(|one| one.tracks = tracks.len());
        start = end;
    }
    placed
}

/// Tall enough that every item has its line of text, if the day is then not endless.
fn scale(placed: &[Placed<'_>]) -> Scale {
    let begin = placed.iter().map(|one| one.from).fold(f64::INFINITY, f64::min);
    let end = placed.iter().map(|one| one.until).fold(begin, f64::max);
    let mut minute = 0.8f64;
    for one in placed {
        let lines = (one.session.items.len() + 1) as f64;
        minute = minute.max((lines * LINE + 8.0) / (one.until - one.from));
        // Short items and breaks stretch the day only so far.
        for (from, until) in one.session.item_spans(one.from, one.until).0 {
            minute = minute.max((LINE / (until - from).max(1.0)).min(1.7));
        }
    }
    for (from, until) in between(placed) {
        minute = minute.max((14.0 / (until - from)).min(1.4));
    }
    Scale { begin, end, minute: minute.min((HEIGHT_MAX / (end - begin)).max(0.1)) }
}

/// Times between sessions, when nobody sits.
fn between(placed: &[Placed<'_>]) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    let mut busy = placed.first().map_or(0.0, |one| one.from);
    for one in placed {
        if one.from > busy {
            found.push((busy, one.from));
        }
        busy = busy.max(one.until);
    }
    found
}

fn drawing(day: &Day<'_>, placed: &[Placed<'_>]) -> Markup {
    let (scale, turn) = (scale(placed), day.turn.as_ref());
    let open = placed.iter().filter(|one| !one.session.closed).count();
    let described = format!(
        "{} to {}, {}: {} sessions, {open} open and {} closed.",
        clock(turn, scale.begin),
        clock(turn, scale.end),
        day.zone,
        placed.len(),
        placed.len() - open
    );
    html! {
        p.small.quiet { "Times in " (day.zone) }
        div.picture-gutter.picture-inset {
            svg.plot height=(length(scale.place(scale.end) + 10.0)) role="img"
                aria-labelledby=(labelled_by(day.id)) {
                (spoken(day.id, day.title, &described))
                (closed_pattern(day.id))
                (hours(turn, &scale))
                (gaps(placed, &scale))
                @for one in placed { (session_drawn(day, one, &scale)) }
            }
        }
    }
}

/// A line at every hour and the exact first and last minute.
fn hours(turn: Option<&Turn>, scale: &Scale) -> Markup {
    let mut marks = vec![scale.begin, scale.end];
    let far =
        |mark: f64| marks_apart(mark, scale.begin, scale) && marks_apart(mark, scale.end, scale);
    let first = (scale.begin / 60.0).ceil();
    let inner: Vec<f64> = (0..=48)
        .map(|hour| (first + f64::from(hour)) * 60.0)
        .filter(|mark| *mark < scale.end && far(*mark))
        .collect();
    marks.extend(inner);
    html! {
        @for mark in marks {
            line.grid x1="-6" x2="100%" y1=(length(scale.place(mark))) y2=(length(scale.place(mark))) {}
            text x="-10" y=(length(scale.place(mark) + 4.0)) text-anchor="end" { (clock(turn, mark)) }
        }
    }
}

fn marks_apart(one: f64, two: f64, scale: &Scale) -> bool {
    (one - two).abs() * scale.minute >= 14.0
}

fn gaps(placed: &[Placed<'_>], scale: &Scale) -> Markup {
    html! {
        @for (from, until) in between(placed) {
            @let (high, low) = (scale.place(from), scale.place(until));
            line.gap x1="6" x2="6" y1=(length(high + 2.0)) y2=(length(low - 2.0)) {}
            @if low - high >= 13.0 {
                text.halo x="14" y=(length(f64::midpoint(high, low) + 4.0)) {
                    (length(until - from).trim_end_matches(".0")) " min between sessions"
                }
            }
        }
    }
}

fn session_drawn(day: &Day<'_>, one: &Placed<'_>, scale: &Scale) -> Markup {
    let (id, session, turn) = (day.id, one.session, day.turn.as_ref());
    let (high, low) = (scale.place(one.from), scale.place(one.until));
    let height = low - high - 1.0;
    let share = 1.0 / one.tracks as f64;
    let sign = if session.closed { Glyph::Lock } else { Glyph::Unlocked };
    let times = session.times(turn);
    html! {
        svg x=(percent(share * one.track as f64)) width=(percent(share * 0.995)) y=(length(high))
            height=(length(height)) {
            title { (times) " " (session.title) ", " (session.word()) }
            rect class=(if session.closed { "block-closed" } else { "block" }) x="1" y="1"
                width="99.5%" height=(length((height - 2.0).max(0.0))) {}
            @if session.closed {
                rect x="1" y="1" width="99.5%" height=(length((height - 2.0).max(0.0)))
                    fill={ "url(#" (id) "-closed)" } {}
            }
            rect class=(if session.closed { "block-edge-closed" } else { "block-edge" })
                width="5" height=(length(height)) {}
            g.sign transform="translate(13 5)" { (strokes(sign)) }
            (line(session, 3.0, &html! { b { (times) " " (session.title) } " · " (session.word()) }))
            (items_drawn(turn, one, scale, height))
        }
    }
}

/// Each item's line is at its time; its words are below it, and below those of the one before.
fn items_drawn(turn: Option<&Turn>, one: &Placed<'_>, scale: &Scale, height: f64) -> Markup {
    let (spans, timed) = one.session.item_spans(one.from, one.until);
    let mut free = LINE + 15.0;
    let mut lines = Vec::new();
    for (item, (from, _)) in one.session.items.iter().zip(spans) {
        let top = (from - one.from) * scale.minute;
        let baseline = (top + 14.0).max(free);
        if baseline > height - 4.0 {
            break;
        }
        free = baseline + LINE - 3.0;
        lines.push((item, from, top, baseline));
    }
    html! {
        @for (item, from, top, baseline) in lines {
            @if top > LINE { line.grid x1="31" x2="98%" y1=(length(top)) y2=(length(top)) {} }
            (line(one.session, baseline - 12.0, &html! {
                @if timed { (clock(turn, from)) " " }
                (item_words(item))
            }))
        }
    }
}

/// A line of text in a session's block. It is laid out as text, not drawn, so that it ends in an
/// ellipsis wherever the block does.
fn line(session: &DaySession, top: f64, words: &Markup) -> Markup {
    html! {
        foreignObject x="0" y=(length(top)) width="100%" height="17" {
            div class=(if session.closed { "line line-closed" } else { "line" }) { span { (words) } }
        }
    }
}

fn closed_pattern(id: &str) -> Markup {
    html! {
        defs {
            pattern id={ (id) "-closed" } width="9" height="9" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)" {
                line.hatch-closed x1="0" x2="0" y1="0" y2="9" {}
            }
        }
    }
}

fn legend(id: &str) -> Markup {
    html! {
        ul.legend {
            li {
                svg.plot aria-hidden="true" focusable="false" { rect.block width="100%" height="100%" {} }
                "open"
            }
            li {
                svg.plot aria-hidden="true" focusable="false" {
                    rect.block-closed width="100%" height="100%" {}
                    rect width="100%" height="100%" fill={ "url(#" (id) "-closed)" } {}
                }
                "closed"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn session(title: &str, closed: bool, from: Option<u16>, until: Option<u16>) -> DaySession {
        let item = |minutes| DayItem { title: HOSTILE.into(), speaker: "Chair".into(), minutes };
        let items = vec![item(Some(20)), item(None), item(Some(500))];
        DaySession { title: title.into(), closed, from, until, items }
    }

    fn draw(sessions: &[DaySession]) -> String {
        let picture = Day { id: "d", title: HOSTILE, zone: "Europe/Madrid", turn: None, sessions };
        day(&picture).into_string()
    }

    #[test]
    fn sessions_stand_at_their_times_and_what_is_closed_bears_a_lock() {
        let text = draw(&[
            session("First", true, Some(540), Some(720)),
            session("Address", false, Some(735), Some(765)),
            session("Later", false, None, Some(900)),
        ]);
        assert_clean(&text);
        assert!(text.contains("09:00") && text.contains("12:45"), "{text}");
        assert!(text.contains("<b>09:00–12:00 First</b> · closed"));
        assert!(text.contains("15 min between sessions"));
        assert!(text.contains("Later (open, until 15:00)"), "listed below");
        let table = text.split("<tbody").nth(1).expect("a table behind");
        for part in ["First", "Address", "Later", "closed", "(20 min)"] {
            assert!(table.contains(part), "{part} in {table}");
        }
    }

    #[test]
    fn sessions_at_the_same_time_stand_beside_each_other() {
        let list = [
            session("A", false, Some(0), Some(100)),
            session("B", false, Some(50), Some(150)),
            session("C", false, Some(100), Some(120)),
            session("D", false, Some(150), Some(200)),
        ];
        let placed = placed(&list);
        let tracks: Vec<(usize, usize)> =
            placed.iter().map(|one| (one.track, one.tracks)).collect();
        assert_eq!(tracks, [(0, 2), (1, 2), (0, 2), (0, 1)]);
    }

    #[test]
    fn items_never_leave_their_session_whatever_was_allotted() {
        for minutes in
            [[None, None], [Some(0), Some(0)], [Some(30), None], [Some(9000), Some(9000)]]
        {
            let item = |minutes| DayItem { title: String::new(), speaker: String::new(), minutes };
            let items = minutes.map(item).to_vec();
            let one =
                DaySession { title: String::new(), closed: false, from: None, until: None, items };
            let (spans, timed) = one.item_spans(540.0, 600.0);
            assert_eq!(timed, minutes != [Some(9000), Some(9000)]);
            assert_eq!(spans.len(), 2);
            for (from, until) in spans {
                assert!(
                    (540.0..=600.0).contains(&from) && until >= from && until <= 600.0,
                    "{from} {until}"
                );
            }
        }
    }

    #[test]
    fn a_day_without_sessions_or_with_odd_times_is_still_a_day() {
        assert!(draw(&[]).contains("No session"));
        let odd = [None, Some(0), Some(600), Some(1439), Some(u16::MAX)];
        for one in odd {
            for two in odd {
                assert_clean(&draw(&[session("Odd", true, one, two)]));
            }
        }
        assert!(draw(&[session("Night", false, Some(1380), Some(60))]).contains("23:00–01:00"));
    }

    #[test]
    fn in_a_night_in_which_the_clocks_change_the_picture_shows_what_they_show() {
        for (at, by, names, until, told, marks) in [
            (120, 60, ["CET", "CEST"], 180, "01:30 CET – 04:00 CEST", ["03:00", "04:00"]),
            (180, -60, ["CEST", "CET"], 255, "01:30 CEST – 03:15 CET", ["02:00", "03:15"]),
        ] {
            let turn = Some(Turn { at, by, names: names.map(str::to_owned) });
            let mut night = session("Night", false, Some(90), Some(until));
            night.items.clear();
            let sessions = [night];
            let picture = day(&Day { id: "d", title: "", zone: "", turn, sessions: &sessions });
            let text = picture.into_string();
            assert_eq!(text.matches(told).count(), 3, "{text}");
            for mark in marks {
                assert!(text.contains(&format!(">{mark}</text>")), "{mark} in {text}");
            }
        }
    }
}
