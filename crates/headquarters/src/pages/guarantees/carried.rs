//! Who carries a guarantee: breaking sets and importance in one picture; and where it does not hold,
//! what could bring it about.

use super::{losses, said};
use crate::look::parts::{self, Column, OnPhone, Table};
use crate::look::pictures::{self, Alone, Carrier, Carry, Count};
use coalition::View;
use coalition::assess::{Assessment, Importance, Item, Reading, ReadingResult, SetList};
use maud::{Markup, html};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One party or circumstance, before it is drawn.
#[derive(Debug)]
struct Part<'a> {
    item: &'a Item,
    sets: [Count; 3],
    /// `None` where the probability is not exact, or certain.
    importance: Option<&'a Importance>,
}

/// The picture under the reading that decides, the other folded away where it differs.
pub(super) fn section(view: &View, assessment: &Assessment) -> Markup {
    let (firm, mutual) = (&assessment.readings.firm, &assessment.readings.mutual);
    let (first, second) = if firm.holds {
        ((Reading::Firm, firm), (Reading::Mutual, mutual))
    } else {
        ((Reading::Mutual, mutual), (Reading::Firm, firm))
    };
    let differ = firm.breaking != mutual.breaking
        || firm.sufficient != mutual.sufficient
        || firm.importance != mutual.importance;
    let folded = Some(second).filter(|(_, result)| differ && !parts(result).is_empty());
    html! {
        @if first.1.holds || !parts(first.1).is_empty() {
            section.stack id="carries" {
                h2 { @if first.1.holds { "Who carries it" } @else { "What could bring it about" } }
                (picture(view, first.0, first.1))
                @if let Some((reading, result)) = folded {
                    details id="carries-otherwise" {
                        summary { "The same " (under(reading)) }
                        (picture(view, reading, result))
                    }
                }
            }
        }
    }
}

fn under(reading: Reading) -> &'static str {
    match reading {
        Reading::Firm => "if nobody moves first on trust",
        Reading::Mutual => "if groups move together",
    }
}

/// Those who take part in a set or change the probability, the most important first.
fn parts(result: &ReadingResult) -> Vec<Part<'_>> {
    let list = listed(result);
    let measured = is_open(result);
    let mut parts: BTreeMap<&Item, Part<'_>> = BTreeMap::new();
    fn at<'a, 'p>(parts: &'p mut BTreeMap<&'a Item, Part<'a>>, item: &'a Item) -> &'p mut Part<'a> {
        let sets = [Count::default(); 3];
        parts.entry(item).or_insert(Part { item, sets, importance: None })
    }
    for set in &list.listed {
        for item in set {
            at(&mut parts, item).sets[class(set.len())].known += 1;
        }
    }
    for one in result.importance.iter().filter(|_| measured) {
        if one.birnbaum.abs() > 0.0 || parts.contains_key(&one.item) {
            at(&mut parts, &one.item).importance = Some(one);
        }
    }
    let or_more = [0, 1, 2].map(|class| !all_listed(list, class));
    let mut parts: Vec<Part<'_>> = parts.into_values().collect();
    for part in &mut parts {
        // Whoever does it alone is in no larger set, for that would not be minimal.
        let alone = part.sets[0].known > 0;
        for (count, or_more) in part.sets.iter_mut().zip(or_more) {
            count.or_more = or_more && !alone;
        }
    }
    let weight = |part: &Part<'_>| part.importance.map_or(0.0, |one| one.birnbaum);
    parts.sort_by(|one, other| {
        let known = |part: &Part<'_>| part.sets.map(|count| Reverse(count.known));
        let by_sets = known(one).cmp(&known(other)).then_with(|| one.item.cmp(other.item));
        weight(other).total_cmp(&weight(one)).then(by_sets)
    });
    parts
}

/// The sets that the question is about: breaking, or sufficient where it does not hold.
fn listed(result: &ReadingResult) -> &SetList {
    if result.holds { &result.breaking } else { &result.sufficient }
}

/// Whether the probability is exact, and neither outcome certain: then importance says something.
fn is_open(result: &ReadingResult) -> bool {
    let likely = &result.probability;
    likely.is_exact() && likely.holds_low > 0.0 && likely.fails_low > 0.0
}

fn class(size: usize) -> usize {
    size.clamp(1, 3) - 1
}

/// Whether every set of a class that there is stands in the list.
fn all_listed(list: &SetList, of: usize) -> bool {
    let sizes = list.by_size.iter().filter(|(size, _)| class(*size) == of);
    let total: Option<usize> = sizes
        .map(|(_, count)| count.parse::<usize>().ok())
        .try_fold(0, |sum: usize, count| sum.checked_add(count?));
    let known = list.listed.iter().filter(|set| class(set.len()) == of).count();
    let searched = list.all_found || (of < 2 && list.found_to.is_some_and(|to| to > of));
    searched && total == Some(known)
}

fn picture(view: &View, reading: Reading, result: &ReadingResult) -> Markup {
    let parts = parts(result);
    if parts.is_empty() {
        return html! {
            @if listed(result).all_found { p { "Nobody alone: nothing that could be lost breaks it." } }
            @else { p { "Not known: the breaking sets are too many to be listed." } }
        };
    }
    let carriers: Vec<Carrier> = parts.iter().map(|part| carrier(view, part)).collect();
    let (title, alone, sets) = if result.holds {
        let alone = Alone { words: "breaks it alone", weakness: true };
        ("Importance and breaking sets", alone, "breaking sets")
    } else {
        (
            "What could bring it about",
            Alone { words: "would do alone", weakness: false },
            "sufficient sets",
        )
    };
    pictures::carry(&Carry {
        id: if reading == Reading::Firm { "carry-firm" } else { "carry-mutual" },
        title: &format!("{title}, {}", under(reading)),
        measure: is_open(result).then_some(
            "how much likelier the guarantee is to hold with it than without it (Birnbaum importance)",
        ),
        alone,
        sets,
        carriers: &carriers,
        below: below(view, reading, result, &parts),
    })
}

fn carrier(view: &View, part: &Part<'_>) -> Carrier {
    let href = match part.item {
        Item::Party(id) => format!("/parties/{id}"),
        Item::Circumstance(id) => format!("/circumstances/{id}"),
    };
    let value = part.importance.map_or(0.0, |one| one.birnbaum);
    Carrier {
        name: losses::item_name(view, part.item),
        href: Some(href),
        value,
        exact: points(value),
        sets: part.sets,
    }
}

/// A difference of probabilities; what would rather harm has a minus.
fn points(value: f64) -> String {
    let share = said::percent(value.abs()).replace("less than ", "< ").replace("more than ", "> ");
    if value < 0.0 { format!("−{share}") } else { share }
}

/// What the picture leaves out, and the other measures.
fn below(view: &View, reading: Reading, result: &ReadingResult, parts: &[Part<'_>]) -> Markup {
    let list = listed(result);
    let harms = parts.iter().any(|part| part.importance.is_some_and(|one| one.birnbaum < 0.0));
    let idle =
        result.importance.iter().filter(|one| !parts.iter().any(|part| part.item == &one.item));
    let idle = idle.filter(|one| matches!(one.item, Item::Party(_))).count();
    html! {
        p.small.quiet {
            (unmeasured(result))
            @if harms { " A minus: it is likelier to hold without it." }
            @if !list.complete() { " Counted among the " (list.listed.len()) " smallest sets that were found (" (list.total) " in all): “≥” means that there may be more." }
            @if result.holds && list.complete() && idle > 0 {
                " " (said::counted(idle, "other party", "other parties")) " could leave without any difference."
            }
        }
        @if parts.iter().any(|part| part.importance.is_some()) { (measures(view, reading, parts)) }
    }
}

fn unmeasured(result: &ReadingResult) -> &'static str {
    let likely = &result.probability;
    if !likely.is_exact() {
        "The probability is known within bounds only, so nobody's importance is told; sorted by sets."
    } else if is_open(result) {
        "Sorted by what hangs on each."
    } else {
        "On the chances assumed nothing is left to chance, so no importance is told; sorted by sets."
    }
}

/// Every measure of the field, for those who know them.
fn measures(view: &View, reading: Reading, parts: &[Part<'_>]) -> Markup {
    let times = |value: Option<f64>| {
        html! {
            @match value { Some(times) => { (format!("{times:.2} ×")) } None => span.quiet { "–" } }
        }
    };
    let row = |one: &Importance| {
        vec![
            html! { (losses::item_name(view, &one.item)) },
            html! { (points(one.birnbaum)) },
            html! { @match one.fussell_vesely { Some(part) => (points(part)), None => span.quiet { "–" } } },
            times(one.raw),
            times(one.rrw),
        ]
    };
    html! {
        details.table-behind id={ "measures-" (reading.word()) } {
            summary { "All measures of importance" }
            p.small.quiet { "Birnbaum: how much likelier it is to hold with it than without it. Fussell-Vesely: the share of failures in which it takes part. Risk achievement worth: how many times likelier failure is once it is lost. Risk reduction worth: how many times less likely once it is sure." }
            (parts::table(&Table {
                caption: &format!("All measures of importance, {}", under(reading)),
                caption_unseen: true,
                columns: vec![
                    Column::words("Who or what"),
                    Column::figures("Birnbaum"),
                    Column::figures("Fussell-Vesely"),
                    Column::figures("Risk achievement worth"),
                    Column::figures("Risk reduction worth"),
                ],
                rows: parts.iter().filter_map(|part| part.importance).map(row).collect(),
                on_phone: OnPhone::Scroll,
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::assess::{Order, Probability};
    use coalition::{Id, State, Viewer};

    fn item(name: &str) -> Item {
        Item::Party(Id::parse(name).expect("an id"))
    }

    fn important(name: &str, birnbaum: f64) -> Importance {
        Importance {
            item: item(name),
            birnbaum,
            fussell_vesely: Some(0.25),
            raw: Some(2.0),
            rrw: None,
        }
    }

    /// It holds, with these breaking sets, all of them, and this probability that it fails.
    fn holding(sets: &[&[&str]], fails: f64, importance: Vec<Importance>) -> ReadingResult {
        let listed: Vec<Vec<Item>> =
            sets.iter().map(|set| set.iter().map(|name| item(name)).collect()).collect();
        let mut by_size: BTreeMap<usize, usize> = BTreeMap::new();
        listed.iter().for_each(|set| *by_size.entry(set.len()).or_default() += 1);
        ReadingResult {
            holds: true,
            breaking: SetList {
                total: listed.len().to_string(),
                by_size: by_size
                    .into_iter()
                    .map(|(size, count)| (size, count.to_string()))
                    .collect(),
                listed,
                all_found: true,
                found_to: None,
                example: None,
            },
            sufficient: SetList { total: "0".into(), all_found: true, ..SetList::default() },
            order: Order::Exactly(1),
            n_minus_1: false,
            n_minus_2: false,
            probability: Probability {
                holds_low: 1.0 - fails,
                holds_high: 1.0 - fails,
                fails_low: fails,
                fails_high: fails,
            },
            importance,
        }
    }

    fn drawn(result: &ReadingResult) -> String {
        let view = View::of(&State::new(), Viewer::Public);
        picture(&view, Reading::Firm, result).into_string()
    }

    fn names(result: &ReadingResult) -> Vec<String> {
        parts(result).iter().map(|part| part.item.to_string()).collect()
    }

    #[test]
    fn the_most_important_stands_first_with_its_sets_of_each_size() {
        let sets: &[&[&str]] = &[&["A"], &["B", "C"], &["B", "D", "E"], &["B", "D", "F"]];
        let important = vec![
            important("A", 0.2),
            important("B", 0.7),
            important("G", 0.1),
            important("H", 0.0),
        ];
        let result = holding(sets, 0.1, important);
        let parts = parts(&result);
        let sets_of = |place: usize| parts[place].sets.map(|count| count.known);
        assert_eq!(names(&result)[..3], ["party:B", "party:A", "party:G"]);
        assert_eq!([sets_of(0), sets_of(1), sets_of(2)], [[0, 1, 2], [1, 0, 0], [0, 0, 0]]);
        let text = drawn(&result);
        for told in ["70 %", "breaks it alone", "1 other party could leave", "2.00 ×"] {
            assert!(text.contains(told), "{told} in {text}");
        }
    }

    #[test]
    fn where_nothing_is_left_to_chance_sets_alone_sort_and_no_bar_is_drawn() {
        let sets: &[&[&str]] = &[&["C"], &["A", "B"], &["B", "D"]];
        for fails in [0.0, 1.0] {
            let result = holding(sets, fails, vec![important("C", 1.0), important("A", 0.0)]);
            assert_eq!(names(&result), ["party:C", "party:B", "party:A", "party:D"]);
            let text = drawn(&result);
            assert!(
                text.contains("nothing is left to chance") && !text.contains("Birnbaum"),
                "{text}"
            );
        }
    }

    #[test]
    fn bounds_are_told_as_bounds_and_not_as_none() {
        let mut result = holding(&[&["A", "B"]], 0.5, Vec::new());
        result.probability.holds_high = 0.9;
        result.breaking.all_found = false;
        result.breaking.found_to = Some(1);
        result.breaking.total = "at least 1".into();
        let counts = parts(&result)[0].sets;
        let or_more = counts.map(|count| count.or_more);
        assert_eq!(or_more, [false, true, true], "singles were searched, pairs were not");
        let text = drawn(&result);
        for told in ["known within bounds only", "there may be more", "not known", "at least "] {
            assert!(text.contains(told), "{told} in {text}");
        }
        result.breaking.listed.clear();
        assert!(drawn(&result).contains("too many to be listed"));
    }

    #[test]
    fn a_list_of_the_smallest_is_complete_in_the_sizes_it_has_all_of() {
        let mut result = holding(&[&["A"], &["B", "C"]], 0.5, Vec::new());
        result.breaking.by_size = vec![(1, "1".into()), (2, "7".into()), (3, "90".into())];
        result.breaking.total = "98".into();
        let or_more = |place: usize| parts(&result)[place].sets.map(|count| count.or_more);
        assert_eq!(names(&result)[..2], ["party:A", "party:B"]);
        assert_eq!(or_more(0), [false, false, false], "it breaks it alone");
        assert_eq!(or_more(1), [false, true, true]);
    }

    #[test]
    fn what_harms_has_a_minus_and_nothing_to_lose_is_said() {
        let result = holding(&[&["A"]], 0.5, vec![important("A", 0.5), important("B", -0.25)]);
        let text = drawn(&result);
        assert!(text.contains("−25 %") && text.contains("A minus: "), "{text}");
        assert!(
            drawn(&holding(&[], 0.0, Vec::new())).contains("nothing that could be lost breaks it")
        );
    }
}
