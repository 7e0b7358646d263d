//! TLS below HTTP.

mod settings;

pub use settings::{Roots, TlsMinimum, TlsSettings};
