//! Pages that were rendered, kept for as long as the record does not grow. A page is kept for the
//! one person it was made for: nobody is ever answered with what was made for somebody else.

use axum::body::Bytes;
use coalition::Id;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes that are kept; one more page, and all of them are let go.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// The longest address whose page is kept, in bytes.
const ADDRESS_BYTES_MAX: usize = 1 << 10;

/// A body as it is sent, with its entity tag.
#[derive(Clone, Debug)]
pub(crate) struct Rendered {
    pub(crate) content_type: Option<&'static str>,
    pub(crate) bytes: Bytes,
    /// Of the bytes alone: one made from the state would tell when hidden things change.
    pub(crate) tag: Arc<str>,
}

impl Rendered {
    pub(crate) fn new(content_type: Option<&'static str>, bytes: Vec<u8>) -> Rendered {
        let digest = Sha256::digest(&bytes);
        let digits: String = digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        Rendered { content_type, bytes: bytes.into(), tag: format!("\"{digits}\"").into() }
    }
}

/// Whose page, and the address with its query.
type Place = (Option<Id>, Box<str>);

#[derive(Default)]
struct Kept {
    /// How many acts the record held when these were made.
    size: usize,
    bytes: usize,
    by_place: HashMap<Place, Rendered>,
}

/// The pages that are kept.
#[derive(Default)]
pub(crate) struct Pages(Mutex<Kept>);

impl Pages {
    /// The page made for `person` at `address` when the record held `size` acts.
    pub(crate) fn get(&self, size: usize, person: Option<&Id>, address: &str) -> Option<Rendered> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size != size {
            return None;
        }
        kept.by_place.get(&(person.cloned(), address.into())).cloned()
    }

    /// Keeps a page, unless the record has grown since.
    pub(crate) fn keep(&self, size: usize, person: Option<&Id>, address: &str, page: &Rendered) {
        let takes = page.bytes.len() + 2 * address.len();
        if address.len() > ADDRESS_BYTES_MAX || takes > KEPT_BYTES_MAX / 8 {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size > size {
            return;
        }
        if kept.size < size || kept.bytes + takes > KEPT_BYTES_MAX {
            *kept = Kept { size, ..Kept::default() };
        }
        if kept.by_place.insert((person.cloned(), address.into()), page.clone()).is_none() {
            kept.bytes += takes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &str) -> Rendered {
        Rendered::new(Some("text/html"), words.as_bytes().to_vec())
    }

    fn at(pages: &Pages, size: usize, person: Option<&Id>) -> Option<Bytes> {
        pages.get(size, person, "/needs?q=1").map(|page| page.bytes)
    }

    #[test]
    fn a_page_is_kept_for_one_person_at_one_size_of_the_record() {
        let (pages, one) = (Pages::default(), Id::parse("one").expect("an id"));
        pages.keep(7, Some(&one), "/needs?q=1", &page("for one"));
        assert_eq!(at(&pages, 7, Some(&one)), Some(Bytes::from("for one")));
        assert_eq!(at(&pages, 7, None), None);
        assert_eq!(at(&pages, 7, Some(&Id::parse("other").expect("an id"))), None);
        assert_eq!(at(&pages, 8, Some(&one)), None);
        pages.keep(8, None, "/needs?q=1", &page("for all"));
        assert_eq!(at(&pages, 7, Some(&one)), None);
        // It took longer to make than the record took to grow.
        pages.keep(7, Some(&one), "/needs?q=1", &page("old"));
        assert_eq!(at(&pages, 7, Some(&one)), None);
        assert_eq!(at(&pages, 8, None), Some(Bytes::from("for all")));
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let pages = Pages::default();
        let large = page(&"x".repeat(KEPT_BYTES_MAX / 10));
        for number in 0..100 {
            pages.keep(1, None, &format!("/needs?q={number}"), &large);
            assert!(pages.0.lock().expect("one thread").bytes <= KEPT_BYTES_MAX);
        }
        pages.keep(1, None, "/huge", &page(&"x".repeat(KEPT_BYTES_MAX)));
        assert!(pages.get(1, None, "/huge").is_none());
        let long = format!("/needs?q={}", "x".repeat(ADDRESS_BYTES_MAX));
        pages.keep(1, None, &long, &page("x"));
        assert!(pages.get(1, None, &long).is_none());
    }
}
