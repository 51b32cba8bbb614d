//! A PDF as the objects it holds, whether or not its tables of contents are sound.

use super::BadFile;
use super::object::{Dictionary, Object, Reader};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The longest that one stream may be, unpacked, and all that are unpacked together.
const STREAM_MAX: usize = 16 << 20;
const UNPACKED_MAX: usize = 64 << 20;
/// The most objects that are read.
const OBJECTS_MAX: usize = 200_000;

/// An object of the file.
#[derive(Clone, Debug)]
struct Stored<'b> {
    object: Object,
    stream: Option<Cow<'b, [u8]>>,
}

/// The file.
pub(super) struct File<'b> {
    objects: BTreeMap<u32, Stored<'b>>,
    pub root: Dictionary,
    unpacked: Cell<usize>,
}

impl<'b> File<'b> {
    pub fn read(bytes: &'b [u8]) -> Result<File<'b>, BadFile> {
        if last(bytes, b"/Encrypt").is_some() {
            return Err(BadFile::Encrypted);
        }
        let mut file =
            File { objects: scanned(bytes), root: BTreeMap::new(), unpacked: Cell::new(0) };
        file.open_object_streams();
        let named = last(bytes, b"/Root").and_then(|at| {
            let mut reader = Reader { bytes, at: at + b"/Root".len() };
            file.dictionary(&reader.next()?).cloned()
        });
        let catalog = |of: &Dictionary| of.get("Type").and_then(Object::name) == Some("Catalog");
        let found = || {
            let mut all = file.objects.values().filter_map(|of| of.object.dictionary());
            all.rfind(|of| catalog(of)).cloned()
        };
        file.root = named.or_else(found).ok_or(BadFile::NoPages)?;
        Ok(file)
    }

    /// What an object is, if need be elsewhere.
    pub fn resolved<'o>(&'o self, mut object: &'o Object) -> Option<&'o Object> {
        for _ in 0..8 {
            match object {
                Object::Reference(number) => object = &self.objects.get(number)?.object,
                _ => return Some(object),
            }
        }
        None
    }

    pub fn get<'o>(&'o self, dictionary: &'o Dictionary, key: &str) -> Option<&'o Object> {
        self.resolved(dictionary.get(key)?)
    }

    pub fn dictionary<'o>(&'o self, object: &'o Object) -> Option<&'o Dictionary> {
        self.resolved(object)?.dictionary()
    }

    /// What a stream says, unpacked.
    pub fn stream(&self, object: &Object) -> Option<Vec<u8>> {
        let Object::Reference(number) = object else { return None };
        let stored = self.objects.get(number)?;
        let dictionary = stored.object.dictionary()?;
        let packed = stored.stream.as_ref()?;
        self.spend(packed.len())?;
        let mut bytes = packed.to_vec();
        let filters = match self.get(dictionary, "Filter") {
            Some(Object::Array(filters)) => filters.clone(),
            Some(filter) => vec![filter.clone()],
            None => Vec::new(),
        };
        for filter in filters.iter().take(4) {
            bytes = match self.resolved(filter)?.name()? {
                "FlateDecode" | "Fl" => match decompress_to_vec_zlib_with_limit(&bytes, STREAM_MAX)
                {
                    Ok(plain) => plain,
                    // A stream that breaks off says something up to there.
                    Err(broken) => broken.output,
                },
                "ASCIIHexDecode" | "AHx" => hexadecimal(&bytes),
                "ASCII85Decode" | "A85" => base_85(&bytes),
                _ => return None,
            };
            // What is packed twice is paid for twice: a few bytes may come of much work.
            self.spend(bytes.len())?;
        }
        Some(bytes)
    }

    /// Counts what is unpacked; `None` once that is more than anybody's letter holds.
    fn spend(&self, bytes: usize) -> Option<()> {
        self.unpacked.set(self.unpacked.get() + bytes);
        (self.unpacked.get() <= UNPACKED_MAX).then_some(())
    }

    fn open_object_streams(&mut self) {
        let kind = |of: &Stored<'_>| of.object.dictionary()?.get("Type")?.name().map(str::to_owned);
        let streams: Vec<u32> = self
            .objects
            .iter()
            .filter(|(_, of)| of.stream.is_some() && kind(of).as_deref() == Some("ObjStm"))
            .map(|(number, _)| *number)
            .collect();
        for number in streams {
            for (number, object) in self.packed(number).unwrap_or_default() {
                if self.objects.len() < OBJECTS_MAX {
                    self.objects.entry(number).or_insert(Stored { object, stream: None });
                }
            }
        }
    }

    /// The objects of an object stream (section 7.5.7).
    fn packed(&self, number: u32) -> Option<Vec<(u32, Object)>> {
        let dictionary = self.objects.get(&number)?.object.dictionary()?;
        let count = self.get(dictionary, "N")?.count()?;
        let first = self.get(dictionary, "First")?.count()?;
        let plain = self.stream(&Object::Reference(number))?;
        let mut header = Reader::new(plain.get(..first)?);
        let mut objects = Vec::new();
        for _ in 0..count.min(OBJECTS_MAX) {
            let (Some(number), Some(at)) = (header.next(), header.next()) else { break };
            let (Some(number), Some(at)) = (number.count(), at.count()) else { break };
            let Some(body) = plain.get(first + at..) else { continue };
            if let (Ok(number), Some(object)) = (u32::try_from(number), Reader::new(body).next()) {
                objects.push((number, object));
            }
        }
        Some(objects)
    }
}

/// Every `1 0 obj` in the bytes; of two with one number, the later. What an object swallowed is not
/// read again, so that the whole is linear.
fn scanned(bytes: &[u8]) -> BTreeMap<u32, Stored<'_>> {
    let mut objects = BTreeMap::new();
    let mut reader = Reader::new(bytes);
    // Whether some `endstream` may still follow.
    let mut ends = true;
    while let Some(at) = find(&bytes[reader.at..], b"obj").map(|at| reader.at + at) {
        reader.at = at + 3;
        let Some(number) = number_before(&bytes[..at]) else { continue };
        let Some(object) = reader.next() else { break };
        let mut stream = None;
        if let Object::Dictionary(dictionary) = &object {
            let after = reader.at;
            if reader.next().is_some_and(|of| of.is_word("stream")) && ends {
                // One line end follows the word.
                let from = reader.at + usize::from(bytes.get(reader.at) == Some(&b'\r'));
                let from = from + usize::from(bytes.get(from) == Some(&b'\n'));
                let length = stream_length(bytes, from, dictionary);
                ends = length.is_some();
                if let Some(length) = length {
                    stream = Some(Cow::Borrowed(&bytes[from..from + length]));
                    reader.at = from + length;
                }
            } else {
                reader.at = after;
            }
        }
        objects.insert(number, Stored { object, stream });
        if objects.len() > OBJECTS_MAX {
            break;
        }
    }
    objects
}

/// How long the stream is that begins here: as its dictionary says, if that is true.
fn stream_length(bytes: &[u8], from: usize, dictionary: &Dictionary) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let told = dictionary.get("Length").and_then(Object::count);
    let true_length = told.filter(|length| {
        let after = rest.get(*length..).unwrap_or_default();
        find(&after[..after.len().min(24)], b"endstream").is_some()
    });
    true_length.or_else(|| find(rest, b"endstream"))
}

/// The object's number before the word `obj`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let tail = &bytes[bytes.len().saturating_sub(24)..];
    let text = String::from_utf8_lossy(tail);
    let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
    let text = text.trim_end_matches(|of: char| of.is_ascii_digit());
    let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
    let digits = text.len() - text.trim_end_matches(|of: char| of.is_ascii_digit()).len();
    text[text.len() - digits..].parse().ok()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|of| of == wanted)
}

fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|of| of == wanted)
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let mut text = b"<".to_vec();
    text.extend(bytes.iter().take_while(|of| **of != b'>'));
    text.push(b'>');
    match Reader::new(&text).next() {
        Some(Object::Text(plain)) => plain,
        _ => Vec::new(),
    }
}

/// ASCII base-85 (section 7.4.3).
fn base_85(bytes: &[u8]) -> Vec<u8> {
    let (mut plain, mut group) = (Vec::new(), Vec::new());
    for byte in bytes.iter().take_while(|of| **of != b'~') {
        match byte {
            b'z' if group.is_empty() => plain.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            plain.extend(group_of_85(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        plain.extend(&group_of_85(&group)[..kept]);
    }
    plain
}

fn group_of_85(group: &[u8]) -> [u8; 4] {
    let sum =
        group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit)));
    sum.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    #[test]
    fn what_is_packed_as_text_is_unpacked() {
        assert_eq!(base_85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(base_85(b"z!!~>"), [0, 0, 0, 0, 0]);
        assert_eq!(hexadecimal(b"48 65 6C6c 6f>"), b"Hello");
    }

    #[test]
    fn what_is_packed_a_thousandfold_is_unpacked_up_to_a_bound() {
        let packed = |bytes: &[u8]| compress_to_vec_zlib(bytes, 9);
        let once = packed(&vec![b' '; STREAM_MAX]);
        let nothing = packed(&packed(&once));
        let mut file =
            b"%PDF-1.7\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[]>>endobj /Root 1 0 R\n"
                .to_vec();
        let (streams, filters) = (1_000, ["FlateDecode"; 3].join("/"));
        for number in 3..3 + streams {
            let head =
                format!("{number} 0 obj<</Length {}/Filter[/{filters}]>>stream\n", nothing.len());
            file.extend([head.as_bytes(), &nothing, b"\nendstream endobj\n"].concat());
        }
        let file = File::read(&file).expect("it reads");
        let told =
            (3..3 + streams).filter(|number| file.stream(&Object::Reference(*number)).is_some());
        let told = told.count();
        assert!((1..10).contains(&told), "{told} streams were unpacked");
        // Nothing but what was copied out of the file is counted after that.
        let most = UNPACKED_MAX + STREAM_MAX + 1_000 * nothing.len();
        assert!(file.unpacked.get() <= most, "{}", file.unpacked.get());
    }

    #[test]
    fn an_object_is_known_by_the_number_before_it() {
        assert_eq!(number_before(b"\n12 0 "), Some(12));
        assert_eq!(number_before(b"end"), None);
        assert_eq!(number_before(b"99999999999 0 "), None);
    }
}
