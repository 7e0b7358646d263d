//! One signature: from a request head and secrets to a signed head.

use std::time::SystemTime;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;

use crate::error::{Code, Error, Result};
use crate::net::{RequestHead, Target};

use super::canonical::{self, Parameter, SignedHeaders};
use super::timestamp::timestamp;
use super::{Algorithm, SignatureType, SigningRules};

const AUTHORIZATION: &str = "Authorization";
pub(super) const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DATE: &str = "X-Amz-Date";
const REGION_SET: &str = "X-Amz-Region-Set";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
const SESSION_TOKEN: &str = "X-Amz-S3session-Token";

/// What the signer adds itself and therefore must not find in a message.
const FORBIDDEN_HEADERS: [&str; 5] =
    [CONTENT_SHA256, DATE, AUTHORIZATION, REGION_SET, SECURITY_TOKEN];
const FORBIDDEN_PARAMETERS: [&str; 8] = [
    "X-Amz-Signature",
    DATE,
    "X-Amz-Credential",
    "X-Amz-Algorithm",
    "X-Amz-SignedHeaders",
    SECURITY_TOKEN,
    "X-Amz-Expires",
    REGION_SET,
];

/// What a signature is made with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secrets<'a> {
    pub access_key_id: &'a [u8],
    pub secret_access_key: &'a [u8],
    /// Empty when there is none.
    pub session_token: &'a [u8],
}

/// Everything that a derived key depends on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    /// `YYYYMMDD`
    pub date: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    pub asymmetric: bool,
}

impl<'a> Scope<'a> {
    fn new(rules: &'a SigningRules, secrets: Secrets<'a>, date: &'a str) -> Result<Self> {
        let key = |part| text(part, Code::AUTH_SIGNING_INVALID_CREDENTIALS);
        let rule = |value| text(value, Code::AUTH_SIGNING_INVALID_CONFIGURATION);
        Ok(Self {
            access_key_id: key(secrets.access_key_id)?,
            secret_access_key: key(secrets.secret_access_key)?,
            date,
            region: rule(&rules.region)?,
            service: rule(&rules.service)?,
            asymmetric: rules.algorithm == Algorithm::V4Asymmetric,
        })
    }

    fn algorithm(&self) -> &'static str {
        if self.asymmetric { "AWS4-ECDSA-P256-SHA256" } else { "AWS4-HMAC-SHA256" }
    }

    /// The credential scope. An asymmetric signature is not bound to a region.
    fn text(&self) -> String {
        match self.asymmetric {
            true => [self.date, "/", self.service, "/aws4_request"].concat(),
            false => [self.date, "/", self.region, "/", self.service, "/aws4_request"].concat(),
        }
    }
}

/// Adds a signature to the head of a request.
///
/// `AUTH_SIGNING_ILLEGAL_REQUEST_HEADER` and `..._QUERY_PARAM` when the message already carries what the signer adds,
/// `MALFORMED_INPUT_STRING` when its query has a broken escape. A head that could not be signed is unchanged.
pub fn sign_with(
    rules: &SigningRules,
    head: &mut RequestHead,
    secrets: Secrets<'_>,
    payload_value: &Bytes,
    now: SystemTime,
) -> Result<()> {
    rules.check()?;
    check_message(rules, head)?;
    let date_time = timestamp(now);
    let scope = Scope::new(rules, secrets, &date_time[..8])?;
    let signer = Signer {
        rules,
        scope,
        scope_text: scope.text(),
        date_time: &date_time,
        token: secrets.session_token,
        payload_value,
        now,
    };
    match rules.signature_type {
        SignatureType::QueryParams => signer.sign_query(head),
        _ => signer.sign_headers(head),
    }
}

/// Fails as [`sign_with`] would.
pub fn check_request(rules: &SigningRules, head: &RequestHead, secrets: Secrets<'_>) -> Result<()> {
    rules.check()?;
    check_message(rules, head)?;
    canonical::parameters(Target::of(&head.target).query)?;
    Scope::new(rules, secrets, "").map(|_| ())
}

fn text(bytes: &[u8], otherwise: Code) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| Error::new(otherwise).because(error))
}

fn check_message(rules: &SigningRules, head: &RequestHead) -> Result<()> {
    let session = (rules.algorithm == Algorithm::S3Express).then_some(SESSION_TOKEN);
    let mut forbidden = FORBIDDEN_HEADERS.into_iter().chain(session);
    if let Some(name) = forbidden.find(|name| head.headers.contains(name)) {
        return Err(Error::new(Code::AUTH_SIGNING_ILLEGAL_REQUEST_HEADER).because(name));
    }
    for (key, _) in canonical::raw_parameters(Target::of(&head.target).query) {
        let key = canonical::decode(key)?;
        if let Some(name) =
            FORBIDDEN_PARAMETERS.iter().find(|name| key.eq_ignore_ascii_case(name.as_bytes()))
        {
            return Err(Error::new(Code::AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM).because(*name));
        }
    }
    Ok(())
}

struct Signer<'a> {
    rules: &'a SigningRules,
    scope: Scope<'a>,
    scope_text: String,
    date_time: &'a str,
    token: &'a [u8],
    payload_value: &'a Bytes,
    now: SystemTime,
}

impl Signer<'_> {
    fn sign_headers(&self, head: &mut RequestHead) -> Result<()> {
        let added = self.added_headers();
        let signs_token = !self.rules.omit_session_token;
        let also_signed = added
            .iter()
            .filter(|(name, _)| signs_token || *name != self.token_name())
            .map(|(name, value)| (name.as_bytes(), &value[..]));
        let signed = SignedHeaders::new(&head.headers, also_signed, self.rules);
        let query = canonical::parameters(Target::of(&head.target).query)?;
        let names = signed.names();
        let signature = self.signature(head, &signed, &names, canonical::query(query));

        let mut authorization = Vec::with_capacity(256);
        for piece in [
            self.scope.algorithm().as_bytes(),
            b" Credential=",
            self.scope.access_key_id.as_bytes(),
            b"/",
            self.scope_text.as_bytes(),
            b", SignedHeaders=",
            &names,
            b", Signature=",
            signature.as_bytes(),
        ] {
            authorization.extend_from_slice(piece);
        }
        added.into_iter().for_each(|(name, value)| head.headers.push(name, value));
        head.headers.push(AUTHORIZATION, authorization);
        Ok(())
    }

    fn sign_query(&self, head: &mut RequestHead) -> Result<()> {
        let signed = SignedHeaders::new(&head.headers, std::iter::empty(), self.rules);
        let Target { origin, path, query: given } = Target::of(&head.target);
        let names = signed.names();
        let mut added = self.added_parameters(&names);

        let is_signed = |name: &str| !(self.rules.omit_session_token && name == self.token_name());
        let mut query = canonical::parameters(given)?;
        query.extend(added.iter().filter(|(name, _)| is_signed(name)).cloned());
        let signature = self.signature(head, &signed, &names, canonical::query(query));
        added.push(("X-Amz-Signature".into(), signature));

        let mut target = Vec::with_capacity(head.target.len() + 512);
        target.extend_from_slice(origin);
        target.extend_from_slice(path);
        let added = added.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes()));
        for (index, (key, value)) in canonical::raw_parameters(given).chain(added).enumerate() {
            for piece in [if index == 0 { b"?" } else { b"&" }, key, b"=", value] {
                target.extend_from_slice(piece);
            }
        }
        head.target = target.into();
        Ok(())
    }

    /// In the order in which they are appended to the message.
    fn added_headers(&self) -> Vec<(&'static str, Bytes)> {
        let mut added = Vec::with_capacity(4);
        if !self.token.is_empty() {
            added.push((self.token_name(), Bytes::copy_from_slice(self.token)));
        }
        added.push((DATE, Bytes::copy_from_slice(self.date_time.as_bytes())));
        if self.scope.asymmetric {
            added.push((REGION_SET, self.rules.region.clone()));
        }
        if !self.rules.hides_payload_value {
            added.push((CONTENT_SHA256, self.payload_value.clone()));
        }
        added
    }

    /// Likewise, all but the signature.
    fn added_parameters(&self, signed_names: &[u8]) -> Vec<Parameter> {
        let mut added: Vec<Parameter> = Vec::with_capacity(8);
        let mut add =
            |name: &str, value: &[u8]| added.push((name.into(), canonical::encode(value)));
        add("X-Amz-Algorithm", self.scope.algorithm().as_bytes());
        add("X-Amz-Credential", self.credential().as_bytes());
        add(DATE, self.date_time.as_bytes());
        add("X-Amz-SignedHeaders", signed_names);
        if self.rules.expiration_s > 0 {
            add("X-Amz-Expires", self.rules.expiration_s.to_string().as_bytes());
        }
        if !self.token.is_empty() {
            add(self.token_name(), self.token);
        }
        if self.scope.asymmetric {
            add(REGION_SET, &self.rules.region);
        }
        added
    }

    fn token_name(&self) -> &'static str {
        if self.rules.algorithm == Algorithm::S3Express { SESSION_TOKEN } else { SECURITY_TOKEN }
    }

    fn credential(&self) -> String {
        [self.scope.access_key_id, "/", &self.scope_text].concat()
    }

    fn signature(
        &self,
        head: &RequestHead,
        signed: &SignedHeaders<'_>,
        signed_names: &[u8],
        query: String,
    ) -> String {
        let path = canonical::path(Target::of(&head.target).path, self.rules);
        let mut request = Vec::with_capacity(1024);
        for line in [&head.method[..], &path, query.as_bytes()] {
            request.extend_from_slice(line);
            request.push(b'\n');
        }
        signed.write(&mut request);
        request.push(b'\n');
        request.extend_from_slice(signed_names);
        request.push(b'\n');
        request.extend_from_slice(self.payload_value);

        let hash = digest(&SHA256, &request);
        // In the same memory, which is large enough.
        let mut string_to_sign = request;
        string_to_sign.clear();
        for line in [self.scope.algorithm(), self.date_time, &self.scope_text] {
            string_to_sign.extend_from_slice(line.as_bytes());
            string_to_sign.push(b'\n');
        }
        push_hex(&mut string_to_sign, hash.as_ref());
        self.rules.keys.signature(&self.scope, self.now, &string_to_sign)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    String::from_utf8(text).unwrap_or_default()
}

fn push_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        text.extend_from_slice(&digits);
    }
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
