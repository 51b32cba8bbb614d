//! Who waits for whom: promises and circumstances, with an arrow from each that waits to what it
//! waits for.

use maud::{Markup, html};

use super::frame::{Frame, framed, labelled_by, length, nothing, shorten, spoken};
use super::waiting_blocks::Ring;
use super::waiting_layout::{Curve, Layout, NODE_HEIGHT, NODE_WIDTH, NODES_MAX, lay_out};
use crate::look::parts::{Column, Glyph, Standing, glyph, standing, strokes};

/// Letters that fit into a box: of the name, which is bold, and of the line below it.
const NAME_LETTERS: usize = 22;
const LINE_LETTERS: usize = 28;

/// Who waits for whom.
#[derive(Debug)]
pub struct Waiting<'a> {
    /// Once a page; letters, digits and hyphens.
    pub id: &'a str,
    /// What is shown: "Who waits for whom, without Germany".
    pub title: &'a str,
    /// Everything that waits or is waited for.
    pub nodes: &'a [Node],
    /// Pairs of indices into `nodes`: the first waits for the second. A pair that names no node is
    /// left out.
    pub edges: &'a [(usize, usize)],
    /// Those that move together; nobody is in two.
    pub groups: &'a [Group],
}

/// Nodes that move together.
#[derive(Clone, Debug)]
pub struct Group {
    /// "Group 1"; empty where there is only one.
    pub name: String,
    /// Indices into the nodes, in the order to be shown.
    pub members: Vec<usize>,
}

/// Something that waits or is waited for.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name: "France" or "peace deal signed".
    pub name: String,
    /// A second, smaller line: "6 000 persons"; may be empty.
    pub detail: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its page, for the table.
    pub href: Option<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A commitment, or a party by its commitments, with its standing.
    Promise(Standing),
    /// A circumstance.
    Circumstance(Known),
}

/// What is known of a circumstance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It holds, or is assumed to.
    Holds,
    /// It does not hold, or is assumed not to.
    DoesNotHold,
    /// Nobody knows.
    Unknown,
}

impl Known {
    fn word(self) -> &'static str {
        match self {
            Known::Holds => "holds",
            Known::DoesNotHold => "does not hold",
            Known::Unknown => "not known",
        }
    }

    fn sign(self) -> Glyph {
        match self {
            Known::Holds => Glyph::Tick,
            Known::DoesNotHold => Glyph::Cross,
            Known::Unknown => Glyph::Empty,
        }
    }
}

impl NodeKind {
    fn word(self) -> &'static str {
        match self {
            NodeKind::Promise(standing) => standing.word(),
            NodeKind::Circumstance(known) => known.word(),
        }
    }

    fn sign(self) -> Glyph {
        match self {
            NodeKind::Promise(standing) => standing.sign(),
            NodeKind::Circumstance(known) => known.sign(),
        }
    }

    fn class(self) -> &'static str {
        match self {
            NodeKind::Promise(Standing::Firm) | NodeKind::Circumstance(Known::Holds) => {
                "node node-firm"
            }
            NodeKind::Promise(Standing::Mutual) => "node node-mutual",
            NodeKind::Promise(Standing::Waiting) => "node node-waiting",
            NodeKind::Promise(Standing::Void) | NodeKind::Circumstance(Known::DoesNotHold) => {
                "node node-void"
            }
            NodeKind::Circumstance(Known::Unknown) => "node",
        }
    }
}

/// The picture, with every node and what it waits for in the table behind it. Of more than 60 nodes
/// the most entangled part is drawn, and the picture says so.
pub fn waiting(waiting: &Waiting<'_>) -> Markup {
    if waiting.nodes.is_empty() {
        return nothing(waiting.title, "No promise is made yet, so nobody waits for anybody.");
    }
    let count = waiting.nodes.len();
    let inside = |edge: &(usize, usize)| edge.0 < count && edge.1 < count;
    let mut edges: Vec<(usize, usize)> = waiting.edges.iter().copied().filter(inside).collect();
    edges.sort_unstable();
    edges.dedup();
    let shown = shown(count, &edges, waiting.groups);
    let drawing = if shown.is_empty() {
        html! { p { "Nobody waits for anybody." } }
    } else {
        drawing(waiting, &edges, &shown)
    };
    let (columns, rows) = behind(waiting, &edges);
    let below = below(waiting, &edges, &shown);
    framed(Frame { id: waiting.id, title: waiting.title, drawing, below, columns, rows })
}

/// Which nodes are drawn: all that have an edge or a group; of too many, the largest connected part; of a part
/// too large, those with most edges.
fn shown(count: usize, edges: &[(usize, usize)], groups: &[Group]) -> Vec<usize> {
    let mut degree = vec![0usize; count];
    let mut part: Vec<usize> = (0..count).collect();
    fn root(part: &mut [usize], mut node: usize) -> usize {
        while part[node] != node {
            part[node] = part[part[node]];
            node = part[node];
        }
        node
    }
    let turns =
        groups.iter().flat_map(|group| group.members.iter().zip(group.members.iter().skip(1)));
    let turns =
        turns.map(|(one, other)| (*one, *other)).filter(|(one, other)| *one.max(other) < count);
    for (from, to) in edges.iter().copied().chain(turns).filter(|(from, to)| from != to) {
        degree[from] += 1;
        degree[to] += 1;
        let (one, two) = (root(&mut part, from), root(&mut part, to));
        part[one.max(two)] = one.min(two);
    }
    let mut shown: Vec<usize> = (0..count).filter(|node| degree[*node] > 0).collect();
    if shown.len() <= NODES_MAX {
        return shown;
    }
    let roots: Vec<usize> = (0..count).map(|node| root(&mut part, node)).collect();
    let mut sizes = vec![0usize; count];
    roots.iter().for_each(|root| sizes[*root] += 1);
    let largest = (0..count).rev().max_by_key(|node| sizes[*node]);
    shown.retain(|node| Some(roots[*node]) == largest);
    shown.sort_by_key(|node| (usize::MAX - degree[*node], *node));
    shown.truncate(NODES_MAX);
    shown.sort_unstable();
    shown
}

fn drawing(waiting: &Waiting<'_>, edges: &[(usize, usize)], shown: &[usize]) -> Markup {
    let place = |node: &usize| shown.binary_search(node).ok();
    let inner: Vec<(usize, usize)> =
        edges.iter().filter_map(|(from, to)| Some((place(from)?, place(to)?))).collect();
    let groups: Vec<Vec<usize>> = waiting
        .groups
        .iter()
        .map(|group| group.members.iter().filter_map(place).collect())
        .collect();
    let layout = lay_out(shown.len(), &inner, &groups);
    // Room for lines at the rim.
    let (width, height) = (layout.width + 4.0, layout.height + 4.0);
    let head = format!("{}-head", waiting.id);
    html! {
        div.picture-scroll tabindex="0" role="group" aria-label=(waiting.title) {
            svg.graph width=(length(width)) height=(length(height))
                viewBox={ "-2 -2 " (length(width)) " " (length(height)) }
                role="img" aria-labelledby=(labelled_by(waiting.id)) {
                (spoken(waiting.id, waiting.title, &description(waiting, edges, shown)))
                defs {
                    marker id=(head) viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8"
                        markerHeight="8" markerUnits="userSpaceOnUse" orient="auto" {
                        path.edge-head d="M0 0.5L8 4L0 7.5z" {}
                    }
                }
                @for ring in &layout.rings { (ring_drawn(ring, waiting)) }
                @for curve in &layout.curves { (curve_drawn(curve, &head)) }
                @for (index, node) in shown.iter().enumerate() {
                    (node_drawn(&waiting.nodes[*node], layout.corners[index]))
                }
            }
        }
        (legend(&layout, waiting, shown))
    }
}

fn ring_drawn(ring: &Ring, waiting: &Waiting<'_>) -> Markup {
    let [left, top, width, height] = ring.frame;
    let group = ring.group.map(|place| &waiting.groups[place]);
    let count = ring.members.len();
    html! {
        rect class=(if group.is_some() { "group" } else { "ring" }) x=(length(left)) y=(length(top))
            width=(length(width)) height=(length(height)) rx="4" {}
        text.strong x=(length(left + 12.0)) y=(length(top + 15.0)) {
            @match group {
                Some(Group { name, .. }) if name.is_empty() => { (count) " move together" }
                Some(Group { name, .. }) => { (name) ": " (count) " move together" }
                None => { (count) " wait for each other" }
            }
        }
    }
}

fn curve_drawn(curve: &Curve, head: &str) -> Markup {
    let ((x1, y1), (x2, y2)) = (curve.from, curve.to);
    let bend = f64::midpoint(x1, x2);
    let path = if curve.inside {
        // The further it has to go, the wider it swings, so that arrows do not lie on each other.
        let upward = if y2 < y1 { 7.0 } else { 0.0 };
        let swing = x1 + (14.0 + upward + (y1 - y2).abs() / 8.0).min(44.0);
        let [x1, y1, swing, x2, y2] = [x1, y1, swing, x2, y2].map(length);
        format!("M{x1} {y1}C{swing} {y1} {swing} {y2} {x2} {y2}")
    } else if (y1 - y2).abs() < 0.05 {
        format!("M{} {}H{}", length(x1), length(y1), length(x2))
    } else {
        format!(
            "M{} {}C{} {} {} {} {} {}",
            length(x1),
            length(y1),
            length(bend),
            length(y1),
            length(bend),
            length(y2),
            length(x2),
            length(y2)
        )
    };
    let end = curve.arrives.then(|| format!("url(#{head})"));
    let class = if curve.inside { "edge edge-inside" } else { "edge" };
    html! { path class=(class) d=(path) marker-end=[end] {} }
}

fn node_drawn(node: &Node, corner: (f64, f64)) -> Markup {
    let round = matches!(node.kind, NodeKind::Circumstance(_));
    let word = node.kind.word();
    let full =
        if node.detail.is_empty() { word.into() } else { format!("{} · {word}", node.detail) };
    // The standing is what one looks for: the detail gives way to it.
    let room = LINE_LETTERS.saturating_sub(word.chars().count() + 3);
    let line = match node.detail.is_empty() {
        true => word.into(),
        false => format!("{} · {word}", shorten(&node.detail, room)),
    };
    html! {
        g class=(node.kind.class()) transform={ "translate(" (length(corner.0)) " " (length(corner.1)) ")" } {
            title { (node.name) ", " (full) }
            rect width=(length(NODE_WIDTH)) height=(length(NODE_HEIGHT)) rx=(if round { "20" } else { "2" }) {}
            g.sign transform="translate(12 14.5) scale(1.1)" { (strokes(node.kind.sign())) }
            text.strong x="34" y="18" { (shorten(&node.name, NAME_LETTERS)) }
            text x="34" y="33" { (line) }
        }
    }
}

fn legend(layout: &Layout, waiting: &Waiting<'_>, shown: &[usize]) -> Markup {
    let standings = Standing::ALL.into_iter().filter(|one| {
        shown.iter().any(|node| waiting.nodes[*node].kind == NodeKind::Promise(*one))
    });
    let known = [Known::Holds, Known::DoesNotHold, Known::Unknown].into_iter().filter(|one| {
        shown.iter().any(|node| waiting.nodes[*node].kind == NodeKind::Circumstance(*one))
    });
    let inside = layout.curves.iter().any(|curve| curve.inside);
    html! {
        ul.legend {
            @for one in standings { li { (glyph(one.sign())) (one.word()) } }
            @for one in known { li { (glyph(one.sign())) "circumstance: " (one.word()) } }
            li { "An arrow leads to what is waited for." }
            @if layout.rings.iter().any(|ring| ring.group.is_some()) {
                li { "A full frame holds those who move together." }
            }
            @if layout.rings.iter().any(|ring| ring.group.is_none()) {
                li { "A broken frame holds those who wait for each other." }
            }
            @if inside { li { "A broken arrow stays inside its frame." } }
            @if layout.crowded { li { "Arrows inside a full frame are too many to draw: the table has them." } }
            @else if layout.rings.len() > usize::from(inside) { li { "Where a frame has no arrows inside, each waits for the others." } }
        }
    }
}

fn below(waiting: &Waiting<'_>, edges: &[(usize, usize)], shown: &[usize]) -> Markup {
    let tied = edges.iter().flat_map(|(from, to)| [*from, *to]);
    let moving = waiting.groups.iter().flat_map(|group| group.members.iter().copied());
    let known = |node: &usize| *node < waiting.nodes.len();
    let mut entangled: Vec<usize> = tied.chain(moving).filter(known).collect();
    entangled.sort_unstable();
    entangled.dedup();
    let alone = waiting.nodes.len() - entangled.len();
    html! {
        @if shown.len() < entangled.len() {
            p.small.quiet {
                "The most entangled " (shown.len()) " of " (entangled.len()) " are drawn; the table has all."
            }
        }
        @if alone > 0 && !shown.is_empty() {
            p.small.quiet {
                (alone) @if alone == 1 { " more neither waits nor is waited for." }
                @else { " more neither wait nor are waited for." }
            }
        }
    }
}

fn description(waiting: &Waiting<'_>, edges: &[(usize, usize)], shown: &[usize]) -> String {
    let count = |one: Standing| {
        waiting.nodes.iter().filter(|node| node.kind == NodeKind::Promise(one)).count()
    };
    let counts: Vec<String> =
        Standing::ALL.iter().map(|one| format!("{} {}", count(*one), one.word())).collect();
    format!(
        "{} of {} drawn, with {} arrows in all. Promises: {}.",
        shown.len(),
        waiting.nodes.len(),
        edges.len(),
        counts.join(", ")
    )
}

fn behind<'a>(
    waiting: &Waiting<'_>,
    edges: &[(usize, usize)],
) -> (Vec<Column<'a>>, Vec<Vec<Markup>>) {
    let linked = |node: &Node| {
        html! {
            @match &node.href { Some(href) => a href=(href) { (node.name) }, None => (node.name) }
        }
    };
    let group = |index: usize| waiting.groups.iter().find(|group| group.members.contains(&index));
    let row = |(index, node): (usize, &Node)| {
        let start = edges.partition_point(|edge| edge.0 < index);
        let awaited = edges[start..].iter().take_while(|edge| edge.0 == index);
        let awaited: Vec<&Node> = awaited.map(|edge| &waiting.nodes[edge.1]).collect();
        vec![
            linked(node),
            html! { (node.detail) },
            html! {
                @match node.kind {
                    NodeKind::Promise(one) => {
                        (standing(one))
                        @if let Some(group) = group(index).filter(|group| !group.name.is_empty()) { " " (group.name) }
                    }
                    NodeKind::Circumstance(known) => { (glyph(known.sign())) " " (known.word()) },
                }
            },
            html! {
                @for (position, other) in awaited.iter().enumerate() {
                    @if position > 0 { "; " }
                    (other.name) @if !other.detail.is_empty() { " (" (other.detail) ")" }
                }
                @if awaited.is_empty() {
                    @if group(index).is_some() { "the others of its group" } @else { "nobody" }
                }
            },
        ]
    };
    let columns = ["Who or what", "What", "Standing", "Waits for"].map(Column::words).to_vec();
    (columns, waiting.nodes.iter().enumerate().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn node(name: &str, kind: NodeKind) -> Node {
        Node { name: name.into(), detail: HOSTILE.into(), kind, href: Some("/x".into()) }
    }

    fn draw(nodes: &[Node], edges: &[(usize, usize)]) -> String {
        grouped(nodes, edges, &[])
    }

    fn grouped(nodes: &[Node], edges: &[(usize, usize)], groups: &[Group]) -> String {
        waiting(&Waiting { id: "w", title: HOSTILE, nodes, edges, groups }).into_string()
    }

    fn group(name: &str, members: &[usize]) -> Group {
        Group { name: name.into(), members: members.to_vec() }
    }

    #[test]
    fn every_node_is_drawn_and_the_table_says_what_it_waits_for() {
        let nodes = [
            node("France", NodeKind::Promise(Standing::Mutual)),
            node("Britain", NodeKind::Promise(Standing::Mutual)),
            node("backstop", NodeKind::Circumstance(Known::Unknown)),
            node(HOSTILE, NodeKind::Promise(Standing::Void)),
        ];
        let together = [group("", &[0, 1])];
        let text = grouped(&nodes, &[(0, 1), (1, 0), (0, 2), (3, 2), (7, 7)], &together);
        assert_clean(&text);
        assert_eq!(text.matches("<g class=\"node").count(), 4);
        assert!(text.contains(">2 move together"));
        let table = text.split("<tbody").nth(1).expect("a table behind");
        assert_eq!(table.matches("scope=\"row\"").count(), 4);
        assert!(table.contains("Britain (") && table.contains("nobody"));
        assert_eq!(text.matches("marker-end").count(), 2);
    }

    #[test]
    fn those_who_wait_for_each_other_in_vain_do_not_move_together() {
        let stuck = NodeKind::Promise(Standing::Waiting);
        let text = draw(&[node("A", stuck), node("B", stuck)], &[(0, 1), (1, 0)]);
        assert!(text.contains("2 wait for each other"));
    }

    #[test]
    fn two_groups_have_a_frame_and_a_name_each_and_arrows_inside_look_otherwise() {
        let kind = NodeKind::Promise(Standing::Mutual);
        let nodes: Vec<Node> =
            (0..31).map(|index| node(&format!("{HOSTILE} {index}"), kind)).collect();
        // A ring of four, a group in which everybody waits for everybody, and one who follows both.
        let mut edges = vec![(0, 1), (1, 2), (2, 3), (3, 0), (30, 0), (30, 4)];
        edges.extend(
            (4..30)
                .flat_map(|one| (4..30).map(move |other| (one, other)))
                .filter(|(one, other)| one != other),
        );
        let members: Vec<usize> = (4..30).collect();
        let text =
            grouped(&nodes, &edges, &[group("Group 1", &members), group("Group 2", &[0, 1, 2, 3])]);
        assert_clean(&text);
        assert!(
            text.contains("Group 1: 26 move together") && text.contains("Group 2: 4 move together")
        );
        assert_eq!(text.matches("<rect class=\"group\"").count(), 2);
        assert_eq!(text.matches("edge edge-inside").count(), 4, "of the ring alone");
        let table = text.split("<tbody").nth(1).expect("a table behind");
        assert_eq!(table.matches("</span> Group 1").count(), 26, "{table}");
    }

    #[test]
    fn a_group_that_no_arrow_ties_is_drawn_all_the_same() {
        let kind = NodeKind::Promise(Standing::Mutual);
        let text = grouped(&[node("A", kind), node("B", kind)], &[], &[group("", &[0, 1, 9])]);
        assert!(text.contains(">2 move together") && text.contains("the others of its group"));
        assert!(!text.contains("neither wait"), "{text}");
    }

    #[test]
    fn nobody_and_nobody_waiting_are_said_in_words() {
        assert!(draw(&[], &[(0, 1)]).contains("No promise is made yet"));
        let text = draw(&[node("A", NodeKind::Promise(Standing::Firm))], &[]);
        assert_clean(&text);
        assert!(text.contains("Nobody waits for anybody.") && !text.contains("class=\"graph\""));
    }

    #[test]
    fn of_very_many_the_largest_part_is_drawn_and_all_are_in_the_table() {
        let kind = NodeKind::Promise(Standing::Waiting);
        let nodes: Vec<Node> = (0..600).map(|index| node(&format!("N{index}"), kind)).collect();
        // A pair apart, and a star of the rest.
        let mut edges = vec![(0, 1)];
        edges.extend((3..600).map(|index| (index, 2)));
        let text = draw(&nodes, &edges);
        assert_clean(&text);
        assert_eq!(text.matches("<g class=\"node").count(), NODES_MAX);
        assert!(text.contains("The most entangled 60 of 600 are drawn"));
        assert!(text.contains(">N2</text>"), "the middle of the star is drawn");
        assert!(!text.contains(">N0</text>"), "the pair apart is not");
        assert_eq!(text.matches("scope=\"row\"").count(), 600);
    }
}
