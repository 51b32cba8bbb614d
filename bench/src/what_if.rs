//! What-if: the page of a guarantee under scenarios that differ each time, over HTTP.

use crate::figures::{load, median, milliseconds, quantile};
use crate::page::{runtime, serve};
use crate::world::{self, Dice, person};
use coalition::Id;
use coalition::content::{Circumstance, Guarantee, Party};
use headquarters::House;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

const SCENARIOS: usize = 200;

/// Runs the measurement and prints it.
pub fn run() {
    let runtime = runtime();
    println!("what-if, {SCENARIOS} scenarios over HTTP, one after the other (load {})", load());
    for (name, house, viewer) in [
        ("the example", world::example(), world::id("clerk-fr")),
        ("35 parties, 500 commitments", world::generated(None), person(1)),
    ] {
        let cookie = format!("__Host-entente={}", house.sign_in(viewer.clone()).as_str());
        let address = runtime.block_on(serve(headquarters::router(&house)));
        let view = house.view(Some(&viewer));
        for (thing, said) in view.all::<Guarantee>() {
            let scenarios = scenarios(&house, &viewer, said);
            let (times, bytes) = ask(address, &cookie, &thing.id, &scenarios);
            println!(
                "what-if, {name}, {}: median {:.1} ms, p99 {:.1} ms, slowest {:.1} ms, page of {bytes} bytes",
                said.name,
                median(times.clone()),
                quantile(times.clone(), 0.99),
                quantile(times, 1.0)
            );
        }
    }
    runtime.shutdown_background();
}

/// Queries: up to four circumstances assumed or not, up to three parties gone.
fn scenarios(house: &House, viewer: &Id, guarantee: &Guarantee) -> Vec<String> {
    let view = house.view(Some(viewer));
    let circumstances: Vec<&Id> = view
        .all::<Circumstance>()
        .map(|(thing, _)| &thing.id)
        .filter(|id| guarantee.trigger.as_ref() != Some(*id))
        .collect();
    let parties: Vec<&Id> = view.standing::<Party>().map(|(thing, _)| &thing.id).collect();
    let mut dice = Dice(17);
    (0..SCENARIOS)
        .map(|_| {
            let mut query = String::from("?");
            let mut said = Vec::new();
            for _ in 0..dice.below(5).min(circumstances.len()) {
                let circumstance = circumstances[dice.below(circumstances.len())];
                if !said.contains(&circumstance) {
                    let how = ["assume", "assume_not"][dice.below(2)];
                    query.push_str(&format!("{how}={circumstance}&"));
                    said.push(circumstance);
                }
            }
            for _ in 0..dice.below(4) {
                query.push_str(&format!("without={}&", parties[dice.below(parties.len())]));
            }
            query
        })
        .collect()
}

/// The milliseconds of each request, and the bytes of the largest page.
fn ask(address: SocketAddr, cookie: &str, guarantee: &Id, queries: &[String]) -> (Vec<f64>, usize) {
    let stream = TcpStream::connect(address).expect("the house listens");
    stream.set_nodelay(true).expect("a socket");
    let mut stream = BufReader::new(stream);
    let mut largest = 0;
    let times = queries
        .iter()
        .map(|query| {
            let request = format!(
                "GET /guarantees/{guarantee}{query} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n"
            );
            let start = Instant::now();
            stream.get_mut().write_all(request.as_bytes()).expect("the house listens");
            largest = largest.max(answer(&mut stream, query));
            milliseconds(start.elapsed())
        })
        .collect();
    (times, largest)
}

/// Reads one answer, and gives the length of its body.
fn answer(stream: &mut BufReader<TcpStream>, query: &str) -> usize {
    let mut length = 0;
    let mut line = String::new();
    stream.read_line(&mut line).expect("a status");
    assert!(line.contains(" 200 "), "{query}: {line}");
    loop {
        line.clear();
        stream.read_line(&mut line).expect("a header");
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    length
}
