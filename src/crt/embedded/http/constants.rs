//! Constant cursors that programs read as data: methods, pseudo-headers, schemes.

use crate::crt::embedded::published::Constant;
use crate::crt::sys::aws_byte_cursor;

const fn literal(text: &'static str) -> Constant<aws_byte_cursor> {
    Constant(aws_byte_cursor { len: text.len(), ptr: text.as_ptr().cast_mut() })
}

#[unsafe(no_mangle)]
static aws_http_method_get: Constant<aws_byte_cursor> = literal("GET");
#[unsafe(no_mangle)]
static aws_http_method_head: Constant<aws_byte_cursor> = literal("HEAD");
#[unsafe(no_mangle)]
static aws_http_method_post: Constant<aws_byte_cursor> = literal("POST");
#[unsafe(no_mangle)]
static aws_http_method_put: Constant<aws_byte_cursor> = literal("PUT");
#[unsafe(no_mangle)]
static aws_http_method_delete: Constant<aws_byte_cursor> = literal("DELETE");
#[unsafe(no_mangle)]
static aws_http_method_connect: Constant<aws_byte_cursor> = literal("CONNECT");
#[unsafe(no_mangle)]
static aws_http_method_options: Constant<aws_byte_cursor> = literal("OPTIONS");

#[unsafe(no_mangle)]
static aws_http_header_method: Constant<aws_byte_cursor> = literal(":method");
#[unsafe(no_mangle)]
static aws_http_header_scheme: Constant<aws_byte_cursor> = literal(":scheme");
#[unsafe(no_mangle)]
static aws_http_header_authority: Constant<aws_byte_cursor> = literal(":authority");
#[unsafe(no_mangle)]
static aws_http_header_path: Constant<aws_byte_cursor> = literal(":path");
#[unsafe(no_mangle)]
static aws_http_header_status: Constant<aws_byte_cursor> = literal(":status");

#[unsafe(no_mangle)]
static aws_http_scheme_http: Constant<aws_byte_cursor> = literal("http");
#[unsafe(no_mangle)]
static aws_http_scheme_https: Constant<aws_byte_cursor> = literal("https");
