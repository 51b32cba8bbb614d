//! Strongly connected components, iteratively: a system may be nested deeper than the stack.

/// Components in the order "what is depended on comes first".
pub(crate) struct Components {
    /// Every visited node once, component by component.
    pub order: Vec<u32>,
    /// Where each component ends in `order`.
    pub ends: Vec<usize>,
}

impl Components {
    /// The components as slices of nodes.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.order[start..end])
    }
}

const UNSEEN: u32 = u32::MAX;

/// Tarjan's algorithm (1972) with an explicit stack. `child(node, k)` is the k-th node that
/// `node` depends on, `None` past the last.
pub(crate) fn components(
    count: usize,
    roots: impl Iterator<Item = u32>,
    child: impl Fn(u32, usize) -> Option<u32>,
) -> Components {
    let mut found = Components { order: Vec::new(), ends: Vec::new() };
    let mut number = vec![UNSEEN; count];
    let mut lowest = vec![UNSEEN; count];
    let mut open = vec![false; count];
    let mut waiting: Vec<u32> = Vec::new();
    let mut path: Vec<(u32, usize)> = Vec::new();
    let mut next = 0u32;
    for root in roots {
        if number[root as usize] != UNSEEN {
            continue;
        }
        path.push((root, 0));
        while let Some((node, at)) = path.last_mut() {
            let here = *node as usize;
            if *at == 0 {
                number[here] = next;
                lowest[here] = next;
                next += 1;
                open[here] = true;
                waiting.push(*node);
            }
            let step = child(*node, *at);
            *at += 1;
            if let Some(below) = step {
                let target = below as usize;
                if number[target] == UNSEEN {
                    path.push((below, 0));
                } else if open[target] {
                    lowest[here] = lowest[here].min(number[target]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                let above = *parent as usize;
                lowest[above] = lowest[above].min(lowest[here]);
            }
            if lowest[here] == number[here] {
                while let Some(member) = waiting.pop() {
                    open[member as usize] = false;
                    found.order.push(member);
                    if member as usize == here {
                        break;
                    }
                }
                found.ends.push(found.order.len());
            }
        }
    }
    found
}
