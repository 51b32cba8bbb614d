//! Proven bounds on probabilities where a module's function is too large for a diagram.
//!
//! Of such a module two families of sets are made straight from its gates. In one, sets beyond a
//! limit are left out: it suffices for less than the module. In the other they lose what is beyond
//! the limit: it suffices for more. Both are small functions, whose probabilities are exact, and
//! the module's lies between them. The limit is on the product of the elements' chances, and is
//! raised as long as the allowance lasts.

use crate::compile::{Decides, Function, Piece};
use crate::diagram::{Diagrams, Edge, FALSE, TRUE};
use crate::direct::wanted;
use crate::family::{EMPTY_SET, Role, Sets};
use crate::likelihood::{Pair, Range, total};
use crate::nested::Element;
use crate::products::Beyond;
use crate::race::{Slot, Task};
use crate::table::{Allowance, BOTTOM, Entry, LEVELS_MAX, Stopped};

/// Probability of holding and of failing, of one event, each from both sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bracket {
    pub holds: Range,
    pub fails: Range,
}

impl Bracket {
    const UNKNOWN: Self =
        Self { holds: Range { low: 0.0, high: 1.0 }, fails: Range { low: 0.0, high: 1.0 } };

    fn of_chance(chance: f64) -> Self {
        Self { holds: Range::exactly(chance), fails: Range::exactly(1.0 - chance) }
    }

    fn denied(self) -> Self {
        Self { holds: self.fails, fails: self.holds }
    }

    /// Whether it says nothing.
    pub fn is_unknown(self) -> bool {
        self.holds.high - self.holds.low >= 1.0
    }

    /// At its least likely, and at its most.
    fn ends(self) -> [Pair; 2] {
        let Self { holds, fails } = self;
        [Pair { holds: holds.low, fails: fails.high }, Pair { holds: holds.high, fails: fails.low }]
    }

    fn of_ends(least: Pair, most: Pair) -> Self {
        Self {
            holds: Range { low: least.holds, high: most.holds },
            fails: Range { low: most.fails, high: least.fails },
        }
    }
}

/// Bounds for the last module. `chances` is by variable; the limit is raised no more than
/// `rounds_max` times.
pub(crate) fn bracket(
    pieces: &[Piece],
    slots: &[Slot],
    chances: &[f64],
    rounds_max: usize,
    allowance: &Allowance,
) -> Bracket {
    let mut brackets: Vec<Bracket> = Vec::with_capacity(pieces.len());
    let mut allowance = allowance.clone();
    for (piece, slot) in pieces.iter().zip(slots) {
        let of = |decides: Decides| match decides {
            Decides::Variable(variable) => Bracket::of_chance(chances[variable.index()]),
            Decides::Module(module) => brackets[module],
        };
        let found = match slot.get() {
            Some(Ok(function)) => through(function, &of),
            _ => Limited { piece, of: &of, rounds_max }.bracket(&mut allowance),
        };
        brackets.push(found);
    }
    let Bracket { holds, fails } = brackets.pop().unwrap_or(Bracket::UNKNOWN);
    // Only now: in between, what holds and what fails must add up to 1.
    Bracket {
        holds: Range::proven(holds.low, holds.high),
        fails: Range::proven(fails.low, fails.high),
    }
}

/// Through an exact diagram over what is only known within bounds.
fn through(function: &Function, of: &dyn Fn(Decides) -> Bracket) -> Bracket {
    let Function { diagram, order, .. } = function;
    let levels: Vec<[Pair; 2]> = order.iter().map(|decides| of(*decides).ends()).collect();
    let sure = Bracket::of_chance(1.0);
    let mut up = vec![sure];
    let value = |up: &[Bracket], edge: Edge| {
        let bracket = up[(edge >> 1) as usize];
        if edge & 1 == 0 { bracket } else { bracket.denied() }
    };
    for Entry { level, high, low } in &diagram.entries[1..] {
        let (high, low) = (value(&up, *high), value(&up, *low));
        let mix = |chance: Pair, high: f64, low: f64| chance.holds * high + chance.fails * low;
        let [least, most] = levels[*level as usize];
        let range = |of: fn(Bracket) -> Range| {
            let (high, low) = (of(high), of(low));
            let lows = [least, most].map(|chance| mix(chance, high.low, low.low));
            let highs = [least, most].map(|chance| mix(chance, high.high, low.high));
            Range { low: lows[0].min(lows[1]), high: highs[0].max(highs[1]) }
        };
        up.push(Bracket { holds: range(|of| of.holds), fails: range(|of| of.fails) });
    }
    value(&up, diagram.root)
}

/// A module without a diagram.
struct Limited<'a> {
    piece: &'a Piece,
    /// What is known of what a leaf decides.
    of: &'a dyn Fn(Decides) -> Bracket,
    rounds_max: usize,
}

impl Limited<'_> {
    fn bracket(&self, allowance: &mut Allowance) -> Bracket {
        let Self { piece, of, rounds_max } = *self;
        // Each leaf starts as what does not help, and is an element where it does.
        let Some((task, helps)) = self.task() else { return Bracket::UNKNOWN };
        let chance = |leaf: usize| {
            let bracket = of(piece.decides[leaf]);
            if helps[leaf] { bracket } else { bracket.denied() }
        };
        let weights: Vec<u32> = (0..helps.len()).map(|leaf| weight(chance(leaf))).collect();
        let mean = weights.iter().sum::<u32>() / u32::try_from(weights.len().max(1)).unwrap_or(1);
        let mut found = Bracket::UNKNOWN;
        for round in (1..=mean.saturating_mul(1 << 10)).take(rounds_max) {
            let size = mean.max(1) * round;
            let Ok(least) = self.side(&task, size, Beyond::LeftOut, &weights, &chance, allowance)
            else {
                break;
            };
            let Ok(most) = self.side(&task, size, Beyond::Shortened, &weights, &chance, allowance)
            else {
                break;
            };
            found = Bracket::of_ends(least.0, most.0);
            if !least.1 && !most.1 {
                break;
            }
        }
        if task.target { found } else { found.denied() }
    }

    /// The question what makes the module hold, where gates alone can tell, and by leaf whether
    /// that it holds helps.
    fn task(&self) -> Option<(Task<'_>, Vec<bool>)> {
        let piece = self.piece;
        let count = piece.decides.len();
        if count > LEVELS_MAX {
            return None;
        }
        let target = true;
        let any = vec![Role::Flips(false); count];
        let wanted = wanted(&piece.module, &any, target ^ piece.complemented)?;
        let helps: Vec<bool> = wanted[..count].iter().map(|wanted| wanted[1]).collect();
        let roles = helps.iter().map(|helps| Role::Flips(!helps)).collect();
        let elements = vec![Element::Absent; count];
        Some((Task { piece, roles, elements, target, wanted: Some(wanted) }, helps))
    }

    /// How likely a family on one side of the limit is, and whether it is cut off at all.
    fn side(
        &self,
        task: &Task<'_>,
        size: u32,
        beyond: Beyond,
        weights: &[u32],
        chance: &dyn Fn(usize) -> Bracket,
        allowance: &mut Allowance,
    ) -> Result<(Pair, bool), Stopped> {
        let (order, sets, told) = task.ordered(size, beyond, weights, allowance)?;
        let end = usize::from(beyond == Beyond::Shortened);
        let chances: Vec<Pair> =
            order.iter().map(|leaf| chance(*leaf as usize).ends()[end]).collect();
        Ok((probability(&sets, &chances, allowance)?, told.is_cut))
    }
}

/// In quarters of a bit: elements of chance 1 weigh something, so that a limit is one.
fn weight(of: Bracket) -> u32 {
    const MOST: f64 = 4096.0;
    let quarters = (-of.holds.high.log2() * 4.0).round().clamp(1.0, MOST);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was just made a number from 1 to 4096"
    )]
    let weight = quarters as u32;
    weight
}

/// The probability that all elements of some member hold. `chances` is by level.
fn probability(sets: &Sets, chances: &[Pair], allowance: &mut Allowance) -> Result<Pair, Stopped> {
    let mut diagrams = Diagrams::new(allowance);
    let mut edges: Vec<Edge> = Vec::with_capacity(sets.entries.len());
    for (family, Entry { level, high, low }) in (0..).zip(&sets.entries) {
        edges.push(match *level {
            BOTTOM if family == EMPTY_SET => TRUE,
            BOTTOM => FALSE,
            level => {
                let low = edges[*low as usize];
                let high = diagrams.or(edges[*high as usize], low)?;
                diagrams.decide(level, high, low)?
            }
        });
    }
    allowance.bound.steps_max = diagrams.steps.left();
    let diagram = diagrams.extract(edges[sets.root as usize]);
    Ok(total(&diagram, chances))
}
