//! Asking: everything a handler may know of a request. It holds a view, never the state.

use crate::answer::Answer;
use crate::groundwork::Groundwork;
use crate::house::{Doors, House};
use crate::look::{Frame, Page, PublicPage, Section, ViewerBadge, parts::Link};
use crate::ready::Ready;
use coalition::assess::CommitmentStanding;
use coalition::content::{Coalition, Party, Person};
use coalition::{Id, Kind, Leaves, Refusal, Thing, View, Viewer, content::Say};
use jiff::Timestamp;
use maud::Markup;
use std::sync::Arc;

/// A request, and what whoever makes it may see.
pub struct Asking {
    /// The house. Handlers use it to read receipts and checkpoints and to sign in; what they show
    /// comes from the view.
    pub house: Arc<House>,
    /// What the asker may see, as it was when the request came.
    pub view: Arc<View>,
    /// What pages of the view rest on, as far as one has asked.
    pub groundwork: Arc<Groundwork>,
    /// The time of the request.
    pub now: Timestamp,
    /// The path, without the query.
    pub path: String,
    /// The path's parameters.
    pub params: Vec<(String, String)>,
    /// The query's pairs in their order.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Headers that a handler may read, their names in lower case: `accept`, `content-type`,
    /// `idempotency-key`, `cookie`, `host`.
    pub headers: Vec<(&'static str, String)>,
    /// The session's token, if there is a session.
    pub token: Option<String>,
}

impl Asking {
    /// The model of the view, ready for any scenario.
    pub fn ready(&self) -> Arc<Ready> {
        self.groundwork.ready(&self.view)
    }

    /// How every commitment of the view stands as things are.
    pub fn standings(&self) -> &[CommitmentStanding] {
        self.groundwork.standings(&self.view)
    }

    /// A parameter of the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The first value of a name in the query that is not empty.
    pub fn ask(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// All values of a name in the query.
    pub fn asks<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// A header that handlers may read.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// A cookie of this name, without its `__Host-` prefix.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(self.header("cookie")?, name)
    }

    /// The pairs of a form in the body.
    ///
    /// # Errors
    /// If the body is not a form.
    pub fn form(&self) -> Result<Vec<(String, String)>, Refusal> {
        serde_urlencoded::from_bytes(&self.body).map_err(|_| {
            Refusal::invalid(
                "body",
                "this is not a form: send application/x-www-form-urlencoded in UTF-8",
            )
        })
    }

    /// The thing of a kind that a parameter of the path names.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], whether it does not exist, is hidden, or is of another kind.
    pub fn find<C: Say>(&self, param: &str) -> Result<(&Thing, &C), Refusal> {
        let id = Id::parse(self.param(param)).ok();
        id.and_then(|id| self.view.find::<C>(&id)).ok_or(Refusal::NotFound(Some(C::KIND)))
    }

    /// The acts in order, to be read through the view.
    pub fn leaves(&self) -> Leaves {
        self.house.leaves()
    }

    /// Whether the asker has a seat.
    pub fn seated(&self) -> bool {
        matches!(self.view.viewer(), Viewer::Seated(_))
    }

    /// The coalition's name, as far as the asker may know it.
    pub fn coalition_name(&self) -> String {
        let name =
            self.view.all::<Coalition>().next().map(|(_, coalition)| coalition.name.to_string());
        name.unwrap_or_else(|| "Entente".into())
    }

    /// Who is looking, as the letterhead says it; `None` is the public.
    pub fn badge(&self) -> Option<ViewerBadge> {
        let seated = self.view.viewer().seated()?;
        let name =
            self.view.find::<Person>(&seated.person).map(|(_, person)| person.name.to_string());
        let party = self.view.find::<Party>(&seated.party).map(|(_, party)| party.name.to_string());
        Some(ViewerBadge {
            name: name.unwrap_or_default(),
            party: party.unwrap_or_default(),
            role: seated.role.word().into(),
            demo: self.demonstration(),
        })
    }

    /// Whether the house is a demonstration.
    pub fn demonstration(&self) -> bool {
        matches!(self.house.settings.doors, Doors::Demonstration(_))
    }

    /// A page on the house's paper: with the full navigation for somebody seated, as part of the
    /// public site for anybody else.
    pub fn page(&self, title: &str, section: Section, body: Markup) -> Answer {
        let frame = self.groundwork.frame(section, || self.frame(section));
        Answer::html(frame.around(title, body))
    }

    /// What stands before and after the body of such a page.
    pub(crate) fn sheet(&self, title: &str, section: Section) -> (String, String) {
        let frame = self.groundwork.frame(section, || self.frame(section));
        (frame.before(title), frame.after().to_owned())
    }

    /// The letterheads as this view has them, and nothing else of what it has.
    #[cfg(feature = "leaks")]
    pub(crate) fn letterheads(&self) -> Arc<Groundwork> {
        let kept = Arc::<Groundwork>::default();
        let elsewhere = std::iter::once(Section::Elsewhere);
        for section in Section::NAVIGATION.iter().map(|(room, _, _)| *room).chain(elsewhere) {
            kept.frame(section, || self.frame(section));
        }
        kept
    }

    fn frame(&self, section: Section) -> Frame {
        let (coalition_name, demo) = (self.coalition_name(), self.demonstration());
        let Some(viewer) = self.badge() else {
            let rooms = Section::NAVIGATION.iter().filter(|(room, _, _)| self.public_room(*room));
            let navigation: Vec<Link<'_>> = rooms
                .map(|(room, text, href)| Link { text, href, current: *room == section })
                .collect();
            return Frame::of(|title, body| {
                PublicPage {
                    title,
                    coalition_name: &coalition_name,
                    home: "/",
                    navigation: &navigation,
                    sign_in: Some("/sign-in"),
                    demo,
                    notice: None,
                    body,
                }
                .render()
            });
        };
        Frame::of(|title, body| {
            Page {
                title,
                section,
                viewer: &viewer,
                coalition_name: &coalition_name,
                notice: None,
                body,
            }
            .render()
        })
    }

    /// Whether the public finds anything in a room: an empty one is left out of its navigation.
    fn public_room(&self, room: Section) -> bool {
        let any = |kind: Kind| self.view.count(kind) > 0;
        match room {
            Section::Overview | Section::Record | Section::Elsewhere => true,
            Section::Meetings => any(Kind::Meeting),
            Section::Documents => any(Kind::Document),
            Section::Commitments => any(Kind::Commitment),
            Section::Needs => any(Kind::Need),
            Section::Guarantees => any(Kind::Guarantee),
            Section::Parties => any(Kind::Party),
            Section::Sources => any(Kind::Source),
        }
    }

    /// A fresh key for a form, by which the house knows a form that was sent twice.
    pub fn fresh_key(&self) -> Id {
        Id::from_entropy(self.house.settings.random())
    }
}

/// A cookie's value in a `Cookie` header, by its name without the `__Host-` prefix.
pub(crate) fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key.strip_prefix("__Host-") == Some(name)).then_some(value)
    })
}
