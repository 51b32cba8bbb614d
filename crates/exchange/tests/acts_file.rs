//! The file of acts: what is read, and what is refused, where and with which words.

use exchange::acts_file::{self, Step};

const SOUND: &str = r#"[
  { "at": "2025-11-26T09:00:00Z", "by": {"person": "clerk", "party": "FR"}, "subject": "ES",
    "change": {"create": {"content": {"party": {"name": "España {", "standing": "member"}}}} },
  { "at": "2025-11-26T09:00:01Z", "by": {"person": "clerk", "party": "FR"}, "subject": "ES",
    "change": {"withdraw": {"reason": "left"}} }
]"#;

fn read(text: &str) -> Result<Vec<Step>, String> {
    acts_file::read("acts.json", text.as_bytes()).map_err(|errors| errors.plain())
}

#[test]
fn a_sound_file_is_read_into_steps_as_commands_have_them() {
    let steps = read(SOUND).unwrap();
    assert_eq!(steps.len(), 2);
    let [create, withdraw] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(create.change["create"]["content"]["party"]["name"], "España {");
    assert!(create.change["create"].get("marking").is_none(), "left to the house");
    assert_eq!(withdraw.change, serde_json::json!({"withdraw": {"reason": "left"}}));
}

/// What stands in the sound file; what to put in its place; where it is refused, and why.
const SPOILED: [(&str, &str, &str, &str); 8] = [
    ("]", "", "6:1", "EOF while parsing a list"),
    ("\"member\"", "\"friend\"", "3:88", "unknown variant `friend`, expected one of"),
    ("\"withdraw\"", "\"delete\"", "5:23", "unknown variant `delete`, expected one of"),
    ("\"reason\"", "\"resaon\"", "5:36", "unknown field `resaon`, expected `reason`"),
    (
        "\"by\": {\"person\": \"clerk\", \"party\": \"FR\"}, \"subject\": \"ES\",\n    \"change\": {\"w",
        "\"subjcet\": {\"w",
        "4:43",
        "unknown field `subjcet`",
    ),
    ("09:00:01Z", "09:00", "4:28", "failed to"),
    ("\"left\"", "7", "5:39", "invalid type: integer `7`, expected a"),
    ("\"party\": {\"name\"", "\"party\": {\"id\": 1, \"name\"", "3:52", "unknown field `id`"),
];

#[test]
fn every_spoiled_file_is_refused_at_its_place() {
    const AN_ACT: &str =
        "Mend it here or just before: an act has `at`, `by`, `subject` and `change`.";
    let mut wrong = Vec::new();
    for (sound, spoiled, place, what) in SPOILED {
        assert_eq!(SOUND.matches(sound).count(), 1, "{sound:?}");
        let found = read(&SOUND.replace(sound, spoiled)).unwrap_err();
        let start = format!("acts.json:{place}: This does not read as a list of acts: {what}");
        if !(found.starts_with(&start) && found.ends_with(AN_ACT)) {
            wrong.push(format!("{spoiled}\n{found}\nand not\n{start}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn acts_out_of_order_are_refused_at_the_later_one() {
    let found = read(&SOUND.replace("09:00:01Z", "08:00:01Z")).unwrap_err();
    assert_eq!(
        found,
        "acts.json:4:3: Act 2 was done before the one above it. Put the acts in the order in which they were done."
    );
}

#[test]
fn what_is_not_text_or_nests_too_deep_is_refused() {
    let errors = acts_file::read("acts.json", &[b'[', 0xc3, b']']).unwrap_err();
    assert_eq!(errors.plain(), "acts.json:1:2: This is not UTF-8 text. Save the file as UTF-8.");
    let deep = SOUND.replace("\"left\"", &"[".repeat(100_000));
    assert!(read(&deep).is_err());
    let answer = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
    let nested = SOUND.replace(
        "{\"party\": {\"name\": \"España {\", \"standing\": \"member\"}}",
        &format!("{{\"published_assessment\": {{\"title\": \"t\", \"guarantee\": \"g\", \"answer\": {answer}}}}}"),
    );
    assert!(read(&nested).unwrap_err().contains("recursion limit exceeded"));
}
