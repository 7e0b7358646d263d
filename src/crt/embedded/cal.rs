//! Start and end of aws-c-cal, and the texts of its errors.
//!
//! Hashes and keys themselves are not offered as C functions.

use crate::crt::embedded::published::{Switch, error_table, publish, subject_table, withdraw};
use crate::crt::sys::aws_allocator;

unsafe extern "C" {
    fn aws_common_library_init(allocator: *mut aws_allocator);
    fn aws_common_library_clean_up();
}

static SWITCH: Switch = Switch::off();

/// Starts this library and the one below it.
///
/// # Safety
/// The allocator is NULL or valid until the clean-up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_cal_library_init(allocator: *mut aws_allocator) {
    if SWITCH.on() {
        // SAFETY: as the caller promises.
        unsafe { aws_common_library_init(allocator) };
        publish(&ERRORS, &SUBJECTS);
    }
}

/// Ends this library and the one below it.
///
/// # Safety
/// Nothing of the library is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_cal_library_clean_up() {
    if SWITCH.turn_off() {
        withdraw(&ERRORS, &SUBJECTS);
        // SAFETY: as the caller promises.
        unsafe { aws_common_library_clean_up() };
    }
}

/// For threads of the program that used the library. Nothing is kept per thread.
#[unsafe(no_mangle)]
pub extern "C" fn aws_cal_thread_clean_up() {}

error_table!(
    ERRORS,
    "aws-c-cal",
    7168,
    [
        ("AWS_ERROR_CAL_SIGNATURE_VALIDATION_FAILED", "The signature does not fit the data"),
        (
            "AWS_ERROR_CAL_MISSING_REQUIRED_KEY_COMPONENT",
            "The key lacks a part that is needed here"
        ),
        ("AWS_ERROR_CAL_INVALID_KEY_LENGTH_FOR_ALGORITHM", "The key has the wrong length"),
        ("AWS_ERROR_CAL_UNKNOWN_OBJECT_IDENTIFIER", "The ASN.1 document names an unknown object"),
        ("AWS_ERROR_CAL_MALFORMED_ASN1_ENCOUNTERED", "The ASN.1 document is broken"),
        (
            "AWS_ERROR_CAL_MISMATCHED_DER_TYPE",
            "The ASN.1 document holds something else than expected"
        ),
        ("AWS_ERROR_CAL_UNSUPPORTED_ALGORITHM", "The algorithm is not supported"),
        ("AWS_ERROR_CAL_BUFFER_TOO_LARGE_FOR_ALGORITHM", "The data is too long for the algorithm"),
        (
            "AWS_ERROR_CAL_INVALID_CIPHER_MATERIAL_SIZE_FOR_ALGORITHM",
            "Key or initial vector has the wrong length"
        ),
        (
            "AWS_ERROR_CAL_DER_UNSUPPORTED_NEGATIVE_INT",
            "The ASN.1 document holds a negative number"
        ),
        ("AWS_ERROR_CAL_UNSUPPORTED_KEY_FORMAT", "The key has an unknown format"),
        ("AWS_ERROR_CAL_CRYPTO_OPERATION_FAILED", "A cryptographic operation failed"),
    ]
);

subject_table!(
    SUBJECTS,
    7168,
    [
        ("aws-c-cal", "Cryptography in general"),
        ("ecc", "Elliptic curves"),
        ("hash", "Hashes"),
        ("hmac", "Keyed hashes"),
        ("der", "ASN.1 documents"),
        ("libcrypto_resolve", "Which cryptographic library is used"),
        ("rsa", "RSA"),
        ("ed25519", "Ed25519"),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_as_long_as_the_enumerations() {
        assert_eq!(ERRORS.0.count, 12);
        assert_eq!(SUBJECTS.0.count, 8);
    }
}
