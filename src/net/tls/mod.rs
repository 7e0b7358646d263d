//! TLS below HTTP, by rustls.

mod client;
mod session;

pub use client::Client;
pub use session::Session;
