//! Parties, their delegations, and the people in them.

mod one;
mod person;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Field, FilterBar, Glyph, OnPhone, PageHead, Table, Tone};
use crate::pages::{listing, words};
use crate::routes::{Route, get};
use coalition::content::{Commitment, Party, Seat, Standing};
use coalition::{Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(crate) const ROUTES: &[Route] =
    &[get("/parties", list), get("/parties/{id}", one::page), get("/persons/{id}", person::page)];

/// A party and its thing.
type Taking<'v> = (&'v Thing, &'v Party);

/// What a standing means, in a clause.
fn meaning(standing: Standing) -> &'static str {
    match standing {
        Standing::Lead => "convenes and admits",
        Standing::Member => "promises and is heard",
        Standing::Observer => "is present, without promise",
        Standing::Beneficiary => "is the one whom the coalition helps",
    }
}

/// The heading of the parties of a standing, and a sentence about them.
fn heading(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Lead => ("Leads", "They convene and admit."),
        Standing::Member => ("Members", "They promise and are heard."),
        Standing::Observer => ("Observers", "They are present, without promise."),
        Standing::Beneficiary => ("Beneficiaries", "The coalition is there to help them."),
    }
}

const LEFT: (&str, &str) =
    ("Left", "They take no part any more; what they promised is not in force.");

/// All parties by standing and name; those that left last.
fn in_order(view: &View) -> Vec<Taking<'_>> {
    let mut all: Vec<Taking<'_>> = view.all::<Party>().collect();
    all.sort_by_key(|(thing, party)| {
        (thing.withdrawn(), party.standing, party.name.as_str(), &thing.id)
    });
    all
}

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let all = in_order(view);
    let search = asking.ask("q").map(str::to_lowercase);
    let standing = asking.ask("standing");
    let shown: Vec<Taking<'_>> = all
        .iter()
        .copied()
        .filter(|(_, party)| standing.is_none_or(|wanted| wanted == party.standing.word()))
        .filter(|(_, party)| {
            search.as_ref().is_none_or(|wanted| party.name.as_str().to_lowercase().contains(wanted))
        })
        .collect();
    let part = listing::listed(asking, &shown);
    let counts = Counts::of(view);
    let rows = |admits: &dyn Fn(&Taking<'_>) -> bool| -> Vec<Vec<Markup>> {
        part.rows.iter().filter(|one| admits(one)).map(|one| row(*one, &counts)).collect()
    };
    let actions = html! {
        (words::offer_new(asking, Kind::Party, "Admit a party", &[]))
        (words::offer_new(asking, Kind::Person, "Enter a person", &[]))
        (words::offer_new(asking, Kind::Seat, "Give a seat", &[]))
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Who takes part, as what, and with how much.",
            actions,
            ..PageHead::titled("Parties")
        }))
        @if all.is_empty() {
            (parts::empty("There is no party that you can see.", &html! {}))
        } @else {
            (filter(asking, shown.len(), standing))
            @if shown.is_empty() {
                (parts::empty("No party is like that.", &html! { a.button href="/parties" { "Show all parties" } }))
            }
        }
        @for standing in Standing::ALL {
            (group(heading(standing), rows(&|(thing, party)| {
                !thing.withdrawn() && party.standing == standing
            })))
        }
        (group(LEFT, rows(&|(thing, _)| thing.withdrawn())))
        (part.ways(asking))
    };
    Ok(asking.page("Parties", Section::Parties, body))
}

fn filter(asking: &Asking, shown: usize, standing: Option<&str>) -> Markup {
    let standings: Vec<_> = Standing::ALL.iter().map(|one| (one.word(), one.word())).collect();
    let search = Field { value: asking.ask("q").unwrap_or(""), ..Field::filtering("q", "Name") };
    let summary = match shown {
        1 => "1 party".to_owned(),
        count => format!("{count} parties"),
    };
    let filtered = standing.is_some() || asking.ask("q").is_some();
    parts::filter_bar(&FilterBar {
        action: "/parties",
        name: "Filter parties",
        fields: html! {
            (parts::search_field(&search))
            (listing::choose("standing", "Standing", standing, &standings))
        },
        summary: &summary,
        clear_href: filtered.then_some("/parties"),
        submit: "Filter",
    })
}

fn group((title, sentence): (&str, &str), rows: Vec<Vec<Markup>>) -> Markup {
    if rows.is_empty() {
        return html! {};
    }
    let table = parts::table(&Table {
        caption: title,
        caption_unseen: true,
        columns: vec![
            Column::words("Party"),
            Column::figures("Seats"),
            Column::figures("Commitments"),
            Column::figures("Chance that it stays"),
            Column::words("Label"),
        ],
        rows,
        on_phone: OnPhone::Cards,
    });
    html! {
        section.stack.parties {
            h2 { (title) }
            p.small.quiet { (sentence) }
            (table)
        }
    }
}

fn row((thing, party): Taking<'_>, counts: &Counts<'_>) -> Vec<Markup> {
    let count = |of: &BTreeMap<&Id, usize>| of.get(&thing.id).copied().unwrap_or(0);
    let commitments = count(&counts.commitments);
    vec![
        html! {
            a href={ "/parties/" (thing.id) } { (party.name) }
            @if thing.withdrawn() {
                " " (parts::badge(Tone::Bad, Some(Glyph::Cross), "left"))
                " " span.small.quiet { "was " (party.standing.word()) }
            }
        },
        html! { (count(&counts.seats)) },
        html! {
            @if commitments == 0 { "0" }
            @else { a href={ "/commitments?party=" (thing.id) } { (commitments) } }
        },
        chance(party),
        parts::tlp(words::tlp(thing.marking.label)),
    ]
}

/// The chance that a party stays: an assumption, and said to be one where it is explained.
fn chance(party: &Party) -> Markup {
    match party.chance {
        Some(chance) => html! { (chance) },
        None => html! { span.quiet { "taken as 1" } },
    }
}

/// Seats and commitments that stand, by party.
struct Counts<'v> {
    seats: BTreeMap<&'v Id, usize>,
    commitments: BTreeMap<&'v Id, usize>,
}

impl<'v> Counts<'v> {
    fn of(view: &'v View) -> Counts<'v> {
        let mut counts = Counts { seats: BTreeMap::new(), commitments: BTreeMap::new() };
        for (_, seat) in view.standing::<Seat>() {
            *counts.seats.entry(&seat.party).or_default() += 1;
        }
        for (_, commitment) in view.standing::<Commitment>() {
            *counts.commitments.entry(&commitment.party).or_default() += 1;
        }
        counts
    }
}
