//! Two hundred people of thirty-five delegations come through the door: three phones check them in by the
//! pages of the desk, every act durable before it is answered, beside bare SQLite that commits the same
//! rows one by one. Then every page of that meeting, for who runs it, who comes to it, and the public.

mod meeting;
mod pages;
mod phone;

use crate::figures::{load, median, milliseconds, quantile};
use crate::page::{runtime, serve};
use crate::world;
use meeting::{CLERKS, MEETING, PEOPLE};
use phone::{Line, Phone, Way, forms};
use record::{Entry, SqliteStore, Store};
use rusqlite::Connection;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

const PHONES: usize = 3;
/// How often the queue of a phone and its baseline are timed, one after the other.
const ROUNDS: usize = 5;

/// Runs the measurements and prints them.
pub fn run() {
    let (mut ratios, mut houses, mut bares) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let came = come(Way::Queue, CLERKS);
        let bare = bare(&came.rows);
        houses.push(milliseconds(came.took));
        bares.push(milliseconds(bare));
        ratios.push(came.took.as_secs_f64() / bare.as_secs_f64());
    }
    println!(
        "check-in, what {PHONES} phones had noted without a connection: {PEOPLE} people in {:.0} ms, bare SQLite one by one {:.0} ms, ratio {:.2} (medians of {ROUNDS}, load {})",
        median(houses),
        median(bares),
        median(ratios),
        load()
    );
    for (way, accounts, words) in [
        (Way::Scanned, CLERKS, "each scanned, let in and seen on the desk's page again"),
        (Way::ScannedWithDevice, CLERKS, "the same, and each hands in a device"),
        (Way::Scanned, 1, "each scanned and let in, all phones signed in as one person"),
    ] {
        let came = come(way, accounts);
        let bare = bare(&came.rows);
        println!(
            "check-in, {words}: {PEOPLE} people in {:.2} s, {} acts; of these the bare commits one by one take {:.3} s; an act's answer p50 {:.1} ms, p99 {:.1} ms; turned away {} times by the house's limits (load {})",
            came.took.as_secs_f64(),
            came.rows.len(),
            bare.as_secs_f64(),
            quantile(came.answers.clone(), 0.5),
            quantile(came.answers, 0.99),
            came.turned_away,
            load()
        );
    }
    pages::run();
}

/// How everybody came in.
struct Came {
    took: Duration,
    /// What the record holds of it.
    rows: Vec<Entry>,
    /// Milliseconds from the form to its answer.
    answers: Vec<f64>,
    turned_away: usize,
}

/// Everybody comes in by three phones, on which so many people are signed in.
fn come(way: Way, accounts: usize) -> Came {
    let directory = world::directory("check-in");
    let house = meeting::called(&directory);
    let before = house.size() as u64;
    let runtime = runtime();
    let address = runtime.block_on(serve(headquarters::router(&house)));
    let cookies: Vec<String> = (0..PHONES)
        .map(|phone| meeting::cookie(&house, &meeting::clerk(phone % accounts)))
        .collect();
    let codes = codes(address, &cookies[0]);
    let queues = shared(address, &cookies[0], &codes);
    let start = Instant::now();
    let phones: Vec<Phone> = std::thread::scope(|scope| {
        let phones: Vec<_> = cookies
            .iter()
            .zip(queues)
            .map(|(cookie, queue)| {
                scope.spawn(move || Phone::new(address, cookie).works(way, queue))
            })
            .collect();
        phones.into_iter().map(|phone| phone.join().expect("the phone works")).collect()
    });
    let took = start.elapsed();
    runtime.shutdown_background();
    drop(house);
    let store = SqliteStore::open_read_only(&directory).expect("the record is there");
    let mut rows = Vec::new();
    store.read(before..u64::MAX, &mut |_, entry| rows.push(entry)).expect("the record reads");
    let expected = if matches!(way, Way::ScannedWithDevice) { 2 * PEOPLE } else { PEOPLE };
    assert_eq!(rows.len(), expected, "everybody is in once");
    std::fs::remove_dir_all(&directory).expect("our own directory");
    Came {
        took,
        rows,
        answers: phones.iter().flat_map(|phone| phone.answers.clone()).collect(),
        turned_away: phones.iter().map(|phone| phone.turned_away).sum(),
    }
}

/// The codes of all credentials, by their holders' names, from the page on which they are printed.
fn codes(address: SocketAddr, cookie: &str) -> Vec<(String, String)> {
    let page = Line::open(address, cookie).page(&format!("/meetings/{MEETING}/credentials"));
    let between = |text: &str, from: &str, to: &str| {
        let at = text.find(from).map(|at| at + from.len())?;
        text[at..].split(to).next().map(str::to_owned)
    };
    let one = |card: &str| {
        Some((between(card, "<h2>", "</h2>")?, between(card, "Code <code>", "</code>")?))
    };
    let codes: Vec<(String, String)> = page.split("<article").skip(1).filter_map(one).collect();
    assert_eq!(codes.len(), PEOPLE, "everybody has a credential");
    codes
}

/// Who comes to which phone: each third person to each, with the forms of the desk's page.
fn shared(
    address: SocketAddr,
    cookie: &str,
    codes: &[(String, String)],
) -> Vec<Vec<phone::Holder>> {
    let page = Line::open(address, cookie).page(&format!("/meetings/{MEETING}/desk"));
    let mut queues: Vec<Vec<phone::Holder>> = vec![Vec::new(); PHONES];
    let arrivals = forms(&page).into_iter().filter(|form| form.deed == "arrive");
    for (number, form) in arrivals.enumerate() {
        let name = page_name(&page, &form.about);
        let code = codes.iter().find(|(known, _)| *known == name).map(|(_, code)| code.clone());
        let code = code.unwrap_or_else(|| panic!("{name} has no credential"));
        queues[number % PHONES].push(phone::Holder { code, form });
    }
    assert_eq!(queues.iter().map(Vec::len).sum::<usize>(), PEOPLE, "everybody is expected");
    queues
}

/// The name beside the form of this person.
fn page_name(page: &str, person: &str) -> String {
    let at = page.find(&format!("name=\"about\" value=\"{person}\"")).expect("the form is there");
    let before = page[..at].rfind("<strong>").expect("a name stands before it") + "<strong>".len();
    page[before..].split('<').next().unwrap_or_default().to_owned()
}

/// How long bare SQLite takes to commit these rows, one after the other.
fn bare(rows: &[Entry]) -> Duration {
    let directory = world::directory("check-in-bare");
    std::fs::create_dir_all(&directory).expect("a new directory");
    let took = committed(&directory, rows);
    std::fs::remove_dir_all(directory).expect("our own directory");
    took
}

fn committed(directory: &Path, rows: &[Entry]) -> Duration {
    let mut connection: Connection = crate::acts::open(directory);
    let start = Instant::now();
    for row in rows {
        crate::acts::commit(&mut connection, std::iter::once(row));
    }
    start.elapsed()
}
