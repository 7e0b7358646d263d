//! `aws_io_library_*`, and what an error code of this library means to a caller.

use core::ffi::*;

use crate::crt::embedded::published::{Switch, publish, withdraw};
use crate::crt::sys::*;

use super::error_table::{ERRORS, SUBJECTS};
use super::link;

static SWITCH: Switch = Switch::off();

/// Not counted: the second call does nothing, and one clean-up undoes any number of them.
///
/// # Safety
/// `allocator` is valid until clean-up. Not concurrent with the other two functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_io_library_init(allocator: *mut aws_allocator) {
    if SWITCH.on() {
        // SAFETY: as the caller promises.
        unsafe { link::aws_common_library_init(allocator) };
        publish(&ERRORS, &SUBJECTS);
    }
}

/// Waits for every managed thread.
///
/// # Safety
/// As [`aws_io_library_init`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_io_library_clean_up() {
    if SWITCH.turn_off() {
        // SAFETY: always callable.
        unsafe { link::aws_thread_join_all_managed() };
        withdraw(&ERRORS, &SUBJECTS);
        // SAFETY: as the caller promises.
        unsafe { link::aws_common_library_clean_up() };
    }
}

/// Ends the process when the library is not initialised.
#[unsafe(no_mangle)]
pub extern "C" fn aws_io_fatal_assert_library_initialized() {
    if !SWITCH.is_on() {
        link::fatal(c"aws_io_library_init was called");
    }
}

/// Whether the same operation may succeed when it is tried again.
#[unsafe(no_mangle)]
pub extern "C" fn aws_io_error_code_is_retryable(error_code: c_int) -> bool {
    RETRYABLE.contains(&error_code)
}

/// Whether a TLS implementation or its peer is what failed.
#[unsafe(no_mangle)]
pub extern "C" fn aws_error_code_is_tls(error_code: c_int) -> bool {
    TLS.iter().any(|range| range.contains(&error_code))
}

/// Refused, timed out, network down, closed, aborted, no address, slow handshake, slow name server.
const RETRYABLE: [c_int; 8] = [1047, 1048, 1050, 1051, 1057, 1060, 1067, 1195];

const TLS: [core::ops::RangeInclusive<c_int>; 5] =
    [1029..=1035, 1067..=1068, 1071..=1072, 1178..=1178, 1181..=1194];

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    fn names(accepts: extern "C" fn(c_int) -> bool) -> Vec<&'static str> {
        // SAFETY: the list describes its own array.
        let errors =
            unsafe { std::slice::from_raw_parts(ERRORS.0.error_list, usize::from(ERRORS.0.count)) };
        let chosen = errors.iter().filter(|error| accepts(error.error_code));
        // SAFETY: the table holds C strings.
        chosen
            .map(|error| unsafe { CStr::from_ptr(error.literal_name) }.to_str().unwrap())
            .collect()
    }

    #[test]
    fn numbers_are_those_of_the_names() {
        let retryable = [
            "AWS_IO_SOCKET_CONNECTION_REFUSED",
            "AWS_IO_SOCKET_TIMEOUT",
            "AWS_IO_SOCKET_NETWORK_DOWN",
            "AWS_IO_SOCKET_CLOSED",
            "AWS_IO_SOCKET_CONNECT_ABORTED",
            "AWS_IO_DNS_NO_ADDRESS_FOR_HOST",
            "AWS_IO_TLS_NEGOTIATION_TIMEOUT",
            "AWS_IO_DNS_QUERY_AGAIN",
        ];
        assert_eq!(names(aws_io_error_code_is_retryable), retryable);
        let tls = names(aws_error_code_is_tls);
        assert_eq!(tls.len(), 26);
        assert!(tls.iter().all(|name| name.starts_with("AWS_IO_TLS_")));
        assert_eq!(tls.last(), Some(&"AWS_IO_TLS_HOST_NAME_MISMATCH"));
    }
}
