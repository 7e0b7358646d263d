//! The functions of `aws/s3/s3express_credentials_provider.h`: dispatch over a provider's own vtable.

use std::ffi::{c_int, c_void};
use std::ptr;

use super::argument;
use super::entry::entry;
use crate::abi::*;
use crate::crt::call::call_out;
use crate::crt::ref_count;
use crate::crt::sys::*;
use crate::error::{Code, Error};

/// Initialises the common part of a provider that the caller implements: sets `allocator`,
/// `vtable` and `impl`, and one reference for the caller. The shutdown callback and its user
/// data are left as they are.
///
/// `vtable` is not copied and must outlive the provider; when the last reference is released,
/// its `destroy` is called. Neither `provider` nor `vtable` may be NULL; with NULL nothing
/// happens.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3express_credentials_provider_init_base(
    provider: *mut aws_s3express_credentials_provider,
    allocator: *mut aws_allocator,
    vtable: *mut aws_s3express_credentials_provider_vtable,
    r#impl: *mut c_void,
) {
    // SAFETY: the caller's struct, writable, and a vtable that outlives it; a provider is destroyed by its own vtable.
    unsafe {
        let (Some(base), false) = (provider.as_mut(), vtable.is_null()) else { return };
        base.allocator = allocator;
        base.vtable = vtable;
        base.r#impl = r#impl;
        ref_count::init(&raw mut base.ref_count, provider.cast(), destroy);
    }
}

unsafe extern "C" fn destroy(provider: *mut c_void) {
    let provider = provider.cast::<aws_s3express_credentials_provider>();
    // SAFETY: the count of this provider has come to zero; its vtable outlives it.
    unsafe {
        if let Some(destroy) = (*(*provider).vtable).destroy {
            let _ = call_out!(destroy, provider);
        }
    }
}

/// Releases one reference to a provider; the last one starts its destruction, whose end the
/// provider's shutdown callback tells. NULL does nothing. Always returns NULL. May be called
/// from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3express_credentials_provider_release(
    provider: *mut aws_s3express_credentials_provider,
) -> *mut aws_s3express_credentials_provider {
    entry(|| {
        if !provider.is_null() {
            // SAFETY: the caller gives up a reference.
            unsafe { ref_count::release(&raw mut (*provider).ref_count) };
        }
        Ok(ptr::null_mut())
    })
}

/// Asks a provider for the credentials of an S3 Express session.
///
/// `original_credentials`, which may sign CreateSession, and `properties` must stay valid until
/// the callback. On AWS_OP_SUCCESS, `callback` is called exactly once with `user_data`, on any
/// thread and possibly before this call returns; the credentials it gets are the provider's,
/// and must be acquired to keep them. On AWS_OP_ERR it is never called, and the error raised is
/// the provider's, or AWS_ERROR_INVALID_ARGUMENT when `provider`, `properties` or `callback` is
/// NULL. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3express_credentials_provider_get_credentials(
    provider: *mut aws_s3express_credentials_provider,
    original_credentials: *const aws_credentials,
    properties: *const aws_credentials_properties_s3express,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    entry(|| {
        // SAFETY: the caller holds the provider, whose vtable outlives it.
        let get = unsafe { (*argument::required(provider)?.vtable).get_credentials };
        let (Some(get), true, false) = (get, callback.is_some(), properties.is_null()) else {
            return Err(Code::INVALID_ARGUMENT.into());
        };
        // SAFETY: arguments as the caller promises them to the provider.
        let asked = unsafe {
            call_out!(get, provider, original_credentials, properties, callback, user_data)
        };
        match asked? {
            0 => Ok(0),
            _ => Err(Error::new(crate::crt::last_error())),
        }
    })
}
