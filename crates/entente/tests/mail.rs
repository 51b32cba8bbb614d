//! Mail that a real process sends to a server, and the process killed at every step of it: what is
//! queued comes at least once, and always as the same message.

#![expect(
    clippy::disallowed_methods,
    reason = "another process writes: it is looked at again until it has"
)]

mod running;

use coalition::content::*;
use coalition::text::{Name, Text};
use coalition::{Change, Content, Id, Label, Marking};
use exchange::mail::MailAddress;
use headquarters::passkeys::Origin;
use headquarters::{Ask, Doors, House, Kept, Mail, Settings};
use jiff::ToSpan;
use record::{Desk, SigningKey, SqliteStore};
use running::{ENTENTE, Scratch, complaint, run};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

/// At which step of the first message the sender is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It has connected.
    Greeted,
    /// It has named the recipient.
    Named,
    /// It has sent the whole message, and waits to hear that it was taken.
    Unanswered,
    /// It is told that the message was taken.
    Answered,
    /// Not at all.
    Never,
}

/// How a server is spoken to.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// In clear.
    Plain,
    /// Over TLS from the first byte.
    Tls,
    /// Over TLS before anything is said but that.
    StartTls,
}

type Process = Arc<Mutex<Option<Child>>>;

/// A server of mail, of one recipient at a time.
struct Server {
    address: SocketAddr,
    process: Process,
    kills_at: Arc<Mutex<Step>>,
    /// Each message it has received whole.
    received: mpsc::Receiver<String>,
    /// All lines that it was told but for messages.
    told: Arc<Mutex<Vec<String>>>,
}

/// What one connection knows of its server.
struct Clerk {
    process: Process,
    kills_at: Arc<Mutex<Step>>,
    sender: mpsc::Sender<String>,
    told: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Server {
        Server::over(Line::Plain, "localhost")
    }

    fn over(line: Line, host: &str) -> Server {
        let listener = TcpListener::bind((host, 0)).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, received) = mpsc::channel();
        let (process, kills_at) = (Process::default(), Arc::new(Mutex::new(Step::Never)));
        let told = Arc::default();
        let clerk = Clerk {
            process: Arc::clone(&process),
            kills_at: Arc::clone(&kills_at),
            sender,
            told: Arc::clone(&told),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A peer that was killed, or that does not trust us, breaks off: that is no matter of ours.
                let _ = clerk.answers(stream, line);
            }
        });
        Server { address, process, kills_at, received, told }
    }
}

/// The server's half of TLS, by the certificate of this test.
fn tls(stream: TcpStream) -> std::io::Result<StreamOwned<ServerConnection, TcpStream>> {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("mail/certificate.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("mail/key.pem")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions that ring speaks")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.expect("a certificate")], key)
        .expect("the key is the certificate's");
    let connection = ServerConnection::new(Arc::new(config)).map_err(std::io::Error::other)?;
    Ok(StreamOwned::new(connection, stream))
}

impl Clerk {
    /// Kills the sender if it is to be killed at this step.
    fn reached(&self, step: Step) {
        let mut kills_at = self.kills_at.lock().expect("no panic");
        if *kills_at == step {
            *kills_at = Step::Never;
            let mut process = self.process.lock().expect("no panic");
            if let Some(mut child) = process.take() {
                child.kill().expect("it ran until now");
                child.wait().expect("killed");
            }
        }
    }

    fn answers(&self, mut stream: TcpStream, line: Line) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        match line {
            Line::Plain => self.serve(&mut stream, true, "250 AUTH PLAIN")?,
            Line::Tls => self.serve(&mut tls(stream)?, true, "250 AUTH PLAIN")?,
            Line::StartTls => {
                self.serve(&mut stream, true, "250 STARTTLS")?;
                self.serve(&mut tls(stream)?, false, "250 AUTH PLAIN")?;
            }
        }
        Ok(())
    }

    /// Serves until the other has gone, or wants to go on over TLS.
    fn serve(
        &self,
        stream: &mut (impl Read + Write),
        greets: bool,
        offers: &str,
    ) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream);
        fn answer(lines: &mut BufReader<impl Read + Write>, text: &str) -> std::io::Result<()> {
            lines.get_mut().write_all(format!("{text}\r\n").as_bytes())?;
            lines.get_mut().flush()
        }
        if greets {
            answer(&mut lines, "220 mail.example.org")?;
        }
        self.reached(Step::Greeted);
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            self.told.lock().expect("no panic").push(line.trim_end().to_owned());
            match line.split([' ', ':', '\r']).next().unwrap_or_default() {
                "EHLO" => answer(&mut lines, &format!("250-mail.example.org\r\n{offers}"))?,
                "STARTTLS" => return answer(&mut lines, "220 go on"),
                "AUTH" => answer(&mut lines, "235 welcome")?,
                "MAIL" | "RSET" | "NOOP" => answer(&mut lines, "250 yes")?,
                "RCPT" if line.contains("nobody@") => {
                    answer(&mut lines, "550 there is nobody of this name")?;
                }
                "RCPT" => {
                    answer(&mut lines, "250 yes")?;
                    self.reached(Step::Named);
                }
                "DATA" => {
                    answer(&mut lines, "354 go on")?;
                    let mut message = String::new();
                    while !message.ends_with("\r\n.\r\n") {
                        if lines.read_line(&mut message)? == 0 {
                            return Ok(());
                        }
                    }
                    let _ = self.sender.send(message);
                    self.reached(Step::Unanswered);
                    answer(&mut lines, "250 taken")?;
                    self.reached(Step::Answered);
                }
                "QUIT" => return answer(&mut lines, "221 bye"),
                _ => answer(&mut lines, "502 what?")?,
            }
        }
    }
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("a plain word")
}

/// Held while a process is started, and while a record is open in this one: a process that is being
/// started holds for a moment what its parent holds, the lock of a record among it.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Founds a coalition whose first person takes mail at `to`, and in which something has happened
/// since that is for her: another of her delegation has called a meeting.
fn prepared(data: &Path, to: &str) {
    let _turn = turn();
    let path = data.to_str().expect("a plain path");
    let founding =
        ["init", "--data", path, "--name", "Four towns", "--lead", "France", "--person", "Anna"];
    let output = run(&[&founding[..], &["--json"]].concat());
    assert!(output.status.success(), "{}", complaint(&output));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let link = said["link"].as_str().expect("a link");
    let anna = id(link.split('/').nth(2).expect("a person"));
    let store = SqliteStore::open(data).expect("just made");
    let secret = std::fs::read_to_string(data.join("signing.key")).expect("beside it");
    let key = SigningKey::from_secret_text(secret.trim()).expect("a key");
    let address = |text| MailAddress::parse(text).expect("an address");
    let origin = Origin::parse("https://headquarters.example").expect("an origin");
    let settings = Settings {
        desk: Some(Arc::new(Desk::open(data).expect("a desk"))),
        mail: Some(Mail { from: address("house@example.org"), pages: origin.as_str().into() }),
        // The round that the process will make must be a later one.
        clock: Arc::new(|| jiff::Timestamp::now() - 1.hour()),
        // Nobody signs what is prepared here.
        ..Settings::with(Doors::Closed)
    };
    let house = House::open(Kept(Box::new(store)), key, settings).expect("the record opens");
    house.begin_post(house.size()).expect("writable");
    house.takes_mail(&anna, address(to)).expect("writable");
    let name = |text| Name::parse(text).expect("a name");
    let party = house.view(Some(&anna)).viewer().seated().expect("she has a seat").party.clone();
    let does = |by: &Id, subject: &str, content: Content| {
        let change = Change::Create { content, marking: Marking::plain(Label::Amber) };
        let ask = Ask::Made { subject: Some(id(subject)), change: Box::new(change) };
        house.submit_and_wait(Some(by.clone()), ask).expect("the rules allow it");
    };
    does(&anna, "bruno", Content::Person(Person { name: name("Bruno") }));
    let seat = Seat { person: id("bruno"), party, role: Role::Clerk };
    does(&anna, "bruno-seat", Content::Seat(seat));
    let meeting = Meeting {
        title: name("Secret of secrets"),
        level: Level::Leaders,
        form: Form::Virtual,
        host: None,
        places: Vec::new(),
        zone: name("UTC"),
        starts: None,
        ends: None,
        rules: Rules {
            devices: Devices::Kept,
            undertaking: false,
            attribution: Attribution::OnRecord,
        },
        series: None,
        note: Text::default(),
    };
    does(&id("bruno"), "meeting", Content::Meeting(meeting));
}

fn serve(data: &Path, server: &Server, more: &[&str]) -> Command {
    serve_by(data, &format!("smtp://{}", server.address), more)
}

fn serve_by(data: &Path, smtp: &str, more: &[&str]) -> Command {
    let mut command = Command::new(ENTENTE);
    command
        .args(["serve", "--json", "--port", "0", "--data"])
        .arg(data)
        .args(["--smtp", smtp])
        .args(["--mail-from", "house@example.org"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn started(mut command: Command) -> Child {
    let _turn = turn();
    command.spawn().expect("it starts")
}

fn refused(mut command: Command) -> Output {
    let _turn = turn();
    let output = command.output().expect("it ends");
    assert_eq!(output.status.code(), Some(3), "{}", complaint(&output));
    output
}

/// What lies in the outbox, as another process sees it.
fn outbox(data: &Path) -> Vec<Value> {
    let all = Desk::open(data).and_then(|desk| desk.all("post-outbox")).expect("readable");
    all.iter().map(|(_, value)| serde_json::from_slice(value).expect("JSON")).collect()
}

/// Waits until everything in the outbox has come to this state.
fn wait_for(data: &Path, state: &str, world: &str) -> Vec<Value> {
    for _ in 0..600 {
        let all = outbox(data);
        if !all.is_empty() && all.iter().all(|queued| queued["state"] == state) {
            return all;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{world}: not {state}: {:#?}", outbox(data));
}

fn ended(child: Child) -> String {
    let mut child = child;
    child.kill().expect("it ran until now");
    let output = child.wait_with_output().expect("it ends");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), complaint(&output))
}

#[test]
fn a_house_killed_at_any_step_sends_every_message_and_always_the_same() {
    let mut twice = 0;
    for round in 0..3 {
        for step in [Step::Greeted, Step::Named, Step::Unanswered, Step::Answered] {
            let world = format!("round {round}, killed when {step:?}");
            let (scratch, server) = (Scratch::new(), Server::start());
            let data = scratch.path("data");
            prepared(&data, "anna@example.org");
            *server.kills_at.lock().expect("no panic") = step;
            // Held until the child is in its place: it may be killed at once.
            let mut process = server.process.lock().expect("no panic");
            *process = Some(started(serve(&data, &server, &[])));
            drop(process);
            while server.process.lock().expect("no panic").is_some() {
                std::thread::sleep(Duration::from_millis(5));
            }
            let before = outbox(&data);
            assert_eq!(before.len(), 1, "{world}: what was queued is kept");
            let child = started(serve(&data, &server, &[]));
            let after = wait_for(&data, "sent", &world);
            let complaint = ended(child);
            assert!(complaint.contains("\"url\""), "{world}: {complaint}");
            assert_eq!(after.len(), 1, "{world}");
            assert_eq!(after[0]["message"], before[0]["message"], "{world}");
            let received: Vec<String> = server.received.try_iter().collect();
            let queued = format!("{}.\r\n", after[0]["message"].as_str().expect("text"));
            assert!((1..=2).contains(&received.len()), "{world}: {}", received.len());
            for message in &received {
                assert_eq!(*message, queued, "{world}");
                assert!(message.contains("\r\nMessage-ID: <"), "{world}");
                assert!(!message.contains("Secret"), "{world}");
            }
            twice += usize::from(received.len() == 2);
        }
    }
    assert!(twice >= 3, "an answer that never came means that it is sent again: {twice}");
}

#[test]
fn a_account_is_given_to_the_server_and_shown_to_nobody() {
    let (scratch, server) = (Scratch::new(), Server::start());
    let data = scratch.path("data");
    prepared(&data, "anna@example.org");
    let file = scratch.path("account");
    std::fs::write(&file, "house:correct horse battery\n").expect("writable");
    let path = file.to_str().expect("a plain path");
    // Others may read it.
    refused(serve(&data, &server, &["--smtp-account", path]));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, mode).expect("it is ours");
    let child = started(serve(&data, &server, &["--smtp-account", path]));
    wait_for(&data, "sent", "with an account");
    let said = ended(child);
    assert!(!said.contains("battery"), "{said}");
    let told = server.told.lock().expect("no panic").clone();
    // A zero byte, the name, a zero byte, the password.
    let given = told.iter().find(|line| line.starts_with("AUTH")).expect("it logs in");
    assert_eq!(given, "AUTH PLAIN AGhvdXNlAGNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==");
    let url = format!("smtp://house:battery@{}", server.address);
    let mut command = Command::new(ENTENTE);
    let data = data.to_str().expect("a plain path");
    command.args(["serve", "--port", "0", "--data", data, "--mail-from", "house@example.org"]);
    command.args(["--smtp", &url]);
    let refused = refused(command);
    assert!(!complaint(&refused).contains("battery"), "{}", complaint(&refused));
}

#[test]
fn a_mailbox_that_is_not_there_is_tried_again_and_keeps_nothing_from_others() {
    let (scratch, server) = (Scratch::new(), Server::start());
    let data = scratch.path("data");
    prepared(&data, "nobody@example.org");
    let mut child = started(serve(&data, &server, &[]));
    let mut url = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    out.read_line(&mut url).expect("it says its address");
    for _ in 0..600 {
        if outbox(&data).iter().any(|queued| queued["attempts"] == 1) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let all = outbox(&data);
    assert_eq!(
        (all.len(), &all[0]["attempts"], &all[0]["state"]),
        (1, &1.into(), &"waiting".into())
    );
    let why = all[0]["why"].as_str().expect("what the server said");
    assert!(why.contains("there is nobody of this name"), "{why}");
    child.kill().expect("it ran until now");
    let mut complaint = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut complaint).expect("text");
    child.wait().expect("killed");
    assert!(!complaint.contains("nobody@"), "addresses are not logged: {complaint}");
}

/// Sends one message to a server over TLS, trusting nobody but whom this file names: the state that it
/// comes to, why, and the lines that the server was told.
fn over_tls(line: Line, host: &str, trusted: &[u8]) -> (Value, Vec<String>) {
    let (scratch, server) = (Scratch::new(), Server::over(line, host));
    let (data, roots) = (scratch.path("data"), scratch.path("roots.pem"));
    std::fs::write(&roots, trusted).expect("writable");
    prepared(&data, "anna@example.org");
    let account = scratch.path("account");
    std::fs::write(&account, "house:correct horse battery\n").expect("writable");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&account, mode).expect("it is ours");
    let scheme = if matches!(line, Line::Tls) { "smtps" } else { "smtp" };
    let smtp = format!("{scheme}://{host}:{}", server.address.port());
    let account = account.to_str().expect("a plain path");
    let mut command = serve_by(&data, &smtp, &["--smtp-account", account]);
    command.env("SSL_CERT_FILE", &roots).env_remove("SSL_CERT_DIR");
    let child = started(command);
    let tried = |queued: &Value| queued["state"] == "sent" || queued["attempts"] != 0;
    let mut last = Value::Null;
    for _ in 0..600 {
        if let Some(queued) = outbox(&data).into_iter().find(tried) {
            last = queued;
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let said = ended(child);
    assert!(!last.is_null(), "{line:?}: nothing was tried: {said}");
    let told = server.told.lock().expect("no panic").clone();
    (last, told)
}

#[test]
fn mail_goes_over_tls_to_a_server_that_proves_who_it_is() {
    let ours = include_bytes!("mail/certificate.pem");
    let (queued, told) = over_tls(Line::Tls, "localhost", ours);
    assert_eq!(queued["state"], "sent", "{queued:#}");
    assert!(told.iter().any(|line| line.starts_with("AUTH")), "{told:?}");
}

#[test]
fn a_server_that_proves_nothing_is_told_neither_the_account_nor_the_mail() {
    let nobody = include_bytes!("mail/certificate-of-another.pem");
    let (queued, told) = over_tls(Line::Tls, "localhost", nobody);
    assert_eq!(queued["state"], "waiting", "{queued:#}");
    let why = queued["why"].as_str().expect("a reason");
    assert!(why.to_lowercase().contains("certificate"), "{why}");
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_server_elsewhere_is_told_nothing_before_tls_even_by_its_plain_port() {
    // This machine, but not as the house spells it: so it is spoken to as one elsewhere.
    let (host, ours) = ("LOCALHOST", include_bytes!("mail/certificate.pem"));
    let (queued, told) = over_tls(Line::StartTls, host, ours);
    assert_eq!(queued["state"], "sent", "{queued:#}");
    let place = |word: &str| told.iter().position(|line| line.starts_with(word));
    assert!(place("STARTTLS") < place("AUTH") && place("STARTTLS").is_some(), "{told:?}");
    // One that offers no TLS is left.
    let (queued, told) = over_tls(Line::Plain, host, ours);
    assert_eq!(queued["state"], "waiting", "{queued:#}");
    assert!(
        told.iter().all(|line| line.starts_with("EHLO") || line.starts_with("QUIT")),
        "{told:?}"
    );
}
