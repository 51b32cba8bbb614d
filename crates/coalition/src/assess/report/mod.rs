//! The assessment as one page of text, as an adviser would print it: the verdict first, then what
//! is missing, who waits for whom, what breaks it, what would be enough, what to ask for.

mod asking;
mod explained;
mod layout;
mod words;

use super::error::AssessError;
use super::result::{Assessment, Order, Reading, ReadingResult, SetList};
use super::standing::{CommitmentStanding, Matched, Standing};
use crate::content::Guarantee;
use crate::model::Model;
use layout::Page;
pub(super) use words::Words;

/// How many lines a section lists before it says how many more there are: a page is a page.
const LISTED_MAX: usize = 12;

/// One page of plain text, at most 96 columns wide, with names in place of ids.
pub fn report(model: &Model, guarantee: &Guarantee, assessment: &Assessment) -> String {
    page(model, guarantee, assessment, true).text
}

/// Likewise, then in full why every set that was explained breaks it, and why every commitment
/// stands as it does.
///
/// # Errors
/// As [`super::assess`], for the same arguments.
pub fn report_explained(
    model: &Model,
    guarantee: &Guarantee,
    assessment: &Assessment,
) -> Result<String, AssessError> {
    let mut page = page(model, guarantee, assessment, false);
    explained::sections(&mut page, model, guarantee, assessment)?;
    Ok(page.text)
}

fn page(model: &Model, guarantee: &Guarantee, assessment: &Assessment, shortly: bool) -> Page {
    let words = Words { model };
    let mut page = Page::default();
    heading(&mut page, &words, guarantee, assessment);
    verdict(&mut page, assessment);
    needs(&mut page, &words, assessment);
    matching(&mut page, &words, assessment);
    waiting(&mut page, &words, assessment);
    breaking(&mut page, &words, assessment, shortly);
    sufficient(&mut page, &words, assessment);
    asking::section(&mut page, &words, assessment);
    if assessment.verdict.illustrative {
        page.section("Illustrative figures");
        page.text(
            "Figures marked (illustrative) were stated by nobody: they are there so that the \
             question can be asked. What follows from them is illustrative too.",
        );
    }
    page
}

fn heading(page: &mut Page, words: &Words<'_>, guarantee: &Guarantee, assessment: &Assessment) {
    page.title(guarantee.name.as_str(), &words.model.name);
    let scenario = &assessment.verdict.scenario;
    if let Some(trigger) = &assessment.verdict.trigger {
        let day = scenario.on.map_or(String::new(), |on| format!(", on {on}"));
        page.text(&format!("Once “{}” holds{day}.", words.circumstance(trigger)));
    }
    let lists = [
        ("Assumed: ", &scenario.assume, true),
        ("Assumed not: ", &scenario.assume_not, true),
        ("Without: ", &scenario.without, false),
    ];
    for (what, ids, circumstances) in lists {
        let names: Vec<String> = ids
            .iter()
            .filter(|id| assessment.verdict.trigger.as_ref() != Some(*id))
            .map(|id| if circumstances { words.circumstance(id) } else { words.party(id) })
            .collect();
        if !names.is_empty() {
            page.text(&format!("{what}{}.", names.join("; ")));
        }
    }
}

fn verdict(page: &mut Page, assessment: &Assessment) {
    let holds = &assessment.verdict.holds;
    page.section("Verdict");
    page.text(match (holds.firm, holds.mutual) {
        (true, _) => "It holds, on firm commitments alone.",
        (false, true) => {
            "It does not hold on firm commitments. It holds if those who wait for each other move \
             together."
        }
        (false, false) => "It does not hold, even if those who wait for each other move together.",
    });
    let readings = &assessment.readings;
    let (firm, mutual) = (&readings.firm.probability, &readings.mutual.probability);
    page.text(&format!(
        "Chance that it holds: {} on firm commitments, {} with mutual ones, given the chances \
         stated for parties and circumstances.",
        words::chance(firm),
        words::chance(mutual)
    ));
    for reading in Reading::ALL {
        let result = readings.under(reading);
        if result.holds {
            let security = match (result.n_minus_2, result.n_minus_1) {
                (true, _) => "whichever two parties leave",
                (false, true) => "whichever one party leaves, but not whichever two",
                (false, false) => "only as long as certain parties stay: one alone could break it",
            };
            page.text(&format!("{}: it stands {security}.", words::reading(reading)));
        }
    }
}

fn needs(page: &mut Page, words: &Words<'_>, assessment: &Assessment) {
    let verdict = &assessment.verdict;
    page.section("What is covered");
    if verdict.required < verdict.needs.len() {
        page.text(&format!(
            "At least {} of these {} needs must be covered.",
            verdict.required,
            verdict.needs.len()
        ));
    }
    for need in &verdict.needs {
        let mark = if need.illustrative { " (illustrative)" } else { "" };
        page.text(&format!(
            "{}: {}{mark}, {} to {}",
            words.resource(&need.resource),
            words.amount(need.amount, &need.resource),
            need.from,
            need.until
        ));
        let mut rows = vec![
            ["from", "until", "firm", "missing", "with mutual", "missing"]
                .map(str::to_owned)
                .to_vec(),
        ];
        let mut last: Option<Vec<String>> = None;
        for segment in &need.segments {
            let figures: Vec<String> = [
                segment.covered.firm,
                segment.missing.firm,
                segment.covered.mutual,
                segment.missing.mutual,
            ]
            .map(crate::amount::Amount::grouped)
            .to_vec();
            if last.as_ref() == Some(&figures) {
                let row = rows.last_mut().expect("the row of the segment before");
                row[1] = segment.until.to_string();
                continue;
            }
            let days = vec![segment.from.to_string(), segment.until.to_string()];
            rows.push([days, figures.clone()].concat());
            last = Some(figures);
        }
        let more = rows.len().saturating_sub(LISTED_MAX + 1);
        rows.truncate(LISTED_MAX + 1);
        page.table(&rows, 2);
        page.more(more, "stretches of time");
    }
    let illustrative: std::collections::BTreeSet<String> = verdict
        .needs
        .iter()
        .flat_map(|need| &need.offered)
        .filter(|part| part.illustrative)
        .map(|part| words.commitment(&part.commitment))
        .collect();
    if !illustrative.is_empty() {
        let count = illustrative.len();
        let names: Vec<String> = illustrative.into_iter().take(LISTED_MAX).collect();
        page.text(&format!("Illustrative commitments ({count}): {}.", names.join("; ")));
        page.more(count.saturating_sub(LISTED_MAX), "illustrative commitments");
    }
}

/// What matching commitments come to, and what for.
fn matching(page: &mut Page, words: &Words<'_>, assessment: &Assessment) {
    let all = assessment.verdict.commitments.iter();
    let matching = all.filter_map(|said| Some((&said.id, said.matched.as_ref()?)));
    let lines: Vec<String> = matching
        .map(|(id, matched)| {
            let resource = &words.model.commitments[id].commitment.resource;
            let one = |of: &Matched| {
                let (others, gives) = (of.others.grouped(), words.amount(of.gives, resource));
                format!("others give {others}, so it gives {gives}")
            };
            let (firm, mutual) = (one(&matched.firm), one(&matched.mutual));
            let told = if firm == mutual {
                firm
            } else {
                format!("firm only, {firm}; firm and mutual, {mutual}")
            };
            format!("{}. Once in force: {told}.", words.commitment(id))
        })
        .collect();
    if !lines.is_empty() {
        page.section("What matches others");
        page.list(&lines, LISTED_MAX, "commitments that match others");
    }
}

fn waiting(page: &mut Page, words: &Words<'_>, assessment: &Assessment) {
    let all = &assessment.verdict.commitments;
    let of = |standing: Standing| -> Vec<&CommitmentStanding> {
        all.iter().filter(|said| said.standing == standing).collect()
    };
    page.section("Who waits for whom");
    let counts: Vec<String> = Standing::ALL
        .into_iter()
        .map(|standing| format!("{} {}", of(standing).len(), standing.word()))
        .collect();
    page.text(&format!("Of {} commitments: {}.", all.len(), counts.join(", ")));
    let mut told = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for said in of(Standing::Mutual) {
        if !told.contains(&said.id) {
            told.extend([&said.id].into_iter().chain(&said.moves_with));
            let names: Vec<String> = [&said.id]
                .into_iter()
                .chain(&said.moves_with)
                .map(|id| words.commitment(id))
                .collect();
            lines.push(match names.as_slice() {
                [alone] => format!("{alone} follows a group that moves together."),
                group => format!("Move together: {}.", group.join("; ")),
            });
        }
    }
    for said in of(Standing::Waiting) {
        let missing: Vec<String> =
            said.waits_for.iter().map(|missing| words.missing(missing)).collect();
        let perhaps = if said.smallest { "" } else { " (perhaps less)" };
        let name = words.commitment(&said.id);
        lines.push(format!("{name} waits for: {}{perhaps}.", missing.join("; ")));
    }
    for said in of(Standing::Void) {
        let why = said.why.unwrap_or("it cannot come into force");
        lines.push(format!("{} is void: {why}.", words.commitment(&said.id)));
    }
    page.list(&lines, LISTED_MAX, "commitments that are not firm");
}

fn breaking(page: &mut Page, words: &Words<'_>, assessment: &Assessment, shortly: bool) {
    for reading in Reading::ALL {
        let result = assessment.readings.under(reading);
        if !result.holds {
            continue;
        }
        page.section(&format!("What breaks it ({})", words::reading(reading)));
        match result.order {
            Order::Never => page.text("Nothing that could be lost."),
            Order::AtLeast(at_least) => {
                let known = result.breaking.example.as_ref().map_or_else(
                    || "no set that does is known".to_owned(),
                    |example| format!("{} are enough", example.len()),
                );
                page.text(&format!("It takes at least {at_least} losses together; {known}."));
            }
            Order::Exactly(size) => {
                let losses = if size == 1 { "one loss" } else { "losses together" };
                let size = if size == 1 { String::new() } else { format!("{size} ") };
                page.text(&format!("It takes {size}{losses}. Smallest first:"));
            }
        }
        set_list(page, words, &result.breaking, "breaking sets");
        if shortly {
            explained::first(page, words, assessment.explained.under(reading));
        }
        important(page, words, result);
    }
}

fn set_list(page: &mut Page, words: &Words<'_>, list: &SetList, what: &str) {
    let named = |set: &Vec<super::Item>| {
        set.iter().map(|item| words.item(item)).collect::<Vec<String>>().join(" and ")
    };
    let lines: Vec<String> = list.listed.iter().map(named).collect();
    page.list(&lines[..lines.len().min(LISTED_MAX)], LISTED_MAX, what);
    if lines.len() > LISTED_MAX || !list.complete() {
        page.text(&format!("In all: {} {what}.", list.total));
    }
    if let Some(size) = list.found_to {
        page.text(&format!("Larger than {size} were not all looked for: there may be more."));
    }
    if let Some(example) = &list.example {
        page.text(&format!("One that would do: {}.", named(example)));
    }
}

fn important(page: &mut Page, words: &Words<'_>, result: &ReadingResult) {
    let mut parties: Vec<(f64, String)> = result
        .importance
        .iter()
        .filter(|of| of.birnbaum > 0.0)
        .map(|of| (of.birnbaum, words.item(&of.item)))
        .collect();
    parties.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let most: Vec<String> = parties
        .into_iter()
        .take(5)
        .map(|(weight, name)| format!("{name} ({})", words::percent(weight)))
        .collect();
    if !most.is_empty() {
        page.text(&format!(
            "What matters most, by how much its loss lowers the chance: {}.",
            most.join("; ")
        ));
    }
}

fn sufficient(page: &mut Page, words: &Words<'_>, assessment: &Assessment) {
    for reading in Reading::ALL {
        let result = assessment.readings.under(reading);
        if result.holds {
            continue;
        }
        page.section(&format!("What would be enough ({})", words::reading(reading)));
        if result.sufficient.listed.is_empty() && result.sufficient.all_found {
            page.text("No circumstance that is unknown today would make it hold.");
        } else {
            set_list(page, words, &result.sufficient, "sufficient sets");
        }
    }
}
