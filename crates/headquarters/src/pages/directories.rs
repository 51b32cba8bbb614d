//! The ways to the directories of parties, and back: to sign in, to connect an account of one's own, to
//! use an enrolment link. Whatever goes wrong there, the answer is the same.

use super::sign_in::{forget, leave, set_cookie, welcome};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::directories::{Brought, Directory, Errand, NotLetIn};
use crate::look::Section;
use crate::look::parts::{self, PageHead};
use crate::refusals;
use crate::routes::{Route, abroad};
use crate::sign_in::make;
use crate::writer::NotDone;
use coalition::text::Name;
use coalition::{Content, Id, Refusal};
use maud::html;

pub(crate) const ROUTES: &[Route] = &[
    abroad("/directory/{directory}", sign_in),
    abroad("/directory/{directory}/connect", connect),
    abroad("/enrol/{person}/{secret}/directory/{directory}", enrol),
    abroad("/directory/{directory}/back", back),
];

/// What a browser keeps on its way to a directory.
const TRIP_COOKIE: &str = "entente-directory";

fn directory(asking: &Asking) -> Result<&Directory, Refusal> {
    let directory = asking.house.settings.directories.find(asking.param("directory"));
    directory.filter(|_| asking.house.origin().is_some()).ok_or(Refusal::NotFound(None))
}

fn sign_in(asking: &Asking) -> Result<Answer, Refusal> {
    let directory = directory(asking)?;
    Ok(go(asking, directory, Errand::SignIn))
}

/// The way to an account of the viewer's in the directory of his party.
fn connect(asking: &Asking) -> Result<Answer, Refusal> {
    let directory = directory(asking)?;
    let me = asking.view.viewer().seated().ok_or(Refusal::NotSeated)?;
    if me.party != directory.party {
        return Err(Refusal::NotFound(None));
    }
    Ok(go(asking, directory, Errand::Connect(me.person.clone())))
}

/// The way to an account by an enrolment link, instead of a passkey.
fn enrol(asking: &Asking) -> Result<Answer, Refusal> {
    let (directory, secret) = (directory(asking)?, asking.param("secret"));
    let person = Id::parse(asking.param("person")).map_err(|_| Refusal::NotFound(None))?;
    let opens = asking.house.link_of(&person, secret).is_some();
    if !opens || !asking.house.sits_for(&person, &directory.party) {
        return Err(Refusal::NotFound(None));
    }
    Ok(go(asking, directory, Errand::Enrol(person, secret.to_owned())))
}

/// Sends a browser to a directory, with what it needs to come back.
fn go(asking: &Asking, directory: &Directory, errand: Errand) -> Answer {
    match asking.house.send_to(directory, errand) {
        // The address is the one that the directory states, at one of its own hosts.
        Ok((trip, there)) => Answer::see_other(there.as_str())
            .with_header("set-cookie", set_cookie(TRIP_COOKIE, &trip.cookie(), "; Max-Age=300")),
        Err(why) => nobody(asking, directory, &why),
    }
}

/// Whatever is wrong, whoever comes from a directory reads this; whoever runs the house reads why.
fn nobody(asking: &Asking, directory: &Directory, why: &NotLetIn) -> Answer {
    let why: String =
        why.to_string().chars().filter(|letter| !letter.is_control()).take(300).collect();
    eprintln!("entente: nobody was let in by the directory \"{}\": {why}", directory.key);
    let body = html! {
        (parts::page_head(&PageHead::titled("The directory let nobody in")))
        p.lead { "Nothing was changed." }
        p { "Perhaps the account is not connected to anybody here who sits for the directory's party, the way there took more than five minutes, or the directory cannot be reached: the answer is the same." }
        p { "Begin again on the page from which you came. An account is connected by an enrolment link, or by somebody who is signed in with a passkey, on his account's page." }
        p { a href="/sign-in" { "To the page of sign-in" } }
    };
    asking.page("The directory let nobody in", Section::Elsewhere, body).with_status(401)
}

/// Where directories send people back to. The one request from another site that comes to something.
fn back(asking: &Asking) -> Result<Answer, Refusal> {
    let directory = directory(asking)?;
    let brought = Brought {
        cookie: asking.cookie(TRIP_COOKIE),
        state: asking.ask("state"),
        code: asking.ask("code"),
        issuer: asking.ask("iss"),
    };
    let answer = match asking.house.came_back(directory, &brought) {
        Ok((errand, subject)) => done(asking, directory, errand, subject),
        Err(why) => Err(why),
    };
    let answer = answer.unwrap_or_else(|why| nobody(asking, directory, &why));
    Ok(answer.with_header("set-cookie", forget(TRIP_COOKIE)))
}

/// What somebody went to the directory for.
fn done(
    asking: &Asking,
    directory: &Directory,
    errand: Errand,
    subject: Name,
) -> Result<Answer, NotLetIn> {
    let house = &asking.house;
    match errand {
        Errand::SignIn => {
            let token = house.let_in(directory, &subject)?;
            leave(asking);
            Ok(welcome("/", &token))
        }
        Errand::Connect(person) => {
            let me = asking.view.viewer().seated().filter(|me| me.person == person);
            me.ok_or(NotLetIn::Stale)?;
            let account =
                house.account_of(directory, subject, &person, None).ok_or(NotLetIn::Nobody)?;
            let ask = make(Content::DirectoryAccount(account));
            Ok(match house.submit_and_wait(Some(person), ask) {
                Ok(_) => Answer::see_other("/account"),
                // As a rule it is to be signed first.
                Err(not_done) => refusals::not_done(asking, &not_done),
            })
        }
        Errand::Enrol(person, secret) => {
            let (id, link) = house.link_of(&person, &secret).ok_or(NotLetIn::Stale)?;
            let account = house
                .account_of(directory, subject, &person, Some(id.clone()))
                .ok_or(NotLetIn::Nobody)?;
            match house.use_link(&person, id, link, Content::DirectoryAccount(account)) {
                Ok(account) => {
                    leave(asking);
                    Ok(welcome("/account", &house.begin_session(person, Some(account))))
                }
                Err(NotDone::Refused(_)) => Err(NotLetIn::Stale),
                Err(not_done) => Ok(refusals::not_done(asking, &not_done)),
            }
        }
    }
}
