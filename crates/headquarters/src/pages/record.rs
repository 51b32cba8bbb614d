//! The record: acts one may see, others as sealed leaves, receipts, and the checkpoint.

use super::words;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::Section;
use crate::look::parts::{self, Button, Column, Crumb, Field, OnPhone, PageHead, Pages, Table};
use crate::look::pictures::{Amount, Growth, Step, growth};
use crate::routes::{Route, get, post, work};
use coalition::act::Act;
use coalition::view::Leaf;
use coalition::{Leaves, Refusal};
use maud::{Markup, html};
use record::{Receipt, ReceiptError};

pub(crate) const ROUTES: &[Route] = &[
    work("/record", list),
    get("/record/{position}", one),
    get("/record/{position}/receipt", receipt),
    get("/record/checkpoint", checkpoint),
    get("/record/key", key),
    get("/record/check", check_form),
    post("/record/check", check),
];

const LEAVES_PER_PAGE: usize = 100;

fn list(asking: &Asking) -> Result<Answer, Refusal> {
    let leaves = asking.leaves();
    let size = leaves.size();
    let count = size.div_ceil(LEAVES_PER_PAGE).max(1);
    let page = match asking.ask("page") {
        None => 1,
        Some(text) => text
            .parse()
            .ok()
            .filter(|page| (1..=count).contains(page))
            .ok_or_else(|| Refusal::invalid("page", format!("a page from 1 to {count}")))?,
    };
    let newest = size - (page - 1) * LEAVES_PER_PAGE;
    let rows = (newest.saturating_sub(LEAVES_PER_PAGE)..newest)
        .rev()
        .map(|position| row(asking, &leaves, position));
    let actions = html! {
        a.button href="/record/check" { "Check a receipt" }
        a.button href="/record/checkpoint" { "Checkpoint" }
    };
    let body = html! {
        (parts::page_head(&PageHead {
            lead: "Every act in order. Nobody can change or remove one without it being seen. What you may not see stands here as a sealed leaf: its place and its hash, nothing else.",
            actions,
            ..PageHead::titled("Record")
        }))
        (head(asking, size))
        (growth(&Growth { id: "growth", title: "Acts that you can see, over time", unit: "acts", steps: &steps(asking, &leaves) }))
        h2 { "Acts, the newest first" }
        @if size == 0 { (parts::empty("Nothing has been recorded.", &html! {})) }
        @else {
            (parts::table(&Table {
                caption: "Acts of the record",
                caption_unseen: true,
                columns: vec![Column::figures("Place"), Column::words("Act"), Column::words("By"), Column::words("When")],
                rows: rows.collect(),
                on_phone: OnPhone::Cards,
            }))
            (parts::pages(&Pages { current: page, count, href: |page| format!("/record?page={page}") }))
        }
    };
    Ok(asking.page("Record", Section::Record, body))
}

/// The checkpoint as the page shows it: what to write down to hold the house to its word.
fn head(asking: &Asking, size: usize) -> Markup {
    html! {
        section.panel {
            div.panel-head { h2 { "Current checkpoint" } }
            p { (size) " acts, signed by the house. Keep a copy: whoever has one can prove later that the record was not rewritten." }
            pre.code tabindex="0" aria-label="Checkpoint" { (asking.house.checkpoint()) }
            p.small { "Public key: " code { (asking.house.verifier()) } }
        }
    }
}

fn row(asking: &Asking, leaves: &Leaves, position: usize) -> Vec<Markup> {
    let place = html! { a href={ "/record/" (position) } { (position) } };
    let act = match asking.view.leaf(leaves, position) {
        Some(Leaf::Act(bytes)) => Act::decode(bytes).ok(),
        _ => None,
    };
    let known = act.as_ref().and_then(|act| Some((act, asking.view.get(&act.subject)?)));
    match known {
        Some((act, thing)) => vec![
            place,
            html! {
                (words::deed(thing.content.kind(), &act.change)) " "
                (words::link(&asking.view, &act.subject)) " "
                (parts::tlp(words::tlp(thing.marking.label)))
            },
            html! { (words::author(&asking.view, act)) },
            html! { (words::moment_words(act.at)) },
        ],
        None => {
            let hash = asking
                .house
                .leaf_hash(position as u64)
                .map(|hash| hash.to_string())
                .unwrap_or_default();
            vec![
                place,
                html! { span.quiet { "sealed" } " " code.small { (hash) } },
                html! { span.quiet { "–" } },
                html! { span.quiet { "–" } },
            ]
        }
    }
}

/// When the visible acts came, thinned to what a picture can show.
fn steps(asking: &Asking, leaves: &Leaves) -> Vec<Step> {
    const DRAWN: usize = 200;
    let mut places: Vec<u32> = coalition::Kind::ALL
        .iter()
        .flat_map(|kind| asking.view.of_kind(*kind))
        .flat_map(|thing| thing.acts.iter().copied())
        .collect();
    places.sort_unstable();
    let stride = places.len().div_ceil(DRAWN).max(1);
    let last = places.len().saturating_sub(1);
    let drawn = places.iter().enumerate().filter(|(rank, _)| rank % stride == 0 || *rank == last);
    drawn
        .filter_map(|(rank, place)| {
            let Leaf::Act(bytes) = asking.view.leaf(leaves, *place as usize)? else { return None };
            let at = Act::decode(bytes).ok()?.at;
            #[expect(clippy::cast_precision_loss, reason = "a picture's axis: pixels, not figures")]
            let (seconds, total) = (at.as_second() as f64, (rank + 1) as f64);
            Some(Step {
                label: words::moment_words(at),
                at: seconds / 86_400.0,
                total: Amount { value: total, exact: (rank + 1).to_string() },
            })
        })
        .collect()
}

/// The place in the record that the path names, if the record is that long.
fn position(asking: &Asking, leaves: &Leaves) -> Result<usize, Refusal> {
    let text = asking.param("position");
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let position =
        text.parse::<usize>().ok().filter(|position| digits && *position < leaves.size());
    position.ok_or(Refusal::NotFound(None))
}

fn one(asking: &Asking) -> Result<Answer, Refusal> {
    let leaves = asking.leaves();
    let position = position(asking, &leaves)?;
    let hash =
        asking.house.leaf_hash(position as u64).map(|hash| hash.to_string()).unwrap_or_default();
    let title = format!("Act {position}");
    let act = match asking.view.leaf(&leaves, position) {
        Some(Leaf::Act(bytes)) => Some(bytes),
        _ => None,
    };
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Record", href: Some("/record") }, Crumb { text: &title, href: None }]))
        @match act {
            Some(bytes) => (visible(asking, position, bytes, &hash)),
            None => {
                (parts::page_head(&PageHead {
                    kicker: "Sealed leaf",
                    lead: "This act is not for you to see. Its hash stands in the tree like every other, so it cannot be changed or removed unseen.",
                    ..PageHead::titled(&title)
                }))
                (parts::facts(&[("Leaf hash", html! { code { (hash) } })]))
            }
        }
    };
    Ok(asking.page(&title, Section::Record, body))
}

fn visible(asking: &Asking, position: usize, bytes: &[u8], hash: &str) -> Markup {
    let act = Act::decode(bytes).ok();
    let thing = act.as_ref().and_then(|act| asking.view.get(&act.subject));
    let pretty = serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|json| serde_json::to_string_pretty(&json).ok());
    html! {
        (parts::page_head(&PageHead {
            kicker: "Act",
            label: thing.map(|thing| words::tlp(thing.marking.label)),
            actions: html! { a.button href={ "/record/" (position) "/receipt" } download { "Download receipt" } },
            ..PageHead::titled(&format!("Act {position}"))
        }))
        @if let (Some(act), Some(thing)) = (&act, thing) {
            (parts::facts(&[
                ("What", html! { (words::deed(thing.content.kind(), &act.change)) " " (words::link(&asking.view, &act.subject)) }),
                ("By", html! { (words::author(&asking.view, act)) }),
                ("When", html! { (words::moment_words(act.at)) }),
                ("Signed", signed(asking, thing.content.kind(), act)),
                ("Leaf hash", html! { code { (hash) } }),
            ]))
        }
        section {
            h2 { "As it is kept" }
            pre.code tabindex="0" aria-label="The act as JSON" { (pretty.unwrap_or_default()) }
            p.small.quiet { "The receipt holds these bytes, the salt that hides them in the tree, the proof that they are in it, and the signed checkpoint: " code { "entente verify" } " checks it without this house." }
        }
    }
}

/// Whether an act's author signed it, in words.
fn signed(asking: &Asking, kind: coalition::Kind, act: &Act) -> Markup {
    match &act.signed {
        Some(signature) => html! {
            "By its author's passkey " code { (signature.passkey) }
            ". With the receipt of its enrolment, which its owner has, " code { "entente verify --enrolment" } " checks it."
        },
        None if act.by.person.is_none() => html! { "No: the house did it." },
        None if !act.change.important(kind) => html! { "No: acts of this sort are not." },
        None if asking.demonstration() => {
            html! { "No: in a demonstration nobody proves who he is." }
        }
        None => html! { "No." },
    }
}

fn receipt(asking: &Asking) -> Result<Answer, Refusal> {
    let leaves = asking.leaves();
    let position = position(asking, &leaves)?;
    let Some(Leaf::Act(_)) = asking.view.leaf(&leaves, position) else {
        return Err(Refusal::NotFound(None));
    };
    let receipt = asking
        .house
        .receipt(position as u64)
        .map_err(|error| Refusal::Conflict(error.to_string()))?;
    Ok(Answer::download(
        "application/json",
        &format!("receipt-{position}.json"),
        receipt.to_json().into_bytes(),
    ))
}

fn checkpoint(asking: &Asking) -> Result<Answer, Refusal> {
    Ok(Answer::bytes("text/plain; charset=utf-8", asking.house.checkpoint().as_bytes().to_vec()))
}

fn key(asking: &Asking) -> Result<Answer, Refusal> {
    Ok(Answer::bytes(
        "text/plain; charset=utf-8",
        format!("{}\n", asking.house.verifier()).into_bytes(),
    ))
}

fn check_form(asking: &Asking) -> Result<Answer, Refusal> {
    Ok(checking(asking, "", &html! {}))
}

fn check(asking: &Asking) -> Result<Answer, Refusal> {
    let form = asking.form()?;
    let pasted = form.iter().find(|(name, _)| name == "receipt").map_or("", |(_, value)| value);
    // A browser ends the lines of a form in its own way, and people cut off the last one.
    let pasted = format!("{}\n", pasted.replace("\r\n", "\n").trim());
    let found = Receipt::from_json(pasted.as_bytes()).and_then(|receipt| {
        let verified = receipt.verify(asking.house.verifier())?;
        Ok((receipt, verified))
    });
    let (status, result) = match found {
        Ok((receipt, verified)) => (200, proven(&receipt, &verified)),
        Err(error) => (422, unproven(&error)),
    };
    Ok(checking(asking, &pasted, &result).with_status(status))
}

fn proven(receipt: &Receipt, verified: &record::Verified) -> Markup {
    let act = serde_json::from_slice::<serde_json::Value>(receipt.act())
        .ok()
        .and_then(|json| serde_json::to_string_pretty(&json).ok());
    html! {
        section.panel role="status" {
            div.panel-head { h2 { "The receipt holds" } }
            p { "This act stood at place " (verified.index) " when the record held " (verified.checkpoint.head().size) " acts, and this house signed for it." }
            pre.code tabindex="0" aria-label="The act as JSON" { (act.unwrap_or_default()) }
        }
    }
}

fn unproven(error: &ReceiptError) -> Markup {
    html! {
        div.errors role="alert" tabindex="-1" {
            h2 { "The receipt proves nothing" }
            p { (error) }
        }
    }
}

fn checking(asking: &Asking, pasted: &str, result: &Markup) -> Answer {
    let field = Field {
        value: pasted,
        hint: "The whole JSON text of the file.",
        ..Field::named("receipt", "Receipt")
    };
    let body = html! {
        (parts::crumbs(&[Crumb { text: "Record", href: Some("/record") }, Crumb { text: "Check a receipt", href: None }]))
        (parts::page_head(&PageHead {
            lead: "Paste a receipt that this house gave. It is checked against the house's key, without looking at the record: the same check that the command entente verify does on your own machine.",
            ..PageHead::titled("Check a receipt")
        }))
        (result)
        (parts::form("/record/check", &html! {
            (parts::area_field(&field, 12))
            (parts::buttons(&parts::button(Button::Primary, "Check")))
        }))
    };
    asking.page("Check a receipt", Section::Record, body)
}
