//! Commands: what an actor asks for, read from JSON in his own view.

use crate::act::Change;
use crate::condition::{self, Condition, Found, KnownNames, Names};
use crate::content::{Content, Kind, Session};
use crate::id::Id;
use crate::label::{Label, Marking};
use crate::refusal::Refusal;
use crate::view::View;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::cell::OnceCell;

/// What an actor asks for, its names resolved in his view.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The thing it is about. Absent for one that is to be made: the house gives the id.
    pub subject: Option<Id>,
    /// The revision of the thing that the actor looked at; if the thing has changed since, the
    /// command is refused.
    pub revision: Option<u32>,
    /// The word by which the actor's client would ask for it again.
    pub key: Option<Id>,
    /// What is to change.
    pub change: Change,
}

/// The JSON form of a command: as an act's `subject` and `change`, where `create` may leave out the
/// marking and a commitment's condition may use names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    subject: Option<Id>,
    #[serde(default)]
    revision: Option<u32>,
    #[serde(default)]
    key: Option<Id>,
    #[expect(dead_code, reason = "it must be there; it is read by itself, in the actor's view")]
    change: IgnoredAny,
}

impl Command {
    /// Reads a command, with the names in it as the actor's view resolves them.
    pub fn read(view: &View, mut json: Value) -> Result<Command, Refusal> {
        // The change is most of it: taken out, it need not be copied.
        let change = json.get_mut("change").map(Value::take).unwrap_or_default();
        let asked: Asked = from_value(json, "")?;
        if asked.subject.is_some() && change.get("create").is_some() {
            return Err(Refusal::invalid(
                "subject",
                "the house gives the id of a new thing: leave this out",
            ));
        }
        Ok(Command {
            subject: asked.subject,
            revision: asked.revision,
            key: asked.key,
            change: read_change(view, change)?,
        })
    }

    /// A command from the coalition's own files, which may name the ids of the things it makes.
    /// Never made from a request.
    pub fn imported(view: &View, subject: Id, change: Value) -> Result<Command, Refusal> {
        Ok(Command {
            subject: Some(subject),
            revision: None,
            key: None,
            change: read_change(view, change)?,
        })
    }
}

fn read_change(view: &View, mut change: Value) -> Result<Change, Refusal> {
    for verb in ["create", "amend"] {
        if let Some(text) = change.pointer_mut(&format!("/{verb}/content/commitment/condition")) {
            resolve_condition(view, text, &format!("change.{verb}.content.commitment.condition"))?;
        }
    }
    if let Some(create) = change.get_mut("create").and_then(Value::as_object_mut)
        && !create.contains_key("marking")
    {
        let content = create.get("content").cloned().unwrap_or(Value::Null);
        let marking = default_marking(view, &from_value(content, "change.create.content")?);
        let marking = serde_json::to_value(marking).expect("a marking is plain JSON");
        create.insert("marking".into(), marking);
    }
    from_value(change, "change")
}

/// The names of what a viewer sees and was not withdrawn. Most words are ids, and an id is found at
/// once; the names are listed when the first word is none.
struct NamesIn<'a> {
    view: &'a View,
    all: OnceCell<KnownNames>,
}

const NAMED: [(Kind, condition::Kind); 3] = [
    (Kind::Circumstance, condition::Kind::Circumstance),
    (Kind::Party, condition::Kind::Party),
    (Kind::Resource, condition::Kind::Resource),
];

impl NamesIn<'_> {
    fn list(&self) -> KnownNames {
        let mut names = KnownNames::default();
        for (kind, place) in NAMED {
            for thing in self.view.of_kind(kind).filter(|thing| !thing.withdrawn()) {
                names.add(place, thing.id.clone(), thing.content.title());
            }
        }
        names
    }
}

impl Names for NamesIn<'_> {
    fn find(&self, kind: condition::Kind, word: &str) -> Found {
        let of_kind = NAMED.iter().find(|(_, place)| *place == kind).map(|(kind, _)| *kind);
        let thing = Id::parse(word.trim()).ok().and_then(|id| self.view.get(&id));
        match thing.filter(|thing| Some(thing.content.kind()) == of_kind && !thing.withdrawn()) {
            Some(thing) => Found::One(thing.id.clone()),
            None => self.all.get_or_init(|| self.list()).find(kind, word),
        }
    }
}

/// Puts ids in the place of the names that a condition uses.
fn resolve_condition(view: &View, text: &mut Value, field: &str) -> Result<(), Refusal> {
    let Value::String(words) = text else { return Ok(()) };
    let resolved = Condition::read(words, &NamesIn { view, all: OnceCell::new() });
    let condition: Condition<Id> =
        resolved.map_err(|error| Refusal::invalid(field, error.to_string()))?;
    *words = condition.canonical();
    Ok(())
}

/// What a new thing is labelled when nobody says: AMBER; what is given in a closed session, RED.
pub fn default_marking(view: &View, content: &Content) -> Marking {
    let in_closed_session = content
        .session()
        .and_then(|session| view.find::<Session>(session))
        .is_some_and(|(_, session)| session.closed);
    Marking::plain(if in_closed_session { Label::Red } else { Label::Amber })
}

/// Reads JSON into a type; an error names the field it is about.
fn from_value<T: serde::de::DeserializeOwned>(json: Value, inside: &str) -> Result<T, Refusal> {
    // What reads needs no names of fields: keeping track of them takes longer than reading.
    if let Ok(read) = T::deserialize(&json) {
        return Ok(read);
    }
    serde_path_to_error::deserialize(json).map_err(|error| {
        let path = error.path().to_string();
        let field = match (inside, path.as_str()) {
            ("", path) => path.to_owned(),
            (inside, ".") => inside.to_owned(),
            (inside, path) => format!("{inside}.{path}"),
        };
        Refusal::invalid(field, error.into_inner().to_string())
    })
}
