//! The functions of `aws/s3/private/s3_paginator.h`.
//!
//! Each page is an ordinary meta request of the program's client. It holds a reference to its paginator, so that the
//! program may give up its own at any time.

use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, take};

use bytes::Bytes;

use crate::abi::*;
use crate::crt::call::call_out;
use crate::crt::sys::{aws_byte_cursor, aws_signing_config_aws};
use crate::crt::{self, Allocator, Message};
use crate::error::{Code, Result};
use crate::log;
use crate::operation::Listing;
use crate::sync::Mutex;
use crate::xml::list_objects;

use super::argument;
use super::callbacks::UserData;
use super::entry::{enter, entry};
use super::handle::{self, Opaque};
use super::s3_client::{ClientReference, meta_request};
use super::s3_list_objects::info;

/// What stands behind a paginator's C object.
pub(super) struct Paginator {
    pub allocator: Allocator,
    pub client: ClientReference,
    /// The `Host` header.
    pub host: Bytes,
    pub listing: Listing,
    pub on_object: aws_s3_on_object_fn,
    pub on_list_finished: aws_s3_on_object_list_finished_fn,
    pub user_data: UserData,
    pub paging: Mutex<Paging>,
}

/// How far the list is.
#[derive(Default)]
pub(super) struct Paging {
    stage: Stage,
    has_more: bool,
    /// Where the next page begins.
    token: Option<Bytes>,
}

impl Paging {
    pub fn beginning_at(token: Option<Bytes>) -> Self {
        Self { token, ..Self::default() }
    }
}

#[derive(Default, PartialEq, Eq)]
enum Stage {
    /// The next page may be asked for.
    #[default]
    Waiting,
    /// A page is on its way.
    Asked,
    /// The last page was there, or has failed.
    Over,
}

impl Opaque for aws_s3_paginator {
    type Front = ();
    type Inner = Paginator;
}

/// One reference to a paginator's C object.
struct Reference(*mut aws_s3_paginator);

// SAFETY: the object is counted atomically and what is in it is `Send` and `Sync`.
unsafe impl Send for Reference {}

impl Drop for Reference {
    fn drop(&mut self) {
        // SAFETY: the reference is ours.
        unsafe { release(self.0) };
    }
}

/// Releases a reference; the last one ends the object. NULL is left alone.
///
/// # Safety
/// The reference is the caller's to give up.
unsafe fn release(paginator: *mut aws_s3_paginator) {
    // SAFETY: as the caller promises.
    if !unsafe { handle::release(paginator) } {
        return;
    }
    // SAFETY: that was the last reference.
    let Some((inner, husk)) = (unsafe { handle::destroy(paginator) }) else { return };
    // The allocator may be gone with the client.
    drop(husk);
    drop(inner);
}

/// A page on its way, which the callbacks of its meta request are handed.
struct Page {
    paginator: Reference,
    document: Mutex<Vec<u8>>,
}

impl Page {
    /// Shows what has come, and says so. The paginator may end with this page.
    fn end(self, code: Code) -> Result<()> {
        // SAFETY: the page has a reference.
        let object = unsafe { handle::borrow(self.paginator.0.cast_const())? };
        let document = take(&mut *self.document.lock());
        let shown = if code == Code::SUCCESS { object.show(&document) } else { Err(code.into()) };
        let code = shown.as_ref().err().map_or(Code::SUCCESS, |error| error.code());
        if let Err(error) = &shown {
            log!(Error, General, "a page of a list failed: {error}");
        }
        object.settle(shown.ok().flatten());
        if let Some(callback) = object.on_list_finished {
            // SAFETY: the page's reference keeps the object during the call.
            let _ = unsafe { call_out!(callback, self.paginator.0, code.0, object.user_data.0) };
        }
        Ok(())
    }
}

impl Paginator {
    /// Where the next page begins, if it may be asked for.
    fn begin(&self) -> Result<Option<Bytes>> {
        let mut paging = self.paging.lock();
        if paging.stage != Stage::Waiting {
            return Err(Code::INVALID_STATE.into());
        }
        paging.stage = Stage::Asked;
        Ok(paging.token.clone())
    }

    /// A page has ended; the list goes on if there is a token.
    fn settle(&self, token: Option<Bytes>) {
        let mut paging = self.paging.lock();
        paging.stage = if token.is_some() { Stage::Waiting } else { Stage::Over };
        paging.has_more = token.is_some();
        paging.token = token;
    }

    /// Calls back for every entry of a page, unless one of them is not understood. Says where the next page begins;
    /// None when the program has seen enough.
    fn show(&self, document: &[u8]) -> Result<Option<Bytes>> {
        self.paging.lock().has_more = false;
        let page = list_objects(document)?;
        let infos = page.entries.iter().map(|entry| info(&self.listing, entry));
        let infos = infos.collect::<Result<Vec<_>>>()?;
        let Some(callback) = self.on_object else { return Ok(page.next_token) };
        for info in &infos {
            // SAFETY: the entry, and what it shows, lives until after the call.
            let verdict: c_int =
                unsafe { call_out!(callback, std::ptr::from_ref(info), self.user_data.0) }?;
            if verdict != 0 {
                return Ok(None);
            }
        }
        Ok(page.next_token)
    }

    /// Starts the meta request of a page.
    ///
    /// # Safety
    /// `paginator` is this object's; `signing_config` is as [`aws_s3_client_make_meta_request`] wants it.
    unsafe fn ask(
        &self,
        paginator: *mut aws_s3_paginator,
        token: Option<Bytes>,
        signing_config: *const aws_signing_config_aws,
    ) -> Result<()> {
        let target = self.listing.target(token.as_deref());
        let headers = [
            (Bytes::from_static(b"accept"), Bytes::from_static(b"application/xml")),
            (Bytes::from_static(b"host"), self.host.clone()),
        ];
        let message = Message::new_request(self.allocator, b"GET", target.as_bytes(), &headers)?;
        // SAFETY: the caller keeps the object during the call.
        let paginator = Reference(unsafe { handle::acquire(paginator) });
        let page = Box::into_raw(Box::new(Page { paginator, document: Mutex::default() }));
        // SAFETY: numbers, pointers and nullable functions, all of which may be zero.
        let mut options: aws_s3_meta_request_options =
            unsafe { MaybeUninit::zeroed().assume_init() };
        options.operation_name = crt::cursor(b"ListObjectsV2");
        options.signing_config = signing_config;
        options.message = message.as_ptr();
        options.body_callback = Some(on_body);
        options.finish_callback = Some(on_finish);
        options.user_data = page.cast();
        // SAFETY: the options and all that they name live during the call; the page lives until it has finished.
        match unsafe { self.client.make_meta_request(&options) } {
            Ok(request) => {
                // SAFETY: that reference is ours, and the request goes on without it.
                unsafe { meta_request::release(request) };
                Ok(())
            }
            Err(error) => {
                // SAFETY: no callback comes; the page is ours again.
                drop(unsafe { Box::from_raw(page) });
                Err(error)
            }
        }
    }
}

unsafe extern "C" fn on_body(
    _: *mut aws_s3_meta_request,
    body: *const aws_byte_cursor,
    _: u64,
    user_data: *mut c_void,
) -> c_int {
    enter(|| {
        // SAFETY: the page lives until its request has finished; the bytes live during the call.
        let (page, bytes) = unsafe {
            let body = argument::required(body)?;
            (argument::required(user_data.cast::<Page>().cast_const())?, crt::bytes_of(*body))
        };
        page.document.lock().extend_from_slice(bytes);
        Ok(0)
    })
}

unsafe extern "C" fn on_finish(
    _: *mut aws_s3_meta_request,
    result: *const aws_s3_meta_request_result,
    user_data: *mut c_void,
) {
    enter(|| {
        // SAFETY: this is the last callback of the page's request.
        let page = unsafe { Box::from_raw(user_data.cast::<Page>()) };
        // SAFETY: the result lives during the call.
        let code = unsafe { argument::required(result)? }.error_code;
        page.end(Code(code))
    })
}

/// Takes one more reference to a paginator; release it with `aws_s3_paginator_release`. NULL does
/// nothing. May be called from any thread.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_paginator_acquire(paginator: *mut aws_s3_paginator) {
    // SAFETY: the caller holds a reference, or passes NULL.
    unsafe { handle::acquire(paginator) };
}

/// Releases one reference to a paginator, which does not stop a page that is on its way: its
/// callbacks still come. With the last reference goes the one to the client. NULL does nothing. May
/// be called from any thread, also from callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_paginator_release(paginator: *mut aws_s3_paginator) {
    entry(|| {
        // SAFETY: the caller gives up a reference, or passes NULL.
        unsafe { release(paginator) };
        Ok(())
    })
}

/// Asks for the next page, at first the first one, by a meta request of type DEFAULT.
///
/// `signing_config` is used as `aws_s3_meta_request_options.signing_config` is; NULL means that of
/// the client. Does not wait for the network. Callbacks may begin before this returns. May be called
/// from any thread, also from the callback for a page's end.
///
/// Returns AWS_OP_SUCCESS when the callback for the page's end will be called. Otherwise raises an
/// error and returns AWS_OP_ERR, and then no callback is called: AWS_ERROR_INVALID_STATE while a
/// page is on its way, after the last page, and after an error; AWS_ERROR_INVALID_ARGUMENT for a
/// NULL paginator; or what `aws_s3_client_make_meta_request` raises, which ends the list.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_paginator_continue(
    paginator: *mut aws_s3_paginator,
    signing_config: *const aws_signing_config_aws,
) -> c_int {
    entry(|| {
        // SAFETY: the caller holds a reference, which a callback may give up before this returns.
        let held = Reference(unsafe { handle::acquire(paginator) });
        // SAFETY: as above.
        let object = unsafe { handle::borrow(held.0.cast_const())? };
        let token = object.begin()?;
        // SAFETY: `held` keeps the object; the rest is the caller's promise.
        let asked = unsafe { object.ask(held.0, token, signing_config) };
        if asked.is_err() {
            object.settle(None);
        }
        asked.map(|()| 0)
    })
}

/// Returns whether the last page that came said that another one follows: false before the first
/// one, after the last one, after an error, and for NULL. May be called from any thread, also from
/// callbacks.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_paginator_has_more_results(
    paginator: *const aws_s3_paginator,
) -> bool {
    entry(|| {
        // SAFETY: the caller holds a reference, or passes NULL.
        Ok(unsafe { handle::borrow(paginator)? }.paging.lock().has_more)
    })
}
