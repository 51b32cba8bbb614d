//! Letters that the house keeps: the wordings that an author approved, and the secret from which each
//! delegation's copy follows. A copy is set when somebody of the delegation opens the letter, and is
//! the same each time. There is no list of who has which, and nobody is ever given the secret: it lies
//! sealed with the letter, and is destroyed with its key.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::contents::{NotKept, Opener, letter_kept};
use crate::reading::Wanted;
use crate::refusals;
use crate::streams::{NotTaken, attach};
use crate::writer::Done;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::content::{Document, Media, Party, Reading};
use coalition::state::Attached;
use coalition::{Id, Label, Refusal, Thing, View, decide};
use exchange::found::Found;
use exchange::letter::{STATIONERY, Stationery, plain_pdf, unprintable};
use exchange::marked::{Choices, Marks, SAME_BY_CHANCE_MAX, Suspect, Template, Trace, trace};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// What is kept is filled up to a multiple of this many bytes: its length, which the record says, tells
/// little of how many wordings there are.
const ROUND_BYTES: usize = 4 << 10;
/// The most that is read of what should be a letter, in bytes.
const KEPT_BYTES_MAX: usize = 1 << 20;
/// Copies of which the false accusation is larger are not told.
const TOLD_MAX: f64 = 0.1;
/// With how many letters something that was found is compared: the newest.
pub(crate) const LETTERS_MAX: usize = 20;

/// A letter as it lies sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    stationery: u8,
    letter: String,
    visible: bool,
    secret: String,
}

/// A letter that the house keeps.
pub(crate) struct Letter {
    template: Template,
    text: String,
    visible: bool,
    secret: [u8; 32],
}

impl Letter {
    /// A letter with the wordings that its author approved, if its copies can be told apart and
    /// printed; else what to do about it. `visible`: a line at the foot says whose copy it is.
    pub(crate) fn approved(text: &str, visible: bool, secret: [u8; 32]) -> Result<Letter, String> {
        Ok(Letter { template: template(text)?, text: text.to_owned(), visible, secret })
    }

    /// As it is sealed.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let written = Written {
            stationery: STATIONERY,
            letter: self.text.clone(),
            visible: self.visible,
            secret: URL_SAFE_NO_PAD.encode(self.secret),
        };
        let mut bytes = serde_json::to_vec(&written).expect("strings and numbers are JSON");
        bytes.resize(bytes.len().next_multiple_of(ROUND_BYTES), b' ');
        bytes
    }

    /// What [`Letter::to_bytes`] made.
    fn read(bytes: &[u8]) -> io::Result<Letter> {
        let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| bad(&error.to_string()))?;
        if written.stationery > STATIONERY {
            return Err(bad("a newer Entente wrote this letter"));
        }
        let secret = URL_SAFE_NO_PAD.decode(&written.secret).ok();
        let secret = secret.and_then(|secret| secret.try_into().ok());
        Ok(Letter {
            template: Template::parse(&written.letter).map_err(|error| bad(&error.to_string()))?,
            secret: secret.ok_or_else(|| bad("the letter has no secret"))?,
            text: written.letter,
            visible: written.visible,
        })
    }

    fn opened(mut opener: Opener<Box<dyn Read + Send>>) -> io::Result<Letter> {
        let mut bytes = Vec::new();
        while let Some(piece) = opener.piece()? {
            bytes.extend(piece);
            if bytes.len() > KEPT_BYTES_MAX {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "too long for a letter"));
            }
        }
        Letter::read(&bytes)
    }

    /// What tells a delegation's copy from all others: drawn as if by chance, whatever the others have,
    /// and the same each time.
    pub(crate) fn marks(&self, party: &Id) -> Marks {
        let mut seed =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        seed.update(party.as_str().as_bytes());
        self.template.mark(draws(seed.finalize().into_bytes().into()))
    }

    /// The copy of a delegation, by its id and name. Whoever has no seat gets the first wordings,
    /// without marks.
    fn pdf(&self, to: Option<(&Id, &str)>, around: Stationery<'_>) -> Vec<u8> {
        let Some((party, name)) = to else {
            let unmarked = Marks { choices: Choices(Vec::new()), lines: None };
            return self.template.pdf(&unmarked, &around);
        };
        let named = if unprintable(name).is_none() { name } else { party.as_str() };
        let visible = self.visible.then(|| format!("Copy for {named}"));
        let around = Stationery { visible: visible.as_deref(), ..around };
        self.template.pdf(&self.marks(party), &around)
    }
}

/// A text with wordings, if copies of it can be told apart and printed; else what to do.
pub(crate) fn template(letter: &str) -> Result<Template, String> {
    if letter.trim().is_empty() {
        return Err("Paste the letter".to_owned());
    }
    let template = Template::parse(letter)
        .map_err(|error| format!("{error}. Variants are written [[one wording | another]]"))?;
    for (number, line) in (1..).zip(letter.lines()) {
        if let Some(missing) = unprintable(line) {
            return Err(format!(
                "Line {number}: “{missing}” cannot be printed: the house has Latin, Greek and Cyrillic letters"
            ));
        }
    }
    if template.same_by_chance() > SAME_BY_CHANCE_MAX {
        return Err("Give more places variants: fourteen with two wordings each are the least that tells copies apart once somebody types them anew; forty withstand being retold".to_owned());
    }
    Ok(template)
}

/// Numbers from a seed, as many as are wanted: its hashes with a counter.
pub(crate) fn draws(seed: [u8; 32]) -> impl FnMut() -> u64 {
    let mut counter = 0_u64;
    move || {
        counter += 1;
        let hash = Sha256::new().chain_update(seed).chain_update(counter.to_be_bytes()).finalize();
        u64::from_le_bytes(hash[..8].try_into().expect("a hash is longer than eight bytes"))
    }
}

/// The parties that the asker can see, by name.
pub(crate) fn parties(view: &View) -> Vec<(Id, String)> {
    let mut all: Vec<(Id, String)> = view
        .all::<Party>()
        .map(|(thing, party)| (thing.id.clone(), party.name.to_string()))
        .collect();
    all.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    all
}

/// What the house keeps of a letter with these wordings, for generated worlds; `None` where it would
/// not take it.
pub fn letter_of(text: &str, secret: [u8; 32]) -> Option<Vec<u8>> {
    Letter::approved(text, true, secret).ok().map(|letter| letter.to_bytes())
}

/// The wording of a delegation's copy of such a letter, for generated worlds.
pub fn copy_of(text: &str, secret: [u8; 32], party: &Id) -> Option<String> {
    let letter = Letter::approved(text, true, secret).ok()?;
    Some(letter.template.copy(&letter.marks(party).choices))
}

/// Keeps a letter as a version of a document: it is durable, and then its key, before the record
/// speaks of it.
pub(crate) fn keep(
    asking: &Asking,
    document: &Id,
    key: Option<Id>,
    (text, visible): (&str, bool),
) -> Result<Done, NotTaken> {
    let house = &asking.house;
    let seated = asking.view.viewer().seated().ok_or(Refusal::NotSeated)?;
    let (_, of) = asking
        .view
        .find::<Document>(document)
        .ok_or(Refusal::NotFound(Some(coalition::Kind::Document)))?;
    let letter = Letter::approved(text, visible, house.settings.random())
        .map_err(|why| Refusal::invalid("letter", why))?;
    let version = Id::from_entropy(house.settings.random());
    let sealing = house.settings.random();
    let kept = letter_kept(&house.vault, version, sealing, &letter.to_bytes(), of.title.as_str())
        .map_err(NotKept::from)?;
    attach(house, (&seated.person, true), document, kept, key)
}

/// The copy of whoever asks, as PDF.
pub(crate) fn copy(
    asking: &Asking,
    wanted: Wanted<'_>,
    opener: Opener<Box<dyn Read + Send>>,
) -> io::Result<Result<Vec<u8>, Refusal>> {
    let letter = Letter::opened(opener)?;
    let from = asking.coalition_name();
    if let Some(missing) = unprintable(&from) {
        return Ok(Err(Refusal::Conflict(format!(
            "the coalition’s name holds “{missing}”, and the house prints Latin, Greek and Cyrillic letters only"
        ))));
    }
    let party = asking.view.viewer().seated().map(|seated| seated.party.clone());
    #[cfg(feature = "leaks")]
    let party = crate::leaks::copied_for(asking, &wanted.attached.version.id, party);
    let name = party.as_ref().map(|party| asking.view.name_of(party));
    #[cfg(feature = "leaks")]
    let from = crate::leaks::headed(asking, &wanted.attached.version.id, from);
    let around = Stationery {
        from: &from,
        title: wanted.document.title.as_str(),
        label: wanted.thing.marking.label.as_str(),
        visible: None,
    };
    Ok(Ok(letter.pdf(party.as_ref().zip(name.as_deref()), around)))
}

/// A letter compared with something that was found.
pub(crate) struct Traced<'v> {
    /// The document.
    pub(crate) thing: &'v Thing,
    /// Which version of it is the letter.
    pub(crate) attached: &'v Attached,
    /// What the comparison shows; copies are counted as `parties` stand.
    pub(crate) told: Trace,
}

impl Traced<'_> {
    /// The copies that fit so well that it may be told, the likeliest first. Of the others nothing is
    /// said: whoever traces made-up texts would learn how their copies are worded.
    pub(crate) fn fitting(&self) -> impl Iterator<Item = &Suspect> {
        self.told.suspects.iter().filter(|of| of.false_accusation <= TOLD_MAX)
    }

    /// When a delegation was first given the letter, as far as the view says.
    pub(crate) fn opened(&self, view: &View, party: &Id) -> Option<Timestamp> {
        let readings = view.all::<Reading>().filter(|(thing, reading)| {
            reading.version == self.attached.version.id
                && thing.author.party.as_ref() == Some(party)
        });
        readings.map(|(thing, _)| thing.created).min()
    }
}

/// The narrowest label of what a sheet says: that of the sheet.
pub(crate) fn narrowest<'t>(said: impl IntoIterator<Item = &'t Thing>) -> Label {
    said.into_iter().map(|thing| thing.marking.label).min().unwrap_or(Label::Red)
}

/// A sheet without marks, which the house writes from what whoever asks may see.
pub(crate) struct Sheet<'a> {
    /// Its title, for readers of the file.
    pub(crate) title: &'a str,
    /// What the file is called.
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) text: &'a str,
}

impl Sheet<'_> {
    /// As PDF, under a label.
    pub(crate) fn answer(&self, asking: &Asking, label: Label) -> Result<Answer, Refusal> {
        let from = asking.coalition_name();
        if let Some(missing) = unprintable(self.text).or_else(|| unprintable(&from)) {
            return Err(Refusal::Conflict(format!(
                "it holds “{missing}”, and the house prints Latin, Greek and Cyrillic letters only"
            )));
        }
        let around =
            Stationery { from: &from, title: self.title, label: label.as_str(), visible: None };
        let pdf = plain_pdf(&around, self.text);
        Ok(Answer::download("application/pdf", self.name, pdf))
    }
}

/// What is said where a letter cannot be read.
pub(crate) fn unreadable(asking: &Asking, error: &io::Error) -> Answer {
    eprintln!("entente: a letter cannot be read: {error}");
    refusals::failure(asking, "the letters cannot be read where they lie")
}

/// The letters that the asker may trace, the newest first.
pub(crate) fn traceable(view: &View) -> Vec<(&Thing, &Attached)> {
    let documents = view.all::<Document>().map(|(thing, _)| thing);
    let mut letters: Vec<(&Thing, &Attached)> = documents
        .filter(|thing| decide::traces(view, thing))
        .flat_map(|thing| thing.versions.iter().map(move |attached| (thing, attached)))
        .filter(|(_, of)| of.version.media == Media::Letter && of.destroyed.is_none())
        .collect();
    letters.sort_by(|(_, one), (_, other)| {
        (other.at, &other.version.id).cmp(&(one.at, &one.version.id))
    });
    letters
}

/// Compares something that was found with the newest letters that the asker may trace: those of which
/// it shows a wording are told, with a copy for each of the parties.
pub(crate) fn traced<'v>(
    asking: &'v Asking,
    parties: &[(Id, String)],
    found: &Found,
) -> io::Result<Vec<Traced<'v>>> {
    let mut all = Vec::new();
    for (thing, attached) in traceable(&asking.view).into_iter().take(LETTERS_MAX) {
        // What a killed process destroyed half is gone, and traces nobody.
        let Some(opener) = asking.house.vault.open_content(&attached.version)? else { continue };
        let letter = Letter::opened(opener)?;
        if trace(&letter.template, &[], found).read == 0 {
            continue;
        }
        let marks: Vec<Marks> = parties.iter().map(|(party, _)| letter.marks(party)).collect();
        all.push(Traced { thing, attached, told: trace(&letter.template, &marks, found) });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        (0..20).map(|of| format!("In room {of} we [[meet | gather]] at noon.\n\n")).collect()
    }

    fn id(text: &str) -> Id {
        Id::parse(text).unwrap()
    }

    #[test]
    fn copies_follow_from_the_secret_and_are_the_same_each_time() {
        let letter = Letter::approved(&text(), true, [3; 32]).unwrap();
        let again = Letter::read(&letter.to_bytes()).unwrap();
        let other = Letter::approved(&text(), true, [4; 32]).unwrap();
        let names = ["EE", "FR", "PL", "US", "EEE"];
        let marks: Vec<Marks> = names.iter().map(|name| letter.marks(&id(name))).collect();
        for (at, name) in names.iter().enumerate() {
            assert_eq!(again.marks(&id(name)), marks[at]);
            assert_ne!(other.marks(&id(name)), marks[at], "{name} with another secret");
            assert!(!marks[..at].contains(&marks[at]), "{name}");
        }
    }

    #[test]
    fn the_length_of_what_is_kept_tells_little() {
        let one = Letter::approved(&text(), true, [3; 32]).unwrap().to_bytes();
        let longer = text().replace("gather", "come together");
        let other = Letter::approved(&longer, false, [3; 32]).unwrap().to_bytes();
        assert_eq!((one.len(), other.len()), (ROUND_BYTES, ROUND_BYTES));
    }

    #[test]
    fn what_is_no_letter_is_not_read() {
        let whole = Letter::approved(&text(), true, [3; 32]).unwrap().to_bytes();
        let whole = String::from_utf8(whole).unwrap();
        for bad in [
            String::new(),
            "{}".into(),
            whole.replace("\"stationery\":1", "\"stationery\":200"),
            whole.replace("\"secret\":\"", "\"secret\":\"A"),
            whole.replace("| gather]]", "| gather"),
        ] {
            assert!(Letter::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
