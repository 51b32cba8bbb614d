//! Who moves together.

use std::ops::Deref;

use crate::evaluator::Evaluator;
use crate::matching::Quantity;
use crate::system::{Definition, Gate, Node, System};

/// The mutual groups of what was evaluated: definitions that hold in the greatest reading and not
/// in the least, gathered into the strongly connected parts of who depends on whom. Groups come
/// after the groups they depend on; a definition that only follows a group is a group of one.
/// A definition that holds in both is of a group, too, if a quantity of it is that is more in the
/// greatest reading than in the least.
///
/// `least` and `greatest` have evaluated the same of one whole system, under these readings.
pub fn groups<S: Deref<Target = System>>(
    least: &Evaluator<S>,
    greatest: &Evaluator<S>,
) -> Vec<Vec<Definition>> {
    let system: &System = &least.system;
    let between: Vec<bool> = (0..)
        .zip(&system.gates)
        .map(|(node, gate)| match gate {
            Gate::Quantity(of) => least.amount(Quantity(*of)) != greatest.amount(Quantity(*of)),
            _ => greatest.holds(Node(node)) && !least.holds(Node(node)),
        })
        .collect();
    let between = |node: u32| between[node as usize];
    let quantities = system.matching.promises.iter().map(|promise| promise.node);
    let roots = system.references.iter().copied().chain(quantities);
    let roots = roots.map(|root| root.0).filter(|&node| between(node));
    let roots: Vec<u32> = roots.collect();
    // Dead and founded branches are not what anyone is waiting for. A filtered-out child becomes
    // an edge to the node itself, which changes no component.
    let found = crate::components::components(system.gates.len(), roots.into_iter(), |node, at| {
        system.child(node, at).map(|below| if between(below) { below } else { node })
    });
    let mut groups = Vec::new();
    for component in found.iter() {
        let members = component.iter().filter_map(|&node| match system.gates[node as usize] {
            Gate::Reference { definition, positive: true } => Some(Definition(definition)),
            Gate::Quantity(of) => {
                let when = system.matching.promise(Quantity(of)).when;
                match system.gates[when.0 as usize] {
                    Gate::Reference { definition, positive: true } if !between(when.0) => {
                        Some(Definition(definition))
                    }
                    _ => None,
                }
            }
            _ => None,
        });
        let mut group: Vec<Definition> = members.collect();
        group.sort_unstable();
        group.dedup();
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}
