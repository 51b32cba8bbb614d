//! Taking minutes: a page of boxes that is saved as it is filled in, and recorded once.

use super::minutes::{rule_words, told};
use super::spelling::{self, Part};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::forms::minutes as form;
use crate::look::parts::{self, Button, Crumb, Field, PageHead};
use crate::look::{Section, asset};
use crate::notes::{NotSaved, Note};
use crate::pages::words;
use crate::refusals;
use crate::routes::Submission;
use crate::writer::{Done, NotDone};
use coalition::content::{Attribution, Minutes, Session};
use coalition::decide::{self, Asked};
use coalition::disclosure::Unnamed;
use coalition::label::Seated;
use coalition::{Id, Kind, Refusal, Thing};
use maud::{Markup, html};
use serde_json::json;

/// What a taker of minutes has before him.
struct Desk<'a> {
    asking: &'a Asking,
    taker: &'a Seated,
    thing: &'a Thing,
    session: &'a Session,
    /// What was recorded already, if anything was.
    recorded: Option<(&'a Thing, &'a Minutes)>,
    rule: Attribution,
}

impl<'a> Desk<'a> {
    fn of(asking: &'a Asking) -> Result<Desk<'a>, Refusal> {
        let (thing, session) = asking.find::<Session>("id")?;
        let missing = Refusal::NotFound(Some(Kind::Session));
        let taker = asking.view.viewer().seated().ok_or(missing.clone())?;
        if !decide::takes_minutes(&asking.view, &thing.id) {
            return Err(missing);
        }
        let recorded = decide::minutes_of(&asking.view, &thing.id);
        let rule = recorded.map_or_else(
            || decide::rule_of(&asking.view, &thing.id),
            |(_, known)| known.attribution,
        );
        Ok(Desk { asking, taker, thing, session, recorded, rule })
    }

    fn note(&self) -> Option<Note> {
        self.asking.house.notes.of(&self.thing.id, &self.taker.person)
    }

    fn address(&self) -> String {
        format!("/sessions/{}/minutes", self.thing.id)
    }

    /// What a fresh page holds: the notes, or what was recorded, or nothing.
    fn fields(&self) -> Vec<(String, String)> {
        match (self.note(), self.recorded) {
            (Some(note), _) => note.fields,
            (None, Some((_, known))) => spelling::spelt(&self.asking.view, known),
            (None, None) => Vec::new(),
        }
    }
}

fn value(fields: &[(String, String)], name: &str) -> String {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// The fields that are kept: the boxes and the label.
fn kept(form: Vec<(String, String)>) -> Vec<(String, String)> {
    let keeps = |name: &str| spelling::is_box(name) || name.starts_with("marking.");
    form.into_iter().filter(|(name, value)| keeps(name) && !value.trim().is_empty()).collect()
}

pub(super) fn page(asking: &Asking) -> Result<Answer, Refusal> {
    let desk = Desk::of(asking)?;
    Ok(shown(&desk, &desk.fields(), &[], None))
}

/// What is wrong: the box, or none, and why.
type Told = (String, String);

fn shown(
    desk: &Desk<'_>,
    fields: &[(String, String)],
    wrongs: &[Told],
    notice: Option<&str>,
) -> Answer {
    let (asking, view) = (desk.asking, &desk.asking.view);
    let note = desk.note();
    let saved = note.as_ref().map_or(0, |note| note.saved);
    let title = format!("Minutes of {}", desk.session.title);
    let form_body = html! {
        (parts::hidden("key", asking.fresh_key().as_str()))
        (parts::hidden("saved", &saved.to_string()))
        (boxes(desk, fields, wrongs))
        @if desk.recorded.is_none() { (form::marking(asking, &desk.thing.id, fields, wrongs)) }
        (parts::buttons(&html! {
            button.button type="submit" formaction={ (desk.address()) "/draft" } { "Save the draft" }
            (parts::button(Button::Primary, if desk.recorded.is_some() { "Record the correction" } else { "Record the minutes" }))
            span.quiet.small #notes-said role="status" {
                @match &note {
                    Some(note) => { "Draft saved " (words::moment_words(note.at)) "." }
                    None => "No draft is saved."
                }
            }
        }))
    };
    let body = html! {
        (parts::crumbs(&[
            Crumb { text: "Meetings", href: Some("/meetings") },
            Crumb { text: &view.name_of(&desk.session.meeting),
                href: Some(&format!("/meetings/{}#{}", desk.session.meeting, desk.thing.id)) },
            Crumb { text: "Taking minutes", href: None },
        ]))
        (parts::page_head(&PageHead { kicker: "Taking minutes", lead: rule_words(desk.rule), ..PageHead::titled(&title) }))
        @if let Some(notice) = notice { p.notice.tone-warn role="alert" { (notice) } }
        (not_recorded(wrongs))
        script src=(asset("notes.js").map_or("", |asset| asset.path.as_str())) defer {}
        div.form-sheet {
            form #notes method="post" action=(desk.address()) novalidate { (form_body) }
        }
        (preview(desk, fields))
        (seen(desk))
        @if note.is_some() { (throw_away(desk)) }
    };
    asking.page(&title, Section::Meetings, body)
}

/// Why nothing was recorded, with a way to each box. The notes themselves are saved.
fn not_recorded(wrongs: &[Told]) -> Markup {
    html! {
        @if !wrongs.is_empty() {
            div.errors role="alert" tabindex="-1" {
                h2 { "Nothing was recorded" }
                ul { @for (field, why) in wrongs { li {
                    @if field.is_empty() { (why) } @else { a href={ "#field-" (field) } { (why) } }
                } } }
                p { "What you wrote is kept as your draft." }
            }
        }
    }
}

/// A box for what was said and one for what was decided, under each item and under none.
fn boxes(desk: &Desk<'_>, fields: &[(String, String)], wrongs: &[Told]) -> Markup {
    let items = spelling::items(&desk.asking.view, &desk.thing.id);
    let places: Vec<(Option<&Id>, &str)> = items
        .iter()
        .map(|(thing, item)| (Some(&thing.id), item.title.as_str()))
        .chain([(None, if items.is_empty() { "" } else { "Under no item" })])
        .collect();
    let hint = match desk.rule {
        Attribution::OnRecord => {
            "A point a paragraph. Who said it may stand before a colon: \u{201c}Estonia: \u{2026}\u{201d}, by the name of a party or a person."
        }
        Attribution::ChathamHouse => "A point a paragraph. Nobody is named.",
        Attribution::Nothing => "A decision a paragraph. Nobody is named.",
    };
    let area = |part: Part, item: Option<&Id>| {
        let name = part.name(item);
        let written = value(fields, &name);
        let label = match part {
            Part::Said => "What was said",
            Part::Decided => "What was decided",
        };
        let error = wrongs.iter().find(|(field, _)| *field == name).map(|(_, why)| why.as_str());
        let field =
            Field { label, error, value: &written, filters: true, ..Field::named(&name, label) };
        parts::area_field(&field, if part == Part::Said { 6 } else { 3 })
    };
    html! {
        p.small.quiet { (hint) }
        @for (item, title) in places {
            fieldset.form-group {
                legend { @if title.is_empty() { "The session" } @else { (title) } }
                @for part in spelling::boxes(desk.rule) { (area(*part, item)) }
            }
        }
    }
}

/// What would be recorded as things stand, and which names stand in its way.
fn preview(desk: &Desk<'_>, fields: &[(String, String)]) -> Markup {
    let view = &desk.asking.view;
    let read = spelling::read(view, &desk.thing.id, desk.rule, |name| value(fields, name));
    let Ok(read) = read else { return html! {} };
    let mut points: Vec<_> = read.into_iter().map(|read| read.noted).collect();
    if points.is_empty() {
        return html! {};
    }
    let mut named = Vec::new();
    if desk.rule != Attribution::OnRecord {
        let unnamed = Unnamed::of(view, Some(&desk.thing.id));
        named.extend(points.iter().filter_map(|noted| unnamed.first_in(noted.text.as_str())));
        decide::in_order(view, &mut points);
    }
    html! {
        section.panel {
            h2 { "As it would be recorded" }
            @if !named.is_empty() {
                p.notice.tone-warn { strong { "Names stand in the way." } " They are not recorded under this rule:" }
                ul { @for found in &named { li { "“" (found.passage) "” names " (found.name) } } }
            }
            (told(view, &points))
        }
    }
}

/// Who will see what is recorded, and who sees the draft.
fn seen(desk: &Desk<'_>) -> Markup {
    html! {
        p.small.quiet {
            "The draft is seen by you alone, and by whoever can read this house’s database; it is not in the record. When the minutes are recorded, the draft is wiped, and so is the order in which you wrote it."
        }
        @if let Some((thing, _)) = desk.recorded { (words::seen_by(&desk.asking.view, thing)) }
    }
}

fn throw_away(desk: &Desk<'_>) -> Markup {
    html! {
        form method="post" action={ (desk.address()) "/draft" } {
            (parts::hidden("do", "throw-away"))
            (parts::button(Button::Danger, "Throw the draft away"))
        }
    }
}

/// Saves the draft. What is answered with a redirect is on the disk.
pub(super) fn save(asking: &Asking) -> Result<Answer, Refusal> {
    let desk = Desk::of(asking)?;
    let form = asking.form()?;
    if value(&form, "do") == "throw-away" {
        asking.house.notes.wipe(&desk.thing.id, &desk.taker.person);
        return Ok(Answer::see_other(desk.address()));
    }
    let seen = value(&form, "saved").parse().unwrap_or(0);
    let fields = kept(form);
    let saved = asking.house.notes.save(
        &desk.thing.id,
        &desk.taker.person,
        seen,
        fields.clone(),
        asking.now,
    );
    Ok(match saved {
        Ok(saved) => Answer::see_other(format!("{}?saved={saved}", desk.address())),
        Err(NotSaved::Overtaken) => {
            let told = "The draft was saved from another page since you opened this one. Below stands what you sent; it is not saved. Save it again to put it in the other\u{2019}s place.";
            shown(&desk, &fields, &[], Some(told)).with_status(409)
        }
        Err(NotSaved::NotWritten(error)) => {
            refusals::not_done(asking, &NotDone::NotWritten(error.to_string()))
        }
    })
}

/// Records the minutes, or a correction of them: one act.
pub(super) fn record(asking: &Asking) -> Result<Submission, Refusal> {
    let desk = Desk::of(asking)?;
    let form = asking.form()?;
    let key = value(&form, "key");
    let seen = desk.note().map_or(0, |note| note.saved);
    let fields = kept(form);
    if fields.iter().any(|(name, _)| spelling::is_box(name)) {
        // Whatever becomes of it, nothing written is lost: and it stands on the page that answers.
        let (notes, whose) = (&asking.house.notes, &desk.taker.person);
        drop(notes.save(&desk.thing.id, whose, seen, fields.clone(), asking.now));
    }
    let read = spelling::read(&asking.view, &desk.thing.id, desk.rule, |name| value(&fields, name));
    let points = read.unwrap_or_default().into_iter().map(|read| read.noted).collect::<Vec<_>>();
    let content = json!({ "minutes": { "session": desk.thing.id, "points": points } });
    let mut command = match desk.recorded {
        Some((thing, _)) => json!({
            "subject": thing.id,
            "revision": thing.revision(),
            "change": { "amend": { "content": content } },
        }),
        None => {
            let mut create = json!({ "content": content });
            if let Some(marking) = form::marked(&fields) {
                create["marking"] = marking;
            }
            json!({ "change": { "create": create } })
        }
    };
    if !key.is_empty() {
        command["key"] = key.into();
    }
    Ok(Submission { command: Asked::read(command), then: recorded })
}

fn recorded(asking: &Asking, done: Result<Done, NotDone>) -> Answer {
    let (refusal, desk) = match (done, Desk::of(asking)) {
        (Ok(done), Ok(desk)) => {
            asking.house.notes.wipe(&desk.thing.id, &desk.taker.person);
            return Answer::see_other(format!("/minutes/{}", done.subject));
        }
        (Err(NotDone::Refused(refusal)), Ok(desk)) => (refusal, desk),
        (Ok(_), Err(refusal)) => return refusals::answer(asking, &refusal),
        (Err(not_done), _) => return refusals::not_done(asking, &not_done),
    };
    let fields = kept(asking.form().unwrap_or_default());
    let read = spelling::read(&asking.view, &desk.thing.id, desk.rule, |name| value(&fields, name));
    let wrong = match read {
        Err(wrong) => wrong,
        Ok(points) if points.is_empty() => {
            let why = "There is nothing to record yet: write down a point first.";
            (String::new(), why.to_owned())
        }
        Ok(points) => form::wrong(&refusal, |at| points.get(at).map(|read| read.from.clone())),
    };
    shown(&desk, &fields, &[wrong], None).with_status(refusals::status(&refusal))
}
