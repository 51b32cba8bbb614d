//! The assessment as one page of text.
use super::result::Assessment;
use crate::content::Guarantee;
use crate::model::Model;

/// One page.
pub fn report(_model: &Model, guarantee: &Guarantee, _assessment: &Assessment) -> String {
    guarantee.name.to_string()
}
