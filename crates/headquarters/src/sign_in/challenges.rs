//! Challenges: random, sealed by the house, good for one purpose, one answer and five minutes.
//!
//! The house keeps nothing of a challenge until it is answered, so nobody fills its memory by asking;
//! it keeps those that were answered until they expire, so no answer counts twice. The key of the seal
//! is of this process: a restart makes all of them void.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{Timestamp, ToSpan};
use sha2::Sha256;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// How long a challenge can be answered, in minutes.
const MINUTES: i64 = 5;
const RANDOM: usize = 16;
const EXPIRY: usize = 8;
const SEAL: usize = 16;

/// The challenges of one house.
pub(crate) struct Challenges {
    key: [u8; 32],
    /// Those answered, by the second in which they expire.
    answered: Mutex<BTreeSet<(i64, [u8; RANDOM])>>,
}

impl Challenges {
    pub(crate) fn new(key: [u8; 32]) -> Challenges {
        Challenges { key, answered: Mutex::default() }
    }

    /// A fresh challenge: random bytes, the second in which it expires, and the seal over both and
    /// the purpose.
    pub(crate) fn issue(&self, purpose: &str, now: Timestamp, random: [u8; RANDOM]) -> Vec<u8> {
        let expires = now.checked_add(MINUTES.minutes()).unwrap_or(now).as_second();
        let mut challenge = random.to_vec();
        challenge.extend(expires.to_be_bytes());
        let seal = self.seal(purpose, &challenge).finalize().into_bytes();
        challenge.extend(&seal[..SEAL]);
        challenge
    }

    /// Whether a challenge is ours, for this purpose, fresh, and not answered yet. From now on it is.
    pub(crate) fn take(&self, purpose: &str, challenge: &[u8], now: Timestamp) -> bool {
        if challenge.len() != RANDOM + EXPIRY + SEAL {
            return false;
        }
        let (body, seal) = challenge.split_at(RANDOM + EXPIRY);
        if self.seal(purpose, body).verify_truncated_left(seal).is_err() {
            return false;
        }
        let (Some((random, expiry)), now) = (body.split_first_chunk(), now.as_second()) else {
            return false;
        };
        let Ok(expires) = expiry.try_into().map(i64::from_be_bytes) else { return false };
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        *answered = answered.split_off(&(now, [0; RANDOM]));
        now < expires && answered.insert((expires, *random))
    }

    /// The seal over the purpose and the body, which has one length. It is cut to 16 bytes.
    fn seal(&self, purpose: &str, body: &[u8]) -> Hmac<Sha256> {
        let seal = Hmac::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        seal.chain_update(body).chain_update(purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-10T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_challenge_is_answered_once_for_its_purpose_and_in_time() {
        let challenges = Challenges::new([1; 32]);
        let challenge = challenges.issue("sign-in", now(), [7; 16]);
        assert!(!challenges.take("enrol", &challenge, now()));
        assert!(!challenges.take("sign-in", &challenge, now() + 300.seconds()));
        assert!(challenges.take("sign-in", &challenge, now() + 299.seconds()));
        assert!(!challenges.take("sign-in", &challenge, now() + 299.seconds()), "a replay");
        assert!(!challenges.take("sign-in", &challenge, now() + 301.seconds()));
    }

    #[test]
    fn nobody_else_makes_one_and_no_bit_of_one_can_be_changed() {
        let challenges = Challenges::new([1; 32]);
        let challenge = challenges.issue("sign-in", now(), [7; 16]);
        assert!(!Challenges::new([2; 32]).take("sign-in", &challenge, now()));
        for bit in 0..challenge.len() * 8 {
            let mut other = challenge.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!challenges.take("sign-in", &other, now()), "bit {bit}");
        }
        assert!(!challenges.take("sign-in", &challenge[1..], now()));
        assert!(!challenges.take("sign-in", &[], now()));
        assert!(challenges.take("sign-in", &challenge, now()), "wrong answers use nothing up");
    }

    #[test]
    fn what_was_answered_is_forgotten_when_it_has_expired() {
        let challenges = Challenges::new([1; 32]);
        for minute in 0..60_u8 {
            let then = now() + i64::from(minute).minutes();
            let challenge = challenges.issue("sign-in", then, [minute; 16]);
            assert!(challenges.take("sign-in", &challenge, then));
        }
        assert!(challenges.answered.lock().unwrap().len() <= 6);
    }
}
