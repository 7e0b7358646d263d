//! What a caller said about TLS, in terms that the network room understands.
//!
//! The C structs carry it behind a pointer that only its maker can read: with the embedded CRT that is a [`Context`]
//! of ours, with a host CRT it is another TLS library's, which then has to be the one that is used ([`TlsOptions`]).

use std::path::PathBuf;

use bytes::Bytes;

use super::sys::{aws_string, aws_tls_connection_options};

#[cfg(not(feature = "embedded-crt"))]
pub use super::tls_channel::{TlsLoops, TlsOptions};

/// There are none in this mode: see the other one.
#[cfg(feature = "embedded-crt")]
#[derive(Clone, Debug)]
pub enum TlsOptions {}

/// Nothing is kept for sessions in this mode.
#[cfg(feature = "embedded-crt")]
#[derive(Default)]
pub struct TlsLoops;

#[cfg(feature = "embedded-crt")]
impl TlsLoops {
    pub fn of(_: &super::EventLoopGroup) -> Self {
        Self
    }
}

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
    /// 0 for no limit.
    pub handshake_timeout_ms: u32,
    /// What only the host's own TLS library understands. It counts in place of all above but the last two.
    pub foreign: Option<TlsOptions>,
}

impl Default for TlsSettings {
    /// A client that trusts what the system trusts (`aws_tls_ctx_options_init_default_client`).
    fn default() -> Self {
        Self {
            roots: Roots::Native,
            client_cert: None,
            verify_peer: true,
            minimum: TlsMinimum::System,
            alpn: Vec::new(),
            server_name: None,
            handshake_timeout_ms: 10_000,
            foreign: None,
        }
    }
}

/// Where trust begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

/// What `aws_tls_ctx.impl` points to in embedded mode.
#[repr(C)]
pub struct Context {
    magic: u64,
    settings: TlsSettings,
}

/// Says that a context is ours; no pointer and no small number has this value.
const MAGIC: u64 = u64::from_ne_bytes(*b"s3tls\xffcx");

impl Context {
    pub fn new(settings: TlsSettings) -> Self {
        Self { magic: MAGIC, settings }
    }
}

/// The protocols of a list like `h2;http/1.1`.
pub fn protocols(list: &[u8]) -> Vec<String> {
    let pieces = list.split(|byte| *byte == b';').filter(|piece| !piece.is_empty());
    pieces.map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
}

/// What connection options and their context say together; `None` where there is no context that says anything.
///
/// # Safety
/// `options` is NULL, or initialised with a live context.
#[cfg(feature = "embedded-crt")]
pub unsafe fn tls_settings(options: *const aws_tls_connection_options) -> Option<TlsSettings> {
    // SAFETY: as the caller promises; in this mode every context has a `Context` behind it, or at least a number.
    let (options, context) = unsafe {
        let options = options.as_ref()?;
        let context = options.ctx.as_ref()?.r#impl.cast::<Context>();
        if context.is_null() || (&raw const (*context).magic).read() != MAGIC {
            return None;
        }
        (options, &*context)
    };
    let mut settings = context.settings.clone();
    // SAFETY: the strings of the options are valid.
    unsafe {
        if let Some(list) = bytes_of(options.alpn_list) {
            settings.alpn = protocols(list);
        }
        settings.server_name = name_of(options);
    }
    settings.handshake_timeout_ms = options.timeout_ms;
    Some(settings)
}

/// What connection options and their context say together; `None` where there is no context.
///
/// # Safety
/// `options` is NULL, or initialised with a live context.
#[cfg(not(feature = "embedded-crt"))]
pub unsafe fn tls_settings(options: *const aws_tls_connection_options) -> Option<TlsSettings> {
    // SAFETY: as the caller promises; the strings of the options are valid.
    unsafe {
        let foreign = Some(TlsOptions::copy(options)?);
        let options = options.as_ref()?;
        let (server_name, handshake_timeout_ms) = (name_of(options), options.timeout_ms);
        Some(TlsSettings { server_name, handshake_timeout_ms, foreign, ..TlsSettings::default() })
    }
}

/// # Safety
/// The strings of the options are valid.
unsafe fn name_of(options: &aws_tls_connection_options) -> Option<String> {
    // SAFETY: as the caller promises.
    let name = unsafe { bytes_of(options.server_name) }?;
    String::from_utf8(name.to_vec()).ok()
}

/// The bytes of a string, `None` for NULL and for an empty one.
///
/// # Safety
/// `string` is NULL or valid for the lifetime chosen.
unsafe fn bytes_of<'a>(string: *const aws_string) -> Option<&'a [u8]> {
    // SAFETY: as the caller promises; the bytes stand behind the header, `len` of them.
    unsafe {
        let length = string.as_ref()?.len;
        let bytes = (&raw const (*string).bytes).cast::<u8>();
        (length > 0).then(|| core::slice::from_raw_parts(bytes, length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocol_lists_are_split_at_semicolons() {
        assert_eq!(protocols(b"h2;http/1.1"), ["h2", "http/1.1"]);
        assert_eq!(protocols(b";h2;"), ["h2"]);
        assert!(protocols(b"").is_empty());
    }

    #[test]
    fn nothing_is_learnt_from_null() {
        // SAFETY: NULL is allowed.
        assert!(unsafe { tls_settings(core::ptr::null()) }.is_none());
    }
}
