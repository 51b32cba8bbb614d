//! The walk: a house in which every field says hostile words is asked at every address, form by form, and
//! each answer is looked at as whatever it says it is.

use super::{Form, field_names};
use crate::answers::Told;
use crate::markup::{self, is_ours};
use crate::requests::{Asked, changing, reading};
use crate::twin::{Difference, Twins};
use crate::two_worlds::{Clock, ask, doors, house_of};
use crate::world::{Dice, World};
use axum::Router;
use coalition::{Act, Change, Id};
use headquarters::{Contents, House, Method, Settings, router};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A file whose text is hostile.
const FILE: &[u8] =
    b"<script>hijack()</script>\n\"><img src=x onerror=hijack()>\njavascript:hijack()\n";

/// The names of all fields that there are, from the house's own description of itself.
pub async fn names() -> BTreeSet<String> {
    let world = World::found(2);
    let place = Place::of(&world, &world.acts, None);
    let asked = Asked { method: Method::Get, address: "/api/v1/openapi.json".into(), body: None };
    let told = ask(&place.router, None, &asked).await;
    field_names(&serde_json::from_str(&told.body).expect("a document"))
}

/// A house whose record says hostile words, and who asks it.
pub struct Place {
    house: Arc<House>,
    router: Router,
    clock: Clock,
    twins: Twins,
}

impl Place {
    /// A house of a world with these acts in the place of its own, and a person or the public who asks.
    pub fn of(world: &World, acts: &[Act], person: Option<&Id>) -> Place {
        let versions: Vec<(Id, Id)> = acts
            .iter()
            .filter_map(|act| match &act.change {
                Change::Attach { version } => Some((act.subject.clone(), version.id.clone())),
                _ => None,
            })
            .collect();
        let contents = versions.iter().map(|(_, id)| (id.clone(), FILE.to_vec())).collect();
        let settings =
            Settings { contents: Contents::Memory(contents), ..Settings::with(doors(&world.acts)) };
        let clock = Clock::default();
        let house = house_of(acts, settings, &clock);
        let subjects: BTreeSet<Id> = acts.iter().map(|act| act.subject.clone()).collect();
        let kinds = acts.iter().filter_map(|act| match &act.change {
            Change::Create { content, .. } => Some((act.subject.clone(), content.kind())),
            _ => None,
        });
        let twins = Twins {
            person: person.cloned(),
            first: acts.to_vec(),
            second: acts.to_vec(),
            seen: subjects.into_iter().collect(),
            hidden: Vec::new(),
            kinds: kinds.collect(),
            versions,
            difference: Difference::Replaced,
            sealed: vec![false; acts.len()],
        };
        Place { router: router(&house), house, clock, twins }
    }
}

/// What was found on a walk.
#[derive(Default)]
pub struct Found {
    /// How many requests were made.
    pub requests: usize,
    /// How many of the answers were pages.
    pub pages: usize,
    /// How often hostile words stood in them as words.
    pub words: usize,
    /// How many answers led elsewhere.
    pub redirections: usize,
    /// The forms that were met, by their shape.
    pub forms: BTreeMap<String, Form>,
    /// What became of words, where it was more than words.
    pub faults: Vec<String>,
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// To its end.
    Done,
    /// To the first fault.
    Fault,
}

impl Found {
    fn fault(&mut self, asked: &Asked, what: &str) {
        self.faults.push(format!("{asked:?}: {what}"));
    }

    /// Looks at an answer.
    fn look(&mut self, asked: &Asked, told: &Told) {
        self.requests += 1;
        let header = |wanted: &str| {
            let found = told.headers.iter().find(|(name, _)| name == wanted);
            found.map_or("", |(_, value)| value.as_str())
        };
        if header("x-content-type-options") != "nosniff"
            || !header("content-security-policy").starts_with("default-src 'none';")
        {
            self.fault(asked, "a header that guards every answer is missing");
        }
        let location = header("location");
        if !location.is_empty() {
            self.redirections += 1;
            let abroad = asked.address.starts_with("/directory/");
            if (!is_ours(location) && !abroad) || location.contains(['<', '>', '"', ' ']) {
                self.fault(asked, &format!("it leads to {location:?}"));
            }
        }
        let name = header("content-disposition").split("filename=").nth(1);
        if let Some(name) = name.and_then(|rest| rest.strip_prefix('"')?.split('"').next())
            && !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ._-()".contains(&byte))
        {
            self.fault(asked, &format!("a file is called {name:?}"));
        }
        let kind = header("content-type").to_owned();
        if let Err(why) = self.body(&kind, &told.body) {
            self.fault(asked, &format!("{} {why}", told.status));
        }
    }

    fn body(&mut self, kind: &str, body: &str) -> Result<(), String> {
        match kind.split(';').next().unwrap_or_default() {
            "text/html" => {
                let page = markup::read(body)?;
                self.pages += 1;
                self.words += page.words;
                for form in page.forms {
                    let fields: Vec<&str> =
                        form.fields.iter().map(|field| field.0.as_str()).collect();
                    let place = form.action.split(['/', '?']).nth(1).unwrap_or_default();
                    let shape = format!("{} {place} {}", form.method, fields.join(" "));
                    self.forms.entry(shape).or_insert(form);
                }
            }
            "application/json" => {
                serde_json::from_str::<Value>(body).map_err(|why| format!("no JSON: {why}"))?;
            }
            "text/csv" => cells_are_words(body)?,
            "text/calendar" => lines_are_properties(body)?,
            "text/event-stream" => {
                for line in body.lines().filter_map(|line| line.strip_prefix("data: ")) {
                    let said: Value =
                        serde_json::from_str(line).map_err(|why| format!("no JSON: {why}"))?;
                    let part = said["html"].as_str().ok_or("an event without a part of a page")?;
                    self.words += markup::read(part)?.words;
                }
            }
            "" | "text/plain" | "text/css" | "text/javascript" | "image/svg+xml" | "image/png"
            | "application/pdf" | "application/zip" | "image/jpeg" => {}
            other => return Err(format!("an answer of the type {other:?}")),
        }
        Ok(())
    }
}

/// No cell of a table begins as a formula does (RFC 4180 for the rest).
fn cells_are_words(table: &str) -> Result<(), String> {
    let (mut quoted, mut begins) = (false, true);
    for letter in table.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => begins = true,
            '=' | '+' | '-' | '@' | '\t' if begins => {
                return Err("a cell that is a formula".into());
            }
            _ => begins = false,
        }
    }
    if quoted { Err("a cell without an end".into()) } else { Ok(()) }
}

/// Every line of a calendar is a property, or goes on with the one before (RFC 5545).
fn lines_are_properties(calendar: &str) -> Result<(), String> {
    for line in calendar.split("\r\n").filter(|line| !line.is_empty()) {
        let name = line.split([':', ';']).next().unwrap_or_default();
        let named = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
            && name.len() < line.len();
        if line.contains(['\r', '\n']) || !(named || line.starts_with(' ')) {
            return Err(format!("a line {line:?}"));
        }
    }
    Ok(())
}

/// Asks all that reads and all that changes, and then sends every form that was met.
pub async fn walk(place: &Place, dice: &mut Dice, each: usize, until: Until) -> Found {
    let mut found = Found::default();
    let token = place.twins.person.clone().map(|person| place.house.sign_in(person));
    let token = token.as_ref().map(headquarters::Token::as_str);
    let tell = async |found: &mut Found, asked: Asked| {
        let told = ask(&place.router, token, &asked).await;
        place.clock.fetch_add(1, Ordering::SeqCst);
        found.look(&asked, &told);
    };
    let mut asked = reading(&place.twins, dice, each);
    // Words that say where to go next, wherever a page might listen to them.
    let words = asked.iter().filter(|asked| !asked.address.contains('?')).flat_map(|asked| {
        let wish =
            format!("?next={0}&back={0}&url={0}&return_to={0}&q={0}", "%2F%2Fhijack.example");
        [Asked { address: format!("{}{wish}", asked.address), ..asked.clone() }]
    });
    let wishes: Vec<Asked> = words.collect();
    asked.extend(wishes.into_iter().step_by(7));
    for asked in asked.into_iter().chain(changing(&place.twins, dice, 3)) {
        tell(&mut found, asked).await;
        if until == Until::Fault && !found.faults.is_empty() {
            return found;
        }
    }
    // Forms lead to further forms.
    let mut sent = BTreeSet::new();
    for _ in 0..3 {
        let forms: Vec<(String, Form)> =
            found.forms.iter().map(|(shape, form)| (shape.clone(), form.clone())).collect();
        for (shape, form) in forms {
            if form.action == "/sign-out" || !sent.insert(shape) {
                continue;
            }
            for all in [false, true, false] {
                tell(&mut found, sending(&form, &form.filled(all, dice))).await;
            }
            if until == Until::Fault && !found.faults.is_empty() {
                return found;
            }
        }
    }
    found
}

fn sending(form: &Form, filled: &str) -> Asked {
    let path = form.action.split(['?', '#']).next().unwrap_or_default();
    if form.method == "post" {
        let body = Some(("application/x-www-form-urlencoded", filled.to_owned()));
        return Asked { method: Method::Post, address: form.action.clone(), body };
    }
    let path = if path.is_empty() { "/commitments" } else { path };
    Asked { method: Method::Get, address: format!("{path}?{filled}"), body: None }
}

/// The worlds whose fields are filled.
pub fn worlds() -> Vec<World> {
    vec![World::grown(2, 160), World::convened(7, 200), World::grown(5, 160)]
}

/// Some of the faults; of a long one, how it begins and how it ends.
pub fn first_few(faults: &[String]) -> String {
    let shortened = |fault: &String| match fault.len() {
        0..=900 => fault.clone(),
        length => {
            let (start, end) =
                (fault.floor_char_boundary(300), fault.ceil_char_boundary(length - 500));
            format!("{} … {}", &fault[..start], &fault[end..])
        }
    };
    faults.iter().take(12).map(shortened).collect::<Vec<_>>().join("\n\n")
}
