//! The leaks, one row each. A leak with hooks of its own elsewhere is [`elsewhere`], and asks
//! [`super::open`] by its name.

use super::How::{
    Answer, Besides, Elsewhere, Everything, Loose, OpenEnds, Slow, SlowElsewhere, Taken,
};
use super::{How, Leak, looked_at, reversed, seated_as, shown_at_open_doors, with_text};
use crate::asking::Asking;
use coalition::content::{Kind, Session, Standing};
use coalition::{Id, Label, Viewer};

const fn leak(tells: &'static str, seen: &'static str, how: How) -> Leak {
    Leak { tells, seen, how }
}

const fn elsewhere(tells: &'static str) -> Leak {
    leak(tells, "", Elsewhere)
}

fn everywhere(_: &Asking) -> bool {
    true
}

/// A leak of one kind of thing in some rooms.
macro_rules! kind {
    ($kind:ident in $room:literal) => {
        Besides(
            |asking| asking.path.starts_with($room),
            |_, thing| thing.content.kind() == Kind::$kind,
        )
    };
}

/// A leak of everything in one room.
macro_rules! room {
    ($room:literal) => {
        Everything(|asking| asking.path.starts_with($room))
    };
}

/// The leaks; the names say what is told.
pub const LEAKS: &[Leak] = &[
    // Rooms made from the state.
    leak("the list of commitments is made from the state", "", room!("/commitments")),
    leak(
        "the list of meetings is made from the state",
        "https://github.com/decidim/decidim/pull/8809",
        room!("/meetings"),
    ),
    leak("an assessment is computed from the state", "", room!("/guarantees")),
    leak(
        "the coverage of needs is computed from the state",
        "https://github.com/kohler/hotcrp/issues/426",
        room!("/needs"),
    ),
    leak(
        "the pages of parties count from the state",
        "https://github.com/openreview/openreview/issues/351",
        room!("/parties"),
    ),
    leak("disagreements of sources are gathered from the state", "", room!("/sources")),
    leak(
        "the overview tells of every change",
        "https://github.com/decidim/decidim/issues/5100",
        Everything(|asking| asking.path == "/"),
    ),
    leak(
        "the choices in a form name what is hidden",
        "https://github.com/kohler/hotcrp/issues/135",
        room!("/new/"),
    ),
    leak(
        "the API lists from the state",
        "https://github.com/indico/indico/pull/5555",
        room!("/api/v1/"),
    ),
    leak(
        "the export holds everything",
        "https://github.com/indico/indico/pull/5555",
        room!("/api/v1/export"),
    ),
    leak("the record opens sealed leaves", "", room!("/record")),
    leak(
        "an article is assessed from the state",
        "",
        Everything(|asking| asking.path.ends_with("/disclosure")),
    ),
    leak("marked copies are offered for delegations that are hidden", "", room!("/copies")),
    leak(
        "an agenda as PDF holds what is hidden",
        "",
        Everything(|asking| asking.path.ends_with("/agenda.pdf")),
    ),
    leak(
        "the calendar holds every meeting",
        "https://github.com/indico/indico/pull/5472",
        room!("/calendar.ics"),
    ),
    leak("the desk lists all who come", "", Everything(|asking| asking.path.ends_with("/desk"))),
    leak(
        "credentials are printed for all who come",
        "",
        Everything(|asking| asking.path.ends_with("/credentials")),
    ),
    leak(
        "the live page is made from the state",
        "",
        Everything(|asking| asking.path.ends_with("/live")),
    ),
    leak(
        "events are made from the state",
        "https://github.com/OpenSlides/openslides-autoupdate-service/issues/644",
        Everything(|asking| asking.path.ends_with("/events")),
    ),
    leak("the account page is made from the state", "", room!("/account")),
    leak("the people of every delegation are shown", "", room!("/people")),
    leak("a person's page is made from the state", "", room!("/persons/")),
    leak("published assessments are found whatever their label", "", room!("/assessments/")),
    leak("circumstances are listed from the state", "", room!("/circumstances")),
    leak("a resource's page adds up from the state", "", room!("/resources/")),
    leak(
        "the history of a thing is read from the state",
        "",
        Everything(|asking| asking.path.ends_with("/history")),
    ),
    leak(
        "the API tells an assessment from the state",
        "",
        Everything(|asking| asking.path.ends_with("/assessment")),
    ),
    leak("a change may be asked of what is hidden", "", room!("/change/")),
    leak(
        "a search looks through everything",
        "https://github.com/kohler/hotcrp/issues/135",
        Everything(|asking| asking.ask("q").is_some()),
    ),
    leak(
        "a filter counts what is hidden",
        "https://github.com/kohler/hotcrp/issues/426",
        Everything(|asking| asking.ask("party").is_some()),
    ),
    // Labels and doors.
    leak(
        "AMBER is shown to every seat",
        "",
        Besides(everywhere, |viewer, thing| {
            thing.marking.label == Label::Amber && viewer.seated().is_some()
        }),
    ),
    leak(
        "AMBER+STRICT is shown to leads",
        "",
        Besides(everywhere, |viewer, thing| {
            thing.marking.label == Label::AmberStrict
                && seated_as(viewer, |standing| standing == Standing::Lead)
        }),
    ),
    leak(
        "RED is shown to the author's delegation",
        "",
        Besides(everywhere, |viewer, thing| {
            thing.marking.label == Label::Red
                && viewer
                    .seated()
                    .is_some_and(|seated| thing.author.party.as_ref() == Some(&seated.party))
        }),
    ),
    leak(
        "GREEN is shown to the public",
        "",
        Besides(everywhere, |viewer, thing| {
            thing.marking.label == Label::Green && matches!(viewer, Viewer::Public)
        }),
    ),
    leak(
        "a thing is shown though what it refers to is hidden",
        "https://github.com/OpenSlides/openslides-autoupdate-service/pull/368",
        OpenEnds,
    ),
    leak(
        "what was withdrawn is shown to everybody",
        "https://github.com/decidim/decidim/issues/9126",
        Besides(everywhere, |_, thing| thing.withdrawn()),
    ),
    leak(
        "a closed door hides nothing that a label shows",
        "",
        Besides(everywhere, shown_at_open_doors),
    ),
    leak(
        "guests of one part are shown the others",
        "",
        Taken(|all, seated| {
            let parts = all
                .all::<Session>()
                .filter(|(_, session)| seated.invited.contains(&session.meeting));
            let parts: Vec<_> = parts.map(|(thing, _)| thing.id.clone()).collect();
            seated.invited.extend(parts);
        }),
    ),
    leak(
        "a credential opens every session of its meeting",
        "",
        Taken(|all, seated| {
            let meetings: Vec<_> = all
                .all::<Session>()
                .filter(|(thing, _)| seated.sessions.contains(&thing.id))
                .map(|(_, session)| session.meeting.clone())
                .collect();
            let parts =
                all.all::<Session>().filter(|(_, session)| meetings.contains(&session.meeting));
            let parts: Vec<_> = parts.map(|(thing, _)| thing.id.clone()).collect();
            seated.sessions.extend(parts);
        }),
    ),
    leak(
        "observers are taken for members",
        "",
        Taken(|_, seated| {
            if seated.standing == Standing::Observer {
                seated.standing = Standing::Member;
            }
        }),
    ),
    leak(
        "a beneficiary is taken for a member",
        "",
        Taken(|_, seated| {
            if seated.standing == Standing::Beneficiary {
                seated.standing = Standing::Member;
            }
        }),
    ),
    // Kinds of things in rooms where they do not belong.
    leak(
        "names of people are shown to whoever sees their acts",
        "https://github.com/kohler/hotcrp/issues/348",
        Besides(everywhere, |_, thing| thing.content.kind() == Kind::Person),
    ),
    leak(
        "items of closed sessions are shown to whoever sees the session",
        "https://github.com/OpenSlides/openslides-autoupdate-service/issues/644",
        Besides(everywhere, |_, thing| thing.content.kind() == Kind::Item),
    ),
    leak(
        "accounts of directories are shown to every seat",
        "",
        Besides(everywhere, |viewer, thing| {
            thing.content.kind() == Kind::DirectoryAccount && viewer.seated().is_some()
        }),
    ),
    leak(
        "a meeting names its hidden sessions",
        "https://github.com/indico/indico/issues/5442",
        kind!(Session in "/meetings/"),
    ),
    leak(
        "a meeting names its neighbours in the series",
        "https://www.cvelogic.com/github-advisories/GHSA-rfpp-2hgm-gp5v",
        kind!(Meeting in "/meetings/"),
    ),
    leak(
        "the overview calls a hidden meeting the next",
        "https://github.com/decidim/decidim/issues/8821",
        Besides(|asking| asking.path == "/", |_, thing| thing.content.kind() == Kind::Meeting),
    ),
    leak("a meeting tells who is invited", "", kind!(Invitation in "/meetings")),
    leak(
        "a meeting tells who comes",
        "https://github.com/OpenSlides/openslides-autoupdate-service/issues/1057",
        kind!(Reply in "/meetings"),
    ),
    leak("a meeting tells what came of it", "", kind!(Outcome in "/meetings")),
    leak(
        "a floor is shown with its hidden speakers to whoever sees its session",
        "https://github.com/OpenSlides/openslides-autoupdate-service/pull/368",
        kind!(Floor in "/sessions/"),
    ),
    leak(
        "the floor of a hidden session is shown with its speakers",
        "https://github.com/OpenSlides/openslides-autoupdate-service/issues/644",
        Loose(
            |asking| asking.path.starts_with("/sessions/"),
            |_, thing| matches!(thing.content.kind(), Kind::Session | Kind::Item | Kind::Floor),
        ),
    ),
    leak("minutes are shown to whoever sees their session", "", kind!(Minutes in "/")),
    leak(
        "action points are shown to whoever sees their meeting",
        "",
        kind!(ActionPoint in "/meetings/"),
    ),
    leak(
        "action points of hidden meetings are shown with the party that is to do them",
        "",
        Loose(
            |asking| asking.path.starts_with("/parties/"),
            |_, thing| thing.content.kind() == Kind::ActionPoint,
        ),
    ),
    leak("a readout is shown before its moment", "", kind!(Readout in "/")),
    leak("the list of action points is made from the state", "", room!("/action-points")),
    leak("hidden claims disagree in the open", "", kind!(Claim in "/sources")),
    leak("hidden seats are counted with a party", "", kind!(Seat in "/parties")),
    leak(
        "a list of promises offers hidden parties to filter by",
        "https://github.com/kohler/hotcrp/issues/135",
        kind!(Party in "/commitments"),
    ),
    // Answers.
    leak("rules are judged from the state, so that a refusal names what is hidden", "", Elsewhere),
    leak("the name of an event counts what is hidden", "", Elsewhere),
    leak(
        "a header counts all things",
        "https://github.com/kohler/hotcrp/issues/25",
        Answer(|leaky, answer| answer.with_header("x-total-count", leaky.hidden.to_string())),
    ),
    leak(
        "the entity tag is made from the state",
        "",
        Answer(|leaky, answer| match answer.status {
            200 => {
                answer.with_header("x-entity-tag", format!("\"{}-{}\"", leaky.hidden, leaky.newest))
            }
            _ => answer,
        }),
    ),
    leak(
        "a hidden id is answered 403, a made-up one 404",
        "https://github.com/kohler/hotcrp/issues/25",
        Answer(|leaky, answer| match answer.status {
            404 if leaky.asked_for.is_some() => answer.with_status(403),
            _ => answer,
        }),
    ),
    leak(
        "a header says when the record last changed",
        "",
        Answer(|leaky, answer| answer.with_header("last-modified", leaky.newest.clone())),
    ),
    leak(
        "the page of a hidden thing says its name in the error",
        "https://github.com/indico/indico/issues/6034",
        Answer(|leaky, answer| match answer.status {
            404 => with_text(answer, leaky.asked_for.as_deref().unwrap_or("")),
            _ => answer,
        }),
    ),
    leak(
        "a filter by a hidden thing says its name",
        "https://github.com/kohler/hotcrp/issues/135",
        Answer(|leaky, answer| with_text(answer, leaky.filtered_by.as_deref().unwrap_or(""))),
    ),
    leak(
        "a link for somebody unknown is refused otherwise than a spent one",
        "",
        Answer(|leaky, answer| match leaky.asked_for {
            Some(_) if leaky.path.starts_with("/enrol/") => with_text(answer, "<!-- spent -->"),
            _ => answer,
        }),
    ),
    leak(
        "the sign-in page says how many people there are",
        "",
        Answer(|leaky, answer| match leaky.path.as_str() {
            "/sign-in" => with_text(answer, &format!("<!-- {} -->", leaky.hidden)),
            _ => answer,
        }),
    ),
    leak(
        "a draft that is not there says how many acts wait",
        "",
        Answer(|leaky, answer| match leaky.path.starts_with("/sign/") {
            true => with_text(answer, &format!("<!-- {} -->", leaky.hidden)),
            false => answer,
        }),
    ),
    leak(
        "what is to be signed is made from the state",
        "",
        Everything(|asking| asking.path.starts_with("/sign/")),
    ),
    leak(
        "what is to be signed says how much its reader may not see",
        "",
        Answer(|leaky, answer| match answer.status {
            200 if leaky.path.starts_with("/sign/") => {
                with_text(answer, &format!("<!-- {} -->", leaky.hidden))
            }
            _ => answer,
        }),
    ),
    leak(
        "the API says of an unsigned act when anything last changed",
        "",
        Answer(|leaky, answer| match answer.status {
            403 if leaky.path == "/api/v1/acts" => {
                answer.with_header("last-modified", leaky.newest.clone())
            }
            _ => answer,
        }),
    ),
    leak(
        "the root of the API counts things",
        "https://github.com/decidim/decidim/issues/14287",
        Answer(|leaky, answer| match leaky.path.as_str() {
            "/api/v1" => with_text(answer, &format!("\n{{\"things\": {}}}", leaky.hidden)),
            _ => answer,
        }),
    ),
    leak(
        "what the API says of me tells how much is kept from me",
        "",
        Answer(|leaky, answer| match leaky.path.as_str() {
            "/api/v1/me" => with_text(answer, &" ".repeat(leaky.hidden)),
            _ => answer,
        }),
    ),
    leak(
        "hidden things change the order of a list",
        "",
        Answer(|leaky, answer| match leaky.lists && leaky.hidden % 2 == 1 {
            true => reversed(answer),
            false => answer,
        }),
    ),
    leak(
        "a list says how many pages there would be with everything",
        "https://github.com/kohler/hotcrp/issues/25",
        Answer(|leaky, answer| match leaky.lists {
            true => with_text(answer, &format!("<!-- page 1 of {} -->", leaky.hidden / 10)),
            false => answer,
        }),
    ),
    leak(
        "a cookie carries the number of hidden things",
        "",
        Answer(|leaky, answer| {
            answer.with_header("set-cookie", format!("__Host-hidden={}", leaky.hidden))
        }),
    ),
    leak(
        "the length of a page grows with what is hidden",
        "",
        Answer(|leaky, answer| with_text(answer, &" ".repeat(leaky.hidden))),
    ),
    leak(
        "a redirect says how many things there are",
        "",
        Answer(|leaky, answer| match answer.status {
            303 => answer.with_header("x-location", format!("?of={}", leaky.hidden)),
            _ => answer,
        }),
    ),
    // Mail, and calendars that are followed.
    elsewhere("a followed calendar is made from the state"),
    elsewhere("a followed calendar counts what is hidden in SEQUENCE"),
    elsewhere("a followed calendar says in DTSTAMP when the record last changed"),
    leak(
        "mail is sent for what is hidden",
        "https://github.com/decidim/decidim/pull/4988",
        Elsewhere,
    ),
    elsewhere("the id of a message counts all acts"),
    elsewhere("the subject of a message tells what is newest in the state"),
    elsewhere("the length of a message grows with what is hidden"),
    // Documents.
    leak(
        "documents are listed from the state",
        "",
        Everything(|asking| asking.path == "/documents"),
    ),
    leak(
        "papers behind a closed door are shown",
        "",
        Besides(everywhere, |_, thing| thing.content.kind() == Kind::Document),
    ),
    leak(
        "who has read a document is shown to whoever sees it",
        "",
        Besides(everywhere, |_, thing| thing.content.kind() == Kind::Reading),
    ),
    leak(
        "a picture of a page is drawn from the state",
        "",
        Everything(|asking| asking.path.contains("/pages/")),
    ),
    leak(
        "a picture of a page is shown after its room has closed",
        "",
        Besides(|asking| asking.path.contains("/pages/"), shown_at_open_doors),
    ),
    leak(
        "a page of a hidden document is answered as one that cannot be drawn",
        "",
        Answer(|leaky, answer| match answer.status {
            404 if leaky.asked_for.is_some() && leaky.path.contains("/pages/") => {
                answer.with_status(422)
            }
            _ => answer,
        }),
    ),
    leak(
        "a version of a hidden document is answered as gone",
        "",
        Answer(|leaky, answer| match answer.status {
            404 if leaky.asked_for.is_some() && leaky.path.contains("/versions/") => {
                answer.with_status(410)
            }
            _ => answer,
        }),
    ),
    leak(
        "a file for a hidden document is refused by its length",
        "",
        Answer(|leaky, answer| match answer.status {
            404 if leaky.asked_for.is_some() && leaky.path.ends_with("/versions") => {
                answer.with_status(413)
            }
            _ => answer,
        }),
    ),
    // Letters.
    elsewhere("the copy of a letter is that of whoever opened it first"),
    elsewhere("the pages of a letter are those that were drawn for its last reader"),
    elsewhere("an opening of a paper by somebody else stands for one's own"),
    elsewhere("the number of its pages is told of a paper that is hidden"),
    elsewhere("the head of a copy counts who was given the letter before"),
    leak("a trace says who opened a letter", "", kind!(Reading in "/api/v1/disclosure")),
    leak(
        "an invitation as PDF holds what is hidden",
        "",
        Everything(|asking| asking.path.ends_with("/invitation.pdf")),
    ),
    leak(
        "a readout as PDF is handed out before its moment",
        "",
        Everything(|asking| asking.path.ends_with("/readout.pdf")),
    ),
    leak("a trace compares delegations that are hidden", "", kind!(Party in "/disclosure")),
    // Streams of events.
    elsewhere("a stream says at its start how many acts there are"),
    elsewhere("a stream tells the same again when something hidden is done"),
    elsewhere("the ids of a stream's events count all acts"),
    elsewhere("an act that nobody is told of puts off the line that says nothing"),
    // Nothing is told, but effort is spent.
    leak(
        "a search walks the state and filters afterwards",
        "",
        Slow(|all, asking| {
            if asking.ask("q").is_some() {
                Kind::ALL.iter().for_each(|kind| looked_at(all, *kind));
            }
        }),
    ),
    leak(
        "a list takes longer for what is hidden in it",
        "",
        Slow(|all, asking| {
            if asking.path == "/commitments" || asking.path == "/meetings" {
                looked_at(all, Kind::Commitment);
                looked_at(all, Kind::Meeting);
            }
        }),
    ),
    leak(
        "what does not exist is answered sooner than what is hidden",
        "",
        Slow(|all, asking| {
            let asked = asking.path.split('/').filter_map(|part| Id::parse(part).ok());
            let _there = asked.filter(|id| all.get(id).is_some()).count();
        }),
    ),
    leak(
        "a link or a passkey is refused sooner for somebody unknown than for somebody known",
        "https://github.com/kohler/hotcrp/issues/376",
        SlowElsewhere,
    ),
];
