//! Worlds that meet: coalitions in which delegations are invited to parts of meetings, answer, come,
//! hand in their devices and speak, behind doors that close and open.

use crate::world::World;
use coalition::Kind;

/// Who there is: made first, and a few.
const PEOPLE: &[Kind] = &[Kind::Party, Kind::Person, Kind::Person, Kind::Seat, Kind::Seat];
/// What is met for, in which parts, and who is asked to which.
const CALLED: &[Kind] =
    &[Kind::Meeting, Kind::Session, Kind::Session, Kind::Invitation, Kind::Invitation];
/// What happens then.
const HELD: &[Kind] = &[
    Kind::Item,
    Kind::Invitation,
    Kind::Reply,
    Kind::Reply,
    Kind::Reply,
    Kind::Undertaking,
    Kind::Arrival,
    Kind::Custody,
    Kind::Floor,
    Kind::Outcome,
    Kind::Minutes,
    Kind::ActionPoint,
    Kind::Readout,
];

impl World {
    /// A coalition of about `size` acts that mostly meets: a fifth of them make its people, a fifth
    /// call meetings, the rest is what comes of it.
    pub fn convened(seed: u64, size: usize) -> World {
        let mut world = World::found(seed);
        for (kinds, share) in [(PEOPLE, size / 5), (CALLED, size * 2 / 5), (HELD, size)] {
            world.mostly = kinds;
            world.grow(share);
        }
        world.settled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::content::{Invitation, Session};
    use coalition::{View, Viewer};

    #[test]
    fn some_are_invited_to_a_part_of_a_meeting_that_has_others() {
        let in_part = |world: &World| {
            let view = View::of(&world.state, Viewer::Public);
            // Everybody's view, one after the other: nobody sees all of it.
            let views = world.people.iter().map(|person| Viewer::of_person(&world.state, person));
            std::iter::once(view).chain(views.map(|viewer| View::of(&world.state, viewer))).any(
                |view| {
                    view.standing::<Invitation>().any(|(_, invitation)| {
                        let parts = view
                            .standing::<Session>()
                            .filter(|(_, session)| session.meeting == invitation.meeting);
                        !invitation.sessions.is_empty() && parts.count() > invitation.sessions.len()
                    })
                },
            )
        };
        let found = (0..12).filter(|seed| in_part(&World::convened(*seed, 130))).count();
        assert!(found >= 4, "in {found} of 12 worlds");
    }
}
