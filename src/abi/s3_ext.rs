//! C types of `aws/s3/s3_ext.h`: what the headers of aws-c-s3 have no place for.

use crate::crt::sys::*;

/// What a client is asked for beyond its configuration, see `aws_s3_client_new_ext`. Set everything
/// to zero first, then `struct_size`, then what is wanted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_ext_options {
    /// `sizeof(struct aws_s3_client_ext_options)`, as the program was compiled.
    pub struct_size: usize,
    /// Most bytes per second that the client receives, all its connections together. 0 means no
    /// limit. Bodies count, as they are before TLS; heads do not. Time that was not used is kept
    /// for a tenth of a second.
    pub max_receive_bytes_per_second: u64,
    /// The same for what it sends, heads of requests that have a body included.
    pub max_send_bytes_per_second: u64,
    /// Not 0: a part of a download whose first byte is later than those of 95 of 100 parts of this
    /// client, and a second at least, is asked for once more over another connection. The first
    /// answer counts, the other request is cut off. One request of 20 is asked for so at most, and
    /// none before 20 parts were. Telemetry callbacks get a record of each: the second request has
    /// an id of its own, and who was cut off has the error AWS_ERROR_S3_CANCELED.
    pub hedge_slow_parts: u64,
}

/// What a meta request is asked for beyond its options, see `aws_s3_client_make_meta_request_ext`.
/// Set everything to zero first, then `struct_size`, then what is wanted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_ext_options {
    /// `sizeof(struct aws_s3_meta_request_ext_options)`, as the program was compiled.
    pub struct_size: usize,
    /// Milliseconds, from the call that makes the meta request, after which it ends with
    /// AWS_ERROR_S3_REQUEST_TIMEOUT (and status 0, unlike the error of S3 of that name), unless it
    /// has its result by then. It ends like one that is cancelled: requests under way are cut off,
    /// an upload is aborted or told of by a token. A callback that does not come back is waited
    /// for. 0 means no deadline.
    pub deadline_ms: u64,
}

/// Bytes of an object.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct aws_s3_byte_range {
    /// Offset of the first byte in the object.
    pub first: u64,
    /// Offset of the last byte in the object.
    pub last: u64,
}

/// What a token for resuming a download is made from, see
/// `aws_s3_meta_request_resume_token_new_download`: what the functions of the same names say of a
/// token that was handed out. Set everything to zero first, then `struct_size`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_download_resume_token_options {
    /// `sizeof(struct aws_s3_download_resume_token_options)`, as the program was compiled.
    pub struct_size: usize,
    /// ETag of the object, with its quotes. Required.
    pub etag: aws_byte_cursor,
    /// The object's `Last-Modified` header; for information only.
    pub s3_object_last_modified: aws_byte_cursor,
    /// Bytes of the object. Required.
    pub object_size: u64,
    /// Offset in the object of the first byte of the download.
    pub object_range_start: u64,
    /// Offset in the object of the last byte of the download.
    pub object_range_end: u64,
    /// Bytes per part; for information only.
    pub part_size: u64,
    /// Number of parts; for information only.
    pub total_num_parts: usize,
    /// Number of parts that were finished; for information only.
    pub num_parts_completed: usize,
    /// Bytes that were handed over without a gap. Counts when `received_ranges` is NULL.
    pub continuous_downloaded_bytes: u64,
    /// All bytes that were handed over, in any order; they may overlap. NULL means those of
    /// `continuous_downloaded_bytes`.
    pub received_ranges: *const aws_s3_byte_range,
    /// Number of elements of `received_ranges`.
    pub num_received_ranges: usize,
    /// Position in the file of the first byte of the download. Counts with
    /// AWS_S3_RECV_FILE_CREATE_OR_APPEND.
    pub file_position: u64,
    /// When the file was last changed. 0 means that a change is not noticed.
    pub file_last_modified_epoch_ns: u64,
}
