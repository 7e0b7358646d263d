//! C types of `aws/s3/s3express_credentials_provider.h`.

use core::ffi::*;

use crate::crt::sys::*;

use super::*;

/// `aws/s3/s3express_credentials_provider.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_credentials_properties_s3express {
    pub host: aws_byte_cursor,
    pub region: aws_byte_cursor,
    pub headers: *mut aws_http_headers,
}

/// `aws/s3/s3express_credentials_provider.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3express_credentials_provider {
    pub vtable: *mut aws_s3express_credentials_provider_vtable,
    pub allocator: *mut aws_allocator,
    pub shutdown_complete_callback: aws_simple_completion_callback,
    pub shutdown_user_data: *mut c_void,
    pub r#impl: *mut c_void,
    pub ref_count: aws_ref_count,
}

/// `aws/s3/s3express_credentials_provider.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3express_credentials_provider_vtable {
    pub get_credentials: Option<unsafe extern "C" fn(*mut aws_s3express_credentials_provider, *const aws_credentials, *const aws_credentials_properties_s3express, aws_on_get_credentials_callback_fn, *mut c_void) -> c_int>,
    pub destroy: Option<unsafe extern "C" fn(*mut aws_s3express_credentials_provider)>,
}
