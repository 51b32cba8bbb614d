//! Acts: what `decide` says, for every kind of thing and everything that can be done to it.

use super::assembly::{After, Assembly};
use super::relation::Relation;
use super::{Asked, Row, Who, table};
use crate::world::World;
use coalition::act::Change;
use coalition::content::{Session, Step};
use coalition::decide::{Command, decide};
use coalition::floor::Proceedings;
use coalition::{Content, Id, Kind, Refusal, Thing, View, Viewer};
use std::collections::BTreeMap;

mod tried;

/// How many random worlds are held against the table.
const WORLDS: u64 = 12;
/// How many acts each has.
const ACTS: usize = 160;

/// The order in which verbs stand.
const VERBS: [&str; 26] = [
    "create", CLOSED, "amend", "report", "advance", "attach", "destroy", "postpone", "suspend",
    "resume", "close", "reopen", "relabel", "withdraw", "publish", "begin", "pause", "go_on",
    "adjourn", "turn", "ask", "retract", "give", "call", "yield", "undo",
];
const CLOSED: &str = "create, in a closed session";

/// What came of asking, by kind and by what is done.
pub(super) struct Acts {
    asked: BTreeMap<(Kind, &'static str), Asked>,
    signed: BTreeMap<(Kind, &'static str), bool>,
}

/// Something that was asked of the rules.
struct Attempt {
    kind: Kind,
    verb: &'static str,
    relation: Relation,
    important: bool,
    /// Nothing, if the refusal says something of the thing and not of who asks.
    allowed: Option<bool>,
}

impl Acts {
    pub(super) fn of_the_assembly(made: &Assembly) -> Acts {
        let mut acts = Acts { asked: BTreeMap::new(), signed: BTreeMap::new() };
        let taken_back = Assembly::of(After::TakenBack);
        for (assembly, after) in [(made, After::Made), (&taken_back, After::TakenBack)] {
            for (place, member, person) in assembly.everybody_by_name() {
                let view = assembly.view(&person);
                let who = Who::of(view.viewer());
                let attempts = assembly.attempts(&view, place, &person, after);
                for (thing, change) in attempts {
                    let thing = thing.and_then(|id| view.get(&id));
                    acts.note(who, &member, &attempt(&assembly.world, &view, thing, change));
                }
            }
        }
        acts.public(made);
        acts.is_whole();
        acts
    }

    /// Whether there is a lawful subject for every kind of act: what nobody may do, the house does.
    fn is_whole(&self) {
        let done = |kind: Option<&Kind>, verb: &str| {
            let mut of = self
                .asked
                .iter()
                .filter(|((known, of), _)| *of == verb && kind.is_none_or(|kind| kind == known));
            of.any(|(_, asked)| asked.allows_somebody())
        };
        for verb in VERBS.iter().filter(|verb| **verb != "publish") {
            assert!(done(None, verb), "nobody may {verb} anything: the assembly lacks something");
        }
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Coalition) {
            let word = kind.word();
            assert!(done(Some(kind), "create"), "nobody may make a {word}: add it to the assembly");
        }
    }

    /// Whoever has no seat is refused everything that anybody tries.
    fn public(&mut self, assembly: &Assembly) {
        let nobody = assembly.gone.iter().map(|(_, person)| Some(person)).chain([None]);
        let (place, _, lead) = assembly.everybody()[0].clone();
        let everything = assembly.view(&lead);
        for person in nobody {
            let state = &assembly.world.state;
            let view = View::of(state, Viewer::of(state, person));
            for (thing, change) in assembly.attempts(&everything, place, &lead, After::Made) {
                let thing = thing.and_then(|id| everything.get(&id));
                self.note(
                    Who::of(view.viewer()),
                    "",
                    &attempt(&assembly.world, &view, thing, change),
                );
            }
        }
    }

    fn note(&mut self, who: Who, member: &str, attempt: &Attempt) {
        let Attempt { kind, verb, relation, important, allowed } = *attempt;
        let asked = self.asked.entry((kind, verb)).or_default();
        let Some(allowed) = allowed else { return };
        asked.found(who, member).note(relation, allowed);
        *self.signed.entry((kind, verb)).or_default() |= allowed && important;
    }

    pub(super) fn tables(&self) -> String {
        let mut text = String::new();
        for kind in Kind::ALL {
            let of =
                VERBS.iter().filter_map(|verb| Some((*verb, self.asked.get(&(*kind, *verb))?)));
            let (some, none): (Vec<_>, Vec<_>) = of.partition(|(_, asked)| asked.allows_somebody());
            let row = |(verb, asked): &(&str, &Asked)| Row {
                what: (*verb).to_owned(),
                cells: asked.cells(),
                remark: match self.signed.get(&(*kind, *verb)) {
                    Some(true) => "signed",
                    _ => "",
                },
            };
            text.push_str(&table(kind.word(), "act", &some.iter().map(row).collect::<Vec<_>>()));
            // Of those that every kind could know: what only one has is no surprise elsewhere.
            let common = ["create", "amend", "suspend", "resume", "relabel", "withdraw"];
            let none = none.iter().map(|(verb, _)| *verb).filter(|verb| common.contains(verb));
            let none: Vec<&str> = none.collect();
            if none.is_empty() {
                continue;
            }
            text.push_str(&format!("| nobody may {} | | | | | | | | | | | |\n", none.join(", ")));
        }
        text
    }

    /// What people of random worlds may do that nobody like them may do here.
    pub(super) fn beyond(&self) -> Vec<String> {
        let mut beyond = Vec::new();
        for seed in 0..WORLDS {
            let sort = if seed % 2 == 0 { World::grown } else { World::convened };
            let mut world = sort(7_000 + seed, ACTS);
            for (who, attempt) in tried::in_a_random_world(&mut world) {
                if attempt.allowed == Some(true) && !self.covers(who, &attempt) {
                    let Attempt { kind, verb, relation, .. } = attempt;
                    beyond.push(format!(
                        "seed {seed}: {who:?}: {verb} a {}: {relation:?}",
                        kind.word()
                    ));
                }
            }
        }
        beyond.sort();
        beyond.dedup();
        beyond
    }

    fn covers(&self, who: Who, attempt: &Attempt) -> bool {
        let asked = self.asked.get(&(attempt.kind, attempt.verb));
        asked.is_some_and(|asked| asked.of(who).any(|(_, found)| found.covers(attempt.relation)))
    }
}

/// Asks the rules for one act, which is then thrown away.
fn attempt(world: &World, view: &View, thing: Option<&Thing>, change: Change) -> Attempt {
    let content = match (&change, thing) {
        (Change::Create { content, .. }, _) => content,
        (_, Some(thing)) => &thing.content,
        (_, None) => unreachable!("what is changed is there"),
    };
    let kind = content.kind();
    let verb = verb(view, thing, &change);
    let important = change.important(kind);
    let mut relation = Relation::of(view, thing, content);
    if let (Change::Proceed { step }, Some(thing)) = (&change, thing) {
        relation = relation.taken_for(view, spoken_for(thing, step).as_ref());
    }
    let subject = thing.map(|thing| thing.id.clone());
    let command = Command { subject, revision: None, key: None, change };
    let allowed = match decide(view, command, world.now, [[1; 10], [2; 10]]) {
        Ok(_) => Some(true),
        Err(Refusal::NotAllowed(_) | Refusal::NotSeated) => Some(false),
        Err(_) => None,
    };
    Attempt { kind, verb, relation, important, allowed }
}

/// Whom a step on a floor is taken for.
fn spoken_for(floor: &Thing, step: &Step) -> Option<Id> {
    let now = Proceedings::of(&floor.steps);
    match step {
        Step::Ask { party } => Some(party.clone()),
        Step::Retract { request } => {
            now.list.iter().find(|asked| asked.id == *request).map(|asked| asked.party.clone())
        }
        Step::Yield {} => now.speaking.as_ref().map(|speech| speech.party.clone()),
        _ => None,
    }
}

/// What a change is called in the table.
fn verb(view: &View, thing: Option<&Thing>, change: &Change) -> &'static str {
    let closed = |content: &Content| {
        let session = content.session().and_then(|id| view.find::<Session>(id));
        session.is_some_and(|(_, said)| said.closed || said.shut)
    };
    match (change, thing.map(|thing| &thing.content)) {
        (Change::Create { content, .. }, _) if closed(content) => CLOSED,
        (
            Change::Amend { content: Content::ActionPoint(said) },
            Some(Content::ActionPoint(known)),
        ) => {
            let mut reported = known.clone();
            (reported.progress, reported.reason) = (said.progress, said.reason.clone());
            if reported == *said { "report" } else { "amend" }
        }
        (Change::Proceed { step }, _) => step.key(),
        (change, _) => change.key(),
    }
}
