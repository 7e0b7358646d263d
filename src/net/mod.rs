//! The network engine: HTTP/1.1 over TCP and TLS, and the connections it runs on.
//!
//! Bytes move once here: a response body goes from the socket into the memory that the caller offers, a request body
//! from the caller's memory to the socket. Everything runs on the current-thread runtime of the worker that awaits it
//! and may be moved to another worker between two exchanges. Every wait has an end: connecting, the TLS handshake, the
//! first byte of a response, and too little progress. Nothing here knows of S3, of retries or of meta requests.

#![forbid(unsafe_code)]

mod addresses;
mod config;
mod connection;
mod connections;
mod content;
pub mod decode;
mod dial;
mod encode;
mod exchange;
mod flow;
pub mod framing;
mod head;
mod headers;
mod link;
mod patience;
pub mod proxy;
mod scratch;
mod target;
mod tls;
mod transport;

pub use crate::crt::{Roots, TlsMinimum, TlsSettings};
pub use config::{Config, KeepAlive, Monitoring, Origin, Resolve, Resolving};
pub use connection::Connection;
pub use connections::{Connections, Lease, Numbers};
pub use flow::{Deadlines, Incoming, NextChunk, Outgoing, OutgoingStream, Stamps};
pub use head::{RequestHead, ResponseHead};
pub use headers::Headers;
pub use target::Target;
#[cfg(test)]
pub use {content::Content, exchange::Receiver};

#[cfg(test)]
mod tests;
