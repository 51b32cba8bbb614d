//! A version on the house's own page: text page by page, pictures, and the pages of a PDF.

use super::drawn;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Crumb, PageHead};
use crate::pages::words;
use crate::reading::{Handed, Outgoing, Source, Wanted, begin, closed, wanted};
use crate::refusals;
use coalition::Refusal;
use coalition::content::Media;
use maud::{Markup, html};
use std::io;

/// How many lines a page of text has at most, and how many bytes.
const LINES_MAX: usize = 60;
const BYTES_MAX: usize = 6_000;

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    #[cfg(feature = "leaks")]
    if let Some(told) = crate::leaks::counted(asking) {
        return Err(told);
    }
    let wanted = wanted(asking)?;
    let number = number(asking.ask("page"))?;
    if let Some(why) = closed(wanted, asking.now) {
        return Err(Refusal::Conflict(why.into()));
    }
    match wanted.attached.version.media {
        Media::Plain => text(asking, wanted, number),
        // The picture itself is asked for by the page, and that is recorded then.
        Media::Png | Media::Jpeg => Ok(sheet(asking, wanted, &picture(wanted))),
        Media::Pdf | Media::Letter => drawn::page(asking, wanted, number),
        Media::Odt | Media::Docx | Media::Xlsx => Err(Refusal::Conflict(
            "the house shows text, pictures, PDF and letters; this can be downloaded".into(),
        )),
    }
}

/// Which page is wanted: the first, where nobody says it.
pub(super) fn number(page: Option<&str>) -> Result<u32, Refusal> {
    let Some(page) = page else { return Ok(1) };
    let number = page.parse().ok().filter(|page| *page > 0);
    number.ok_or_else(|| Refusal::invalid("page", "pages are counted from 1"))
}

fn picture(wanted: Wanted<'_>) -> Markup {
    let address =
        format!("/documents/{}/versions/{}/inline", wanted.thing.id, wanted.attached.version.id);
    html! { p { img.paper src=(address) alt={ "The picture “" (wanted.attached.version.name) "”" }; } }
}

fn text(asking: &Asking, wanted: Wanted<'_>, number: u32) -> Result<Answer, Refusal> {
    let mut handed: Handed = match begin(asking, wanted, Some(number), false)? {
        Outgoing::Content(handed) => *handed,
        Outgoing::Instead(answer) => return Ok(answer),
    };
    if !handed.watch.goes_on() {
        return Err(Refusal::NotFound(Some(coalition::Kind::Document)));
    }
    let pages = match cut(&mut handed.source, number) {
        Ok(pages) => pages,
        Err(error) => {
            eprintln!("entente: the content of a document cannot be read: {error}");
            return Ok(refusals::failure(asking, "its content cannot be read where it lies"));
        }
    };
    let Some(shown) = pages.wanted else {
        return Err(Refusal::invalid("page", format!("it has {} pages", pages.count)));
    };
    let address = format!("{}?page=", asking.path);
    let body = html! {
        pre.paper tabindex="0" { (shown) }
        nav.buttons aria-label="Pages" {
            @if number > 1 { a.button href={ (address) (number - 1) } { "Page before" } }
            span.quiet { "Page " (number) " of " (pages.count) }
            @if number < pages.count { a.button href={ (address) (number + 1) } { "Next page" } }
        }
    };
    Ok(sheet(asking, wanted, &body))
}

pub(super) fn sheet(asking: &Asking, wanted: Wanted<'_>, content: &Markup) -> Answer {
    let (document, version) = (wanted.document, &wanted.attached.version);
    let address = format!("/documents/{}", wanted.thing.id);
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Documents", href: Some("/documents") },
            Crumb { text: document.title.as_str(), href: Some(&address) },
            Crumb { text: version.name.as_str(), href: None },
        ]))
        (parts::page_head(&PageHead {
            kicker: "Document",
            label: Some(words::tlp(wanted.thing.marking.label)),
            ..PageHead::titled(document.title.as_str())
        }))
        (content)
        p.small.quiet { "Who is shown it can copy it, if only with a camera: the label says with whom it may be shared." }
    };
    asking
        .page(document.title.as_str(), Section::Documents, body)
        .with_header("cache-control", "private, no-store")
}

/// The page of a text that is wanted, if there is one, and how many there are.
struct Pages {
    wanted: Option<String>,
    count: u32,
}

/// Cuts a text into pages as it passes, and keeps the one that is wanted.
#[derive(Default)]
struct Cutter {
    page: Vec<u8>,
    lines: usize,
    count: u32,
    kept: Option<Vec<u8>>,
}

impl Cutter {
    fn take(&mut self, bytes: &[u8], number: u32) {
        for byte in bytes {
            let full = self.lines >= LINES_MAX || self.page.len() >= BYTES_MAX;
            // Never within a character.
            if full && byte & 0b1100_0000 != 0b1000_0000 {
                self.turn(number);
            }
            self.page.push(*byte);
            // A form feed ends a page where its author wanted it to.
            self.lines += match byte {
                b'\n' => 1,
                12 => LINES_MAX,
                _ => 0,
            };
        }
    }

    fn turn(&mut self, number: u32) {
        self.count += 1;
        let page = std::mem::take(&mut self.page);
        self.lines = 0;
        if self.count == number {
            self.kept = Some(page);
        }
    }

    fn finish(mut self, number: u32) -> Pages {
        if !self.page.is_empty() {
            self.turn(number);
        }
        let wanted = self.kept.map(|page| plain(&String::from_utf8_lossy(&page)));
        Pages { wanted, count: self.count }
    }
}

fn cut(source: &mut Source, number: u32) -> io::Result<Pages> {
    let mut cutter = Cutter::default();
    while let Some(piece) = source.piece()? {
        cutter.take(&piece, number);
    }
    Ok(cutter.finish(number))
}

/// A text without what would reorder or hide letters: each such character is shown as a mark.
pub(super) fn plain(text: &str) -> String {
    let marked = |letter: char| {
        let kept = matches!(letter, '\n' | '\t') || {
            let mut buffer = [0; 10];
            buffer[0] = b'a';
            let length = letter.encode_utf8(&mut buffer[1..]).len();
            buffer[1 + length] = b'a';
            std::str::from_utf8(&buffer[..length + 2])
                .is_ok_and(|word| coalition::text::Name::parse(word).is_ok())
        };
        if kept { letter } else { '\u{fffd}' }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n").replace('\u{c}', "").chars().map(marked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str, number: u32, steps: usize) -> Pages {
        let mut cutter = Cutter::default();
        text.as_bytes().chunks(steps).for_each(|part| cutter.take(part, number));
        cutter.finish(number)
    }

    #[test]
    fn the_pages_of_a_text_are_the_text() {
        let lines: String = (0..150).map(|line| format!("line {line}\n")).collect();
        let long = "\u{e9}".repeat(20_000);
        for (text, count) in [(lines.as_str(), 3), (long.as_str(), 7), ("one", 1), ("a\u{c}b", 2)] {
            let all: String = (1..=count)
                .map(|number| pages(text, number, 1_000).wanted.expect("there are so many"))
                .collect();
            assert_eq!(all, text.replace('\u{c}', ""));
            assert_eq!((pages(text, 1, 7).count, pages(text, count + 1, 7).wanted), (count, None));
        }
    }

    #[test]
    fn what_would_mislead_a_reader_is_a_mark() {
        let text = "pay \u{202e}000,1\u{2066} to\u{200b} us\r\n\tnow";
        assert_eq!(plain(text), "pay \u{fffd}000,1\u{fffd} to\u{fffd} us\n\tnow");
    }
}
