//! Pages that were rendered, kept for as long as the record does not grow. A page is kept for the
//! one person it was made for: nobody is ever answered with what was made for somebody else. One
//! that takes no time to make is kept when it is asked for again: to hold on to all that is made
//! takes longer than to make it, for memory that is let go at once is used again while it is near.

use axum::body::Bytes;
use coalition::Id;
use foldhash::{SharedSeed, quality::FoldHasher};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
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

/// How many addresses are known to have been asked for once. A later one takes an earlier one's
/// place, which costs one more rendering.
const ASKED_ONCE: usize = 4_096;

/// When a page is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// From its first rendering: it takes long.
    AtOnce,
    /// When its address has been asked for before.
    Again,
}

/// Makes entity tags, and the numbers under which pages are kept, with seeds that nobody outside
/// knows: whoever writes what a page shows cannot choose two texts of one tag.
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

    /// The number of a place; others may have the same.
    fn number(&self, person: Option<&Id>, address: &str) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own[0], &self.shared);
        person.map(Id::as_str).hash(&mut hasher);
        hasher.write(address.as_bytes());
        hasher.finish()
    }
}

/// Whose page, and the address with its query.
type Place = (Option<Id>, Box<str>);

#[derive(Default)]
struct Kept {
    /// How many acts the record held when these were made.
    size: usize,
    bytes: usize,
    /// By number; of two places that have the same, the later.
    by_number: HashMap<u64, (Place, Rendered), Plain>,
    /// The numbers of places that were asked for once, each where its last digits say.
    once: Vec<u64>,
}

/// A number is spread as evenly as its hash would be.
type Plain = BuildHasherDefault<Itself>;

#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Kept {
    /// Whether this number was noted before; notes it.
    fn noted(&mut self, number: u64) -> bool {
        if self.once.is_empty() {
            self.once.resize(ASKED_ONCE, 0);
        }
        let place = usize::try_from(number % ASKED_ONCE as u64).expect("below 4,096");
        std::mem::replace(&mut self.once[place], number) == number
    }
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
        let number = self.tags.number(person, address);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size != size {
            return None;
        }
        let ((whose, at), page) = kept.by_number.get(&number)?;
        (whose.as_ref() == person && **at == *address).then(|| page.clone())
    }

    /// Keeps a page if it is worth it, unless the record has grown since.
    pub(crate) fn keep(
        &self,
        size: usize,
        person: Option<&Id>,
        address: &str,
        page: &Rendered,
        worth: Worth,
    ) {
        let takes = page.bytes.len() + 2 * address.len();
        if address.len() > ADDRESS_BYTES_MAX || takes > KEPT_BYTES_MAX / 8 {
            return;
        }
        let number = self.tags.number(person, address);
        // Let go once the lock is, for that takes time.
        let mut older = Kept { size, ..Kept::default() };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.size > size {
            return;
        }
        // What was asked for before the record grew is likely to be asked for again.
        if !kept.noted(number) && worth == Worth::Again {
            return;
        }
        if kept.size < size || kept.bytes + takes > KEPT_BYTES_MAX {
            std::mem::swap(&mut *kept, &mut older);
            std::mem::swap(&mut kept.once, &mut older.once);
        }
        let place = (person.cloned(), address.into());
        let replaced = kept.by_number.insert(number, (place, page.clone()));
        kept.bytes += takes;
        if let Some(((_, address), page)) = &replaced {
            kept.bytes -= page.bytes.len() + 2 * address.len();
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
        pages.keep(7, Some(&one), "/needs?q=1", &page("for one"), Worth::AtOnce);
        assert_eq!(at(&pages, 7, Some(&one)), Some(Bytes::from("for one")));
        assert_eq!(at(&pages, 7, None), None);
        assert_eq!(at(&pages, 7, Some(&Id::parse("other").expect("an id"))), None);
        assert_eq!(at(&pages, 8, Some(&one)), None);
        pages.keep(8, None, "/needs?q=1", &page("for all"), Worth::AtOnce);
        assert_eq!(at(&pages, 7, Some(&one)), None);
        // It took longer to make than the record took to grow.
        pages.keep(7, Some(&one), "/needs?q=1", &page("old"), Worth::AtOnce);
        assert_eq!(at(&pages, 7, Some(&one)), None);
        assert_eq!(at(&pages, 8, None), Some(Bytes::from("for all")));
    }

    #[test]
    fn what_takes_no_time_to_make_is_kept_when_it_is_asked_for_again() {
        let (pages, one) = (pages(), Id::parse("one").expect("an id"));
        let keep = |size, person, words| {
            pages.keep(size, person, "/needs?q=1", &page(words), Worth::Again);
        };
        keep(7, None, "first");
        assert_eq!(at(&pages, 7, None), None);
        // Somebody else's asking is not his.
        keep(7, Some(&one), "for one");
        assert_eq!(at(&pages, 7, Some(&one)), None);
        keep(7, None, "second");
        assert_eq!(at(&pages, 7, None), Some(Bytes::from("second")));
        keep(8, None, "third");
        assert_eq!((at(&pages, 7, None), at(&pages, 8, None)), (None, Some("third".into())));
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let pages = pages();
        let large = page(&"x".repeat(KEPT_BYTES_MAX / 10));
        for number in 0..100 {
            pages.keep(1, None, &format!("/needs?q={number}"), &large, Worth::AtOnce);
            assert!(pages.kept.lock().expect("one thread").bytes <= KEPT_BYTES_MAX);
        }
        pages.keep(1, None, "/huge", &page(&"x".repeat(KEPT_BYTES_MAX)), Worth::AtOnce);
        assert!(pages.get(1, None, "/huge").is_none());
        let long = format!("/needs?q={}", "x".repeat(ADDRESS_BYTES_MAX));
        pages.keep(1, None, &long, &page("x"), Worth::AtOnce);
        assert!(pages.get(1, None, &long).is_none());
    }
}
