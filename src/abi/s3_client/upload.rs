//! What a caller may look at before a multipart upload completes, and how it resumes one.

use core::mem::MaybeUninit;

use super::*;
use crate::crt::sys::*;

/// One uploaded part, as shown to an upload review.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_part_review {
    /// Bytes of the part, without any encoding.
    pub size: u64,
    /// Checksum of the part in base64; empty when none was computed.
    pub checksum: aws_byte_cursor,
}

/// All parts of a multipart upload, as shown to an upload review. Valid during the callback.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_review {
    /// Algorithm of the checksums of the parts; AWS_SCA_NONE when there are none.
    pub checksum_algorithm: MaybeUninit<aws_s3_checksum_algorithm>,
    /// Number of elements of `part_array`.
    pub part_count: usize,
    /// The parts in their order; NULL when there is none.
    pub part_array: *mut aws_s3_upload_part_review,
}

/// What a token for resuming an upload is made from, see
/// `aws_s3_meta_request_resume_token_new_upload`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_upload_resume_token_options {
    /// Upload id that S3 gave to the multipart upload. Required. Copied.
    pub upload_id: aws_byte_cursor,
    /// Bytes per part of that upload, at least 5 MiB.
    pub part_size: u64,
    /// Number of parts that the upload takes.
    pub total_num_parts: usize,
    /// Number of parts that were done; for information only, S3 is asked which ones it holds.
    pub num_parts_completed: usize,
}
