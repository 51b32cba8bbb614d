//! Breaking sets and sufficient sets, in sentences.

use super::{losses, said, why};
use coalition::View;
use coalition::assess::{Assessment, Item, Order, ReadingResult, SetList};
use coalition::model::Model;
use maud::{Markup, html};

/// Sets shown at once of each size; the rest folds out.
const SHOWN: usize = 12;

/// What would break the guarantee where it holds, and what would make it hold where it does not.
pub(super) fn section(view: &View, model: &Model, assessment: &Assessment) -> Markup {
    let (firm, mutual) = (&assessment.readings.firm, &assessment.readings.mutual);
    let explained = &assessment.explained;
    let why_firm = why::breaks(view, model, &explained.firm, "firm");
    let why_mutual = why::breaks(view, model, &explained.mutual, "mutual");
    html! {
        section.stack id="breaks" {
            @if firm.holds {
                h2 { "What would break it" }
                (breaking(view, firm))
                (why_firm)
                @if firm.breaking != mutual.breaking {
                    details id="breaking-mutual" {
                        summary { "What would break it if groups move together as well" }
                        (breaking(view, mutual))
                        (why_mutual)
                    }
                }
            } @else if mutual.holds {
                h2 { "What would break it" }
                p { "It holds only if groups move together. Then:" }
                (breaking(view, mutual))
                (why_mutual)
                h2 { "What would make it firm" }
                p { "So that nobody has to move first on trust:" }
                (sufficient(view, firm))
            } @else {
                h2 { "What would make it hold" }
                (sufficient(view, mutual))
                @if firm.sufficient != mutual.sufficient {
                    details id="sufficient-firm" {
                        summary { "What would do even if nobody moves first on trust" }
                        (sufficient(view, firm))
                    }
                }
            }
        }
    }
}

/// The breaking sets of one reading, with N-1 and N-2 said.
pub(super) fn breaking(view: &View, result: &ReadingResult) -> Markup {
    html! {
        p { (security(result)) }
        @match result.order {
            Order::Never => p { "Nothing that could be lost breaks it." },
            Order::AtLeast(size) => {
                p { "No loss of fewer than " (size) " breaks it. Not all larger ones could be searched: there are too many to try." }
                @if let Some(example) = &result.breaking.example {
                    p { "One that does, perhaps not the smallest: " (losses::loss(view, example)) ", it fails." }
                }
            },
            Order::Exactly(_) => {
                (by_size(&result.breaking.listed, "breaking", &|set| format!("{}, it fails.", losses::loss(view, set))))
                p.small.quiet { (extent(&result.breaking, "breaking set", "breaking sets")) }
            },
        }
    }
}

/// Whether it withstands the loss of one or two parties.
pub(super) fn security(result: &ReadingResult) -> &'static str {
    match (result.n_minus_1, result.n_minus_2) {
        (true, true) => "N-1 and N-2 secure: it holds whichever one or two parties leave.",
        (true, false) => {
            "N-1 secure: it holds whichever single party leaves. Not N-2 secure: there are two whose leaving breaks it."
        }
        (false, _) => "Not N-1 secure: there is a single party whose leaving breaks it.",
    }
}

/// The sufficient sets of one reading.
pub(super) fn sufficient(view: &View, result: &ReadingResult) -> Markup {
    html! {
        @if result.sufficient.listed.is_empty() && result.sufficient.all_found {
            p { "No circumstance that is still open would do: only further commitments, or other conditions, would." }
        } @else {
            @if let Some(example) = &result.sufficient.example {
                p { "One that would do, perhaps not the smallest: " (losses::gain(view, example)) ", it holds." }
            }
            (by_size(&result.sufficient.listed, "sufficient", &|set| format!("{}, it holds.", losses::gain(view, set))))
            p.small.quiet { (extent(&result.sufficient, "sufficient set", "sufficient sets")) }
        }
    }
}

/// Sets under a heading for each size, the smallest first; of one size, as a reader would order them.
fn by_size(sets: &[Vec<Item>], id: &str, sentence: &dyn Fn(&[Item]) -> String) -> Markup {
    let groups = sets.chunk_by(|one, other| one.len() == other.len());
    html! {
        @for group in groups {
            @let size = group[0].len();
            @let told = sorted(group, sentence);
            div {
                h3 { (heading(size)) " " span.quiet.small { (said::counted(told.len(), "set", "sets")) } }
                ul { @for one in told.iter().take(SHOWN) { li { (one) } } }
                @if told.len() > SHOWN {
                    details id={ (id) "-" (size) } {
                        summary { (told.len() - SHOWN) " more" }
                        ul { @for one in &told[SHOWN..] { li { (one) } } }
                    }
                }
            }
        }
    }
}

fn sorted(group: &[Vec<Item>], sentence: &dyn Fn(&[Item]) -> String) -> Vec<String> {
    let mut told: Vec<String> = group.iter().map(|set| sentence(set)).collect();
    told.sort();
    told
}

fn heading(size: usize) -> String {
    match size {
        0 => "Nothing at all is needed".into(),
        1 => "One alone".into(),
        2 => "Two together".into(),
        3 => "Three together".into(),
        more => format!("{more} together"),
    }
}

/// How many there are, and how far the list goes: never a silent cut.
pub(super) fn extent(list: &SetList, one: &str, several: &str) -> String {
    let is_one = list.total == "1";
    let (verb, word) = if is_one { ("is", one) } else { ("are", several) };
    let total = format!("There {verb} {} {word}", list.total);
    if list.complete() {
        let several = list.listed.iter().any(|set| set.len() > 1);
        let note = if several { " Each is minimal: no part of it would do." } else { "" };
        return format!("{total}; every one is shown.{note}");
    }
    let listed = list.listed.len();
    if list.all_found {
        return format!("{total}; the smallest {listed} are shown.");
    }
    match list.found_to {
        Some(size) => format!(
            "{total}; {listed} are shown. The search was cut short: all of up to {} were found, larger ones may exist.",
            said::counted(size, "element", "elements")
        ),
        None => format!(
            "{total}; {listed} are shown. The search was cut short, so smaller or further ones may exist."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::{Id, State, Viewer};

    fn list(total: &str, listed: usize, all_found: bool, found_to: Option<usize>) -> SetList {
        let id = Id::parse("FR").expect("an id");
        SetList {
            listed: vec![vec![Item::Party(id)]; listed],
            total: total.into(),
            by_size: Vec::new(),
            all_found,
            found_to,
            example: None,
        }
    }

    #[test]
    fn a_list_that_was_cut_says_so() {
        for (list, part) in [
            (list("1", 1, true, None), "There is 1 breaking set; every one is shown"),
            (
                list("900", 200, true, None),
                "There are 900 breaking sets; the smallest 200 are shown.",
            ),
            (
                list("at least 200", 200, false, Some(2)),
                "all of up to 2 elements were found, larger ones may exist",
            ),
            (list("at least 3", 3, false, None), "smaller or further ones may exist"),
        ] {
            let text = extent(&list, "breaking set", "breaking sets");
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn sets_stand_under_their_size_and_long_groups_fold() {
        let view = View::of(&State::new(), Viewer::Public);
        let party = |number: usize| Item::Party(Id::parse(&format!("P{number}")).expect("an id"));
        let mut sets: Vec<Vec<Item>> = (0..20).map(|number| vec![party(number)]).collect();
        sets.push(vec![party(30), party(31)]);
        let text = by_size(&sets, "breaking", &|set| losses::loss(&view, set)).into_string();
        assert!(text.contains("One alone") && text.contains("Two together"));
        assert!(text.contains("8 more") && text.contains("If P30 and P31 leave"), "{text}");
    }
}
