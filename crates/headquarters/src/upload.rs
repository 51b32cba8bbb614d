//! Files in a form (RFC 7578), as far as a small one needs it: the whole body is in memory, and its
//! length was bounded before.

/// The content of the first field of a name in a body of this type; `None` if the type is not that of
/// a form with files, or there is no such field.
pub(crate) fn field<'b>(content_type: &str, body: &'b [u8], name: &str) -> Option<&'b [u8]> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = parameters.split(';').filter_map(|one| one.trim().split_once('='));
    let (_, boundary) = parameters.find(|(key, _)| key.eq_ignore_ascii_case("boundary"))?;
    let boundary = boundary.trim_matches('"');
    // RFC 2046 allows 70 characters.
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let delimiter = format!("--{boundary}");
    let mut rest = after(body, delimiter.as_bytes())?;
    loop {
        let part = rest.strip_prefix(b"\r\n")?;
        let end = find(part, format!("\r\n{delimiter}").as_bytes())?;
        let (part, next) = part.split_at(end);
        let headers_end = find(part, b"\r\n\r\n")?;
        let (headers, content) = part.split_at(headers_end);
        if is_of(&String::from_utf8_lossy(headers), name) {
            return content.strip_prefix(b"\r\n\r\n");
        }
        rest = after(next, delimiter.as_bytes())?;
    }
}

/// Whether a part's headers say that it is the field of a name.
fn is_of(headers: &str, name: &str) -> bool {
    let disposition = headers.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    });
    let named = format!("name=\"{name}\"");
    disposition.is_some_and(|value| value.split(';').any(|part| part.trim() == named))
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}

fn after<'b>(within: &'b [u8], wanted: &[u8]) -> Option<&'b [u8]> {
    find(within, wanted).map(|at| &within[at + wanted.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"xyz\"";
    const BODY: &[u8] = b"--xyz\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nname=\"reply\"\r\n--xyz\r\ncontent-disposition: form-data; name=\"reply\"; filename=\"../../a.ics\"\r\nContent-Type: text/calendar\r\n\r\nBEGIN\r\n\r\nEND\r\n--xyz--\r\n";

    #[test]
    fn a_file_is_found_by_the_name_of_its_field() {
        assert_eq!(field(TYPE, BODY, "reply"), Some(&b"BEGIN\r\n\r\nEND"[..]));
        assert_eq!(field(TYPE, BODY, "other"), Some(&b"name=\"reply\""[..]));
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
