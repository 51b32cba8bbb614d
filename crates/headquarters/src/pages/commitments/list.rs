//! The list of commitments.

use super::filter::{Column as By, Filter, Row, Total, rows, stage_word, totals};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{
    self, Choice, Column, Direction, Field, FilterBar, OnPhone, PageHead, Pages, Table,
};
use crate::pages::guarantees::said;
use crate::pages::words;
use coalition::assess::Standing;
use coalition::content::{Basis, Party, Resource, Stage};
use coalition::{Amount, Id, Kind, Refusal, View};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Rows on one page.
const PAGE_ROWS: usize = 100;
/// Letters of a condition shown in a row; the whole stands on the commitment's page.
const CONDITION_LETTERS: usize = 90;

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let filter = filter_of(asking);
    let standings = standings(asking);
    let all = rows(view, &standings);
    let count = all.len();
    let kept = filter.of(all);
    let page = asking.ask("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let body = html! {
        (said::illustrative_notice(kept.iter().any(|row| row.said.basis == Basis::Illustrative)))
        (parts::page_head(&PageHead {
            lead: "What each party has promised, on what condition, and how it stands as things are today.",
            actions: words::offer_new(asking, Kind::Commitment, "Make a commitment", &[]),
            ..PageHead::titled("Commitments")
        }))
        @if count == 0 {
            (parts::empty(
                "Nothing has been promised that you can see. A party promises through its head, an alternate or a clerk.",
                &words::offer_new(asking, Kind::Commitment, "Make the first commitment", &[]),
            ))
        } @else {
            (bar(view, &filter, kept.len(), count))
            @if kept.is_empty() {
                (parts::empty("No commitment fits. Leave something out of the filter.", &html! {
                    a.button href="/commitments" { "Show all" }
                }))
            } @else {
                (table_of(view, &filter, &kept, page))
                (totals_panel(&filter, &totals(&kept)))
            }
        }
    };
    Ok(asking.page("Commitments", Section::Commitments, body))
}

/// How every commitment stands, by its id.
fn standings(asking: &Asking) -> BTreeMap<Id, Standing> {
    asking.standings().iter().map(|said| (said.id.clone(), said.standing)).collect()
}

fn filter_of(asking: &Asking) -> Filter {
    let value = |name: &str| asking.ask(name).unwrap_or_default().to_owned();
    Filter {
        party: value("party"),
        resource: value("resource"),
        stage: value("stage"),
        standing: value("standing"),
        text: value("q"),
        sort: value("sort"),
    }
}

/// The address of the list with this filter.
fn address(filter: &Filter, page: usize) -> String {
    let mut pairs: Vec<(&str, &str)> = [
        ("party", &filter.party),
        ("resource", &filter.resource),
        ("stage", &filter.stage),
        ("standing", &filter.standing),
        ("q", &filter.text),
        ("sort", &filter.sort),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name, value.as_str()))
    .collect();
    let page = page.to_string();
    if page != "1" {
        pairs.push(("page", &page));
    }
    let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    if query.is_empty() { "/commitments".into() } else { format!("/commitments?{query}") }
}

fn bar(view: &View, filter: &Filter, kept: usize, count: usize) -> Markup {
    let mut parties: Vec<(String, String)> = view
        .all::<Party>()
        .map(|(thing, said)| (said.name.to_string(), thing.id.to_string()))
        .collect();
    let mut resources: Vec<(String, String)> = view
        .all::<Resource>()
        .map(|(thing, said)| (said.name.to_string(), thing.id.to_string()))
        .collect();
    parties.sort();
    resources.sort();
    let words = |all: &[&str]| -> Vec<(String, String)> {
        all.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect()
    };
    let stages: Vec<&str> =
        Stage::ALL.iter().map(|stage| stage.word()).chain(["suspended", "withdrawn"]).collect();
    let standings = Standing::ALL.map(Standing::word);
    let summary = if filter.narrows() {
        format!("{kept} of {}", said::counted(count, "commitment", "commitments"))
    } else {
        said::counted(count, "commitment", "commitments")
    };
    parts::filter_bar(&FilterBar {
        action: "/commitments",
        name: "Filter commitments",
        fields: html! {
            (parts::search_field(&Field { required: false, value: &filter.text, ..Field::named("q", "Search") }))
            (choice("party", "Party", "any party", &filter.party, &parties))
            (choice("resource", "Resource", "any resource", &filter.resource, &resources))
            (choice("stage", "Stage", "any stage", &filter.stage, &words(&stages)))
            (choice("standing", "Standing", "any standing", &filter.standing, &words(&standings)))
            @if !filter.sort.is_empty() { (parts::hidden("sort", &filter.sort)) }
        },
        summary: &summary,
        clear_href: filter.narrows().then_some("/commitments"),
        submit: "Filter",
    })
}

fn choice(name: &str, label: &str, any: &str, now: &str, all: &[(String, String)]) -> Markup {
    let mut choices = vec![Choice { value: "", text: any, hint: "", chosen: now.is_empty() }];
    choices.extend(all.iter().map(|(text, value)| Choice {
        value,
        text,
        hint: "",
        chosen: value == now,
    }));
    parts::select_field(&Field::named(name, label), &choices)
}

fn table_of(view: &View, filter: &Filter, kept: &[Row<'_>], page: usize) -> Markup {
    let count = kept.len().div_ceil(PAGE_ROWS);
    let page = page.clamp(1, count);
    let shown = &kept[(page - 1) * PAGE_ROWS..(page * PAGE_ROWS).min(kept.len())];
    let (now, descending) = filter.order();
    let sorts: Vec<String> = By::ALL
        .into_iter()
        .map(|by| {
            let again = by == now && !descending;
            let sort = if again { format!("-{}", by.key()) } else { by.key().to_owned() };
            address(&Filter { sort, ..filter.clone() }, 1)
        })
        .collect();
    let direction = if descending { Direction::Descending } else { Direction::Ascending };
    let sorted = |column: Column<'static>, by: By| {
        let place = By::ALL.iter().position(|one| *one == by).unwrap_or(0);
        column.sorting(&sorts[place], (by == now).then_some(direction))
    };
    let columns = vec![
        sorted(Column::words("Party"), By::Party),
        sorted(Column::words("What"), By::What),
        sorted(Column::figures("Amount"), By::Amount),
        Column::words("When"),
        Column::words("Condition"),
        sorted(Column::words("Stage"), By::Stage),
        Column::words("Standing"),
        Column::words("Label"),
    ];
    let table = Table {
        caption: "Commitments",
        caption_unseen: true,
        columns,
        rows: shown.iter().map(|row| cells(view, row)).collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        (parts::table(&table))
        (parts::pages(&Pages { current: page, count, href: |page| address(filter, page) }))
    }
}

fn cells(view: &View, row: &Row<'_>) -> Vec<Markup> {
    let said = row.said;
    let whole = said.condition.sentence(|_, id| view.name_of(id));
    vec![
        html! { a href={ "/commitments/" (row.thing.id) } { (row.party) } },
        what(row),
        said::figure(said.amount, row.unit, said.basis),
        html! { span.nowrap { (said::short_window(said.from, said.until)) } },
        html! { span title=(whole) { (shortened(&whole, CONDITION_LETTERS)) } },
        said::stage(row.thing, said.stage),
        html! {
            @match row.standing {
                Some(standing) if stage_word(row) == said.stage.word() => (said::standing(standing)),
                Some(_) => span.quiet { "not in force" },
                None => span.quiet { "not computed" },
            }
        },
        parts::tlp(words::tlp(row.thing.marking.label)),
    ]
}

/// What is promised, with the commitment's own name where it says more.
fn what(row: &Row<'_>) -> Markup {
    let own = row.said.name.as_ref().filter(|name| name.as_str() != row.resource);
    html! {
        span {
            (row.resource)
            @if let Some(name) = own { br; span.quiet.small { (name) } }
        }
    }
}

/// A sentence cut between two words.
fn shortened(text: &str, letters_max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(letters_max) else { return text.to_owned() };
    let kept = &text[..end];
    format!("{} …", kept.rsplit_once(' ').map_or(kept, |(words, _)| words))
}

fn totals_panel(filter: &Filter, totals: &[Total<'_>]) -> Markup {
    let sum = |amount: Option<Amount>, unit: &str| match amount {
        Some(amount) if amount.is_zero() => html! { span.quiet { "–" } },
        Some(amount) => html! { (amount.grouped()) " " (unit) },
        None => html! { span.quiet { "too large to add up" } },
    };
    let illustrative =
        totals.iter().any(|total| total.illustrative.is_none_or(|sum| !sum.is_zero()));
    let mut columns = vec![
        Column::words("Resource"),
        Column::figures("Commitments"),
        Column::figures("Stated or reported"),
    ];
    if illustrative {
        columns.push(Column::figures("Illustrative"));
    }
    columns.push(Column::figures("No amount stated"));
    let rows = totals.iter().map(|total| {
        let mut cells = vec![
            html! { a href={ "/resources/" (total.resource) } { (total.name) } },
            html! { (total.commitments) },
            sum(total.given, total.unit),
        ];
        if illustrative {
            cells.push(html! { (sum(total.illustrative, total.unit)) });
        }
        cells.push(html! { (total.without_amount) });
        cells
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    html! {
        @if !rows.is_empty() {
            (parts::panel(
                if filter.narrows() { "What these add up to" } else { "What it adds up to" },
                &html! { @if illustrative { (parts::illustrative()) } },
                &html! {
                    p.small.quiet {
                        "Sums of amounts as promised, whatever their windows, conditions and standing. Suspended and withdrawn commitments are left out."
                    }
                    (parts::table(&Table {
                        caption: "Totals by resource",
                        caption_unseen: true,
                        columns,
                        rows,
                        on_phone: OnPhone::Cards,
                    }))
                },
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_filter_and_reads_back() {
        let filter = Filter {
            party: "FR".into(),
            text: "heavy & light".into(),
            sort: "-amount".into(),
            ..Filter::default()
        };
        assert_eq!(
            address(&filter, 3),
            "/commitments?party=FR&q=heavy+%26+light&sort=-amount&page=3"
        );
        assert_eq!(address(&Filter::default(), 1), "/commitments");
    }

    #[test]
    fn a_long_sentence_is_cut_between_words() {
        assert_eq!(shortened("once “peace” holds", 90), "once “peace” holds");
        assert_eq!(shortened("once “peace deal” holds and more", 14), "once “peace …");
        assert_eq!(shortened("éééééé", 3), "ééé …");
    }
}
