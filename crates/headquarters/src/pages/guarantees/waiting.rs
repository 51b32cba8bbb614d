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

/// Arrows between commitments beyond which only what is not firm is drawn, party by party.
const EDGES_MAX: usize = 160;

/// Nodes and arrows, ready to draw.
#[derive(Debug, Default)]
struct Drawn {
    nodes: Vec<pictures::Node>,
    edges: Vec<(usize, usize)>,
}

/// The picture of who waits for whom.
pub(super) fn section(
    view: &View,
    model: &Model,
    verdict: &Verdict,
    relevant: &BTreeSet<Id>,
) -> Markup {
    let graph = waiting_graph(model, verdict, EDGES_MAX);
    let drawn = if graph.by_party {
        by_party(view, model, verdict, relevant)
    } else {
        by_commitment(view, model, verdict, relevant, &graph)
    };
    html! {
        section.stack id="waits" {
            h2 { "Who waits for whom" }
            @if drawn.nodes.is_empty() && graph.by_party {
                p { "Nobody waits: every commitment that plays a part is firm, or void." }
            } @else if drawn.nodes.is_empty() {
                p { "Nobody waits: no commitment hangs on a circumstance or on another commitment." }
            } @else {
                @if graph.by_party {
                    p.small.quiet { "Drawn party by party, and only what is not firm: one by one there would be too many arrows to read." }
                }
                (pictures::waiting(&pictures::Waiting {
                    id: "waiting",
                    title: if graph.by_party { "What is not firm, and what it waits for" } else { "What each hangs on" },
                    nodes: &drawn.nodes,
                    edges: &drawn.edges,
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
    Drawn {
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
    for group in standings::groups(&open) {
        let party = |id: &Id| model.commitments.get(id).map(|entry| &entry.commitment.party);
        let mut parties: Vec<&Id> = group.iter().filter_map(party).collect();
        parties.sort_unstable();
        parties.dedup();
        // A ring says that each waits for the others; all arrows would say no more.
        for (one, other) in parties.iter().zip(parties.iter().cycle().skip(1)) {
            waits.insert((Awaited::Party((*one).clone()), Awaited::Party((*other).clone())));
        }
    }
    waits.retain(|(one, other)| one != other);
    let mut places: BTreeMap<&Awaited, usize> = BTreeMap::new();
    for (one, other) in &waits {
        for end in [one, other] {
            let next = places.len();
            places.entry(end).or_insert(next);
        }
    }
    let mut order: Vec<(&Awaited, usize)> = places.iter().map(|(end, at)| (*end, *at)).collect();
    order.sort_unstable_by_key(|(_, at)| *at);
    Drawn {
        nodes: order.iter().map(|(end, _)| awaited(view, model, verdict, end)).collect(),
        edges: waits.iter().map(|(one, other)| (places[one], places[other])).collect(),
    }
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
