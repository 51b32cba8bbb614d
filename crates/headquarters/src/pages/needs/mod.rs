//! Needs: what the beneficiary asks for, and how far it is covered.

use super::guarantees::{coverage, said};
use super::{claims, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, OnPhone, PageHead, Table};
use crate::routes::{Route, lasting};
use coalition::assess::{AssessError, NeedCoverage, Reading};
use coalition::content::{Basis, Guarantee, Need};
use coalition::model::Scenario;
use coalition::time::Point;
use coalition::{Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[lasting("/needs", list), lasting("/needs/{id}", one)];

/// Pictures on the page of all needs; the others are on the page of each need.
const PICTURES_MAX: usize = 12;

/// A need and what covers it as things are.
type Covered<'a> = (&'a Thing, &'a Need, Result<NeedCoverage, AssessError>);

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let scenario = Scenario::default();
    let covered = |need| asking.ready().prepared()?.coverage_of(need, &scenario);
    let mut needs: Vec<Covered<'_>> =
        view.all::<Need>().map(|(thing, need)| (thing, need, covered(need))).collect();
    needs.sort_by_cached_key(|(thing, need, _)| (view.name_of(&need.resource), thing.id.clone()));
    let actions = words::offer_new(asking, Kind::Need, "State a need", &[]);
    let body = html! {
        (said::illustrative_notice(needs.iter().any(uses_illustrative)))
        (parts::page_head(&PageHead {
            lead: "What is asked for, and what is promised against it as things are today. Where days count from a trigger, the trigger is taken to have come.",
            actions: actions.clone(),
            ..PageHead::titled("Needs and coverage")
        }))
        @if needs.is_empty() {
            (parts::empty("No need has been stated that you can see. A beneficiary states its own; a lead may record them.", &actions))
        } @else {
            (table_of(view, &needs))
            (pictures_of(view, &needs))
        }
    };
    Ok(asking.page("Needs", Section::Needs, body))
}

/// What a need takes for granted: one that speaks of days after a trigger, that the triggers of the
/// guarantees which ask for the same have come.
fn presupposed(view: &View, need: &Need) -> Scenario {
    let relative = [need.from, need.until].iter().any(|point| matches!(point, Point::Trigger(_)));
    let triggers = view
        .standing::<Guarantee>()
        .filter(|(_, said)| relative && said.needs.iter().any(|one| one.resource == need.resource))
        .filter_map(|(_, said)| said.trigger.clone());
    Scenario { assume: triggers.collect(), ..Scenario::default() }
}

/// What was taken for granted, in a sentence; nothing where nothing was.
fn presupposed_words(view: &View, scenario: &Scenario) -> String {
    let names: Vec<String> =
        scenario.assume.iter().map(|id| format!("“{}”", view.name_of(id))).collect();
    match names.len() {
        0 => String::new(),
        1 => format!("Its days count from a trigger, so {} is taken to hold.", names[0]),
        _ => format!(
            "Its days count from a trigger, so {} are taken to hold.",
            words::listed(&names)
        ),
    }
}

fn uses_illustrative((_, need, covered): &Covered<'_>) -> bool {
    need.basis == Basis::Illustrative || covered.as_ref().is_ok_and(coverage::illustrative)
}

fn table_of(view: &View, needs: &[Covered<'_>]) -> Markup {
    let rows = needs.iter().map(|(thing, need, covered)| {
        let unit = said::unit(view, &need.resource);
        vec![
            html! {
                a href={ "/needs/" (thing.id) } { (view.name_of(&need.resource)) }
                @if !thing.stands() { " " span.quiet { "withdrawn" } }
            },
            html! { (words::link(view, &need.party)) },
            said::figure(Some(need.amount), &unit, need.basis),
            html! { (said::short_window(Some(need.from), Some(need.until))) },
            reading_cell(covered, Reading::Firm),
            reading_cell(covered, Reading::Mutual),
            html! {
                @match covered {
                    Ok(covered) => { (coverage::most_missing(covered, Reading::Mutual).grouped()) " " (unit) },
                    Err(_) => span.quiet { "not computed" },
                }
            },
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let rows = rows.collect();
    html! {
        (parts::table(&Table {
            caption: "Needs and how far they are covered at their worst moment",
            caption_unseen: false,
            columns: vec![
                Column::words("Of what"),
                Column::words("For whom"),
                Column::figures("Needed"),
                Column::words("When"),
                Column::words("Firm"),
                Column::words("Firm and mutual"),
                Column::figures("Missing"),
                Column::words("Label"),
            ],
            rows,
            on_phone: OnPhone::Cards,
        }))
    }
}

fn reading_cell(covered: &Result<NeedCoverage, AssessError>, reading: Reading) -> Markup {
    match covered {
        Ok(covered) => coverage::bar(covered, reading),
        Err(_) => html! { span.quiet { "not computed" } },
    }
}

fn pictures_of(view: &View, needs: &[Covered<'_>]) -> Markup {
    let drawn: Vec<(&Thing, &NeedCoverage)> = needs
        .iter()
        .filter_map(|(thing, _, covered)| Some((*thing, covered.as_ref().ok()?)))
        .collect();
    html! {
        @if !drawn.is_empty() {
            section.stack {
                h2 { "Over time" }
                @for (place, (thing, covered)) in drawn.iter().take(PICTURES_MAX).enumerate() {
                    (coverage::picture(view, &format!("need-{place}"), &words::title(view, thing), covered))
                }
                @if drawn.len() > PICTURES_MAX {
                    p.quiet { "The first " (PICTURES_MAX) " are drawn; each need's own page has its picture." }
                }
            }
        }
    }
}

fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, need) = asking.find::<Need>("id")?;
    let view = &asking.view;
    let scenario = presupposed(view, need);
    let covered = asking.ready().prepared().and_then(|of| of.coverage_of(need, &scenario));
    let title = words::title(view, thing);
    let unit = said::unit(view, &need.resource);
    let source = match &need.source {
        Some(source) => words::link(view, source),
        None => html! { span.quiet { "no source cited" } },
    };
    let facts = [
        ("Needed by", words::link(view, &need.party)),
        ("What", words::link(view, &need.resource)),
        (
            "How much",
            html! { (said::figure(Some(need.amount), &unit, need.basis)) ", at every moment" },
        ),
        ("When", html! { (said::window(Some(need.from), Some(need.until))) }),
        ("Source", source),
    ];
    let uses =
        need.basis == Basis::Illustrative || covered.as_ref().is_ok_and(coverage::illustrative);
    let body = html! {
        (said::illustrative_notice(uses))
        (parts::crumbs(&[Crumb { text: "Needs", href: Some("/needs") }, Crumb { text: &title, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Need",
            label: Some(words::tlp(thing.marking.label)),
            actions: html! {
                (words::offer_new(asking, Kind::Commitment, "Promise it", &[("resource", &need.resource)]))
                (words::changes(asking, thing))
            },
            ..PageHead::titled(&title)
        }))
        (words::status(thing))
        (parts::columns(
            &html! {
                (parts::facts(&facts))
                (words::paragraphs(need.note.as_str()))
                (covered_part(view, &title, &covered, &presupposed_words(view, &scenario)))
                (claims::panel(asking, Some(&thing.id)))
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(&title, Section::Needs, body))
}

fn covered_part(
    view: &View,
    title: &str,
    covered: &Result<NeedCoverage, AssessError>,
    presupposed: &str,
) -> Markup {
    html! {
        @match covered {
            Err(error) => section.stack {
                h2 { "How far it is covered" }
                p { "This cannot be computed: " (error) }
                @if matches!(error, AssessError::MixedWindows { .. }) {
                    p { "A guarantee that asks for it can: its page asks on which day the trigger comes." }
                }
            },
            Ok(covered) => {
                section.stack {
                    h2 { "How far it is covered" }
                    p { (coverage::sentence(view, covered)) @if !presupposed.is_empty() { " " (presupposed) } }
                    (coverage::picture(view, "need", title, covered))
                }
                section.stack {
                    h2 { "What can cover it" }
                    (coverers_table(view, covered))
                }
            },
        }
    }
}

/// The commitments that can cover a need, those in force first, the largest first.
fn coverers_table(view: &View, covered: &NeedCoverage) -> Markup {
    let unit = said::unit(view, &covered.resource);
    let found = coverage::coverers(covered);
    let mut order: Vec<(&Id, &coverage::Coverer)> =
        found.iter().map(|(id, one)| (*id, one)).collect();
    order.sort_by_key(|(id, one)| {
        (!one.firm, !one.mutual, std::cmp::Reverse(one.amount.mutual), (*id).clone())
    });
    let rows = order.into_iter().map(|(id, one)| {
        vec![
            html! { a href={ "/commitments/" (id) } { (view.name_of(&one.party)) } },
            html! {
                (one.amount.firm.grouped())
                @if one.amount.firm != one.amount.mutual { " to " (one.amount.mutual.grouped()) }
                " " (unit)
                @if one.illustrative { " " (parts::illustrative()) }
            },
            html! { (said::short_window(Some(one.from), Some(one.until))) },
            html! {
                @if one.firm { "in force" }
                @else if one.mutual { "in force if its group moves together" }
                @else { "not in force" }
            },
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if rows.is_empty() {
            p.quiet { "Nobody has promised any of it for this time, as far as you can see." }
        } @else {
            (parts::table(&Table {
                caption: "Commitments that can cover it",
                caption_unseen: true,
                columns: vec![
                    Column::words("Party"),
                    Column::figures("Amount"),
                    Column::words("Within the need's time"),
                    Column::words("As things are"),
                ],
                rows,
                on_phone: OnPhone::Cards,
            }))
        }
    }
}
