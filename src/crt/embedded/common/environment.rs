//! Environment variables, through the C library: programs change them there.

use core::ptr::null_mut;

use super::string::{aws_string_c_str, new};
use super::*;

/// # Safety
/// `name` is a C string.
unsafe fn value<'a>(name: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: promised by the caller. The result is copied before anybody can change it, as far as C programs go.
    unsafe { c_bytes(libc::getenv(name)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_get_env(
    allocator: *mut aws_allocator,
    name: *const c_char,
) -> *mut aws_string {
    // SAFETY: a C string.
    unsafe { value(name) }.map_or(null_mut(), |value| new(allocator, value))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_get_env_nonempty(
    allocator: *mut aws_allocator,
    name: *const c_char,
) -> *mut aws_string {
    // SAFETY: a C string.
    let value = unsafe { value(name) }.filter(|value| !value.is_empty());
    value.map_or(null_mut(), |value| new(allocator, value))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_get_environment_value(
    allocator: *mut aws_allocator,
    variable_name: *const aws_string,
    value_out: &mut *mut aws_string,
) -> c_int {
    // SAFETY: a string.
    *value_out = unsafe { aws_get_env(allocator, aws_string_c_str(variable_name)) };
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_set_environment_value(
    variable_name: *const aws_string,
    value: *const aws_string,
) -> c_int {
    // SAFETY: two strings.
    match unsafe { libc::setenv(aws_string_c_str(variable_name), aws_string_c_str(value), 1) } {
        0 => SUCCESS,
        _ => raise(AWS_ERROR_ENVIRONMENT_SET),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_unset_environment_value(variable_name: *const aws_string) -> c_int {
    // SAFETY: a string.
    match unsafe { libc::unsetenv(aws_string_c_str(variable_name)) } {
        0 => SUCCESS,
        _ => raise(AWS_ERROR_ENVIRONMENT_UNSET),
    }
}
