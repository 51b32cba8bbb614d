//! Bodies that are not held in memory: contents that come in, and contents that go out.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::contents::{Intake, NotKept, UnderWay};
use crate::house::House;
use crate::http::headed;
use crate::patience::Paced;
use crate::reading::{Handed, Outgoing, content_type, headers};
use crate::refusals;
use crate::writer::{Ask, Done, NotDone};
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use coalition::act::Change;
use coalition::decide::Asked;
use coalition::{Id, Refusal};
use futures_core::Stream;
use multer::{Constraints, Multipart, SizeLimit};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

/// What a file is called, and the word by which a retry of it is known.
pub(crate) type Naming = fn(&Asking) -> Result<(String, Option<Id>), Refusal>;

/// A route that takes in the content of a document's version.
#[derive(Clone, Copy)]
pub struct Upload {
    /// The document, before anything is taken in.
    pub(crate) to: fn(&Asking) -> Result<Id, Refusal>,
    /// The name of the file, where the body is nothing but the file; else it is a form.
    pub(crate) named: Option<Naming>,
    /// Makes the answer.
    pub(crate) then: fn(&Asking, Result<Done, NotTaken>) -> Answer,
}

/// A route that hands out the content of a version.
#[derive(Clone, Copy)]
pub struct Serving {
    pub(crate) serve: fn(&Asking) -> Result<Outgoing, Refusal>,
}

/// Why a version was not added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    /// The rules do not allow it, or the request does not read.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The content is not kept.
    #[error(transparent)]
    NotKept(#[from] NotKept),
    /// The record took no act.
    #[error(transparent)]
    NotDone(NotDone),
    /// Too much comes in just now.
    #[error("other files are still on their way: send this one when they have arrived")]
    TooMany,
}

impl From<NotDone> for NotTaken {
    fn from(not_done: NotDone) -> NotTaken {
        match not_done {
            NotDone::Refused(refusal) => NotTaken::Refused(refusal),
            other => NotTaken::NotDone(other),
        }
    }
}

impl NotTaken {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            NotTaken::Refused(refusal) => refusals::status(refusal),
            NotTaken::NotKept(NotKept::TooLong(_)) => 413,
            NotTaken::NotKept(NotKept::Unfit(_)) => 415,
            NotTaken::NotKept(NotKept::BrokenOff) => 400,
            NotTaken::NotKept(NotKept::NoRoom) => 507,
            NotTaken::NotKept(NotKept::Failed(_)) | NotTaken::NotDone(_) => 503,
            NotTaken::TooMany => 429,
        }
    }

    /// A short word for machines.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            NotTaken::Refused(refusal) => refusal.code(),
            NotTaken::NotKept(NotKept::TooLong(_)) => "too_long",
            NotTaken::NotKept(NotKept::Unfit(_)) => "unfit",
            NotTaken::NotKept(NotKept::BrokenOff) => "broken_off",
            NotTaken::NotKept(NotKept::NoRoom) => "no_room",
            NotTaken::NotKept(NotKept::Failed(_)) => "not_kept",
            NotTaken::NotDone(_) => "not_written",
            NotTaken::TooMany => "too_often",
        }
    }
}

/// How long what is not wanted is still taken in, so that a browser reads the answer.
const PATIENCE_AFTER: Duration = Duration::from_secs(10);
/// How many pieces may wait for the disk.
const PIECES_WAITING: usize = 4;
/// How long a form may be beside its file, in bytes.
const FORM_BYTES: u64 = 16 << 10;

/// Takes in the content of a version, adds the version to its document, and answers.
pub(crate) async fn upload(asking: Asking, upload: Upload, body: Body) -> Answer {
    let mut body = Paced::new(body, asking.house.settings.waits.stock);
    let taken = receive(&asking, upload, &mut body).await;
    if taken.is_err() {
        let most = asking.house.settings.content_bytes_max;
        let _ = timeout(PATIENCE_AFTER, drain(&mut body, most)).await;
    }
    (upload.then)(&asking, taken)
}

async fn drain(body: &mut Paced, most: u64) {
    let mut taken = 0;
    while let Some(Ok(bytes)) = body.next().await {
        taken += bytes.len() as u64;
        if taken > most {
            break;
        }
    }
}

async fn receive(asking: &Asking, upload: Upload, body: &mut Paced) -> Result<Done, NotTaken> {
    let document = (upload.to)(asking)?;
    let seated = asking.view.viewer().seated().ok_or(Refusal::NotSeated)?;
    let place = asking.house.vault.admit(&seated.person).ok_or(NotTaken::TooMany)?;
    let (person, token) = (seated.person.clone(), asking.token.clone());
    let whose = Whose { person, token, document, _place: place };
    let house = &asking.house;
    match upload.named {
        Some(named) => {
            let (name, key) = named(asking)?;
            let intake = Incoming::begin(house, whose, name, key);
            while let Some(bytes) = body.next().await {
                if !intake.take(bytes.map_err(|_| NotKept::BrokenOff)?).await {
                    break;
                }
            }
            intake.end().await
        }
        None => from_form(asking, whose, body).await,
    }
}

fn unreadable(error: &multer::Error) -> NotTaken {
    match error {
        multer::Error::StreamSizeExceeded { limit }
        | multer::Error::FieldSizeExceeded { limit, .. } => NotKept::TooLong(*limit).into(),
        multer::Error::IncompleteStream
        | multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteHeaders
        | multer::Error::StreamReadFailed(_) => NotKept::BrokenOff.into(),
        _ => Refusal::invalid("body", "this is not the form of this page: open it again").into(),
    }
}

/// A form: the key by which it is known again, and then the file.
async fn from_form(asking: &Asking, whose: Whose, body: &mut Paced) -> Result<Done, NotTaken> {
    let most = asking.house.settings.content_bytes_max;
    let boundary = asking.header("content-type").and_then(|of| multer::parse_boundary(of).ok());
    let boundary = boundary
        .ok_or_else(|| Refusal::invalid("body", "a file is sent as a form: multipart/form-data"))?;
    let sizes = SizeLimit::new()
        .whole_stream(most + FORM_BYTES)
        .per_field(FORM_BYTES)
        // One byte more, so that the file itself is what is too long.
        .for_field("file", most + 1);
    let constraints = Constraints::new().allowed_fields(vec!["key", "file"]).size_limit(sizes);
    let mut form = Multipart::with_constraints(body, boundary, constraints);
    let (mut key, mut intake, mut whose) = (None, None, Some(whose));
    while let Some(mut field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        if field.name() == Some("key") && key.is_none() && intake.is_none() {
            let text = field.text().await.map_err(|error| unreadable(&error))?;
            key = Some(Id::parse(&text).map_err(|why| Refusal::invalid("key", why.to_string()))?);
            continue;
        }
        let Some(whose) = whose.take().filter(|_| field.name() == Some("file")) else {
            return Err(Refusal::invalid("body", "one file is sent at a time").into());
        };
        let name = field.file_name().unwrap_or_default().to_owned();
        let taking = intake.insert(Incoming::begin(&asking.house, whose, name, key.clone()));
        while let Some(bytes) = field.chunk().await.map_err(|error| unreadable(&error))? {
            if !taking.take(bytes).await {
                break;
            }
        }
        if taking.pieces.is_closed() {
            break;
        }
    }
    match intake {
        Some(intake) => intake.end().await,
        None => Err(Refusal::invalid("file", "choose a file").into()),
    }
}

/// Who sends, to which document.
struct Whose {
    person: Id,
    /// His session, which may end meanwhile.
    token: Option<String>,
    document: Id,
    /// Let go when all is done.
    _place: UnderWay,
}

/// A content on its way to the disk, in a thread that may wait for it. What it comes to is done
/// there, too, so that it is finished or thrown away whether or not anybody waits for the answer.
struct Incoming {
    /// A piece, or the end; without the end it was broken off.
    pieces: Sender<Option<Bytes>>,
    work: tokio::task::JoinHandle<Result<Done, NotTaken>>,
}

impl Incoming {
    fn begin(house: &Arc<House>, whose: Whose, name: String, key: Option<Id>) -> Incoming {
        let (pieces, mut coming) = channel::<Option<Bytes>>(PIECES_WAITING);
        let house = Arc::clone(house);
        let work = tokio::task::spawn_blocking(move || {
            let version = Id::from_entropy(house.settings.random());
            let sealing = house.settings.random();
            let most = house.settings.content_bytes_max;
            let mut intake = Intake::begin(&house.vault, version, sealing, most)?;
            loop {
                match coming.blocking_recv() {
                    Some(Some(bytes)) => intake.take(&bytes)?,
                    Some(None) => break,
                    None => return Err(NotKept::BrokenOff.into()),
                }
            }
            let stored = intake.finish(&name)?;
            let person = &whose.person;
            let view = house.view(Some(person));
            let still = house.is_still(whose.token.as_deref(), Some(person), &view);
            attach(&house, (person, still), &whose.document, stored.version, key)
        });
        Incoming { pieces, work }
    }

    /// Hands a piece over; `false` where no more are wanted.
    async fn take(&self, bytes: Bytes) -> bool {
        self.pieces.send(Some(bytes)).await.is_ok()
    }

    async fn end(self) -> Result<Done, NotTaken> {
        // Where it is refused already, that is the answer.
        let _ = self.pieces.send(None).await;
        self.work.await.unwrap_or(Err(NotTaken::NotDone(NotDone::Stopped)))
    }
}

/// Records a version whose content is durable. What the record does not take is thrown away; where it
/// is not known whether it took it, the next start will tell. Whoever is not `still` who he was when his
/// request began adds nothing.
pub(crate) fn attach(
    house: &House,
    (person, still): (&Id, bool),
    document: &Id,
    version: coalition::content::Version,
    key: Option<Id>,
) -> Result<Done, NotTaken> {
    let id = version.id.clone();
    let asked = Asked::made(Some(document.clone()), Change::Attach { version });
    let asked = match key {
        Some(key) => asked.with_key(key),
        None => asked,
    };
    let done = if still {
        house.submit_and_wait(Some(person.clone()), Ask::Read(Box::new(asked)))
    } else {
        Err(NotDone::Refused(Refusal::NotSeated))
    };
    let unwanted = match &done {
        // The answer to the same form sent before: this is its content once more.
        Ok(_) => {
            let state = house.shared.state.read().unwrap_or_else(PoisonError::into_inner);
            !state.versions_kept().contains(&id)
        }
        Err(NotDone::Refused(_)) => true,
        Err(_) => false,
    };
    if unwanted && let Err(error) = house.vault.destroy(&id) {
        eprintln!("entente: a file that was not taken goes at the next start: {error}");
    }
    Ok(done?)
}

/// A content that goes out piece by piece.
struct Pieces(Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_recv(context)
    }
}

/// Answers with a content, or with what is said instead.
pub(crate) async fn content(asking: Asking, serving: Serving) -> Result<Response, Answer> {
    let work = move || {
        (serving.serve)(&asking)
            .unwrap_or_else(|refusal| Outgoing::Instead(refusals::answer(&asking, &refusal)))
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Outgoing::Content(handed)) => Ok(handed_out(*handed)),
        Ok(Outgoing::Instead(answer)) => Err(answer),
        Err(_) => Err(crate::http::failed()),
    }
}

/// Hands out a piece at a time, each once there is room for it: whoever takes them slowly holds no
/// thread.
async fn hand_out(mut handed: Handed, sender: Sender<io::Result<Bytes>>) {
    while let Ok(room) = sender.reserve().await {
        let read = move || {
            let piece = handed.piece();
            (handed, piece)
        };
        // One that is not read is missed: its length was said before.
        let Ok((rest, piece)) = tokio::task::spawn_blocking(read).await else { return };
        handed = rest;
        match piece {
            Ok(Some(piece)) => room.send(Ok(piece.into())),
            Ok(None) => return,
            Err(error) => return room.send(Err(error)),
        }
    }
}

fn handed_out(handed: Handed) -> Response {
    let (version, inline, bytes) = (handed.version.clone(), handed.inline, handed.bytes);
    let (sender, pieces) = channel(PIECES_WAITING);
    tokio::spawn(hand_out(handed, sender));
    let body = Body::from_stream(Pieces(pieces));
    let mut response = headed(200, Some(content_type(version.media)), None, false, &[], body);
    for (name, value) in headers(&version, bytes, inline) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
