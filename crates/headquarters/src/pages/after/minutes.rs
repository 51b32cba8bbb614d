//! Minutes: what they say, and what was changed in them since.

use super::page_of;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::parts::{self, Crumb};
use crate::pages::words;
use coalition::content::{Attribution, Item, Minutes, Noted, Session};
use coalition::{Act, Change, Content, Id, Refusal, Thing, View, decide};
use maud::{Markup, html};

/// What a rule lets stand, in a sentence.
pub(super) fn rule_words(rule: Attribution) -> &'static str {
    match rule {
        Attribution::OnRecord => "On the record: it may be told who said what.",
        Attribution::ChathamHouse => {
            "Chatham House rule: no party and no person is named, and the order is that of the agenda and of the alphabet, so that it tells nobody who spoke when."
        }
        Attribution::Nothing => {
            "Nothing may be attributed or disclosed: only what was decided is noted, and nobody is named."
        }
    }
}

/// Points under their items, in the order in which they stand.
pub(super) fn told(view: &View, points: &[Noted]) -> Markup {
    let mut items: Vec<Option<&Id>> = points.iter().map(|noted| noted.item.as_ref()).collect();
    // On the record, points of one item may lie apart.
    items.sort();
    items.dedup();
    let place = |item: &Option<&Id>| {
        let known = item.and_then(|item| view.find::<Item>(item));
        (known.is_none(), known.map_or(0, |(_, said)| said.place), item.cloned())
    };
    items.sort_by_key(place);
    let several = items.len() > 1;
    html! {
        @for item in items {
            @match item {
                Some(item) => { h3 { (view.name_of(item)) } }
                None => { @if several { h3 { "Under no item" } } }
            }
            ul.minutes { @for noted in points.iter().filter(|noted| noted.item.as_ref() == item) {
                li { (point(view, noted)) }
            } }
        }
    }
}

fn point(view: &View, noted: &Noted) -> Markup {
    html! {
        @if noted.decided { strong { "Decided: " } }
        @match (&noted.person, &noted.party) {
            (Some(person), Some(party)) => { (words::link(view, person)) " (" (words::link(view, party)) "): " }
            (Some(one), None) | (None, Some(one)) => { (words::link(view, one)) ": " }
            (None, None) => {}
        }
        @for (at, line) in noted.text.as_str().lines().enumerate() {
            @if at > 0 { br; }
            (line)
        }
    }
}

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, said) = asking.find::<Minutes>("id")?;
    let view = &asking.view;
    let session = view.find::<Session>(&said.session);
    let meeting = session.map(|(_, session)| &session.meeting);
    let title = words::title(view, thing);
    let heading = format!("{}{}", title[..1].to_uppercase(), &title[1..]);
    let wide = html! {
        section.panel {
            h2 { "What was said and decided" }
            p.small.quiet { (rule_words(said.attribution)) }
            (told(view, &said.points))
        }
        (versions(asking, thing))
    };
    let named = meeting.map(|id| view.name_of(id)).unwrap_or_default();
    let held = meeting.map(|id| format!("/meetings/{id}#{}", said.session));
    let crumbs = [
        Crumb { text: "Meetings", href: Some("/meetings") },
        Crumb { text: &named, href: held.as_deref() },
        Crumb { text: "Minutes", href: None },
    ];
    Ok(page_of(asking, thing, &crumbs, (said.attribution.words(), &heading), &wide))
}

/// One version after another, the newest first, each with what it changed.
fn versions(asking: &Asking, thing: &Thing) -> Markup {
    let view = &asking.view;
    let leaves = asking.leaves();
    let said: Vec<(Act, Minutes)> = view
        .history(&leaves, thing)
        .filter_map(|(_, act)| match &act.change {
            Change::Create { content: Content::Minutes(said), .. }
            | Change::Amend { content: Content::Minutes(said) } => {
                let said = said.clone();
                Some((act, said))
            }
            _ => None,
        })
        .collect();
    if said.len() < 2 {
        return html! {};
    }
    html! {
        section.panel {
            h2 { "Corrections" }
            p.small.quiet { "Every version stands in the record." }
            @for pair in said.windows(2).rev() {
                @let [(_, before), (act, after)] = pair else { continue };
                article.outcome {
                    p.small.quiet { (words::moment_words(act.at)) ", " (words::author(view, act)) }
                    (changed(view, &before.points, &after.points))
                }
            }
        }
    }
}

/// What one version says that the one before did not, and the other way round.
fn changed(view: &View, before: &[Noted], after: &[Noted]) -> Markup {
    let lacks = |points: &[Noted], noted: &&Noted| !points.contains(noted);
    let gone: Vec<&Noted> = before.iter().filter(|noted| lacks(after, noted)).collect();
    let new: Vec<&Noted> = after.iter().filter(|noted| lacks(before, noted)).collect();
    html! {
        @if gone.is_empty() && new.is_empty() { p { "The order of its points." } }
        ul.minutes {
            @for noted in gone { li { span.unseen { "Taken out: " } del { (point(view, noted)) } } }
            @for noted in new { li { span.unseen { "Put in: " } ins { (point(view, noted)) } } }
        }
    }
}

/// The way to a session's minutes, and to their taking.
pub(crate) fn of_session(asking: &Asking, session: &Id) -> Markup {
    let recorded = decide::minutes_of(&asking.view, session);
    let takes = decide::takes_minutes(&asking.view, session);
    html! {
        @if let Some((thing, _)) = recorded {
            p.small {
                a href={ "/minutes/" (thing.id) } { "Minutes" } " "
                (parts::tlp(words::tlp(thing.marking.label)))
            }
        } @else if takes {
            p.small { a href={ "/sessions/" (session) "/minutes" } { "Take the minutes" } }
        }
    }
}
