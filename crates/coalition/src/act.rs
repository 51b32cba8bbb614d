//! Acts: what somebody did that changes the record, as the bytes that are kept.

use crate::content::{Content, Kind, Stage, Step, Version};
use crate::id::Id;
use crate::label::Marking;
use crate::text::{Encoded, Text};
use crate::time::PartialTime;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the stored form. A form, once stored, is read for ever.
pub const ACT_VERSION: u32 = 1;
/// As long as most acts are.
const USUAL_BYTES: usize = 512;

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// The version of this form.
    pub v: u32,
    /// The act's own id.
    pub id: Id,
    /// When the house took it in.
    pub at: Timestamp,
    /// Whose act it is.
    pub by: Author,
    /// The word by which the actor's client would ask for it again: a retry gets the first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Id>,
    /// The thing it is about.
    pub subject: Id,
    /// What it changes.
    pub change: Change,
    /// By what its author confirmed it, over the bytes of all the rest: see [`Act::signed_bytes`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Box<Signature>>,
}

/// A passkey's assertion over an act: everything that it takes to check it, beside the public key
/// that the act of enrolment holds (WebAuthn level 3, section 7.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The passkey: one of the author's, at that time.
    pub passkey: Id,
    /// The 32 random bytes that the house gave for this one signature.
    pub nonce: Encoded,
    /// What the authenticator says of itself.
    pub authenticator_data: Encoded,
    /// What the browser says of the page, as JSON; holds the challenge.
    pub client_data: Encoded,
    /// The signature over both.
    pub signature: Encoded,
    /// Where one signature confirms several acts that are recorded as one: the SHA-256 of each one's
    /// bytes, in their order. Empty where it confirms this act alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Encoded>,
}

/// Whose act it is. Neither person nor party: the house itself, at its founding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The person who acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Id>,
    /// The delegation he acted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Id>,
}

/// What an act changes in its subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The subject comes to be.
    Create {
        /// What it says.
        content: Content,
        /// Who may see it.
        marking: Marking,
    },
    /// The subject says something else from now on.
    Amend {
        /// What it says now, whole.
        content: Content,
    },
    /// A commitment has come as far as this.
    Advance {
        /// The stage reached.
        stage: Stage,
    },
    /// The subject is not in force until it is resumed.
    Suspend {
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// A suspended or withdrawn subject stands again.
    Resume {
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// A meeting is moved to another day, and stands again if it was put off without one. Its sessions
    /// move with it, by as much.
    Postpone {
        /// When it begins now: a day or a minute.
        starts: PartialTime,
        /// When it ends now; absent, by as much later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends: Option<PartialTime>,
        /// Why.
        reason: Text,
    },
    /// The subject is taken back: a party leaves, a seat ends, a meeting is called off.
    Withdraw {
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// The subject, with its whole history, may be seen by others from now on.
    Relabel {
        /// Who may see it.
        marking: Marking,
    },
    /// The room of a session is closed: from this second on, what is given in it is for those
    /// credentialed for it.
    Close {
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// The room of a session is open again.
    Reopen {
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// The moment of a readout has come: from this second on its label counts. The house's own act.
    Publish {},
    /// A document has one more version. Its content was durable before this.
    Attach {
        /// The version.
        version: Version,
    },
    /// The content of a version is gone: its key was destroyed. The hash stays.
    Destroy {
        /// The version, by its id.
        version: Id,
        /// Why.
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        reason: Text,
    },
    /// Something happens on a floor.
    Proceed {
        /// What.
        step: Step,
    },
}

impl Change {
    /// The verb, as acts spell it.
    pub fn key(&self) -> &'static str {
        match self {
            Change::Create { .. } => "create",
            Change::Amend { .. } => "amend",
            Change::Advance { .. } => "advance",
            Change::Suspend { .. } => "suspend",
            Change::Resume { .. } => "resume",
            Change::Postpone { .. } => "postpone",
            Change::Withdraw { .. } => "withdraw",
            Change::Relabel { .. } => "relabel",
            Change::Close { .. } => "close",
            Change::Reopen { .. } => "reopen",
            Change::Publish {} => "publish",
            Change::Attach { .. } => "attach",
            Change::Destroy { .. } => "destroy",
            Change::Proceed { .. } => "proceed",
        }
    }

    /// Whether it binds a delegation, opens or closes a door, says who speaks for a delegation, or lets
    /// a new key speak for somebody: then its author signs it with his passkey. `kind` is that of the
    /// thing it is about.
    pub fn important(&self, kind: Kind) -> bool {
        match self {
            Change::Close { .. } | Change::Reopen { .. } | Change::Relabel { .. } => true,
            // The first passkey comes by a link: there is none yet to sign with.
            Change::Create { content: Content::Passkey(passkey), .. } => passkey.link.is_none(),
            Change::Create { content: Content::DirectoryAccount(account), .. } => {
                account.link.is_none()
            }
            // To use a link up or to stop one is not signed: who comes by it has no passkey, and
            // stopping must not wait for one.
            Change::Create {
                content: Content::EnrolmentLink(_) | Content::Vouching(_), ..
            } => true,
            Change::Resume { .. } | Change::Withdraw { .. } => {
                matches!(kind, Kind::Commitment | Kind::Party | Kind::Seat | Kind::Person)
            }
            Change::Create { .. }
            | Change::Amend { .. }
            | Change::Advance { .. }
            | Change::Suspend { .. }
            | Change::Postpone { .. } => {
                matches!(kind, Kind::Commitment | Kind::Party | Kind::Seat)
            }
            Change::Publish {}
            | Change::Attach { .. }
            | Change::Destroy { .. }
            | Change::Proceed { .. } => false,
        }
    }
}

/// Why stored bytes are not an act that this program reads.
#[derive(Debug, thiserror::Error)]
pub enum BadAct {
    /// Not an act at all.
    #[error("not an act: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by a newer program.
    #[error("the act is of version {0}; this program reads version {ACT_VERSION}: use a newer one")]
    Newer(u32),
}

impl Act {
    /// The bytes that are hashed, kept and shown: one line of JSON.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        serde_json::to_writer(&mut bytes, self)
            .expect("an act holds only strings, numbers and lists, and a vector takes them");
        bytes
    }

    /// The bytes that a signed act's author confirmed, out of those that are kept: the same without
    /// the last member, `signed`. `None` for an act without signature, and for bytes that this
    /// program did not write.
    pub fn signed_bytes(&self, kept: &[u8]) -> Option<Vec<u8>> {
        let signature =
            serde_json::to_string(self.signed.as_deref()?).expect("a signature holds only strings");
        let tail = format!(",\"signed\":{signature}}}");
        let mut confirmed = kept.strip_suffix(tail.as_bytes())?.to_vec();
        confirmed.push(b'}');
        let alone = Act::decode(&confirmed).ok()?;
        (alone == Act { signed: None, ..self.clone() }).then_some(confirmed)
    }

    /// The act that stored bytes hold.
    pub fn decode(bytes: &[u8]) -> Result<Act, BadAct> {
        let act: Act = match serde_json::from_slice(bytes) {
            Ok(act) => act,
            Err(malformed) => return Err(newer(bytes).unwrap_or(BadAct::Malformed(malformed))),
        };
        if act.v == ACT_VERSION { Ok(act) } else { Err(BadAct::Newer(act.v)) }
    }
}

/// Whether bytes that do not read say that they come from a newer program.
fn newer(bytes: &[u8]) -> Option<BadAct> {
    #[derive(Deserialize)]
    struct Versioned {
        v: u32,
    }
    let versioned: Versioned = serde_json::from_slice(bytes).ok()?;
    (versioned.v > ACT_VERSION).then_some(BadAct::Newer(versioned.v))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{EnrolmentLink, Person, Role, Seat, Vouching};
    use crate::label::Label;

    fn id(text: &str) -> Id {
        Id::parse(text).expect("a plain word")
    }

    #[test]
    fn who_is_let_in_and_who_sits_is_signed_and_to_use_or_stop_a_link_is_not() {
        let person =
            || Content::Person(Person { name: crate::text::Name::parse("B").expect("short") });
        let seat =
            || Content::Seat(Seat { person: id("bruno"), party: id("FR"), role: Role::Clerk });
        let vouching = || Content::Vouching(Vouching { person: id("bruno") });
        let link = || {
            Content::EnrolmentLink(EnrolmentLink {
                person: id("bruno"),
                secret_hash: Encoded::parse("AAAA").expect("plain letters"),
                expires: Timestamp::UNIX_EPOCH,
                vouching: None,
                spent: true,
            })
        };
        let ends = Change::Withdraw { reason: Text::default() };
        let stands_again = Change::Resume { reason: Text::default() };
        for (content, expected) in [
            (person(), [false, false, true, true]),
            (seat(), [true, true, true, true]),
            (link(), [true, false, false, false]),
            (vouching(), [true, false, false, false]),
        ] {
            let kind = content.kind();
            let marking = Marking::plain(Label::Amber);
            let found = [
                Change::Create { content: content.clone(), marking }.important(kind),
                Change::Amend { content }.important(kind),
                ends.important(kind),
                stands_again.important(kind),
            ];
            assert_eq!(found, expected, "create, amend, end and resume a {}", kind.word());
        }
    }
}
