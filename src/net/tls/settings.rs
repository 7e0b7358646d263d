//! What a caller may say about TLS.

use std::path::PathBuf;

use bytes::Bytes;

/// Whom to trust, who we are, and what to speak.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    pub roots: Roots,
    /// Certificate chain and private key, both PEM.
    pub client_cert: Option<(Bytes, Bytes)>,
    pub verify_peer: bool,
    pub minimum: TlsMinimum,
    pub alpn: Vec<String>,
    /// Instead of the host of the origin.
    pub server_name: Option<String>,
    pub handshake_timeout_ms: u32,
}

/// Where trust begins.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// What the system trusts.
    #[default]
    Native,
    Pem(Bytes),
    Path {
        file: Option<PathBuf>,
        dir: Option<PathBuf>,
    },
}

/// The lowest protocol version to accept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsMinimum {
    #[default]
    System,
    Tls12,
    Tls13,
}
