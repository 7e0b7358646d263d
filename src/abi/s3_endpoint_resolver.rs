//! C types of `aws/s3/s3_endpoint_resolver.h`.

use core::ffi::*;

use crate::crt::sys::*;

use super::*;

