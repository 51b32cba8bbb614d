//! The condition language: what is accepted and as what, what is refused, where and why.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use coalition::condition::{
    AnyId, Condition, Found, Kind, KnownNames, Names, References, TEXT_BYTES_MAX, parse,
};
use coalition::id::Id;
use std::collections::BTreeSet;

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// What the writers of these conditions know.
fn names() -> KnownNames {
    let mut names = KnownNames::default();
    for (kind, things) in [
        (
            Kind::Circumstance,
            &[
                ("peace-deal", "peace deal signed"),
                ("us-backstop", "US backstop given"),
                ("ceasefire", "ceasefire in force"),
                ("riigikogu", "parliament of Estonia approves"),
                ("both", "named as both"),
                ("vote-1", "vote passed"),
                ("vote-2", "vote passed"),
                ("and", "not"),
                ("X1", "x2"),
                ("x2", "something else"),
            ][..],
        ),
        (
            Kind::Party,
            &[
                ("FR", "France"),
                ("DE", "Germany"),
                ("GB", "United Kingdom"),
                ("TR", "Türkiye"),
                ("both", "Both"),
                ("all", "Alliance"),
            ][..],
        ),
        (
            Kind::Resource,
            &[
                ("troops", "ground troops"),
                ("EUR", "euro"),
                ("battery", "air defence battery"),
                ("gun", "the \"big\" gun"),
                ("155mm", "shells"),
            ][..],
        ),
    ] {
        for (id_text, name) in things {
            names.add(kind, id(id_text), name);
        }
    }
    names
}

/// A text, and what it says with ids.
const ACCEPTED: [(&str, &str); 39] = [
    ("always", "always"),
    ("  always\n", "always"),
    (r#"when "peace deal signed" and "US backstop given""#, "when peace-deal and us-backstop"),
    (
        r#"when at least 10 others contribute "ground troops""#,
        "when at least 10 others contribute troops",
    ),
    (
        r#"when others commit at least 5 "air defence battery""#,
        "when others commit at least 5 battery",
    ),
    (
        r#"when France and "United Kingdom" contribute "ground troops""#,
        "when FR and GB contribute troops",
    ),
    (
        r#"when at least 2 of ("ceasefire in force"; "parliament of Estonia approves"; Germany contributes EUR)"#,
        "when at least 2 of (ceasefire; riigikogu; DE contributes EUR)",
    ),
    (
        "when\tat\nleast\u{a0}1 parties contribute troops",
        "when at least 1 parties contribute troops",
    ),
    ("when at least 010 others contribute troops", "when at least 10 others contribute troops"),
    ("when at least 1000 others contribute troops", "when at least 1000 others contribute troops"),
    ("when all commit at least 0.250 EUR", "when all commit at least 0.25 EUR"),
    ("when others commit at least 5 155mm", "when others commit at least 5 155mm"),
    (r#"when others commit at least 5 "the ""big"" gun""#, "when others commit at least 5 gun"),
    ("when not ceasefire", "when not ceasefire"),
    ("when France contribute troops", "when FR contributes troops"),
    ("when France and Germany contributes troops", "when FR and DE contribute troops"),
    ("when Türkiye contributes euro", "when TR contributes EUR"),
    // Names in whatever case, when only one is meant; spaces around them do not count.
    (r#"when "PEACE Deal Signed""#, "when peace-deal"),
    ("when FRANCE contributes EURO", "when FR contributes EUR"),
    (r#"when " France " contributes EUR"#, "when FR contributes EUR"),
    ("when TÜRKIYE contributes EUR", "when TR contributes EUR"),
    // An id wins over a name.
    ("when x2", "when x2"),
    ("when X2", "when X1"),
    ("when X1", "when X1"),
    // Words of the grammar as names.
    (r#"when "and" and "not""#, r#"when "and" and "and""#),
    (r#"when "all" contributes EUR"#, r#"when "all" contributes EUR"#),
    // Brackets that change nothing are forgotten; "and" binds before "or".
    ("when ((ceasefire))", "when ceasefire"),
    ("when ceasefire or peace-deal and X1", "when ceasefire or peace-deal and X1"),
    ("when ceasefire or (peace-deal and X1)", "when ceasefire or peace-deal and X1"),
    ("when (ceasefire or peace-deal) and X1", "when (ceasefire or peace-deal) and X1"),
    ("when ceasefire and (peace-deal and X1)", "when ceasefire and peace-deal and X1"),
    (
        "when at least 1 of (ceasefire or X1; at least 1 of (X1))",
        "when at least 1 of (ceasefire or X1; at least 1 of (X1))",
    ),
    // Circumstances before a list of parties.
    (
        r#"when "peace deal signed" and France contributes troops"#,
        "when peace-deal and (FR contributes troops)",
    ),
    (
        "when ceasefire and X1 and France and Germany contribute troops and us-backstop",
        "when ceasefire and X1 and (FR and DE contribute troops) and us-backstop",
    ),
    (
        "when not ceasefire and France and Germany contribute troops",
        "when not ceasefire and FR and DE contribute troops",
    ),
    (
        "when ceasefire or X1 and France contributes troops",
        "when ceasefire or X1 and (FR contributes troops)",
    ),
    // What is both a party and a circumstance is a party where it can be; brackets say otherwise.
    ("when both and France contribute troops", "when both and FR contribute troops"),
    ("when (both) and (France contributes troops)", "when both and (FR contributes troops)"),
    ("when France and FR contribute troops", "when FR contributes troops"),
];

#[test]
fn an_accepted_text_has_one_canonical_form_that_reads_back() {
    let names = names();
    for (text, canonical) in ACCEPTED {
        let condition =
            Condition::read(text, &names).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(condition.canonical(), canonical, "{text}");
        assert_eq!(Condition::read(canonical, &AnyId).as_ref(), Ok(&condition), "{text}");
        let stored = serde_json::to_string(&condition).unwrap();
        assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition, "{text}");
        let words = condition.in_words(|kind, id| names.spelling(kind, id));
        assert_eq!(Condition::read(&words, &names), Ok(condition), "{text}\n{words}");
    }
}

/// Sentences that `condition_refused.txt` abbreviates.
const ABBREVIATED: [(&str, &str); 3] = [
    (
        "MONOTONE",
        "A condition can ask others to promise, never that they do not: two parties who each wait \
         for the other's refusal would have no defined outcome.",
    ),
    ("A-PART", "Write a circumstance, a party and what it contributes, or “at least …”."),
    (
        "DIGITS",
        "Write digits, at most 15, then if needed a point and at most 9 places, such as 6000 or \
         0.25; no sign, exponent, spaces or separators.",
    ),
];

#[test]
fn a_refusal_says_where_what_and_what_to_do() {
    let names = names();
    let mut cases = 0;
    for block in include_str!("condition_refused.txt").split("\n\n") {
        let (texts, rest): (Vec<&str>, Vec<&str>) = block
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .partition(|line| line.starts_with('>'));
        let [place, message, remedy] = rest[..] else {
            assert!(texts.is_empty() && rest.is_empty(), "a half-written case: {block}");
            continue;
        };
        let text: Vec<&str> = texts.iter().map(|line| &line[2.min(line.len())..]).collect();
        let text = text.join("\n");
        let error = match Condition::read(&text, &names) {
            Ok(condition) => panic!("{text:?} is accepted as {condition}"),
            Err(error) => error,
        };
        let spelled_out = |sentence: &str| {
            ABBREVIATED
                .iter()
                .fold(sentence.to_owned(), |sentence, (short, long)| sentence.replace(short, long))
        };
        let there = format!("{}:{} {}", error.line, error.column, &text[error.span.clone()]);
        assert_eq!(there.trim_end(), place, "{text:?}\n{error}");
        assert_eq!(error.message, spelled_out(message), "{text:?}");
        assert_eq!(error.remedy, spelled_out(remedy), "{text:?}");
        cases += 1;
    }
    assert!(cases > 85, "{cases} cases were read");
}

#[test]
fn columns_count_characters_and_spans_count_bytes() {
    for (text, line, column, there) in [
        ("when \"Türkiye ✓\" and\t\"é\" or or", 1, 29, "or"),
        ("when é\r\n\r\n  and ✓", 3, 7, "✓"),
        ("when \u{202e}ceasefire", 1, 6, "\u{202e}"),
        ("when \"cease\u{202e}fire\"", 1, 12, "\u{202e}"),
        ("when \"cease\u{7}fire\"", 1, 12, "\u{7}"),
        ("when 🙂", 1, 6, "🙂"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text:?} {error}");
        assert_eq!(&text[error.span.clone()], there, "{text:?}");
    }
}

#[test]
fn a_text_is_bounded_in_bytes_depth_and_names() {
    let refused = |text: &str| parse(text).unwrap_err();
    let long = format!("when {}", "\"é\" and ".repeat(2_000_000));
    let error = refused(&long);
    assert!(
        error.message.starts_with("A condition has at most 4000 bytes; this one has 18000005.")
    );
    assert!(error.span.end <= 4_000 && long.is_char_boundary(error.span.start), "{error:?}");

    let nested = |depth: usize| format!("when {}X{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(32)).is_ok());
    let error = refused(&nested(33));
    assert_eq!(
        (error.column, error.message.as_str()),
        (38, "Brackets stand more than 32 deep here.")
    );
    assert_eq!(refused(&nested(1_900)).column, 38);
    let lists = format!("when {}X", "at least 1 of (".repeat(250));
    assert_eq!(refused(&lists).column, 6 + 32 * 15 + 14);

    let names = |count: usize| format!("when {}", vec!["X"; count].join(" and "));
    assert!(parse(&names(200)).is_ok());
    assert_eq!(
        refused(&names(201)).message,
        "A condition uses at most 200 names; this is one more."
    );
    let list = format!("when {} contribute R", vec!["X"; 200].join(" and "));
    assert_eq!(refused(&list).column, u32::try_from(list.len()).unwrap());
}

/// Ids are longer than names, and brackets are added: what was accepted must still be readable.
#[test]
fn the_largest_accepted_condition_can_be_read_from_the_record() {
    let mut names = KnownNames::default();
    for (kind, name) in [(Kind::Circumstance, "c"), (Kind::Party, "p"), (Kind::Resource, "r")] {
        names.add(kind, id(&name.repeat(64)), name);
    }
    let mut text = vec!["c and p contributes r"; 56].join(" and ");
    for depth in 0..32 {
        text = format!("({text}){}c", if depth % 2 == 0 { "or " } else { "and " });
    }
    let text = format!("when {text}");
    let condition = Condition::read(&text, &names).unwrap();
    let one_more = parse(&format!("{text} and c")).unwrap_err();
    assert_eq!(one_more.message, "A condition uses at most 200 names; this is one more.");
    let stored = serde_json::to_string(&condition).unwrap();
    assert!(stored.len() > 200 * 64, "{}", stored.len());
    assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition);
    assert_eq!(
        parse(&condition.canonical()).unwrap_err().span.start,
        TEXT_BYTES_MAX,
        "a person may not write so long a text"
    );
}

#[test]
fn a_condition_names_its_things_once_each() {
    let text = "when ceasefire and France and TR contribute EUR or not X1 or others commit at least 1 EUR \
                or at least 2 of (FR contributes gun; at least 3 parties contribute 155mm)";
    let references = Condition::read(text, &names()).unwrap().references();
    let set = |ids: &[&str]| ids.iter().map(|text| id(text)).collect::<BTreeSet<Id>>();
    let expected = References {
        circumstances: set(&["ceasefire", "X1"]),
        parties: set(&["FR", "TR"]),
        resources: set(&["EUR", "gun", "155mm"]),
    };
    assert_eq!(references, expected);
    assert_eq!(Condition::Always.references(), References::default());
}

#[test]
fn in_plain_english_a_condition_reads_as_one_sentence() {
    let names = names();
    for (text, sentence) in [
        ("always", "without condition"),
        ("when not ceasefire", "once “ceasefire in force” does not hold"),
        (
            "when peace-deal and at least 10 others contribute troops",
            "once “peace deal signed” holds and at least 10 other parties contribute ground troops",
        ),
        (
            "when at least 1 others contribute EUR or at least 1 parties contribute EUR",
            "once at least 1 other party contributes euro or at least 1 party, itself included, \
             contributes euro",
        ),
        (
            "when at least 3 parties contribute EUR and France and Germany and GB contribute EUR",
            "once at least 3 parties, itself included, contribute euro and France, Germany and \
             United Kingdom contribute euro",
        ),
        (
            "when others commit at least 6000.5 EUR and (all commit at least 1 EUR or X1)",
            "once the other parties together commit at least 6\u{202f}000.5 euro and (all parties \
             together, itself included, commit at least 1 euro or “x2” holds)",
        ),
        (
            "when at least 2 of (ceasefire; X1 and x2; France contributes EUR)",
            "once at least 2 of these 3 are so: “ceasefire in force” holds; “x2” holds and \
             “something else” holds; France contributes euro",
        ),
        (
            "when X1 or at least 1 of (ceasefire; X1)",
            "once “x2” holds or (at least one of these is so: “ceasefire in force” holds; or “x2” \
             holds)",
        ),
    ] {
        let condition = Condition::read(text, &names).unwrap();
        // Here the names, not the spellings that lead back: a page is not read by a parser.
        let name_of = |kind: Kind, thing: &Id| match (kind, thing.as_str()) {
            (Kind::Circumstance, "X1") => "x2".to_owned(),
            _ => names.spelling(kind, thing),
        };
        assert_eq!(condition.sentence(name_of), sentence, "{text}");
    }
}

#[test]
fn a_spelling_always_leads_back_to_its_thing() {
    let mut names = names();
    names.add(Kind::Party, id("odd"), "odd\u{202e}name");
    names.add(Kind::Party, id("twin"), "FRANCE");
    for (kind, thing, spelling) in [
        (Kind::Circumstance, "peace-deal", "peace deal signed"),
        // Two things have this name; this name is another's id; this cannot be written.
        (Kind::Circumstance, "vote-1", "vote-1"),
        (Kind::Circumstance, "X1", "X1"),
        (Kind::Party, "odd", "odd"),
        (Kind::Party, "twin", "FRANCE"),
        (Kind::Party, "FR", "France"),
        (Kind::Party, "nobody", "nobody"),
    ] {
        assert_eq!(names.spelling(kind, &id(thing)), spelling);
    }
    let found = names.find(Kind::Party, "france");
    assert_eq!(found, Found::Several(vec![id("FR"), id("twin")]));
}

#[test]
fn in_a_file_a_condition_is_its_text_with_ids() {
    let condition: Condition = serde_json::from_str(r#""when FR  contribute EUR""#).unwrap();
    assert_eq!(serde_json::to_string(&condition).unwrap(), r#""when FR contributes EUR""#);
    for (json, reason) in [
        (r#""when \"peace deal\"""#, "line 1, column 6: “peace deal” is not a circumstance"),
        (r#""""#, "starts with “always” or “when”"),
        ("7", "invalid type"),
        ("null", "invalid type"),
    ] {
        let error = serde_json::from_str::<Condition>(json).unwrap_err().to_string();
        assert!(error.contains(reason), "{json}: {error}");
    }
}
