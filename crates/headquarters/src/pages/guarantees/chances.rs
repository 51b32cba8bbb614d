//! How likely a guarantee is to hold, on which assumptions, and whose loss matters most.

use super::{losses, said};
use crate::look::parts::{self, Column, OnPhone, Table};
use crate::look::pictures::{self, Share};
use crate::pages::words;
use coalition::View;
use coalition::assess::{Assessment, Importance, Reading, ReadingResult};
use coalition::content::Holds;
use coalition::model::{Model, Scenario};
use maud::{Markup, html};

/// Probability and importance, the assumptions beside them.
pub(super) fn section(view: &View, model: &Model, assessment: &Assessment) -> Markup {
    let verdict = &assessment.verdict;
    let assumed = assumptions(view, model, &verdict.scenario, verdict.trigger.as_ref());
    let (firm, mutual) = (&assessment.readings.firm, &assessment.readings.mutual);
    let reading =
        if firm.probability == mutual.probability { Reading::Firm } else { Reading::Mutual };
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
            (importance(view, if reading == Reading::Firm { firm } else { mutual }))
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

/// Whose loss matters most, as a picture with the other measures in its table.
pub(super) fn importance(view: &View, result: &ReadingResult) -> Markup {
    let mut matter: Vec<&Importance> =
        result.importance.iter().filter(|one| one.birnbaum > 0.0).collect();
    matter.sort_by(|one, other| {
        other.birnbaum.total_cmp(&one.birnbaum).then_with(|| one.item.cmp(&other.item))
    });
    let shares: Vec<Share> = matter
        .iter()
        .map(|one| Share {
            name: losses::item_name(view, &one.item),
            value: one.birnbaum,
            exact: said::percent(one.birnbaum),
            note: note(one),
        })
        .collect();
    html! {
        @if !result.probability.is_exact() {
            p.small.quiet { "The probability is known within bounds only, so nobody's importance is told." }
        } @else if shares.is_empty() {
            p.small.quiet { "No single party or circumstance changes this probability by itself." }
        } @else {
            (pictures::shares(&pictures::Shares {
                id: "importance",
                title: "Whose loss matters most",
                measure: "probability that hangs on it (Birnbaum importance)",
                shares: &shares,
            }))
        }
    }
}

fn note(one: &Importance) -> String {
    let mut notes = Vec::new();
    if let Some(part) = one.fussell_vesely {
        notes.push(format!("takes part in {} of failures", said::percent(part)));
    }
    if let Some(times) = one.raw {
        notes.push(format!("without it failure is {times:.2} times as likely"));
    }
    if let Some(times) = one.rrw {
        notes.push(format!("with it for sure, {times:.2} times less likely"));
    }
    notes.join("; ")
}
