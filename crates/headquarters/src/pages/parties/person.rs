//! A person's page.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, Glyph, OnPhone, PageHead, Table, Tone};
use crate::pages::when::{self, Season};
use crate::pages::{claims, words};
use coalition::content::{Invitation, Meeting, Person, Reply, Role, Seat};
use coalition::time::PartialTime;
use coalition::{Kind, Refusal, Thing};
use maud::{Markup, html};

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, person) = asking.find::<Person>("id")?;
    let view = &asking.view;
    let mut seats: Vec<(&Thing, &Seat)> =
        view.all::<Seat>().filter(|(_, seat)| seat.person == thing.id).collect();
    seats.sort_by_key(|(seat, _)| (seat.withdrawn(), &seat.id));
    let own = view.viewer().seated().is_some_and(|seated| seated.person == thing.id);
    let current = seats.iter().find(|(seat, _)| seat.stands());
    let lead = current
        .map(|(_, seat)| format!("{} of {}", role(seat.role), view.name_of(&seat.party)))
        .unwrap_or_default();
    let actions = html! {
        (words::changes(asking, thing))
        @if current.is_none() {
            (words::offer_new(asking, Kind::Seat, "Give a seat", &[("person", &thing.id)]))
        }
    };
    let wide = html! {
        (seats_told(asking, &seats))
        (meetings(asking, thing))
        (claims::panel(asking, Some(&thing.id)))
    };
    let narrow = words::seen_and_done(asking, thing);
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Parties", href: Some("/parties") },
            Crumb { text: person.name.as_str(), href: None },
        ]))
        (parts::page_head(&PageHead {
            kicker: "Person",
            label: Some(words::tlp(thing.marking.label)),
            badges: html! { @if own { (parts::badge(Tone::Accent, None, "you")) } },
            lead: &lead,
            actions,
            ..PageHead::titled(person.name.as_str())
        }))
        (words::status(thing))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page(person.name.as_str(), Section::Parties, body))
}

/// What a role does, as the beginning of "… of Estonia".
fn role(role: Role) -> &'static str {
    match role {
        Role::Head => "Head of the delegation",
        Role::Alternate => "Alternate in the delegation",
        Role::Adviser => "Adviser in the delegation",
        Role::Clerk => "Clerk of the delegation",
        Role::Interpreter => "Interpreter of the delegation",
        Role::PressOfficer => "Press officer of the delegation",
    }
}

fn seats_told(asking: &Asking, seats: &[(&Thing, &Seat)]) -> Markup {
    let rows = seats.iter().map(|(thing, seat)| {
        vec![
            words::link(&asking.view, &seat.party),
            html! {
                (seat.role.word())
                @if thing.withdrawn() { " " (parts::badge(Tone::Idle, Some(Glyph::Cross), "seat ended")) }
            },
            html! { span.nowrap { (thing.created.strftime("%-d %B %Y")) } },
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let table = Table {
        caption: "Seats",
        caption_unseen: true,
        columns: ["Delegation", "Seat", "Since", "Label"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        section.panel {
            div.panel-head { h2 { "Seats" } }
            @if seats.is_empty() { p.quiet { "No seat that you can see. Without one, a person sees what is CLEAR." } }
            @else { (parts::table(&table)) }
        }
    }
}

/// The meetings for which a reply names the person, the latest first.
fn meetings(asking: &Asking, person: &Thing) -> Markup {
    let view = &asking.view;
    let mut named: Vec<(&Reply, &Thing, &Meeting)> = view
        .standing::<Reply>()
        .filter(|(_, reply)| reply.persons.contains(&person.id))
        .filter_map(|(_, reply)| {
            let (_, invitation) = view.find::<Invitation>(&reply.invitation)?;
            let (thing, meeting) = view.find::<Meeting>(&invitation.meeting)?;
            Some((reply, thing, meeting))
        })
        .collect();
    named.sort_by(|(_, one, meeting), (_, other, said)| {
        let starts = |meeting: &Meeting| meeting.starts.map(PartialTime::earliest);
        starts(said).cmp(&starts(meeting)).then_with(|| one.id.cmp(&other.id))
    });
    let rows = named.iter().map(|(reply, thing, meeting)| {
        let season = when::season(meeting, asking.now);
        vec![
            html! { a href={ "/meetings/" (thing.id) } { (meeting.title) } },
            when::moment(meeting, season == Season::Upcoming),
            html! { (reply.from.words()) },
            html! {
                @if reply.sessions.is_empty() { span.quiet { "none named" } }
                (words::listed(&reply.sessions.iter().map(|id| view.name_of(id)).collect::<Vec<_>>()))
            },
        ]
    });
    let table = Table {
        caption: "Meetings",
        caption_unseen: true,
        columns: ["Meeting", "When", "Takes part", "Sessions"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        section.panel {
            div.panel-head { h2 { "Meetings" } }
            @if named.is_empty() { p.quiet { "Named for no meeting that you can see." } }
            @else { (parts::table(&table)) }
        }
    }
}
