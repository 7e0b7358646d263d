//! The functions of `aws/s3/s3_client.h`.

mod client;
mod front;
pub(super) mod meta_request;
mod metrics;
pub(super) mod resume_token;
mod signing;
mod writes;

pub(super) use client::{ClientReference, make_meta_request, new_client};
pub(super) use meta_request::{Asked, borrow_meta_request};
pub(super) use metrics::metrics_object;
pub(super) use resume_token::{ask_download_token, token_object};
