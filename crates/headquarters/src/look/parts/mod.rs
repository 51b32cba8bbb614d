//! The parts pages are made of. All are functions from words to escaped markup.

mod badges;
mod choices;
mod forms;
mod glyphs;
mod layout;
mod tables;
mod telling;

pub use badges::{
    Stage, Standing, Tlp, Tone, Verdict, VerdictKind, badge, illustrative, stage, standing, tlp,
    verdict,
};
pub use choices::{
    Choice, LabelChoice, WrittenSelect, checkbox, checkbox_list, label_choice, radio_list,
    select_field, switch,
};
pub use forms::{
    Button, Field, FilterBar, Wrong, amount_field, area_field, button, buttons, date_field,
    datetime_field, error_summary, file_field, filter_bar, form, hidden, link_button, search_field,
    text_field, upload_form,
};
pub(in crate::look) use glyphs::strokes;
pub use glyphs::{Glyph, glyph};
pub use layout::{
    Crumb, Link, PageHead, Stat, cards, columns, crumbs, empty, facts, page_head, panel, stats,
    tabs,
};
pub use tables::{Column, Direction, OnPhone, Pages, Sort, Table, pages, row, table, table_of};
pub use telling::{HistoryEntry, Moment, SeenBy, history, moment, seen_by, source_link};
