//! Passkeys, directory accounts, enrolment links and vouchings: who may make them, for whom, and for
//! how long they hold.
//!
//! One delegation must not become another by entering its people, nor one seat become another of its
//! own: a link for somebody who has been in before takes two seats of his delegation, or a lead.

use super::permission::{leads, no};
use crate::act::Change;
use crate::content::{
    Content, DirectoryAccount, EnrolmentLink, Kind, Party, Passkey, Person, Role, Seat, Vouching,
};
use crate::id::Id;
use crate::label::{Label, Marked, Marking, Seated, Viewer, may_see};
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::view::View;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeSet;

/// How many passkeys a person may have at once.
pub const PASSKEYS_MAX: usize = 10;
/// How many accounts of directories a person may have at once.
pub const ACCOUNTS_MAX: usize = 5;
/// How long an enrolment link may hold, in hours: a week.
pub const LINK_HOURS_MAX: i64 = 7 * 24;
/// How long a vouching holds, in hours.
pub const VOUCHING_HOURS: i64 = 24;

impl Kind {
    /// Whether things of this kind come about on pages of their own, with what only the house knows,
    /// and never by a command.
    pub fn made_by_the_house(self) -> bool {
        matches!(
            self,
            Kind::Passkey
                | Kind::DirectoryAccount
                | Kind::EnrolmentLink
                | Kind::Vouching
                | Kind::Reading
        )
    }
}

/// Who may see such a thing: that is never asked, it follows from what it is. `None` for all other
/// kinds.
pub(super) fn marking(view: &View, content: &Content) -> Option<Marking> {
    match content {
        Content::Passkey(Passkey { person, .. })
        | Content::DirectoryAccount(DirectoryAccount { person, .. }) => {
            Some(Marking { label: Label::Red, parties: Vec::new(), persons: vec![person.clone()] })
        }
        Content::EnrolmentLink(EnrolmentLink { person, .. })
        | Content::Vouching(Vouching { person }) => {
            // The delegation he sits in, and the one that entered him: whoever of either asks for the
            // next link must know of this one.
            let entered =
                view.find::<Person>(person).and_then(|(thing, _)| thing.author.party.clone());
            let mut parties: Vec<Id> = seat_of(view, person)
                .map(|seat| seat.party.clone())
                .into_iter()
                .chain(entered)
                .collect();
            parties.sort();
            parties.dedup();
            Some(Marking { label: Label::AmberStrict, parties, persons: Vec::new() })
        }
        _ => None,
    }
}

/// A person's standing seat, as far as the viewer sees it.
pub fn seat_of<'v>(view: &'v View, person: &Id) -> Option<&'v Seat> {
    view.standing::<Seat>().map(|(_, seat)| seat).find(|seat| seat.person == *person)
}

/// Whether a person has been in before, as far as the viewer sees it: then a further link takes more
/// than one seat of his delegation.
pub fn has_enrolled(view: &View, person: &Id) -> bool {
    view.all::<EnrolmentLink>().any(|(_, link)| link.person == *person && link.spent)
}

/// The vouching on which the viewer may build a link for a person: another seat's of his own
/// delegation, fresh, and not used yet.
pub fn vouched<'v>(
    view: &'v View,
    actor: &Seated,
    person: &Id,
    now: Timestamp,
) -> Option<&'v Thing> {
    let serves = |(thing, vouching): &(&Thing, &Vouching)| {
        is_anothers(thing, vouching, actor, person) && fresh(view, thing, now)
    };
    view.standing::<Vouching>().find(serves).map(|(thing, _)| thing)
}

/// Whether another seat of the actor's delegation vouches for a person.
fn is_anothers(thing: &Thing, vouching: &Vouching, actor: &Seated, person: &Id) -> bool {
    vouching.person == *person
        && thing.author.party.as_ref() == Some(&actor.party)
        && thing.author.person.as_ref() != Some(&actor.person)
}

/// Whether a vouching is less than a day old and no link was built on it.
fn fresh(view: &View, vouching: &Thing, now: Timestamp) -> bool {
    let until = vouching.created.checked_add(VOUCHING_HOURS.hours());
    let used = |link: &EnrolmentLink| link.vouching.as_ref() == Some(&vouching.id);
    until.is_ok_and(|until| now < until) && !view.all::<EnrolmentLink>().any(|(_, link)| used(link))
}

/// A passkey is enrolled by the person himself, by a link that he has just used up, or because he
/// came in with one that he had.
pub(super) fn may_enrol(view: &View, actor: &Seated, passkey: &Passkey) -> Result<(), Refusal> {
    if passkey.person != actor.person {
        return no("a passkey is enrolled by the person whose it is");
    }
    let own = || view.all::<Passkey>().filter(|(_, other)| other.person == actor.person);
    let stands = own().filter(|(thing, _)| thing.stands()).count();
    if stands >= PASSKEYS_MAX {
        return Err(Refusal::Conflict(format!(
            "ten passkeys are enough: revoke one first ({stands} stand)"
        )));
    }
    if own().any(|(thing, other)| thing.stands() && other.credential == passkey.credential) {
        return Err(Refusal::Conflict("this passkey is enrolled already".into()));
    }
    match &passkey.link {
        None if stands > 0 => Ok(()),
        None => no("the first passkey is enrolled by a link"),
        Some(id) => by_link(view, actor, id),
    }
}

/// Whether the actor has used this link up, and nothing has come by it yet.
fn by_link(view: &View, actor: &Seated, id: &Id) -> Result<(), Refusal> {
    let used = view
        .find::<EnrolmentLink>(id)
        .is_some_and(|(_, link)| link.person == actor.person && link.spent);
    let came = |link: &Option<Id>| link.as_ref() == Some(id);
    let passkey = view.all::<Passkey>().any(|(_, other)| came(&other.link));
    let account = view.all::<DirectoryAccount>().any(|(_, other)| came(&other.link));
    if used && !passkey && !account { Ok(()) } else { no("this link lets nobody in") }
}

/// An account is connected by the person himself: by a link that he has just used up, or with the
/// signature of a passkey. A directory that could connect more by itself could sign for people.
pub(super) fn may_connect(
    view: &View,
    actor: &Seated,
    account: &DirectoryAccount,
) -> Result<(), Refusal> {
    if account.person != actor.person {
        return no("a directory account is connected by the person whose it is");
    }
    let own = || view.standing::<DirectoryAccount>().filter(|(_, one)| one.person == actor.person);
    if own().count() >= ACCOUNTS_MAX {
        return Err(Refusal::Conflict("five accounts are enough: revoke one first".into()));
    }
    let same = |other: &DirectoryAccount| {
        other.issuer == account.issuer && other.subject == account.subject
    };
    if own().any(|(_, other)| same(other)) {
        return Err(Refusal::Conflict("this account is connected already".into()));
    }
    match &account.link {
        None if view.standing::<Passkey>().any(|(_, one)| one.person == actor.person) => Ok(()),
        None => no("without a passkey, an account is connected by a link"),
        Some(id) => by_link(view, actor, id),
    }
}

/// Who hands out a link: a lead; one seat of the delegation for somebody it has entered itself and who
/// was never in; two of its seats for anybody of it.
pub(super) fn may_let_in(view: &View, actor: &Seated, link: &EnrolmentLink) -> Result<(), Refusal> {
    if link.spent {
        return Err(Refusal::invalid("content.enrolment_link.spent", "a new link is not used yet"));
    }
    if !actor.role.acts() {
        return no("the head, an alternate or a clerk hands out enrolment links");
    }
    if link.person == actor.person {
        return no(
            "another seat hands out the link: what you need yourself, enrol on your own page",
        );
    }
    let Some((person, _)) = view.find::<Person>(&link.person) else {
        return Err(Refusal::NotFound(Some(Kind::Person)));
    };
    let Some(seat) = seat_of(view, &link.person) else {
        return Err(Refusal::Conflict(
            "this person has no seat that you can see: give him one first".into(),
        ));
    };
    if leads(actor) {
        return Ok(());
    }
    if seat.party != actor.party {
        return no("a delegation lets its own people in; a lead lets in anybody");
    }
    let own = person.author.party.as_ref() == Some(&actor.party);
    if own && !has_enrolled(view, &link.person) {
        return Ok(());
    }
    let stands_on = |id: &Id| {
        view.find::<Vouching>(id).is_some_and(|(thing, vouching)| {
            thing.stands() && is_anothers(thing, vouching, actor, &link.person)
        })
    };
    match &link.vouching {
        Some(id) if stands_on(id) => Ok(()),
        _ => no(
            "this person has been in before, or was entered by others: two seats of the delegation let him in, one by vouching for him, or a lead does",
        ),
    }
}

/// Whether the actor may give his word for a person.
pub(super) fn may_vouch(view: &View, actor: &Seated, vouching: &Vouching) -> Result<(), Refusal> {
    let sits_here = seat_of(view, &vouching.person).is_some_and(|seat| seat.party == actor.party);
    if vouching.person == actor.person || !sits_here {
        return no("one vouches for somebody else of one's own delegation");
    }
    Ok(())
}

/// Whether the actor may change such a thing in this way; `None` for all other kinds.
pub(super) fn may_change(
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    // Whoever may lose by a link that somebody else asked for can stop it.
    let stops = |person: &Id| {
        *person == actor.person
            || actor.role.acts() && (thing.marking.parties.contains(&actor.party) || leads(actor))
    };
    Some(match (&thing.content, change) {
        (Content::Passkey(passkey), Change::Amend { content: Content::Passkey(said) }) => {
            let renamed = Passkey { name: said.name.clone(), ..passkey.clone() };
            if passkey.person == actor.person && renamed == *said {
                Ok(())
            } else {
                no("of a passkey, its owner changes the name and nothing else")
            }
        }
        (Content::Passkey(passkey), Change::Withdraw { .. }) if passkey.person == actor.person => {
            Ok(())
        }
        (
            Content::DirectoryAccount(account),
            Change::Amend { content: Content::DirectoryAccount(said) },
        ) => {
            let renamed = DirectoryAccount { name: said.name.clone(), ..account.clone() };
            if account.person == actor.person && renamed == *said {
                Ok(())
            } else {
                no("of a directory account, its owner changes the name and nothing else")
            }
        }
        (Content::DirectoryAccount(account), Change::Withdraw { .. })
            if account.person == actor.person =>
        {
            Ok(())
        }
        (Content::EnrolmentLink(link), Change::Amend { content: Content::EnrolmentLink(said) }) => {
            may_use(actor, link, said)
        }
        (Content::EnrolmentLink(link), Change::Withdraw { .. }) if stops(&link.person) => {
            if link.spent {
                Err(Refusal::Conflict("this link was used already".into()))
            } else {
                Ok(())
            }
        }
        (Content::Vouching(vouching), Change::Withdraw { .. })
            if stops(&vouching.person) || thing.author.person.as_ref() == Some(&actor.person) =>
        {
            Ok(())
        }
        (
            Content::Passkey(_)
            | Content::DirectoryAccount(_)
            | Content::EnrolmentLink(_)
            | Content::Vouching(_),
            _,
        ) => no(
            "passkeys, directory accounts, enrolment links and vouchings are used or taken back, and nothing else",
        ),
        _ => return None,
    })
}

/// Whether a link is used by whom it is for, for the first time, and says nothing else.
fn may_use(actor: &Seated, link: &EnrolmentLink, said: &EnrolmentLink) -> Result<(), Refusal> {
    let used = EnrolmentLink { spent: true, ..link.clone() };
    if link.person != actor.person || used != *said {
        return no("an enrolment link is used by the person it is for, and says the same for ever");
    }
    if link.spent {
        return Err(Refusal::Conflict("this link was used already".into()));
    }
    Ok(())
}

/// Whether a change comes while what it rests on still holds.
pub(super) fn in_time(
    view: &View,
    thing: Option<&Thing>,
    change: &Change,
    now: Timestamp,
) -> Result<(), Refusal> {
    match (thing.map(|thing| &thing.content), change) {
        (None, Change::Create { content: Content::EnrolmentLink(link), .. }) => {
            let last = now.checked_add(LINK_HOURS_MAX.hours());
            if link.expires <= now || last.is_ok_and(|last| link.expires > last) {
                return Err(Refusal::invalid(
                    "content.enrolment_link.expires",
                    "within a week from now",
                ));
            }
            let stale = |id: &Id| view.get(id).is_none_or(|vouching| !fresh(view, vouching, now));
            if link.vouching.as_ref().is_some_and(stale) {
                return Err(Refusal::Conflict(
                    "this vouching is more than a day old, or was used for a link already".into(),
                ));
            }
            Ok(())
        }
        (Some(Content::EnrolmentLink(link)), Change::Amend { .. }) if now >= link.expires => {
            Err(Refusal::Conflict("this link has expired".into()))
        }
        _ => Ok(()),
    }
}

/// Whether all of a delegation can see whom it seats: then its seats are all counted in its own view,
/// and nothing of what is hidden from whoever asks has to be.
pub(super) fn seen_by_his_delegation(view: &View, seat: &Seat) -> Result<(), Refusal> {
    let Some((person, _)) = view.find::<Person>(&seat.person) else { return Ok(()) };
    if sees(view, &seat.party, person, &person.marking) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "content.seat.person",
        "not all of the delegation can see this person, by the label he was entered with: change that first, to one that names the party",
    ))
}

/// Whether whoever sits for a party sees a person under this marking.
fn sees(view: &View, party: &Id, person: &Thing, marking: &Marking) -> bool {
    let Some((_, said)) = view.find::<Party>(party) else { return true };
    let anybody = Viewer::Seated(Seated {
        person: party.clone(),
        party: party.clone(),
        standing: said.standing,
        role: Role::Interpreter,
        sessions: BTreeSet::new(),
        invited: BTreeSet::new(),
    });
    let origin = person.author.party.as_ref();
    let (author, session) = (None, None);
    let (shut, embargoed, concerns_viewer) = (false, false, false);
    may_see(&anybody, Marked { marking, author, origin, session, shut, embargoed, concerns_viewer })
}

/// Whether a label keeps a person from the delegation he sits for.
pub(super) fn stays_seen(view: &View, thing: &Thing, marking: &Marking) -> Result<(), Refusal> {
    let hides = |seat: &Seat| seat.person == thing.id && !sees(view, &seat.party, thing, marking);
    if thing.content.kind() == Kind::Person && view.standing::<Seat>().any(|(_, seat)| hides(seat))
    {
        return Err(Refusal::invalid(
            "marking.label",
            "the delegation that this person sits for must see him: name it in the audience",
        ));
    }
    Ok(())
}

/// Whether the label leaves a delegation to see who sits for it: nobody can manage seats that he may
/// not know of.
pub(super) fn label_fits(kind: Kind, marking: &Marking) -> Result<(), Refusal> {
    if matches!(kind, Kind::Person | Kind::Seat) && marking.label == Label::Red {
        return Err(Refusal::invalid(
            "marking.label",
            "a delegation sees who sits for it: AMBER+STRICT is the narrowest label for people",
        ));
    }
    Ok(())
}
