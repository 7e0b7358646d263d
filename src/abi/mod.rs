//! C types of our own public headers: structs, enums and callback types, no functions.
//!
//! One file per header. The headers in `include/aws/s3` are generated from these files and from `src/ffi`.
#![allow(non_camel_case_types)] // C names

mod s3;
mod s3_buffer_pool;
mod s3_client;
mod s3_endpoint_resolver;
mod s3express_credentials_provider;

pub use s3::*;
pub use s3_buffer_pool::*;
pub use s3_client::*;
pub use s3_endpoint_resolver::*;
pub use s3express_credentials_provider::*;
