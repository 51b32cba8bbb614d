//! Takes out of a circuit what its surroundings already say: `x and g(x)` is `x and g(true)`.

use crate::circuit::{ALWAYS, Asks, Circuit, NEVER, Wire, number};

const NONE: u32 = u32::MAX;

/// Repeats until nothing changes, or long enough.
pub(crate) fn absorbed(circuit: Circuit) -> Circuit {
    const ROUNDS_MAX: usize = 6;
    let mut circuit = circuit;
    for _ in 0..ROUNDS_MAX {
        if absorb(&mut circuit) == 0 {
            break;
        }
        circuit = circuit.simplified();
    }
    circuit
}

/// If every way from the top to a gate passes through a conjunction, then wherever the gate
/// matters the other inputs of that conjunction hold. Such inputs, met again in the gate, become
/// constants. Returns how many did.
fn absorb(circuit: &mut Circuit) -> usize {
    let Some(top) = circuit.gate_of(circuit.top >> 1) else { return 0 };
    let children = dominated(circuit, top);
    let mut holds = vec![None; circuit.leaves + 1 + circuit.gates.len()];
    let mut learnt: Vec<u32> = Vec::new();
    let mut changed = 0;
    // Gates to enter, and where to take back what was learnt on entering one.
    let mut open = vec![(top, None)];
    while let Some((gate, leave)) = open.pop() {
        if let Some(start) = leave {
            learnt.drain(start..).for_each(|node| holds[node as usize] = None);
            continue;
        }
        let of = circuit.gates[gate];
        let inputs = of.start as usize..(of.start + of.length) as usize;
        for input in &mut circuit.inputs[inputs.clone()] {
            if let Some(value) = holds[(*input >> 1) as usize] {
                *input = if value ^ (*input & 1 == 1) { ALWAYS } else { NEVER };
                changed += 1;
            }
        }
        open.push((gate, Some(learnt.len())));
        if of.asks == Asks::All {
            for input in &circuit.inputs[inputs] {
                let node = *input >> 1;
                if node != ALWAYS >> 1 {
                    holds[node as usize] = Some(*input & 1 == 0);
                    learnt.push(node);
                }
            }
        }
        open.extend(children[gate].iter().map(|child| (*child, None)));
    }
    changed
}

/// For each gate, the gates that it dominates immediately (Lengauer and Tarjan's tree, found as
/// Cooper, Harvey and Kennedy do: one pass is enough without circles).
fn dominated(circuit: &Circuit, top: usize) -> Vec<Vec<usize>> {
    let count = circuit.gates.len();
    let mut above = vec![NONE; count];
    let mut depth = vec![0u32; count];
    let mut children = vec![Vec::new(); count];
    above[top] = number(top);
    let mut steps_left = 64 * (count + circuit.inputs.len());
    let mut join = |above: &[u32], depth: &[u32], one: u32, other: u32| {
        let (mut one, mut other) = (one, other);
        while one != other && steps_left > 0 {
            steps_left -= 1;
            if depth[one as usize] >= depth[other as usize] {
                one = above[one as usize];
            } else {
                other = above[other as usize];
            }
        }
        // Out of steps: the top dominates everything.
        if one == other { one } else { number(top) }
    };
    // Users come after what they use, so all users of a gate are known when it is come to.
    for gate in (0..=top).rev() {
        if above[gate] == NONE {
            continue;
        }
        if gate != top {
            depth[gate] = depth[above[gate] as usize] + 1;
            children[above[gate] as usize].push(gate);
        }
        let gate_inputs: &[Wire] = circuit.inputs_of(&circuit.gates[gate]);
        for input in gate_inputs {
            if let Some(used) = circuit.gate_of(*input >> 1) {
                above[used] = match above[used] {
                    NONE => number(gate),
                    known => join(&above, &depth, known, number(gate)),
                };
            }
        }
    }
    children
}
