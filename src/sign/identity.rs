//! As whom a request is signed, and the signature itself, which waits for nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::crt::Credentials;
use crate::error::{Code, Error, Result};
use crate::net::RequestHead;

use super::signature::{CONTENT_SHA256, Secrets, check_request, sign_with};
use super::{Algorithm, Payload, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SignatureType, SigningRules};

/// Credentials with less time left are as good as none: the service may see the request a little later.
pub(super) const LEAST_S: u64 = 5;

/// Credentials that requests can be signed with at any moment until they run out.
#[derive(Clone)]
pub struct Identity {
    credentials: Credentials,
    /// Seconds since the Unix epoch. None where these will do to the end: there are no others, or they came with so
    /// little time left that others would not be better.
    ends_s: Option<u64>,
}

impl Identity {
    /// `renewable` says whether there may be others later on.
    pub(super) fn new(credentials: Credentials, renewable: bool, now: SystemTime) -> Self {
        let ends_s = Some(credentials.expiration_s())
            .filter(|ends_s| renewable && *ends_s < u64::MAX && !is_over(*ends_s, now));
        Self { credentials, ends_s }
    }

    /// Whether they were good when they came, and are not any more.
    pub fn has_run_out(&self, now: SystemTime) -> bool {
        self.ends_s.is_some_and(|ends_s| is_over(ends_s, now))
    }

    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Whether a token came with the credentials, which is what expires.
    pub fn has_token(&self) -> bool {
        !self.credentials.session_token().is_empty()
    }

    /// Fails as [`sign`](Self::sign) would.
    pub fn check(&self, rules: &SigningRules, head: &RequestHead) -> Result<()> {
        rules.check()?;
        if self.credentials.is_anonymous() {
            return Ok(());
        }
        check_request(rules, head, secrets(&self.credentials))
    }

    /// Whether [`sign`](Self::sign) does no more to a head than to append fields. Those of a signature must not be
    /// there before; what is not signed may have them.
    pub fn only_appends(&self, rules: &SigningRules) -> bool {
        rules.signature_type == SignatureType::Headers && !self.credentials.is_anonymous()
    }

    /// Signs a request.
    ///
    /// Anonymous credentials leave it as it is, except that a streaming payload is still announced. Nothing here is
    /// worth a retry: an error means that no attempt can be signed.
    pub fn sign(
        &self,
        rules: &SigningRules,
        head: &mut RequestHead,
        payload: Payload,
        now: SystemTime,
    ) -> Result<()> {
        let value = rules.payload_value(payload);
        if !self.credentials.is_anonymous() {
            sign_with(rules, head, secrets(&self.credentials), &value, now)?;
        }
        announce(head, &value);
        Ok(())
    }
}

fn is_over(ends_s: u64, now: SystemTime) -> bool {
    let now_s = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    now_s.saturating_add(LEAST_S) >= ends_s
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
pub(super) fn check_explicit(
    algorithm: Algorithm,
    anonymous: bool,
    secrets: &Secrets<'_>,
) -> Result<()> {
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
    use std::time::Duration;

    use crate::crt::Allocator;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn what_was_good_runs_out_and_what_was_not_is_used_as_it_is() {
        let ends_at = |ends_s| {
            Credentials::new(Allocator::default(), b"AKID", b"secret", b"", ends_s).unwrap()
        };
        let obtained = Identity::new(ends_at(1000), true, at(900));
        assert!(!obtained.has_run_out(at(1000 - LEAST_S - 1)));
        assert!(obtained.has_run_out(at(1000 - LEAST_S)));
        for (ends_s, renewable) in [(1000, false), (900, true), (900 + LEAST_S, true), (0, true)] {
            let obtained = Identity::new(ends_at(ends_s), renewable, at(900));
            assert!(!obtained.has_run_out(at(5000)), "{ends_s} {renewable}");
        }
        assert!(!Identity::new(ends_at(u64::MAX), true, at(900)).has_run_out(at(u64::MAX >> 2)));
    }

    #[test]
    fn what_cannot_be_signed_is_known_beforehand() {
        let credentials =
            Credentials::new(Allocator::default(), b"AKID", b"secret", b"", u64::MAX).unwrap();
        let identity = Identity::new(credentials, false, at(900));
        let mut rules = SigningRules::default();
        rules.complete(b"us-east-1");
        for (target, header, code) in [
            ("/k?a=%41", "x-amz-meta-a", None),
            ("/k?a=%4", "x-amz-meta-a", Some(Code::MALFORMED_INPUT_STRING)),
            ("/k?X-Amz-Date=1", "a", Some(Code::AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM)),
            ("/k", "Authorization", Some(Code::AUTH_SIGNING_ILLEGAL_REQUEST_HEADER)),
        ] {
            let mut head = RequestHead::new("GET", target);
            head.headers.push(header, "value");
            let checked = identity.check(&rules, &head).err().map(|error| error.code());
            let signed = identity.sign(&rules, &mut head, Payload::Configured, at(900));
            assert_eq!((checked, signed.err().map(|error| error.code())), (code, code), "{target}");
        }
    }
}
