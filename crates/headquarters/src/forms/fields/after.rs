//! What stays of a meeting: minutes, action points, readouts.

use super::{Field, Sort, needed, optional};
use coalition::Kind;
use coalition::content::Progress;

pub(super) const MINUTES: &[Field] = &[
    needed("session", "Session", Sort::One(&[Kind::Session])),
    needed("points", "Points", Sort::Rows(NOTED)).hint(
        "Where the meeting’s rule lets nobody be named, the house puts them in the order of the agenda and of the alphabet, and takes no name.",
    ),
];

const NOTED: &[Field] = &[
    optional("item", "Item", Sort::One(&[Kind::Item])),
    optional("decided", "It was decided", Sort::Yes),
    optional("party", "Which party said it", Sort::One(&[Kind::Party])),
    optional("person", "Who said it", Sort::One(&[Kind::Person])),
    needed("text", "What", Sort::Text),
];

pub(super) const ACTION_POINT: &[Field] = &[
    needed("meeting", "Meeting", Sort::One(&[Kind::Meeting])),
    optional("session", "Session", Sort::One(&[Kind::Session])),
    needed("text", "What is to be done", Sort::Text)
        .hint("Where the meeting’s rule lets nobody be named, it names its owner at most."),
    needed("party", "Owner", Sort::One(&[Kind::Party]))
        .hint("The delegation that does it. It sees the action point, whatever its label."),
    optional("person", "Who of it", Sort::One(&[Kind::Person])).hint(
        "Somebody with a seat in it: then he sees it whatever its label, and the others of his delegation as the label says.",
    ),
    optional("due", "Due on", Sort::Day).hint("The last day for it: 2025-11-20."),
    optional("progress", "How far it has come", Sort::Choice(progress)).start("open"),
    optional("reason", "What came of it", Sort::Text).hint("Needed where it is dropped: why."),
];

pub(super) const READOUT: &[Field] = &[
    needed("meeting", "Meeting", Sort::One(&[Kind::Meeting])).hint(
        "The readout is seen as its own label says, even by those who may not see the meeting.",
    ),
    needed("title", "Title", Sort::Name),
    needed("text", "What is told", Sort::Text),
    optional("at", "From when on", Sort::Moment).hint(
        "In UTC: 2025-11-04T16:00:00Z. Until then only your delegation and those ticked below see it. Left empty, at once.",
    ),
];

fn progress() -> Vec<(&'static str, &'static str)> {
    Progress::ALL.iter().map(|case| (case.key(), case.words())).collect()
}
