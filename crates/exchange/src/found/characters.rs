//! What the codes of a font mean, and how wide they are (ISO 32000-1, sections 9.6, 9.7 and 9.10.3).

use super::file::File;
use super::object::{Dictionary, Object, Reader};
use std::collections::BTreeMap;

/// The most ranges of a map that are read.
const RANGES_MAX: usize = 100_000;

/// A font, as far as text needs it.
#[derive(Clone, Debug, Default)]
pub(super) struct Characters {
    two_bytes: bool,
    /// From the first code of a range to its last, and what the first means.
    meanings: BTreeMap<u32, (u32, String)>,
    /// In thousandths of the size.
    widths: BTreeMap<u32, f64>,
    usual_width: f64,
}

impl Characters {
    pub fn of(file: &File<'_>, font: &Dictionary) -> Characters {
        let name = |key| file.get(font, key).and_then(Object::name);
        let two_bytes = name("Subtype") == Some("Type0");
        let mut characters = Characters { two_bytes, usual_width: 500.0, ..Characters::default() };
        if two_bytes {
            characters.composite_widths(file, font);
        } else {
            characters.simple_widths(file, font);
            characters.differences(file, font);
        }
        if let Some(map) = font.get("ToUnicode").and_then(|of| file.stream(of)) {
            characters.map(&map);
        }
        characters
    }

    /// The codes of a text: what each means, how wide it is, and whether it is the space that word
    /// spacing widens.
    pub fn read<'c>(&'c self, text: &'c [u8]) -> impl Iterator<Item = (String, f64, bool)> + 'c {
        let step = if self.two_bytes { 2 } else { 1 };
        text.chunks(step).map(move |code| {
            let code = code.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            let width = self.widths.get(&code).copied().unwrap_or(self.usual_width);
            (self.meaning(code), width, !self.two_bytes && code == 32)
        })
    }

    fn meaning(&self, code: u32) -> String {
        let within = self.meanings.range(..=code).next_back();
        if let Some((first, (_, meaning))) = within.filter(|(_, (last, _))| code <= *last) {
            let mut letters = meaning.chars();
            let end = letters.next_back().map_or(0, u32::from);
            let mut text = letters.as_str().to_owned();
            text.extend(char::from_u32(end + (code - first)));
            return text;
        }
        // Without a map, one byte is most likely a letter of Windows' Latin alphabet.
        match u8::try_from(code) {
            Ok(byte) if !self.two_bytes => latin(byte).to_string(),
            _ => String::new(),
        }
    }

    fn simple_widths(&mut self, file: &File<'_>, font: &Dictionary) {
        let first = file.get(font, "FirstChar").and_then(Object::count).unwrap_or(0);
        let widths = file.get(font, "Widths").and_then(Object::array).unwrap_or_default();
        for (code, width) in (first..).zip(widths) {
            let width = file.resolved(width).and_then(Object::number);
            if let (Ok(code), Some(width)) = (u32::try_from(code), width) {
                self.widths.insert(code, width);
            }
        }
    }

    /// `/W [first [w w] first last w]` of the font below.
    fn composite_widths(&mut self, file: &File<'_>, font: &Dictionary) {
        let below = file.get(font, "DescendantFonts").and_then(Object::array);
        let Some(below) = below.and_then(|of| file.dictionary(of.first()?)) else { return };
        self.usual_width = file.get(below, "DW").and_then(Object::number).unwrap_or(1000.0);
        let widths = file.get(below, "W").and_then(Object::array).unwrap_or_default();
        let mut rest = widths.iter();
        while let (Some(first), Some(next)) = (rest.next(), rest.next()) {
            let Some(first) = first.count().and_then(|of| u32::try_from(of).ok()) else { return };
            match file.resolved(next) {
                Some(Object::Array(widths)) => {
                    let widths = widths.iter().filter_map(Object::number);
                    self.widths.extend((first..).zip(widths));
                }
                Some(Object::Number(_)) => {
                    let last = next.count().unwrap_or(0).min(0xffff);
                    let Some(width) = rest.next().and_then(Object::number) else { return };
                    let last = u32::try_from(last).unwrap_or(0);
                    self.widths.extend((first..=last).map(|code| (code, width)));
                }
                _ => return,
            }
        }
    }

    /// Codes that a simple font gives other glyphs, by name.
    fn differences(&mut self, file: &File<'_>, font: &Dictionary) {
        let encoding = file.get(font, "Encoding").and_then(Object::dictionary);
        let differences = encoding.and_then(|of| file.get(of, "Differences")?.array());
        let mut code = 0;
        for entry in differences.unwrap_or_default() {
            match entry {
                Object::Name(name) => {
                    if let Some(letter) = named(name) {
                        self.meanings.insert(code, (code, letter));
                    }
                    code = code.saturating_add(1);
                }
                other => code = other.count().and_then(|of| u32::try_from(of).ok()).unwrap_or(0),
            }
        }
    }

    fn map(&mut self, map: &[u8]) {
        let mut reader = Reader::new(map);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            let Object::Word(word) = &object else {
                operands.push(object);
                if operands.len() > RANGES_MAX {
                    return;
                }
                continue;
            };
            match word.as_str() {
                "endcodespacerange" => {
                    let longest = operands.iter().filter_map(Object::text).map(<[u8]>::len).max();
                    self.two_bytes = longest.is_some_and(|bytes| bytes >= 2);
                }
                "endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        self.range(&pair[0], &pair[0], &pair[1]);
                    }
                }
                "endbfrange" => {
                    for range in operands.chunks_exact(3) {
                        self.range(&range[0], &range[1], &range[2]);
                    }
                }
                _ => {}
            }
            operands.clear();
        }
    }

    fn range(&mut self, first: &Object, last: &Object, to: &Object) {
        let (Some(first), Some(last)) = (first.text().map(code), last.text().map(code)) else {
            return;
        };
        if self.meanings.len() > RANGES_MAX {
            return;
        }
        match to {
            Object::Text(text) => {
                self.meanings.insert(first, (last, utf_16(text)));
            }
            Object::Array(texts) => {
                for (code, text) in (first..=last).zip(texts.iter().filter_map(Object::text)) {
                    self.meanings.insert(code, (code, utf_16(text)));
                }
            }
            _ => {}
        }
    }
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn utf_16(bytes: &[u8]) -> String {
    let units: Vec<u16> =
        bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn latin(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match byte {
        0..0x20 => ' ',
        0x80..0xa0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The letter of a glyph's name (Adobe Glyph List, the part that text in Latin letters needs).
fn named(name: &str) -> Option<String> {
    const NAMES: &str = "period .,hyphen -,colon :,semicolon ;,quoteright ’,quoteleft ‘,quotedblleft “,quotedblright ”,parenleft (,parenright ),endash –,emdash —,zero 0,one 1,two 2,three 3,four 4,five 5,six 6,seven 7,eight 8,nine 9,fi fi,fl fl,ff ff,ffi ffi,ffl ffl,slash /,question ?,exclam !,percent %,ampersand &,quotesingle ',quotedbl \",bullet •,Euro €";
    if let Some(code) = name.strip_prefix("uni").and_then(|of| u32::from_str_radix(of, 16).ok()) {
        return char::from_u32(code).map(String::from);
    }
    if name.chars().count() == 1 {
        return Some(name.to_owned());
    }
    match name {
        "comma" => return Some(",".to_owned()),
        "space" => return Some(" ".to_owned()),
        _ => {}
    }
    let mut names = NAMES.split(',').filter_map(|entry| entry.split_once(' '));
    names.find(|(of, _)| *of == name).map(|(_, letter)| letter.to_owned())
}
