//! What a form offers to choose from: things in the view, narrowed to those that would be taken.

use super::values::Values;
use crate::asking::Asking;
use crate::pages::words;
use coalition::content::{Invitation, Reply, Seat, Session, Standing};
use coalition::{Content, Id, Kind, Thing, View, condition};

/// The things of some kinds that a field of a form may name, by title. Those chosen already stay,
/// even if they were withdrawn since: a form must not change what nobody touched.
pub(crate) fn things(
    asking: &Asking,
    form: Kind,
    name: &str,
    kinds: &[Kind],
    values: &Values,
) -> Vec<(String, String)> {
    let view = &asking.view;
    let mut found: Vec<(String, String)> = kinds
        .iter()
        .flat_map(|kind| view.of_kind(*kind))
        .filter(|thing| {
            let chosen = values.all(name).any(|id| id == thing.id.as_str());
            chosen || (!thing.withdrawn() && fits(view, form, name, thing, values))
        })
        .map(|thing| (thing.id.to_string(), told(view, thing, kinds.len() > 1)))
        .collect();
    found.sort_by_cached_key(|(id, title)| (title.to_lowercase(), id.clone()));
    found
}

/// What a list calls a thing; with its kind where the list holds several.
fn told(view: &View, thing: &Thing, mixed: bool) -> String {
    let title = match &thing.content {
        Content::Session(session) => {
            format!("{} ({})", session.title, view.name_of(&session.meeting))
        }
        _ => words::title(view, thing),
    };
    if mixed { format!("{}: {title}", thing.content.kind().word()) } else { title }
}

/// Whether a thing may be named in this field by this viewer, as far as the form knows already.
fn fits(view: &View, form: Kind, name: &str, thing: &Thing, values: &Values) -> bool {
    let Some(actor) = view.viewer().seated() else { return false };
    let leads = actor.standing == Standing::Lead;
    match (form, name, &thing.content) {
        (Kind::Commitment | Kind::Need | Kind::Seat, "party", Content::Party(_)) => {
            leads || thing.id == actor.party
        }
        (Kind::Reply, "invitation", Content::Invitation(said)) => said.party == actor.party,
        (Kind::Reply, "persons", Content::Person(_)) => view
            .standing::<Seat>()
            .any(|(_, seat)| seat.person == thing.id && seat.party == actor.party),
        (Kind::Reply, "sessions", Content::Session(session)) => {
            invited(view, values).is_none_or(|said| {
                said.meeting == session.meeting
                    && (said.sessions.is_empty() || said.sessions.contains(&thing.id))
            })
        }
        (Kind::Minutes, _, Content::Item(item)) => {
            let session = values.first("session");
            session.is_empty() || item.session.as_str() == session
        }
        // In a row, only what the rest of the form names.
        (Kind::Reply, name, Content::Person(_)) if name.starts_with("except.") => view
            .standing::<Seat>()
            .any(|(_, seat)| seat.person == thing.id && seat.party == actor.party),
        (Kind::Reply, name, Content::Session(session)) if name.starts_with("except.") => {
            invited(view, values).is_none_or(|said| said.meeting == session.meeting)
        }
        (Kind::Invitation | Kind::Outcome | Kind::ActionPoint, _, Content::Session(session)) => {
            let meeting = values.first("meeting");
            meeting.is_empty() || session.meeting.as_str() == meeting
        }
        _ => true,
    }
}

/// The invitation that a reply's form answers.
fn invited<'a>(view: &'a View, values: &Values) -> Option<&'a Invitation> {
    let id = Id::parse(values.first("invitation")).ok()?;
    view.find::<Invitation>(&id).map(|(_, said)| said)
}

/// What a fresh form may take as meant: the viewer's own party, the one invitation still open.
pub(crate) fn meant(asking: &Asking, form: Kind) -> Vec<(&'static str, String)> {
    let view = &asking.view;
    let Some(actor) = view.viewer().seated() else { return Vec::new() };
    match form {
        Kind::Commitment | Kind::Seat => vec![("party", actor.party.to_string())],
        Kind::Need if actor.standing == Standing::Beneficiary => {
            vec![("party", actor.party.to_string())]
        }
        Kind::Reply => {
            let answered =
                |id: &Id| view.standing::<Reply>().any(|(_, reply)| reply.invitation == *id);
            let mut open = view
                .standing::<Invitation>()
                .filter(|(thing, said)| said.party == actor.party && !answered(&thing.id));
            match (open.next(), open.next()) {
                (Some((thing, _)), None) => vec![("invitation", thing.id.to_string())],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The names that a condition may use, as the viewer knows them.
pub(crate) fn known_names(view: &View) -> condition::KnownNames {
    let mut names = condition::KnownNames::default();
    for (kind, place) in [
        (Kind::Circumstance, condition::Kind::Circumstance),
        (Kind::Party, condition::Kind::Party),
        (Kind::Resource, condition::Kind::Resource),
    ] {
        for thing in view.of_kind(kind).filter(|thing| !thing.withdrawn()) {
            names.add(place, thing.id.clone(), thing.content.title());
        }
    }
    names
}

/// The session that an id names, if the viewer can see it.
pub(crate) fn session(view: &View, id: &str) -> Option<Id> {
    let id = Id::parse(id).ok()?;
    view.find::<Session>(&id).map(|(thing, _)| thing.id.clone())
}
