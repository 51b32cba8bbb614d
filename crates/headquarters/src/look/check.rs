//! What every test of the look asks of every piece of markup.

/// A name nobody has, with everything that could break out of text, attributes or markup.
pub const HOSTILE: &str =
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2) style=\"x\"> & Ünïcødé 🕊";

/// Nothing inline, nothing broken out, every element closed in order, every id once.
pub fn assert_clean(markup: &str) {
    for forbidden in ["<script", "<img", "javascript:", "NaN", "inf\"", "-inf"] {
        assert!(!markup.contains(forbidden), "{forbidden} in {markup}");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for tag in tags(markup) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().expect("a tag has a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closing tag out of order in {markup}");
            continue;
        }
        for (attribute, value) in attributes(&tag[name.len()..]) {
            assert!(attribute != "style", "inline style in <{tag}>");
            assert!(!attribute.starts_with("on"), "inline handler in <{tag}>");
            if attribute == "id" {
                assert!(!ids.contains(&value), "the id {value} is there twice");
                ids.push(value);
            }
        }
        if !["meta", "link", "input", "hr", "br", "!DOCTYPE"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?} in {markup}");
}

/// The insides of every tag. Maud escapes `<` and `>` in text and `"` in attributes, so a `<` opens
/// a tag and the first `>` outside quotes closes it.
fn tags(markup: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = markup;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let mut quoted = false;
        let end = rest
            .find(|letter| {
                quoted ^= letter == '"';
                letter == '>' && !quoted
            })
            .expect("every tag ends");
        found.push(&rest[..end]);
        rest = &rest[end + 1..];
    }
    found
}

fn attributes(inside: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = inside.trim_start();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let close = quoted.find('"').expect("every value is closed");
            value = &quoted[..close];
            rest = &quoted[close + 1..];
        }
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

#[test]
fn the_checker_itself_catches_what_it_is_for() {
    let bad = [
        "<p style=\"x\"></p>",
        "<p onclick=\"x\"></p>",
        "<p><b></p></b>",
        "<p>",
        "<script></script>",
        "<i id=\"a\"></i><i id=\"a\"></i>",
    ];
    for markup in bad {
        assert!(std::panic::catch_unwind(|| assert_clean(markup)).is_err(), "{markup}");
    }
    assert_clean("<p class=\"style=x\">style=&lt;x&gt;<input disabled></p>");
}
