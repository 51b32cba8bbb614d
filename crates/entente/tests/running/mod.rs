//! The program as a process of its own, and a client that speaks plain HTTP/1.1 to it.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod sending;
pub mod tried;

use record::{Entry, SqliteStore, Store, VerifierKey};
use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The program under test.
pub const ENTENTE: &str = env!("CARGO_BIN_EXE_entente");

/// Personas of the demonstration, by their place on the page of sign-in.
pub const CLERK: usize = 0;
/// The delegate of Estonia.
pub const DELEGATE: usize = 1;
/// The delegate of the beneficiary.
pub const BENEFICIARY: usize = 3;

/// A directory of this test's own, gone when it ends.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("entente-test-{}-{number}", std::process::id()));
        // A process of the same number may have left something long ago.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).expect("a temporary directory can be made");
        Scratch(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The same random numbers for the same seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Runs the program to its end; one that does not end within two minutes is ended with status 124.
pub fn run(arguments: &[&str]) -> Output {
    Command::new("timeout")
        .args(["120", ENTENTE])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// What a program said on standard error.
pub fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The record as it lies on the disk, read by nobody's help.
pub fn entries(data: &Path) -> Vec<Entry> {
    let store = SqliteStore::open_read_only(data).expect("there is a record");
    let mut entries = Vec::new();
    store.read(0..u64::MAX, &mut |_, entry| entries.push(entry)).expect("it reads");
    entries
}

/// What an entry says.
pub fn act(entry: &Entry) -> Value {
    let content = entry.content.as_ref().expect("nothing was forgotten");
    serde_json::from_slice(&content.bytes).expect("an act is JSON")
}

/// Checks the whole log by the program itself, and gives the public key.
pub fn checked(data: &Path, world: &str) -> VerifierKey {
    let data = data.to_str().expect("a plain path");
    let output = run(&["record", "check", "--json", "--data", data]);
    assert!(output.status.success(), "{world}: {}", complaint(&output));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    said["key"].as_str().expect("a key").parse().expect("a key")
}

/// A house that runs; killed when dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

impl Running {
    /// Starts a demonstration on a record, and waits until it says its address.
    ///
    /// # Panics
    /// With what it complained of, if it does not start.
    pub fn start(data: &Path) -> Running {
        Running::prepared("", data)
    }

    /// The same, after the shell has run `prepare` in the process that the house becomes.
    pub fn prepared(prepare: &str, data: &Path) -> Running {
        Running::open(Running::spawn(prepare, data))
    }

    /// The house of a real coalition, with these options.
    pub fn serving(data: &Path, options: &[&str]) -> Running {
        Running::open(Running::process("", "serve", data, options))
    }

    /// Waits until a process says its address.
    fn open(mut child: Child) -> Running {
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut line).expect("readable");
        let address = serde_json::from_str(&line).ok().and_then(|said: Value| {
            let host = said["url"].as_str()?.strip_prefix("http://")?;
            host.replace("localhost", "127.0.0.1").parse().ok()
        });
        let Some(address) = address else {
            let output = child.wait_with_output().expect("it ends");
            panic!("the house did not start: {:?} {}", output.status, complaint(&output));
        };
        Running { child, address }
    }

    /// Starts the process and waits for nothing.
    pub fn spawn(prepare: &str, data: &Path) -> Child {
        Running::process(prepare, "demo", data, &[])
    }

    fn process(prepare: &str, command: &str, data: &Path, options: &[&str]) -> Child {
        Command::new("sh")
            .args(["-c", &format!("{prepare}\nexec \"$0\" \"$@\""), ENTENTE])
            .args([command, "--port", "0", "--json", "--data"])
            .arg(data)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A terminal's Ctrl-C is for the test, not for the house.
            .process_group(0)
            .spawn()
            .expect("a shell starts")
    }

    /// Kills it as `kill -9` does, and gives what it had complained of.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("it ran until now");
        let mut complaint = String::new();
        let mut stderr = self.child.stderr.take().expect("piped");
        stderr.read_to_string(&mut complaint).expect("text");
        self.child.wait().expect("killed");
        complaint
    }

    /// Whether the process still runs.
    pub fn lives(&mut self) -> bool {
        self.child.try_wait().expect("its state can be asked").is_none()
    }

    /// The most memory that the process has had so far, in KiB, where the system tells it.
    pub fn memory_max(&self) -> Option<u64> {
        let told = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// A connection to it.
    pub fn line(&self) -> Line {
        Line::open(self.address).expect("the house answers")
    }

    /// A connection on which a persona is signed in.
    pub fn signed_in(&self, persona: usize) -> Line {
        let mut line = self.line();
        line.sign_in(persona).expect("the demonstration lets anybody in");
        line
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection to a house, kept open from request to request.
pub struct Line {
    stream: BufReader<TcpStream>,
    host: String,
    cookie: Option<String>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("not JSON ({error}), status {}: {}", self.status, self.text())
        })
    }
}

impl Line {
    pub fn open(address: SocketAddr) -> io::Result<Line> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(10))?;
        stream.set_nodelay(true)?;
        // Long enough for a busy machine; a house that hangs fails the test.
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_write_timeout(Some(Duration::from_secs(60)))?;
        let host = "127.0.0.1:4860".to_owned();
        Ok(Line { stream: BufReader::new(stream), host, cookie: None })
    }

    /// The same to a real house, which has a name of its own, of somebody who came in elsewhere.
    pub fn of_session(address: SocketAddr, cookie: &str) -> io::Result<Line> {
        let (host, cookie) = (format!("localhost:{}", address.port()), Some(cookie.to_owned()));
        Ok(Line { host, cookie, ..Line::open(address)? })
    }

    /// Chooses a persona; later requests on this line are his.
    pub fn sign_in(&mut self, persona: usize) -> io::Result<()> {
        let form = format!("persona={persona}");
        let reply = self.ask(
            "POST",
            "/sign-in",
            &[("content-type", "application/x-www-form-urlencoded")],
            form.as_bytes(),
        )?;
        let cookie = reply
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .find_map(|(_, value)| value.split(';').next().filter(|pair| pair.contains("entente=")))
            .unwrap_or_else(|| panic!("no session: {} {}", reply.status, reply.text()));
        self.cookie = Some(cookie.to_owned());
        Ok(())
    }

    /// Sends one request and reads its answer.
    pub fn ask(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        let mut head = format!("{method} {address} HTTP/1.1\r\nhost: {}\r\n", self.host);
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("cookie: {cookie}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        self.send(&[head.as_bytes(), body].concat())?;
        self.reply(method == "HEAD")
    }

    pub fn get(&mut self, address: &str) -> io::Result<Reply> {
        self.ask("GET", address, &[], b"")
    }

    /// Asks the API for an act.
    pub fn act(&mut self, key: &str, command: &Value) -> io::Result<Reply> {
        self.ask(
            "POST",
            "/api/v1/acts",
            &[("content-type", "application/json"), ("idempotency-key", key)],
            command.to_string().as_bytes(),
        )
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads one answer; that to a HEAD has no body, whatever its length says.
    pub fn reply(&mut self, to_head: bool) -> io::Result<Reply> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned());
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| broken("no status line"))?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken("the answer ends within its headers"));
            }
            match line.trim_end().split_once(':') {
                Some((name, value)) => {
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
                None => break,
            }
        }
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .and_then(|(_, length)| length.parse().ok())
            .filter(|_| !to_head && status != 304)
            .unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Reply { status, headers, body })
    }
}
