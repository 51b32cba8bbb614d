//! The list of commitments.

use super::filter::{Filter, Total, totals};
use super::rows::{Column as By, Named, Row, Rows};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{
    self, Column, Direction, Field, FilterBar, OnPhone, PageHead, Pages, Table,
};
use crate::pages::guarantees::said;
use crate::pages::words;
use coalition::content::{Basis, Commitment};
use coalition::{Amount, Kind, Refusal, View};
use maud::{Markup, Render, html};

/// Rows on one page.
const PAGE_ROWS: usize = 100;
/// About how long the list is without its rows, and a row of it; any other length is as right.
const LIST_BYTES: usize = 12 << 10;
const ROW_BYTES: usize = 1_200;
/// Letters of a condition shown in a row; the whole stands on the commitment's page.
const CONDITION_LETTERS: usize = 90;

/// Whether the list only has to be put together. Looking for words reads every row.
pub(super) fn at_once(asking: &Asking) -> bool {
    asking.groundwork.has_rows() && asking.ask("q").is_none()
}

pub(super) fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let view = &asking.view;
    let filter = filter_of(asking);
    let rows = asking.groundwork.rows(view);
    let count = rows.len();
    let kept = filter.of(rows, |row| sought(view, rows, row));
    let page = asking.ask("page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let body = html! {
        (RoomFor(LIST_BYTES + ROW_BYTES * kept.len().min(PAGE_ROWS)))
        (said::illustrative_notice(kept.iter().any(|row| row.basis == Basis::Illustrative)))
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
            (bar(rows, &filter, kept.len()))
            @if kept.is_empty() {
                (parts::empty("No commitment fits. Leave something out of the filter.", &html! {
                    a.button href="/commitments" { "Show all" }
                }))
            } @else {
                (table_of(view, rows, &filter, &kept, page))
                (totals_panel(&filter, &totals(rows, &kept)))
            }
        }
    };
    Ok(asking.page("Commitments", Section::Commitments, body))
}

/// What words are looked for in.
fn sought(view: &View, rows: &Rows, row: &Row) -> String {
    let Some((_, said)) = view.find::<Commitment>(&row.id) else { return String::new() };
    let name = said.name.as_ref().map_or("", |name| name.as_str());
    let (party, resource) = (&*rows.parties[row.party].name, &*rows.resources[row.resource].name);
    [party, resource, name, said.note.as_str()].join("\n")
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

fn bar(rows: &Rows, filter: &Filter, kept: usize) -> Markup {
    let all = said::counted(rows.len(), "commitment", "commitments");
    let summary = if filter.narrows() { format!("{kept} of {all}") } else { all };
    let selects = &rows.selects;
    parts::filter_bar(&FilterBar {
        action: "/commitments",
        name: "Filter commitments",
        fields: html! {
            (parts::search_field(&Field { required: false, value: &filter.text, ..Field::named("q", "Search") }))
            (selects.party.choosing(&filter.party))
            (selects.resource.choosing(&filter.resource))
            (selects.stage.choosing(&filter.stage))
            (selects.standing.choosing(&filter.standing))
            @if !filter.sort.is_empty() { (parts::hidden("sort", &filter.sort)) }
        },
        summary: &summary,
        clear_href: filter.narrows().then_some("/commitments"),
        submit: "Filter",
    })
}

/// The columns, under headings that do not sort.
fn columns() -> [Column<'static>; 8] {
    [
        Column::words("Party"),
        Column::words("What"),
        Column::figures("Amount"),
        Column::words("When"),
        Column::words("Condition"),
        Column::words("Stage"),
        Column::words("Standing"),
        Column::words("Label"),
    ]
}

/// Rows that write themselves.
struct Shown<'a> {
    view: &'a View,
    rows: &'a Rows,
    shown: &'a [&'a Row],
}

/// Writes nothing, and makes room for what follows at once rather than bit by bit.
struct RoomFor(usize);

impl Render for RoomFor {
    fn render_to(&self, buffer: &mut String) {
        buffer.reserve(self.0);
    }
}

impl Render for Shown<'_> {
    fn render_to(&self, buffer: &mut String) {
        RoomFor(ROW_BYTES * (self.shown.len() + 1)).render_to(buffer);
        for row in self.shown {
            self.rows.write(row, buffer, || {
                parts::row(&columns(), &cells(self.view, self.rows, row)).into_string()
            });
        }
    }
}

fn table_of(view: &View, rows: &Rows, filter: &Filter, kept: &[&Row], page: usize) -> Markup {
    let count = kept.len().div_ceil(PAGE_ROWS);
    let page = page.clamp(1, count);
    let shown = &kept[(page - 1) * PAGE_ROWS..(page * PAGE_ROWS).min(kept.len())];
    let (now, descending) = filter.order();
    let unsorted = address(&Filter { sort: String::new(), ..filter.clone() }, 1);
    let joint = if unsorted.contains('?') { '&' } else { '?' };
    let sorts = By::ALL.map(|by| {
        let again = if by == now && !descending { "-" } else { "" };
        format!("{unsorted}{joint}sort={again}{}", by.key())
    });
    let direction = if descending { Direction::Descending } else { Direction::Ascending };
    let mut columns = columns();
    for (place, by) in [(0, By::Party), (1, By::What), (2, By::Amount), (5, By::Stage)] {
        let column = columns[place].clone();
        columns[place] = column.sorting(&sorts[by as usize], (by == now).then_some(direction));
    }
    let table = Table {
        caption: "Commitments",
        caption_unseen: true,
        columns: columns.to_vec(),
        rows: Shown { view, rows, shown },
        on_phone: OnPhone::Cards,
    };
    html! {
        (parts::table_of(&table))
        (parts::pages(&Pages { current: page, count, href: |page| address(filter, page) }))
    }
}

/// The cells of a row; none if the commitment is not in the view that the rows were made from.
fn cells(view: &View, rows: &Rows, row: &Row) -> Vec<Markup> {
    let Some((thing, said)) = view.find::<Commitment>(&row.id) else { return Vec::new() };
    let whole = said.condition.sentence(|_, id| view.name_of(id));
    let resource = &rows.resources[row.resource];
    vec![
        html! { a href={ "/commitments/" (row.id) } { (rows.parties[row.party].name) } },
        what(&resource.name, said),
        said::promised(said, &resource.unit),
        html! { span.nowrap { (said::short_window(said.from, said.until)) } },
        html! { span title=(whole) { (shortened(&whole, CONDITION_LETTERS)) } },
        said::stage(thing, said.stage),
        html! {
            @match row.standing {
                Some(standing) if row.stands => (said::standing(standing)),
                Some(_) => span.quiet { "not in force" },
                None => span.quiet { "not computed" },
            }
        },
        parts::tlp(words::tlp(thing.marking.label)),
    ]
}

/// What is promised, with the commitment's own name where it says more.
fn what(resource: &str, said: &Commitment) -> Markup {
    let own = said.name.as_ref().filter(|name| name.as_str() != resource);
    html! {
        span {
            (resource)
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
    let matching = totals.iter().any(|total| total.matching > 0);
    if matching {
        columns.push(Column::figures("Matching others, not in the sums"));
    }
    let rows = Totals { columns: columns.clone(), totals, illustrative, matching };
    html! {
        @if !totals.is_empty() {
            (parts::panel(
                if filter.narrows() { "What these add up to" } else { "What it adds up to" },
                &html! { @if illustrative { (parts::illustrative()) } },
                &html! {
                    p.small.quiet {
                        "Sums of amounts as promised, whatever their windows, conditions and standing. Suspended and withdrawn commitments are left out."
                    }
                    (parts::table_of(&Table {
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

/// Totals as the rows of a table.
struct Totals<'a> {
    columns: Vec<Column<'static>>,
    totals: &'a [Total<'a>],
    illustrative: bool,
    matching: bool,
}

impl Render for Totals<'_> {
    fn render_to(&self, buffer: &mut String) {
        RoomFor(ROW_BYTES * self.totals.len()).render_to(buffer);
        for total in self.totals {
            let unit = &total.resource.unit;
            let cells = [
                (Figure::Resource(total.resource), true),
                (Figure::Count(total.commitments), true),
                (Figure::Sum(total.given, unit), true),
                (Figure::Sum(total.illustrative, unit), self.illustrative),
                (Figure::Count(total.without_amount), true),
                (Figure::Count(total.matching), self.matching),
            ];
            let shown = cells.iter().filter(|(_, shown)| *shown).map(|(figure, _)| *figure);
            let shown: Vec<Figure<'_>> = shown.collect();
            parts::row(&self.columns, &shown).render_to(buffer);
        }
    }
}

/// A cell of the totals.
#[derive(Clone, Copy)]
enum Figure<'a> {
    Resource(&'a Named),
    Count(usize),
    Sum(Option<Amount>, &'a str),
}

impl Render for Figure<'_> {
    fn render_to(&self, buffer: &mut String) {
        let markup = match self {
            Figure::Resource(named) => {
                html! { a href={ "/resources/" (named.id.as_str()) } { (named.name) } }
            }
            Figure::Count(count) => return count.render_to(buffer),
            Figure::Sum(Some(amount), _) if amount.is_zero() => html! { span.quiet { "–" } },
            Figure::Sum(Some(amount), unit) => html! { (amount.grouped()) " " (unit) },
            Figure::Sum(None, _) => html! { span.quiet { "too large to add up" } },
        };
        buffer.push_str(&markup.0);
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
