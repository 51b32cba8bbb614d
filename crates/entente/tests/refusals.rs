//! What the program says when it cannot do what it is asked: one clear sentence, the exit code that
//! `--help` promises, nothing written, no panic. And what it does when all is well, as JSON.

mod running;

use running::{CLERK, ENTENTE, Running, Scratch, complaint, run};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn init(data: &Path) -> Output {
    run(&["init", "--name", "Four", "--lead", "A", "--person", "P", "--data", text(data), "--json"])
}

fn founded(scratch: &Scratch) -> PathBuf {
    let data = scratch.path("data");
    let output = init(&data);
    assert!(output.status.success(), "{}", complaint(&output));
    data
}

/// The program refuses with this code, in a sentence that holds these words.
fn refuses(arguments: &[&str], code: i32, words: &str) {
    let output = run(arguments);
    let said = complaint(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?} does not say {words:?}: {said}");
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    assert!(said.lines().count() <= 12, "{arguments:?} goes on and on: {said}");
}

/// Every command that needs a record, on the one in `data`.
fn with_record(data: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["demo", "--port", "0", "--data", data],
        vec!["serve", "--port", "0", "--data", data],
        vec!["export", "--json", "--data", data],
        vec!["record", "list", "--data", data],
        vec!["record", "show", "0", "--data", data],
        vec!["record", "check", "--data", data],
    ]
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    refuses(&["demo", "--port", &port], 5, &format!("port {port} on 127.0.0.1 cannot be used"));
    refuses(&["demo", "--port", &port], 5, "Choose another with --port");
    refuses(&["demo", "--port", "99999"], 2, "99999");
}

#[test]
fn a_data_directory_that_cannot_be_one_is_named() {
    let scratch = Scratch::new();
    let file = scratch.path("file");
    std::fs::write(&file, "something else").expect("a scratch file");
    for arguments in with_record(text(&file)) {
        refuses(&arguments, 4, text(&file));
    }
    let output = init(&file);
    assert_eq!(output.status.code(), Some(4), "{}", complaint(&output));
    assert_eq!(std::fs::read_to_string(&file).expect("still there"), "something else");
}

#[test]
fn a_directory_that_nobody_may_write_to_is_named() {
    let scratch = Scratch::new();
    let closed = scratch.path("closed");
    std::fs::create_dir(&closed).expect("a new directory");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "ro,size=64k", "entente-test"])
        .arg(&closed)
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        // Not root: then permissions do it.
        let mut permissions = std::fs::metadata(&closed).expect("there").permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o555);
        std::fs::set_permissions(&closed, permissions).expect("ours");
    }
    let output = init(&closed);
    let demo = run(&["demo", "--port", "0", "--data", text(&closed)]);
    let below = run(&["demo", "--port", "0", "--data", text(&closed.join("below"))]);
    if mounted {
        let _ = Command::new("umount").arg("--lazy").arg(&closed).output();
    }
    for output in [output, demo, below] {
        assert_eq!(output.status.code(), Some(4), "{}", complaint(&output));
        let said = complaint(&output);
        assert!(said.contains("cannot be written") && said.contains(text(&closed)), "{said}");
    }
}

#[test]
fn where_there_is_no_record_each_command_says_so() {
    let scratch = Scratch::new();
    let nowhere = scratch.path("nowhere");
    for arguments in with_record(text(&nowhere)).into_iter().skip(1) {
        refuses(&arguments, 4, "there is no record in");
    }
    assert!(!nowhere.exists(), "nothing was made");
}

#[test]
fn a_record_of_a_newer_version_is_left_alone() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let file = data.join("record.sqlite");
    let mut bytes = std::fs::read(&file).expect("the record");
    // SQLite keeps `user_version` at byte 60.
    bytes[60..64].copy_from_slice(&3_u32.to_be_bytes());
    std::fs::write(&file, &bytes).expect("ours");
    for arguments in with_record(text(&data)) {
        refuses(&arguments, 4, "has version 3, and this program reads version 2");
    }
    assert!(!init(&data).status.success());
    assert!(std::fs::read(&file).expect("the record") == bytes, "it was left alone");
}

#[test]
fn a_record_in_use_is_opened_by_nobody_else_and_can_be_read_meanwhile() {
    let scratch = Scratch::new();
    let data = scratch.path("data");
    let house = Running::start(&data);
    let words = "is in use by another process: stop that one first";
    refuses(&["demo", "--port", "0", "--data", text(&data)], 4, words);
    refuses(&["serve", "--data", text(&data)], 4, words);
    for what in ["list", "check"] {
        let output = run(&["record", what, "--json", "--data", text(&data)]);
        assert!(output.status.success(), "{}", complaint(&output));
    }
    assert_eq!(house.signed_in(CLERK).get("/").expect("it runs").status, 200);
}

#[test]
fn a_record_without_its_key_or_with_another_stays_shut() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let key = data.join("signing.key");
    let secret = std::fs::read(&key).expect("a key");
    std::fs::remove_file(&key).expect("ours");
    for arguments in with_record(text(&data)) {
        refuses(&arguments, 4, "signing.key cannot be read");
        assert!(!key.exists(), "{arguments:?} made another key");
    }
    assert_eq!(init(&data).status.code(), Some(4));
    assert!(!key.exists(), "init made another key");

    let other = Scratch::new();
    let other = founded(&other);
    std::fs::copy(other.join("signing.key"), &key).expect("ours");
    refuses(&["demo", "--port", "0", "--data", text(&data)], 4, "give the key of this record");
    refuses(&["record", "check", "--data", text(&data)], 1, "give the key of this record");
    for garbage in [&b""[..], b"\xff\xfe", b"PRIVATE+KEY+x+00000000+AAAA"] {
        std::fs::write(&key, garbage).expect("ours");
        refuses(&["demo", "--port", "0", "--data", text(&data)], 4, "signing.key");
    }
    std::fs::write(&key, secret).expect("ours");
    assert!(run(&["record", "check", "--data", text(&data)]).status.success());
}

#[test]
fn a_damaged_record_is_refused_with_the_place() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let file = data.join("record.sqlite");
    let sound = std::fs::read(&file).expect("the record");
    let place = sound.windows(8).position(|bytes| bytes == b"\"Four\"}}").expect("the first act");
    let mut changed = sound.clone();
    changed[place + 1] = b'P';
    std::fs::write(&file, &changed).expect("ours");
    let words = "act 0 was changed: it does not match its hash; restore a backup";
    refuses(&["record", "check", "--data", text(&data)], 1, words);
    refuses(&["demo", "--port", "0", "--data", text(&data)], 4, words);
    assert!(std::fs::read(&file).expect("the record") == changed, "nothing was repaired");

    for length in [0, 50, 4_096, sound.len() - 4_096] {
        std::fs::write(&file, &sound[..length]).expect("ours");
        let output = run(&["record", "check", "--data", text(&data)]);
        let said = complaint(&output);
        assert!(matches!(output.status.code(), Some(1 | 4)), "{length} bytes: {said}");
        assert!(said.starts_with("entente: ") && !said.contains("panicked"), "{said}");
    }
    std::fs::write(
        &file,
        "not a database, though it is long enough to be taken for one".repeat(99),
    )
    .expect("ours");
    refuses(&["demo", "--port", "0", "--data", text(&data)], 4, "is not a record");
    std::fs::write(&file, &sound).expect("ours");
    assert!(run(&["record", "check", "--data", text(&data)]).status.success());
}

#[test]
fn a_coalition_is_founded_once() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let before = std::fs::read(data.join("signing.key")).expect("a key");
    let output = init(&data);
    assert_eq!(output.status.code(), Some(4));
    assert!(complaint(&output).contains("there is already a record in"), "{}", complaint(&output));
    assert_eq!(std::fs::read(data.join("signing.key")).expect("a key"), before);
    for (option, value) in [("--name", ""), ("--lead", "a\nb"), ("--person", "\u{202e}x")] {
        let fresh = scratch.path("fresh");
        let mut arguments = vec!["init", "--data", text(&fresh)];
        for (known, usual) in [("--name", "N"), ("--lead", "L"), ("--person", "P")] {
            arguments.extend([known, if known == option { value } else { usual }]);
        }
        refuses(&arguments, 3, option);
        assert!(!fresh.exists(), "{option}: nothing is made");
    }
}

#[test]
fn a_house_opens_its_doors_only_where_passkeys_can_be_kept() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let serve = |more: &[&str], code, words: &str| {
        let arguments = [&["serve", "--port", "0", "--data", text(&data)], more].concat();
        refuses(&arguments, code, words);
    };
    for origin in ["http://headquarters.example", "https://10.0.0.1", "https://hq.example/", "hq"] {
        serve(&["--origin", origin], 3, "an origin is https:// and a name in lower case");
    }
    serve(&["--listen", "0.0.0.0"], 3, "without --origin the house listens on this machine alone");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let arguments = ["serve", "--data", text(&data), "--port", &port];
    refuses(&arguments, 5, &format!("port {port} on 127.0.0.1 cannot be used"));
}

#[test]
fn no_demonstration_runs_on_a_real_record_and_no_real_house_on_that_of_a_demonstration() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let words = "this is the record of a real coalition";
    refuses(&["demo", "--port", "0", "--data", text(&data)], 4, words);
    let shown = scratch.path("shown");
    drop(Running::start(&shown));
    let words = "this is a demonstration's record";
    refuses(&["serve", "--port", "0", "--data", text(&shown)], 4, words);
}

#[test]
fn a_coalition_file_that_does_not_read_is_refused_with_line_and_column() {
    let scratch = Scratch::new();
    let file = scratch.path("file.toml");
    let sound = include_str!("../../../examples/four-towns.toml");
    let deep = format!("x = {}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let condition = |text: &str| {
        let at = sound.find("condition = ").expect("a condition");
        let end = at + sound[at..].find('\n').expect("a line end");
        format!("{}condition = {text}{}", &sound[..at], &sound[end..])
    };
    let nested = format!("'when {}peace{}'", "(".repeat(30_000), ")".repeat(30_000));
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("not TOML", b"[coalition\n".to_vec()),
        ("not UTF-8", b"[coalition]\nname = \"\xff\"\n".to_vec()),
        ("a NUL", b"\0\0\0".to_vec()),
        ("deep nesting", deep.into_bytes()),
        ("a float", sound.replacen("amount = \"6\"", "amount = 6.0", 1).into_bytes()),
        ("an unknown key", sound.replacen("standing", "standign", 1).into_bytes()),
        ("an unknown name", sound.replacen("party = \"alder\"", "party = \"oak\"", 1).into_bytes()),
        ("a bad date", sound.replacen("trigger+0d", "2026-02-30", 1).into_bytes()),
        ("a bad condition", condition("'when when'").into_bytes()),
        ("a deep condition", condition(&nested).into_bytes()),
        (
            "a long name",
            sound.replacen("Four towns\"", &format!("{}\"", "x".repeat(300)), 1).into_bytes(),
        ),
    ];
    for (what, bytes) in cases {
        assert!(bytes != sound.as_bytes(), "{what} is another file");
        std::fs::write(&file, bytes).expect("ours");
        for json in [&["assess"][..], &["assess", "--json"]] {
            let output = run(&[json, &[text(&file)]].concat());
            let said = complaint(&output);
            assert_eq!(output.status.code(), Some(3), "{what}: {said}");
            assert!(said.contains("file.toml:"), "{what}: no place in {said}");
            assert!(output.stdout.is_empty(), "{what}: half an answer");
            assert!(!said.contains("panicked"), "{what}: {said}");
        }
    }
    std::fs::write(&file, "#".repeat(64 << 20)).expect("ours");
    refuses(&["assess", text(&file)], 3, "file.toml");
    refuses(&["assess", text(&scratch.path("nowhere"))], 3, "nowhere");
    refuses(&["assess", text(&std::env::temp_dir())], 3, "cannot be read");
    std::fs::write(&file, sound).expect("ours");
    refuses(&["assess", text(&file), "--guarantee", "oak"], 3, "no guarantee \"oak\"");
    refuses(&["assess", text(&file), "--without", "oak"], 3, "--without oak");
    refuses(&["assess", text(&file), "--on", "tomorrow"], 3, "--on tomorrow");
    refuses(&["assess", text(&file), "--nonsense"], 2, "--nonsense");
}

#[test]
fn a_receipt_that_does_not_read_and_one_that_does_not_hold_are_told_apart() {
    let scratch = Scratch::new();
    let house = Running::start(&scratch.path("data"));
    let mut line = house.line();
    let key = line.get("/record/key").expect("it runs").text();
    let receipt = (0..200)
        .map(|act| line.get(&format!("/api/v1/record/receipts/{act}")).expect("it runs"))
        .find(|reply| reply.status == 200)
        .expect("the public sees something")
        .body;
    let (file, key_file) = (scratch.path("receipt.json"), scratch.path("key"));
    std::fs::write(&key_file, &key).expect("ours");
    let verify = |bytes: &[u8]| {
        std::fs::write(&file, bytes).expect("ours");
        run(&["verify", text(&file), "--key", text(&key_file), "--json"])
    };
    let output = verify(&receipt);
    assert!(output.status.success(), "{}", complaint(&output));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["holds"], true);
    let deep = "[".repeat(200_000);
    let long = "x".repeat(4 << 20);
    for garbage in
        [&b""[..], b"{", b"{\"version\":1}", b"\xff\xfe\0", deep.as_bytes(), long.as_bytes()]
    {
        let output = verify(garbage);
        let said = complaint(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("receipt.json") && !said.contains("panicked"), "{said}");
    }
    assert!(complaint(&verify(b"{\n  nonsense")).contains("line 2 column 3"));
    let place = receipt.windows(8).position(|bytes| bytes == b"\"index\":").expect("an index");
    let mut changed = receipt;
    changed[place + 9] ^= 1;
    assert_eq!(verify(&changed).status.code(), Some(1), "{}", complaint(&verify(&changed)));
    refuses(&["verify", text(&file), "--key", "a+b+c"], 3, "the key does not read");
    refuses(&["verify", text(&scratch.path("no")), "--key", key.trim()], 3, "no");
}

#[test]
fn every_command_answers_in_json() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/four-towns.toml");
    for arguments in [
        &["record", "list", "--json", "--data", text(&data)][..],
        &["record", "show", "0", "--json", "--data", text(&data)],
        &["record", "check", "--json", "--data", text(&data)],
        &["export", "--json", "--data", text(&data)],
        &["assess", "--json", file],
    ] {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", complaint(&output));
        let answer: Result<Value, _> = serde_json::from_slice(&output.stdout);
        assert!(answer.is_ok(), "{arguments:?}");
    }
    refuses(&["record", "show", "99", "--data", text(&data)], 3, "the record has no act 99");
    refuses(&["record", "show", "-1", "--data", text(&data)], 2, "-1");
    refuses(&["record", "show", "99999999999999999999999", "--data", text(&data)], 2, "99999");
    refuses(&["export", "--json", "--as", "a b", "--data", text(&data)], 3, "--as a b");
    refuses(&["export", "--json", "--as", "nobody", "--data", text(&data)], 3, "nobody");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let scratch = Scratch::new();
    let data = scratch.path("data");
    Running::start(&data).kill();
    for arguments in
        [&["record", "list", "--limit", "1000000", "--json"][..], &["export", "--json"]]
    {
        let mut child = Command::new(ENTENTE)
            .args(arguments)
            .arg("--data")
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::with_capacity(16, child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("one line");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{arguments:?}: {}", complaint(&output));
        assert_eq!(complaint(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_letter_is_copied_and_a_copy_that_is_found_is_traced() {
    let scratch = Scratch::new();
    let letter = scratch.path("letter.txt");
    // Of places between the same words none is read: each sentence has a number of its own.
    let said = |of: usize| {
        format!(
            "On day {of} we [[meet | gather]] in hall {of}, and of matter {of} we [[speak | talk]] for {of} hours. "
        )
    };
    std::fs::write(&letter, (0..12).map(said).collect::<String>()).expect("a letter");
    let out = scratch.path("copies");
    let made = run(&[
        "copies",
        text(&letter),
        "--for",
        "FR,GB,EE",
        "--out",
        text(&out),
        "--visible",
        "--text",
        "--json",
    ]);
    assert!(made.status.success(), "{}", complaint(&made));
    let answer: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    assert_eq!(answer["copies"].as_array().map(Vec::len), Some(3));
    let traced = |found: &Path| {
        let traced = run(&["trace", text(found), "--copies", text(&out), "--json"]);
        assert!(traced.status.success(), "{}", complaint(&traced));
        serde_json::from_slice::<Value>(&traced.stdout).expect("JSON")
    };
    assert_eq!(traced(&out.join("GB.txt"))["places"], 24);
    let answer = traced(&out.join("GB.pdf"));
    assert_eq!(answer["suspects"].as_array().map(Vec::len), Some(3));
    let told = run(&["trace", text(&out.join("GB.pdf")), "--copies", text(&out)]);
    let told = String::from_utf8(told.stdout).expect("UTF-8");
    assert!(told.contains("no verdict"), "{told}");
    let broken = scratch.path("broken.pdf");
    std::fs::write(&broken, "%PDF-1.7 and nothing else").expect("a file");
    refuses(&["trace", text(&broken), "--copies", text(&out)], 3, "no page that can be read");
    refuses(
        &["copies", text(&letter), "--for", "FR", "--out", "x", "--label", "SECRET"],
        3,
        "no label",
    );
    refuses(
        &["copies", text(&letter), "--for", "FR", "--out", "x", "--from", "საქართველო"],
        3,
        "Cyrillic",
    );
    std::fs::write(&broken, [0xff, 0xfe]).expect("a file");
    refuses(&["trace", text(&broken), "--copies", text(&out)], 3, "neither a PDF");

    refuses(&["copies", text(&letter), "--for", "FR", "--out", text(&out)], 3, "not there yet");
    refuses(&["copies", text(&letter), "--for", "FR,fr", "--out", "x"], 3, "twice");
    refuses(&["copies", text(&letter), "--for", "../x", "--out", "x"], 3, "name of a file");
    refuses(&["trace", text(&letter), "--copies", text(&letter)], 3, "copies.json");
    std::fs::write(&letter, "We [[meet | gather]] soon.").expect("a letter");
    refuses(&["copies", text(&letter), "--for", "FR", "--out", "x"], 3, "more places variants");
    std::fs::write(&letter, "We [[meet]] soon.").expect("a letter");
    refuses(&["copies", text(&letter), "--for", "FR", "--out", "x"], 3, "line 1: between");
    std::fs::write(&letter, [0xff, 0xfe]).expect("a letter");
    refuses(&["copies", text(&letter), "--for", "FR", "--out", "x"], 3, "not UTF-8");
}

#[cfg(feature = "s3")]
#[test]
fn a_bucket_that_cannot_be_meant_is_refused_without_its_secret() {
    let scratch = Scratch::new();
    let data = founded(&scratch);
    let account = scratch.path("account");
    std::fs::write(&account, "key:battery\n").expect("ours");
    let serve = |address: &str, at: &str, words: &str| {
        let arguments = [
            "serve",
            "--data",
            text(&data),
            "--port",
            "0",
            "--contents",
            address,
            "--contents-at",
            at,
            "--contents-account",
            text(&account),
        ];
        refuses(&arguments, 3, words);
        assert!(!complaint(&run(&arguments)).contains("battery"));
    };
    let store = "https://s3.example";
    serve("s3://papers", store, "chmod 600");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&account, mode).expect("ours");
    serve("papers", store, "say s3://bucket/prefix");
    serve("s3://papers", "http://s3.example", "without TLS, on this machine alone");
    std::fs::write(&account, "battery\n").expect("ours");
    serve("s3://papers", store, "an account is one line");
    let only = ["serve", "--data", text(&data), "--contents", "s3://papers"];
    refuses(&only, 2, "--contents-at");
}
