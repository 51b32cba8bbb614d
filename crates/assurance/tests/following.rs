//! Long sequences of changes, suppositions and their taking back, each answer against one found from
//! nothing.

#[expect(dead_code, reason = "shared with tests that use the rest of it")]
mod world;

use assurance::{Bias, Evaluator, Reading, System, Variable};
use world::{Built, Dice, Tree, World, value};

const READINGS: [Reading; 2] = [Reading::Least, Reading::Greatest];

fn shown(world: &World, built: &Built, told: &[String]) -> String {
    format!("{world:#?}\n{}top := {:?}\n{}", built.system, built.top, told.join("\n"))
}

/// What was done with evaluators of a world, and what they must answer.
struct Sequence<'w> {
    world: &'w World,
    built: &'w Built,
    reading: Reading,
    variables: Vec<Variable>,
    whole: Evaluator<&'w System>,
    narrow: Evaluator<&'w System>,
    /// What was evaluated last, and from which side if some of it is open.
    given: Vec<Option<bool>>,
    open: Option<Bias>,
    told: Vec<String>,
}

impl<'w> Sequence<'w> {
    fn new(world: &'w World, built: &'w Built, reading: Reading) -> Self {
        Sequence {
            world,
            built,
            reading,
            variables: built.variables(),
            whole: Evaluator::new(&built.system, reading),
            narrow: Evaluator::of(&built.system, reading, &[built.top]),
            given: vec![Some(false); world.variables],
            open: None,
            told: Vec::new(),
        }
    }

    fn step(&mut self, dice: &mut Dice) {
        let count = self.world.variables;
        match dice.below(8) {
            // Somewhere else entirely.
            0 => {
                self.given = (0..count).map(|_| Some(dice.below(3) > 0)).collect();
                self.evaluate(None);
            }
            1 => {
                let bias = [Bias::Certain, Bias::Possible][dice.below(2)];
                for _ in 0..1 + dice.below(3) {
                    self.given[dice.below(count)] = [None, Some(false), Some(true)][dice.below(3)];
                }
                self.evaluate(Some(bias));
            }
            2 | 3 => {
                self.given.iter_mut().for_each(|value| *value = Some(value.unwrap_or(false)));
                for _ in 0..1 + dice.below(2) {
                    let at = dice.below(count);
                    self.given[at] = self.given[at].map(|value| !value);
                }
                self.evaluate(None);
            }
            _ => self.suppose(dice),
        }
    }

    fn evaluate(&mut self, open: Option<Bias>) {
        self.open = open;
        self.told.push(format!("evaluated {:?} {open:?}", self.given));
        for evaluator in [&mut self.whole, &mut self.narrow] {
            evaluate(evaluator, &self.given, open);
        }
        self.check(&self.given.clone());
    }

    /// Two or three suppositions, most of which begin alike.
    fn suppose(&mut self, dice: &mut Dice) {
        let mut changes: Vec<(usize, bool)> = Vec::new();
        for _ in 0..1 + dice.below(3) {
            changes.truncate(dice.below(changes.len() + 1));
            for _ in 0..dice.below(4) {
                changes.push((dice.below(self.world.variables), dice.below(2) == 0));
            }
            self.told.push(format!("supposed {changes:?}"));
            let named = || changes.iter().map(|(at, value)| (self.variables[*at], *value));
            self.whole.suppose(named());
            self.narrow.suppose(named());
            let mut given = self.given.clone();
            for (at, value) in &changes {
                given[*at] = Some(*value);
            }
            self.check(&given);
        }
    }

    fn check(&self, given: &[Option<bool>]) {
        let says = || format!("{:?} {}", self.reading, shown(self.world, self.built, &self.told));
        let mut fresh = Evaluator::new(&self.built.system, self.reading);
        evaluate(&mut fresh, given, self.open);
        let expected = fresh.definitions();
        if self.open.is_none() {
            let given: Vec<bool> = given.iter().map(|value| value.unwrap_or(false)).collect();
            assert_eq!(expected, self.world.definitions(self.reading, &given), "{}", says());
            let top = value(&self.world.top, &given, &expected);
            assert_eq!(fresh.holds(self.built.top), top, "{}", says());
        }
        assert_eq!(self.whole.definitions(), expected, "{}", says());
        let top = fresh.holds(self.built.top);
        assert_eq!(self.whole.holds(self.built.top), top, "{}", says());
        assert_eq!(self.narrow.holds(self.built.top), top, "{}", says());
    }
}

fn evaluate(evaluator: &mut Evaluator<&System>, given: &[Option<bool>], open: Option<Bias>) {
    if let Some(bias) = open {
        evaluator.evaluate_partial(given, bias);
    } else {
        let given: Vec<bool> = given.iter().map(|value| value.unwrap_or(false)).collect();
        evaluator.evaluate(&given);
    }
}

#[test]
fn whatever_changed_on_the_way_small_systems_are_evaluated_as_from_nothing() {
    for seed in 0..3000 {
        let mut dice = Dice(seed ^ 0xF0110);
        let world = dice.world(8, seed % 3 != 0);
        let built = world.build().expect("negation in earlier layers only");
        for reading in READINGS {
            let mut sequence = Sequence::new(&world, &built, reading);
            sequence.evaluate(None);
            (0..12).for_each(|_| sequence.step(&mut dice));
        }
    }
}

/// Promises that hang on each other in circles within circles, some of them on what a first layer
/// denies; weights of more than 64 bits if they are `heavy`.
fn circles(dice: &mut Dice, heavy: bool) -> World {
    let (variables, first, count) = (24, 6, 60);
    let unit = if heavy { u128::from(u64::MAX) } else { 1 };
    let mut bodies = Vec::new();
    for at in 0..count {
        let known = if at < first { 0..first } else { first..count };
        let some = |dice: &mut Dice, most: usize| -> Vec<Tree> {
            let one = |dice: &mut Dice| match dice.below(12) {
                0 => Tree::Variable(dice.below(variables)),
                1 => Tree::Not(Box::new(Tree::Variable(dice.below(variables)))),
                2 if at >= first => Tree::Not(Box::new(Tree::Defined(dice.below(first)))),
                // Mostly near by, so that there is more than one circle.
                _ => {
                    let near = (at + dice.below(9)).saturating_sub(4);
                    Tree::Defined(near.clamp(known.start, known.end - 1))
                }
            };
            (0..1 + dice.below(most)).map(|_| one(dice)).collect()
        };
        let stays = Tree::Variable(dice.below(variables));
        let condition = match dice.below(4) {
            0 => Tree::Or(some(dice, 3)),
            1 => Tree::And(some(dice, 2)),
            2 => {
                let of = some(dice, 6);
                Tree::AtLeast(1 + dice.below(of.len()), of)
            }
            _ => {
                let of = some(dice, 6).into_iter();
                let pairs: Vec<(u128, Tree)> =
                    of.map(|tree| ((1 + dice.below(9) as u128) * unit, tree)).collect();
                let total: u128 = pairs.iter().map(|(weight, _)| weight).sum();
                Tree::Weighted(total * (10 + dice.below(60)) as u128 / 100, pairs)
            }
        };
        bodies.push(Tree::And(vec![stays, condition]));
    }
    let top = (0..9).map(|_| (unit + dice.below(5) as u128, Tree::Defined(dice.below(count))));
    let top = Tree::Weighted(4 * unit, top.collect());
    World { variables, layers: vec![0..first, first..count], bodies, top }
}

#[test]
fn whatever_changed_on_the_way_circles_are_evaluated_as_from_nothing() {
    let mut mutual = 0;
    for seed in 0..600 {
        let mut dice = Dice(seed ^ 0xC12C1E);
        let world = circles(&mut dice, seed % 4 == 0);
        let built = world.build().expect("what is denied stands in the first layer");
        let all = vec![true; world.variables];
        let [least, greatest] = READINGS.map(|reading| world.definitions(reading, &all));
        mutual += usize::from(least != greatest);
        for reading in READINGS {
            let mut sequence = Sequence::new(&world, &built, reading);
            sequence.evaluate(None);
            (0..40).for_each(|_| sequence.step(&mut dice));
        }
    }
    assert!(mutual > 200, "only {mutual} worlds depended on the reading");
}
