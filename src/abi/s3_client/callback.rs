//! Callback types of clients and meta requests.

use core::ffi::{c_int, c_void};

use super::*;
use crate::abi::*;
use crate::crt::sys::*;

/// Called with the headers of the response, at most once per meta request and before any of its
/// body.
///
/// The headers of a download are those of its first response, with `Content-Length` and
/// `Content-Range` changed to describe the whole transfer; the status is 200, or 206 for a message
/// with a `Range` header. A multipart upload shows the headers of CompleteMultipartUpload. When the
/// meta request fails because of a response, and this was not called before, it is called with that
/// response right before the finish callback.
///
/// `headers` are lent for the call; acquire them to keep them. Returns AWS_OP_SUCCESS, or raises an
/// error, with which the meta request then fails, and returns AWS_OP_ERR. Runs on a thread of the
/// library, possibly while a progress or telemetry callback runs on another.
pub type aws_s3_meta_request_headers_callback_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        headers: *const aws_http_headers,
        response_status: c_int,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Called with a piece of the body, in the order of the object unless out-of-order delivery was
/// asked for.
///
/// `range_start` is the offset of the first byte in the object. `body` is never empty, and valid
/// during the call. Every byte comes exactly once; a body with an error document never comes here.
/// Returns AWS_OP_SUCCESS, or raises an error, with which the meta request then fails without
/// further data, and returns AWS_OP_ERR. Runs on the delivery thread of the meta request, never two
/// at a time.
///
/// With read backpressure, a download never hands over more bytes than its window is open.
pub type aws_s3_meta_request_receive_body_callback_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        body: *const aws_byte_cursor,
        range_start: u64,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Like `aws_s3_meta_request_receive_body_callback_fn`, but whole parts, in memory that can be
/// kept.
///
/// `body` points into the memory of `info.ticket`: acquire that ticket to keep the bytes, which
/// must not be changed, beyond the call. Return value and thread are as there.
pub type aws_s3_meta_request_receive_body_callback_ex_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        body: *const aws_byte_cursor,
        info: aws_s3_meta_request_receive_body_extra_info,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Called exactly once with the result of a meta request, after every other callback but the
/// shutdown callback.
///
/// `meta_request_result` is valid during the call. The caller's reference to the meta request stays
/// the caller's. Runs on a thread of the library.
pub type aws_s3_meta_request_finish_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        meta_request_result: *const aws_s3_meta_request_result,
        user_data: *mut c_void,
    ),
>;

/// Called each time a part of the transfer is done; the sum of the reports is the length of the
/// transfer.
///
/// `progress` is valid during the call. A part of a download is reported when it arrived, which is
/// before its body is handed over. Nothing is reported for bytes that an earlier upload had already
/// sent, except their sum at the start, nor after the result is known. Runs on the delivery thread
/// of the meta request.
pub type aws_s3_meta_request_progress_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        progress: *const aws_s3_meta_request_progress,
        user_data: *mut c_void,
    ),
>;

/// Called once for each attempt of each HTTP request of a meta request, always before the finish
/// callback.
///
/// `metrics` are lent for the call; acquire them to keep them. Runs on the delivery thread of the
/// meta request.
pub type aws_s3_meta_request_telemetry_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        metrics: *mut aws_s3_request_metrics,
        user_data: *mut c_void,
    ),
>;

/// Called once when a meta request is gone: after its finish callback, and after its last reference
/// was released.
///
/// `user_data` may be freed now. Not called when `aws_s3_client_make_meta_request` failed. Runs on
/// the thread that released the last reference.
pub type aws_s3_meta_request_shutdown_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Called once when a client, and everything it used, is gone: its meta requests, connections,
/// threads and pool.
///
/// What the client borrowed may be freed now. Runs on a thread of the library.
pub type aws_s3_client_shutdown_complete_callback_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Called when all parts of a multipart upload are uploaded, before it is completed.
///
/// `review` is valid during the call. Returns AWS_OP_SUCCESS, or raises an error, with which the
/// meta request then fails and the upload is aborted, and returns AWS_OP_ERR. Runs on the delivery
/// thread of the meta request.
pub type aws_s3_meta_request_upload_review_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        review: *const aws_s3_upload_review,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Asked for the checksum of a whole object when all its parts are uploaded, after the upload
/// review.
///
/// `user_data` is the one of the checksum configuration. Returns the checksum in base64, as a
/// string that the library then owns and destroys; it is sent without being checked. Or raises an
/// error, with which the meta request then fails and the upload is aborted, and returns NULL. Runs
/// on the delivery thread of the meta request.
pub type aws_s3_meta_request_full_object_checksum_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        user_data: *mut c_void,
    ) -> *mut aws_string,
>;

/// Called once with a token that tells how far a meta request got: when pausing it is done, or when
/// it failed.
///
/// After `aws_s3_meta_request_pause_async`, `error_code` is AWS_ERROR_SUCCESS when the meta request
/// stopped, or AWS_ERROR_INVALID_STATE when another pause was already under way. As
/// `on_error_resume_token` of a meta request, it is the error of the meta request, and the call
/// comes right before the finish callback.
///
/// `resume_token` is lent for the call; acquire it to keep it. NULL means that there is nothing to
/// continue from: start anew.
pub type aws_s3_meta_request_pause_complete_fn = Option<
    unsafe extern "C" fn(
        meta_request: *mut aws_s3_meta_request,
        resume_token: *mut aws_s3_meta_request_resume_token,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// Makes the provider of S3 Express credentials of a client. Called on the thread that makes the
/// first meta request which needs one, and after a failure again for the next one.
///
/// Must not call the client, nor keep a reference to it. `allocator` is the client's,
/// `factory_user_data` the `factory_user_data` of its configuration. The provider must call
/// `on_provider_shutdown_callback` with `shutdown_user_data` exactly once when its destruction is
/// complete, never before this function returned; the client waits for it when it shuts down.
/// Returns a provider with one reference for the client, or raises an error, with which the meta
/// request is refused, and returns NULL.
pub type aws_s3express_provider_factory_fn = Option<
    unsafe extern "C" fn(
        allocator: *mut aws_allocator,
        client: *mut aws_s3_client,
        on_provider_shutdown_callback: aws_simple_completion_callback,
        shutdown_user_data: *mut c_void,
        factory_user_data: *mut c_void,
    ) -> *mut aws_s3express_credentials_provider,
>;
