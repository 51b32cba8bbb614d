//! The record: checkpoint, leaves, receipts and proofs.

use super::query::Query;
use super::things::{LIMIT_MAX, LIMIT_USUAL};
use crate::answer::Answer;
use crate::asking::Asking;
use coalition::view::Leaf;
use coalition::{Act, Refusal};
use record::{Checkpoint, Receipt, ReceiptError};
use serde_json::{Value, json};

/// The number no record reaches.
const POSITION_MAX: u64 = u32::MAX as u64;

pub(super) fn checkpoint(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    let text = asking.house.checkpoint();
    let key = asking.house.verifier();
    let opened = Checkpoint::open(&text, key)
        .map_err(|error| Refusal::Conflict(format!("the checkpoint does not hold: {error}")))?;
    Ok(Answer::json(&json!({
        "checkpoint": text.as_ref(),
        "size": opened.head().size,
        "root": opened.head().root,
        "key": key.to_string(),
    })))
}

/// The leaves in order: acts that the asker may see, and of all others the hash alone.
pub(super) fn leaves(asking: &Asking) -> Result<Answer, Refusal> {
    let query = Query::open(asking, &["from", "limit"])?;
    let from = query.number("from", 0..=POSITION_MAX)?.unwrap_or(0);
    let limit = query.number("limit", 1..=LIMIT_MAX)?.unwrap_or(LIMIT_USUAL);
    let leaves = asking.leaves();
    let size = leaves.size() as u64;
    let told: Vec<Value> = (from..from.saturating_add(limit).min(size))
        .filter_map(|position| {
            let place = usize::try_from(position).ok()?;
            let hash = asking.house.leaf_hash(position)?;
            Some(match asking.view.leaf(&leaves, place)? {
                Leaf::Act(bytes) => json!({
                    "position": position,
                    "hash": hash,
                    "sealed": false,
                    "act": Act::decode(bytes).ok()?,
                }),
                Leaf::Sealed => json!({ "position": position, "hash": hash, "sealed": true }),
            })
        })
        .collect();
    Ok(Answer::json(&json!({ "size": size, "leaves": told })))
}

/// The receipt of an act that the asker may see, in its one text.
pub(super) fn receipt(asking: &Asking) -> Result<Answer, Refusal> {
    let nothing = || Refusal::NotFound(None);
    let text = asking.param("position");
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let position = text.parse::<u64>().ok().filter(|_| plain).ok_or_else(nothing)?;
    let leaves = asking.leaves();
    let place = usize::try_from(position).map_err(|_| nothing())?;
    let Some(Leaf::Act(_)) = asking.view.leaf(&leaves, place) else { return Err(nothing()) };
    Query::open(asking, &[])?;
    let receipt = asking.house.receipt(position).map_err(|_| nothing())?;
    Ok(Answer::bytes("application/json", receipt.to_json().into_bytes()))
}

/// The proof that a later record continues an earlier one.
pub(super) fn consistency(asking: &Asking) -> Result<Answer, Refusal> {
    let query = Query::open(asking, &["old", "new"])?;
    let old = query.needed_number("old", 0..=POSITION_MAX)?;
    let new = query.needed_number("new", 0..=POSITION_MAX)?;
    // Of sizes that the record never had in this order there is no proof to be found.
    let proof = asking.house.consistency(old, new).map_err(|_| Refusal::NotFound(None))?;
    Ok(Answer::json(&json!({ "old": old, "new": new, "proof": proof })))
}

/// What a receipt proves, checked against this house's key. A receipt has one exact text, so that
/// whatever else is sent proves nothing, and the answer says why.
pub(super) fn verify(asking: &Asking) -> Result<Answer, Refusal> {
    Query::open(asking, &[])?;
    if asking.body.is_empty() {
        return Err(Refusal::invalid("body", "send a receipt"));
    }
    Ok(Answer::json(
        &checked(asking)
            .unwrap_or_else(|error| json!({ "proves": false, "why": error.to_string() })),
    ))
}

fn checked(asking: &Asking) -> Result<Value, ReceiptError> {
    let receipt = Receipt::from_json(&asking.body)?;
    let verified = receipt.verify(asking.house.verifier())?;
    let act: Value = serde_json::from_slice(receipt.act()).unwrap_or(Value::Null);
    Ok(json!({
        "proves": true,
        "position": verified.index,
        "leaf": verified.leaf,
        "checkpoint": verified.checkpoint.text(),
        "act": act,
    }))
}
