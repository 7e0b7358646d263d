//! Sources of keys that this platform, or this library, does not have. Asking for one fails, and leaves options that
//! may be cleaned up.

use core::ffi::*;
use core::mem;

use crate::crt::sys::*;
use crate::error::Code;
use crate::log;

use super::link;

/// Only Windows has certificate stores with such paths.
///
/// # Safety
/// `options` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_from_system_path(
    options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _cert_reg_path: *const c_char,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { refuse(options, Code::PLATFORM_NOT_SUPPORTED) }
}

/// Only macOS.
///
/// # Safety
/// `options` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_pkcs12_from_path(
    options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs12_path: *const c_char,
    _pkcs_pwd: *const aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { refuse(options, Code::PLATFORM_NOT_SUPPORTED) }
}

/// Only macOS.
///
/// # Safety
/// `options` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_pkcs12(
    options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs12: *mut aws_byte_cursor,
    _pkcs_pwd: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { refuse(options, Code::PLATFORM_NOT_SUPPORTED) }
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
///
/// # Safety
/// `options` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_with_pkcs11(
    options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _pkcs11_options: *const aws_tls_ctx_pkcs11_options,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { refuse(options, Code::PLATFORM_NOT_SUPPORTED) }
}

/// Keys that a program keeps to itself are not supported.
///
/// # Safety
/// `options` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_tls_ctx_options_init_client_mtls_with_custom_key_operations(
    options: *mut aws_tls_ctx_options,
    _allocator: *mut aws_allocator,
    _custom: *mut aws_custom_key_op_handler,
    _cert_file_contents: *const aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { refuse(options, Code::UNIMPLEMENTED) }
}

/// # Safety
/// `options` is writable.
unsafe fn refuse(options: *mut aws_tls_ctx_options, code: Code) -> c_int {
    log!(Error, General, "keys from this kind of source are not supported: {code:?}");
    // SAFETY: as the caller promises; all zeroes is a valid value of the struct, and what is cleaned up without harm.
    unsafe { options.write(mem::zeroed()) };
    link::raise(code)
}

#[cfg(test)]
mod tests {
    use core::ptr::{null, null_mut};

    use super::*;
    use crate::crt::last_error;

    #[test]
    fn what_is_refused_can_be_cleaned_up() {
        // SAFETY: all zeroes is a valid value of the struct.
        let mut options = unsafe { mem::zeroed::<aws_tls_ctx_options>() };
        let mut refused = |code, call: &dyn Fn(*mut aws_tls_ctx_options) -> c_int| {
            // As memory that nobody has written to yet.
            options.certificate.len = 7;
            assert_eq!(call(&raw mut options), -1);
            assert_eq!(last_error(), code);
            assert_eq!(options.certificate.len, 0);
        };
        let (none, never) = (Code::PLATFORM_NOT_SUPPORTED, Code::UNIMPLEMENTED);
        // SAFETY: the options are writable.
        refused(none, &|at| unsafe {
            aws_tls_ctx_options_init_client_mtls_with_pkcs11(at, null_mut(), null())
        });
        // SAFETY: as above.
        refused(never, &|at| unsafe {
            let (allocator, handler) = (null_mut(), null_mut());
            aws_tls_ctx_options_init_client_mtls_with_custom_key_operations(
                at,
                allocator,
                handler,
                null(),
            )
        });
        // SAFETY: as above.
        refused(none, &|at| unsafe {
            aws_tls_ctx_options_init_client_mtls_from_system_path(at, null_mut(), null())
        });
        // SAFETY: as above.
        refused(none, &|at| unsafe {
            let (allocator, path) = (null_mut(), null());
            aws_tls_ctx_options_init_client_mtls_pkcs12_from_path(at, allocator, path, null())
        });
        // SAFETY: as above.
        refused(none, &|at| unsafe {
            aws_tls_ctx_options_init_client_mtls_pkcs12(at, null_mut(), null_mut(), null_mut())
        });
    }
}
