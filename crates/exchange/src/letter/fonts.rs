//! The house's two faces: how wide their letters are, and the files that a document embeds.
//!
//! Noto Serif, under the SIL Open Font License (`fonts/OFL.txt`), reduced to Latin, Greek and Cyrillic.
//! Only what a line needs is read here: OpenType 1.9, tables `cmap` (format 4), `hhea` and `hmtx`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

static REGULAR: &[u8] = include_bytes!("../../fonts/NotoSerif-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/NotoSerif-Bold.ttf");

/// One face. Widths are in thousandths of its size: both files have so many units to the em.
pub(super) struct Face {
    /// As PDF names it.
    pub name: &'static str,
    /// The whole file.
    pub file: &'static [u8],
    /// The width of each glyph.
    pub advances: Vec<u16>,
    /// The glyph of each character.
    pub glyphs: BTreeMap<char, u16>,
    packed: OnceLock<Vec<u8>>,
}

/// The regular face, or the bold one.
pub(super) fn face(bold: bool) -> &'static Face {
    static FACES: OnceLock<[Face; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| {
        let read = |name, file| Face::read(name, file).expect("a test reads both files whole");
        [read("NotoSerif-Regular", REGULAR), read("NotoSerif-Bold", BOLD)]
    });
    &faces[usize::from(bold)]
}

/// The first character of a text that the house's faces do not have: they have Latin, Greek and
/// Cyrillic letters, digits, punctuation and signs of currency.
pub fn unprintable(text: &str) -> Option<char> {
    let glyphs = &face(false).glyphs;
    text.chars().find(|of| !of.is_whitespace() && !glyphs.contains_key(of))
}

impl Face {
    fn read(name: &'static str, file: &'static [u8]) -> Option<Face> {
        let hhea = table(file, b"hhea")?;
        let hmtx = table(file, b"hmtx")?;
        let maxp = table(file, b"maxp")?;
        let (glyphs, measured) = (u16_at(maxp, 4)?, u16_at(hhea, 34)?);
        let advance = |glyph: u16| u16_at(hmtx, usize::from(glyph.min(measured - 1)) * 4);
        let advances = (0..glyphs).map(advance).collect::<Option<Vec<u16>>>()?;
        Some(Face {
            name,
            file,
            advances,
            glyphs: characters(table(file, b"cmap")?)?,
            packed: OnceLock::new(),
        })
    }

    /// The file, packed once for all documents.
    pub fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| miniz_oxide::deflate::compress_to_vec_zlib(self.file, 9))
    }

    /// The glyph of a character; the empty box for one that is not there.
    pub fn glyph(&self, character: char) -> u16 {
        self.glyphs.get(&character).copied().unwrap_or(0)
    }

    /// How wide a text is.
    pub fn width(&self, text: &str) -> u32 {
        let advance = |of| u32::from(self.advances[usize::from(self.glyph(of))]);
        text.chars().map(advance).sum()
    }

    /// A word, cut where it would be wider than `measure`.
    pub fn pieces(&self, word: &str, measure: u32) -> Vec<String> {
        let mut pieces = vec![String::new()];
        let mut width = 0;
        for character in word.chars() {
            let advance = self.width(character.encode_utf8(&mut [0; 4]));
            if width + advance > measure {
                pieces.push(String::new());
                width = 0;
            }
            width += advance;
            pieces.last_mut().expect("there is one from the start").push(character);
        }
        pieces
    }

    /// A text in lines no wider than `measure`.
    pub fn wrapped(&self, text: &str, measure: u32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace().flat_map(|word| self.pieces(word, measure)) {
            match lines.last_mut() {
                Some(line) if self.width(line) + self.width(" ") + self.width(&word) <= measure => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        lines
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

fn table<'f>(file: &'f [u8], tag: &[u8; 4]) -> Option<&'f [u8]> {
    let entries = (0..usize::from(u16_at(file, 4)?)).map(|entry| 12 + entry * 16);
    let mut named = entries.filter(|at| file.get(*at..at + 4) == Some(tag));
    let at = named.next()?;
    let offset = u32_at(file, at + 8)?;
    file.get(offset..offset + u32_at(file, at + 12)?)
}

/// The glyph of each character, from a format 4 subtable.
fn characters(cmap: &[u8]) -> Option<BTreeMap<char, u16>> {
    let subtables = (0..usize::from(u16_at(cmap, 2)?)).map(|entry| u32_at(cmap, 4 + entry * 8 + 4));
    let subtables = subtables.map(|at| cmap.get(at?..));
    let of = subtables.flatten().find(|of| u16_at(of, 0) == Some(4))?;
    let segments = usize::from(u16_at(of, 6)?) / 2;
    let mut glyphs = BTreeMap::new();
    for segment in 0..segments {
        let column = |column: usize| 14 + 2 * segment + column * 2 * segments;
        let end = u16_at(of, column(0))?;
        // A word of padding follows the first column.
        let start = u16_at(of, column(1) + 2)?;
        let delta = u16_at(of, column(2) + 2)?;
        let offset = usize::from(u16_at(of, column(3) + 2)?);
        for code in start..=end {
            let glyph = match offset {
                0 => code.wrapping_add(delta),
                _ => {
                    let at = column(3) + 2 + offset + 2 * usize::from(code - start);
                    match u16_at(of, at)? {
                        0 => 0,
                        glyph => glyph.wrapping_add(delta),
                    }
                }
            };
            if let (Some(character), 1..) = (char::from_u32(u32::from(code)), glyph) {
                glyphs.insert(character, glyph);
            }
        }
    }
    Some(glyphs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_whole_and_have_the_letters_of_europe() {
        for (name, file) in [("regular", REGULAR), ("bold", BOLD)] {
            let face = Face::read(name, file).expect("it reads");
            let head = table(file, b"head").expect("a head");
            assert_eq!(u16_at(head, 18), Some(1000), "{name}: units to the em");
            let letters = "Aaßðþøœñçğışžčłőűțķģėõæ ΑαΩώ АяЇїЄєҐґЉљЏџ „“«»’—–…€₴№ 0123456789";
            let missing: String =
                letters.chars().filter(|of| !face.glyphs.contains_key(of)).collect();
            assert_eq!(missing, "", "{name}");
            assert!(face.width("iii") < face.width("mmm"), "{name}");
        }
        assert_eq!(unprintable("Tallinn, Київ, Αθήνα\n"), None);
        assert_eq!(unprintable("თბილისი"), Some('თ'));
    }

    #[test]
    fn lines_are_as_wide_as_they_may_be_and_no_wider() {
        let lines = face(false).wrapped("one two three four", face(false).width("one two") + 10);
        assert_eq!(lines, ["one two", "three", "four"]);
        assert!(face(true).wrapped("", 100).is_empty());
    }
}
