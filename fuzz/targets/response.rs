//! Whole responses.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aws_c_s3_fuzz::responses::any_response(data, b""));
