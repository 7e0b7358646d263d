//! Start and end of aws-c-cal, and the texts of its errors.

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
        (
            "AWS_ERROR_CAL_SIGNATURE_VALIDATION_FAILED",
            "The cryptographic signature could not be verified"
        ),
        (
            "AWS_ERROR_CAL_MISSING_REQUIRED_KEY_COMPONENT",
            "The operation needs another component of the key: private keys sign, public keys verify"
        ),
        (
            "AWS_ERROR_CAL_INVALID_KEY_LENGTH_FOR_ALGORITHM",
            "The algorithm needs a key of another length"
        ),
        (
            "AWS_ERROR_CAL_UNKNOWN_OBJECT_IDENTIFIER",
            "An ASN.1 OID is unknown or unexpected; most likely the algorithm is not supported"
        ),
        (
            "AWS_ERROR_CAL_MALFORMED_ASN1_ENCOUNTERED",
            "The input is malformed and could not be decoded as ASN.1 DER"
        ),
        ("AWS_ERROR_CAL_MISMATCHED_DER_TYPE", "Another DER type was asked for than is there"),
        ("AWS_ERROR_CAL_UNSUPPORTED_ALGORITHM", "This platform does not support the algorithm"),
        (
            "AWS_ERROR_CAL_BUFFER_TOO_LARGE_FOR_ALGORITHM",
            "The input is too large for the cipher; smaller chunks may do"
        ),
        (
            "AWS_ERROR_CAL_INVALID_CIPHER_MATERIAL_SIZE_FOR_ALGORITHM",
            "An initialization vector, tag or the like has the wrong size for the algorithm"
        ),
        (
            "AWS_ERROR_CAL_DER_UNSUPPORTED_NEGATIVE_INT",
            "The DER decoder does not support negative numbers"
        ),
        ("AWS_ERROR_CAL_UNSUPPORTED_KEY_FORMAT", "The format of the key is not supported"),
        (
            "AWS_ERROR_CAL_CRYPTO_OPERATION_FAILED",
            "The cryptographic library failed with an unknown error"
        ),
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
