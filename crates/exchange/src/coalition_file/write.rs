//! The coalition file of a view, and any coalition file as text.

use super::{CoalitionFile, Entry};
use coalition::condition::{self, Condition, KnownNames};
use coalition::content::{
    Basis, Chance, Circumstance, Coalition, Commitment, Content, Guarantee, Kind, Need, Party,
    Requires, Resource, Source,
};
use coalition::state::{Status, Thing};
use coalition::text::{Name, Text};
use coalition::{Id, Label, Marking, View};
use std::collections::BTreeSet;
use std::fmt::Display;

impl CoalitionFile {
    /// What a view holds of the things that a coalition file describes; `None` where the viewer
    /// may not see the coalition itself.
    ///
    /// A party that has left is written with its commitments withdrawn, so that the conditions
    /// which name it still read, and say the same. Persons in an audience are not written: a file
    /// has none. Nor is what the viewer may not see.
    pub fn of(view: &View) -> Option<CoalitionFile> {
        let (thing, coalition) = view.all::<Coalition>().next()?;
        let mut file = CoalitionFile::new(coalition.clone());
        file.marking = marking(view, thing);
        let mut names = BTreeSet::new();
        for (kind, _, _) in super::things::TABLES {
            let keeps_withdrawn = !matches!(kind, Kind::Need | Kind::Guarantee);
            // Those that stand keep their names; one that was withdrawn may have to give its up.
            let (stand, rest): (Vec<&Thing>, Vec<&Thing>) =
                view.of_kind(kind).partition(|thing| !thing.withdrawn());
            let rest = rest.into_iter().filter(|_| keeps_withdrawn);
            let mut entries: Vec<Entry> =
                stand.into_iter().chain(rest).map(|thing| entry(view, thing, &mut names)).collect();
            entries.sort_by(|one, other| one.id.cmp(&other.id));
            file.things.append(&mut entries);
        }
        Some(file)
    }

    /// The file as text; [`super::read`] reads the same file from it.
    pub fn to_toml(&self) -> String {
        let mut writer = Writer { text: String::new(), names: self.names() };
        writer.line("[coalition]");
        writer.pair("name", &self.coalition.name);
        writer.note(&self.coalition.note);
        writer.marking(&self.marking);
        for entry in &self.things {
            writer.entry(entry);
        }
        writer.text
    }

    fn names(&self) -> KnownNames {
        let mut names = KnownNames::default();
        for entry in &self.things {
            let kind = match entry.content.kind() {
                Kind::Circumstance => condition::Kind::Circumstance,
                Kind::Party => condition::Kind::Party,
                Kind::Resource => condition::Kind::Resource,
                _ => continue,
            };
            names.add(kind, entry.id.clone(), entry.content.title());
        }
        names
    }
}

fn marking(view: &View, thing: &Thing) -> Marking {
    let known = |id: &&Id| view.find::<Party>(id).is_some();
    Marking {
        label: thing.marking.label,
        parties: thing.marking.parties.iter().filter(known).cloned().collect(),
        persons: Vec::new(),
    }
}

fn entry(view: &View, thing: &Thing, names: &mut BTreeSet<(Kind, String)>) -> Entry {
    let mut content = thing.content.clone();
    let name = match &mut content {
        Content::Party(said) => Some(&mut said.name),
        Content::Circumstance(said) => Some(&mut said.name),
        Content::Resource(said) => Some(&mut said.name),
        _ => None,
    };
    if let Some(name) = name {
        let kind = thing.content.kind();
        let mut copy = 1;
        while !names.insert((kind, name.as_str().to_owned())) {
            *name = other_name(thing.content.title(), &thing.id, copy);
            copy += 1;
        }
    }
    let status = match &content {
        Content::Commitment(said) => {
            let left = view.find::<Party>(&said.party).is_some_and(|(party, _)| party.withdrawn());
            match &thing.status {
                Status::Standing if !left => Status::Standing,
                Status::Suspended(_) if !left => Status::Suspended(Text::default()),
                _ => Status::Withdrawn(Text::default()),
            }
        }
        _ => Status::Standing,
    };
    if let (Content::Commitment(said), false) = (&mut content, status == Status::Standing) {
        // The file spells "suspended" in the place of the stage.
        said.stage = coalition::content::Stage::Announced;
    }
    Entry { id: thing.id.clone(), content, marking: marking(view, thing), status }
}

/// A name for a thing whose own is taken: with its id, and a number if that is taken, too.
fn other_name(name: &str, id: &Id, copy: u32) -> Name {
    let start: String = name.chars().take(100).collect();
    let number = if copy > 1 { format!(", {copy}") } else { String::new() };
    Name::parse(&format!("{} ({id}{number})", start.trim_end()))
        .expect("a hundred letters of a name, an id and a number are a name")
}

struct Writer {
    text: String,
    names: KnownNames,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// `key = "value"`.
    fn pair(&mut self, key: &str, value: &dyn Display) {
        let quoted = quoted(&value.to_string());
        self.line(&format!("{key} = {quoted}"));
    }

    fn maybe(&mut self, key: &str, value: Option<&dyn Display>) {
        if let Some(value) = value {
            self.pair(key, value);
        }
    }

    fn note(&mut self, note: &Text) {
        if !note.is_empty() {
            self.pair("note", note);
        }
    }

    fn chance(&mut self, chance: Option<Chance>) {
        if let Some(chance) = chance {
            self.pair("chance", &chance);
        }
    }

    fn basis(&mut self, basis: Basis) {
        if basis != Basis::default() {
            self.pair("basis", &basis.word());
        }
    }

    fn source(&mut self, source: Option<&Id>) {
        if let Some(source) = source {
            self.pair("source", source);
        }
    }

    fn marking(&mut self, marking: &Marking) {
        if marking.label != Label::Amber {
            self.pair("label", &marking.label.as_str());
        }
        if !marking.parties.is_empty() {
            let ids: Vec<String> = marking.parties.iter().map(|id| quoted(id.as_str())).collect();
            self.line(&format!("audience = [{}]", ids.join(", ")));
        }
    }

    fn entry(&mut self, entry: &Entry) {
        self.line("");
        self.line(&format!("[[{}]]", entry.content.kind().key()));
        self.pair("id", &entry.id);
        match &entry.content {
            Content::Source(said) => self.a_source(said),
            Content::Party(said) => self.party(said),
            Content::Circumstance(said) => self.circumstance(said),
            Content::Resource(said) => self.resource(said),
            Content::Need(said) => self.need(said),
            Content::Commitment(said) => self.commitment(said, &entry.status),
            Content::Guarantee(said) => self.guarantee(said),
            other => unreachable!("a coalition file has no {}", other.kind().word()),
        }
        self.marking(&entry.marking);
        if let Content::Guarantee(said) = &entry.content {
            // Last, for what follows would belong to the need.
            self.guarantee_needs(said);
        }
    }

    fn a_source(&mut self, said: &Source) {
        self.pair("title", &said.title);
        for (key, value) in
            [("outlet", &said.outlet), ("date", &said.date), ("origin", &said.origin)]
        {
            self.maybe(key, value.as_ref().map(|value| value as &dyn Display));
        }
        self.note(&said.note);
    }

    fn party(&mut self, said: &Party) {
        self.pair("name", &said.name);
        self.pair("standing", &said.standing.word());
        self.chance(said.chance);
        self.note(&said.note);
    }

    fn circumstance(&mut self, said: &Circumstance) {
        self.pair("name", &said.name);
        self.pair("holds", &said.holds.word());
        self.chance(said.chance);
        self.note(&said.note);
    }

    fn resource(&mut self, said: &Resource) {
        self.pair("name", &said.name);
        self.pair("unit", &said.unit);
        self.note(&said.note);
    }

    fn need(&mut self, said: &Need) {
        self.pair("party", &said.party);
        self.pair("resource", &said.resource);
        self.pair("amount", &said.amount);
        self.pair("from", &said.from);
        self.pair("until", &said.until);
        self.basis(said.basis);
        self.note(&said.note);
        self.source(said.source.as_ref());
    }

    fn commitment(&mut self, said: &Commitment, status: &Status) {
        self.maybe("name", said.name.as_ref().map(|name| name as &dyn Display));
        self.pair("party", &said.party);
        self.pair("resource", &said.resource);
        self.maybe("amount", said.amount.as_ref().map(|amount| amount as &dyn Display));
        if let Some(matches) = &said.matches {
            let above = if matches.above.is_zero() {
                String::new()
            } else {
                format!("above = \"{}\", ", matches.above)
            };
            let (rate, up_to) = (matches.rate, matches.up_to);
            self.line(&format!("matches = {{ rate = \"{rate}\", {above}up_to = \"{up_to}\" }}"));
        }
        self.maybe("from", said.from.as_ref().map(|point| point as &dyn Display));
        self.maybe("until", said.until.as_ref().map(|point| point as &dyn Display));
        let condition = self.condition(&said.condition);
        self.line(&format!("condition = {condition}"));
        let stage = match status {
            Status::Standing => said.stage.word(),
            Status::Suspended(_) => "suspended",
            Status::Withdrawn(_) => "withdrawn",
        };
        self.pair("stage", &stage);
        self.basis(said.basis);
        self.note(&said.note);
        self.source(said.source.as_ref());
    }

    /// The condition with names, as people read it; with whatever is shorter where that is long.
    fn condition(&self, condition: &Condition<Id>) -> String {
        let mut words = condition.in_words(|kind, id| self.names.spelling(kind, id));
        if words.len() > condition::TEXT_BYTES_MAX {
            words = condition.in_words(|kind, id| {
                let name = self.names.spelling(kind, id);
                if name.len() + 2 < id.as_str().len() { name } else { id.to_string() }
            });
        }
        let literal = !words.chars().any(|letter| letter == '\'' || letter.is_control());
        if literal { format!("'{words}'") } else { quoted(&words) }
    }

    fn guarantee(&mut self, said: &Guarantee) {
        self.pair("name", &said.name);
        self.maybe("trigger", said.trigger.as_ref().map(|trigger| trigger as &dyn Display));
        match said.requires {
            Requires::All => self.pair("requires", &"all"),
            Requires::AtLeast(count) => self.line(&format!("requires = {count}")),
        }
        self.note(&said.note);
        self.source(said.source.as_ref());
    }

    fn guarantee_needs(&mut self, said: &Guarantee) {
        for need in &said.needs {
            self.line("[[guarantee.need]]");
            self.pair("resource", &need.resource);
            self.pair("amount", &need.amount);
            self.pair("from", &need.from);
            self.pair("until", &need.until);
            self.basis(need.basis);
        }
    }
}

/// `text` as a basic string of TOML 1.0.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
