//! C types of aws-c-cal that the library reads or writes, laid out as its headers do.
//!
//! Checked against the recorded layouts by `tests/layouts.rs` and against the real headers by `tests_c/layout.c`.

use core::ffi::*;

use super::*;

/// `aws/cal/hash.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hash {
    pub allocator: *mut aws_allocator,
    pub vtable: *mut aws_hash_vtable,
    pub digest_size: usize,
    pub good: bool,
    pub r#impl: *mut c_void,
}

/// `aws/cal/hash.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hash_vtable {
    pub alg_name: *const c_char,
    pub provider: *const c_char,
    pub destroy: Option<unsafe extern "C" fn(*mut aws_hash)>,
    pub update: Option<unsafe extern "C" fn(*mut aws_hash, *const aws_byte_cursor) -> c_int>,
    pub finalize: Option<unsafe extern "C" fn(*mut aws_hash, *mut aws_byte_buf) -> c_int>,
}

/// `aws/cal/hmac.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hmac {
    pub allocator: *mut aws_allocator,
    pub vtable: *mut aws_hmac_vtable,
    pub digest_size: usize,
    pub good: bool,
    pub r#impl: *mut c_void,
}

/// `aws/cal/hmac.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_hmac_vtable {
    pub alg_name: *const c_char,
    pub provider: *const c_char,
    pub destroy: Option<unsafe extern "C" fn(*mut aws_hmac)>,
    pub update: Option<unsafe extern "C" fn(*mut aws_hmac, *const aws_byte_cursor) -> c_int>,
    pub finalize: Option<unsafe extern "C" fn(*mut aws_hmac, *mut aws_byte_buf) -> c_int>,
}
