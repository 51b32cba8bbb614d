//! Sources: what is cited, what each says, and where they disagree.

use super::{claims, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, OnPhone, PageHead, Table};
use crate::routes::{Route, lasting};
use coalition::content::{Claim, Source};
use coalition::{Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[lasting("/sources", list), lasting("/sources/{id}", one)];

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let sources: Vec<(&Thing, &Source)> = view.all::<Source>().collect();
    let actions = html! {
        (words::offer_new(asking, Kind::Source, "Cite a source", &[]))
        (words::offer_new(asking, Kind::Claim, "State a claim", &[]))
        @if asking.seated() {
            a.button href="/disclosure" { "Assess a leak" }
            a.button href="/copies" { "Marked copies" }
        }
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Every fact here rests on a source. Where two sources disagree, both stand; two that have it from one place count once.",
            actions,
            ..PageHead::titled("Sources")
        }))
        @if sources.is_empty() {
            (parts::empty("No source has been cited that you can see.", &html! {}))
        } @else {
            (parts::table(&Table {
                caption: "Sources",
                caption_unseen: true,
                columns: vec![
                    Column::words("Source"), Column::words("Published by"), Column::words("When"),
                    Column::words("Has it from"), Column::figures("Claims"), Column::words("Label"),
                ],
                rows: sources.iter().map(|(thing, source)| row(view, thing, source)).collect(),
                on_phone: OnPhone::Cards,
            }))
        }
        (disagreements(asking))
    };
    Ok(asking.page("Sources", Section::Sources, body))
}

fn row(view: &View, thing: &Thing, source: &Source) -> Vec<Markup> {
    let claims = view.standing::<Claim>().filter(|(_, claim)| claim.source == thing.id).count();
    vec![
        html! { a href={ "/sources/" (thing.id) } { (source.title) } @if thing.withdrawn() { " " span.quiet { "withdrawn" } } },
        html! { @if let Some(outlet) = &source.outlet { (outlet) } @else { span.quiet { "not stated" } } },
        html! { @if let Some(date) = &source.date { (date) } @else { span.quiet { "not stated" } } },
        html! { @if let Some(origin) = &source.origin { (origin) } @else { span.quiet { "itself" } } },
        html! { (claims) },
        parts::tlp(words::tlp(thing.marking.label)),
    ]
}

/// The things on whose points sources give different values, each with all that is said.
fn disagreements(asking: &Asking) -> Markup {
    let disputed = claims::disputed(&asking.view);
    html! {
        section {
            h2 { "Where sources disagree" }
            @if disputed.is_empty() {
                p.quiet { "No two claims that you can see give different values for one point." }
            }
            @for about in &disputed {
                (claims::panel(asking, about.as_ref()))
            }
        }
    }
}

fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, source) = asking.find::<Source>("id")?;
    let view = &asking.view;
    let said: Vec<(&Thing, &Claim)> =
        view.all::<Claim>().filter(|(_, claim)| claim.source == thing.id).collect();
    let siblings: Vec<(&Thing, &Source)> = view
        .all::<Source>()
        .filter(|(other, said)| {
            other.id != thing.id && source.origin.is_some() && said.origin == source.origin
        })
        .collect();
    let absent = || html! { span.quiet { "not stated" } };
    let facts = [
        ("Published by", source.outlet.as_ref().map_or_else(absent, |outlet| html! { (outlet) })),
        ("When", source.date.as_ref().map_or_else(absent, |date| html! { (date) })),
        (
            "Has it from",
            source
                .origin
                .as_ref()
                .map_or_else(|| html! { "its own reporting" }, |origin| html! { (origin) }),
        ),
    ];
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Sources", href: Some("/sources") }, Crumb { text: source.title.as_str(), href: None }]))
        (parts::page_head(&PageHead {
            kicker: "Source",
            label: Some(words::tlp(thing.marking.label)),
            actions: html! {
                (words::offer_new(asking, Kind::Claim, "State what it says", &[("source", &thing.id)]))
                (words::changes(asking, thing))
            },
            ..PageHead::titled(source.title.as_str())
        }))
        (words::status(thing))
        (parts::columns(
            &html! {
                (parts::facts(&facts))
                (words::paragraphs(source.note.as_str()))
                @if !siblings.is_empty() {
                    p {
                        "It has this from the same place as "
                        @for (place, (other, _)) in siblings.iter().enumerate() {
                            @if place > 0 { ", " }
                            (words::link(view, &other.id))
                        }
                        ": together they count once as evidence."
                    }
                }
                section {
                    h2 { "What it says" }
                    @if said.is_empty() { p.quiet { "No claim has been stated from it." } }
                    (claim_table(view, &said))
                }
                (cited_by(view, &thing.id))
            },
            &words::seen_and_done(asking, thing),
        ))
    };
    Ok(asking.page(source.title.as_str(), Section::Sources, body))
}

fn claim_table(view: &View, said: &[(&Thing, &Claim)]) -> Markup {
    let rows = said.iter().map(|(thing, claim)| {
        vec![
            html! { span id=(thing.id) { (claim.point) } @if thing.withdrawn() { " " span.quiet { "withdrawn" } } },
            html! { @if let Some(about) = &claim.about { (words::link(view, about)) } @else { "the coalition" } },
            html! { @if let Some(value) = &claim.value { (value) } @else { span.quiet { "–" } } },
            html! { (claim.text) },
        ]
    });
    html! {
        @if !said.is_empty() {
            (parts::table(&Table {
                caption: "Claims of this source",
                caption_unseen: true,
                columns: vec![Column::words("On"), Column::words("About"), Column::words("Value"), Column::words("In our words")],
                rows: rows.collect(),
                on_phone: OnPhone::Cards,
            }))
        }
    }
}

/// What rests on a source: commitments, needs and guarantees that cite it.
fn cited_by(view: &View, source: &Id) -> Markup {
    use coalition::content::{Commitment, Guarantee, Need};
    let cites = |cited: &Option<Id>| cited.as_ref() == Some(source);
    let mut citing: Vec<&Thing> = Vec::new();
    citing.extend(
        view.all::<Commitment>().filter(|(_, said)| cites(&said.source)).map(|(thing, _)| thing),
    );
    citing
        .extend(view.all::<Need>().filter(|(_, said)| cites(&said.source)).map(|(thing, _)| thing));
    citing.extend(
        view.all::<Guarantee>().filter(|(_, said)| cites(&said.source)).map(|(thing, _)| thing),
    );
    html! {
        @if !citing.is_empty() {
            section {
                h2 { "What cites it" }
                ul.plain {
                    @for thing in citing {
                        li { span.quiet { (thing.content.kind().word()) } " " (words::link(view, &thing.id)) }
                    }
                }
            }
        }
    }
}
