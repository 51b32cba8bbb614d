//! Why, step by step: behind a fold, for whoever wants to follow.

use coalition::assess::explain::Explanations;
use coalition::assess::{Assessment, CommitmentStanding, Explained, Item, Reading};
use coalition::model::{Model, Scenario};
use coalition::{Id, View};
use maud::{Markup, html};

use super::losses;

/// Why the guarantee holds or not, need by need, in the reading that the verdict speaks of.
pub(super) fn section(model: &Model, assessment: &Assessment) -> Markup {
    let holds = assessment.verdict.holds;
    let reading = if holds.firm { Reading::Firm } else { Reading::Mutual };
    let needs = &assessment.explained.under(reading).needs;
    html! {
        @if !needs.is_empty() {
            details id="why-needs" {
                summary { @if holds.mutual { "Why it holds: each need where it is covered least" } @else { "Why it does not hold: each need where it is covered least" } }
                ul { @for need in needs { li { (need.sentence(model)) } } }
            }
        }
    }
}

/// Why the first sets break it, each with its steps.
pub(super) fn breaks(view: &View, model: &Model, explained: &Explained, id: &str) -> Markup {
    html! {
        @for (place, proof) in explained.breaks.iter().enumerate() {
            details id={ "why-" (id) "-" (place) } {
                summary { (why_it_fails(view, &proof.lost)) }
                ol { @for sentence in proof.sentences(model) { li { (sentence) } } }
            }
        }
    }
}

fn why_it_fails(view: &View, lost: &[Item]) -> String {
    format!("{}: why it fails, step by step", losses::loss(view, lost))
}

/// Why a commitment stands as it does, without a trigger.
pub(crate) fn commitment(model: &Model, standings: &[CommitmentStanding], id: &Id) -> Markup {
    let scenario = Scenario::default();
    let all = Explanations::new(model, None, &scenario, standings).ok();
    let told = all.and_then(|all| all.commitment(id));
    let sentences = told.map_or_else(Vec::new, |told| told.sentences(model));
    html! {
        @if !sentences.is_empty() {
            details id="why" {
                summary { "Why, step by step" }
                ol { @for sentence in &sentences { li { (sentence) } } }
            }
        }
    }
}
