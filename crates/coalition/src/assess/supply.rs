//! What there is of each resource, so that nobody has to look for it.

use super::scenario::Situation;
use crate::id::Id;
use crate::time::Point;
use std::collections::BTreeMap;

/// By resource, the commitments of a situation.
#[derive(Default)]
pub(super) struct Supply {
    shelves: BTreeMap<Id, Shelf>,
}

#[derive(Default)]
struct Shelf {
    places: Vec<usize>,
    /// The first date and the first offset that a commitment of it names.
    date: Option<Point>,
    offset: Option<Point>,
}

impl Supply {
    pub fn of(situation: &Situation<'_>) -> Supply {
        let mut supply = Supply::default();
        for (place, (_, said)) in situation.in_play.iter().enumerate() {
            supply.shelf(&said.resource).places.push(place);
        }
        let adding = situation.model.commitments.values().filter(|entry| !entry.stopped);
        for said in adding.map(|entry| &entry.commitment).filter(|said| said.adds()) {
            let points = [said.from, said.until].into_iter().flatten();
            for point in points {
                let shelf = supply.shelf(&said.resource);
                match point {
                    Point::Date(_) => shelf.date = shelf.date.or(Some(point)),
                    Point::Trigger(_) => shelf.offset = shelf.offset.or(Some(point)),
                }
            }
        }
        supply
    }

    fn shelf(&mut self, resource: &Id) -> &mut Shelf {
        if !self.shelves.contains_key(resource) {
            self.shelves.insert(resource.clone(), Shelf::default());
        }
        self.shelves.get_mut(resource).expect("it is there now")
    }

    /// Commitments of a resource, by place in [`Situation::in_play`].
    pub fn places(&self, resource: &Id) -> &[usize] {
        self.shelves.get(resource).map_or(&[], |shelf| &shelf.places)
    }

    /// A date and an offset that commitments of a resource name, whoever is absent.
    pub fn points(&self, resource: &Id) -> [Option<Point>; 2] {
        self.shelves.get(resource).map_or([None; 2], |shelf| [shelf.date, shelf.offset])
    }
}
