//! Whether what is said fits the rest of what the actor can see.

use super::{after, attribution, documents, meetings, people, room};
use crate::amount::Amount;
use crate::content::{
    Claim, Commitment, Content, Guarantee, GuaranteeNeed, Kind, Need, Party, Requires, Seat,
};
use crate::id::Id;
use crate::label::Marking;
use crate::refusal::Refusal;
use crate::state::Thing;
use crate::time::Point;
use crate::view::View;

/// The longest list of ids in one field.
pub(super) const LIST_MAX: usize = 500;

/// Whether an audience names parties and persons that the actor can see.
pub(super) fn audience(view: &View, marking: &Marking) -> Result<(), Refusal> {
    several(view, "marking.parties", &marking.parties, Kind::Party)?;
    several(view, "marking.persons", &marking.persons, Kind::Person)
}

pub(super) fn one(view: &View, field: &str, id: &Id, kind: Kind) -> Result<(), Refusal> {
    match view.get_kind(kind, id) {
        Some(thing) if !thing.withdrawn() => Ok(()),
        Some(thing) => Err(Refusal::invalid(
            field,
            format!("the {} \"{}\" was withdrawn", kind.word(), thing.content.title()),
        )),
        None => Err(Refusal::invalid(field, format!("there is no {} \"{id}\"", kind.word()))),
    }
}

pub(super) fn perhaps(
    view: &View,
    field: &str,
    id: Option<&Id>,
    kind: Kind,
) -> Result<(), Refusal> {
    id.map_or(Ok(()), |id| one(view, field, id, kind))
}

pub(super) fn several(view: &View, field: &str, ids: &[Id], kind: Kind) -> Result<(), Refusal> {
    if ids.len() > LIST_MAX {
        return Err(Refusal::invalid(field, format!("at most {LIST_MAX} can be named")));
    }
    for (place, id) in ids.iter().enumerate() {
        one(view, field, id, kind)?;
        if ids[..place].contains(id) {
            return Err(Refusal::invalid(field, format!("\"{id}\" is named twice")));
        }
    }
    Ok(())
}

/// Whether `content` can be said, in the place of what `thing` says now if it is there already.
pub(super) fn content(
    view: &View,
    content: &Content,
    thing: Option<&Thing>,
) -> Result<(), Refusal> {
    match content {
        Content::Coalition(_) | Content::Person(_) | Content::Source(_) => Ok(()),
        Content::Party(party) => unique(view, Kind::Party, party.name.as_str(), thing),
        Content::Circumstance(said) => unique(view, Kind::Circumstance, said.name.as_str(), thing),
        Content::Resource(said) => unique(view, Kind::Resource, said.name.as_str(), thing),
        Content::Seat(said) => seat(view, said, thing),
        Content::Need(said) => need(view, said),
        Content::Commitment(said) => commitment(view, said),
        Content::Guarantee(said) => guarantee(view, said),
        Content::Meeting(said) => meetings::meeting(view, said),
        Content::Session(said) => meetings::session(view, said),
        Content::Item(said) => meetings::item(view, said),
        Content::Invitation(said) => meetings::invitation(view, said, thing),
        Content::Reply(said) => meetings::reply(view, said, thing),
        Content::Outcome(said) => meetings::outcome(view, said),
        Content::Undertaking(said) => room::undertaking(view, said),
        Content::Arrival(said) => room::arrival(view, said, thing),
        Content::Custody(said) => room::custody(view, said),
        Content::Floor(said) => room::floor(view, said),
        Content::Minutes(said) => attribution::minutes(view, said, thing),
        Content::ActionPoint(said) => after::action_point(view, said, thing),
        Content::Readout(said) => after::readout(view, said),
        Content::Document(said) => documents::document(view, said, thing),
        Content::Reading(said) => documents::reading(view, said),
        Content::Claim(said) => claim(view, said),
        Content::Passkey(passkey) => {
            one(view, "content.passkey.person", &passkey.person, Kind::Person)
        }
        Content::DirectoryAccount(account) => {
            one(view, "content.directory_account.person", &account.person, Kind::Person)
        }
        Content::EnrolmentLink(link) => {
            one(view, "content.enrolment_link.person", &link.person, Kind::Person)?;
            let vouching = link.vouching.as_ref();
            perhaps(view, "content.enrolment_link.vouching", vouching, Kind::Vouching)
        }
        Content::Vouching(said) => one(view, "content.vouching.person", &said.person, Kind::Person),
        Content::PublishedAssessment(said) => {
            one(view, "content.published_assessment.guarantee", &said.guarantee, Kind::Guarantee)
        }
    }
}

/// Names are how conditions speak of things: two of one name would make them ambiguous.
fn unique(view: &View, kind: Kind, name: &str, thing: Option<&Thing>) -> Result<(), Refusal> {
    let taken = view.of_kind(kind).any(|other| {
        !other.withdrawn()
            && thing.is_none_or(|thing| thing.id != other.id)
            && other.content.title() == name
    });
    let field = format!("content.{}.name", kind.key());
    if taken {
        Err(Refusal::invalid(field, format!("there is a {} \"{name}\" already", kind.word())))
    } else {
        Ok(())
    }
}

fn seat(view: &View, seat: &Seat, thing: Option<&Thing>) -> Result<(), Refusal> {
    one(view, "content.seat.person", &seat.person, Kind::Person)?;
    one(view, "content.seat.party", &seat.party, Kind::Party)?;
    let sits = view.standing::<Seat>().any(|(other, said)| {
        said.person == seat.person && thing.is_none_or(|thing| thing.id != other.id)
    });
    if sits {
        return Err(Refusal::invalid(
            "content.seat.person",
            "this person has a seat already: end it first",
        ));
    }
    people::seen_by_his_delegation(view, seat)?;
    cap(view, &seat.party, thing)
}

/// Whether a party may seat one more. Its own people see every seat of it, so none is left uncounted
/// where they ask; a lead, who may not see all, seats nobody but the first.
fn cap(view: &View, party: &Id, thing: Option<&Thing>) -> Result<(), Refusal> {
    let cap = view.find::<Party>(party).and_then(|(_, said)| said.seats);
    let taken = view
        .standing::<Seat>()
        .filter(|(other, said)| {
            said.party == *party && thing.is_none_or(|thing| thing.id != other.id)
        })
        .count();
    match cap {
        Some(cap) if taken >= cap as usize => Err(Refusal::invalid(
            "content.seat.party",
            format!("this party may seat {cap}: end a seat first, or ask a lead for more"),
        )),
        _ => Ok(()),
    }
}

fn window(field: &str, from: Option<Point>, until: Option<Point>) -> Result<(), Refusal> {
    let wrong = match (from, until) {
        (Some(Point::Date(from)), Some(Point::Date(until))) => until <= from,
        (Some(Point::Trigger(from)), Some(Point::Trigger(until))) => until <= from,
        _ => false,
    };
    if wrong {
        Err(Refusal::invalid(
            field,
            "the window ends before it starts: `until` is the day after its last",
        ))
    } else {
        Ok(())
    }
}

fn positive(field: &str, amount: Amount) -> Result<(), Refusal> {
    if amount.is_zero() { Err(Refusal::invalid(field, "must be more than 0")) } else { Ok(()) }
}

fn need(view: &View, need: &Need) -> Result<(), Refusal> {
    one(view, "content.need.party", &need.party, Kind::Party)?;
    one(view, "content.need.resource", &need.resource, Kind::Resource)?;
    perhaps(view, "content.need.source", need.source.as_ref(), Kind::Source)?;
    positive("content.need.amount", need.amount)?;
    window("content.need.until", Some(need.from), Some(need.until))
}

fn commitment(view: &View, commitment: &Commitment) -> Result<(), Refusal> {
    one(view, "content.commitment.party", &commitment.party, Kind::Party)?;
    one(view, "content.commitment.resource", &commitment.resource, Kind::Resource)?;
    perhaps(view, "content.commitment.source", commitment.source.as_ref(), Kind::Source)?;
    if let Some(amount) = commitment.amount {
        positive("content.commitment.amount", amount)?;
    }
    if let Some(matches) = &commitment.matches {
        positive("content.commitment.matches.rate", matches.rate)?;
        positive("content.commitment.matches.up_to", matches.up_to)?;
    }
    window("content.commitment.until", commitment.from, commitment.until)?;
    let named = commitment.condition.references();
    let field = "content.commitment.condition";
    for (ids, kind) in [
        (&named.circumstances, Kind::Circumstance),
        (&named.parties, Kind::Party),
        (&named.resources, Kind::Resource),
    ] {
        for id in ids {
            one(view, field, id, kind)?;
        }
    }
    if named.parties.contains(&commitment.party) {
        return Err(Refusal::invalid(field, "a commitment cannot wait for its own party"));
    }
    Ok(())
}

fn guarantee(view: &View, guarantee: &Guarantee) -> Result<(), Refusal> {
    perhaps(view, "content.guarantee.trigger", guarantee.trigger.as_ref(), Kind::Circumstance)?;
    perhaps(view, "content.guarantee.source", guarantee.source.as_ref(), Kind::Source)?;
    if guarantee.needs.len() > 60 {
        return Err(Refusal::invalid("content.guarantee.needs", "at most 60 needs"));
    }
    for (place, need) in guarantee.needs.iter().enumerate() {
        let field = |part: &str| format!("content.guarantee.needs[{place}].{part}");
        one(view, &field("resource"), &need.resource, Kind::Resource)?;
        positive(&field("amount"), need.amount)?;
        window(&field("until"), Some(need.from), Some(need.until))?;
        if guarantee.needs[..place].iter().any(|other| overlap(need, other)) {
            return Err(Refusal::invalid(
                field("resource"),
                "two needs of one resource overlap in time: say it as one need",
            ));
        }
    }
    if let Requires::AtLeast(count) = guarantee.requires {
        let all = guarantee.needs.len();
        if count == 0 || count as usize > all {
            return Err(Refusal::invalid(
                "content.guarantee.requires",
                format!("\"all\", or a number from 1 to {all}"),
            ));
        }
    }
    Ok(())
}

/// Whether two needs ask for one resource at one moment, as far as their windows can be compared.
pub fn overlap(one: &GuaranteeNeed, other: &GuaranteeNeed) -> bool {
    let comparable = std::mem::discriminant(&one.from) == std::mem::discriminant(&other.from)
        && std::mem::discriminant(&one.until) == std::mem::discriminant(&other.until)
        && std::mem::discriminant(&one.from) == std::mem::discriminant(&one.until);
    one.resource == other.resource && comparable && one.from < other.until && other.from < one.until
}

fn claim(view: &View, claim: &Claim) -> Result<(), Refusal> {
    one(view, "content.claim.source", &claim.source, Kind::Source)?;
    if claim.value.is_none() && claim.text.is_empty() {
        return Err(Refusal::invalid(
            "content.claim.text",
            "say what the source says, or what value it gives",
        ));
    }
    let Some(about) = &claim.about else { return Ok(()) };
    match view.get(about).map(|thing| thing.content.kind()) {
        Some(kind) if kind < Kind::Claim => Ok(()),
        Some(kind) => Err(Refusal::invalid(
            "content.claim.about",
            format!("a claim is not about a {}", kind.word()),
        )),
        None => {
            Err(Refusal::invalid("content.claim.about", format!("there is no thing \"{about}\"")))
        }
    }
}
