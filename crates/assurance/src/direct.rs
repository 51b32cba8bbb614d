//! Minimal sets of a module straight from its gates, without a function in between: quick where
//! sets are few or short, and the only way where the function is too large.

use crate::circuit::Asks;
use crate::family::{EMPTY_SET, Family, NOTHING, Role, Sets};
use crate::modules::Module;
use crate::products::{Families, Limit, extract};
use crate::table::{Allowance, Stopped};

const UNKNOWN: Family = u32::MAX;

/// What is wanted of a node: the flips that make it fail, and those that make it hold.
pub(crate) type Wanted = [bool; 2];

/// What is wanted of each node of a module so that its gate gets the value `target`; `None` where
/// a leaf that may be flipped counts both ways, so that gates alone do not tell.
pub(crate) fn wanted(module: &Module, roles: &[Role], target: bool) -> Option<Vec<Wanted>> {
    let mut wanted = vec![[false; 2]; module.leaves.len() + module.gates.len()];
    wanted.last_mut()?[usize::from(target)] = true;
    for (at, gate) in module.gates.iter().enumerate().rev() {
        let here = wanted[module.leaves.len() + at];
        for input in module.inputs_of(gate) {
            let below = &mut wanted[(input >> 1) as usize];
            for value in [0, 1] {
                below[value ^ (input & 1) as usize] |= here[value];
            }
        }
    }
    let both =
        |(wanted, role): (&Wanted, &Role)| matches!(role, Role::Flips(_)) && wanted[0] && wanted[1];
    if wanted.iter().zip(roles).any(both) { None } else { Some(wanted) }
}

/// The construction of one module's sets, which can be put aside and taken up again.
pub(crate) struct Direct<'a> {
    module: &'a Module,
    roles: &'a [Role],
    wanted: Vec<Wanted>,
    /// By leaf.
    levels: Vec<u32>,
    families: Families,
    /// By node and value.
    values: Vec<[Family; 2]>,
    target: bool,
    /// The gate to make next.
    next: usize,
    steps: u64,
}

impl<'a> Direct<'a> {
    /// `roles` and `wanted` by leaf; `order`: the leaf at each level; the weights of a limit by
    /// level.
    pub fn new(
        module: &'a Module,
        roles: &'a [Role],
        wanted: Vec<Wanted>,
        order: &[u32],
        target: bool,
        limit: Option<Limit>,
        allowance: &Allowance,
    ) -> Self {
        let mut levels = vec![0; order.len()];
        for (level, leaf) in (0u32..).zip(order) {
            levels[*leaf as usize] = level;
        }
        let nodes = module.leaves.len() + module.gates.len();
        Self {
            module,
            roles,
            wanted,
            levels,
            families: Families::new(allowance, limit),
            values: vec![[UNKNOWN; 2]; nodes],
            target,
            next: 0,
            steps: 0,
        }
    }

    /// Goes on until it is done or so many steps have been taken in all: `Stopped::Steps`.
    pub fn run(&mut self, steps_max: u64) -> Result<Sets, Stopped> {
        let more = steps_max.saturating_sub(self.steps);
        self.families.steps.set(more);
        let result = self.gates();
        self.steps += more - self.families.steps.left();
        let root = result?;
        Ok(extract(&self.families.table, root))
    }

    /// Whether a set may have been left out or shortened.
    pub fn is_cut(&self) -> bool {
        self.families.is_cut
    }

    /// Steps taken so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The size of the smallest set found, under a limit; 0 if there is none.
    pub fn lightest(&self) -> u32 {
        match self.values.last().map_or(UNKNOWN, |of| of[usize::from(self.target)]) {
            UNKNOWN | NOTHING => 0,
            family => self.families.lightest(family),
        }
    }

    fn gates(&mut self) -> Result<Family, Stopped> {
        let leaves = self.module.leaves.len();
        while self.next < self.module.gates.len() {
            for value in [false, true] {
                if self.wanted[leaves + self.next][usize::from(value)] {
                    let family = self.gate(self.next, value)?;
                    self.values[leaves + self.next][usize::from(value)] = family;
                }
            }
            self.next += 1;
        }
        let root = self.values.last().map_or(UNKNOWN, |of| of[usize::from(self.target)]);
        Ok(root)
    }

    /// The sets that give a gate a value.
    fn gate(&mut self, gate: usize, value: bool) -> Result<Family, Stopped> {
        let gate = self.module.gates[gate];
        let inputs = self.module.inputs_of(&gate);
        let mut families = Vec::with_capacity(inputs.len());
        for input in inputs {
            families.push(self.input(input >> 1, value ^ (input & 1 == 1))?);
        }
        match gate.asks {
            Asks::All => self.all_or_any(families, value),
            Asks::AtLeast { need, weights } => {
                let weight = |at| self.module.weight(weights, at);
                let total: u128 = (0..families.len()).map(weight).sum();
                let need = if value { need } else { total + 1 - need };
                let weighed = families.iter().enumerate().map(|(at, of)| (weight(at), *of));
                self.families.at_least(need, weighed.collect())
            }
        }
    }

    fn input(&mut self, node: u32, value: bool) -> Result<Family, Stopped> {
        if self.module.gate_of(node).is_some() {
            return Ok(self.values[node as usize][usize::from(value)]);
        }
        match self.roles[node as usize] {
            Role::Flips(start) | Role::Stays(start) if start == value => Ok(EMPTY_SET),
            Role::Stays(_) => Ok(NOTHING),
            Role::Flips(_) => self.families.element(self.levels[node as usize]),
        }
    }

    /// Those that decide late are joined first, so that what is in between grows at the top only.
    fn all_or_any(&mut self, mut families: Vec<Family>, all: bool) -> Result<Family, Stopped> {
        let table = &self.families.table;
        families.sort_by_key(|of| (std::cmp::Reverse(table.entry(*of).level), *of));
        let (mut result, decided) = if all { (EMPTY_SET, NOTHING) } else { (NOTHING, EMPTY_SET) };
        if families.contains(&decided) {
            return Ok(decided);
        }
        for family in families {
            result = if all {
                let allowed = self.families.allowed();
                self.families.product(family, result, allowed)?
            } else {
                self.families.union(family, result)?
            };
        }
        Ok(result)
    }
}
