//! Words for amounts, windows, standings and what may be lost: shared by the rooms that speak of
//! promises.

use crate::look::parts::{self, Stage as StageBadge, Standing as StandingBadge};
use crate::look::pictures;
use crate::pages::words;
use coalition::assess::{Both, Matched, Missing, Probability, Standing};
use coalition::content::{Basis, Commitment, Resource, Stage};
use coalition::state::Status;
use coalition::time::Point;
use coalition::{Amount, Id, Thing, View};
use jiff::civil::Date;
use maud::{Markup, html};

/// The remark at the top of every page that uses a figure nobody gave.
pub(crate) fn illustrative_notice(used: bool) -> Markup {
    html! {
        @if used {
            p.notice.tone-warn {
                strong { "Illustrative." }
                " Some amounts on this page were chosen so that the example says something; no party gave them and no report has them. They are marked " (parts::illustrative()) "."
            }
        }
    }
}

/// The unit in which a resource is counted; nothing if the resource is not in the view.
pub(crate) fn unit(view: &View, resource: &Id) -> String {
    view.find::<Resource>(resource).map(|(_, said)| said.unit.to_string()).unwrap_or_default()
}

/// "6 000 persons".
pub(crate) fn quantity(view: &View, resource: &Id, amount: Amount) -> String {
    let unit = unit(view, resource);
    if unit.is_empty() { amount.grouped() } else { format!("{} {unit}", amount.grouped()) }
}

/// "15 000 persons of ground troops"; "4 air defence batteries", where the name says the unit.
pub(crate) fn quantity_of(view: &View, resource: &Id, amount: Amount) -> String {
    of(&amount.grouped(), &unit(view, resource), &view.name_of(resource))
}

fn of(amount: &str, unit: &str, name: &str) -> String {
    let (last, counted) = (name.to_lowercase(), unit.to_lowercase());
    if counted.is_empty() || last.split_whitespace().next_back() == Some(&counted) {
        format!("{amount} {name}")
    } else {
        format!("{amount} {unit} of {name}")
    }
}

/// An amount in a cell, marked where nobody gave it; "not stated" where there is none.
pub(crate) fn figure(amount: Option<Amount>, unit: &str, basis: Basis) -> Markup {
    html! {
        @match amount {
            Some(amount) => span {
                span.nowrap { (amount.grouped()) " " (unit) }
                (basis_mark(basis))
            },
            None => span.quiet { "no amount stated" },
        }
    }
}

/// What a commitment gives, likewise: "1 for each 1 that others give above 100, up to 50 persons"
/// where it matches others.
pub(crate) fn promised(said: &Commitment, unit: &str) -> Markup {
    match (&said.matches, said.figure_in_words()) {
        (Some(_), Some(words)) => html! { span { (words) " " (unit) (basis_mark(said.basis)) } },
        _ => figure(said.amount, unit, said.basis),
    }
}

/// What a matching commitment comes to: "others give 120, so it gives 20 persons".
pub(crate) fn matched(view: &View, resource: &Id, matched: &Both<Matched>) -> String {
    let one = |of: &Matched| {
        let gives = quantity(view, resource, of.gives);
        format!("others give {}, so it gives {gives}", of.others.grouped())
    };
    let (firm, mutual) = (one(&matched.firm), one(&matched.mutual));
    if firm == mutual {
        return firm;
    }
    format!("{firm}; if those who wait for each other move together, {mutual}")
}

/// The mark of a figure that its party did not state.
pub(crate) fn basis_mark(basis: Basis) -> Markup {
    html! {
        @if basis == Basis::Illustrative { " " (parts::illustrative()) }
        @if basis == Basis::Reported { " " span.quiet.small { "reported" } }
    }
}

/// An amount for a picture.
pub(crate) fn drawn(amount: Amount) -> pictures::Amount {
    pictures::Amount::new(placed(amount), amount.grouped())
}

/// Where the ink goes; what is read is exact.
pub(crate) fn placed(amount: Amount) -> f64 {
    amount.to_string().parse().unwrap_or(0.0)
}

/// How much of `whole` a part is, from 0 to 1, for drawing only.
pub(crate) fn part_of(part: Amount, whole: Amount) -> f64 {
    if whole.is_zero() { 1.0 } else { (placed(part) / placed(whole)).min(1.0) }
}

/// "31 January 2026".
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A point as an axis says it: "31 Jan 2026", "trigger", "+30 d".
pub(crate) fn mark(point: Point) -> String {
    match point {
        Point::Date(date) => date.strftime("%-d %b %Y").to_string(),
        Point::Trigger(0) => "trigger".into(),
        Point::Trigger(days) => format!("+{days} d"),
    }
}

/// A number of days; with the years where they come out even.
fn days(count: u32) -> String {
    match (count, count % 365, count / 365) {
        (1, ..) => "1 day".into(),
        (_, 0, 1) => "365 days (a year)".into(),
        (_, 0, years) if years > 0 => format!("{count} days ({years} years)"),
        _ => format!("{count} days"),
    }
}

/// A window in a sentence: "from 30 days after the trigger, for 365 days (a year)". `until` is the
/// day after the last, as everywhere; the sentence names the last.
pub(crate) fn window(from: Option<Point>, until: Option<Point>) -> String {
    let begin = |point: Point| match point {
        Point::Date(date) => format!("from {}", day(date)),
        Point::Trigger(0) => "from the day of the trigger".into(),
        Point::Trigger(after) => format!("from {} after the trigger", days(after)),
    };
    let end = |point: Point| match point {
        Point::Date(date) => match date.yesterday() {
            Ok(last) => format!("to {}", day(last)),
            Err(_) => format!("until {}", day(date)),
        },
        Point::Trigger(after) => format!("until {} after the trigger", days(after)),
    };
    match (from, until) {
        (None, None) => "without a limit in time".into(),
        (Some(from), None) => format!("{}, without an end", begin(from)),
        (None, Some(until)) => format!("from now {}", end(until)),
        (Some(Point::Trigger(first)), Some(Point::Trigger(after))) if first < after => {
            format!("{}, for {}", begin(Point::Trigger(first)), days(after - first))
        }
        (Some(from), Some(until)) => format!("{} {}", begin(from), end(until)),
    }
}

/// A window in a table's cell: "trigger to +730 d", "1 Jan 2026 – 31 Dec 2026".
pub(crate) fn short_window(from: Option<Point>, until: Option<Point>) -> String {
    let last = |point: Point| match point {
        Point::Date(date) => mark(Point::Date(date.yesterday().unwrap_or(date))),
        offset @ Point::Trigger(_) => mark(offset),
    };
    match (from, until) {
        (None, None) => "any time".into(),
        (Some(from), None) => format!("{} on", mark(from)),
        (None, Some(until)) => format!("to {}", last(until)),
        (Some(from), Some(until)) => format!("{} – {}", mark(from), last(until)),
    }
}

/// The badge of a standing.
pub(crate) fn standing(standing: Standing) -> Markup {
    parts::standing(standing_badge(standing))
}

/// A standing as pictures know it.
pub(crate) fn standing_badge(standing: Standing) -> StandingBadge {
    match standing {
        Standing::Firm => StandingBadge::Firm,
        Standing::Mutual => StandingBadge::Mutual,
        Standing::Waiting => StandingBadge::Waiting,
        Standing::Void => StandingBadge::Void,
    }
}

/// What a standing means, in a clause.
pub(crate) fn standing_meaning(standing: Standing) -> &'static str {
    match standing {
        Standing::Firm => "in force though nobody moves first on trust",
        Standing::Mutual => "in force if a group moves together",
        Standing::Waiting => "not in force yet; it can come to be",
        Standing::Void => "cannot be in force as things are",
    }
}

/// The stage of a commitment, or why it does not stand.
pub(crate) fn stage(thing: &Thing, stage: Stage) -> Markup {
    parts::stage(match (&thing.status, stage) {
        (Status::Suspended(_), _) => StageBadge::Suspended,
        (Status::Withdrawn(_), _) => StageBadge::Withdrawn,
        (Status::Standing, Stage::Announced) => StageBadge::Announced,
        (Status::Standing, Stage::Committed) => StageBadge::Committed,
        (Status::Standing, Stage::Allocated) => StageBadge::Allocated,
        (Status::Standing, Stage::Delivered) => StageBadge::Delivered,
    })
}

/// What a commitment waits for, as a clause: "“US backstop given” comes to hold".
pub(crate) fn missing(view: &View, missing: &Missing) -> Markup {
    html! {
        @match missing {
            Missing::Circumstance(id) => { "“" (words::link(view, id)) "” comes to hold" },
            Missing::Contribution { party, resource } => {
                (words::link(view, party)) " contributes " (words::link(view, resource))
            },
            Missing::Contributors { count: 1, resource } => {
                "one more party contributes " (words::link(view, resource))
            },
            Missing::Contributors { count, resource } => {
                (count) " more parties contribute " (words::link(view, resource))
            },
            Missing::Sum { amount, resource } => {
                (quantity(view, resource, *amount)) " more of " (words::link(view, resource)) " are committed"
            },
        }
    }
}

/// Clauses one after the other: "a; b; and c".
pub(crate) fn clauses(all: &[Markup]) -> Markup {
    html! {
        @for (place, clause) in all.iter().enumerate() {
            @if place > 0 && all.len() > 2 { "," }
            @if place > 0 && place + 1 == all.len() { " and " } @else if place > 0 { " " }
            (clause)
        }
    }
}

/// A probability as it is read: "87.4 %", "between 12 % and 40 %". Never "100 %" or "0 %" for what
/// is not certain.
pub(crate) fn probability(of: &Probability) -> String {
    if of.is_exact() {
        percent(of.holds_low)
    } else {
        format!("between {} and {}", percent(of.holds_low), percent(of.holds_high))
    }
}

/// A share of one in percent, with three figures where it matters.
pub(crate) fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if share <= 0.0 {
        "0 %".into()
    } else if share >= 1.0 {
        "100 %".into()
    } else if hundredths < 0.1 {
        "less than 0.1 %".into()
    } else if hundredths > 99.9 {
        "more than 99.9 %".into()
    } else {
        let text = format!("{hundredths:.1}");
        format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// "1 party", "3 parties".
pub(crate) fn counted(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(text: &str) -> Option<Point> {
        (!text.is_empty()).then(|| Point::parse(text).expect("a moment"))
    }

    #[test]
    fn a_window_is_said_with_its_last_day() {
        for (from, until, sentence, cell) in [
            ("", "", "without a limit in time", "any time"),
            (
                "trigger+0d",
                "trigger+730d",
                "from the day of the trigger, for 730 days (2 years)",
                "trigger – +730 d",
            ),
            (
                "trigger+30d",
                "trigger+395d",
                "from 30 days after the trigger, for 365 days (a year)",
                "+30 d – +395 d",
            ),
            (
                "2026-01-01",
                "2027-01-01",
                "from 1 January 2026 to 31 December 2026",
                "1 Jan 2026 – 31 Dec 2026",
            ),
            ("2026-01-01", "", "from 1 January 2026, without an end", "1 Jan 2026 on"),
            ("", "2026-01-01", "from now to 31 December 2025", "to 31 Dec 2025"),
            (
                "2026-01-01",
                "trigger+1d",
                "from 1 January 2026 until 1 day after the trigger",
                "1 Jan 2026 – +1 d",
            ),
        ] {
            assert_eq!(window(point(from), point(until)), sentence);
            assert_eq!(short_window(point(from), point(until)), cell);
        }
    }

    #[test]
    fn a_name_that_says_its_unit_does_not_say_it_twice() {
        for (unit, name, words) in [
            ("persons", "ground troops", "4 persons of ground troops"),
            ("batteries", "air defence batteries", "4 air defence batteries"),
            ("EUR", "loan", "4 EUR of loan"),
            ("", "unknown", "4 unknown"),
        ] {
            assert_eq!(of("4", unit, name), words);
        }
    }

    #[test]
    fn only_certainty_is_told_as_certain() {
        for (share, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.999_99, "more than 99.9 %"),
            (0.000_01, "less than 0.1 %"),
            (0.87, "87 %"),
            (0.874_6, "87.5 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }
}
