//! The head of a request and of a response: everything but the body.

use bytes::Bytes;

use super::Headers;

/// Method, target and header fields as they go on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestHead {
    pub method: Bytes,
    /// Path and query, already percent-encoded, or a whole URL (see [`Target`](super::Target)).
    pub target: Bytes,
    /// Written as they are: framing fields (`Content-Length`, `Transfer-Encoding`) and `Host` are the caller's.
    pub headers: Headers,
}

impl RequestHead {
    pub fn new(method: impl Into<Bytes>, target: impl Into<Bytes>) -> Self {
        Self { method: method.into(), target: target.into(), headers: Headers::new() }
    }
}

/// Status and header fields of a final response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseHead {
    pub status: u16,
    pub headers: Headers,
}
