//! Weighted thresholds over functions.

use std::collections::BTreeMap;

use crate::diagram::{Diagrams, Edge, FALSE};
use crate::table::{LEVELS_MAX, Stopped};

/// "The weights of the functions that hold add up to at least `need`", where `care` holds; the
/// functions are false, and so is the result, where it does not. The weights must add up to no
/// more than 2^127 - 1.
pub(crate) fn threshold(
    diagrams: &mut Diagrams,
    need: u128,
    operands: Vec<(u128, Edge)>,
    care: Edge,
) -> Result<Edge, Stopped> {
    let (need, mut operands) = simplified(need, operands, care);
    let total: u128 = operands.iter().map(|(weight, _)| weight).sum();
    if need == 0 {
        return Ok(care);
    }
    if total < need {
        return Ok(FALSE);
    }
    let lightest = operands.iter().map(|(weight, _)| *weight).min().unwrap_or(0);
    if total - lightest < need {
        return diagrams.all(operands.into_iter().map(|(_, edge)| edge).collect());
    }
    if lightest >= need {
        let negated = operands.into_iter().map(|(_, edge)| edge ^ 1).collect();
        return Ok(diagrams.all(negated)? ^ 1);
    }
    if operands.len() > LEVELS_MAX {
        return Err(Stopped::Depth);
    }
    // First decided first; the heavier of two that decide together first.
    operands.sort_unstable_by_key(|&(weight, edge)| {
        (diagrams.level(edge), std::cmp::Reverse(weight), edge)
    });
    let mut rests = vec![0i128; operands.len() + 1];
    for (at, (weight, _)) in operands.iter().enumerate().rev() {
        rests[at] = rests[at + 1] + weight.cast_signed();
    }
    let known = vec![BTreeMap::new(); operands.len()];
    let mut ladder = Ladder { diagrams, operands, rests, known, care };
    Ok(ladder.climb(0, need.cast_signed())?.edge)
}

/// Constants and repeated functions taken into the need.
fn simplified(need: u128, operands: Vec<(u128, Edge)>, care: Edge) -> (u128, Vec<(u128, Edge)>) {
    let mut need = need;
    let mut kept: Vec<(u128, Edge)> = Vec::with_capacity(operands.len());
    let mut sorted = operands;
    sorted.sort_unstable_by_key(|(_, edge)| *edge);
    for (weight, edge) in sorted {
        match edge {
            FALSE => {}
            _ if edge == care => need = need.saturating_sub(weight),
            _ => match kept.last_mut() {
                Some((before, last)) if *last == edge => *before += weight,
                _ => kept.push((weight, edge)),
            },
        }
    }
    for (weight, _) in &mut kept {
        *weight = (*weight).min(need);
    }
    (need, kept)
}

/// All needs from `low` to `high` that give the same function.
#[derive(Clone, Copy)]
struct Alike {
    low: i128,
    high: i128,
    edge: Edge,
}

/// The construction by intervals of Abio, Nieuwenhuis, Oliveras, Rodriguez-Carbonell and
/// Mayer-Eichberger (2012): needs that no subset of the remaining weights can tell apart are one
/// case, however the sums differ.
struct Ladder<'a> {
    diagrams: &'a mut Diagrams,
    operands: Vec<(u128, Edge)>,
    /// Sum of the weights from each operand on.
    rests: Vec<i128>,
    /// For each operand, the cases found, by their `low`.
    known: Vec<BTreeMap<i128, Alike>>,
    care: Edge,
}

impl Ladder<'_> {
    /// "The operands from `at` on reach `need`."
    fn climb(&mut self, at: usize, need: i128) -> Result<Alike, Stopped> {
        if need <= 0 {
            return Ok(Alike { low: i128::MIN, high: 0, edge: self.care });
        }
        if need > self.rests[at] {
            return Ok(Alike { low: self.rests[at] + 1, high: i128::MAX, edge: FALSE });
        }
        if let Some((_, alike)) = self.known[at].range(..=need).next_back()
            && need <= alike.high
        {
            return Ok(*alike);
        }
        self.diagrams.steps.take()?;
        let (weight, edge) = self.operands[at];
        let weight = weight.cast_signed();
        let with = self.climb(at + 1, need - weight)?;
        let without = self.climb(at + 1, need)?;
        let alike = Alike {
            low: with.low.saturating_add(weight).max(without.low),
            high: with.high.saturating_add(weight).min(without.high),
            edge: self.diagrams.choose(edge, with.edge, without.edge)?,
        };
        self.known[at].insert(alike.low, alike);
        Ok(alike)
    }
}
