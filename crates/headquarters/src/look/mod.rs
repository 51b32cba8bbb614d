//! The look of the house: one stylesheet, one layout, its parts and its pictures.
//!
//! Nothing here knows the domain: callers hand over words and shapes, and get escaped markup that
//! passes a content security policy without inline style or script. What a viewer may see is
//! settled before anything arrives here.

mod assets;
mod page;
pub mod parts;
pub mod pictures;

pub use assets::{Asset, asset, asset_at, assets};
pub use page::{Frame, Notice, Page, PublicPage, Section, ViewerBadge};
pub use parts::Tone;

#[cfg(test)]
pub(crate) mod check;
#[cfg(test)]
mod contrast;
