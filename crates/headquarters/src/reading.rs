//! Reading a document: what stands in the way, the act that says that somebody was given it, and the
//! content after that, for as long as he may have it.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::contents::{Opener, Vault, names};
use crate::drawing::Turn;
use crate::house::House;
use crate::letters;
use crate::refusals;
use crate::sign_in::Whose;
use crate::writer::{Ask, NotDone};
use coalition::act::Change;
use coalition::content::{Document, Media, Reading, ReadingMode, Session, Version};
use coalition::state::Attached;
use coalition::{Content, Id, Label, Marking, Refusal, Thing, View};
use exchange::found::{PDF_BYTES_MAX, is_passive};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A version of a document that the asker sees.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'v> {
    pub(crate) thing: &'v Thing,
    pub(crate) document: &'v Document,
    pub(crate) attached: &'v Attached,
}

/// The version that the path names. What is hidden, what never was, and a version of another document
/// are one case.
pub(crate) fn wanted(asking: &Asking) -> Result<Wanted<'_>, Refusal> {
    let (thing, document) = asking.find::<Document>("id")?;
    let version = Id::parse(asking.param("version")).ok();
    let attached = version.and_then(|version| thing.version(&version));
    let attached = attached.ok_or(Refusal::NotFound(Some(coalition::Kind::Document)))?;
    Ok(Wanted { thing, document, attached })
}

/// Why a version cannot be read by anybody at this moment, if it cannot.
pub(crate) fn closed(wanted: Wanted<'_>, now: Timestamp) -> Option<&'static str> {
    if wanted.attached.destroyed.is_some() {
        Some(
            "the content of this version was destroyed: the record keeps its hash, and nothing else is left of it",
        )
    } else if wanted.thing.withdrawn() {
        Some("this document was withdrawn: it is not served")
    } else if wanted.document.expired(now) {
        Some("this document has expired: it is not served")
    } else {
        None
    }
}

/// Whether it is recorded that somebody read this: always, but where everybody may.
fn recorded(view: &View, wanted: Wanted<'_>) -> bool {
    let session = wanted.document.session.as_ref().and_then(|id| view.find::<Session>(id));
    wanted.thing.marking.label != Label::Clear || session.is_some_and(|(_, session)| session.shut)
}

/// How somebody is answered who asks for a content.
pub(crate) enum Outgoing {
    /// With something else.
    Instead(Answer),
    /// With the content.
    Content(Box<Handed>),
}

/// Where what is handed out comes from.
pub(crate) enum Source {
    /// From where it lies sealed.
    Sealed(Opener<Box<dyn Read + Send>>),
    /// It was set for whoever asks; what is left of it.
    Set(Vec<u8>),
}

/// How much of what was set goes out at once, in bytes.
const PIECE_BYTES: usize = 64 << 10;

impl Source {
    /// The next piece; `None` after the last.
    pub(crate) fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self {
            Source::Sealed(opener) => opener.piece(),
            Source::Set(left) if left.is_empty() => Ok(None),
            Source::Set(left) => {
                let rest = left.split_off(left.len().min(PIECE_BYTES));
                Ok(Some(std::mem::replace(left, rest)))
            }
        }
    }
}

/// A content on its way out.
pub(crate) struct Handed {
    pub(crate) source: Source,
    /// How long it is.
    pub(crate) bytes: u64,
    pub(crate) version: Version,
    /// Whether a browser is to show it.
    pub(crate) inline: bool,
    pub(crate) watch: Watch,
}

impl Handed {
    /// The next piece; `None` at the end. What a room's door hides, it hides in the middle of a file,
    /// too.
    pub(crate) fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.watch.goes_on() {
            self.source.piece()
        } else {
            Err(io::Error::other("it is not for this reader any more"))
        }
    }
}

/// Who is given what, so that it stops when he may not have it any more.
pub(crate) struct Watch {
    house: Arc<House>,
    person: Option<Id>,
    /// The delegation for which he is given it: a letter's copy is nobody else's.
    party: Option<Id>,
    token: Option<String>,
    document: Id,
    version: Id,
    size: usize,
}

impl Watch {
    /// Whether it goes on. Asks the view again only when the record has grown; a session ends without
    /// an act.
    pub(crate) fn goes_on(&mut self) -> bool {
        let (size, token) = (self.house.size(), self.token.as_deref());
        if size == self.size {
            return token.is_none_or(|token| self.house.session(token).is_some());
        }
        self.size = size;
        let view = self.house.view(self.person.as_ref());
        let party = view.viewer().seated().map(|seated| &seated.party);
        if !self.house.is_still(token, self.person.as_ref(), &view) || party != self.party.as_ref()
        {
            return false;
        }
        let Some((thing, document)) = view.find::<Document>(&self.document) else { return false };
        let attached = thing.version(&self.version);
        attached.is_some_and(|attached| {
            closed(Wanted { thing, document, attached }, self.house.now()).is_none()
        })
    }
}

/// How long somebody who has opened a paper may turn its pages before that is another opening.
const OPENING: SignedDuration = SignedDuration::from_hours(1);

/// Whether it is in the record that the asker was given the whole of a version a while ago, in the
/// delegation for which he sits now: another one's copy of a letter is another one.
fn opened(asking: &Asking, wanted: Wanted<'_>) -> bool {
    let Some(seated) = asking.view.viewer().seated() else { return false };
    #[cfg(feature = "leaks")]
    if crate::leaks::opened_by_others(asking, &wanted.attached.version.id) {
        return true;
    }
    asking.view.all::<Reading>().any(|(thing, reading)| {
        reading.version == wanted.attached.version.id
            && reading.page.is_none()
            && thing.author.person.as_ref() == Some(&seated.person)
            && thing.author.party.as_ref() == Some(&seated.party)
            && asking.now < thing.created + OPENING
    })
}

/// [`begin`], for what is sent in many answers, such as pictures of pages: of all that is opened within
/// an hour there is one reading.
pub(crate) fn opening(asking: &Asking, wanted: Wanted<'_>) -> Result<Outgoing, Refusal> {
    let noted = opened(asking, wanted);
    hand(asking, wanted, None, false, noted)
}

/// Begins to read a version: when this returns its content, it is durably in the record that the asker
/// was given it, where that is recorded. Waits for the disk.
pub(crate) fn begin(
    asking: &Asking,
    wanted: Wanted<'_>,
    page: Option<u32>,
    inline: bool,
) -> Result<Outgoing, Refusal> {
    hand(asking, wanted, page, inline, false)
}

/// [`begin`]; what is `noted` already is not recorded again.
fn hand(
    asking: &Asking,
    wanted: Wanted<'_>,
    page: Option<u32>,
    inline: bool,
    noted: bool,
) -> Result<Outgoing, Refusal> {
    if let Some(why) = closed(wanted, asking.now) {
        return Err(Refusal::Conflict(why.into()));
    }
    let house = &asking.house;
    let version = &wanted.attached.version;
    let (source, bytes) = match source(asking, wanted) {
        Ok(source) => source?,
        Err(error) => return Ok(Outgoing::Instead(unreadable(asking, &error))),
    };
    let seated = asking.view.viewer().seated();
    let (person, party) =
        seated.map(|seated| (seated.person.clone(), seated.party.clone())).unzip();
    if let Some(person) = person.as_ref().filter(|_| !noted && recorded(&asking.view, wanted)) {
        // A demonstration is on loopback, for one.
        if house.origin().is_some()
            && !house.limits.admit(&Whose::Person(person.clone()), asking.now)
        {
            return Ok(Outgoing::Instead(too_often(asking)));
        }
        let reading =
            Reading { document: wanted.thing.id.clone(), version: version.id.clone(), page };
        let change = Change::Create {
            content: Content::Reading(reading),
            // The rules say who may see it.
            marking: Marking::plain(Label::AmberStrict),
        };
        let ask = Ask::Made { subject: None, change: Box::new(change) };
        match house.submit_and_wait(Some(person.clone()), ask) {
            Ok(_) => {}
            Err(NotDone::Refused(refusal)) => return Err(refusal),
            Err(other) => return Ok(Outgoing::Instead(refusals::not_done(asking, &other))),
        }
    }
    let watch = Watch {
        house: Arc::clone(house),
        token: asking.token.clone().filter(|_| person.is_some()),
        person,
        party,
        document: wanted.thing.id.clone(),
        version: version.id.clone(),
        // Not as it is now: whatever came since the view was cut is looked at before the first byte.
        size: 0,
    };
    let version = version.clone();
    Ok(Outgoing::Content(Box::new(Handed { source, bytes, version, inline, watch })))
}

/// What is handed out, and how long it is. A letter is set before it is recorded that somebody was
/// given it: if it cannot be, he was not.
fn source(asking: &Asking, wanted: Wanted<'_>) -> io::Result<Result<(Source, u64), Refusal>> {
    let version = &wanted.attached.version;
    let Some(opener) = asking.house.vault.open_content(version)? else {
        return Ok(Err(Refusal::Conflict(
            "the content of this version is not in this house: restore it from a backup".into(),
        )));
    };
    if version.media != Media::Letter {
        return Ok(Ok((Source::Sealed(opener), version.bytes)));
    }
    Ok(letters::copy(asking, wanted, opener)?.map(|pdf| {
        let bytes = pdf.len() as u64;
        (Source::Set(pdf), bytes)
    }))
}

fn unreadable(asking: &Asking, error: &io::Error) -> Answer {
    eprintln!("entente: the content of a document cannot be read: {error}");
    refusals::failure(asking, "its content cannot be read where it lies")
}

fn too_often(asking: &Asking) -> Answer {
    refusals::too_often(asking)
}

/// A version handed out as a file.
pub(crate) fn download(asking: &Asking) -> Result<Outgoing, Refusal> {
    let wanted = wanted(asking)?;
    if wanted.document.reading == ReadingMode::Shown {
        return Err(Refusal::NotAllowed("this document is shown page by page, and not handed out"));
    }
    begin(asking, wanted, None, false)
}

/// A version as a browser shows it by itself: pictures, and a PDF that may be downloaded.
pub(crate) fn inline(asking: &Asking) -> Result<Outgoing, Refusal> {
    let wanted = wanted(asking)?;
    let shown = match wanted.attached.version.media {
        Media::Png | Media::Jpeg => true,
        Media::Pdf | Media::Letter => wanted.document.reading == ReadingMode::Download,
        Media::Plain | Media::Odt | Media::Docx | Media::Xlsx => false,
    };
    if !shown {
        return Err(Refusal::Conflict("browsers do not show this by themselves".into()));
    }
    let Some(passive) = is_plain(asking, &wanted.attached.version) else {
        return Ok(Outgoing::Instead(refusals::busy(asking)));
    };
    if !passive {
        return Err(Refusal::Conflict(
            "this PDF holds scripts or forms that a browser would run, or may hide some: download it".into(),
        ));
    }
    begin(asking, wanted, None, true)
}

/// Whether a version may be shown by a browser itself: it does nothing of its own. `None` while others
/// are looked through. Of a letter there is nothing to look through: the house sets its copies.
fn is_plain(asking: &Asking, version: &Version) -> Option<bool> {
    let house = &asking.house;
    if version.media != Media::Pdf {
        return Some(true);
    }
    if version.bytes > PDF_BYTES_MAX as u64 {
        return Some(false);
    }
    if let Some(passive) = house.passive.known(&version.id) {
        return Some(passive);
    }
    // It is in memory whole, so it waits for its turn as one that is drawn.
    let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
    let mut turn = house.turns.wait(person)?;
    Some(house.passive.looked_through(&house.vault, version, &mut turn))
}

/// Which versions only show something. A version never changes, so each is looked through once.
#[derive(Default)]
pub(crate) struct Passive(Mutex<HashMap<Id, bool>>);

impl Passive {
    fn all(&self) -> MutexGuard<'_, HashMap<Id, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, version: &Id) -> Option<bool> {
        self.all().get(version).copied()
    }

    /// Looks a PDF through. What cannot be read is left to whoever reads it for somebody.
    fn looked_through(&self, vault: &Vault, version: &Version, turn: &mut Turn<'_>) -> bool {
        if let Some(passive) = self.known(&version.id) {
            return passive;
        }
        let Ok(Some(mut opener)) = vault.open_content(version) else { return true };
        let Ok(whole) = turn.read(version.bytes, || opener.piece()) else { return true };
        let passive = is_passive(whole);
        self.all().insert(version.id.clone(), passive);
        passive
    }
}

/// The headers of a content.
pub(crate) fn headers(version: &Version, bytes: u64, inline: bool) -> [(&'static str, String); 5] {
    // Whatever is in it runs nothing and loads nothing. A browser's viewer of PDF does not start in a
    // sandbox, and has one of its own.
    let policy = if inline && version.media.is_pdf() {
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    };
    [
        ("content-security-policy", policy.into()),
        ("content-disposition", names::disposition(version.name.as_str(), inline)),
        ("content-length", bytes.to_string()),
        ("cache-control", "private, no-store".into()),
        ("accept-ranges", "none".into()),
    ]
}

/// The type by which a content is sent.
pub(crate) fn content_type(media: Media) -> &'static str {
    match media {
        Media::Plain => "text/plain; charset=utf-8",
        Media::Letter => Media::Pdf.key(),
        other => other.key(),
    }
}
