//! Pages that were rendered, kept for as long as the record does not grow. A page is kept for the
//! one person it was made for: nobody is ever answered with what was made for somebody else.

use axum::body::Bytes;
use coalition::Id;
use foldhash::{SharedSeed, quality::FoldHasher};
use std::collections::HashMap;
use std::hash::Hasher;
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
    /// Of the bytes alone: one made from the state would tell when hidden things change. None if the
    /// page is sent in parts, so that its headers leave before its bytes are known.
    pub(crate) tag: Option<Arc<str>>,
}

/// Makes entity tags, under seeds that nobody outside knows: whoever writes what a page shows cannot
/// choose two texts of one tag.
struct Tags {
    shared: SharedSeed,
    own: [u64; 2],
}

impl Tags {
    fn new([shared, first, second]: [u64; 3]) -> Tags {
        Tags { shared: SharedSeed::from_u64(shared), own: [first, second] }
    }

    fn of(&self, bytes: &[u8]) -> String {
        let [first, second] = self.own.map(|own| {
            let mut hasher = FoldHasher::with_seed(own, &self.shared);
            hasher.write_usize(bytes.len());
            hasher.write(bytes);
            hasher.finish()
        });
        format!("\"{first:016x}{second:016x}\"")
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
pub(crate) struct Pages {
    kept: Mutex<Kept>,
    tags: Tags,
}

impl Pages {
    /// No pages yet; with seeds for their tags.
    pub(crate) fn new(seeds: [u64; 3]) -> Pages {
        Pages { kept: Mutex::default(), tags: Tags::new(seeds) }
    }

    /// A body with its tag.
    pub(crate) fn rendered(&self, content_type: Option<&'static str>, bytes: Vec<u8>) -> Rendered {
        let tag = Some(self.tags.of(&bytes).into());
        Rendered { content_type, bytes: bytes.into(), tag }
    }

    /// The page made for `person` at `address` when the record held `size` acts.
    pub(crate) fn get(&self, size: usize, person: Option<&Id>, address: &str) -> Option<Rendered> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
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
        let place = (person.cloned(), address.into());
        // Let go once the lock is, for that takes time.
        let mut older = Kept { size, ..Kept::default() };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size > size {
            return;
        }
        if kept.size < size || kept.bytes + takes > KEPT_BYTES_MAX {
            std::mem::swap(&mut *kept, &mut older);
        }
        if kept.by_place.insert(place, page.clone()).is_none() {
            kept.bytes += takes;
        }
        drop(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &str) -> Rendered {
        pages().rendered(Some("text/html"), words.as_bytes().to_vec())
    }

    fn pages() -> Pages {
        Pages::new([1, 2, 3])
    }

    #[test]
    fn a_tag_is_of_every_byte_and_of_the_house_s_seeds() {
        let tag = |seeds, bytes: &[u8]| Tags::new(seeds).of(bytes);
        let long = vec![b'a'; 20_000];
        assert_eq!(tag([1, 2, 3], &long), tag([1, 2, 3], &long));
        for seeds in [[0, 2, 3], [1, 0, 3], [1, 2, 0]] {
            assert_ne!(tag(seeds, &long), tag([1, 2, 3], &long));
        }
        let mut tags = std::collections::HashSet::from([tag([1, 2, 3], &long)]);
        for place in (0..long.len()).step_by(37) {
            let mut other = long.clone();
            other[place] ^= 1;
            assert!(tags.insert(tag([1, 2, 3], &other)), "byte {place}");
        }
        for length in 0..200 {
            assert!(tags.insert(tag([1, 2, 3], &vec![0; length])), "{length} bytes");
        }
    }

    fn at(pages: &Pages, size: usize, person: Option<&Id>) -> Option<Bytes> {
        pages.get(size, person, "/needs?q=1").map(|page| page.bytes)
    }

    #[test]
    fn a_page_is_kept_for_one_person_at_one_size_of_the_record() {
        let (pages, one) = (pages(), Id::parse("one").expect("an id"));
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
        let pages = pages();
        let large = page(&"x".repeat(KEPT_BYTES_MAX / 10));
        for number in 0..100 {
            pages.keep(1, None, &format!("/needs?q={number}"), &large);
            assert!(pages.kept.lock().expect("one thread").bytes <= KEPT_BYTES_MAX);
        }
        pages.keep(1, None, "/huge", &page(&"x".repeat(KEPT_BYTES_MAX)));
        assert!(pages.get(1, None, "/huge").is_none());
        let long = format!("/needs?q={}", "x".repeat(ADDRESS_BYTES_MAX));
        pages.keep(1, None, &long, &page("x"));
        assert!(pages.get(1, None, &long).is_none());
    }
}
