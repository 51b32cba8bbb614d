//! Long lists: a page of a hundred rows at a time, its state in the address.

use crate::asking::Asking;
use crate::look::parts::{self, Choice, Field, Pages};
use maud::Markup;

/// How many rows a page of a list shows.
pub(crate) const ROWS_MAX: usize = 100;

/// A part of a list, and which part it is.
pub(crate) struct Listed<'r, T> {
    /// The rows of this page.
    pub(crate) rows: &'r [T],
    current: usize,
    count: usize,
}

/// The rows of the page asked for with `?page=`; the nearest page there is, for any other number.
pub(crate) fn listed<'r, T>(asking: &Asking, rows: &'r [T]) -> Listed<'r, T> {
    let wanted = asking.ask("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    slice(rows, wanted)
}

fn slice<T>(rows: &[T], wanted: usize) -> Listed<'_, T> {
    let count = rows.len().div_ceil(ROWS_MAX).max(1);
    let current = wanted.clamp(1, count);
    let start = (current - 1) * ROWS_MAX;
    Listed { rows: &rows[start..rows.len().min(start + ROWS_MAX)], current, count }
}

impl<T> Listed<'_, T> {
    /// The way through the pages; nothing for a single one.
    pub(crate) fn ways(&self, asking: &Asking) -> Markup {
        let href = |page: usize| address(asking, &[("page", &page.to_string())]);
        parts::pages(&Pages { current: self.current, count: self.count, href })
    }
}

/// A filter that is one of a list, each with the value that stands in the address and its words, or
/// any of them.
pub(crate) fn choose(
    name: &str,
    label: &str,
    chosen: Option<&str>,
    choices: &[(&str, &str)],
) -> Markup {
    let any = Choice { value: "", text: "any", chosen: chosen.is_none(), ..Choice::default() };
    let mut offered = vec![any];
    for (value, text) in choices {
        let chosen = chosen == Some(*value);
        offered.push(Choice { value, text, chosen, ..Choice::default() });
    }
    parts::select_field(&Field::filtering(name, label), &offered)
}

/// This page's own address with some of its query changed; an empty value leaves a name out.
pub(crate) fn address(asking: &Asking, changed: &[(&str, &str)]) -> String {
    with_query(&asking.path, &asking.query, changed)
}

fn with_query(path: &str, query: &[(String, String)], changed: &[(&str, &str)]) -> String {
    let kept = query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    let pairs: Vec<(&str, &str)> =
        kept.chain(changed.iter().copied()).filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_exactly_one_page_and_a_wrong_page_is_the_nearest() {
        for length in [0, 1, 99, 100, 101, 250] {
            let rows: Vec<usize> = (0..length).collect();
            let count = slice(&rows, 1).count;
            let shown: Vec<usize> =
                (1..=count).flat_map(|page| slice(&rows, page).rows.to_vec()).collect();
            assert_eq!(shown, rows);
            assert_eq!(slice(&rows, 0).rows, slice(&rows, 1).rows);
            assert_eq!(slice(&rows, usize::MAX).rows, slice(&rows, count).rows);
        }
    }

    #[test]
    fn an_address_keeps_its_filters_and_changes_what_is_asked() {
        let query = [("form".to_owned(), "a&b".to_owned()), ("page".to_owned(), "2".to_owned())];
        assert_eq!(with_query("/x", &query, &[("page", "3")]), "/x?form=a%26b&page=3");
        assert_eq!(with_query("/x", &query, &[("page", ""), ("form", "")]), "/x");
    }
}
