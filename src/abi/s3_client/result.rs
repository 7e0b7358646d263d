//! What a meta request reports: progress, data, its result.

use core::ffi::c_int;
use core::mem::MaybeUninit;

use super::*;
use crate::abi::*;
use crate::crt::sys::*;

/// One step of a transfer, see `aws_s3_meta_request_progress_fn`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_progress {
    /// Bytes since the previous report, never 0. Bytes of a copy are bytes copied inside S3.
    pub bytes_transferred: u64,
    /// Bytes of the whole transfer; 0 for an upload of unknown length.
    pub content_length: u64,
}

/// What comes with the data in `aws_s3_meta_request_receive_body_callback_ex_fn`. Passed by value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_receive_body_extra_info {
    /// Offset of the first byte in the object.
    pub range_start: u64,
    /// Owner of the memory of the data. Borrowed: acquire it with `aws_s3_buffer_ticket_acquire` to
    /// keep the data after the callback, and release it soon, because kept memory counts against
    /// the limit of the client. NULL when the data comes from elsewhere; then it can only be
    /// copied.
    pub ticket: *mut aws_s3_buffer_ticket,
}

/// How a meta request ended. The struct and everything behind it is valid during the finish
/// callback.
///
/// The three error fields tell about the response that made the meta request fail, also after
/// retries. They are NULL when no response did.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_result {
    /// Headers of the response that made the meta request fail. NULL: none. Acquire them to keep
    /// them.
    pub error_response_headers: *mut aws_http_headers,
    /// Body of that response, usually an XML error document. NULL: none.
    pub error_response_body: *mut aws_byte_buf,
    /// Name of the operation that failed, for example "UploadPart"; it need not be the one asked
    /// for. NULL: none.
    pub error_response_operation_name: *mut aws_string,
    /// HTTP status. On success that of the whole transfer: 200, or 206 for a download with a
    /// `Range` header. On failure that of the response with the error; 0 when no response caused
    /// it. A transfer that fails only because the checksum of the whole object
    /// differs has the status of a success.
    pub response_status: c_int,
    /// True when every byte delivered was compared with a checksum, of the whole transfer or of
    /// each response; the comparison may have failed.
    pub did_validate: bool,
    /// The algorithm that it was compared with; AWS_SCA_NONE unless `did_validate`.
    pub validation_algorithm: MaybeUninit<aws_s3_checksum_algorithm>,
    /// AWS_ERROR_SUCCESS, or the first error that the meta request met.
    pub error_code: c_int,
}

/// What `aws_s3_meta_request_poll_write` did. At most one field is set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_poll_write_result {
    /// True when nothing was taken because there is no room now; the waker will be called once.
    pub is_pending: bool,
    /// Not 0 when the write failed; the waker will not be called.
    pub error_code: c_int,
    /// Bytes taken, from the start of the data. When that is not all of it, write the rest again;
    /// end of file counts only with the last byte.
    pub bytes_processed: usize,
}
