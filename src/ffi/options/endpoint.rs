//! Where a meta request goes: the endpoint option and the message's `Host` header, which must agree.

use bytes::Bytes;

use crate::crt::sys::aws_uri;
use crate::crt::{self, Message};
use crate::error::{Code, Result};
use crate::ffi::argument;
use crate::net::{Headers, Origin};

/// The endpoint option, as far as it matters.
struct Endpoint {
    authority: Bytes,
    host: String,
    port: u16,
    https: bool,
}

/// Works out scheme, host and port. A missing `Host` header is written into the caller's message and into `headers`.
///
/// # Safety
/// A non-NULL `endpoint` is an initialised URI.
pub(super) unsafe fn origin(
    endpoint: *const aws_uri,
    message: &Message,
    headers: &mut Headers,
    client_tls: bool,
) -> Result<Origin> {
    // SAFETY: as the caller promises.
    let endpoint = unsafe { self::endpoint(endpoint)? };
    let says_https = endpoint.as_ref().is_some_and(|endpoint| endpoint.https);
    let host = headers.value("Host").cloned();
    let (name, port, https) = match (host, endpoint) {
        (None, None) => return Err(Code::INVALID_ARGUMENT.into()),
        (Some(host), None) => {
            let (name, port) = split_authority(&host)?;
            (name, port, true)
        }
        (Some(host), Some(endpoint)) if host != endpoint.authority => {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        (host, Some(endpoint)) => {
            if host.is_none() {
                message.set_header(b"Host", &endpoint.authority)?;
                headers.set("Host", endpoint.authority.clone());
            }
            (endpoint.host, endpoint.port, endpoint.https)
        }
    };
    if says_https && !client_tls {
        crate::log!(
            Warn,
            Endpoint,
            "the client was made without TLS: {name} is spoken to in the clear, though the endpoint says https"
        );
    }
    Ok(made(client_tls && https, name, port))
}

/// Where requests with this `Host` header go.
pub(in crate::ffi) fn origin_of_host(host: &[u8], client_tls: bool) -> Result<Origin> {
    let (name, port) = split_authority(host)?;
    Ok(made(client_tls, name, port))
}

fn made(tls: bool, host: String, port: u16) -> Origin {
    let port = match port {
        0 if tls => 443,
        0 => 80,
        port => port,
    };
    Origin { tls, host, port }
}

/// # Safety
/// As for [`origin`].
unsafe fn endpoint(uri: *const aws_uri) -> Result<Option<Endpoint>> {
    // SAFETY: as the caller promises.
    let Some(uri) = (unsafe { argument::optional(uri) }) else { return Ok(None) };
    // SAFETY: as the caller promises.
    let (scheme, authority, host) = unsafe {
        (crt::bytes_of(uri.scheme), argument::bytes(uri.authority), crt::bytes_of(uri.host_name))
    };
    let https = scheme.eq_ignore_ascii_case(b"https");
    if !https && !scheme.eq_ignore_ascii_case(b"http") {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    let port = u16::try_from(uri.port).map_err(|_| Code::INVALID_ARGUMENT)?;
    Ok(Some(Endpoint { authority, host: plain_host(host)?, port, https }))
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`; port 0 when there is none.
fn split_authority(authority: &[u8]) -> Result<(String, u16)> {
    let malformed = || crate::error::Error::new(Code::MALFORMED_INPUT_STRING);
    let text = std::str::from_utf8(authority).map_err(|_| malformed())?;
    let after_bracket = text.rfind(']').map_or(0, |index| index + 1);
    let (host, port) = match text[after_bracket..].find(':') {
        Some(colon) => (&text[..after_bracket + colon], &text[after_bracket + colon + 1..]),
        None => (text, ""),
    };
    let port = if port.is_empty() { 0 } else { port.parse().map_err(|_| malformed())? };
    if host.is_empty() {
        return Err(malformed());
    }
    Ok((plain_host(host.as_bytes())?, port))
}

/// A host without the brackets of an IPv6 literal.
fn plain_host(host: &[u8]) -> Result<String> {
    let host = host.strip_prefix(b"[").and_then(|it| it.strip_suffix(b"]")).unwrap_or(host);
    String::from_utf8(host.to_vec()).map_err(|_| Code::MALFORMED_INPUT_STRING.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities() {
        let table = [
            ("b.s3.amazonaws.com", Some(("b.s3.amazonaws.com", 0))),
            ("127.0.0.1:9000", Some(("127.0.0.1", 9000))),
            ("[::1]:80", Some(("::1", 80))),
            ("[::1]", Some(("::1", 0))),
            ("host:", Some(("host", 0))),
            (":80", None),
            ("host:99999", None),
            ("host:x", None),
            ("", None),
        ];
        for (text, expected) in table {
            let split = split_authority(text.as_bytes()).ok();
            assert_eq!(split, expected.map(|(host, port)| (host.to_string(), port)), "{text}");
        }
    }
}
