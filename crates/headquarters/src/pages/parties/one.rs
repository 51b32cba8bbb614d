//! A party's page.

use super::{chance, meaning};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Column, Crumb, Glyph, OnPhone, PageHead, Table, Tone};
use crate::pages::guarantees::said;
use crate::pages::meetings::{Attendance, Called, answer_words, changing};
use crate::pages::when::{self, Season};
use crate::pages::{after, claims, words};
use coalition::content::{Basis, Commitment, Need, Party, Seat};
use coalition::{Id, Kind, Refusal, Thing, View};
use maud::{Markup, html};

/// How many commitments are shown here; the room of commitments shows all.
const COMMITMENTS_MAX: usize = 50;

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, party) = asking.find::<Party>("id")?;
    let view = &asking.view;
    let promised = promised(view, &thing.id);
    let needs: Vec<(&Thing, &Need)> =
        view.all::<Need>().filter(|(_, need)| need.party == thing.id).collect();
    let shown = &promised[..promised.len().min(COMMITMENTS_MAX)];
    let illustrative = shown.iter().any(|(_, commitment)| commitment.basis == Basis::Illustrative)
        || needs.iter().any(|(_, need)| need.basis == Basis::Illustrative);
    let wide = html! {
        (delegation(asking, thing))
        (after::asked_of(asking, &thing.id))
        (commitments(asking, thing, &promised))
        (needs_told(asking, &needs))
        (meetings(asking, thing))
        (claims::panel(asking, Some(&thing.id)))
    };
    let narrow = html! {
        (facts(thing, party))
        (words::seen_and_done(asking, thing))
    };
    let own = view.viewer().seated().is_some_and(|seated| seated.party == thing.id);
    let badges = html! {
        @if thing.withdrawn() { (parts::badge(Tone::Bad, Some(Glyph::Cross), "left")) }
        @else { (parts::badge(Tone::Accent, None, party.standing.word())) }
        @if own { (parts::badge(Tone::Idle, None, "your delegation")) }
    };
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Parties", href: Some("/parties") },
            Crumb { text: party.name.as_str(), href: None },
        ]))
        (parts::page_head(&PageHead {
            kicker: "Party",
            label: Some(words::tlp(thing.marking.label)),
            badges,
            actions: html! {
                (words::changes(asking, thing))
                (words::offer_new(asking, Kind::Claim, "Cite a claim", &[("about", &thing.id)]))
            },
            ..PageHead::titled(party.name.as_str())
        }))
        (words::status(thing))
        (said::illustrative_notice(illustrative))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page(party.name.as_str(), Section::Parties, body))
}

fn facts(thing: &Thing, party: &Party) -> Markup {
    let rows = [
        ("Standing", html! { (party.standing.word()) ": " (meaning(party.standing)) }),
        (
            "Chance that it stays",
            html! {
                (chance(party))
                @if party.chance.is_some() {
                    div.small.quiet { "An assumption, used where the probability of a guarantee is computed." }
                }
            },
        ),
        ("In the record since", html! { (words::moment_words(thing.created)) }),
    ];
    html! {
        section.panel {
            h2 { "The party" }
            (parts::facts(&rows))
            (words::paragraphs(party.note.as_str()))
        }
    }
}

/// The people a party seats; those whose seat ended come last.
fn delegation(asking: &Asking, party: &Thing) -> Markup {
    let view = &asking.view;
    let mut seats: Vec<(&Thing, &Seat)> =
        view.all::<Seat>().filter(|(_, seat)| seat.party == party.id).collect();
    seats.sort_by_cached_key(|(thing, seat)| {
        (thing.withdrawn(), seat.role, view.name_of(&seat.person), thing.id.clone())
    });
    let rows = seats.iter().map(|(thing, seat)| {
        vec![
            html! {
                span #(thing.id) { (words::link(view, &seat.person)) }
                @if thing.withdrawn() { " " (parts::badge(Tone::Idle, Some(Glyph::Cross), "seat ended")) }
            },
            html! { (seat.role.word()) },
            html! { span.nowrap { (thing.created.strftime("%-d %B %Y")) } },
            html! {
                (parts::tlp(words::tlp(thing.marking.label)))
                (changing(asking, thing, &[]))
            },
        ]
    });
    let table = Table {
        caption: "The delegation",
        caption_unseen: true,
        columns: ["Person", "Seat", "Since", "Label"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let offer = words::offer_new(asking, Kind::Seat, "Give a seat", &[("party", &party.id)]);
    html! {
        section.panel {
            div.panel-head { h2 { "Its delegation" } div.buttons { (offer) } }
            @if seats.is_empty() { p.quiet { "Nobody has a seat in it that you can see." } }
            @else { (parts::table(&table)) }
        }
    }
}

/// A party's commitments: those that stand first, by resource.
fn promised<'v>(view: &'v View, party: &Id) -> Vec<(&'v Thing, &'v Commitment)> {
    let mut all: Vec<(&Thing, &Commitment)> =
        view.all::<Commitment>().filter(|(_, commitment)| commitment.party == *party).collect();
    all.sort_by_cached_key(|(thing, commitment)| {
        (!thing.stands(), view.name_of(&commitment.resource), thing.id.clone())
    });
    all
}

fn commitments(asking: &Asking, party: &Thing, all: &[(&Thing, &Commitment)]) -> Markup {
    let view = &asking.view;
    let rows = all.iter().take(COMMITMENTS_MAX).map(|(thing, commitment)| {
        let unit = said::unit(view, &commitment.resource);
        let condition = commitment.condition.sentence(|_, id| view.name_of(id));
        vec![
            html! {
                a href={ "/commitments/" (thing.id) } {
                    (view.name_of(&commitment.resource))
                    @if let Some(name) = &commitment.name { ": " (name) }
                }
            },
            said::promised(commitment, &unit),
            html! { span.small { (condition) } },
            said::stage(thing, commitment.stage),
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let table = Table {
        caption: "What it promised",
        caption_unseen: true,
        columns: vec![
            Column::words("Of what"),
            Column::figures("Amount"),
            Column::words("Condition"),
            Column::words("Stage"),
            Column::words("Label"),
        ],
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let offer =
        words::offer_new(asking, Kind::Commitment, "Make a commitment", &[("party", &party.id)]);
    html! {
        section.panel {
            div.panel-head { h2 { "What it promised" } div.buttons { (offer) } }
            @if all.is_empty() { p.quiet { "It has promised nothing that you can see." } }
            @else { (parts::table(&table)) }
            @if all.len() > COMMITMENTS_MAX {
                p { a href={ "/commitments?party=" (party.id) } { "All " (all.len()) " commitments" } }
            }
        }
    }
}

fn needs_told(asking: &Asking, needs: &[(&Thing, &Need)]) -> Markup {
    let view = &asking.view;
    let rows = needs.iter().map(|(thing, need)| {
        vec![
            html! {
                a href={ "/needs/" (thing.id) } { (view.name_of(&need.resource)) }
                @if thing.withdrawn() { " " (parts::badge(Tone::Bad, Some(Glyph::Cross), "withdrawn")) }
            },
            said::figure(Some(need.amount), &said::unit(view, &need.resource), need.basis),
            html! { (said::short_window(Some(need.from), Some(need.until))) },
            parts::tlp(words::tlp(thing.marking.label)),
        ]
    });
    let table = Table {
        caption: "What it needs",
        caption_unseen: true,
        columns: vec![
            Column::words("Of what"),
            Column::figures("Amount"),
            Column::words("When"),
            Column::words("Label"),
        ],
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        @if !needs.is_empty() {
            section.panel { div.panel-head { h2 { "What it needs" } } (parts::table(&table)) }
        }
    }
}

/// The meetings it hosts or is invited to, the latest first.
fn meetings(asking: &Asking, party: &Thing) -> Markup {
    let view = &asking.view;
    let mut invited: Vec<(Attendance<'_>, Called<'_>)> =
        Attendance::of_party(view, &party.id).collect();
    invited.sort_by(|(_, (one, meeting)), (_, (other, said))| {
        let starts = |meeting: &coalition::content::Meeting| {
            meeting.starts.map(coalition::time::PartialTime::earliest)
        };
        starts(said).cmp(&starts(meeting)).then_with(|| one.id.cmp(&other.id))
    });
    let rows = invited.iter().map(|(attendance, (thing, meeting))| {
        let season = when::season(meeting, asking.now);
        vec![
            html! {
                a href={ "/meetings/" (thing.id) } { (meeting.title) }
                @if meeting.host.as_ref() == Some(&party.id) { " " span.quiet { "(host)" } }
            },
            when::moment(meeting, season == Season::Upcoming),
            answer_words(attendance),
            html! {
                @if let Some((_, reply)) = attendance.reply && !reply.persons.is_empty() {
                    (words::listed(&reply.persons.iter().map(|person| view.name_of(person)).collect::<Vec<_>>()))
                }
            },
        ]
    });
    let table = Table {
        caption: "Meetings",
        caption_unseen: true,
        columns: ["Meeting", "When", "Answer", "Who comes"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        @if !invited.is_empty() {
            section.panel { div.panel-head { h2 { "Meetings it is invited to" } } (parts::table(&table)) }
        }
    }
}
