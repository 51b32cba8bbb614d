//! The worked example, act by act, as the house would take it in.

use coalition::decide::{Asked, Entropy, decide, found};
use coalition::{State, View, Viewer};
use exchange::example::Example;

/// Different bytes for every act: its number.
fn entropy(number: u64, of: u8) -> Entropy {
    let mut bytes = [of; 10];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

pub fn replayed(example: Example) -> State {
    let mut state = State::new();
    let ids = std::array::from_fn(|place| entropy(u64::try_from(place).expect("seven"), 255));
    for act in found(example.founding, example.at, ids) {
        state.apply(act.clone(), act.encode().into());
    }
    for (number, step) in (0..).zip(example.steps) {
        let person = step.by.person.clone().expect("a step has an author");
        let viewer = Viewer::of_person(&state, &person);
        let party = viewer.seated().map(|seated| seated.party.clone());
        assert_eq!(party, step.by.party, "{person} sits for the party he acts for");
        let view = View::of(&state, viewer);
        let act = Asked::imported(step.subject.clone(), step.change.clone())
            .command(&view)
            .and_then(|command| {
                decide(&view, command, step.at, [entropy(number, 0), entropy(number, 1)])
            })
            .unwrap_or_else(|refusal| panic!("{} {}: {refusal}", step.subject, step.change));
        state.apply(act.clone(), act.encode().into());
    }
    state
}
