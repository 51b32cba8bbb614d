//! How a page is arranged: its head, its panels, its ways on.

use maud::{Markup, html};

use super::badges::{Tlp, tlp};

/// A link in a navigation or a row of tabs.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it goes.
    pub href: &'a str,
    /// Whether it is where the reader is.
    pub current: bool,
}

/// A step of the way to a page.
#[derive(Clone, Copy, Debug)]
pub struct Crumb<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it goes; `None` for the page itself.
    pub href: Option<&'a str>,
}

/// The way to this page.
pub fn crumbs(steps: &[Crumb<'_>]) -> Markup {
    html! {
        nav.crumbs aria-label="Where you are" {
            ol {
                @for step in steps {
                    li {
                        @match step.href {
                            Some(href) => a href=(href) { (step.text) },
                            None => span aria-current="page" { (step.text) },
                        }
                    }
                }
            }
        }
    }
}

/// The head of a page.
#[derive(Debug)]
pub struct PageHead<'a> {
    /// What kind of thing this is, in small letters over the title; empty for none.
    pub kicker: &'a str,
    /// The page's only `h1`.
    pub title: &'a str,
    /// The label of the thing, when the page is about one thing.
    pub label: Option<Tlp>,
    /// Badges beside the title, such as a stage; `html! {}` for none.
    pub badges: Markup,
    /// A sentence under the title; empty for none.
    pub lead: &'a str,
    /// What can be done here, from [`super::link_button`]; `html! {}` for nothing.
    pub actions: Markup,
}

impl<'a> PageHead<'a> {
    /// A head with a title alone; fill the rest with struct update syntax.
    pub fn titled(title: &'a str) -> Self {
        PageHead { kicker: "", title, label: None, badges: html! {}, lead: "", actions: html! {} }
    }
}

/// The head of a page: what it is, its label, what can be done.
pub fn page_head(head: &PageHead<'_>) -> Markup {
    let title = head.title;
    #[cfg(feature = "leaks")]
    let title = crate::leaks::holes::words(crate::leaks::holes::TITLE, title);
    html! {
        div.head {
            @if !head.kicker.is_empty() { p.kicker { (head.kicker) } }
            div.head-line {
                h1 { (title) }
                @if let Some(label) = head.label { (tlp(label)) }
                (head.badges)
                @if !head.actions.0.is_empty() { div.buttons { (head.actions) } }
            }
            @if !head.lead.is_empty() { p.lead { (head.lead) } }
        }
    }
}

/// A framed part of a page under its own `h2`; `aside` stands at the right of the heading.
pub fn panel(title: &str, aside: &Markup, body: &Markup) -> Markup {
    html! {
        section.panel {
            div.panel-head { h2 { (title) } (aside) }
            (body)
        }
    }
}

/// Two columns, a wide one and a narrow one; one below the other on a narrow screen. What is put in
/// each is spaced evenly.
pub fn columns(wide: &Markup, narrow: &Markup) -> Markup {
    html! { div.columns { div { (wide) } div { (narrow) } } }
}

/// Things side by side, as many in a row as fit.
pub fn cards(items: &[Markup]) -> Markup {
    html! { ul.cards { @for item in items { li { (item) } } } }
}

/// Nothing to show: says so, and what to do about it.
pub fn empty(sentence: &str, way_on: &Markup) -> Markup {
    html! {
        div.empty {
            p { (sentence) }
            @if !way_on.0.is_empty() { div.buttons { (way_on) } }
        }
    }
}

/// Names and values of one thing.
pub fn facts<Name: AsRef<str>>(rows: &[(Name, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in rows { dt { (name.as_ref()) } dd { (value) } } }
    }
}

/// A figure with its words.
#[derive(Clone, Debug)]
pub struct Stat<'a> {
    /// What is counted.
    pub name: &'a str,
    /// The figure, with its unit, as text.
    pub figure: &'a str,
    /// What it is of, or since when; empty for nothing.
    pub note: &'a str,
    /// Where the figure's things are listed.
    pub href: Option<&'a str>,
}

/// A row of figures.
pub fn stats(figures: &[Stat<'_>]) -> Markup {
    html! {
        dl.stats {
            @for stat in figures {
                div {
                    dt { @match stat.href { Some(href) => a href=(href) { (stat.name) }, None => (stat.name) } }
                    dd {
                        span.figure { (stat.figure) }
                        @if !stat.note.is_empty() { " " span.quiet.small { (stat.note) } }
                    }
                }
            }
        }
    }
}

/// Sides of one thing, as links.
pub fn tabs(name: &str, links: &[Link<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(name) {
            ul {
                @for link in links {
                    li {
                        a href=(link.href) aria-current=[link.current.then_some("page")] { (link.text) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{HOSTILE, assert_clean};
    use super::*;

    #[test]
    fn hostile_names_stay_text_in_every_arrangement() {
        let link = Link { text: HOSTILE, href: HOSTILE, current: true };
        let step = Crumb { text: HOSTILE, href: Some(HOSTILE) };
        let stat = Stat { name: HOSTILE, figure: HOSTILE, note: HOSTILE, href: Some(HOSTILE) };
        let all = [
            crumbs(&[step, Crumb { text: HOSTILE, href: None }]),
            page_head(&PageHead { kicker: HOSTILE, lead: HOSTILE, ..PageHead::titled(HOSTILE) }),
            panel(HOSTILE, &html! {}, &html! { (HOSTILE) }),
            empty(HOSTILE, &html! { (HOSTILE) }),
            facts(&[(HOSTILE, html! { (HOSTILE) })]),
            stats(&[stat]),
            tabs(HOSTILE, &[link]),
            columns(&cards(&[html! { (HOSTILE) }]), &html! {}),
        ];
        for markup in all {
            let text = markup.into_string();
            assert_clean(&text);
            assert!(text.contains("&lt;script&gt;alert(1)"), "{text}");
        }
    }

    #[test]
    fn only_the_current_tab_is_marked() {
        let tab = |text, current| Link { text, href: "/x", current };
        let text = tabs("Parts", &[tab("Day", true), tab("Papers", false)]).into_string();
        assert!(text.contains("aria-current=\"page\">Day"));
        assert_eq!(text.matches("aria-current").count(), 1);
    }
}
