//! C types of `aws/s3/s3express_credentials_provider.h`: whoever makes session credentials for S3
//! Express.

use core::ffi::{c_int, c_void};

use crate::crt::sys::*;

/// Which S3 Express session is wanted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_properties_s3express {
    /// Host of the bucket, as it goes into the `Host` header. Required.
    pub host: aws_byte_cursor,
    /// Region to sign CreateSession for. Empty means the region of the client.
    pub region: aws_byte_cursor,
    /// Headers to add to CreateSession, for example the ones about encryption. NULL means none.
    pub headers: *mut aws_http_headers,
}

/// A provider of S3 Express session credentials, counted.
///
/// `aws_s3express_credentials_provider_init_base` fills `vtable`, `allocator`, `impl` and
/// `ref_count`; the maker of the provider fills the other two fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3express_credentials_provider {
    /// Never NULL; must outlive the provider.
    pub vtable: *mut aws_s3express_credentials_provider_vtable,
    /// The allocator that the provider was made with.
    pub allocator: *mut aws_allocator,
    /// To be called once, with `shutdown_user_data`, when the destruction of the provider is
    /// complete; may be NULL.
    pub shutdown_complete_callback: aws_simple_completion_callback,
    /// Handed to `shutdown_complete_callback`.
    pub shutdown_user_data: *mut c_void,
    /// Belongs to the implementation; the library never looks at it.
    pub r#impl: *mut c_void,
    /// Starts at 1. When it reaches 0, `vtable->destroy` is called.
    pub ref_count: aws_ref_count,
}

/// What a provider of S3 Express credentials can do. Both slots are required.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3express_credentials_provider_vtable {
    /// Finds or makes a session. May be called from many threads at the same time, once per attempt
    /// of each request.
    ///
    /// `original_credentials` may sign CreateSession; they and `properties` stay valid until the
    /// callback. Returns AWS_OP_SUCCESS when `callback` will be called exactly once, with
    /// `user_data`, on any thread and possibly before this call returns. Otherwise raises an error,
    /// returns AWS_OP_ERR, and never calls `callback`. The credentials handed to `callback` stay
    /// the provider's; they are NULL when its error code is not 0.
    pub get_credentials: Option<
        unsafe extern "C" fn(
            provider: *mut aws_s3express_credentials_provider,
            original_credentials: *const aws_credentials,
            properties: *const aws_credentials_properties_s3express,
            callback: aws_on_get_credentials_callback_fn,
            user_data: *mut c_void,
        ) -> c_int,
    >,
    /// Called when the last reference was released. Ends the provider's work, at once or later,
    /// frees it, and calls its shutdown callback once.
    pub destroy: Option<unsafe extern "C" fn(provider: *mut aws_s3express_credentials_provider)>,
}
