//! A rendered page against the same bytes served as they are: requests a second and the slowest
//! hundredth, from `wrk` at 32 connections.

use crate::figures::{load, median};
use crate::world::{self, person};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::routing::get;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const ROUNDS: usize = 5;
const SECONDS: usize = 4;
const CONNECTIONS: usize = 32;

/// Pages of the generated coalition, and the one that is nearest to 20 KB.
const PAGES: &[&str] =
    &["/commitments?party=party-4", "/commitments?resource=r3", "/commitments", "/parties/party-4"];

/// Runs the measurement and prints it.
pub fn run() {
    if Command::new("wrk").arg("-v").output().is_err() {
        println!("page: skipped, there is no wrk (Debian: apt-get install wrk)");
        return;
    }
    let runtime = runtime();
    let house = world::generated(None);
    let cookie = format!("__Host-entente={}", house.sign_in(person(1)).as_str());
    let address = runtime.block_on(serve(headquarters::router(&house)));
    let mut closest: Option<(usize, &str)> = None;
    for page in PAGES {
        let bytes = whole(address, page, &cookie).1.len();
        println!("  {page}: {bytes} bytes");
        let off = bytes.abs_diff(20_000);
        if closest.is_none_or(|(nearest, _)| off < nearest) {
            closest = Some((off, page));
        }
    }
    let page = closest.expect("there is a page").1;
    let (headers, body) = whole(address, page, &cookie);
    let still = runtime.block_on(serve(same_bytes(headers, body.clone())));
    println!(
        "page {page} of {} bytes, a record of {} acts (load {})",
        body.len(),
        house.size(),
        load()
    );
    measure("asked for before", page, None, address, still, &cookie);
    // An address that nobody asked for before, each time: every page is made anew.
    let script = world::directory("wrk.lua");
    let fresh = format!(
        "n = 0\nrequest = function() n = n + 1\n return wrk.format(nil, '{page}&fresh=' .. n .. (tostring({{}}):gsub('%W', ''))) end\n"
    );
    std::fs::write(&script, fresh).expect("a new file");
    measure("rendered for every request", page, Some(&script), address, still, &cookie);
    std::fs::remove_file(&script).expect("our own file");
    runtime.shutdown_background();
}

fn measure(
    how: &str,
    page: &str,
    script: Option<&Path>,
    address: SocketAddr,
    still: SocketAddr,
    cookie: &str,
) {
    let (mut ratios, mut rendered, mut served) = (Vec::new(), Vec::new(), Vec::new());
    let (mut slow, mut slow_still) = (Vec::new(), Vec::new());
    let (mut works, mut works_still) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (rate, slowest, work) = costing(|| wrk(address, page, script, cookie));
        let (rate_still, slowest_still, work_still) = costing(|| wrk(still, page, script, cookie));
        println!(
            "  rendered {rate:.0}/s, p99 {slowest:.2} ms; served {rate_still:.0}/s, p99 {slowest_still:.2} ms"
        );
        ratios.push(rate / rate_still);
        rendered.push(rate);
        served.push(rate_still);
        slow.push(slowest);
        slow_still.push(slowest_still);
        works.push(work);
        works_still.push(work_still);
    }
    println!(
        "page, {how}: ratio {:.2}, rendered {:.0}/s with p99 {:.2} ms, the same bytes {:.0}/s with p99 {:.2} ms (medians of {ROUNDS}); {:.1} microseconds of a core a request, and {:.1}",
        median(ratios),
        median(rendered),
        median(slow),
        median(served),
        median(slow_still),
        median(works),
        median(works_still)
    );
}

/// What `ask` says, with the microseconds of a core that this process, which is the server and not
/// the client, spent on each request.
fn costing(ask: impl FnOnce() -> (f64, f64)) -> (f64, f64, f64) {
    let before = ticks();
    let (rate, slowest) = ask();
    // A tick is a hundredth of a second.
    let spent = (ticks() - before) * 10_000.0;
    (rate, slowest, spent / (rate * SECONDS as f64))
}

/// How long this process has computed, in the kernel and outside, in ticks of a hundredth of a
/// second (proc_pid_stat(5)).
fn ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().expect("fields");
    let field = |place: usize| {
        let text = after_name.split_ascii_whitespace().nth(place).expect("a field");
        text.parse::<f64>().expect("a number")
    };
    field(11) + field(12)
}

/// What serves: two threads, one for each core that the figures are about.
pub fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system starts threads")
}

/// Serves on a free port of this machine.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A server that answers everything with these bytes, under the same headers.
fn same_bytes(headers: HeaderMap, body: Vec<u8>) -> Router {
    let body = Bytes::from(body);
    Router::new().fallback(get(move || {
        let answer = (headers.clone(), body.clone());
        async move { answer }
    }))
}

/// The headers and the body of a page.
pub fn whole(address: SocketAddr, page: &str, cookie: &str) -> (HeaderMap, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the house listens");
    let request = format!(
        "GET {page} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("the house listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the house answers");
    let split = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("headers end");
    let head = String::from_utf8_lossy(&answer[..split]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{page}: {head}");
    let mut headers = HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").expect("a header");
        let name: header::HeaderName = name.parse().expect("a name");
        // These the server sets itself.
        if ![header::CONTENT_LENGTH, header::DATE, header::CONNECTION].contains(&name) {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
    }
    (headers, answer[split + 4..].to_vec())
}

/// Requests a second, and the milliseconds that 99 of 100 requests do not exceed.
fn wrk(address: SocketAddr, page: &str, script: Option<&Path>, cookie: &str) -> (f64, f64) {
    let script = script.map(|script| ["-s".as_ref(), script.as_os_str()]);
    let output = Command::new("wrk")
        .args(script.into_iter().flatten())
        .args(["--latency", "-t2", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s")])
        .args(["-H", &format!("Cookie: {cookie}"), &format!("http://{address}{page}")])
        .output()
        .expect("wrk starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!said.contains("Non-2xx"), "{said}");
    let after = |label: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(label));
        line.unwrap_or_else(|| panic!("wrk does not say {label}: {said}")).trim().to_owned()
    };
    let rate = after("Requests/sec:").parse().expect("a number");
    let slowest = after("99%");
    let number = |unit: &str| slowest.strip_suffix(unit).and_then(|text| text.parse::<f64>().ok());
    let milliseconds = number("us")
        .map(|micros| micros / 1_000.0)
        .or_else(|| number("ms"))
        .or_else(|| number("s").map(|seconds| seconds * 1_000.0));
    (rate, milliseconds.expect("a duration"))
}
