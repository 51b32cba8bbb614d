//! The overview: what is next, whether the guarantees hold, what changed. For the public, the front
//! of the public site.

mod changes;
mod front;
mod glance;

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, PageHead, Stat};
use crate::pages::after;
use crate::pages::guarantees::said;
use crate::pages::meetings::{self, Called, zone};
use crate::pages::sign_in;
use crate::pages::when::{self, Season};
use crate::pages::words;
use crate::routes::{Route, post, work};
use coalition::content::{Coalition, Invitation, Reply, Session};
use coalition::{Id, Kind, Refusal, View};
use maud::{Markup, html};

pub(crate) const ROUTES: &[Route] = &[work("/", page), post("/seen", seen)];

/// The name of the cookie that holds when somebody last looked, without its prefix.
pub(crate) const SEEN_COOKIE: &str = "seen";

fn page(asking: &Asking) -> Result<Answer, Refusal> {
    if !asking.seated() {
        return front::page(asking);
    }
    let glances = glance::all(asking);
    let wide = html! {
        (waiting_replies(asking))
        (after::asked_of_you(asking))
        (next_meeting(asking))
        (glance::panel(asking, &glances))
        (changes::panel(asking))
    };
    let narrow = html! {
        (your_seat(asking))
        (figures(&asking.view))
        (about(asking))
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "What is next, what holds, and what changed.",
            ..PageHead::titled("Overview")
        }))
        (said::illustrative_notice(glance::illustrative(&glances)))
        (parts::columns(&wide, &narrow))
    };
    Ok(asking.page("Overview", Section::Overview, body))
}

/// Marks everything as seen: from now on, the overview tells what changed after this moment.
fn seen(asking: &Asking) -> Result<Answer, Refusal> {
    let cookie = sign_in::remember(SEEN_COOKIE, &asking.now.to_string());
    Ok(Answer::see_other("/").with_header("set-cookie", cookie))
}

/// What the viewer's own delegation is asked to answer.
fn waiting_replies(asking: &Asking) -> Markup {
    let waiting = meetings::awaiting(&asking.view, asking.now);
    let own = zone::own(asking);
    html! {
        @if !waiting.is_empty() {
            section.panel.own {
                h2 { "Your delegation is asked" }
                ul.plain {
                    @for (attendance, (thing, meeting)) in &waiting {
                        li.asked {
                            div {
                                a href={ "/meetings/" (thing.id) } { (meeting.title) }
                                div.small { (when::moment(meeting, true)) }
                                (zone::line(own.as_ref(), meeting))
                            }
                            (words::offer_new(asking, Kind::Reply, "Answer", &[("invitation", &attendance.thing.id)]))
                        }
                    }
                }
            }
        }
    }
}

fn next_meeting(asking: &Asking) -> Markup {
    match meetings::next(&asking.view, asking.now) {
        Some((season, called)) => html! {
            section.panel {
                div.panel-head {
                    h2 { @if season == Season::Now { "Under way" } @else { "Next meeting" } }
                    a href="/meetings" { "All meetings" }
                }
                (meeting_card(asking, called, season))
            }
        },
        None => html! {
            section.panel {
                div.panel-head { h2 { "Next meeting" } a href="/meetings" { "All meetings" } }
                p { "No meeting is called." (last_meeting(asking)) }
                div.buttons { (words::offer_new(asking, Kind::Meeting, "Call a meeting", &[])) }
            }
        },
    }
}

/// The meeting that was held last, in a sentence.
fn last_meeting(asking: &Asking) -> Markup {
    let all = meetings::in_order(&asking.view, asking.now);
    let last = all.iter().find(|(season, (thing, _))| *season == Season::Past && thing.stands());
    html! {
        @if let Some((_, (thing, meeting))) = last {
            " The last was " a href={ "/meetings/" (thing.id) } { (meeting.title) } ", "
            (when::moment(meeting, false)) "."
        }
    }
}

/// A meeting in a few lines.
fn meeting_card(asking: &Asking, (thing, meeting): Called<'_>, season: Season) -> Markup {
    let places: Vec<String> = meeting.places.iter().map(ToString::to_string).collect();
    let sessions =
        asking.view.standing::<Session>().filter(|(_, session)| session.meeting == thing.id);
    let (closed, open): (Vec<_>, Vec<_>) =
        sessions.partition(|(_, session): &(_, &Session)| session.closed);
    html! {
        div.next {
            h3 {
                a href={ "/meetings/" (thing.id) } { (meeting.title) } " "
                (parts::tlp(words::tlp(thing.marking.label)))
            }
            p { (when::moment(meeting, season == Season::Upcoming)) }
            (zone::line(zone::own(asking).as_ref(), meeting))
            p.quiet {
                (meeting.level.words()) ", " (meeting.form.words())
                @if !places.is_empty() { " · " (words::listed(&places)) }
            }
            @if !open.is_empty() || !closed.is_empty() {
                p.small.quiet {
                    (said::counted(open.len(), "open session", "open sessions")) ", "
                    (said::counted(closed.len(), "closed", "closed"))
                }
            }
            (attending(&asking.view, &thing.id))
        }
    }
}

/// How many delegations are invited, and how many come.
fn attending(view: &View, meeting: &Id) -> Markup {
    let invited: Vec<&Id> = view
        .standing::<Invitation>()
        .filter(|(_, invitation)| invitation.meeting == *meeting)
        .map(|(thing, _)| &thing.id)
        .collect();
    let come = view
        .standing::<Reply>()
        .filter(|(_, reply)| reply.attending && invited.contains(&&reply.invitation))
        .count();
    html! {
        @if !invited.is_empty() {
            p.small.quiet {
                (said::counted(invited.len(), "delegation", "delegations")) " invited, "
                (come) " said to come"
            }
        }
    }
}

/// What the viewer's seat lets him do, from here.
fn your_seat(asking: &Asking) -> Markup {
    let Some(seated) = asking.view.viewer().seated() else { return html! {} };
    let offers = [
        words::offer_new(asking, Kind::Commitment, "Make a commitment", &[]),
        words::offer_new(asking, Kind::Need, "State a need", &[]),
        words::offer_new(asking, Kind::Meeting, "Call a meeting", &[]),
        words::offer_new(asking, Kind::Circumstance, "State a circumstance", &[]),
        words::offer_new(asking, Kind::Guarantee, "State a guarantee", &[]),
        words::offer_new(asking, Kind::Source, "Cite a source", &[]),
        words::offer_new(asking, Kind::Claim, "State a claim", &[]),
        words::offer_new(asking, Kind::Party, "Admit a party", &[]),
    ];
    let none = offers.iter().all(|offer| offer.0.is_empty());
    html! {
        section.panel {
            h2 { "Your seat" }
            p {
                "You are " (seated.role.word()) " in the delegation of "
                (words::link(&asking.view, &seated.party)) ", " (seated.standing.word()) "."
            }
            p { a href="/for-you" { "What concerns you" } }
            @if none { p.quiet { "Your seat reads; it does not act." } }
            @else { ul.plain.offers.buttons-small { @for offer in &offers { @if !offer.0.is_empty() { li { (offer) } } } } }
        }
    }
}

fn figures(view: &View) -> Markup {
    let rows = [
        ("Parties", Kind::Party, "/parties"),
        ("Commitments", Kind::Commitment, "/commitments"),
        ("Needs", Kind::Need, "/needs"),
        ("Guarantees", Kind::Guarantee, "/guarantees"),
        ("Meetings", Kind::Meeting, "/meetings"),
        ("Sources", Kind::Source, "/sources"),
    ];
    let figures: Vec<(&str, String, &str)> = rows
        .iter()
        .map(|(name, kind, href)| {
            let count = view.of_kind(*kind).filter(|thing| !thing.withdrawn()).count();
            (*name, count.to_string(), *href)
        })
        .collect();
    let stats: Vec<Stat<'_>> = figures
        .iter()
        .filter(|(_, figure, _)| figure != "0")
        .map(|(name, figure, href)| Stat { name, figure, note: "", href: Some(href) })
        .collect();
    html! { @if !stats.is_empty() { (parts::stats(&stats)) } }
}

/// What the coalition is, with its own label.
fn about(asking: &Asking) -> Markup {
    let Some((thing, coalition)) = asking.view.all::<Coalition>().next() else { return html! {} };
    html! {
        section.panel {
            div.panel-head { h2 { (coalition.name) } (parts::tlp(words::tlp(thing.marking.label))) }
            (words::paragraphs(coalition.note.as_str()))
            div.buttons { (words::changes(asking, thing)) }
        }
    }
}
