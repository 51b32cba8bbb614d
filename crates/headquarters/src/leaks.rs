//! Leaks of many kinds, seeded on purpose, one at a time: the simulator shows that it catches each.
//! Compiled with the feature `leaks` only, and silent until one is chosen. [`table`] holds them.

pub mod holes;
mod table;

use crate::answer::{Answer, Body};
use crate::asking::Asking;
use crate::house::House;
use coalition::content::{Kind, Reading, Standing};
use coalition::label::{Marked, Seated, may_see};
use coalition::{Id, Refusal, State, Thing, View, Viewer};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
pub use table::LEAKS;

/// A leak.
pub struct Leak {
    /// What is told, by which it is known.
    pub tells: &'static str,
    /// Where the like was seen, as a link; empty where it is our own invention.
    pub seen: &'static str,
    how: How,
}

/// A judgement on a thing by whoever looks.
type Besides = fn(&Viewer, &Thing) -> bool;

/// How a leak comes about.
enum How {
    /// Some answers are made from everything there is; the letterhead stays as it was, so that what
    /// is caught is what they say.
    Everything(fn(&Asking) -> bool),
    /// In some answers, some things are shown besides those of the view.
    Besides(fn(&Asking) -> bool, Besides),
    /// Things are shown though what they refer to is hidden.
    OpenEnds,
    /// In some answers, some things are shown besides those of the view, though what they refer to is
    /// hidden.
    Loose(fn(&Asking) -> bool, Besides),
    /// Nothing is told, and something hidden is looked at all the same.
    Slow(fn(&View, &Asking)),
    /// Whoever looks is taken for somebody who may see more; the view is of everything.
    Taken(fn(&View, &mut Seated)),
    /// What is answered is changed after it was made.
    Answer(fn(&Leaky, Answer) -> Answer),
    /// Whatever asks [`open`] for it.
    Elsewhere,
    /// The same, where nothing is told, and something hidden is looked at.
    SlowElsewhere,
}

impl Leak {
    /// Whether every answer says what it should, and only the work that it takes tells.
    pub fn is_silent(&self) -> bool {
        matches!(self.how, How::Slow(_) | How::SlowElsewhere)
    }
}

static ACTIVE: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Chooses the leak that is open from now on; `None` closes all.
pub fn choose(leak: Option<usize>) {
    ACTIVE.store(leak.unwrap_or(usize::MAX), Ordering::SeqCst);
}

fn active() -> Option<&'static Leak> {
    LEAKS.get(ACTIVE.load(Ordering::SeqCst))
}

/// Whether the leak of this name is open.
pub(crate) fn open(leak: &str) -> bool {
    active().is_some_and(|active| active.tells == leak)
}

/// What an answer may betray; nothing, while all leaks are closed.
#[derive(Default)]
pub(crate) struct Leaky {
    leak: Option<&'static Leak>,
    path: String,
    hidden: usize,
    newest: String,
    /// The name of the thing that the path asks for, if it is hidden.
    asked_for: Option<String>,
    /// The name of the thing that the query asks for, if it is hidden.
    filtered_by: Option<String>,
    lists: bool,
}

fn state<T>(house: &House, read: impl FnOnce(&State) -> T) -> T {
    read(&house.shared.state.read().unwrap_or_else(PoisonError::into_inner))
}

/// The view that a leaking handler gets, and what its answer may betray.
pub(crate) fn look(mut asking: Asking, person: Option<&Id>) -> (Asking, Leaky) {
    let Some(leak) = active() else { return (asking, Leaky::default()) };
    if leak.is_silent() {
        if let How::Slow(look) = &leak.how {
            let viewer = asking.view.viewer().clone();
            state(&asking.house, |state| look(&View::through(state, viewer), &asking));
        }
        return (asking, Leaky::default());
    }
    if let Some(view) = leaking_view(leak, &asking) {
        asking.groundwork = asking.letterheads();
        asking.view = Arc::new(view);
    }
    // What an answer may betray is gathered only for who changes answers.
    if !matches!(leak.how, How::Answer(_)) {
        return (asking, Leaky::default());
    }
    let everything =
        state(&asking.house, |state| View::of_everything(state, asking.view.viewer().clone()));
    let hidden = state(&asking.house, |state| asking.view.hidden_count(state));
    let all = || Kind::ALL.iter().flat_map(|kind| everything.of_kind(*kind));
    let newest = all().map(|thing| thing.changed).max();
    let called = |asked: &dyn Fn(&Id) -> bool| {
        let hidden = |thing: &&Thing| asked(&thing.id) && asking.view.get(&thing.id).is_none();
        all().find(hidden).map(|thing| thing.content.title().to_owned())
    };
    let leaky = Leaky {
        leak: Some(leak),
        path: asking.path.clone(),
        hidden,
        newest: newest.map(|at| at.to_string()).unwrap_or_default(),
        asked_for: called(&|id| asking.path.split('/').any(|part| part == id.as_str())),
        filtered_by: called(&|id| asking.query.iter().any(|(_, value)| value == id.as_str())),
        lists: asking.path.matches('/').count() <= 3 && person.is_some()
            || asking.path.starts_with("/commitments"),
    };
    (asking, leaky)
}

fn leaking_view(leak: &Leak, asking: &Asking) -> Option<View> {
    let viewer = || asking.view.viewer().clone();
    let leaking = |open_ends: bool, besides: &dyn Fn(&Thing) -> bool| {
        state(&asking.house, |state| View::leaking(state, viewer(), open_ends, besides))
    };
    match &leak.how {
        How::Everything(here) => here(asking).then(|| {
            let besides = |thing: &Thing| thing.content.kind() != Kind::Coalition;
            leaking(true, &besides)
        }),
        How::Besides(here, besides) => {
            let viewer = viewer();
            here(asking).then(|| leaking(false, &|thing| besides(&viewer, thing)))
        }
        How::Loose(here, besides) => {
            let viewer = viewer();
            here(asking).then(|| leaking(true, &|thing| besides(&viewer, thing)))
        }
        How::OpenEnds => Some(leaking(true, &|_| false)),
        How::Taken(make) => {
            let Viewer::Seated(mut seated) = viewer() else { return None };
            Some(state(&asking.house, |state| {
                make(&View::of_everything(state, viewer()), &mut seated);
                View::of(state, Viewer::Seated(seated))
            }))
        }
        How::Slow(_) | How::SlowElsewhere | How::Answer(_) | How::Elsewhere => None,
    }
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

/// Who has been given a version to read, the first one first.
fn readers(house: &House, view: &View, version: &Id) -> Vec<Option<Id>> {
    let all = state(house, |state| View::of_everything(state, view.viewer().clone()));
    let mut readings: Vec<&Thing> = all
        .all::<Reading>()
        .filter(|(_, reading)| reading.version == *version)
        .map(|(thing, _)| thing)
        .collect();
    readings.sort_by_key(|thing| (thing.created, thing.id.clone()));
    readings.iter().map(|thing| thing.author.party.clone()).collect()
}

/// Whose copy of a letter somebody gets, where that leaks.
pub(crate) fn copied_for(asking: &Asking, version: &Id, party: Option<Id>) -> Option<Id> {
    let drawn = asking.path.ends_with("/shown") || asking.path.contains("/pages/");
    let readers = || readers(&asking.house, &asking.view, version).into_iter();
    let other = if open("the copy of a letter is that of whoever opened it first") {
        readers().next()
    } else if drawn && open("the pages of a letter are those that were drawn for its last reader") {
        readers().next_back()
    } else {
        None
    };
    other.unwrap_or(party)
}

/// Whether somebody's opening of a paper stands for that of others.
pub(crate) fn opened_by_others(asking: &Asking, version: &Id) -> bool {
    open("an opening of a paper by somebody else stands for one's own")
        && !readers(&asking.house, &asking.view, version).is_empty()
}

/// How many pages a hidden paper has, where that is said to whoever asks for one.
pub(crate) fn counted(asking: &Asking) -> Option<Refusal> {
    if !open("the number of its pages is told of a paper that is hidden") {
        return None;
    }
    let id = |name: &str| Id::parse(asking.param(name)).ok();
    let (document, version) = (id("id")?, id("version")?);
    if asking.view.get(&document).is_some() {
        return None;
    }
    let viewer = asking.view.viewer().clone();
    let all = state(&asking.house, |state| View::of_everything(state, viewer));
    let attached = all.get(&document)?.version(&version)?;
    let mut opener = asking.house.vault.open_content(&attached.version).ok()??;
    let mut pdf = Vec::new();
    while let Some(piece) = opener.piece().ok()? {
        pdf.extend(piece);
    }
    let draughtsman = asking.house.settings.draughtsman.as_deref()?;
    let count = draughtsman.survey(&pdf, 1..=1, crate::drawing::WIDTH).ok()?.count;
    Some(Refusal::invalid("page", format!("it has {count} pages")))
}

/// Whether any leak is open: then pages are made whole, and none is kept.
pub(crate) fn any() -> bool {
    active().is_some()
}

/// The head of somebody's copy, where it counts the others'.
pub(crate) fn headed(asking: &Asking, version: &Id, head: String) -> String {
    if !open("the head of a copy counts who was given the letter before") {
        return head;
    }
    format!("{head} {}", readers(&asking.house, &asking.view, version).len())
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

/// The view from which a leaking writer decides.
pub(crate) fn decided_from(state: &State, view: View) -> View {
    if !open("rules are judged from the state, so that a refusal names what is hidden") {
        return view;
    }
    View::of_everything(state, view.viewer().clone())
}

/// The name of an event, where a leaking stream counts what is hidden.
pub(crate) fn named_event(house: &House, view: &View, tag: String) -> String {
    if !open("the name of an event counts what is hidden") {
        return tag;
    }
    format!("{tag}-{}", state(house, |state| view.hidden_count(state)))
}

/// The first line of a stream, where it says how long the record is.
pub(crate) fn opening(house: &House, opening: String) -> String {
    if !open("a stream says at its start how many acts there are") {
        return opening;
    }
    format!("retry: {}\n\n", 1_000 + house.size())
}

/// Whether an act that a listener is not told of puts off the line that says nothing.
pub(crate) fn puts_off() -> bool {
    open("an act that nobody is told of puts off the line that says nothing")
}

/// Whether a stream tells what it told before, because something was done.
pub(crate) fn tells_of_every_act() -> bool {
    open("a stream tells the same again when something hidden is done")
}

/// The id of an event, where a stream numbers its events by the acts of the record.
pub(crate) fn numbered_event(house: &House, tag: String) -> String {
    if !open("the ids of a stream's events count all acts") {
        return tag;
    }
    format!("{tag}-{}", house.size())
}

/// Looks at somebody before it is known whether anybody has the key that he comes with.
pub(crate) fn looked_up(house: &House, person: &Id) {
    if open("a link or a passkey is refused sooner for somebody unknown than for somebody known") {
        house.looking_as(person, |view| view.get(person).is_some());
    }
}

impl Leaky {
    /// The answer, with what leaks in it.
    pub(crate) fn tell(&self, answer: Answer) -> Answer {
        match self.leak {
            Some(Leak { how: How::Answer(change), .. }) => change(self, answer),
            _ => answer,
        }
    }
}

fn with_text(mut answer: Answer, text: &str) -> Answer {
    match &mut answer.body {
        Body::Html(body) | Body::Json(body) => body.push_str(text),
        Body::Other(_, bytes) => bytes.extend(text.as_bytes()),
        Body::Empty => {}
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

fn seated_as(viewer: &Viewer, is: fn(Standing) -> bool) -> bool {
    viewer.seated().is_some_and(|seated| is(seated.standing))
}

/// Judges everything of a kind, and says nothing of it.
fn looked_at(all: &View, kind: Kind) {
    let _shown = all.of_kind(kind).count();
}

/// Whether the label alone would show a thing, if no door were closed.
fn shown_at_open_doors(viewer: &Viewer, thing: &Thing) -> bool {
    let marked = Marked {
        marking: &thing.marking,
        author: thing.author.person.as_ref(),
        origin: thing.author.party.as_ref(),
        session: thing.content.session(),
        shut: false,
        embargoed: true,
        concerns_viewer: false,
    };
    may_see(viewer, marked)
}
