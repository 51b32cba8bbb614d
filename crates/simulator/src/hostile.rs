//! Words that would do something on a page that took them for more than words, in every field that
//! takes words at all: a world of acts is rewritten field by field, whatever the fields are.

pub mod walk;

use crate::requests::escaped;
use crate::world::Dice;
use coalition::Act;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Stands in all of them, and in nothing else.
pub const MARK: &str = "hijack";

/// The words. Each is short enough for a name.
pub const WORDS: &[&str] = &[
    "\"><script>hijack()</script>",
    "'\"><img src=x onerror=hijack()>",
    "javascript:hijack()",
    "https://hijack.example/\" onmouseover=\"hijack()",
    "</title></textarea></script></style><svg onload=hijack()>",
    "--><!--<hijack>]]><![CDATA[<hijack/>",
    "&lt;hijack&gt; &#60;hijack&#62; {{hijack}} ${hijack}",
    "=HYPERLINK(\"https://hijack.example\")",
    "a\" formaction=\"javascript:hijack()\" autofocus onfocus=\"hijack()",
    "//hijack.example/",
    "/\\hijack.example",
    "data:text/html,<script>hijack()</script>",
];

/// After so many refusals in a row a field is left alone.
const REFUSALS: usize = 12;

/// Acts that say hostile words wherever they may, and where that was.
pub struct Spoiled {
    /// The acts.
    pub acts: Vec<Act>,
    /// The fields that took the words, as `kind of change/field`, and how often each did.
    pub fields: BTreeMap<String, usize>,
    /// Fields that take what turns text around as well.
    pub misled: BTreeSet<String>,
}

/// Rewrites acts. `names` are the names of fields that any content may have: those that an act leaves
/// out are tried, too.
pub fn spoil(acts: &[Act], names: &BTreeSet<String>, dice: &mut Dice) -> Spoiled {
    let mut spoiled =
        Spoiled { acts: Vec::new(), fields: BTreeMap::new(), misled: BTreeSet::new() };
    // What refused them so often takes none: most fields take ids, or one of a few words.
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for act in acts {
        let mut kept: Value = serde_json::from_slice(&act.encode()).expect("an act is JSON");
        let mut places = Vec::new();
        gather(&kept, &mut String::new(), names, &mut places);
        for place in places {
            let field = field_of(&place);
            if refused.get(&field).is_some_and(|times| *times >= REFUSALS) {
                continue;
            }
            let words = format!("{} {}", dice.pick(WORDS), dice.below(1_000_000));
            for value in [Value::from(words.as_str()), Value::from(vec![words.as_str()])] {
                let Some(said) = with(&kept, &place, &value) else {
                    *refused.entry(field.clone()).or_default() += 1;
                    continue;
                };
                refused.insert(field.clone(), 0);
                *spoiled.fields.entry(field.clone()).or_default() += 1;
                let turned = Value::from(format!("{words}\u{202e}"));
                if with(&kept, &place, &turned).is_some() {
                    spoiled.misled.insert(field.clone());
                }
                kept = said;
                break;
            }
        }
        spoiled.acts.push(serde_json::from_value(kept).expect("it was read before"));
    }
    spoiled
}

/// The same act saying this at a place, if it is still an act that says it.
fn with(act: &Value, place: &str, value: &Value) -> Option<Value> {
    let mut said = act.clone();
    let (parent, last) = place.rsplit_once('/')?;
    match said.pointer_mut(parent)? {
        Value::Object(fields) => drop(fields.insert(last.to_owned(), value.clone())),
        Value::Array(values) => *values.get_mut(last.parse::<usize>().ok()?)? = value.clone(),
        _ => return None,
    }
    let act: Act = serde_json::from_value(said).ok()?;
    let kept: Value = serde_json::from_slice(&act.encode()).ok()?;
    (kept.pointer(place) == Some(value)).then_some(kept)
}

/// Every place of a value where a text stands, and where one could: as JSON pointers (RFC 6901), which
/// need no escapes for the names of our fields.
fn gather(value: &Value, place: &mut String, names: &BTreeSet<String>, places: &mut Vec<String>) {
    let length = place.len();
    match value {
        // The house itself writes the answer of a published assessment.
        _ if place.ends_with("/answer") => {}
        Value::String(_) => places.push(place.clone()),
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                place.push_str(&format!("/{at}"));
                gather(value, place, names, places);
                place.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                place.push_str(&format!("/{name}"));
                gather(value, place, names, places);
                place.truncate(length);
            }
            let missing = names.iter().filter(|name| !fields.contains_key(*name));
            places.extend(missing.map(|name| format!("{place}/{name}")));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A place without the numbers in it.
fn field_of(place: &str) -> String {
    let named = |part: &&str| !part.is_empty() && part.parse::<usize>().is_err();
    place.split('/').filter(named).collect::<Vec<_>>().join("/")
}

/// The names of all fields in an OpenAPI document.
pub fn field_names(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut rest = vec![document];
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    names.extend(properties.keys().cloned());
                }
                rest.extend(fields.values());
            }
            Value::Array(values) => rest.extend(values),
            _ => {}
        }
    }
    names
}

/// A form as a page offers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// `get` or `post`.
    pub method: String,
    /// Where it is sent.
    pub action: String,
    /// Its fields, each with what stands in it, and whether anybody may write something else there.
    pub fields: Vec<(String, String, bool)>,
}

impl Form {
    /// What it sends with hostile words in every field that can be written in; in every field at all,
    /// if `all`.
    pub fn filled(&self, all: bool, dice: &mut Dice) -> String {
        let field = |(name, value, free): &(String, String, bool)| {
            let said = if all || *free { *dice.pick(WORDS) } else { value.as_str() };
            format!("{}={}", escaped(name), escaped(said))
        };
        self.fields.iter().map(field).collect::<Vec<_>>().join("&")
    }
}
