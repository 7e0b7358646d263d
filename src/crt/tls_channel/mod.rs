//! The TLS handler of the host as an engine in memory: ciphertext in, content out, and the reverse.
//!
//! What a caller's `aws_tls_ctx` says can be read by the library that made it, and by nobody else. So that library does
//! the TLS: its handler sits in a channel between two handlers of ours ([`desk`]), on an event loop without a thread
//! ([`event_loop`]), and works when the owner of the [`TlsChannel`] calls it, on the thread that calls.

mod blocks;
mod channel;
mod desk;
mod event_loop;
mod lent;
mod loops;
mod options;

pub use channel::{Late, TlsChannel};
pub use loops::TlsLoops;
pub use options::TlsOptions;
