//! A delegation's people: who sits for it, who has been let in, and the links by which they come.

use super::ceremony::Filled;
use super::{sign, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drafts::Then;
use crate::look::Section;
use crate::look::parts::{
    self, Button, Choice, Column, Field, Glyph, OnPhone, PageHead, Table, Tone,
};
use crate::refusals;
use crate::routes::{Route, get, post};
use crate::sign_in::{LINK_HOURS, make};
use crate::writer::{Ask, Done, NotDone};
use coalition::content::{EnrolmentLink, Party, Person, Role, Seat, Standing, Vouching};
use coalition::decide::{has_enrolled, vouched};
use coalition::label::Seated;
use coalition::{Change, Content, Id, Label, Marking, Refusal, Thing};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    get("/people", page),
    post("/people/invite", invite),
    post("/people/link", link),
    post("/people/vouch", vouch),
];

fn own(asking: &Asking) -> Result<&Seated, Refusal> {
    asking.view.viewer().seated().ok_or(Refusal::NotSeated)
}

/// The delegation that is looked at: one's own, or any that a lead asks for.
fn party<'a>(asking: &'a Asking, me: &'a Seated, asked: &str) -> Option<(&'a Thing, &'a Party)> {
    let asked = Id::parse(asked).ok().filter(|_| me.standing == Standing::Lead);
    asking.view.find::<Party>(asked.as_ref().unwrap_or(&me.party))
}

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let asked = asking.ask("party").unwrap_or_default();
    let (thing, party) = party(asking, me, asked).ok_or(Refusal::NotFound(None))?;
    let mut seats: Vec<(&Thing, &Seat)> =
        asking.view.standing::<Seat>().filter(|(_, seat)| seat.party == thing.id).collect();
    seats.sort_by_cached_key(|(seat, said)| {
        (said.role, asking.view.name_of(&said.person), seat.id.clone())
    });
    let lead = taken(seats.len(), party.seats);
    let title = format!("The people of {}", party.name);
    let body = html! {
        (parts::page_head(&PageHead { kicker: "Delegation", lead: &lead, ..PageHead::titled(&title) }))
        (people(asking, me, &seats))
        (links(asking, &seats))
        @if me.role.acts() { (invitation(asking, me, thing)) }
        (other_delegations(asking, me, thing))
    };
    Ok(asking.page(&title, Section::Parties, body))
}

/// How many seats are taken, and of how many.
fn taken(count: usize, cap: Option<u32>) -> String {
    let (seats, are) = if count == 1 { ("seat", "is") } else { ("seats", "are") };
    match cap {
        Some(cap) => format!("{count} of {cap} seats {are} taken."),
        None => format!("{count} {seats} {are} taken; there is no cap."),
    }
}

fn people(asking: &Asking, me: &Seated, seats: &[(&Thing, &Seat)]) -> Markup {
    let rows = seats.iter().map(|(thing, seat)| {
        vec![
            words::link(&asking.view, &seat.person),
            html! { (seat.role.word()) },
            html! {
                @if seat.person == me.person { (parts::badge(Tone::Idle, None, "you")) }
                @else if has_enrolled(&asking.view, &seat.person) { (parts::badge(Tone::Good, Some(Glyph::Tick), "has been in")) }
                @else { (parts::badge(Tone::Idle, None, "not yet")) }
            },
            html! { div.buttons { (letting_in(asking, me, seat)) (words::changes(asking, thing)) } },
        ]
    });
    let table = Table {
        caption: "People with a seat",
        caption_unseen: true,
        columns: ["Person", "Seat", "Enrolled", "To do"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    html! {
        section.panel {
            h2 { "People with a seat" }
            @if seats.is_empty() { p.quiet { "Nobody has a seat that you can see." } }
            @else { (parts::table(&table)) }
            p.quiet { "Whoever has lost his passkeys comes back by a new link: a lead gives it, or two seats of his delegation do, one by vouching for him, the other by handing out the link within a day." }
        }
    }
}

/// What the viewer can do so that somebody gets in.
fn letting_in(asking: &Asking, me: &Seated, seat: &Seat) -> Markup {
    if seat.person == me.person {
        return html! {};
    }
    let own = seat.party == me.party;
    let entered =
        asking.view.find::<Person>(&seat.person).and_then(|(thing, _)| thing.author.party.clone());
    let fresh = entered.as_ref() == Some(&me.party) && !has_enrolled(&asking.view, &seat.person);
    let vouching = vouched(&asking.view, me, &seat.person, asking.now);
    let leads = me.standing == Standing::Lead;
    let hands_out = me.role.acts() && (leads || (own && (fresh || vouching.is_some())));
    html! {
        @if hands_out {
            form.inline method="post" action="/people/link" {
                (parts::hidden("person", seat.person.as_str()))
                @if let Some(vouching) = vouching { (parts::hidden("vouching", vouching.id.as_str())) }
                (parts::button(Button::Plain, "Hand out a link"))
            }
        }
        @if own && !fresh {
            form.inline method="post" action="/people/vouch" {
                (parts::hidden("person", seat.person.as_str()))
                (parts::button(Button::Plain, "Vouch for a new link"))
            }
        }
    }
}

/// Links that are open, and words given, about these people.
fn links(asking: &Asking, seats: &[(&Thing, &Seat)]) -> Markup {
    let view = &asking.view;
    let here = |person: &Id| seats.iter().any(|(_, seat)| seat.person == *person);
    let author = |thing: &Thing| match &thing.author.person {
        Some(person) => words::link(view, person),
        None => html! { "the house" },
    };
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    let open = view
        .standing::<EnrolmentLink>()
        .filter(|(_, link)| here(&link.person) && !link.spent && asking.now < link.expires);
    for (thing, link) in open {
        rows.push(vec![
            html! { "Link for " (words::link(view, &link.person)) },
            author(thing),
            html! { "until " (words::moment_words(link.expires)) },
            words::changes(asking, thing),
        ]);
    }
    for (thing, vouching) in
        view.standing::<Vouching>().filter(|(_, vouching)| here(&vouching.person))
    {
        rows.push(vec![
            html! { "Word for " (words::link(view, &vouching.person)) },
            author(thing),
            html! { "given " (words::moment_words(thing.created)) },
            words::changes(asking, thing),
        ]);
    }
    let table = Table {
        caption: "Open links, and words given",
        caption_unseen: true,
        columns: ["What", "By", "When", "To do"].map(Column::words).to_vec(),
        rows,
        on_phone: OnPhone::Cards,
    };
    html! {
        @if !table.rows.is_empty() {
            section.panel { h2 { "Open links, and words given" } (parts::table(&table)) }
        }
    }
}

fn invitation(asking: &Asking, me: &Seated, party: &Thing) -> Markup {
    let choices: Vec<Choice<'_>> = Role::ALL
        .iter()
        .map(|role| Choice {
            value: role.key(),
            text: role.word(),
            hint: "",
            chosen: *role == Role::Adviser,
        })
        .collect();
    let form = html! {
        (parts::hidden("party", party.id.as_str()))
        (parts::text_field(&Field { hint: "As on the seating plan.", ..Field::named("name", "Name") }))
        (parts::select_field(&Field::named("role", "Seat"), &choices))
        (parts::buttons(&parts::button(Button::Primary, "Invite")))
    };
    html! {
        section.panel {
            h2 { "Invite somebody" }
            p {
                "He is entered, gets the seat, and a link by which he enrols a passkey. "
                @if !asking.demonstration() { "You sign all of it with your passkey. " }
                "The link is shown to you once, then: bring it to him by a way that you trust."
                @if party.id != me.party { " A lead invites the first person of another delegation; that one invites the rest." }
            }
            (parts::form("/people/invite", &form))
        }
    }
}

/// For leads: the other delegations.
fn other_delegations(asking: &Asking, me: &Seated, here: &Thing) -> Markup {
    if me.standing != Standing::Lead {
        return html! {};
    }
    let mut others: Vec<(&Thing, &Party)> =
        asking.view.standing::<Party>().filter(|(thing, _)| thing.id != here.id).collect();
    others.sort_by_key(|(thing, party)| (party.name.as_str(), &thing.id));
    html! {
        @if !others.is_empty() {
            section.panel {
                h2 { "Other delegations" }
                ul { @for (thing, party) in &others {
                    li { a href={ "/people?party=" (thing.id) } { (party.name) } }
                } }
            }
        }
    }
}

/// The page on which a link is shown, once.
pub(super) fn shown(asking: &Asking, person: &Id, address: &str) -> Answer {
    let name = asking.house.looking_as(person, |view| view.name_of(person));
    let origin =
        asking.house.origin().map_or_else(String::new, |origin| origin.as_str().to_owned());
    let link = format!("{origin}{address}");
    let body = html! {
        (parts::page_head(&PageHead::titled("A link to enrol by")))
        section.panel {
            p { "For " strong { (name) } ". It works once, within " (LINK_HOURS) " hours, and is shown only now." }
            p { code.wrap #link { (link) } }
        }
        p.notice.tone-warn { "Whoever has this link is taken for this person. Bring it to him by a way that you trust; if it goes astray, withdraw it among the open links." }
        p { a href="/people" { "Back to the people" } }
    };
    asking.page("A link to enrol by", Section::Parties, body)
}

/// Enters a person, gives him a seat, and hands out his link: all or nothing.
fn invite(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let form = Filled(asking.form()?);
    let name = form.name("name")?;
    let role = Role::ALL.into_iter().find(|role| role.key() == form.text("role"));
    let role = role.ok_or_else(|| Refusal::invalid("role", "choose one of the seats offered"))?;
    let (party, _) = party(asking, me, form.text("party")).ok_or(Refusal::NotFound(None))?;
    let house = &asking.house;
    let person = asking.fresh_key();
    // His own delegation must see him, whatever its standing.
    let marking =
        Marking { label: Label::Amber, parties: vec![party.id.clone()], persons: Vec::new() };
    let create = |subject, content| Ask::Made {
        subject,
        change: Box::new(Change::Create { content, marking: marking.clone() }),
    };
    let seat = Seat { person: person.clone(), party: party.id.clone(), role };
    let (link, address) = house.link_for(&person, None)?;
    let asks = [
        create(Some(person.clone()), Content::Person(Person { name })),
        create(None, Content::Seat(seat)),
        link,
    ];
    let asks = asks.into_iter().map(|ask| (Some(me.person.clone()), ask)).collect();
    let done = house.submit_and_wait(None, Ask::Together(asks));
    Ok(handed_out(asking, done, person, address))
}

/// Shows a link that the record holds now; or first has it signed, and shows it then.
fn handed_out(asking: &Asking, done: Result<Done, NotDone>, person: Id, address: String) -> Answer {
    match done {
        Ok(_) => shown(asking, &person, &address),
        Err(NotDone::Unsigned(draft)) => {
            sign::ask_and_then(asking, &draft, Then::Link { person, address })
        }
        Err(not_done) => refusals::not_done(asking, &not_done),
    }
}

fn link(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let form = Filled(asking.form()?);
    let person = form.id("person").ok_or(Refusal::NotFound(None))?;
    let (ask, address) = asking.house.link_for(&person, form.id("vouching"))?;
    let done = asking.house.submit_and_wait(Some(me.person.clone()), ask);
    Ok(handed_out(asking, done, person, address))
}

fn vouch(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let person = Filled(asking.form()?).id("person").ok_or(Refusal::NotFound(None))?;
    let ask = make(Content::Vouching(Vouching { person }));
    Ok(match asking.house.submit_and_wait(Some(me.person.clone()), ask) {
        Ok(_) => Answer::see_other("/people"),
        Err(not_done) => refusals::not_done(asking, &not_done),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seat_is_taken_and_several_are() {
        for (count, cap, told) in [
            (0, None, "0 seats are taken; there is no cap."),
            (1, None, "1 seat is taken; there is no cap."),
            (2, None, "2 seats are taken; there is no cap."),
            (1, Some(3), "1 of 3 seats is taken."),
            (3, Some(3), "3 of 3 seats are taken."),
        ] {
            assert_eq!(taken(count, cap), told);
        }
    }
}
