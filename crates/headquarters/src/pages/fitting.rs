//! Which marked copies fit what was found: told to whoever holds the list of copies, from that list
//! alone; and of the letters that the house keeps, to whoever may trace them.

use crate::asking::Asking;
use crate::letters::{self, Traced};
use crate::look::parts::{self, Column, OnPhone, Table, Tone};
use crate::pages::words;
use coalition::Id;
use exchange::found::Found;
use exchange::letter::STATIONERY;
use exchange::marked::{Kept, Marks, Template, Trace, trace};
use maud::{Markup, html};
use std::io;

/// So many rows say enough: the rest fits worse.
const ROWS_MAX: usize = 10;
/// The most copies that a list is taken with: more would take minutes.
const COPIES_MAX: usize = 200;
/// Below this chance of a false accusation a copy is marked as fitting.
const FITS: f64 = 0.01;

/// A list of copies, ready to compare with.
pub(super) struct List {
    template: Template,
    names: Vec<String>,
    marks: Vec<Marks>,
}

/// Reads a list of copies.
pub(super) fn list(bytes: &[u8]) -> Result<List, &'static str> {
    const WANTED: &str = "This is no list of copies: give the copies.json that came with them";
    let text = std::str::from_utf8(bytes).map_err(|_| WANTED)?;
    let kept = Kept::from_json(text).map_err(|_| WANTED)?;
    if kept.stationery > STATIONERY {
        return Err("These copies were made by a newer Entente: trace with that one");
    }
    if kept.copies.is_empty() || kept.copies.len() > COPIES_MAX {
        return Err("A list names one copy at least and 200 at most");
    }
    let template = Template::parse(&kept.letter).map_err(|_| WANTED)?;
    let (names, marks) = kept.copies.into_iter().map(|given| (given.to, given.marks)).unzip();
    Ok(List { template, names, marks })
}

/// Which of them fit.
pub(super) fn section(list: &List, found: &Found) -> Markup {
    let told = trace(&list.template, &list.marks, found);
    html! {
        section {
            h2 { "Which marked copies fit" }
            @if told.read == 0 && told.gaps == 0 {
                p { "None more than any other: it is not this letter, or it was retold." }
            } @else {
                p {
                    (told.read) " of " (told.slots) " places at which the copies are worded differently can be read"
                    @if told.gaps > 0 { ", and where lines end" }
                    @if told.leans > 0 { ", and to which side they lean" }
                    ". To have been given a copy is not to have passed it on: it can be stolen. This is no verdict."
                }
                (table(list, &told))
            }
        }
    }
}

fn table(list: &List, told: &Trace) -> Markup {
    let rows = told.suspects.iter().take(ROWS_MAX).map(|suspect| {
        vec![
            html! { (list.names[suspect.copy]) },
            html! { (suspect.agrees) " of " (told.read) },
            html! { (power(suspect.likelihood)) },
            html! { (chance(suspect.false_accusation)) },
            html! { @if suspect.false_accusation <= FITS { (parts::badge(Tone::Warn, None, "fits")) } },
        ]
    });
    let rest = told.suspects.len().saturating_sub(ROWS_MAX);
    html! {
        (parts::table(&Table {
            caption: "Copies, the likeliest first",
            caption_unseen: true,
            columns: vec![
                Column::words("Copy"),
                Column::figures("Wordings that agree"),
                Column::figures("Likelier by a factor of"),
                Column::figures("Chance that anybody innocent fits so well"),
                Column::words(""),
            ],
            rows: rows.collect(),
            on_phone: OnPhone::Cards,
        }))
        @if rest > 0 { p.quiet { "And " (rest) " more, which fit worse." } }
    }
}

/// Whose copies of the letters that the house keeps fit, for whoever may trace them.
pub(super) fn among_kept(asking: &Asking, found: &Found) -> io::Result<Markup> {
    let letters = letters::traceable(&asking.view).len();
    let parties = letters::parties(&asking.view);
    let all = letters::traced(asking, &parties, found)?;
    Ok(html! {
        section {
            h2 { "Whose copies of kept letters fit" }
            @if letters == 0 {
                p { "The house keeps no letter that you may trace." }
            } @else if all.is_empty() {
                p { "It shows a wording of none of them: it is no such letter, or it was retold." }
            } @else {
                p { "To have been given a copy is not to have passed it on: it can be stolen. This is no verdict." }
            }
            @if letters > letters::LETTERS_MAX {
                p.quiet { "It was compared with the newest " (letters::LETTERS_MAX) " of " (letters) " letters." }
            }
        }
        @for traced in &all { (of_letter(asking, &parties, traced)) }
    })
}

fn of_letter(asking: &Asking, parties: &[(Id, String)], traced: &Traced<'_>) -> Markup {
    let told = &traced.told;
    let rows: Vec<Vec<Markup>> = traced
        .fitting()
        .map(|suspect| {
            let (party, name) = &parties[suspect.copy];
            vec![
                html! { (name) },
                html! { (suspect.agrees) " of " (told.read) },
                html! { (power(suspect.likelihood)) },
                html! { (chance(suspect.false_accusation)) },
                html! {
                    @match traced.opened(&asking.view, party) {
                        Some(at) => (words::moment_words(at)),
                        None => span.quiet { "not that you can see" },
                    }
                },
                html! { @if suspect.false_accusation <= FITS { (parts::badge(Tone::Warn, None, "fits")) } },
            ]
        })
        .collect();
    html! {
        section {
            h3 { (words::link(&asking.view, &traced.thing.id)) ", " (traced.attached.version.name) }
            p {
                (told.read) " of " (told.slots) " places at which copies are worded differently can be read"
                @if told.gaps > 0 { ", and where lines end" }
                @if told.leans > 0 { ", and to which side they lean" }
                "; the copies of " (parties.len()) " delegations were compared."
            }
            @if rows.is_empty() {
                p { "No copy fits so well that it could be told: it would be an innocent one more often than once in ten times." }
            } @else {
                (parts::table(&Table {
                    caption: "Copies that fit, the likeliest first",
                    caption_unseen: true,
                    columns: vec![
                        Column::words("Delegation"),
                        Column::figures("Wordings that agree"),
                        Column::figures("Likelier by a factor of"),
                        Column::figures("Chance that anybody innocent fits so well"),
                        Column::words("First opened"),
                        Column::words(""),
                    ],
                    rows,
                    on_phone: OnPhone::Cards,
                }))
            }
        }
    }
}

/// A power of ten in words that can be compared at a glance.
fn power(exponent: f64) -> String {
    match exponent {
        -1.0..1.0 => format!("{:.1}", 10_f64.powf(exponent)),
        1.0..4.0 => format!("{:.0}", 10_f64.powf(exponent)),
        _ => format!("10^{exponent:.0}"),
    }
}

fn chance(chance: f64) -> String {
    match chance {
        0.995.. => "any".to_owned(),
        0.01.. => format!("{:.0} in 100", chance * 100.0),
        _ => format!("1 in 10^{:.0}", -chance.log10()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_so_that_they_can_be_compared() {
        assert_eq!([power(-0.3), power(2.0), power(9.7)], ["0.5", "100", "10^10"]);
        assert_eq!([chance(1.0), chance(0.25), chance(2e-9)], ["any", "25 in 100", "1 in 10^9"]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for bytes in [&b"\xff"[..], b"", b"{}", b"{\"letter\":\"a\",\"copies\":[]}"] {
            assert!(list(bytes).is_err());
        }
    }
}
