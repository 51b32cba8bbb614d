//! Who carries how much: a bar for each party.

use maud::{Markup, html};

use super::frame::{
    Frame, drawable, framed, labelled_by, length, nothing, percent, shorten, spoken,
};
use crate::look::parts::Column;

const ROW: f64 = 36.0;
/// Beyond this many, the rest is in the table.
const DRAWN_MAX: usize = 45;

/// Who carries how much of something.
#[derive(Debug)]
pub struct Shares<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Who carries the reassurance force".
    pub title: &'a str,
    /// What the bars measure: "share of the amount promised", "Birnbaum importance".
    pub measure: &'a str,
    /// One for each party, in the order to be shown.
    pub shares: &'a [Share],
}

/// A party's part.
#[derive(Clone, Debug)]
pub struct Share {
    /// The party.
    pub name: String,
    /// From 0 to 1, for drawing only.
    pub value: f64,
    /// What is read: `24 %`, `6 000 persons`, `0.87`.
    pub exact: String,
    /// More about it, for the table; empty for nothing.
    pub note: String,
}

/// The picture, with every party in the table behind it. The full width is 1: bars of different
/// pictures can be compared.
pub fn shares(shares: &Shares<'_>) -> Markup {
    if shares.shares.is_empty() {
        return nothing(shares.title, "Nobody carries any of this yet.");
    }
    let drawn = &shares.shares[..shares.shares.len().min(DRAWN_MAX)];
    let height = length(drawn.len() as f64 * ROW + 2.0);
    let most = drawn.iter().max_by(|one, two| drawable(one.value).total_cmp(&drawable(two.value)));
    let described = most.map_or(String::new(), |most| {
        let count = shares.shares.len();
        format!(
            "{}, {count} in all; the largest is {} with {}.",
            shares.measure, most.name, most.exact
        )
    });
    let drawing = html! {
        svg.plot height=(height) role="img" aria-labelledby=(labelled_by(shares.id)) {
            (spoken(shares.id, shares.title, &described))
            @for (index, share) in drawn.iter().enumerate() { (row(index, share)) }
        }
    };
    let below = html! {
        p.small.quiet {
            "Bars: " (shares.measure) "; the full width is the whole."
            @if drawn.len() < shares.shares.len() {
                " The first " (drawn.len()) " of " (shares.shares.len()) " are drawn; the table has all."
            }
        }
    };
    let noted = shares.shares.iter().any(|share| !share.note.is_empty());
    let rows = shares.shares.iter().map(|share| {
        let mut cells = vec![html! { (share.name) }, html! { (share.exact) }];
        if noted {
            cells.push(html! { (share.note) });
        }
        cells
    });
    let rows = rows.collect();
    let mut columns = vec![Column::words("Party"), Column::figures(shares.measure)];
    if noted {
        columns.push(Column::words("Note"));
    }
    framed(Frame { id: shares.id, title: shares.title, drawing, below, columns, rows })
}

fn row(index: usize, share: &Share) -> Markup {
    let top = index as f64 * ROW;
    html! {
        g {
            title { (share.name) ": " (share.exact) @if !share.note.is_empty() { "; " (share.note) } }
            text.strong x="0" y=(length(top + 14.0)) { (shorten(&share.name, 30)) }
            text x="100%" y=(length(top + 14.0)) text-anchor="end" { (shorten(&share.exact, 24)) }
            rect.track x="0" y=(length(top + 20.0)) width="100%" height="8" {}
            rect.fill-firm x="0" y=(length(top + 20.0)) width=(percent(drawable(share.value))) height="8" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn draw(list: &[Share]) -> String {
        let picture = Shares { id: "s", title: HOSTILE, measure: HOSTILE, shares: list };
        shares(&picture).into_string()
    }

    fn share(name: &str, value: f64) -> Share {
        Share { name: name.into(), value, exact: format!("{name}-exact"), note: name.into() }
    }

    #[test]
    fn each_party_has_a_bar_and_a_row() {
        let text = draw(&[share("France", 0.4), share(HOSTILE, f64::NAN), share("Spain", 9.0)]);
        assert_clean(&text);
        let table = text.split("<tbody").nth(1).expect("a table behind");
        assert!(table.contains("France-exact") && table.contains("Spain-exact"));
        for width in ["width=\"40.000%\"", "width=\"0.000%\"", "width=\"100.000%\""] {
            assert!(text.contains(width), "{width} in {text}");
        }
        assert!(text.contains("the largest is Spain"));
    }

    #[test]
    fn nobody_is_said_and_very_many_are_in_the_table() {
        assert!(draw(&[]).contains("Nobody carries"));
        let many: Vec<Share> = (0..500).map(|index| share(&format!("P{index}"), 0.1)).collect();
        let text = draw(&many);
        assert_clean(&text);
        assert_eq!(text.matches("class=\"fill-firm\"").count(), DRAWN_MAX);
        assert!(text.contains(">P499</th>"));
    }
}
