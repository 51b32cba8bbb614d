//! A form that a passkey answers: the one thing here that takes a script, since only a browser's own
//! interface reaches an authenticator.

use crate::asking::Asking;
use crate::look::{asset, parts};
use crate::passkeys::Assertion;
use crate::sign_in::{Presented, Registration};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::text::Name;
use coalition::{Id, Refusal};
use maud::{Markup, html};

/// What the passkey is to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    /// Be made, for this person, whose name the authenticator shows him later.
    Create(&'a Id, &'a str),
    /// Answer the challenge.
    Assert,
}

/// Such a form.
pub(crate) struct Ceremony<'a> {
    pub(crate) kind: Kind<'a>,
    /// Where the answer goes.
    pub(crate) action: &'a str,
    /// What it answers.
    pub(crate) challenge: &'a [u8],
    /// Credentials, base64url: those to choose from, or those not to make again. None: any.
    pub(crate) known: &'a [String],
    /// What the button says.
    pub(crate) button: &'a str,
}

impl Ceremony<'_> {
    /// The form, with these fields before its button.
    pub(crate) fn form(&self, asking: &Asking, fields: &Markup) -> Markup {
        let challenge = URL_SAFE_NO_PAD.encode(self.challenge);
        let rp = asking.house.origin().map(crate::passkeys::Origin::host);
        let known = (!self.known.is_empty()).then(|| self.known.join(" "));
        let (does, handle, person) = match self.kind {
            Kind::Create(id, name) => ("create", Some(id.as_str()), Some(name)),
            Kind::Assert => ("get", None, None),
        };
        let answers: &[&str] = match self.kind {
            Kind::Create(..) => &["attestation", "client_data"],
            Kind::Assert => {
                &["credential", "handle", "authenticator_data", "client_data", "signature"]
            }
        };
        html! {
            form method="post" action=(self.action) novalidate data-passkey=(does)
                data-challenge=(challenge) data-rp=[rp] data-coalition=(asking.coalition_name())
                data-handle=[handle] data-person=[person] data-known=[known]
            {
                (fields)
                @for name in answers { (parts::hidden(name, "")) }
                (parts::buttons(&parts::button(parts::Button::Primary, self.button)))
                p.quiet role="status" {}
                noscript { p.notice.tone-warn { "Passkeys need JavaScript: allow it for this page. No other page of this house needs it." } }
            }
            script defer src=(asset("passkeys.js").expect("it is compiled in").path) {}
        }
    }
}

/// What such a form sent.
pub(crate) struct Filled(pub(crate) Vec<(String, String)>);

impl Filled {
    /// The first value of a name; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// An id in a field, if it is one.
    pub(crate) fn id(&self, name: &str) -> Option<Id> {
        Id::parse(self.text(name)).ok()
    }

    /// Bytes in a field.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, Refusal> {
        let decoded = URL_SAFE_NO_PAD.decode(self.text(name)).ok();
        decoded.filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
            Refusal::invalid(name, "no passkey has answered: the page of this form asks one")
        })
    }

    /// The person that a passkey says it is for.
    pub(crate) fn person(&self, name: &str) -> Option<Id> {
        let bytes = self.bytes(name).ok()?;
        Id::parse(std::str::from_utf8(&bytes).ok()?).ok()
    }

    /// An assertion.
    pub(crate) fn presented(&self) -> Result<Presented, Refusal> {
        Ok(Presented {
            credential: self.bytes("credential")?,
            assertion: Assertion {
                authenticator_data: self.bytes("authenticator_data")?,
                client_data: self.bytes("client_data")?,
                signature: self.bytes("signature")?,
            },
        })
    }

    /// A name in a field.
    pub(crate) fn name(&self, name: &str) -> Result<Name, Refusal> {
        Name::parse(self.text(name)).map_err(|why| Refusal::invalid(name, why))
    }

    /// A registration.
    pub(crate) fn registration(&self) -> Result<Registration, Refusal> {
        Ok(Registration {
            name: self.name("name")?,
            attestation_object: self.bytes("attestation")?,
            client_data: self.bytes("client_data")?,
        })
    }
}

/// The field in which a passkey gets its name.
pub(crate) fn name_field() -> Markup {
    parts::text_field(&parts::Field {
        hint: "So that you know it in a list: \u{201c}phone\u{201d}, \u{201c}key on my desk\u{201d}.",
        value: "My passkey",
        ..parts::Field::named("name", "What to call this passkey")
    })
}
