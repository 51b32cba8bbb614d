//! Who carries a guarantee: for each, how much hangs on it, and in how many sets it takes part, alone,
//! with one other and with more. A table whose cells are drawn, so that those who look and those who
//! listen are told the same.

use maud::{Markup, html};

use super::frame::{drawable, percent};
use crate::look::parts::{Glyph, Tone, badge, glyph};

/// How many rows stand open; the rest fold out.
const OPEN: usize = 12;
/// With how many others, as headings; the first is always there, the others where there is something.
const HEADINGS: [&str; 3] = ["Alone", "With one other", "With two or more"];

/// Who carries something.
#[derive(Debug)]
pub struct Carry<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Who carries the guarantee".
    pub title: &'a str,
    /// What the bars measure, in plain words; `None` where there is nothing to measure.
    pub measure: Option<&'a str>,
    /// What one is called that does alone what others do together: "breaks it alone".
    pub alone: Alone<'a>,
    /// What the sets are called: "breaking sets".
    pub sets: &'a str,
    /// One for each, in the order to be shown.
    pub carriers: &'a [Carrier],
    /// More to be said below; may be empty.
    pub below: Markup,
}

/// How it is said, and meant, that one does it alone.
#[derive(Clone, Copy, Debug)]
pub struct Alone<'a> {
    /// "breaks it alone".
    pub words: &'a str,
    /// Whether that is a weakness; else it is a help.
    pub weakness: bool,
}

/// A party or a circumstance with its part.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: Option<String>,
    /// From 0 to 1, for drawing only.
    pub value: f64,
    /// What is read: `24 %`.
    pub exact: String,
    /// In how many sets of one, of two, and of more it takes part.
    pub sets: [Count; 3],
}

/// How many sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// So many are known.
    pub known: usize,
    /// Whether there may be more.
    pub or_more: bool,
}

/// The picture. The full width of a bar is 1: bars of different pictures can be compared.
pub fn carry(carry: &Carry<'_>) -> Markup {
    let (open, folded) = carry.carriers.split_at(carry.carriers.len().min(OPEN));
    html! {
        figure.picture id=(carry.id) {
            figcaption { (carry.title) }
            (table(carry, open, carry.title))
            @if !folded.is_empty() {
                details id={ (carry.id) "-more" } {
                    summary { (folded.len()) " more" }
                    (table(carry, folded, &format!("{}: {} more", carry.title, folded.len())))
                }
            }
            p.small.quiet {
                @if let Some(measure) = carry.measure { "Bars: " (measure) "; the full width is certainty. " }
                "At the right: in how many " (carry.sets) " it takes part."
            }
            (carry.below)
        }
    }
}

fn table(carry: &Carry<'_>, carriers: &[Carrier], caption: &str) -> Markup {
    let any = |place: &usize| carry.carriers.iter().any(|one| one.sets[*place] != Count::default());
    let places: Vec<usize> = (0..3).filter(|place| *place == 0 || any(place)).collect();
    html! {
        // Said in full, because a table laid out in lines forgets what it was.
        table.carry role="table" {
            caption.unseen { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    th scope="col" role="columnheader" { "Who or what" }
                    @if carry.measure.is_some() {
                        th scope="col" role="columnheader" { "What hangs on it" }
                    }
                    @for place in &places { th scope="col" role="columnheader" { (HEADINGS[*place]) } }
                }
            }
            tbody role="rowgroup" {
                @for carrier in carriers {
                    tr role="row" class=[(carrier.sets[0].known > 0).then_some("carry-alone")] {
                        th scope="row" role="rowheader" {
                            @match &carrier.href {
                                Some(href) => a href=(href) { (carrier.name) },
                                None => (carrier.name),
                            }
                        }
                        @if carry.measure.is_some() { td.carry-part role="cell" { (bar(carrier)) } }
                        @for place in &places {
                            td role="cell" data-heading=(HEADINGS[*place].to_lowercase()) {
                                (mark(carry.alone, *place, carrier.sets[*place]))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn bar(carrier: &Carrier) -> Markup {
    let share = drawable(carrier.value).min(1.0);
    html! {
        svg.plot aria-hidden="true" focusable="false" {
            rect.track width="100%" height="100%" {}
            rect.fill-firm width=(percent(share)) height="100%" {}
        }
        span { (carrier.exact) }
    }
}

/// A sign with a number; one that does it alone is told by a word in a box.
fn mark(alone: Alone<'_>, place: usize, count: Count) -> Markup {
    let sign = if place == 1 { Glyph::Pair } else { Glyph::Several };
    html! {
        @match (place, count) {
            (0, Count { known: 1.., .. }) => {
                @if alone.weakness { (badge(Tone::Bad, Some(Glyph::Triangle), alone.words)) }
                @else { (badge(Tone::Good, Some(Glyph::Tick), alone.words)) }
            }
            (_, Count { known: 0, or_more: true }) => span.quiet { "not known" },
            (_, Count { known: 0, or_more: false }) => {
                span.quiet aria-hidden="true" { "–" } span.unseen { "none" }
            }
            (_, Count { known, or_more }) => {
                (glyph(sign)) " " @if or_more { span.unseen { "at least " } span aria-hidden="true" { "≥ " } } (known)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn carrier(name: &str, value: f64, sets: [usize; 3]) -> Carrier {
        let sets = sets.map(|known| Count { known, or_more: false });
        Carrier { name: name.into(), href: Some("/x".into()), value, exact: HOSTILE.into(), sets }
    }

    fn draw(carriers: &[Carrier], measure: Option<&str>, weakness: bool) -> String {
        let alone = Alone { words: "does it alone", weakness };
        carry(&Carry {
            id: "c",
            title: HOSTILE,
            measure,
            alone,
            sets: HOSTILE,
            carriers,
            below: html! {},
        })
        .into_string()
    }

    #[test]
    fn each_has_a_bar_and_its_sets_and_one_that_does_it_alone_says_so_in_words() {
        let all = [carrier("France", 0.4, [1, 0, 0]), carrier(HOSTILE, f64::NAN, [0, 3, 12])];
        let text = draw(&all, Some(HOSTILE), true);
        assert_clean(&text);
        for width in ["width=\"40.000%\"", "width=\"0.000%\""] {
            assert!(text.contains(width), "{width} in {text}");
        }
        assert_eq!(text.matches("does it alone").count(), 1);
        assert_eq!(text.matches("class=\"carry-alone\"").count(), 1);
        assert_eq!(text.matches("role=\"cell\"").count(), 8);
        assert!(text.contains("</svg> 3</td>") && text.contains("</svg> 12</td>"), "{text}");
        let signs = |weakness| draw(&all[..1], None, weakness).matches("tone-bad").count();
        assert_eq!((signs(true), signs(false)), (1, 0));
    }

    #[test]
    fn without_a_measure_there_is_no_bar_and_no_column_for_it() {
        let text = draw(&[carrier("France", 0.4, [0, 1, 0])], None, true);
        assert_clean(&text);
        assert!(!text.contains("hangs on it") && !text.contains("class=\"plot\""), "{text}");
        // Who, alone, and with one other: nobody takes part in a larger set.
        assert_eq!(text.matches("role=\"columnheader\"").count(), 3);
    }

    #[test]
    fn what_may_be_more_is_not_told_as_all_and_what_was_not_searched_not_as_none() {
        let mut one = carrier("France", 0.4, [0, 3, 0]);
        one.sets = one.sets.map(|count| Count { or_more: true, ..count });
        let text = draw(&[one], None, true);
        assert!(text.contains("at least ") && text.matches("not known").count() == 2, "{text}");
    }

    #[test]
    fn very_many_fold_out_and_none_is_left_out() {
        let many: Vec<Carrier> =
            (0..40).map(|index| carrier(&format!("P{index}"), 0.1, [0, 1, 1])).collect();
        let text = draw(&many, Some("share"), true);
        assert_clean(&text);
        assert_eq!(text.matches("role=\"rowheader\"").count(), 40);
        let (before, after) = text.split_once("28 more").expect("they fold");
        assert_eq!(before.matches("role=\"rowheader\"").count(), OPEN);
        assert!(after.contains(">P39</a>"));
    }
}
