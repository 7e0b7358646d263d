//! C types of `aws/s3/s3.h`.

use core::ffi::*;

use crate::crt::sys::*;

use super::*;

/// `aws/s3/s3.h`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_platform_info {
    pub instance_type: aws_byte_cursor,
    pub max_throughput_gbps: f64,
    pub has_recommended_configuration: bool,
}
