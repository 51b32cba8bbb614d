//! `entente demo`: the worked example as a running house.

use super::listening::{bound, draughtsman, run, stopped};
use crate::data;
use crate::failure::Failure;
use clap::Args;
use coalition::Id;
use exchange::mail::MailAddress;
use headquarters::{Ask, Contents, House, Kept, Mail, Persona, Postman, Settings};
use record::{Desk, MemoryStore, SigningKey, first_checkpoint};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Open the worked example as a running house: the coalition that supports Ukraine, as five press
/// reports describe it. It listens on 127.0.0.1 alone; whoever opens it chooses a persona.
#[derive(Args)]
pub(crate) struct Demo {
    /// The port; 0 takes any that is free.
    #[arg(long, default_value_t = 4860)]
    port: u16,
    /// Keep the record in this directory, and go on with it next time. Without it the record is in
    /// memory, and gone when the demonstration ends.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print the address as JSON.
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        run(async {
            let (listener, port) = bound(IpAddr::V4(Ipv4Addr::LOCALHOST), self.port).await?;
            let data = self.data.clone();
            let open = move || open(data.as_deref(), format!("http://127.0.0.1:{port}"));
            let opened = tokio::task::spawn_blocking(open).await;
            let house = Arc::new(opened.map_err(|error| Failure::record(error, ""))??);
            self.announce(&format!("127.0.0.1:{port}"))?;
            // It makes the rounds: what would be sent is shown on a page.
            let _postman = Postman::start(&house, None);
            headquarters::serve(house, listener, stopped())
                .await
                .map_err(|error| Failure::unreachable(error, ""))
        })
    }

    fn announce(&self, address: &str) -> Result<(), Failure> {
        if self.json {
            return crate::say(&format!(
                "{}\n",
                serde_json::json!({ "url": format!("http://{address}") })
            ));
        }
        let kept = self.data.as_ref().map_or_else(
            || "in memory, gone when you stop it".to_owned(),
            |directory| format!("in {}", directory.display()),
        );
        crate::say(&format!(
            "The headquarters of a coalition is open at http://{address}\n\nChoose who you are there: a demonstration, on this machine alone. Its record is\n{kept}. Stop it with Ctrl-C.\n"
        ))
    }
}

/// Opens the demonstration's house, and fills its record with the example if it is new.
fn open(directory: Option<&Path>, pages: String) -> Result<House, Failure> {
    let Some(directory) = directory else {
        return fill(in_memory()?, Settings::demonstration(personas()), pages);
    };
    let kept = data::open_or_create(directory)?;
    let settings = Settings {
        desk: Some(Arc::new(Desk::open(directory)?)),
        contents: Contents::Folder(data::contents(directory)),
        ..Settings::demonstration(personas())
    };
    fill(kept, settings, pages)
}

fn in_memory() -> Result<(Kept, SigningKey), Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::record(format!("the system gives no randomness: {error}"), ""))?;
    let key = SigningKey::new("entente/demonstration", seed)
        .map_err(|error| Failure::record(error, ""))?;
    Ok((Kept(Box::new(MemoryStore::create(&first_checkpoint(&key)))), key))
}

/// Opens a house on a record and records what is missing of the example: all of it in a new one,
/// nothing in one that went on.
fn fill(
    (store, key): (Kept, SigningKey),
    settings: Settings,
    pages: String,
) -> Result<House, Failure> {
    let address = |name: &str| {
        let address = MailAddress::parse(&format!("{name}@example.org"));
        address.map_err(|why| Failure::input(why, ""))
    };
    let mail = Some(Mail { from: address("headquarters")?, pages });
    let house =
        House::open(store, key, Settings { mail, draughtsman: draughtsman()?, ..settings })?;
    let example = exchange::example::example();
    if house.size() == 0 {
        // As one: a start that is cut short leaves nothing, so that the next begins anew.
        let mut asks = vec![(None, Ask::Found(Box::new(example.founding), example.at))];
        asks.extend(example.steps.into_iter().map(|step| {
            let ask = Ask::Import { at: step.at, subject: step.subject, change: step.change };
            (step.by.person, ask)
        }));
        house.submit_and_wait(None, Ask::Together(asks))?;
    }
    // What the reports tell of is long past: mail is of what is done from now on.
    house.begin_post(house.size())?;
    for person in personas().into_iter().filter_map(|persona| persona.person) {
        house.takes_mail(&person, address(person.as_str())?)?;
    }
    Ok(house)
}

/// The six personas of the demonstration. They are roles, not people.
fn personas() -> Vec<Persona> {
    let persona = |id: &str, title: &str, purpose: &str| Persona {
        person: Id::parse(id).ok(),
        title: title.into(),
        purpose: purpose.into(),
    };
    vec![
        persona(
            "clerk-fr",
            "Clerk of a lead state, France",
            "Set up a meeting, admit a party, record what was promised.",
        ),
        persona(
            "head-ee",
            "Delegate of Estonia",
            "Answer an invitation, make a commitment, see what it waits for.",
        ),
        persona(
            "adviser-es",
            "Adviser of the host, Spain",
            "Ask whether a guarantee holds if Washington changes its mind.",
        ),
        persona("head-ua", "Ukraine's delegate", "State a need, see what covers it."),
        persona(
            "head-us",
            "Observer of the United States",
            "See what an observer sees, and that there is no sign of the rest.",
        ),
        persona("", "The public", "See what is CLEAR, check a receipt."),
    ]
}
