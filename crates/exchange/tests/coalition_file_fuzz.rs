//! Whatever is put into a coalition file, it is read or refused, and what is read can be written.

#[path = "../../../fuzz/mutate.rs"]
mod mutate;

use exchange::coalition_file;
use exchange::file_error::ERRORS_MAX;
use mutate::{Material, Mutator};

const CORPUS: [&str; 3] = [
    include_str!("sound.toml"),
    include_str!("../../../examples/four-towns.toml"),
    "[coalition]\nname = 'x'\n[[party]]\nid = \"A\"\nname = '''\nA'''\nstanding = \"member\"\n",
];

const DICTIONARY: [&str; 48] = [
    "[coalition]",
    "[[party]]",
    "[[circumstance]]",
    "[[resource]]",
    "[[need]]",
    "[[commitment]]",
    "[[guarantee]]",
    "[[guarantee.need]]",
    "[[source]]",
    "[party]",
    "\n",
    "id =",
    "name =",
    "note =",
    "label =",
    "audience =",
    "amount =",
    "matches = { rate = \"1\", above = \"100\", up_to = \"50\" }",
    "matches =",
    "rate =",
    "up_to =",
    "from =",
    "until =",
    "condition =",
    "requires =",
    "chance =",
    "source =",
    "basis =",
    "\"illustrative\"",
    "\"RED\"",
    "\"AMBER+STRICT\"",
    "\"suspended\"",
    "\"trigger+0d\"",
    "\"trigger+99999999999d\"",
    "2026-01-31",
    "9999-12-31",
    "\"9999999999999999\"",
    "1e400",
    "-0x1",
    "nan",
    "'when \"flood comes\"'",
    "\"\"\"\n",
    "'''",
    "\\u0000",
    "é",
    "{a=1}",
    "[\"BE\"]",
    "= 1",
];

/// Whether the input was read. Panics on a breach of what is promised of either.
fn try_bytes(bytes: &[u8]) -> bool {
    match coalition_file::read("fuzzed.toml", bytes) {
        Ok(file) => {
            let written = file.to_toml();
            let again = coalition_file::read("written.toml", written.as_bytes())
                .unwrap_or_else(|errors| panic!("{errors:?}\n{written}"));
            assert_eq!(again, file, "{written}");
            true
        }
        Err(errors) => {
            let told = errors.errors();
            assert!((1..=ERRORS_MAX).contains(&told.len()));
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
            for error in told {
                assert!((1..=lines).contains(&error.line), "{errors:?}");
                assert!(error.column >= 1 && !error.message.is_empty() && !error.help.is_empty());
            }
            let mut shown = String::new();
            let theme = miette::GraphicalTheme::unicode_nocolor();
            let handler = miette::GraphicalReportHandler::new_themed(theme);
            handler.render_report(&mut shown, &errors).expect("a string takes whatever is written");
            assert!(!shown.contains("Failed to read contents"), "{shown}");
            false
        }
    }
}

#[test]
fn mutated_files_are_read_or_refused_and_what_is_read_can_be_written() {
    let corpus = CORPUS.map(str::as_bytes);
    let dictionary = DICTIONARY.map(str::as_bytes);
    let material = Material { corpus: &corpus, dictionary: &dictionary, nesting: (b"[", b"]") };
    let mut accepted = 0;
    let iterations = Mutator::from_environment(4_000)
        .try_each(&material, |input| accepted += u64::from(try_bytes(input)));
    println!("of {iterations} mutated files {accepted} were accepted");
    // A fuzzer whose inputs are all refused, or all accepted, tests half of what it claims.
    assert!(iterations < 1_000 || 0 < accepted && accepted < iterations);
}

#[test]
fn every_file_of_the_corpus_is_accepted() {
    for text in CORPUS {
        assert!(try_bytes(text.as_bytes()), "{text}");
    }
}
