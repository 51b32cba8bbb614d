//! The name under which a file is handed out: plain, on every system, and truthful about its type.

use coalition::content::Media;
use coalition::text::Name;
use std::fmt::Write;

/// The longest name of a file before its ending, in characters.
const STEM_CHARACTERS_MAX: usize = 100;

/// A plain name made of what a sender calls a file: no path, no characters that control, mislead or
/// mean something to a system, and the ending of what the file is.
pub(crate) fn plain(given: &str, media: Media) -> Name {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        // What a name may not hold is left out one by one: all else of it stays.
        .filter(|letter| Name::parse(&format!("a{letter}a")).is_ok())
        .map(|letter| if r#"<>:"|?*%;"#.contains(letter) { '_' } else { letter })
        .collect();
    let kept = kept.trim().trim_end_matches('.').trim_end();
    let ending = media.extension();
    let stem = match kept.rsplit_once('.') {
        Some((stem, said)) if said.eq_ignore_ascii_case(ending) => stem,
        Some((stem, said)) if media == Media::Jpeg && said.eq_ignore_ascii_case("jpeg") => stem,
        _ => kept,
    };
    let short: String = stem.chars().take(STEM_CHARACTERS_MAX).collect();
    let short = short.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let stem = match short {
        "" => "document".to_owned(),
        device if is_device(device) => format!("_{device}"),
        plain => plain.to_owned(),
    };
    Name::parse(&format!("{stem}.{ending}")).expect("a short line of what names may hold")
}

/// Names that some systems take for devices, whatever their ending.
fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered =
        |of: &str| first.strip_prefix(of).is_some_and(|digit| digit.len() == 1 && digit != "0");
    matches!(first.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// The header that hands a file out under a name (RFC 6266, and RFC 8187 for what is not ASCII).
pub(crate) fn disposition(name: &str, inline: bool) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || " ._-()".contains(letter);
    #[cfg(feature = "leaks")]
    let plain = |letter: char| {
        plain(letter)
            || crate::leaks::holes::is_open(crate::leaks::holes::FILE) && letter.is_ascii()
    };
    let ascii: String =
        name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    let how = if inline { "inline" } else { "attachment" };
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_trick_in_a_name_survives() {
        for (given, name) in [
            ("agenda.pdf", "agenda.pdf"),
            ("Agenda.PDF", "Agenda.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("..\\..\\windows\\system.ini", "system.ini.pdf"),
            ("/abs/olute.pdf", "olute.pdf"),
            ("C:\\fakepath\\a.pdf", "a.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe.pdf"),
            ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
            ("page.html", "page.html.pdf"),
            ("x.svg", "x.svg.pdf"),
            ("..", "document.pdf"),
            ("", "document.pdf"),
            (".pdf", "document.pdf"),
            (".htaccess", "htaccess.pdf"),
            ("con", "_con.pdf"),
            ("NUL.tar.pdf", "_NUL.tar.pdf"),
            ("lpt1.pdf", "_lpt1.pdf"),
            ("a\"; filename=\"b.exe", "a__ filename=_b.exe.pdf"),
            ("%2e%2e%2fa.pdf", "_2e_2e_2fa.pdf"),
            ("tail. . .pdf", "tail.pdf"),
            ("J\u{fc}ri \u{1f54a}.pdf", "J\u{fc}ri \u{1f54a}.pdf"),
        ] {
            assert_eq!(plain(given, Media::Pdf).as_str(), name, "{given:?}");
        }
        let long = plain(&"\u{e9}".repeat(5_000), Media::Plain);
        assert_eq!(long.as_str().chars().count(), 104);
        assert_eq!(plain("a.jpeg", Media::Jpeg).as_str(), "a.jpg");
    }

    #[test]
    fn a_name_stays_within_its_header() {
        let told = disposition("J\u{fc}ri's \"list\".pdf", false);
        assert_eq!(
            told,
            "attachment; filename=\"J_ri_s _list_.pdf\"; filename*=UTF-8''J%C3%BCri%27s%20%22list%22.pdf"
        );
        assert!(disposition("a.png", true).starts_with("inline; "));
    }
}
