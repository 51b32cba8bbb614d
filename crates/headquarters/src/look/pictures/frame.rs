//! What all pictures share: the frame with its table, and where ink may go.

use std::borrow::Cow;

use maud::{Markup, html};

use super::super::parts::{Column, OnPhone, Table, table};

/// A picture in its frame.
pub struct Frame<'a> {
    /// Once a page; ids inside the picture begin with it.
    pub id: &'a str,
    /// What the picture shows, above it.
    pub title: &'a str,
    /// The picture itself.
    pub drawing: Markup,
    /// What its signs mean, and what was left out.
    pub below: Markup,
    /// The columns of the table behind.
    pub columns: Vec<Column<'a>>,
    /// Its rows.
    pub rows: Vec<Vec<Markup>>,
}

/// The figure: caption, picture, legend, table.
pub fn framed(frame: Frame<'_>) -> Markup {
    let caption = format!("{}, as a table", frame.title);
    let behind = Table {
        caption: &caption,
        caption_unseen: true,
        columns: frame.columns,
        rows: frame.rows,
        on_phone: OnPhone::Scroll,
    };
    html! {
        figure.picture {
            figcaption { (frame.title) }
            (frame.drawing)
            (frame.below)
            details.table-behind id={ (frame.id) "-table" } {
                summary { "Show as table" }
                (table(&behind))
            }
        }
    }
}

/// A figure without a picture, because there is nothing to draw.
pub fn nothing(title: &str, sentence: &str) -> Markup {
    html! {
        figure.picture {
            figcaption { (title) }
            p.quiet { (sentence) }
        }
    }
}

/// Title and description inside a picture, which its `aria-labelledby` names.
pub fn spoken(id: &str, title: &str, description: &str) -> Markup {
    html! {
        title id={ (id) "-title" } { (title) }
        desc id={ (id) "-desc" } { (description) }
    }
}

/// The value of `aria-labelledby` that goes with [`spoken`].
pub fn labelled_by(id: &str) -> String {
    format!("{id}-title {id}-desc")
}

/// The number itself if it can be drawn, else nothing.
pub fn drawable(value: f64) -> f64 {
    // Larger values would overflow when summed; no picture needs them.
    if value.is_finite() && value > 0.0 { value.min(1e30) } else { 0.0 }
}

/// A share of the width, as an attribute.
pub fn percent(share: f64) -> String {
    format!("{:.3}%", if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 })
}

/// A length in the picture's own units, as an attribute.
pub fn length(value: f64) -> String {
    format!("{:.1}", if value.is_finite() { value } else { 0.0 })
}

/// At most so many letters, the last of them an ellipsis when some are missing.
pub fn shorten(text: &str, letters_max: usize) -> Cow<'_, str> {
    match text.char_indices().nth(letters_max) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let kept: String = text.chars().take(letters_max.saturating_sub(1)).collect();
            Cow::Owned(format!("{}…", kept.trim_end()))
        }
    }
}

/// Where an axis from 0 to at least `most` is marked: three to six round values and their text.
pub fn ticks(most: f64) -> Vec<(f64, String)> {
    let most = drawable(most);
    if most < 1e-9 {
        return vec![(0.0, "0".into()), (1.0, "1".into())];
    }
    let rough = most / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|round| round * power)
        .into_iter()
        .find(|step| *step >= rough);
    let step = step.unwrap_or(rough);
    let mut marks = Vec::new();
    for index in 0..=8 {
        let value = step * f64::from(index);
        marks.push((value, short_number(value)));
        if value >= most {
            break;
        }
    }
    marks
}

/// A round number in few letters: `15 000`, `2.5 m`, `90 bn`.
pub fn short_number(value: f64) -> String {
    let (scaled, unit) = match value {
        value if value >= 1e12 => (value / 1e12, "\u{202f}tn"),
        value if value >= 1e9 => (value / 1e9, "\u{202f}bn"),
        value if value >= 1e6 => (value / 1e6, "\u{202f}m"),
        _ => (value, ""),
    };
    let text = format!("{scaled:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, rest)| (whole, rest));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let point = if rest.is_empty() { "" } else { "." };
    format!("{grouped}{point}{rest}{unit}")
}

/// One mark of a horizontal axis: where, what, and whether a narrow screen has room for it.
pub struct Mark<'a> {
    /// From 0 to 1.
    pub at: f64,
    /// Its text.
    pub text: &'a str,
    /// Only where there is width.
    pub wide_only: bool,
}

/// Letters of an axis mark; longer ones are cut.
const MARK_LETTERS: usize = 18;

/// Which of the candidates, in order of place, can be written without touching each other. The
/// first and the last always are. Widths are guesses: seven pixels a letter, on a picture 620 pixels
/// wide, and on a phone 240.
pub fn spaced<'a>(candidates: &[(f64, &'a str)]) -> Vec<Mark<'a>> {
    let Some((last, inner)) = candidates.split_last() else { return Vec::new() };
    let kept = [620.0, 240.0].map(|width| fitting(last, inner, width));
    let mut marks: Vec<Mark<'a>> = Vec::new();
    for (index, (at, text)) in inner.iter().enumerate() {
        let [wide, narrow] = [&kept[0], &kept[1]].map(|kept| kept.binary_search(&index).is_ok());
        if wide || narrow {
            marks.push(Mark { at: *at, text, wide_only: !narrow });
        }
    }
    marks.push(Mark { at: last.0, text: last.1, wide_only: false });
    marks
}

/// The places in `inner` whose marks fit between each other and the last.
fn fitting(last: &(f64, &str), inner: &[(f64, &str)], width: f64) -> Vec<usize> {
    let wide = |text: &str| (text.chars().count().min(MARK_LETTERS) as f64 * 7.0 + 6.0) / width;
    let limit = last.0 - wide(last.1);
    let mut taken = f64::NEG_INFINITY;
    let mut kept = Vec::new();
    for (index, (at, text)) in inner.iter().enumerate() {
        // The first mark begins at its place, the others have theirs in the middle.
        let start = if index == 0 { *at } else { at - wide(text) / 2.0 };
        let end = start + wide(text);
        if index == 0 || (start >= taken && end <= limit) {
            kept.push(index);
            taken = end;
        }
    }
    kept
}

/// The marks of a horizontal axis, written at a height.
pub fn marks_written(marks: &[Mark<'_>], height: f64) -> Markup {
    let count = marks.len();
    html! {
        @for (index, mark) in marks.iter().enumerate() {
            g class=[mark.wide_only.then_some("wide-only")] {
                line.axis x1=(percent(mark.at)) x2=(percent(mark.at))
                    y1=(length(height)) y2=(length(height + 5.0)) {}
                text x=(percent(mark.at)) y=(length(height + 18.0))
                    text-anchor=(anchor(index, count)) {
                    (shorten(mark.text, MARK_LETTERS))
                }
            }
        }
    }
}

fn anchor(index: usize, count: usize) -> &'static str {
    match index {
        _ if count == 1 => "start",
        0 => "start",
        index if index + 1 == count => "end",
        _ => "middle",
    }
}

/// Lines across with their values in the gutter at the left.
pub fn grid(marks: &[(f64, String)], place: impl Fn(f64) -> f64) -> Markup {
    html! {
        @for (value, text) in marks {
            line.grid x1="0" x2="100%" y1=(length(place(*value))) y2=(length(place(*value))) {}
            text x="-8" y=(length(place(*value) + 4.0)) text-anchor="end" { (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_round_and_reach_over_the_top() {
        for most in [1e-6, 0.3, 1.0, 7.0, 15_000.0, 26_000.0, 9e10, 1e30, f64::MAX, f64::NAN, -4.0]
        {
            let marks = ticks(most);
            assert!((2..=9).contains(&marks.len()), "{most}: {marks:?}");
            let top = marks.last().expect("some").0;
            assert!(top >= drawable(most) * 0.999, "{most}: {marks:?}");
        }
        let texts: Vec<String> = ticks(15_000.0).into_iter().map(|mark| mark.1).collect();
        assert_eq!(texts, ["0", "5\u{202f}000", "10\u{202f}000", "15\u{202f}000"]);
    }

    #[test]
    fn numbers_are_short_and_grouped() {
        let table = [
            (0.0, "0"),
            (0.25, "0.25"),
            (999.0, "999"),
            (15_000.0, "15\u{202f}000"),
            (2_500_000.0, "2.5\u{202f}m"),
            (9e10, "90\u{202f}bn"),
        ];
        for (value, text) in table {
            assert_eq!(short_number(value), text);
        }
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(shorten("Türkiye", 7), "Türkiye");
        assert_eq!(shorten("Türkiye", 3), "Tü…");
        assert_eq!(shorten("", 3), "");
        assert_eq!(shorten("ab", 0), "…");
    }

    #[test]
    fn marks_keep_their_distance_and_the_ends() {
        let many: Vec<(f64, &str)> =
            (0..=1000).map(|index| (f64::from(index) / 1000.0, "trigger+30d")).collect();
        let marks = spaced(&many);
        assert!(marks[0].at == 0.0 && marks.last().expect("some").at == 1.0);
        let places = |narrow_only: bool| {
            let shown = marks.iter().filter(|mark| !(narrow_only && mark.wide_only));
            shown.map(|mark| mark.at).collect::<Vec<f64>>()
        };
        for (narrow, least) in [(false, 77.0 / 620.0), (true, 77.0 / 240.0)] {
            let places = places(narrow);
            assert!(places.len() >= 3 || narrow, "{places:?}");
            for pair in places.windows(2) {
                assert!(pair[1] - pair[0] >= least, "{places:?}");
            }
        }
        assert!(spaced(&[]).is_empty());
        assert_eq!(spaced(&[(0.0, "a very long label indeed"), (0.1, "another")]).len(), 2);
    }

    #[test]
    fn whatever_the_number_an_attribute_is_a_number() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 2.0] {
            for text in [percent(value), length(value)] {
                assert!(text.trim_end_matches('%').parse::<f64>().expect("a number").is_finite());
            }
        }
    }
}
