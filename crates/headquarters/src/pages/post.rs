//! What concerns the viewer, which is where mail leads; his mail itself; and where he gets it.

use super::ceremony::Filled;
use super::meetings::awaiting;
use super::{when, words};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{
    self, Button, Choice, Column, Field, Glyph, HistoryEntry, Moment, OnPhone, PageHead, Table,
    Tone,
};
use crate::post::{About, News, Queued, State, Topic, news};
use crate::routes::{Route, get, post, work};
use coalition::content::Seat;
use coalition::label::Seated;
use coalition::{Id, Refusal};
use exchange::mail::MailAddress;
use jiff::ToSpan;
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[
    work("/for-you", for_you),
    get("/outbox", outbox),
    post("/account/mail", set),
    post("/account/mail/confirm", confirm),
];

/// For how many days something stays on the page of what concerns one.
const DAYS: i64 = 30;
/// How much is listed at once.
const LISTED_MAX: usize = 100;

fn own(asking: &Asking) -> Result<&Seated, Refusal> {
    asking.view.viewer().seated().ok_or(Refusal::NotSeated)
}

/// What others did that concerns the viewer.
fn for_you(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let since = asking.now.checked_sub((24 * DAYS).hours()).unwrap_or(asking.now);
    let (view, leaves) = (&asking.view, asking.leaves());
    let all = news(view, &leaves, me, since);
    let waiting = awaiting(view, asking.now);
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "What others did within the last month that concerns you or your delegation.",
            actions: html! { a.button href="/account#mail" { "What comes by mail" } },
            ..PageHead::titled("For you")
        }))
        @if !waiting.is_empty() {
            section.panel {
                h2 { "Your delegation is asked" }
                ul { @for (_, (thing, meeting)) in &waiting {
                    li { a href={ "/meetings/" (thing.id) } { (meeting.title) } ": " (when::moment(meeting, true)) }
                } }
            }
        }
        @if all.is_empty() { (parts::empty("Nothing new within the last month.", &html! {})) }
        @else {
            section.panel {
                h2 { "What happened" }
                (told(asking, &all))
                @if all.len() > LISTED_MAX { p.quiet { "Older ones are in the history of each thing." } }
            }
        }
    };
    Ok(asking.page("For you", Section::Elsewhere, body))
}

fn told(asking: &Asking, all: &[News<'_>]) -> Markup {
    let view = &asking.view;
    let told: Vec<_> = all
        .iter()
        .take(LISTED_MAX)
        .map(|one| {
            let who = words::author(view, &one.act);
            (one, who, one.act.at.to_string(), words::moment_words(one.act.at))
        })
        .collect();
    let entries: Vec<HistoryEntry<'_>> = told
        .iter()
        .map(|(one, who, machine, at)| HistoryEntry {
            when: Moment { machine, here: at, utc: "", relative: false },
            who,
            what: html! {
                a href=(words::address(view, one.thing)) { (words::title(view, one.thing)) } ": "
                (words::deed(one.thing.content.kind(), &one.act.change))
                @if !words::reason(&one.act.change).is_empty() { ": " (words::reason(&one.act.change)) }
            },
            label: Some(words::tlp(one.thing.marking.label)),
        })
        .collect();
    parts::history(&entries)
}

/// The viewer's own mail, and whom of his delegation mail does not reach.
fn outbox(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let mut all = asking.house.outbox_of(&me.person);
    all.reverse();
    let rounds = match asking.house.round_minutes() {
        1 => "every minute".to_owned(),
        minutes => format!("every {minutes} minutes"),
    };
    let lead = match (asking.house.mail(), asking.demonstration()) {
        (None, _) => "This house sends no mail.".to_owned(),
        (_, true) => format!(
            "What would be sent to you. This is a demonstration: nothing leaves it. Mail goes out in rounds, {rounds}."
        ),
        (_, false) => {
            format!("What was sent to you, or is to be. Mail goes out in rounds, {rounds}.")
        }
    };
    let rows = all.iter().take(LISTED_MAX).map(|queued| row(asking, queued));
    let table = Table {
        caption: "Your mail",
        caption_unseen: true,
        columns: ["Queued", "What", "To", "State"].map(Column::words).to_vec(),
        rows: rows.collect(),
        on_phone: OnPhone::Cards,
    };
    let unreached = unreached(asking, me);
    let body = html! {
        (parts::page_head(&PageHead {
            lead: &lead,
            actions: html! { a.button href="/account#mail" { "What comes by mail" } },
            ..PageHead::titled("Your mail")
        }))
        @if !unreached.is_empty() {
            section.panel {
                h2 { "Whom mail does not reach" }
                p { "Mail to these people of your delegation was refused, or could not be delivered for days. They should enter another address on their account's page." }
                ul { @for person in &unreached { li { (words::link(&asking.view, person)) } } }
            }
        }
        @if all.is_empty() {
            (parts::empty("There is no mail for you. What others do that concerns you is told of here.", &html! { a.button href="/for-you" { "What concerns you" } }))
        } @else { section.panel { h2 { "Mail" } (parts::table(&table)) } }
    };
    Ok(asking.page("Your mail", Section::Elsewhere, body))
}

fn row(asking: &Asking, queued: &Queued) -> Vec<Markup> {
    let what = match queued.about {
        About::Notice => "That there is something for you",
        About::Invitation => "That there is something for you, with an entry for your calendar",
        About::Confirmation => "Whether the address is yours",
    };
    let state = match queued.state {
        State::Sent => parts::badge(Tone::Good, Some(Glyph::Tick), "sent"),
        State::Dead => parts::badge(Tone::Bad, Some(Glyph::Cross), "given up"),
        State::Waiting if asking.demonstration() => parts::badge(Tone::Idle, None, "would be sent"),
        State::Waiting => parts::badge(Tone::Warn, Some(Glyph::Clock), "waiting"),
    };
    vec![
        html! { (words::moment_words(queued.queued)) },
        html! {
            (what)
            details { summary { "The message" } pre.wrap tabindex="0" { (queued.message) } }
        },
        html! { (queued.to) },
        html! {
            (state)
            @if let Some(why) = &queued.why { div.small.quiet { (why) } }
        },
    ]
}

/// Those of the viewer's delegation whom mail does not reach, if he acts for it. Neither when nor what
/// it was: that there was something for somebody else is his.
fn unreached<'a>(asking: &'a Asking, me: &Seated) -> Vec<&'a Id> {
    let mut unreached: Vec<&Id> = asking
        .view
        .standing::<Seat>()
        .filter(|(_, seat)| me.role.acts() && seat.party == me.party)
        .map(|(_, seat)| &seat.person)
        .filter(|person| asking.house.unreachable(person))
        .collect();
    unreached.sort();
    unreached.dedup();
    unreached
}

/// Where the viewer gets mail, and of what, as a part of his account's page.
pub(super) fn mail(asking: &Asking, me: &Seated) -> Markup {
    if asking.house.mail().is_none() {
        return html! {
            section.panel id="mail" {
                h2 { "Mail" }
                p.quiet { "This house sends no mail." }
            }
        };
    }
    let listed = asking.house.listed(&me.person);
    let address = listed.as_ref().map_or("", |listed| listed.address.as_str());
    let chosen = |topic: &Topic| listed.as_ref().is_none_or(|listed| listed.topics.contains(topic));
    let topics: Vec<Choice<'_>> = Topic::ALL
        .iter()
        .map(|topic| Choice {
            value: topic.key(),
            text: topic.words(),
            hint: "",
            chosen: chosen(topic),
        })
        .collect();
    let field = Field {
        value: address,
        required: false,
        hint: "Leave it empty, and no mail comes.",
        ..Field::named("address", "Your address of mail")
    };
    let invitations = Field {
        value: "yes",
        label: "Send invitations for my calendar, too",
        hint: "They say, to whoever carries your mail: of what is CLEAR or GREEN all; of what is AMBER \u{201c}Meeting\u{201d}, its time, and a link; of what is narrower nothing.",
        ..Field::filtering("invitations", "")
    };
    let topics_field = Field::filtering("topic", "Tell me of");
    html! {
        section.panel id="mail" {
            h2 { "Mail" }
            p { "A message says only that there is something for you, in the same words whatever it is. The rest is on the page " a href="/for-you" { "for you" } "." }
            @if listed.as_ref().is_some_and(|listed| listed.code.is_some()) { (code_form()) }
            form method="post" action="/account/mail" {
                (parts::text_field(&field))
                (parts::checkbox_list(&topics_field, &topics))
                (parts::checkbox(&invitations, listed.as_ref().is_some_and(|listed| listed.invitations)))
                (parts::buttons(&parts::button(Button::Plain, "Keep this")))
            }
            p { a href="/outbox" { "Your mail" } }
        }
    }
}

fn code_form() -> Markup {
    let code = Field {
        hint: "It was sent to your address, which takes mail once you have entered it here.",
        ..Field::named("code", "The code that you got")
    };
    html! {
        form method="post" action="/account/mail/confirm" {
            (parts::text_field(&code))
            (parts::buttons(&parts::button(Button::Primary, "This address is mine")))
        }
    }
}

fn set(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let form = Filled(asking.form()?);
    if form.text("address").trim().is_empty() {
        asking.house.unlist_address(&me.person)?;
    } else {
        let address = MailAddress::parse(form.text("address"))
            .map_err(|why| Refusal::invalid("address", why))?;
        let wanted = |topic: &&Topic| {
            form.0.iter().any(|(name, value)| name == "topic" && value == topic.key())
        };
        let topics = Topic::ALL.iter().filter(wanted).copied().collect();
        let invitations = form.text("invitations") == "yes";
        asking.house.list_address(&me.person, address, topics, invitations)?;
    }
    Ok(Answer::see_other("/account#mail"))
}

fn confirm(asking: &Asking) -> Result<Answer, Refusal> {
    let me = own(asking)?;
    let form = Filled(asking.form()?);
    asking.house.confirm_address(&me.person, form.text("code"))?;
    Ok(Answer::see_other("/account#mail"))
}
