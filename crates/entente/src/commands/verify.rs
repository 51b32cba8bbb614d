//! `entente verify`: a receipt, checked offline.

use super::signatures;
use crate::failure::Failure;
use crate::{data, files, pretty, say};
use clap::Args;
use headquarters::passkeys::Confirmed;
use record::{RECEIPT_BYTES_MAX, Receipt, ReceiptError, Verified, VerifierKey};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Check a receipt offline, with nothing but the house's public key.
#[derive(Args)]
pub(crate) struct Verify {
    /// The receipt, as the house gave it.
    receipt: PathBuf,
    /// The house's public key, or a file that holds it. The house shows it at /record/key; get it
    /// once, by a way you trust.
    #[arg(long, value_name = "KEY")]
    key: String,
    /// The receipt of the act that enrolled the passkey by which the act is signed: its owner has it.
    /// With it the passkey's signature is checked, too.
    #[arg(long, value_name = "RECEIPT")]
    enrolment: Option<PathBuf>,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let key = data::public_key(&self.key)?;
        let (verified, receipt) = checked(&self.receipt, &key)?;
        let confirmed = match &self.enrolment {
            None => None,
            Some(enrolment) => {
                let (_, enrolment) = checked(enrolment, &key)?;
                let signed = signatures::of_one(receipt.act(), enrolment.act());
                Some(signed.map_err(Failure::does_not_hold)?)
            }
        };
        let act: serde_json::Value = serde_json::from_slice(receipt.act()).unwrap_or_default();
        let head = verified.checkpoint.head();
        if self.json {
            return say(&pretty(&json!({
                "holds": true,
                "position": verified.index,
                "record_size": head.size,
                "root": head.root.to_string(),
                "leaf": verified.leaf.to_string(),
                "key": key.to_string(),
                "signed_at": confirmed.as_ref().map(|confirmed| &confirmed.origin),
                "signed_with": confirmed.as_ref().map(|confirmed| confirmed.acts - 1),
                "act": act,
            })));
        }
        let by_passkey = match (&confirmed, act.pointer("/signed/passkey")) {
            (Some(Confirmed { origin, acts: 1 }), _) => {
                format!("Its author signed it with his passkey, on a page of {origin}.\n")
            }
            (Some(Confirmed { origin, acts }), _) => format!(
                "Its author signed it with his passkey, as one of {acts} acts at once, on a page of {origin}.\n"
            ),
            (None, Some(serde_json::Value::String(passkey))) => {
                format!("It says that the passkey {passkey} signed it: --enrolment checks that.\n")
            }
            _ => String::new(),
        };
        say(&format!(
            "The receipt holds: this act stood at place {} when the record held {} acts,\nand {} signed for it.\n{by_passkey}\n{}",
            verified.index,
            head.size,
            key.name(),
            pretty(&act)
        ))
    }
}

/// A receipt from a file, checked.
fn checked(path: &Path, key: &VerifierKey) -> Result<(Verified, Receipt), Failure> {
    let bytes = files::beginning(path, RECEIPT_BYTES_MAX as u64)?;
    let receipt = Receipt::from_json(&bytes);
    let checked = receipt.and_then(|receipt| Ok((receipt.verify(key)?, receipt)));
    checked.map_err(|error| {
        let what = format!("{}: {error}", path.display());
        match error {
            ReceiptError::TooLong | ReceiptError::Form(_) | ReceiptError::Version(_) => {
                Failure::input(what, "A receipt is what the house gave as one, unchanged.")
            }
            ReceiptError::NotExact { .. }
            | ReceiptError::Checkpoint(_)
            | ReceiptError::NotIncluded(_) => Failure::does_not_hold(what),
        }
    })
}
