//! TLS below HTTP, by rustls.

mod client;
mod session;
mod settings;

pub use client::Client;
pub use session::Session;
pub use settings::{Roots, TlsMinimum, TlsSettings};
