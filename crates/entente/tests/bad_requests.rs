//! Bad requests to a running house: each gets a plain refusal, none writes anything, and the house
//! goes on as if nothing had been.

mod running;

use running::tried::{Tried, request};
use running::{CLERK, Line};
use serde_json::json;
use std::io::Read;

#[test]
fn a_body_of_ten_megabytes_is_too_long_for_every_route() {
    let tried = Tried::new();
    let body = vec![b'x'; 10 << 20];
    for target in ["/api/v1/acts", "/sign-in", "/api/v1/record/verify", "/nowhere"] {
        let mut line = tried.house.line();
        let _ = line.send(&request("POST", target, "content-type: application/json\r\n", &body));
        // What is still on its way when the answer comes may break the connection instead.
        if let Ok(reply) = line.reply(false) {
            assert_eq!(reply.status, 413, "{target}");
        }
    }
    // Said beforehand, and then sent bit by bit without a length.
    let mut chunked =
        b"POST /api/v1/acts HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n"
            .to_vec();
    for _ in 0..20 {
        chunked.extend(format!("{:x}\r\n", 64 << 10).bytes());
        chunked.extend(std::iter::repeat_n(b'x', 64 << 10));
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    tried.gets("chunks", &chunked, &[413, 0]);
    // A little more than is taken, which arrives whole: the answer is certain.
    let body = vec![b'x'; (256 << 10) + 1];
    tried.gets("one byte too many", &request("POST", "/api/v1/acts", "", &body), &[413]);
    tried.stood_still();
}

#[test]
fn what_is_not_utf_8_or_not_well_encoded_is_refused_or_means_nothing() {
    let tried = Tried::new();
    let json = "content-type: application/json\r\n";
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let mut cookie =
        b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: __Host-entente=\xff\xfe\r\n".to_vec();
    cookie.extend(b"\r\n");
    tried.gets("a cookie that is not UTF-8", &cookie, &[200, 400]);
    tried.gets(
        "a body that is not UTF-8",
        &request("POST", "/api/v1/acts", json, b"\xff\xfe{}"),
        &[401, 422],
    );
    tried.gets(
        "a form that is not UTF-8",
        &request("POST", "/sign-in", form, b"persona=%ff%fe"),
        &[422],
    );
    tried.gets("a form cut short", &request("POST", "/sign-in", form, b"persona=%f"), &[422]);
    for target in [
        "/commitments?q=%ff%fe",
        "/commitments?%",
        "/commitments?q=%zz",
        "/commitments?q=%00",
        "/%ff%fe",
        "/commitments/%00",
        "/commitments/%2e%2e%2f",
        "/parties/%F0%9F%92%A9",
        "/guarantees/%?without=%",
    ] {
        tried.gets(target, &request("GET", target, "", b""), &[200, 400, 404, 422]);
    }
    tried.gets(
        "a raw byte in the address",
        b"GET /\xff HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        &[400, 404],
    );
    tried.gets("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", &[400, 0]);
    tried.stood_still();
}

#[test]
fn headers_and_addresses_without_end_are_refused() {
    let tried = Tried::new();
    let long = "x".repeat(1 << 20);
    let right = [400, 413, 414, 431, 0];
    tried.gets(
        "a header of 1 MB",
        &request("GET", "/", &format!("x-long: {long}\r\n"), b""),
        &right,
    );
    tried.gets(
        "a cookie of 1 MB",
        &request("GET", "/", &format!("cookie: {long}\r\n"), b""),
        &right,
    );
    tried.gets("an address of 1 MB", &request("GET", &format!("/?q={long}"), "", b""), &right);
    let many: String = (0..2_000).map(|number| format!("x-{number}: 1\r\n")).collect();
    tried.gets("2,000 headers", &request("GET", "/", &many, b""), &right);
    let query = format!("/commitments?{}", "party=x&".repeat(4_000));
    tried.gets("4,000 values", &request("GET", &query, "", b""), &[200, 400, 404, 414, 422]);
    let scenario = format!("/guarantees/x?{}", "without=FR&".repeat(4_000));
    tried.gets("4,000 absences", &request("GET", &scenario, "", b""), &[404, 414, 422]);
    tried.stood_still();
}

#[test]
fn json_nested_a_hundred_thousand_deep_is_refused_without_a_stack_to_fall_off() {
    let tried = Tried::new();
    let mut line = tried.house.signed_in(CLERK);
    let json = [("content-type", "application/json")];
    for open in ["[", "{\"a\":", "{\"change\":{\"create\":"] {
        let deep = open.repeat((200 << 10) / open.len());
        let reply = line.ask("POST", "/api/v1/acts", &json, deep.as_bytes()).expect("an answer");
        assert_eq!(reply.status, 422, "{open}: {}", reply.text());
    }
    let condition = format!("when {}x{}", "(".repeat(60_000), ")".repeat(60_000));
    let command = json!({ "change": { "create": { "content": { "commitment": {
        "party": "FR", "resource": "reassurance-soldiers", "amount": "1", "stage": "announced",
        "condition": condition } } } } });
    let reply = line.act("deep", &command).expect("an answer");
    assert_eq!(reply.status, 422, "{}", reply.text());
    tried.stood_still();
}

#[test]
fn commands_that_are_none_are_refused_by_the_field_that_is_wrong() {
    let tried = Tried::new();
    let mut line = tried.house.signed_in(CLERK);
    let create =
        |content: serde_json::Value| json!({ "change": { "create": { "content": content } } });
    let circumstance =
        |name: &str| create(json!({ "circumstance": { "name": name, "holds": "unknown" } }));
    let commitment = |field: &str, value: &str| {
        let mut said = json!({ "party": "FR", "resource": "reassurance-soldiers", "amount": "1",
            "condition": "always", "stage": "announced" });
        said[field] = value.into();
        create(json!({ "commitment": said }))
    };
    let mut labelled = circumstance("labelled");
    labelled["change"]["create"]["marking"] = json!({ "label": "ORANGE" });
    let cases = vec![
        json!([]),
        json!(null),
        json!({}),
        json!({ "change": null }),
        json!({ "change": { "explode": {} } }),
        json!({ "subject": "a b", "change": { "withdraw": {} } }),
        json!({ "subject": "x".repeat(65), "change": { "withdraw": {} } }),
        json!({ "key": "", "change": { "withdraw": {} } }),
        circumstance(""),
        circumstance(&"x".repeat(201)),
        circumstance("\u{202e}evil"),
        circumstance("two\nlines"),
        commitment("amount", "1e9"),
        commitment("amount", "-5"),
        commitment("amount", "999999999999999999999999999999999999999"),
        commitment("amount", "1,000"),
        commitment("from", "2026-02-30"),
        commitment("from", "-0001-01-01"),
        commitment("until", "trigger+999999999999d"),
        commitment("condition", "unless \"peace deal\""),
        commitment("condition", "when at least 99999999999999999999 others contribute x"),
        commitment("stage", "promised"),
        commitment("party", "never-was"),
        commitment("note", &"x".repeat(4_001)),
        commitment("nonsense", "1"),
        labelled,
    ];
    for command in cases {
        let body = command.to_string();
        let headers = [("content-type", "application/json")];
        let reply = line.ask("POST", "/api/v1/acts", &headers, body.as_bytes()).expect("an answer");
        assert!(
            matches!(reply.status, 404 | 409 | 422),
            "{body}: {} {}",
            reply.status,
            reply.text()
        );
        let said = reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(!said.is_empty(), "{body}: {}", reply.text());
    }
    tried.stood_still();
}

#[test]
fn a_sound_command_of_another_type_or_from_another_site_is_refused() {
    let tried = Tried::new();
    let mut line = tried.house.signed_in(CLERK);
    let sound = json!({ "change": { "create": { "content": { "circumstance":
        { "name": "sound", "holds": "unknown" } } } } })
    .to_string();
    for content_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
    {
        let headers = [("content-type", content_type)];
        let reply =
            line.ask("POST", "/api/v1/acts", &headers, sound.as_bytes()).expect("an answer");
        assert_eq!(reply.status, 422, "{content_type}: {}", reply.text());
    }
    let reply = line.ask("POST", "/sign-in", &[("content-type", "application/json")], b"{}");
    assert!(matches!(reply.expect("an answer").status, 400..=422));
    for foreign in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let headers = [("content-type", "application/json"), foreign];
        let reply =
            line.ask("POST", "/api/v1/acts", &headers, sound.as_bytes()).expect("an answer");
        assert_eq!(reply.status, 403, "{foreign:?}");
    }
    tried.stood_still();
}

#[test]
fn a_cookie_that_opens_nothing_makes_a_member_of_the_public() {
    let tried = Tried::new();
    let public = tried.house.line().get("/").expect("an answer").body;
    let long = "a".repeat(8_000);
    for value in ["", "x", &"0".repeat(64), &"Z".repeat(64), &long, "a=b; __Host-entente=1", "\"\""]
    {
        let headers = format!("cookie: __Host-entente={value}\r\n");
        let reply = tried.send(&request("GET", "/", &headers, b"")).expect("an answer");
        assert_eq!(reply.status, 200, "{value}");
        assert!(reply.body == public, "{value}: another page than the public's");
        let act = request(
            "POST",
            "/api/v1/acts",
            &format!("{headers}content-type: application/json\r\n"),
            b"{}",
        );
        tried.gets(value, &act, &[401]);
    }
    tried.stood_still();
}

#[test]
fn no_path_leads_out_of_the_house() {
    let tried = Tried::new();
    for path in [
        "/assets/../../../../etc/passwd",
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/signing.key",
        "/assets/....//....//signing.key",
        "/assets//etc/passwd",
        "/assets/",
        "/assets/entente.css",
        "/assets/\\..\\signing.key",
        "//127.0.0.1/",
        "/record/../signing.key",
        "/record/18446744073709551616",
        "/record/-1",
        "/api/v1/record/receipts/99999999999",
        "/api/v1/record/receipts/1e3",
        "/api/v1/record/consistency?from=9&until=1",
        "/api/v1/nonsense",
        "/api/v1/commitments/..",
        "/assets/%2e%2e%2f%2e%2e%2fsigning.key",
        "/assets/%252e%252e%252fsigning.key",
        "/assets/..%5c..%5csigning.key",
        "/assets/%c0%ae%c0%ae%c0%afsigning.key",
        "/assets/%e0%80%ae%e0%80%ae/signing.key",
        "/assets/%uff0e%uff0e/signing.key",
        "/assets/entente%00.css",
        "/assets/x;/../signing.key",
        "/assets/\u{ff0e}\u{ff0e}/signing.key",
        "/documents/..%2f..%2fsigning.key",
        "/documents/%2e%2e/versions/%2e%2e",
        "/documents/x/versions/..%2f..%2f..%2fsigning.key",
        "/documents/x/versions/%00",
        "/api/v1/documents/x%2fversions%2fy",
        "/feeds/..%2f..%2fsigning.key",
        "/enrol/..%2f/%00",
        "/sign/%2e%2e",
        "/meetings/%0d%0aset-cookie:%20a=b",
    ] {
        let reply = tried.send(&request("GET", path, "", b"")).expect("an answer");
        assert!(matches!(reply.status, 400 | 401 | 404 | 422), "{path}: {}", reply.status);
        let text = reply.text();
        assert!(!text.contains("root:") && !text.contains("PRIVATE"), "{path}: {text}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "[::1", "\u{e9}"] {
        let bytes = format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n");
        tried.gets(host, bytes.as_bytes(), &[400, 403]);
    }
    tried.stood_still();
}

#[test]
fn methods_that_change_nothing_change_nothing() {
    let tried = Tried::new();
    let mut line = tried.house.signed_in(CLERK);
    for target in ["/", "/commitments", "/api/v1/acts", "/sign-in", "/assets/x", "/nowhere"] {
        let whole = line.get(target).expect("an answer");
        let head = line.ask("HEAD", target, &[], b"").expect("an answer");
        assert_eq!((head.status, head.body.len()), (whole.status, 0), "HEAD {target}");
        for method in ["OPTIONS", "PUT", "DELETE", "PATCH", "BREW", "TRACE"] {
            let reply = line.ask(method, target, &[], b"").expect("an answer");
            assert!(matches!(reply.status, 400..=499), "{method} {target}: {}", reply.status);
        }
    }
    tried.gets(
        "CONNECT",
        b"CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n",
        &[400, 403, 404, 405],
    );
    tried.gets(
        "an absolute address",
        b"GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n",
        &[400, 403, 404],
    );
    tried.gets("HTTP/1.0 without a host", b"GET / HTTP/1.0\r\n\r\n", &[200, 400]);
    tried.gets("HTTP/3.7", b"GET / HTTP/3.7\r\nhost: 127.0.0.1\r\n\r\n", &[400, 505, 0]);
    tried.gets(
        "two lengths",
        b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        &[400],
    );
    tried.stood_still();
}

#[test]
fn a_client_that_hangs_up_in_the_middle_troubles_nobody() {
    let tried = Tried::new();
    for _ in 0..50 {
        let mut line: Line = tried.house.line();
        line.send(
            b"POST /api/v1/acts HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n{",
        )
        .expect("the house listens");
    }
    let mut stream = std::net::TcpStream::connect(tried.house.address).expect("it listens");
    stream.shutdown(std::net::Shutdown::Write).expect("half closed");
    let mut nothing = Vec::new();
    stream.read_to_end(&mut nothing).expect("closed");
    assert!(nothing.is_empty());
    tried.stood_still();
}
