//! What is lost or comes about, as the beginning of a sentence.

use crate::pages::words;
use coalition::View;
use coalition::assess::Item;

/// The loss of things, as the beginning of a sentence: "If France and Italy leave and “ceasefire”
/// no longer holds".
pub(crate) fn loss(view: &View, set: &[Item]) -> String {
    let (parties, circumstances) = named(view, set);
    let leave = if parties.len() == 1 { "leaves" } else { "leave" };
    let hold = if circumstances.len() == 1 { "no longer holds" } else { "no longer hold" };
    match (parties.is_empty(), circumstances.is_empty()) {
        (true, _) => format!("If {} {hold}", words::listed(&circumstances)),
        (false, true) => format!("If {} {leave}", words::listed(&parties)),
        (false, false) => format!(
            "If {} {leave} and {} {hold}",
            words::listed(&parties),
            words::listed(&circumstances)
        ),
    }
}

/// What comes about, as the beginning of a sentence: "If “US backstop given” holds".
pub(crate) fn gain(view: &View, set: &[Item]) -> String {
    let (parties, circumstances) = named(view, set);
    let hold = if circumstances.len() == 1 { "comes to hold" } else { "come to hold" };
    let stay = if parties.len() == 1 { "takes part" } else { "take part" };
    match (parties.is_empty(), circumstances.is_empty()) {
        (true, _) => format!("If {} {hold}", words::listed(&circumstances)),
        (false, true) => format!("If {} {stay}", words::listed(&parties)),
        (false, false) => format!(
            "If {} {hold} and {} {stay}",
            words::listed(&circumstances),
            words::listed(&parties)
        ),
    }
}

fn named(view: &View, set: &[Item]) -> (Vec<String>, Vec<String>) {
    let (mut parties, mut circumstances) = (Vec::new(), Vec::new());
    for item in set {
        match item {
            Item::Party(id) => parties.push(view.name_of(id)),
            Item::Circumstance(id) => circumstances.push(format!("“{}”", view.name_of(id))),
        }
    }
    (parties, circumstances)
}

/// A variable of the question, by name.
pub(crate) fn item_name(view: &View, item: &Item) -> String {
    match item {
        Item::Party(id) => view.name_of(id),
        Item::Circumstance(id) => format!("“{}”", view.name_of(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::{Id, State, Viewer};

    #[test]
    fn a_loss_is_a_clause_in_plain_words() {
        let view = View::of(&State::new(), Viewer::Public);
        let party = |id: &str| Item::Party(Id::parse(id).expect("an id"));
        let circumstance = |id: &str| Item::Circumstance(Id::parse(id).expect("an id"));
        for (set, words) in [
            (vec![party("FR")], "If FR leaves"),
            (vec![party("FR"), party("IT")], "If FR and IT leave"),
            (vec![circumstance("peace")], "If “peace” no longer holds"),
            (vec![circumstance("peace"), party("FR")], "If FR leaves and “peace” no longer holds"),
        ] {
            assert_eq!(loss(&view, &set), words);
        }
        assert_eq!(gain(&view, &[circumstance("us")]), "If “us” comes to hold");
    }
}
