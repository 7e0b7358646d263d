//! C types of `aws/s3/private/s3_list_objects.h`: the objects of a bucket.

use core::ffi::{c_int, c_void};

use super::s3_client::aws_s3_client;
use super::s3_paginator::aws_s3_paginator;
use crate::crt::sys::*;

/// One entry of a list: an object, or what the names of several objects begin with.
///
/// All cursors show memory of the library's, which is there until the callback returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_object_info {
    /// Of an object, the prefix that the list was asked for. Otherwise the names of several objects
    /// begin with this, up to and with the delimiter, and all other fields are empty.
    pub prefix: aws_byte_cursor,
    /// The object's whole name, its prefix included, without any escapes of XML.
    pub key: aws_byte_cursor,
    /// Bytes of the object.
    pub size: u64,
    /// When the object was last written.
    pub last_modified: aws_date_time,
    /// The object's ETag with its quotes.
    pub e_tag: aws_byte_cursor,
}

/// Called for each entry of a page, in the order of the answer, once the whole page is there.
///
/// AWS_OP_SUCCESS goes on with the next entry. Anything else ends the list without an error: no
/// further entry is shown, and the page is the last one.
pub type aws_s3_on_object_fn =
    Option<unsafe extern "C" fn(info: *const aws_s3_object_info, user_data: *mut c_void) -> c_int>;

/// Called once for each page that was started, behind its entries. `error_code` is 0, or why there
/// is no such page; then none of its entries was shown.
///
/// When `aws_s3_paginator_has_more_results` says so, `aws_s3_paginator_continue` may be called from
/// here. The paginator may be released here, too: it is there until this returns.
pub type aws_s3_on_object_list_finished_fn = Option<
    unsafe extern "C" fn(
        paginator: *mut aws_s3_paginator,
        error_code: c_int,
        user_data: *mut c_void,
    ),
>;

/// What to list.
///
/// Everything is read and copied by `aws_s3_initiate_list_objects`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_list_objects_params {
    /// The paginator takes a reference of its own. Required.
    pub client: *mut aws_s3_client,
    /// Name of the bucket. Required.
    pub bucket_name: aws_byte_cursor,
    /// Only objects whose names begin with this are listed. Empty means all.
    pub prefix: aws_byte_cursor,
    /// Objects whose names have this behind the prefix become one entry for each beginning. Empty
    /// means none: every object is an entry.
    pub delimiter: aws_byte_cursor,
    /// Where to begin: what S3 called NextContinuationToken in an earlier list. Empty means at the
    /// beginning.
    pub continuation_token: aws_byte_cursor,
    /// What follows the name of the bucket and a dot in the name of the host, such as
    /// `s3.us-east-1.amazonaws.com`. Required.
    pub endpoint: aws_byte_cursor,
    /// Called for each entry; may be NULL.
    pub on_object: aws_s3_on_object_fn,
    /// Called for each page; may be NULL.
    pub on_list_finished: aws_s3_on_object_list_finished_fn,
    /// Handed to both.
    pub user_data: *mut c_void,
}
