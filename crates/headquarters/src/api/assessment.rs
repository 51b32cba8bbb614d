//! The assessment of a guarantee, in the asker's view, under a scenario in the query.

use super::query::{Query, day};
use crate::answer::Answer;
use crate::asking::Asking;
use coalition::assess::{self, AssessError, Limits};
use coalition::content::Guarantee;
use coalition::model::Scenario;
use coalition::{Kind, Refusal};

pub(super) fn assess(asking: &Asking) -> Result<Answer, Refusal> {
    let (thing, guarantee) = asking.find::<Guarantee>("id")?;
    let query = Query::open(asking, &["assume", "assume_not", "without", "on", "explain"])?;
    let scenario = Scenario {
        assume: query.ids("assume")?,
        assume_not: query.ids("assume_not")?,
        without: query.ids("without")?,
        on: query.one("on")?.map(|text| day("on", text)).transpose()?,
    };
    let every = match query.one("explain")? {
        None => false,
        Some("all") => true,
        Some(_) => return Err(Refusal::invalid("explain", "this is \"all\", or left out")),
    };
    let mut limits = Limits::default();
    if every {
        limits.explained_max = limits.sets_max;
    }
    let ready = asking.ready();
    let assessment = ready
        .prepared()
        .and_then(|prepared| prepared.assess(guarantee, &scenario, limits))
        .map_err(|error| refused(&error))?;
    let answer = match every {
        false => assess::answer(&thing.id, &assessment),
        true => assess::answer_explained(&ready.model, &thing.id, guarantee, &assessment)
            .map_err(|error| refused(&error))?,
    };
    Ok(Answer::json(&answer))
}

/// Why there is no assessment. Names that the asker does not know are refused as what does not
/// exist; what cannot be answered as the coalition stands is a conflict.
fn refused(error: &AssessError) -> Refusal {
    let why = || format!("{error} {}", error.remedy());
    match error {
        AssessError::NoSuchGuarantee(_) => Refusal::NotFound(Some(Kind::Guarantee)),
        AssessError::NoSuchCircumstance(_) => Refusal::NotFound(Some(Kind::Circumstance)),
        AssessError::NoSuchParty(_) => Refusal::NotFound(Some(Kind::Party)),
        AssessError::Contradiction(_) | AssessError::TriggerAssumedNot(_) => {
            Refusal::invalid("assume_not", why())
        }
        AssessError::NoNeeds(_)
        | AssessError::Requires { .. }
        | AssessError::MixedWindows { .. }
        | AssessError::TooLate(_)
        | AssessError::EmptyWindow { .. }
        | AssessError::NeedsOverlap(_)
        | AssessError::AmountsTooLarge(_)
        | AssessError::TooLarge(_) => {
            // The command line calls it `--on DATE`; here it is a parameter.
            Refusal::Conflict(why().replace("`--on DATE`", "the parameter `on`"))
        }
    }
}
