//! Providers of credentials that ask a service: IoT Core, Cognito and STS.
//!
//! They stand here and not with the other providers of the embedded CRT because they use the network and the signer of
//! the library. To C each is a delegate provider, whose function hands the question to a thread of the CRT.

use std::ffi::{c_int, c_void};
use std::sync::Arc;

use bytes::Bytes;

use super::argument;
use super::callbacks::UserData;
use super::entry::{enter, entry};
use super::options::origin_of_host;
use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::crt::{self, Allocator, Bootstrap, Credentials, CredentialsProvider, TlsSettings};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::net::Origin;

mod exchange;
mod json;
mod query;
mod tokens;

use exchange::Line;
use query::Query;
use tokens::Tokens;

/// Least time that STS gives credentials for.
const LEAST_DURATION_S: u16 = 900;
/// How long credentials of Cognito are remembered that have no end of their own.
const REMEMBERED_MS: u64 = 15 * 60 * 1000;
const FALLBACK_REGION: &str = "us-east-1";
const HANDSHAKE_LIMIT_MS: u32 = 10_000;

unsafe extern "C" {
    fn aws_credentials_provider_new_cached(
        allocator: *mut aws_allocator,
        options: *const aws_credentials_provider_cached_options,
    ) -> *mut aws_credentials_provider;
    fn aws_credentials_provider_new_delegate(
        allocator: *mut aws_allocator,
        options: *const aws_credentials_provider_delegate_options,
    ) -> *mut aws_credentials_provider;
    fn aws_credentials_provider_release(
        provider: *mut aws_credentials_provider,
    ) -> *mut aws_credentials_provider;
}

/// What stands behind a provider. It is shared with the questions under way.
struct Own {
    allocator: Allocator,
    query: Query,
    line: Line,
    /// Last: everything else is given back when the program hears of the end.
    _end: End,
}

struct End(aws_credentials_provider_shutdown_options);

// SAFETY: a function of the program's and its pointer, which may be called from any thread.
unsafe impl Send for End {}
// SAFETY: as above.
unsafe impl Sync for End {}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(callback) = self.0.shutdown_callback {
            // SAFETY: the program's function with the program's pointer, once.
            let _ = unsafe { call_out!(callback, self.0.shutdown_user_data) };
        }
    }
}

unsafe extern "C" fn fetch(
    own: *mut c_void,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    enter(|| {
        let callback = callback.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: the provider is alive, and holds this.
        let own = unsafe {
            Arc::increment_strong_count(own.cast::<Own>());
            Arc::from_raw(own.cast::<Own>())
        };
        let user_data = UserData(user_data);
        crt::thread::spawn("AwsCredentials", move || {
            let user_data = user_data;
            let found = own.fetch();
            let (credentials, code) = match found {
                Ok(credentials) => (Some(credentials), Code::SUCCESS),
                Err(error) => {
                    log!(Warn, Credentials, "no credentials: {error}");
                    (None, error.code())
                }
            };
            let shown = credentials.as_ref().map_or(std::ptr::null_mut(), Credentials::as_ptr);
            // SAFETY: the caller's function with the caller's pointer, once.
            let _ = unsafe { call_out!(callback, shown, code.0, user_data.0) };
        })?;
        Ok(0)
    })
}

unsafe extern "C" fn end(own: *mut c_void) {
    enter(|| {
        // SAFETY: given away when the provider was made, which ends once.
        drop(unsafe { Arc::from_raw(own.cast::<Own>().cast_const()) });
        Ok(())
    });
}

impl Own {
    fn fetch(&self) -> Result<Credentials> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Code::of_file_error(&error))?;
        let found = runtime.block_on(self.query.ask(&self.line))?;
        Credentials::new(
            self.allocator,
            &found.access_key_id,
            &found.secret_access_key,
            &found.session_token,
            found.expires_s,
        )
        .map_err(|_| Error::new(self.query.failure()))
    }

    /// Makes the C object.
    fn into_provider(self) -> Result<*mut aws_credentials_provider> {
        let allocator = self.allocator.as_ptr();
        let own = Arc::into_raw(Arc::new(self)).cast_mut().cast();
        let options = aws_credentials_provider_delegate_options {
            shutdown_options: aws_credentials_provider_shutdown_options {
                shutdown_callback: Some(end),
                shutdown_user_data: own,
            },
            get_credentials: Some(fetch),
            delegate_user_data: own,
        };
        // SAFETY: the options live during the call, and `own` until `end`. A delegate that has a function is made.
        Ok(unsafe { aws_credentials_provider_new_delegate(allocator, &options) })
    }
}

/// # Safety
/// NULL, or a live bootstrap.
unsafe fn resolver(bootstrap: *mut aws_client_bootstrap) -> Result<crt::HostResolver> {
    // SAFETY: as the caller promises.
    let bootstrap = unsafe { Bootstrap::acquire(bootstrap) }.ok_or(Code::INVALID_ARGUMENT)?;
    bootstrap.resolver().ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))
}

/// What a context says, for a connection without options of its own.
///
/// # Safety
/// NULL, or a live context.
unsafe fn tls_of(context: *mut aws_tls_ctx) -> Result<TlsSettings> {
    if context.is_null() {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    // SAFETY: zero is a valid value of every other field.
    let mut options: aws_tls_connection_options = unsafe { std::mem::zeroed() };
    options.ctx = context;
    options.timeout_ms = HANDSHAKE_LIMIT_MS;
    // SAFETY: as the caller promises.
    unsafe { crt::tls_settings(&options) }.ok_or_else(|| Error::new(Code::INVALID_ARGUMENT))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A text that has to be there.
///
/// # Safety
/// The cursor shows readable memory.
unsafe fn needed(cursor: aws_byte_cursor) -> Result<Bytes> {
    // SAFETY: as the caller promises.
    let bytes = unsafe { argument::bytes(cursor) };
    if bytes.is_empty() { Err(Code::INVALID_ARGUMENT.into()) } else { Ok(bytes) }
}

/// # Safety
/// The cursor shows readable memory.
unsafe fn text(cursor: aws_byte_cursor) -> Result<String> {
    // SAFETY: as the caller promises.
    let bytes = unsafe { argument::bytes(cursor) };
    String::from_utf8(bytes.into()).map_err(|_| Error::new(Code::INVALID_ARGUMENT))
}

/// The token service of a region, or the one that the environment names.
fn token_service(region: &str) -> Result<Origin> {
    let named = variable("AWS_ENDPOINT_URL_STS").or_else(|| variable("AWS_ENDPOINT_URL"));
    let Some(named) = named else {
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        return origin_of_host(format!("sts.{region}.{domain}").as_bytes(), true);
    };
    let plain = named.strip_prefix("http://");
    let host = plain.or(named.strip_prefix("https://")).unwrap_or(&named);
    origin_of_host(host.trim_end_matches('/').as_bytes(), plain.is_none())
}

fn region(given: String) -> String {
    let named = || variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    if given.is_empty() { named().unwrap_or_else(|| FALLBACK_REGION.to_owned()) } else { given }
}

/// Makes a provider that shows a certificate to IoT Core.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_credentials_provider_new_x509(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_x509_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    entry(|| unsafe {
        let options = argument::required(options)?;
        let tls =
            crt::tls_settings(options.tls_connection_options).ok_or(Code::INVALID_ARGUMENT)?;
        let origin = Arc::new(origin_of_host(&needed(options.endpoint)?, true)?);
        let query = Query::Certificate {
            thing: needed(options.thing_name)?,
            role_alias: needed(options.role_alias)?,
        };
        let line = Line { origin, tls: Some(tls), resolver: resolver(options.bootstrap)? };
        let allocator = argument::allocator(allocator);
        Own { allocator, query, line, _end: End(options.shutdown_options) }.into_provider()
    })
}

/// Makes a provider that asks Cognito for the credentials of an identity.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_credentials_provider_new_cognito(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_cognito_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    entry(|| unsafe { cognito(argument::allocator(allocator), argument::required(options)?) })
}

/// # Safety
/// As for `aws_credentials_provider_new_cognito`.
unsafe fn cognito(
    allocator: Allocator,
    options: &aws_credentials_provider_cognito_options,
) -> Result<*mut aws_credentials_provider> {
    // SAFETY: as the caller promises.
    unsafe {
        let origin = Arc::new(origin_of_host(&needed(options.endpoint)?, true)?);
        needed(options.identity)?;
        let tokens = options
            .get_token_pairs
            .map(|get| Tokens { get, user_data: UserData(options.get_token_pairs_user_data) });
        let logins = tokens::pairs(options.logins, options.login_count)?;
        let role = argument::optional(options.custom_role_arn).map(|role| text(*role));
        let identity = text(options.identity)?;
        let query = Query::Cognito { identity, logins, tokens, role: role.transpose()? };
        let tls = Some(tls_of(options.tls_ctx)?);
        let line = Line { origin, tls, resolver: resolver(options.bootstrap)? };
        Own { allocator, query, line, _end: End(options.shutdown_options) }.into_provider()
    }
}

/// The same, remembering what Cognito gave.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_credentials_provider_new_cognito_caching(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_cognito_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises; the new provider holds its source.
    entry(|| unsafe {
        let mut plain = *argument::required(options)?;
        let mut cached: aws_credentials_provider_cached_options = std::mem::zeroed();
        cached.shutdown_options = plain.shutdown_options;
        plain.shutdown_options = std::mem::zeroed();
        cached.source = cognito(argument::allocator(allocator), &plain)?;
        cached.refresh_time_in_milliseconds = REMEMBERED_MS;
        let provider = aws_credentials_provider_new_cached(allocator, &cached);
        aws_credentials_provider_release(cached.source);
        Ok(provider)
    })
}

/// Makes a provider that assumes a role with the credentials of another one.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_credentials_provider_new_sts(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_sts_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    entry(|| unsafe {
        let options = argument::required(options)?;
        let (resolver, tls) = (resolver(options.bootstrap)?, tls_of(options.tls_ctx)?);
        let region = region(String::new());
        let origin = Arc::new(token_service(&region)?);
        let provider = CredentialsProvider::acquire(options.creds_provider);
        let query = Query::Role {
            role: needed(options.role_arn)?,
            session: needed(options.session_name)?,
            external_id: argument::bytes(options.external_id),
            duration_s: options.duration_seconds.max(LEAST_DURATION_S),
            region: region.into(),
            provider: provider.ok_or(Code::INVALID_ARGUMENT)?,
        };
        let line = Line { origin, tls: Some(tls), resolver };
        let allocator = argument::allocator(allocator);
        Own { allocator, query, line, _end: End(options.shutdown_options) }.into_provider()
    })
}

/// Makes a provider that assumes a role with a token from a file. What the options leave empty comes from the
/// environment.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_credentials_provider_new_sts_web_identity(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_sts_web_identity_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    entry(|| unsafe {
        let options = argument::required(options)?;
        let or_named = |given: aws_byte_cursor, name: &str| -> Result<String> {
            let given = text(given)?;
            Ok(if given.is_empty() { variable(name).unwrap_or_default() } else { given })
        };
        let role = or_named(options.role_arn, "AWS_ROLE_ARN")?;
        let token_file = or_named(options.token_file_path, "AWS_WEB_IDENTITY_TOKEN_FILE")?;
        let session = or_named(options.role_session_name, "AWS_ROLE_SESSION_NAME")?;
        if role.is_empty() || token_file.is_empty() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let session = if session.is_empty() { random_name() } else { session };
        let (resolver, tls) = (resolver(options.bootstrap)?, tls_of(options.tls_ctx)?);
        let origin = Arc::new(token_service(&region(text(options.region)?))?);
        let (role, session) = (role.into(), session.into());
        let query = Query::WebIdentity { role, session, token_file: token_file.into() };
        let line = Line { origin, tls: Some(tls), resolver };
        let allocator = argument::allocator(allocator);
        Own { allocator, query, line, _end: End(options.shutdown_options) }.into_provider()
    })
}

fn random_name() -> String {
    format!("{:032x}", fastrand::u128(..))
}
