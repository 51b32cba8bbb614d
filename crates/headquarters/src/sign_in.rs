//! Sign-in. In a demonstration, by choosing a persona; a session is a random token of which the
//! house keeps the hash.

use crate::house::House;
use coalition::Id;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A person whom anybody may be in a demonstration.
#[derive(Clone, Debug)]
pub struct Persona {
    /// The person in the record; `None` is a member of the public.
    pub person: Option<Id>,
    /// What to call him on the page: "Clerk of a lead state".
    pub title: String,
    /// What he is there to try.
    pub purpose: String,
}

/// What a browser keeps to be known again: 32 random bytes as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Sessions by the hash of their token: who reads the memory cannot use what he finds.
#[derive(Default)]
pub(crate) struct Sessions {
    by_hash: Mutex<HashMap<[u8; 32], Id>>,
}

/// How many sessions are kept. In a demonstration, the oldest of them are of no use to anybody.
const SESSIONS_MAX: usize = 10_000;

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl House {
    /// A new session for a person.
    pub fn sign_in(&self, person: Id) -> Token {
        let bytes: [u8; 32] = self.settings.random();
        let token = Token(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
        let mut sessions = self.sessions.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS_MAX {
            sessions.clear();
        }
        sessions.insert(hash(token.as_str()), person);
        token
    }

    /// The person whose session a token opens.
    pub fn person_of(&self, token: &str) -> Option<Id> {
        if token.len() != 64 {
            return None;
        }
        self.sessions
            .by_hash
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hash(token))
            .cloned()
    }

    /// Ends a session.
    pub fn sign_out(&self, token: &str) {
        self.sessions.by_hash.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(token));
    }
}
