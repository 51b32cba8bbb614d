//! Circumstances: what holds, what is open, and where it matters.

use super::said;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, Glyph, OnPhone, PageHead, Table, Tone};
use crate::pages::{claims, words};
use coalition::condition::Kind as Named;
use coalition::content::{Circumstance, Commitment, Guarantee, Holds};
use coalition::{Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let mut all: Vec<(&Thing, &Circumstance)> = view.all::<Circumstance>().collect();
    all.sort_by_cached_key(|(thing, said)| (said.name.as_str().to_lowercase(), thing.id.clone()));
    let conditions = counts(view);
    let rows = all.iter().map(|(thing, said)| {
        let triggers = triggered(view, &thing.id);
        let count = conditions.get(&thing.id).copied().unwrap_or(0);
        vec![
            html! {
                a href={ "/circumstances/" (thing.id) } { (said.name) }
                @if !thing.stands() { " " span.quiet { "withdrawn" } }
            },
            holds(said.holds),
            chance(said),
            html! { (said::counted(count, "commitment", "commitments")) },
            html! {
                @if triggers.is_empty() { span.quiet { "none" } }
                @for (place, thing) in triggers.iter().enumerate() {
                    @if place > 0 { ", " }
                    (words::link(view, &thing.id))
                }
            },
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let actions = words::offer_new(asking, Kind::Circumstance, "State a circumstance", &[]);
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Guarantees", href: Some("/guarantees") }, Crumb { text: "Circumstances", href: None }]))
        (parts::page_head(&PageHead {
            lead: "Propositions about the world on which commitments and guarantees hang.",
            actions: actions.clone(),
            ..PageHead::titled("Circumstances")
        }))
        @if rows.is_empty() {
            (parts::empty("No circumstance has been stated that you can see.", &actions))
        } @else {
            (parts::table(&Table {
                caption: "Circumstances",
                caption_unseen: true,
                columns: vec![
                    Column::words("Circumstance"), Column::words("Holds?"), Column::words("Chance, while open"),
                    Column::figures("In the conditions of"), Column::words("Trigger of"), Column::words("Label"),
                ],
                rows,
                on_phone: OnPhone::Cards,
            }))
        }
    };
    Ok(asking.page("Circumstances", Section::Guarantees, body))
}

/// In how many commitments' conditions each circumstance stands.
fn counts(view: &View) -> BTreeMap<Id, usize> {
    let mut counts = BTreeMap::new();
    for (_, said) in view.standing::<Commitment>() {
        for id in said.condition.references().circumstances {
            *counts.entry(id).or_insert(0) += 1;
        }
    }
    counts
}

fn triggered<'a>(view: &'a View, id: &Id) -> Vec<&'a Thing> {
    view.standing::<Guarantee>()
        .filter(|(_, guarantee)| guarantee.trigger.as_ref() == Some(id))
        .map(|(thing, _)| thing)
        .collect()
}

/// Whether it holds, in a badge.
pub(crate) fn holds(holds: Holds) -> Markup {
    match holds {
        Holds::Yes => parts::badge(Tone::Good, Some(Glyph::Tick), "holds"),
        Holds::No => parts::badge(Tone::Bad, Some(Glyph::Cross), "does not hold"),
        Holds::Unknown => parts::badge(Tone::Idle, Some(Glyph::Empty), "not known"),
    }
}

fn chance(said: &Circumstance) -> Markup {
    html! {
        @match (said.holds, said.chance) {
            (Holds::Unknown, Some(chance)) => span { (said::percent(chance.as_f64())) " " span.quiet.small { "assumed" } },
            (Holds::Unknown, None) => span.quiet { "none recorded: counts as 0 %" },
            _ => span.quiet { "–" },
        }
    }
}

pub(super) fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, said) = asking.find::<Circumstance>("id")?;
    let view = &asking.view;
    let used: Vec<(&Thing, bool, bool)> = view
        .standing::<Commitment>()
        .filter_map(|(other, commitment)| {
            let (plain, negated) = mentions(commitment, &thing.id);
            (plain || negated).then_some((other, plain, negated))
        })
        .collect();
    let triggers = triggered(view, &thing.id);
    let name = said.name.as_str();
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Circumstances", href: Some("/circumstances") }, Crumb { text: name, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Circumstance",
            label: Some(words::tlp(thing.marking.label)),
            badges: holds(said.holds),
            actions: words::changes(asking, thing),
            ..PageHead::titled(name)
        }))
        (words::status(thing))
        (parts::columns(
            &html! {
                (parts::facts(&[("Chance that it comes to hold", chance(said))]))
                (words::paragraphs(said.note.as_str()))
                section.stack {
                    h2 { "Trigger of" }
                    @if triggers.is_empty() { p.quiet { "It triggers no guarantee that you can see." } }
                    @else {
                        ul { @for thing in &triggers { li { (words::link(view, &thing.id)) } } }
                    }
                }
                section.stack {
                    h2 { "Commitments that hang on it" }
                    @if used.is_empty() { p.quiet { "It stands in the condition of no commitment that you can see." } }
                    @else {
                        ul {
                            @for (other, _, negated) in &used {
                                li {
                                    (words::link(view, &other.id))
                                    @if *negated { " " span.quiet { "(when it does not hold)" } }
                                }
                            }
                        }
                    }
                }
                (claims::panel(asking, Some(&thing.id)))
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(name, Section::Guarantees, body))
}

/// Whether a condition asks that the circumstance hold, and whether it asks that it not.
fn mentions(commitment: &Commitment, id: &Id) -> (bool, bool) {
    use coalition::condition::{Condition, Formula};
    fn look(formula: &Formula, id: &Id, found: &mut (bool, bool)) {
        match formula {
            Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
                parts.iter().for_each(|part| look(part, id, found));
            }
            Formula::Circumstance { circumstance, negated } if circumstance == id => {
                if *negated {
                    found.1 = true;
                } else {
                    found.0 = true;
                }
            }
            _ => {}
        }
    }
    let mut found = (false, false);
    let mut named = false;
    commitment
        .condition
        .visit(&mut |kind, name| named |= kind == Named::Circumstance && name == id);
    if let (true, Condition::When(formula)) = (named, &commitment.condition) {
        look(formula, id, &mut found);
    }
    found
}
