//! Pages read strictly: whatever is not plainly markup of the house's own is a fault. Who accepts only
//! what leaves no choice to a reader sees the same elements as every browser.

use crate::hostile::{Form, MARK};

/// Elements that have no end.
const VOID: &[&str] = &["br", "hr", "input", "link", "meta", "img"];
/// Elements that bring in what a page should not have.
const NEVER: &[&str] =
    &["iframe", "frame", "object", "embed", "base", "style", "applet", "template"];
/// Attributes that name an address.
const ADDRESSES: &[&str] =
    &["href", "src", "action", "formaction", "xlink:href", "data", "poster", "cite", "ping"];

/// What stands on a page.
#[derive(Debug, Default)]
pub struct Read {
    /// Its forms.
    pub forms: Vec<Form>,
    /// How often hostile words stand in it as words.
    pub words: usize,
}

/// Reads a page, or says what is wrong with it.
///
/// # Errors
/// The first thing that is not markup of the house's own, with what stands around it.
pub fn read(page: &str) -> Result<Read, String> {
    let rest = page.strip_prefix("<!DOCTYPE html>").unwrap_or(page);
    let mut reader = Reader { rest, open: Vec::new(), read: Read::default(), form: None };
    while !reader.rest.is_empty() {
        let at = reader.rest;
        reader.step().map_err(|why| {
            let end = at.floor_char_boundary(300);
            format!("{why}: {}", &at[..end])
        })?;
    }
    match reader.open.last() {
        Some(open) => Err(format!("<{open}> is never closed")),
        None => Ok(reader.read),
    }
}

struct Reader<'p> {
    rest: &'p str,
    open: Vec<&'p str>,
    read: Read,
    form: Option<Form>,
}

impl<'p> Reader<'p> {
    /// The next text, or the next tag.
    fn step(&mut self) -> Result<(), String> {
        let Some(tag) = self.rest.strip_prefix('<') else {
            let end = self.rest.find('<').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(end);
            return self.text(text).map(|()| self.rest = rest);
        };
        if let Some(closing) = tag.strip_prefix('/') {
            let (name, rest) = closing.split_once('>').ok_or("a tag without an end")?;
            if self.open.pop() != Some(name) {
                return Err(format!("</{name}> closes something else"));
            }
            if name == "form" {
                self.read.forms.extend(self.form.take());
            }
            self.rest = rest;
            return Ok(());
        }
        let end = tag.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let (name, rest) = tag.split_at(end);
        if !name.starts_with(|first: char| first.is_ascii_lowercase()) || NEVER.contains(&name) {
            return Err(format!("an element {name:?}"));
        }
        // In the picture of a day, lines of text break as they do elsewhere.
        if name == "foreignObject" && self.open.last() != Some(&"svg") {
            return Err("words of a picture outside of one".into());
        }
        self.rest = rest;
        let attributes = self.attributes()?;
        self.element(name, &attributes)?;
        if !VOID.contains(&name) {
            self.open.push(name);
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if self.open.last() == Some(&"script") {
            return Err("a script that is not a file".into());
        }
        if text.contains('>') {
            return Err("an unescaped > in a text".into());
        }
        self.read.words += text.matches(MARK).count();
        // What somebody wrote before stands in its box.
        if let (Some(&"textarea"), Some(form)) = (self.open.last(), &mut self.form)
            && let Some(field) = form.fields.last_mut()
        {
            field.1 = plain(text)?;
        }
        Ok(())
    }

    /// Name and value of each attribute, up to the end of the tag.
    fn attributes(&mut self) -> Result<Vec<(&'p str, String)>, String> {
        let mut attributes: Vec<(&str, String)> = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Ok(attributes);
            }
            let rest = self.rest.strip_prefix(' ').ok_or("no blank before an attribute")?;
            let ends = |letter: char| !(letter.is_ascii_alphanumeric() || "-:".contains(letter));
            let (name, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            if name.is_empty() || attributes.iter().any(|(other, _)| *other == name) {
                return Err(format!("an attribute {name:?}, without a name or for a second time"));
            }
            let mut value = "";
            self.rest = rest;
            if let Some(quoted) = rest.strip_prefix("=\"") {
                (value, self.rest) = quoted.split_once('"').ok_or("a value without an end")?;
            }
            if value.contains(['<', '>']) {
                return Err(format!("an unescaped {value:?}"));
            }
            attributes.push((name, plain(value)?));
        }
    }

    fn element(&mut self, name: &str, attributes: &[(&str, String)]) -> Result<(), String> {
        let of = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.as_str())
        };
        for (attribute, value) in attributes {
            let lower = attribute.to_ascii_lowercase();
            if lower.starts_with("on")
                || ["style", "srcdoc", "http-equiv", "srcset"].contains(&lower.as_str())
                || lower.contains(MARK)
            {
                return Err(format!("an attribute {attribute:?}"));
            }
            let ours = is_ours(value);
            let source = name == "a"
                && lower == "href"
                && ["https://", "http://"].iter().any(|scheme| value.starts_with(scheme))
                && of("rel").is_some_and(|rel| rel.contains("noopener"));
            if ADDRESSES.contains(&lower.as_str()) && !ours && !source {
                return Err(format!("an address {value:?} that is not of this house"));
            }
            self.read.words += value.matches(MARK).count();
        }
        if name == "script" && !of("src").is_some_and(|src| src.starts_with("/assets/")) {
            return Err("a script that is none of the house's files".into());
        }
        self.field(name, &of);
        Ok(())
    }

    /// Notes a form, or a field of the form at hand.
    fn field<'a>(&mut self, name: &str, of: &impl Fn(&str) -> Option<&'a str>) {
        let said = |attribute: &str| of(attribute).unwrap_or_default().to_owned();
        if name == "form" {
            let action = of("action").unwrap_or_default().to_owned();
            let form = Form { method: said("method"), action, fields: Vec::new() };
            self.form = Some(form);
            return;
        }
        let Some(form) = &mut self.form else { return };
        match name {
            "input" | "textarea" | "select" | "button" if of("name").is_some() => {
                let kind = of("type").unwrap_or("text");
                let fixed = ["hidden", "radio", "checkbox", "submit"].contains(&kind);
                let free = !fixed && matches!(name, "input" | "textarea");
                form.fields.push((said("name"), said("value"), free));
            }
            "option" => {
                if let Some(field) = form.fields.last_mut()
                    && (field.1.is_empty() || of("selected").is_some())
                {
                    field.1 = said("value");
                }
            }
            _ => {}
        }
    }
}

/// Whether an address is within the house, for every browser.
pub fn is_ours(address: &str) -> bool {
    let inside = address.strip_prefix('/').is_some_and(|rest| !rest.starts_with(['/', '\\']));
    let here = address.is_empty() || address.starts_with(['#', '?']);
    (inside || here) && !address.chars().any(|letter| letter.is_control() || letter == '\\')
}

/// A text without its escapes: those that the house writes, and no other.
fn plain(text: &str) -> Result<String, String> {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let escape = known.iter().find(|(escape, _)| rest[at..].starts_with(escape));
        let (escape, letter) = escape.ok_or_else(|| format!("an unescaped & in {text:?}"))?;
        plain.push_str(letter);
        rest = &rest[at + escape.len()..];
    }
    plain.push_str(rest);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_somebody_could_have_written_is_a_fault() {
        for wrong in [
            "<p><script>hijack()</script></p>",
            "<script src=\"https://hijack.example/\"></script>",
            "<p onclick=\"hijack()\"></p>",
            "<p OnClick=\"hijack()\"></p>",
            "<p style=\"x\"></p>",
            "<a href=\"javascript:hijack()\"></a>",
            "<a href=\" javascript:hijack()\"></a>",
            "<a href=\"//hijack.example\"></a>",
            "<a href=\"/\\hijack.example\"></a>",
            "<a href=\"https://hijack.example\"></a>",
            "<form action=\"https://hijack.example\"></form>",
            "<p title='x'></p>",
            "<p title=x></p>",
            "<p title=\"a\"b=\"c\"></p>",
            "<p title=\"<\"></p>",
            "<p id=\"a\" id=\"b\"></p>",
            "<hijack></hijack><p>",
            "<iframe></iframe>",
            "<p><foreignObject></foreignObject></p>",
            "<!-- hijack -->",
            "<p>1 > 0</p>",
            "<p title=\"&\"></p>",
            "<p></b>",
            "<p>",
            "</p>",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let right = "<!DOCTYPE html><form method=\"post\" action=\"/x\"><input name=\"a\"><textarea name=\"b\">&lt;hijack</textarea><select name=\"c\"><option value=\"d\">e</option></select></form>";
        let page = read(right).expect("nothing is wrong");
        let fields = [("a", "", true), ("b", "<hijack", true), ("c", "d", false)];
        let fields = fields.map(|(name, value, free)| (name.into(), value.into(), free));
        let form = Form { method: "post".into(), action: "/x".into(), fields: fields.into() };
        assert_eq!((page.forms, page.words), (vec![form], 1));
    }
}
