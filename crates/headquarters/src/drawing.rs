//! Pages of a PDF as pictures, for papers that are shown and not handed out: what the house asks of
//! whoever draws them, and the line of those who wait for it. Nothing that was drawn is kept.

use crate::house::Settings;
use coalition::act::Change;
use coalition::content::{Content, Document, ReadingMode, Version};
use coalition::{Act, Id, Refusal, View};
use std::collections::HashMap;
use std::io;
use std::ops::RangeInclusive;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest PDF that is drawn, in bytes.
pub const DRAWN_BYTES_MAX: u64 = exchange::found::PDF_BYTES_MAX as u64;
/// How wide a page is drawn, in pixels: A4 at 150 to the inch.
pub(crate) const WIDTH: u32 = 1_240;

/// Draws pages of a PDF. What comes to it is anybody's file, so it is not done in the house's own
/// process.
pub trait Draughtsman: Send + Sync {
    /// How many pages there are, and what is to be known of some of them, counted from 1, before they
    /// are drawn so many pixels wide. Of pages that are not there, nothing is said.
    ///
    /// # Errors
    /// [`NotDrawn`].
    fn survey(
        &self,
        pdf: &[u8],
        pages: RangeInclusive<u32>,
        width: u32,
    ) -> Result<Survey, NotDrawn>;

    /// A page, counted from 1, as a PNG so many pixels wide.
    ///
    /// # Errors
    /// [`NotDrawn`].
    fn draw(&self, pdf: &[u8], page: u32, width: u32) -> Result<Vec<u8>, NotDrawn>;
}

/// What a PDF has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// How many pages.
    pub count: u32,
    /// Those that were asked for.
    pub pages: Vec<Surveyed>,
}

/// A page, before it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surveyed {
    /// How wide the picture will be, in pixels, and how high.
    pub size: (u32, u32),
    /// Its words, a paragraph on each line; `None` where none can be read.
    pub words: Option<String>,
}

/// Why something is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDrawn {
    /// It opens with a password alone.
    #[error("it is locked with a password")]
    Locked,
    /// It is broken, or takes more time or memory than a page may.
    #[error("it is broken, or takes more time or memory than a page may")]
    Unfit,
    /// Nothing can be drawn at this moment, for a reason of the machine.
    #[error("nothing can be drawn on this machine just now: {0}")]
    NotNow(String),
}

/// Whether the house shows a version on its own pages.
pub(crate) fn shows(settings: &Settings, version: &Version) -> bool {
    version.media.is_shown() && (!version.media.is_pdf() || unshown(settings, version).is_none())
}

/// Why this house cannot show a PDF, or a letter: of that, the copy of whoever asks is one.
fn unshown(settings: &Settings, pdf: &Version) -> Option<String> {
    if settings.draughtsman.is_none() {
        Some(WITHOUT.into())
    } else if pdf.bytes > DRAWN_BYTES_MAX {
        Some(format!(
            "the house draws the pages of a PDF of up to {} MiB: this one can only be downloaded",
            DRAWN_BYTES_MAX >> 20
        ))
    } else {
        None
    }
}

/// What a house says that draws no pages.
pub(crate) const WITHOUT: &str = "this house was built without the feature `pages`, by which it draws the pages of a PDF: a PDF can only be downloaded here";

/// Whether the house is able to what an act would have it do: that what is only shown can be shown
/// here. The rules do not know which house they are judged in.
pub(crate) fn able(settings: &Settings, view: &View, act: &Act) -> Result<(), Refusal> {
    let document = || view.find::<Document>(&act.subject);
    let unshown = match &act.change {
        Change::Attach { version } if version.media.is_pdf() => document()
            .filter(|(_, document)| document.reading == ReadingMode::Shown)
            .and_then(|_| unshown(settings, version)),
        Change::Amend { content: Content::Document(said) }
            if said.reading == ReadingMode::Shown =>
        {
            let kept = document().map(|(thing, _)| thing.versions.as_slice()).unwrap_or_default();
            let kept = kept.iter().filter(|attached| attached.destroyed.is_none());
            let mut pdfs = kept.filter(|attached| attached.version.media.is_pdf());
            pdfs.find_map(|attached| unshown(settings, &attached.version))
        }
        _ => None,
    };
    unshown.map_or(Ok(()), |why| Err(Refusal::Conflict(why)))
}

/// How many draw at once.
const AT_ONCE: usize = 2;
/// How many may be drawing or waiting for one person; a browser asks for six pictures at once. The
/// public is one person here.
const WAITING_EACH: usize = 8;
/// How many may be drawing or waiting in all.
const WAITING: usize = 32;
/// How long somebody waits for his turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// The line of those who wait until something is drawn for them.
#[derive(Default)]
pub(crate) struct Turns {
    line: Mutex<Line>,
    free: Condvar,
}

#[derive(Default)]
struct Line {
    drawing: usize,
    /// Room for those papers that nobody has in hand just now.
    spare: Vec<Vec<u8>>,
    /// Who draws or waits, and how often.
    all: HashMap<Option<Id>, usize>,
}

impl Line {
    fn leave(&mut self, whose: &Option<Id>) {
        if let Some(own) = self.all.get_mut(whose) {
            *own -= 1;
            if *own == 0 {
                self.all.remove(whose);
            }
        }
    }
}

impl Turns {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn; `None` where too many wait already, or one has waited long enough.
    pub(crate) fn wait(&self, whose: Option<Id>) -> Option<Turn<'_>> {
        let mut line = self.line();
        let own = line.all.get(&whose).copied().unwrap_or(0);
        if own >= WAITING_EACH || line.all.values().sum::<usize>() >= WAITING {
            return None;
        }
        line.all.insert(whose.clone(), own + 1);
        let (mut line, _) = self
            .free
            .wait_timeout_while(line, PATIENCE, |line| line.drawing >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        if line.drawing >= AT_ONCE {
            line.leave(&whose);
            return None;
        }
        line.drawing += 1;
        let paper = line.spare.pop().unwrap_or_default();
        Some(Turn { turns: self, whose, paper })
    }
}

/// Somebody's turn, until it is dropped; with room for a paper, which is used again by the next. What is
/// given back to an allocator it may keep, for each thread that ever held one.
pub(crate) struct Turn<'t> {
    turns: &'t Turns,
    whose: Option<Id>,
    paper: Vec<u8>,
}

impl Turn<'_> {
    /// Takes a paper in hand, of so many bytes, piece by piece.
    ///
    /// # Errors
    /// Those of the pieces.
    pub(crate) fn read(
        &mut self,
        bytes: u64,
        mut piece: impl FnMut() -> io::Result<Option<Vec<u8>>>,
    ) -> io::Result<&[u8]> {
        self.paper.clear();
        self.paper.reserve_exact(usize::try_from(bytes.min(DRAWN_BYTES_MAX)).unwrap_or_default());
        while let Some(piece) = piece()? {
            self.paper.extend(piece);
        }
        Ok(&self.paper)
    }

    /// The paper in hand.
    pub(crate) fn paper(&self) -> &[u8] {
        &self.paper
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut paper = std::mem::take(&mut self.paper);
        // Nothing of it stays where the next one comes.
        paper.fill(0);
        paper.clear();
        let mut line = self.turns.line();
        line.spare.push(paper);
        line.drawing -= 1;
        line.leave(&self.whose);
        drop(line);
        self.turns.free.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_draw_at_once_so_many_wait_and_the_others_are_told_to_come_back() {
        let turns = Turns::default();
        let person = |name: &str| Some(Id::parse(name).unwrap());
        let first: Vec<_> = (0..AT_ONCE).map(|_| turns.wait(person("anna"))).collect();
        assert!(first.iter().all(Option::is_some), "nobody else is there");
        std::thread::scope(|scope| {
            let waits: Vec<_> = (AT_ONCE..WAITING_EACH)
                .map(|_| scope.spawn(|| turns.wait(person("anna")).is_some()))
                .collect();
            while turns.line().all[&person("anna")] < WAITING_EACH {
                std::thread::yield_now();
            }
            assert!(turns.wait(person("anna")).is_none(), "she has as many as one may");
            let other = scope.spawn(|| turns.wait(None).is_some());
            drop(first);
            assert!(other.join().unwrap(), "nobody pays for another");
            assert!(waits.into_iter().all(|wait| wait.join().unwrap()));
        });
        assert!(turns.line().all.is_empty() && turns.line().drawing == 0);
    }

    #[test]
    fn a_pdf_is_shown_where_it_can_be_drawn() {
        struct Nobody;
        impl Draughtsman for Nobody {
            fn survey(&self, _: &[u8], _: RangeInclusive<u32>, _: u32) -> Result<Survey, NotDrawn> {
                Err(NotDrawn::Unfit)
            }
            fn draw(&self, _: &[u8], _: u32, _: u32) -> Result<Vec<u8>, NotDrawn> {
                Err(NotDrawn::Unfit)
            }
        }
        let version = |content: &[u8], bytes: u64| {
            let id = Id::parse("v1").unwrap();
            Version { bytes, ..crate::version_of(id, "a", content).unwrap() }
        };
        let without = Settings::demonstration(Vec::new());
        let with = Settings { draughtsman: Some(std::sync::Arc::new(Nobody)), ..without.clone() };
        for (content, bytes, here, there) in [
            (&b"%PDF-1.7"[..], DRAWN_BYTES_MAX, true, false),
            (b"%PDF-1.7", DRAWN_BYTES_MAX + 1, false, false),
            (b"text", DRAWN_BYTES_MAX + 1, true, true),
        ] {
            let version = version(content, bytes);
            assert_eq!((shows(&with, &version), shows(&without, &version)), (here, there));
        }
    }

    #[test]
    fn there_is_room_for_as_many_papers_as_are_drawn_at_once_and_it_is_used_again() {
        let turns = Turns::default();
        let read = |turn: &mut Turn<'_>, said: &str| {
            let mut pieces = said.bytes().map(|byte| vec![byte]);
            let read = turn.read(said.len() as u64, || Ok(pieces.next())).map(<[u8]>::to_vec);
            assert_eq!(read.unwrap(), said.as_bytes());
            turn.paper().as_ptr()
        };
        let mut rooms = std::collections::BTreeSet::new();
        for _ in 0..5 {
            let mut both: Vec<_> = (0..AT_ONCE).filter_map(|_| turns.wait(None)).collect();
            assert!(both.iter().all(|turn| turn.paper().is_empty()), "nothing of another's");
            rooms.extend(both.iter_mut().map(|turn| read(turn, "a paper")));
        }
        assert_eq!(rooms.len(), AT_ONCE);
        let mut turn = turns.wait(None).unwrap();
        assert!(turn.read(9, || Err(io::Error::other("it is away"))).is_err());
    }

    #[test]
    fn the_line_is_bounded_whoever_stands_in_it() {
        let turns = Turns::default();
        let mut line = turns.line();
        for number in 0..WAITING {
            line.all.insert(Some(Id::parse(&format!("person-{number}")).unwrap()), 1);
        }
        drop(line);
        assert!(turns.wait(None).is_none());
    }
}
