//! S3 Express: requests to a directory bucket are signed with the credentials of a session with that bucket.
//!
//! [`Bucket`] says which session is meant, [`Sessions`] is whoever has them: the library's own keeper or a provider of
//! the program's. Which sessions there are is written down in a [`Book`](super::Book), under [`SessionName`]s.

use std::pin::Pin;
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;

use crate::crt;
use crate::error::Result;
use crate::net::{Headers, Origin};

use super::Secrets;

/// Headers of a request that CreateSession is sent as well, in this order.
const PASSED_ON: [&str; 5] = [
    "x-amz-create-session-mode",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-context",
    "x-amz-server-side-encryption-bucket-key-enabled",
];

/// Everything but the credentials that makes two sessions the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub origin: Arc<Origin>,
    /// Region to sign CreateSession for.
    pub region: Bytes,
    /// What CreateSession is sent of the caller's headers.
    pub headers: Vec<(&'static str, Bytes)>,
}

impl Bucket {
    pub fn new(origin: Arc<Origin>, region: Bytes, message: &Headers) -> Self {
        let find = |name| Some((name, message.value(name)?.clone()));
        let headers = PASSED_ON.into_iter().filter_map(find).filter(|(_, value)| !value.is_empty());
        Self { origin, region, headers: headers.collect() }
    }
}

/// What a session is asked for with.
#[derive(Clone)]
pub struct Wanted {
    pub bucket: Arc<Bucket>,
    /// The header block of the caller's message, for providers of the program's.
    pub headers: crt::Headers,
}

/// An answer on its way; `None` when there is no session, and no error either.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Option<crt::Credentials>>> + Send + 'a>>;

/// Whoever has sessions.
pub trait Sessions: Send + Sync {
    /// The credentials of a session that those of the caller lead to. The answer may be dropped at any time.
    fn credentials<'a>(&'a self, original: crt::Credentials, wanted: &'a Wanted) -> Asking<'a>;

    /// The service does not accept this session any more: it is not to be handed out again.
    fn refused(&self, _session: &crt::Credentials) {}
}

/// Why there is no session: the credentials that it was asked for with have expired. With what the service said.
#[derive(Debug)]
pub struct OriginalExpired(pub String);

impl std::fmt::Display for OriginalExpired {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OriginalExpired {}

/// Where the sessions of one meta request come from.
#[derive(Clone)]
pub struct SessionSource {
    pub sessions: Arc<dyn Sessions>,
    pub wanted: Wanted,
}

/// What a session is known by: a hash, so that no secret is kept that is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionName([u8; 32]);

impl SessionName {
    pub fn new(bucket: &Bucket, original: Secrets<'_>) -> Self {
        let Bucket { origin, region, headers } = bucket;
        let scheme_and_port = [&[u8::from(origin.tls)], &origin.port.to_be_bytes()[..]].concat();
        let fixed = [
            &scheme_and_port,
            origin.host.as_bytes(),
            region,
            original.access_key_id,
            original.secret_access_key,
            original.session_token,
        ];
        let headers = headers.iter().flat_map(|(name, value)| [name.as_bytes(), &value[..]]);
        let mut hash = Context::new(&SHA256);
        for piece in fixed.into_iter().chain(headers) {
            // With their lengths, no two lists of pieces look the same.
            hash.update(&(piece.len() as u64).to_be_bytes());
            hash.update(piece);
        }
        let mut name = [0; 32];
        name.copy_from_slice(hash.finish().as_ref());
        Self(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(host: &str, region: &'static str, headers: &[(&str, &str)]) -> Bucket {
        let mut message = Headers::new();
        for (name, value) in headers {
            message.push(name.to_string(), value.to_string());
        }
        let origin = Origin { tls: true, host: host.to_owned(), port: 443 };
        Bucket::new(Arc::new(origin), region.into(), &message)
    }

    fn secrets(key: &'static str, secret: &'static str, token: &'static str) -> Secrets<'static> {
        Secrets {
            access_key_id: key.as_bytes(),
            secret_access_key: secret.as_bytes(),
            session_token: token.as_bytes(),
        }
    }

    #[test]
    fn five_headers_are_passed_on_in_their_order() {
        let given = [
            ("Range", "bytes=0-1"),
            ("x-amz-server-side-encryption-context", ""),
            ("X-Amz-Server-Side-Encryption", "aws:kms"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-create-session-mode", "ReadOnly"),
        ];
        let expected = [
            ("x-amz-create-session-mode", "ReadOnly"),
            ("x-amz-server-side-encryption", "aws:kms"),
        ];
        let passed_on = bucket("h", "r", &given).headers;
        assert_eq!(passed_on, expected.map(|(name, value)| (name, Bytes::from(value))));
    }

    #[test]
    fn everything_that_makes_a_session_names_it() {
        let mode = [("x-amz-create-session-mode", "ReadOnly")];
        let plain = bucket("host", "region", &[]);
        let mut elsewhere = plain.clone();
        elsewhere.origin = Arc::new(Origin { port: 8080, ..(*plain.origin).clone() });
        let mut clear = plain.clone();
        clear.origin = Arc::new(Origin { tls: false, ..(*plain.origin).clone() });
        let names = [
            SessionName::new(&plain, secrets("key", "secret", "")),
            SessionName::new(&plain, secrets("keys", "ecret", "")),
            SessionName::new(&plain, secrets("key", "secret", "token")),
            SessionName::new(&bucket("hostr", "egion", &[]), secrets("key", "secret", "")),
            SessionName::new(&bucket("host", "other", &[]), secrets("key", "secret", "")),
            SessionName::new(&bucket("host", "region", &mode), secrets("key", "secret", "")),
            SessionName::new(&elsewhere, secrets("key", "secret", "")),
            SessionName::new(&clear, secrets("key", "secret", "")),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{index}");
        }
        let same = bucket("host", "region", &[("Host", "other")]);
        assert_eq!(SessionName::new(&same, secrets("key", "secret", "")), names[0]);
    }
}
