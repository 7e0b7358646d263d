//! The functions of `aws/s3/s3_client.h`.

mod client;
pub(super) mod meta_request;
mod metrics;
pub(super) mod resume_token;
mod signing;
mod writes;

pub(super) use client::ClientReference;
pub(super) use metrics::metrics_object;
pub(super) use resume_token::token_object;
