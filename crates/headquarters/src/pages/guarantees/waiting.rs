//! Who waits for whom, as a picture.

use super::{said, standings};
use crate::look::parts::Standing as StandingBadge;
use crate::look::pictures::{self, Known, NodeKind};
use crate::pages::words;
use coalition::assess::{
    CommitmentStanding, Missing, Node, Standing, Verdict, WaitingGraph, waiting_graph,
};
use coalition::content::{Commitment, Holds};
use coalition::model::Model;
use coalition::{Id, View};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Arrows between commitments beyond which only what is not firm is drawn, party by party. Those
/// within a group do not count: of many, none is drawn.
const EDGES_MAX: usize = 160;
/// Arrows that are looked at before giving up.
const LOOKED_AT_MAX: usize = 4_000;

/// Nodes and arrows, ready to draw.
#[derive(Debug, Default)]
struct Drawn {
    nodes: Vec<pictures::Node>,
    edges: Vec<(usize, usize)>,
    groups: Vec<pictures::Group>,
}

impl Drawn {
    /// Whether arrows and boxes are few enough to be told apart.
    fn is_readable(&self) -> bool {
        let within = |from: &usize, to: &usize| {
            self.groups
                .iter()
                .any(|group| group.members.contains(from) && group.members.contains(to))
        };
        let outside = self.edges.iter().filter(|(from, to)| !within(from, to)).count();
        outside <= EDGES_MAX && self.nodes.len() <= pictures::WAITING_MAX
    }
}

/// The picture of who waits for whom.
pub(super) fn section(
    view: &View,
    model: &Model,
    verdict: &Verdict,
    relevant: &BTreeSet<Id>,
) -> Markup {
    let graph = waiting_graph(model, verdict, LOOKED_AT_MAX);
    let readable = Some(&graph).filter(|graph| !graph.by_party);
    let one_by_one = readable
        .map(|graph| by_commitment(view, model, verdict, relevant, graph))
        .filter(Drawn::is_readable);
    let by_parties = one_by_one.is_none();
    let mut drawn = one_by_one.unwrap_or_else(|| by_party(view, model, verdict, relevant));
    for group in &mut drawn.groups {
        group.members.sort_by(|one, other| drawn.nodes[*one].name.cmp(&drawn.nodes[*other].name));
    }
    html! {
        section.stack id="waits" {
            h2 { "Who waits for whom" }
            @if drawn.nodes.is_empty() && by_parties {
                p { "Nobody waits: every commitment that plays a part is firm, or void." }
            } @else if drawn.nodes.is_empty() {
                p { "Nobody waits: no commitment hangs on a circumstance or on another commitment." }
            } @else {
                @if by_parties {
                    p.small.quiet { "Drawn party by party, and only what is not firm: one by one there would be too many arrows to read." }
                }
                (pictures::waiting(&pictures::Waiting {
                    id: "waiting",
                    title: if by_parties { "What is not firm, and what it waits for" } else { "What each hangs on" },
                    nodes: &drawn.nodes,
                    edges: &drawn.edges,
                    groups: &drawn.groups,
                }))
            }
        }
    }
}

/// Every commitment with all that its condition looks at.
fn by_commitment(
    view: &View,
    model: &Model,
    verdict: &Verdict,
    relevant: &BTreeSet<Id>,
    graph: &WaitingGraph,
) -> Drawn {
    let plays = |node: &Node| match node {
        Node::Commitment { id, .. } => relevant.contains(id),
        Node::Party { .. } | Node::Circumstance { .. } => true,
    };
    let own = |edge: &&coalition::assess::Edge| {
        plays(&graph.nodes[edge.from]) && plays(&graph.nodes[edge.to])
    };
    let tied: BTreeSet<usize> =
        graph.edges.iter().filter(own).flat_map(|edge| [edge.from, edge.to]).collect();
    let kept: Vec<usize> = tied.into_iter().collect();
    let place = |node: usize| kept.binary_search(&node).ok();
    let commitments: BTreeMap<&Id, usize> = kept
        .iter()
        .enumerate()
        .filter_map(|(at, node)| match &graph.nodes[*node] {
            Node::Commitment { id, .. } => Some((id, at)),
            Node::Party { .. } | Node::Circumstance { .. } => None,
        })
        .collect();
    let open: Vec<&CommitmentStanding> =
        verdict.commitments.iter().filter(|said| relevant.contains(&said.id)).collect();
    Drawn {
        groups: grouped(&standings::groups(&open), &|id| commitments.get(id).copied()),
        nodes: kept.iter().map(|at| node(view, model, verdict, &graph.nodes[*at])).collect(),
        edges: graph
            .edges
            .iter()
            .filter_map(|edge| Some((place(edge.from)?, place(edge.to)?)))
            .collect(),
    }
}

/// What something waits for, as one node for all who wait for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Awaited {
    Party(Id),
    Other(Missing),
}

/// Parties whose commitments are mutual or waiting, and the smallest sets of what they wait for.
fn by_party(view: &View, model: &Model, verdict: &Verdict, relevant: &BTreeSet<Id>) -> Drawn {
    let open: Vec<&CommitmentStanding> = verdict
        .commitments
        .iter()
        .filter(|said| relevant.contains(&said.id))
        .filter(|said| matches!(said.standing, Standing::Mutual | Standing::Waiting))
        .collect();
    let mut waits: BTreeSet<(Awaited, Awaited)> = BTreeSet::new();
    for said in &open {
        for missing in &said.waits_for {
            let awaited = match missing {
                Missing::Contribution { party, .. } => Awaited::Party(party.clone()),
                other => Awaited::Other(other.clone()),
            };
            waits.insert((Awaited::Party(said.party.clone()), awaited));
        }
    }
    waits.retain(|(one, other)| one != other);
    let groups = standings::groups(&open);
    let party = |id: &Id| Some(Awaited::Party(model.commitments.get(id)?.commitment.party.clone()));
    let moving: Vec<Awaited> = groups.iter().flatten().filter_map(party).collect();
    let mut places: BTreeMap<&Awaited, usize> = BTreeMap::new();
    for end in moving.iter().chain(waits.iter().flat_map(|(one, other)| [one, other])) {
        let next = places.len();
        places.entry(end).or_insert(next);
    }
    let mut order: Vec<(&Awaited, usize)> = places.iter().map(|(end, at)| (*end, *at)).collect();
    order.sort_unstable_by_key(|(_, at)| *at);
    let place = |id: &Id| party(id).and_then(|party| places.get(&party).copied());
    Drawn {
        groups: grouped(&groups, &place),
        nodes: order.iter().map(|(end, _)| awaited(view, model, verdict, end)).collect(),
        edges: waits.iter().map(|(one, other)| (places[one], places[other])).collect(),
    }
}

/// The groups as they are drawn, under the numbers they have in the list of standings. A party with
/// commitments in several groups makes one of them.
fn grouped(groups: &[Vec<Id>], place: &dyn Fn(&Id) -> Option<usize>) -> Vec<pictures::Group> {
    let mut drawn: Vec<(Vec<usize>, BTreeSet<usize>)> = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let (mut numbers, mut members) = (vec![number + 1], BTreeSet::new());
        members.extend(group.iter().filter_map(place));
        let tied: Vec<_> =
            drawn.extract_if(.., |(_, others)| !others.is_disjoint(&members)).collect();
        for (others_numbers, others) in tied {
            numbers.extend(others_numbers);
            members.extend(others);
        }
        numbers.sort_unstable();
        drawn.push((numbers, members));
    }
    drawn.retain(|(_, members)| members.len() > 1);
    drawn.sort();
    let name = |numbers: &[usize]| {
        let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        match (groups.len(), all.len()) {
            (0 | 1, _) => String::new(),
            (_, 1) => format!("Group {}", all[0]),
            _ => format!("Groups {}", words::listed(&all)),
        }
    };
    let drawn = drawn.into_iter();
    drawn
        .map(|(numbers, members)| pictures::Group {
            name: name(&numbers),
            members: members.into_iter().collect(),
        })
        .collect()
}

fn awaited(view: &View, model: &Model, verdict: &Verdict, end: &Awaited) -> pictures::Node {
    let open = |name: String, resource: &Id| pictures::Node {
        name,
        detail: view.name_of(resource),
        kind: NodeKind::Circumstance(Known::DoesNotHold),
        href: Some(format!("/resources/{resource}")),
    };
    match end {
        Awaited::Party(id) => {
            let own = verdict.commitments.iter().filter(|said| said.party == *id);
            let standings = own.map(|said| said.standing).filter(|one| *one != Standing::Void);
            let id = id.clone();
            node(view, model, verdict, &Node::Party { id, standings: standings.collect() })
        }
        Awaited::Other(Missing::Circumstance(id)) => {
            node(view, model, verdict, &Node::Circumstance { id: id.clone() })
        }
        Awaited::Other(Missing::Contributors { count, resource }) => {
            open(said::counted(*count, "more party", "more parties"), resource)
        }
        Awaited::Other(Missing::Sum { amount, resource }) => {
            open(format!("{} more", said::quantity(view, resource, *amount)), resource)
        }
        Awaited::Other(Missing::Contribution { party, resource }) => {
            open(view.name_of(party), resource)
        }
    }
}

fn node(view: &View, model: &Model, verdict: &Verdict, node: &Node) -> pictures::Node {
    match node {
        Node::Commitment { id, party, standing } => {
            let said = model.commitments.get(id).map(|entry| &entry.commitment);
            let amount = |said: &Commitment, amount| said::quantity(view, &said.resource, amount);
            let detail = said.map_or_else(String::new, |said| match (&said.matches, said.amount) {
                (Some(matches), _) => format!("matches up to {}", amount(said, matches.up_to)),
                (None, Some(fixed)) => amount(said, fixed),
                (None, None) => view.name_of(&said.resource),
            });
            pictures::Node {
                name: view.name_of(party),
                detail,
                kind: NodeKind::Promise(said::standing_badge(*standing)),
                href: Some(format!("/commitments/{id}")),
            }
        }
        Node::Party { id, standings } => pictures::Node {
            name: view.name_of(id),
            detail: if standings.len() > 1 {
                words::listed(
                    &standings.iter().map(|one| one.word().to_owned()).collect::<Vec<_>>(),
                )
            } else {
                String::new()
            },
            // The least sure of its promises: what one would have to look after.
            kind: NodeKind::Promise(
                standings.last().map_or(StandingBadge::Void, |one| said::standing_badge(*one)),
            ),
            href: Some(format!("/parties/{id}")),
        },
        Node::Circumstance { id } => pictures::Node {
            name: view.name_of(id),
            detail: String::new(),
            kind: NodeKind::Circumstance(known(model, verdict, id)),
            href: Some(format!("/circumstances/{id}")),
        },
    }
}

/// What is known of a circumstance under the scenario.
fn known(model: &Model, verdict: &Verdict, id: &Id) -> Known {
    let scenario = &verdict.scenario;
    if verdict.trigger.as_ref() == Some(id) || scenario.assume.contains(id) {
        return Known::Holds;
    }
    if scenario.assume_not.contains(id) {
        return Known::DoesNotHold;
    }
    match model.circumstances.get(id).map(|said| said.holds) {
        Some(Holds::Yes) => Known::Holds,
        Some(Holds::No) => Known::DoesNotHold,
        Some(Holds::Unknown) | None => Known::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_numbers_and_those_who_share_a_party_are_one() {
        let id = |text: &str| Id::parse(text).expect("an id");
        let groups = [
            vec![id("a"), id("b")],
            vec![id("c"), id("d")],
            vec![id("e"), id("x")],
            vec![id("f"), id("g")],
        ];
        // "a" and "e" are of one party; "x" is not drawn; "f" and "g" are of one party.
        let places = ["a", "b", "c", "d", "f"];
        let place = |asked: &Id| match asked.as_str() {
            "e" => Some(0),
            "g" => Some(4),
            other => places.iter().position(|known| *known == other),
        };
        let drawn: Vec<(String, Vec<usize>)> =
            grouped(&groups, &place).into_iter().map(|group| (group.name, group.members)).collect();
        let expected = [("Groups 1 and 3".into(), vec![0, 1]), ("Group 2".into(), vec![2, 3])];
        assert_eq!(drawn, expected);
        assert_eq!(grouped(&groups[..1], &place)[0].name, "", "the only one needs no number");
    }
}
