//! Addresses: what running houses answer, for every route of the router's own table.

use super::{Care, Row, Who, table};
use crate::requests::{Asked, form};
use crate::two_worlds::{Clock, ask, doors, house};
use crate::world::{Dice, World};
use coalition::content::Kind as ContentKind;
use coalition::{Id, View, Viewer};
use headquarters::{Method, Route, Settings, Token, look, router, routes};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// How many worlds' houses are asked to check the table: real ones, half of them such as mostly
/// meet. More are to write it.
const WORLDS: u64 = 3;
/// How many acts each has.
const ACTS: usize = 160;
/// How many addresses of a route each person asks in each house, if they differ.
const READS: usize = 120;
/// How often each person sends something to a route that takes it, in each house.
const SENDS: usize = 24;

/// The best answer that anybody of a sort got from each route; a refusal is worse than the rules'.
type Best = BTreeMap<(usize, Who), u16>;

pub(super) fn tables(care: Care) -> String {
    let worlds = if care == Care::Written { 4 * WORLDS } else { WORLDS };
    let all = routes();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system starts threads");
    let mut best = Best::new();
    runtime.block_on(async {
        for seed in (0..worlds).map(|world| 9_001 + 2 * world) {
            ask_world(&world(seed), seed, &all, &mut best).await;
        }
    });
    let mut areas: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (place, route) in all.iter().enumerate() {
        let cell = |who: &Who| match best.get(&(place, *who)) {
            None => "–".to_owned(),
            Some(400..=404 | 405..=408 | 410..=421 | 423..) => best[&(place, *who)].to_string(),
            Some(_) => "yes".into(),
        };
        let method = match route.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        areas.entry(area(route.path)).or_default().push(Row {
            what: format!("{method} `{}`", route.path),
            cells: Who::ALL.each_ref().map(cell),
            remark: String::new(),
        });
    }
    areas.iter().map(|(area, rows)| table(area, "address", rows)).collect()
}

fn world(seed: u64) -> World {
    if seed % 4 == 1 { World::convened(seed, ACTS) } else { World::grown(seed, ACTS) }
}

fn area(path: &str) -> &str {
    match path.split('/').nth(1).unwrap_or_default() {
        "" | "seen" | "zone" => "overview",
        "api" => "API",
        "sign-in" | "sign-out" | "enrol" | "account" | "sign" => "sign-in and signing",
        "people" | "persons" | "parties" => "people and parties",
        "meetings" | "sessions" => "meetings",
        "new" | "change" => "forms",
        other => other,
    }
}

async fn ask_world(world: &World, seed: u64, all: &[Route], best: &mut Best) {
    let mut dice = Dice::new(!seed);
    let mut people: Vec<Option<Id>> = world.people.iter().cloned().map(Some).collect();
    people.sort();
    people.dedup();
    people.push(None);
    for person in people {
        let clock = Clock::default();
        let house = house(&world.acts, Settings::with(doors(&world.acts)), &clock);
        let router = router(&house);
        let view = house.view(person.as_ref());
        let who = Who::of(view.viewer());
        let seen = seen(&view);
        // What changes something comes last: it may change who is asking.
        for method in [Method::Get, Method::Post] {
            let tries = if method == Method::Get { READS } else { SENDS };
            let of_method = all.iter().enumerate().filter(|(_, route)| route.method == method);
            for (place, route) in of_method {
                for asked in requests(route, &seen, tries, &mut dice) {
                    let token = person.clone().map(|person| house.sign_in(person));
                    let told = ask(&router, token.as_ref().map(Token::as_str), &asked).await;
                    // Each sends as much as he likes: limits are another test's.
                    clock.fetch_add(60, Ordering::SeqCst);
                    let known = best.entry((place, who)).or_insert(u16::MAX);
                    *known = (*known).min(rank(told.status));
                    if *known < 400 {
                        break;
                    }
                }
            }
        }
    }
}

/// A status, or a better one: what the rules refuse has been let through to them.
fn rank(status: u16) -> u16 {
    match status {
        409 | 422 => 399,
        other => other,
    }
}

fn seen(view: &View) -> Vec<String> {
    let things = ContentKind::ALL.iter().flat_map(|kind| view.of_kind(*kind));
    let mut seen: Vec<String> = things.map(|thing| thing.id.to_string()).collect();
    seen.sort();
    if seen.is_empty() {
        seen.push("never-was".into());
    }
    seen
}

/// Some requests for a route, its parameters filled in with what the asker sees.
fn requests(route: &Route, seen: &[String], tries: usize, dice: &mut Dice) -> Vec<Asked> {
    let fixed = !route.path.contains('{') && route.method == Method::Get;
    let one = |dice: &mut Dice| {
        let parts = route.path.split('/').map(|part| match part.strip_prefix('{') {
            None => part.to_owned(),
            Some(param) => value(param.trim_end_matches('}'), seen, dice),
        });
        let address = parts.collect::<Vec<_>>().join("/");
        let body = (route.method == Method::Post).then(|| match route.path.starts_with("/api/") {
            true => ("application/json", r#"{"change":{}}"#.to_owned()),
            false => ("application/x-www-form-urlencoded", form(seen, dice)),
        });
        Asked { method: route.method, address, body }
    };
    (0..if fixed { 1 } else { tries }).map(|_| one(dice)).collect()
}

fn value(param: &str, seen: &[String], dice: &mut Dice) -> String {
    let plural = |kind: &ContentKind| kind.plural().replace(' ', "_");
    match param {
        "kind" if dice.one_in(2) => dice.pick(ContentKind::ALL).key(),
        "kind" | "plural" | "kinds" => plural(dice.pick(ContentKind::ALL)),
        "verb" => (*dice.pick(&["amend", "suspend", "withdraw", "relabel", "close"])).into(),
        "position" => dice.below(60).to_string(),
        "name" => {
            let assets = look::assets();
            dice.pick(assets).path.rsplit('/').next().unwrap_or_default().to_owned()
        }
        _ => dice.pick(seen).clone(),
    }
}

/// Whether whoever has lost his session or his seat gets what the public gets, at every address that
/// is read: no more, and no less. Gives the first address where it is otherwise, and how many were
/// asked.
pub async fn nobody_comes_back(seed: u64) -> Result<usize, String> {
    let world = World::convened(seed, ACTS);
    let clock = Clock::default();
    let house = house(&world.acts, Settings::with(doors(&world.acts)), &clock);
    let router = router(&house);
    let mut dice = Dice::new(!seed);
    let sits = |person: &&Id| Viewer::of_person(&world.state, person).seated().is_some();
    let seated = world.people.iter().find(sits).ok_or("nobody sits")?;
    let expired = house.sign_in(seated.clone());
    clock.fetch_add(17 * 3_600, Ordering::SeqCst);
    // Seats that were withdrawn, and those of parties that were suspended or have left.
    let unseated = world.people.iter().filter(|person| !sits(person));
    let mut tokens = vec![("expired", expired.as_str().to_owned()), ("made up", "AAAA".into())];
    tokens.extend(unseated.map(|person| {
        ("of one whose seat or party is gone", house.sign_in(person.clone()).as_str().to_owned())
    }));
    let everything = View::of(&world.state, Viewer::of_person(&world.state, seated));
    let seen = seen(&everything);
    let mut asked_for = 0;
    for route in routes().iter().filter(|route| route.method == Method::Get) {
        for asked in requests(route, &seen, 6, &mut dice) {
            let public = ask(&router, None, &asked).await;
            for (whose, token) in &tokens {
                let told = ask(&router, Some(token), &asked).await;
                asked_for += 1;
                if (told.status, fixed(&told.body)) != (public.status, fixed(&public.body)) {
                    return Err(format!("{}: a token {whose}: {}", asked.address, told.status));
                }
            }
        }
    }
    Ok(asked_for)
}

/// A page without what is drawn anew for each request: keys of forms and challenges.
fn fixed(body: &str) -> String {
    let mut kept = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("data-challenge=\"") {
        kept.push_str(before);
        rest = after.split_once('"').map_or("", |(_, after)| after);
    }
    kept + rest
}
