//! Writing the page of a guarantee in order: at once where the answer is easy; where it is hard, each
//! part as soon as it is known.

use super::whatif::{Of, banner, facts, head, needs, no_answer, scenario_line};
use super::{asks, carried, chances, scenario, sets, standings, waiting, why};
use crate::answer::Answer;
use crate::flow::Flow;
use crate::look::Section;
use crate::pages::{claims, words};
use coalition::assess::{AssessError, Assessment, Step, Verdict};
use coalition::content::Basis;
use maud::{Markup, PreEscaped, html};
use std::ops::ControlFlow;

/// The two columns, which stay open while answers come into the first.
const COLUMNS: [&str; 3] = ["<div class=\"columns whatif\"><div>", "</div><div>", "</div></div>"];

/// How far the page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Written {
    Nothing,
    Verdict,
    Sets,
    Chances,
}

/// A page being written.
pub(super) struct Writing<'w> {
    of: &'w Of<'w>,
    flow: &'w mut Flow,
    /// What has not been handed over yet.
    part: String,
    /// What closes the sheet.
    closing: String,
    written: Written,
}

impl<'w> Writing<'w> {
    /// Begins a page.
    pub(super) fn new(of: &'w Of<'w>, flow: &'w mut Flow) -> Writing<'w> {
        let (part, closing) = of.asking.sheet(of.guarantee.name.as_str(), Section::Guarantees);
        Writing { of, flow, part, closing, written: Written::Nothing }
    }

    /// Hands over what a step of a hard assessment adds.
    pub(super) fn step(&mut self, step: &Step<'_>) -> ControlFlow<()> {
        let pending = match step {
            Step::Verdict(verdict) => {
                self.verdict(verdict, None);
                "Working out what would break it, and what would make it hold …"
            }
            Step::Sets(assessment) => {
                self.sets(assessment);
                "Working out how likely it is to hold, and who carries it …"
            }
            Step::Chances(assessment) => {
                self.chances(assessment);
                "Working out what to ask for next …"
            }
        };
        // Seen for as long as nothing stands below it.
        self.push(&html! { p.pending { (pending) } });
        let waited_for = self.flow.send(std::mem::take(&mut self.part));
        #[cfg(test)]
        self.of.asking.house.stand_still();
        waited_for
    }

    /// Ends the page with whatever is not written yet. Of no assessment nobody waits for the end.
    pub(super) fn end(mut self, assessed: &Result<Option<Assessment>, AssessError>) -> Answer {
        match assessed {
            Ok(Some(assessment)) => {
                if self.written < Written::Verdict {
                    let (verdict, readings) = (&assessment.verdict, &assessment.readings);
                    let of = if verdict.holds.firm { &readings.firm } else { &readings.mutual };
                    self.verdict(verdict, of.holds.then(|| sets::security(of)));
                }
                if self.written < Written::Sets {
                    self.sets(assessment);
                }
                if self.written < Written::Chances {
                    self.chances(assessment);
                }
                self.rest(assessment);
            }
            Ok(None) => return Answer::html(html! {}),
            Err(error) if self.written == Written::Nothing => {
                let needs = &self.of.guarantee.needs;
                let illustrative = needs.iter().any(|need| need.basis == Basis::Illustrative);
                self.push(&html! {
                    (head(self.of, illustrative))
                    (no_answer(error))
                    (scenario_line(self.of, false))
                    (PreEscaped(COLUMNS[0]))
                });
            }
            Err(error) => self.push(&no_answer(error)),
        }
        let Of { asking, thing, guarantee, scenario, .. } = self.of;
        let view = &asking.view;
        self.push(&html! {
            (facts(view, guarantee))
            (claims::panel(asking, Some(&thing.id)))
            (words::seen_and_done(asking, thing))
            (PreEscaped(COLUMNS[1]))
            section.panel.whatif-form id="what-if" {
                div.panel-head { h2 { "What if …" } }
                (scenario::form(view, &thing.id, guarantee, scenario))
            }
            (PreEscaped(COLUMNS[2]))
        });
        self.part.push_str(&self.closing);
        Answer::html(PreEscaped(self.part))
    }

    fn push(&mut self, markup: &Markup) {
        self.part.push_str(&markup.0);
    }

    fn verdict(&mut self, verdict: &Verdict, withstands: Option<&str>) {
        let Of { asking, guarantee, .. } = self.of;
        let view = &asking.view;
        self.push(&html! {
            (head(self.of, verdict.illustrative))
            (banner(view, guarantee, verdict, withstands))
            (scenario_line(self.of, true))
            (PreEscaped(COLUMNS[0]))
            (needs(view, guarantee, verdict))
        });
        self.written = Written::Verdict;
    }

    fn sets(&mut self, assessment: &Assessment) {
        let Of { asking, model, .. } = self.of;
        self.push(&html! {
            (why::section(model, assessment))
            (sets::section(&asking.view, model, assessment))
        });
        self.written = Written::Sets;
    }

    fn chances(&mut self, assessment: &Assessment) {
        let Of { asking, model, .. } = self.of;
        self.push(&html! {
            (carried::section(&asking.view, assessment))
            (chances::section(&asking.view, model, assessment))
        });
        self.written = Written::Chances;
    }

    fn rest(&mut self, assessment: &Assessment) {
        let Of { asking, model, .. } = self.of;
        let (view, verdict) = (&asking.view, &assessment.verdict);
        let relevant = standings::relevant(model, verdict);
        self.push(&html! {
            (asks::section(view, assessment))
            (standings::section(view, model, verdict, &relevant))
            (waiting::section(view, model, verdict, &relevant))
        });
    }
}
