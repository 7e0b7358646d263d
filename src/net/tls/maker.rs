//! Which engine makes the sessions of a client.

use std::sync::Arc;

use super::{Session, client};
use crate::crt::{Keep, TlsLoops, TlsSettings};
use crate::error::{Code, Error, Result};

/// Longest handshake where the caller sets no limit.
const HANDSHAKE_TIMEOUT_MS: u32 = 10_000;

/// Makes the sessions of one client.
pub struct Client {
    /// A name of the caller's that goes before that of the server.
    server_name: Option<String>,
    handshake_timeout_ms: u32,
    engine: Engine,
}

enum Engine {
    Rustls(client::Client),
    #[cfg(not(feature = "embedded-crt"))]
    Host(super::host::Client),
}

impl Client {
    /// `keep` outlives whatever sessions owe the caller.
    pub fn new(settings: TlsSettings, loops: &Arc<TlsLoops>, keep: &Keep) -> Self {
        Self {
            server_name: settings.server_name.clone(),
            handshake_timeout_ms: settings.handshake_timeout_ms,
            engine: engine(settings, loops, keep),
        }
    }

    /// A session with the server of that name or address, before its handshake. A name in the settings goes first.
    pub fn session(&self, host: &str) -> Result<Session> {
        let name = self.server_name.as_deref().unwrap_or(host);
        match &self.engine {
            Engine::Rustls(client) => Ok(Session::Rustls(Box::new(client.session(name)?))),
            #[cfg(not(feature = "embedded-crt"))]
            Engine::Host(client) => client.session(name).map(Session::Host),
        }
    }

    /// Refuses a session that agreed on what is not spoken here. Later ones leave the server no choice, so that another
    /// one may be worth trying.
    pub fn check_protocol(&self, session: &Session) -> Result<()> {
        let agreed = session.protocol().unwrap_or(client::PROTOCOL);
        if agreed == client::PROTOCOL {
            return Ok(());
        }
        match &self.engine {
            Engine::Rustls(_) => {}
            #[cfg(not(feature = "embedded-crt"))]
            Engine::Host(client) => client.insist_on_http1(),
        }
        let agreed = String::from_utf8_lossy(agreed);
        Err(Error::new(Code::HTTP_UNSUPPORTED_PROTOCOL).because(format!("ALPN: {agreed}")))
    }

    /// Longest handshake; where the caller sets no limit there still is one.
    pub fn handshake_timeout_ms(&self) -> u32 {
        match self.handshake_timeout_ms {
            0 => HANDSHAKE_TIMEOUT_MS,
            limit => limit,
        }
    }
}

#[cfg(feature = "embedded-crt")]
fn engine(settings: TlsSettings, _: &Arc<TlsLoops>, _: &Keep) -> Engine {
    Engine::Rustls(client::Client::new(settings))
}

#[cfg(not(feature = "embedded-crt"))]
fn engine(mut settings: TlsSettings, loops: &Arc<TlsLoops>, keep: &Keep) -> Engine {
    match settings.foreign.take() {
        Some(options) => {
            Engine::Host(super::host::Client::new(options, loops.clone(), keep.clone()))
        }
        None => Engine::Rustls(client::Client::new(settings)),
    }
}
