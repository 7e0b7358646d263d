//! `struct aws_s3_meta_request_options` and its enums.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::*;
use crate::crt::sys::*;

/// Kind of a meta request.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_type {
    /// Any S3 operation, as one HTTP request. Needs an `operation_name`.
    AWS_S3_META_REQUEST_TYPE_DEFAULT,
    /// GetObject, as ranged requests in parallel. A message whose query has `partNumber` is one
    /// request.
    AWS_S3_META_REQUEST_TYPE_GET_OBJECT,
    /// PutObject, as one request or as a multipart upload. Needs exactly one source of the body.
    AWS_S3_META_REQUEST_TYPE_PUT_OBJECT,
    /// CopyObject, as one request or as a multipart copy inside S3, depending on the size of the
    /// source. The source may be in any region and bucket, or behind an access point. A multipart
    /// copy keeps metadata, tags, storage class and encryption of its source as far as
    /// `x-amz-metadata-directive` and `x-amz-tagging-directive` do not say otherwise.
    AWS_S3_META_REQUEST_TYPE_COPY_OBJECT,
    /// Number of kinds; not a kind itself.
    AWS_S3_META_REQUEST_TYPE_MAX,
}

/// What happens to the file named by `recv_filepath`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_recv_file_options {
    /// Created, or emptied when it exists.
    AWS_S3_RECV_FILE_CREATE_OR_REPLACE,
    /// Created. A file that exists is refused with AWS_ERROR_S3_RECV_FILE_ALREADY_EXISTS.
    AWS_S3_RECV_FILE_CREATE_NEW,
    /// Created, or written to after its present end.
    AWS_S3_RECV_FILE_CREATE_OR_APPEND,
    /// Overwritten in place from `recv_file_position` on, without shortening it. A missing file is
    /// refused with AWS_ERROR_S3_RECV_FILE_NOT_FOUND.
    AWS_S3_RECV_FILE_WRITE_TO_POSITION,
}

/// What a meta request is made from. Set everything to zero first, then what is wanted; zero means
/// the default.
///
/// The struct and its strings are copied, and counted objects are acquired, by
/// `aws_s3_client_make_meta_request`; all may go when that returns, unless a field says otherwise.
/// Errors named here fail that call.
///
/// Callbacks of one meta request that belong to the flow of data (body, progress, telemetry, upload
/// review, checksum of the object) and reads of its stream run on one thread and never overlap; on
/// another one after a callback or read, of whichever meta request, that blocked. No lock is held
/// during callbacks: everything may be called from them. A callback or read that takes long delays
/// its own transfer. An upload that is cancelled, paused or fails ends beside a read of its stream
/// that blocks; its shutdown callback comes after that read.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_meta_request_options {
    /// Kind of the meta request; AWS_ERROR_INVALID_ARGUMENT when unknown.
    pub r#type: MaybeUninit<aws_s3_meta_request_type>,
    /// Name of the S3 operation, for example "ListObjectsV2": required for
    /// AWS_S3_META_REQUEST_TYPE_DEFAULT (AWS_ERROR_INVALID_ARGUMENT when empty), ignored for other
    /// kinds.
    pub operation_name: aws_byte_cursor,
    /// How to sign instead of as the client says. Its credentials, or their provider, take
    /// precedence over those of the client. NULL means as the client says. The data behind
    /// `should_sign_header_ud` must live until the shutdown callback.
    pub signing_config: *const aws_signing_config_aws,
    /// Method, path and headers of the request. Required. The meta request keeps a reference; do
    /// not change the message while it runs. A missing `Host` header is added from `endpoint`.
    /// Other requests of the transfer are derived from it.
    pub message: *mut aws_http_message,
    /// Downloads: file to write the body to, instead of the body callbacks, which are then not
    /// called. Empty means no file. The file is created, or checked, before
    /// `aws_s3_client_make_meta_request` returns. What has no positions (a FIFO, a terminal) is
    /// written from front to back, whatever `out_of_order_delivery` says; a FIFO that nobody reads
    /// is refused with AWS_ERROR_FILE_OPEN_FAILURE. An error of closing the file is the result.
    pub recv_filepath: aws_byte_cursor,
    /// What happens to an existing file. Unknown values are refused with
    /// AWS_ERROR_INVALID_ARGUMENT.
    pub recv_file_option: MaybeUninit<aws_s3_recv_file_options>,
    /// Offset in the file, in bytes, of the first byte received, for
    /// AWS_S3_RECV_FILE_WRITE_TO_POSITION; ignored otherwise.
    pub recv_file_position: u64,
    /// True deletes the file when the download fails or is cancelled, not when it is paused, and
    /// only a regular file.
    /// Refused with AWS_ERROR_INVALID_ARGUMENT for a file whose old content would stay:
    /// AWS_S3_RECV_FILE_WRITE_TO_POSITION, and AWS_S3_RECV_FILE_CREATE_OR_APPEND when it exists.
    pub recv_file_delete_on_failure: bool,
    /// GET_OBJECT: memory to receive the body into directly. NULL means none. `len` must be 0 and
    /// `capacity` at least the number of bytes that will come, else AWS_ERROR_SHORT_BUFFER, at the
    /// latest once the size is known. Struct and memory must stay in place until the finish
    /// callback. On success `len` is set, otherwise it stays 0 and the content is undefined. Cannot
    /// be combined with `recv_filepath`, body callbacks or an `object_size_hint` other than
    /// `capacity` (AWS_ERROR_INVALID_ARGUMENT), with `partNumber` in the query, or with a buffer
    /// pool that lacks `add_preallocated_buffer` (AWS_ERROR_UNSUPPORTED_OPERATION).
    pub recv_buffer: *mut aws_byte_buf,
    /// Downloads: whether parts are handed over as they come instead of in the order of the object.
    /// AWS_TRIBOOL_UNSET means as the client says. A checksum of the whole object that cannot be
    /// combined from those of its parts (SHA, XXHASH) still needs the order of the object, whatever
    /// is asked for. Both other values are non-zero, so never test this for truth.
    pub out_of_order_delivery: aws_tribool,
    /// Uploads: file that is the body. Empty means none. Without a `Content-Length` header its size
    /// is the length; a file that has another size at the end ends the upload with
    /// AWS_ERROR_S3_FILE_MODIFIED. One that is too short for what is to be read ends it with
    /// AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH. Parts are read in parallel; the file must not change
    /// meanwhile. What has no size (a FIFO, a device, a file of `/proc`) is read in order, to its
    /// end or as far as the `Content-Length` header says: PUT_OBJECT sends it as it comes, as an
    /// upload whose length is not known, DEFAULT holds it first. Nobody waits for the other end of
    /// a FIFO in this call.
    pub send_filepath: aws_byte_cursor,
    /// How files are read and written. NULL means as the client says.
    pub fio_opts: *mut aws_s3_file_io_options,
    /// Uploads: stream that is the body, read in order and never rewound. NULL means none. The meta
    /// request keeps a reference, and gives it back before the finish callback; when it is ended
    /// early, as soon as the read under way is over, which the client's end waits for.
    pub send_async_stream: *mut aws_async_input_stream,
    /// PUT_OBJECT: true takes the body from `aws_s3_meta_request_poll_write` or
    /// `aws_s3_meta_request_write`. With a `Content-Length` header, exactly so many bytes have to be
    /// written before the end is said (AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH); a short body is then
    /// sent in one request, and parts of a long one are alike, as with other sources.
    pub send_using_async_writes: bool,
    /// DEFAULT and PUT_OBJECT: bytes that are the body. A NULL pointer means none. Not copied, and
    /// sent from where they are, whole or in parts: must stay unchanged until the finish callback.
    /// A `Content-Length` header must agree (AWS_ERROR_S3_INCORRECT_CONTENT_LENGTH).
    pub request_body: aws_byte_cursor,
    /// What is to be done about checksums. NULL means nothing; checksum headers of the message are
    /// then passed on unread.
    pub checksum_config: *const aws_s3_checksum_config,
    /// Bytes per part, instead of the client's. 0 means as the client says. The rules of the
    /// client's `part_size` apply.
    pub part_size: u64,
    /// Downloads: true lets the size of parts follow the object even though a part size was set.
    pub force_dynamic_part_size: bool,
    /// Uploads of a known length up to this many bytes are sent in one request. 0 means `part_size`
    /// if that is set here, else as the client says.
    pub multipart_upload_threshold: u64,
    /// Handed to all callbacks of the meta request; must live until the shutdown callback.
    pub user_data: *mut c_void,
    /// Called with the headers of the response. May be NULL.
    pub headers_callback: aws_s3_meta_request_headers_callback_fn,
    /// Called with the body. NULL, and no other sink either, drops the body. Only one of the two
    /// body callbacks may be set (AWS_ERROR_INVALID_ARGUMENT).
    pub body_callback: aws_s3_meta_request_receive_body_callback_fn,
    /// Called with the body and the owner of its memory. With read backpressure, it gets whole
    /// parts, beyond the window if need be.
    pub body_callback_ex: aws_s3_meta_request_receive_body_callback_ex_fn,
    /// Called once with the result. May be NULL.
    pub finish_callback: aws_s3_meta_request_finish_fn,
    /// Called once when the meta request is gone. May be NULL.
    pub shutdown_callback: aws_s3_meta_request_shutdown_fn,
    /// Called as the transfer progresses. May be NULL.
    pub progress_callback: aws_s3_meta_request_progress_fn,
    /// Called with measurements of each attempt of each HTTP request. May be NULL.
    pub telemetry_callback: aws_s3_meta_request_telemetry_fn,
    /// Called before a multipart upload completes, and can stop it. May be NULL. Not called for an
    /// upload in one request.
    pub upload_review_callback: aws_s3_meta_request_upload_review_fn,
    /// Scheme, host and port to connect to. NULL means the `Host` header of the message, with
    /// scheme and port of the client's `tls_mode`. When both are given, they must name the same
    /// host (AWS_ERROR_INVALID_ARGUMENT).
    pub endpoint: *const aws_uri,
    /// Where an earlier transfer of the same kind stopped. NULL means start anew. The meta request
    /// keeps a reference.
    ///
    /// Multipart uploads: the length of the body must be known, and the body must start at its
    /// first byte again.
    ///
    /// GET_OBJECT: only what is missing is asked for, and callbacks come for that alone; the
    /// `content_length` of progress stays that of the whole. The message and the options about
    /// the file must be those of before. What `recv_filepath` names is not emptied, whatever
    /// `recv_file_option` says; AWS_ERROR_S3_RECV_FILE_NOT_FOUND when it is gone, and
    /// AWS_ERROR_S3_FILE_MODIFIED when it is shorter than what the token says, longer than the
    /// download, or was changed since. The meta request ends with AWS_ERROR_S3_OBJECT_MODIFIED,
    /// and the file stays as it is, when the object has another ETag by now, and with
    /// AWS_ERROR_S3_RESUME_FAILED when the token is of another range. A checksum of the whole is
    /// still compared if there is a file that can be read again; otherwise each part is compared
    /// with its own. A token of an upload is ignored, and so is any token when the query has
    /// `partNumber`.
    pub resume_token: *mut aws_s3_meta_request_resume_token,
    /// GET_OBJECT: size of the object in bytes as far as the caller knows, a hint that can save a
    /// request. NULL or 0 means unknown. A wrong hint costs time only.
    pub object_size_hint: *const u64,
    /// COPY_OBJECT: URI of the source object, used to ask for its size where its endpoint has a name
    /// that does not follow from the destination's. Empty means that the `x-amz-copy-source` header
    /// and the host of the message tell. Not a URI: AWS_ERROR_MALFORMED_INPUT_STRING.
    pub copy_source_uri: aws_byte_cursor,
    /// Most connections that the meta request uses at the same time. 0 means as the client says; a
    /// larger number than the client's has no effect.
    pub max_active_connections_override: u32,
    /// Called when the meta request fails or is cancelled, with a token for trying again. May be
    /// NULL.
    pub on_error_resume_token: aws_s3_meta_request_pause_complete_fn,
}
