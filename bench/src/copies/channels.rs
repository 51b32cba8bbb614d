//! The ways on which copies leave.

use super::scans::{Recognised, recognised};
use super::{DELEGATIONS, Dice, Given};
use exchange::found::{Ends, Found};
use std::io::Write;
use std::process::{Command, Stdio};

macro_rules! channels {
    ($($channel:ident $name:literal),* $(,)?) => {
        /// One way out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Channel { $($channel),* }

        impl Channel {
            pub(super) const ALL: &[Channel] = &[$(Channel::$channel),*];

            pub(super) fn name(self) -> &'static str { match self { $(Channel::$channel => $name),* } }
        }
    };
}

channels! {
    File "the file as it was given",
    Printed "printed into another PDF (pdftocairo)",
    ToText "PDF to text (pdftotext)",
    Pasted "copied and pasted, lines kept",
    PastedFlat "copied and pasted, lines lost",
    PastedPart "copied and pasted, two paragraphs of it",
    Scan200Pdf "printed, scanned at 200 dpi, a PDF with recognised text",
    Scan200 "printed, scanned at 200 dpi, recognised (tesseract)",
    Scan150 "printed, scanned at 150 dpi, askew, blurred, noisy, recognised",
    Retyped "typed anew, an error in every 20th word",
    RetypedBadly "typed anew, an error in every 8th word",
    Reworded30 "3 sentences in 10 reworded",
    Reworded60 "6 sentences in 10 reworded",
    Reworded90 "9 sentences in 10 reworded",
    Retold "retold, no sentence as it was",
    Merged2 "two copies merged, sentence by sentence, lines kept",
    Merged2Flat "two copies merged, word by word, lines lost",
    Merged5Flat "five copies merged, word by word, lines lost",
    Stranger "the copy of somebody who is not on the list, its file",
    StrangerText "the same, as text",
}

impl Channel {
    pub(super) fn is_scanned(self) -> bool {
        matches!(self, Channel::Scan200Pdf | Channel::Scan200 | Channel::Scan150)
    }

    /// Whose copies leave on it.
    pub(super) fn culprits(self, dice: &mut Dice) -> Vec<usize> {
        let count = match self {
            Channel::Merged2 | Channel::Merged2Flat => 2,
            Channel::Merged5Flat => 5,
            Channel::Stranger | Channel::StrangerText => return vec![DELEGATIONS],
            _ => 1,
        };
        let mut all: Vec<usize> = (0..DELEGATIONS).collect();
        (0..count).map(|_| all.swap_remove(dice.below(all.len()))).collect()
    }

    /// What is found of the culprits' copies.
    ///
    /// # Errors
    /// Which program is not there, or failed.
    pub(super) fn out(
        self,
        given: &Given,
        culprits: &[usize],
        dice: &mut Dice,
    ) -> Result<Found, String> {
        let files: Vec<Vec<u8>> = culprits.iter().map(|copy| given.file(*copy, dice)).collect();
        let read = |file: &[u8]| Found::of_pdf(file).map_err(|error| error.to_string());
        let flat = |text: &str| Found::of_text(&text.replace('\n', " "));
        let found = match self {
            Channel::File | Channel::Stranger => read(&files[0])?,
            Channel::Printed => read(&piped("pdftocairo", &["-pdf", "-", "-"], &files[0])?)?,
            Channel::ToText => as_text(&piped("pdftotext", &["-", "-"], &files[0])?),
            Channel::Pasted | Channel::StrangerText => {
                as_text(&piped("pdftotext", &["-raw", "-", "-"], &files[0])?)
            }
            Channel::PastedFlat => flat(&read(&files[0])?.text()),
            Channel::PastedPart => part(&read(&files[0])?, dice),
            Channel::Scan200Pdf => recognised(&files[0], 200, Recognised::Pdf, dice)?,
            Channel::Scan200 => recognised(&files[0], 200, Recognised::Text, dice)?,
            Channel::Scan150 => recognised(&files[0], 150, Recognised::Text, dice)?,
            Channel::Retyped => flat(&mistyped(&read(&files[0])?.text(), 5, dice)),
            Channel::RetypedBadly => flat(&mistyped(&read(&files[0])?.text(), 12, dice)),
            Channel::Reworded30 => flat(&reworded(&read(&files[0])?.text(), 30, dice)),
            Channel::Reworded60 => flat(&reworded(&read(&files[0])?.text(), 60, dice)),
            Channel::Reworded90 => flat(&reworded(&read(&files[0])?.text(), 90, dice)),
            Channel::Retold => flat(&reworded(&read(&files[0])?.text(), 100, dice)),
            Channel::Merged2 => merged_sentences(&files, dice)?,
            Channel::Merged2Flat | Channel::Merged5Flat => merged_words(given, culprits, dice),
        };
        Ok(found)
    }
}

/// What a program makes of a file.
fn piped(program: &str, arguments: &[&str], file: &[u8]) -> Result<Vec<u8>, String> {
    let mut running = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program}: {error} (Debian: poppler-utils)"))?;
    let mut input = running.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(file));
        running.wait_with_output()
    });
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{program} failed")) }
}

fn as_text(bytes: &[u8]) -> Found {
    Found::of_text(&String::from_utf8_lossy(bytes))
}

/// Two paragraphs, one after the other, with their lines.
fn part(found: &Found, dice: &mut Dice) -> Found {
    let paragraphs: Vec<_> = found.words.split_inclusive(|of| of.ends == Ends::Block).collect();
    let from = 2 + dice.below(paragraphs.len().saturating_sub(4).max(1));
    let mut words = paragraphs[from..(from + 2).min(paragraphs.len())].concat();
    for word in &mut words {
        word.place = None;
    }
    Found { words }
}

/// Wrong letters in so many words of a hundred, as fingers make them: changed, left out, put in.
fn mistyped(text: &str, percent: usize, dice: &mut Dice) -> String {
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        if !dice.percent(percent) {
            return word.to_owned();
        }
        let mut letters: Vec<char> = word.chars().collect();
        let at = dice.below(letters.len());
        if letters[at].is_alphabetic() {
            let wrong = char::from(b"etaoinshr"[dice.below(9)]);
            match dice.below(3) {
                0 => letters[at] = wrong,
                1 => letters.insert(at, wrong),
                _ => drop(letters.remove(at)),
            }
        }
        letters.into_iter().collect()
    });
    words.collect()
}

/// So many sentences of a hundred said in words that were not there.
fn reworded(text: &str, percent: usize, dice: &mut Dice) -> String {
    let sentences = text.split_inclusive(['.', ';']).map(|sentence| {
        if dice.percent(percent) {
            " According to somebody who knows of it, it was put in quite another manner.".to_owned()
        } else {
            sentence.to_owned()
        }
    });
    sentences.collect()
}

/// Each sentence from one or the other, with the lines that it has there.
fn merged_sentences(files: &[Vec<u8>], dice: &mut Dice) -> Result<Found, String> {
    let mut sources = Vec::new();
    for file in files {
        let text = piped("pdftotext", &["-raw", "-", "-"], file)?;
        let words = as_text(&text).words;
        let sentences = words.split_inclusive(|of| of.text.ends_with(['.', ';', ',']));
        sources.push(sentences.map(<[_]>::to_vec).collect::<Vec<_>>());
    }
    let longest = sources.iter().map(Vec::len).min().unwrap_or(0);
    let words = (0..longest).flat_map(|at| sources[dice.below(sources.len())][at].clone());
    Ok(Found { words: words.collect() })
}

/// Each place at which copies differ from any of them.
fn merged_words(given: &Given, culprits: &[usize], dice: &mut Dice) -> Found {
    let mut mixed = given.copies[culprits[0]].choices.clone();
    for (slot, choice) in mixed.0.iter_mut().enumerate() {
        *choice = given.copies[culprits[dice.below(culprits.len())]].choices.0[slot];
    }
    Found::of_text(&given.template.copy(&mixed).replace('\n', " "))
}
