//! Scenes: small worlds made by hand, act by act through `decide`, full of what random ones hold too
//! little of: rooms that some do not know of, what was said in them under each rule, and what came of it.

#[path = "scenes/held.rs"]
mod held;
#[path = "scenes/left.rs"]
mod left;
#[path = "scenes/promised.rs"]
mod promised;

use crate::world::World;
use coalition::act::Change;
use coalition::decide::{Command, decide};
use coalition::{Content, Id, Kind, Marking, View, Viewer};
use jiff::ToSpan;
use serde_json::{Value, json};

/// Who plays.
struct Cast {
    /// The lead's head: runs every meeting.
    ada: Id,
    /// The head of a member that is let into rooms of which others do not know.
    mia: Id,
    /// Her interpreter.
    ivo: Id,
    /// The head of a member that is not.
    nia: Id,
    /// The head of the beneficiary.
    bea: Id,
    /// An observer, who comes for the part that he was invited to.
    oto: Id,
    /// Parties: mia's, nia's and oto's.
    south: Id,
    north: Id,
    guests: Id,
    /// The lead.
    lead: Id,
}

/// A world with everybody in it, and who looks at it, those who are told least first.
pub struct Scene {
    /// The world.
    pub world: World,
    /// Who looks: a person, or the public.
    pub viewers: Vec<Option<Id>>,
}

impl Scene {
    /// What happens before, behind and after closed doors. Of an even seed it is a demonstration, of an
    /// odd one a real coalition.
    pub fn behind_doors(seed: u64) -> Scene {
        let mut world = World::found(seed);
        let cast = world.people_come();
        promised::promises(&mut world, &cast);
        let rooms = held::rooms(&mut world, &cast);
        held::door(&mut world, &cast, &rooms);
        let hugo = held::elsewhere(&mut world, &cast);
        left::papers(&mut world, &cast, &rooms);
        left::letters(&mut world, &cast);
        left::minutes(&mut world, &cast, &rooms);
        left::afterwards(&mut world, &cast, &rooms);
        if seed % 2 == 1 {
            left::keys(&mut world, &cast, &hugo);
        }
        // Last, so that those who listen hear it as it happens.
        held::speeches(&mut world, &cast, &rooms);
        let viewers = vec![
            Some(cast.nia.clone()),
            None,
            Some(cast.oto.clone()),
            Some(cast.bea.clone()),
            Some(cast.ivo.clone()),
            Some(cast.mia.clone()),
            Some(cast.ada.clone()),
        ];
        Scene { world: world.settled(), viewers }
    }
}

/// A label as a scene spells it: its word, and the parties named.
fn marked(label: &str, parties: &[&Id]) -> Marking {
    let said = json!({ "label": label, "parties": parties });
    serde_json::from_value(said).expect("a label, and ids")
}

impl World {
    /// Somebody does something, which the rules allow. Gives the thing that it is about.
    fn done(&mut self, actor: &Id, subject: Option<&Id>, change: Change) -> Id {
        self.now += 1.minutes();
        let view = View::of(&self.state, Viewer::of_person(&self.state, actor));
        let told = format!("{change:?}");
        let command = Command { subject: subject.cloned(), revision: None, key: None, change };
        let entropy = [self.dice.entropy(), self.dice.entropy()];
        let act = decide(&view, command, self.now, entropy)
            .unwrap_or_else(|refusal| panic!("the scene is refused {told}: {refusal}"));
        let subject = act.subject.clone();
        self.take_in(act);
        subject
    }

    /// Somebody makes a thing; what it says is JSON, as in an act.
    fn makes(&mut self, actor: &Id, content: Value, marking: Marking) -> Id {
        let content: Content = serde_json::from_value(content).expect("what a thing says");
        self.done(actor, None, Change::Create { content, marking })
    }

    /// Somebody changes a thing; the change is JSON, as in an act.
    fn changes(&mut self, actor: &Id, subject: &Id, change: Value) -> Id {
        let change = serde_json::from_value(change).expect("a change");
        self.done(actor, Some(subject), change)
    }

    /// Parties are admitted and people seated.
    fn people_come(&mut self) -> Cast {
        let ada = self.people[0].clone();
        let everything = View::of(&self.state, Viewer::of_person(&self.state, &ada));
        let lead = everything.of_kind(Kind::Party).next().expect("the founder's").id.clone();
        // Everybody may know who is in the chair, or nobody else could see a session of his.
        let known = json!({ "relabel": { "marking": marked("CLEAR", &[]) } });
        self.changes(&ada, &ada, known);
        let mut party = |name: &str, standing: &str| {
            let content = json!({ "party": { "name": name, "standing": standing } });
            self.makes(&ada, content, marked("CLEAR", &[]))
        };
        let (north, south) = (party("Northland", "member"), party("Southland", "member"));
        let (helped, guests) = (party("Eastland", "beneficiary"), party("Guestland", "observer"));
        let nia = self.seated(&ada, "Nia Nordin", &north, "head");
        let mia = self.seated(&ada, "Mia Meridian", &south, "head");
        let bea = self.seated(&ada, "Bea Levant", &helped, "head");
        let oto = self.seated(&ada, "Oto Orlando", &guests, "head");
        let ivo = self.seated(&mia, "Ivo Idioma", &south, "interpreter");
        Cast { ada, mia, ivo, nia, bea, oto, south, north, guests, lead }
    }

    /// Somebody seats a person, whom all who are seated may know.
    fn seated(&mut self, by: &Id, name: &str, party: &Id, role: &str) -> Id {
        let person = self.makes(by, json!({ "person": { "name": name } }), marked("GREEN", &[]));
        let seat = json!({ "seat": { "person": person, "party": party, "role": role } });
        self.makes(by, seat, marked("GREEN", &[]));
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn whoever_looks_at_a_scene_is_kept_from_some_of_what_is_left_of_a_room() {
        let left = [
            Kind::Session,
            Kind::Floor,
            Kind::Minutes,
            Kind::ActionPoint,
            Kind::Document,
            Kind::Custody,
            Kind::Readout,
        ];
        for seed in [0, 1] {
            let Scene { world, viewers } = Scene::behind_doors(seed);
            let of = |view: &View, kind| -> BTreeSet<Id> {
                view.of_kind(kind).map(|thing| thing.id.clone()).collect()
            };
            let views: Vec<View> = viewers
                .iter()
                .map(|person| View::of(&world.state, Viewer::of(&world.state, person.as_ref())))
                .collect();
            for kind in left {
                let all: BTreeSet<Id> = views.iter().flat_map(|view| of(view, kind)).collect();
                for (view, viewer) in views.iter().zip(&viewers).take(4) {
                    assert!(of(view, kind).len() < all.len(), "{viewer:?} sees every {kind:?}");
                }
            }
        }
    }
}
