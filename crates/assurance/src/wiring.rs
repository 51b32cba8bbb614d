//! A system seen from its inputs: which gates take a node, which way changes run.

use std::ops::{AddAssign, SubAssign};
use std::sync::Arc;

use crate::matching::Quantity;
use crate::system::{Gate, System};

/// An integer that holds every sum of weights of a system.
pub(crate) trait Weight:
    Copy + Ord + AddAssign + SubAssign + TryFrom<u128> + Send + Sync + 'static
{
    const ZERO: Self;
    /// More than any sum: no gate of this need ever reaches it.
    const NEVER: Self;
}

impl Weight for u64 {
    const ZERO: u64 = 0;
    const NEVER: u64 = u64::MAX;
}

impl Weight for u128 {
    const ZERO: u128 = 0;
    const NEVER: u128 = u128::MAX;
}

/// A gate that takes a node as an input.
#[derive(Clone, Copy)]
pub(crate) struct Edge<N> {
    pub gate: u32,
    pub weight: N,
}

/// What a node needs of its inputs before it holds, and before it fails.
#[derive(Clone, Copy)]
pub(crate) struct Needs<N> {
    pub holds: N,
    pub fails: N,
}

/// A reference to what does not hold.
pub(crate) struct Denial {
    pub reference: u32,
    pub body: u32,
}

/// A node that no variable has.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// By node, but where said otherwise.
pub(crate) struct Wiring<N> {
    /// Where the edges of a node start, twice for each: those to gates of other components, then
    /// those to gates of its own.
    starts: Vec<u32>,
    edges: Vec<Edge<N>>,
    pub needs: Vec<Needs<N>>,
    /// What is denied settles before who denies it: a node is in the layer after that of whatever
    /// it denies, and in no earlier one than what it depends on.
    pub layers: Vec<u32>,
    /// By layer.
    pub denials: Vec<Vec<Denial>>,
    /// By variable: where it stands plain, and denied.
    pub literals: Vec<[u32; 2]>,
}

/// In 64 bits if all sums of weights fit.
pub(crate) enum Wired {
    Short(Arc<Wiring<u64>>),
    Long(Arc<Wiring<u128>>),
}

impl Wired {
    pub fn new(system: &System) -> Self {
        match Wiring::new(system) {
            Some(wiring) => Self::Short(wiring.into()),
            None => {
                let wiring = Wiring::new(system);
                Self::Long(wiring.expect("weights add up to less than 2^127").into())
            }
        }
    }
}

impl<N: Weight> Wiring<N> {
    /// `None` if a sum is too long.
    fn new(system: &System) -> Option<Self> {
        let component = by_component(system);
        let mut starts = vec![0u32; 2 * system.gates.len() + 2];
        let slot = |below: u32, gate: u32| {
            let own = component[below as usize] == component[gate as usize];
            2 * below as usize + usize::from(own)
        };
        each_input(system, |below, gate, _| starts[slot(below, gate) + 2] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let count = starts[starts.len() - 1] as usize;
        let mut edges = vec![Edge { gate: 0, weight: N::ZERO }; count];
        each_input(system, |below, gate, weight| {
            let place = &mut starts[slot(below, gate) + 1];
            // Needs, which are sums, are checked below.
            let weight = N::try_from(weight).unwrap_or(N::NEVER);
            edges[*place as usize] = Edge { gate, weight };
            *place += 1;
        });
        let needs: Option<Vec<Needs<N>>> =
            system.gates.iter().map(|of| needs(system, of)).collect();
        let (layers, denials) = layers(system);
        Some(Self { starts, edges, needs: needs?, layers, denials, literals: literals(system) })
    }

    /// The gates of other components that take a node.
    #[inline]
    pub fn outward(&self, node: u32) -> &[Edge<N>] {
        let at = 2 * node as usize;
        &self.edges[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The gates of its own component that take a node.
    #[inline]
    pub fn inward(&self, node: u32) -> &[Edge<N>] {
        let at = 2 * node as usize + 1;
        &self.edges[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

fn by_component(system: &System) -> Vec<u32> {
    let mut component = vec![0; system.gates.len()];
    for (number, members) in (0..).zip(system.components.iter()) {
        members.iter().for_each(|node| component[*node as usize] = number);
    }
    component
}

/// Every input that counts, the gate that takes it, and its weight there. Denials do not count, and
/// sums of amounts are found all at once.
fn each_input(system: &System, mut visit: impl FnMut(u32, u32, u128)) {
    for (node, gate) in (0..).zip(&system.gates) {
        match gate {
            Gate::Threshold(threshold) => {
                for (at, input) in system.inputs_of(threshold).iter().enumerate() {
                    visit(input.0, node, system.weight_of(threshold, at));
                }
            }
            Gate::Reference { definition, positive: true } => {
                visit(system.definitions[*definition as usize].1.0, node, 1);
            }
            Gate::Quantity(quantity) => {
                visit(system.matching.promise(Quantity(*quantity)).when.0, node, 1);
            }
            Gate::Reference { positive: false, .. }
            | Gate::Constant(_)
            | Gate::Literal { .. }
            | Gate::Sum(_) => {}
        }
    }
}

/// `None` if they, or what they are counted against, are too long.
fn needs<N: Weight>(system: &System, gate: &Gate) -> Option<Needs<N>> {
    let short = |sum: u128| N::try_from(sum).ok().filter(|sum| *sum < N::NEVER);
    match gate {
        Gate::Threshold(threshold) => {
            let weights = 0..threshold.length as usize;
            let total: u128 = weights.map(|at| system.weight_of(threshold, at)).sum();
            short(total)?;
            Some(Needs { holds: short(threshold.need)?, fails: short(total + 1 - threshold.need)? })
        }
        Gate::Reference { positive: true, .. } | Gate::Quantity(_) => {
            Some(Needs { holds: short(1)?, fails: short(1)? })
        }
        Gate::Reference { positive: false, .. }
        | Gate::Constant(_)
        | Gate::Literal { .. }
        | Gate::Sum(_) => Some(Needs { holds: N::NEVER, fails: N::NEVER }),
    }
}

fn layers(system: &System) -> (Vec<u32>, Vec<Vec<Denial>>) {
    let mut layers = vec![0; system.gates.len()];
    let mut denials = vec![Vec::new()];
    let denied = |node: u32| match system.gates[node as usize] {
        Gate::Reference { definition, positive: false } => {
            Some(system.definitions[definition as usize].1.0)
        }
        _ => None,
    };
    for members in system.components.iter() {
        let mut layer: u32 = 0;
        for &node in members {
            let step = u32::from(denied(node).is_some());
            for below in (0..).map_while(|at| system.child(node, at)) {
                layer = layer.max(layers[below as usize] + step);
            }
        }
        members.iter().for_each(|node| layers[*node as usize] = layer);
        denials.resize_with(denials.len().max(layer as usize + 1), Vec::new);
        for &reference in members {
            if let Some(body) = denied(reference) {
                denials[layer as usize].push(Denial { reference, body });
            }
        }
    }
    (layers, denials)
}

fn literals(system: &System) -> Vec<[u32; 2]> {
    let mut literals = vec![[NOWHERE; 2]; system.variables.len()];
    for (node, gate) in (0..).zip(&system.gates) {
        if let Gate::Literal { variable, positive } = gate {
            literals[*variable as usize][usize::from(!positive)] = node;
        }
    }
    literals
}
