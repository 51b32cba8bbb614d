//! What a viewer sees is the fold of the acts he may see, and nothing else.

#[path = "../../simulator/src/world.rs"]
#[allow(dead_code, reason = "shared with the simulator, which uses all of it")]
mod world;

use coalition::act::Act;
use coalition::view::Leaf;
use coalition::{Id, Kind, State, Thing, View, Viewer};
use std::collections::{BTreeMap, BTreeSet};
use world::{World, fold};

const WORLDS: u64 = 40;
const ACTS: usize = 120;

/// Everything in a view, without the places of acts: those are the record's, not the view's.
fn everything(view: &View) -> BTreeMap<Id, Thing> {
    let all = Kind::ALL.iter().flat_map(|kind| view.of_kind(*kind));
    all.map(|thing| (thing.id.clone(), Thing { acts: vec![], ..thing.clone() })).collect()
}

fn viewers(world: &World) -> Vec<Viewer> {
    let mut viewers = vec![Viewer::Public];
    viewers.extend(world.people.iter().map(|person| Viewer::of_person(&world.state, person)));
    viewers
}

fn told(world: &World) -> String {
    world
        .acts
        .iter()
        .map(|act| String::from_utf8_lossy(&act.encode()).into_owned() + "\n")
        .collect()
}

#[test]
fn a_view_is_the_fold_of_the_acts_that_the_viewer_may_see() {
    let mut kinds_seen = BTreeSet::new();
    for seed in 0..WORLDS {
        let world = World::grown(seed, ACTS);
        for viewer in viewers(&world) {
            let view = View::of(&world.state, viewer.clone());
            let visible: Vec<Act> =
                view.visible_acts(world.state.leaves()).map(|(_, act)| act).collect();
            let alone = fold(&visible);
            let viewer_alone = match viewer.seated() {
                Some(seated) => Viewer::of_person(&alone, &seated.person),
                None => Viewer::Public,
            };
            assert_eq!(
                viewer_alone,
                viewer,
                "seed {seed}: who one is depends on hidden acts\n{}",
                told(&world)
            );
            let expected = View::of(&alone, viewer.clone());
            assert_eq!(
                everything(&view),
                everything(&expected),
                "seed {seed}, {viewer:?}\n{}",
                told(&world)
            );
            assert_eq!(
                alone.size(),
                expected.visible_acts(alone.leaves()).count(),
                "all of it is seen"
            );
            kinds_seen.extend(everything(&view).values().map(|thing| thing.content.kind()));
        }
    }
    assert_eq!(kinds_seen.len(), Kind::ALL.len(), "the worlds hold every kind: {kinds_seen:?}");
}

#[test]
fn a_view_that_judges_when_it_is_asked_shows_what_one_made_whole_shows() {
    for seed in 0..WORLDS {
        let world = World::grown(1_000 + seed, ACTS);
        for viewer in viewers(&world) {
            let whole = View::of(&world.state, viewer.clone());
            let through = View::through(&world.state, viewer.clone());
            assert_eq!(everything(&through), everything(&whole), "seed {seed}, {viewer:?}");
            for kind in Kind::ALL {
                assert_eq!(through.count(*kind), whole.count(*kind), "seed {seed}, {viewer:?}");
            }
            for (place, act) in world.acts.iter().enumerate() {
                let sealed = |view: &View| {
                    matches!(view.leaf(world.state.leaves(), place), Some(Leaf::Sealed))
                };
                assert_eq!(sealed(&through), sealed(&whole), "seed {seed}, {viewer:?}, {act:?}");
                let (one, other) = (through.get(&act.subject), whole.get(&act.subject));
                assert_eq!(one, other, "seed {seed}, {viewer:?}, {act:?}");
            }
        }
    }
}

/// Kinds of which the two views do not hold the very same things.
fn kinds_that_differ(one: &View, other: &View) -> BTreeSet<Kind> {
    let differ = |kind: &&Kind| !one.of_kind(**kind).eq(other.of_kind(**kind));
    Kind::ALL.iter().filter(differ).copied().collect()
}

#[test]
fn a_view_brought_forward_step_by_step_is_the_view_made_whole() {
    let (mut brought, mut remade, mut unchanged) = (0, 0, 0);
    for seed in 0..WORLDS {
        let world = World::grown(3_000 + seed, ACTS);
        let mut askers: Vec<Option<&Id>> = vec![None];
        askers.extend(world.people.iter().map(Some));
        let mut state = State::new();
        let whole = |state: &State, person| View::of(state, Viewer::of(state, person));
        let mut kept: Vec<View> = askers.iter().map(|person| whole(&state, *person)).collect();
        let mut acts = world.acts.as_slice();
        let mut sizes =
            (seed..).map(|step| 1 + usize::from(step % 5 > 0) * 2 + usize::from(step % 3 > 0));
        while !acts.is_empty() {
            let (now, later) = acts.split_at(sizes.next().expect("endless").min(acts.len()));
            let since = state.size();
            for act in now {
                state.apply(act.clone(), act.encode().into());
            }
            acts = later;
            for (person, view) in askers.iter().zip(&mut kept) {
                let expected = whole(&state, *person);
                *view = match view.clone().brought_forward(&state, *person, since) {
                    Some((forward, changed)) => {
                        let why =
                            || format!("seed {seed}, {person:?} at {since}\n{}", told(&world));
                        assert_eq!(forward.viewer(), expected.viewer(), "{}", why());
                        let wrong = kinds_that_differ(&forward, &expected);
                        assert!(wrong.is_empty(), "{wrong:?}: {}", why());
                        assert_eq!(changed, kinds_that_differ(view, &expected), "{}", why());
                        unchanged += usize::from(changed.is_empty());
                        brought += 1;
                        forward
                    }
                    None => {
                        remade += 1;
                        expected
                    }
                };
            }
        }
    }
    // Each way was gone, and being made whole is the exception.
    assert!(remade > 100 && unchanged > 100, "{remade} remade, {unchanged} unchanged");
    assert!(brought > 5 * remade, "{brought} brought forward, {remade} remade");
}

#[test]
fn nothing_in_a_view_refers_to_what_is_not_in_it() {
    for seed in 0..WORLDS {
        let world = World::grown(2_000 + seed, ACTS);
        for viewer in viewers(&world) {
            let view = View::of(&world.state, viewer);
            for thing in everything(&view).values() {
                for id in thing.references() {
                    assert!(view.get(&id).is_some(), "seed {seed}: {thing:?} refers to {id}");
                }
            }
        }
    }
}

#[test]
fn a_leaf_is_an_act_exactly_where_its_thing_is_in_the_view() {
    let world = World::grown(7, ACTS);
    for viewer in viewers(&world) {
        let view = View::of(&world.state, viewer);
        for (place, act) in world.acts.iter().enumerate() {
            let open = matches!(view.leaf(world.state.leaves(), place), Some(Leaf::Act(_)));
            assert_eq!(open, view.get(&act.subject).is_some());
        }
        assert!(view.leaf(world.state.leaves(), world.acts.len()).is_none());
    }
}

#[test]
fn acts_read_back_as_they_were_written() {
    let world = World::grown(11, 400);
    for act in &world.acts {
        assert_eq!(Act::decode(&act.encode()).unwrap(), *act);
    }
}
