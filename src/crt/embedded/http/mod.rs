//! What aws-c-http offers to a program of the S3 library: messages and headers as data, and proxy strategies.
//!
//! Connections and streams are not offered: the S3 client has its own network. Header lists and
//! messages are counted objects in the caller's allocator, and every function does what the function
//! of that name in the C library does, errors included.

mod constants;
mod headers;
mod library;
mod message;
mod message_headers;
mod proxy_strategy;
mod pseudo_headers;
mod status;

use core::ffi::c_int;

use crate::crt::raise;
use crate::error::Code;

/// What a function returns to C; the error is raised on the way.
fn outcome(result: Result<(), Code>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(code) => {
            raise(code);
            -1
        }
    }
}

pub(super) use library::{aws_http_library_clean_up, aws_http_library_init};
