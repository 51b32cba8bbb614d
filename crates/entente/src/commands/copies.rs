//! `entente copies`: a letter in copies that can be told apart.

use crate::failure::Failure;
use crate::files::text;
use crate::{pretty, say};
use clap::Args;
use coalition::Label;
use exchange::letter::{Part, STATIONERY, Stationery, blocks, unprintable};
use exchange::marked::{Given, Kept, Marks, SAME_BY_CHANCE_MAX, Template};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The longest letter that is read, in bytes.
const LETTER_BYTES_MAX: u64 = 1 << 20;
/// What is kept of the copies, beside them.
pub(super) const KEPT: &str = "copies.json";

/// Make a copy of a letter for each delegation, as PDF, each worded and set in its own way, so that one
/// that is found outside can be traced. Where wordings may differ, the letter says so:
/// `[[meet | gather]]`. Where lines end is drawn for each copy, too.
///
/// The letter is plain text: empty lines between paragraphs, `# title`, `## heading`, `- point`, and a
/// line that begins with a time (`09:00` or `09:00–10:30`) for what happens then. A backslash at the
/// end of a line keeps the break.
#[derive(Args)]
pub(crate) struct Copies {
    /// The letter, as UTF-8 text.
    letter: PathBuf,
    /// Who gets a copy: names or ids, with commas between them.
    #[arg(long = "for", value_name = "WHO,WHO", value_delimiter = ',', required = true)]
    whom: Vec<String>,
    /// Where the copies go: a new directory. Keep its copies.json to yourself: it says who has which.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Who writes, at the head of the first page.
    #[arg(long, value_name = "NAME", default_value = "Coalition of the Willing")]
    from: String,
    /// The label at head and foot of every page: RED, AMBER+STRICT, AMBER, GREEN or CLEAR.
    #[arg(long, value_name = "LABEL", default_value = "AMBER")]
    label: String,
    /// Print "Copy for WHO" at the foot of every page.
    #[arg(long)]
    visible: bool,
    /// Write each copy as text, too: worded alike, without lines that can be told apart.
    #[arg(long)]
    text: bool,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Copies {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let letter = text(&self.letter, LETTER_BYTES_MAX)?;
        let template = template(&self.letter, &letter)?;
        let label = Label::parse(&self.label).ok_or_else(|| {
            let all: Vec<&str> = Label::ALL.iter().map(|label| label.as_str()).collect();
            Failure::input(
                format!("--label {:?} is no label", self.label),
                format!("Labels are {}.", all.join(", ")),
            )
        })?;
        self.check_names()?;
        self.check_letters(&letter)?;
        let same = template.same_by_chance();
        if same > SAME_BY_CHANCE_MAX {
            return Err(Failure::input(
                format!(
                    "{}: two copies would be worded alike with a chance of {same:.1e}",
                    self.letter.display()
                ),
                "Give more places variants: fourteen with two wordings each are the least that is of use, forty withstand being retold.",
            ));
        }
        fs::create_dir(&self.out).map_err(|error| {
            let remedy = match error.kind() {
                ErrorKind::AlreadyExists => "Name a directory that is not there yet: copies that were given away stay as they are.",
                _ => "",
            };
            Failure::input(format!("{}: {error}", self.out.display()), remedy)
        })?;
        let mut copies = Vec::new();
        for to in &self.whom {
            let to = to.trim();
            let marks = template.mark(random);
            self.give(&template, &marks, to, label)?;
            copies.push(Given { to: to.to_owned(), marks });
        }
        let kept = Kept { stationery: STATIONERY, letter, copies };
        write(&self.out.join(KEPT), kept.to_json().as_bytes())?;
        self.told(&template, &kept)
    }

    fn told(&self, template: &Template, kept: &Kept) -> Result<(), Failure> {
        let places = template.slots().count();
        let out = self.out.display();
        if self.json {
            let files = kept.copies.iter().map(|given| {
                let lines = given.marks.lines.as_ref().map_or(0, Vec::len);
                json!({ "to": given.to, "file": self.out.join(format!("{}.pdf", given.to)), "lines": lines })
            });
            let files: Vec<_> = files.collect();
            let answer = json!({ "places": places, "kept": self.out.join(KEPT), "copies": files });
            return say(&pretty(&answer));
        }
        say(&format!(
            "{} copies are in {out}, with {places} places at which they are worded differently.\nKeep {KEPT} to yourself: `entente trace FOUND --copies {out}` needs it.\n",
            kept.copies.len(),
        ))
    }

    /// Writes one copy.
    fn give(
        &self,
        template: &Template,
        marks: &Marks,
        to: &str,
        label: Label,
    ) -> Result<(), Failure> {
        let copy = template.copy(&marks.choices);
        let blocks = blocks(&copy);
        let title = blocks.iter().find(|block| block.part == Part::Title);
        let title = title.map_or_else(|| "Letter".to_owned(), |block| block.words.join(" "));
        let visible = format!("Copy for {to}");
        let stationery = Stationery {
            from: &self.from,
            title: &title,
            label: label.as_str(),
            visible: self.visible.then_some(visible.as_str()),
        };
        write(&self.out.join(format!("{to}.pdf")), &template.pdf(marks, &stationery))?;
        if self.text {
            write(&self.out.join(format!("{to}.txt")), copy.as_bytes())?;
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), Failure> {
        let mut names = BTreeSet::new();
        for to in &self.whom {
            let plain = !to.trim().is_empty()
                && to.chars().all(|of| of.is_alphanumeric() || " -_.".contains(of));
            if !plain || to.starts_with('.') {
                return Err(Failure::input(
                    format!("--for {to:?}: this cannot be the name of a file"),
                    "Use letters, digits, spaces, points and hyphens.",
                ));
            }
            if !names.insert(to.trim().to_lowercase()) {
                return Err(Failure::input(format!("--for names {to} twice"), ""));
            }
        }
        Ok(())
    }

    /// A letter that the faces do not have would be an empty box on paper.
    fn check_letters(&self, letter: &str) -> Result<(), Failure> {
        let remedy =
            "The house prints Latin, Greek and Cyrillic letters. Write the name in one of them.";
        for (number, line) in (1..).zip(letter.lines()) {
            if let Some(missing) = unprintable(line) {
                let what = format!(
                    "{}: line {number}: {missing:?} cannot be printed",
                    self.letter.display()
                );
                return Err(Failure::input(what, remedy));
            }
        }
        let visible = self.whom.iter().filter(|_| self.visible).map(|to| ("--for", to));
        for (option, name) in visible.chain([("--from", &self.from)]) {
            if let Some(missing) = unprintable(name) {
                let what = format!("{option} {name}: {missing:?} cannot be printed");
                return Err(Failure::input(what, remedy));
            }
        }
        Ok(())
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    u64::from_le_bytes(bytes)
}

pub(super) fn template(path: &Path, letter: &str) -> Result<Template, Failure> {
    Template::parse(letter).map_err(|error| {
        Failure::input(
            format!("{}: {error}", path.display()),
            "Variants are written [[one wording | another]].",
        )
    })
}

/// Writes a file that was not there, and makes it durable: what it says cannot be made again.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::input(format!("{}: {error}", path.display()), "");
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(cannot)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(cannot)
}
