//! C types of `aws/s3/s3.h`: error codes, log subjects, and what is known about the host.

use crate::crt::sys::*;

/// Number of this library in the package ids of the CRT: its errors and log subjects start at this
/// number times 1024.
pub const AWS_C_S3_PACKAGE_ID: u32 = 14;

/// Errors that this library adds to those of the CRT.
///
/// `aws_error_name`, `aws_error_str` and friends know them between `aws_s3_library_init` and
/// `aws_s3_library_clean_up`. Values never change; new ones are appended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_errors {
    /// A response that must say which bytes it carries has no `Content-Range` header.
    AWS_ERROR_S3_MISSING_CONTENT_RANGE_HEADER = 14336,
    /// The `Content-Range` header of a response cannot be parsed, or describes other bytes than
    /// were asked for.
    AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER,
    /// A response that must tell the size of the object has no `Content-Length` header.
    AWS_ERROR_S3_MISSING_CONTENT_LENGTH_HEADER,
    /// A `Content-Length` header, of the caller's message or of a response, is not a plain decimal
    /// number.
    AWS_ERROR_S3_INVALID_CONTENT_LENGTH_HEADER,
    /// The response to a part, or the one that discovers an object, has no `ETag` header.
    AWS_ERROR_S3_MISSING_ETAG,
    /// S3 answered 500, 502 or 504, or an error document named InternalError, and retrying did not
    /// help. Also reported for a failure inside this library that no other code describes.
    AWS_ERROR_S3_INTERNAL_ERROR,
    /// S3 answered 503 or SlowDown, and retrying did not help.
    AWS_ERROR_S3_SLOW_DOWN,
    /// S3 answered with a status that means failure and is not worth a retry. The result carries
    /// status, headers, body and operation name of that response.
    AWS_ERROR_S3_INVALID_RESPONSE_STATUS,
    /// The answer to CreateMultipartUpload names no upload id.
    AWS_ERROR_S3_MISSING_UPLOAD_ID,
    /// Reserved: the proxy URI cannot be parsed.
    AWS_ERROR_S3_PROXY_PARSE_FAILED,
    /// Reserved: the scheme of the proxy URI is not supported.
    AWS_ERROR_S3_UNSUPPORTED_PROXY_SCHEME,
    /// The meta request was cancelled as asked; also the error of its requests that were still
    /// queued.
    AWS_ERROR_S3_CANCELED,
    /// The `Range` header of the caller's message is malformed or names several ranges.
    AWS_ERROR_S3_INVALID_RANGE_HEADER,
    /// Reserved: several ranges are reported as AWS_ERROR_S3_INVALID_RANGE_HEADER.
    AWS_ERROR_S3_MULTIRANGE_HEADER_UNSUPPORTED,
    /// Bytes received do not have the checksum that S3 sent with them, or that the caller expected.
    AWS_ERROR_S3_RESPONSE_CHECKSUM_MISMATCH,
    /// The checksum of a body could not be computed.
    AWS_ERROR_S3_CHECKSUM_CALCULATION_FAILED,
    /// The meta request was paused as asked.
    AWS_ERROR_S3_PAUSED,
    /// The answer to ListParts, asked when an upload is resumed, cannot be parsed.
    AWS_ERROR_S3_LIST_PARTS_PARSE_FAILED,
    /// A part read again for a resumed upload differs from the one that S3 already holds.
    AWS_ERROR_S3_RESUMED_PART_CHECKSUM_MISMATCH,
    /// The upload cannot be resumed with this token and body.
    AWS_ERROR_S3_RESUME_FAILED,
    /// The object was replaced while it was being downloaded: a part was refused because its
    /// `If-Match` did not hold.
    AWS_ERROR_S3_OBJECT_MODIFIED,
    /// S3 answered with success and then put an error document that retrying will not cure into the
    /// body.
    AWS_ERROR_S3_NON_RECOVERABLE_ASYNC_ERROR,
    /// The metric has no value for this attempt, for example because it ended before that stage.
    AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE,
    /// The body is shorter or longer than its declared length.
    AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH,
    /// S3 found the clock of this host too far from its own (RequestTimeTooSkewed), and retrying
    /// did not help.
    AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED,
    /// Reserved: the file changed while it was being uploaded.
    AWS_ERROR_S3_FILE_MODIFIED,
    /// Reserved: the request would need more memory than the limit allows.
    AWS_ERROR_S3_EXCEEDS_MEMORY_LIMIT,
    /// The memory limit of the client is below the minimum of 256 MiB, or leaves no room for its
    /// largest part.
    AWS_ERROR_S3_INVALID_MEMORY_LIMIT_CONFIG,
    /// S3 Express refused the CreateSession that the request needed.
    AWS_ERROR_S3EXPRESS_CREATE_SESSION_FAILED,
    /// The first part of a download is larger than the memory set aside for it; the download goes
    /// on with ranged requests. Seen in metrics only, never as the result of a meta request.
    AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE,
    /// The meta request already has its result; data written to it now goes nowhere.
    AWS_ERROR_S3_REQUEST_HAS_COMPLETED,
    /// The file to receive into exists, and AWS_S3_RECV_FILE_CREATE_NEW was asked for.
    AWS_ERROR_S3_RECV_FILE_ALREADY_EXISTS,
    /// The file to receive into does not exist, and AWS_S3_RECV_FILE_WRITE_TO_POSITION was asked
    /// for.
    AWS_ERROR_S3_RECV_FILE_NOT_FOUND,
    /// S3 gave up waiting for the rest of a request (RequestTimeout), and retrying did not help.
    AWS_ERROR_S3_REQUEST_TIMEOUT,
    /// The buffer pool could not provide memory, or provided less than was reserved.
    AWS_ERROR_S3_BUFFER_ALLOCATION_FAILED,
    /// The part size is larger than the memory limit, or the client's max_part_size, allows.
    AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT,
    /// Last number of the range that belongs to this library.
    AWS_ERROR_S3_END_RANGE = 15359,
}

/// Older name of AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE.
pub const AWS_ERROR_S3_INTERNAL_PART_SIZE_MISMATCH_RETRYING_WITH_RANGE: aws_s3_errors =
    aws_s3_errors::AWS_ERROR_S3_INTERNAL_BUFFER_SIZE_MISMATCH_RETRYING_WITH_RANGE;

/// Log subjects of this library, for filters of an `aws_logger`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_subject {
    /// What belongs to no other subject. Registered as "S3General".
    AWS_LS_S3_GENERAL = 14336,
    /// Life and configuration of clients. Registered as "S3Client".
    AWS_LS_S3_CLIENT,
    /// Periodic numbers about the work of a client. Registered as "S3ClientStats".
    AWS_LS_S3_CLIENT_STATS,
    /// Single HTTP requests and their retries. Registered as "S3Request".
    AWS_LS_S3_REQUEST,
    /// Meta requests. Registered as "S3MetaRequest".
    AWS_LS_S3_META_REQUEST,
    /// Endpoints and their connections. Registered as "S3Endpoint".
    AWS_LS_S3_ENDPOINT,
    /// Last number of the range that belongs to this library.
    AWS_LS_S3_LAST = 15359,
}

/// What is known about the network of an EC2 instance type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_platform_info {
    /// Name of the instance type, for example "c7gn.16xlarge". Empty when the host is not, or not
    /// known to be, an EC2 instance. The bytes live until `aws_s3_library_clean_up`.
    pub instance_type: aws_byte_cursor,
    /// Network bandwidth in gigabits per second, scaled to the number of processors of this host; 0
    /// when unknown.
    pub max_throughput_gbps: f64,
    /// True for families on which the defaults of this library are known to reach the full
    /// bandwidth.
    pub has_recommended_configuration: bool,
}
