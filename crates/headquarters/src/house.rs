//! The house: the state in memory, the writer beside it, and a view for whoever asks.

use crate::connections::{Places, Waits};
use crate::contents::{CONTENT_BYTES_MAX, Contents, ContentsError, Vault};
use crate::directories::Directories;
use crate::drafts::Drafts;
use crate::drawing::{Draughtsman, Turns};
use crate::events::Heard;
use crate::feeds::Feeds;
use crate::groundwork::Groundwork;
use crate::kept::Kept;
use crate::notes::Notes;
use crate::passkeys::Origin;
use crate::post::{Mail, Office, Post};
use crate::reading::Passive;
use crate::rendered::Pages;
use crate::replies::Reply;
use crate::retries::{REMEMBERED_MAX, Retries};
use crate::sign_in::{Challenges, Limits, Persona, Sessions};
use crate::writer::{self, Ask, Done, Job, NotDone, Writing};
use coalition::act::BadAct;
use coalition::{Act, Id, Leaves, State, View, Viewer};
use jiff::{SignedDuration, Timestamp};
use record::{Desk, Log, LogError, Receipt, SigningKey};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{oneshot, watch};

/// Who may come in.
#[derive(Clone, Debug)]
pub enum Doors {
    /// A demonstration on loopback: whoever asks chooses one of these personas.
    Demonstration(Vec<Persona>),
    /// People with passkeys, on pages of this origin.
    Passkeys(Origin),
    /// Nobody: the house is opened to found it, or to read its record.
    Closed,
}

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Fills bytes with randomness.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What a house needs from outside. The clock and the source of randomness are given, so that a
/// test can repeat a day exactly.
#[derive(Clone)]
pub struct Settings {
    /// Who may come in.
    pub doors: Doors,
    /// The directories by which people of some parties come in.
    pub directories: Arc<Directories>,
    /// What lies beside the record; without it, sessions end with the house.
    pub desk: Option<Arc<Desk>>,
    /// The one peer whose word is taken for whom it passes on: a proxy that ends TLS.
    pub proxy: Option<IpAddr>,
    /// How the house sends mail; none where it sends none.
    pub mail: Option<Mail>,
    /// Where the contents of documents lie.
    pub contents: Contents,
    /// The longest content taken, in bytes.
    pub content_bytes_max: u64,
    /// How long the house waits for whoever is at the other end of a connection.
    pub waits: Waits,
    /// Who draws the pages of a PDF that is shown and not handed out, if anybody does.
    pub draughtsman: Option<Arc<dyn Draughtsman>>,
    /// What time it is.
    pub clock: Clock,
    /// Fills bytes with randomness from the system.
    pub entropy: Entropy,
}

impl Settings {
    /// A demonstration with the system's clock and randomness.
    ///
    /// # Panics
    /// When the system has no randomness to give: nothing secret could be made.
    pub fn demonstration(personas: Vec<Persona>) -> Settings {
        Settings::with(Doors::Demonstration(personas))
    }

    /// These doors, with the system's clock and randomness; no desk, no proxy, no mail.
    ///
    /// # Panics
    /// When the system has no randomness to give: nothing secret could be made.
    pub fn with(doors: Doors) -> Settings {
        Settings {
            doors,
            directories: Arc::default(),
            desk: None,
            proxy: None,
            mail: None,
            contents: Contents::Memory(Vec::new()),
            content_bytes_max: CONTENT_BYTES_MAX,
            waits: Waits::default(),
            draughtsman: None,
            clock: Arc::new(Timestamp::now),
            entropy: Arc::new(|bytes| getrandom::fill(bytes).expect("the system gives randomness")),
        }
    }

    pub(crate) fn random<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        (self.entropy)(&mut bytes);
        bytes
    }
}

/// Why a house does not open.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// The record is not whole, or cannot be read.
    #[error(transparent)]
    Record(#[from] LogError),
    /// An act does not read.
    #[error("act {position} of the record does not read: {error}")]
    Act {
        /// Its place.
        position: u64,
        /// Why.
        error: BadAct,
    },
    /// The contents of documents cannot be read, or what is left of others not thrown away.
    #[error(transparent)]
    Contents(#[from] ContentsError),
    /// A demonstration's record behind real doors, or a real one behind those of a demonstration.
    #[error("{0}")]
    OtherDoors(&'static str),
}

/// What readers share with the writer.
pub(crate) struct Shared {
    pub(crate) state: RwLock<State>,
    pub(crate) log: Mutex<Log<Kept>>,
    /// The newest checkpoint, so that reading it waits for no write.
    pub(crate) checkpoint: RwLock<Arc<str>>,
    /// Wakes whoever waits for what is new.
    pub(crate) heard: watch::Sender<Heard>,
}

/// The views kept ready, by person; `None` is the public.
type Views = HashMap<Option<Id>, Seen>;

/// A view that is kept, with what was computed from it.
#[derive(Clone)]
pub(crate) struct Seen {
    /// How many acts the record held when the view was made.
    pub(crate) size: usize,
    pub(crate) view: Arc<View>,
    pub(crate) groundwork: Arc<Groundwork>,
}

impl Seen {
    /// The same, brought forward by what the record has taken in since, at a cost in proportion to
    /// that; `None` where the view has to be made whole.
    fn brought_forward(self, state: &State, person: Option<&Id>) -> Option<Seen> {
        // Nobody else reads most views just now: those are not copied.
        let view = Arc::unwrap_or_clone(self.view);
        let (view, changed) = view.brought_forward(state, person, self.size)?;
        let groundwork = self.groundwork.carried(&changed);
        Some(Seen { size: state.size(), view: Arc::new(view), groundwork })
    }
}

/// A running house. Dropping it waits for what is under way, and closes the record.
pub struct House {
    pub(crate) settings: Settings,
    pub(crate) shared: Arc<Shared>,
    pub(crate) sessions: Sessions,
    pub(crate) feeds: Feeds,
    pub(crate) post: Post,
    pub(crate) challenges: Challenges,
    pub(crate) limits: Limits,
    /// How many streams of events each has.
    pub(crate) listeners: Arc<Places>,
    pub(crate) drafts: Drafts,
    pub(crate) notes: Notes,
    pub(crate) vault: Vault,
    /// What of it browsers may show by themselves.
    pub(crate) passive: Passive,
    pub(crate) turns: Turns,
    writing: Writing,
    views: Mutex<Views>,
    pub(crate) pages: Pages,
    ready: Arc<crate::ready::Kept>,
    verifier: record::VerifierKey,
    /// What makes the codes of credentials.
    pub(crate) credentials: [u8; 32],
    /// Where a page that is sent in parts stands still between them, for as long as a test says.
    #[cfg(test)]
    pub(crate) latch: Mutex<Option<std::sync::mpsc::Receiver<()>>>,
}

/// How many views are kept ready.
const VIEWS_MAX: usize = 1_024;

impl House {
    /// Opens a house on a record: audits it, folds it, and starts the writer. A fresh record and an
    /// old one are opened alike.
    ///
    /// # Errors
    /// [`HouseError`]: nothing is repaired.
    pub fn open(store: Kept, key: SigningKey, settings: Settings) -> Result<House, HouseError> {
        let seeds = settings.random::<24>();
        let seed =
            |at: usize| u64::from_le_bytes(std::array::from_fn(|place| seeds[8 * at + place]));
        let pages = Pages::new([seed(0), seed(1), seed(2)]);
        let verifier = key.verifier().clone();
        let secret = |of: &str| -> [u8; 32] {
            Sha256::digest(format!("{of}\n{}", key.to_secret_text()).as_bytes()).into()
        };
        let (credentials, letters) = (secret("credentials"), secret("letters"));
        let log = Log::open(store, key)?;
        let (state, retries) = recover(&log)?;
        fit_doors(&state, &settings.doors)?;
        let vault = Vault::open(
            settings.contents.clone(),
            settings.desk.clone(),
            &state.versions_kept(),
            &|| settings.random(),
        )?;
        let sessions = Sessions::open(settings.desk.clone());
        let notes = Notes::open(settings.desk.clone());
        let feeds = Feeds::open(settings.desk.clone());
        let office = Office::open(settings.desk.clone()).map_err(LogError::from)?;
        let challenges = Challenges::new(settings.random());
        let checkpoint = RwLock::new(log.checkpoint().text().into());
        let heard = watch::Sender::new(Heard { size: state.size(), closing: false });
        let shared =
            Arc::new(Shared { state: RwLock::new(state), log: Mutex::new(log), checkpoint, heard });
        let writing = writer::start(Arc::clone(&shared), settings.clone(), retries);
        let house = House {
            settings,
            shared,
            sessions,
            feeds,
            post: Post::new(office, letters),
            challenges,
            limits: Limits::default(),
            listeners: Arc::default(),
            drafts: Drafts::default(),
            notes,
            vault,
            passive: Passive::default(),
            turns: Turns::default(),
            writing,
            views: Mutex::default(),
            pages,
            ready: Arc::default(),
            verifier,
            credentials,
            #[cfg(test)]
            latch: Mutex::default(),
        };
        // What came due while nobody was here is told before anybody asks.
        house.publish();
        Ok(house)
    }

    /// The first person of the coalition, as long as nobody has enrolled a passkey.
    pub fn awaited_founder(&self) -> Option<Id> {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).awaited_founder()
    }

    /// How long it is until the next readout is to be published; `None` where none is to come.
    pub(crate) fn until_publication(&self) -> Option<SignedDuration> {
        let state = self.shared.state.read().unwrap_or_else(PoisonError::into_inner);
        state.next_publication().map(|at| self.now().duration_until(at))
    }

    /// Publishes the readouts whose moment has come. A house that is open for nobody leaves it to the
    /// next that is.
    pub fn publish(&self) {
        let due = self.until_publication().is_some_and(|wait| !wait.is_positive());
        if due && !matches!(self.settings.doors, Doors::Closed) {
            // What could not be written is still due the next time.
            drop(self.submit_here(None, Ask::Publish));
        }
    }

    /// Waits to be let go, if a test has set a latch; one whose other end is gone lets everybody go.
    #[cfg(test)]
    pub(crate) fn stand_still(&self) {
        if let Some(latch) = &*self.latch.lock().expect("nobody panics while he waits") {
            let _ = latch.recv();
        }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    /// The public half of the record's key.
    pub fn verifier(&self) -> &record::VerifierKey {
        &self.verifier
    }

    /// The newest checkpoint.
    pub fn checkpoint(&self) -> Arc<str> {
        Arc::clone(&self.shared.checkpoint.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The acts in order, for a view to read.
    pub fn leaves(&self) -> Leaves {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).leaves().clone()
    }

    /// How many acts the record holds.
    pub fn size(&self) -> usize {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).size()
    }

    /// Whether there is a party of this id.
    pub fn has_party(&self, id: &Id) -> bool {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner).has_party(id)
    }

    /// What a person may see now; `None` is the public.
    pub fn view(&self, person: Option<&Id>) -> Arc<View> {
        self.seen(person).view
    }

    /// [`House::view`], with what is kept beside it.
    pub(crate) fn seen(&self, person: Option<&Id>) -> Seen {
        let state = self.shared.state.read().unwrap_or_else(PoisonError::into_inner);
        let size = state.size();
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let key = person.cloned();
        if let Some(seen) = views.get(&key).filter(|seen| seen.size == size) {
            return seen.clone();
        }
        let older = views.remove(&key);
        if let Some(seen) = older.and_then(|seen| seen.brought_forward(&state, person)) {
            return views.entry(key).or_insert(seen).clone();
        }
        drop(views);
        let view = Arc::new(View::of(&state, Viewer::of(&state, person)));
        let seen = Seen { size, view, groundwork: Groundwork::new(&self.ready).into() };
        views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= VIEWS_MAX {
            views.clear();
        }
        views.insert(key, seen.clone());
        seen
    }

    /// Looks through a person's eyes for one question, without keeping the view ready for more.
    pub(crate) fn looking_as<T>(&self, person: &Id, look: impl FnOnce(&View) -> T) -> T {
        let state = self.shared.state.read().unwrap_or_else(PoisonError::into_inner);
        let view = View::through(&state, Viewer::of_person(&state, person));
        look(&view)
    }

    /// Asks the writer for acts, all of one person, one after the other. The answers come when they
    /// are durable.
    pub fn submit(&self, person: Option<Id>, ask: Ask) -> oneshot::Receiver<Result<Done, NotDone>> {
        let (reply, answer) = Reply::for_task();
        self.writing.send(Job { person, wanted: ask.into(), reply });
        answer
    }

    /// [`House::submit`] by a thread that may wait for the disk: where nobody else asks for anything,
    /// it does what is asked itself, which is sooner than having it done.
    pub fn submit_here(
        &self,
        person: Option<Id>,
        ask: Ask,
    ) -> oneshot::Receiver<Result<Done, NotDone>> {
        let (reply, answer) = Reply::for_task();
        self.writing.do_or_send(Job { person, wanted: ask.into(), reply });
        answer
    }

    /// [`House::submit_here`], waiting for the answer. Not for use inside the server.
    ///
    /// # Errors
    /// [`NotDone`]: nothing was recorded.
    pub fn submit_and_wait(&self, person: Option<Id>, ask: Ask) -> Result<Done, NotDone> {
        let (reply, answer) = Reply::for_thread();
        self.writing.do_or_send(Job { person, wanted: ask.into(), reply });
        answer.blocking_recv().unwrap_or(Err(NotDone::Stopped))
    }

    /// The receipt of the act at a place of the record. Reads the store: the salt is only there.
    ///
    /// # Errors
    /// What the record says.
    pub fn receipt(&self, position: u64) -> Result<Receipt, LogError> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).receipt(position)
    }

    /// The hash of the leaf at a place of the record, as public as the tree.
    pub fn leaf_hash(&self, position: u64) -> Option<record::Hash> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).tree().leaf(position)
    }

    /// The proof that the record of `new` acts continues that of `old`.
    ///
    /// # Errors
    /// What the record says.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<record::Hash>, LogError> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).consistency(old, new)
    }
}

/// Whether a record may be opened behind these doors: in a demonstration anybody is anybody, so its
/// acts prove nothing of anyone.
fn fit_doors(state: &State, doors: &Doors) -> Result<(), HouseError> {
    match (doors, state.demonstration()) {
        (Doors::Demonstration(_), Some(false)) => Err(HouseError::OtherDoors(
            "this is the record of a real coalition: `entente serve` runs it, and no demonstration writes into it",
        )),
        (Doors::Passkeys(_), Some(true)) => Err(HouseError::OtherDoors(
            "this is a demonstration's record, in which anybody was anybody: found a coalition with `entente init` in another directory",
        )),
        _ => Ok(()),
    }
}

/// Folds a record into the state, and finds by which keys its last acts were asked for.
fn recover(log: &Log<Kept>) -> Result<(State, Retries), HouseError> {
    let mut state = State::new();
    let mut retries = Retries::default();
    let mut wrong = None;
    let newest = log.size().saturating_sub(REMEMBERED_MAX as u64);
    log.read(0..log.size(), &mut |position, entry| {
        // What was forgotten leaves its place: nothing is known of it any more.
        let Some(content) = entry.content else {
            state.skip();
            return;
        };
        match Act::decode(&content.bytes) {
            Ok(act) => {
                if position >= newest {
                    retries.remember(&act, position);
                }
                state.apply(act, content.bytes.into());
            }
            Err(error) if wrong.is_none() => wrong = Some(HouseError::Act { position, error }),
            Err(_) => {}
        }
    })?;
    wrong.map_or(Ok((state, retries)), Err)
}
