//! The words of pages, and where they stand (ISO 32000-1, sections 7.8 and 9.4).

use super::characters::Characters;
use super::file::File;
use super::object::{Dictionary, Object, Reader, is_blank};
use super::{BadFile, Ends, FoundWord};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

const PAGES_MAX: usize = 500;
const WORDS_MAX: usize = 200_000;
/// Operators of all pages together.
const STEPS_MAX: usize = 5_000_000;
/// Forms within forms.
const FORMS_MAX: usize = 8;
const STACK_MAX: usize = 64;
/// A gap of so much of the size parts words; a step of so much from the baseline begins a line, of so
/// much a paragraph.
const GAP: f64 = 0.17;
const STEP: f64 = 0.4;
const BLOCK: f64 = 1.8;

type Matrix = [f64; 6];

const UNITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `one`, then `other`: the product of two matrices whose last column is 0, 0, 1.
fn product(one: &Matrix, other: &Matrix) -> Matrix {
    let row = |x: f64, y: f64| [x * other[0] + y * other[2], x * other[1] + y * other[3]];
    let [first, second, third] = [row(one[0], one[1]), row(one[2], one[3]), row(one[4], one[5])];
    [first[0], first[1], second[0], second[1], third[0] + other[4], third[1] + other[5]]
}

/// The words of the pages `wanted`, counted from 0, page by page; and how many pages there are.
pub(super) fn words(
    file: &File<'_>,
    wanted: Range<usize>,
) -> Result<(usize, Vec<Vec<FoundWord>>), BadFile> {
    let mut pages = Vec::new();
    let root = file.get(&file.root, "Pages").and_then(Object::dictionary);
    let mut seen = BTreeSet::new();
    collect(file, root.ok_or(BadFile::NoPages)?, None, &mut seen, &mut pages, 0);
    if pages.is_empty() {
        return Err(BadFile::NoPages);
    }
    let mut reading =
        Reading { steps: 0, line: Line::default(), fonts: BTreeMap::new(), before: 0 };
    let count = pages.len();
    let mut read = Vec::new();
    for (page, resources) in pages.into_iter().take(wanted.end).skip(wanted.start) {
        let contents = match page.get("Contents") {
            Some(Object::Array(parts)) => parts.clone(),
            Some(one) => match file.resolved(one) {
                Some(Object::Array(parts)) => parts.clone(),
                _ => vec![one.clone()],
            },
            None => Vec::new(),
        };
        let mut content = Vec::new();
        for part in contents {
            content.extend(file.stream(&part).unwrap_or_default());
            content.push(b'\n');
        }
        reading.content(file, &content, resources, UNITY, 0);
        reading.line.end(Ends::Line);
        let words = std::mem::take(&mut reading.line.words);
        reading.before += words.len();
        read.push(words);
    }
    Ok((count, read))
}

/// The pages below a node, with the resources that each has or inherits.
fn collect<'f>(
    file: &'f File<'_>,
    node: &'f Dictionary,
    inherited: Option<&'f Dictionary>,
    seen: &mut BTreeSet<u32>,
    pages: &mut Vec<(&'f Dictionary, Option<&'f Dictionary>)>,
    depth: usize,
) {
    let resources = file.get(node, "Resources").and_then(Object::dictionary).or(inherited);
    let Some(kids) = file.get(node, "Kids").and_then(Object::array) else {
        if pages.len() < PAGES_MAX {
            pages.push((node, resources));
        }
        return;
    };
    for kid in kids {
        let new = !matches!(kid, Object::Reference(number) if !seen.insert(*number));
        if let Some(kid) = file.dictionary(kid).filter(|_| new && depth < STACK_MAX) {
            collect(file, kid, resources, seen, pages, depth + 1);
        }
    }
}

/// What text is drawn with.
#[derive(Clone)]
struct Pen {
    page: Matrix,
    font: Rc<Characters>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl Pen {
    fn on(page: Matrix) -> Pen {
        Pen {
            page,
            font: Rc::default(),
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }

    /// Takes an operator that changes it.
    fn set(&mut self, operator: &str, numbers: &[f64]) {
        match (operator, numbers) {
            ("Tc", [of]) => self.letter_space = *of,
            ("Tw", [of]) => self.word_space = *of,
            ("Tz", [of]) => self.scale = of / 100.0,
            ("TL", [of]) => self.leading = *of,
            ("TD", [_, up]) => self.leading = -up,
            ("Ts", [of]) => self.rise = *of,
            ("\"", [words, letters]) => (self.word_space, self.letter_space) = (*words, *letters),
            ("cm", _) => {
                if let Ok(matrix) = Matrix::try_from(numbers) {
                    self.page = product(&matrix, &self.page);
                }
            }
            _ => {}
        }
    }
}

/// Where text goes on, and where its line began.
struct At {
    text: Matrix,
    line: Matrix,
}

impl At {
    /// Takes an operator that moves it.
    fn move_by(&mut self, operator: &str, numbers: &[f64], leading: f64) {
        let along = |right, up| [1.0, 0.0, 0.0, 1.0, right, up];
        match (operator, numbers) {
            ("BT", _) => self.line = UNITY,
            ("Tm", _) => self.line = Matrix::try_from(numbers).unwrap_or(self.line),
            ("Td" | "TD", [right, up]) => self.line = product(&along(*right, *up), &self.line),
            ("T*" | "'" | "\"", _) => self.line = product(&along(0.0, -leading), &self.line),
            _ => return,
        }
        self.text = self.line;
    }
}

struct Reading {
    steps: usize,
    line: Line,
    /// How many words the pages before this one had.
    before: usize,
    /// By the object's number: a font may be used on every page.
    fonts: BTreeMap<u32, Rc<Characters>>,
}

impl Reading {
    fn content(
        &mut self,
        file: &File<'_>,
        content: &[u8],
        resources: Option<&Dictionary>,
        page: Matrix,
        depth: usize,
    ) {
        let mut reader = Reader::new(content);
        let mut pen = Pen::on(page);
        let mut kept: Vec<Pen> = Vec::new();
        let mut at = At { text: UNITY, line: UNITY };
        let mut operands: Vec<Object> = Vec::new();
        while let Some(object) = reader.next() {
            let Object::Word(operator) = object else {
                if operands.len() < STACK_MAX {
                    operands.push(object);
                }
                continue;
            };
            self.steps += 1;
            if self.steps > STEPS_MAX || self.before + self.line.words.len() > WORDS_MAX {
                return;
            }
            let numbers: Vec<f64> = operands.iter().filter_map(Object::number).collect();
            let name = operands.first().and_then(Object::name).unwrap_or_default();
            pen.set(&operator, &numbers);
            at.move_by(&operator, &numbers, pen.leading);
            match operator.as_str() {
                "q" if kept.len() < STACK_MAX => kept.push(pen.clone()),
                "Q" => pen = kept.pop().unwrap_or(pen),
                "Tf" => {
                    pen.size = numbers.first().copied().unwrap_or(pen.size);
                    pen.font = self.font(file, resources, name);
                }
                "Tj" | "TJ" | "'" | "\"" => self.show(&operands, &pen, &mut at.text),
                "Do" => self.form(file, resources, name, &pen, depth),
                "ID" => skip_picture(&mut reader),
                _ => {}
            }
            operands.clear();
        }
    }

    fn font(
        &mut self,
        file: &File<'_>,
        resources: Option<&Dictionary>,
        name: &str,
    ) -> Rc<Characters> {
        let fonts = resources.and_then(|of| file.get(of, "Font")?.dictionary());
        let Some(font) = fonts.and_then(|of| of.get(name)) else { return Rc::default() };
        let read = || {
            file.dictionary(font).map_or_else(Rc::default, |of| Rc::new(Characters::of(file, of)))
        };
        match font {
            Object::Reference(number) => self.fonts.entry(*number).or_insert_with(read).clone(),
            _ => read(),
        }
    }

    /// Content that is drawn from elsewhere.
    fn form(
        &mut self,
        file: &File<'_>,
        resources: Option<&Dictionary>,
        name: &str,
        pen: &Pen,
        depth: usize,
    ) {
        let forms = resources.and_then(|of| file.get(of, "XObject")?.dictionary());
        let Some(object) = forms.and_then(|of| of.get(name)) else { return };
        let Some(form) = file.dictionary(object) else { return };
        let is_form = file.get(form, "Subtype").and_then(Object::name) == Some("Form");
        if !is_form || depth >= FORMS_MAX {
            return;
        }
        let Some(content) = file.stream(object) else { return };
        let numbers = file.get(form, "Matrix").and_then(Object::array).unwrap_or_default();
        let numbers: Vec<f64> = numbers.iter().filter_map(Object::number).collect();
        let matrix = <Matrix>::try_from(numbers.as_slice()).unwrap_or(UNITY);
        let own = file.get(form, "Resources").and_then(Object::dictionary).or(resources);
        self.content(file, &content, own, product(&matrix, &pen.page), depth + 1);
    }

    fn show(&mut self, operands: &[Object], pen: &Pen, text: &mut Matrix) {
        let parts = match operands.last() {
            Some(Object::Array(parts)) => parts.as_slice(),
            Some(Object::Text(_)) => &operands[operands.len() - 1..],
            _ => return,
        };
        for part in parts {
            match part {
                Object::Number(back) => {
                    let along = -back / 1000.0 * pen.size * pen.scale;
                    *text = product(&[1.0, 0.0, 0.0, 1.0, along, 0.0], text);
                }
                Object::Text(codes) => self.letters(codes, pen, text),
                _ => {}
            }
        }
    }

    fn letters(&mut self, codes: &[u8], pen: &Pen, text: &mut Matrix) {
        for (meaning, width, is_space) in pen.font.read(codes) {
            let place = product(text, &pen.page);
            let spread = width / 1000.0 * pen.size * pen.scale;
            let [across, slope, skew, upright, left, base] = place;
            let from = (left + skew * pen.rise, base + upright * pen.rise);
            let size = skew.hypot(upright) * pen.size.abs();
            let until = from.0 + across * spread;
            self.line.letter(&meaning, from, until, size, slope.abs() <= across.abs());
            let space = if is_space { pen.word_space } else { 0.0 };
            let along = spread + (pen.letter_space + space) * pen.scale;
            *text = product(&[1.0, 0.0, 0.0, 1.0, along, 0.0], text);
        }
    }
}

/// Moves past the bytes of a picture that stands within the content.
fn skip_picture(reader: &mut Reader<'_>) {
    let rest = &reader.bytes[reader.at..];
    let end = rest
        .windows(4)
        .position(|of| is_blank(of[0]) && of[1] == b'E' && of[2] == b'I' && is_blank(of[3]));
    reader.at += end.map_or(rest.len(), |at| at + 3);
}

/// Letters, put together into words.
#[derive(Default)]
struct Line {
    words: Vec<FoundWord>,
    word: String,
    left: f64,
    right: f64,
    /// Where the last letter ended, its baseline, and its size.
    last: Option<(f64, f64, f64)>,
    level: bool,
}

impl Line {
    fn letter(&mut self, meaning: &str, at: (f64, f64), until: f64, size: f64, level: bool) {
        if let Some((right, baseline, before)) = self.last {
            let (down, size) = (baseline - at.1, size.max(before).max(0.1));
            if !level || !self.level {
                // Text that runs upwards is words in no line.
                if at.0 - right > size || right - at.0 > size {
                    self.end(Ends::Line);
                }
            } else if down.abs() > STEP * size || at.0 < right - size {
                let block = !(-STEP..BLOCK).contains(&(down / size));
                self.end(if block { Ends::Block } else { Ends::Line });
            } else if at.0 - right > GAP * size {
                self.end(Ends::Word);
            }
        }
        self.level = level;
        self.last = Some((until, at.1, size));
        if meaning.trim().is_empty() {
            self.end(Ends::Word);
            return;
        }
        if self.word.is_empty() {
            self.left = at.0;
        }
        for character in meaning.chars() {
            if character.is_whitespace() { self.end(Ends::Word) } else { self.word.push(character) }
        }
        self.right = until;
    }

    fn end(&mut self, ends: Ends) {
        if !self.word.is_empty() {
            let text = std::mem::take(&mut self.word);
            let place = self.level.then_some((self.left, self.right));
            self.words.push(FoundWord { text, ends, place });
        } else if let Some(last) = self.words.last_mut() {
            last.ends = last.ends.max(ends);
        }
        if ends != Ends::Word {
            self.last = None;
        }
    }
}
