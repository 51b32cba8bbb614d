//! Who may do what is as it was reviewed: `docs/permissions.md` is what the rules say.

use simulator::permissions::{nobody_comes_back, page};
use std::path::Path;

#[test]
fn the_reviewed_table_is_what_the_rules_and_the_routes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let page = page();
    if std::env::var("ENTENTE_WRITE").is_ok() {
        std::fs::write(&path, &page).expect("docs can be written");
        return;
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let line = reviewed.lines().zip(page.lines()).position(|(one, other)| one != other);
    let at = line.unwrap_or_else(|| reviewed.lines().count().min(page.lines().count()));
    assert!(
        reviewed == page,
        "docs/permissions.md, line {}:\n  reviewed: {}\n  now:      {}\nIf the change is meant, write it with ENTENTE_WRITE=1 cargo test -p simulator --test permissions, and read the difference.",
        at + 1,
        reviewed.lines().nth(at).unwrap_or("the end"),
        page.lines().nth(at).unwrap_or("the end"),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_and_a_seat_that_ended_see_what_the_public_sees() {
    for seed in [9_101, 9_103, 9_105] {
        let asked =
            nobody_comes_back(seed).await.unwrap_or_else(|how| panic!("seed {seed}: {how}"));
        assert!(asked > 200, "seed {seed}: only {asked}");
    }
}
