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
    pub access_key_id: &'a [u8],
    pub secret_access_key: &'a [u8],
    /// `YYYYMMDD`
    pub date: &'a [u8],
    pub region: &'a [u8],
    pub service: &'a [u8],
    pub asymmetric: bool,
}

impl<'a> Scope<'a> {
    fn new(rules: &'a SigningRules, secrets: Secrets<'a>, date: &'a [u8]) -> Self {
        Self {
            access_key_id: secrets.access_key_id,
            secret_access_key: secrets.secret_access_key,
            date,
            region: &rules.region,
            service: &rules.service,
            asymmetric: rules.algorithm == Algorithm::V4Asymmetric,
        }
    }

    /// Whether all of it is text. A key of anything else cannot be derived.
    pub fn check(&self) -> Result<()> {
        let invalid = |bytes: &&[u8]| str::from_utf8(bytes).is_err();
        if [self.access_key_id, self.secret_access_key].iter().any(invalid) {
            return Err(Error::new(Code::AUTH_SIGNING_INVALID_CREDENTIALS).because("not UTF-8"));
        }
        if [self.region, self.service].iter().any(invalid) {
            return Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION).because("not UTF-8"));
        }
        Ok(())
    }

    fn algorithm(&self) -> &'static [u8] {
        if self.asymmetric { b"AWS4-ECDSA-P256-SHA256" } else { b"AWS4-HMAC-SHA256" }
    }

    /// The credential scope, in pieces. An asymmetric signature is not bound to a region.
    fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + Clone {
        let region = [self.region, b"/"].into_iter().filter(|_| !self.asymmetric);
        [self.date, b"/"].into_iter().chain(region).chain([self.service, b"/aws4_request"])
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
    let signer = Signer {
        rules,
        scope: Scope::new(rules, secrets, &date_time[..8]),
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
    Scope::new(rules, secrets, b"").check()
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
    date_time: &'a [u8; 16],
    token: &'a [u8],
    payload_value: &'a Bytes,
    now: SystemTime,
}

/// In hexadecimal, as symmetric keys make them.
const SIGNATURE_LEN: usize = 64;

impl Signer<'_> {
    fn sign_headers(&self, head: &mut RequestHead) -> Result<()> {
        let added = self.added_headers();
        let signs_token = !self.rules.omit_session_token;
        let also_signed = added
            .iter()
            .flatten()
            .filter(|(name, _)| signs_token || *name != self.token_name())
            .map(|(name, value)| (name.as_bytes(), &value[..]));
        let signed = SignedHeaders::new(&head.headers, also_signed, self.rules);
        let target = Target::of(&head.target);
        let query = canonical::query(canonical::parameters(target.query)?);

        let pieces = [self.scope.algorithm(), b" Credential="].into_iter();
        let pieces = pieces.chain(self.credential()).chain([&b", SignedHeaders="[..]]);
        let names_at = pieces.clone().map(<[u8]>::len).sum::<usize>();
        let names_end = names_at + signed.names_len();
        let end = b", Signature=";
        let mut authorization = Vec::with_capacity(names_end + end.len() + SIGNATURE_LEN);
        pieces.for_each(|piece| authorization.extend_from_slice(piece));
        signed.write_names(&mut authorization);
        authorization.extend_from_slice(end);
        let names = &authorization[names_at..names_end];
        let to_sign = self.string_to_sign(&head.method, target.path, &signed, names, &query);
        self.sign(&to_sign, &mut authorization)?;
        added.into_iter().flatten().for_each(|(name, value)| head.headers.push(name, value));
        head.headers.push(AUTHORIZATION, authorization);
        Ok(())
    }

    fn sign_query(&self, head: &mut RequestHead) -> Result<()> {
        let signed = SignedHeaders::new(&head.headers, std::iter::empty(), self.rules);
        let Target { origin, path, query: given } = Target::of(&head.target);
        let mut names = Vec::new();
        signed.write_names(&mut names);
        let mut added = self.added_parameters(&names);

        let is_signed = |name: &str| !(self.rules.omit_session_token && name == self.token_name());
        let mut query = canonical::parameters(given)?;
        query.extend(added.iter().filter(|(name, _)| is_signed(name)).cloned());
        let query = canonical::query(query);
        let to_sign = self.string_to_sign(&head.method, path, &signed, &names, &query);
        let mut signature = Vec::with_capacity(SIGNATURE_LEN);
        self.sign(&to_sign, &mut signature)?;
        added.push(("X-Amz-Signature".into(), canonical::encode(&signature)));

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
    fn added_headers(&self) -> [Option<(&'static str, Bytes)>; 4] {
        let (has_token, asymmetric) = (!self.token.is_empty(), self.scope.asymmetric);
        let shows_payload = !self.rules.hides_payload_value;
        [
            has_token.then(|| (self.token_name(), Bytes::copy_from_slice(self.token))),
            Some((DATE, Bytes::copy_from_slice(self.date_time))),
            asymmetric.then(|| (REGION_SET, self.rules.region.clone())),
            shows_payload.then(|| (CONTENT_SHA256, self.payload_value.clone())),
        ]
    }

    /// Likewise, all but the signature.
    fn added_parameters(&self, signed_names: &[u8]) -> Vec<Parameter> {
        let mut added: Vec<Parameter> = Vec::with_capacity(8);
        let mut add =
            |name: &str, value: &[u8]| added.push((name.into(), canonical::encode(value)));
        add("X-Amz-Algorithm", self.scope.algorithm());
        add("X-Amz-Credential", &self.credential().collect::<Vec<_>>().concat());
        add(DATE, self.date_time);
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

    /// In pieces.
    fn credential(&self) -> impl Iterator<Item = &[u8]> + Clone {
        [self.scope.access_key_id, b"/"].into_iter().chain(self.scope.pieces())
    }

    fn string_to_sign(
        &self,
        method: &[u8],
        path: &[u8],
        signed: &SignedHeaders<'_>,
        signed_names: &[u8],
        query: &str,
    ) -> Vec<u8> {
        let path = canonical::path(path, self.rules);
        let mut request = Vec::with_capacity(1024);
        for line in [method, &path, query.as_bytes()] {
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
        for line in [self.scope.algorithm(), self.date_time] {
            string_to_sign.extend_from_slice(line);
            string_to_sign.push(b'\n');
        }
        self.scope.pieces().for_each(|piece| string_to_sign.extend_from_slice(piece));
        string_to_sign.push(b'\n');
        push_hex(&mut string_to_sign, hash.as_ref());
        string_to_sign
    }

    fn sign(&self, string_to_sign: &[u8], into: &mut Vec<u8>) -> Result<()> {
        self.rules.keys.sign(&self.scope, self.now, string_to_sign, into)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    String::from_utf8(text).unwrap_or_default()
}

pub(super) fn push_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        let digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        text.extend_from_slice(&digits);
    }
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
