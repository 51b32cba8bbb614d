//! Who may do what is as it was reviewed: `docs/permissions.md` is what the rules say.

use simulator::permissions::{beyond_the_table, differences, nobody_comes_back, page};
use std::path::Path;

#[test]
fn the_reviewed_table_is_what_the_rules_and_the_routes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let page = page();
    if std::env::var("ENTENTE_WRITE").is_ok() {
        std::fs::write(&path, page).expect("docs can be written");
        return;
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let differences = differences(&reviewed, &page);
    assert!(
        reviewed == page,
        "{differences:#?}\nis not as docs/permissions.md has it. If it is meant, write that with ENTENTE_WRITE=1 cargo test -p simulator --test permissions, and read the difference.",
    );
}

#[test]
fn every_cell_that_is_not_as_it_was_is_named() {
    let page =
        "### party\n| create | yes | no | no | own | no | no | no | no | no | no | signed |\n";
    assert!(differences(page, page).is_empty());
    for (from, to) in [("own", "–"), ("own", "yes"), ("signed", "")] {
        let changed = page.replace(from, to);
        assert_eq!(differences(page, &changed).len(), 1, "{from} {to}");
    }
    assert_eq!(differences(page, &page.replace("create", "amend")).len(), 2);
}

#[test]
fn random_worlds_allow_nothing_that_the_table_does_not() {
    let beyond = beyond_the_table();
    assert!(beyond.is_empty(), "{} acts: {beyond:#?}", beyond.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_and_a_seat_that_ended_see_what_the_public_sees() {
    let asked = nobody_comes_back().await.unwrap_or_else(|how| panic!("{how}"));
    assert!(asked > 1_000, "only {asked}");
}
