//! TLS below HTTP.

mod client;
mod rustls;

pub use self::rustls::Session;
pub use client::Client;
