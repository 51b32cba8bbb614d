//! HTTP: from a request to an [`Asking`], and from an [`Answer`] to a response. All headers that
//! guard a page are set here, for every response alike.

use crate::answer::{Answer, Body as AnswerBody};
use crate::asking::{Asking, cookie};
use crate::events;
use crate::flow::{self, Flow, Sent};
use crate::house::{House, Seen};
use crate::patience::{Broken, Paced};
use crate::refusals;
use crate::rendered::{Pages, Rendered, Worth};
use crate::routes::{Handle, Method, Route, Submission, routes};
use crate::sign_in::Whose;
use crate::streams;
use crate::writer::{Ask, NotDone};
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, RawPathParams, Request};
use axum::http::header::InvalidHeaderValue;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use coalition::Refusal;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

/// The longest body taken, in bytes.
pub const BODY_BYTES_MAX: usize = 256 << 10;
/// The name of the session's cookie, without its prefix.
pub(crate) const SESSION_COOKIE: &str = "entente";

/// The house's router.
pub fn router(house: &Arc<House>) -> Router {
    let answering = |found: Found| {
        let house = Arc::clone(house);
        move |params: Params, request: Request| respond(Arc::clone(&house), found, params, request)
    };
    let mut paths: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
    for route in routes() {
        let known = paths.remove(route.path).unwrap_or_default();
        let methods = match route.method {
            Method::Get => known.merge(get(answering(Found::Route(route)))),
            Method::Post => known.merge(post(answering(Found::Route(route)))),
        };
        paths.insert(route.path, methods);
    }
    let mut router = Router::new();
    for (path, methods) in paths {
        router = router.route(path, methods.fallback(answering(Found::OtherMethods)));
    }
    router.fallback(answering(Found::Nothing))
}

/// The parameters of a path; an address without a path, as CONNECT sends it, has none.
type Params = Result<RawPathParams, RawPathParamsRejection>;

fn named(params: &RawPathParams) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What a request is refused with before anybody looks at what it asks.
enum Turned {
    /// The body did not come whole.
    Broken(Broken),
    /// It was sent from a page of another site, or to a name that is not ours.
    Foreign,
    /// Whoever sends it has sent too many.
    TooOften,
}

/// What stands at a request's path.
#[derive(Clone, Copy)]
enum Found {
    /// A route, for its method.
    Route(Route),
    /// Routes, for other methods.
    OtherMethods,
    /// Nothing at all.
    Nothing,
}

impl Found {
    /// Whether the page rests on the view and the address alone.
    fn lasts(self) -> bool {
        let Found::Route(route) = self else { return false };
        matches!(route.handle, Handle::Lasting(_) | Handle::Listing(..) | Handle::Flowing(_))
    }

    /// Whether it is counted how often somebody comes here, though nothing is changed.
    fn counts(self) -> bool {
        #[cfg(feature = "openid")]
        let abroad = matches!(self, Found::Route(Route { handle: Handle::Abroad(_), .. }));
        #[cfg(not(feature = "openid"))]
        let abroad = false;
        abroad
    }

    /// When its page is kept, if it lasts.
    fn worth(self, asking: &Asking) -> Worth {
        match self {
            Found::Route(Route { handle: Handle::Listing(at_once, _), .. }) if at_once(asking) => {
                Worth::Again
            }
            _ => Worth::AtOnce,
        }
    }
}

async fn respond(house: Arc<House>, found: Found, params: Params, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let (mut known, whose, turned) = received(&house, found, &parts);
    let waited = !body.is_end_stream();
    let (body, streamed) = taken(&house, found, turned, body).await;
    if waited {
        // Whoever sent it may have lost his seat while it was on its way.
        known = whoever(&house, headers);
    }
    let Known { person, token, seen } = known;
    let if_none_match = text(headers, &header::IF_NONE_MATCH);
    let Seen { size, view, groundwork } = seen;
    let lasts = body.is_ok() && found.lasts();
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    if lasts && let Some(page) = house.pages.get(size, person.as_ref(), address) {
        return finish(200, page, false, &[], if_none_match);
    }
    let asking = Asking {
        view,
        groundwork,
        now: if lasts { Timestamp::UNIX_EPOCH } else { house.now() },
        path: parts.uri.path().to_owned(),
        params: params.as_ref().map(named).unwrap_or_default(),
        query: query_of(&parts.uri),
        body: body.as_ref().map_or_else(|_| Vec::new(), Clone::clone),
        headers: if lasts { Vec::new() } else { readable(headers) },
        token: token.filter(|_| !lasts),
        house: Arc::clone(&house),
    };
    #[cfg(feature = "leaks")]
    let (asking, leaky) = crate::leaks::look(asking, person.as_ref());
    if lasts
        && !leaks()
        && let Found::Route(Route { handle: Handle::Flowing(write), .. }) = found
    {
        let place = Place { size, person, address: address.to_owned() };
        return flowing(asking, write, place, if_none_match).await;
    }
    if let (Ok(_), Found::Route(route)) = (&body, found)
        && let Some(events) = events::listening(&asking, route.handle, headers, whose)
    {
        return match events {
            Ok(events) => headed(200, Some(events::EVENTS), None, false, &[], events),
            Err(answer) => plain(&house, answer),
        };
    }
    if let (Ok(_), Found::Route(Route { handle: Handle::Content(serving), .. })) = (&body, found) {
        let content = streams::content(asking, serving).await;
        return content.unwrap_or_else(|answer| plain(&house, answer));
    }
    let (worth, kept) = (found.worth(&asking), lasts && !leaks());
    let answer = match (body, found) {
        (Err(turned), _) => turn_away(&asking, &turned),
        (Ok(_), Found::Nothing) => refusals::answer(&asking, &Refusal::NotFound(None)),
        (Ok(_), Found::OtherMethods) => unroutable(&asking),
        (Ok(_), Found::Route(route)) => handle(asking, route, person.clone(), streamed).await,
    };
    #[cfg(feature = "leaks")]
    let answer = leaky.tell(answer);
    let page = rendered(&house.pages, answer.body);
    if kept && answer.status == 200 && answer.headers.is_empty() && !answer.immutable {
        house.pages.keep(size, person.as_ref(), address, &page, worth);
    }
    finish(answer.status, page, answer.immutable, &answer.headers, if_none_match)
}

/// Whether a seeded leak is open. It changes answers after they are made: so it has to have them whole, and
/// none is kept.
fn leaks() -> bool {
    #[cfg(feature = "leaks")]
    let open = crate::leaks::any();
    #[cfg(not(feature = "leaks"))]
    let open = false;
    open
}

/// Who sends a request, as whom he is counted, and why it is turned away if it is.
fn received(house: &House, found: Found, parts: &Parts) -> (Known, Whose, Option<Turned>) {
    let headers = &parts.headers;
    let (changes, counted) = changes(&parts.method, &parts.uri);
    let foreign = !host_is_ours(house, headers) || (changes && !same_origin(house, headers));
    let known = whoever(house, headers);
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let whose = whose(house, known.person.as_ref(), peer, headers);
    let turned = if foreign {
        Some(Turned::Foreign)
    } else if (counted || found.counts()) && !admitted(house, &whose) {
        Some(Turned::TooOften)
    } else {
        None
    };
    (known, whose, turned)
}

/// What is said instead of a stream.
fn plain(house: &House, answer: Answer) -> Response {
    finish(answer.status, rendered(&house.pages, answer.body), false, &[], None)
}

/// Whether a request may change something, and whether it is counted how often somebody sends such:
/// so it is, too, where he follows a link that is a secret.
fn changes(method: &axum::http::Method, address: &Uri) -> (bool, bool) {
    let changes = !matches!(*method, axum::http::Method::GET | axum::http::Method::HEAD);
    (changes, changes || address.path().starts_with("/feeds/"))
}

/// A request's body, or why it was turned away. What is far longer than other bodies stays where it
/// is, for its route to take in.
async fn taken(
    house: &House,
    found: Found,
    turned: Option<Turned>,
    body: Body,
) -> (Result<Vec<u8>, Turned>, Body) {
    let streams = matches!(found, Found::Route(Route { handle: Handle::Upload(_), .. }));
    if streams && turned.is_none() {
        return (Ok(Vec::new()), body);
    }
    let whole = Paced::new(body, house.settings.waits.stock).whole(BODY_BYTES_MAX).await;
    let whole = match (turned, whole) {
        (None, whole) => whole.map_err(Turned::Broken),
        (Some(turned), _) => Err(turned),
    };
    (whole, Body::empty())
}

fn query_of(address: &Uri) -> Vec<(String, String)> {
    address.query().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default()
}

/// The type of a page.
const HTML: &str = "text/html; charset=utf-8";

fn rendered(pages: &Pages, body: AnswerBody) -> Rendered {
    let (content_type, bytes) = match body {
        AnswerBody::Empty => (None, Vec::new()),
        AnswerBody::Html(page) => (Some(HTML), page.into_bytes()),
        AnswerBody::Json(json) => (Some("application/json"), json.into_bytes()),
        AnswerBody::Other(content_type, bytes) => (Some(content_type), bytes),
    };
    pages.rendered(content_type, bytes)
}

/// Runs a route's handler. The handler gets the asking whole and gives it back with the answer.
async fn handle(
    asking: Asking,
    route: Route,
    person: Option<coalition::Id>,
    streamed: Body,
) -> Answer {
    match route.handle {
        Handle::Upload(upload) => streams::upload(asking, upload, streamed).await,
        // Answered before: its answer is no page.
        Handle::Content(_) => failed(),
        Handle::Now(read) => {
            read(&asking).unwrap_or_else(|refusal| refusals::answer(&asking, &refusal))
        }
        Handle::Listing(at_once, read) if at_once(&asking) => {
            read(&asking).unwrap_or_else(|refusal| refusals::answer(&asking, &refusal))
        }
        #[cfg(feature = "openid")]
        Handle::Abroad(read) => worked(asking, read).await,
        Handle::Work(read) | Handle::Lasting(read) | Handle::Listing(_, read) => {
            worked(asking, read).await
        }
        Handle::Events(tell) => match tell(&asking) {
            Ok(told) => events::once(&asking, &told),
            Err(refusal) => refusals::answer(&asking, &refusal),
        },
        Handle::Flowing(write) => {
            let work = move || gathered(&asking, write);
            tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| failed())
        }
        Handle::Submit(prepare) => match prepare(&asking) {
            Err(refusal) => refusals::answer(&asking, &refusal),
            Ok(Submission { command, then }) => {
                let house = Arc::clone(&asking.house);
                // A full queue makes submitters wait, and who is alone waits for the disk: that must
                // not hold up a server thread.
                let ask = Ask::Read(Box::new(command));
                let sent = tokio::task::block_in_place(|| house.submit_here(person, ask));
                let done = sent.await.unwrap_or(Err(NotDone::Stopped));
                then(&asking, done)
            }
        },
    }
}

/// Runs a handler where it holds up nobody.
async fn worked(asking: Asking, read: fn(&Asking) -> Result<Answer, Refusal>) -> Answer {
    let work = move || read(&asking).unwrap_or_else(|refusal| refusals::answer(&asking, &refusal));
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| failed())
}

/// The handler panicked: a bug, which the standard error says. The house stands.
pub(crate) fn failed() -> Answer {
    let text = b"This page failed. Nothing was changed.\n".to_vec();
    Answer::bytes("text/plain; charset=utf-8", text).with_status(500)
}

type Write = fn(&Asking, &mut Flow) -> Result<Answer, Refusal>;

/// A page in one piece, whether or not it is hard.
fn gathered(asking: &Asking, write: Write) -> Answer {
    let mut flow = Flow::gathered();
    let answer =
        write(asking, &mut flow).unwrap_or_else(|refusal| refusals::answer(asking, &refusal));
    flow.end(answer).0
}

/// Where a page is kept.
struct Place {
    size: usize,
    person: Option<coalition::Id>,
    address: String,
}

/// Answers with the first part of a page as soon as it is written, or with the whole where there are
/// no parts. The rest is written for whoever waits for it, and not if nobody does.
async fn flowing(
    asking: Asking,
    write: Write,
    place: Place,
    if_none_match: Option<&str>,
) -> Response {
    let house = Arc::clone(&asking.house);
    let (mut flow, mut parts) = Flow::new();
    let work = tokio::task::spawn_blocking(move || {
        let answer =
            write(&asking, &mut flow).unwrap_or_else(|refusal| refusals::answer(&asking, &refusal));
        let (Answer { status, body, headers, immutable }, sent) = flow.end(answer);
        let pages = &asking.house.pages;
        let mut page = rendered(pages, body);
        if sent != Sent::Whole {
            page.tag = None;
        }
        if sent != Sent::Abandoned && status == 200 && headers.is_empty() && !immutable {
            let person = place.person.as_ref();
            pages.keep(place.size, person, &place.address, &page, Worth::AtOnce);
        }
        flow.close();
        (status, page, immutable, headers)
    });
    if let Some(first) = parts.first().await {
        return headed(200, Some(HTML), None, false, &[], parts.body(first));
    }
    match work.await {
        Ok((status, page, immutable, headers)) => {
            finish(status, page, immutable, &headers, if_none_match)
        }
        Err(_) => {
            let Answer { status, body, headers, immutable } = failed();
            finish(status, rendered(&house.pages, body), immutable, &headers, None)
        }
    }
}

/// Who asks, by the session that his cookie opens.
struct Known {
    person: Option<coalition::Id>,
    token: Option<String>,
    seen: Seen,
}

/// The session's person as he is at this moment. One who has lost his seat, or the passkey by which
/// he came, is the public from now on.
fn whoever(house: &House, headers: &HeaderMap) -> Known {
    let token = text(headers, &header::COOKIE).and_then(|all| cookie(all, SESSION_COOKIE));
    if let Some((token, session)) = token.and_then(|token| Some((token, house.session(token)?))) {
        let seen = house.seen(Some(&session.person));
        if house.goes_on(&session, &seen.view) {
            return Known { person: Some(session.person), token: Some(token.to_owned()), seen };
        }
        house.sign_out(token);
    }
    Known { person: None, token: None, seen: house.seen(None) }
}

/// Who is counted as whoever sends a request: the person, or the peer where nobody is signed in.
fn whose(
    house: &House,
    person: Option<&coalition::Id>,
    peer: Option<IpAddr>,
    headers: &HeaderMap,
) -> Whose {
    match (person, peer) {
        (Some(person), _) => Whose::Person(person.clone()),
        (None, Some(peer)) if house.settings.proxy == Some(peer) => {
            // What the proxy itself has added stands last; what stands before it the client may have
            // written.
            let passed = headers.get_all("x-forwarded-for").iter().next_back();
            let last =
                passed.and_then(|all| all.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
            Whose::peer(last.unwrap_or(peer))
        }
        (None, Some(peer)) => Whose::peer(peer),
        (None, None) => Whose::peer(IpAddr::from([0, 0, 0, 0])),
    }
}

/// Whether a change is let through, or its sender has sent too many. A demonstration is on loopback,
/// for one.
fn admitted(house: &House, whose: &Whose) -> bool {
    house.origin().is_none() || house.limits.admit(whose, house.now())
}

fn turn_away(asking: &Asking, turned: &Turned) -> Answer {
    let (status, code, title, what) = match turned {
        Turned::Broken(Broken::Long) => {
            (413, "too_long", "Too long", "the request is longer than 256 KiB")
        }
        Turned::Broken(Broken::Slow) => {
            (408, "too_slow", "Too slow", "the request came too slowly: send it again")
        }
        Turned::Broken(Broken::Off) => {
            (400, "broken_off", "Not whole", "the request did not come whole: send it again")
        }
        Turned::Foreign => (
            403,
            "foreign",
            "From another site",
            "a change must come from a page of this house, at its own address",
        ),
        Turned::TooOften => return refusals::too_often(asking),
    };
    if asking.path.starts_with("/api/") {
        return refusals::json_error(status, code, what, None);
    }
    refusals::page(asking, status, title, what, "Nothing was changed.")
}

fn unroutable(asking: &Asking) -> Answer {
    if asking.path.starts_with("/api/") {
        return refusals::json_error(405, "method", "there is nothing here for this method", None);
    }
    refusals::page(
        asking,
        405,
        "Not possible here",
        "there is nothing here for this method",
        "Nothing was changed.",
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The headers that handlers may read; all others stay outside.
fn readable(headers: &HeaderMap) -> Vec<(&'static str, String)> {
    ["accept", "content-type", "idempotency-key", "cookie", "host"]
        .into_iter()
        .filter_map(|name| Some((name, headers.get(name)?.to_str().ok()?.to_owned())))
        .collect()
}

/// Whether the request is addressed to this house: a page elsewhere whose name was made to point here
/// must not reach it. Without sign-in that is loopback, else the house's own name.
fn host_is_ours(house: &House, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    if let Some(origin) = house.origin() {
        return host == origin.authority();
    }
    let name = host
        .strip_suffix(|last: char| last.is_ascii_digit())
        .map_or(host, |_| host.rsplit_once(':').map_or(host, |(name, _)| name));
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// Whether a change comes from one of our own pages, as browsers say; programs say nothing.
fn same_origin(house: &House, headers: &HeaderMap) -> bool {
    // Where a browser says this, its word is better than the origin: our pages name no referrer, and
    // so their forms come from the origin "null".
    if let Some(site) = text(headers, &HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match (text(headers, &header::ORIGIN), house.origin(), text(headers, &header::HOST)) {
        (Some(origin), Some(ours), _) => origin == ours.as_str(),
        (Some(origin), None, Some(host)) => {
            origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host)
        }
        (Some(_), None, None) => false,
        (None, _, _) => !headers.contains_key(header::ORIGIN),
    }
}

/// Makes the response of a whole page, or says that it has not changed.
fn finish(
    status: u16,
    page: Rendered,
    immutable: bool,
    headers: &[(&'static str, String)],
    if_none_match: Option<&str>,
) -> Response {
    let tag = page.tag.as_deref().filter(|_| status == 200);
    let known = |tag: &str| {
        if_none_match.is_some_and(|all| all.split(',').map(str::trim).any(|known| known == tag))
    };
    if tag.is_some_and(known) {
        return headed(304, None, tag, immutable, headers, Body::empty());
    }
    let body = match page.tag {
        Some(_) => Body::from(page.bytes),
        // As it was sent when it was written.
        None => flow::body_of(page.bytes),
    };
    headed(status, page.content_type, tag, immutable, headers, body)
}

/// The response: entity tag, and the headers that every response carries.
pub(crate) fn headed(
    status: u16,
    content_type: Option<&'static str>,
    tag: Option<&str>,
    immutable: bool,
    headers: &[(&'static str, String)],
    body: Body,
) -> Response {
    let mut all = GUARDS.clone();
    let mut add = |name: HeaderName, value: Result<HeaderValue, InvalidHeaderValue>| {
        if let Ok(value) = value {
            all.append(name, value);
        }
    };
    if let Some(tag) = tag {
        add(header::ETAG, HeaderValue::from_str(tag));
    }
    let cache = if immutable { "public, max-age=31536000, immutable" } else { "private, no-cache" };
    if !headers.iter().any(|(name, _)| *name == "cache-control") {
        add(header::CACHE_CONTROL, Ok(HeaderValue::from_static(cache)));
    }
    if let Some(content_type) = content_type {
        add(header::CONTENT_TYPE, Ok(HeaderValue::from_static(content_type)));
    }
    for (name, value) in headers {
        add(HeaderName::from_static(name), HeaderValue::from_str(value));
    }
    let mut response = Response::new(body);
    *response.headers_mut() = all;
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// What every response says to browsers: load nothing from elsewhere, run nothing inline, be framed
/// by nobody, tell nobody where you came from.
static GUARDS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let all = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("vary", "Cookie"),
    ];
    let all =
        all.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    all.into_iter().collect()
});
