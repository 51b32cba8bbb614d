//! The fields of one table of the file, each read once; what was not asked for is unknown.

use super::known::Known;
use crate::file_error::Report;
use coalition::content::Kind;
use coalition::text::Text;
use coalition::time::Point;
use coalition::{Id, Label, Marking};
use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table, being read. Every question answers `None` once it has reported an error.
pub(super) struct Fields<'a> {
    pub report: &'a Report<'a>,
    table: &'a DeTable<'a>,
    /// The table's header.
    pub span: Range<usize>,
    /// What a sentence calls the table: `[[party]]`.
    header: &'static str,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        report: &'a Report<'a>,
        header: &'static str,
        span: Range<usize>,
        table: &'a DeTable<'a>,
    ) -> Fields<'a> {
        Fields { report, table, span, header, asked: RefCell::default() }
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Where a value stands; the table's header where there is none.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.table.get(key).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// The text of a value, or an error that it is not one.
    pub(super) fn text_of(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<&'a str> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text);
        }
        let written = &self.report.text()[value.span()];
        let help = match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                format!("Put it in quotes, so that it is kept exactly: {key} = \"{written}\".")
            }
            _ => format!("Write {key} = \"…\"."),
        };
        let message = format!("`{key}` is text in quotes, not {}.", with_article(value.get_ref()));
        self.report.error(value.span(), message, help);
        None
    }

    fn read<T, E: Display>(
        &self,
        key: &'static str,
        value: &'a Spanned<DeValue<'a>>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text_of(key, value)?;
        match parse(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let message = format!("`{key}` cannot be {}.", shown(text));
                self.report.error(value.span(), message, sentence(&error.to_string()));
                None
            }
        }
    }

    /// A field that must be there.
    pub(super) fn required<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.value(key) {
            Some(value) => self.read(key, value, parse),
            None => {
                self.missing(key);
                None
            }
        }
    }

    pub(super) fn missing(&self, key: &str) {
        let example = match key {
            "condition" => "condition = 'always', or what must hold first".to_owned(),
            "amount" => "amount = \"6000\"".to_owned(),
            "rate" => "rate = \"1\": how much for each 1 that others give".to_owned(),
            "up_to" => "up_to = \"50\": what matches others is always capped".to_owned(),
            "from" => "from = \"trigger+0d\", or a date".to_owned(),
            "until" => "until = \"trigger+365d\", or a date: the day after the last".to_owned(),
            key => format!("{key} = \"…\""),
        };
        let message = format!("This {} has no `{key}`.", self.header);
        self.report.error(self.span.clone(), message, format!("Write {example}."));
    }

    /// A field that may be left out: `Some(None)` then.
    pub(super) fn optional<T, E: Display>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.value(key) {
            Some(value) => self.read(key, value, parse).map(Some),
            None => Some(None),
        }
    }

    /// A note: empty where there is none.
    pub(super) fn note(&self) -> Option<Text> {
        self.optional("note", Text::parse).map(Option::unwrap_or_default)
    }

    /// One end of a window, a date of TOML's own included.
    pub(super) fn point(&self, key: &'static str) -> Option<Option<Point>> {
        let Some(value) = self.value(key) else { return Some(None) };
        match value.get_ref() {
            DeValue::Datetime(_) => {
                let written = &self.report.text()[value.span()];
                let point = Point::parse(written);
                if let Err(error) = &point {
                    let message = format!("`{key}` cannot be {written}.");
                    self.report.error(value.span(), message, sentence(&error.to_string()));
                }
                point.ok().map(Some)
            }
            _ => self.read(key, value, Point::parse).map(Some),
        }
    }

    /// A window whose ends are both there.
    pub(super) fn window(&self) -> Option<(Point, Point)> {
        let (from, until) = (self.point("from"), self.point("until"));
        for (key, point) in [("from", from), ("until", until)] {
            if point == Some(None) {
                self.missing(key);
            }
        }
        let (from, until) = (from??, until??);
        self.in_order(Some(from), Some(until))?;
        Some((from, until))
    }

    /// Complains if the two ends can be compared and leave no day between them.
    pub(super) fn in_order(&self, from: Option<Point>, until: Option<Point>) -> Option<()> {
        let empty = match (from, until) {
            (Some(Point::Date(from)), Some(Point::Date(until))) => until <= from,
            (Some(Point::Trigger(from)), Some(Point::Trigger(until))) => until <= from,
            _ => false,
        };
        if !empty {
            return Some(());
        }
        self.report.error(
            self.span_of("until"),
            "The window ends before it starts.",
            "`until` is the day after the window's last: put it later than `from`.",
        );
        None
    }

    /// The id of a thing of this kind that stands in the file.
    pub(super) fn reference(&self, key: &'static str, kind: Kind, known: &Known) -> Option<Id> {
        match self.optional_reference(key, kind, known)? {
            Some(id) => Some(id),
            None => {
                self.missing(key);
                None
            }
        }
    }

    /// Likewise, where it may be left out.
    pub(super) fn optional_reference(
        &self,
        key: &'static str,
        kind: Kind,
        known: &Known,
    ) -> Option<Option<Id>> {
        let Some(value) = self.value(key) else { return Some(None) };
        self.one_of(key, value, kind, known).map(Some)
    }

    fn one_of(
        &self,
        key: &str,
        value: &'a Spanned<DeValue<'a>>,
        kind: Kind,
        known: &Known,
    ) -> Option<Id> {
        let word = self.text_of(key, value)?;
        match known.find(kind, word) {
            Ok(id) => Some(id),
            Err(help) => {
                let message = format!("There is no {} {}.", kind.word(), shown(word));
                self.report.error(value.span(), message, help);
                None
            }
        }
    }

    /// `label` and `audience`; AMBER where no label is given.
    pub(super) fn marking(&self, known: &Known) -> Option<Marking> {
        let label = self.optional("label", |text| {
            Label::parse(text).ok_or_else(|| one_of_words(Label::ALL.map(Label::as_str)))
        });
        let parties = self.audience(known);
        Some(Marking {
            label: label?.unwrap_or(Label::Amber),
            parties: parties?,
            persons: Vec::new(),
        })
    }

    fn audience(&self, known: &Known) -> Option<Vec<Id>> {
        let Some(value) = self.value("audience") else { return Some(Vec::new()) };
        let DeValue::Array(named) = value.get_ref() else {
            self.report.error(
                value.span(),
                format!("`audience` is a list of parties, not {}.", with_article(value.get_ref())),
                "Write their ids: audience = [\"FR\", \"GB\"].",
            );
            return None;
        };
        let mut parties = Vec::with_capacity(named.len().min(64));
        let mut sound = true;
        for party in named.iter() {
            match self.one_of("audience", party, Kind::Party, known) {
                Some(id) if parties.contains(&id) => {
                    let message = format!("The audience names \"{id}\" twice.");
                    self.report.error(party.span(), message, "Leave it out here.");
                    sound = false;
                }
                Some(id) => parties.push(id),
                None => sound = false,
            }
        }
        sound.then_some(parties)
    }

    /// Complains about every key that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for key in self.table.keys() {
            if asked.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let message = format!("{} has no key {}.", self.header, shown(key.get_ref()));
            let help = format!("Leave it out. The keys are: {}.", asked.join(", "));
            self.report.error(key.span(), message, help);
        }
    }
}

/// A parser of one of several words.
pub(super) fn word<T: Copy, const COUNT: usize>(
    all: [T; COUNT],
    spelt: fn(T) -> &'static str,
) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        all.into_iter()
            .find(|choice| spelt(*choice) == text)
            .ok_or_else(|| one_of_words(all.map(spelt)))
    }
}

pub(super) fn one_of_words<const COUNT: usize>(words: [&str; COUNT]) -> String {
    let quoted = words.map(|word| format!("\"{word}\""));
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("write one of {} and {last}", before.join(", "))
        }
        _ => quoted.concat(),
    }
}

/// `text` in quotation marks, cut to a length that leaves room for the sentence around it.
pub(super) fn shown(text: &str) -> String {
    const CHARACTERS_MAX: usize = 60;
    let plain = |part: &str| part.escape_debug().to_string().replace("\\'", "'");
    match text.char_indices().nth(CHARACTERS_MAX) {
        Some((cut, _)) => format!("\"{}…\"", plain(&text[..cut])),
        None => format!("\"{}\"", plain(text)),
    }
}

/// What a value of this type is called.
pub(super) fn with_article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What the domain says of a text that it does not accept, as a sentence.
fn sentence(text: &str) -> String {
    if text.starts_with("must") {
        return format!("It {text}.");
    }
    let mut letters = text.chars();
    let first: String =
        letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
