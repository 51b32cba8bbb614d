//! Words with a shape and a colour: labels, stages, standings, verdicts.

use maud::{Markup, html};

use super::glyphs::{Glyph, glyph};

/// How a thing is meant; always shown beside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Take care.
    Warn,
    /// Not as it should be.
    Bad,
    /// Neither.
    Idle,
    /// The house's own colour, for what is distinguished without being judged.
    Accent,
}

impl Tone {
    /// The class that colours text and ground.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Good => "tone-good",
            Tone::Warn => "tone-warn",
            Tone::Bad => "tone-bad",
            Tone::Idle => "tone-idle",
            Tone::Accent => "tone-accent",
        }
    }
}

/// A word in a small box.
pub fn badge(tone: Tone, sign: Option<Glyph>, word: &str) -> Markup {
    html! {
        span class={ "badge " (tone.class()) } {
            @if let Some(sign) = sign { (glyph(sign)) }
            (word)
        }
    }
}

/// A Traffic Light Protocol label, version 2.0 (FIRST, August 2022).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tlp {
    /// For the persons named.
    Red,
    /// For the originating delegation and those named.
    AmberStrict,
    /// For leads and members, and parties named.
    Amber,
    /// For everyone with a seat.
    Green,
    /// For everyone.
    Clear,
}

impl Tlp {
    /// From the closest circle to the widest.
    pub const ALL: [Tlp; 5] = [Tlp::Red, Tlp::AmberStrict, Tlp::Amber, Tlp::Green, Tlp::Clear];

    /// The text exactly as the standard writes it; never translated.
    pub fn text(self) -> &'static str {
        match self {
            Tlp::Red => "TLP:RED",
            Tlp::AmberStrict => "TLP:AMBER+STRICT",
            Tlp::Amber => "TLP:AMBER",
            Tlp::Green => "TLP:GREEN",
            Tlp::Clear => "TLP:CLEAR",
        }
    }

    /// Who sees what bears it, in this house.
    pub fn meaning(self) -> &'static str {
        match self {
            Tlp::Red => "the persons named, or admitted to the session in which it was given",
            Tlp::AmberStrict => "the delegation it comes from, and the delegations named",
            Tlp::Amber => "persons seated by leads and members, and parties named",
            Tlp::Green => "everyone with a seat, of any standing",
            Tlp::Clear => "everyone, signed in or not",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Tlp::Red => "badge tlp tlp-red",
            Tlp::AmberStrict | Tlp::Amber => "badge tlp tlp-amber",
            Tlp::Green => "badge tlp tlp-green",
            Tlp::Clear => "badge tlp tlp-clear",
        }
    }
}

/// A label, in the standard's colours; its meaning shows on hover and stands in every footer.
pub fn tlp(label: Tlp) -> Markup {
    html! { span class=(label.class()) title=(label.meaning()) { (label.text()) } }
}

/// How far a commitment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Said.
    Announced,
    /// Bound.
    Committed,
    /// Set aside.
    Allocated,
    /// Arrived.
    Delivered,
    /// Stopped for now.
    Suspended,
    /// Taken back.
    Withdrawn,
}

/// A commitment's stage: a circle that fills.
pub fn stage(stage: Stage) -> Markup {
    let (tone, sign, word) = match stage {
        Stage::Announced => (Tone::Idle, Glyph::Empty, "announced"),
        Stage::Committed => (Tone::Accent, Glyph::Quarter, "committed"),
        Stage::Allocated => (Tone::Accent, Glyph::Half, "allocated"),
        Stage::Delivered => (Tone::Good, Glyph::Full, "delivered"),
        Stage::Suspended => (Tone::Warn, Glyph::Pause, "suspended"),
        Stage::Withdrawn => (Tone::Bad, Glyph::Cross, "withdrawn"),
    };
    badge(tone, Some(sign), word)
}

/// Whether a commitment is in force in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In force though nobody moves first on trust.
    Firm,
    /// In force if a group moves together.
    Mutual,
    /// Not in force; it could be.
    Waiting,
    /// Not in force whatever happens.
    Void,
}

impl Standing {
    /// From the surest to the least sure.
    pub const ALL: [Standing; 4] =
        [Standing::Firm, Standing::Mutual, Standing::Waiting, Standing::Void];

    /// The word of the glossary.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Firm => "firm",
            Standing::Mutual => "mutual",
            Standing::Waiting => "waiting",
            Standing::Void => "void",
        }
    }

    /// The sign that stands for it here and in pictures.
    pub fn sign(self) -> Glyph {
        match self {
            Standing::Firm => Glyph::Square,
            Standing::Mutual => Glyph::Rings,
            Standing::Waiting => Glyph::Clock,
            Standing::Void => Glyph::Barred,
        }
    }
}

/// A commitment's standing.
pub fn standing(standing: Standing) -> Markup {
    let tone = match standing {
        Standing::Firm => Tone::Good,
        Standing::Mutual => Tone::Accent,
        Standing::Waiting => Tone::Warn,
        Standing::Void => Tone::Bad,
    };
    badge(tone, Some(standing.sign()), standing.word())
}

/// What an assessment says of a guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    /// Under the firm reading.
    Holds,
    /// Under the mutual reading only.
    HoldsTogether,
    /// Under neither.
    DoesNotHold,
}

impl VerdictKind {
    fn parts(self) -> (&'static str, Glyph, &'static str) {
        match self {
            VerdictKind::Holds => ("verdict tone-good", Glyph::Tick, "Holds"),
            VerdictKind::HoldsTogether => {
                ("verdict tone-accent", Glyph::Rings, "Holds if a group moves together")
            }
            VerdictKind::DoesNotHold => ("verdict tone-bad", Glyph::Cross, "Does not hold"),
        }
    }
}

/// A verdict with what it is said of.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// What is said.
    pub kind: VerdictKind,
    /// The guarantee's name.
    pub guarantee: &'a str,
    /// The reason and the scenario, in a sentence or two.
    pub detail: Markup,
}

/// The banner over an assessment: verdict first.
pub fn verdict(verdict: &Verdict<'_>) -> Markup {
    let (class, sign, word) = verdict.kind.parts();
    html! {
        div class=(class) {
            (glyph(sign))
            p.verdict-word { span.unseen { (verdict.guarantee) ": " } (word) }
            div.verdict-detail { (verdict.detail) }
        }
    }
}

/// The mark on every figure that comes from the illustrative layer rather than from a report.
pub fn illustrative() -> Markup {
    html! {
        span.badge.illustrative title="An amount chosen to illustrate; no report gives it" {
            "illustrative"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    #[test]
    fn labels_are_written_exactly_as_the_standard_writes_them() {
        let texts = Tlp::ALL.map(Tlp::text);
        assert_eq!(texts, ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]);
        for label in Tlp::ALL {
            assert!(tlp(label).into_string().contains(&format!(">{}</span>", label.text())));
        }
    }

    #[test]
    fn every_standing_and_stage_has_a_word_and_a_shape_of_its_own() {
        let mut shapes = Vec::new();
        for one in Standing::ALL {
            let text = standing(one).into_string();
            assert!(text.contains(one.word()) && text.contains("<svg"));
            assert_clean(&text);
            assert!(!shapes.contains(&one.sign()));
            shapes.push(one.sign());
        }
        let stages = [
            (Stage::Announced, "announced"),
            (Stage::Committed, "committed"),
            (Stage::Allocated, "allocated"),
            (Stage::Delivered, "delivered"),
            (Stage::Suspended, "suspended"),
            (Stage::Withdrawn, "withdrawn"),
        ];
        for (one, word) in stages {
            let text = stage(one).into_string();
            assert!(text.contains(word) && text.contains("<svg"), "{text}");
        }
    }

    #[test]
    fn a_verdict_says_its_word_and_escapes_what_it_is_said_of() {
        let kinds = [
            (VerdictKind::Holds, "Holds</p>"),
            (VerdictKind::HoldsTogether, "Holds if a group moves together"),
            (VerdictKind::DoesNotHold, "Does not hold"),
        ];
        for (kind, words) in kinds {
            let said = Verdict { kind, guarantee: HOSTILE, detail: html! { (HOSTILE) } };
            let text = verdict(&said).into_string();
            assert!(text.contains(words), "{text}");
            assert_clean(&text);
        }
        assert_clean(&badge(Tone::Bad, Some(Glyph::Triangle), HOSTILE).into_string());
    }
}
