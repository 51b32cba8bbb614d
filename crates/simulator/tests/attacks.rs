//! The table of attacks in SECURITY.md names tests: each is there, and is a test.

use std::path::Path;

#[test]
fn every_attack_of_the_table_is_tried_by_a_test_that_exists() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(house.join(path));
    let security = read("SECURITY.md").expect("SECURITY.md is there");
    let table = security.split("\n## Attacks\n").nth(1).expect("it has a table of attacks");
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let (mut tests, mut missing) = (0, Vec::new());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let &[attack, _, named] = cells.as_slice() else { panic!("three columns: {row}") };
        let mut text = String::new();
        let before = tests;
        for word in named.split('`').skip(1).step_by(2) {
            if word.contains('/') {
                text = read(word).unwrap_or_else(|error| panic!("{word}: {error}"));
                continue;
            }
            tests += 1;
            let there =
                text.split(&format!("fn {word}(")).next().filter(|head| head.len() < text.len());
            // What stands before a test is that it is one.
            if !there.is_some_and(|head| {
                head.rsplit("\n\n").next().is_some_and(|last| last.contains("test"))
            }) {
                missing.push(format!("{attack}: {word}"));
            }
        }
        assert!(tests > before, "nothing tries {attack}");
    }
    assert!(missing.is_empty(), "no such tests:\n{}", missing.join("\n"));
    assert!(tests > 40, "{tests}");
}
