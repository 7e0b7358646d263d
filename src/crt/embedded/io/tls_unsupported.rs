//! Sources of keys that this platform, or this library, does not have. Asking for one fails, and leaves the options
//! as they were.

use core::ffi::*;

use crate::crt::sys::*;
use crate::error::Code;

use super::link;

/// Only Windows has certificate stores with such paths.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_init_client_mtls_from_system_path(
    _options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _cert_reg_path: *const c_char,
) -> c_int {
    link::raise(Code::PLATFORM_NOT_SUPPORTED)
}

/// Only macOS.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_init_client_mtls_pkcs12_from_path(
    _options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs12_path: *const c_char,
    _pkcs_pwd: *const aws_byte_cursor,
) -> c_int {
    link::raise(Code::PLATFORM_NOT_SUPPORTED)
}

/// Only macOS.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_init_client_mtls_pkcs12(
    _options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs12: *mut aws_byte_cursor,
    _pkcs_pwd: *mut aws_byte_cursor,
) -> c_int {
    link::raise(Code::PLATFORM_NOT_SUPPORTED)
}

/// Only macOS.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_set_keychain_path(
    _options: *mut aws_tls_ctx_options,
    _keychain_path_cursor: *mut aws_byte_cursor,
) -> c_int {
    link::raise(Code::PLATFORM_NOT_SUPPORTED)
}

/// Hardware tokens are not supported.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_init_client_mtls_with_pkcs11(
    _options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs11_options: *const aws_tls_ctx_pkcs11_options,
) -> c_int {
    link::raise(Code::UNIMPLEMENTED)
}

/// Keys that a program keeps to itself are not supported.
#[unsafe(no_mangle)]
pub extern "C" fn aws_tls_ctx_options_init_client_mtls_with_custom_key_operations(
    _options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _custom: *mut aws_custom_key_op_handler,
    _cert_file_contents: *const aws_byte_cursor,
) -> c_int {
    link::raise(Code::UNIMPLEMENTED)
}
