//! Coverage of a need over time, in a picture, in a bar and in words.

use super::said;
use crate::look::parts;
use crate::look::pictures;
use coalition::assess::{Both, NeedCoverage, Part, Reading, Segment};
use coalition::time::Point;
use coalition::{Amount, Id, View};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The picture of a need's coverage. `id` is of this need alone on its page.
pub(crate) fn picture(view: &View, id: &str, title: &str, need: &NeedCoverage) -> Markup {
    let segments: Vec<pictures::Segment> =
        need.segments.iter().map(|segment| drawn(need.amount, segment)).collect();
    pictures::coverage(&pictures::Coverage {
        id,
        title,
        unit: &said::unit(view, &need.resource),
        segments: &segments,
    })
}

fn drawn(needed: Amount, segment: &Segment) -> pictures::Segment {
    let (firm, mutual) = (segment.covered.firm, segment.covered.mutual);
    pictures::Segment {
        from_label: said::mark(segment.from),
        until_label: said::mark(segment.until),
        from: on_scale(segment.from),
        until: on_scale(segment.until),
        firm: said::drawn(firm),
        mutual: said::drawn(mutual.missing(firm)),
        needed: said::drawn(needed),
        missing: segment.missing.mutual.grouped(),
    }
}

/// A point on a scale of days; dates and offsets are never on one picture.
fn on_scale(point: Point) -> f64 {
    match point {
        Point::Date(date) => {
            let since = date.since(jiff::civil::date(2000, 1, 1));
            f64::from(since.map_or(0, |span| span.get_days()))
        }
        Point::Trigger(days) => f64::from(days),
    }
}

/// The least that is in force at any moment of the window.
pub(crate) fn least(need: &NeedCoverage, reading: Reading) -> Amount {
    let covered = need.segments.iter().map(|segment| *segment.covered.under(reading));
    covered.min().unwrap_or_default()
}

/// The most that is missing at any moment of the window.
pub(crate) fn most_missing(need: &NeedCoverage, reading: Reading) -> Amount {
    let missing = need.segments.iter().map(|segment| *segment.missing.under(reading));
    missing.max().unwrap_or_default()
}

/// A bar for a table: the least in force, firmly or together, of what is needed.
pub(crate) fn bar(need: &NeedCoverage, reading: Reading) -> Markup {
    let least = least(need, reading);
    let text = format!("{} of {}", least.grouped(), need.amount.grouped());
    pictures::coverage_bar(said::part_of(least, need.amount), &text)
}

/// What is covered and what is missing, in a sentence.
pub(crate) fn sentence(view: &View, need: &NeedCoverage) -> String {
    let missing = |reading| said::quantity(view, &need.resource, most_missing(need, reading));
    match (need.covered.firm, need.covered.mutual) {
        (true, _) => "Covered throughout, though nobody moves first on trust.".into(),
        (false, true) => format!(
            "Covered throughout if groups move together; without that, up to {} are missing.",
            missing(Reading::Firm)
        ),
        (false, false) => {
            let (firm, mutual) = (missing(Reading::Firm), missing(Reading::Mutual));
            if firm == mutual {
                format!("At the worst moment {mutual} are missing.")
            } else {
                format!(
                    "At the worst moment {mutual} are missing even if groups move together, and {firm} if they do not."
                )
            }
        }
    }
}

/// Who covers a need: each commitment once, with the stretch of time in which it can.
pub(crate) fn coverers(need: &NeedCoverage) -> BTreeMap<&Id, Coverer> {
    let coverer = |part: &Part| Coverer {
        party: part.party.clone(),
        amount: part.amount,
        firm: part.in_force.firm,
        mutual: part.in_force.mutual,
        illustrative: part.illustrative,
        from: need.segments[part.during.start].from,
        until: need.segments[part.during.end - 1].until,
    };
    need.offered.iter().map(|part| (&part.commitment, coverer(part))).collect()
}

/// A commitment's part in covering a need.
pub(crate) struct Coverer {
    pub(crate) party: Id,
    pub(crate) amount: Both<Amount>,
    pub(crate) firm: bool,
    pub(crate) mutual: bool,
    pub(crate) illustrative: bool,
    pub(crate) from: Point,
    pub(crate) until: Point,
}

/// Whether any figure behind a coverage was given by nobody.
pub(crate) fn illustrative(need: &NeedCoverage) -> bool {
    need.illustrative || need.offered.iter().any(|part| part.illustrative)
}

/// The mark beside a need whose own figure nobody gave.
pub(crate) fn need_mark(need: &NeedCoverage) -> Markup {
    html! { @if need.illustrative { (parts::illustrative()) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::{State, Viewer};

    fn amount(text: &str) -> Amount {
        Amount::parse(text).expect("an amount")
    }

    fn id(text: &str) -> Id {
        Id::parse(text).expect("an id")
    }

    fn segment(from: u32, until: u32, firm: &str, mutual: &str) -> Segment {
        let needed = amount("10");
        let (firm, mutual) = (amount(firm), amount(mutual));
        Segment {
            from: Point::Trigger(from),
            until: Point::Trigger(until),
            covered: Both { firm, mutual },
            missing: Both { firm: needed.missing(firm), mutual: needed.missing(mutual) },
        }
    }

    fn need(segments: Vec<Segment>) -> NeedCoverage {
        let all =
            |open: &dyn Fn(&Segment) -> Amount| segments.iter().all(|one| open(one).is_zero());
        NeedCoverage {
            resource: id("troops"),
            amount: amount("10"),
            from: Point::Trigger(0),
            until: Point::Trigger(60),
            illustrative: false,
            covered: Both {
                firm: all(&|one| one.missing.firm),
                mutual: all(&|one| one.missing.mutual),
            },
            offered: vec![Part {
                commitment: id("c"),
                party: id("FR"),
                amount: Both { firm: amount("4"), mutual: amount("4") },
                in_force: Both { firm: true, mutual: true },
                illustrative: false,
                during: 0..segments.len(),
            }],
            segments,
        }
    }

    #[test]
    fn the_worst_moment_is_what_is_told() {
        let view = View::of(&State::new(), Viewer::Public);
        let short = need(vec![segment(0, 30, "4", "12"), segment(30, 60, "2.5", "7")]);
        assert_eq!(least(&short, Reading::Firm), amount("2.5"));
        assert_eq!(most_missing(&short, Reading::Mutual), amount("3"));
        assert_eq!(
            sentence(&view, &short),
            "At the worst moment 3 are missing even if groups move together, and 7.5 if they do not."
        );
        let together = need(vec![segment(0, 60, "4", "10")]);
        assert!(sentence(&view, &together).contains("up to 6 are missing"));
        let covered = need(vec![segment(0, 60, "10", "10")]);
        assert!(sentence(&view, &covered).starts_with("Covered throughout, though"));
    }

    #[test]
    fn a_picture_draws_what_mutual_adds_to_firm() {
        let view = View::of(&State::new(), Viewer::Public);
        let text =
            picture(&view, "need-0", "Troops", &need(vec![segment(0, 60, "4", "7")])).into_string();
        assert!(text.contains("4 firm and 3 mutual of 10") && text.contains("3 missing"), "{text}");
    }

    #[test]
    fn each_commitment_covers_once_from_its_first_moment_to_its_last() {
        let need = need(vec![segment(0, 30, "4", "4"), segment(30, 60, "4", "4")]);
        let found = coverers(&need);
        assert_eq!(found.len(), 1);
        let only = &found[&id("c")];
        assert_eq!((only.from, only.until), (Point::Trigger(0), Point::Trigger(60)));
    }
}
