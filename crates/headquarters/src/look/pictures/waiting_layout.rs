//! Where the boxes and arrows of a graph go: layers by longest path, order by barycentre (Sugiyama,
//! Tagawa and Toda, 1981), rings of mutual waiting kept together in one box.

use super::waiting_blocks::{Block, Ring, arrange, together};

/// A box's width, for a name of about 24 letters.
pub const NODE_WIDTH: f64 = 224.0;
/// A box's height, for two lines.
pub const NODE_HEIGHT: f64 = 42.0;
/// The most nodes that are laid out: reachability is kept in the bits of one word.
pub const NODES_MAX: usize = 60;

const GAP: f64 = 14.0;
/// In a drawing with a column of more than [`CROWDED`] boxes.
const GAP_CROWDED: f64 = 6.0;
const CROWDED: usize = 9;
const LANE: f64 = 46.0;
const THREAD: f64 = 6.0;

/// A piece of an arrow between two lanes, or an arrow inside a block.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// Where it starts.
    pub from: (f64, f64),
    /// Where it ends.
    pub to: (f64, f64),
    /// Whether it ends at the node waited for.
    pub arrives: bool,
    /// Whether it stays inside a block, along the right side of its nodes.
    pub inside: bool,
}

/// The drawing, in its own units.
pub struct Layout {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The left top corner of every node's box.
    pub corners: Vec<(f64, f64)>,
    /// The rings.
    pub rings: Vec<Ring>,
    /// The arrows, in pieces; arrows to one node share theirs.
    pub curves: Vec<Curve>,
    /// Whether a block lacks the arrows inside it, because there would be too many.
    pub crowded: bool,
}

/// Something that takes up height in a column: a block of nodes, or the thread of arrows that pass
/// through on their way to a node.
struct Vertex {
    column: usize,
    width: f64,
    height: f64,
    top: f64,
    /// `None` for a thread.
    block: Option<Block>,
    thread_to: Option<usize>,
}

/// Lays out `count` nodes, at most [`NODES_MAX`]; an edge `(waiter, awaited)` runs from left to
/// right. `groups` move together. What names no node is left out.
pub fn lay_out(count: usize, edges: &[(usize, usize)], groups: &[Vec<usize>]) -> Layout {
    let count = count.min(NODES_MAX);
    let mut edges: Vec<(usize, usize)> = edges
        .iter()
        .copied()
        .filter(|(from, to)| *from < count && *to < count && from != to)
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let blocks = together(count, &edges, groups);
    let mut block_of = vec![0; count];
    for (index, members) in blocks.iter().enumerate() {
        members.iter().for_each(|member| block_of[*member] = index);
    }
    let across: Vec<(usize, usize)> =
        edges.iter().copied().filter(|(from, to)| block_of[*from] != block_of[*to]).collect();
    let columns = columns(blocks.len(), &across, &block_of);
    let arranged = blocks.iter().map(|members| arrange(members, &edges, groups));
    let mut vertices: Vec<Vertex> =
        arranged.zip(&columns).map(|(block, column)| vertex(block, *column)).collect();
    let links = thread(&mut vertices, &across, &block_of);
    let order = ordered(&vertices, &links);
    settle(&mut vertices, &order, &links);
    drawn(count, &vertices, &links, &order)
}

/// The column of each block: what is waited for stands right of all who wait, and as far right as
/// it can.
fn columns(count: usize, across: &[(usize, usize)], block_of: &[usize]) -> Vec<usize> {
    let mut depth = vec![0; count];
    // Blocks form no ring, so no path is longer than their number.
    for _ in 0..count {
        for (from, to) in across {
            let (from, to) = (block_of[*from], block_of[*to]);
            depth[from] = depth[from].max(depth[to] + 1);
        }
    }
    let deepest = depth.iter().copied().max().unwrap_or(0);
    depth.into_iter().map(|depth| deepest - depth).collect()
}

fn vertex(block: Block, column: usize) -> Vertex {
    let (width, height) = (block.width, block.height);
    Vertex { column, width, height, top: 0.0, block: Some(block), thread_to: None }
}

/// A link between vertices of neighbouring columns, with the nodes it leaves and reaches.
struct Link {
    from: usize,
    to: usize,
    leaves: Option<usize>,
    reaches: Option<usize>,
}

/// Adds the threads of long edges, one for each node waited for and column passed.
fn thread(vertices: &mut Vec<Vertex>, across: &[(usize, usize)], block_of: &[usize]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (from, to) in across {
        let mut at = block_of[*from];
        let target = block_of[*to];
        let mut leaves = Some(*from);
        while vertices[at].column + 1 < vertices[target].column {
            let column = vertices[at].column + 1;
            let known = vertices
                .iter()
                .position(|vertex| vertex.thread_to == Some(*to) && vertex.column == column);
            let next = known.unwrap_or_else(|| {
                let thread_to = Some(*to);
                vertices.push(Vertex {
                    column,
                    width: 0.0,
                    height: THREAD,
                    top: 0.0,
                    block: None,
                    thread_to,
                });
                vertices.len() - 1
            });
            links.push(Link { from: at, to: next, leaves, reaches: None });
            (at, leaves) = (next, None);
        }
        links.push(Link { from: at, to: target, leaves, reaches: Some(*to) });
    }
    // Arrows that share a thread share its pieces.
    links.sort_by_key(|link| {
        (vertices[link.from].column, link.from, link.to, link.leaves, link.reaches)
    });
    links.dedup_by_key(|link| (link.from, link.to, link.leaves, link.reaches));
    links
}

/// The vertices of each column from top to bottom, with few crossings.
fn ordered(vertices: &[Vertex], links: &[Link]) -> Vec<Vec<usize>> {
    let last = vertices.iter().map(|vertex| vertex.column).max().unwrap_or(0);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (index, vertex) in vertices.iter().enumerate() {
        order[vertex.column].push(index);
    }
    let mut place = vec![0.0; vertices.len()];
    let mut best = (usize::MAX, order.clone());
    let near = links_at(vertices.len(), links);
    for sweep in 0..12 {
        let rightward = sweep % 2 == 0;
        for step in 0..=last {
            let column = if rightward { step } else { last - step };
            let mean = |vertex: usize| {
                let sides = near[vertex].iter().map(|index| &links[*index]);
                let sides = sides.filter_map(|link| match rightward {
                    true => (link.to == vertex).then_some(link.from),
                    false => (link.from == vertex).then_some(link.to),
                });
                let (sum, count) =
                    sides.fold((0.0, 0.0), |(sum, count), other| (sum + place[other], count + 1.0));
                if count > 0.0 { sum / count } else { place[vertex] }
            };
            let mut means: Vec<(f64, usize)> =
                order[column].iter().map(|vertex| (mean(*vertex), *vertex)).collect();
            means.sort_by(|one, two| one.0.total_cmp(&two.0));
            order[column] = means.into_iter().map(|pair| pair.1).collect();
            let size = order[column].len() as f64;
            for (row, vertex) in order[column].iter().enumerate() {
                place[*vertex] = (row as f64 + 0.5) / size;
            }
        }
        let crossings = crossings(vertices, links, &place);
        if crossings < best.0 {
            best = (crossings, order.clone());
        }
    }
    best.1
}

/// How many pairs of links cross. Links are in order of their column, and only those between the same
/// two columns can cross.
fn crossings(vertices: &[Vertex], links: &[Link], place: &[f64]) -> usize {
    let mut count = 0;
    for lane in links.chunk_by(|one, two| vertices[one.from].column == vertices[two.from].column) {
        for (index, one) in lane.iter().enumerate() {
            let cross = |two: &&Link| {
                (place[one.from] - place[two.from]) * (place[one.to] - place[two.to]) < 0.0
            };
            count += lane[index + 1..].iter().filter(cross).count();
        }
    }
    count
}

/// The links at each vertex.
fn links_at(vertices: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut at = vec![Vec::new(); vertices];
    for (index, link) in links.iter().enumerate() {
        at[link.from].push(index);
        at[link.to].push(index);
    }
    at
}

/// Moves every vertex towards the middle of its neighbours, as far as its column allows. The fullest
/// column, packed, gives the height of the drawing.
fn settle(vertices: &mut [Vertex], order: &[Vec<usize>], links: &[Link]) {
    let fullest = order.iter().map(Vec::len).max().unwrap_or(0);
    let gap = if fullest > CROWDED { GAP_CROWDED } else { GAP };
    let mut bottom = 0.0f64;
    for column in order {
        let mut top = 0.0;
        for vertex in column {
            vertices[*vertex].top = top;
            top += vertices[*vertex].height + gap;
        }
        bottom = bottom.max(top - gap);
    }
    let near = links_at(vertices.len(), links);
    for sweep in 0..10 {
        for step in 0..order.len() {
            let column = if sweep % 2 == 0 { &order[step] } else { &order[order.len() - 1 - step] };
            let wanted = column.iter().map(|vertex| {
                let near: Vec<&Link> = near[*vertex].iter().map(|index| &links[*index]).collect();
                middle(vertices, &near, *vertex)
            });
            let wanted: Vec<f64> = wanted.collect();
            let heights: Vec<f64> = column.iter().map(|vertex| vertices[*vertex].height).collect();
            for (row, top) in spread(&wanted, &heights, gap, bottom).into_iter().enumerate() {
                vertices[column[row]].top = top;
            }
        }
    }
    let highest = vertices.iter().map(|vertex| vertex.top).fold(f64::INFINITY, f64::min);
    vertices.iter_mut().for_each(|vertex| vertex.top -= highest);
}

/// Tops as near to those wanted as order, gap and bottom allow.
fn spread(wanted: &[f64], heights: &[f64], gap: f64, bottom: f64) -> Vec<f64> {
    let mut down = wanted.to_vec();
    let mut up = wanted.to_vec();
    for row in 1..wanted.len() {
        down[row] = down[row].max(down[row - 1] + heights[row - 1] + gap);
    }
    for row in (1..wanted.len()).rev() {
        up[row - 1] = up[row - 1].min(up[row] - heights[row - 1] - gap);
    }
    // Both keep their distances, so their mean does.
    let mut tops: Vec<f64> =
        down.iter().zip(up).map(|(down, up)| f64::midpoint(*down, up)).collect();
    let mut free = 0.0;
    for (top, height) in tops.iter_mut().zip(heights) {
        *top = top.max(free);
        free = *top + height + gap;
    }
    let mut floor = bottom;
    for (top, height) in tops.iter_mut().zip(heights).rev() {
        *top = top.min(floor - height);
        floor = *top - gap;
    }
    tops
}

/// The top that would put a vertex at the mean height of its neighbours.
fn middle(vertices: &[Vertex], links: &[&Link], vertex: usize) -> f64 {
    let height = |vertex: usize, node: Option<usize>| {
        vertices[vertex].top
            + node.map_or(vertices[vertex].height / 2.0, |node| rise(&vertices[vertex], node))
    };
    let (mut sum, mut count) = (0.0, 0.0);
    for link in links {
        if link.from == vertex {
            let own = height(vertex, link.leaves) - vertices[vertex].top;
            (sum, count) = (sum + height(link.to, link.reaches) - own, count + 1.0);
        } else if link.to == vertex {
            let own = height(vertex, link.reaches) - vertices[vertex].top;
            (sum, count) = (sum + height(link.from, link.leaves) - own, count + 1.0);
        }
    }
    if count > 0.0 { sum / count } else { vertices[vertex].top }
}

/// How far below the top of its block a node's middle lies.
fn rise(vertex: &Vertex, node: usize) -> f64 {
    vertex.block.as_ref().map_or(0.0, |block| block.corner(node).1) + NODE_HEIGHT / 2.0
}

fn drawn(count: usize, vertices: &[Vertex], links: &[Link], order: &[Vec<usize>]) -> Layout {
    let mut lefts = Vec::new();
    let mut widths = Vec::new();
    let mut left = 0.0;
    for column in order {
        let width = column.iter().map(|vertex| vertices[*vertex].width).fold(0.0, f64::max);
        lefts.push(left);
        widths.push(width);
        left += width + LANE;
    }
    let mut layout = Layout {
        width: (left - LANE).max(0.0),
        height: vertices.iter().map(|vertex| vertex.top + vertex.height).fold(0.0, f64::max),
        corners: vec![(0.0, 0.0); count],
        rings: Vec::new(),
        curves: Vec::new(),
        crowded: false,
    };
    for vertex in vertices {
        if let Some(block) = &vertex.block {
            layout.put(block, (lefts[vertex.column], vertex.top));
        }
    }
    for link in links {
        let (from, to) = (&vertices[link.from], &vertices[link.to]);
        let start = link.leaves.map_or(from.height / 2.0, |node| rise(from, node));
        let end = link.reaches.map_or(to.height / 2.0, |node| rise(to, node));
        // A thread crosses its whole column, a box only its own width.
        let edge = if from.block.is_none() { widths[from.column] } else { from.width };
        let bend = (lefts[from.column] + widths[from.column], from.top + start);
        let leave = (lefts[from.column] + edge, from.top + start);
        if bend.0 - leave.0 > 0.5 {
            layout.curves.push(Curve { from: leave, to: bend, arrives: false, inside: false });
        }
        let to_point = (lefts[to.column], to.top + end);
        layout.curves.push(Curve {
            from: bend,
            to: to_point,
            arrives: link.reaches.is_some(),
            inside: false,
        });
        if to.block.is_none() {
            let out = (to_point.0 + widths[to.column], to_point.1);
            layout.curves.push(Curve { from: to_point, to: out, arrives: false, inside: false });
        }
    }
    layout
}

impl Layout {
    /// Puts a block's nodes, frames and arrows where it stands.
    fn put(&mut self, block: &Block, (left, top): (f64, f64)) {
        let moved = |(x, y): (f64, f64)| (left + x, top + y);
        for (node, corner) in block.members.iter().zip(&block.corners) {
            self.corners[*node] = moved(*corner);
        }
        for ring in &block.rings {
            let [x, y, width, height] = ring.frame;
            self.rings.push(Ring { frame: [left + x, top + y, width, height], ..ring.clone() });
        }
        let curves = block.curves.iter();
        self.curves.extend(curves.map(|curve| Curve {
            from: moved(curve.from),
            to: moved(curve.to),
            ..*curve
        }));
        self.crowded |= block.crowded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator (Marsaglia's xorshift, 2003), so that a failing world can be drawn again.
    fn graph(seed: u64) -> (usize, Vec<(usize, usize)>, Vec<Vec<usize>>) {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).expect("below a usize")
        };
        let count = 1 + next(NODES_MAX);
        let edges = next(3 * count);
        let edges = (0..edges).map(|_| (next(count), next(count))).collect();
        let group = |next: &mut dyn FnMut(usize) -> usize| -> Vec<usize> {
            (0..next(6)).map(|_| next(count)).collect()
        };
        let groups = (0..next(4)).map(|_| group(&mut next)).collect();
        (count, edges, groups)
    }

    fn overlap(one: (f64, f64), two: (f64, f64)) -> bool {
        (one.0 - two.0).abs() < NODE_WIDTH && (one.1 - two.1).abs() < NODE_HEIGHT
    }

    #[test]
    fn no_two_boxes_overlap_and_all_lie_inside_whatever_the_graph() {
        for seed in 0..300 {
            let (count, edges, groups) = graph(seed);
            let layout = lay_out(count, &edges, &groups);
            let world = || format!("seed {seed}: {count} nodes, {edges:?}, {groups:?}");
            for (index, one) in layout.corners.iter().enumerate() {
                assert!(one.0 >= 0.0 && one.1 >= -0.01, "{}", world());
                assert!(one.0 + NODE_WIDTH <= layout.width + 0.01, "{}", world());
                assert!(one.1 + NODE_HEIGHT <= layout.height + 0.01, "{}", world());
                for two in &layout.corners[index + 1..] {
                    assert!(!overlap(*one, *two), "{}", world());
                }
            }
        }
    }

    #[test]
    fn who_waits_stands_left_of_what_he_waits_for_unless_both_are_in_a_ring() {
        for seed in 0..300 {
            let (count, edges, groups) = graph(seed);
            let layout = lay_out(count, &edges, &groups);
            let together = |from, to| {
                layout
                    .rings
                    .iter()
                    .any(|ring| ring.members.contains(&from) && ring.members.contains(&to))
            };
            for (from, to) in edges.iter().copied().filter(|(from, to)| from != to) {
                let left = layout.corners[from].0 < layout.corners[to].0;
                assert!(left || together(from, to), "seed {seed}: {from} -> {to} of {edges:?}");
            }
        }
    }

    #[test]
    fn a_ring_and_what_hangs_on_it_are_told_apart() {
        // 0 and 1 wait for each other, 2 waits for 1, both rings' members wait for 3.
        let layout = lay_out(4, &[(0, 1), (1, 0), (2, 1), (0, 3), (1, 3), (9, 1), (3, 3)], &[]);
        assert_eq!(layout.rings.len(), 1);
        assert_eq!(layout.rings[0].members, [0, 1]);
        assert_eq!(layout.curves.iter().filter(|curve| curve.arrives).count(), 3);
        assert!(layout.corners[2].0 < layout.corners[0].0);
    }

    #[test]
    fn nothing_is_laid_out_as_nothing_and_too_many_as_far_as_they_go() {
        let layout = lay_out(0, &[], &[]);
        assert!(layout.corners.is_empty() && layout.width == 0.0);
        assert_eq!(lay_out(500, &[(0, 499)], &[vec![0, 499]]).corners.len(), NODES_MAX);
    }
}
