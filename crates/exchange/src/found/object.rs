//! The objects of a PDF, and the words between them (ISO 32000-1, section 7.3).

use std::collections::BTreeMap;

/// The deepest nesting that is read.
const DEPTH_MAX: usize = 40;

/// One object, or a word that is none: an operator, `obj`, `R`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Reference(u32),
    Word(String),
}

pub(super) type Dictionary = BTreeMap<String, Object>;

impl Object {
    pub fn number(&self) -> Option<f64> {
        if let Object::Number(number) = self { Some(*number) } else { None }
    }

    /// A number that counts something.
    pub fn count(&self) -> Option<usize> {
        let number = self.number().filter(|of| (0.0..1e9).contains(of))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "just seen to be in bounds"
        )]
        let count = number as usize;
        Some(count)
    }

    pub fn name(&self) -> Option<&str> {
        if let Object::Name(name) = self { Some(name) } else { None }
    }

    pub fn text(&self) -> Option<&[u8]> {
        if let Object::Text(text) = self { Some(text) } else { None }
    }

    pub fn array(&self) -> Option<&[Object]> {
        if let Object::Array(array) = self { Some(array) } else { None }
    }

    pub fn dictionary(&self) -> Option<&Dictionary> {
        if let Object::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, Object::Word(of) if of == word)
    }
}

/// Reads objects one after the other.
pub(super) struct Reader<'b> {
    pub bytes: &'b [u8],
    pub at: usize,
}

impl<'b> Reader<'b> {
    pub fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next object or word; `None` at the end. References (`12 0 R`) are read as one.
    pub fn next(&mut self) -> Option<Object> {
        self.read(0)
    }

    fn read(&mut self, depth: usize) -> Option<Object> {
        self.blank();
        let first = self.peek()?;
        match first {
            b'/' => Some(Object::Name(self.name())),
            b'(' => Some(Object::Text(self.literal())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                Some(Object::Dictionary(self.dictionary(depth)))
            }
            b'<' => Some(Object::Text(self.hexadecimal())),
            b'[' => {
                self.at += 1;
                Some(Object::Array(self.until("]", depth)))
            }
            b']' | b'{' | b'}' | b')' => {
                self.at += 1;
                Some(Object::Word(char::from(first).to_string()))
            }
            b'>' => {
                self.at += if self.bytes.get(self.at + 1) == Some(&b'>') { 2 } else { 1 };
                Some(Object::Word(">>".to_owned()))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number()),
            _ => Some(Object::Word(self.word())),
        }
    }

    /// Skips spaces and comments.
    fn blank(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|of| of != b'\n' && of != b'\r') {
                    self.at += 1;
                }
            } else if is_blank(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    fn word(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        // A byte that can begin nothing must not be met again.
        self.at = self.at.max(start + 1);
        String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned()
    }

    fn name(&mut self) -> String {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(is_regular) {
            self.at += 1;
        }
        let mut name = Vec::new();
        let mut rest = &self.bytes[start..self.at];
        while let Some((first, after)) = rest.split_first() {
            let coded = after.get(..2).filter(|_| *first == b'#').and_then(hex_pair);
            name.push(coded.unwrap_or(*first));
            rest = if coded.is_some() { &after[2..] } else { after };
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    fn number(&mut self) -> Object {
        let start = self.at;
        let word = self.word();
        let Ok(number) = word.parse::<f64>() else { return Object::Word(word) };
        let whole = word.bytes().all(|of| of.is_ascii_digit());
        let end = self.at;
        if let Some(reference) = whole.then(|| self.reference(&word)).flatten() {
            return reference;
        }
        self.at = end.max(start + 1);
        Object::Number(if number.is_finite() { number } else { 0.0 })
    }

    /// The `0 R` after an object's number.
    fn reference(&mut self, number: &str) -> Option<Object> {
        let rest = self.bytes.get(self.at..)?;
        let spaces = rest.iter().take_while(|of| is_blank(**of)).count();
        let digits = rest[spaces..].iter().take_while(|of| of.is_ascii_digit()).count();
        let more = rest[spaces + digits..].iter().take_while(|of| is_blank(**of)).count();
        let at = spaces + digits + more;
        let ends = rest.get(at + 1).is_none_or(|of| !is_regular(*of));
        if spaces == 0
            || !(1..=5).contains(&digits)
            || more == 0
            || rest.get(at) != Some(&b'R')
            || !ends
        {
            return None;
        }
        self.at += at + 1;
        Some(Object::Reference(number.parse().ok()?))
    }

    /// Everything up to a word.
    fn until(&mut self, word: &str, depth: usize) -> Vec<Object> {
        let mut objects = Vec::new();
        if depth < DEPTH_MAX {
            while let Some(object) = self.read(depth + 1) {
                if object.is_word(word) {
                    break;
                }
                objects.push(object);
            }
        }
        objects
    }

    fn dictionary(&mut self, depth: usize) -> Dictionary {
        let mut dictionary = BTreeMap::new();
        let mut entries = self.until(">>", depth).into_iter();
        while let (Some(key), Some(value)) = (entries.next(), entries.next()) {
            if let Object::Name(key) = key {
                dictionary.insert(key, value);
            }
        }
        dictionary
    }

    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escaped(&mut text);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                break;
            }
            text.push(byte);
        }
        text
    }

    fn escaped(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut code = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u16::from(digit - b'0');
                    self.at += 1;
                }
                text.push(code.to_le_bytes()[0]);
            }
            _ => text.push(byte),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut digits = Vec::new();
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            if byte.is_ascii_hexdigit() {
                digits.push(byte);
            }
        }
        if digits.len() % 2 == 1 {
            digits.push(b'0');
        }
        digits.chunks_exact(2).filter_map(hex_pair).collect()
    }
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

pub(super) fn is_regular(byte: u8) -> bool {
    !is_blank(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_they_are_written() {
        let text = br"<< /A#20B 12 0 R /C [1 -2.5 (a\(b\)\101\n) <4a4>] >> % gone
            BT 3 0 Rg";
        let mut reader = Reader::new(text);
        let Some(Object::Dictionary(dictionary)) = reader.next() else { panic!("a dictionary") };
        assert_eq!(dictionary.get("A B"), Some(&Object::Reference(12)));
        let expected = [
            Object::Number(1.0),
            Object::Number(-2.5),
            Object::Text(b"a(b)A\n".to_vec()),
            Object::Text(b"J@".to_vec()),
        ];
        assert_eq!(dictionary["C"].array(), Some(&expected[..]));
        let rest: Vec<Object> = std::iter::from_fn(|| reader.next()).collect();
        assert_eq!(
            rest,
            [
                Object::Word("BT".to_owned()),
                Object::Number(3.0),
                Object::Number(0.0),
                Object::Word("Rg".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_broken_or_deep_ends() {
        for text in ["(((", "<<<<<<", "<4", "/", "[".repeat(100_000).as_str(), "\\)>", "1e999 +-"] {
            let mut reader = Reader::new(text.as_bytes());
            let read = std::iter::from_fn(|| reader.next()).count();
            assert!(read <= text.len(), "{text:.20}");
        }
    }
}
