//! `entente copies` and `entente trace`: a letter in copies that can be told apart, and to whom a text
//! that was found was given.

use crate::failure::Failure;
use crate::{pretty, say};
use clap::Args;
use exchange::marked::{Choices, Given, Kept, Template, trace};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The longest text that is read, in bytes.
const FOUND_BYTES_MAX: u64 = 2 << 20;
/// What is kept of the copies, beside them.
const KEPT: &str = "copies.json";
/// Above this, two copies drawn for different delegations are too often one.
const SAME_MAX: f64 = 1e-4;

/// Make a copy of a letter for each delegation, each worded in its own way, so that one that is found
/// outside can be traced. Where wordings may differ, the letter says so: `[[meet | gather]]`.
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
}

/// Say to whom a text that was found outside was given: a likelihood for each copy, with the chance
/// that somebody is accused falsely. Never a verdict: a copy can be stolen.
#[derive(Args)]
pub(crate) struct TraceCommand {
    /// What was found: text as it was copied, typed anew, or recognised from a picture.
    found: PathBuf,
    /// The directory of copies.
    #[arg(long, value_name = "DIR")]
    copies: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Copies {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let letter = text(&self.letter)?;
        let template = template(&self.letter, &letter)?;
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
        let same = template.same_by_chance();
        if same > SAME_MAX {
            return Err(Failure::input(
                format!(
                    "{}: two copies would be the same with a chance of {same:.1e}",
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
            let choices = template.draw(random);
            write(
                &self.out.join(format!("{}.txt", to.trim())),
                template.copy(&choices).as_bytes(),
            )?;
            copies.push(Given { to: to.trim().to_owned(), choices });
        }
        let count = copies.len();
        write(&self.out.join(KEPT), Kept { letter, copies }.to_json().as_bytes())?;
        say(&format!(
            "{count} copies are in {}, with {} places at which they differ.\nKeep {KEPT} to yourself: `entente trace FOUND --copies {}` needs it.\n",
            self.out.display(),
            template.slots().count(),
            self.out.display()
        ))
    }
}

impl TraceCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let path = self.copies.join(KEPT);
        let kept = Kept::from_json(&text(&path)?).map_err(|error| {
            Failure::input(
                format!("{}: {error}", path.display()),
                "It is what `entente copies` wrote, unchanged.",
            )
        })?;
        let template = template(&path, &kept.letter)?;
        let (names, choices): (Vec<String>, Vec<Choices>) =
            kept.copies.into_iter().map(|given| (given.to, given.choices)).unzip();
        let told = trace(&template, &choices, &text(&self.found)?);
        if self.json {
            let suspects = told.suspects.iter().map(|suspect| {
                json!({
                    "to": names[suspect.copy],
                    "agrees": suspect.agrees,
                    "likelihood_log10": suspect.likelihood,
                    "false_accusation": suspect.false_accusation,
                })
            });
            let suspects: Vec<_> = suspects.collect();
            return say(&pretty(
                &json!({ "places": told.slots, "read": told.read, "suspects": suspects }),
            ));
        }
        let mut report = format!(
            "{} of {} places at which the copies differ can be read in {}.\n\n",
            told.read,
            told.slots,
            self.found.display()
        );
        if told.read == 0 {
            report.push_str(
                "So it says nothing about anybody: it is not this letter, or it was retold.\n",
            );
            return say(&report);
        }
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(4);
        report.push_str(&format!("{:width$}  agrees  likelier by   false accusation\n", "copy"));
        for suspect in &told.suspects {
            report.push_str(&format!(
                "{:width$}  {:>2} of {:<2}  10^{:<9.1}  {}\n",
                names[suspect.copy],
                suspect.agrees,
                told.read,
                suspect.likelihood,
                chance(suspect.false_accusation),
            ));
        }
        report.push_str(
            "\n“Likelier by”: how much likelier the text is if it comes from that copy. “False accusation”: the\nchance that the copy of anybody innocent agrees so well. A copy can be stolen: this is no verdict.\n",
        );
        say(&report)
    }
}

fn chance(chance: f64) -> String {
    if chance >= 0.01 { format!("{:.0} in 100", chance * 100.0) } else { format!("{chance:.0e}") }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    u64::from_le_bytes(bytes)
}

fn template(path: &Path, letter: &str) -> Result<Template, Failure> {
    Template::parse(letter).map_err(|error| {
        Failure::input(
            format!("{}: {error}", path.display()),
            "Variants are written [[one wording | another]].",
        )
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    use std::io::Read;
    let cannot = |error: std::io::Error| Failure::input(format!("{}: {error}", path.display()), "");
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(FOUND_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(cannot)?;
    if bytes.len() as u64 > FOUND_BYTES_MAX {
        return Err(Failure::input(
            format!("{}: longer than 2 MB", path.display()),
            "Give the part that matters.",
        ));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::input(
            format!("{}: not UTF-8 text", path.display()),
            "Save it as UTF-8; of a PDF, take the text out first.",
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
