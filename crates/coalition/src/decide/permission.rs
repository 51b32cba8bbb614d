//! Who may do what, by the standing of his party and his role in its delegation.

use super::{after, documents, people, room};
use crate::act::Change;
use crate::content::{Content, Invitation, Kind, Seat, Session, Standing};
use crate::id::Id;
use crate::label::Seated;
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::time::PartialTime;
use crate::view::View;
use jiff::civil::Date;

pub(super) fn no(why: &'static str) -> Result<(), Refusal> {
    Err(Refusal::NotAllowed(why))
}

pub(super) fn leads(actor: &Seated) -> bool {
    actor.standing == Standing::Lead
}

/// Whether the actor's role lets him make things of a kind at all.
fn may_speak(actor: &Seated, kind: Kind) -> Result<(), Refusal> {
    // What advisers are for: they cite and assess, and bind nobody.
    let advisory = matches!(kind, Kind::Source | Kind::Claim | Kind::PublishedAssessment);
    if actor.role.acts() || (advisory && actor.role.advises()) {
        Ok(())
    } else if actor.role.advises() {
        no(
            "an adviser reads, cites and assesses; the head, an alternate or a clerk acts for the delegation",
        )
    } else {
        no("an interpreter reads; the head, an alternate or a clerk acts for the delegation")
    }
}

fn leads_or_member(actor: &Seated) -> bool {
    matches!(actor.standing, Standing::Lead | Standing::Member)
}

fn only(who: bool, why: &'static str) -> Result<(), Refusal> {
    if who { Ok(()) } else { no(why) }
}

/// Whether the actor may make a thing that says this.
pub(super) fn may_create(view: &View, actor: &Seated, content: &Content) -> Result<(), Refusal> {
    let speaks = may_speak(actor, content.kind());
    let leads_or_member = leads_or_member(actor);
    match content {
        // The role counts in other ways here, or not at all.
        Content::Passkey(said) => people::may_enrol(view, actor, said),
        Content::DirectoryAccount(said) => people::may_connect(view, actor, said),
        Content::EnrolmentLink(said) => people::may_let_in(view, actor, said),
        Content::Vouching(said) => people::may_vouch(view, actor, said),
        Content::Undertaking(said) => room::may_undertake(actor, said),
        Content::Arrival(said) => room::may_host(view, actor, &said.meeting),
        Content::Custody(said) => room::may_host(view, actor, &said.meeting),
        Content::Floor(said) => room::may_open(view, actor, said),
        Content::Minutes(said) => after::may_minute(view, actor, &said.session),
        Content::ActionPoint(said) => after::may_keep(view, actor, said),
        Content::Readout(said) => room::may_host(view, actor, &said.meeting),
        Content::Document(_) => documents::may_give(actor),
        Content::Reading(_) => Ok(()),
        Content::Coalition(_) => {
            speaks.and(no("a record holds one coalition, made when it was founded"))
        }
        Content::Party(_) => speaks.and(only(leads(actor), "only a lead admits parties")),
        Content::Person(_) => speaks,
        Content::Seat(said) => speaks.and_then(|()| may_seat(view, actor, &said.party)),
        Content::Circumstance(_) => {
            speaks.and(only(leads_or_member, "only leads and members state circumstances"))
        }
        Content::Resource(_) => {
            speaks.and(only(leads_or_member, "only leads and members name resources"))
        }
        Content::Guarantee(_) => {
            speaks.and(only(leads_or_member, "only leads and members state guarantees"))
        }
        Content::Need(said) => speaks.and(may_need(actor, &said.party)),
        Content::Commitment(said) => speaks.and(may_promise(actor, &said.party)),
        Content::Meeting(_) => {
            speaks.and(only(leads_or_member, "only leads and members call meetings"))
        }
        Content::Session(said) => speaks.and_then(|()| may_run(view, actor, &said.meeting)),
        Content::Item(said) => speaks.and_then(|()| may_run_session(view, actor, &said.session)),
        Content::Invitation(said) => speaks.and_then(|()| may_run(view, actor, &said.meeting)),
        Content::Outcome(said) => speaks.and_then(|()| may_run(view, actor, &said.meeting)),
        Content::Reply(said) => speaks.and_then(|()| may_answer(view, actor, &said.invitation)),
        Content::Source(_) | Content::Claim(_) => speaks.and(only(
            actor.standing != Standing::Observer,
            "an observer does not add to the coalition's evidence",
        )),
        Content::PublishedAssessment(_) => {
            speaks.and(only(leads_or_member, "only leads and members release assessments"))
        }
    }
}

fn may_need(actor: &Seated, party: &Id) -> Result<(), Refusal> {
    let own = actor.standing == Standing::Beneficiary && *party == actor.party;
    only(own || leads(actor), "a beneficiary states its own needs; a lead may record them")
}

fn may_answer(view: &View, actor: &Seated, invitation: &Id) -> Result<(), Refusal> {
    match view.find::<Invitation>(invitation) {
        Some((_, invitation)) => {
            only(invitation.party == actor.party, "a delegation answers its own invitation")
        }
        None => Err(Refusal::NotFound(Some(Kind::Invitation))),
    }
}

/// A delegation seats its own people. A lead seats the first person of a party that has none, and
/// no more: whoever could seat himself elsewhere could read what is for others alone.
fn may_seat(view: &View, actor: &Seated, party: &Id) -> Result<(), Refusal> {
    let nobody_sits = || !view.all::<Seat>().any(|(_, seat)| seat.party == *party);
    if actor.party == *party || (leads(actor) && nobody_sits()) {
        Ok(())
    } else {
        no(
            "a delegation seats its own people; a lead seats the first person of a party that has none",
        )
    }
}

fn may_promise(actor: &Seated, party: &Id) -> Result<(), Refusal> {
    let own = actor.party == *party && actor.standing != Standing::Observer;
    if own || leads(actor) {
        Ok(())
    } else {
        no("a party promises for itself; a lead may record what another has promised")
    }
}

/// Whether the actor runs a meeting: his delegation called it or is its host, or it leads.
pub(super) fn may_run(view: &View, actor: &Seated, meeting: &Id) -> Result<(), Refusal> {
    let Some((thing, said)) = view.find::<crate::content::Meeting>(meeting) else {
        return Err(Refusal::NotFound(Some(Kind::Meeting)));
    };
    let own = thing.author.party.as_ref() == Some(&actor.party)
        || said.host.as_ref() == Some(&actor.party);
    if own || leads(actor) {
        Ok(())
    } else {
        no("the delegation that called a meeting, its host, and the leads run it")
    }
}

fn may_run_session(view: &View, actor: &Seated, session: &Id) -> Result<(), Refusal> {
    match view.find::<Session>(session) {
        Some((_, session)) => may_run(view, actor, &session.meeting),
        None => Err(Refusal::NotFound(Some(Kind::Session))),
    }
}

/// What the rules of some kinds say by themselves.
fn judged(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    people::may_change(actor, thing, change)
        .or_else(|| room::may_change(view, actor, thing, change))
        .or_else(|| documents::may_change(actor, thing, change))
        .or_else(|| after::may_change(view, actor, thing, change))
}

/// Whether the actor may change this thing in this way.
pub(super) fn may_change(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    change: &Change,
) -> Result<(), Refusal> {
    if let Some(permitted) = judged(view, actor, thing, change) {
        return permitted;
    }
    let own = thing.author.party.as_ref() == Some(&actor.party);
    // Who has changed delegations has left what he wrote with the one he wrote it for.
    let own_person = thing.author.person.as_ref() == Some(&actor.person)
        && thing.author.party.as_ref().is_none_or(|party| *party == actor.party);
    // And who has changed seats does no more to what he wrote than his seat allows.
    let his_to_change = own_person && may_speak(actor, thing.content.kind()).is_ok();
    if !actor.role.acts() && !his_to_change {
        return no("an adviser changes only what advisers write, and what he wrote himself");
    }
    if let Change::Relabel { .. } = change {
        // The label protects whoever gave the thing, so nobody else loosens it.
        return if own || own_person || (thing.author.party.is_none() && leads(actor)) {
            Ok(())
        } else {
            no("only the delegation from which it comes changes its label")
        };
    }
    if let Change::Amend { content } = change {
        // Amending into something is as good as making it.
        may_create_or_keep(view, actor, thing, content)?;
    }
    may_touch(view, actor, thing, change)
}

/// Whether the actor may change what this thing is about.
fn may_touch(view: &View, actor: &Seated, thing: &Thing, change: &Change) -> Result<(), Refusal> {
    match &thing.content {
        Content::Party(_)
            if matches!(change, Change::Suspend { .. }) && thing.id == actor.party =>
        {
            no("a lead does not suspend itself: nobody of it could resume it")
        }
        Content::Coalition(_) | Content::Party(_) if leads(actor) => Ok(()),
        Content::Coalition(_) => no("only a lead changes the coalition's name"),
        Content::Party(_) => no("only a lead changes parties"),
        Content::Commitment(commitment) => may_promise(actor, &commitment.party),
        Content::Seat(seat) => may_seat(view, actor, &seat.party),
        Content::Reply(reply) => match view.find::<Invitation>(&reply.invitation) {
            Some((_, invitation)) if invitation.party == actor.party => Ok(()),
            _ => no("a delegation answers its own invitation"),
        },
        Content::Meeting(_) => may_run(view, actor, &thing.id),
        Content::Session(session) => may_run(view, actor, &session.meeting),
        Content::Item(item) => may_run_session(view, actor, &item.session),
        Content::Invitation(invitation) => may_run(view, actor, &invitation.meeting),
        Content::Outcome(outcome) => may_run(view, actor, &outcome.meeting),
        Content::Person(_)
        | Content::Source(_)
        | Content::Circumstance(_)
        | Content::Resource(_)
        | Content::Need(_)
        | Content::Guarantee(_)
        | Content::Claim(_)
        | Content::PublishedAssessment(_)
        | Content::Passkey(_)
        | Content::DirectoryAccount(_)
        | Content::EnrolmentLink(_)
        | Content::Vouching(_)
        | Content::Undertaking(_)
        | Content::Arrival(_)
        | Content::Custody(_)
        | Content::Floor(_)
        | Content::Minutes(_)
        | Content::ActionPoint(_)
        | Content::Readout(_)
        | Content::Document(_)
        | Content::Reading(_) => {
            let own = thing.author.party.as_ref() == Some(&actor.party);
            of_its_author(own || leads(actor))
        }
    }
}

fn of_its_author(or_a_lead: bool) -> Result<(), Refusal> {
    if or_a_lead { Ok(()) } else { no("the delegation from which it comes, or a lead, changes it") }
}

fn may_create_or_keep(
    view: &View,
    actor: &Seated,
    thing: &Thing,
    content: &Content,
) -> Result<(), Refusal> {
    match content {
        Content::Coalition(_) => Ok(()),
        content if content.kind() != thing.content.kind() => Ok(()),
        content => may_create(view, actor, content),
    }
}

/// What an actor can be offered to do to a thing: the verbs that `decide` would not refuse for his
/// seat or for the thing's state. Empty for whoever has no seat.
pub fn offers(view: &View, thing: &Thing) -> Vec<&'static str> {
    let Some(actor) = view.viewer().seated() else { return Vec::new() };
    let reason = crate::text::Text::default;
    let commitment = matches!(thing.content, Content::Commitment(_));
    let kind = thing.content.kind();
    let suspends = matches!(kind, Kind::Commitment | Kind::Party | Kind::Meeting);
    let shut = thing.said::<Session>().filter(|_| thing.stands()).map(|session| session.shut);
    let possible = [
        (
            Change::Amend { content: thing.content.clone() },
            !thing.withdrawn() && kind != Kind::PublishedAssessment && !kind.made_by_the_house(),
        ),
        (Change::Advance { stage: crate::content::Stage::Delivered }, commitment && thing.stands()),
        (Change::Suspend { reason: reason() }, suspends && thing.stands()),
        (
            Change::Postpone { starts: PartialTime::Day(Date::ZERO), ends: None, reason: reason() },
            kind == Kind::Meeting && !thing.withdrawn(),
        ),
        (Change::Close { reason: reason() }, shut == Some(false)),
        (Change::Reopen { reason: reason() }, shut == Some(true)),
        (Change::Resume { reason: reason() }, !thing.stands()),
        (Change::Withdraw { reason: reason() }, !thing.withdrawn() && kind != Kind::Coalition),
        (Change::Relabel { marking: thing.marking.clone() }, true),
    ];
    let offered = possible
        .into_iter()
        .filter(|(change, possible)| *possible && may_change(view, actor, thing, change).is_ok());
    offered.map(|(change, _)| change.key()).collect()
}

/// Whether the viewer's standing and role allow him to make things of a kind at all. What a
/// particular one refers to may still refuse it.
pub fn offers_new(view: &View, kind: Kind) -> bool {
    let Some(actor) = view.viewer().seated() else { return false };
    let leads_or_member = leads_or_member(actor);
    let by_standing = match kind {
        Kind::Coalition => false,
        Kind::Party => leads(actor),
        Kind::Circumstance | Kind::Resource | Kind::Guarantee | Kind::Meeting => leads_or_member,
        Kind::Session | Kind::Item | Kind::Invitation | Kind::Outcome => leads_or_member,
        Kind::Commitment | Kind::Source | Kind::Claim | Kind::Document => {
            actor.standing != Standing::Observer
        }
        Kind::Need => matches!(actor.standing, Standing::Lead | Standing::Beneficiary),
        Kind::PublishedAssessment => leads_or_member,
        Kind::Person | Kind::Seat => true,
        // They have pages of their own.
        Kind::Passkey
        | Kind::DirectoryAccount
        | Kind::EnrolmentLink
        | Kind::Vouching
        | Kind::Reading => false,
        // A page asks for it where it is needed.
        Kind::Undertaking => false,
        Kind::Arrival | Kind::Custody => leads_or_member,
        Kind::Readout => leads_or_member,
        Kind::Floor | Kind::Minutes | Kind::ActionPoint => {
            leads_or_member
                || view
                    .standing::<Session>()
                    .any(|(_, session)| session.chair.as_ref() == Some(&actor.person))
        }
        Kind::Reply => {
            view.standing::<Invitation>().any(|(_, invitation)| invitation.party == actor.party)
        }
    };
    if kind == Kind::Document {
        return by_standing && (actor.role.acts() || actor.role.advises());
    }
    by_standing && may_speak(actor, kind).is_ok()
}
