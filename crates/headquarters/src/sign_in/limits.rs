//! How often somebody may try: by the peer at the other end of the connection for whoever is not
//! signed in, by the person for whoever is. Never by what a client says of itself.

use coalition::Id;
use jiff::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Whose {
    /// Whoever comes from an address; of IPv6, from a network such as one household has.
    Peer(IpAddr),
    /// A person who is signed in.
    Person(Id),
}

impl Whose {
    /// The peer at an address.
    pub(crate) fn peer(address: IpAddr) -> Whose {
        match address.to_canonical() {
            IpAddr::V4(address) => Whose::Peer(address.into()),
            IpAddr::V6(address) => {
                let mut octets = address.octets();
                octets[7..].fill(0);
                Whose::Peer(IpAddr::from(octets))
            }
        }
    }

    /// How many changes a minute, and at once. A whole meeting may sit behind one address.
    fn a_minute(&self) -> i64 {
        match self {
            Whose::Peer(_) => 300,
            Whose::Person(_) => 120,
        }
    }
}

/// So many are remembered before those who have been quiet are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// What is left to each, and since when.
#[derive(Default)]
pub(crate) struct Limits {
    left: Mutex<HashMap<Whose, (i64, Timestamp)>>,
}

impl Limits {
    /// Whether one more change is let through now.
    pub(crate) fn admit(&self, whose: &Whose, now: Timestamp) -> bool {
        let most = whose.a_minute();
        // In sixtieths, so that a second's share is a whole number.
        let full = 60 * most;
        let grown = |(left, since): (i64, Timestamp), most: i64| {
            let seconds = now.as_second().saturating_sub(since.as_second()).max(0);
            seconds.saturating_mul(most).saturating_add(left).min(60 * most)
        };
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED_MAX && !all.contains_key(whose) {
            all.retain(|other, kept| grown(*kept, other.a_minute()) < 60 * other.a_minute());
        }
        let left = all.get(whose).map_or(full, |kept| grown(*kept, most));
        let admitted = left >= 60;
        all.insert(whose.clone(), (if admitted { left - 60 } else { left }, now));
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn so_many_at_once_and_then_as_many_as_time_gives_back() {
        let limits = Limits::default();
        let now: Timestamp = "2026-01-10T08:00:00Z".parse().unwrap();
        let person = Whose::Person(Id::parse("anna").unwrap());
        assert_eq!((0..200).filter(|_| limits.admit(&person, now)).count(), 120);
        let other = Whose::Person(Id::parse("juri").unwrap());
        assert!(limits.admit(&other, now), "nobody pays for another");
        let later = now + 10.seconds();
        assert_eq!((0..200).filter(|_| limits.admit(&person, later)).count(), 20);
        assert_eq!((0..200).filter(|_| limits.admit(&person, later + 1.hour())).count(), 120);
    }

    #[test]
    fn one_network_is_one_peer() {
        let peer = |text: &str| Whose::peer(text.parse().unwrap());
        assert_eq!(peer("2001:db8:1:200::1"), peer("2001:db8:1:2ff:9:9:9:9"));
        assert_ne!(peer("2001:db8:1:200::1"), peer("2001:db8:1:300::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
    }

    #[test]
    fn what_is_remembered_is_bounded_by_who_was_busy() {
        let limits = Limits::default();
        let now: Timestamp = "2026-01-10T08:00:00Z".parse().unwrap();
        for number in 0..25_000_u32 {
            let then = now + i64::from(number / 100).seconds();
            assert!(limits.admit(&Whose::peer(IpAddr::from(number.to_be_bytes())), then));
        }
        assert!(limits.left.lock().unwrap().len() <= REMEMBERED_MAX + 1);
    }
}
