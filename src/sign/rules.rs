//! How requests are signed, and the checks that come before any signature.

use std::sync::{Arc, Weak};

use bytes::Bytes;

use crate::error::{Code, Error, Result};

use super::keys::Keys;

/// Payload value of a body that is not part of the signature.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Payload value of an aws-chunked body with an unsigned trailer.
pub const STREAMING_UNSIGNED_PAYLOAD_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

const DEFAULT_SERVICE: &str = "s3";

/// Says whether a header of the message may be signed.
pub type HeaderFilter = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// `enum aws_signing_algorithm`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    #[default]
    V4,
    V4Asymmetric,
    S3Express,
    /// A number that means nothing; refused when a request is signed.
    Unknown(u32),
}

impl From<u32> for Algorithm {
    fn from(number: u32) -> Self {
        match number {
            0 => Self::V4,
            1 => Self::V4Asymmetric,
            2 => Self::S3Express,
            _ => Self::Unknown(number),
        }
    }
}

/// `enum aws_signature_type`, as far as a request can be signed that way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureType {
    #[default]
    Headers,
    QueryParams,
    /// Chunks, events and canonical requests; refused when a request is signed.
    Other(u32),
}

impl From<u32> for SignatureType {
    fn from(number: u32) -> Self {
        match number {
            0 => Self::Headers,
            1 => Self::QueryParams,
            _ => Self::Other(number),
        }
    }
}

/// What the signature says about the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// What the configuration says.
    Configured,
    /// An aws-chunked body with a trailer, unless the configuration gives a literal of its own.
    Trailer,
    /// A request of a multipart upload that carries no object bytes: never the value of a trailer.
    NoPart,
}

/// `struct aws_signing_config_aws` without the credentials, owned.
#[derive(Clone, Default)]
pub struct SigningRules {
    /// `config_type` of the C struct; 1 is the only kind that can be signed with.
    pub config_type: u32,
    pub algorithm: Algorithm,
    pub signature_type: SignatureType,
    /// Region, or region set for SigV4a.
    pub region: Bytes,
    pub service: Bytes,
    pub should_sign_header: Option<HeaderFilter>,
    pub double_encode_path: bool,
    pub normalize_path: bool,
    /// The session token is sent, but not signed.
    pub omit_session_token: bool,
    /// The value for the payload is signed, but not sent in a header of its own.
    pub hides_payload_value: bool,
    /// Goes where the hash of the body would be.
    pub signed_body_value: Bytes,
    /// Of a presigned request; 0 leaves the parameter out.
    pub expiration_s: u64,
    pub(super) keys: Arc<Keys>,
}

impl SigningRules {
    /// Fills in what was left empty: the client's region, service `s3`, an unsigned body.
    pub fn complete(&mut self, client_region: &[u8]) {
        if self.config_type == 0 {
            self.config_type = 1;
        }
        let defaults = [
            (&mut self.region, client_region),
            (&mut self.service, DEFAULT_SERVICE.as_bytes()),
            (&mut self.signed_body_value, UNSIGNED_PAYLOAD.as_bytes()),
        ];
        for (field, default) in defaults {
            if field.is_empty() {
                *field = Bytes::copy_from_slice(default);
            }
        }
    }

    /// The derived keys, for as long as somebody signs with them.
    pub fn keys(&self) -> Weak<Keys> {
        Arc::downgrade(&self.keys)
    }

    /// Keeps derived keys where `other` does, as its clones do.
    pub fn share_keys(&mut self, other: &Self) {
        self.keys.clone_from(&other.keys);
    }

    /// The payload value of one request.
    pub fn payload_value(&self, payload: Payload) -> Bytes {
        let value = &self.signed_body_value;
        match payload {
            Payload::Trailer if value == UNSIGNED_PAYLOAD => {
                Bytes::from_static(STREAMING_UNSIGNED_PAYLOAD_TRAILER.as_bytes())
            }
            Payload::NoPart if value == STREAMING_UNSIGNED_PAYLOAD_TRAILER => {
                Bytes::from_static(UNSIGNED_PAYLOAD.as_bytes())
            }
            _ => value.clone(),
        }
    }

    /// The checks that do not need credentials.
    pub(super) fn check(&self) -> Result<()> {
        if self.config_type != 1 {
            return Err(Error::new(Code::AUTH_SIGNING_MISMATCHED_CONFIGURATION));
        }
        let unusable = matches!(self.signature_type, SignatureType::Other(_))
            || matches!(self.algorithm, Algorithm::Unknown(_))
            || self.region.is_empty()
            || self.service.is_empty();
        if unusable {
            return Err(Error::new(Code::AUTH_SIGNING_INVALID_CONFIGURATION));
        }
        Ok(())
    }
}

impl std::fmt::Debug for SigningRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningRules")
            .field("algorithm", &self.algorithm)
            .field("signature_type", &self.signature_type)
            .field("region", &self.region)
            .field("service", &self.service)
            .field("signed_body_value", &self.signed_body_value)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> SigningRules {
        let mut config = SigningRules::default();
        config.complete(b"eu-west-1");
        config
    }

    #[test]
    fn what_was_left_empty() {
        let config = config();
        assert_eq!(
            (config.config_type, &config.region[..], &config.service[..]),
            (1, &b"eu-west-1"[..], &b"s3"[..])
        );
        assert_eq!(config.signed_body_value, UNSIGNED_PAYLOAD);

        let mut given = SigningRules {
            config_type: 2,
            region: "r".into(),
            service: "s3express".into(),
            signed_body_value: "x".into(),
            ..SigningRules::default()
        };
        given.complete(b"eu-west-1");
        assert_eq!(
            (given.config_type, &given.region[..], &given.service[..]),
            (2, &b"r"[..], &b"s3express"[..])
        );
        assert_eq!(given.signed_body_value, "x");
    }

    #[test]
    fn payload_values() {
        let unsigned = config();
        let streaming = SigningRules {
            signed_body_value: STREAMING_UNSIGNED_PAYLOAD_TRAILER.into(),
            ..config()
        };
        let literal = SigningRules { signed_body_value: "e3b0".into(), ..config() };
        for (config, payload, value) in [
            (&unsigned, Payload::Configured, UNSIGNED_PAYLOAD),
            (&unsigned, Payload::Trailer, STREAMING_UNSIGNED_PAYLOAD_TRAILER),
            (&unsigned, Payload::NoPart, UNSIGNED_PAYLOAD),
            (&streaming, Payload::Configured, STREAMING_UNSIGNED_PAYLOAD_TRAILER),
            (&streaming, Payload::NoPart, UNSIGNED_PAYLOAD),
            (&literal, Payload::Trailer, "e3b0"),
            (&literal, Payload::NoPart, "e3b0"),
        ] {
            assert_eq!(config.payload_value(payload), value, "{payload:?}");
        }
    }

    #[test]
    fn refused() {
        let cases = [
            (SigningRules { config_type: 2, region: Bytes::new(), ..config() }, 6145),
            (SigningRules { signature_type: 3.into(), ..config() }, 6149),
            (SigningRules { algorithm: 3.into(), ..config() }, 6149),
            (SigningRules { region: Bytes::new(), ..config() }, 6149),
            (SigningRules { service: Bytes::new(), ..config() }, 6149),
        ];
        for (config, code) in cases {
            assert_eq!(config.check().unwrap_err().code().0, code, "{config:?}");
        }
        assert!(config().check().is_ok());
    }
}
