//! `entente init`: a coalition is founded.

use crate::failure::Failure;
use crate::{data, pretty, say};
use clap::Args;
use coalition::Label;
use coalition::content::{Coalition, Role};
use coalition::decide::Founding;
use coalition::text::{Name, Text};
use headquarters::{Ask, House, Settings};
use serde_json::json;
use std::path::PathBuf;

/// Found a coalition: make its record and its key, and seat its first person.
#[derive(Args)]
pub(crate) struct Init {
    /// The coalition's name.
    #[arg(long)]
    name: String,
    /// The first lead: the party that admits the others.
    #[arg(long, value_name = "PARTY")]
    lead: String,
    /// The first person, who acts for that party.
    #[arg(long, value_name = "NAME")]
    person: String,
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
        let name = |option: &str, text: &str| {
            Name::parse(text).map_err(|why| Failure::input(format!("{option} {why}"), ""))
        };
        let founding = Founding {
            coalition: Coalition {
                name: name("--name", &self.name)?,
                note: Text::default(),
                demonstration: false,
            },
            label: Label::parse(&self.label)
                .filter(|label| matches!(label, Label::Clear | Label::Green | Label::Amber))
                .ok_or_else(|| {
                    Failure::input(format!("--label {}", self.label), "Say CLEAR, GREEN or AMBER.")
                })?,
            party: (None, name("--lead", &self.lead)?),
            person: (None, name("--person", &self.person)?),
            role: Role::Head,
        };
        let (store, key) = data::create(&self.data)?;
        let house = House::open(store, key, Settings::demonstration(Vec::new()))?;
        let at = house.now();
        house.submit_and_wait(None, Ask::Found(Box::new(founding), at))?;
        if self.json {
            return say(&pretty(&json!({
                "data": self.data.display().to_string(),
                "key": house.verifier().to_string(),
                "size": house.size(),
            })));
        }
        say(&format!(
            "{} is founded, led by {}; its record is in {}.\nIts public key, with which anybody can check a receipt:\n\n  {}\n\nThe secret half is {}/signing.key: back it up, and let nobody read it.\n",
            self.name,
            self.lead,
            self.data.display(),
            house.verifier(),
            self.data.display()
        ))
    }
}
