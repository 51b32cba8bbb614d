//! The two-worlds test catches every leak that is seeded: it would catch yours.
#![cfg(feature = "leaks")]

use headquarters::leaks::holes::HOLES;
use headquarters::leaks::{LEAKS, Leak, choose};
use simulator::two_worlds::{Asking, Pair};
use std::sync::{Arc, LazyLock};

/// The first pair of some that gives the leak away, and how. Two are compared at a time.
async fn compared(pairs: &[Arc<Pair>], asking: Asking) -> Option<String> {
    for two in pairs.chunks(2) {
        let compare = |pair: &Arc<Pair>| {
            let pair = Arc::clone(pair);
            tokio::spawn(async move { pair.compare(asking).await.found })
        };
        for comparing in two.iter().map(compare).collect::<Vec<_>>() {
            if let Some((asked, how)) = comparing.await.expect("nobody panics who compares") {
                let first_line = how.lines().next().unwrap_or_default();
                return Some(format!("{:?} {}: {first_line}", asked.method, asked.address));
            }
        }
    }
    None
}

/// The first pair of some that gives the leak away by the effort it takes. One after the other: that of a
/// whole process is counted.
async fn counted(pairs: &[Arc<Pair>]) -> Option<String> {
    for pair in pairs {
        if let Some((asked, how)) = pair.compare_effort().await.found {
            return Some(format!("{:?} {}: {how}", asked.method, asked.address));
        }
    }
    None
}

/// The pairs of the random worlds, made when they are asked for.
static WORLDS: LazyLock<Vec<Arc<Pair>>> = LazyLock::new(|| shared(Pair::of_worlds(300..312, 130)));

fn shared(pairs: Vec<Pair>) -> Vec<Arc<Pair>> {
    pairs.into_iter().map(Arc::new).collect()
}

/// The first pair of some that gives the leak away by what comes without being asked for.
fn told(pairs: &[Arc<Pair>]) -> Option<String> {
    let mut found = pairs.iter().filter_map(|pair| pair.compare_told().found);
    found.next().map(|(by, how)| format!("{}: {how}", by.address).lines().take(1).collect())
}

/// The first thing that gives the leak away: a glance at the worlds made by hand, what comes of them
/// without being asked for, then the same of every random one, then a longer look, else all in whole.
/// Where every answer says what it should, it is the effort.
async fn caught(leak: &Leak, scenes: &[Arc<Pair>]) -> Option<String> {
    if leak.is_silent() {
        return match counted(scenes).await {
            Some(how) => Some(how),
            None => counted(&WORLDS).await,
        };
    }
    if let Some(how) = compared(scenes, Asking::Glance).await.or_else(|| told(scenes)) {
        return Some(how);
    }
    for asking in [Asking::Glance, Asking::Look, Asking::Whole] {
        if let Some(how) = compared(&WORLDS, asking).await {
            return Some(how);
        }
        if asking == Asking::Glance
            && let Some(how) = told(&WORLDS)
        {
            return Some(how);
        }
    }
    None
}

const HEAD: &str = "# Leaks that are seeded

Made by the program from `crates/headquarters/src/leaks/table.rs`; `ENTENTE_WRITE=1 cargo test -p simulator
--features leaks --test leaks the_list` writes it anew.

Each of these is opened on purpose, one at a time, in a house that is compiled for it. Two houses whose records differ
only in what a viewer may not see are then asked the same, and `every_seeded_leak_is_caught` in
`crates/simulator/tests/leaks.rs` wants that something tells them apart: an answer, a message, what is heard on an open
stream of events, or, where all of these say what they should, the effort that an answer takes
([decision 31](decisions/0031-effort-is-counted.md)). With all of them closed, nothing may
(`crates/simulator/tests/two_worlds.rs` and `effort.rs`). Some of the worlds are random, and some are made by hand
(`crates/simulator/src/scenes.rs`), for what random ones hold too little of. Where the like was seen in a program that
people use, the report stands beside it. `ENTENTE_LEAK=words` opens only those whose names hold the words.

| what is told | seen in |
|---|---|
";

const HOLES_HEAD: &str = "
## Words that become more than words

These are opened in the same manner, and `every_seeded_hole_is_fallen_into` in `crates/simulator/tests/holes.rs` wants
that the walk over all pages, with hostile words in every field (`crates/simulator/tests/hostile_words.rs`), falls into
each.

| what is done with words |
|---|
";

#[test]
fn the_list_for_readers_is_that_of_the_leaks() {
    let program = |link: &str| {
        let known = ["hotcrp", "indico", "OpenSlides", "decidim", "openreview"];
        let of_advisory = if link.contains("GHSA") { "indico" } else { "elsewhere" };
        let of_link = known.into_iter().find(|name| link.contains(&format!("/{name}/")));
        of_link.unwrap_or(of_advisory).to_owned()
    };
    let rows: String = LEAKS
        .iter()
        .map(|leak| match leak.seen {
            "" => format!("| {} | |\n", leak.tells),
            link => format!("| {} | [{}]({link}) |\n", leak.tells, program(link)),
        })
        .collect();
    let holes: String = HOLES.iter().map(|hole| format!("| {hole} |\n")).collect();
    let page = format!("{HEAD}{rows}{HOLES_HEAD}{holes}");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/leaks.md");
    if std::env::var("ENTENTE_WRITE").is_ok() {
        std::fs::write(&path, &page).expect("docs can be written");
        return;
    }
    let told = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(told == page, "docs/leaks.md is not that of the table: {}", &HEAD[..160]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seeded_leak_is_caught() {
    choose(None);
    let scenes = shared(Pair::of_scenes());
    let mut missed = Vec::new();
    // Only those whose names hold this: for whoever adds one.
    let wanted = std::env::var("ENTENTE_LEAK").unwrap_or_default();
    let leaks = LEAKS.iter().enumerate().filter(|(_, leak)| leak.tells.contains(&wanted));
    let mut open = 0;
    for (number, leak) in leaks {
        open += 1;
        choose(Some(number));
        match caught(leak, &scenes).await {
            Some(how) => println!("caught: {}\n        by {how}", leak.tells),
            None => missed.push(leak.tells),
        }
    }
    choose(None);
    println!("{} of {open} seeded leaks caught", open - missed.len());
    assert!(missed.is_empty(), "missed: {missed:#?}");
}
