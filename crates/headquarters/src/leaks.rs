//! Leaks of many kinds, seeded on purpose, one at a time: the simulator shows that it catches each.
//! Compiled with the feature `leaks` only, and silent until one is chosen.

use crate::answer::{Answer, Body};
use crate::asking::Asking;
use crate::house::House;
use coalition::content::{Kind, Standing};
use coalition::{Id, Label, State, Thing, View, Viewer};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

/// The leaks, by name; the names say what is told.
pub const LEAKS: &[&str] = &[
    "the list of commitments is made from the state",
    "the list of meetings is made from the state",
    "an assessment is computed from the state",
    "the coverage of needs is computed from the state",
    "the pages of parties count from the state",
    "disagreements of sources are gathered from the state",
    "the overview tells of every change",
    "the choices in a form name what is hidden",
    "the API lists from the state",
    "the export holds everything",
    "the record opens sealed leaves",
    "rules are judged from the state, so that a refusal names what is hidden",
    "AMBER is shown to every seat",
    "AMBER+STRICT is shown to leads",
    "RED is shown to the author's delegation",
    "GREEN is shown to the public",
    "a thing is shown though what it refers to is hidden",
    "what was withdrawn is shown to everybody",
    "a header counts all things",
    "the entity tag is made from the state",
    "a hidden id is answered 403, a made-up one 404",
    "a header says when the record last changed",
    "the page of a hidden thing says its name in the error",
    "hidden things change the order of a list",
    "a list says how many pages there would be with everything",
    "a cookie carries the number of hidden things",
    "the length of a page grows with what is hidden",
    "a redirect says how many things there are",
    "names of people are shown to whoever sees their acts",
    "items of closed sessions are shown to whoever sees the session",
    "an article is assessed from the state",
    "a followed calendar is made from the state",
    "a followed calendar counts what is hidden in SEQUENCE",
    "a followed calendar says in DTSTAMP when the record last changed",
    "mail is sent for what is hidden",
    "the id of a message counts all acts",
    "the subject of a message tells what is newest in the state",
    "the length of a message grows with what is hidden",
    "documents are listed from the state",
    "papers behind a closed door are shown",
    "who has read a document is shown to whoever sees it",
    "a version of a hidden document is answered as gone",
    "a file for a hidden document is refused by its length",
];

static ACTIVE: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Chooses the leak that is open from now on; `None` closes all.
pub fn choose(leak: Option<usize>) {
    ACTIVE.store(leak.unwrap_or(usize::MAX), Ordering::SeqCst);
}

fn active() -> Option<usize> {
    Some(ACTIVE.load(Ordering::SeqCst)).filter(|leak| *leak < LEAKS.len())
}

/// Whether the leak of this name is open.
fn open(leak: &str) -> bool {
    active().is_some_and(|at| LEAKS[at] == leak)
}

/// The view that a leaking calendar link shows.
pub(crate) fn followed_from(house: &House, view: Arc<View>) -> Arc<View> {
    if !open("a followed calendar is made from the state") {
        return view;
    }
    Arc::new(state(house, |state| View::of_everything(state, view.viewer().clone())))
}

/// A followed calendar, with what leaks in it.
pub(crate) fn followed_calendar(house: &House, view: &View, mut answer: Answer) -> Answer {
    let (before, after) = if open("a followed calendar counts what is hidden in SEQUENCE") {
        let hidden = state(house, |state| view.hidden_count(state));
        ("SEQUENCE:", format!("SEQUENCE:{hidden}"))
    } else if open("a followed calendar says in DTSTAMP when the record last changed") {
        ("DTSTAMP:", format!("DTSTAMP;X-OF={}:", newest_change(house, view)))
    } else {
        return answer;
    };
    if let Body::Other(_, bytes) = &mut answer.body {
        *bytes = String::from_utf8_lossy(bytes).replace(before, &after).into_bytes();
    }
    answer
}

/// Lets the post look at what a person may see, or at everything.
pub(crate) fn posting_as<T>(house: &House, person: &Id, look: impl FnOnce(&View) -> T) -> T {
    if !open("mail is sent for what is hidden") {
        return house.looking_as(person, look);
    }
    look(&state(house, |state| View::of_everything(state, Viewer::of_person(state, person))))
}

/// The id of a message, with what leaks in it.
pub(crate) fn message_id(house: &House, id: String) -> String {
    if open("the id of a message counts all acts") {
        return format!("{id}n{}", house.size());
    }
    id
}

/// A message, with what leaks in it.
pub(crate) fn message(house: &House, view: &View, message: String) -> String {
    if open("the subject of a message tells what is newest in the state") {
        return message.replace("Subject: ", &format!("Subject: {} ", newest_change(house, view)));
    }
    if open("the length of a message grows with what is hidden") {
        return message + &" ".repeat(state(house, |state| view.hidden_count(state)));
    }
    message
}

/// When anything last changed.
fn newest_change(house: &House, view: &View) -> String {
    let all = state(house, |state| View::of_everything(state, view.viewer().clone()));
    let newest =
        Kind::ALL.iter().flat_map(|kind| all.of_kind(*kind)).map(|thing| thing.changed).max();
    newest.map(|at| at.as_second().to_string()).unwrap_or_default()
}

/// What an answer may betray; nothing, while all leaks are closed.
#[derive(Default)]
pub(crate) struct Leaky {
    leak: Option<usize>,
    hidden: usize,
    newest: String,
    /// The name of the thing that the path asks for, if it is hidden.
    asked_for: Option<String>,
    lists: bool,
    /// Whether a version is asked for.
    of_a_version: bool,
    /// Whether a version is sent.
    takes: bool,
}

fn state<T>(house: &House, read: impl FnOnce(&State) -> T) -> T {
    read(&house.shared.state.read().unwrap_or_else(PoisonError::into_inner))
}

/// The view that a leaking handler gets, and what its answer may betray.
pub(crate) fn look(mut asking: Asking, person: Option<&Id>) -> (Asking, Leaky) {
    let Some(leak) = active() else { return (asking, Leaky::default()) };
    let everything =
        state(&asking.house, |state| View::of_everything(state, asking.view.viewer().clone()));
    let hidden = state(&asking.house, |state| asking.view.hidden_count(state));
    let all = || Kind::ALL.iter().flat_map(|kind| everything.of_kind(*kind));
    let newest = all().map(|thing| thing.changed).max();
    let in_path = |id: &Id| asking.path.split('/').any(|part| part == id.as_str());
    let asked_for = all()
        .find(|thing| in_path(&thing.id) && asking.view.get(&thing.id).is_none())
        .map(|thing| thing.content.title().to_owned());
    let leaky = Leaky {
        leak: Some(leak),
        hidden,
        newest: newest.map(|at| at.to_string()).unwrap_or_default(),
        asked_for,
        lists: asking.path.matches('/').count() <= 3 && person.is_some()
            || asking.path.starts_with("/commitments"),
        of_a_version: asking.path.contains("/versions/"),
        takes: asking.path.ends_with("/versions"),
    };
    if let Some(view) = leaking_view(leak, &asking, everything) {
        asking.view = Arc::new(view);
        asking.groundwork = Arc::default();
    }
    (asking, leaky)
}

fn leaking_view(leak: usize, asking: &Asking, everything: View) -> Option<View> {
    let rooms = [
        "/commitments",
        "/meetings",
        "/guarantees",
        "/needs",
        "/parties",
        "/sources",
        "/",
        "/new/",
        "/api/v1/",
        "/api/v1/export",
        "/record",
    ];
    if let Some(room) = rooms.get(leak) {
        let here = if *room == "/" { asking.path == "/" } else { asking.path.starts_with(room) };
        return here.then_some(everything);
    }
    if leak == 30 {
        let assesses = matches!(asking.path.as_str(), "/disclosure" | "/api/v1/disclosure");
        return assesses.then_some(everything);
    }
    if LEAKS[leak] == "documents are listed from the state" {
        return (asking.path == "/documents").then_some(everything);
    }
    let viewer = asking.view.viewer().clone();
    let papers = match LEAKS[leak] {
        "papers behind a closed door are shown" => Some(Kind::Document),
        "who has read a document is shown to whoever sees it" => Some(Kind::Reading),
        _ => None,
    };
    let seated = viewer.seated().cloned();
    let besides = |thing: &Thing| -> bool {
        let label = thing.marking.label;
        match leak {
            12 => label == Label::Amber && seated.is_some(),
            13 => {
                label == Label::AmberStrict
                    && seated.as_ref().is_some_and(|seated| seated.standing == Standing::Lead)
            }
            14 => {
                label == Label::Red
                    && seated
                        .as_ref()
                        .is_some_and(|seated| thing.author.party.as_ref() == Some(&seated.party))
            }
            15 => label == Label::Green && matches!(viewer, Viewer::Public),
            17 => thing.withdrawn(),
            28 => thing.content.kind() == Kind::Person,
            29 => thing.content.kind() == Kind::Item,
            _ => papers == Some(thing.content.kind()),
        }
    };
    let of_the_label = matches!(leak, 12..=17 | 28 | 29) || papers.is_some();
    of_the_label.then(|| {
        state(&asking.house, |state| View::leaking(state, viewer.clone(), leak == 16, besides))
    })
}

/// The view from which a leaking writer decides.
pub(crate) fn decided_from(state: &State, view: View) -> View {
    if active() == Some(11) { View::of_everything(state, view.viewer().clone()) } else { view }
}

impl Leaky {
    /// The answer, with what leaks in it.
    pub(crate) fn tell(&self, answer: Answer) -> Answer {
        if self.asked_for.is_some() && answer.status == 404 {
            match self.leak.map(|leak| LEAKS[leak]) {
                Some("a version of a hidden document is answered as gone") if self.of_a_version => {
                    return answer.with_status(410);
                }
                Some("a file for a hidden document is refused by its length") if self.takes => {
                    return answer.with_status(413);
                }
                _ => {}
            }
        }
        let hidden = self.hidden.to_string();
        match self.leak {
            Some(18) => answer.with_header("x-total-count", hidden),
            Some(19) if answer.status == 200 => {
                answer.with_header("x-entity-tag", format!("\"{hidden}-{}\"", self.newest))
            }
            Some(20) if answer.status == 404 && self.asked_for.is_some() => answer.with_status(403),
            Some(21) => answer.with_header("last-modified", self.newest.clone()),
            Some(22) if answer.status == 404 => {
                with_text(answer, self.asked_for.as_deref().unwrap_or(""))
            }
            Some(23) if self.lists && self.hidden % 2 == 1 => reversed(answer),
            Some(24) if self.lists => {
                with_text(answer, &format!("<!-- page 1 of {} -->", self.hidden / 10))
            }
            Some(25) => answer.with_header("set-cookie", format!("__Host-hidden={hidden}")),
            Some(26) => with_text(answer, &" ".repeat(self.hidden)),
            Some(27) if answer.status == 303 => {
                answer.with_header("x-location", format!("?of={hidden}"))
            }
            _ => answer,
        }
    }
}

fn with_text(mut answer: Answer, text: &str) -> Answer {
    match &mut answer.body {
        Body::Html(body) | Body::Json(body) => body.push_str(text),
        Body::Empty | Body::Other(..) => {}
    }
    answer
}

/// The rows of the first table of a page in the opposite order.
fn reversed(mut answer: Answer) -> Answer {
    if let Body::Html(body) = &mut answer.body
        && let Some((before, rest)) = body.split_once("<tbody")
        && let Some((opening, rest)) = rest.split_once('>')
        && let Some((rows, after)) = rest.split_once("</tbody>")
    {
        let mut turned: Vec<&str> = rows.split_inclusive("</tr>").collect();
        turned.reverse();
        let turned = turned.concat();
        *body = format!("{before}<tbody{opening}>{turned}</tbody>{after}");
    }
    answer
}
