//! Whatever is put into a condition, it is read or refused, and what is read can be written.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

#[path = "../../../fuzz/mutate.rs"]
mod mutate;

use coalition::amount::Amount;
use coalition::condition::{
    AnyId, Condition, ConditionError, Formula, Found, Kind, KnownNames, Names, Who, parse,
};
use coalition::id::{ID_BYTES_MAX, Id};
use mutate::{Material, Mutator};
use proptest::prelude::*;

const CORPUS: [&str; 10] = [
    "always",
    r#"when "peace deal signed" and "US backstop given""#,
    r#"when at least 10 others contribute "ground troops""#,
    r#"when others commit at least 5.25 "air defence battery""#,
    r#"when France and "United Kingdom" contribute "ground troops""#,
    r#"when at least 2 of ("ceasefire in force"; X and not Y; Germany contributes EUR)"#,
    "when (X or Y) and (France contributes EUR or not X and at least 3 parties contribute EUR)",
    "when X and Y and France and Germany contribute EUR and all commit at least 1 EUR",
    "when at least 1 of (at least 1 of (X; Y); at least 2 of (X; Y; (X or Y) and X))",
    "when \"the \"\"big\"\" deal\"\n  or Türkiye contributes \"and\"",
];

const DICTIONARY: [&str; 50] = [
    "always",
    "when",
    "and",
    "or",
    "not",
    "at",
    "least",
    "of",
    "others",
    "parties",
    "all",
    "commit",
    "contribute",
    "contributes",
    "unless",
    "at least",
    "commit at least",
    "(",
    ")",
    ";",
    "\"",
    "\"\"",
    "\"and\"",
    "When",
    "0",
    "1",
    "1000",
    "4294967296",
    "0.000000001",
    "9999999999999999",
    "X",
    "Y",
    "France",
    "EUR",
    "\"peace deal signed\"",
    "Türkiye",
    "\n",
    "\u{202e}",
    "“",
    "\0",
    "X and Y",
    "(X or Y)",
    "Y or",
    "not X and",
    "X; Y;",
    "X and France contributes EUR",
    "(France and Germany contribute EUR)",
    "at least 1 of (X; Y)",
    "others commit at least 2 EUR",
    "at least 2 parties contribute",
];

/// Circumstances, parties and resources of the corpus, and two words that are more than one of them.
fn names() -> KnownNames {
    let mut names = KnownNames::default();
    for (kind, list) in [
        (
            Kind::Circumstance,
            [
                "peace deal signed",
                "US backstop given",
                "ceasefire in force",
                "X",
                "Y",
                "the \"big\" deal",
            ],
        ),
        (Kind::Party, ["France", "United Kingdom", "Germany", "Türkiye", "X", "Y"]),
        (Kind::Resource, ["ground troops", "air defence battery", "EUR", "and", "all three", "Y"]),
    ] {
        for (place, name) in list.into_iter().enumerate() {
            let id = Id::parse(&format!("{}-{place}", kind.word())).unwrap();
            names.add(kind, id, name);
        }
    }
    names
}

/// Knows whatever is asked, so that a mutated name is a new name: those with a capital are parties,
/// the others circumstances, and all are resources.
struct AnyName;

impl Names for AnyName {
    fn find(&self, kind: Kind, word: &str) -> Found {
        let capital = word.starts_with(char::is_uppercase);
        if kind == Kind::Party && !capital || kind == Kind::Circumstance && capital {
            return Found::Nothing { nearest: None };
        }
        let spelled = word.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        let start = spelled.len().saturating_sub(ID_BYTES_MAX);
        Found::One(Id::parse(&spelled[start..]).unwrap())
    }
}

fn assert_placed(text: &str, error: &ConditionError) {
    let start = error.span.start;
    assert!(text.get(error.span.clone()).is_some(), "{error:?} is not inside the text");
    let before = text.get(..start).expect("an error starts at a character");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().expect("a text has a line").chars().count() + 1;
    let place = (usize::try_from(error.line).unwrap(), usize::try_from(error.column).unwrap());
    assert_eq!(place, (line, column), "{error:?}");
    assert!(error.message.ends_with(['.', ')']), "{error:?}");
    assert!(error.remedy.ends_with(['.', '?']), "{error:?}");
    assert!(error.message.len() + error.remedy.len() < 1_000, "{error:?}");
}

/// Reads `text` in every way; returns whether its grammar is right, and its names known too.
fn try_text(text: &str, names: &KnownNames) -> (bool, bool) {
    let parsed = parse(text);
    if let Ok(words) = &parsed {
        for resolved in [words.resolve(&AnyId), words.resolve(&AnyName)] {
            match resolved {
                Ok(condition) => {
                    let stored = serde_json::to_string(&condition).unwrap();
                    assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition);
                }
                Err(error) => assert_placed(text, &error),
            }
        }
    }
    let condition = match Condition::read(text, names) {
        Ok(condition) => condition,
        Err(error) => {
            assert_placed(text, &error);
            return (parsed.is_ok(), false);
        }
    };
    let stored = serde_json::to_string(&condition).unwrap();
    assert_eq!(serde_json::from_str::<Condition>(&stored).unwrap(), condition);
    let words = condition.in_words(|kind, id| names.spelling(kind, id));
    match Condition::read(&words, names) {
        Ok(again) => assert_eq!(again, condition, "{words}"),
        // Full names may be longer than the ids that were typed, and brackets are added.
        Err(error) => assert!(
            error.message.contains("at most 4000 bytes") || error.message.contains("32 deep"),
            "{words}\n{error}"
        ),
    }
    assert!(!condition.sentence(|kind, id| names.spelling(kind, id)).is_empty());
    (true, true)
}

#[test]
fn mutated_conditions_are_read_or_refused_and_what_is_read_can_be_written() {
    let corpus = CORPUS.map(str::as_bytes);
    let dictionary = DICTIONARY.map(str::as_bytes);
    let material = Material { corpus: &corpus, dictionary: &dictionary, nesting: (b"(", b")") };
    let names = names();
    let (mut parsed, mut accepted) = (0, 0);
    let iterations = Mutator::from_environment(20_000).try_each(&material, |input| {
        let (is_parsed, is_accepted) = try_text(&String::from_utf8_lossy(input), &names);
        parsed += u64::from(is_parsed);
        accepted += u64::from(is_accepted);
    });
    println!("of {iterations} mutated conditions {parsed} were parsed and {accepted} accepted");
    // A fuzzer whose inputs are all refused, or all accepted, tests half of what it claims.
    let enough_to_tell = iterations >= 1_000;
    assert!(!enough_to_tell || 0 < accepted && accepted < parsed && parsed < iterations);
}

#[test]
fn every_text_of_the_corpus_is_accepted() {
    let names = names();
    for text in CORPUS {
        assert_eq!(try_text(text, &names), (true, true), "{text}");
    }
}

fn id() -> impl Strategy<Value = Id> {
    // Few, so that things meet; some are words of the grammar, or numbers.
    prop::sample::select(vec!["FR", "all", "and", "10", "contribute", "x-1", "..", "AND", "Z"])
        .prop_map(|text| Id::parse(text).unwrap())
}

fn formula() -> impl Strategy<Value = Formula> {
    let who = || prop_oneof![Just(Who::Others), Just(Who::All)];
    let amount = (1..10_u128.pow(24), 0..=9_u32)
        .prop_map(|(units, decimals)| Amount::from_scaled(units % 10_u128.pow(15), decimals))
        .prop_filter_map("an amount above zero", |amount| {
            amount.filter(|amount| !amount.is_zero())
        });
    let leaf = prop_oneof![
        3 => (id(), any::<bool>())
            .prop_map(|(circumstance, negated)| Formula::Circumstance { circumstance, negated }),
        3 => (prop::collection::btree_set(id(), 1..4), id()).prop_map(|(parties, resource)| {
            Formula::Contribute { parties: parties.into_iter().collect(), resource }
        }),
        1 => (1..=1_000_u32, who(), id())
            .prop_map(|(count, who, resource)| Formula::CountContribute { count, who, resource }),
        1 => (amount, who(), id())
            .prop_map(|(amount, who, resource)| Formula::SumCommit { amount, who, resource }),
    ];
    leaf.prop_recursive(6, 40, 4, |inner| {
        let parts = || (inner.clone(), prop::collection::vec(inner.clone(), 0..4));
        prop_oneof![
            parts().prop_map(|(first, rest)| Formula::any(first, rest)),
            parts().prop_map(|(first, rest)| Formula::every(first, rest)),
            (parts(), any::<u32>()).prop_map(|((first, rest), seed)| {
                let mut of = vec![first];
                for part in rest {
                    if !of.contains(&part) {
                        of.push(part);
                    }
                }
                let length = u32::try_from(of.len()).unwrap();
                Formula::AtLeastOf { count: seed % length + 1, of }
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_the_same(formula in formula()) {
        let condition = Condition::When(formula);
        let canonical = condition.canonical();
        let stored = serde_json::to_string(&condition).unwrap();
        let read = serde_json::from_str::<Condition>(&stored);
        prop_assert_eq!(read.ok(), Some(condition.clone()), "{}", canonical);
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in "\\PC{0,60}|(when )?[a-c \"();\\n]{0,40}") {
        if let Err(error) = parse(&text) {
            assert_placed(&text, &error);
        }
    }

    #[test]
    fn an_amount_survives_its_text_and_its_scale(units in 0..10_u128.pow(24), decimals in 0..=9_u32) {
        let amount = Amount::from_scaled(units, decimals);
        let Some(amount) = amount else {
            prop_assert!(units >= 10_u128.pow(19 + decimals));
            return Ok(());
        };
        prop_assert_eq!(amount.scaled(decimals), Some(units));
        let entered = Amount::parse(&amount.to_string());
        prop_assert_eq!(entered.ok(), (units < 10_u128.pow(15 + decimals)).then_some(amount));
    }
}
