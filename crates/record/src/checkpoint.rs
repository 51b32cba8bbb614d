//! Checkpoints: signed statements of the record's size and root.
//!
//! The form is C2SP tlog-checkpoint, a signed note whose text is origin, size and root:
//! ```text
//! headquarters.example/record
//! 1071
//! 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
//!
//! — headquarters.example/record <base64 of key id and signature>
//! ```
//! A [`Checkpoint`] is only ever made by signing one or by checking a signature, so whoever holds
//! one may believe it. Reading is strict: a checkpoint has exactly one text. Signatures of keys that
//! we do not know are kept and not judged, as the specification asks: witnesses will sign there.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::{SigningKey, VerifierKey, is_note_name};
use crate::leaf::{Hash, empty_root};

/// The longest checkpoint that is read: room for 16 post-quantum signatures and more.
pub const CHECKPOINT_BYTES_MAX: usize = 128 << 10;
/// The most signatures that are read in one checkpoint.
const SIGNATURES_MAX: usize = 64;
const SIGNATURE_START: &str = "— ";

/// The size of a record, and the root of the tree over that many leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A head that carries a valid signature of the record's own key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    text: String,
    head: Head,
    unknown_signatures: usize,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// More than [`CHECKPOINT_BYTES_MAX`] bytes or too many signatures.
    #[error("the checkpoint is too long")]
    TooLong,
    /// The text is not a checkpoint, or not in the one form that it has.
    #[error("this is not a checkpoint: {0}")]
    Form(&'static str),
    /// It speaks of another record.
    #[error("the checkpoint is of the record {found}, not of {expected}")]
    Origin {
        /// The record whose key is at hand.
        expected: String,
        /// The record that the checkpoint names; at most 80 characters of it.
        found: String,
    },
    /// The key at hand has not signed it.
    #[error("the checkpoint carries no signature of the key {0}")]
    NotSigned(String),
    /// There is a signature in the key's name, and it is not over this text.
    #[error("the signature on the checkpoint does not match its text: one of them was changed")]
    Signature,
}

/// One signature line, read but not judged.
struct SignatureLine<'a> {
    name: &'a str,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl Head {
    /// The head of a record without acts.
    #[must_use]
    pub fn empty() -> Self {
        Self { size: 0, root: empty_root() }
    }
}

impl Checkpoint {
    /// States under `key` that its record has this head. The origin is the key's name.
    ///
    /// Never sign two heads of which one does not continue the other: that is what the record
    /// promises the world. [`crate::Log`] is the only caller that a running house needs.
    #[must_use]
    pub fn sign(head: Head, key: &SigningKey) -> Self {
        let verifier = key.verifier();
        let mut text = format!("{}\n{}\n{}\n", verifier.name(), head.size, head.root);
        let mut signature = verifier.id().to_vec();
        signature.extend(key.sign(&text));
        writeln!(text, "\n{SIGNATURE_START}{} {}", verifier.name(), STANDARD.encode(signature))
            .expect("writing to a string does not fail");
        Self { text, head, unknown_signatures: 0 }
    }

    /// Reads a checkpoint and checks that `key` signed it.
    ///
    /// # Errors
    /// [`CheckpointError`] says what does not fit.
    pub fn open(text: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        if text.len() > CHECKPOINT_BYTES_MAX {
            return Err(CheckpointError::TooLong);
        }
        let (body, signatures) = read_note(text)?;
        let (origin, head) = read_body(body)?;
        if origin != key.name() {
            return Err(CheckpointError::Origin {
                expected: key.name().to_owned(),
                found: origin.chars().take(80).collect(),
            });
        }
        let is_ours = |line: &&SignatureLine<'_>| line.name == key.name() && line.id == key.id();
        let mut ours = signatures.iter().filter(is_ours);
        let signature = match (ours.next(), ours.next()) {
            (None, _) => return Err(CheckpointError::NotSigned(key.to_string())),
            (Some(line), None) => &line.signature,
            (Some(_), Some(_)) => return Err(CheckpointError::Form("one key signed twice")),
        };
        if !key.has_signed(body, signature) {
            return Err(CheckpointError::Signature);
        }
        Ok(Self { text: text.to_owned(), head, unknown_signatures: signatures.len() - 1 })
    }

    /// The signed note, as it is stored and passed on.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the checkpoint states.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many signatures of other keys stand on it. They were not checked.
    #[must_use]
    pub fn unknown_signatures(&self) -> usize {
        self.unknown_signatures
    }
}

/// Splits a signed note into the text that was signed, final newline included, and the signatures.
fn read_note(note: &str) -> Result<(&str, Vec<SignatureLine<'_>>), CheckpointError> {
    use CheckpointError::Form;
    if note.chars().any(|character| character.is_ascii_control() && character != '\n') {
        return Err(Form("it has control characters"));
    }
    let blank = note.rfind("\n\n").ok_or(Form("no empty line before the signatures"))?;
    let (body, signatures) = (&note[..=blank], &note[blank + 2..]);
    let lines = signatures.strip_suffix('\n').ok_or(Form("its last line does not end"))?;
    let mut read = Vec::new();
    for line in lines.split('\n') {
        if read.len() == SIGNATURES_MAX {
            return Err(CheckpointError::TooLong);
        }
        read.push(read_signature(line).ok_or(Form("a signature line is not in its form"))?);
    }
    Ok((body, read))
}

fn read_signature(line: &str) -> Option<SignatureLine<'_>> {
    let (name, data) = line.strip_prefix(SIGNATURE_START)?.split_once(' ')?;
    // The decoder takes the one canonical form only: padded, no stray bits, no spaces.
    let bytes = STANDARD.decode(data).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    let is_whole = is_note_name(name) && !signature.is_empty();
    is_whole.then(|| SignatureLine { name, id: *id, signature: signature.to_vec() })
}

fn read_body(body: &str) -> Result<(&str, Head), CheckpointError> {
    use CheckpointError::Form;
    let body = body.strip_suffix('\n').ok_or(Form("its text does not end in a newline"))?;
    let mut lines = body.split('\n');
    let mut next = || lines.next().filter(|line| !line.is_empty());
    let origin = next().ok_or(Form("no origin in its first line"))?;
    let size = next().ok_or(Form("no size in its second line"))?;
    let root = next().ok_or(Form("no root hash in its third line"))?;
    let is_decimal = size.bytes().all(|digit| digit.is_ascii_digit());
    if !is_decimal || (size.len() > 1 && size.starts_with('0')) {
        return Err(Form("its size is not a plain decimal number"));
    }
    let size = size.parse().map_err(|_| Form("its size is more than 64 bits"))?;
    let root = root.parse().map_err(|_| Form("its root hash is not the base64 of 32 bytes"))?;
    if lines.any(str::is_empty) {
        return Err(Form("it has an empty extension line"));
    }
    Ok((origin, Head { size, root }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name")
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::sign(Head { size: 1071, root: Hash([5; 32]) }, &key())
    }

    /// Signs any text as `key` would, well-formed or not.
    fn note(body: &str, key: &SigningKey) -> String {
        let mut signature = key.verifier().id().to_vec();
        signature.extend(key.sign(body));
        format!("{body}\n— {} {}\n", key.verifier().name(), STANDARD.encode(signature))
    }

    #[test]
    fn a_signed_checkpoint_is_read_back() {
        let read = Checkpoint::open(checkpoint().text(), key().verifier());
        assert_eq!(read, Ok(checkpoint()));
        assert_eq!(checkpoint().text().lines().nth(1), Some("1071"));
    }

    /// A tree head of Go's module checksum database, as it was published: the same form, signed by
    /// another implementation. Its origin is not its key's name, so as a checkpoint it is refused.
    #[test]
    fn a_note_that_another_implementation_signed_verifies() {
        let text = "go.sum database tree\n65209736\n\
                    5+uGFjx6xBZG8ip1+wi77v+grwbhhukIrxEUS8PXvRo=\n\n\
                    — sum.golang.org Az3grnbssgK7ubgFX36gVETtNv0U23qxyAhAMai2QUfeGa3nB/akvkMdlUErfc\
                    Zz7l/R3cVtYspg3dxXABkGZZKdsQ8=\n";
        let key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        let key: VerifierKey = key.parse().expect("a published key");
        let (body, signatures) = read_note(text).expect("a signed note");
        assert_eq!(read_body(body).expect("a tree head").1.size, 65_209_736);
        assert_eq!((signatures.len(), signatures[0].id), (1, key.id()));
        assert!(key.has_signed(body, &signatures[0].signature));
        assert!(!key.has_signed(&body.replace("36", "37"), &signatures[0].signature));
        let result = Checkpoint::open(text, &key);
        assert!(matches!(result, Err(CheckpointError::Origin { .. })), "{result:?}");
    }

    #[test]
    fn signatures_of_other_keys_are_kept_and_not_judged() {
        let witness = SigningKey::new("witness.example", [1; 32]).expect("a good name");
        let body = format!("headquarters.example/record\n1071\n{}\n", Hash([5; 32]));
        let witnessed = note(&body, &witness);
        let line = &witnessed[body.len() + 1..];
        let mut text = checkpoint().text().to_owned();
        for _ in 0..16 {
            text.push_str(line);
        }
        let read = Checkpoint::open(&text, key().verifier()).expect("ours is there");
        assert_eq!(read.unknown_signatures(), 16);
        assert_eq!(read.text(), text);
        let strange = text.replace(line, "— witness.example AAAAAP8=\n");
        assert!(Checkpoint::open(&strange, key().verifier()).is_ok());
        assert_eq!(
            Checkpoint::open(&witnessed, key().verifier()),
            Err(CheckpointError::NotSigned(key().verifier().to_string()))
        );
    }

    #[test]
    fn our_name_with_another_keys_id_is_another_key() {
        let namesake = SigningKey::new("headquarters.example/record", [1; 32]).expect("good");
        let result = Checkpoint::open(checkpoint().text(), namesake.verifier());
        assert!(matches!(result, Err(CheckpointError::NotSigned(_))), "{result:?}");
    }

    #[test]
    fn a_checkpoint_of_another_record_is_refused() {
        let text = note(&format!("elsewhere\n0\n{}\n", empty_root()), &key());
        let result = Checkpoint::open(&text, key().verifier());
        assert!(matches!(result, Err(CheckpointError::Origin { .. })), "{result:?}");
    }

    #[test]
    fn every_second_form_is_refused_though_it_is_signed() {
        let (origin, root) = ("headquarters.example/record", empty_root().to_string());
        let unpadded = root.trim_end_matches('=');
        for body in [
            String::new(),
            "\n".to_owned(),
            format!("{origin}\n"),
            format!("{origin}\n0\n"),
            format!("\n0\n{root}\n"),
            format!("{origin}\n\n{root}\n"),
            format!("{origin}\n00\n{root}\n"),
            format!("{origin}\n+1\n{root}\n"),
            format!("{origin}\n-1\n{root}\n"),
            format!("{origin}\n 1\n{root}\n"),
            format!("{origin}\n٣\n{root}\n"),
            format!("{origin}\n18446744073709551616\n{root}\n"),
            format!("{origin}\n0\n{unpadded}\n"),
            format!("{origin}\n0\n{root} \n"),
            format!("{origin}\n0\n{root}\n\n"),
            format!("{origin}\n0\n{root}\n\nextension\n"),
            format!("{origin}\r\n0\r\n{root}\r\n"),
            format!("{origin}\n0\n{root}"),
        ] {
            let text = note(&body, &key());
            let result = Checkpoint::open(&text, key().verifier());
            assert!(matches!(result, Err(CheckpointError::Form(_))), "{body:?}: {result:?}");
        }
    }

    #[test]
    fn extension_lines_are_signed_and_allowed() {
        let body =
            format!("headquarters.example/record\n18446744073709551615\n{}\nmore\n", empty_root());
        let read = Checkpoint::open(&note(&body, &key()), key().verifier()).expect("signed");
        assert_eq!(read.head().size, u64::MAX);
    }

    #[test]
    fn broken_signature_lines_are_refused() {
        let good = checkpoint().text().to_owned();
        let line = good.split("\n\n").nth(1).expect("a signature line").to_owned();
        for (what, text) in [
            ("no signature", good.replace(&line, "")),
            ("no final newline", good.trim_end().to_owned()),
            ("a second newline", format!("{good}\n")),
            ("a hyphen for the dash", good.replace("— ", "- ")),
            ("two spaces", good.replace("— ", "—  ")),
            ("signed twice", format!("{good}{line}")),
            ("a short signature", format!("{good}— witness.example AAAAAA==\n")),
            ("no name", format!("{good}—  AAAAAP8=\n")),
            ("no base64", format!("{good}— witness.example ?\n")),
            ("text after the signatures", format!("{good}PS\n")),
            ("carriage returns", good.replace('\n', "\r\n")),
            ("nothing", String::new()),
        ] {
            let result = Checkpoint::open(&text, key().verifier());
            assert!(matches!(result, Err(CheckpointError::Form(_))), "{what}: {result:?}");
        }
    }

    #[test]
    fn endless_checkpoints_are_refused() {
        let good = checkpoint().text().to_owned();
        let many = format!("{good}{}", "— witness.example AAAAAP8=\n".repeat(SIGNATURES_MAX));
        let long = format!("{good}— witness.example {}\n", "A".repeat(CHECKPOINT_BYTES_MAX));
        for text in [many, long] {
            let result = Checkpoint::open(&text, key().verifier());
            assert_eq!(result, Err(CheckpointError::TooLong));
        }
    }
}
