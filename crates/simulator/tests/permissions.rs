//! Who may do what is as it was reviewed: `docs/permissions.md` is what the rules say.

use simulator::permissions::{Care, beyond, nobody_comes_back, page};
use std::path::Path;

#[test]
fn the_reviewed_table_is_what_the_rules_and_the_routes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var("ENTENTE_WRITE").is_ok() {
        std::fs::write(&path, page(Care::Written)).expect("docs can be written");
        return;
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    let beyond = beyond(&reviewed, &page(Care::Checked));
    assert!(
        beyond.is_empty(),
        "{beyond:#?}\nis not as docs/permissions.md has it. If it is meant, write that with ENTENTE_WRITE=1 cargo test -p simulator --test permissions, and read the difference.",
    );
}

#[test]
fn what_is_allowed_beyond_the_table_is_named() {
    let page = "### party\n| create | yes | no | no | own | no | no | no | signed |\n";
    assert!(beyond(page, page).is_empty());
    assert!(beyond(page, &page.replace("own", "–")).is_empty(), "what did not come up");
    assert_eq!(beyond(page, &page.replace("own", "yes")).len(), 1);
    assert_eq!(beyond(page, &page.replace("| signed", "| ")).len(), 1);
    assert_eq!(beyond(page, &page.replace("create", "amend")).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_and_a_seat_that_ended_see_what_the_public_sees() {
    for seed in [9_101, 9_103, 9_105] {
        let asked =
            nobody_comes_back(seed).await.unwrap_or_else(|how| panic!("seed {seed}: {how}"));
        assert!(asked > 200, "seed {seed}: only {asked}");
    }
}
