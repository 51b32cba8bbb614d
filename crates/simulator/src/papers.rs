//! Papers of the worlds: their versions, and who has read them.

use super::World;
use coalition::act::Change;
use coalition::content::{Document, Media, Purpose, Reading, ReadingMode, Version};
use coalition::text::Text;
use coalition::{Content, Id, Kind, View};
use jiff::ToSpan;

impl World {
    pub(super) fn paper(&mut self, view: &View, kind: Kind) -> Option<Content> {
        if kind == Kind::Reading {
            let document = self.some(view, Kind::Document)?;
            let versions = &view.get(&document)?.versions;
            let version = versions.first()?.version.id.clone();
            return Some(Content::Reading(Reading { document, version, page: None }));
        }
        let session = self.perhaps(view, Kind::Session);
        let meeting = if session.is_some() { None } else { self.perhaps(view, Kind::Meeting) };
        Some(Content::Document(Document {
            title: self.name("Paper"),
            meeting,
            session,
            purpose: if self.dice.one_in(3) { Purpose::Invitation } else { Purpose::Paper },
            reading: *self.dice.pick(ReadingMode::ALL),
            expires: self.dice.one_in(5).then(|| self.now + 960.hours()),
            note: self.text(),
        }))
    }

    /// A paper given, a version of one added or destroyed, or one read.
    pub(super) fn office(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        let kind = match self.dice.below(4) {
            0 => Kind::Document,
            1 => Kind::Reading,
            _ => return self.version(view),
        };
        let content = self.paper(view, kind)?;
        Some((None, Change::Create { content, marking: self.marking(view) }))
    }

    /// A version added, or destroyed.
    fn version(&mut self, view: &View) -> Option<(Option<Id>, Change)> {
        let document = self.some(view, Kind::Document)?;
        let versions = &view.get(&document)?.versions;
        let change = if !versions.is_empty() && self.dice.one_in(4) {
            let version = self.dice.pick(versions).version.id.clone();
            Change::Destroy { version, reason: Text::default() }
        } else {
            let id = Id::from_entropy(self.dice.entropy());
            let bytes = content_of(&id).len() as u64;
            let name = self.name("file");
            let media = *self.dice.pick(&[
                Media::Plain,
                Media::Plain,
                Media::Png,
                Media::Pdf,
                Media::Letter,
                Media::Letter,
            ]);
            let hash = self.encoded();
            Change::Attach { version: Version { id, hash, bytes, media, name } }
        };
        Some((Some(document), change))
    }
}

/// What every letter of these worlds says, with its wordings.
pub fn letter() -> String {
    let place =
        |of: usize| format!("In room {of} delegations [[meet | gather]] at {of} o'clock.\n\n");
    (0..16).map(place).collect()
}

/// What every other version of these worlds holds.
pub fn content_of(version: &Id) -> Vec<u8> {
    format!("What the version {version} says.\n").into_bytes()
}
