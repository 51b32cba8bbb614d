//! A directory of our own, which says what it is told to, right or wrong.

use super::super::{NotReached, Request, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::url::Url;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The secret that the house and a directory share.
pub(super) const SECRET: &str = "between ourselves";

/// What is wrong with what a directory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twist {
    Honest,
    NoToken,
    OtherNonce,
    NoNonce,
    OtherAudience,
    MoreAudiences,
    OtherParty,
    Expired,
    OtherIssuer,
    Unsigned,
    SignedWithPublicKey,
    SignedWithSecret,
    SignedByAnother,
    OtherAccessToken,
    NoSubject,
    BlankSubject,
    LongSubject,
    Refusing,
    NotJson,
    OtherIssuerInDiscovery,
    TokenElsewhere,
    KeysElsewhere,
    PageElsewhere,
    Silent,
}

/// What somebody was shown a code for.
struct Grant {
    subject: String,
    nonce: String,
    challenge: String,
    back: String,
}

pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) twist: Mutex<Twist>,
    /// Which of its keys it signs with, and shows.
    pub(super) key: Mutex<u8>,
    grants: Mutex<BTreeMap<String, Grant>>,
    /// The paths that were asked for.
    pub(super) asked: Mutex<Vec<String>>,
    now: Mutex<i64>,
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).expect("a scalar in range")
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn answer(status: u16, body: &Value) -> Response {
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = status.try_into().expect("a status");
    let json = "application/json".try_into().expect("a type");
    response.headers_mut().insert("content-type", json);
    response
}

impl Provider {
    pub(super) fn new(issuer: &str, now: i64) -> Arc<Provider> {
        Arc::new(Provider {
            issuer: issuer.into(),
            twist: Mutex::new(Twist::Honest),
            key: Mutex::new(1),
            grants: Mutex::default(),
            asked: Mutex::default(),
            now: Mutex::new(now),
        })
    }

    pub(super) fn later(&self, seconds: i64) {
        *self.now.lock().unwrap() += seconds;
    }

    pub(super) fn twisted(&self, twist: Twist) {
        *self.twist.lock().unwrap() = twist;
    }

    fn twist(&self) -> Twist {
        *self.twist.lock().unwrap()
    }

    /// Somebody signs in at the address to which the house sent him; what he is sent back with.
    pub(super) fn signs_in(&self, address: &str, subject: &str) -> String {
        let url = Url::parse(address).expect("an address");
        let said: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert!(address.starts_with(&format!("{}/authorize?", self.issuer)), "{address}");
        assert_eq!(said["response_type"], "code");
        assert_eq!(said["client_id"], "entente");
        assert_eq!(said["scope"], "openid", "nothing else is asked for");
        assert_eq!(said["code_challenge_method"], "S256");
        let code = format!("code-{}", self.grants.lock().unwrap().len());
        let back = said["redirect_uri"].clone();
        let grant = Grant {
            subject: subject.into(),
            nonce: said["nonce"].clone(),
            challenge: said["code_challenge"].clone(),
            back: back.clone(),
        };
        self.grants.lock().unwrap().insert(code.clone(), grant);
        let here = back.strip_prefix(crate::sign_in::tests::HERE).expect("back to the house");
        let mut query = openidconnect::url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", &code).append_pair("state", &said["state"]);
        format!("{here}?{}", query.append_pair("iss", &self.issuer).finish())
    }

    /// Whether a request is for this directory.
    pub(super) fn is_meant(&self, request: &Request) -> bool {
        request.uri().to_string().starts_with(&self.issuer)
    }

    pub(super) fn answers(&self, request: &Request) -> Result<Response, NotReached> {
        let path = request.uri().path().to_owned();
        self.asked.lock().unwrap().push(path.clone());
        let twist = self.twist();
        if twist == Twist::Silent {
            return Err(NotReached("nobody listens".into()));
        }
        Ok(match path.as_str() {
            "/.well-known/openid-configuration" => answer(200, &self.discovery(twist)),
            "/keys" => answer(200, &self.keys()),
            "/token" => self.token(request, twist),
            _ => answer(404, &json!({})),
        })
    }

    fn discovery(&self, twist: Twist) -> Value {
        let issuer = &self.issuer;
        let at =
            |twisted: Twist| if twist == twisted { "https://elsewhere.example" } else { issuer };
        json!({
            "issuer": at(Twist::OtherIssuerInDiscovery),
            "authorization_endpoint": format!("{}/authorize", at(Twist::PageElsewhere)),
            "token_endpoint": format!("{}/token", at(Twist::TokenElsewhere)),
            "jwks_uri": format!("{}/keys", at(Twist::KeysElsewhere)),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    fn public(number: u8) -> (String, String) {
        let point = key(number).verifying_key().to_sec1_point(false);
        (encoded(point.x().expect("no infinity")), encoded(point.y().expect("no infinity")))
    }

    fn keys(&self) -> Value {
        let number = *self.key.lock().unwrap();
        let (x, y) = Provider::public(number);
        let key = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": format!("key-{number}"), "x": x, "y": y });
        json!({ "keys": [key] })
    }

    fn token(&self, request: &Request, twist: Twist) -> Response {
        let said: BTreeMap<String, String> =
            openidconnect::url::form_urlencoded::parse(request.body()).into_owned().collect();
        let refused = || answer(400, &json!({ "error": "invalid_grant" }));
        let basic = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let ours = format!("entente:{}", SECRET.replace(' ', "+"));
        let ours = base64::engine::general_purpose::STANDARD.encode(ours);
        assert_eq!(basic, Some(format!("Basic {ours}").as_str()));
        if twist == Twist::Refusing {
            return refused();
        }
        let Some(grant) = self.grants.lock().unwrap().remove(&said["code"]) else {
            return refused();
        };
        let verified = encoded(Sha256::digest(&said["code_verifier"])) == grant.challenge;
        if !verified || said["redirect_uri"] != grant.back {
            return refused();
        }
        if twist == Twist::NotJson {
            return answer(200, &json!("words"));
        }
        let mut told = json!({ "access_token": "access", "token_type": "Bearer" });
        if twist != Twist::NoToken {
            told["id_token"] = self.id_token(&grant, twist).into();
        }
        answer(200, &told)
    }

    fn id_token(&self, grant: &Grant, twist: Twist) -> String {
        let now = *self.now.lock().unwrap();
        let mut said = json!({
            "iss": self.issuer, "sub": grant.subject, "aud": "entente", "nonce": grant.nonce,
            "iat": now, "exp": now + 300,
            // None of this says who he is.
            "email": "anna@directory.example", "name": "Anna", "groups": ["leads"],
            "at_hash": encoded(&Sha256::digest("access")[..16]),
        });
        match twist {
            Twist::OtherNonce => said["nonce"] = "other".into(),
            Twist::NoNonce => drop(said.as_object_mut().and_then(|said| said.remove("nonce"))),
            Twist::OtherAudience => said["aud"] = "other".into(),
            Twist::MoreAudiences => said["aud"] = json!(["entente", "other"]),
            Twist::OtherParty => said["azp"] = "other".into(),
            Twist::Expired => said["exp"] = now.into(),
            Twist::OtherIssuer => said["iss"] = "https://elsewhere.example".into(),
            Twist::OtherAccessToken => said["at_hash"] = encoded([7; 16]).into(),
            Twist::NoSubject => drop(said.as_object_mut().and_then(|said| said.remove("sub"))),
            Twist::BlankSubject => said["sub"] = format!("{} ", grant.subject).into(),
            Twist::LongSubject => said["sub"] = "s".repeat(256).into(),
            _ => {}
        }
        let number = *self.key.lock().unwrap();
        let algorithm = match twist {
            Twist::Unsigned => "none",
            Twist::SignedWithPublicKey | Twist::SignedWithSecret => "HS256",
            _ => "ES256",
        };
        let head = json!({ "alg": algorithm, "typ": "JWT", "kid": format!("key-{number}") });
        let text = format!("{}.{}", encoded(head.to_string()), encoded(said.to_string()));
        let sealed = |secret: &[u8]| {
            let seal = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
            seal.chain_update(&text).finalize().into_bytes().to_vec()
        };
        let signed = |number: u8| -> Vec<u8> {
            let signature: Signature = key(number).sign(text.as_bytes());
            signature.to_bytes().to_vec()
        };
        let signature = match twist {
            Twist::Unsigned => Vec::new(),
            Twist::SignedWithPublicKey => sealed(Provider::public(number).0.as_bytes()),
            Twist::SignedWithSecret => sealed(SECRET.as_bytes()),
            Twist::SignedByAnother => signed(9),
            _ => signed(number),
        };
        format!("{text}.{}", encoded(signature))
    }
}
