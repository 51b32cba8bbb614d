//! The commitments of a view as CSV (RFC 4180), for a spreadsheet.

use crate::json::status_words;
use coalition::condition::{Kind as NameKind, KnownNames};
use coalition::content::{Circumstance, Commitment, Matching, Party, Resource};
use coalition::state::Thing;
use coalition::{Amount, Id, View};

/// The first row.
pub const HEADER: [&str; 20] = [
    "id",
    "name",
    "party",
    "party name",
    "resource",
    "resource name",
    "amount",
    "unit",
    "from",
    "until",
    "condition",
    "stage",
    "status",
    "basis",
    "label",
    "source",
    "note",
    "matching rate",
    "matching above",
    "matching up to",
];

/// A row for every commitment in the view, by id, under [`HEADER`]; lines end in CR LF.
///
/// A cell that a spreadsheet would take for a formula is given an apostrophe in front: names and
/// notes are other people's words.
pub fn commitments(view: &View) -> String {
    let mut text = String::new();
    push_row(&mut text, &HEADER.map(str::to_owned));
    let names = names(view);
    for (thing, commitment) in view.all::<Commitment>() {
        push_row(&mut text, &row(view, &names, thing, commitment));
    }
    text
}

fn names(view: &View) -> KnownNames {
    let mut names = KnownNames::default();
    for (thing, said) in view.all::<Circumstance>() {
        names.add(NameKind::Circumstance, thing.id.clone(), said.name.as_str());
    }
    for (thing, said) in view.all::<Party>() {
        names.add(NameKind::Party, thing.id.clone(), said.name.as_str());
    }
    for (thing, said) in view.all::<Resource>() {
        names.add(NameKind::Resource, thing.id.clone(), said.name.as_str());
    }
    names
}

fn row(view: &View, names: &KnownNames, thing: &Thing, said: &Commitment) -> [String; 20] {
    let resource = view.find::<Resource>(&said.resource);
    let unit = resource.map(|(_, resource)| resource.unit.to_string());
    let text = |value: Option<&dyn ToString>| value.map(ToString::to_string).unwrap_or_default();
    let matching = |part: fn(&Matching) -> Amount| {
        said.matches.as_ref().map(part).map(|amount| amount.to_string()).unwrap_or_default()
    };
    [
        thing.id.to_string(),
        text(said.name.as_ref().map(|name| name as &dyn ToString)),
        said.party.to_string(),
        view.name_of(&said.party),
        said.resource.to_string(),
        view.name_of(&said.resource),
        text(said.amount.as_ref().map(|amount| amount as &dyn ToString)),
        unit.unwrap_or_default(),
        text(said.from.as_ref().map(|from| from as &dyn ToString)),
        text(said.until.as_ref().map(|until| until as &dyn ToString)),
        said.condition.in_words(|kind, id: &Id| names.spelling(kind, id)),
        said.stage.word().to_owned(),
        status_words(&thing.status).0.to_owned(),
        said.basis.word().to_owned(),
        thing.marking.label.as_str().to_owned(),
        text(said.source.as_ref().map(|source| source as &dyn ToString)),
        said.note.to_string(),
        matching(|matches| matches.rate),
        matching(|matches| matches.above),
        matching(|matches| matches.up_to),
    ]
}

fn push_row(text: &mut String, cells: &[String]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&quoted(cell));
    }
    text.push_str("\r\n");
}

/// A cell: in quotes where it needs them, and never a formula (OWASP, "CSV injection").
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{cell}") } else { cell.to_owned() };
    let plain = !guarded.contains(['"', ',', '\n', '\r']);
    if plain && !formula { guarded } else { format!("\"{}\"", guarded.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_keeps_its_text_and_is_never_a_formula() {
        for (cell, expected) in [
            ("", ""),
            ("6000", "6000"),
            ("trigger+0d", "trigger+0d"),
            ("when \"peace deal signed\"", "\"when \"\"peace deal signed\"\"\""),
            ("a, b", "\"a, b\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-2", "\"'-2\""),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
