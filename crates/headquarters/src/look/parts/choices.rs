//! Fields that offer a choice.

use maud::{Markup, Render, html};

use super::badges::{Tlp, tlp};
use super::forms::Field;

/// One answer that can be chosen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What it says.
    pub text: &'a str,
    /// What it means; empty for nothing.
    pub hint: &'a str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// One of a list that folds out. A first choice with an empty value serves as "any" or "choose one".
pub fn select_field(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    html! {
        div class=(field.class()) {
            label for=(field.id()) { (field.label_words()) }
            (field.remarks())
            select id=(field.id()) name=(field.name) required[field.needed()]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.chosen] { (choice.text) }
                }
            }
        }
    }
}

/// A field of this kind written once for many pages, each with another choice.
#[derive(Debug)]
pub struct WrittenSelect {
    markup: String,
    /// Each value, and where the tag of its option ends.
    tag_ends: Vec<(Box<str>, usize)>,
}

impl WrittenSelect {
    /// [`select_field`], with nothing chosen.
    pub fn of(field: &Field<'_>, choices: &[Choice<'_>]) -> WrittenSelect {
        let nothing: Vec<Choice<'_>> =
            choices.iter().map(|choice| Choice { chosen: false, ..*choice }).collect();
        let markup = select_field(field, &nothing).into_string();
        // In a value this sign is written in another way, so the first one ends the tag.
        let tags = markup
            .match_indices("<option ")
            .map(|(start, _)| start + markup[start..].find('>').expect("a tag that began ends"));
        let tag_ends = choices.iter().map(|choice| choice.value.into()).zip(tags).collect();
        WrittenSelect { markup, tag_ends }
    }

    /// The field with the option of this value chosen, if there is one.
    pub fn choosing<'a>(&'a self, value: &'a str) -> impl Render + use<'a> {
        Choosing { select: self, value }
    }
}

struct Choosing<'a> {
    select: &'a WrittenSelect,
    value: &'a str,
}

impl Render for Choosing<'_> {
    fn render_to(&self, buffer: &mut String) {
        let WrittenSelect { markup, tag_ends } = self.select;
        let chosen = tag_ends.iter().find(|(value, _)| **value == *self.value);
        let (before, after) = markup.split_at(chosen.map_or(0, |(_, tag_end)| *tag_end));
        buffer.push_str(before);
        if chosen.is_some() {
            buffer.push_str(" selected");
        }
        buffer.push_str(after);
    }
}

/// One of a few, all in sight.
pub fn radio_list(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    listed(field, "radio", "choices", choices)
}

/// Any of several; a long list runs in columns inside its own frame.
pub fn checkbox_list(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    let class = if choices.len() > 8 { "choices choices-many" } else { "choices" };
    listed(field, "checkbox", class, choices)
}

fn listed(field: &Field<'_>, kind: &str, class: &str, choices: &[Choice<'_>]) -> Markup {
    // The first choice bears the field's id, so that the error summary's link lands on it.
    let id = |index: usize| if index == 0 { field.id() } else { format!("{}-{index}", field.id()) };
    html! {
        fieldset class=(field.class()) aria-describedby=[field.described_by()] {
            legend { (field.label_words()) }
            (field.remarks())
            div class=(class) {
                @for (index, choice) in choices.iter().enumerate() {
                    div.choice {
                        input type=(kind) id=(id(index)) name=(field.name) value=(choice.value)
                            checked[choice.chosen] aria-invalid=[field.invalid()];
                        label for=(id(index)) { (choice.text) }
                        @if !choice.hint.is_empty() { span.hint { (choice.hint) } }
                    }
                }
            }
        }
    }
}

/// A single yes; `field.value` is what is sent when it is ticked.
pub fn checkbox(field: &Field<'_>, ticked: bool) -> Markup {
    html! {
        div class=(field.class()) {
            div.choice {
                input type="checkbox" id=(field.id()) name=(field.name) value=(field.value)
                    checked[ticked] aria-describedby=[field.described_by()]
                    aria-invalid=[field.invalid()];
                label for=(field.id()) { (field.label) }
                @if !field.hint.is_empty() || field.error.is_some() { div.hint { (field.remarks()) } }
            }
        }
    }
}

/// One of two or three short words side by side, as for each circumstance of a what-if. The ids are
/// the field's, then numbered, so that focus survives an answer to every change.
pub fn switch(field: &Field<'_>, choices: &[Choice<'_>]) -> Markup {
    html! {
        fieldset.switch aria-describedby=[field.described_by()] {
            legend { (field.label) }
            (field.remarks())
            div.switch-options {
                @for (index, choice) in choices.iter().enumerate() {
                    label {
                        input type="radio" id={ (field.id()) "-" (index) } name=(field.name)
                            value=(choice.value) checked[choice.chosen];
                        span { (choice.text) }
                    }
                }
            }
        }
    }
}

/// A label that can be chosen, with who would see the thing under it.
#[derive(Clone, Copy, Debug)]
pub struct LabelChoice<'a> {
    /// The label.
    pub label: Tlp,
    /// What is sent.
    pub value: &'a str,
    /// Who would see the thing, in words, here and now.
    pub who: &'a str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Which label a thing is to bear: each choice says who will see it, before anything is saved.
pub fn label_choice(field: &Field<'_>, choices: &[LabelChoice<'_>]) -> Markup {
    let id = |index: usize| if index == 0 { field.id() } else { format!("{}-{index}", field.id()) };
    html! {
        fieldset class=(field.class()) aria-describedby=[field.described_by()] {
            legend { (field.label_words()) }
            (field.remarks())
            div.choices {
                @for (index, choice) in choices.iter().enumerate() {
                    div.choice {
                        input type="radio" id=(id(index)) name=(field.name) value=(choice.value)
                            checked[choice.chosen] aria-invalid=[field.invalid()];
                        label for=(id(index)) { (tlp(choice.label)) " " span.small { (choice.who) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn every_kind(field: &Field<'_>, choices: &[Choice<'_>]) -> Vec<String> {
        let all = [
            select_field(field, choices),
            radio_list(field, choices),
            checkbox_list(field, choices),
            switch(field, choices),
        ];
        all.map(Markup::into_string).to_vec()
    }

    #[test]
    fn every_choice_is_offered_and_the_chosen_one_is_marked() {
        let choices = [
            Choice { value: "yes", text: "Yes", ..Choice::default() },
            Choice { value: "no", text: "No", chosen: true, ..Choice::default() },
        ];
        for text in every_kind(&Field::named("peace", "Peace deal signed"), &choices) {
            assert_clean(&text);
            assert!(text.contains("Peace deal signed") && text.contains("Yes"), "{text}");
            assert_eq!(text.matches(" checked").count() + text.matches(" selected").count(), 1);
        }
    }

    #[test]
    fn a_select_written_once_is_the_one_written_anew() {
        let all = [("", "any"), ("a", "<option "), (HOSTILE, "Two"), ("c", HOSTILE), ("d>", ">")];
        let field = Field::named(HOSTILE, HOSTILE);
        let choices = |chosen: &str| {
            all.map(|(value, text)| Choice { value, text, hint: "", chosen: value == chosen })
        };
        let once = WrittenSelect::of(&field, &choices("c"));
        for chosen in ["", "a", HOSTILE, "c", "d>", "unknown"] {
            let markup = once.choosing(chosen).render().into_string();
            assert_eq!(markup, select_field(&field, &choices(chosen)).into_string());
            assert_clean(&markup);
        }
    }

    #[test]
    fn hostile_choices_stay_text() {
        let field = Field {
            name: HOSTILE,
            label: HOSTILE,
            hint: HOSTILE,
            error: Some(HOSTILE),
            required: false,
            value: HOSTILE,
            filters: false,
        };
        let choice = Choice { value: HOSTILE, text: HOSTILE, hint: HOSTILE, chosen: true };
        for text in every_kind(&field, &[choice; 12]) {
            assert_clean(&text);
        }
        assert_clean(&checkbox(&field, true).into_string());
        let label = LabelChoice { label: Tlp::Red, value: HOSTILE, who: HOSTILE, chosen: true };
        assert_clean(&label_choice(&field, &[label; 2]).into_string());
    }

    #[test]
    fn a_choice_of_labels_says_who_would_see_it() {
        let choices = Tlp::ALL.map(|label| LabelChoice {
            label,
            value: label.text(),
            who: label.meaning(),
            chosen: label == Tlp::Amber,
        });
        let text = label_choice(&Field::named("label", "Label"), &choices).into_string();
        for label in Tlp::ALL {
            assert!(text.contains(label.text()) && text.contains(label.meaning()), "{text}");
        }
        assert_eq!(text.matches(" checked").count(), 1);
    }
}
