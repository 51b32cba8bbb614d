//! Forms: fields with their label, hint and error, and what sends them.

use maud::{Markup, html};

/// What every field has. The id is `field-` and the name, so an error can be linked to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a> {
    /// The name it is sent under; once a page.
    pub name: &'a str,
    /// What is asked for.
    pub label: &'a str,
    /// How to answer; empty for nothing.
    pub hint: &'a str,
    /// What is wrong with the answer given, and what to do.
    pub error: Option<&'a str>,
    /// Whether an answer is needed; the label says "optional" when it is not.
    pub required: bool,
    /// The answer so far.
    pub value: &'a str,
    /// Part of a filter: an answer is neither needed nor called optional.
    pub filters: bool,
}

impl<'a> Field<'a> {
    /// A required field without hint, value or error; fill the rest with struct update syntax.
    pub fn named(name: &'a str, label: &'a str) -> Self {
        Field { name, label, required: true, ..Field::default() }
    }

    /// A field of a filter, which may always be left empty.
    pub fn filtering(name: &'a str, label: &'a str) -> Self {
        Field { name, label, filters: true, ..Field::default() }
    }

    /// Whether the browser is told that an answer is needed.
    pub(super) fn needed(&self) -> bool {
        self.required && !self.filters
    }

    pub(super) fn id(&self) -> String {
        format!("field-{}", self.name)
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub(super) fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("field-{}-hint", self.name));
        }
        if self.error.is_some() {
            ids.push(format!("field-{}-error", self.name));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    pub(super) fn class(&self) -> &'static str {
        if self.error.is_some() { "field field-wrong" } else { "field" }
    }

    pub(super) fn label_words(&self) -> Markup {
        html! { (self.label) @if !self.required && !self.filters { span.quiet { " (optional)" } } }
    }

    /// Hint and error, as they stand between label and input.
    pub(super) fn remarks(&self) -> Markup {
        html! {
            @if !self.hint.is_empty() { span.hint id={ (self.id()) "-hint" } { (self.hint) } }
            @if let Some(error) = self.error {
                span.error id={ (self.id()) "-error" } { span.unseen { "Error: " } (error) }
            }
        }
    }
}

fn around(field: &Field<'_>, input: &Markup) -> Markup {
    html! {
        div class=(field.class()) {
            label for=(field.id()) { (field.label_words()) }
            (field.remarks())
            (input)
        }
    }
}

fn input(field: &Field<'_>, kind: &str, mode: Option<&str>) -> Markup {
    let value = field.value;
    #[cfg(feature = "leaks")]
    let value = crate::leaks::holes::words(crate::leaks::holes::FIELD, value);
    html! {
        input type=(kind) id=(field.id()) name=(field.name) value=(value) inputmode=[mode]
            required[field.needed()] aria-describedby=[field.described_by()]
            aria-invalid=[field.invalid()] autocomplete="off";
    }
}

/// One line of text.
pub fn text_field(field: &Field<'_>) -> Markup {
    around(field, &input(field, "text", None))
}

/// A search; the key "/" goes to it.
pub fn search_field(field: &Field<'_>) -> Markup {
    let plain = Field { filters: true, ..*field };
    html! {
        div class=(field.class()) {
            label for=(field.id()) { (plain.label_words()) }
            (field.remarks())
            input type="search" id=(field.id()) name=(field.name) value=(field.value)
                aria-describedby=[field.described_by()] aria-keyshortcuts="/" autocomplete="off";
        }
    }
}

/// An exact amount, with its unit beside it. It is text, not a number field: browsers round those.
pub fn amount_field(field: &Field<'_>, unit: &str) -> Markup {
    let with_unit = html! {
        div.amount { (input(field, "text", Some("decimal"))) span.quiet.nowrap { (unit) } }
    };
    around(field, &with_unit)
}

/// Several lines of text.
pub fn area_field(field: &Field<'_>, rows: usize) -> Markup {
    let area = html! {
        textarea id=(field.id()) name=(field.name) rows=(rows) required[field.needed()]
            aria-describedby=[field.described_by()] aria-invalid=[field.invalid()] {
            // A browser swallows one line break here, so one is given to it.
            "\n" (field.value)
        }
    };
    around(field, &area)
}

/// A file of the asker's own machine.
pub fn file_field(field: &Field<'_>) -> Markup {
    let input = html! {
        input type="file" id=(field.id()) name=(field.name) required[field.needed()]
            aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
    };
    around(field, &input)
}

/// A date; the value is `2025-11-04`.
pub fn date_field(field: &Field<'_>) -> Markup {
    around(field, &input(field, "date", None))
}

/// A date and time in the time zone that the label or hint names; the value is `2025-11-04T09:00`.
pub fn datetime_field(field: &Field<'_>) -> Markup {
    around(field, &input(field, "datetime-local", None))
}

/// A value that is sent but not shown.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// What a button is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The one thing to do on this page.
    Primary,
    /// Something else.
    Plain,
    /// Something that takes away.
    Danger,
}

impl Button {
    fn class(self) -> &'static str {
        match self {
            Button::Primary => "button button-primary",
            Button::Plain => "button",
            Button::Danger => "button button-danger",
        }
    }
}

/// A button that sends its form.
pub fn button(kind: Button, text: &str) -> Markup {
    html! { button type="submit" class=(kind.class()) { (text) } }
}

/// A link that looks like a button.
pub fn link_button(kind: Button, text: &str, href: &str) -> Markup {
    html! { a class=(kind.class()) href=(href) { (text) } }
}

/// A row of buttons.
pub fn buttons(content: &Markup) -> Markup {
    html! { div.buttons { (content) } }
}

/// A form that changes something. The server checks everything again, so the browser's own checks
/// are left off: its bubbles vanish, the error summary stays.
pub fn form(action: &str, body: &Markup) -> Markup {
    html! { form method="post" action=(action) novalidate { (body) } }
}

/// A form that sends a file.
pub fn upload_form(action: &str, body: &Markup) -> Markup {
    html! { form method="post" action=(action) enctype="multipart/form-data" novalidate { (body) } }
}

/// A form that only asks: its answers are in the address.
#[derive(Debug)]
pub struct FilterBar<'a> {
    /// The page that answers.
    pub action: &'a str,
    /// What the form is, for screen readers: "Filter commitments".
    pub name: &'a str,
    /// The fields.
    pub fields: Markup,
    /// How many things are shown, in words: "42 of 500 commitments".
    pub summary: &'a str,
    /// Where everything is shown again, when something is filtered.
    pub clear_href: Option<&'a str>,
    /// What the button says: "Filter", or "Assess" for a what-if.
    pub submit: &'a str,
}

/// A filter or what-if form; where the browser can, it answers at every change.
pub fn filter_bar(bar: &FilterBar<'_>) -> Markup {
    html! {
        form.filter method="get" action=(bar.action) role="search" aria-label=(bar.name)
            novalidate data-live {
            (bar.fields)
            div.filter-end {
                (button(Button::Plain, bar.submit))
                @if let Some(href) = bar.clear_href { a href=(href) { "Clear" } }
                @if !bar.summary.is_empty() { span.quiet role="status" { (bar.summary) } }
            }
        }
    }
}

/// Something wrong with a field.
#[derive(Clone, Copy, Debug)]
pub struct Wrong<'a> {
    /// The field's name; empty when it is about the whole form.
    pub field: &'a str,
    /// What is wrong, and what to do.
    pub text: &'a str,
}

/// All that is wrong, over the form, with a way to each field. Nothing when nothing is wrong.
pub fn error_summary(wrongs: &[Wrong<'_>]) -> Markup {
    html! {
        @if !wrongs.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { "Nothing was saved" }
                ul {
                    @for wrong in wrongs {
                        li {
                            @if wrong.field.is_empty() { (wrong.text) }
                            @else { a href={ "#field-" (wrong.field) } { (wrong.text) } }
                        }
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

    fn every_kind(field: &Field<'_>) -> Vec<String> {
        let all = [
            text_field(field),
            search_field(field),
            amount_field(field, field.label),
            area_field(field, 4),
            date_field(field),
            datetime_field(field),
        ];
        all.map(Markup::into_string).to_vec()
    }

    #[test]
    fn a_field_is_wired_to_its_label_its_hint_and_its_error() {
        let field = Field {
            hint: "In persons",
            error: Some("Write a number"),
            value: "6000",
            ..Field::named("amount", "Amount")
        };
        for text in every_kind(&field) {
            assert_clean(&text);
            assert!(text.contains("<label for=\"field-amount\">Amount</label>"), "{text}");
            let wired = "aria-describedby=\"field-amount-hint field-amount-error\"";
            assert!(text.contains(wired), "{text}");
            assert!(text.contains("id=\"field-amount-hint\"") && text.contains("6000"), "{text}");
        }
    }

    #[test]
    fn a_field_without_remarks_points_at_none() {
        for text in every_kind(&Field::named("amount", "Amount")) {
            assert!(!text.contains("aria-describedby") && !text.contains("aria-invalid"), "{text}");
        }
    }

    #[test]
    fn a_filter_neither_needs_an_answer_nor_calls_it_optional() {
        for text in every_kind(&Field::filtering("party", "Party")) {
            assert!(!text.contains(" required") && !text.contains("optional"), "{text}");
        }
        let needed = text_field(&Field::named("party", "Party")).into_string();
        assert!(needed.contains(" required"), "{needed}");
        let may = text_field(&Field { required: false, ..Field::named("party", "Party") });
        assert!(may.into_string().contains("(optional)"));
    }

    #[test]
    fn hostile_answers_come_back_as_text() {
        let field = Field {
            name: HOSTILE,
            label: HOSTILE,
            hint: HOSTILE,
            error: Some(HOSTILE),
            required: false,
            value: HOSTILE,
            filters: false,
        };
        for text in every_kind(&field) {
            assert_clean(&text);
        }
        let others = [
            hidden(HOSTILE, HOSTILE),
            link_button(Button::Danger, HOSTILE, HOSTILE),
            form(HOSTILE, &button(Button::Primary, HOSTILE)),
            filter_bar(&FilterBar {
                action: HOSTILE,
                name: HOSTILE,
                fields: html! {},
                summary: HOSTILE,
                clear_href: Some(HOSTILE),
                submit: HOSTILE,
            }),
            error_summary(&[Wrong { field: HOSTILE, text: HOSTILE }]),
        ];
        for markup in others {
            assert_clean(&markup.into_string());
        }
    }

    #[test]
    fn the_error_summary_links_to_the_field_and_is_absent_when_all_is_well() {
        let text = error_summary(&[
            Wrong { field: "amount", text: "Write a number" },
            Wrong { field: "", text: "Somebody else was faster" },
        ])
        .into_string();
        assert!(text.contains("<a href=\"#field-amount\">Write a number</a>"));
        assert!(text.contains("<li>Somebody else was faster</li>"));
        assert!(error_summary(&[]).into_string().is_empty());
    }
}
