//! What an article discloses of the asker's view, as JSON. Nothing of it is kept.

use super::query::{Query, day};
use crate::answer::Answer;
use crate::asking::Asking;
use crate::letters::{self, Traced};
use coalition::disclosure::{self, Article, Disclosed, Disclosure, Feature, Grade, Public};
use coalition::{Id, Refusal};
use exchange::found::Found;
use serde::Deserialize;
use serde_json::{Value, json};

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    text: String,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    letters: bool,
}

pub(super) fn assess(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    let sent: Sent = serde_json::from_slice(&asking.body)
        .map_err(|error| Refusal::invalid("body", error.to_string()))?;
    let published = sent.published.as_deref().map(|text| day("published", text)).transpose()?;
    let article =
        Article::read(&sent.text, published).map_err(|why| Refusal::invalid("text", why))?;
    let told = disclosure::assess(&asking.view, &asking.leaves(), &article);
    let mut answer = answer(&article, &told);
    if sent.letters {
        let parties = letters::parties(&asking.view);
        let found = Found::of_text(&sent.text);
        answer["letters"] = match letters::traced(asking, &parties, &found) {
            Ok(all) => all.iter().map(|of| traced(asking, &parties, of)).collect(),
            Err(error) => return Ok(letters::unreadable(asking, &error)),
        };
    }
    Ok(Answer::json(&answer))
}

/// A letter with which the text was compared, and whose copies fit.
fn traced(asking: &Asking, parties: &[(Id, String)], of: &Traced<'_>) -> Value {
    let fits = of.fitting().map(|suspect| {
        let (party, name) = &parties[suspect.copy];
        json!({
            "party": party,
            "name": name,
            "agrees": suspect.agrees,
            "likelihood": suspect.likelihood,
            "false_accusation": suspect.false_accusation,
            "opened": of.opened(&asking.view, party),
        })
    });
    json!({
        "document": of.thing.id,
        "version": of.attached.version.id,
        "places": of.told.slots,
        "read": of.told.read,
        "compared": parties.len(),
        "fits": fits.collect::<Vec<_>>(),
    })
}

fn answer(article: &Article, told: &Disclosure) -> Value {
    let meetings = told.meetings.iter().map(|(meeting, features)| {
        let by: Vec<&str> = features.iter().map(|of| feature(*of)).collect();
        json!({ "meeting": meeting, "named_by": by })
    });
    let holders = told.holders.iter().map(|holder| {
        json!({
            "person": holder.person,
            "name": holder.name,
            "party": holder.party,
            "held": holder.held,
            "held_all": holder.held == told.labelled,
        })
    });
    json!({
        "meetings": meetings.collect::<Vec<_>>(),
        "disclosed": told.disclosed.iter().map(|of| fact(article, of)).collect::<Vec<_>>(),
        "things_not_public": told.labelled,
        "holders": holders.collect::<Vec<_>>(),
        "as_of": told.as_of,
    })
}

fn fact(article: &Article, of: &Disclosed) -> Value {
    let passages = of.passages.iter().map(|(range, grade)| {
        let stated = *grade == Grade::Stated;
        json!({ "from": range.start, "to": range.end, "text": article.passage(range), "stated": stated })
    });
    let (public, through) = match &of.public {
        Public::No => ("no", None),
        Public::Since => ("since", None),
        Public::Through(by) => ("then", Some(by)),
    };
    json!({
        "thing": of.thing,
        "about": of.point.words(),
        "fact": of.says,
        "label": of.label,
        "public": public,
        "public_through": through,
        "passages": passages.collect::<Vec<_>>(),
    })
}

fn feature(of: Feature) -> &'static str {
    match of {
        Feature::Day => "day",
        Feature::Place => "place",
        Feature::Title => "title",
        Feature::Coalition => "coalition",
    }
}
