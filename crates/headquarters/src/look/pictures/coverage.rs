//! Coverage of a need over time: what is firm, what comes if a group moves together, what is
//! missing.

use maud::{Markup, html};

use super::Amount;
use super::frame::{
    Frame, drawable, framed, grid, labelled_by, length, marks_written, nothing, percent, spaced,
    spoken, ticks,
};
use crate::look::parts::Column;

const TOP: f64 = 14.0;
const BOTTOM: f64 = 214.0;
/// More steps than this are not told apart by eye; neighbours are then drawn as one.
const DRAWN_MAX: usize = 240;

/// Coverage of one need.
#[derive(Debug)]
pub struct Coverage<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Ground troops, after the trigger".
    pub title: &'a str,
    /// The unit of every amount.
    pub unit: &'a str,
    /// Steps in order of time.
    pub segments: &'a [Segment],
}

/// A stretch of time in which nothing changes.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Its begin, as it is to be read: a date, or `trigger+30d`.
    pub from_label: String,
    /// Its end, exclusive, as it is to be read.
    pub until_label: String,
    /// Its begin on any one scale, such as days. If the scale makes no sense, steps are drawn equally
    /// wide.
    pub from: f64,
    /// Its end on the same scale.
    pub until: f64,
    /// In force though nobody moves first on trust.
    pub firm: Amount,
    /// In addition, if groups move together.
    pub mutual: Amount,
    /// What the need asks for.
    pub needed: Amount,
    /// What is missing even then, exactly, as text.
    pub missing: String,
}

impl Segment {
    fn covered(&self) -> f64 {
        drawable(self.firm.value) + drawable(self.mutual.value)
    }

    fn gap(&self) -> f64 {
        (drawable(self.needed.value) - self.covered()).max(0.0)
    }

    fn sentence(&self, unit: &str) -> String {
        format!(
            "{} to {}: {} firm and {} mutual of {} {unit} needed; {} missing",
            self.from_label,
            self.until_label,
            self.firm.exact,
            self.mutual.exact,
            self.needed.exact,
            self.missing
        )
    }
}

/// Where a step is drawn: from and until, as shares of the width.
struct Placed<'a> {
    from: f64,
    until: f64,
    segment: &'a Segment,
}

/// The picture, with every step in the table behind it.
pub fn coverage(coverage: &Coverage<'_>) -> Markup {
    if coverage.segments.is_empty() {
        return nothing(
            coverage.title,
            "No need is stated for this time, so nothing has to be covered.",
        );
    }
    let placed = placed(coverage.segments);
    let drawing = drawing(coverage, &placed);
    let below = html! {
        (legend(coverage.id))
        @if placed.len() < coverage.segments.len() {
            p.small.quiet {
                "Drawn in " (placed.len()) " steps of " (coverage.segments.len())
                "; each shows the worst moment of its time. The table has all."
            }
        }
    };
    let unit = coverage.unit;
    let rows = coverage.segments.iter().map(|segment| {
        vec![
            html! { (segment.from_label) },
            html! { (segment.until_label) },
            html! { (segment.firm.exact) },
            html! { (segment.mutual.exact) },
            html! { (segment.needed.exact) },
            html! { (segment.missing) @if !unit.is_empty() { " " (unit) } },
        ]
    });
    let columns = vec![
        Column::words("From"),
        Column::words("Until"),
        Column::figures("Firm"),
        Column::figures("Mutual"),
        Column::figures("Needed"),
        Column::figures("Missing"),
    ];
    let rows = rows.collect();
    framed(Frame { id: coverage.id, title: coverage.title, drawing, below, columns, rows })
}

fn placed(segments: &[Segment]) -> Vec<Placed<'_>> {
    let first = segments.first().map_or(0.0, |segment| segment.from);
    let last = segments.last().map_or(0.0, |segment| segment.until);
    let sensible = segments.iter().all(|segment| {
        segment.from.is_finite() && segment.until.is_finite() && segment.from < segment.until
    }) && segments.windows(2).all(|pair| pair[0].until <= pair[1].from)
        && (last - first).is_finite();
    let count = segments.len() as f64;
    let bucket = segments.len().div_ceil(DRAWN_MAX);
    let share = |index: usize, value: f64, offset: f64| {
        if sensible { (value - first) / (last - first) } else { (index as f64 + offset) / count }
    };
    let chunk = |(number, chunk): (usize, &'_ [Segment])| -> (f64, f64, usize) {
        let start = number * bucket;
        let end = start + chunk.len() - 1;
        let worst = chunk.iter().enumerate().max_by(|one, two| one.1.gap().total_cmp(&two.1.gap()));
        let from = share(start, segments[start].from, 0.0);
        (from, share(end, segments[end].until, 1.0), start + worst.map_or(0, |(index, _)| index))
    };
    segments
        .chunks(bucket)
        .enumerate()
        .map(chunk)
        .map(|(from, until, worst)| Placed { from, until, segment: &segments[worst] })
        .collect()
}

fn drawing(coverage: &Coverage<'_>, placed: &[Placed<'_>]) -> Markup {
    let most = placed
        .iter()
        .map(|step| step.segment.covered().max(drawable(step.segment.needed.value)))
        .fold(0.0, f64::max);
    let marks = ticks(most);
    let top = marks.last().map_or(1.0, |mark| mark.0).max(f64::MIN_POSITIVE);
    let place = |value: f64| BOTTOM - (value / top).clamp(0.0, 1.0) * (BOTTOM - TOP);
    html! {
        div.picture-gutter {
            svg.plot height=(length(BOTTOM + 24.0)) role="img" aria-labelledby=(labelled_by(coverage.id)) {
                (spoken(coverage.id, coverage.title, &description(coverage)))
                (patterns(coverage.id))
                (grid(&marks, place))
                text x="-8" y="4" text-anchor="end" { (coverage.unit) }
                g shape-rendering="crispEdges" {
                    @for step in placed { (areas(coverage, step, &place)) }
                    (need_line(placed, &place))
                }
                line.axis x1="0" x2="100%" y1=(length(BOTTOM)) y2=(length(BOTTOM)) {}
                (marks_written(&spaced(&boundaries(placed, coverage.segments)), BOTTOM))
            }
        }
    }
}

fn areas(coverage: &Coverage<'_>, step: &Placed<'_>, place: &impl Fn(f64) -> f64) -> Markup {
    let segment = step.segment;
    let (base, firm) = (place(0.0), place(drawable(segment.firm.value)));
    let covered = place(segment.covered());
    let needed = place(drawable(segment.needed.value));
    let (left, width) = (percent(step.from), percent(step.until - step.from));
    let area = |class: &str, high: f64, low: f64| {
        html! {
            @if low - high > 0.05 {
                rect class=(class) x=(left) width=(width) y=(length(high)) height=(length(low - high)) {}
            }
        }
    };
    let hatched = |name: &str, high: f64, low: f64| {
        html! {
            @if low - high > 0.05 {
                rect x=(left) width=(width) y=(length(high)) height=(length(low - high))
                    fill={ "url(#" (coverage.id) "-" (name) ")" } {}
            }
        }
    };
    html! {
        g {
            title { (segment.sentence(coverage.unit)) }
            (area("fill-firm", firm, base))
            (area("fill-mutual", covered, firm))
            (hatched("mutual", covered, firm))
            (area("fill-missing", needed, covered))
            (hatched("missing", needed, covered))
            (area("line-missing", needed, covered))
        }
    }
}

fn need_line(placed: &[Placed<'_>], place: &impl Fn(f64) -> f64) -> Markup {
    let height = |step: &Placed<'_>| length(place(drawable(step.segment.needed.value)));
    html! {
        @for step in placed {
            line.line-need x1=(percent(step.from)) x2=(percent(step.until))
                y1=(height(step)) y2=(height(step)) {}
        }
        @for pair in placed.windows(2) {
            @if height(&pair[0]) != height(&pair[1]) && pair[1].from - pair[0].until < 1e-9 {
                line.line-need x1=(percent(pair[1].from)) x2=(percent(pair[1].from))
                    y1=(height(&pair[0])) y2=(height(&pair[1])) {}
            }
        }
    }
}

fn boundaries<'a>(placed: &[Placed<'a>], segments: &'a [Segment]) -> Vec<(f64, &'a str)> {
    // A step that stands for several bears the label of its worst; it is near enough for an axis.
    let mut points: Vec<(f64, &str)> =
        placed.iter().map(|step| (step.from, step.segment.from_label.as_str())).collect();
    if let Some(last) = segments.last() {
        points.push((1.0, last.until_label.as_str()));
    }
    points
}

fn patterns(id: &str) -> Markup {
    html! {
        defs {
            pattern id={ (id) "-missing" } width="7" height="7" patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)" {
                line.hatch-missing x1="0" x2="0" y1="0" y2="7" {}
            }
            pattern id={ (id) "-mutual" } width="6" height="6" patternUnits="userSpaceOnUse"
                patternTransform="rotate(-45)" {
                line.hatch-mutual x1="0" x2="0" y1="0" y2="6" {}
            }
        }
    }
}

fn legend(id: &str) -> Markup {
    let swatch = |class: &str, pattern: Option<&str>| {
        html! {
            svg.plot aria-hidden="true" focusable="false" {
                rect class=(class) width="100%" height="100%" {}
                @if let Some(pattern) = pattern {
                    rect width="100%" height="100%" fill={ "url(#" (id) "-" (pattern) ")" } {}
                }
            }
        }
    };
    html! {
        ul.legend {
            li { (swatch("fill-firm", None)) "firm" }
            li { (swatch("fill-mutual", Some("mutual"))) "mutual: if a group moves together" }
            li { (swatch("fill-missing", Some("missing"))) "missing" }
            li {
                svg.plot aria-hidden="true" focusable="false" {
                    line.line-need x1="0" x2="100%" y1="50%" y2="50%" {}
                }
                "needed"
            }
        }
    }
}

fn description(coverage: &Coverage<'_>) -> String {
    let segments = coverage.segments;
    let short = segments.iter().filter(|segment| segment.gap() > 0.0);
    let worst = short.clone().max_by(|one, two| one.gap().total_cmp(&two.gap()));
    let steps = segments.len();
    match worst {
        None => format!("Covered in all {steps} steps of time, if the groups move together."),
        Some(worst) => format!(
            "Not covered in {} of {steps} steps of time. Worst: {}.",
            short.count(),
            worst.sentence(coverage.unit)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn segment(name: &str, from: f64, until: f64, amounts: [f64; 3]) -> Segment {
        let [firm, mutual, needed] = amounts.map(|value| {
            // Exact text is not the picture's business, so none of it may look like a wrong number.
            let exact = if value.is_finite() { format!("{value:.0}") } else { "odd".into() };
            Amount::new(value, exact)
        });
        let missing = format!("{name}-missing");
        let (from_label, until_label) = (format!("{name}-from"), format!("{name}-until"));
        Segment { from_label, until_label, from, until, firm, mutual, needed, missing }
    }

    fn draw(segments: &[Segment]) -> String {
        coverage(&Coverage { id: "c", title: HOSTILE, unit: HOSTILE, segments }).into_string()
    }

    #[test]
    fn every_step_is_drawn_where_it_belongs_and_stands_in_the_table() {
        let text = draw(&[
            segment("one", 0.0, 30.0, [4.0, 0.0, 10.0]),
            segment("two", 30.0, 120.0, [4.0, 8.0, 10.0]),
        ]);
        assert_clean(&text);
        let table = text.split("<tbody").nth(1).expect("a table behind");
        for part in ["one-from", "one-missing", "two-until", ">8<", ">10<"] {
            assert!(table.contains(part), "{part} in {table}");
        }
        assert!(
            text.contains("x=\"0.000%\" width=\"25.000%\"") && text.contains("width=\"75.000%\"")
        );
        assert!(text.contains("Not covered in 1 of 2 steps"));
        assert_eq!(text.matches("class=\"line-missing\"").count(), 1);
    }

    #[test]
    fn nothing_needed_is_said_in_a_sentence() {
        let text = draw(&[]);
        assert_clean(&text);
        assert!(text.contains("nothing has to be covered") && !text.contains("<svg"));
    }

    #[test]
    fn figures_that_are_no_figures_leave_no_trace_in_the_drawing() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -3.0, f64::MAX, 0.0];
        for one in odd {
            for two in odd {
                assert_clean(&draw(&[
                    segment("a", one, two, [one, two, one]),
                    segment("b", two, one, [two, one, two]),
                ]));
            }
        }
    }

    #[test]
    fn of_thousands_of_steps_the_worst_are_drawn_and_all_are_in_the_table() {
        let steps = |index: u32| {
            let firm = if index == 1777 { 0.0 } else { 10.0 };
            segment(&format!("s{index}"), index.into(), f64::from(index) + 1.0, [firm, 0.0, 10.0])
        };
        let segments: Vec<Segment> = (0..5000).map(steps).collect();
        let text = draw(&segments);
        assert_clean(&text);
        assert!(text.matches("class=\"fill-firm\"").count() <= DRAWN_MAX + 1);
        assert_eq!(text.matches("class=\"line-missing\"").count(), 1, "the one gap is not lost");
        assert_eq!(text.matches("scope=\"row\"").count(), 5000);
        assert!(text.contains("steps of 5000"));
    }
}
