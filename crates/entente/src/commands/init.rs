//! `entente init`: a coalition is founded.

use crate::failure::Failure;
use crate::{data, pretty, say};
use clap::Args;
use coalition::content::{Coalition, Role};
use coalition::decide::Founding;
use coalition::decide::LINK_HOURS_MAX;
use coalition::text::{Name, Text};
use coalition::{Id, Label};
use headquarters::{Ask, Doors, House, Settings, first_link};
use jiff::ToSpan;
use serde_json::json;
use std::path::PathBuf;

/// Found a coalition: make its record and its key, seat its first person, and print the link by which
/// that person enrols a passkey.
#[derive(Args)]
pub(crate) struct Init {
    /// The coalition's name.
    #[arg(long, required_unless_present = "again")]
    name: Option<String>,
    /// The first lead: the party that admits the others.
    #[arg(long, value_name = "PARTY", required_unless_present = "again")]
    lead: Option<String>,
    /// The first person, who acts for that party.
    #[arg(long, value_name = "NAME", required_unless_present = "again")]
    person: Option<String>,
    /// Founded already, and the first person's link is lost or has expired: print another one. Only while
    /// no passkey was enrolled.
    #[arg(long, conflicts_with_all = ["name", "lead", "person", "label"])]
    again: bool,
    /// Who may see the coalition's name and its first lead: CLEAR, GREEN, AMBER.
    #[arg(long, default_value = "GREEN")]
    label: String,
    /// The data directory, made if it is not there.
    #[arg(long, default_value = "entente-data", value_name = "DIR")]
    data: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Init {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.again { self.hand_out_again() } else { self.found() }
    }

    /// Another link for the first person. Those before it are stopped.
    fn hand_out_again(self) -> Result<(), Failure> {
        let (store, key) = data::open(&self.data)?;
        let house = House::open(store, key, Settings::with(Doors::Closed))?;
        let Some(person) = house.awaited_founder() else {
            return Err(Failure::input(
                format!("nobody waits for a first link in {}", self.data.display()),
                "A passkey was enrolled, or it is a demonstration: whoever has one lets others in, on the page of people.",
            ));
        };
        let [_, random] = secrets()?;
        let (link, hash) = first_link(&person, random);
        let expires = expires()?;
        house.submit_and_wait(None, Ask::FoundAgain(hash, expires))?;
        if self.json {
            return say(&pretty(&json!({
                "data": self.data.display().to_string(),
                "size": house.size(),
                "link": link,
                "link_expires": expires.to_string(),
            })));
        }
        say(&format!(
            "The first link is stopped. Now start the house with `entente serve`, and let the first person open\nthis page of it, once, within a week. Whoever opens it is taken for that person.\n\n  {link}\n",
        ))
    }

    fn found(self) -> Result<(), Failure> {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let (called, lead, first) = (given(&self.name), given(&self.lead), given(&self.person));
        let name = |option: &str, text: &str| {
            Name::parse(text).map_err(|why| Failure::input(format!("{option} {why}"), ""))
        };
        let [person, random] = secrets()?;
        let person = Id::from_entropy(std::array::from_fn(|at| person[at]));
        let (link, hash) = first_link(&person, random);
        let expires = expires()?;
        let founding = Founding {
            coalition: Coalition {
                name: name("--name", &called)?,
                note: Text::default(),
                demonstration: false,
            },
            label: Label::parse(&self.label)
                .filter(|label| matches!(label, Label::Clear | Label::Green | Label::Amber))
                .ok_or_else(|| {
                    Failure::input(format!("--label {}", self.label), "Say CLEAR, GREEN or AMBER.")
                })?,
            party: (None, name("--lead", &lead)?),
            person: (Some(person), name("--person", &first)?),
            role: Role::Head,
            link: Some((hash, expires)),
        };
        let (store, key) = data::create(&self.data)?;
        let house = House::open(store, key, Settings::with(Doors::Closed))?;
        let at = house.now();
        house.submit_and_wait(None, Ask::Found(Box::new(founding), at))?;
        if self.json {
            return say(&pretty(&json!({
                "data": self.data.display().to_string(),
                "key": house.verifier().to_string(),
                "size": house.size(),
                "link": link,
                "link_expires": expires.to_string(),
            })));
        }
        say(&format!(
            "{} is founded, led by {}; its record is in {}.\nIts public key, with which anybody can check a receipt:\n\n  {}\n\nThe secret half is {}/signing.key: back it up, and let nobody read it.\n\nNow start the house with `entente serve`, and let {} open this page of it, once, within a week,\nto enrol a passkey. Whoever opens it is taken for that person.\n\n  {link}\n",
            called,
            lead,
            self.data.display(),
            house.verifier(),
            self.data.display(),
            first,
        ))
    }
}

/// When a link that is handed out now is of no use any more.
fn expires() -> Result<jiff::Timestamp, Failure> {
    jiff::Timestamp::now()
        .checked_add(LINK_HOURS_MAX.hours())
        .map_err(|error| Failure::input(format!("the clock: {error}"), ""))
}

/// Randomness for the first person's id and for his link.
fn secrets() -> Result<[[u8; 32]; 2], Failure> {
    let mut secrets = [[0; 32]; 2];
    for secret in &mut secrets {
        getrandom::fill(secret).map_err(|error| {
            Failure::record(format!("the system gives no randomness: {error}"), "")
        })?;
    }
    Ok(secrets)
}
