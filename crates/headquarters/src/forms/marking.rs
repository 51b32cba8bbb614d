//! The choice of a label: who will see a thing is said before it is saved.

use super::choices;
use super::fields::{Field, Sort, optional};
use super::sheet::Sheet;
use super::values::Values;
use crate::look::parts::{self, LabelChoice};
use crate::pages::words;
use coalition::content::{Content, Floor, Item, Person};
use coalition::text::Name;
use coalition::{Id, Kind, Label, Marking, View, decide};
use maud::{Markup, html};
use serde_json::{Value, json};

const LABEL: &str = "marking.label";
const PARTIES: Field = optional("marking.parties", "Parties named", Sort::Several(Kind::Party));
const PERSONS: Field = optional("marking.persons", "Persons named", Sort::Several(Kind::Person));

/// Puts the label that the house would give into a fresh form that names none.
pub(crate) fn start(view: &View, kind: Kind, values: &mut Values) {
    if Label::parse(values.first(LABEL)).is_none() {
        let label = label_by_rule(view, kind, values.first("session"));
        values.set(LABEL, label.as_str());
    }
}

/// The label the rules give to such a thing that is given in this session, or in none.
fn label_by_rule(view: &View, kind: Kind, session: &str) -> Label {
    let name = Name::parse("nameless").expect("a plain word is a name");
    // The rule looks at the session and the kind, whatever else is said.
    let content = match choices::session(view, session) {
        Some(session) if kind == Kind::Floor => Content::Floor(Floor {
            session,
            seconds: None,
            minutes_each: None,
            budgets: Vec::new(),
        }),
        Some(session) => Content::Item(Item {
            session,
            title: name,
            place: 0,
            minutes: None,
            speaker: None,
            speaker_party: None,
            note: Default::default(),
        }),
        None => Content::Person(Person { name }),
    };
    decide::default_marking(view, &content).label
}

/// A thing's marking, as its form says it.
pub(crate) fn put(values: &mut Values, marking: &Marking) {
    values.set(LABEL, marking.label.as_str());
    for id in &marking.parties {
        values.add(PARTIES.name, id.as_str());
    }
    for id in &marking.persons {
        values.add(PERSONS.name, id.as_str());
    }
}

/// The marking that a form spells: its label, and of the audience what that label reads. `None` if
/// it names no label. A readout's audience counts whatever its label: until its moment.
pub(crate) fn json(kind: Kind, values: &Values) -> Option<Value> {
    let label = values.first(LABEL);
    if label.is_empty() {
        return None;
    }
    let mut marking = json!({ "label": label });
    let named = |name: &'static str| values.all(name).map(Value::from).collect::<Vec<_>>();
    if kind == Kind::Readout {
        for (key, audience) in [("parties", named(PARTIES.name)), ("persons", named(PERSONS.name))]
        {
            if !audience.is_empty() {
                marking[key] = audience.into();
            }
        }
        return Some(marking);
    }
    let (key, audience) = match Label::parse(label) {
        Some(Label::Amber | Label::AmberStrict) => ("parties", named(PARTIES.name)),
        Some(Label::Red) => ("persons", named(PERSONS.name)),
        Some(Label::Green | Label::Clear) | None => return Some(marking),
    };
    if !audience.is_empty() {
        marking[key] = audience.into();
    }
    Some(marking)
}

impl Sheet<'_> {
    /// The label's choice, and beside each label who will see the thing.
    pub(crate) fn marking(&self, origin: Option<&Id>) -> Markup {
        let view = &self.asking.view;
        let chosen = Label::parse(self.values.first(LABEL));
        let ids = |name: &'static str| {
            self.values.all(name).filter_map(|id| Id::parse(id).ok()).collect::<Vec<_>>()
        };
        let told: Vec<(Label, String)> = Label::ALL
            .iter()
            .rev()
            .map(|label| {
                let marking = Marking {
                    label: *label,
                    parties: ids(PARTIES.name),
                    persons: ids(PERSONS.name),
                };
                let audience = words::audience(view, &marking, origin);
                let ticked = match label {
                    Label::Clear | Label::Green => "",
                    Label::Amber | Label::AmberStrict => "; and the parties ticked below",
                    Label::Red => "; and the persons ticked below",
                };
                (*label, format!("{audience}{ticked}"))
            })
            .collect();
        let choices: Vec<LabelChoice<'_>> = told
            .iter()
            .map(|(label, who)| LabelChoice {
                label: words::tlp(*label),
                value: label.as_str(),
                who,
                chosen: chosen == Some(*label),
            })
            .collect();
        let field = parts::Field {
            hint: "Whoever sees it must also be able to see everything it names.",
            error: self.error(LABEL),
            ..parts::Field::named(LABEL, "Label")
        };
        let audience = |field: &Field, kind: Kind, hint: &str| {
            let frame = parts::Field { hint, ..self.frame(field, field.name) };
            self.several(&frame, kind)
        };
        let body = html! {
            (parts::label_choice(&field, &choices))
            @if self.kind == Kind::Readout {
                p.small { "The label counts from the moment on that you name. Until then, those ticked here see it, and your delegation unless it is RED." }
            }
            (audience(&PARTIES, Kind::Party, "For AMBER and AMBER+STRICT: their delegations see it, too."))
            (audience(&PERSONS, Kind::Person, "For RED: these see it, too."))
        };
        parts::panel("Who will see it", &html! {}, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_audience_that_the_label_reads_is_sent() {
        let mut values = Values::default();
        put(
            &mut values,
            &Marking {
                label: Label::Amber,
                parties: vec![Id::parse("US").unwrap()],
                persons: vec![Id::parse("anna").unwrap()],
            },
        );
        assert_eq!(
            json(Kind::Outcome, &values),
            Some(json!({"label": "AMBER", "parties": ["US"]}))
        );
        values.set(LABEL, "RED");
        assert_eq!(
            json(Kind::Outcome, &values),
            Some(json!({"label": "RED", "persons": ["anna"]}))
        );
        values.set(LABEL, "CLEAR");
        assert_eq!(json(Kind::Outcome, &values), Some(json!({"label": "CLEAR"})));
        values.set(LABEL, "PURPLE");
        assert_eq!(json(Kind::Outcome, &values), Some(json!({"label": "PURPLE"})));
        assert_eq!(json(Kind::Outcome, &Values::default()), None);
    }
}
