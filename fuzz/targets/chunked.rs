//! Chunked bodies and their trailers.
#![no_main]

use aws_c_s3_fuzz::responses::{any_response, sent_in_chunks};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    any_response(data, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    sent_in_chunks(data);
});
