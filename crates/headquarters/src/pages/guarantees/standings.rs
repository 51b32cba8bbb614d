//! Which commitments are in force, which wait, and for what.

use super::said;
use crate::look::parts::{self, Stat};
use crate::pages::words;
use coalition::assess::{CommitmentStanding, Standing, Verdict};
use coalition::condition::Kind;
use coalition::content::Basis;
use coalition::model::{Model, ModelCommitment};
use coalition::{Id, View};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Rows in sight; a longer list folds.
const SHOWN: usize = 8;

/// The commitments that play a part in a guarantee: those of what it needs, and those of what their
/// conditions look at.
pub(super) fn relevant(model: &Model, verdict: &Verdict) -> BTreeSet<Id> {
    let mut resources: BTreeSet<&Id> = verdict.needs.iter().map(|need| &need.resource).collect();
    loop {
        let before = resources.len();
        for entry in model.commitments.values() {
            if resources.contains(&entry.commitment.resource) {
                entry.commitment.condition.visit(&mut |kind, id| {
                    if kind == Kind::Resource {
                        resources.insert(id);
                    }
                });
            }
        }
        if resources.len() == before {
            break;
        }
    }
    let plays = |entry: &&ModelCommitment| resources.contains(&entry.commitment.resource);
    model.commitments.iter().filter(|(_, entry)| plays(entry)).map(|(id, _)| id.clone()).collect()
}

/// Every commitment that plays a part, by standing.
pub(super) fn section(
    view: &View,
    model: &Model,
    verdict: &Verdict,
    relevant: &BTreeSet<Id>,
) -> Markup {
    let of = |standing: Standing| -> Vec<&CommitmentStanding> {
        let all = verdict.commitments.iter().filter(|said| relevant.contains(&said.id));
        let mut all: Vec<&CommitmentStanding> =
            all.filter(|said| said.standing == standing).collect();
        all.sort_by_cached_key(|said| (view.name_of(&said.party), said.id.clone()));
        all
    };
    let others = verdict.commitments.len() - relevant.len();
    let figures = Standing::ALL.map(|standing| (standing, of(standing).len().to_string()));
    let figures: Vec<Stat<'_>> = figures
        .iter()
        .map(|(standing, figure)| Stat { name: standing.word(), figure, note: "", href: None })
        .collect();
    html! {
        section.stack id="standings" {
            h2 { "Who is in force, who waits" }
            (parts::stats(&figures))
            @for standing in Standing::ALL {
                @let all = of(standing);
                @if !all.is_empty() {
                    div {
                        h3 { (said::standing(standing)) " " span.quiet.small { (said::standing_meaning(standing)) } }
                        @match standing {
                            Standing::Mutual => (mutual(view, model, &all)),
                            _ => (listed(view, model, standing, &all)),
                        }
                    }
                }
            }
            @if others > 0 {
                p.small.quiet { (said::counted(others, "other commitment plays", "other commitments play")) " no part in this guarantee." }
            }
        }
    }
}

fn listed(view: &View, model: &Model, standing: Standing, all: &[&CommitmentStanding]) -> Markup {
    let id = format!("standing-{}", standing.word());
    html! {
        ul { @for one in all.iter().take(SHOWN) { li { (row(view, model, one)) } } }
        @if all.len() > SHOWN {
            details id=(id) {
                summary { (all.len() - SHOWN) " more" }
                ul { @for one in &all[SHOWN..] { li { (row(view, model, one)) } } }
            }
        }
    }
}

/// Groups that move together, each told once; then those that follow a group.
fn mutual(view: &View, model: &Model, all: &[&CommitmentStanding]) -> Markup {
    let groups = groups(all);
    let followers: Vec<&CommitmentStanding> =
        all.iter().copied().filter(|one| one.moves_with.is_empty()).collect();
    html! {
        @for (place, group) in groups.iter().enumerate() {
            p { strong { @if groups.len() > 1 { "Group " (place + 1) ": " } (group.len()) " move together" } ": each waits for the others, so they are in force if all of them go." }
            @let entry = |id: &Id| promise(view, model, id);
            ul { @for id in group.iter().take(SHOWN) { li { (entry(id)) } } }
            @if group.len() > SHOWN {
                details id={ "group-" (place) } {
                    summary { (group.len() - SHOWN) " more in this group" }
                    ul { @for id in &group[SHOWN..] { li { (entry(id)) } } }
                }
            }
        }
        @if !followers.is_empty() {
            @if !groups.is_empty() { p { "These follow:" } }
            (listed(view, model, Standing::Mutual, &followers))
        }
    }
}

/// The distinct groups among mutual commitments, the largest first.
pub(super) fn groups(all: &[&CommitmentStanding]) -> Vec<Vec<Id>> {
    let mut groups: Vec<Vec<Id>> = all
        .iter()
        .filter(|one| !one.moves_with.is_empty())
        .map(|one| {
            let mut group: Vec<Id> = one.moves_with.iter().chain([&one.id]).cloned().collect();
            group.sort();
            group
        })
        .collect();
    groups.sort_by_cached_key(|group| (std::cmp::Reverse(group.len()), group.clone()));
    groups.dedup();
    groups
}

/// "France, 6 000 persons of ground troops".
fn promise(view: &View, model: &Model, id: &Id) -> Markup {
    let Some(entry) = model.commitments.get(id) else { return words::link(view, id) };
    let said = &entry.commitment;
    html! {
        a href={ "/commitments/" (id) } { (view.name_of(&said.party)) } ", "
        @match (&said.matches, said.amount) {
            (Some(_), _) => {
                (view.name_of(&said.resource)) ", "
                (said::promised(said, &said::unit(view, &said.resource)))
            },
            (None, Some(amount)) => {
                (said::quantity_of(view, &said.resource, amount))
                @if said.basis == Basis::Illustrative { " " (parts::illustrative()) }
            },
            (None, None) => { (view.name_of(&said.resource)) ", no amount stated" },
        }
    }
}

fn row(view: &View, model: &Model, one: &CommitmentStanding) -> Markup {
    html! {
        (promise(view, model, &one.id))
        @if let (Some(matched), Some(entry)) = (&one.matched, model.commitments.get(&one.id)) {
            ": " (said::matched(view, &entry.commitment.resource, matched))
        }
        @if !one.waits_for.is_empty() {
            @let clauses: Vec<Markup> = one.waits_for.iter().map(|missing| said::missing(view, missing)).collect();
            ": waits until " (said::clauses(&clauses))
            @if !one.smallest { " (less may do: the search was cut short)" }
        }
        @if let Some(why) = one.why { ": " (why) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_told_once_however_many_are_in_it() {
        let id = |text: &str| Id::parse(text).expect("an id");
        let one = |own: &str, others: &[&str]| CommitmentStanding {
            id: id(own),
            party: id(own),
            standing: Standing::Mutual,
            moves_with: others.iter().map(|other| id(other)).collect(),
            waits_for: Vec::new(),
            smallest: true,
            matched: None,
            why: None,
        };
        let all = [
            one("a", &["b"]),
            one("b", &["a"]),
            one("c", &["d", "e"]),
            one("d", &["c", "e"]),
            one("e", &["c", "d"]),
            one("f", &[]),
        ];
        let all: Vec<&CommitmentStanding> = all.iter().collect();
        assert_eq!(groups(&all), [vec![id("c"), id("d"), id("e")], vec![id("a"), id("b")]]);
    }
}
