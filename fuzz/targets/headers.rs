//! Values of response headers.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aws_c_s3_fuzz::fields::any_fields(data));
