//! The model: what an assessment is made from, whether it comes from a view or from a file.

use crate::content::{
    Circumstance, Commitment, Guarantee, GuaranteeNeed, Need, Party, Requires, Resource,
};
use crate::id::Id;
use crate::view::View;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Assumed circumstances and absent parties.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Circumstances taken to hold, whatever is known of them.
    pub assume: BTreeSet<Id>,
    /// Circumstances taken not to hold.
    pub assume_not: BTreeSet<Id>,
    /// Parties taken to have left.
    pub without: BTreeSet<Id>,
    /// The day on which the trigger comes, where dates and offsets are mixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// Parties, circumstances, resources, promises and guarantees, each by its id.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The coalition's name.
    pub name: String,
    /// Parties that have not left.
    pub parties: BTreeMap<Id, Party>,
    /// Circumstances, withdrawn ones too: a condition may still name one.
    pub circumstances: BTreeMap<Id, Circumstance>,
    /// Resources, withdrawn ones too.
    pub resources: BTreeMap<Id, Resource>,
    /// Commitments, with whether they are suspended or withdrawn.
    pub commitments: BTreeMap<Id, ModelCommitment>,
    /// Guarantees.
    pub guarantees: BTreeMap<Id, Guarantee>,
}

/// A commitment, and whether it can be in force at all.
#[derive(Clone, Debug)]
pub struct ModelCommitment {
    /// What was promised.
    pub commitment: Commitment,
    /// Whether it is suspended or withdrawn: then it is never in force.
    pub stopped: bool,
}

impl Model {
    /// The model of everything in a view: what is hidden from the viewer plays no part in it.
    pub fn of(view: &View) -> Model {
        Model {
            name: view
                .all::<crate::content::Coalition>()
                .next()
                .map(|(_, coalition)| coalition.name.to_string())
                .unwrap_or_default(),
            parties: view
                .standing::<Party>()
                .map(|(thing, party)| (thing.id.clone(), party.clone()))
                .collect(),
            circumstances: view
                .all::<Circumstance>()
                .map(|(thing, said)| (thing.id.clone(), said.clone()))
                .collect(),
            resources: view
                .all::<Resource>()
                .map(|(thing, said)| (thing.id.clone(), said.clone()))
                .collect(),
            commitments: view
                .all::<Commitment>()
                .map(|(thing, commitment)| {
                    let stopped = !thing.stands();
                    (thing.id.clone(), ModelCommitment { commitment: commitment.clone(), stopped })
                })
                .collect(),
            guarantees: view
                .standing::<Guarantee>()
                .map(|(thing, said)| (thing.id.clone(), said.clone()))
                .collect(),
        }
    }

    /// A guarantee without trigger that asks for exactly one stated need: how the page of needs
    /// asks what covers it.
    pub fn guarantee_of_need(name: crate::text::Name, need: &Need) -> Guarantee {
        Guarantee {
            name,
            trigger: None,
            requires: Requires::All,
            needs: vec![GuaranteeNeed {
                resource: need.resource.clone(),
                amount: need.amount,
                from: need.from,
                until: need.until,
                basis: need.basis,
            }],
            note: need.note.clone(),
            source: need.source.clone(),
        }
    }
}
