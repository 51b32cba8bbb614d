//! How notes are written: a box for each item, a paragraph for each point, and on the record who said
//! it before a colon. Reads what was written, and writes what was read.

use coalition::content::{Attribution, Item, Minutes, Noted, Party, Person};
use coalition::text::Text;
use coalition::{Id, Thing, View};

/// What a box holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What was said.
    Said,
    /// What was decided.
    Decided,
}

impl Part {
    /// The name of the box under an item, or under none.
    pub(super) fn name(self, item: Option<&Id>) -> String {
        let word = match self {
            Part::Said => "said",
            Part::Decided => "decided",
        };
        format!("{word}.{}", item.map_or("", Id::as_str))
    }
}

/// The boxes that a rule opens: under the strictest, nothing that was said is noted.
pub(super) fn boxes(rule: Attribution) -> &'static [Part] {
    if rule == Attribution::Nothing { &[Part::Decided] } else { &[Part::Said, Part::Decided] }
}

/// Whether a field of a form is a box.
pub(super) fn is_box(name: &str) -> bool {
    name.starts_with("said.") || name.starts_with("decided.")
}

/// The items of a session in their order.
pub(super) fn items<'v>(view: &'v View, session: &Id) -> Vec<(&'v Thing, &'v Item)> {
    let mut items: Vec<_> =
        view.standing::<Item>().filter(|(_, item)| item.session == *session).collect();
    items.sort_by_key(|(thing, item)| (item.place, &thing.id));
    items
}

/// A point as it was read, and the box it was read from.
pub(super) struct Read {
    pub(super) noted: Noted,
    pub(super) from: String,
}

/// What does not read: the box, and why.
pub(super) type Wrong = (String, String);

/// The points that boxes hold, in the order of the agenda and, in a box, of what was written.
pub(super) fn read(
    view: &View,
    session: &Id,
    rule: Attribution,
    value: impl Fn(&str) -> String,
) -> Result<Vec<Read>, Wrong> {
    let items = items(view, session);
    let places = items.iter().map(|(thing, _)| Some(&thing.id)).chain([None]);
    let mut points = Vec::new();
    for item in places {
        for of in boxes(rule) {
            let from = of.name(item);
            let text = value(&from).replace("\r\n", "\n");
            for paragraph in text.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
                let (party, person, rest) = match rule {
                    Attribution::OnRecord => attributed(view, paragraph),
                    _ => (None, None, paragraph),
                };
                let text = Text::parse(rest).map_err(|why| (from.clone(), why.to_owned()))?;
                let noted = Noted {
                    item: item.cloned(),
                    decided: *of == Part::Decided,
                    party,
                    person,
                    text,
                };
                points.push(Read { noted, from: from.clone() });
            }
        }
    }
    Ok(points)
}

/// Who stands before the first colon of a paragraph, if somebody does, and the rest of it.
fn attributed<'t>(view: &View, paragraph: &'t str) -> (Option<Id>, Option<Id>, &'t str) {
    let plain = (None, None, paragraph);
    let Some((who, rest)) = paragraph.split_once(':') else { return plain };
    let rest = rest.trim();
    let who = who.trim();
    if rest.is_empty() || who.contains('\n') {
        return plain;
    }
    if let Some(party) = party(view, who) {
        return (Some(party), None, rest);
    }
    if let Some(person) = person(view, who) {
        return (None, Some(person), rest);
    }
    let both = who.strip_suffix(')').and_then(|who| who.rsplit_once('('));
    match both.map(|(one, of)| (person(view, one.trim()), party(view, of.trim()))) {
        Some((Some(person), Some(party))) => (Some(party), Some(person), rest),
        _ => plain,
    }
}

fn one<'v>(named: impl Iterator<Item = (&'v Id, &'v str)>, word: &str) -> Option<Id> {
    let same = |name: &str| name.to_lowercase() == word.to_lowercase();
    let mut found = named.filter(|(id, name)| id.as_str() == word || same(name));
    let first = found.next()?;
    // Two of one name are told apart by their ids.
    found.next().is_none().then(|| first.0.clone())
}

fn party(view: &View, word: &str) -> Option<Id> {
    one(view.standing::<Party>().map(|(thing, said)| (&thing.id, said.name.as_str())), word)
}

fn person(view: &View, word: &str) -> Option<Id> {
    one(view.standing::<Person>().map(|(thing, said)| (&thing.id, said.name.as_str())), word)
}

/// The boxes that minutes would have been read from.
pub(super) fn spelt(view: &View, minutes: &Minutes) -> Vec<(String, String)> {
    let mut boxes: Vec<(String, String)> = Vec::new();
    for noted in &minutes.points {
        let of = if noted.decided { Part::Decided } else { Part::Said };
        let item = noted.item.as_ref().filter(|item| view.find::<Item>(item).is_some());
        let (name, text) = (of.name(item), paragraph(view, noted));
        match boxes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, written)) => *written = format!("{written}\n\n{text}"),
            None => boxes.push((name, text)),
        }
    }
    boxes
}

/// A point as it would be written.
fn paragraph(view: &View, noted: &Noted) -> String {
    // An empty line would part it in two.
    let mut text = noted.text.as_str().to_owned();
    while text.contains("\n\n") {
        text = text.replace("\n\n", "\n");
    }
    let spell = |id: &Id, find: &dyn Fn(&str) -> Option<Id>| {
        let name = view.name_of(id);
        if find(&name).as_ref() == Some(id) { name } else { id.to_string() }
    };
    let party = noted.party.as_ref().map(|id| spell(id, &|word| party(view, word)));
    let person = noted.person.as_ref().map(|id| spell(id, &|word| person(view, word)));
    match (person, party) {
        (Some(person), Some(party)) => format!("{person} ({party}): {text}"),
        (Some(one), None) | (None, Some(one)) => format!("{one}: {text}"),
        (None, None) => text,
    }
}
