//! The assessment: what the engine says of a guarantee, in a view, under a scenario.

use crate::id::Id;
use crate::model::Scenario;
use crate::refusal::Refusal;
use crate::view::View;

pub(crate) fn answer_for_publication(
    _view: &View,
    _guarantee: &Id,
    _scenario: &Scenario,
) -> Result<serde_json::Value, Refusal> {
    Ok(serde_json::Value::Null)
}
