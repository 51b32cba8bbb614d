//! The fields of a form as markup.

use super::choices;
use super::fields::{self, Choices, Field, Sort};
use super::read::{Wrong, label_of};
use super::values::Values;
use crate::asking::Asking;
use crate::look::parts::{self, Choice};
use coalition::content::Resource;
use coalition::{Id, Kind};
use maud::{Markup, html};

/// A form being filled in: for whom, of what, what it says so far and what is wrong with that.
pub(crate) struct Sheet<'a> {
    pub(crate) asking: &'a Asking,
    pub(crate) kind: Kind,
    pub(crate) values: &'a Values,
    pub(crate) wrongs: &'a [Wrong],
}

/// How many rows a fresh list offers.
const ROWS_OFFERED: usize = 6;
/// How many more a list offers that has some already.
const ROWS_MORE: usize = 3;
/// Up to how many choices stay in sight.
const CHOICES_IN_SIGHT: usize = 5;

impl Sheet<'_> {
    /// All fields of the thing.
    pub(crate) fn fields(&self) -> Markup {
        self.listed(fields::fields(self.kind), "")
    }

    fn listed(&self, fields: &[Field], prefix: &str) -> Markup {
        html! {
            @for field in fields { (self.field(field, &format!("{prefix}{}", field.name))) }
        }
    }

    /// What is wrong, over the form, each with the name of its field.
    pub(crate) fn summary(&self) -> Markup {
        let told: Vec<(&str, String)> = self
            .wrongs
            .iter()
            .map(|wrong| match label_of(self.kind, &wrong.field) {
                Some(label) => (wrong.field.as_str(), format!("{label}: {}", wrong.why)),
                None if STANDING_FIELDS.contains(&wrong.field.as_str()) => {
                    (wrong.field.as_str(), wrong.why.clone())
                }
                None => ("", wrong.why.clone()),
            })
            .collect();
        let wrongs: Vec<parts::Wrong<'_>> =
            told.iter().map(|(field, text)| parts::Wrong { field, text }).collect();
        parts::error_summary(&wrongs)
    }

    /// A field's frame: its words, its value so far and what is wrong with it.
    pub(crate) fn frame<'f>(&'f self, field: &'f Field, name: &'f str) -> parts::Field<'f> {
        parts::Field {
            name,
            label: field.label,
            hint: field.hint,
            error: self.error(name),
            required: field.required,
            // A row may stay empty: what is in it is neither needed nor called optional.
            filters: name.bytes().any(|byte| byte.is_ascii_digit()),
            value: self.values.first(name),
        }
    }

    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        self.wrongs.iter().find(|wrong| wrong.field == name).map(|wrong| wrong.why.as_str())
    }

    fn field(&self, field: &Field, name: &str) -> Markup {
        let frame = self.frame(field, name);
        match field.sort {
            Sort::Name
            | Sort::Chance
            | Sort::Point
            | Sort::Time
            | Sort::Moment
            | Sort::Requires => parts::text_field(&frame),
            Sort::Whole { .. } => parts::text_field(&frame),
            Sort::Day => parts::date_field(&frame),
            Sort::Amount => parts::amount_field(&frame, &self.unit(name)),
            Sort::Text => parts::area_field(&frame, 4),
            Sort::Lines => parts::area_field(&frame, 3),
            Sort::Condition => self.condition(&frame),
            Sort::Choice(choices) => self.choice(field, &frame, choices),
            Sort::One(kinds) => self.one(&frame, kinds),
            Sort::Several(kind) => self.several(&frame, kind),
            Sort::Yes => {
                let ticked = frame.value == "yes";
                parts::checkbox(&parts::Field { value: "yes", ..frame }, ticked)
            }
            Sort::Group(inner) => html! {
                fieldset.form-group {
                    legend { (field.label) }
                    @if !field.hint.is_empty() { span.hint { (field.hint) } }
                    (self.listed(inner, &format!("{name}.")))
                }
            },
            Sort::Rows(inner) => self.rows(field, name, inner),
        }
    }

    /// The unit of the resource chosen beside an amount, once it is known.
    fn unit(&self, name: &str) -> String {
        let beside = name.strip_suffix("amount").unwrap_or_default();
        let chosen = Id::parse(self.values.first(&format!("{beside}resource"))).ok();
        let resource = chosen.as_ref().and_then(|id| self.asking.view.find::<Resource>(id));
        resource.map_or_else(String::new, |(_, resource)| resource.unit.to_string())
    }

    fn choice(&self, field: &Field, frame: &parts::Field<'_>, choices: Choices) -> Markup {
        let chosen = if frame.value.is_empty() { field.start } else { frame.value };
        let choices = choices();
        let in_row = frame.name.bytes().any(|byte| byte.is_ascii_digit());
        let choices: Vec<Choice<'_>> = choices
            .iter()
            .map(|(value, text)| Choice { value, text, hint: "", chosen: *value == chosen })
            .collect();
        // Something is always chosen, so "optional" would be noise.
        let frame = parts::Field { required: true, ..*frame };
        if choices.len() > CHOICES_IN_SIGHT || in_row {
            parts::select_field(&frame, &choices)
        } else {
            parts::radio_list(&frame, &choices)
        }
    }

    fn one(&self, frame: &parts::Field<'_>, kinds: &[Kind]) -> Markup {
        let things = choices::things(self.asking, self.kind, frame.name, kinds, self.values);
        let none = if frame.required { "Choose one" } else { "None" };
        let mut choices = vec![Choice { value: "", text: none, ..Choice::default() }];
        choices.extend(things.iter().map(|(id, title)| Choice {
            value: id,
            text: title,
            hint: "",
            chosen: id == frame.value,
        }));
        parts::select_field(frame, &choices)
    }

    pub(crate) fn several(&self, frame: &parts::Field<'_>, kind: Kind) -> Markup {
        let things = choices::things(self.asking, self.kind, frame.name, &[kind], self.values);
        let chosen: Vec<&str> = self.values.all(frame.name).collect();
        let choices: Vec<Choice<'_>> = things
            .iter()
            .map(|(id, title)| Choice {
                value: id,
                text: title,
                hint: "",
                chosen: chosen.contains(&id.as_str()),
            })
            .collect();
        html! {
            @if choices.is_empty() {
                p.quiet { (frame.label) ": there are no " (kind.plural()) " to choose from yet." }
            } @else { (parts::checkbox_list(frame, &choices)) }
        }
    }

    fn condition(&self, frame: &parts::Field<'_>) -> Markup {
        let view = &self.asking.view;
        let names = |kind: Kind| {
            let mut names: Vec<&str> = view
                .of_kind(kind)
                .filter(|thing| !thing.withdrawn())
                .map(|thing| thing.content.title())
                .collect();
            names.sort_unstable();
            names
        };
        let hint = "What must hold, or be promised by others, for it to be in force; or: always.";
        html! {
            (parts::area_field(&parts::Field { hint, ..*frame }, 3))
            details {
                summary { "How a condition is written" }
                ul {
                    @for example in EXAMPLES { li { code { (example) } } }
                }
                p.small {
                    "Names of several words stand in double quotes. " code { "and" } " binds closer than "
                    code { "or" } "; brackets group. A condition can ask that others promise, never that they do not."
                }
                @for kind in [Kind::Circumstance, Kind::Resource, Kind::Party] {
                    p.small {
                        strong { "Names of " (kind.plural()) ": " }
                        (names(kind).join("; "))
                    }
                }
            }
        }
    }

    fn rows(&self, field: &Field, name: &str, inner: &'static [Field]) -> Markup {
        let filled = self.values.rows(name);
        let asked = self.asking.ask("rows").and_then(|rows| rows.parse::<usize>().ok());
        let rows =
            asked.unwrap_or(ROWS_OFFERED).clamp(filled + ROWS_MORE, filled.max(60) + ROWS_MORE);
        html! {
            fieldset.form-group id={ "field-" (name) } {
                legend { (field.label) }
                @if !field.hint.is_empty() { span.hint { (field.hint) } }
                @if let Some(error) = self.error(name) { span.error { (error) } }
                @for row in 0..rows {
                    fieldset.form-row {
                        legend { "Row " (row + 1) }
                        @for part in inner {
                            (self.field(part, &format!("{name}.{row}.{}", part.name)))
                        }
                    }
                }
                p.small {
                    "More rows than these? "
                    a href={ (self.asking.path) "?rows=" (rows + ROWS_OFFERED * 2) } {
                        "Open this form anew with " (rows + ROWS_OFFERED * 2) " rows"
                    }
                    ", or save, then amend."
                }
            }
        }
    }
}

/// Fields that are not of a kind's table and have an input all the same.
const STANDING_FIELDS: &[&str] =
    &["marking.label", "marking.parties", "marking.persons", "reason", "stage"];

/// Conditions that show the language.
const EXAMPLES: &[&str] = &[
    "always",
    "when \"peace deal signed\" and \"US backstop given\"",
    "when at least 10 others contribute \"ground troops\"",
    "when others commit at least 5000 \"ground troops\"",
    "when France and \"United Kingdom\" contribute \"ground troops\"",
    "when at least 2 of (\"ceasefire in force\"; \"parliament approves\"; Germany contributes EUR)",
];
