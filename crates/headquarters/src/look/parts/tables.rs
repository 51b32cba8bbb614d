//! Tables of data, and the way through their pages.

use maud::{Markup, Render, html};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A heading that sorts.
#[derive(Clone, Debug)]
pub struct Sort<'a> {
    /// The address of the table sorted by this column (the other way, if it already is).
    pub href: &'a str,
    /// How the table is sorted by this column now, if it is.
    pub now: Option<Direction>,
}

/// A column's heading and alignment.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// The heading.
    pub heading: &'a str,
    /// Figures: set to the right.
    pub numeric: bool,
    /// Whether its heading is a link that sorts.
    pub sort: Option<Sort<'a>>,
}

impl<'a> Column<'a> {
    /// A column of words.
    pub fn words(heading: &'a str) -> Self {
        Column { heading, numeric: false, sort: None }
    }

    /// A column of figures.
    pub fn figures(heading: &'a str) -> Self {
        Column { heading, numeric: true, sort: None }
    }

    /// The same column with a heading that sorts.
    pub fn sorting(self, href: &'a str, now: Option<Direction>) -> Self {
        Column { sort: Some(Sort { href, now }), ..self }
    }
}

/// What a table does on a narrow screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnPhone {
    /// Each row becomes a card with the headings beside the values.
    Cards,
    /// The table keeps its shape and scrolls inside its own frame.
    Scroll,
}

/// A table of data. The first cell of a row is its heading.
#[derive(Debug)]
pub struct Table<'a, Rows = Vec<Vec<Markup>>> {
    /// What the table shows; read out first by a screen reader.
    pub caption: &'a str,
    /// Whether the caption is for screen readers only, because a heading above says it already.
    pub caption_unseen: bool,
    /// The columns.
    pub columns: Vec<Column<'a>>,
    /// The rows; each has one cell a column.
    pub rows: Rows,
    /// What it does on a narrow screen.
    pub on_phone: OnPhone,
}

/// A table of data. Without rows it shows its headings: say what is missing with
/// [`super::empty`] instead.
pub fn table(table: &Table<'_>) -> Markup {
    framed(table, &html! { @for cells in &table.rows { (row(&table.columns, cells)) } })
}

/// A table of data whose rows write themselves, each as [`row`] does.
pub fn table_of<Rows: Render>(table: &Table<'_, Rows>) -> Markup {
    framed(table, &table.rows)
}

fn framed<Rows>(table: &Table<'_, Rows>, rows: &impl Render) -> Markup {
    let scrolls = table.on_phone == OnPhone::Scroll;
    let class = if scrolls { "table-box table-scroll" } else { "table-box table-cards" };
    html! {
        // A frame that scrolls has to be reachable by keyboard.
        div class=(class)
            tabindex=[scrolls.then_some("0")]
            role=[scrolls.then_some("group")]
            aria-label=[scrolls.then_some(table.caption)] {
            // Said in full, because a table laid out as cards forgets what it was.
            table.data role="table" {
                caption class=[table.caption_unseen.then_some("unseen")] { (table.caption) }
                thead role="rowgroup" {
                    tr role="row" { @for column in &table.columns { (heading(column)) } }
                }
                tbody role="rowgroup" { (rows) }
            }
        }
    }
}

fn heading(column: &Column<'_>) -> Markup {
    let sorted = column.sort.as_ref().and_then(|sort| sort.now);
    let spoken = sorted.map(|direction| match direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    });
    html! {
        th class=[class_of(column)] scope="col" role="columnheader" aria-sort=[spoken] {
            @match &column.sort {
                Some(sort) => a href=(sort.href) {
                    (column.heading)
                    @match sorted {
                        Some(Direction::Ascending) => span aria-hidden="true" { " ↑" },
                        Some(Direction::Descending) => span aria-hidden="true" { " ↓" },
                        None => {},
                    }
                },
                None => (column.heading),
            }
        }
    }
}

fn class_of(column: &Column<'_>) -> Option<&'static str> {
    column.numeric.then_some("num")
}

/// One row: its cells, under these columns.
pub fn row<Cell: Render>(columns: &[Column<'_>], cells: &[Cell]) -> Markup {
    html! {
        tr role="row" {
            @for (index, (column, cell)) in columns.iter().zip(cells).enumerate() {
                @if index == 0 {
                    th class=[class_of(column)] scope="row" role="rowheader" data-heading=[column.numeric.then_some(column.heading)] { (cell) }
                } @else {
                    td class=[class_of(column)] role="cell" data-heading=(column.heading) { (cell) }
                }
            }
        }
    }
}

/// Where one is among the pages of a list, counted from 1.
#[derive(Debug)]
pub struct Pages<F: Fn(usize) -> String> {
    /// The page shown.
    pub current: usize,
    /// How many there are.
    pub count: usize,
    /// The address of a page.
    pub href: F,
}

/// The way through the pages of a list: first, last, and those near. Nothing for a single page.
pub fn pages<F: Fn(usize) -> String>(pages: &Pages<F>) -> Markup {
    let current = pages.current.clamp(1, pages.count.max(1));
    let near = |page: usize| page == 1 || page == pages.count || page.abs_diff(current) <= 2;
    let shown: Vec<usize> = (1..=pages.count).filter(|page| near(*page)).collect();
    html! {
        @if pages.count > 1 {
            nav.pages aria-label="Pages" {
                ul {
                    @if current > 1 {
                        li { a rel="prev" href=((pages.href)(current - 1)) { "← Previous" } }
                    }
                    @for (index, page) in shown.iter().enumerate() {
                        @if index > 0 && shown[index - 1] + 1 < *page { li { span { "…" } } }
                        li {
                            a href=((pages.href)(*page)) aria-current=[(*page == current).then_some("page")] {
                                span.unseen { "Page " } (page)
                            }
                        }
                    }
                    @if current < pages.count {
                        li { a rel="next" href=((pages.href)(current + 1)) { "Next →" } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    #[test]
    fn a_table_names_itself_its_columns_and_its_rows() {
        for on_phone in [OnPhone::Cards, OnPhone::Scroll] {
            let shown = Table {
                caption: HOSTILE,
                caption_unseen: false,
                columns: vec![
                    Column::words(HOSTILE).sorting(HOSTILE, Some(Direction::Ascending)),
                    Column::figures("Amount"),
                ],
                rows: vec![vec![html! { (HOSTILE) }, html! { "6 000" }]],
                on_phone,
            };
            let text = table(&shown).into_string();
            assert_clean(&text);
            assert!(text.contains("aria-sort=\"ascending\"") && text.contains("scope=\"row\""));
            assert!(text.contains("<td class=\"num\" role=\"cell\" data-heading=\"Amount\">6 000"));
        }
    }

    #[test]
    fn a_row_too_long_or_too_short_shows_the_cells_that_have_a_column() {
        let shown = Table {
            caption: "Uneven",
            caption_unseen: true,
            columns: vec![Column::words("Party")],
            rows: vec![vec![], vec![html! { "FR" }, html! { "lost" }]],
            on_phone: OnPhone::Cards,
        };
        let text = table(&shown).into_string();
        assert_clean(&text);
        assert!(text.contains("FR") && !text.contains("lost"));
    }

    #[test]
    fn the_way_through_pages_shows_the_ends_and_the_neighbours() {
        let numbers = |current, count| {
            let text = pages(&Pages { current, count, href: |page| format!("/x?page={page}") });
            let text = text.into_string();
            assert_clean(&text);
            (1..=count)
                .filter(|page| text.contains(&format!("</span>{page}</a>")))
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(1, 1), Vec::<usize>::new());
        assert_eq!(numbers(1, 0), Vec::<usize>::new());
        assert_eq!(numbers(10, 20), [1, 8, 9, 10, 11, 12, 20]);
        assert_eq!(numbers(99, 4), [1, 2, 3, 4]);
    }
}
