//! The walk over pages with hostile words in every field falls into every seeded hole: it would fall into
//! yours.
#![cfg(feature = "leaks")]

use headquarters::leaks::holes::{HOLES, open_hole};
use simulator::hostile::spoil;
use simulator::hostile::walk::{Found, Place, Until, names, walk, worlds};
use simulator::two_worlds::viewers;
use simulator::world::Dice;

/// Who walks through a world: two who are let in, and the public.
const WALKERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seeded_hole_is_fallen_into() {
    open_hole(None);
    let names = names().await;
    // Those that mostly meet have files, rooms and streams as well.
    let world = &worlds()[1];
    let spoiled = spoil(&world.acts, &names, &mut Dice::new(7));
    let mut missed = Vec::new();
    for (number, hole) in HOLES.iter().enumerate() {
        let mut faults = Vec::new();
        for person in viewers(world).iter().rev().take(WALKERS) {
            let place = Place::of(world, &spoiled.acts, person.as_ref());
            open_hole(Some(number));
            let found: Found = walk(&place, &mut Dice::new(8), 8, Until::Fault).await;
            open_hole(None);
            faults.extend(found.faults);
            if !faults.is_empty() {
                break;
            }
        }
        match faults.first() {
            Some(fault) => println!(
                "fallen into: {hole}\n        {}",
                fault.lines().next().unwrap_or_default()
            ),
            None => missed.push(hole),
        }
    }
    assert!(missed.is_empty(), "walked past: {missed:#?}");
}
