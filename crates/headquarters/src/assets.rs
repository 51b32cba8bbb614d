//! The stylesheet, the script and the icon, at addresses that change when they do.

use crate::answer::Answer;
use crate::asking::Asking;
use crate::look::asset_at;
use crate::routes::{Route, get};
use coalition::Refusal;

pub(crate) const ROUTES: &[Route] = &[get("/assets/{name}", asset)];

fn asset(asking: &Asking) -> Result<Answer, Refusal> {
    let asset = asset_at(&asking.path).ok_or(Refusal::NotFound(None))?;
    let mut answer = Answer::bytes(asset.content_type, asset.bytes.to_vec());
    answer.immutable = true;
    Ok(answer)
}
