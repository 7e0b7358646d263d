//! TLS below HTTP, by rustls where the choice is ours, and by the host's library where a caller's context is its own.

mod client;
#[cfg(not(feature = "embedded-crt"))]
mod host;
mod maker;
mod offer;
mod record_key;
#[cfg(any(test, not(feature = "embedded-crt")))]
mod records;
mod rustls;
mod session;
mod traffic;
mod trust;
mod unsent;
mod verifier;

pub use maker::Client;
pub use session::{MAX_UNSENT, Session};
