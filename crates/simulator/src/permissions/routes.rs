//! Addresses: what a running house answers, for every route of the router's own table.

use super::assembly::Assembly;
use super::relation::Relation;
use super::{Asked as Answers, Row, Who, table};
use crate::requests::{Asked, kind_of, lists};
use crate::two_worlds::{Clock, ask, furnished, house};
use crate::world::papers::letter;
use axum::Router;
use coalition::content::Session;
use coalition::text::Name;
use coalition::{Id, Kind, Thing, View};
use headquarters::{House, Method, Route, Token, look, router, routes};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) fn tables(assembly: &Assembly) -> String {
    let all = routes();
    let mut answers: Vec<Answers> = all.iter().map(|_| Answers::default()).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system starts threads");
    runtime.block_on(everybody_asks(assembly, &all, &mut answers));
    let mut areas: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (route, asked) in all.iter().zip(&answers) {
        let method = match route.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        areas.entry(area(route.path)).or_default().push(Row {
            what: format!("{method} `{}`", route.path),
            cells: asked.cells(),
            remark: match route.path {
                "/api/v1/{kind}" => "",
                "/sign-in" | "/enrol/{person}/{secret}" | "/sign/{draft}"
                    if route.method == Method::Post =>
                {
                    "with a false key"
                }
                "/directory/{directory}/back" => "from nowhere",
                path if path.ends_with("/directory/{directory}") && path.len() > 30 => {
                    "of another's directory"
                }
                "/directory/{directory}/connect" => "of another's directory",
                path if path.contains("{kind}") || path.contains("{verb}") => "a commitment",
                _ => "",
            },
        });
    }
    areas.iter().map(|(area, rows)| table(area, "address", rows)).collect()
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

/// Everybody asks one house for everything. What may change something comes after all that does not; and of
/// that everybody changes his own.
async fn everybody_asks(assembly: &Assembly, all: &[Route], answers: &mut [Answers]) {
    let clock = Clock::default();
    let house = house(&assembly.world.acts, furnished(&assembly.world.acts), &clock);
    let router = router(&house);
    let people = assembly.everybody_by_name().into_iter();
    let people: Vec<(String, Option<Id>)> = people
        .map(|(_, member, person)| (member, Some(person)))
        .chain([(String::new(), None)])
        .collect();
    let views: Vec<Arc<View>> =
        people.iter().map(|(_, person)| house.view(person.as_ref())).collect();
    let mut askers = Vec::new();
    for ((member, person), view) in people.iter().zip(&views) {
        let asker = Asker::new(assembly, &house, view, person.as_ref());
        askers.push(((Who::of(view.viewer()), member.clone()), asker));
    }
    for (method, seconds) in [(Method::Get, 1), (Method::Post, 60)] {
        for (who, asker) in &mut askers {
            // Drafts do not wait for long.
            asker.drafts(&router, &house).await;
            let of_method = all.iter().zip(answers.iter_mut());
            for (route, answer) in of_method.filter(|(route, _)| route.method == method) {
                for (relation, asked) in asker.requests(route) {
                    let status = asker.asks(&router, &house, route, &asked).await;
                    // Each asks as much as he likes: limits are another test's.
                    clock.fetch_add(seconds, Ordering::SeqCst);
                    let allowed = status < 400 || [409, 422].contains(&status);
                    answer.found(who.0, &who.1).note(relation, allowed);
                    if !allowed {
                        answer.refused.insert(who.clone(), status.to_string());
                    }
                }
            }
        }
    }
}

/// Who asks, and what he knows.
struct Asker<'a> {
    assembly: &'a Assembly,
    view: &'a View,
    /// Whose ids and links he knows: his own.
    person: &'a Id,
    /// He himself, if he is not the public.
    himself: Option<&'a Id>,
    /// The session in which he signs: that in which his draft was made.
    signing: Option<Token>,
    feed: String,
    /// The page on which he is to sign something.
    draft: String,
    /// How many requests were written: each is one of its own, and no other's retry.
    written: Cell<usize>,
}

impl<'a> Asker<'a> {
    /// Whoever is nobody knows the links of the first who is somebody.
    fn new(
        assembly: &'a Assembly,
        house: &Arc<House>,
        view: &'a View,
        person: Option<&'a Id>,
    ) -> Asker<'a> {
        let himself = person;
        let person = person.unwrap_or(&assembly.delegations[0].people[0].1);
        let phone = Name::parse("phone").expect("a name");
        let feed = house.follow_calendar(person, phone, false).expect("one of his first links");
        let draft = "/sign/never-was".into();
        let written = Cell::new(0);
        Asker { assembly, view, person, himself, signing: None, feed, draft, written }
    }

    /// He vouches for somebody, which everybody may who sits, and is to sign that.
    async fn drafts(&mut self, router: &Router, house: &House) {
        let Some(person) = self.himself else { return };
        let token = house.sign_in(person.clone());
        let body = Some(self.body("/people/vouch"));
        let asked = Asked { method: Method::Post, address: "/people/vouch".into(), body };
        let told = ask(router, Some(token.as_str()), &asked).await;
        let sheet = told.header("location").filter(|at| at.starts_with("/sign/"));
        self.draft = sheet.expect("it is signed").to_owned();
        self.signing = Some(token);
    }

    /// The status of what he is answered.
    async fn asks(&self, router: &Router, house: &House, route: &Route, asked: &Asked) -> u16 {
        let signs = route.path.starts_with("/sign/");
        // A fresh session each time: signing out ends the one before.
        let fresh = self.himself.filter(|_| !signs).map(|person| house.sign_in(person.clone()));
        let token = fresh.as_ref().or(self.signing.as_ref());
        ask(router, token.map(Token::as_str), asked).await.status
    }

    /// Requests for a route: of a thing of each way to stand to one, or one of the route as it is.
    fn requests(&self, route: &Route) -> Vec<(Relation, Asked)> {
        let body = || (route.method == Method::Post).then(|| self.body(route.path));
        let asked = |address: String| Asked { method: route.method, address, body: body() };
        let plain = |address: String| vec![(Relation::default(), asked(address))];
        let path = route.path;
        if path.starts_with("/feeds/") {
            return plain(self.feed.clone());
        }
        if let Some(rest) = path.strip_prefix("/enrol/{person}/{secret}") {
            let link = &self.assembly.links[self.person];
            return plain(format!("{link}{}", rest.replace("{directory}", "ministry")));
        }
        let kinds = if path.contains("{kind}") || path.contains("{verb}") {
            vec![Kind::Commitment]
        } else {
            kind_of(path, "id").into_iter().collect()
        };
        if !path.contains("{id}") {
            return self.filled(path).into_iter().flat_map(plain).collect();
        }
        let things = kinds.into_iter().flat_map(|kind| self.each_way(kind));
        let of = |(relation, thing): (Relation, &Thing)| {
            let version = thing.versions.first().map(|attached| attached.version.id.to_string());
            let address = path
                .replace("{kind}", &thing.content.kind().plural().replace(' ', "_"))
                .replace("{verb}", "amend")
                .replace("{id}", thing.id.as_str())
                .replace("{version}", &version.unwrap_or_else(|| "never-was".into()))
                .replace("{page}", "1");
            (relation, asked(address))
        };
        let known: Vec<(Relation, Asked)> = things.map(of).collect();
        match known.is_empty() {
            true => plain(path.replace("{id}", "never-was").replace("{version}", "never-was")),
            false => known,
        }
    }

    /// One thing of a kind for each way in which he stands to some.
    fn each_way(&self, kind: Kind) -> Vec<(Relation, &'a Thing)> {
        let mut ways: BTreeMap<Relation, &Thing> = BTreeMap::new();
        let rooms = self.assembly.rooms.iter().flat_map(|room| [&room.meeting, &room.held]);
        let first = rooms.chain(&self.assembly.things).filter_map(|id| self.view.get(id));
        let first = first.filter(|thing| thing.content.kind() == kind);
        let closed =
            |thing: &&Thing| thing.said::<Session>().is_some_and(|of| of.closed || of.shut);
        let empty = |thing: &&Thing| kind == Kind::Document && thing.versions.is_empty();
        let all = first.chain(self.view.of_kind(kind));
        // Those first in which something lies; what is behind a closed door is the rules' to say.
        for thing in all.filter(|thing| !closed(thing) && !empty(thing)) {
            ways.entry(Relation::of(self.view, Some(thing), &thing.content)).or_insert(thing);
        }
        ways.into_iter().collect()
    }

    /// A path without a thing in it, its parameters filled in.
    fn filled(&self, path: &str) -> Vec<String> {
        let name = look::assets()[0].path.rsplit('/').next().unwrap_or_default();
        let path = path
            .replace("{position}", "0")
            .replace("{name}", name)
            .replace("{directory}", "ministry")
            .replace("/sign/{draft}", &self.draft);
        if !path.contains("{kind}") {
            return vec![path];
        }
        if !path.starts_with("/api/") {
            return vec![path.replace("{kind}", &Kind::Commitment.key())];
        }
        lists().map(|asked| asked.address).collect()
    }

    /// What a route that takes something is sent: what it can read, whatever it makes of it.
    fn body(&self, path: &str) -> (&'static str, String) {
        let key = self.written.get();
        self.written.set(key + 1);
        let file = format!(
            "--cut\r\ncontent-disposition: form-data; name=\"key\"\r\n\r\nkey-{key}\r\n--cut\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
            content-type: text/plain\r\n\r\nA short text.\n\r\n--cut--\r\n"
        );
        match path {
            "/documents/{id}/versions" => ("multipart/form-data; boundary=cut", file),
            "/api/v1/documents/{id}/versions" => {
                ("application/octet-stream", "A short text.\n".into())
            }
            "/api/v1/documents/{id}/letters" => {
                ("application/json", serde_json::json!({ "letter": letter() }).to_string())
            }
            "/api/v1/documents/{id}/versions/{version}/destroy" => {
                ("application/json", r#"{"reason":"why"}"#.into())
            }
            "/api/v1/disclosure" => ("application/json", r#"{"text":"They met."}"#.into()),
            api if api.starts_with("/api/") => ("application/json", r#"{"change":{}}"#.into()),
            _ => ("application/x-www-form-urlencoded", self.form(key)),
        }
    }

    /// A form with something in every field that any of the house's has.
    fn form(&self, key: usize) -> String {
        let assembly = self.assembly;
        let own = assembly
            .delegations
            .iter()
            .find(|of| of.people.iter().any(|(_, known)| known == self.person));
        let own = own.expect("he sits for one of them");
        let room = &assembly.rooms[0];
        let ids = [
            ("party", &own.party),
            ("resource", &assembly.base.resource),
            ("person", &own.novice),
            ("source", &assembly.base.source),
            ("about", &room.meeting),
            ("meeting", &room.meeting),
            ("session", &room.blank),
            ("guarantee", &assembly.base.guarantee),
        ];
        let ids: String = ids.iter().map(|(name, id)| format!("&{name}={id}")).collect();
        let letter = crate::requests::escaped(&letter());
        format!(
            "name=A+name&title=A+title&standing=member&holds=unknown&unit=pieces&label=GREEN\
             &reason=why&stage=allocated&amount=5&condition=always&from=trigger%2B1d\
             &until=trigger%2B9d&role=clerk&point=size&value=3&text=words&receipt=%7B%7D\
             &key=key-{key}&zone=UTC&progress=done&do=close&credential=AAAA&handle=AAAA&authenticator_data=AAAA\
             &client_data=AAAA&signature=AAAA&attestation=AAAA&letter={letter}{ids}"
        )
    }
}

/// Whether whoever has lost his session or his seat gets what the public gets, at every address: no
/// more, and no less. Gives the first address where it is otherwise, and how many were asked.
pub async fn nobody_comes_back() -> Result<usize, String> {
    let assembly = Assembly::of(super::After::Made);
    let clock = Clock::default();
    let house = house(&assembly.world.acts, furnished(&assembly.world.acts), &clock);
    let router = router(&house);
    let lead = assembly.delegations[0].people[0].1.clone();
    let (expired, ended) = (house.sign_in(lead.clone()), house.sign_in(lead.clone()));
    house.sign_out(ended.as_str());
    clock.fetch_add(17 * 3_600, Ordering::SeqCst);
    let mut tokens = vec![
        ("that expired", expired.as_str().to_owned()),
        ("that was ended", ended.as_str().to_owned()),
        ("made up", "AAAA".into()),
    ];
    for (what, person) in &assembly.gone {
        tokens.push((what, house.sign_in(person.clone()).as_str().to_owned()));
    }
    let view = house.view(Some(&lead));
    let asker = Asker::new(&assembly, &house, &view, Some(&lead));
    let mut asked_for = 0;
    for route in routes() {
        for (_, asked) in asker.requests(&route) {
            let public = ask(&router, None, &asked).await;
            clock.fetch_add(60, Ordering::SeqCst);
            for (whose, token) in &tokens {
                let told = ask(&router, Some(token), &asked).await;
                clock.fetch_add(60, Ordering::SeqCst);
                asked_for += 1;
                if (told.status, fixed(&told.body)) != (public.status, fixed(&public.body)) {
                    return Err(format!("{asked:?}: a token {whose}: {}", told.status));
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
