//! How likely a guarantee is to hold, and on which assumptions.

use super::said;
use crate::look::parts::{self, Column, OnPhone, Table};
use crate::pages::words;
use coalition::View;
use coalition::assess::Assessment;
use coalition::content::Holds;
use coalition::model::{Model, Scenario};
use maud::{Markup, html};

/// The probability, the assumptions beside it.
pub(super) fn section(view: &View, model: &Model, assessment: &Assessment) -> Markup {
    let verdict = &assessment.verdict;
    let assumed = assumptions(view, model, &verdict.scenario, verdict.trigger.as_ref());
    let (firm, mutual) = (&assessment.readings.firm, &assessment.readings.mutual);
    html! {
        section.stack id="chances" {
            h2 { "How likely it is to hold" }
            @if firm.probability == mutual.probability {
                p { "On the chances assumed below, it holds with a probability of " strong { (said::probability(&firm.probability)) } "." }
            } @else {
                p {
                    "On the chances assumed below, it holds with a probability of "
                    strong { (said::probability(&mutual.probability)) } " if groups move together, and of "
                    strong { (said::probability(&firm.probability)) } " if nobody moves first on trust."
                }
            }
            (assumed)
        }
    }
}

/// The chances that enter, each an assumption of whoever recorded it.
fn assumptions(
    view: &View,
    model: &Model,
    scenario: &Scenario,
    trigger: Option<&coalition::Id>,
) -> Markup {
    let parties = model
        .parties
        .iter()
        .filter(|(id, _)| !scenario.without.contains(*id))
        .filter_map(|(id, said)| Some((id, "stays", said.chance?)));
    let open = |id: &coalition::Id| {
        trigger != Some(id) && !scenario.assume.contains(id) && !scenario.assume_not.contains(id)
    };
    let circumstances = model
        .circumstances
        .iter()
        .filter(|(id, said)| said.holds == Holds::Unknown && open(id))
        .filter_map(|(id, said)| Some((id, "comes to hold", said.chance?)));
    let rows: Vec<Vec<Markup>> = circumstances
        .chain(parties)
        .map(|(id, what, chance)| {
            vec![
                words::link(view, id),
                html! { (what) },
                html! { (said::percent(chance.as_f64())) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p.small.quiet { "No chances are recorded, so nothing is left to chance: every party stays, and no open circumstance comes to hold." }
        } @else {
            details id="assumed-chances" {
                summary { "The chances assumed (" (rows.len()) ")" }
                p.small.quiet { "Assumptions, not facts: somebody recorded each of them. They are taken to be independent. A party without a chance stays; an open circumstance without one does not come to hold." }
                (parts::table(&Table {
                    caption: "Chances assumed",
                    caption_unseen: true,
                    columns: vec![Column::words("Who or what"), Column::words("It"), Column::figures("Chance")],
                    rows,
                    on_phone: OnPhone::Cards,
                }))
            }
        }
    }
}
