//! The least and the greatest solution of a pool, exactly, in one walk.
//!
//! **The question.** For given groups g with fixed amounts `a_g` and quantities j in force, find
//! the least and the greatest x with `x_j = base_j + min(cap_j, rate_j max(0, S_g - floor_j))`,
//! where `S_g = T - y_g`, `y_g = a_g + sum of x_j over the quantities of g`, and T is the sum of
//! all `y_g`.
//!
//! **One dimension.** Everything in g depends on S_g alone: `y_g = h_g(S_g)` with h_g continuous,
//! piecewise linear, not decreasing. So for given T the equation `S + h_g(S) = T` has exactly one
//! solution `S_g(T)`, its left side being strictly increasing; and `y_g(T) = T - S_g(T)` does not
//! decrease, because h_g does not. With `H(T) = sum of y_g(T)`, the solutions x are in one-to-one
//! and order-preserving correspondence with the fixpoints of H: whoever finds the least and the
//! greatest T with `H(T) = T` has the least and the greatest x.
//!
//! **The walk.** H is continuous, piecewise linear and bounded. It has a breakpoint where some
//! `S_g` meets a floor, or a cap is reached: at most two for each quantity, at
//! `T = S + h_g(S)`. Below all of them and above all of them it is constant.
//! *Least*: from the left, at the first breakpoint t with `H(t) <= t`, or after the last, the
//! fixpoint is in the piece that ends there. No earlier piece has one, since H was above the
//! diagonal at both its ends and is linear between; and in this piece H starts above the diagonal
//! (strictly, or the walk had ended before) and ends on or below it, so its slope is less than 1
//! and `T = A + B T` has the one solution `A / (1 - B)`. *Greatest*: the same from the right, with
//! "on or above". A piece that lies on the diagonal (slope exactly 1, a singular system) is never
//! solved: its end is met first, as the solution of the piece before.
//!
//! So m quantities take at most 2m steps after a sort, whatever the rates: 0.99 and 0.5 are the
//! same work, and so are circles whose rates multiply to 1 or more. It replaces strategy iteration
//! over the three regimes of each quantity (Costan et al. 2005; Gawlitza and Seidl 2007), which
//! general systems `x = max(min(linear))` would need: each of our quantities looks at the sum of
//! all but its own group, and this reduces them to one unknown.
//!
//! **Numbers.** On a piece `y_g = (C + P T) / (Q + P)` with integers C, P and Q, so all is brought
//! to one denominator and added as integers: in 128 bits where they do, in large ones where not.
//! Each amount keeps the small denominator that is its own.

use super::Terms;
use crate::system::Reading;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{CheckedAdd, CheckedMul, CheckedSub};
use std::cell::Cell;
use std::cmp::Ordering;

/// An integer that says when it cannot hold a result.
pub(super) trait Whole:
    Clone + Ord + Integer + CheckedAdd + CheckedSub + CheckedMul + TryFrom<u128>
{
    /// Whether a division by the greatest common divisor costs less than it saves.
    fn is_short(&self) -> bool;
}

impl Whole for i128 {
    fn is_short(&self) -> bool {
        true
    }
}

impl Whole for BigInt {
    fn is_short(&self) -> bool {
        self.bits() < 1024
    }
}

/// A pool whose expressions are decided.
pub(super) struct Given<'a> {
    /// The fixed amounts of groups without a quantity.
    pub plain: u128,
    pub groups: Vec<GivenGroup<'a>>,
}

/// A group that has quantities.
pub(super) struct GivenGroup<'a> {
    /// Its fixed amounts.
    pub fixed: u128,
    /// Its quantities in their order; `None` for those not in force.
    pub quantities: Vec<Option<&'a Terms>>,
}

/// The amounts of all quantities, in their order: numerators and denominators, all over `rest`.
pub(super) struct Solution<N> {
    pub amounts: Vec<(N, N)>,
    pub rest: N,
}

/// `(constant + slope T) / (unit + slope)` from where it starts, for one group.
struct Piece<N> {
    /// As a fraction; the first piece has no start.
    start: (N, N),
    constant: N,
    slope: N,
    /// `unit + slope`.
    divisor: N,
    /// What brings it to the common denominator.
    scale: N,
}

struct Line<N> {
    unit: N,
    pieces: Vec<Piece<N>>,
}

/// The solution, or `None` if an integer would not fit.
pub(super) fn solve<N: Whole>(given: &Given<'_>, reading: Reading) -> Option<Solution<N>> {
    let mut lines: Vec<Line<N>> = Vec::with_capacity(given.groups.len());
    for group in &given.groups {
        lines.push(line(group)?);
    }
    let mut common = N::one();
    for piece in lines.iter().flat_map(|line| &line.pieces) {
        common = common_multiple(&common, &piece.divisor)?;
    }
    for piece in lines.iter_mut().flat_map(|line| &mut line.pieces) {
        piece.scale = common.div_floor(&piece.divisor);
    }
    let mut walk = Walk::new(&lines, &whole(given.plain)?, common, reading)?;
    let mut events = events(&lines)?;
    if reading == Reading::Greatest {
        events.reverse();
    }
    for (group, piece) in events {
        if walk.ends_at(&lines[group].pieces[piece].start, reading)? {
            break;
        }
        let next = if reading == Reading::Least { piece } else { piece - 1 };
        walk.step(&lines[group], group, next)?;
    }
    walk.solution(given, &lines)
}

/// The breakpoints of all groups in order, as group and the piece that starts there.
fn events<N: Whole>(lines: &[Line<N>]) -> Option<Vec<(usize, usize)>> {
    let mut events: Vec<(usize, usize)> = Vec::new();
    for (group, line) in lines.iter().enumerate() {
        events.extend((1..line.pieces.len()).map(|piece| (group, piece)));
    }
    let overflow = Cell::new(false);
    events.sort_by(|one, other| {
        let start = |(group, piece): &(usize, usize)| &lines[*group].pieces[*piece].start;
        let order = compare(start(one), start(other)).unwrap_or_else(|| {
            overflow.set(true);
            Ordering::Equal
        });
        order.then(one.cmp(other))
    });
    (!overflow.get()).then_some(events)
}

/// The pieces of one group, by rising total.
fn line<N: Whole>(group: &GivenGroup<'_>) -> Option<Line<N>> {
    let follows = |terms: &&Terms| terms.cap > 0 && terms.rate_numerator > 0;
    let in_force = || group.quantities.iter().flatten().copied();
    let mut unit = N::one();
    for terms in in_force().filter(follows) {
        unit = common_multiple(&unit, &whole(terms.rate_denominator.get())?)?;
    }
    let base = in_force().try_fold(group.fixed, |sum, terms| sum.checked_add(terms.base))?;
    let mut constant = unit.checked_mul(&whole(base)?)?;
    let mut slope = N::zero();
    // Where the rest of the pool is so large: what is added to slope and constant.
    let mut turns: Vec<((N, N), N, N)> = Vec::new();
    for terms in in_force().filter(follows) {
        let (floor, cap): (N, N) = (whole(terms.floor)?, whole(terms.cap)?);
        let (over, under): (N, N) =
            (whole(terms.rate_numerator)?, whole(terms.rate_denominator.get())?);
        let steeper = unit.div_floor(&under).checked_mul(&over)?;
        let below = steeper.checked_mul(&floor)?;
        let capped = below.checked_add(&unit.checked_mul(&cap)?)?;
        let reached = floor.checked_mul(&over)?.checked_add(&cap.checked_mul(&under)?)?;
        turns.push(((floor, N::one()), steeper.clone(), N::zero().checked_sub(&below)?));
        turns.push(((reached, over), N::zero().checked_sub(&steeper)?, capped));
    }
    let overflow = Cell::new(false);
    turns.sort_by(|one, other| {
        compare(&one.0, &other.0).unwrap_or_else(|| {
            overflow.set(true);
            Ordering::Equal
        })
    });
    if overflow.get() {
        return None;
    }
    let start = (N::zero(), N::one());
    let mut pieces = vec![Piece::new(start, &constant, &slope, &unit)?];
    for ((over, under), steeper, more) in turns {
        // T = S + h(S) = ((unit + slope) S + constant) / unit, with S = over / under.
        let left = unit.checked_add(&slope)?.checked_mul(&over)?;
        let total = left.checked_add(&constant.checked_mul(&under)?)?;
        let start = (total, unit.checked_mul(&under)?);
        slope = slope.checked_add(&steeper)?;
        constant = constant.checked_add(&more)?;
        pieces.push(Piece::new(start, &constant, &slope, &unit)?);
    }
    Some(Line { unit, pieces })
}

impl<N: Whole> Piece<N> {
    fn new(start: (N, N), constant: &N, slope: &N, unit: &N) -> Option<Self> {
        let divisor = unit.checked_add(slope)?;
        let scale = N::one();
        Some(Self { start, constant: constant.clone(), slope: slope.clone(), divisor, scale })
    }
}

/// `H(T) = (constant + slope T) / common` on the piece that the walk has come to.
struct Walk<N> {
    constant: N,
    slope: N,
    common: N,
    /// By group: the piece it is on.
    at: Vec<usize>,
}

impl<N: Whole> Walk<N> {
    fn new(lines: &[Line<N>], plain: &N, common: N, reading: Reading) -> Option<Self> {
        let first = |line: &Line<N>| match reading {
            Reading::Least => 0,
            Reading::Greatest => line.pieces.len() - 1,
        };
        let at: Vec<usize> = lines.iter().map(first).collect();
        let mut constant = plain.checked_mul(&common)?;
        for (line, at) in lines.iter().zip(&at) {
            let piece = &line.pieces[*at];
            constant = constant.checked_add(&piece.constant.checked_mul(&piece.scale)?)?;
        }
        // Below all floors and above all caps H is constant.
        Some(Self { constant, slope: N::zero(), common, at })
    }

    /// Whether the fixpoint is on this side of a breakpoint: H has met the diagonal.
    fn ends_at(&self, (over, under): &(N, N), reading: Reading) -> Option<bool> {
        let rest = self.common.checked_sub(&self.slope)?;
        let (left, right) = (self.constant.checked_mul(under)?, rest.checked_mul(over)?);
        Some(match reading {
            Reading::Least => left <= right,
            Reading::Greatest => left >= right,
        })
    }

    fn step(&mut self, line: &Line<N>, group: usize, next: usize) -> Option<()> {
        let (old, new) = (&line.pieces[self.at[group]], &line.pieces[next]);
        let scaled = |part: &N, piece: &Piece<N>| part.checked_mul(&piece.scale);
        let constant = self.constant.checked_sub(&scaled(&old.constant, old)?)?;
        self.constant = constant.checked_add(&scaled(&new.constant, new)?)?;
        let slope = self.slope.checked_sub(&scaled(&old.slope, old)?)?;
        self.slope = slope.checked_add(&scaled(&new.slope, new)?)?;
        self.at[group] = next;
        Some(())
    }

    /// All amounts, from the total `constant / (common - slope)`.
    fn solution(self, given: &Given<'_>, lines: &[Line<N>]) -> Option<Solution<N>> {
        let rest = self.common.checked_sub(&self.slope)?;
        let (total, rest) = reduced(self.constant, rest);
        let mut amounts = Vec::new();
        for ((group, line), at) in given.groups.iter().zip(lines).zip(&self.at) {
            let piece = &line.pieces[*at];
            // S = (unit T - constant) / divisor, over the total's own denominator.
            let left = line.unit.checked_mul(&total)?;
            let others = left.checked_sub(&piece.constant.checked_mul(&rest)?)?;
            for terms in &group.quantities {
                amounts.push(match terms {
                    Some(terms) => amount(terms, &others, &piece.divisor, &rest)?,
                    None => (N::zero(), N::one()),
                });
            }
        }
        Some(Solution { amounts, rest })
    }
}

/// `base + min(cap, rate x max(0, others / (divisor x rest) - floor))` as a numerator and a
/// denominator, over `rest`.
fn amount<N: Whole>(terms: &Terms, others: &N, divisor: &N, rest: &N) -> Option<(N, N)> {
    let base = whole::<N>(terms.base)?.checked_mul(rest)?;
    if terms.cap == 0 || terms.rate_numerator == 0 {
        return Some((base, N::one()));
    }
    let floor = whole::<N>(terms.floor)?.checked_mul(divisor)?.checked_mul(rest)?;
    let excess = others.checked_sub(&floor)?;
    if excess <= N::zero() {
        return Some((base, N::one()));
    }
    let over = excess.checked_mul(&whole(terms.rate_numerator)?)?;
    let under = divisor.checked_mul(&whole(terms.rate_denominator.get())?)?;
    let cap = whole::<N>(terms.cap)?.checked_mul(rest)?;
    if over >= cap.checked_mul(&under)? {
        return Some((base.checked_add(&cap)?, N::one()));
    }
    Some((base.checked_mul(&under)?.checked_add(&over)?, under))
}

fn whole<N: Whole>(amount: u128) -> Option<N> {
    N::try_from(amount).ok()
}

pub(super) fn common_multiple<N: Whole>(one: &N, other: &N) -> Option<N> {
    if one.is_multiple_of(other) {
        return Some(one.clone());
    }
    one.checked_mul(&other.div_floor(&other.gcd(&one.mod_floor(other))))
}

fn reduced<N: Whole>(over: N, under: N) -> (N, N) {
    if !under.is_short() {
        return (over, under);
    }
    let divisor = over.gcd(&under);
    if divisor.is_one() || divisor.is_zero() {
        return (over, under);
    }
    (over.div_floor(&divisor), under.div_floor(&divisor))
}

/// Two fractions with positive denominators.
fn compare<N: Whole>(one: &(N, N), other: &(N, N)) -> Option<Ordering> {
    Some(one.0.checked_mul(&other.1)?.cmp(&other.0.checked_mul(&one.1)?))
}
