//! The signatures under acts, checked offline against the keys that acts of the record enrol.

use coalition::content::{Coalition, Content, Passkey};
use coalition::text::Encoded;
use coalition::{Act, Change, Id, Kind};
use headquarters::passkeys::{Confirmed, confirm};
use std::collections::{BTreeMap, BTreeSet};

/// What a record's acts say of who signed what, as far as it was read.
#[derive(Default)]
pub(super) struct Signatures {
    /// Passkeys that stand: whose, and the key.
    keys: BTreeMap<Id, (Id, Encoded)>,
    /// What kind each thing is of.
    kinds: BTreeMap<Id, Kind>,
    /// Whether the record says that it is a demonstration.
    demonstration: bool,
    /// Whether some content was forgotten: then a key may be among it.
    forgotten: bool,
    /// How many signatures hold.
    pub(super) held: u64,
    /// How many could not be checked, since the act of enrolment was forgotten.
    pub(super) unchecked: u64,
    /// How many acts that say who is let in, and who speaks for a delegation, are not signed because
    /// they are from before such acts were.
    pub(super) before: u64,
    /// Whether such an act is signed: from there on, all are.
    people_sign: bool,
    /// On whose pages they were made.
    pub(super) origins: BTreeSet<String>,
}

impl Signatures {
    /// Takes in the next act of the record; an error says what is wrong with its signature.
    pub(super) fn read(&mut self, position: u64, kept: Option<&[u8]>) -> Result<(), String> {
        let Some(kept) = kept else {
            self.forgotten = true;
            return Ok(());
        };
        let act = Act::decode(kept).map_err(|error| format!("act {position}: {error}"))?;
        let kind = match &act.change {
            Change::Create { content, .. } => Some(content.kind()),
            _ => self.kinds.get(&act.subject).copied(),
        };
        let later = kind.is_some_and(|kind| signed_later(&act.change, kind));
        match (&act.signed, kind) {
            (Some(_), _) => {
                self.check(position, &act, kept)?;
                self.people_sign |= later;
            }
            // The house's own acts, at the founding, are nobody's.
            (None, Some(kind))
                if act.by.person.is_some() && !self.demonstration && act.change.important(kind) =>
            {
                if !later || self.people_sign {
                    return Err(format!("act {position} is to be signed, and is not"));
                }
                self.before += 1;
            }
            _ => {}
        }
        self.take_in(act);
        Ok(())
    }

    fn check(&mut self, position: u64, act: &Act, kept: &[u8]) -> Result<(), String> {
        let Some(signature) = act.signed.as_deref() else { return Ok(()) };
        let wrong = |what: &str| format!("the signature of act {position} {what}");
        let Some((person, key)) = self.keys.get(&signature.passkey) else {
            if self.forgotten {
                self.unchecked += 1;
                return Ok(());
            }
            return Err(wrong("is by a passkey that was not enrolled, or was revoked"));
        };
        if act.by.person.as_ref() != Some(person) {
            return Err(wrong("is by somebody else's passkey"));
        }
        let confirmed = confirm(act, kept, key, None)
            .map_err(|error| wrong(&format!("does not hold: {error}")))?;
        self.held += 1;
        self.origins.insert(confirmed.origin);
        Ok(())
    }

    fn take_in(&mut self, act: Act) {
        match act.change {
            Change::Create { content, .. } => {
                self.kinds.insert(act.subject.clone(), content.kind());
                match content {
                    Content::Coalition(Coalition { demonstration, .. }) => {
                        self.demonstration = demonstration;
                    }
                    Content::Passkey(Passkey { person, public_key, .. }) => {
                        self.keys.insert(act.subject, (person, public_key));
                    }
                    _ => {}
                }
            }
            Change::Withdraw { .. } => {
                self.keys.remove(&act.subject);
            }
            _ => {}
        }
    }
}

/// Whether an act is of those that were not signed in the records of the first versions (decision
/// 36).
fn signed_later(change: &Change, kind: Kind) -> bool {
    let people = matches!(kind, Kind::Person | Kind::Seat | Kind::EnrolmentLink | Kind::Vouching);
    people && change.important(kind) && !matches!(change, Change::Relabel { .. })
}

/// Checks the signature of one act against the act that enrolled its passkey. An error says what is
/// wrong.
pub(super) fn of_one(kept: &[u8], enrolment: &[u8]) -> Result<Confirmed, String> {
    let read = |bytes: &[u8]| Act::decode(bytes).map_err(|error| error.to_string());
    let (act, enrolment) = (read(kept)?, read(enrolment)?);
    let Change::Create { content: Content::Passkey(passkey), .. } = &enrolment.change else {
        return Err("the second receipt is not of a passkey's enrolment".into());
    };
    let signature = act.signed.as_deref().ok_or("the act is not signed")?;
    if signature.passkey != enrolment.subject {
        return Err(format!(
            "the act is signed by the passkey {}, and the second receipt is of another",
            signature.passkey
        ));
    }
    if act.by.person.as_ref() != Some(&passkey.person) {
        return Err("the passkey is not the author's".into());
    }
    confirm(&act, kept, &passkey.public_key, None)
        .map_err(|error| format!("the signature does not hold: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::act::Signature;
    use coalition::content::{Party, Role, Seat, Standing};
    use coalition::decide::{Founding, found};
    use coalition::text::{Name, Text};
    use coalition::{Author, Label, Marking};
    use jiff::Timestamp;

    fn name(text: &str) -> Name {
        Name::parse(text).expect("a short name")
    }

    fn id(text: &str) -> Id {
        Id::parse(text).expect("a plain word")
    }

    fn encoded(text: &str) -> Encoded {
        Encoded::parse(text).expect("plain letters")
    }

    /// A record's first acts, and then an admission by its first person.
    fn acts(demonstration: bool) -> Vec<Act> {
        let founding = Founding {
            coalition: Coalition { name: name("Four towns"), note: Text::default(), demonstration },
            label: Label::Green,
            party: (Some(id("FR")), name("France")),
            person: (Some(id("anna")), name("Anna")),
            role: Role::Head,
            link: None,
        };
        let mut acts = found(
            founding,
            Timestamp::UNIX_EPOCH,
            [1, 2, 3, 4, 5, 6, 7, 8, 9].map(|seed| [seed; 10]),
        );
        let party = Party {
            name: name("Estonia"),
            standing: Standing::Member,
            chance: None,
            seats: None,
            note: Text::default(),
        };
        let change = Change::Create {
            content: Content::Party(party),
            marking: Marking::plain(Label::Green),
        };
        let by = Author { person: Some(id("anna")), party: Some(id("FR")) };
        acts.push(Act { subject: id("EE"), change, by, ..acts[0].clone() });
        acts
    }

    fn checked(acts: &[Act]) -> Result<(), String> {
        let mut signatures = Signatures::default();
        (0..)
            .zip(acts)
            .try_for_each(|(position, act)| signatures.read(position, Some(&act.encode())))
    }

    #[test]
    fn an_important_act_without_signature_is_found_in_a_real_record_and_usual_in_a_demonstration() {
        assert_eq!(checked(&acts(true)), Ok(()));
        assert_eq!(checked(&acts(false)), Err("act 4 is to be signed, and is not".to_owned()));
    }

    #[test]
    fn who_sits_is_signed_once_such_acts_are_and_those_of_before_are_counted() {
        let mut acts = acts(false);
        let admission = acts.pop().expect("the admission");
        let by_anna = |subject: &str, change: Change| Act {
            subject: id(subject),
            change,
            ..admission.clone()
        };
        let marking = || Marking::plain(Label::Amber);
        let seat = Seat { person: id("bruno"), party: id("FR"), role: Role::Clerk };
        let seated = Change::Create { content: Content::Seat(seat), marking: marking() };
        let ended = Change::Withdraw { reason: Text::default() };
        let mut signatures = Signatures::default();
        let old = [by_anna("seat", seated), by_anna("seat", ended.clone())];
        for (position, act) in (0..).zip(acts.iter().chain(&old)) {
            assert_eq!(signatures.read(position, Some(&act.encode())), Ok(()), "{position}");
        }
        assert_eq!(signatures.before, 2);
        // A label was signed before that, too.
        let relabelled = by_anna("seat", Change::Relabel { marking: marking() }).encode();
        let unsigned = Err("act 9 is to be signed, and is not".to_owned());
        assert_eq!(signatures.read(9, Some(&relabelled)), unsigned);
        // As it is after the first that was signed.
        signatures.people_sign = true;
        assert_eq!(signatures.read(9, Some(&by_anna("seat", ended).encode())), unsigned);
    }

    #[test]
    fn a_signature_by_a_passkey_that_is_nobodys_another_persons_revoked_or_wrong_is_found() {
        let mut acts = acts(false);
        let admission = acts.pop().expect("the admission");
        let signature = Signature {
            passkey: id("key"),
            nonce: encoded("AAAA"),
            authenticator_data: encoded("AAAA"),
            client_data: encoded("AAAA"),
            signature: encoded("AAAA"),
            together: Vec::new(),
        };
        let signed = Act { signed: Some(Box::new(signature)), ..admission.clone() };
        let enrolment = |person: &str| {
            let passkey = Passkey {
                person: id(person),
                name: name("Key"),
                credential: encoded("AAAA"),
                public_key: encoded("AAAA"),
                link: Some(id("link")),
            };
            let change = Change::Create {
                content: Content::Passkey(passkey),
                marking: Marking::plain(Label::Red),
            };
            Act { subject: id("key"), change, ..admission.clone() }
        };
        let revoked = Act {
            subject: id("key"),
            change: Change::Withdraw { reason: Text::default() },
            ..admission.clone()
        };
        for (more, what) in [
            (vec![], "is by a passkey that was not enrolled, or was revoked"),
            (vec![enrolment("juri")], "is by somebody else's passkey"),
            (
                vec![enrolment("anna"), revoked],
                "is by a passkey that was not enrolled, or was revoked",
            ),
            (vec![enrolment("anna")], "does not hold: "),
        ] {
            let all = [&acts[..], &more, std::slice::from_ref(&signed)].concat();
            let found = checked(&all).expect_err("something is wrong with it");
            assert!(found.contains(what), "{found}");
        }
    }
}
