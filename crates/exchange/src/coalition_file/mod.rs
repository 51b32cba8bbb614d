//! The coalition file: one TOML file that describes a coalition (design §12).
//!
//! Beside the keys of the design, every table may have `note`, `label` (AMBER where absent) and
//! `audience` (ids of parties, for AMBER and AMBER+STRICT); commitments and needs `basis` and
//! `source`; a commitment `name`. A commitment may leave out `amount`, `from`, `until` and `stage`
//! (`announced` where absent, and also `suspended` or `withdrawn`), a guarantee its trigger and its
//! needs. `[[source]]` (`id`, `title`, `outlet`, `date`, `origin`) and `[[need]]` (`id`, `party`,
//! `resource`, `amount`, `from`, `until`) are tables of their own. Whatever else stands in the file
//! is refused.

mod fields;
mod known;
mod things;
mod write;

use crate::file_error::{FileErrors, Report, readable};
use coalition::content::{Coalition, Content, Kind};
use coalition::model::{Model, ModelCommitment};
use coalition::state::Status;
use coalition::{Id, Label, Marking};
use fields::Fields;
use known::Known;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest file that is read.
pub const FILE_BYTES_MAX: usize = 8 << 20;
/// The most things that one file describes.
pub const THINGS_MAX: usize = 20_000;

/// A coalition as a file describes it: sound, in that every id it refers to is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CoalitionFile {
    /// The coalition itself.
    pub coalition: Coalition,
    /// Who may see the coalition's name.
    pub marking: Marking,
    things: Vec<Entry>,
}

/// One thing of a coalition file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: Id,
    /// What it says.
    pub content: Content,
    /// Who may see it.
    pub marking: Marking,
    /// Whether it stands. Only a commitment may not, and then its stage is not told.
    pub status: Status,
}

/// Reads a coalition file. `name` is what errors call it; they carry line and column, and as many
/// are collected as can be told apart.
pub fn read(name: &str, bytes: &[u8]) -> Result<CoalitionFile, FileErrors> {
    let text = readable(name, bytes, FILE_BYTES_MAX)?;
    let report = Report::new(name, text);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let message = format!("This is not TOML: {}.", error.message());
            report.error(span, message, "See https://toml.io for how tables and text are written.");
            return report.finish(None);
        }
    };
    let file = document_of(&report, document.get_ref());
    report.finish(file)
}

fn document_of<'a>(report: &'a Report<'a>, document: &'a DeTable<'a>) -> Option<CoalitionFile> {
    let top = Fields::new(report, "The file", 0..0, document);
    let coalition = top.value("coalition");
    let mut tables = Vec::new();
    for (kind, key, header) in things::TABLES {
        let Some(value) = top.value(key) else { continue };
        let of_kind = things::tables(&top, value, header).unwrap_or_default();
        tables.extend(of_kind.into_iter().map(|(span, table)| (kind, header, span, table)));
    }
    top.finish();
    if tables.len() > THINGS_MAX {
        let message = format!("This file describes {} things.", tables.len());
        report.error(0..0, message, format!("A coalition file has at most {THINGS_MAX}."));
        return None;
    }
    let mut known = Known::default();
    for (kind, _, _, table) in &tables {
        let text = |key: &str| {
            let value = table.get(key)?;
            Some((value.get_ref().as_str()?, value.span()))
        };
        let id = text("id").and_then(|(id, span)| Some((Id::parse(id).ok()?, span)));
        if let Some((id, span)) = id {
            known.add(report, *kind, (&id, span), text("name"));
        }
    }
    let coalition = coalition_of(report, coalition, &known);
    // Every table is read, so that every error is found; the file only comes of all of them.
    let mut things = Vec::with_capacity(tables.len());
    for (kind, header, span, table) in tables {
        if report.is_full() {
            return None;
        }
        things.push(things::entry(Fields::new(report, header, span, table), kind, &known));
    }
    let (coalition, marking) = coalition?;
    Some(CoalitionFile { coalition, marking, things: things.into_iter().collect::<Option<_>>()? })
}

fn coalition_of<'a>(
    report: &'a Report<'a>,
    value: Option<&'a Spanned<DeValue<'a>>>,
    known: &Known,
) -> Option<(Coalition, Marking)> {
    const HELP: &str = "Write [coalition] and, on the next line, name = \"…\".";
    let Some(value) = value else {
        report.error(0..0, "The file has no [coalition].", HELP);
        return None;
    };
    let DeValue::Table(table) = value.get_ref() else {
        report.error(value.span(), "The coalition is a table.", HELP);
        return None;
    };
    let fields = Fields::new(report, "[coalition]", value.span(), table);
    let coalition = things::coalition(&fields);
    let marking = fields.marking(known);
    fields.finish();
    Some((coalition?, marking?))
}

impl CoalitionFile {
    /// A file that describes nothing yet but the coalition itself.
    pub fn new(coalition: Coalition) -> CoalitionFile {
        CoalitionFile { coalition, marking: Marking::plain(Label::Amber), things: Vec::new() }
    }

    /// The things, each after those it refers to.
    pub fn things(&self) -> &[Entry] {
        &self.things
    }

    /// What an assessment is made from: everything in the file, whatever its label.
    pub fn model(&self) -> Model {
        let mut model = Model { name: self.coalition.name.to_string(), ..Model::default() };
        for entry in &self.things {
            let id = entry.id.clone();
            match &entry.content {
                Content::Party(said) => drop(model.parties.insert(id, said.clone())),
                Content::Circumstance(said) => drop(model.circumstances.insert(id, said.clone())),
                Content::Resource(said) => drop(model.resources.insert(id, said.clone())),
                Content::Commitment(said) => {
                    let stopped = entry.status != Status::Standing;
                    let commitment = ModelCommitment { commitment: said.clone(), stopped };
                    model.commitments.insert(id, commitment);
                }
                Content::Guarantee(said) => drop(model.guarantees.insert(id, said.clone())),
                _ => {}
            }
        }
        model
    }

    /// How many things of a kind the file describes.
    pub fn count(&self, kind: Kind) -> usize {
        self.things.iter().filter(|entry| entry.content.kind() == kind).count()
    }
}
