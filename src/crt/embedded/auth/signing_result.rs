//! What signing adds to a request: named values, and named lists of them.

use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, size_of};
use core::ptr::null_mut;

use crate::crt::embedded::common::{FAILURE, SUCCESS, raise};
use crate::crt::sys::*;
use crate::crt::{Allocator, bytes_of, cursor, string_bytes, string_new};

use super::literal_string::string_constants;

string_constants! {
    g_aws_signing_authorization_header_name = "Authorization";
    g_aws_signing_authorization_query_param_name = "X-Amz-Signature";
}

/// First room of a table, and of a list.
const SIZE: usize = 10;

/// A named value in a list.
#[repr(C)]
pub struct aws_signing_result_property {
    name: *mut aws_string,
    value: *mut aws_string,
}

type Destroy = Option<unsafe extern "C" fn(*mut c_void)>;

unsafe extern "C" {
    fn aws_array_list_clean_up(list: *mut aws_array_list);
    fn aws_array_list_init_dynamic(
        list: *mut aws_array_list,
        alloc: *mut aws_allocator,
        initial_item_allocation: usize,
        item_size: usize,
    ) -> c_int;
    fn aws_array_list_push_back(list: *mut aws_array_list, value: *const c_void) -> c_int;
    fn aws_hash_callback_string_destroy(string: *mut c_void);
    fn aws_hash_callback_string_eq(a: *const c_void, b: *const c_void) -> bool;
    fn aws_hash_string(item: *const c_void) -> u64;
    fn aws_hash_table_clean_up(map: *mut aws_hash_table);
    fn aws_hash_table_find(
        map: *const aws_hash_table,
        key: *const c_void,
        p_elem: *mut *mut aws_hash_element,
    ) -> c_int;
    fn aws_hash_table_init(
        map: *mut aws_hash_table,
        alloc: *mut aws_allocator,
        size: usize,
        hash_fn: Option<unsafe extern "C" fn(*const c_void) -> u64>,
        equals_fn: Option<unsafe extern "C" fn(*const c_void, *const c_void) -> bool>,
        destroy_key_fn: Destroy,
        destroy_value_fn: Destroy,
    ) -> c_int;
    fn aws_hash_table_put(
        map: *mut aws_hash_table,
        key: *const c_void,
        value: *mut c_void,
        was_created: *mut c_int,
    ) -> c_int;
    fn aws_http_message_add_header(
        message: *mut aws_http_message,
        header: aws_http_header,
    ) -> c_int;
    fn aws_http_message_get_request_path(
        message: *const aws_http_message,
        out_path: *mut aws_byte_cursor,
    ) -> c_int;
    fn aws_http_message_set_request_path(
        message: *mut aws_http_message,
        path: aws_byte_cursor,
    ) -> c_int;
    fn aws_string_destroy(string: *mut aws_string);
}

/// # Safety
/// The list is one of a result.
unsafe fn properties<'a>(list: *const aws_array_list) -> &'a [aws_signing_result_property] {
    // SAFETY: as the caller promises.
    unsafe {
        match list.as_ref() {
            Some(list) if list.length > 0 => {
                core::slice::from_raw_parts(list.data.cast(), list.length)
            }
            _ => &[],
        }
    }
}

unsafe extern "C" fn destroy_list(list: *mut c_void) {
    let list = list.cast::<aws_array_list>();
    // SAFETY: a list of a table that goes; its strings are its own.
    unsafe {
        for property in properties(list) {
            aws_string_destroy(property.name);
            aws_string_destroy(property.value);
        }
        let allocator = Allocator::from_raw((*list).alloc);
        aws_array_list_clean_up(list);
        if let Some(allocator) = allocator {
            allocator.release(list.cast());
        }
    }
}

/// # Safety
/// The allocator outlives the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_init(
    result: &mut MaybeUninit<aws_signing_result>,
    allocator: *mut aws_allocator,
) -> c_int {
    let none = aws_hash_table { p_impl: null_mut() };
    let result =
        result.write(aws_signing_result { allocator, properties: none, property_lists: none });
    let string: Destroy = Some(aws_hash_callback_string_destroy);
    let tables =
        [(&mut result.properties, string), (&mut result.property_lists, Some(destroy_list))];
    for (table, destroy) in tables {
        let (hash, eq) = (Some(aws_hash_string as _), Some(aws_hash_callback_string_eq as _));
        // SAFETY: tables of the result, keyed by strings.
        if unsafe { aws_hash_table_init(table, allocator, SIZE, hash, eq, string, destroy) }
            != SUCCESS
        {
            return FAILURE;
        }
    }
    SUCCESS
}

/// # Safety
/// The result was initialised, and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_clean_up(result: &mut aws_signing_result) {
    // SAFETY: as the caller promises.
    unsafe {
        aws_hash_table_clean_up(&mut result.properties);
        aws_hash_table_clean_up(&mut result.property_lists);
    }
}

/// # Safety
/// The result is initialised.
unsafe fn string(result: &aws_signing_result, bytes: &[u8]) -> *mut aws_string {
    // SAFETY: the allocator outlives the result.
    let allocator = unsafe { Allocator::from_raw(result.allocator) }.unwrap_or_default();
    string_new(allocator, bytes)
}

/// # Safety
/// `table` is one of a result, `key` a string.
unsafe fn find(table: &aws_hash_table, key: *const aws_string) -> *mut c_void {
    let mut element: *mut aws_hash_element = null_mut();
    // SAFETY: as the caller promises.
    unsafe {
        aws_hash_table_find(table, key.cast(), &mut element);
        element.as_ref().map_or(null_mut(), |element| element.value)
    }
}

/// # Safety
/// The result is initialised; name and value are valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_set_property(
    result: &mut aws_signing_result,
    property_name: *const aws_string,
    property_value: &aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises; the table takes both strings over.
    unsafe {
        let name = string(result, string_bytes(property_name));
        let value = string(result, bytes_of(*property_value));
        aws_hash_table_put(&mut result.properties, name.cast(), value.cast(), null_mut())
    }
}

/// # Safety
/// The result is initialised, and the name a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_get_property(
    result: &aws_signing_result,
    property_name: *const aws_string,
    out_property_value: &mut *mut aws_string,
) -> c_int {
    // SAFETY: as the caller promises.
    *out_property_value = unsafe { find(&result.properties, property_name) }.cast();
    SUCCESS
}

/// # Safety
/// The result is initialised; names and value are valid for the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_append_property_list(
    result: &mut aws_signing_result,
    list_name: *const aws_string,
    property_name: &aws_byte_cursor,
    property_value: &aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises; table and list take over what they are given.
    unsafe {
        let mut list = find(&result.property_lists, list_name).cast::<aws_array_list>();
        if list.is_null() {
            let allocator = Allocator::from_raw(result.allocator).unwrap_or_default();
            let mut new = MaybeUninit::<aws_array_list>::uninit();
            let size = size_of::<aws_signing_result_property>();
            aws_array_list_init_dynamic(new.as_mut_ptr(), allocator.as_ptr(), SIZE, size);
            list = allocator.new(new.assume_init()).as_ptr();
            let name = string(result, string_bytes(list_name));
            aws_hash_table_put(&mut result.property_lists, name.cast(), list.cast(), null_mut());
        }
        let property = aws_signing_result_property {
            name: string(result, bytes_of(*property_name)),
            value: string(result, bytes_of(*property_value)),
        };
        aws_array_list_push_back(list, (&raw const property).cast())
    }
}

/// # Safety
/// The result is initialised, and the name a string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_get_property_list(
    result: &aws_signing_result,
    list_name: *const aws_string,
    out_list: &mut *mut aws_array_list,
) {
    // SAFETY: as the caller promises.
    *out_list = unsafe { find(&result.property_lists, list_name) }.cast();
}

/// # Safety
/// The result is initialised, and both names are strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signing_result_get_property_value_in_property_list(
    result: &aws_signing_result,
    list_name: *const aws_string,
    property_name: *const aws_string,
    out_value: &mut *mut aws_string,
) {
    // SAFETY: as the caller promises.
    unsafe {
        let wanted = string_bytes(property_name);
        let list = find(&result.property_lists, list_name).cast();
        let mut found = properties(list).iter();
        let found = found.find(|property| string_bytes(property.name).eq_ignore_ascii_case(wanted));
        *out_value = found.map_or(null_mut(), |property| property.value);
    }
}

/// Adds headers and query parameters to the request that was signed.
///
/// # Safety
/// `request` is a request that nobody else uses, and the result is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_apply_signing_result_to_http_request(
    request: *mut aws_http_message,
    _allocator: *mut aws_allocator,
    result: &aws_signing_result,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let list = |name: *const aws_string| properties(find(&result.property_lists, name).cast());
        let parameters = list(super::signable::g_aws_http_query_params_property_list_name.0);
        if !parameters.is_empty() {
            let mut target = MaybeUninit::new(cursor(b""));
            if aws_http_message_get_request_path(request, target.as_mut_ptr()) != SUCCESS {
                return FAILURE;
            }
            let mut target = bytes_of(target.assume_init()).to_vec();
            for parameter in parameters {
                let has_query = target.contains(&b'?');
                let ends = target.ends_with(b"?") || target.ends_with(b"&");
                target.extend_from_slice(match (has_query, ends) {
                    (false, _) => b"?",
                    (true, true) => b"",
                    (true, false) => b"&",
                });
                target.extend_from_slice(string_bytes(parameter.name));
                target.push(b'=');
                target.extend_from_slice(string_bytes(parameter.value));
            }
            if aws_http_message_set_request_path(request, cursor(&target)) != SUCCESS {
                return FAILURE;
            }
        }
        for header in list(super::signable::g_aws_http_headers_property_list_name.0) {
            if header.name.is_null() || header.value.is_null() {
                return raise(AWS_ERROR_INVALID_ARGUMENT);
            }
            let header = aws_http_header {
                name: cursor(string_bytes(header.name)),
                value: cursor(string_bytes(header.value)),
                compression: AWS_HTTP_HEADER_COMPRESSION_USE_CACHE,
            };
            if aws_http_message_add_header(request, header) != SUCCESS {
                return FAILURE;
            }
        }
    }
    SUCCESS
}
