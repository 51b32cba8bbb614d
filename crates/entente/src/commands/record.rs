//! `entente record`: the acts of a record, for whoever runs the machine.

use super::signatures::Signatures;
use crate::failure::Failure;
use crate::{data, pretty, say};
use clap::{Args, Subcommand};
use record::{Entry, Store};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// List and show acts of a record, or check all of it. Works beside a running house.
#[derive(Args)]
pub(crate) struct RecordCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List acts, the newest last. Shows all of them, whatever their label: whoever reads the
    /// machine reads the record.
    List {
        #[command(flatten)]
        place: Place,
        /// How many of the newest to list.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: u64,
    },
    /// Show one act whole, with its leaf hash.
    Show {
        /// Its place, counted from 0.
        position: u64,
        #[command(flatten)]
        place: Place,
    },
    /// Read the whole record: every hash, the tree, the house's signature, and those of passkeys
    /// under the acts that must be signed.
    Check {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
struct Place {
    /// The data directory.
    #[arg(long, default_value = "entente-data", value_name = "DIR")]
    data: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl RecordCommand {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.what {
            What::List { place, limit } => list(&place, limit),
            What::Show { position, place } => show(&place, position),
            What::Check { place } => check(&place),
        }
    }
}

fn entries(
    place: &Place,
    from: impl FnOnce(u64) -> std::ops::Range<u64>,
) -> Result<Vec<(u64, Entry)>, Failure> {
    let (store, _) = data::open_read_only(&place.data)?;
    let size = store.head()?.size;
    let mut found = Vec::new();
    store.read(from(size), &mut |position, entry| found.push((position, entry)))?;
    Ok(found)
}

fn told(position: u64, entry: &Entry) -> Value {
    let act = entry
        .content
        .as_ref()
        .and_then(|content| serde_json::from_slice::<Value>(&content.bytes).ok());
    json!({ "position": position, "leaf": entry.hash.to_string(), "act": act })
}

fn list(place: &Place, limit: u64) -> Result<(), Failure> {
    let found = entries(place, |size| size.saturating_sub(limit)..size)?;
    if place.json {
        return say(&pretty(
            &found.iter().map(|(position, entry)| told(*position, entry)).collect(),
        ));
    }
    let mut text = String::new();
    for (position, entry) in &found {
        let told = told(*position, entry);
        let word =
            |path: &str| told.pointer(path).and_then(Value::as_str).unwrap_or("-").to_owned();
        let verb = told
            .pointer("/act/change")
            .and_then(Value::as_object)
            .and_then(|change| change.keys().next().cloned());
        let _ = writeln!(
            text,
            "{position:>7}  {:<20}  {:<9} {:<24}  by {}",
            word("/act/at"),
            verb.unwrap_or_else(|| "forgotten".into()),
            word("/act/subject"),
            word("/act/by/person")
        );
    }
    say(&text)
}

fn show(place: &Place, position: u64) -> Result<(), Failure> {
    let found = entries(place, |_| position..position.saturating_add(1))?;
    match found.first() {
        Some((position, entry)) => say(&pretty(&told(*position, entry))),
        None => Err(Failure::input(
            format!("the record has no act {position}"),
            "`entente record list` shows the newest.",
        )),
    }
}

fn check(place: &Place) -> Result<(), Failure> {
    let (store, key) = data::open_read_only(&place.data)?;
    let audited = record::audit(&store, key.verifier()).map_err(Failure::does_not_hold)?;
    let head = audited.checkpoint.head();
    let signatures = signatures(&store)?;
    let origins: Vec<&str> = signatures.origins.iter().map(String::as_str).collect();
    if place.json {
        return say(&pretty(&json!({
            "holds": true,
            "size": head.size,
            "root": head.root.to_string(),
            "forgotten": audited.forgotten,
            "signed": signatures.held,
            "signed_unchecked": signatures.unchecked,
            "unsigned_before": signatures.before,
            "signed_at": origins,
            "key": key.verifier().to_string(),
        })));
    }
    let by_passkey = match (signatures.held, signatures.unchecked) {
        (0, 0) => "No act is signed by a passkey.".to_owned(),
        (held, 0) => format!(
            "{held} acts are signed by passkeys, at {}; all signatures hold.",
            origins.join(", ")
        ),
        (held, unchecked) => format!(
            "{held} acts are signed by passkeys, at {}; {unchecked} more by passkeys of which the enrolment was forgotten.",
            origins.join(", ")
        ),
    };
    let before = match signatures.before {
        0 => String::new(),
        before => format!(
            "{before} acts that say who is let in and who sits are not signed: they are from before such acts were.\n"
        ),
    };
    say(&format!(
        "The record holds: {} acts, {} of them forgotten; every hash, the tree and the signature of {} fit.\nRoot: {}\n{by_passkey}\n{before}",
        head.size,
        audited.forgotten,
        key.verifier().name(),
        head.root
    ))
}

/// Checks the signatures under acts, in the order of the record.
fn signatures(store: &impl Store) -> Result<Signatures, Failure> {
    let (mut signatures, mut wrong) = (Signatures::default(), None);
    store.read(0..store.head()?.size, &mut |position, entry| {
        if wrong.is_none() {
            let kept = entry.content.as_ref().map(|content| content.bytes.as_slice());
            wrong = signatures.read(position, kept).err();
        }
    })?;
    wrong.map_or(Ok(signatures), |wrong| Err(Failure::does_not_hold(wrong)))
}
