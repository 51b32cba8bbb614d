//! How something grows, step by step: the acts of the record.

use maud::{Markup, html};

use super::Amount;
use super::frame::{
    Frame, drawable, framed, grid, labelled_by, length, marks_written, nothing, percent, spaced,
    spoken, ticks,
};
use crate::look::parts::Column;

const TOP: f64 = 12.0;
const BOTTOM: f64 = 152.0;
/// More steps than this are not told apart by eye.
const DRAWN_MAX: usize = 300;

/// Something that grows.
#[derive(Debug)]
pub struct Growth<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Acts in the record".
    pub title: &'a str,
    /// What is counted, in the plural: "acts".
    pub unit: &'a str,
    /// Steps in order of time. The last one is now.
    pub steps: &'a [Step],
}

/// How much there was from a moment on.
#[derive(Clone, Debug)]
pub struct Step {
    /// The moment, as it is to be read.
    pub label: String,
    /// The moment on any one scale, such as days. If the scale makes no sense, steps are drawn
    /// equally wide.
    pub at: f64,
    /// How much from then on, in all.
    pub total: Amount,
}

/// The picture, with every step in the table behind it.
pub fn growth(growth: &Growth<'_>) -> Markup {
    let (Some(first), Some(last)) = (growth.steps.first(), growth.steps.last()) else {
        return nothing(growth.title, "There is nothing yet.");
    };
    let described = format!(
        "From {} ({}) to {} {} ({}).",
        first.total.exact, first.label, last.total.exact, growth.unit, last.label
    );
    let placed = placed(growth.steps);
    let most = placed.iter().map(|step| drawable(step.1.total.value)).fold(0.0, f64::max);
    let marks = ticks(most);
    let top = marks.last().map_or(1.0, |mark| mark.0).max(f64::MIN_POSITIVE);
    let place = |value: f64| BOTTOM - (drawable(value) / top).clamp(0.0, 1.0) * (BOTTOM - TOP);
    let points: Vec<(f64, &str)> =
        placed.iter().map(|(at, step)| (*at, step.label.as_str())).collect();
    let drawing = html! {
        div.picture-gutter {
            svg.plot height=(length(BOTTOM + 24.0)) role="img" aria-labelledby=(labelled_by(growth.id)) {
                (spoken(growth.id, growth.title, &described))
                (grid(&marks, place))
                g shape-rendering="crispEdges" { (staircase(&placed, &place)) }
                line.axis x1="0" x2="100%" y1=(length(BOTTOM)) y2=(length(BOTTOM)) {}
                (marks_written(&spaced(&points), BOTTOM))
            }
        }
    };
    let below = html! { p.small.quiet { (described) } };
    let rows = growth.steps.iter();
    let rows =
        rows.map(|step| vec![html! { (step.label) }, html! { (step.total.exact) }]).collect();
    let columns = vec![Column::words("When"), Column::figures(growth.unit)];
    framed(Frame { id: growth.id, title: growth.title, drawing, below, columns, rows })
}

/// Where each step begins, as a share of the width. Of many, evenly chosen ones and the last: a
/// total only grows, so those left out lie between their neighbours.
fn placed(steps: &[Step]) -> Vec<(f64, &Step)> {
    let (first, last) = (steps[0].at, steps[steps.len() - 1].at);
    let sensible = steps.iter().all(|step| step.at.is_finite())
        && steps.windows(2).all(|pair| pair[0].at <= pair[1].at)
        && last > first
        && (last - first).is_finite();
    let spaces = (steps.len().max(2) - 1) as f64;
    let stride = steps.len().div_ceil(DRAWN_MAX);
    let kept = |index: usize| index.is_multiple_of(stride) || index + 1 == steps.len();
    let share = |index: usize, step: &Step| {
        if sensible { (step.at - first) / (last - first) } else { index as f64 / spaces }
    };
    let all = steps.iter().enumerate();
    all.filter(|(index, _)| kept(*index)).map(|(index, step)| (share(index, step), step)).collect()
}

fn staircase(placed: &[(f64, &Step)], place: &impl Fn(f64) -> f64) -> Markup {
    let base = place(0.0);
    let high = |step: &Step| place(step.total.value);
    let until = |index: usize| placed.get(index + 1).map_or(1.0, |next| next.0);
    html! {
        @for (index, (at, step)) in placed.iter().enumerate() {
            g {
                title { (step.label) ": " (step.total.exact) }
                @if base - high(step) > 0.05 && until(index) > *at {
                    rect.fill-mutual x=(percent(*at)) width=(percent(until(index) - at))
                        y=(length(high(step))) height=(length(base - high(step))) {}
                }
                @let before = if index == 0 { base } else { high(placed[index - 1].1) };
                line.line-top x1=(percent(*at)) x2=(percent(*at))
                    y1=(length(before)) y2=(length(high(step))) {}
                line.line-top x1=(percent(*at)) x2=(percent(until(index)))
                    y1=(length(high(step))) y2=(length(high(step))) {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn draw(steps: &[Step]) -> String {
        growth(&Growth { id: "g", title: HOSTILE, unit: HOSTILE, steps }).into_string()
    }

    fn step(at: f64, total: f64) -> Step {
        Step { label: format!("day {at}"), at, total: Amount::new(total, format!("{total:.0}")) }
    }

    #[test]
    fn each_step_rises_where_it_belongs_and_stands_in_the_table() {
        let text = draw(&[step(0.0, 1.0), step(3.0, 12.0), step(4.0, 40.0)]);
        assert_clean(&text);
        assert!(
            text.contains("x=\"75.000%\" width=\"25.000%\"") || text.contains("x1=\"75.000%\"")
        );
        let table = text.split("<tbody").nth(1).expect("a table behind");
        for part in ["day 0", "day 3", "day 4", ">12<", ">40<"] {
            assert!(table.contains(part), "{part} in {table}");
        }
    }

    #[test]
    fn nothing_one_and_nonsense_are_drawn_without_trouble() {
        assert!(draw(&[]).contains("nothing yet"));
        assert_clean(&draw(&[step(5.0, 7.0)]));
        let odd = [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -1.0, 0.0];
        for one in odd {
            for two in odd {
                let named = |at| Step { label: "x".into(), at, total: Amount::new(two, "x") };
                assert_clean(&draw(&[named(one), named(two)]));
            }
        }
        let lost = Step { label: "x".into(), at: f64::NAN, total: Amount::new(f64::NAN, "x") };
        assert_clean(&draw(&[lost.clone(), lost]));
    }

    #[test]
    fn of_thousands_of_steps_some_are_drawn_and_all_are_in_the_table() {
        let steps: Vec<Step> = (0..4001).map(|at| step(at.into(), at.into())).collect();
        let text = draw(&steps);
        assert_clean(&text);
        assert!(text.matches("class=\"line-top\"").count() <= 2 * DRAWN_MAX + 4);
        assert_eq!(text.matches("scope=\"row\"").count(), 4001);
    }
}
