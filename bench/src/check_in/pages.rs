//! Every page that a meeting's pages lead to, as long as somebody waits for it: just after an act, when
//! nothing of it is kept, and again.

use super::meeting::{self, MEETING};
use super::phone::{Line, forms};
use crate::figures::{load, median, milliseconds};
use crate::page::{runtime, serve};
use crate::world::{self, id, person};
use coalition::Id;
use headquarters::{Ask, House};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Instant;

/// How often each page is asked for, after an act of its own each time.
const TIMES: usize = 11;
/// How many addresses of one shape are asked for.
const OF_ONE_SHAPE: usize = 2;
/// How many milliseconds a page may take.
const WANTED: f64 = 20.0;

/// Runs the measurement and prints it.
pub fn run() {
    let directory = world::directory("check-in-pages");
    let house = meeting::called(&directory);
    let runtime = runtime();
    let address = runtime.block_on(serve(headquarters::router(&house)));
    everybody_comes(&house, address);
    println!(
        "pages of a meeting of {} delegations and {} people, all in, a record of {} acts: milliseconds from the request to the last byte, over loopback (load {})",
        world::PARTIES,
        meeting::PEOPLE,
        house.size(),
        load()
    );
    println!("  | who | page | bytes | just after an act, median | slowest | again, median |");
    let mut acts = 0;
    let mut slow = Vec::new();
    for (who, person) in
        [("clerk", Some(meeting::clerk(0))), ("delegate", Some(person(5))), ("public", None)]
    {
        let cookie = person.as_ref().map_or_else(String::new, |one| meeting::cookie(&house, one));
        let mut line = Line::open(address, &cookie);
        for (shape, pages) in led_to(&mut line) {
            let (mut first, mut again, mut bytes) = (Vec::new(), Vec::new(), 0);
            for page in pages.iter().cycle().take(TIMES) {
                acts += 1;
                something_happens(&house, acts);
                first.push(took(&mut line, page, &mut bytes));
                again.push(took(&mut line, page, &mut bytes));
            }
            let slowest = first.iter().copied().fold(0.0, f64::max);
            let middle = median(first);
            println!(
                "  | {who} | `{shape}` | {bytes} | {middle:.1} | {slowest:.1} | {:.1} |",
                median(again)
            );
            if middle > WANTED {
                slow.push(format!("{who} {shape}"));
            }
        }
    }
    println!("pages slower than {WANTED} ms just after an act: {}", slow.len());
    slow.iter().for_each(|page| println!("  {page}"));
    runtime.shutdown_background();
    drop(house);
    let _ = std::fs::remove_dir_all(directory);
}

/// Everybody is let in, and hands in a device.
fn everybody_comes(house: &House, address: SocketAddr) {
    let cookie = meeting::cookie(house, &meeting::clerk(0));
    let page = Line::open(address, &cookie).page(&format!("/meetings/{MEETING}/desk"));
    let people: BTreeSet<String> = forms(&page).into_iter().map(|form| form.about).collect();
    let at = house.now();
    let asks = people.iter().flat_map(|one| {
        let arrival = json!({ "arrival": { "meeting": MEETING, "person": one } });
        let custody =
            json!({ "custody": { "meeting": MEETING, "person": one, "device": "phone" } });
        [(format!("in-{one}"), arrival), (format!("kept-{one}"), custody)].map(|(subject, said)| {
            let change = json!({ "create": { "content": said, "marking": { "label": "GREEN" } } });
            (Some(meeting::clerk(0)), Ask::Import { at, subject: id(&subject), change })
        })
    });
    house.submit_and_wait(None, Ask::Together(asks.collect())).expect("the rules allow it");
}

/// An act that everybody sees: no page is kept over it.
fn something_happens(house: &House, number: usize) {
    let said =
        json!({ "outcome": { "meeting": MEETING, "text": format!("Noted, number {number}.") } });
    let change = json!({ "create": { "content": said, "marking": { "label": "CLEAR" } } });
    let subject: Id = id(&format!("outcome-{number}"));
    let ask = Ask::Import { at: house.now(), subject, change };
    house.submit_and_wait(Some(meeting::clerk(0)), ask).expect("the rules allow it");
}

/// The pages that the meeting's own lead to, and those that these lead to under the same roof, by what
/// they have in common.
fn led_to(line: &mut Line) -> BTreeMap<String, Vec<String>> {
    let start = [format!("/meetings/{MEETING}"), "/meetings".into(), "/calendar.ics".into()];
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ahead: Vec<(String, bool)> = start.into_iter().map(|page| (page, true)).collect();
    while let Some((page, own)) = ahead.pop() {
        let same = found.entry(shape(&page)).or_default();
        if same.contains(&page) || same.len() == OF_ONE_SHAPE {
            continue;
        }
        let (status, body) = line.ask("GET", &page, "", "");
        // A link that is for others, or a way to another house.
        if status != 200 {
            continue;
        }
        same.push(page);
        if own {
            let text = String::from_utf8_lossy(&body);
            let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            let links = links.filter(|link| link.starts_with('/') && !link.starts_with("/assets/"));
            // Pages of the meeting lead further; others are asked for and no more.
            let of_it =
                |link: &str| link.starts_with("/meetings/") || link.starts_with("/sessions/");
            let bare =
                |link: &str| link.split('#').next().unwrap_or_default().replace("&amp;", "&");
            ahead.extend(links.map(|link| (bare(link), of_it(link))));
        }
    }
    found.retain(|_, pages| !pages.is_empty());
    found
}

/// An address with what is one thing's own left out.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let own = match parts[..] {
        ["change", ..] => 2,
        ["new", ..] | [] => usize::MAX,
        _ => 1,
    };
    let shown = parts.iter().enumerate().map(|(at, part)| if at == own { "{id}" } else { part });
    let path = format!("/{}", shown.collect::<Vec<_>>().join("/"));
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    if query.is_empty() { path } else { format!("{path}?{}", names.join("&")) }
}

fn took(line: &mut Line, page: &str, bytes: &mut usize) -> f64 {
    let start = Instant::now();
    let (status, body) = line.ask("GET", page, "", "");
    let took = milliseconds(start.elapsed());
    assert_eq!(status, 200, "{page}");
    *bytes = body.len();
    took
}
