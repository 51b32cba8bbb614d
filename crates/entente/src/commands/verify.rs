//! `entente verify`: a receipt, checked offline.

use crate::failure::Failure;
use crate::{data, pretty, say};
use clap::Args;
use record::{RECEIPT_BYTES_MAX, Receipt, ReceiptError};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// Check a receipt offline, with nothing but the house's public key.
#[derive(Args)]
pub(crate) struct Verify {
    /// The receipt, as the house gave it.
    receipt: PathBuf,
    /// The house's public key, or a file that holds it. The house shows it at /record/key; get it
    /// once, by a way you trust.
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let key = data::public_key(&self.key)?;
        let cannot = |error| Failure::input(format!("{}: {error}", self.receipt.display()), "");
        let mut bytes = Vec::new();
        let limit = RECEIPT_BYTES_MAX as u64 + 1;
        File::open(&self.receipt)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .map_err(cannot)?;
        let receipt = Receipt::from_json(&bytes);
        let checked = receipt.and_then(|receipt| Ok((receipt.verify(&key)?, receipt)));
        let (verified, receipt) = checked.map_err(|error| {
            let what = format!("{}: {error}", self.receipt.display());
            match error {
                ReceiptError::TooLong | ReceiptError::Form(_) | ReceiptError::Version(_) => {
                    Failure::input(what, "A receipt is what the house gave as one, unchanged.")
                }
                ReceiptError::NotExact { .. }
                | ReceiptError::Checkpoint(_)
                | ReceiptError::NotIncluded(_) => Failure::does_not_hold(what),
            }
        })?;
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
                "act": act,
            })));
        }
        say(&format!(
            "The receipt holds: this act stood at place {} when the record held {} acts,\nand {} signed for it.\n\n{}",
            verified.index,
            head.size,
            key.name(),
            pretty(&act)
        ))
    }
}
