//! Receipts: one act, and the proof that it stands in the record.
//!
//! A receipt is a JSON file that needs nothing else but the instance's public key to be checked:
//! ```text
//! {
//!   "version": 1,
//!   "act": "the act's bytes, as text",
//!   "salt": "<base64>",
//!   "index": 17,
//!   "proof": ["<base64>", …],
//!   "checkpoint": "<the signed note>"
//! }
//! ```
//! Bytes that are not UTF-8 stand as base64 under `act_base64` instead of `act`. There is exactly
//! one text for each receipt (two spaces of indentation, keys in this order, a newline at the end):
//! any other is refused, so that every byte of a receipt matters and two copies can be compared. The
//! one part that cannot be judged is a signature by a key that we do not know: see
//! [`Checkpoint::unknown_signatures`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::VerifierKey;
use crate::leaf::{ACT_BYTES_MAX, Content, Hash, Salt, leaf_hash};
use crate::proof::{ProofError, verify_inclusion};

/// The longest receipt that is read: the longest act, each byte escaped, and its proof.
pub const RECEIPT_BYTES_MAX: usize = 6 * ACT_BYTES_MAX + (1 << 20);
/// The version that this program writes and reads.
const VERSION: u32 = 1;
/// A tree of 2^64 leaves is 64 levels high.
const PROOF_HASHES_MAX: usize = 64;

/// One act with its salt, its place, the hashes that lead to the root, and the signed root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    content: Content,
    index: u64,
    proof: Vec<Hash>,
    checkpoint: String,
}

/// What a receipt proves, once verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The act's place in the record, counted from 0.
    pub index: u64,
    /// The act's leaf.
    pub leaf: Hash,
    /// The checkpoint that covers it, the instance's signature checked.
    pub checkpoint: Checkpoint,
}

/// Why a receipt proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More than [`RECEIPT_BYTES_MAX`] bytes, or an act or proof longer than there can be.
    #[error("the receipt is longer than a receipt can be")]
    TooLong,
    /// Not JSON, or not the keys and values of a receipt.
    #[error("this is not a receipt: {0}")]
    Form(String),
    /// Written by a later program.
    #[error("the receipt has version {0}, and this program reads version {VERSION}")]
    Version(u64),
    /// The right keys and values, in another text than the one they have.
    #[error(
        "the receipt's text was changed at byte {place}: a receipt has one exact text, spaces and \
         line ends included"
    )]
    NotExact {
        /// The first byte that differs, counted from 0.
        place: usize,
    },
    /// The checkpoint is not believed.
    #[error("the receipt's checkpoint does not hold: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Act, salt, index and proof do not lead to the checkpoint's root.
    #[error(
        "the act is not in the record at this place: act, salt, index or proof was changed ({0})"
    )]
    NotIncluded(#[from] ProofError),
}

/// The receipt as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act_base64: Option<String>,
    salt: Salt,
    index: u64,
    proof: Vec<Hash>,
    checkpoint: String,
}

/// Only the version, to say "newer" before saying "unknown key".
#[derive(Deserialize)]
struct WrittenVersion {
    version: u64,
}

impl Receipt {
    /// Puts a receipt together. Whether it holds is for [`Receipt::verify`] to say.
    pub(crate) fn new(
        content: Content,
        index: u64,
        proof: Vec<Hash>,
        checkpoint: &Checkpoint,
    ) -> Self {
        Self { content, index, proof, checkpoint: checkpoint.text().to_owned() }
    }

    /// The act's bytes, as they were recorded.
    #[must_use]
    pub fn act(&self) -> &[u8] {
        &self.content.bytes
    }

    /// The act's place in the record, counted from 0, as the receipt has it.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Reads a receipt's one text. Nothing is proved yet.
    ///
    /// # Errors
    /// [`ReceiptError`] for anything but that text.
    pub fn from_json(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::TooLong);
        }
        let form = |error: serde_json::Error| ReceiptError::Form(error.to_string());
        let version = serde_json::from_slice::<WrittenVersion>(json).map_err(form)?.version;
        if version != u64::from(VERSION) {
            return Err(ReceiptError::Version(version));
        }
        let written: Written = serde_json::from_slice(json).map_err(form)?;
        let bytes = match (written.act, written.act_base64) {
            (Some(act), None) => act.into_bytes(),
            (None, Some(act)) => STANDARD
                .decode(act)
                .map_err(|_| ReceiptError::Form("act_base64 is not base64".to_owned()))?,
            (Some(_), Some(_)) => return Err(ReceiptError::Form("it holds two acts".to_owned())),
            (None, None) => return Err(ReceiptError::Form("it holds no act".to_owned())),
        };
        if bytes.len() > ACT_BYTES_MAX || written.proof.len() > PROOF_HASHES_MAX {
            return Err(ReceiptError::TooLong);
        }
        let receipt = Self {
            content: Content { salt: written.salt, bytes },
            index: written.index,
            proof: written.proof,
            checkpoint: written.checkpoint,
        };
        let exact = receipt.to_json().into_bytes();
        if exact == json {
            return Ok(receipt);
        }
        let same = exact.iter().zip(json).take_while(|(ours, theirs)| ours == theirs).count();
        Err(ReceiptError::NotExact { place: same })
    }

    /// The receipt's one text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (act, act_base64) = match std::str::from_utf8(&self.content.bytes) {
            Ok(text) => (Some(text.to_owned()), None),
            Err(_) => (None, Some(STANDARD.encode(&self.content.bytes))),
        };
        let written = Written {
            version: VERSION,
            act,
            act_base64,
            salt: self.content.salt,
            index: self.index,
            proof: self.proof.clone(),
            checkpoint: self.checkpoint.clone(),
        };
        let mut json = serde_json::to_string_pretty(&written)
            .expect("strings, numbers and lists of strings are always JSON");
        json.push('\n');
        json
    }

    /// Checks everything: that `key` signed the checkpoint, and that the act, under its salt, is
    /// leaf `index` of the tree that the checkpoint states.
    ///
    /// # Errors
    /// [`ReceiptError`] says what does not match.
    pub fn verify(&self, key: &VerifierKey) -> Result<Verified, ReceiptError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let leaf = leaf_hash(&self.content.salt, &self.content.bytes);
        let head = checkpoint.head();
        verify_inclusion(&leaf, self.index, head.size, &self.proof, &head.root)?;
        Ok(Verified { index: self.index, leaf, checkpoint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Head;
    use crate::key::SigningKey;

    fn receipt(act: &[u8]) -> (Receipt, VerifierKey) {
        let key = SigningKey::new("headquarters.example/record", [42; 32]).expect("a good name");
        let content = Content { salt: Salt([3; 32]), bytes: act.to_vec() };
        let root = leaf_hash(&content.salt, act);
        let checkpoint = Checkpoint::sign(Head { size: 1, root }, &key);
        (Receipt::new(content, 0, Vec::new(), &checkpoint), key.verifier().clone())
    }

    #[test]
    fn any_act_is_read_back_to_the_byte() {
        for act in [
            &b"{\"act\":\"found\",\"name\":\"Quatre villes \xc3\xa9toil\xc3\xa9es\"}"[..],
            b"",
            b"\0\x01\x1f\x7f\\\"/\r\n\t\xe2\x80\xa8\xf0\x9f\x8f\x9b",
            b"\xff\xfe not UTF-8",
            b"\xed\xa0\x80 half a surrogate pair",
        ] {
            let (receipt, key) = receipt(act);
            let read = Receipt::from_json(receipt.to_json().as_bytes()).expect("our own text");
            assert_eq!(read.act(), act);
            assert_eq!(read, receipt);
            assert_eq!(read.verify(&key).expect("it holds").index, 0);
        }
    }

    #[test]
    fn an_act_that_is_text_can_be_read_in_the_receipt() {
        let (text, _) = receipt("{\"name\":\"Ελλάδα\"}".as_bytes());
        assert!(text.to_json().contains(r#""act": "{\"name\":\"Ελλάδα\"}""#), "{}", text.to_json());
    }

    #[test]
    fn other_texts_of_the_same_receipt_are_refused() {
        let (receipt, _) = receipt("{\"name\":\"Ελλάδα\"}".as_bytes());
        let exact = receipt.to_json();
        for (what, other) in [
            ("no newline at the end", exact.trim_end().to_owned()),
            ("two newlines at the end", format!("{exact}\n")),
            ("a space at the start", format!(" {exact}")),
            ("carriage returns", exact.replace('\n', "\r\n")),
            ("tabs", exact.replace("  ", "\t")),
            ("an escaped letter", exact.replace('Ε', "\\u0395")),
            ("an escaped slash", exact.replace("example/", "example\\/")),
            ("an escape in a key", exact.replace("\"act\"", "\"\\u0061ct\"")),
            ("a list on one line", exact.replace("\"proof\": []", "\"proof\": [ ]")),
            ("a null", exact.replace("\"salt\"", "\"act_base64\": null,\n  \"salt\"")),
            ("keys in another order", {
                let (head, tail) = exact.split_once("  \"index\": 0,\n").expect("an index");
                head.to_owned() + &tail.replace("\n}\n", ",\n  \"index\": 0\n}\n")
            }),
            ("base64 where text would do", {
                let act = STANDARD.encode(receipt.act());
                let line = exact.lines().nth(2).expect("the act");
                exact.replace(line, &format!("  \"act_base64\": \"{act}\","))
            }),
        ] {
            assert_ne!(other, exact, "{what}");
            let result = Receipt::from_json(other.as_bytes());
            assert!(matches!(result, Err(ReceiptError::NotExact { .. })), "{what}: {result:?}");
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused_in_a_sentence() {
        let (receipt, _) = receipt(b"act");
        let exact = receipt.to_json();
        let no_act = exact.replace("  \"act\": \"act\",\n", "");
        for (what, other) in [
            ("nothing", String::new()),
            ("a list", "[]".to_owned()),
            ("nesting", "[".repeat(100_000)),
            ("nesting in a key", format!("{{\"version\":1,\"act\":{}", "[".repeat(100_000))),
            ("half of it", exact[..exact.len() / 2].to_owned()),
            ("more after it", format!("{exact}{{}}")),
            ("a byte order mark", format!("\u{feff}{exact}")),
            ("an unknown key", exact.replace("\"index\"", "\"extra\": 1,\n  \"index\"")),
            ("a key twice", exact.replace("\"index\"", "\"index\": 0,\n  \"index\"")),
            ("no salt", exact.replace("\"salt\"", "\"pepper\"")),
            ("no act", no_act.clone()),
            ("a short salt", exact.replace("AwM=\",", "\",")),
            ("a negative index", exact.replace("\"index\": 0", "\"index\": -1")),
            ("a fraction", exact.replace("\"index\": 0", "\"index\": 0.0")),
            ("an index over 64 bits", exact.replace("\"index\": 0", "\"index\": 1e30")),
            ("half a surrogate pair", exact.replace("\"act\": \"act", "\"act\": \"\\ud800")),
            ("two acts", exact.replace("\"salt\"", "\"act_base64\": \"\",\n  \"salt\"")),
            ("not base64", no_act.replace("\"salt\"", "\"act_base64\": \"?\",\n  \"salt\"")),
        ] {
            assert_ne!(other, exact, "{what}");
            let result = Receipt::from_json(other.as_bytes());
            assert!(matches!(result, Err(ReceiptError::Form(_))), "{what}: {result:?}");
        }
        assert!(matches!(Receipt::from_json(b"\xff"), Err(ReceiptError::Form(_))));
    }

    #[test]
    fn a_newer_receipt_is_named_as_such() {
        let newer = br#"{ "version": 2, "unheard_of": true }"#;
        assert_eq!(Receipt::from_json(newer), Err(ReceiptError::Version(2)));
    }

    #[test]
    fn endless_receipts_are_refused() {
        let exact = receipt(b"act").0.to_json();
        let hash = format!("\"{}\"", Hash([0; 32]));
        let many = vec![hash.as_str(); PROOF_HASHES_MAX + 1].join(",");
        let long_proof = exact.replace("\"proof\": []", &format!("\"proof\": [{many}]"));
        let long_act = exact.replace("\"act\": \"", &format!("\"act\": \"{}", "a".repeat(4 << 20)));
        let long = " ".repeat(RECEIPT_BYTES_MAX + 1);
        for other in [long_proof, long_act, long] {
            assert_eq!(Receipt::from_json(other.as_bytes()), Err(ReceiptError::TooLong));
        }
    }
}
