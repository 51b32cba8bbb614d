//! Requests for every route of the router's own table, with ids seen, hidden and made up.

use crate::twin::Twins;
use crate::two_worlds::{ORIGIN, secret_of};
use crate::world::Dice;
use crate::world::papers::letter;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::content::Media;
use coalition::{Id, Kind};
use headquarters::{Method, Route, copy_of, look, routes};
use serde_json::json;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its method.
    pub method: Method,
    /// Its address.
    pub address: String,
    /// The type and the text of its body, if it has one.
    pub body: Option<(&'static str, String)>,
}

impl Asked {
    pub(crate) fn reading(address: String) -> Asked {
        Asked { method: Method::Get, address, body: None }
    }
}

/// What an id may be in a request: some that the viewer sees, some hidden from him in one record or
/// the other, and one that never was.
fn ids(twins: &Twins, dice: &mut Dice, each: usize) -> Vec<String> {
    let mut some = |from: &[Id]| -> Vec<String> {
        if from.is_empty() {
            return Vec::new();
        }
        (0..each).map(|_| dice.pick(from).to_string()).collect()
    };
    let mut ids = some(&twins.seen);
    ids.extend(some(&twins.hidden));
    ids.push("never-was".into());
    ids.sort();
    ids.dedup();
    ids
}

/// The kind of thing that a parameter of a path names, if it is always the same.
pub(crate) fn kind_of(path: &str, param: &str) -> Option<Kind> {
    let before = path.split("/{id}").next()?.rsplit('/').next()?;
    match (param, before) {
        ("person", _) => Some(Kind::Person),
        ("id", "assessments") => Some(Kind::PublishedAssessment),
        ("id", "directories") => Some(Kind::DirectoryAccount),
        ("id", word) => {
            Kind::ALL.iter().copied().find(|kind| kind.plural().replace(' ', "-") == word)
        }
        _ => None,
    }
}

/// What an id of a path may be: of the kind that belongs there more often than not, if there is one.
fn ids_in(path: &str, param: &str, twins: &Twins, dice: &mut Dice) -> Vec<String> {
    let Some(kind) = kind_of(path, param) else { return ids(twins, dice, 8) };
    let mut all = ids(twins, dice, 2);
    for from in [&twins.seen, &twins.hidden] {
        let fit = |id: &&Id| twins.kinds.get(id) == Some(&kind);
        let fitting: Vec<Id> = from.iter().filter(fit).cloned().collect();
        if !fitting.is_empty() {
            all.extend((0..8).map(|_| dice.pick(&fitting).to_string()));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// What a parameter of a path may be.
fn values(path: &str, param: &str, twins: &Twins, dice: &mut Dice) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    match param {
        "kind" => Kind::ALL.iter().map(|kind| kind.key()).chain(["nonsense".into()]).collect(),
        "plural" | "kinds" => Kind::ALL
            .iter()
            .map(|kind| kind.plural().replace(' ', "_"))
            .chain(["nonsense".into()])
            .collect(),
        "directory" => words(&["ministry", "nonsense"]),
        "verb" => words(&[
            "amend", "advance", "suspend", "postpone", "resume", "withdraw", "relabel", "close",
            "reopen", "nonsense",
        ]),
        "position" => {
            let size = twins.first.len();
            (0..6)
                .map(|_| dice.below(size).to_string())
                .chain(["999999".into(), "x".into()])
                .collect()
        }
        "name" => look::assets()
            .iter()
            .map(|asset| asset.path.rsplit('/').next().unwrap_or_default().to_owned())
            .collect(),
        _ => ids_in(path, param, twins, dice),
    }
}

/// The addresses of a route, every parameter filled in with every value; where a kind stands before
/// an id, with the id's own as often as with all others.
fn addresses(route: &Route, twins: &Twins, dice: &mut Dice) -> Vec<String> {
    if route.path.contains("{version}") {
        return of_versions(route, twins, dice);
    }
    let mut addresses = vec![String::new()];
    let mut kinds = Vec::new();
    for part in route.path.split('/').skip(1) {
        let filled = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("kind") if route.path.contains("{id}") => {
                kinds = values(route.path, "plural", twins, dice);
                vec!["{kind}".to_owned()]
            }
            Some(param) => values(route.path, param, twins, dice),
            None => vec![part.to_owned()],
        };
        addresses = addresses
            .iter()
            .flat_map(|address| filled.iter().map(move |value| format!("{address}/{value}")))
            .collect();
    }
    if kinds.is_empty() {
        return addresses;
    }
    let own = |address: &str| twins.kinds.iter().find(|(id, _)| address.contains(id.as_str()));
    let filled = addresses.iter().flat_map(|address| {
        let own = own(address).map(|(_, kind)| kind.plural().replace(' ', "_"));
        let own = own.unwrap_or_else(|| kinds[0].clone());
        [own, dice.pick(&kinds).clone()].map(|kind| address.replace("{kind}", &kind))
    });
    filled.collect()
}

/// The addresses of a route of versions: of their own documents, and of one that is not theirs.
fn of_versions(route: &Route, twins: &Twins, dice: &mut Dice) -> Vec<String> {
    let at = |document: &str, version: &str| {
        let path = route.path.replace("{id}", document).replace("{version}", version);
        path.replace("{page}", "2")
    };
    let mut addresses = vec![at("never-was", "never-was")];
    if twins.versions.is_empty() {
        return addresses;
    }
    for _ in 0..10 {
        let (document, version) = dice.pick(&twins.versions);
        addresses.push(at(document.as_str(), version.as_str()));
    }
    let ((document, _), (_, version)) = (dice.pick(&twins.versions), dice.pick(&twins.versions));
    addresses.push(at(document.as_str(), version.as_str()));
    addresses.push(at(document.as_str(), "never-was"));
    addresses
}

/// Queries that lists, searches, what-ifs and forms may be asked with.
const QUERY_IDS: &[&str] = &[
    "party",
    "resource",
    "assume",
    "assume_not",
    "without",
    "guarantee",
    "about",
    "meeting",
    "source",
    "session",
    "invitation",
    "person",
    "document",
    "circumstance",
    "cursor",
    "subject",
];
const QUERY_WORDS: &[(&str, &str)] = &[
    ("q", "other"),
    ("q", "e"),
    ("sort", "party"),
    ("sort", "amount"),
    ("sort", "-changed"),
    ("stage", "announced"),
    ("standing", "firm"),
    ("standing", "waiting"),
    ("page", "2"),
    ("limit", "3"),
    ("on", "2026-01-01"),
    ("level", "leaders"),
    ("kind", "party"),
    ("label", "RED"),
    ("from", "0"),
    ("since", "2025-11-01T08:00:00Z"),
];

/// Requests that read: each route once, then each route again with other values, until every address
/// of every route was asked as it is and with two queries, or each route `each` times.
pub fn reading(twins: &Twins, dice: &mut Dice, each: usize) -> Vec<Asked> {
    let of_a_route = |route: &Route| -> Vec<Asked> {
        let mut asked = Vec::new();
        for address in addresses(route, twins, dice) {
            for _ in 0..2 {
                let query = if dice.one_in(2) {
                    let ids = ids(twins, dice, 3);
                    format!("?{}={}", dice.pick(QUERY_IDS), dice.pick(&ids))
                } else {
                    let (name, value) = dice.pick(QUERY_WORDS);
                    format!("?{name}={value}")
                };
                asked.push(Asked::reading(format!("{address}{query}")));
            }
            asked.push(Asked::reading(address));
        }
        shuffled(asked, dice)
    };
    let routes = routes().into_iter().filter(|route| route.method == Method::Get);
    let mut by_route: Vec<Vec<Asked>> = routes.collect::<Vec<_>>().iter().map(of_a_route).collect();
    by_route.push(vec![Asked::reading("/nowhere".into())]);
    let mut all = in_turn(by_route, each);
    // The API's lists by their own names, of which nothing is left to chance.
    all.extend(lists());
    all
}

/// The API's list of each kind.
pub(crate) fn lists() -> impl Iterator<Item = Asked> {
    Kind::ALL.iter().map(|kind| {
        let named = match kind {
            Kind::PublishedAssessment => "assessments".to_owned(),
            kind => kind.plural().replace(' ', "-"),
        };
        Asked::reading(format!("/api/v1/{named}"))
    })
}

/// Requests that read, for every route: as many of its addresses as `each` says, without a query and
/// with ids of the kind that belongs there; lists are searched, too. For worlds made by hand, which are
/// small and full.
pub fn fitting(twins: &Twins, dice: &mut Dice, each: usize) -> Vec<Asked> {
    let mut by_route = Vec::new();
    for route in routes().into_iter().filter(|route| route.method == Method::Get) {
        let mut asked: Vec<Asked> =
            addresses(&route, twins, dice).into_iter().map(Asked::reading).collect();
        if !route.path.contains('{') {
            let parties = twins.kinds.iter().filter(|(_, kind)| **kind == Kind::Party);
            let of_parties = parties.map(|(id, _)| format!("party={id}"));
            for query in of_parties.chain(["q=o".to_owned()]) {
                asked.push(Asked::reading(format!("{}?{query}", route.path)));
            }
        }
        by_route.push(shuffled(asked, dice));
    }
    by_route.extend(traces(twins));
    in_turn(by_route, each)
}

/// For each letter: whose copy it is that was found, if it is that of each party.
fn traces(twins: &Twins) -> impl Iterator<Item = Vec<Asked>> {
    let parties = || twins.kinds.iter().filter(|(_, kind)| **kind == Kind::Party);
    letters(twins).into_iter().map(move |version| {
        let found = |party: &Id| {
            let copy = copy_of(&letter(), secret_of(&version), party).expect("it is a letter");
            let sent = json!({ "text": copy, "letters": true }).to_string();
            let address = "/api/v1/disclosure".to_owned();
            Asked { method: Method::Post, address, body: Some(("application/json", sent)) }
        };
        parties().map(|(party, _)| found(party)).collect()
    })
}

/// The letters of the records, hidden or seen.
fn letters(twins: &Twins) -> Vec<Id> {
    let letters = twins.first.iter().chain(&twins.second).filter_map(|act| match &act.change {
        coalition::Change::Attach { version } if version.media == Media::Letter => {
            Some(version.id.clone())
        }
        _ => None,
    });
    letters.collect::<std::collections::BTreeSet<Id>>().into_iter().collect()
}

/// Requests at the door, by whoever has no key: with the ids of people who are seen, hidden, or never
/// were.
pub fn at_the_door(twins: &Twins, dice: &mut Dice) -> Vec<Asked> {
    let people = ids_in("/enrol/{person}/{secret}", "person", twins, dice);
    let door = |person: &String| {
        let read = Asked::reading(format!("/enrol/{person}/nosecret"));
        let enrol = Asked { method: Method::Post, body: Some(sign_in(person)), ..read.clone() };
        let address = "/sign-in".to_owned();
        [read, enrol, Asked { method: Method::Post, address, body: Some(sign_in(person)) }]
    };
    people.iter().flat_map(door).collect()
}

/// What a browser sends that signs somebody in by a passkey which the house does not know.
fn sign_in(person: &str) -> (&'static str, String) {
    let said = json!({ "type": "webauthn.get", "challenge": "AAAA", "origin": ORIGIN });
    let (said, handle) = (URL_SAFE_NO_PAD.encode(said.to_string()), URL_SAFE_NO_PAD.encode(person));
    let sent = format!(
        "name=Key&credential=AAAA&handle={handle}&authenticator_data=AAAA&client_data={said}&signature=AAAA&attestation=AAAA"
    );
    ("application/x-www-form-urlencoded", sent)
}

/// Requests that try to change something, for every route that takes one: each route in turn, as
/// often as there are addresses, or `each` times.
pub fn changing(twins: &Twins, dice: &mut Dice, each: usize) -> Vec<Asked> {
    let mut by_route = Vec::new();
    for route in routes().iter().filter(|route| route.method == Method::Post) {
        // Signing out would change who is asking.
        if route.path == "/sign-out" {
            continue;
        }
        let mut asked = Vec::new();
        for address in addresses(route, twins, dice) {
            let body = body(route, twins, dice);
            asked.push(Asked { method: Method::Post, address, body: Some(body) });
        }
        if route.path == "/api/v1/acts" {
            asked.extend((0..60).map(|_| Asked {
                method: Method::Post,
                address: route.path.into(),
                body: Some(("application/json", command(twins, dice))),
            }));
        }
        by_route.push(shuffled(asked, dice));
    }
    in_turn(by_route, each)
}

/// What a route that changes something is sent.
fn body(route: &Route, twins: &Twins, dice: &mut Dice) -> (&'static str, String) {
    let ids = ids(twins, dice, 3);
    if route.path == "/meetings/{id}/answer" {
        let answered = ["ACCEPTED", "DECLINED"][dice.below(2)];
        let file = format!(
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:{}@entente\nATTENDEE;PARTSTAT={answered}:mailto:a@example.org\nEND:VEVENT\nEND:VCALENDAR\n",
            dice.pick(&ids)
        );
        ("application/x-www-form-urlencoded", format!("reply={}", escaped(&file)))
    } else if route.path == "/disclosure" {
        let sent =
            format!("published=2025-11-30&letters=yes&article={}", escaped(&article(twins, dice)));
        ("application/x-www-form-urlencoded", sent)
    } else if route.path == "/copies" {
        let letter = escaped(&"[[We | All]] meet. ".repeat(16));
        let to: String = ids.iter().map(|id| format!("&recipients={id}")).collect();
        let sent = format!("letter={letter}&label=AMBER&visible=yes{to}");
        ("application/x-www-form-urlencoded", sent)
    } else if route.path == "/api/v1/disclosure" {
        let sent = serde_json::json!({ "text": article(twins, dice), "letters": true });
        ("application/json", sent.to_string())
    } else if route.path == "/documents/{id}/letters" {
        ("application/x-www-form-urlencoded", format!("visible=yes&letter={}", escaped(&letter())))
    } else if route.path == "/api/v1/documents/{id}/letters" {
        ("application/json", serde_json::json!({ "letter": letter() }).to_string())
    } else if route.path == "/documents/{id}/versions" {
        ("multipart/form-data; boundary=cut", file_form(dice))
    } else if route.path == "/api/v1/documents/{id}/versions" {
        ("application/octet-stream", file(dice).to_owned())
    } else if route.path.ends_with("/destroy") && route.path.starts_with("/api/") {
        ("application/json", r#"{"reason":"why"}"#.to_owned())
    } else if route.path.starts_with("/api/") {
        ("application/json", command(twins, dice))
    } else {
        ("application/x-www-form-urlencoded", form(&ids, dice))
    }
}

/// The first of each list, then the second of each, and so on: `each` of a list at most.
fn in_turn(lists: Vec<Vec<Asked>>, each: usize) -> Vec<Asked> {
    let mut placed: Vec<(usize, Asked)> =
        lists.into_iter().flat_map(|list| list.into_iter().take(each).enumerate()).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, asked)| asked).collect()
}

fn shuffled(mut asked: Vec<Asked>, dice: &mut Dice) -> Vec<Asked> {
    for place in (1..asked.len()).rev() {
        asked.swap(place, dice.below(place + 1));
    }
    asked
}

/// Files that are taken, and some that are not.
fn file(dice: &mut Dice) -> &'static str {
    const FILES: &[&str] = &["A short text.\n", "%PDF-1.7\n", "", "<html>", "a\u{0}b"];
    FILES[dice.below(FILES.len())]
}

/// A form that sends one, as a browser writes it.
fn file_form(dice: &mut Dice) -> String {
    let key = format!("file-{}", dice.below(1_000));
    let file = file(dice);
    format!(
        "--cut\r\ncontent-disposition: form-data; name=\"key\"\r\n\r\n{key}\r\n--cut\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
         content-type: text/html\r\n\r\n{file}\r\n--cut--\r\n"
    )
}

/// A command about something seen, hidden or made up; names of hidden things turn up as new names,
/// and in conditions.
fn command(twins: &Twins, dice: &mut Dice) -> String {
    let ids = ids(twins, dice, 4);
    let mut id = || dice.pick(&ids).clone();
    let (first, second, third) = (id(), id(), id());
    let name = hidden_name(twins, dice);
    match dice.below(11) {
        8 => format!(r#"{{"subject":"{first}","change":{{"close":{{}}}}}}"#),
        9 => format!(
            r#"{{"subject":"{first}","change":{{"proceed":{{"step":{{"turn":{{"item":"{second}"}}}}}}}}}}"#
        ),
        10 => format!(
            r#"{{"subject":"{first}","change":{{"proceed":{{"step":{{"ask":{{"party":"{second}"}}}}}}}}}}"#
        ),
        0 => format!(r#"{{"subject":"{first}","change":{{"withdraw":{{"reason":"why"}}}}}}"#),
        1 => format!(
            r#"{{"subject":"{first}","change":{{"relabel":{{"marking":{{"label":"GREEN","parties":["{second}"]}}}}}}}}"#
        ),
        2 => format!(r#"{{"subject":"{first}","change":{{"advance":{{"stage":"allocated"}}}}}}"#),
        3 => format!(
            r#"{{"change":{{"create":{{"content":{{"party":{{"name":"{name}","standing":"member"}}}}}}}}}}"#
        ),
        4 => format!(
            r#"{{"change":{{"create":{{"content":{{"circumstance":{{"name":"{name}","holds":"unknown"}}}}}}}}}}"#
        ),
        5 => format!(
            r#"{{"change":{{"create":{{"content":{{"commitment":{{"party":"{first}","resource":"{second}","amount":"5","condition":"when \"{name}\" and {third} contributes x","stage":"announced"}}}}}}}}}}"#
        ),
        6 => format!(
            r#"{{"change":{{"create":{{"content":{{"claim":{{"source":"{first}","about":"{second}","point":"size","value":"3"}}}}}}}}}}"#
        ),
        _ => format!(
            r#"{{"change":{{"create":{{"content":{{"seat":{{"person":"{first}","party":"{second}","role":"clerk"}}}}}}}}}}"#
        ),
    }
}

/// Somebody's copy of a letter of the records, hidden or seen; else what no copy says.
fn found_copy(twins: &Twins, dice: &mut Dice) -> String {
    let letters = letters(twins);
    let parties = twins.kinds.iter().filter(|(_, kind)| **kind == Kind::Party);
    let parties: Vec<Id> = parties.map(|(id, _)| id.clone()).collect();
    if letters.is_empty() || parties.is_empty() || dice.one_in(8) {
        return "In room 3 delegations meet at 3 o'clock.\n".to_owned();
    }
    let version = dice.pick(&letters);
    copy_of(&letter(), secret_of(version), dice.pick(&parties)).expect("it is a letter")
}

/// An article that says all that some things of the records say, hidden ones among them.
fn article(twins: &Twins, dice: &mut Dice) -> String {
    let records = [&twins.first, &twins.second];
    let mut article = format!("They meet on 4 November 2025.\n{}", found_copy(twins, dice));
    for _ in 0..24 {
        let acts = records[dice.below(2)];
        if acts.is_empty() {
            continue;
        }
        if let coalition::Change::Create { content, .. } = &dice.pick(acts).change {
            let said = serde_json::to_value(content).expect("content is JSON");
            article.push_str("A meeting hears: ");
            strings(&said, &mut article);
            article.push_str(".\n");
        }
    }
    article
}

/// A text as a form sends it.
pub(crate) fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Every string and number of a JSON value, one after the other.
fn strings(value: &serde_json::Value, told: &mut String) {
    match value {
        serde_json::Value::String(text) => {
            told.push_str(text);
            told.push(' ');
        }
        serde_json::Value::Number(number) => {
            told.push_str(&number.to_string());
            told.push_str(" minutes ");
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| strings(value, told)),
        serde_json::Value::Object(values) => values.values().for_each(|value| strings(value, told)),
        serde_json::Value::Null | serde_json::Value::Bool(_) => {}
    }
}

/// The name of something hidden in one of the records, or a word.
fn hidden_name(twins: &Twins, dice: &mut Dice) -> String {
    let records = [&twins.first, &twins.second];
    // In the second there may be no act at all: everything was hidden.
    let acts = Some(records[dice.below(2)]).filter(|acts| !acts.is_empty()).unwrap_or(&twins.first);
    for _ in 0..20 {
        let act = dice.pick(acts);
        if let coalition::Change::Create { content, .. } = &act.change
            && twins.hidden.contains(&act.subject)
        {
            return content.title().to_owned();
        }
    }
    "anything".into()
}

/// A form with something in every field that any of the house's has, ids from those given.
fn form(ids: &[String], dice: &mut Dice) -> String {
    let mut fields = vec![
        "name=A+name".to_owned(),
        "title=A+title".into(),
        "standing=member".into(),
        "holds=unknown".into(),
        "unit=pieces".into(),
        "label=AMBER".into(),
        "reason=why".into(),
        "stage=allocated".into(),
        "amount=5".into(),
        "condition=always".into(),
        "from=trigger%2B1d".into(),
        "until=trigger%2B9d".into(),
        "role=clerk".into(),
        "point=size".into(),
        "value=3".into(),
        "text=words".into(),
        "receipt=%7B%7D".into(),
        "key=form-key".into(),
        "zone=UTC".into(),
        "credential=AAAA".into(),
        "handle=AAAA".into(),
        "authenticator_data=AAAA".into(),
        "client_data=AAAA".into(),
        "signature=AAAA".into(),
        "attestation=AAAA".into(),
    ];
    for name in [
        "party",
        "resource",
        "person",
        "source",
        "about",
        "meeting",
        "session",
        "guarantee",
        "invitation",
        "vouching",
    ] {
        fields.push(format!("{name}={}", dice.pick(ids)));
    }
    fields.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_the_api_has_an_address_that_is_one() {
        let lists: Vec<String> = lists().map(|asked| asked.address).collect();
        assert_eq!(lists.len(), Kind::ALL.len());
        assert!(lists.iter().all(|address| !address.contains(' ')));
    }
}
