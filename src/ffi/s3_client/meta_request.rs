//! Meta requests.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use once_cell::sync::OnceCell;

use crate::abi::*;
use crate::client::Client;
use crate::crt::Allocator;
use crate::crt::process::Process;
use crate::error::{Code, Result};
use crate::ffi::argument;
use crate::ffi::callbacks::{Caller, Object, UserData, call_plain, pause_done};
use crate::ffi::entry::entry;
use crate::ffi::handle::{self, Opaque};
use crate::ffi::options::{Request, request};
use crate::operation::MetaRequest;

use super::client::{ClientReference, check_maker};
use super::front::RequestFront;
use super::resume_token::token_object;

/// What stands behind a meta request's C object.
pub(in crate::ffi) struct RequestObject {
    allocator: Allocator,
    /// Set right after the object is made; a callback may be faster than that.
    request: OnceCell<Arc<MetaRequest>>,
    /// Callers may take a reference of their own to the client for as long as there is a meta request of it.
    client: ClientReference,
    /// The client's pool knows a receive buffer of the caller's by this object's address.
    is_lent: bool,
    maker: Process,
    shutdown: (aws_s3_meta_request_shutdown_fn, UserData),
}

/// What is asked for beyond the options.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ffi) struct Asked {
    /// From now on.
    pub deadline: Option<Duration>,
}

impl Opaque for aws_s3_meta_request {
    type Front = RequestFront;
    type Inner = RequestObject;
}

impl RequestObject {
    pub(super) fn allocator(&self) -> Allocator {
        self.allocator
    }

    pub(super) fn meta_request(&self) -> Option<&Arc<MetaRequest>> {
        Some(self.request.wait())
    }
}

/// Makes a meta request and starts it. What comes back may be gone already, when a callback gave the caller's reference
/// up.
///
/// # Safety
/// As for [`crate::ffi::options::request`]; `client` stands behind `client_object`, a reference to which is held.
pub(super) unsafe fn new(
    allocator: Allocator,
    client_object: *mut aws_s3_client,
    client: &Client,
    options: &aws_s3_meta_request_options,
    asked: Asked,
) -> Result<*mut aws_s3_meta_request> {
    // SAFETY: as the caller promises.
    let Request { mut spec, receive_buffer } = unsafe { request(client, options)? };
    let is_lent = receive_buffer.is_some();
    let shutdown = (options.shutdown_callback, UserData(options.user_data));
    // SAFETY: the caller holds a reference to the client.
    let client_reference = unsafe { ClientReference::acquire(client_object) };
    let object = RequestObject {
        allocator,
        request: OnceCell::new(),
        client: client_reference,
        is_lent,
        maker: Process::current(),
        shutdown,
    };
    // One reference for the caller, one for the callbacks, and one for what follows here: the caller may give its own
    // up in a callback that comes before this function returns.
    let front = RequestFront::new(options.user_data, spec.kind as u32);
    let object: *mut aws_s3_meta_request = handle::create(allocator, 3, front, object);
    spec.handle = object as usize;
    spec.deadline = asked.deadline;
    if let Some(buffer) = receive_buffer.as_ref()
        && let Err(error) = client.env().pool.add_preallocated(object, *buffer)
    {
        // SAFETY: nobody has seen the object.
        drop(unsafe { handle::destroy(object) });
        return Err(error);
    }
    // SAFETY: as the caller promises.
    let checksum = unsafe { argument::optional(options.checksum_config) };
    let caller = Caller {
        object: Object(object),
        allocator,
        user_data: UserData(options.user_data),
        headers: options.headers_callback,
        body: options.body_callback,
        body_ex: options.body_callback_ex,
        progress: options.progress_callback,
        telemetry: options.telemetry_callback,
        review: options.upload_review_callback,
        full_object_checksum: checksum.and_then(|config| config.full_object_checksum_callback),
        full_object_user_data: UserData(checksum.map_or(ptr::null_mut(), |it| it.user_data)),
        error_token: options.on_error_resume_token,
        finish: options.finish_callback,
        receive_buffer,
    };
    let held = Object(object);
    let started = client.start(spec, Arc::new(caller));
    // SAFETY: `held` keeps the object.
    let _ = unsafe { handle::borrow(held.0.cast_const())? }.request.set(started);
    drop(held);
    Ok(object)
}

/// Releases a reference; the last one ends the object. NULL is left alone.
///
/// # Safety
/// The reference is the caller's to give up.
pub(in crate::ffi) unsafe fn release(object: *mut aws_s3_meta_request) {
    // SAFETY: as the caller promises.
    if !unsafe { handle::release(object) } {
        return;
    }
    // SAFETY: that was the last reference, and the object is still there.
    if let Ok(inner) = unsafe { handle::borrow(object.cast_const()) }
        && !inner.maker.is_current()
    {
        // What it consists of is the parent's.
        return call_plain(inner.shutdown.0, inner.shutdown.1);
    }
    // SAFETY: that was the last reference.
    let Some((inner, husk)) = (unsafe { handle::destroy(object) }) else { return };
    // The client may not end before this meta request's own last word.
    let keep = inner.request.get().map(|request| request.keep_alive());
    drop(inner.request);
    if let Some(env) = keep.as_ref().filter(|_| inner.is_lent) {
        env.pool.remove_preallocated(object);
    }
    // Not before the pool has forgotten the address: the next meta request may get it.
    drop(husk);
    drop(inner.client);
    call_plain(inner.shutdown.0, inner.shutdown.1);
    drop(keep);
}

/// A meta request of this process, and its allocator.
///
/// # Safety
/// `object` is NULL or alive.
pub(in crate::ffi) unsafe fn borrow_meta_request<'a>(
    object: *const aws_s3_meta_request,
) -> Result<(Allocator, &'a Arc<MetaRequest>)> {
    // SAFETY: as the caller promises.
    unsafe { Ok((handle::borrow(object)?.allocator(), borrow(object)?)) }
}

/// `INVALID_STATE` for the meta request of a parent process.
///
/// # Safety
/// `object` is NULL or alive.
pub(super) unsafe fn borrow<'a>(
    object: *const aws_s3_meta_request,
) -> Result<&'a Arc<MetaRequest>> {
    // SAFETY: as the caller promises.
    let object = unsafe { handle::borrow(object)? };
    check_maker(object.maker)?;
    Ok(object.request.wait())
}

/// Takes one more reference to a meta request; release it with `aws_s3_meta_request_release`.
/// NULL does nothing. Returns `meta_request`. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_acquire(
    meta_request: *mut aws_s3_meta_request,
) -> *mut aws_s3_meta_request {
    // SAFETY: the caller holds a reference.
    unsafe { handle::acquire(meta_request) }
}

/// Releases one reference to a meta request, which does not stop it. The shutdown callback is
/// called when all references, the library's own included, are gone, possibly during this call.
/// NULL does nothing. Always returns NULL. May be called from any thread, also from callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_release(
    meta_request: *mut aws_s3_meta_request,
) -> *mut aws_s3_meta_request {
    entry(|| {
        // SAFETY: the caller gives up a reference, or passes NULL.
        unsafe { release(meta_request) };
        Ok(ptr::null_mut())
    })
}

/// Cancels a meta request: it will finish with AWS_ERROR_S3_CANCELED unless it has a result
/// already, and a multipart upload is aborted first. Returns at once; callbacks may still come
/// until the finish callback. Cancelling again, or NULL, does nothing. May be called from any
/// thread, also from callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_cancel(meta_request: *mut aws_s3_meta_request) {
    entry(|| {
        // SAFETY: the caller holds a reference.
        unsafe { borrow(meta_request)? }.cancel();
        Ok(())
    })
}

/// Opens the window of a download by `bytes`: that many more bytes may be handed to its body
/// callback. Does nothing without `enable_read_backpressure`, for NULL, or once the meta
/// request has finished. The sum of all increments stops at UINT64_MAX. May be called from any
/// thread, also from the body callback.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_increment_read_window(
    meta_request: *mut aws_s3_meta_request,
    bytes: u64,
) {
    entry(|| {
        // SAFETY: the caller holds a reference.
        unsafe { borrow(meta_request)? }.increment_read_window(bytes);
        Ok(())
    })
}

/// Stops a multipart upload of known length, and tells how far it got. The meta request then
/// finishes with AWS_ERROR_S3_PAUSED unless it has a result already, and leaves the parts
/// already uploaded with S3.
///
/// `*out_resume_token` is NULL when the upload had not begun yet: start it anew. Otherwise the
/// caller owns that reference and releases it with `aws_s3_meta_request_resume_token_release`;
/// a new meta request with the token in its options goes on from there. Neither pointer may be
/// NULL. Returns at once; requests may still be in flight until the finish callback.
///
/// Errors, with `*out_resume_token` NULL: AWS_ERROR_UNSUPPORTED_OPERATION for anything but a
/// multipart upload of known length, AWS_ERROR_INVALID_ARGUMENT for a NULL pointer. May be
/// called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_pause(
    meta_request: *mut aws_s3_meta_request,
    out_resume_token: *mut *mut aws_s3_meta_request_resume_token,
) -> c_int {
    entry(|| {
        // SAFETY: the caller holds a reference and lends the out pointer.
        let (object, out) =
            unsafe { (handle::borrow(meta_request.cast_const())?, out_resume_token.as_mut()) };
        let out = out.ok_or(Code::INVALID_ARGUMENT)?;
        *out = ptr::null_mut();
        check_maker(object.maker)?;
        if let Some(token) = object.request.wait().pause()? {
            *out = token_object(object.allocator, token);
        }
        Ok(0)
    })
}

/// Stops an upload or a download, and tells how far it got once everything in flight has ended.
/// The meta request then finishes with AWS_ERROR_S3_PAUSED unless it has a result already.
///
/// On AWS_OP_SUCCESS, `on_complete` is called exactly once with `user_data`: before the finish
/// callback, with a token when there is something to go on from; or during this call, with
/// AWS_ERROR_INVALID_STATE, when a pause is already under way or the meta request has finished.
/// It goes on by a new meta request with that token in its options.
///
/// Errors, and then `on_complete` is not called: AWS_ERROR_UNSUPPORTED_OPERATION for a copy,
/// AWS_ERROR_INVALID_ARGUMENT when `meta_request` or `on_complete` is NULL. May be called from
/// any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_meta_request_pause_async(
    meta_request: *mut aws_s3_meta_request,
    on_complete: aws_s3_meta_request_pause_complete_fn,
    user_data: *mut c_void,
) -> c_int {
    entry(|| {
        // SAFETY: the caller holds a reference.
        let object = unsafe { handle::borrow(meta_request.cast_const())? };
        check_maker(object.maker)?;
        if on_complete.is_none() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let done = pause_done(meta_request, object.allocator, on_complete, user_data);
        object.request.wait().pause_async(Box::new(done))?;
        Ok(0)
    })
}
