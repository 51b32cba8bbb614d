//! What is said between the house and one directory: discovery, the way there, the code, and what an
//! id token must say to be believed (OpenID Connect Core 1.0, section 3.1.3.7).

use super::transport::{Request, Transport, host_of};
use super::{Directories, Directory, NotLetIn, Trip, transport};
use coalition::text::Name;
use jiff::{Timestamp, ToSpan};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier,
    CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
    CoreTokenResponse,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse,
};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock, MutexGuard, PoisonError};
use std::time::SystemTime;

/// For how long it is believed what a directory says of itself, in hours.
const KNOWN_HOURS: i64 = 12;
/// How often its keys are asked for at most, and how soon a directory that gave no answer is asked
/// again, in seconds: whoever comes with made-up codes makes us ask no more often than that.
const AGAIN_SECONDS: i64 = 30;

/// How many may speak with one directory at once: a slow one holds up so many threads and no more.
const AT_ONCE_MAX: usize = 16;

/// How an id token may be signed: by a key of which the house knows the public half alone.
const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

static NETWORK: LazyLock<Arc<Transport>> = LazyLock::new(transport::network);

/// What a directory has said of itself.
#[derive(Default)]
pub(super) struct Known {
    said: Option<(Arc<CoreProviderMetadata>, Timestamp)>,
    keys: Option<(CoreJsonWebKeySet, Timestamp)>,
    /// When it gave no answer.
    failed: Option<Timestamp>,
}

fn within(since: Timestamp, seconds: i64, now: Timestamp) -> bool {
    since <= now && since.checked_add(seconds.seconds()).is_ok_and(|until| now < until)
}

/// One directory, by the transport of its house.
pub(super) struct Spoken<'a> {
    pub(super) directory: &'a Directory,
    transport: &'a Transport,
    /// Where it sends people back to.
    pub(super) back: String,
    pub(super) now: Timestamp,
}

impl Directories {
    pub(super) fn speaking<'a>(
        &'a self,
        directory: &'a Directory,
        back: String,
        now: Timestamp,
    ) -> Result<Spoken<'a>, NotLetIn> {
        let transport = self.transport.as_deref().unwrap_or(&**NETWORK);
        let spoken = Spoken { directory, transport, back, now };
        let others = directory.speaking.fetch_add(1, Ordering::SeqCst);
        // From here on the drop of `spoken` counts down.
        if others >= AT_ONCE_MAX {
            return Err(no_answer("too many speak with it at once"));
        }
        Ok(spoken)
    }
}

impl Drop for Spoken<'_> {
    fn drop(&mut self) {
        self.directory.speaking.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A library's error, in one line.
fn no_answer(error: impl std::fmt::Display) -> NotLetIn {
    NotLetIn::NoAnswer(error.to_string())
}

impl Spoken<'_> {
    /// Sends a request, to one of the directory's own hosts alone.
    fn call(&self, request: Request) -> Result<transport::Response, transport::NotReached> {
        let host = Url::parse(&request.uri().to_string()).ok().and_then(|url| host_of(&url));
        match host.filter(|host| self.directory.hosts.contains(host)) {
            Some(_) => (self.transport)(request),
            None => Err(transport::NotReached(format!(
                "{} is not among the directory's hosts",
                request.uri().authority().map_or("", |authority| authority.as_str())
            ))),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.directory.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the directory says of itself, asked for at the first use and then twice a day. Whoever
    /// comes while it is asked waits for the answer.
    fn said(&self) -> Result<Arc<CoreProviderMetadata>, NotLetIn> {
        let mut known = self.known();
        if let Some((said, since)) = &known.said
            && within(*since, KNOWN_HOURS * 3_600, self.now)
        {
            return Ok(Arc::clone(said));
        }
        if known.failed.is_some_and(|failed| within(failed, AGAIN_SECONDS, self.now)) {
            return Err(no_answer("it gave no answer a moment ago"));
        }
        let call = |request: Request| self.call(request);
        match CoreProviderMetadata::discover(&self.directory.issuer, &call) {
            Ok(said) => {
                let said = Arc::new(said);
                *known = Known {
                    keys: Some((said.jwks().clone(), self.now)),
                    said: Some((Arc::clone(&said), self.now)),
                    failed: None,
                };
                Ok(said)
            }
            Err(error) => {
                known.failed = Some(self.now);
                Err(no_answer(format!("{error}{}", causes(&error))))
            }
        }
    }

    /// The keys that the directory signs with, as known; fresh ones if these have been of no use.
    fn keys(
        &self,
        said: &CoreProviderMetadata,
        fresh: bool,
    ) -> Result<CoreJsonWebKeySet, NotLetIn> {
        let mut known = self.known();
        match &known.keys {
            Some((keys, _)) if !fresh => return Ok(keys.clone()),
            Some((_, since)) if within(*since, AGAIN_SECONDS, self.now) => {
                return Err(NotLetIn::NotBelieved("no key of the directory fits".into()));
            }
            _ => {}
        }
        let call = |request: Request| self.call(request);
        // Asked for, whatever comes of it.
        if let Some((_, since)) = &mut known.keys {
            *since = self.now;
        }
        let keys = CoreJsonWebKeySet::fetch(said.jwks_uri(), &call).map_err(no_answer)?;
        known.keys = Some((keys.clone(), self.now));
        Ok(keys)
    }

    /// The address at the directory to which a browser goes.
    pub(super) fn way_there(&self, trip: &Trip, state: String) -> Result<Url, NotLetIn> {
        let said = self.said()?;
        let url = said.authorization_endpoint().url();
        if !host_of(url).is_some_and(|host| self.directory.hosts.contains(&host)) {
            return Err(NotLetIn::OtherHost(url.host_str().unwrap_or_default().to_owned()));
        }
        let verifier = PkceCodeVerifier::new(trip.verifier());
        let client = CoreClient::from_provider_metadata(
            CoreProviderMetadata::clone(&said),
            self.directory.client.clone(),
            None,
        )
        .set_redirect_uri(RedirectUrl::new(self.back.clone()).map_err(no_answer)?);
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (state, nonce) = (CsrfToken::new(state), Nonce::new(trip.nonce()));
        let (url, _, _) = client
            .authorize_url(flow, || state, || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url)
    }

    /// The account of which a code tells.
    pub(super) fn account(&self, trip: &Trip, code: String) -> Result<Name, NotLetIn> {
        let said = self.said()?;
        let answer = self.exchanged(&said, trip, code)?;
        match self.believed(&self.keys(&said, false)?, trip, &answer) {
            // Keys change.
            Err(Doubt::Key) => self
                .believed(&self.keys(&said, true)?, trip, &answer)
                .map_err(|_| NotLetIn::NotBelieved("no key of the directory fits".into())),
            Err(Doubt::Claims(why)) => Err(NotLetIn::NotBelieved(why)),
            Ok(subject) => Ok(subject),
        }
    }

    fn exchanged(
        &self,
        said: &CoreProviderMetadata,
        trip: &Trip,
        code: String,
    ) -> Result<CoreTokenResponse, NotLetIn> {
        // In the header, unless the directory takes it in the body alone.
        let methods = said.token_endpoint_auth_methods_supported();
        let by_body = methods.is_some_and(|all| {
            !all.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && all.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client = CoreClient::from_provider_metadata(
            said.clone(),
            self.directory.client.clone(),
            Some(self.directory.secret.clone()),
        )
        .set_redirect_uri(RedirectUrl::new(self.back.clone()).map_err(no_answer)?)
        .set_auth_type(if by_body { AuthType::RequestBody } else { AuthType::BasicAuth });
        let call = |request: Request| self.call(request);
        client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(no_answer)?
            .set_pkce_verifier(PkceCodeVerifier::new(trip.verifier()))
            .request(&call)
            .map_err(|error| no_answer(format!("{error}{}", causes(&error))))
    }

    /// The subject of an id token, if it is one of this directory's for this house and this way.
    fn believed(
        &self,
        keys: &CoreJsonWebKeySet,
        trip: &Trip,
        answer: &CoreTokenResponse,
    ) -> Result<Name, Doubt> {
        let claims = |why: &str| Doubt::Claims(why.to_owned());
        let token = answer.id_token().ok_or_else(|| claims("there is none"))?;
        let Directory { issuer, client, .. } = self.directory;
        let now = SystemTime::from(self.now);
        // Without the client's secret, so that nothing signed with it passes.
        let verifier =
            CoreIdTokenVerifier::new_public_client(client.clone(), issuer.clone(), keys.clone())
                .set_allowed_algs(ALGORITHMS)
                .set_time_fn(move || now.into());
        let said = token.claims(&verifier, &Nonce::new(trip.nonce())).map_err(Doubt::of)?;
        if said.authorized_party().is_some_and(|party| party != client) {
            return Err(claims("it was made for another client"));
        }
        if let Some(hash) = said.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|_| Doubt::Key)?;
            let key = token.signing_key(&verifier).map_err(|_| Doubt::Key)?;
            let ours = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if ours.is_ok_and(|ours| ours != *hash) {
                return Err(claims("it goes with another access token"));
            }
        }
        let subject = said.subject().as_str();
        // An act keeps it to the letter, or the account is taken for another.
        let kept = Name::parse(subject).ok().filter(|kept| kept.as_str() == subject);
        kept.filter(|_| subject.is_ascii())
            .ok_or_else(|| claims("its subject is too long, or not plain"))
    }
}

/// Why an id token is not believed.
enum Doubt {
    /// No key fits: other keys may.
    Key,
    Claims(String),
}

impl Doubt {
    fn of(error: ClaimsVerificationError) -> Doubt {
        use openidconnect::SignatureVerificationError as Signature;
        match error {
            ClaimsVerificationError::SignatureVerification(
                Signature::NoMatchingKey | Signature::AmbiguousKeyId(_) | Signature::CryptoError(_),
            ) => Doubt::Key,
            other => Doubt::Claims(format!("{other}{}", causes(&other))),
        }
    }
}

/// What lies under an error.
fn causes(error: &dyn std::error::Error) -> String {
    let mut told = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        next = cause.source();
    }
    told
}
