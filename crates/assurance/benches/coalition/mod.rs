//! Generated systems of the shape that a coalition has: promises with conditions on each other,
//! and needs over time that their amounts must cover.

use assurance::{Definition, Node, System, SystemBuilder, Variable};

/// What kind of coalition to generate.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub parties: usize,
    pub circumstances: usize,
    pub resources: usize,
    pub commitments: usize,
    pub needs: usize,
    /// Points in time at which each need must be covered.
    pub moments: usize,
    /// Amounts are multiples of this...
    pub amount_step: usize,
    /// ...up to so many of it.
    pub amount_steps: usize,
    /// Percent of what is there that a need asks for, from and to.
    pub asked: (usize, usize),
    /// Percent of the commitments that have a condition.
    pub conditional: usize,
    /// Whether each party promises in a few resources only, as parties do.
    pub specialised: bool,
}

/// Thirty-five parties, five hundred commitments, sixty needs over two years.
pub const TYPICAL: Shape = Shape {
    parties: 35,
    circumstances: 12,
    resources: 10,
    commitments: 500,
    needs: 60,
    moments: 24,
    amount_step: 500,
    amount_steps: 10,
    asked: (50, 90),
    conditional: 60,
    specialised: true,
};

pub struct Coalition {
    pub system: System,
    pub top: Node,
    pub parties: Vec<Variable>,
    pub edges: usize,
    /// Bodies of the definitions as plain data, for the naive baseline.
    pub plain: Vec<Plain>,
}

/// A commitment, written down the plain way.
pub struct Plain {
    pub party: usize,
    pub condition: Condition,
}

#[derive(Clone)]
pub enum Condition {
    Always,
    /// At least so many of these groups have a commitment in force.
    Count(usize, Vec<Vec<usize>>),
    /// The amounts in force reach this.
    Amount(u128, Vec<(u128, usize)>),
    /// These circumstances: all, or any.
    Circumstances(bool, Vec<usize>),
}

struct Promise {
    party: usize,
    resource: usize,
    amount: u128,
    from: usize,
    until: usize,
}

pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("below a usize")
    }
}

impl Shape {
    pub fn generate(&self, seed: u64) -> Coalition {
        let mut dice = Dice(seed);
        let promises = self.promises(&mut dice);
        let conditions: Vec<Condition> =
            (0..promises.len()).map(|at| self.condition(&mut dice, &promises, at)).collect();
        let mut builder = SystemBuilder::new();
        let parties: Vec<Variable> =
            (0..self.parties).map(|at| builder.variable(&format!("party:{at:02}"))).collect();
        let circumstances: Vec<Variable> = (0..self.circumstances)
            .map(|at| builder.variable(&format!("circumstance:{at:02}")))
            .collect();
        let names: Vec<Definition> =
            (0..promises.len()).map(|at| builder.definition(&format!("c{at}"))).collect();
        let mut edges = 0;
        for (at, promise) in promises.iter().enumerate() {
            let condition =
                condition_node(&mut builder, &names, &circumstances, &conditions[at], &mut edges);
            let stays = builder.literal(parties[promise.party]);
            let body = builder.and(&[stays, condition]);
            edges += 2;
            builder.define(names[at], body).expect("first body");
        }
        let needs = self.needs(&mut dice, &mut builder, &names, &promises, &mut edges);
        let top = builder.and(&needs);
        let system = builder.finish().expect("monotone");
        let plain = promises
            .iter()
            .zip(conditions)
            .map(|(promise, condition)| Plain { party: promise.party, condition })
            .collect();
        Coalition { system, top, parties, edges, plain }
    }

    fn promises(&self, dice: &mut Dice) -> Vec<Promise> {
        (0..self.commitments)
            .map(|_| {
                let party = dice.below(self.parties);
                let resource = if self.specialised {
                    (party * 3 + dice.below(3)) % self.resources
                } else {
                    dice.below(self.resources)
                };
                let steps = 1 + dice.below(self.amount_steps);
                let from = if dice.below(3) == 0 { dice.below(self.moments) } else { 0 };
                let rest = self.moments - from;
                let until =
                    if dice.below(3) == 0 { from + 1 + dice.below(rest) } else { self.moments };
                Promise { party, resource, amount: (steps * self.amount_step) as u128, from, until }
            })
            .collect()
    }

    fn condition(&self, dice: &mut Dice, promises: &[Promise], at: usize) -> Condition {
        if dice.below(100) >= self.conditional {
            return Condition::Always;
        }
        let resource =
            if dice.below(2) == 0 { promises[at].resource } else { dice.below(self.resources) };
        let others: Vec<usize> = (0..promises.len())
            .filter(|of| {
                promises[*of].resource == resource && promises[*of].party != promises[at].party
            })
            .collect();
        let mut groups = vec![Vec::new(); self.parties];
        for &of in &others {
            groups[promises[of].party].push(of);
        }
        groups.retain(|group| !group.is_empty());
        match dice.below(10) {
            0..4 => {
                let least = 1 + dice.below(groups.len().div_ceil(2).max(1));
                Condition::Count(least, groups)
            }
            4..6 => {
                let pairs: Vec<(u128, usize)> =
                    others.iter().map(|of| (promises[*of].amount, *of)).collect();
                let total: u128 = pairs.iter().map(|(amount, _)| amount).sum();
                Condition::Amount(total * (10 + dice.below(40)) as u128 / 100, pairs)
            }
            6..8 => {
                let named = 1 + dice.below(2);
                while groups.len() > named {
                    groups.swap_remove(dice.below(groups.len()));
                }
                Condition::Count(groups.len(), groups)
            }
            _ => {
                let some = (0..1 + dice.below(2)).map(|_| dice.below(self.circumstances)).collect();
                Condition::Circumstances(dice.below(2) == 0, some)
            }
        }
    }

    fn needs(
        &self,
        dice: &mut Dice,
        builder: &mut SystemBuilder,
        names: &[Definition],
        promises: &[Promise],
        edges: &mut usize,
    ) -> Vec<Node> {
        let mut nodes = Vec::new();
        for need in 0..self.needs {
            let resource = need % self.resources;
            let asked = self.asked.0 + dice.below(self.asked.1 - self.asked.0 + 1);
            for moment in 0..self.moments {
                let active = (0..promises.len()).filter(|at| {
                    let promise = &promises[*at];
                    promise.resource == resource && (promise.from..promise.until).contains(&moment)
                });
                let pairs: Vec<(u128, Node)> =
                    active.map(|at| (promises[at].amount, builder.reference(names[at]))).collect();
                let total: u128 = pairs.iter().map(|(amount, _)| amount).sum();
                *edges += pairs.len();
                let asked = total * asked as u128 / 100;
                nodes.push(builder.weighted_at_least(asked, &pairs).expect("small amounts"));
            }
        }
        nodes
    }
}

fn condition_node(
    builder: &mut SystemBuilder,
    names: &[Definition],
    circumstances: &[Variable],
    condition: &Condition,
    edges: &mut usize,
) -> Node {
    match condition {
        Condition::Always => builder.constant(true),
        Condition::Count(least, groups) => {
            let mut parts = Vec::new();
            for group in groups {
                let any: Vec<Node> = group.iter().map(|of| builder.reference(names[*of])).collect();
                *edges += any.len() + 1;
                parts.push(builder.or(&any));
            }
            builder.at_least(*least, &parts)
        }
        Condition::Amount(need, pairs) => {
            *edges += pairs.len();
            let pairs: Vec<(u128, Node)> =
                pairs.iter().map(|(amount, of)| (*amount, builder.reference(names[*of]))).collect();
            builder.weighted_at_least(*need, &pairs).expect("small amounts")
        }
        Condition::Circumstances(all, some) => {
            *edges += some.len();
            let some: Vec<Node> =
                some.iter().map(|of| builder.literal(circumstances[*of])).collect();
            if *all { builder.and(&some) } else { builder.or(&some) }
        }
    }
}

impl Coalition {
    /// The fixpoint by iterating everything until nothing changes: the baseline.
    pub fn naive(&self, greatest: bool, assignment: &[bool]) -> Vec<bool> {
        let parties = self.parties.len();
        let mut values = vec![greatest; self.plain.len()];
        loop {
            let holds = |condition: &Condition| match condition {
                Condition::Always => true,
                Condition::Count(least, groups) => {
                    let held = groups.iter().filter(|group| group.iter().any(|of| values[*of]));
                    held.count() >= *least
                }
                Condition::Amount(need, pairs) => {
                    let held = pairs.iter().filter(|(_, of)| values[*of]);
                    held.map(|(amount, _)| amount).sum::<u128>() >= *need
                }
                Condition::Circumstances(true, some) => {
                    some.iter().all(|of| assignment[parties + of])
                }
                Condition::Circumstances(false, some) => {
                    some.iter().any(|of| assignment[parties + of])
                }
            };
            let next: Vec<bool> =
                self.plain.iter().map(|of| assignment[of.party] && holds(&of.condition)).collect();
            if next == values {
                return values;
            }
            values = next;
        }
    }
}
