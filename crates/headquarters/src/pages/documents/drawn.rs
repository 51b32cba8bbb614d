//! A PDF on the house's own pages: pictures of its pages, some on each sheet, with their words for
//! whoever does not see them. The file itself goes to nobody by this way. Of a letter it is the copy of
//! the asker's delegation, set anew for each picture: none is kept that somebody else could be shown.

use super::shown::{plain, sheet};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::drawing::{DRAWN_BYTES_MAX, Draughtsman, NotDrawn, Surveyed, Turn, WIDTH, WITHOUT};
use crate::reading::{Handed, Outgoing, Wanted, Watch, closed, opening, wanted};
use crate::refusals;
use coalition::{Kind, Refusal};
use maud::{Markup, html};

/// How many pages stand on one sheet.
const LEAVES: u32 = 10;
/// How many of its words a picture is called by.
const WORDS_OF_A_NAME: usize = 24;

/// A PDF in hand, while it is the asker's turn.
struct InHand<'a> {
    draughtsman: &'a dyn Draughtsman,
    watch: Watch,
    /// His turn, and the PDF with it.
    turn: Turn<'a>,
}

/// How it goes on.
enum Step<'a> {
    /// It can be drawn.
    Drawing(InHand<'a>),
    /// Everybody's turn is taken.
    Busy,
    /// With something else.
    Instead(Answer),
}

/// Takes a PDF in hand: that it was opened is in the record when this returns, where that is recorded.
fn in_hand<'a>(asking: &'a Asking, wanted: Wanted<'_>) -> Result<Step<'a>, Refusal> {
    let house = &asking.house;
    let Some(draughtsman) = house.settings.draughtsman.as_deref() else {
        return Err(Refusal::Conflict(WITHOUT.into()));
    };
    if wanted.attached.version.bytes > DRAWN_BYTES_MAX {
        return Err(Refusal::Conflict("this PDF is longer than those that the house draws".into()));
    }
    let whose = asking.view.viewer().seated().map(|seated| seated.person.clone());
    let Some(mut turn) = house.turns.wait(whose) else { return Ok(Step::Busy) };
    let mut handed = match opening(asking, wanted)? {
        Outgoing::Content(handed) => *handed,
        Outgoing::Instead(answer) => return Ok(Step::Instead(answer)),
    };
    let Handed { source, bytes, .. } = &mut handed;
    if let Err(error) = turn.read(*bytes, || source.piece()) {
        eprintln!("entente: the content of a document cannot be read: {error}");
        let unread = "its content cannot be read where it lies";
        return Ok(Step::Instead(refusals::failure(asking, unread)));
    }
    Ok(Step::Drawing(InHand { draughtsman, watch: handed.watch, turn }))
}

/// What may be sent to whoever may still have it when it is drawn.
fn still(watch: &mut Watch) -> Result<(), Refusal> {
    if watch.goes_on() { Ok(()) } else { Err(Refusal::NotFound(Some(Kind::Document))) }
}

/// A sheet of pages, from this one on.
pub(super) fn page(asking: &Asking, wanted: Wanted<'_>, first: u32) -> Result<Answer, Refusal> {
    let mut in_hand = match in_hand(asking, wanted)? {
        Step::Drawing(in_hand) => in_hand,
        Step::Busy => return Ok(refusals::busy(asking)),
        Step::Instead(answer) => return Ok(answer),
    };
    let last = first.saturating_add(LEAVES - 1);
    let survey = in_hand.draughtsman.survey(in_hand.turn.paper(), first..=last, WIDTH);
    still(&mut in_hand.watch)?;
    let survey = match survey {
        Ok(survey) => survey,
        Err(NotDrawn::NotNow(why)) => {
            eprintln!("entente: pages cannot be drawn: {why}");
            return Ok(refusals::failure(asking, "pages cannot be drawn on this machine just now"));
        }
        Err(why) => return Ok(sheet(asking, wanted, &undrawn(&why)).with_status(422)),
    };
    if first > survey.count {
        return Err(Refusal::invalid("page", format!("it has {} pages", survey.count)));
    }
    let address = format!("/documents/{}/versions/{}", wanted.thing.id, wanted.attached.version.id);
    let numbered = (first..=survey.count).zip(&survey.pages);
    let body = html! {
        (ways("Pages", &address, first, survey.count))
        @for (number, leaf) in numbered { (self::leaf(&address, (number, survey.count), leaf)) }
        @if survey.count > 1 { (ways("Pages, once more", &address, first, survey.count)) }
    };
    Ok(sheet(asking, wanted, &body))
}

fn undrawn(why: &NotDrawn) -> Markup {
    html! {
        p.lead { "This PDF cannot be drawn: " (why) "." }
        p { "Whoever gave it can add a version that was printed into a plain PDF, or let it be downloaded." }
    }
}

/// To the sheets before and after, and to each page of this one.
fn ways(called: &str, address: &str, first: u32, count: u32) -> Markup {
    let last = count.min(first.saturating_add(LEAVES - 1));
    html! {
        nav.buttons aria-label=(called) {
            @if first > 1 {
                a.button rel="prev" href={ (address) "/shown?page=" (first.saturating_sub(LEAVES).max(1)) } { "Pages before" }
            }
            span.quiet {
                @if first == last { "Page " (first) } @else { "Pages " (first) " to " (last) }
                " of " (count)
            }
            @if last < count {
                a.button rel="next" href={ (address) "/shown?page=" (last + 1) } { "Next pages" }
            }
            @if first < last {
                @for number in first..=last {
                    a.button href={ "#page-" (number) } { span.unseen { "Page " } (number) }
                }
            }
        }
    }
}

fn leaf(address: &str, (number, count): (u32, u32), leaf: &Surveyed) -> Markup {
    let picture = format!("{address}/pages/{number}");
    let (width, height) = leaf.size;
    let words = leaf.words.as_deref().map(plain);
    let called = name(number, count, words.as_deref());
    html! {
        figure.leaf id={ "page-" (number) } {
            a href=(picture) {
                img.paper src=(picture) alt=(called) width=(width) height=(height) loading="lazy";
            }
            figcaption.small.quiet { "Page " (number) " of " (count) }
            @if let Some(words) = words {
                details.changing {
                    summary { "Words" span.unseen { " of page " (number) } }
                    @for line in words.lines().filter(|line| !line.is_empty()) { p { (line) } }
                }
            }
        }
    }
}

/// What a picture is called where it is not seen.
fn name(number: u32, count: u32, words: Option<&str>) -> String {
    let Some(words) = words else {
        return format!(
            "Page {number} of {count}. The house finds no words in it to read out: it may be a picture."
        );
    };
    let mut all = words.split_whitespace();
    let some: Vec<&str> = all.by_ref().take(WORDS_OF_A_NAME).collect();
    let rest = if all.next().is_some() { " … All its words stand below it." } else { "" };
    format!("Page {number} of {count}: {}{rest}", some.join(" "))
}

/// One page as a picture. It belongs to an opening of the paper, which is recorded once; asked for by
/// itself, it is one.
pub(super) fn picture(asking: &Asking) -> Result<Answer, Refusal> {
    let wanted = wanted(asking)?;
    if let Some(why) = closed(wanted, asking.now) {
        return Err(Refusal::Conflict(why.into()));
    }
    if !wanted.attached.version.media.is_pdf() {
        return Err(Refusal::Conflict("this is no PDF: it has no pages to draw".into()));
    }
    let number = super::shown::number(Some(asking.param("page")))?;
    let mut in_hand = match in_hand(asking, wanted)? {
        Step::Drawing(in_hand) => in_hand,
        Step::Busy => {
            return Ok(notice("The house is drawing other pages.", "Load this one again.", 503)
                .with_header("retry-after", "5"));
        }
        Step::Instead(answer) => return Ok(answer),
    };
    let drawn = in_hand.draughtsman.draw(in_hand.turn.paper(), number, WIDTH);
    still(&mut in_hand.watch)?;
    Ok(match drawn {
        Ok(png) => Answer::bytes("image/png", png),
        Err(NotDrawn::NotNow(why)) => {
            eprintln!("entente: pages cannot be drawn: {why}");
            notice("Pages cannot be drawn just now.", "Tell whoever runs this house.", 503)
        }
        Err(NotDrawn::Unfit | NotDrawn::Locked) => notice(
            "This page cannot be drawn.",
            "It is broken, or takes more than a page may.",
            422,
        ),
    }
    .with_header("cache-control", "private, no-store"))
}

/// Two sentences as a picture, for a browser has a place for a picture and for nothing else. Only
/// sentences of ours.
fn notice(what: &'static str, more: &'static str, status: u16) -> Answer {
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 620 877\" role=\"img\" aria-label=\"{what} {more}\"><rect width=\"620\" height=\"877\" fill=\"#ffffff\"/><g fill=\"#1a1a1a\" font-family=\"sans-serif\" text-anchor=\"middle\"><text x=\"310\" y=\"420\" font-size=\"24\">{what}</text><text x=\"310\" y=\"460\" font-size=\"18\">{more}</text></g></svg>"
    );
    Answer::bytes("image/svg+xml", drawing.into_bytes())
        .with_status(status)
        .with_header("cache-control", "private, no-store")
}
