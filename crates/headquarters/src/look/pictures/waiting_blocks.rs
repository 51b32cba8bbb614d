//! Nodes that wait for each other stand together in a block: in frames, one for each group that moves
//! together, with arrows along their right side.

use super::waiting_layout::{Curve, NODE_HEIGHT, NODE_WIDTH};

const INSET: f64 = 12.0;
const HEAD: f64 = 22.0;
const ROWS: usize = 8;
/// Room for arrows at the right of nodes in one column.
const GUTTER: f64 = 34.0;
/// More arrows than this inside a block cannot be told apart: the table has them.
const ARROWS_MAX: usize = 14;

/// A frame around nodes each of which waits, in the end, for every other.
#[derive(Clone, Debug)]
pub struct Ring {
    /// Its members.
    pub members: Vec<usize>,
    /// Left, top, width, height.
    pub frame: [f64; 4],
    /// The group that it holds: a place in the list of groups; `None` for nodes that wait for each
    /// other without moving together, or beside a group.
    pub group: Option<usize>,
}

/// What is inside a block, from its left top corner.
pub struct Block {
    /// Its members, group by group.
    pub members: Vec<usize>,
    /// Their left top corners, in the same order.
    pub corners: Vec<(f64, f64)>,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its frames, the outer before the inner.
    pub rings: Vec<Ring>,
    /// The arrows inside.
    pub curves: Vec<Curve>,
    /// Whether arrows inside are left out, because there would be too many.
    pub crowded: bool,
}

/// Nodes that can reach each other, or move together, in order of their first member.
pub fn together(count: usize, edges: &[(usize, usize)], groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut reach = vec![0u64; count];
    let turns = groups.iter().flat_map(|group| group.iter().zip(group.iter().cycle().skip(1)));
    let turns = turns.map(|(from, to)| (*from, *to)).filter(|(from, to)| *from.max(to) < count);
    for (from, to) in edges.iter().copied().chain(turns) {
        reach[from] |= 1 << to;
    }
    for middle in 0..count {
        let beyond = reach[middle];
        for row in &mut reach {
            if *row >> middle & 1 == 1 {
                *row |= beyond;
            }
        }
    }
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    for node in 0..count {
        let together =
            |other: usize| reach[node] >> other & 1 == 1 && reach[other] >> node & 1 == 1;
        match blocks.iter_mut().find(|members| together(members[0])) {
            Some(members) => members.push(node),
            None => blocks.push(vec![node]),
        }
    }
    blocks
}

/// Arranges the members of a block.
pub fn arrange(members: &[usize], edges: &[(usize, usize)], groups: &[Vec<usize>]) -> Block {
    if let [alone] = members {
        return Block {
            members: vec![*alone],
            corners: vec![(0.0, 0.0)],
            width: NODE_WIDTH,
            height: NODE_HEIGHT,
            rings: Vec::new(),
            curves: Vec::new(),
            crowded: false,
        };
    }
    let sections = sections(members, groups);
    let nested = sections.len() > 1;
    let inner: Vec<(usize, usize)> = arrows(edges, &sections);
    let upright = sections.iter().all(|(_, nodes)| nodes.len() <= ROWS);
    let drawn = upright && inner.len() <= ARROWS_MAX;
    let gutter = if drawn && !inner.is_empty() { GUTTER } else { 0.0 };
    let mut block = Block {
        members: Vec::new(),
        corners: Vec::new(),
        width: 0.0,
        height: if nested { HEAD } else { 0.0 },
        rings: Vec::new(),
        curves: Vec::new(),
        crowded: !drawn && !inner.is_empty(),
    };
    let left = if nested { INSET } else { 0.0 };
    for (group, nodes) in sections {
        let framed = group.is_some() || !nested;
        block.place(&nodes, left, framed, gutter);
        if framed {
            let from = block.rings.len();
            let frame = block.frame_of(&nodes, left, gutter);
            block.rings.insert(from, Ring { members: nodes, frame, group });
        }
        block.height += if nested { INSET / 2.0 } else { 0.0 };
    }
    block.width += left;
    if nested {
        let frame = [0.0, 0.0, block.width, block.height];
        block.rings.insert(0, Ring { members: block.members.clone(), frame, group: None });
    }
    if drawn {
        block.curves = inner.iter().map(|arrow| block.curve(*arrow)).collect();
    }
    block
}

/// The members of each group in its order, and last those of none.
fn sections(members: &[usize], groups: &[Vec<usize>]) -> Vec<(Option<usize>, Vec<usize>)> {
    let mut sections: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
    let mut left = members.to_vec();
    for (place, group) in groups.iter().enumerate() {
        let mut here = Vec::new();
        for member in group {
            if left.contains(member) && !here.contains(member) {
                here.push(*member);
            }
        }
        if here.len() > 1 {
            left.retain(|member| !here.contains(member));
            sections.push((Some(place), here));
        }
    }
    if !left.is_empty() {
        sections.push((None, left));
    }
    sections
}

/// The edges between members, but for sections in which everybody waits for everybody: that is said
/// in words.
fn arrows(
    edges: &[(usize, usize)],
    sections: &[(Option<usize>, Vec<usize>)],
) -> Vec<(usize, usize)> {
    let section = |node: &usize| sections.iter().position(|(_, nodes)| nodes.contains(node));
    let inside: Vec<(usize, usize, usize, usize)> = edges
        .iter()
        .filter_map(|(from, to)| Some((section(from)?, section(to)?, *from, *to)))
        .collect();
    let complete: Vec<bool> = sections
        .iter()
        .enumerate()
        .map(|(place, (_, nodes))| {
            let own = inside.iter().filter(|edge| (edge.0, edge.1) == (place, place)).count();
            own == nodes.len() * (nodes.len() - 1)
        })
        .collect();
    let drawn = inside.iter().filter(|(one, other, ..)| one != other || !complete[*one]);
    drawn.map(|(_, _, from, to)| (*from, *to)).collect()
}

impl Block {
    /// Puts nodes below what is there, in as many columns as they need.
    fn place(&mut self, nodes: &[usize], left: f64, framed: bool, gutter: f64) {
        let top = self.height + if framed { HEAD } else { INSET / 2.0 };
        for (index, node) in nodes.iter().enumerate() {
            let (column, row) = ((index / ROWS) as f64, (index % ROWS) as f64);
            self.members.push(*node);
            self.corners.push((
                left + INSET + column * (NODE_WIDTH + INSET),
                top + row * (NODE_HEIGHT + INSET / 2.0),
            ));
        }
        let (columns, rows) = (nodes.len().div_ceil(ROWS), nodes.len().min(ROWS));
        let width = columns as f64 * (NODE_WIDTH + INSET) + INSET + gutter;
        self.width = self.width.max(left + width);
        self.height = top + rows as f64 * (NODE_HEIGHT + INSET / 2.0);
    }

    /// The frame around nodes that were placed last.
    fn frame_of(&self, nodes: &[usize], left: f64, gutter: f64) -> [f64; 4] {
        let first = self.corners[self.corners.len() - nodes.len()];
        let top = first.1 - HEAD;
        let width = nodes.len().div_ceil(ROWS) as f64 * (NODE_WIDTH + INSET) + INSET + gutter;
        [left, top, width, self.height - top]
    }

    /// The left top corner of a member.
    pub fn corner(&self, node: usize) -> (f64, f64) {
        let place = self.members.iter().position(|member| *member == node);
        place.map_or((0.0, 0.0), |place| self.corners[place])
    }

    /// From the right side of one node round to the right side of the other; up and down do not
    /// touch.
    fn curve(&self, (from, to): (usize, usize)) -> Curve {
        let (one, other) = (self.corner(from), self.corner(to));
        let shift = if one.1 < other.1 { 5.0 } else { -5.0 };
        let middle = NODE_HEIGHT / 2.0;
        Curve {
            from: (one.0 + NODE_WIDTH, one.1 + middle + shift),
            to: (other.0 + NODE_WIDTH, other.1 + middle - shift),
            arrives: true,
            inside: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_that_wait_for_each_other_have_a_frame_each_within_one() {
        let edges = [(0, 1), (1, 0), (2, 3), (3, 2), (1, 2), (3, 4), (4, 0)];
        let groups = [vec![0, 1], vec![2, 3]];
        let blocks = together(5, &edges, &groups);
        assert_eq!(blocks, [vec![0, 1, 2, 3, 4]]);
        let block = arrange(&blocks[0], &edges, &groups);
        let rings: Vec<_> = block.rings.iter().map(|ring| (ring.group, &*ring.members)).collect();
        assert_eq!(
            rings,
            [(None, &[0, 1, 2, 3, 4][..]), (Some(0), &[0, 1][..]), (Some(1), &[2, 3][..])]
        );
        // Both pairs wait for all of themselves, which is said in words; three more arrows are left.
        assert_eq!((block.curves.len(), block.crowded), (3, false));
        for ring in &block.rings {
            let [left, top, width, height] = ring.frame;
            for member in &block.members {
                let (x, y) = block.corner(*member);
                let inside = x > left
                    && y > top
                    && x + NODE_WIDTH < left + width
                    && y + NODE_HEIGHT < top + height + 0.01;
                assert_eq!(inside, ring.members.contains(member), "{member} in {ring:?}");
            }
        }
    }

    #[test]
    fn a_group_stands_together_though_no_arrow_says_so() {
        let groups = [vec![0, 2]];
        assert_eq!(together(3, &[(0, 1), (1, 2)], &groups), [vec![0, 1, 2]]);
        assert_eq!(together(3, &[], &groups), [vec![0, 2], vec![1]]);
        let block = arrange(&[0, 2], &[], &groups);
        assert_eq!(block.rings.len(), 1);
        assert_eq!((block.rings[0].group, block.curves.len()), (Some(0), 0));
    }

    #[test]
    fn more_arrows_than_can_be_told_apart_are_left_out_and_that_is_known() {
        let ring: Vec<(usize, usize)> = (0..15).map(|node| (node, (node + 1) % 15)).collect();
        let members: Vec<usize> = (0..15).collect();
        let block = arrange(&members, &ring, &[]);
        assert!(block.crowded && block.curves.is_empty());
        let few = arrange(&members[..4], &[(0, 1), (1, 2), (2, 3), (3, 0)], &[]);
        assert!(!few.crowded && few.curves.len() == 4 && few.width > NODE_WIDTH + GUTTER);
    }
}
