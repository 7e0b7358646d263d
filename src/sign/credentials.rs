//! From a configuration to credentials to a signed request.

use std::time::SystemTime;

use bytes::Bytes;

use crate::clock::Clock;
use crate::crt::{Credentials, CredentialsProvider};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::RequestHead;

use super::signature::{CONTENT_SHA256, Secrets, sign_with};
use super::{Algorithm, Payload, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SessionSource, SigningRules};

/// A caller's signing configuration, owned: how to sign, and as whom.
#[derive(Clone, Default)]
pub struct SigningConfig {
    pub rules: SigningRules,
    /// Beats the provider.
    pub credentials: Option<Credentials>,
    pub credentials_provider: Option<CredentialsProvider>,
    /// Where sessions come from; looked at for S3 Express alone.
    pub session: Option<SessionSource>,
}

impl SigningConfig {
    /// Borrows credentials and provider of the client when this configuration, a request's own, has neither.
    pub fn borrow_credentials(&mut self, client: &Self) {
        if self.credentials.is_none() && self.credentials_provider.is_none() {
            self.credentials.clone_from(&client.credentials);
            self.credentials_provider.clone_from(&client.credentials_provider);
        }
    }

    /// Whose sessions are wanted: the caller's own credentials, as they are right now.
    pub async fn original_credentials(&self) -> Result<Credentials> {
        match (&self.credentials, &self.credentials_provider) {
            (Some(credentials), _) => Ok(credentials.clone()),
            (None, Some(provider)) => provider.credentials().await,
            (None, None) => Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION)),
        }
    }
}

/// Signs a request with the credentials of the configuration, or with what its provider gives right now.
///
/// Anonymous credentials leave the request as it is, except that a streaming payload is still announced. Nothing here
/// is worth a retry: an error means that no attempt can be signed.
pub async fn sign(
    config: &SigningConfig,
    head: &mut RequestHead,
    payload: Payload,
    clock: &Clock,
) -> Result<()> {
    config.rules.check()?;
    let own = match config.rules.algorithm {
        Algorithm::S3Express => in_session(config).await?,
        _ => config.credentials.clone(),
    };
    // The time is that of the signature, however long the credentials took.
    match own {
        Some(credentials) => sign_as(&config.rules, &credentials, head, payload, clock.wall()),
        None => {
            let credentials = provided(config).await?;
            finish(&config.rules, &credentials, head, payload, clock.wall())
        }
    }
}

/// The credentials of a session with the bucket. Whatever the providers fail with is told as it is; where there is
/// simply no session, the configuration's own provider has the last word.
async fn in_session(config: &SigningConfig) -> Result<Option<Credentials>> {
    let unusable = || Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION);
    let source = config.session.as_ref().ok_or_else(unusable)?;
    let original = config.original_credentials().await?;
    source.sessions.credentials(original, &source.wanted).await
}

/// Signs a request with these credentials instead of the configuration's: with those of a session.
pub fn sign_as(
    rules: &SigningRules,
    credentials: &Credentials,
    head: &mut RequestHead,
    payload: Payload,
    now: SystemTime,
) -> Result<()> {
    rules.check()?;
    check_explicit(rules.algorithm, credentials.is_anonymous(), &secrets(credentials))?;
    finish(rules, credentials, head, payload, now)
}

/// Asks the provider. It may refuse with an error of its own; having asked in vain is always the same error.
async fn provided(config: &SigningConfig) -> Result<Credentials> {
    let Some(provider) = &config.credentials_provider else {
        return Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION));
    };
    let in_vain = |error: Error| {
        log!(Error, Credentials, "the credentials provider failed: {error}");
        Error::new(Code::AUTH_SIGNING_NO_CREDENTIALS).because(error)
    };
    let answer = provider.ask()?.await;
    answer
        .unwrap_or_else(|dropped| Err(Error::new(Code::UNKNOWN).because(dropped)))
        .map_err(in_vain)
}

fn finish(
    rules: &SigningRules,
    credentials: &Credentials,
    head: &mut RequestHead,
    payload: Payload,
    now: SystemTime,
) -> Result<()> {
    let value = rules.payload_value(payload);
    if !credentials.is_anonymous() {
        sign_with(rules, head, secrets(credentials), &value, now)?;
    }
    announce(head, &value);
    Ok(())
}

/// Tells the server of a streaming body, also when the request is not signed or signed in its query.
fn announce(head: &mut RequestHead, payload_value: &Bytes) {
    if payload_value == STREAMING_UNSIGNED_PAYLOAD_TRAILER {
        head.headers.set(CONTENT_SHA256, payload_value.clone());
    }
}

/// What credentials consist of.
pub fn secrets(credentials: &Credentials) -> Secrets<'_> {
    Secrets {
        access_key_id: credentials.access_key_id(),
        secret_access_key: credentials.secret_access_key(),
        session_token: credentials.session_token(),
    }
}

/// Credentials that the caller chose must be complete; those of a provider are taken as they come.
fn check_explicit(algorithm: Algorithm, anonymous: bool, secrets: &Secrets<'_>) -> Result<()> {
    let keyless = secrets.access_key_id.is_empty() || secrets.secret_access_key.is_empty();
    let unusable = match algorithm {
        Algorithm::V4 => keyless && !anonymous,
        Algorithm::S3Express => anonymous || keyless || secrets.session_token.is_empty(),
        Algorithm::V4Asymmetric | Algorithm::Unknown(_) => false,
    };
    if unusable { Err(Error::new(Code::AUTH_SIGNING_INVALID_CREDENTIALS)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explicit_credentials() {
        let given =
            |access_key_id: &'static str, secret: &'static str, token: &'static str| Secrets {
                access_key_id: access_key_id.as_bytes(),
                secret_access_key: secret.as_bytes(),
                session_token: token.as_bytes(),
            };
        for (algorithm, anonymous, secrets, usable) in [
            (Algorithm::V4, false, given("a", "s", ""), true),
            (Algorithm::V4, false, given("", "s", ""), false),
            (Algorithm::V4, false, given("a", "", ""), false),
            (Algorithm::V4, true, given("", "", ""), true),
            (Algorithm::V4Asymmetric, false, given("", "", ""), true),
            (Algorithm::S3Express, false, given("a", "s", "t"), true),
            (Algorithm::S3Express, false, given("a", "s", ""), false),
            (Algorithm::S3Express, false, given("a", "", "t"), false),
            (Algorithm::S3Express, true, given("a", "s", "t"), false),
        ] {
            let code =
                check_explicit(algorithm, anonymous, &secrets).err().map(|error| error.code());
            assert_eq!(
                code,
                (!usable).then_some(Code::AUTH_SIGNING_INVALID_CREDENTIALS),
                "{algorithm:?}"
            );
        }
    }

    #[test]
    fn only_streaming_is_announced() {
        let mut head = RequestHead::new("PUT", "/k");
        announce(&mut head, &Bytes::from_static(b"UNSIGNED-PAYLOAD"));
        assert!(head.headers.is_empty());
        for _ in 0..2 {
            announce(&mut head, &Bytes::from_static(STREAMING_UNSIGNED_PAYLOAD_TRAILER.as_bytes()));
        }
        assert_eq!(head.headers.value(CONTENT_SHA256).unwrap(), STREAMING_UNSIGNED_PAYLOAD_TRAILER);
        assert_eq!(head.headers.len(), 1);
    }
}

/// What needs credentials of the CRT's making.
#[cfg(test)]
mod crt_tests {
    use crate::crt::Allocator;

    use super::*;

    fn config(algorithm: Algorithm) -> SigningConfig {
        let mut rules = SigningRules { algorithm, ..SigningRules::default() };
        rules.complete(b"us-east-1");
        SigningConfig { rules, ..SigningConfig::default() }
    }

    fn credentials(token: &str) -> Credentials {
        Credentials::new(Allocator::default(), b"AKID", b"secret", token.as_bytes(), u64::MAX)
            .unwrap()
    }

    fn sign_put(config: &SigningConfig) -> Result<RequestHead, Code> {
        let mut head = RequestHead::new("PUT", "/k");
        head.headers.push("Host", "h");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let signed = runtime.block_on(sign(config, &mut head, Payload::Trailer, &Clock::system()));
        signed.map(|()| head).map_err(|error| error.code())
    }

    #[test]
    fn own_credentials_come_first() {
        let client =
            SigningConfig { credentials: Some(credentials("client")), ..config(Algorithm::V4) };
        let mut own =
            SigningConfig { credentials: Some(credentials("own")), ..config(Algorithm::V4) };
        let mut none = config(Algorithm::V4);
        assert_eq!(sign_put(&none).unwrap_err(), Code::AUTH_SIGNING_INVALID_CONFIGURATION);
        own.borrow_credentials(&client);
        none.borrow_credentials(&client);
        for (config, token) in [(own, "own"), (none, "client")] {
            let head = sign_put(&config).unwrap();
            assert_eq!(head.headers.value("X-Amz-Security-Token").unwrap(), token);
            // Set again after signing, hence behind the signature.
            let last = head.headers.iter().last().unwrap();
            assert_eq!(
                last,
                &("x-amz-content-sha256".into(), STREAMING_UNSIGNED_PAYLOAD_TRAILER.into())
            );
            assert_eq!(head.headers.values(CONTENT_SHA256).count(), 1);
        }
    }

    #[test]
    fn sessions_need_a_token() {
        let express = config(Algorithm::S3Express);
        let mut head = RequestHead::new("GET", "/k");
        let mut sign = |token| {
            let signed = sign_as(
                &express.rules,
                &credentials(token),
                &mut head,
                Payload::Configured,
                SystemTime::now(),
            );
            signed.map_err(|error| error.code())
        };
        assert_eq!(sign(""), Err(Code::AUTH_SIGNING_INVALID_CREDENTIALS));
        assert_eq!(sign("session"), Ok(()));
        assert_eq!(head.headers.value("x-amz-s3session-token").unwrap(), "session");
    }
}
