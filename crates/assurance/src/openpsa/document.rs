//! XML as far as a model needs it: elements and attributes. What could make a small file large
//! (a DTD and the entities that it declares) is refused unread.

use super::misread::{Misread, quoted};
use quick_xml::XmlVersion;
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// What comes next in a document.
pub(super) enum Item<'a> {
    /// An element opens; `true` if it closes at once.
    Open(BytesStart<'a>, bool),
    /// The innermost element closes.
    Close,
    /// Something is written between elements.
    Text,
    /// The document ends.
    End,
}

/// A document, item by item.
pub(super) struct Document<'a> {
    /// Which of the model's files it is.
    pub file: usize,
    pub text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where the text begins, behind a byte order mark if there is one.
    begins: usize,
    /// Where the item given last begins.
    pub at: usize,
}

impl<'a> Document<'a> {
    /// The document that the text of a file spells.
    pub fn new(file: usize, text: &'a str) -> Self {
        // The parser passes over a byte order mark and does not count it.
        let marked = text.strip_prefix('\u{feff}').unwrap_or(text);
        let begins = text.len() - marked.len();
        let mut reader = Reader::from_str(marked);
        reader.config_mut().check_end_names = true;
        Self { file, text, reader, begins, at: 0 }
    }

    /// The next item that means something.
    pub fn next(&mut self) -> Result<Item<'a>, Misread> {
        loop {
            self.at = self.position();
            let event = self.reader.read_event().map_err(|error| self.malformed(&error))?;
            let item = match event {
                Event::Start(start) => Item::Open(start, false),
                Event::Empty(start) => Item::Open(start, true),
                Event::End(_) => Item::Close,
                Event::Text(text) if text.chars().all(char::is_whitespace) => continue,
                Event::Text(_) | Event::CData(_) => Item::Text,
                Event::GeneralRef(name) => self.reference(&name).map(|()| Item::Text)?,
                Event::DocType(_) => {
                    let help =
                        "Remove it, with all that it declares: no DTD and no entity is read.";
                    return Err(self.refusal("a document type is declared", help));
                }
                Event::Decl(declaration) => match declaration.encoding() {
                    Some(Ok(name)) if !is_utf8(&name) => {
                        let what = format!("the encoding is said to be {}", quoted(&name));
                        return Err(self.refusal(what, "Save the file as UTF-8, and say so."));
                    }
                    Some(Err(_)) => {
                        let help = "Write it as <?xml version=\"1.0\"?>.";
                        return Err(self.refusal("the XML declaration does not read", help));
                    }
                    _ => continue,
                },
                Event::Comment(_) | Event::PI(_) => continue,
                Event::Eof => Item::End,
            };
            return Ok(item);
        }
    }

    /// A refusal of the item given last.
    pub fn refusal(&self, what: impl Into<String>, help: impl Into<String>) -> Misread {
        Misread::at(self.file, self.text, self.at, what, help)
    }

    /// The values of the attributes named, in that order. Those of other vocabularies (with a
    /// prefix) are passed over; what is neither is refused.
    pub fn attributes<const N: usize>(
        &self,
        start: &BytesStart<'_>,
        names: [&str; N],
    ) -> Result<[Option<String>; N], Misread> {
        let mut values = [const { None }; N];
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| {
                let help = "Write attributes as name=\"value\".";
                self.refusal(format!("the attributes do not read: {error}"), help)
            })?;
            let name = attribute.key.into_inner();
            if name == "xmlns" || name.contains(':') {
                continue;
            }
            let Some(at) = names.iter().position(|known| *known == name) else {
                let element = start.name().into_inner();
                let what = format!("<{element}> has no attribute {} here", quoted(name));
                return Err(self.refusal(what, "Remove it, or check its spelling."));
            };
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| {
                let help = "Only &lt; &gt; &amp; &apos; &quot; and character numbers are read.";
                self.refusal(format!("the value of {name} does not read: {error}"), help)
            })?;
            if values[at].replace(value.into_owned()).is_some() {
                let what = format!("the attribute {name} is given twice");
                return Err(self.refusal(what, "Remove one of them."));
            }
        }
        Ok(values)
    }

    fn position(&self) -> usize {
        self.place(self.reader.buffer_position())
    }

    /// The byte of the text that the parser means.
    fn place(&self, position: u64) -> usize {
        // Not past the end of the text, whose length is a usize.
        usize::try_from(position).map_or(self.text.len(), |position| position + self.begins)
    }

    /// `&name;` between elements: one of the five that XML itself knows, or a character's number.
    fn reference(&self, name: &str) -> Result<(), Misread> {
        if name.starts_with('#') || matches!(name, "lt" | "gt" | "amp" | "apos" | "quot") {
            return Ok(());
        }
        let what = format!("the entity {} is not defined", quoted(name));
        Err(self.refusal(what, "Write out what it stands for: no entity is read."))
    }

    fn malformed(&self, error: &Error) -> Misread {
        let at = self.place(self.reader.error_position());
        let help = "Mend it with an XML editor; each element wants its end.";
        let said: String = error.to_string().chars().take(200).collect();
        Misread::at(self.file, self.text, at, format!("this is not well-formed XML: {said}"), help)
    }
}

fn is_utf8(name: &str) -> bool {
    ["UTF-8", "UTF8", "US-ASCII", "ASCII"].iter().any(|known| known.eq_ignore_ascii_case(name))
}
