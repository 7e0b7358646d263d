//! Providers that answer at once: fixed keys, no keys, the environment, a function of the program.

use core::ffi::c_void;
use std::env;
use std::os::unix::ffi::OsStringExt;

use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::crt::{Allocator, Credentials, CredentialsProvider, bytes_of, last_error};
use crate::error::Code;

use super::credentials::{Parts, make as make_credentials, make_anonymous};
use super::provider::{Answer, Kind, NO_SHUTDOWN, arguments, make, returned};

/// The same credentials for everybody.
struct Fixed(Credentials);

impl Kind for Fixed {
    fn fetch(&self, _: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        answer.give(Ok(&self.0));
        Ok(())
    }
}

/// The variables of the process, read by each fetch.
struct Environment(Allocator);

impl Environment {
    fn read(&self) -> Result<Credentials, Code> {
        let variable =
            |name: &str| env::var_os(name).map(OsStringExt::into_vec).unwrap_or_default();
        let parts = Parts {
            access_key_id: &variable("AWS_ACCESS_KEY_ID"),
            secret_access_key: &variable("AWS_SECRET_ACCESS_KEY"),
            session_token: &variable("AWS_SESSION_TOKEN"),
            account_id: &variable("AWS_ACCOUNT_ID"),
            expiration_s: u64::MAX,
        };
        make_credentials(self.0, &parts)
            .map_err(|_| Code::AUTH_CREDENTIALS_PROVIDER_INVALID_ENVIRONMENT)
    }
}

impl Kind for Environment {
    fn fetch(&self, _: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        match self.read() {
            Ok(credentials) => answer.give(Ok(&credentials)),
            Err(code) => answer.give(Err(code)),
        }
        Ok(())
    }
}

/// A function of the program.
struct Delegate {
    get_credentials: Function,
    user_data: *mut c_void,
}

type Function = unsafe extern "C" fn(
    *mut c_void,
    aws_on_get_credentials_callback_fn,
    *mut c_void,
) -> core::ffi::c_int;

// SAFETY: the program gives function and user data for calls from any thread.
unsafe impl Send for Delegate {}
// SAFETY: as above.
unsafe impl Sync for Delegate {}

impl Kind for Delegate {
    fn fetch(&self, _: &CredentialsProvider, answer: Answer) -> Result<(), Code> {
        let (callback, user_data) = answer.into_raw();
        // SAFETY: the program gave the function for this call.
        match unsafe { call_out!(self.get_credentials, self.user_data, callback, user_data) } {
            Ok(0) => Ok(()),
            Ok(_) => Err(last_error()),
            Err(_) => Err(Code::UNKNOWN),
        }
    }
}

/// Makes a provider of the environment that only other providers know.
pub(super) fn environment(allocator: Allocator) -> CredentialsProvider {
    make(allocator, NO_SHUTDOWN, Environment(allocator))
}

/// Makes a provider of fixed keys.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options and their cursors are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_static(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_static_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        // SAFETY: as the caller promises.
        let credentials = unsafe {
            let parts = Parts {
                access_key_id: bytes_of(options.access_key_id),
                secret_access_key: bytes_of(options.secret_access_key),
                session_token: bytes_of(options.session_token),
                account_id: bytes_of(options.account_id),
                expiration_s: u64::MAX,
            };
            make_credentials(allocator, &parts)?
        };
        Ok(make(allocator, options.shutdown_options, Fixed(credentials)))
    }))
}

/// Makes a provider of anonymous credentials.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options are NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_anonymous(
    allocator: *mut aws_allocator,
    shutdown_options: *const aws_credentials_provider_shutdown_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    let options = unsafe { shutdown_options.as_ref() }.copied().unwrap_or(NO_SHUTDOWN);
    // SAFETY: as the caller promises.
    let allocator = unsafe { Allocator::from_raw(allocator) }.ok_or(Code::INVALID_ARGUMENT);
    returned(allocator.map(|allocator| make(allocator, options, Fixed(make_anonymous(allocator)))))
}

/// Makes a provider of what the environment holds.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_environment(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_environment_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.map(|(allocator, options)| {
        make(allocator, options.shutdown_options, Environment(allocator))
    }))
}

/// Makes a provider of what a function of the program gives.
///
/// # Safety
/// The allocator is valid for as long as the provider; the options are readable; the function may be
/// called from any thread until the provider is gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_new_delegate(
    allocator: *mut aws_allocator,
    options: *const aws_credentials_provider_delegate_options,
) -> *mut aws_credentials_provider {
    // SAFETY: as the caller promises.
    returned(unsafe { arguments(allocator, options) }.and_then(|(allocator, options)| {
        let get_credentials = options.get_credentials.ok_or(Code::INVALID_ARGUMENT)?;
        let delegate = Delegate { get_credentials, user_data: options.delegate_user_data };
        Ok(make(allocator, options.shutdown_options, delegate))
    }))
}
