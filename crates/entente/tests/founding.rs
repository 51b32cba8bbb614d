//! A coalition whose first person lost his link, or came too late, gets another one; and never again
//! once somebody is in.

mod running;

use record::SqliteStore;
use running::{Scratch, complaint, run};
use serde_json::Value;

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", complaint(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The acts of a record, as they lie on the disk.
fn acts(data: &str) -> Vec<Value> {
    use record::Store;
    let store = SqliteStore::open_read_only(std::path::Path::new(data)).expect("there is a record");
    let mut acts = Vec::new();
    let visit = &mut |_, entry: record::Entry| {
        let content = entry.content.expect("nothing was forgotten");
        acts.push(serde_json::from_slice(&content.bytes).expect("an act is JSON"));
    };
    store.read(0..u64::MAX, visit).expect("it reads");
    acts
}

#[test]
fn who_never_came_in_gets_another_link_and_the_first_lets_nobody_in_any_more() {
    let scratch = Scratch::new();
    let data = scratch.path("record").display().to_string();
    let first = json(&[
        "init",
        "--name",
        "Four towns",
        "--lead",
        "France",
        "--person",
        "Anna",
        "--json",
        "--data",
        &data,
    ]);
    let founded = acts(&data).len();
    let second = json(&["init", "--again", "--json", "--data", &data]);
    let of = |said: &Value| said["link"].as_str().expect("a link").to_owned();
    assert_ne!(of(&first), of(&second));
    let person = |link: &str| link.split('/').nth(2).map(str::to_owned);
    assert_eq!(person(&of(&first)), person(&of(&second)), "it is the same person");
    let all = acts(&data);
    assert_eq!(all.len(), founded + 2);
    let (stopped, made) = (&all[founded], &all[founded + 1]);
    assert_eq!(stopped["subject"], all[founded - 1]["subject"], "the first link");
    assert!(stopped["change"]["withdraw"].is_object(), "{stopped}");
    let link = &made["change"]["create"]["content"]["enrolment_link"];
    assert_eq!(link["expires"], second["link_expires"]);
    assert_eq!(made["by"], serde_json::json!({}), "it is the house's own act");
    assert_eq!(json(&["init", "--again", "--json", "--data", &data])["size"], founded + 4);
    let checked = json(&["record", "check", "--json", "--data", &data]);
    assert_eq!(checked["holds"], true);
}

#[test]
fn where_somebody_is_in_or_nobody_was_founded_there_is_no_other_first_link() {
    let scratch = Scratch::new();
    let data = scratch.path("demo");
    drop(running::Running::start(&data));
    let data = data.display().to_string();
    for (arguments, why) in [
        (vec!["init", "--again", "--data", &data], "nobody waits for a first link"),
        (vec!["init", "--again", "--data", "/nowhere/at/all"], ""),
        (vec!["init", "--again", "--name", "Four towns"], "cannot be used with"),
        (vec!["init", "--name", "Four towns"], "required"),
    ] {
        let output = run(&arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let said = complaint(&output);
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}
