//! Who waits for whom, for pictures.

use super::result::Verdict;
use super::standing::Standing;
use crate::condition::{Condition, Formula, Who};
use crate::content::Commitment;
use crate::id::Id;
use crate::model::Model;
use std::collections::{BTreeMap, BTreeSet};

/// Commitments and what their conditions and matching amounts look at. In a large coalition where everybody looks at
/// everybody, commitments are drawn together by party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitingGraph {
    /// Whether each node is a party with all its commitments, because there were more edges
    /// between commitments than asked for.
    pub by_party: bool,
    /// In order: commitments or parties by id, then circumstances by id.
    pub nodes: Vec<Node>,
    /// Each once, in order.
    pub edges: Vec<Edge>,
    /// Those that move together, two or more.
    pub groups: Vec<Group>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A commitment.
    Commitment {
        /// Which.
        id: Id,
        /// Whose.
        party: Id,
        /// How it stands.
        standing: Standing,
    },
    /// A party, for all its commitments.
    Party {
        /// Which.
        id: Id,
        /// The standings of its commitments, each once.
        standings: BTreeSet<Standing>,
    },
    /// A circumstance that a condition names.
    Circumstance {
        /// Which.
        id: Id,
    },
}

/// One waits for, or rests on, the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Whose condition or matching amount it is: a place in the list of nodes.
    pub from: usize,
    /// What it looks at, likewise.
    pub to: usize,
}

/// Nodes that wait for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Places in the list of nodes, in order.
    pub members: Vec<usize>,
}

/// The graph of every commitment that is not void. With more than `edges_max` edges between
/// commitments, the graph is one of parties.
pub fn waiting_graph(model: &Model, verdict: &Verdict, edges_max: usize) -> WaitingGraph {
    let shown: BTreeMap<&Id, Standing> = verdict
        .commitments
        .iter()
        .filter(|said| said.standing != Standing::Void)
        .map(|said| (&said.id, said.standing))
        .collect();
    let mut offers: BTreeMap<&Id, Vec<(&Id, &Id)>> = BTreeMap::new();
    for id in shown.keys() {
        let said = &model.commitments[*id].commitment;
        offers.entry(&said.resource).or_default().push((&said.party, id));
    }
    let mut looks: BTreeSet<(&Id, Looked<'_>)> = BTreeSet::new();
    for id in shown.keys() {
        let said = &model.commitments[*id].commitment;
        if said.matches.is_some() {
            // Its amount leans on theirs, whatever its condition says.
            for (_, other) in offers.get(&said.resource).into_iter().flatten() {
                if said.looks_at_amount_of(&model.commitments[*other].commitment) {
                    looks.insert((id, Looked::Commitment(other)));
                }
            }
        }
        if let Condition::When(formula) = &said.condition {
            look(said, formula, &offers, &mut |at| {
                looks.insert((id, at));
            });
        }
    }
    let by_party = looks.len() > edges_max;
    let key = |id: &Id| {
        if by_party { model.commitments[id].commitment.party.clone() } else { id.clone() }
    };
    let nodes = nodes(model, &shown, &looks, by_party);
    let mut place: BTreeMap<(bool, &Id), usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        place.insert(node.key(), at);
    }
    let mut edges: Vec<Edge> = looks
        .iter()
        .map(|(from, to)| Edge {
            from: place[&(false, &key(from))],
            to: match to {
                Looked::Commitment(id) => place[&(false, &key(id))],
                Looked::Circumstance(id) => place[&(true, *id)],
            },
        })
        .filter(|edge| !by_party || edge.from != edge.to)
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut groups: BTreeSet<Vec<usize>> = BTreeSet::new();
    for said in verdict.commitments.iter().filter(|said| !said.moves_with.is_empty()) {
        let mut members: Vec<usize> = std::iter::once(&said.id)
            .chain(&said.moves_with)
            .map(|id| place[&(false, &key(id))])
            .collect();
        members.sort_unstable();
        members.dedup();
        groups.insert(members);
    }
    let groups = groups.into_iter().filter(|members| members.len() > 1);
    let groups = groups.map(|members| Group { members }).collect();
    WaitingGraph { by_party, nodes, edges, groups }
}

/// What a condition looks at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Looked<'a> {
    Commitment(&'a Id),
    Circumstance(&'a Id),
}

impl Node {
    fn key(&self) -> (bool, &Id) {
        match self {
            Node::Commitment { id, .. } | Node::Party { id, .. } => (false, id),
            Node::Circumstance { id } => (true, id),
        }
    }
}

fn nodes(
    model: &Model,
    shown: &BTreeMap<&Id, Standing>,
    looks: &BTreeSet<(&Id, Looked<'_>)>,
    by_party: bool,
) -> Vec<Node> {
    let mut parties: BTreeMap<&Id, BTreeSet<Standing>> = BTreeMap::new();
    let mut nodes = Vec::new();
    for (id, standing) in shown {
        let party = &model.commitments[*id].commitment.party;
        if by_party {
            parties.entry(party).or_default().insert(*standing);
        } else {
            let (id, party) = ((*id).clone(), party.clone());
            nodes.push(Node::Commitment { id, party, standing: *standing });
        }
    }
    nodes.extend(
        parties.into_iter().map(|(id, standings)| Node::Party { id: id.clone(), standings }),
    );
    let mut named: Vec<&Id> = looks
        .iter()
        .filter_map(|(_, to)| match to {
            Looked::Circumstance(id) => Some(*id),
            Looked::Commitment(_) => None,
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    nodes.extend(named.into_iter().map(|id| Node::Circumstance { id: id.clone() }));
    nodes
}

fn look<'a>(
    own: &Commitment,
    formula: &'a Formula,
    offers: &BTreeMap<&'a Id, Vec<(&'a Id, &'a Id)>>,
    see: &mut impl FnMut(Looked<'a>),
) {
    let mut of = |resource: &Id, counts: &dyn Fn(&Id) -> bool| {
        for (party, id) in offers.get(resource).into_iter().flatten() {
            if counts(party) {
                see(Looked::Commitment(id));
            }
        }
    };
    match formula {
        Formula::Any(parts) | Formula::Every(parts) | Formula::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| look(own, part, offers, see));
        }
        Formula::Circumstance { circumstance, .. } => see(Looked::Circumstance(circumstance)),
        Formula::Contribute { parties, resource } => {
            of(resource, &|party| parties.contains(party));
        }
        Formula::CountContribute { who, resource, .. }
        | Formula::SumCommit { who, resource, .. } => {
            of(resource, &|party| *who == Who::All || *party != own.party);
        }
    }
}
