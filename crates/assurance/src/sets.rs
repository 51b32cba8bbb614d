//! Minimal sets of an expression that falls into modules: all of them, or all up to a size.

use crate::compile::{Decides, Function, Piece, values};
use crate::direct::{Direct, Wanted, wanted};
use crate::family::{EMPTY_SET, Role, Search, Sets};
use crate::nested::{Element, Nested, Part, SIZES_TOLD};
use crate::order::Rule;
use crate::products::{Beyond, Limit};
use crate::race::{Slot, Task};
use crate::system::Variable;
use crate::table::{Allowance, LEVELS_MAX, Stopped};

/// The smallest sets of flips that give the last module a value.
pub(crate) struct Question<'a> {
    pieces: &'a [Piece],
    /// By variable.
    base: &'a [bool],
    /// By variable: its place in the alphabet, if it may be flipped.
    ranks: Vec<Option<u32>>,
    target: bool,
    /// By module.
    values: Vec<bool>,
}

/// A module in a plan.
#[derive(Clone, Default)]
struct Asked {
    /// Whether its sets are needed at all.
    is_asked: bool,
    /// What each of its nodes is wanted for; `None` where gates alone do not tell.
    wanted: Option<Vec<Wanted>>,
}

impl<'a> Question<'a> {
    /// `flips` by name.
    pub fn new(pieces: &'a [Piece], base: &'a [bool], flips: &[Variable], target: bool) -> Self {
        let mut ranks = vec![None; base.len()];
        for (rank, flip) in (0u32..).zip(flips) {
            ranks[flip.index()] = Some(rank);
        }
        Self { pieces, base, ranks, target, values: values(pieces, base) }
    }

    /// What is decided on, for the sets of a module, given those of the modules before.
    fn leaf(&self, decides: Decides, parts: &[Part]) -> (Role, Element) {
        let (value, element) = match decides {
            Decides::Variable(variable) => {
                let rank = self.ranks[variable.index()];
                (self.base[variable.index()], rank.map_or(Element::Absent, Element::Rank))
            }
            // A module that cannot be flipped is no element.
            Decides::Module(module) => {
                let never = parts.get(module).is_some_and(|part| part.sets.root < EMPTY_SET);
                let element = if never { Element::Absent } else { Element::Part(module) };
                (self.values[module], element)
            }
        };
        let stays = element == Element::Absent;
        (if stays { Role::Stays(value) } else { Role::Flips(value) }, element)
    }

    fn task(&self, at: usize, wanted: Option<Vec<Wanted>>, parts: &[Part]) -> Task<'a> {
        let piece = &self.pieces[at];
        let leaves = piece.decides.iter().map(|of| self.leaf(*of, parts));
        let (roles, elements) = leaves.unzip();
        let last = self.pieces.len() - 1;
        let target = if at == last { self.target } else { !self.values[at] };
        Task { piece, roles, elements, target, wanted }
    }

    /// By module.
    fn plan(&self) -> Vec<Asked> {
        let mut plan = vec![Asked::default(); self.pieces.len()];
        if let Some(last) = plan.last_mut() {
            last.is_asked = true;
        }
        for (at, piece) in self.pieces.iter().enumerate().rev() {
            if !plan[at].is_asked {
                continue;
            }
            let task = self.task(at, None, &[]);
            let is_deep = piece.module.leaves.len() > LEVELS_MAX;
            let wanted =
                if is_deep { None } else { wanted(&piece.module, &task.roles, task.of_gate()) };
            for (leaf, decides) in piece.decides.iter().enumerate() {
                if let Decides::Module(module) = *decides {
                    let other = usize::from(!self.values[module]);
                    plan[module].is_asked |= wanted.as_ref().is_none_or(|of| of[leaf][other]);
                }
            }
            plan[at].wanted = wanted;
        }
        plan
    }

    /// The one empty set, if nothing need be flipped.
    fn nothing_to_do(&self) -> Option<Nested> {
        let reached = self.values.last() == Some(&self.target);
        reached.then(|| Nested { parts: vec![Part::nothing_needed()] })
    }

    /// All minimal sets. `slots`: the diagrams of the modules, as far as they are there; those
    /// built on the way are added.
    pub fn all(&self, slots: &[Slot], allowance: &Allowance) -> Result<Nested, Stopped> {
        if let Some(done) = self.nothing_to_do() {
            return Ok(done);
        }
        let mut parts: Vec<Part> = Vec::with_capacity(self.pieces.len());
        let mut allowance = allowance.clone();
        for (at, Asked { is_asked, wanted }) in self.plan().into_iter().enumerate() {
            if !is_asked {
                parts.push(Part::never());
                continue;
            }
            let task = self.task(at, wanted, &parts);
            let leaf = |of: &Decides| self.leaf(*of, &parts);
            let by_level = |of: &Function| of.order.iter().map(leaf).unzip();
            let (part, steps) = task.run(&slots[at], by_level, &allowance)?;
            allowance.bound.steps_max = allowance.bound.steps_max.saturating_sub(steps);
            parts.push(part);
        }
        Ok(Nested { parts })
    }

    /// All minimal sets of what is one diagram, without modules.
    pub fn of_one(&self, function: &Function, allowance: &Allowance) -> Result<Nested, Stopped> {
        let leaves = function.order.iter().map(|of| self.leaf(*of, &[]));
        let (roles, elements): (Vec<Role>, Vec<Element>) = leaves.unzip();
        let Function { diagram, signs, .. } = function;
        let mut search = Search::new(diagram, &roles, signs, self.target, allowance);
        let sets = search.run(allowance.bound.steps_max)?;
        Ok(Nested { parts: vec![Part { sets, elements }] })
    }

    /// All minimal sets up to a size, as large as the allowance and `size_max` permit, and that
    /// size; `None` if there is no other set. Nothing at all where gates alone do not tell.
    ///
    /// Each size is computed anew, with what is larger left out wherever it arises: that takes a
    /// fraction of the next size.
    pub fn up_to(&self, size_max: usize, allowance: &Allowance) -> Option<(Nested, Option<usize>)> {
        if let Some(done) = self.nothing_to_do() {
            return Some((done, None));
        }
        let plan = self.plan();
        if plan.iter().any(|asked| asked.is_asked && asked.wanted.is_none()) {
            return None;
        }
        let mut allowance = allowance.clone();
        let mut found = (Nested { parts: vec![Part::never()] }, Some(0));
        for size in (1..SIZES_TOLD).take(size_max) {
            let Ok((nested, is_cut)) = self.of_size(size, &plan, &mut allowance) else { break };
            found = (nested, is_cut.then_some(size));
            if !is_cut {
                break;
            }
        }
        Some(found)
    }

    /// All up to a size, and whether there may be others.
    fn of_size(
        &self,
        size: usize,
        plan: &[Asked],
        allowance: &mut Allowance,
    ) -> Result<(Nested, bool), Stopped> {
        let mut parts: Vec<Part> = Vec::with_capacity(self.pieces.len());
        let mut lightest = vec![0; self.pieces.len()];
        let mut is_cut = false;
        for (at, asked) in plan.iter().enumerate() {
            let Some(wanted) = asked.wanted.clone() else {
                parts.push(Part::never());
                continue;
            };
            let task = self.task(at, Some(wanted), &parts);
            // A module counts as its smallest set.
            let weight = |decides: Decides| match decides {
                Decides::Variable(_) => 1,
                Decides::Module(module) => lightest[module],
            };
            let size = u32::try_from(size).unwrap_or(u32::MAX);
            let (part, direct) = task.limited(size, &weight, allowance)?;
            is_cut |= direct.is_cut;
            lightest[at] = direct.lightest;
            parts.push(part);
        }
        Ok((Nested { parts }, is_cut))
    }
}

/// What else a construction under a limit tells.
pub(crate) struct Told {
    /// Whether a set may have been left out or shortened.
    pub is_cut: bool,
    /// The weight of the lightest set; 0 if there is none.
    pub lightest: u32,
}

impl Task<'_> {
    /// The module's sets under a limit, at the expense of the allowance.
    fn limited(
        &self,
        size: u32,
        weight: &dyn Fn(Decides) -> u32,
        allowance: &mut Allowance,
    ) -> Result<(Part, Told), Stopped> {
        let weights: Vec<u32> = self.piece.decides.iter().map(|of| weight(*of)).collect();
        let (order, sets, told) = self.ordered(size, Beyond::LeftOut, &weights, allowance)?;
        let elements = order.iter().map(|leaf| self.elements[*leaf as usize]).collect();
        Ok((Part { sets, elements }, told))
    }

    /// The module's sets under a limit, `weights` by leaf, and the leaf at each level.
    pub fn ordered(
        &self,
        size: u32,
        beyond: Beyond,
        weights: &[u32],
        allowance: &mut Allowance,
    ) -> Result<(Vec<u32>, Sets, Told), Stopped> {
        let Task { piece: Piece { module, .. }, roles, wanted, .. } = self;
        let wanted = wanted.clone().ok_or(Stopped::Depth)?;
        // What weighs most for the top stands first: where sets are shortened, the first stay.
        let order = Rule::Weighed.order(module).or_else(|| Rule::Used.order(module));
        let order = order.ok_or(Stopped::Depth)?;
        let weights = order.iter().map(|leaf| weights[*leaf as usize]).collect();
        let limit = Some(Limit { size, beyond, weights });
        let mut direct =
            Direct::new(module, roles, wanted, &order, self.of_gate(), limit, allowance);
        let sets = direct.run(allowance.bound.steps_max);
        let left = allowance.bound.steps_max.saturating_sub(direct.steps());
        allowance.bound.steps_max = left;
        let told = Told { is_cut: direct.is_cut(), lightest: direct.lightest() };
        Ok((order, sets?, told))
    }
}
