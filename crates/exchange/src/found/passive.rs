//! Whether a PDF only shows something. Programs that show PDFs run the scripts in them, a browser's own
//! viewer among them, whatever the page that a PDF comes from may do.

use super::PDF_BYTES_MAX;
use super::object::is_regular;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Names without which no file runs a script, starts a program, sends a form or fills one in by its own
/// rules (ISO 32000-1, sections 12.6.4 and 12.7.8), plays something or cannot be looked into.
const ACTS: &[&[u8]] = &[
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"Rendition",
    b"RichMedia",
    b"XFA",
    b"Encrypt",
];
/// Ways to write the objects of an object stream that are not seen through here.
const VEILS: &[&[u8]] = &[
    b"Predictor",
    b"ASCII85Decode",
    b"A85",
    b"ASCIIHexDecode",
    b"AHx",
    b"LZWDecode",
    b"LZW",
    b"RunLengthDecode",
    b"RL",
    b"Crypt",
];
/// The most that is unpacked, of one stream and of all.
const STREAM_MAX: usize = 16 << 20;
const UNPACKED_MAX: usize = 64 << 20;
/// The longest name that is compared.
const NAME_MAX: usize = 32;

/// Whether a PDF plainly does nothing but show its pages. A file that might hide that it does is said
/// to do it: other writers' files are refused now and then, and none is believed.
pub fn is_passive(pdf: &[u8]) -> bool {
    if pdf.len() > PDF_BYTES_MAX || says(pdf, ACTS) {
        return false;
    }
    // Objects stand in the file itself, and in object streams if there are any.
    if !says(pdf, &[b"ObjStm"]) {
        return true;
    }
    if says(pdf, VEILS) {
        return false;
    }
    let mut left = UNPACKED_MAX;
    for at in pdf.windows(6).enumerate().filter(|(_, word)| *word == b"stream").map(|(at, _)| at) {
        let plain = unpacked(&pdf[at..], left.min(STREAM_MAX));
        if plain.len() >= left.min(STREAM_MAX) || says(&plain, ACTS) || says(&plain, &[b"ObjStm"]) {
            return false;
        }
        left -= plain.len();
    }
    true
}

/// What is packed in the line after a keyword, if anything is.
fn unpacked(from_keyword: &[u8], most: usize) -> Vec<u8> {
    let end = from_keyword.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let Some(data) = end.map(|end| &from_keyword[end..]) else { return Vec::new() };
    let data = data.strip_prefix(b"\r\n").unwrap_or(&data[1..]);
    // A stream that breaks off says something up to there.
    decompress_to_vec_zlib_with_limit(data, most).unwrap_or_else(|broken| broken.output)
}

/// Whether one of these names stands anywhere, however it is spelt (section 7.3.5).
fn says(bytes: &[u8], names: &[&[u8]]) -> bool {
    let begins = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    begins.map(|(at, _)| name(&bytes[at + 1..])).any(|name| names.contains(&name.as_slice()))
}

/// The name that begins here, as far as one is compared.
fn name(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut name = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|byte| is_regular(**byte) && name.len() <= NAME_MAX)
    {
        let escaped = (digit(bytes.get(at + 1)), digit(bytes.get(at + 2)));
        if let (b'#', (Some(high), Some(low))) = (byte, escaped) {
            name.push(u8::try_from(high * 16 + low).expect("two digits of sixteen are a byte"));
            at += 3;
        } else {
            name.push(*byte);
            at += 1;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{Stationery, plain_pdf};
    use miniz_oxide::deflate::compress_to_vec_zlib;

    /// A file with an object stream that holds this.
    fn holding(objects: &str, filter: &str) -> Vec<u8> {
        let packed = compress_to_vec_zlib(objects.as_bytes(), 6);
        let head = format!("%PDF-1.7\n1 0 obj<</Type/ObjStm/Filter{filter}>>stream\r\n");
        [head.as_bytes(), &packed, b"\nendstream endobj"].concat()
    }

    #[test]
    fn what_runs_sends_or_starts_something_is_found_however_it_is_spelt() {
        for said in [
            "<</S/JavaScript/JS(app.alert\\(1\\))>>",
            "<</S /J#61vaScript>>",
            "<</S/#4a#61#76#61#53#63#72#69#70#74>>",
            "<</S/Launch/F(a.exe)>>",
            "<</S/SubmitForm>>",
            "<</AcroForm<</XFA 1 0 R>>>>",
            "<</Subtype/RichMedia>>",
            "<</Encrypt 9 0 R>>",
        ] {
            assert!(!is_passive(format!("%PDF-1.7\n1 0 obj{said}endobj").as_bytes()), "{said}");
            assert!(!is_passive(&holding(said, "/FlateDecode")), "packed: {said}");
        }
        for veiled in ["[/ASCII85Decode/FlateDecode]", "/FlateDecode/DecodeParms<</Predictor 12>>"]
        {
            assert!(!is_passive(&holding("<<>>", veiled)), "{veiled}");
        }
        let bomb = holding(&" ".repeat(STREAM_MAX), "/FlateDecode");
        assert!(!is_passive(&bomb));
    }

    #[test]
    fn what_only_shows_pages_is_passive() {
        let stationery =
            Stationery { from: "Four towns", title: "Agenda", label: "GREEN", visible: None };
        assert!(is_passive(&plain_pdf(&stationery, "# Agenda\n\nJavaScript is on the agenda.\n")));
        assert!(is_passive(&holding("<</Type/Page/Contents(no JavaScript)>>", "/FlateDecode")));
        assert!(is_passive(b"%PDF-1.4\n/JavaScripts /Launcher /XFAs"));
        assert!(is_passive(b""));
        for end in 0..60 {
            // Broken files end somewhere, too.
            let _ = is_passive(&holding("<</Type/Page>>", "/FlateDecode")[..end]);
        }
    }
}
