//! Kinds of HTTP requests, as metrics name them.

/// Kind of one HTTP request, as reported by its metrics.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_request_type {
    /// An operation without an entry here. `aws_s3_request_metrics_get_operation_name` may still
    /// know its name.
    AWS_S3_REQUEST_TYPE_UNKNOWN,
    /// HeadObject, also when a download or a copy sends it to learn about its source.
    AWS_S3_REQUEST_TYPE_HEAD_OBJECT,
    /// GetObject: a whole object, a range or a part.
    AWS_S3_REQUEST_TYPE_GET_OBJECT,
    /// ListParts, sent when an upload is resumed.
    AWS_S3_REQUEST_TYPE_LIST_PARTS,
    /// CreateMultipartUpload.
    AWS_S3_REQUEST_TYPE_CREATE_MULTIPART_UPLOAD,
    /// UploadPart.
    AWS_S3_REQUEST_TYPE_UPLOAD_PART,
    /// AbortMultipartUpload.
    AWS_S3_REQUEST_TYPE_ABORT_MULTIPART_UPLOAD,
    /// CompleteMultipartUpload.
    AWS_S3_REQUEST_TYPE_COMPLETE_MULTIPART_UPLOAD,
    /// UploadPartCopy.
    AWS_S3_REQUEST_TYPE_UPLOAD_PART_COPY,
    /// CopyObject.
    AWS_S3_REQUEST_TYPE_COPY_OBJECT,
    /// PutObject: an upload in one request.
    AWS_S3_REQUEST_TYPE_PUT_OBJECT,
    /// CreateSession, sent by the provider of S3 Express credentials.
    AWS_S3_REQUEST_TYPE_CREATE_SESSION,
    /// Number of kinds; not a kind itself.
    AWS_S3_REQUEST_TYPE_MAX,
}

/// Older name of AWS_S3_REQUEST_TYPE_UNKNOWN.
pub const AWS_S3_REQUEST_TYPE_DEFAULT: aws_s3_request_type =
    aws_s3_request_type::AWS_S3_REQUEST_TYPE_UNKNOWN;
