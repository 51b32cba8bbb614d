//! The words of the house's mail: few, and the same for everything.

use super::Mail;
use exchange::mail::{Letter, MailAddress};
use jiff::Timestamp;

/// What every message about something is called.
const SUBJECT: &str = "There is something for you";

/// A message that there is something for somebody, with an invitation for his calendar where there is
/// one.
pub(super) fn notice(
    mail: &Mail,
    to: &MailAddress,
    calendar: Option<(&'static str, &str)>,
    id: &str,
    at: Timestamp,
) -> String {
    let pages = &mail.pages;
    let text = format!(
        "There is something for you:\n\n  {pages}/for-you\n\nThis message is the same whatever it is about. What you are told of by mail,\nand where, you choose there:\n\n  {pages}/account\n"
    );
    Letter { from: &mail.from, to, subject: SUBJECT, text: &text, id, at, calendar }.message()
}

/// A message with the code by which somebody says that an address is his.
pub(super) fn confirmation(
    mail: &Mail,
    to: &MailAddress,
    code: &str,
    id: &str,
    at: Timestamp,
) -> String {
    let pages = &mail.pages;
    let (first, last) = code.split_at(code.len() / 2);
    let text = format!(
        "Somebody asks that messages of this house come to you:\n\n  {pages}/account\n\nIf it was you, enter this code there:\n\n  {first}-{last}\n\nIf it was not, do nothing: no more will come.\n"
    );
    let subject = "Is this address yours?";
    Letter { from: &mail.from, to, subject, text: &text, id, at, calendar: None }.message()
}
