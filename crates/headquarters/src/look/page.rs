//! The sheet every page is written on: head, letterhead, navigation, footer.

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::assets::asset;
use super::parts::{Link, Tlp, Tone, tlp};

/// The rooms of the house, in the order of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is next and what changed.
    Overview,
    /// Meetings and their days.
    Meetings,
    /// The papers given to them.
    Documents,
    /// What has been promised.
    Commitments,
    /// What is needed, and how far it is covered.
    Needs,
    /// What is to hold once a trigger comes.
    Guarantees,
    /// Who takes part.
    Parties,
    /// What is cited, and who says otherwise.
    Sources,
    /// Every act, in order.
    Record,
    /// A page outside the navigation: sign-in, errors.
    Elsewhere,
}

impl Section {
    /// How many there are.
    pub const COUNT: usize = Section::Elsewhere as usize + 1;
    /// Those in the navigation, with their words and addresses.
    pub const NAVIGATION: [(Section, &'static str, &'static str); 9] = [
        (Section::Overview, "Overview", "/"),
        (Section::Meetings, "Meetings", "/meetings"),
        (Section::Documents, "Documents", "/documents"),
        (Section::Commitments, "Commitments", "/commitments"),
        (Section::Needs, "Needs", "/needs"),
        (Section::Guarantees, "Guarantees", "/guarantees"),
        (Section::Parties, "Parties", "/parties"),
        (Section::Sources, "Sources", "/sources"),
        (Section::Record, "Record", "/record"),
    ];
}

/// Who is looking at the page, as the letterhead says it.
#[derive(Clone, Debug)]
pub struct ViewerBadge {
    /// The person's name.
    pub name: String,
    /// The party whose delegation seats the person.
    pub party: String,
    /// The seat, such as "head" or "clerk".
    pub role: String,
    /// Whether the person was chosen on the demonstration's page rather than signed in.
    pub demo: bool,
}

/// A sentence above the page about what has just been done.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub text: &'a str,
}

/// A page but for its title and its body, written once for many.
#[derive(Clone, Debug)]
pub struct Frame([Box<str>; 3]);

impl Frame {
    /// Stands where the title and the body belong. No name and no text holds it, for it is a control
    /// character.
    const HOLE: &'static str = "\0";

    /// What `page` writes around any title and body.
    pub fn of(page: impl FnOnce(&str, Markup) -> Markup) -> Frame {
        let whole = page(Frame::HOLE, PreEscaped(Frame::HOLE.to_owned())).into_string();
        let mut parts = whole.splitn(3, Frame::HOLE).map(Box::from);
        Frame(std::array::from_fn(|_| parts.next().unwrap_or_default()))
    }

    /// The page with this title and this body.
    pub fn around(&self, title: &str, body: Markup) -> Markup {
        let PreEscaped(body) = body;
        let mut page = self.before(title);
        page.reserve(body.len() + self.after().len());
        page.push_str(&body);
        page.push_str(self.after());
        PreEscaped(page)
    }

    /// What stands before the body of a page with this title.
    pub fn before(&self, title: &str) -> String {
        let Frame([before, between, _]) = self;
        let mut page = String::with_capacity(before.len() + between.len() + 2 * title.len());
        page.push_str(before);
        title.render_to(&mut page);
        page.push_str(between);
        page
    }

    /// What stands after the body.
    pub fn after(&self) -> &str {
        &self.0[2]
    }
}

/// A page for somebody who is signed in.
#[derive(Debug)]
pub struct Page<'a> {
    /// What the browser's tab says, before the coalition's name. The body writes its own `h1`, with
    /// [`super::parts::page_head`].
    pub title: &'a str,
    /// The room it belongs to.
    pub section: Section,
    /// Who is looking.
    pub viewer: &'a ViewerBadge,
    /// The coalition's name.
    pub coalition_name: &'a str,
    /// What has just been done, if anything.
    pub notice: Option<Notice<'a>>,
    /// The content of `main`.
    pub body: Markup,
}

impl Page<'_> {
    /// The whole document.
    pub fn render(&self) -> Markup {
        let navigation = html! {
            nav.nav aria-label="Main" {
                ul {
                    @for (section, word, address) in Section::NAVIGATION {
                        li {
                            a href=(address) aria-current=[(section == self.section).then_some("page")] {
                                (word)
                            }
                        }
                    }
                }
            }
        };
        document(&Sheet {
            title: self.title,
            coalition_name: self.coalition_name,
            home: "/",
            demo: self.viewer.demo,
            who: who(self.viewer),
            navigation,
            notice: self.notice.as_ref(),
            body: &self.body,
        })
    }
}

/// A page of the public site: what is CLEAR, for anyone.
#[derive(Debug)]
pub struct PublicPage<'a> {
    /// What the browser's tab says, before the coalition's name.
    pub title: &'a str,
    /// The coalition's name.
    pub coalition_name: &'a str,
    /// The address of the public front page.
    pub home: &'a str,
    /// The reduced navigation; the current page is marked.
    pub navigation: &'a [Link<'a>],
    /// Where to sign in, when the house offers it here.
    pub sign_in: Option<&'a str>,
    /// Whether the house runs as a demonstration.
    pub demo: bool,
    /// What has just been done, if anything.
    pub notice: Option<Notice<'a>>,
    /// The content of `main`.
    pub body: Markup,
}

impl PublicPage<'_> {
    /// The whole document.
    pub fn render(&self) -> Markup {
        let navigation = html! {
            @if !self.navigation.is_empty() {
                nav.nav aria-label="Main" {
                    ul {
                        @for link in self.navigation {
                            li {
                                a href=(link.href) aria-current=[link.current.then_some("page")] {
                                    (link.text)
                                }
                            }
                        }
                    }
                }
            }
        };
        let who = html! {
            p.mast-who {
                span { "Public site: what is " (Tlp::Clear.text()) }
                @if let Some(address) = self.sign_in {
                    a href=(address) { @if self.demo { "Choose a persona" } @else { "Sign in" } }
                }
            }
        };
        document(&Sheet {
            title: self.title,
            coalition_name: self.coalition_name,
            home: self.home,
            demo: self.demo,
            who,
            navigation,
            notice: self.notice.as_ref(),
            body: &self.body,
        })
    }
}

struct Sheet<'a> {
    title: &'a str,
    coalition_name: &'a str,
    home: &'a str,
    demo: bool,
    who: Markup,
    navigation: Markup,
    notice: Option<&'a Notice<'a>>,
    body: &'a Markup,
}

fn document(sheet: &Sheet<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(sheet))
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    @if sheet.demo {
                        p.ribbon {
                            strong { "Demonstration" }
                            " – personas instead of sign-in, on this machine alone."
                        }
                    }
                    (letterhead(sheet))
                }
                main #main tabindex="-1" {
                    @if let Some(notice) = sheet.notice {
                        p class={ "notice " (notice.tone.class()) } role="status" { (notice.text) }
                    }
                    (sheet.body)
                }
                (footer())
            }
        }
    }
}

fn letterhead(sheet: &Sheet<'_>) -> Markup {
    html! {
        div.letterhead {
            div.mast {
                div.mast-top {
                    a.mast-name href=(sheet.home) { (mark()) (sheet.coalition_name) }
                    (sheet.who)
                }
                (sheet.navigation)
            }
        }
    }
}

fn head(sheet: &Sheet<'_>) -> Markup {
    let path_of = |name| asset(name).map_or("", |asset| asset.path.as_str());
    html! {
        head {
            meta charset="utf-8";
            title { (sheet.title) " · " (sheet.coalition_name) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)";
            meta name="theme-color" content="#191d25" media="(prefers-color-scheme: dark)";
            link rel="icon" type="image/svg+xml" href=(path_of("entente.svg"));
            link rel="stylesheet" href=(path_of("entente.css"));
            script defer src=(path_of("entente.js")) {}
        }
    }
}

fn who(viewer: &ViewerBadge) -> Markup {
    html! {
        p.mast-who {
            span {
                strong { (viewer.name) }
                @if !viewer.role.is_empty() { ", " (viewer.role) }
                @if !viewer.party.is_empty() { " · " (viewer.party) }
            }
            @if viewer.demo {
                a href="/account" { "Your account" } " " a href="/sign-in" { "Switch persona" }
            } @else {
                a href="/account" { "Your account" }
            }
        }
    }
}

/// Two rings that overlap: the sign of the house.
fn mark() -> Markup {
    html! {
        svg viewBox="0 0 24 24" aria-hidden="true" focusable="false" {
            circle cx="8.5" cy="12" r="6.5" {}
            circle cx="15.5" cy="12" r="6.5" {}
        }
    }
}

fn footer() -> Markup {
    html! {
        footer.foot {
            h2.unseen { "What the labels mean" }
            dl {
                @for label in Tlp::ALL {
                    div { dt { (tlp(label)) } dd { (label.meaning()) } }
                }
            }
            p { "Entente. Every page shows what its reader may see, and no more." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{HOSTILE, assert_clean};
    use super::*;

    fn viewer(name: &str, demo: bool) -> ViewerBadge {
        ViewerBadge { name: name.into(), party: name.into(), role: name.into(), demo }
    }

    fn page(name: &str, demo: bool) -> String {
        Page {
            title: name,
            section: Section::Meetings,
            viewer: &viewer(name, demo),
            coalition_name: name,
            notice: Some(Notice { tone: Tone::Good, text: name }),
            body: html! { h1 { (name) } },
        }
        .render()
        .into_string()
    }

    fn script() -> String {
        let path = &asset("entente.js").expect("known").path;
        format!("<script defer src=\"{path}\"></script>")
    }

    #[test]
    fn a_page_is_a_whole_document_with_its_room_marked() {
        let text = page("Anna Kask", true);
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"en\">"));
        assert_eq!(text.matches("aria-current=\"page\"").count(), 1);
        assert!(text.contains("<a href=\"/meetings\" aria-current=\"page\">Meetings</a>"));
        assert_eq!(text.matches("<main").count(), 1);
        assert_eq!(text.matches("href=\"#main\"").count(), 1);
        for label in Tlp::ALL {
            assert!(text.contains(label.text()), "the legend explains {}", label.text());
        }
    }

    #[test]
    fn a_frame_around_a_title_and_a_body_is_the_page_written_anew() {
        let write = |title: &str, body: Markup| {
            let viewer = viewer(HOSTILE, true);
            let page = Page {
                title,
                section: Section::Needs,
                viewer: &viewer,
                coalition_name: HOSTILE,
                notice: None,
                body,
            };
            page.render()
        };
        let frame = Frame::of(write);
        for title in ["Needs", "", HOSTILE] {
            let body = || html! { h1 { (title) } p { (HOSTILE) } };
            let anew = write(title, body()).into_string();
            assert_eq!(frame.around(title, body()).into_string(), anew);
        }
    }

    #[test]
    fn the_only_script_is_a_file_of_the_house() {
        let text = page(HOSTILE, true);
        assert_eq!(text.matches("<script").count(), 1);
        assert!(text.contains(&script()));
        assert_clean(&text.replace(&script(), ""));
    }

    #[test]
    fn only_a_demonstration_says_it_is_one() {
        assert!(page("Anna", true).contains("Demonstration"));
        assert!(page("Anna", true).contains("Switch persona"));
        assert!(!page("Anna", false).contains("Demonstration"));
        assert!(page("Anna", false).contains("href=\"/account\""));
    }

    #[test]
    fn the_public_site_names_no_viewer_and_shows_only_its_own_navigation() {
        let navigation = [Link { text: HOSTILE, href: HOSTILE, current: true }];
        let text = PublicPage {
            title: HOSTILE,
            coalition_name: HOSTILE,
            home: "/public",
            navigation: &navigation,
            sign_in: Some("/sign-in"),
            demo: false,
            notice: None,
            body: html! {},
        }
        .render()
        .into_string();
        assert_clean(&text.replace(&script(), ""));
        assert!(!text.contains("/commitments"));
        assert!(!text.contains("Sign out"));
    }
}
