//! Clients that are asked for more than their configuration has a place for.

use crate::abi::*;
use crate::client::Extras;
use crate::crt::sys::aws_allocator;
use crate::error::Result;
use crate::ffi::argument;
use crate::ffi::entry::entry;
use crate::ffi::s3_client::new_client;

use super::grown;

/// Makes a client, as `aws_s3_client_new` does, that also does what `ext` asks for.
///
/// `ext` is read during the call and may be NULL, which makes this the same as
/// `aws_s3_client_new`; see there for everything else. Also raises AWS_ERROR_INVALID_ARGUMENT for
/// an `ext` without its size, or one that asks for what this library does not know of.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_client_new_ext(
    allocator: *mut aws_allocator,
    client_config: *const aws_s3_client_config,
    ext: *const aws_s3_client_ext_options,
) -> *mut aws_s3_client {
    entry(|| {
        // SAFETY: the caller's allocator and structs.
        unsafe {
            let config = argument::required(client_config)?;
            new_client(argument::allocator(allocator), config, extras(ext)?)
        }
    })
}

/// # Safety
/// As for [`grown::read`].
unsafe fn extras(ext: *const aws_s3_client_ext_options) -> Result<Extras> {
    // SAFETY: as the caller promises.
    let Some(ext) = (unsafe { grown::read(ext)? }) else { return Ok(Extras::default()) };
    Ok(Extras {
        most_bytes_per_s: [ext.max_send_bytes_per_second, ext.max_receive_bytes_per_second],
        hedges: ext.hedge_slow_parts != 0,
    })
}
