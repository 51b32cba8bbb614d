//! Forms: every act of the record that a person does on a page.
//!
//! All of them work without script: what is sent is read by the one table of fields, asked of the
//! writer as a command, and comes back as the same page if it is refused.

mod change;
mod choices;
mod create;
pub(crate) mod fields;
mod marking;
pub(crate) mod minutes;
mod read;
mod sheet;
mod values;

#[cfg(test)]
pub(crate) mod tests;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::pages::words;
use crate::refusals;
use crate::routes::{Route, get, submit};
use crate::writer::{Done, NotDone};
use coalition::{Kind, Refusal};

pub(crate) const ROUTES: &[Route] = &[
    get("/new/{kind}", create::show),
    submit("/new/{kind}", create::send),
    get("/change/{verb}/{id}", change::show),
    submit("/change/{verb}/{id}", change::send),
];

/// What a form answers: the page of the thing once it is done; the form again, with its status, if
/// the rules refuse it.
fn answer(
    asking: &Asking,
    done: Result<Done, NotDone>,
    again: impl FnOnce(&Refusal) -> Answer,
) -> Answer {
    match done {
        Ok(done) => {
            // The thing was not in the view with which the request came.
            let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
            let view = asking.house.view(person.as_ref());
            let address = view
                .get(&done.subject)
                .map_or_else(|| "/".into(), |thing| words::address(&view, thing));
            Answer::see_other(address)
        }
        Err(NotDone::Refused(Refusal::NotSeated)) => refusals::answer(asking, &Refusal::NotSeated),
        Err(NotDone::Refused(refusal)) => again(&refusal).with_status(refusals::status(&refusal)),
        Err(other) => refusals::not_done(asking, &other),
    }
}

/// The room of the house in which things of a kind are shown.
fn section(kind: Kind) -> Section {
    match kind {
        Kind::Coalition => Section::Overview,
        Kind::Party
        | Kind::Person
        | Kind::Seat
        | Kind::Passkey
        | Kind::DirectoryAccount
        | Kind::EnrolmentLink
        | Kind::Vouching => Section::Parties,
        Kind::Source | Kind::Claim => Section::Sources,
        Kind::Commitment => Section::Commitments,
        Kind::Circumstance | Kind::Resource | Kind::Need => Section::Needs,
        Kind::Guarantee | Kind::PublishedAssessment => Section::Guarantees,
        Kind::Meeting
        | Kind::Session
        | Kind::Item
        | Kind::Invitation
        | Kind::Reply
        | Kind::Outcome
        | Kind::Undertaking
        | Kind::Arrival
        | Kind::Custody
        | Kind::Floor
        | Kind::Minutes
        | Kind::ActionPoint
        | Kind::Readout => Section::Meetings,
        Kind::Document | Kind::Reading => Section::Documents,
    }
}
