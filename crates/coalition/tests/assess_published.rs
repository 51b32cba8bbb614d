//! A published assessment carries the answer that the house made from its author's view.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use coalition::act::Change;
use coalition::content::{
    Circumstance, Coalition, Commitment, Guarantee, GuaranteeNeed, Holds, PublishedAssessment,
    Requires, Resource, Role, Stage,
};
use coalition::decide::{Command, Founding, decide, found};
use coalition::label::{Label, Marking};
use coalition::model::Scenario;
use coalition::text::Name;
use coalition::time::Point;
use coalition::{Act, Amount, Content, Id, Refusal, State, View, Viewer};
use jiff::Timestamp;

fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn take(state: &mut State, act: &Act) {
    state.apply(act.clone(), act.encode().into());
}

/// A coalition of one lead, FR, with a guarantee of 5 r once `peace` comes; FR promises 5 on `x`.
fn world() -> State {
    let entropy = |number: u8| [number; 10];
    let founding = Founding {
        coalition: Coalition {
            name: name("Four towns"),
            note: Default::default(),
            demonstration: true,
        },
        label: Label::Clear,
        party: (Some(id("FR")), name("France")),
        person: (Some(id("ann")), name("Ann")),
        role: Role::Head,
        link: None,
    };
    let mut state = State::new();
    for act in found(founding, Timestamp::UNIX_EPOCH, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(entropy)) {
        take(&mut state, &act);
    }
    let circumstance = |said: &str| {
        let (name, note) = (name(said), Default::default());
        Content::Circumstance(Circumstance { name, holds: Holds::Unknown, chance: None, note })
    };
    let resource = Resource { name: name("r"), unit: name("units"), note: Default::default() };
    let commitment = Commitment {
        name: None,
        party: id("FR"),
        resource: id("r"),
        matches: None,
        amount: Some(Amount::parse("5").unwrap()),
        from: None,
        until: None,
        condition: serde_json::from_str("\"when x\"").unwrap(),
        stage: Stage::Announced,
        basis: Default::default(),
        note: Default::default(),
        source: None,
    };
    let need = GuaranteeNeed {
        resource: id("r"),
        amount: Amount::parse("5").unwrap(),
        from: Point::Trigger(0),
        until: Point::Trigger(9),
        basis: Default::default(),
    };
    let guarantee = Guarantee {
        name: name("force"),
        trigger: Some(id("peace")),
        requires: Requires::All,
        needs: vec![need],
        note: Default::default(),
        source: None,
    };
    let silent = Guarantee { name: name("silent"), needs: vec![], ..guarantee.clone() };
    for (subject, content) in [
        ("peace", circumstance("peace")),
        ("x", circumstance("x")),
        ("r", Content::Resource(resource)),
        ("fr-r", Content::Commitment(commitment)),
        ("force", Content::Guarantee(guarantee)),
        ("silent", Content::Guarantee(silent)),
    ] {
        let act = make(&state, Some(id(subject)), content).unwrap();
        take(&mut state, &act);
    }
    state
}

fn make(state: &State, subject: Option<Id>, content: Content) -> Result<Act, Refusal> {
    let view = View::of(state, Viewer::of_person(state, &id("ann")));
    let size = u8::try_from(state.size()).unwrap();
    let marking = Marking::plain(Label::Amber);
    let change = Change::Create { content, marking };
    let command = Command { subject, revision: None, key: None, change };
    decide(&view, command, Timestamp::UNIX_EPOCH, [[size + 100; 10], [size + 150; 10]])
}

fn publish(guarantee: &str, scenario: Scenario) -> Result<serde_json::Value, Refusal> {
    let published = PublishedAssessment {
        title: name("As of today"),
        guarantee: id(guarantee),
        scenario,
        answer: serde_json::Value::String("what the author would like it to say".to_owned()),
        note: Default::default(),
    };
    let act = make(&world(), None, Content::PublishedAssessment(published))?;
    match act.change {
        Change::Create { content: Content::PublishedAssessment(said), .. } => Ok(said.answer),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_answer_is_the_houses_own_whatever_the_author_wrote_there() {
    let answer = publish("force", Scenario::default()).unwrap();
    assert_eq!(answer["guarantee"], "force");
    assert_eq!(answer["scenario"]["assume"], serde_json::json!(["peace"]));
    assert_eq!(answer["readings"]["firm"]["holds"], false);
    assert_eq!(answer["readings"]["firm"]["sufficient_sets"][0][0], "circumstance:x");
    let assumed = Scenario { assume: [id("x")].into(), ..Scenario::default() };
    assert_eq!(publish("force", assumed).unwrap()["readings"]["firm"]["holds"], true);
}

#[test]
fn a_scenario_of_things_that_are_not_there_is_refused_by_its_field() {
    for (scenario, part) in [
        (Scenario { assume: [id("nothing")].into(), ..Scenario::default() }, "scenario"),
        (Scenario { assume_not: [id("nothing")].into(), ..Scenario::default() }, "scenario"),
        (Scenario { without: [id("nobody")].into(), ..Scenario::default() }, "scenario"),
        (Scenario { assume_not: [id("peace")].into(), ..Scenario::default() }, "scenario"),
    ] {
        match publish("force", scenario.clone()) {
            Err(Refusal::Invalid { field, .. }) => {
                assert_eq!(field, format!("content.published_assessment.{part}"), "{scenario:?}");
            }
            other => panic!("{scenario:?}: {other:?}"),
        }
    }
    match publish("silent", Scenario::default()) {
        Err(Refusal::Invalid { field, why }) => {
            assert_eq!(field, "content.published_assessment.guarantee");
            assert!(why.contains("states no needs, cannot be assessed"), "{why}");
        }
        other => panic!("{other:?}"),
    }
}
