//! Why, step by step.

use super::super::error::AssessError;
use super::super::explain::Explanations;
use super::super::result::{Assessment, Explained, Reading};
use super::layout::Page;
use super::words::{self, Words};
use crate::content::Guarantee;
use crate::model::Model;

/// Sentences of a proof that a page has room for.
const SHORTLY: usize = 6;

/// Why the first set breaks it, shortly.
pub(super) fn first(page: &mut Page, words: &Words<'_>, explained: &Explained) {
    let Some(first) = explained.breaks.first() else { return };
    page.text("Why, for the first of them (for all: --explain):");
    page.list(&first.sentences(words.model), SHORTLY, "steps");
}

/// Why the guarantee holds or not, why sets break it, and why commitments stand as they do.
pub(super) fn sections(
    page: &mut Page,
    model: &Model,
    guarantee: &Guarantee,
    assessment: &Assessment,
) -> Result<(), AssessError> {
    let words = Words { model };
    let verdict = &assessment.verdict;
    for reading in Reading::ALL {
        let explained = assessment.explained.under(reading);
        let holds = if *verdict.holds.under(reading) { "holds" } else { "does not hold" };
        page.section(&format!("Why it {holds} ({})", words::reading(reading)));
        let needs: Vec<String> = explained.needs.iter().map(|need| need.sentence(model)).collect();
        page.list(&needs, needs.len(), "needs");
        for proof in &explained.breaks {
            let set: Vec<String> = proof.lost.iter().map(|item| words.item(item)).collect();
            page.text(&format!("Why losing {} breaks it:", set.join(" and ")));
            let sentences = proof.sentences(model);
            page.list(&sentences, sentences.len(), "steps");
        }
    }
    page.section("Why each commitment stands as it does");
    let scenario = &verdict.scenario;
    let all = Explanations::new(model, Some(guarantee), scenario, &verdict.commitments)?;
    for said in &verdict.commitments {
        let sentences = all.commitment(&said.id).map_or_else(Vec::new, |why| why.sentences(model));
        let why = said.why.map_or(String::new(), |why| format!(": {why}"));
        page.text(&format!("{} is {}{why}.", words.commitment(&said.id), said.standing.word()));
        page.list(&sentences, sentences.len(), "steps");
    }
    Ok(())
}
