//! The library's own sessions of S3 Express behind the vtable of a provider, for programs that make one for themselves:
//! the original exports the constructor, though it installs no header for it.
//!
//! The provider uses the threads and connections of a client without holding a reference to it. Its shutdown callback
//! comes after the last answer that it owes.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::argument;
use super::callbacks::UserData;
use super::entry::{enter, entry};
use super::handle;
use super::options::origin_of_host;
use super::s3express_credentials_provider::aws_s3express_credentials_provider_init_base;
use crate::abi::*;
use crate::client::{Client, Keeper, SCAN_PERIOD};
use crate::crt::call::call_out;
use crate::crt::sys::*;
use crate::crt::{self, Allocator, Credentials, Crew};
use crate::error::{Code, Error, Result};
use crate::net::Headers;
use crate::sign::{Bucket, Wanted};

/// What the constructor is called with.
#[repr(C)]
pub struct aws_s3express_credentials_provider_default_options {
    /// Must outlive the provider.
    client: *mut aws_s3_client,
    shutdown_complete_callback: aws_simple_completion_callback,
    shutdown_user_data: *mut c_void,
    mock_test: MockTest,
}

/// Left to tests in the original.
#[repr(C)]
struct MockTest {
    /// Seconds between two looks at sessions that end soon; 0 means the usual time.
    bg_refresh_secs_override: u64,
}

/// The C object and what is behind it, in one block of the caller's allocator.
#[repr(C)]
struct Object {
    base: aws_s3express_credentials_provider,
    /// None once the last reference is gone.
    own: Option<Own>,
}

struct Own {
    keeper: Arc<Keeper>,
    allocator: Allocator,
    client_tls: bool,
    crew: Arc<Crew>,
    alive: Arc<Alive>,
}

/// Ends the provider when the last piece of its work lets go of it.
struct Alive {
    object: UserData,
    crew: Arc<Crew>,
}

static VTABLE: aws_s3express_credentials_provider_vtable =
    aws_s3express_credentials_provider_vtable {
        get_credentials: Some(get_credentials),
        destroy: Some(destroy),
    };

/// Makes a provider of S3 Express sessions like the one that a client has for itself.
///
/// The caller owns one reference. Returns NULL and raises AWS_ERROR_INVALID_ARGUMENT without options or client.
///
/// cbindgen:ignore
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3express_credentials_provider_new_default(
    allocator: *mut aws_allocator,
    options: *const aws_s3express_credentials_provider_default_options,
) -> *mut aws_s3express_credentials_provider {
    entry(|| {
        // SAFETY: the caller's allocator, struct and client.
        unsafe {
            let options = argument::required(options)?;
            let allocator = argument::allocator(allocator);
            handle::borrow(options.client)?.with(|_, client| Ok(new(allocator, options, client)))
        }
    })
}

/// # Safety
/// The allocator outlives the provider.
unsafe fn new(
    allocator: Allocator,
    options: &aws_s3express_credentials_provider_default_options,
    client: &Client,
) -> *mut aws_s3express_credentials_provider {
    let base = aws_s3express_credentials_provider {
        vtable: ptr::null_mut(),
        allocator: allocator.as_ptr(),
        shutdown_complete_callback: options.shutdown_complete_callback,
        shutdown_user_data: options.shutdown_user_data,
        r#impl: ptr::null_mut(),
        ref_count: aws_ref_count {
            ref_count: aws_atomic_var { value: ptr::null_mut() },
            object: ptr::null_mut(),
            on_zero_fn: None,
        },
    };
    let object = allocator.new(Object { base, own: None }).as_ptr();
    let crew = client.env().delivery.clone();
    let alive = Arc::new(Alive { object: UserData(object.cast()), crew: crew.clone() });
    let period = match options.mock_test.bg_refresh_secs_override {
        0 => SCAN_PERIOD,
        seconds => Duration::from_secs(seconds),
    };
    let keeper = Arc::new(client.keeper(period, Box::new(alive.clone())));
    let client_tls = client.settings().tls_enabled;
    let provider = object.cast::<aws_s3express_credentials_provider>();
    // SAFETY: the new object, which nobody else knows yet; the vtable is static and never written to.
    unsafe {
        (*object).own = Some(Own { keeper, allocator, client_tls, crew, alive });
        aws_s3express_credentials_provider_init_base(
            provider,
            allocator.as_ptr(),
            (&raw const VTABLE).cast_mut(),
            object.cast(),
        );
    }
    provider
}

unsafe extern "C" fn get_credentials(
    provider: *mut aws_s3express_credentials_provider,
    original: *const aws_credentials,
    properties: *const aws_credentials_properties_s3express,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    enter(|| {
        let callback = callback.ok_or(Code::INVALID_ARGUMENT)?;
        // SAFETY: a provider of this kind that the caller holds, so that `own` is there; the caller lends the rest.
        unsafe {
            let own = (*provider.cast::<Object>()).own.as_ref().ok_or(Code::INVALID_STATE)?;
            let wanted = own.wanted(argument::required(properties)?)?;
            let user_data = UserData(user_data);
            let (crew, alive) = (own.crew.clone(), own.alive.clone());
            own.keeper.ask(Credentials::acquire(original.cast_mut()), wanted, move |outcome| {
                crew.post(crew.pick(), move || {
                    let (user_data, alive) = (user_data, alive);
                    let (credentials, code) = match outcome {
                        Ok(credentials) => (credentials, Code::SUCCESS),
                        Err(error) => (None, error.code()),
                    };
                    let shown = credentials.as_ref().map_or(ptr::null_mut(), Credentials::as_ptr);
                    // SAFETY: the caller's function with the caller's pointer, once.
                    callback(shown, code.0, user_data.0);
                    drop((credentials, alive));
                });
            });
        }
        Ok(0)
    })
}

impl Own {
    /// # Safety
    /// The properties show readable memory and a live block of headers.
    unsafe fn wanted(&self, properties: &aws_credentials_properties_s3express) -> Result<Wanted> {
        // SAFETY: as the caller promises.
        let (host, region, headers) = unsafe {
            (
                crt::bytes_of(properties.host),
                argument::bytes(properties.region),
                crt::Headers::acquire(properties.headers),
            )
        };
        if host.is_empty() {
            return Err(Error::from(Code::INVALID_ARGUMENT).because("no host to ask a session of"));
        }
        let headers = match headers {
            Some(headers) => headers,
            None => crt::Headers::new(self.allocator, [])?,
        };
        let mut message = Headers::new();
        for (name, value) in headers.pairs() {
            message.push(name, value);
        }
        let origin = Arc::new(origin_of_host(host, self.client_tls)?);
        Ok(Wanted { bucket: Arc::new(Bucket::new(origin, region, &message)), headers })
    }
}

unsafe extern "C" fn destroy(provider: *mut aws_s3express_credentials_provider) {
    enter(|| {
        // SAFETY: the last reference is gone; the object stays until `own` and all that it started have let go.
        let own = unsafe { (*provider.cast::<Object>()).own.take() };
        if let Some(own) = own {
            own.keeper.stop();
        }
        Ok(())
    });
}

impl Drop for Alive {
    fn drop(&mut self) {
        let object = self.object;
        // Not on the thread of a connection, which the program may not hold up.
        self.crew.post(self.crew.pick(), move || {
            let object = { object }.0.cast::<Object>();
            // SAFETY: made by `new` with this allocator; nobody uses it any more.
            unsafe {
                let Object { base, own: _ } = object.read();
                if let Some(allocator) = Allocator::from_raw(base.allocator) {
                    allocator.release(object.cast());
                }
                if let Some(callback) = base.shutdown_complete_callback {
                    let _ = call_out!(callback, base.shutdown_user_data);
                }
            }
        });
    }
}
