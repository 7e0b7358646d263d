//! A caller's options for TLS connections, kept.

use core::fmt;
use core::ptr;
use std::ffi::CStr;
use std::sync::Arc;

use super::blocks::allocator;
use super::desk::Listener;
use crate::crt::call::call_through;
use crate::crt::host::channels as host;
use crate::crt::sys::aws_tls_connection_options;
use crate::crt::{check, cursor};
use crate::error::Result;

/// Holds the context, and through it whatever the caller gave it.
#[derive(Clone)]
pub struct TlsOptions(Arc<Copied>);

/// A copy that is cleaned up in the end.
pub(super) struct Copied(pub aws_tls_connection_options);

// SAFETY: options are only read, and contexts are made to be used by many threads.
unsafe impl Send for Copied {}
// SAFETY: as above.
unsafe impl Sync for Copied {}

impl TlsOptions {
    /// None for NULL, and for options without a context.
    ///
    /// # Safety
    /// `options` is NULL, or initialised with a live context.
    pub unsafe fn copy(options: *const aws_tls_connection_options) -> Option<Self> {
        // SAFETY: as the caller promises.
        let options = unsafe { options.as_ref() }?;
        (!options.ctx.is_null()).then(|| Self(Arc::new(Copied::of(options))))
    }

    /// The caller's, for one connection to `server`. A list of protocols is replaced by what is spoken here, and made
    /// up if there is to be one `anyway`, because one in the context would count otherwise.
    pub(super) fn of_connection(&self, server: &str, anyway: bool) -> Result<Copied> {
        const PROTOCOL: &CStr = c"http/1.1";
        let mut options = Copied::of(&self.0.0);
        // SAFETY: the copy is ours, and what it gets is copied.
        unsafe {
            check(host::aws_tls_connection_options_set_server_name(
                &mut options.0,
                allocator(),
                &cursor(server.as_bytes()),
            ))?;
            if anyway || !options.0.alpn_list.is_null() {
                let list = PROTOCOL.as_ptr();
                check(host::aws_tls_connection_options_set_alpn_list(
                    &mut options.0,
                    allocator(),
                    list,
                ))?;
            }
        }
        // Whoever waits for the handshake limits it, and nobody reads messages about protocols.
        options.0.timeout_ms = 0;
        options.0.advertise_alpn_message = false;
        Ok(options)
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0.0.ctx, f)
    }
}

impl Copied {
    fn of(options: &aws_tls_connection_options) -> Self {
        // SAFETY: zero is a valid value of every field, and what a copy is made into.
        let mut copied = Self(unsafe { core::mem::zeroed() });
        // SAFETY: both are valid. Copying fails only where memory lacks, and that ends the process before.
        unsafe { host::aws_tls_connection_options_copy(&mut copied.0, ptr::from_ref(options)) };
        copied
    }

    pub fn listener(&self) -> Listener {
        let aws_tls_connection_options {
            on_negotiation_result,
            on_data_read,
            on_error,
            user_data,
            ..
        } = self.0;
        Listener { on_negotiation_result, on_data_read, on_error, user_data }
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        let clean_up = host::aws_tls_connection_options_clean_up as unsafe extern "C" fn(_) -> _;
        // SAFETY: ours, and not used any more. The last holder of a context ends it, and its key handler.
        let _ = unsafe { call_through(clean_up, (&raw mut self.0,)) };
    }
}
