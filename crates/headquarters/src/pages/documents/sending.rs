//! Adding a version to a document, and destroying one.

use super::letter::Written;
use super::one;
use crate::answer::Answer;
use crate::asking::Asking;
use crate::reading::wanted;
use crate::refusals;
use crate::streams::{NotTaken, Upload};
use crate::writer::{Ask, Done};
use coalition::act::Change;
use coalition::content::Document;
use coalition::text::Text;
use coalition::{Id, Refusal, decide};

pub(super) const UPLOAD: Upload = Upload { to: document, named: None, then: answer };

/// The document to which somebody may add a version, before any of it is taken in.
pub(crate) fn document(asking: &Asking) -> Result<Id, Refusal> {
    let (thing, document) = asking.find::<Document>("id")?;
    if !asking.seated() {
        return Err(Refusal::NotSeated);
    }
    if !decide::keeps(&asking.view, thing) {
        return Err(Refusal::NotAllowed(
            "the delegation from which a document comes adds its versions",
        ));
    }
    if !thing.stands() || document.expired(asking.now) {
        return Err(Refusal::Conflict(
            "this document was withdrawn or has expired: no version is added to it".into(),
        ));
    }
    Ok(thing.id.clone())
}

pub(super) fn answer(asking: &Asking, taken: Result<Done, NotTaken>) -> Answer {
    match taken {
        Ok(done) => Answer::see_other(format!("/documents/{}", done.subject)),
        Err(NotTaken::Refused(
            refusal @ (Refusal::NotFound(_) | Refusal::NotSeated | Refusal::NotAllowed(_)),
        )) => refusals::answer(asking, &refusal),
        Err(NotTaken::NotDone(not_done)) => refusals::not_done(asking, &not_done),
        Err(other) => {
            let status = other.status();
            let why = match &other {
                NotTaken::Refused(Refusal::Invalid { why, .. }) => why.clone(),
                other => sentence(&other.to_string()),
            };
            let page = one::written(asking, Some(&why), &Written::default());
            page.unwrap_or_else(|refusal| refusals::answer(asking, &refusal)).with_status(status)
        }
    }
}

/// A sentence as a page begins one.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Destroys the content of a version: the record says so first, and its key goes before the answer.
pub(super) fn destroy(asking: &Asking) -> Result<Answer, Refusal> {
    let form = asking.form()?;
    let sent = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let reason = sent("field").and_then(|field| sent(field)).or_else(|| sent("reason"));
    let reason = Text::parse(reason.map_or("", String::as_str))
        .map_err(|why| Refusal::invalid("reason", why))?;
    destroyed(asking, reason, |document| Answer::see_other(format!("/documents/{document}")))
}

/// The same for whoever says how it is answered.
pub(crate) fn destroyed(
    asking: &Asking,
    reason: Text,
    then: impl FnOnce(&Id) -> Answer,
) -> Result<Answer, Refusal> {
    let wanted = wanted(asking)?;
    let person = asking.view.viewer().seated().map(|seated| seated.person.clone());
    let person = person.ok_or(Refusal::NotSeated)?;
    let version = wanted.attached.version.id.clone();
    let change = Box::new(Change::Destroy { version: version.clone(), reason });
    let ask = Ask::Made { subject: Some(wanted.thing.id.clone()), change };
    if let Err(not_done) = asking.house.submit_and_wait(Some(person), ask) {
        return Ok(refusals::not_done(asking, &not_done));
    }
    if let Err(error) = asking.house.vault.destroy(&version) {
        eprintln!("entente: the key of a destroyed content goes at the next start: {error}");
        return Ok(refusals::failure(
            asking,
            "it is recorded as destroyed, and served to nobody any more; its key could not be destroyed now, and goes when the house starts again",
        ));
    }
    Ok(then(&wanted.thing.id))
}
