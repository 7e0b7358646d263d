//! C types of `aws/s3/s3_client.h`: clients, meta requests, and what travels between them and their
//! caller.

use core::marker::{PhantomData, PhantomPinned};

mod callback;
mod checksum;
mod config;
mod options;
mod request;
mod result;
mod upload;

pub use callback::*;
pub use checksum::*;
pub use config::*;
pub use options::*;
pub use request::*;
pub use result::*;
pub use upload::*;

/// A client: configuration, connections, memory and threads shared by the meta requests made with
/// it.
///
/// Counted with `aws_s3_client_acquire` and `aws_s3_client_release`. Usable from any thread.
pub struct aws_s3_client {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// One transfer, or one other S3 operation, and all HTTP requests that it takes.
///
/// Counted with `aws_s3_meta_request_acquire` and `aws_s3_meta_request_release`. Usable from any
/// thread.
pub struct aws_s3_meta_request {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// How far a paused or failed transfer got, so that another meta request can go on from there.
///
/// Counted with `aws_s3_meta_request_resume_token_acquire` and
/// `aws_s3_meta_request_resume_token_release`. Never changes. Usable from any thread.
pub struct aws_s3_meta_request_resume_token {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// Measurements of one attempt of one HTTP request.
///
/// Counted with `aws_s3_request_metrics_acquire` and `aws_s3_request_metrics_release`. Never
/// changes once it was handed out. Usable from any thread.
pub struct aws_s3_request_metrics {
    _private: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}
