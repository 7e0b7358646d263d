//! `proxy_options` and `proxy_ev_settings` of a client configuration.

use crate::abi::aws_s3_client_config;
use crate::crt::sys::*;
use crate::crt::{self, Allocator, ProxyStrategy, TlsSettings};
use crate::error::{Code, Result};
use crate::ffi::argument;
use crate::net::proxy::{Credentials, Environment, NoProxy, Proxies, Proxy, Way};

/// The proxies of a client. Those of the environment count unless the caller named one or said no.
///
/// # Safety
/// What `config` points to is alive, and the allocator is for as long as the client.
pub(super) unsafe fn proxies(
    allocator: Allocator,
    config: &aws_s3_client_config,
    tls_enabled: bool,
) -> Result<Proxies> {
    // SAFETY: as the caller promises.
    let (options, settings) = unsafe {
        (argument::optional(config.proxy_options), argument::optional(config.proxy_ev_settings))
    };
    if let Some(options) = options {
        // SAFETY: as the caller promises.
        return unsafe { proxy(allocator, options, tls_enabled) }.map(Proxies::One);
    }
    let environment = match settings {
        None => Environment::of_process(Way::ByOrigin, None),
        Some(settings) if settings.env_var_type == AWS_HPEV_ENABLE => {
            // SAFETY: as the caller promises.
            let tls = unsafe { tls_settings(settings.tls_options) };
            Environment::of_process(way(settings.connection_type), tls)
        }
        Some(_) => return Ok(Proxies::None),
    };
    Ok(Proxies::Environment(environment))
}

/// # Safety
/// As for [`proxies`].
unsafe fn proxy(
    allocator: Allocator,
    options: &aws_http_proxy_options,
    tls_enabled: bool,
) -> Result<Proxy> {
    // SAFETY: as the caller promises.
    let (host, no_proxy, credentials, tls) = unsafe {
        (
            argument::bytes(options.host),
            crt::bytes_of(options.no_proxy_hosts),
            credentials(allocator, options),
            tls_settings(options.tls_options),
        )
    };
    Ok(Proxy {
        host: String::from_utf8(host.to_vec()).map_err(|_| Code::INVALID_ARGUMENT)?,
        port: u16::try_from(options.port).map_err(|_| Code::INVALID_ARGUMENT)?,
        tls,
        credentials,
        way: match way(options.connection_type) {
            Way::ByOrigin if tls_enabled => Way::Tunnel,
            Way::ByOrigin => Way::Forward,
            way => way,
        },
        no_proxy: NoProxy::new(&String::from_utf8_lossy(no_proxy)),
    })
}

/// # Safety
/// As for [`proxies`].
unsafe fn credentials(allocator: Allocator, options: &aws_http_proxy_options) -> Credentials {
    // SAFETY: as the caller promises.
    if let Some(strategy) = unsafe { ProxyStrategy::acquire(options.proxy_strategy, allocator) } {
        return Credentials::Strategy(strategy);
    }
    if options.auth_type != AWS_HPAT_BASIC {
        return Credentials::None;
    }
    // SAFETY: as the caller promises.
    let (user, password) =
        unsafe { (crt::bytes_of(options.auth_username), crt::bytes_of(options.auth_password)) };
    Credentials::basic(user, password)
}

fn way(connection_type: aws_http_proxy_connection_type) -> Way {
    match connection_type {
        AWS_HPCT_HTTP_FORWARD => Way::Forward,
        AWS_HPCT_HTTP_TUNNEL => Way::Tunnel,
        _ => Way::ByOrigin,
    }
}

/// TLS between us and the proxy; None if the caller wants none.
///
/// # Safety
/// `options` is NULL, or initialised with a live context.
unsafe fn tls_settings(options: *const aws_tls_connection_options) -> Option<TlsSettings> {
    if options.is_null() {
        return None;
    }
    // SAFETY: as the caller promises.
    let settings = unsafe { crt::tls_settings(options) };
    Some(settings.unwrap_or_default())
}
