//! Two worlds: whoever asks the same of two houses whose records differ only in what he may not see
//! gets the same answers, byte for byte.

use crate::answers::{Told, difference_of};
use crate::listening::listening;
use crate::mail::mail_differs;
use crate::requests::{self, Asked};
use crate::scenes::Scene;
use crate::twin::{Difference, Twins};
use crate::world::papers::{content_of, letter};
use crate::world::{Dice, World};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request};
use coalition::content::Media;
use coalition::text::Name;
use coalition::{Act, Change, Content, Id};
use exchange::mail::MailAddress;
use headquarters::passkeys::Origin;
use headquarters::{
    Contents, Directories, Doors, Draughtsman, House, Kept, Mail, Method, NotDrawn, NotReached,
    Settings, Survey, Surveyed, Token, letter_of, router,
};
use jiff::{Timestamp, ToSpan};
use record::{Log, MemoryStore, Salt, SigningKey, first_checkpoint};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// What time it is in both houses, in seconds since the first request.
pub type Clock = Arc<AtomicI64>;

/// Where browsers find a house with real doors.
pub(crate) const ORIGIN: &str = "http://localhost:4860";

/// When the first request comes.
pub(crate) fn start() -> Timestamp {
    "2025-12-01T10:00:00Z".parse().expect("a time")
}

/// Who comes in, as the founding of a record says: by a passkey, or as anybody.
pub fn doors(acts: &[Act]) -> Doors {
    let real = acts.iter().any(|act| {
        matches!(&act.change, Change::Create { content: Content::Coalition(said), .. } if !said.demonstration)
    });
    if real {
        Doors::Passkeys(Origin::parse(ORIGIN).expect("an origin"))
    } else {
        Doors::Demonstration(Vec::new())
    }
}

/// A directory of the founder's party that says where it is to be found, and answers no code.
fn directories(acts: &[Act]) -> Arc<Directories> {
    let party = acts
        .iter()
        .find(|act| matches!(&act.change, Change::Create { content: Content::Party(_), .. }));
    let party = party.map_or("nobody", |act| act.subject.as_str());
    let file = format!(
        r#"
        [[directory]]
        id = "ministry"
        name = "Ministry"
        party = "{party}"
        issuer = "http://127.0.0.1:9"
        client_id = "entente"
        client_secret_file = "secret"
    "#
    );
    let secret = |_: &Path| Ok("secret".to_owned());
    let read = Directories::parse(Path::new("directories.toml"), &file, secret);
    let transport = |request: headquarters::Request| {
        let said = match request.uri().path() {
            "/.well-known/openid-configuration" => json!({
                "issuer": "http://127.0.0.1:9",
                "authorization_endpoint": "http://127.0.0.1:9/authorize",
                "token_endpoint": "http://127.0.0.1:9/token",
                "jwks_uri": "http://127.0.0.1:9/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }),
            "/keys" => json!({ "keys": [] }),
            other => return Err(NotReached(format!("nothing at {other}"))),
        };
        let mut answer = headquarters::Response::new(said.to_string().into_bytes());
        let json = HeaderValue::from_static("application/json");
        answer.headers_mut().insert("content-type", json);
        Ok(answer)
    };
    Arc::new(read.expect("a good file").through(Arc::new(transport)))
}

/// One who draws whatever he is given, and tells all of it.
struct Copyist;

impl Draughtsman for Copyist {
    fn survey(
        &self,
        pdf: &[u8],
        pages: RangeInclusive<u32>,
        width: u32,
    ) -> Result<Survey, NotDrawn> {
        let words = Some(String::from_utf8_lossy(pdf).into_owned());
        let page = Surveyed { size: (width, width), words };
        Ok(Survey {
            count: 12,
            pages: pages.take_while(|page| *page <= 12).map(|_| page.clone()).collect(),
        })
    }

    fn draw(&self, pdf: &[u8], page: u32, _width: u32) -> Result<Vec<u8>, NotDrawn> {
        if page > 12 { Err(NotDrawn::Unfit) } else { Ok(pdf.to_vec()) }
    }
}

/// A house on a record given whole, with a clock that is told the time and dice for randomness.
pub(crate) fn house(acts: &[Act], settings: Settings, clock: &Clock) -> Arc<House> {
    let from = MailAddress::parse("house@two.example").expect("an address");
    let mail = Some(Mail { from, pages: ORIGIN.into() });
    house_of(acts, Settings { mail, ..settings }, clock)
}

/// A house on a record given whole, with settings of which the clock and the dice are put in their
/// places.
pub fn house_of(acts: &[Act], mut settings: Settings, clock: &Clock) -> Arc<House> {
    let dice = Mutex::new(Dice::new(99));
    settings.clock = telling(clock);
    settings.entropy = Arc::new(move |bytes| {
        let mut dice = dice.lock().expect("nobody panics here");
        bytes.iter_mut().for_each(|byte| *byte = dice.throw().to_le_bytes()[0]);
    });
    opened(acts, settings)
}

/// A house's settings with all that its record speaks of: contents, a directory, one who draws.
pub(crate) fn furnished(acts: &[Act]) -> Settings {
    Settings {
        directories: directories(acts),
        contents: Contents::Memory(acts.iter().filter_map(content_in).collect()),
        draughtsman: Some(Arc::new(Copyist)),
        ..Settings::with(doors(acts))
    }
}

/// What a house asks for the time.
pub(crate) fn telling(clock: &Clock) -> headquarters::Clock {
    let clock = Arc::clone(clock);
    Arc::new(move || start() + clock.load(Ordering::SeqCst).seconds())
}

/// A house on a record given whole.
pub(crate) fn opened(acts: &[Act], settings: Settings) -> Arc<House> {
    let key = SigningKey::new("two.worlds/record", [7; 32]).expect("a key");
    let store = Kept(Box::new(MemoryStore::create(&first_checkpoint(&key))));
    let mut log = Log::open(store, key.clone()).expect("an empty record");
    let mut salts = Dice::new(5);
    let salt = |salts: &mut Dice| Salt(std::array::from_fn(|_| salts.throw().to_le_bytes()[0]));
    log.append(acts.iter().map(|act| (salt(&mut salts), act.encode())).collect())
        .expect("memory takes acts");
    Arc::new(House::open(log.into_store(), key, settings).expect("the record opens"))
}

/// The content of the version that an act adds, if it adds one.
fn content_in(act: &Act) -> Option<(Id, Vec<u8>)> {
    let Change::Attach { version } = &act.change else { return None };
    let content = match version.media {
        Media::Letter => {
            letter_of(&letter(), secret_of(&version.id)).expect("its copies can be told apart")
        }
        _ => content_of(&version.id),
    };
    Some((version.id.clone(), content))
}

/// The secret of a letter of these worlds.
pub(crate) fn secret_of(version: &Id) -> [u8; 32] {
    let bytes = version.as_str().as_bytes();
    std::array::from_fn(|place| bytes[place % bytes.len()])
}

/// Asks a house.
pub async fn ask(house: &Router, token: Option<&str>, asked: &Asked) -> Told {
    let mut request = Request::builder()
        .method(match asked.method {
            Method::Get => "GET",
            Method::Post => "POST",
        })
        .uri(&asked.address)
        .header("host", "localhost:4860");
    if let Some(token) = token {
        request = request.header("cookie", format!("__Host-entente={token}"));
    }
    let body = match &asked.body {
        Some((content_type, text)) => {
            request = request.header("content-type", *content_type);
            Body::from(text.clone())
        }
        None => Body::empty(),
    };
    let request = request.body(body).expect("a request");
    let response = house.clone().oneshot(request).await.expect("the router answers");
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    // What was a reader's to have and is not any more breaks off.
    let body = match to_bytes(response.into_body(), usize::MAX).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => "broken off".into(),
    };
    Told { status, headers, body }
}

/// What a comparison did, or the first difference it found.
pub struct Compared {
    /// How many requests were compared.
    pub requests: usize,
    /// Which of them told the worlds apart, and how.
    pub found: Option<(Asked, String)>,
}

impl Compared {
    fn differ(by: &str, how: String) -> Compared {
        Compared { requests: 0, found: Some((Asked::reading(by.into()), how)) }
    }
}

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Every route a few times, reading first.
    Glance,
    /// Every route several times.
    Look,
    /// Everything: reads, then changes, then reads again.
    Whole,
}

/// A pair of records that one viewer cannot tell apart, and what he asks of both.
pub struct Pair {
    /// The seed of their world.
    pub seed: u64,
    /// The records.
    pub twins: Twins,
    /// How they differ.
    pub difference: Difference,
    glance: Vec<Asked>,
    look: Vec<Asked>,
    whole: Vec<Asked>,
}

/// The houses of a pair, and the viewer's way into both.
pub(crate) struct Houses {
    pub(crate) clock: Clock,
    pub(crate) houses: [Arc<House>; 2],
    pub(crate) routers: [Router; 2],
    tokens: [Option<Token>; 2],
    /// The links by which the viewer's calendar is followed.
    pub(crate) links: Vec<Asked>,
}

impl Houses {
    pub(crate) fn of(twins: &Twins) -> Houses {
        let clock = Clock::default();
        let Twins { person, first, second, .. } = twins;
        // Those of both, so that neither house draws more randomness than the other to seal them.
        let contents: BTreeMap<Id, Vec<u8>> =
            first.iter().chain(second).filter_map(content_in).collect();
        let contents: Vec<(Id, Vec<u8>)> = contents.into_iter().collect();
        let settings =
            || Settings { contents: Contents::Memory(contents.clone()), ..furnished(first) };
        let houses = [first, second].map(|acts| house(acts, settings(), &clock));
        let tokens =
            houses.each_ref().map(|house| person.clone().map(|person| house.sign_in(person)));
        let routers = houses.each_ref().map(router);
        let [links, others] = houses.each_ref().map(|house| links(house, person.as_ref()));
        assert_eq!(links, others, "secrets are drawn alike in both");
        Houses { clock, houses, routers, tokens, links }
    }

    pub(crate) fn token(&self, which: usize) -> Option<&str> {
        self.tokens[which].as_ref().map(Token::as_str)
    }
}

impl Pair {
    /// The pairs of the worlds of some seeds, for every sort of viewer and both differences; one of
    /// each world, then the next of each, so that the first few differ most. Half of the worlds
    /// mostly meet.
    pub fn of_worlds(seeds: Range<u64>, acts: usize) -> Vec<Pair> {
        let worlds = seeds.map(|seed| {
            let meets = seed % 4 >= 2;
            let world = if meets { World::convened(seed, acts) } else { World::grown(seed, acts) };
            (seed, viewers(&world), world)
        });
        Pair::each(worlds, Pair::new)
    }

    /// The pairs of the worlds made by hand: of a demonstration, and of a real coalition; one of each
    /// viewer, then the next of each.
    pub fn of_scenes() -> Vec<Pair> {
        let scenes = [0, 1].map(|seed| (seed, Scene::behind_doors(seed)));
        let seen = scenes.each_ref().map(|(_, scene)| scene.viewers.clone());
        let worlds = scenes.map(|(seed, Scene { world, viewers })| (seed, viewers, world));
        let mut pairs = Pair::each(worlds.into_iter(), |seed, twins, difference| {
            let mut dice = Dice::new(!seed);
            let fitting = requests::fitting(&twins, &mut dice, FITTING);
            let mut pair = Pair::new(seed, twins, difference);
            pair.glance.retain(|asked| asked.method == Method::Post);
            pair.glance = fitting.into_iter().chain(pair.glance).collect();
            pair.glance.retain(|asked| difference.compares(asked));
            pair
        });
        pairs.sort_by_key(|pair| {
            let real = usize::from(pair.seed == 1);
            let place = seen[real].iter().position(|person| *person == pair.twins.person);
            let place = place.unwrap_or_default();
            let sort = 2 * real + usize::from(pair.difference == Difference::Removed);
            ((sort + place) % 4, place)
        });
        pairs
    }

    fn each(
        worlds: impl Iterator<Item = (u64, Vec<Option<Id>>, World)>,
        pair: impl Fn(u64, Twins, Difference) -> Pair,
    ) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (seed, viewers, world) in worlds {
            let mut place = 0;
            for person in viewers {
                for difference in [Difference::Replaced, Difference::Removed] {
                    if let Some(twins) = Twins::of(&world, person.as_ref(), difference, seed) {
                        pairs.push((place, pair(seed, twins, difference)));
                        place += 1;
                    }
                }
            }
        }
        pairs.sort_by_key(|(place, _)| *place);
        pairs.into_iter().map(|(_, pair)| pair).collect()
    }

    fn new(seed: u64, twins: Twins, difference: Difference) -> Pair {
        // Not the seed of the world: its dice would make the same ids again.
        let mut dice = Dice::new(!seed);
        let mut sweep = |read: usize, change: usize| -> Vec<Asked> {
            let mut asked = requests::reading(&twins, &mut dice, read);
            asked.extend(requests::changing(&twins, &mut dice, change));
            asked.retain(|asked| difference.compares(asked));
            asked
        };
        let glance = sweep(GLANCES, 1);
        let look = sweep(4 * GLANCES, 4);
        let mut whole = sweep(EACH, EACH);
        whole.extend(sweep(EACH, 0));
        Pair { seed, twins, difference, glance, look, whole }
    }

    /// What is asked at a glance.
    pub fn glance(&self) -> &[Asked] {
        &self.glance
    }

    /// Compares what comes to whoever asks for nothing: what he hears who listens, and the mail.
    pub fn compare_told(&self) -> Compared {
        if let Err(how) = listening(&self.twins) {
            return Compared::differ("events", how);
        }
        match mail_differs(&self.twins) {
            Some(how) => Compared::differ("mail", how),
            None => Compared { requests: 0, found: None },
        }
    }

    /// Asks both houses until something differs or all is asked.
    pub async fn compare(&self, asking: Asking) -> Compared {
        let both = Houses::of(&self.twins);
        let (houses, person) = (&both.houses, self.twins.person.as_ref());
        let viewer = houses[0].view(person).viewer().clone();
        let asked = match asking {
            Asking::Glance => &self.glance,
            Asking::Look => &self.look,
            Asking::Whole => &self.whole,
        };
        let asked: Vec<&Asked> = both.links.iter().chain(asked).chain(&both.links).collect();
        for (place, asked) in asked.iter().copied().enumerate() {
            if place % REQUESTS_A_ROUND == 0 {
                both.clock.fetch_add(300, Ordering::SeqCst);
                for house in houses {
                    house.post_round().expect("kept in memory");
                }
            }
            let [one, other] =
                [0, 1].map(|which| ask(&both.routers[which], both.token(which), asked));
            let (one, other) = tokio::join!(one, other);
            both.clock.fetch_add(1, Ordering::SeqCst);
            // Whoever made himself somebody who may see more, by an act that the rules allow, may
            // see more from then on.
            if houses[0].view(person).viewer() != &viewer {
                return Compared { requests: place, found: None };
            }
            if let Some(how) = difference_of(asked, &one, &other, self.difference) {
                return Compared { requests: place + 1, found: Some((asked.clone(), how)) };
            }
            // What is to be signed stands on a page that no other page leads to.
            if let Some(sheet) = one.header("location").filter(|at| at.starts_with("/sign/")) {
                let asked = Asked::reading(sheet.to_owned());
                let [one, other] =
                    [0, 1].map(|which| ask(&both.routers[which], both.token(which), &asked));
                let (one, other) = tokio::join!(one, other);
                if let Some(how) = difference_of(&asked, &one, &other, self.difference) {
                    return Compared { requests: place + 1, found: Some((asked, how)) };
                }
            }
        }
        Compared { requests: asked.len(), found: None }
    }
}

/// After so many requests the post makes a round.
const REQUESTS_A_ROUND: usize = 250;

/// Two links by which a person's calendar is followed, as requests: one shows what is narrow as taken
/// time. From now on he gets mail, too.
fn links(house: &House, person: Option<&Id>) -> Vec<Asked> {
    let Some(person) = person else { return Vec::new() };
    let name = || Name::parse("phone").expect("a name");
    house.begin_post(0).expect("kept in memory");
    let address = MailAddress::parse("person@two.example").expect("an address");
    house.takes_mail(person, address).expect("kept in memory");
    let link = |taken| house.follow_calendar(person, name(), taken).expect("his first links");
    [false, true].map(link).map(Asked::reading).into()
}

/// How many addresses of each route a glance at a world made by hand asks for.
const FITTING: usize = 10;
/// How often a glance reads each route, with other values and queries each time.
const GLANCES: usize = 4;
/// How often each route is asked in whole, at most: with two ids in its path it has a thousand
/// addresses, of which other worlds try others.
const EACH: usize = 64;

/// Viewers of a world that differ in what they are: the public, and one person for each standing
/// and role there is.
pub fn viewers(world: &World) -> Vec<Option<Id>> {
    let mut sorts = std::collections::BTreeSet::new();
    let mut viewers = vec![None];
    for person in &world.people {
        let viewer = coalition::Viewer::of_person(&world.state, person);
        if let Some(seated) = viewer.seated()
            && sorts.insert((seated.standing, seated.role.acts()))
        {
            viewers.push(Some(person.clone()));
        }
    }
    viewers
}
