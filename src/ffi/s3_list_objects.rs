//! The functions of `aws/s3/private/s3_list_objects.h`.

use std::mem::MaybeUninit;

use bytes::Bytes;

use crate::abi::*;
use crate::crt;
use crate::crt::sys::{aws_allocator, aws_byte_cursor};
use crate::error::{Code, Result};
use crate::operation::Listing;
use crate::sync::Mutex;
use crate::xml::Listed;

use super::argument;
use super::callbacks::UserData;
use super::entry::entry;
use super::handle;
use super::s3_client::ClientReference;
use super::s3_paginator::{Paginator, Paging};

/// Makes a paginator for the objects of a bucket. Nothing is asked of S3 before
/// `aws_s3_paginator_continue`.
///
/// The caller owns one reference and releases it with `aws_s3_paginator_release`. `params` is read
/// during the call. `allocator` may be NULL, which means the default one; otherwise it must live
/// until the client's shutdown callback. Returns NULL and raises AWS_ERROR_INVALID_ARGUMENT when
/// `params`, the client, the bucket or the endpoint is missing.
///
/// # Safety
///
/// Each pointer is NULL where that is allowed, or points to what its type says, alive and not
/// changed by anybody else during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_s3_initiate_list_objects(
    allocator: *mut aws_allocator,
    params: *const aws_s3_list_objects_params,
) -> *mut aws_s3_paginator {
    entry(|| {
        // SAFETY: the caller's allocator and struct.
        let (allocator, params) =
            unsafe { (argument::allocator(allocator), argument::required(params)?) };
        // SAFETY: the caller's cursors.
        let bytes = |cursor: aws_byte_cursor| unsafe { argument::bytes(cursor) };
        let (bucket, endpoint) = (bytes(params.bucket_name), bytes(params.endpoint));
        if params.client.is_null() || bucket.is_empty() || endpoint.is_empty() {
            return Err(Code::INVALID_ARGUMENT.into());
        }
        let token = Some(bytes(params.continuation_token)).filter(|token| !token.is_empty());
        let paginator = Paginator {
            allocator,
            // SAFETY: the caller holds a reference.
            client: unsafe { ClientReference::acquire(params.client) },
            host: Bytes::from([&bucket[..], b".", &endpoint].concat()),
            listing: Listing { prefix: bytes(params.prefix), delimiter: bytes(params.delimiter) },
            on_object: params.on_object,
            on_list_finished: params.on_list_finished,
            user_data: UserData(params.user_data),
            paging: Mutex::new(Paging::beginning_at(token)),
        };
        Ok(handle::create(allocator, 1, (), paginator))
    })
}

/// An entry as the program sees it; it shows memory of both.
pub(super) fn info(listing: &Listing, entry: &Listed) -> Result<aws_s3_object_info> {
    // SAFETY: numbers and pointers, all of which may be zero.
    let mut info: aws_s3_object_info = unsafe { MaybeUninit::zeroed().assume_init() };
    match entry {
        Listed::Prefix(prefix) => info.prefix = crt::cursor(prefix),
        Listed::Object(object) => {
            info.prefix = crt::cursor(&listing.prefix);
            info.key = crt::cursor(&object.key);
            info.size = object.size;
            info.e_tag = crt::cursor(&object.etag);
            if let Some(text) = &object.last_modified {
                info.last_modified = crt::iso_date(text)?;
            }
        }
    }
    Ok(info)
}
