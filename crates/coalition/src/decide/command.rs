//! Commands: what an actor asks for, read from JSON, and then seen through his own view.

use super::attribution;
use crate::act::Change;
use crate::condition::{self, Condition, Found, KnownNames, Names, Word};
use crate::content::{Content, Kind, Session};
use crate::id::Id;
use crate::label::{Label, Marking};
use crate::refusal::Refusal;
use crate::view::View;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
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

/// A command as it was asked for in JSON: read as far as it goes without knowing who asks, so that
/// this can be done beside the one thread that decides. It has an act's `subject` and `change`, where
/// `create` may leave out the marking and a commitment's condition may use names.
#[derive(Clone, Debug)]
pub struct Asked {
    key: Option<Id>,
    read: Reading,
}

/// How far a command was read.
#[derive(Clone, Debug)]
enum Reading {
    /// Into the JSON, and from there as far as it goes without a view.
    Slow(Result<Unseen, Refusal>),
    /// From its text in one go, every word of its condition taken for an id. If one turns out to be
    /// none, the text is read again.
    Quick(Whole, String),
}

/// A command whose names nobody has looked up yet.
#[derive(Clone, Debug)]
struct Unseen {
    subject: Option<Id>,
    revision: Option<u32>,
    change: Change,
    /// The condition as it was written, which `change` holds the place of, and the field it is in.
    condition: Option<(Condition<Word>, String)>,
    /// Whether nobody said who may see it: `change` holds the place of a marking.
    unmarked: bool,
}

/// A command that leaves nothing to be filled in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    #[serde(default)]
    subject: Option<Id>,
    #[serde(default)]
    revision: Option<u32>,
    #[serde(default)]
    key: Option<Id>,
    change: Change,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    subject: Option<Id>,
    #[serde(default)]
    revision: Option<u32>,
    #[serde(default)]
    #[expect(dead_code, reason = "it must read; it is taken before, for a retry")]
    key: Option<Id>,
    #[expect(dead_code, reason = "it must be there; it is read by itself")]
    change: IgnoredAny,
}

impl Asked {
    /// Reads a command from a request. One that does not read is refused when it becomes a
    /// [`Command`]: its key may be that of one that was done.
    pub fn read(json: Value) -> Asked {
        let key = json.get("key").and_then(Value::as_str).and_then(|key| Id::parse(key).ok());
        Asked { key, read: Reading::Slow(read(json)) }
    }

    /// [`Asked::read`] of the JSON in `text`, several times sooner; `None` where the text does not
    /// read in one go, which says nothing against it.
    pub fn read_quickly(text: &str) -> Option<Asked> {
        // A condition that was recorded may be longer and deeper than one that is asked for.
        let brackets = text.bytes().filter(|byte| *byte == b'(').count();
        if text.len() > condition::TEXT_BYTES_MAX || brackets > condition::NESTING_MAX {
            return None;
        }
        let whole: Whole = serde_json::from_str(text).ok()?;
        may_be_asked(whole.subject.as_ref(), &whole.change).ok()?;
        Some(Asked { key: whole.key.clone(), read: Reading::Quick(whole, text.to_owned()) })
    }

    /// A command from the coalition's own files, which may name the ids of the things it makes.
    /// Never made from a request.
    pub fn imported(subject: Id, change: Value) -> Asked {
        let read = read_change(change).map(|unseen| Unseen { subject: Some(subject), ..unseen });
        Asked { key: None, read: Reading::Slow(read) }
    }

    /// A command that the house itself makes for somebody, who is known to be who he is: passkeys,
    /// and the links by which they are enrolled. Never made from a request's own JSON.
    pub fn made(subject: Option<Id>, change: Change) -> Asked {
        let unseen = Unseen { subject, revision: None, change, condition: None, unmarked: false };
        Asked { key: None, read: Reading::Slow(Ok(unseen)) }
    }

    /// The word by which whoever asked would ask again.
    pub fn key(&self) -> Option<&Id> {
        self.key.as_ref()
    }

    /// The same, asked under this word.
    #[must_use]
    pub fn with_key(self, key: Id) -> Asked {
        Asked { key: Some(key), ..self }
    }

    /// The command, with the names in it as the actor's view resolves them.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the field, counted from the root of the JSON.
    pub fn command(self, view: &View) -> Result<Command, Refusal> {
        let names = NamesIn { view, all: OnceCell::new() };
        let unseen = match self.read {
            Reading::Quick(Whole { subject, revision, change, .. }, _) if names.know(&change) => {
                return Ok(Command { subject, revision, key: self.key, change });
            }
            Reading::Quick(_, text) => read(serde_json::from_str(&text).unwrap_or_default())?,
            Reading::Slow(read) => read?,
        };
        let Unseen { subject, revision, mut change, condition, unmarked } = unseen;
        if let Some((written, field)) = condition {
            let resolved = written.resolve(&names);
            let resolved = resolved.map_err(|error| Refusal::invalid(field, error.to_string()))?;
            if let Change::Create { content: Content::Commitment(said), .. }
            | Change::Amend { content: Content::Commitment(said) } = &mut change
            {
                said.condition = resolved;
            }
        }
        if let Change::Create { content, marking } = &mut change
            && unmarked
        {
            *marking = default_marking(view, content);
        }
        Ok(Command { subject, revision, key: self.key, change })
    }
}

fn read(mut json: Value) -> Result<Unseen, Refusal> {
    // The change is most of it: taken out, it need not be copied.
    let change = json.get_mut("change").map(Value::take).unwrap_or_default();
    let head: Head = from_value(json, "")?;
    if head.subject.is_some() && change.get("create").is_some() {
        return Err(subject_given());
    }
    let unseen = read_change(change)?;
    may_be_asked(head.subject.as_ref(), &unseen.change)?;
    Ok(Unseen { subject: head.subject, revision: head.revision, ..unseen })
}

fn subject_given() -> Refusal {
    Refusal::invalid("subject", "the house gives the id of a new thing: leave this out")
}

/// Whether a request may ask for this at all, however it was read.
fn may_be_asked(subject: Option<&Id>, change: &Change) -> Result<(), Refusal> {
    if subject.is_some() && matches!(change, Change::Create { .. }) {
        return Err(subject_given());
    }
    match change {
        Change::Create { content, .. } | Change::Amend { content }
            if content.kind().made_by_the_house() =>
        {
            let word = content.kind().word();
            Err(Refusal::invalid(
                "change",
                format!("a {word} has a page of its own: no command makes or amends one"),
            ))
        }
        // The content comes before the act, and its key goes with it.
        Change::Attach { .. } | Change::Destroy { .. } => Err(Refusal::invalid(
            "change",
            "versions of a document are sent and destroyed on pages of their own",
        )),
        _ => Ok(()),
    }
}

fn read_change(mut change: Value) -> Result<Unseen, Refusal> {
    let condition = take_condition(&mut change)?;
    let mut unmarked = false;
    if let Some(create) = change.get_mut("create").and_then(Value::as_object_mut)
        && !create.contains_key("marking")
    {
        unmarked = true;
        create.insert("marking".into(), json!({ "label": Label::Amber }));
    }
    let change = from_value(change, "change")?;
    Ok(Unseen { subject: None, revision: None, change, condition, unmarked })
}

/// Reads the condition out of a commitment, whose names only a view can resolve, and leaves one
/// without names in its place.
fn take_condition(change: &mut Value) -> Result<Option<(Condition<Word>, String)>, Refusal> {
    for verb in ["create", "amend"] {
        let said = change.get_mut(verb).and_then(|said| said.get_mut("content"));
        let said = said.and_then(|said| said.get_mut("commitment"));
        let Some(Value::String(words)) = said.and_then(|said| said.get_mut("condition")) else {
            continue;
        };
        let field = format!("change.{verb}.content.commitment.condition");
        let written = condition::parse(words)
            .map_err(|error| Refusal::invalid(field.as_str(), error.to_string()))?;
        *words = "always".to_owned();
        return Ok(Some((written, field)));
    }
    Ok(None)
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
    /// The thing of this id, if conditions may name it.
    fn id(&self, kind: condition::Kind, id: &Id) -> Option<Id> {
        let kind = NAMED.iter().find(|(_, place)| *place == kind).map(|(kind, _)| *kind)?;
        let thing = self.view.get_kind(kind, id).filter(|thing| !thing.withdrawn())?;
        Some(thing.id.clone())
    }

    /// Whether every word of a commitment's condition is the id of what its place asks for.
    fn know(&self, change: &Change) -> bool {
        let (Change::Create { content, .. } | Change::Amend { content }) = change else {
            return true;
        };
        let Content::Commitment(said) = content else { return true };
        let mut known = true;
        said.condition.visit(&mut |kind, id| known = known && self.id(kind, id).is_some());
        known
    }

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
        match Id::parse(word.trim()).ok().and_then(|id| self.id(kind, &id)) {
            Some(id) => Found::One(id),
            None => self.all.get_or_init(|| self.list()).find(kind, word),
        }
    }
}

/// What a new thing is labelled when nobody says: AMBER; what is given in a closed session, and a floor
/// that may not tell who spoke, RED.
pub fn default_marking(view: &View, content: &Content) -> Marking {
    let in_closed_session = content
        .session()
        .and_then(|session| view.find::<Session>(session))
        .is_some_and(|(_, session)| session.closed || session.shut);
    let red = in_closed_session || attribution::confined(view, content);
    Marking::plain(if red { Label::Red } else { Label::Amber })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::Viewer;
    use crate::state::State;

    fn refused(json: Value) -> (String, String) {
        let view = View::of(&State::new(), Viewer::Public);
        match Asked::read(json).command(&view) {
            Err(Refusal::Invalid { field, why }) => (field, why),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_read_is_named_by_its_field() {
        let said = |condition: &str| json!({ "party": "a", "resource": "r", "stage": "committed", "condition": condition });
        let create = |content: Value| json!({ "change": { "create": { "content": content } } });
        let mut wrong_stage = said("always");
        wrong_stage["stage"] = "promised".into();
        for (json, field) in [
            (
                create(json!({ "commitment": said("when") })),
                "change.create.content.commitment.condition",
            ),
            (
                create(json!({ "commitment": said("when peace") })),
                "change.create.content.commitment.condition",
            ),
            (
                create(json!({ "commitment": wrong_stage })),
                "change.create.content.commitment.stage",
            ),
            (json!({ "subject": "x", "change": { "create": {} } }), "subject"),
            (json!({ "key": "not a word", "change": {} }), "key"),
            (
                json!({ "change": { "amend": { "content": { "person": {} } } } }),
                "change.amend.content.person",
            ),
        ] {
            assert_eq!(refused(json.clone()).0, field, "{json}");
        }
    }

    fn state() -> State {
        let mut state = State::new();
        let things = [
            ("FR", json!({ "party": { "name": "France", "standing": "lead" } })),
            ("GB", json!({ "party": { "name": "Troops", "standing": "member" } })),
            ("troops", json!({ "resource": { "name": "ground troops", "unit": "persons" } })),
            ("peace", json!({ "circumstance": { "name": "GB", "holds": "unknown" } })),
        ];
        for (id, content) in things {
            let act = json!({
                "v": 1, "id": format!("act-{id}"), "at": "2026-01-01T00:00:00Z", "by": {},
                "subject": id,
                "change": { "create": { "content": content, "marking": { "label": "CLEAR" } } },
            });
            let bytes = act.to_string().into_bytes();
            state.apply(crate::Act::decode(&bytes).unwrap(), bytes.into());
        }
        state
    }

    #[test]
    fn what_is_read_quickly_is_read_as_it_is_read_slowly() {
        let state = state();
        let view = View::of(&state, Viewer::Public);
        let deep = format!("when {}peace{}", "(".repeat(33), ")".repeat(33));
        let long = format!("when {}peace", "peace and ".repeat(150));
        // Each with whether it reads in one go.
        let conditions = [
            ("always", true),
            ("when peace", true),
            ("when not GB", true),
            ("when GB and peace", true),
            ("when peace and FR and GB contribute troops", true),
            ("when FR and GB contribute troops or at least 2 others contribute troops", true),
            ("when at least 1 of (peace; peace)", false),
            ("when FR contributes \"ground troops\"", false),
            ("when France contributes troops", true),
            ("when FR contributes FR", true),
            ("when nobody contributes troops", true),
            ("when  others commit at least 5 troops", true),
            ("when", false),
            ("unless peace", false),
            (deep.as_str(), false),
            (long.as_str(), true),
        ];
        let commitment = |verb: &str, condition: &str| {
            let said = json!({ "party": "FR", "resource": "troops", "stage": "committed", "condition": condition });
            let mut said = json!({ "content": { "commitment": said } });
            if verb == "create" {
                said["marking"] = json!({ "label": "GREEN" });
            }
            json!({ "key": "k", "change": { verb: said } })
        };
        let mut commands: Vec<(Value, bool)> = Vec::new();
        for (condition, quick) in conditions {
            commands.push((commitment("create", condition), quick));
            let mut amended = commitment("amend", condition);
            amended["subject"] = "x".into();
            amended["revision"] = 3.into();
            commands.push((amended, quick));
        }
        let mut unmarked = commitment("create", "always");
        unmarked["change"]["create"].as_object_mut().unwrap().remove("marking");
        let mut named = commitment("create", "always");
        named["subject"] = "x".into();
        let mut stray = commitment("create", "always");
        stray["stray"] = 1.into();
        commands.extend([unmarked, named, stray, json!([]), json!({})].map(|json| (json, false)));
        commands.push((json!({ "subject": "FR", "change": { "withdraw": {} } }), true));
        // What only the house itself makes.
        let vouching = json!({ "vouching": { "person": "ada" } });
        let vouched = json!({ "content": vouching, "marking": { "label": "GREEN" } });
        commands.push((json!({ "change": { "create": vouched } }), false));
        let vouched = json!({ "content": vouching });
        commands.push((json!({ "subject": "x", "change": { "amend": vouched } }), false));
        for (json, quick) in commands {
            let text = json.to_string();
            let read = Asked::read_quickly(&text);
            assert_eq!(read.is_some(), quick, "{text}");
            let Some(read) = read else { continue };
            let slowly = Asked::read(json);
            assert_eq!(read.key(), slowly.key(), "{text}");
            assert_eq!(read.command(&view), slowly.command(&view), "{text}");
        }
    }

    #[test]
    fn a_command_that_does_not_read_has_its_key_all_the_same() {
        let asked = Asked::read(json!({ "key": "again", "change": 7 }));
        assert_eq!(asked.key().map(Id::as_str), Some("again"));
    }

    #[test]
    fn what_nobody_marked_is_amber() {
        let view = View::of(&State::new(), Viewer::Public);
        let content = json!({ "person": { "name": "Ada" } });
        let asked = Asked::read(json!({ "change": { "create": { "content": content } } }));
        let Ok(Command { change: Change::Create { marking, .. }, .. }) = asked.command(&view)
        else {
            panic!("it reads");
        };
        assert_eq!(marking, Marking::plain(Label::Amber));
    }
}
