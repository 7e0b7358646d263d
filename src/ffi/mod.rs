//! The exported C functions: a thin skin that turns C arguments into Rust values and Rust results into C ones.

mod argument;
mod callbacks;
mod default_session_provider;
#[cfg(feature = "embedded-crt")]
mod embedded_providers;
#[cfg(feature = "embedded-crt")]
mod embedded_signing;
pub mod entry;
mod handle;
mod options;
mod s3;
mod s3_buffer_pool;
mod s3_client;
#[cfg(feature = "endpoint-resolver")]
mod s3_endpoint_resolver;
mod s3_ext;
mod s3_list_objects;
mod s3_paginator;
mod s3express_credentials_provider;
mod session_provider;
