//! Signing of requests: SigV4, SigV4a and the session flavour of SigV4 that S3 Express uses.
//!
//! [`SigningConfig`] is the caller's wish, owned. [`obtain`] finds the credentials, which may take its time; the
//! [`Identity`] that comes of it checks that a request can be signed, and at any later moment adds the signature to its
//! head at once, as headers or as query parameters. The cryptography is aws-sigv4's; the
//! canonical request is built here, because the bytes that S3 clients of this family have always signed differ from
//! what that crate canonicalises (`+` in a query, paths that `http::Uri` refuses, presigning without an expiration,
//! which headers count), and because the derived keys can then be kept.

#![forbid(unsafe_code)]

mod canonical;
mod credentials;
mod identity;
mod keys;
mod rules;
mod session;
mod session_book;
mod signature;
mod timestamp;

pub use credentials::{SigningConfig, obtain, obtain_other};
pub use identity::{Identity, secrets};
pub use keys::Keys;
pub use rules::{
    Algorithm, HeaderFilter, Payload, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SignatureType,
    SigningRules, UNSIGNED_PAYLOAD,
};
pub use session::{Asking, Bucket, OriginalExpired, SessionName, SessionSource, Sessions, Wanted};
pub use session_book::{Book, Ended, Found, Session};
pub use signature::{Secrets, hex, sign_with};
