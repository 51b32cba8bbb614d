//! What a form sends, files included: `application/x-www-form-urlencoded`, or `multipart/form-data`
//! (RFC 7578) whose whole body is no longer than any other's.

use crate::asking::Asking;
use coalition::Refusal;

/// One answer of a form.
pub(crate) struct Sent {
    /// The field.
    pub name: String,
    /// What was answered; of a file, what it holds.
    pub bytes: Vec<u8>,
}

/// The answers, in their order.
///
/// # Errors
/// If the body is no form.
pub(crate) fn sent(asking: &Asking) -> Result<Vec<Sent>, Refusal> {
    let kind = asking.header("content-type").unwrap_or_default();
    let Some(boundary) = boundary(kind) else {
        let pairs = asking.form()?.into_iter();
        return Ok(pairs.map(|(name, value)| Sent { name, bytes: value.into_bytes() }).collect());
    };
    parts(&asking.body, &boundary)
        .ok_or_else(|| Refusal::invalid("body", "this is not a whole form: send it again"))
}

/// The text of the first answer to a field; empty where there is none, or none in UTF-8.
pub(crate) fn text(sent: &[Sent], name: &str) -> String {
    let bytes = file(sent, name).unwrap_or_default();
    String::from_utf8(bytes.to_vec()).unwrap_or_default().replace("\r\n", "\n")
}

/// What a file holds, if one was sent.
pub(crate) fn file<'s>(sent: &'s [Sent], name: &str) -> Option<&'s [u8]> {
    let found = sent.iter().find(|of| of.name == name)?;
    (!found.bytes.is_empty()).then_some(found.bytes.as_slice())
}

/// What stands between parts, if the type of a body says that it has parts.
fn boundary(kind: &str) -> Option<Vec<u8>> {
    let (kind, parameters) = kind.split_once(';')?;
    let mut parameters = parameters.split(';').filter_map(|one| one.trim().split_once('='));
    let (_, named) = parameters.find(|(key, _)| key.eq_ignore_ascii_case("boundary"))?;
    let named = named.trim_matches('"');
    let whole = kind.trim().eq_ignore_ascii_case("multipart/form-data");
    // RFC 2046 allows 70 characters.
    (whole && (1..=70).contains(&named.len())).then(|| format!("--{named}").into_bytes())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|of| of == wanted)
}

/// The parts of a body; `None` where it does not end as it should.
fn parts(body: &[u8], boundary: &[u8]) -> Option<Vec<Sent>> {
    let mut parts = Vec::new();
    let mut rest = &body[find(body, boundary)? + boundary.len()..];
    // Each later boundary begins a line.
    let between = [b"\r\n", boundary].concat();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, &between)?;
        let part = &rest[..end];
        let blank = find(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&part[..blank]).ok()?;
        let name = head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case("content-disposition").then(|| field(value)).flatten()
        });
        parts.push(Sent { name: name?, bytes: part[blank + 4..].to_vec() });
        rest = &rest[end + between.len()..];
    }
    Some(parts)
}

/// The `name="…"` of a part; the names of our fields need no escapes.
fn field(disposition: &str) -> Option<String> {
    let named = disposition.split(';').find_map(|of| of.trim().strip_prefix("name="))?;
    Some(named.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_apart_byte_by_byte_and_what_is_broken_is_refused() {
        let boundary = boundary("multipart/form-data; boundary=\"x y\"").expect("a boundary");
        let body = b"--x y\r\nContent-Disposition: form-data; name=\"article\"\r\n\r\ntwo\r\nlines\r\n--x y\r\ncontent-disposition: form-data; filename=\"a;b.pdf\"; name=\"file\"\r\nContent-Type: application/pdf\r\n\r\n\x00\xff--x\r\n--x y--\r\n";
        let sent = parts(body, &boundary).expect("it reads");
        assert_eq!(text(&sent, "article"), "two\nlines");
        assert_eq!(file(&sent, "file"), Some(&b"\x00\xff--x"[..]));
        assert_eq!(file(&sent, "other"), None);
        for end in 0..body.len() - 4 {
            assert!(parts(&body[..end], &boundary).is_none(), "cut at {end}");
        }
        for kind in ["text/plain", "multipart/form-data", "multipart/form-data; boundary="] {
            assert_eq!(super::boundary(kind), None, "{kind}");
        }
    }

    /// The content of a field in a body of this type.
    fn field(kind: &str, body: &[u8], name: &str) -> Option<Vec<u8>> {
        let sent = parts(body, &boundary(kind)?)?;
        file(&sent, name).map(<[u8]>::to_vec)
    }

    const TYPE: &str = "Multipart/Form-Data; charset=utf-8; Boundary=\"xyz\"";
    const BODY: &[u8] = b"--xyz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nname=\"reply\"\r\n--xyz\r\ncontent-disposition : form-data; name=\"reply\"; filename=\"../../a.ics\"\r\nContent-Type: text/calendar\r\n\r\nBEGIN\r\n\r\nEND\r\n--xyz--\r\n";

    #[test]
    fn a_file_is_found_by_the_name_of_its_field() {
        assert_eq!(field(TYPE, BODY, "reply").as_deref(), Some(&b"BEGIN\r\n\r\nEND"[..]));
        assert_eq!(field(TYPE, BODY, "other").as_deref(), Some(&b"name=\"reply\""[..]));
        assert_eq!(field(TYPE, BODY, "another"), None);
    }

    #[test]
    fn what_is_no_such_form_has_no_fields_and_fails_nobody() {
        for other in [
            "",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "text/calendar; boundary=xyz",
            "multipart/form-data; boundary=zyx",
            "multipart/form-data; bound=xyz",
        ] {
            assert_eq!(field(other, BODY, "reply"), None, "{other}");
        }
        for at in 0..BODY.len() {
            let _ = field(TYPE, &BODY[..at], "reply");
            let _ = field(TYPE, &BODY[at..], "reply");
            let torn = [&BODY[..at], b"\r\n--xyz", &BODY[at..]].concat();
            let _ = field(TYPE, &torn, "reply");
        }
    }
}
