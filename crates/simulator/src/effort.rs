//! Effort in two worlds: whoever asks the same of two houses whose records differ only in what he may not
//! see costs both the same effort. It is counted in things looked at and labels judged, so that no clock
//! is in it.
//!
//! What is not counted, because it is known to differ: the first look after an act, for which a view is
//! brought forward or made whole; a page that is kept, which costs nothing; and what it takes to decide
//! an act. `docs/decisions/0031-effort-is-counted.md` says what can be told from these.

use crate::requests::{Asked, at_the_door};
use crate::two_worlds::{Compared, Houses, Pair, ask};
use crate::world::Dice;
use coalition::effort::spent;
use headquarters::Method;

/// What takes something in without recording an act.
const WITHOUT_AN_ACT: [&str; 3] = ["/disclosure", "/copies", "/api/v1/disclosure"];

impl Pair {
    /// Asks both houses what is asked at a glance, and at the door, until one takes more effort than the
    /// other, or all is asked. To be called by one at a time: that of a whole process is counted.
    pub async fn compare_effort(&self) -> Compared {
        let both = Houses::of(&self.twins);
        let person = self.twins.person.as_ref();
        let mut dice = Dice::new(!self.seed);
        let door = at_the_door(&self.twins, &mut dice);
        let counted = |asked: &&Asked| {
            asked.method == Method::Get || WITHOUT_AN_ACT.contains(&asked.address.as_str())
        };
        let glance = self.glance().iter().filter(counted);
        let mut requests = 0;
        for asked in both.links.iter().chain(glance).chain(&door) {
            let mut effort = [0; 2];
            let mut acts = [0; 2];
            for (which, house) in both.houses.iter().enumerate() {
                house.view(person);
                let (size, before) = (house.size(), spent());
                ask(&both.routers[which], both.token(which), asked).await;
                effort[which] = spent() - before;
                acts[which] = house.size() - size;
            }
            requests += 1;
            if acts == [0; 2] && effort[0] != effort[1] {
                let how = format!("effort of {} and {}", effort[0], effort[1]);
                return Compared { requests, found: Some((asked.clone(), how)) };
            }
        }
        Compared { requests, found: None }
    }
}
