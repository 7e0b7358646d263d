//! Checksums: the algorithms, where they travel, and what is validated.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::*;
use crate::crt::sys::*;

/// Checksum algorithms of S3.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_algorithm {
    /// No checksum.
    AWS_SCA_NONE,
    /// CRC-32C (Castagnoli), 4 bytes.
    AWS_SCA_CRC32C,
    /// CRC-32, 4 bytes.
    AWS_SCA_CRC32,
    /// SHA-1, 20 bytes.
    AWS_SCA_SHA1,
    /// SHA-256, 32 bytes.
    AWS_SCA_SHA256,
    /// CRC-64/NVME, 8 bytes.
    AWS_SCA_CRC64NVME,
    /// SHA-512, 64 bytes.
    AWS_SCA_SHA512,
    /// XXH64, 8 bytes.
    AWS_SCA_XXHASH64,
    /// XXH3 with 64 bits, 8 bytes.
    AWS_SCA_XXHASH3_64,
    /// XXH3 with 128 bits, 16 bytes.
    AWS_SCA_XXHASH3_128,
    /// A checksum header of the caller's message that this library does not know; it is passed on
    /// unread. Cannot be asked for.
    AWS_SCA_UNKNOWN,
}

/// First algorithm, for loops over all of them.
pub const AWS_SCA_INIT: aws_s3_checksum_algorithm = aws_s3_checksum_algorithm::AWS_SCA_CRC32C;
/// Last algorithm, for loops over all of them.
pub const AWS_SCA_END: aws_s3_checksum_algorithm = aws_s3_checksum_algorithm::AWS_SCA_XXHASH3_128;

/// Where the checksum of an upload travels.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_location {
    /// Nowhere: no checksum is sent.
    AWS_SCL_NONE,
    /// In a header, so that the body is read once before it is sent.
    AWS_SCL_HEADER,
    /// In a trailer after the body, which is then sent as aws-chunked.
    AWS_SCL_TRAILER,
}

/// How far the validation of a download goes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_checksum_validation_mode {
    /// Same as AWS_SCVM_FULL_OBJECT.
    AWS_SCVM_DEFAULT,
    /// Each response against its own checksum header, nothing that spans several responses. Saves
    /// the request that asks for the checksum of the object.
    AWS_SCVM_REQUEST_ONLY,
    /// Each response, and the whole object where S3 knows a checksum of it. That S3 knows none is
    /// no error.
    AWS_SCVM_FULL_OBJECT,
}

/// What is to be done about checksums. Zero means nothing.
///
/// The struct is copied when the meta request is made; `user_data` must live until its finish
/// callback.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_checksum_config {
    /// Uploads: where the checksum travels. Anything but AWS_SCL_NONE needs a `checksum_algorithm`
    /// (AWS_ERROR_INVALID_ARGUMENT).
    pub location: MaybeUninit<aws_s3_checksum_location>,
    /// Uploads: which checksum is computed. One `x-amz-checksum-*` header in the caller's message
    /// takes precedence and is sent as the checksum of the whole object; two different ones are
    /// refused with AWS_ERROR_INVALID_ARGUMENT.
    pub checksum_algorithm: MaybeUninit<aws_s3_checksum_algorithm>,
    /// Multipart uploads: asked for the checksum of the whole object once all parts are uploaded.
    /// NULL means that none is sent. Not allowed beside a checksum header in the message
    /// (AWS_ERROR_INVALID_ARGUMENT).
    pub full_object_checksum_callback: aws_s3_meta_request_full_object_checksum_fn,
    /// Handed to `full_object_checksum_callback`.
    pub user_data: *mut c_void,
    /// Downloads: true validates what is received against the checksums that S3 sends along. The
    /// result tells in `did_validate` whether that was possible.
    pub validate_response_checksum: bool,
    /// Downloads: list of `enum aws_s3_checksum_algorithm`, the ones to validate with. NULL means
    /// all. Read while the meta request is made, and stays the caller's.
    pub validate_checksum_algorithms: *const aws_array_list,
    /// Downloads: the checksum, in base64, that all bytes delivered must have together (those of
    /// the range, when the message has a `Range` header). Switches validation on by itself. Empty
    /// means none is known. Allowed for GET_OBJECT, and for DEFAULT with the operation name
    /// GetObject; it must have the length of its algorithm, and cannot be combined with
    /// AWS_SCVM_REQUEST_ONLY (AWS_ERROR_INVALID_ARGUMENT each).
    pub expected_checksum: aws_byte_cursor,
    /// Algorithm of `expected_checksum`; set both or none (AWS_ERROR_INVALID_ARGUMENT).
    pub expected_checksum_algorithm: MaybeUninit<aws_s3_checksum_algorithm>,
    /// Downloads: how far validation goes. Does not switch it on. Unknown values are refused with
    /// AWS_ERROR_INVALID_ARGUMENT.
    pub response_checksum_validation_mode: MaybeUninit<aws_s3_checksum_validation_mode>,
}
