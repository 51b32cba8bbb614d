//! Acts: what `decide` says, for every kind of thing and everything that can be done to it.

use super::{Care, Row, Who, table};
use crate::world::World;
use coalition::act::Change;
use coalition::content::{Stage, Step};
use coalition::decide::{Command, decide};
use coalition::text::Text;
use coalition::{Kind, Refusal, Thing, View, Viewer};
use std::collections::BTreeMap;

/// How many worlds are asked to check the table: of each sort half. More are to write it.
const WORLDS: u64 = 24;
/// How many acts each has.
const ACTS: usize = 160;
/// How often each new thing is tried by each person of each world.
const TRIES: usize = 3;

/// What came of one sort of act by one sort of person.
#[derive(Clone, Copy, Default)]
struct Tally {
    own: bool,
    others: bool,
    refused: bool,
}

impl Tally {
    fn cell(self) -> String {
        match self {
            Tally { others: true, .. } => "yes",
            Tally { own: true, .. } => "own",
            Tally { refused: true, .. } => "no",
            _ => "–",
        }
        .into()
    }
}

#[derive(Default)]
struct Asked {
    tallies: BTreeMap<Who, Tally>,
    signed: bool,
}

/// What was found, by kind and by what is done.
type Found = BTreeMap<(Kind, &'static str), Asked>;

/// The order in which verbs stand.
const VERBS: [&str; 10] = [
    "create", "amend", "advance", "proceed", "suspend", "resume", "close", "reopen", "relabel",
    "withdraw",
];

pub(super) fn tables(care: Care) -> String {
    let mut found = Found::new();
    let worlds = if care == Care::Written { 6 * WORLDS } else { WORLDS };
    for seed in 0..worlds {
        let sort = if seed % 2 == 0 { World::grown } else { World::convened };
        ask_world(&mut sort(7_000 + seed, ACTS), &mut found);
    }
    let tried: Vec<Kind> = found.keys().map(|(kind, _)| *kind).collect();
    for kind in Kind::ALL {
        assert!(tried.contains(kind), "no world has a {}: add it to world.rs", kind.word());
    }
    let mut text = String::new();
    for kind in Kind::ALL {
        let rows: Vec<Row> = VERBS
            .iter()
            .filter_map(|verb| {
                let asked = found.get(&(*kind, *verb))?;
                let tally = |who: &Who| asked.tallies.get(who).copied().unwrap_or_default();
                Some(Row {
                    what: (*verb).to_owned(),
                    cells: Who::ALL.each_ref().map(|who| tally(who).cell()),
                    remark: if asked.signed { "signed".into() } else { String::new() },
                })
            })
            .collect();
        text.push_str(&table(kind.word(), "act", &rows));
    }
    text
}

fn ask_world(world: &mut World, found: &mut Found) {
    let mut people: Vec<_> = world.people.iter().cloned().map(Some).collect();
    people.sort();
    people.dedup();
    people.push(None);
    for person in people {
        let view = View::of(&world.state, Viewer::of(&world.state, person.as_ref()));
        for kind in Kind::ALL {
            for _ in 0..TRIES {
                let Some(content) = world.content(&view, *kind) else { continue };
                let marking = world.marking(&view);
                let change = Change::Create { content, marking };
                ask(world, &view, None, change, found);
            }
            for thing in view.of_kind(*kind) {
                for change in changes(world, &view, thing) {
                    ask(world, &view, Some(thing), change, found);
                }
            }
        }
    }
}

/// Everything that might be done to a thing.
fn changes(world: &mut World, view: &View, thing: &Thing) -> Vec<Change> {
    let kind = thing.content.kind();
    let reason = || Text::parse("for a reason").expect("a text");
    let mut changes = vec![
        Change::Amend { content: thing.content.clone() },
        Change::Suspend { reason: reason() },
        Change::Resume { reason: reason() },
        Change::Withdraw { reason: reason() },
        Change::Relabel { marking: world.marking(view) },
    ];
    changes.extend(world.content(view, kind).map(|content| Change::Amend { content }));
    match kind {
        Kind::Commitment => {
            changes.extend(Stage::ALL.map(|stage| Change::Advance { stage }));
        }
        Kind::Session => {
            changes.push(Change::Close { reason: reason() });
            changes.push(Change::Reopen { reason: reason() });
        }
        Kind::Floor => {
            let party = view.viewer().seated().map(|seated| seated.party.clone());
            let ask = party.clone().map(|party| Step::Ask { party });
            let call = party.map(|party| Step::Call { party });
            let steps = [Step::Begin {}, Step::Pause {}, Step::GoOn {}, Step::Yield {}];
            let steps = steps.into_iter().chain(ask).chain(call);
            changes.extend(steps.map(|step| Change::Proceed { step }));
        }
        _ => {}
    }
    changes
}

/// Asks the rules for one act, which is then thrown away.
fn ask(world: &World, view: &View, thing: Option<&Thing>, change: Change, found: &mut Found) {
    let kind = match (&change, thing) {
        (Change::Create { content, .. }, _) => content.kind(),
        (_, Some(thing)) => thing.content.kind(),
        (_, None) => return,
    };
    let (verb, important) = (change.key(), change.important(kind));
    let seated = view.viewer().seated();
    let own = match (thing, seated) {
        (Some(thing), Some(seated)) => {
            thing.author.party.as_ref() == Some(&seated.party)
                || thing.author.person.as_ref() == Some(&seated.person)
        }
        _ => false,
    };
    let subject = thing.map(|thing| thing.id.clone());
    let command = Command { subject, revision: None, key: None, change };
    let decided = decide(view, command, world.now, [[1; 10], [2; 10]]);
    let tally = |found: &mut Found, make: fn(&mut Tally)| {
        let asked = found.entry((kind, verb)).or_default();
        make(asked.tallies.entry(Who::of(view.viewer())).or_default());
    };
    match decided {
        Ok(_) => {
            assert!(seated.is_some(), "the public did this: {verb} {kind:?}");
            tally(found, if own { |tally| tally.own = true } else { |tally| tally.others = true });
            found.entry((kind, verb)).or_default().signed |= important;
        }
        Err(Refusal::NotAllowed(_) | Refusal::NotSeated) => {
            tally(found, |tally| tally.refused = true);
        }
        // It says something of the thing, not of who asks.
        Err(_) => {}
    }
}
