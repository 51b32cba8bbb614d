//! A resource: its unit, who promises it, who needs it.

use super::said;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, OnPhone, PageHead, Table};
use crate::pages::{claims, words};
use coalition::content::{Basis, Commitment, Guarantee, Need, Resource};
use coalition::{Kind, Refusal, Thing, View};
use maud::{Markup, html};

/// Commitments shown here; the list has all of them.
const SHOWN: usize = 25;

pub(super) fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, resource) = asking.find::<Resource>("id")?;
    let view = &asking.view;
    let mut promised: Vec<(&Thing, &Commitment)> =
        view.standing::<Commitment>().filter(|(_, said)| said.resource == thing.id).collect();
    promised.sort_by_key(|(thing, said)| (std::cmp::Reverse(said.amount), thing.id.clone()));
    let needs: Vec<(&Thing, &Need)> =
        view.standing::<Need>().filter(|(_, need)| need.resource == thing.id).collect();
    let guarantees: Vec<(&Thing, &Guarantee)> = view
        .standing::<Guarantee>()
        .filter(|(_, said)| said.needs.iter().any(|need| need.resource == thing.id))
        .collect();
    let illustrative = promised.iter().any(|(_, said)| said.basis == Basis::Illustrative)
        || needs.iter().any(|(_, need)| need.basis == Basis::Illustrative)
        || guarantees
            .iter()
            .flat_map(|(_, said)| &said.needs)
            .any(|need| need.resource == thing.id && need.basis == Basis::Illustrative);
    let name = resource.name.as_str();
    let body = html! {
        (said::illustrative_notice(illustrative))
        (parts::crumbs(&[Crumb { text: "Commitments", href: Some("/commitments") }, Crumb { text: name, href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Resource",
            label: Some(words::tlp(thing.marking.label)),
            actions: html! {
                (words::offer_new(asking, Kind::Commitment, "Promise it", &[("resource", &thing.id)]))
                (words::changes(asking, thing))
            },
            ..PageHead::titled(name)
        }))
        (words::status(thing))
        (parts::columns(
            &html! {
                (parts::facts(&[("Counted in", html! { (resource.unit) })]))
                (words::paragraphs(resource.note.as_str()))
                (promised_part(view, thing, resource, &promised))
                (needed_part(view, thing, resource, &needs, &guarantees))
                (claims::panel(asking, Some(&thing.id)))
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(name, Section::Commitments, body))
}

fn promised_part(
    view: &View,
    thing: &Thing,
    resource: &Resource,
    promised: &[(&Thing, &Commitment)],
) -> Markup {
    let rows = promised.iter().take(SHOWN).map(|(other, said)| {
        vec![
            html! { a href={ "/commitments/" (other.id) } { (view.name_of(&said.party)) } },
            said::promised(said, resource.unit.as_str()),
            html! { (said::short_window(said.from, said.until)) },
            said::stage(other, said.stage),
        ]
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        section.stack {
            h2 { "Who promises it" }
            @if rows.is_empty() { p.quiet { "Nobody has promised any of it, as far as you can see." } }
            @else {
                (parts::table(&Table {
                    caption: "Commitments of this resource, the largest first",
                    caption_unseen: true,
                    columns: vec![
                        Column::words("Party"), Column::figures("Amount"), Column::words("When"), Column::words("Stage"),
                    ],
                    rows,
                    on_phone: OnPhone::Cards,
                }))
                p {
                    a href={ "/commitments?resource=" (thing.id) } {
                        "All " (said::counted(promised.len(), "commitment", "commitments")) " that stand, with conditions and totals"
                    }
                }
            }
        }
    }
}

fn needed_part(
    view: &View,
    thing: &Thing,
    resource: &Resource,
    needs: &[(&Thing, &Need)],
    guarantees: &[(&Thing, &Guarantee)],
) -> Markup {
    let unit = resource.unit.as_str();
    html! {
        section.stack {
            h2 { "Who needs it" }
            @if needs.is_empty() && guarantees.is_empty() { p.quiet { "No need and no guarantee that you can see asks for it." } }
            ul {
                @for (other, need) in needs {
                    li {
                        (words::link(view, &other.id)) ": "
                        (said::figure(Some(need.amount), unit, need.basis)) ", " (said::window(Some(need.from), Some(need.until)))
                    }
                }
                @for (other, guarantee) in guarantees {
                    @for need in guarantee.needs.iter().filter(|need| need.resource == thing.id) {
                        li {
                            "the guarantee " (words::link(view, &other.id)) ": "
                            (said::figure(Some(need.amount), unit, need.basis)) ", " (said::window(Some(need.from), Some(need.until)))
                        }
                    }
                }
            }
        }
    }
}
