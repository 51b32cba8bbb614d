//! All answers of systems that rest on quantities that match each other, against all assignments.

#[expect(dead_code, reason = "shared with tests that use the rest of it")]
mod world;

#[expect(dead_code, reason = "shared with tests that use the rest of it")]
mod pools;

use assurance::{
    Analysis, Bound, Definition, Evaluator, Exact, Node, Quantity, Reading, Refusal, System,
    SystemBuilder,
};
use pools::{Drawn, Stock, at_most, drawn, whole};
use std::cell::RefCell;
use std::collections::HashMap;
use world::{Dice, assignment, minimal_sets, name_of, probability};

const READINGS: [Reading; 2] = [Reading::Least, Reading::Greatest];

/// A member of the pool: in force when its party stays and its condition holds.
#[derive(Debug, Clone)]
struct Member {
    party: usize,
    kind: Kind,
    condition: Condition,
}

#[derive(Debug, Clone)]
enum Kind {
    Fixed(u128),
    Matching(Drawn),
}

#[derive(Debug, Clone)]
enum Condition {
    Always,
    /// That the others, or all, have so much in force.
    Sum {
        need: u128,
        all: bool,
    },
    Member(usize),
    Either(Box<Condition>, Box<Condition>),
    /// That a variable beyond the parties does not hold.
    Denied(usize),
}

/// Amounts of all members, by reading and by who is in force.
type Known = HashMap<(Reading, Vec<bool>), Vec<Exact>>;

#[derive(Debug, Clone)]
struct Coalition {
    parties: usize,
    variables: usize,
    members: Vec<Member>,
    need: u128,
    counted: Vec<usize>,
    /// Whether the top asks for the need not to be covered.
    denied: bool,
    known: RefCell<Known>,
}

impl Coalition {
    fn drawn(dice: &mut Dice) -> Self {
        let parties = 2 + dice.below(4);
        let variables = parties + 1 + dice.below(2);
        let count = parties + dice.below(4);
        let members: Vec<Member> = (0..count)
            .map(|at| {
                let party = if at < parties { at } else { dice.below(parties) };
                let kind = if dice.below(2) == 0 {
                    Kind::Fixed(1 + dice.below(12) as u128)
                } else {
                    let group = u32::try_from(party).expect("a few");
                    Kind::Matching(Drawn { group, ..drawn(dice, parties) })
                };
                let condition = condition(dice, variables - parties, count, 2);
                Member { party, kind, condition }
            })
            .collect();
        let counted = (0..count).filter(|_| dice.below(4) > 0).collect();
        let need = 1 + dice.below(40) as u128;
        Coalition {
            parties,
            variables,
            members,
            need,
            counted,
            denied: dice.below(8) == 0,
            known: RefCell::default(),
        }
    }

    /// The fixpoint by rounds: amounts by all choices of regimes, then every member again.
    fn settled(&self, reading: Reading, holds: &[bool]) -> (Vec<bool>, Vec<Exact>) {
        let mut in_force = vec![reading == Reading::Greatest; self.members.len()];
        loop {
            let amounts = self.amounts(reading, &in_force);
            let next: Vec<bool> = (0..self.members.len())
                .map(|at| {
                    let Member { party, condition, .. } = &self.members[at];
                    holds[*party] && self.holds(condition, *party, holds, &in_force, &amounts)
                })
                .collect();
            if next == in_force {
                return (in_force, amounts);
            }
            in_force = next;
        }
    }

    fn amounts(&self, reading: Reading, in_force: &[bool]) -> Vec<Exact> {
        if let Some(known) = self.known.borrow().get(&(reading, in_force.to_vec())) {
            return known.clone();
        }
        let amounts = self.solved(reading, in_force);
        self.known.borrow_mut().insert((reading, in_force.to_vec()), amounts.clone());
        amounts
    }

    fn solved(&self, reading: Reading, in_force: &[bool]) -> Vec<Exact> {
        let mut stock = Stock { fixed: Vec::new(), quantities: Vec::new() };
        for (member, _) in self.members.iter().zip(in_force).filter(|(_, is)| **is) {
            match &member.kind {
                Kind::Fixed(amount) => {
                    stock.fixed.push((u32::try_from(member.party).expect("a few"), *amount));
                }
                Kind::Matching(drawn) => stock.quantities.push(*drawn),
            }
        }
        let all = stock.solutions();
        let outermost = all.iter().find(|one| {
            all.iter().all(|other| match reading {
                Reading::Least => at_most(one, other),
                Reading::Greatest => at_most(other, one),
            })
        });
        let mut solved = outermost.expect("some regimes are consistent").iter();
        let amount = |(member, is): (&Member, &bool)| match (&member.kind, is) {
            (_, false) => whole(0),
            (Kind::Fixed(amount), true) => whole(*amount),
            (Kind::Matching(_), true) => solved.next().expect("one for each").clone(),
        };
        self.members.iter().zip(in_force).map(amount).collect()
    }

    fn holds(
        &self,
        condition: &Condition,
        party: usize,
        holds: &[bool],
        in_force: &[bool],
        amounts: &[Exact],
    ) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Denied(at) => !holds[self.parties + at],
            Condition::Member(at) => in_force[*at],
            Condition::Sum { need, all } => {
                let members = self.members.iter().zip(amounts);
                let theirs = members.filter(|(member, _)| *all || member.party != party);
                theirs.map(|(_, amount)| amount).sum::<Exact>() >= whole(*need)
            }
            Condition::Either(one, other) => [one, other]
                .into_iter()
                .any(|part| self.holds(part, party, holds, in_force, amounts)),
        }
    }

    fn top(&self, amounts: &[Exact]) -> bool {
        let covered: Exact = self.counted.iter().map(|at| &amounts[*at]).sum();
        (covered >= whole(self.need)) != self.denied
    }

    fn build(&self) -> Result<Built, Refusal> {
        let mut builder = SystemBuilder::new();
        (0..self.variables).for_each(|at| {
            builder.variable(&name_of(at));
        });
        let names: Vec<Definition> =
            (0..self.members.len()).map(|at| builder.definition(&format!("m{at}"))).collect();
        let pool = builder.pool();
        let mut quantities = vec![None; names.len()];
        for (at, member) in self.members.iter().enumerate() {
            let when = builder.reference(names[at]);
            let group = u32::try_from(member.party).expect("a few");
            match &member.kind {
                Kind::Fixed(amount) => builder.fixed(pool, group, *amount, when)?,
                Kind::Matching(drawn) => {
                    quantities[at] = Some(builder.matching(pool, group, drawn.terms(), when)?);
                }
            }
        }
        for (name, member) in names.iter().zip(&self.members) {
            let party = builder.variable(&name_of(member.party));
            let stays = builder.literal(party);
            let condition =
                self.node(&mut builder, &member.condition, member.party, &names, &quantities)?;
            let body = builder.and(&[stays, condition]);
            builder.define(*name, body)?;
        }
        let covered = self.sum(&mut builder, self.need, &self.counted, &names, &quantities)?;
        let top = if self.denied { builder.not(covered) } else { covered };
        Ok(Built { system: builder.finish()?, top, names, quantities })
    }

    fn node(
        &self,
        builder: &mut SystemBuilder,
        condition: &Condition,
        party: usize,
        names: &[Definition],
        quantities: &[Option<Quantity>],
    ) -> Result<Node, Refusal> {
        Ok(match condition {
            Condition::Always => builder.constant(true),
            Condition::Denied(at) => {
                let variable = builder.variable(&name_of(self.parties + at));
                let literal = builder.literal(variable);
                builder.not(literal)
            }
            Condition::Member(at) => builder.reference(names[*at]),
            Condition::Sum { need, all } => {
                let members = 0..self.members.len();
                let counted = members.filter(|at| *all || self.members[*at].party != party);
                let counted: Vec<usize> = counted.collect();
                self.sum(builder, *need, &counted, names, quantities)?
            }
            Condition::Either(one, other) => {
                let one = self.node(builder, one, party, names, quantities)?;
                let other = self.node(builder, other, party, names, quantities)?;
                builder.or(&[one, other])
            }
        })
    }

    fn sum(
        &self,
        builder: &mut SystemBuilder,
        need: u128,
        counted: &[usize],
        names: &[Definition],
        quantities: &[Option<Quantity>],
    ) -> Result<Node, Refusal> {
        let mut inputs = Vec::new();
        for at in counted {
            if let Kind::Fixed(amount) = self.members[*at].kind {
                inputs.push((amount, builder.reference(names[*at])));
            }
        }
        let matching: Vec<Quantity> = counted.iter().filter_map(|at| quantities[*at]).collect();
        builder.sum_at_least(need, &inputs, &matching)
    }
}

fn condition(dice: &mut Dice, open: usize, count: usize, depth: usize) -> Condition {
    match dice.below(8) {
        0 | 1 => Condition::Always,
        2..5 => Condition::Sum { need: 1 + dice.below(30) as u128, all: dice.below(3) == 0 },
        5 => Condition::Member(dice.below(count)),
        6 if depth > 0 => Condition::Either(
            Box::new(condition(dice, open, count, depth - 1)),
            Box::new(condition(dice, open, count, depth - 1)),
        ),
        _ => Condition::Denied(dice.below(open)),
    }
}

struct Built {
    system: System,
    top: Node,
    names: Vec<Definition>,
    quantities: Vec<Option<Quantity>>,
}

#[test]
fn conditions_and_amounts_settle_together_and_every_answer_is_that_of_all_assignments() {
    let (mut unlike, mut sets_seen) = (0, 0);
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let coalition = Coalition::drawn(&mut dice);
        let built = coalition.build().expect("negation of variables only");
        let mut tables = Vec::new();
        for reading in READINGS {
            let says = || format!("seed {seed} {reading:?} {coalition:#?}\n{}", built.system);
            let mut evaluator = Evaluator::new(&built.system, reading);
            let mut narrow = Evaluator::of(&built.system, reading, &[built.top]);
            let mut table = Vec::new();
            for bits in 0..1 << coalition.variables {
                let holds = assignment(bits, coalition.variables);
                let (in_force, amounts) = coalition.settled(reading, &holds);
                evaluator.evaluate(&holds);
                for (at, name) in built.names.iter().enumerate() {
                    assert_eq!(
                        evaluator.defined(*name),
                        in_force[at],
                        "m{at} {holds:?} {}",
                        says()
                    );
                    if let Some(quantity) = built.quantities[at] {
                        assert_eq!(
                            evaluator.amount(quantity),
                            amounts[at],
                            "m{at} {holds:?} {}",
                            says()
                        );
                    }
                }
                let top = coalition.top(&amounts);
                narrow.evaluate(&holds);
                assert_eq!(evaluator.holds(built.top), top, "{holds:?} {}", says());
                assert_eq!(narrow.holds(built.top), top, "{holds:?} {}", says());
                table.push(top);
            }
            check_partial(&built, reading, &table, &mut dice, &says);
            check_suppositions(&coalition, &built, reading, &mut dice, &says);
            sets_seen += check_analysis(&built, reading, &table, &mut dice, &says);
            tables.push(table);
        }
        unlike += usize::from(tables[0] != tables[1]);
    }
    assert!(unlike > 20, "only {unlike} tops depended on the reading");
    assert!(sets_seen > 500, "only {sets_seen} sets were compared");
}

/// From anywhere to anywhere, and back: who is in force, and every amount.
fn check_suppositions(
    coalition: &Coalition,
    built: &Built,
    reading: Reading,
    dice: &mut Dice,
    says: &impl Fn() -> String,
) {
    let variables: Vec<_> = built.system.variables().collect();
    let mut evaluator = Evaluator::new(&built.system, reading);
    let mut told = Vec::new();
    for _ in 0..6 {
        let start = assignment(dice.below(1 << coalition.variables), coalition.variables);
        evaluator.evaluate(&start);
        told.push(format!("evaluated {start:?}"));
        let mut changes: Vec<(usize, bool)> = Vec::new();
        for _ in 0..5 {
            changes.truncate(dice.below(changes.len() + 1));
            for _ in 0..dice.below(3) {
                changes.push((dice.below(coalition.variables), dice.below(2) == 0));
            }
            told.push(format!("supposed {changes:?}"));
            evaluator.suppose(changes.iter().map(|(at, value)| (variables[*at], *value)));
            let mut holds = start.clone();
            changes.iter().for_each(|(at, value)| holds[*at] = *value);
            let (in_force, amounts) = coalition.settled(reading, &holds);
            assert_eq!(evaluator.definitions()[..in_force.len()], in_force, "{told:#?} {}", says());
            for (quantity, amount) in built.quantities.iter().zip(&amounts) {
                if let Some(quantity) = quantity {
                    assert_eq!(evaluator.amount(*quantity), *amount, "{told:#?} {}", says());
                }
            }
            assert_eq!(evaluator.holds(built.top), coalition.top(&amounts), "{told:#?} {}", says());
        }
    }
}

fn check_partial(
    built: &Built,
    reading: Reading,
    table: &[bool],
    dice: &mut Dice,
    says: &impl Fn() -> String,
) {
    let variables = table.len().ilog2() as usize;
    let mut evaluator = Evaluator::new(&built.system, reading);
    for _ in 0..6 {
        let open: Vec<bool> = (0..variables).map(|_| dice.below(2) == 0).collect();
        let bits = dice.below(table.len());
        let given: Vec<Option<bool>> =
            (0..variables).map(|at| (!open[at]).then_some(bits >> at & 1 == 1)).collect();
        let agrees =
            |other: &usize| (0..variables).all(|at| open[at] || (other ^ bits) >> at & 1 == 0);
        let values: Vec<bool> = (0..table.len()).filter(agrees).map(|at| table[at]).collect();
        evaluator.evaluate_partial(&given, assurance::Bias::Certain);
        let certain = evaluator.holds(built.top);
        assert!(!certain || values.iter().all(|value| *value), "{given:?} {}", says());
        evaluator.evaluate_partial(&given, assurance::Bias::Possible);
        let possible = evaluator.holds(built.top);
        assert!(possible || values.iter().all(|value| !*value), "{given:?} {}", says());
    }
}

fn check_analysis(
    built: &Built,
    reading: Reading,
    table: &[bool],
    dice: &mut Dice,
    says: &impl Fn() -> String,
) -> usize {
    let variables = table.len().ilog2() as usize;
    let all: Vec<_> = built.system.variables().collect();
    let analysis = Analysis::new(&built.system, built.top, reading, &[], Bound::default());
    assert_eq!(analysis.stopped(), None, "{}", says());
    let chances: Vec<f64> = (0..variables).map(|_| dice.chance()).collect();
    let answer = analysis.likelihood(&chances).expect("chances from 0 to 1");
    let (holds, fails) = probability(table, &chances);
    assert!((answer.holds.low - holds).abs() <= holds * 1e-12, "{}", says());
    assert!((answer.fails.low - fails).abs() <= fails * 1e-12, "{}", says());
    let flips: Vec<usize> = (0..variables).collect();
    let mut seen = 0;
    for (base, target) in [(table.len() - 1, false), (0, true), (dice.below(table.len()), true)] {
        let values = assignment(base, variables);
        assert_eq!(analysis.holds(&values), table[base], "{}", says());
        let expected = minimal_sets(table, base, &flips, target);
        let sets = analysis.minimal_sets(&values, &all, target);
        assert!(sets.is_complete());
        assert_eq!(sets.iter().collect::<Vec<_>>(), expected, "{base} {target} {}", says());
        seen += expected.len();
    }
    seen
}

#[test]
fn at_the_bound_the_search_by_order_takes_over_and_says_so() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let coalition = Coalition::drawn(&mut dice);
        let built = coalition.build().expect("negation of variables only");
        let tight = Bound { nodes_max: 3, steps_max: 20, evaluations_max: 50 };
        let analysis = Analysis::new(&built.system, built.top, Reading::Greatest, &[], tight);
        let exact =
            Analysis::new(&built.system, built.top, Reading::Greatest, &[], Bound::default());
        let chances: Vec<f64> = (0..coalition.variables).map(|_| dice.chance()).collect();
        let told = analysis.likelihood(&chances).expect("chances from 0 to 1").holds;
        let holds = exact.likelihood(&chances).expect("chances from 0 to 1").holds.low;
        assert!(told.low <= holds + 1e-12 && holds <= told.high + 1e-12, "seed {seed}");
    }
}
