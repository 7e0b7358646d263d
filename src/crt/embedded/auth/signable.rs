//! Things that can be signed: calls on them, whoever implements them, and a request as one.

use core::ffi::c_int;
use core::ptr::null_mut;

use crate::crt::call::{call_out, returned};
use crate::crt::embedded::common::{FAILURE, SUCCESS, raise};
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::crt::{Allocator, Message, cursor, string_bytes};

use super::literal_string::string_constants;

string_constants! {
    g_aws_http_headers_property_list_name = "headers";
    g_aws_http_query_params_property_list_name = "params";
    g_aws_http_method_property_name = "method";
    g_aws_http_uri_property_name = "uri";
    g_aws_signature_property_name = "signature";
    g_aws_previous_signature_property_name = "previous-signature";
    g_aws_canonical_request_property_name = "canonical-request";
}

/// NULL is ignored.
///
/// # Safety
/// `signable` is NULL or not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signable_destroy(signable: *mut aws_signable) {
    // SAFETY: as the caller promises; whoever made the object fills its table.
    unsafe {
        if let Some(vtable) = signable.as_ref().and_then(|object| object.vtable.as_ref())
            && let Some(destroy) = vtable.destroy
        {
            let _ = call_out!(destroy, signable);
        }
    }
}

/// Calls a slot of a signable's table.
macro_rules! dispatch {
    ($name:ident, $slot:ident, ($($argument:ident: $kind:ty),*)) => {
        /// # Safety
        /// `signable` is alive, and the other pointers are valid for the call.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            signable: *const aws_signable,
            $($argument: $kind),*
        ) -> c_int {
            // SAFETY: as the caller promises.
            unsafe {
                match (*(*signable).vtable).$slot {
                    Some(call) => returned(call_out!(call, signable, $($argument),*)),
                    None => raise(AWS_ERROR_UNSUPPORTED_OPERATION),
                }
            }
        }
    };
}

dispatch!(
    aws_signable_get_property,
    get_property,
    (name: *const aws_string, out_value: *mut aws_byte_cursor)
);
dispatch!(
    aws_signable_get_property_list,
    get_property_list,
    (name: *const aws_string, out_property_list: *mut *mut aws_array_list)
);
dispatch!(
    aws_signable_get_payload_stream,
    get_payload_stream,
    (out_input_stream: *mut *mut aws_input_stream)
);

unsafe extern "C" {
    fn aws_array_list_init_dynamic(
        list: *mut aws_array_list,
        alloc: *mut aws_allocator,
        initial_item_allocation: usize,
        item_size: usize,
    ) -> c_int;
    fn aws_array_list_push_back(
        list: *mut aws_array_list,
        value: *const core::ffi::c_void,
    ) -> c_int;
    fn aws_array_list_clean_up(list: *mut aws_array_list);
    fn aws_http_message_get_header_count(message: *const aws_http_message) -> usize;
    fn aws_http_message_get_header(
        message: *const aws_http_message,
        out_header: *mut aws_http_header,
        index: usize,
    ) -> c_int;
    fn aws_http_message_get_request_method(
        message: *const aws_http_message,
        out_method: *mut aws_byte_cursor,
    ) -> c_int;
    fn aws_http_message_get_request_path(
        message: *const aws_http_message,
        out_path: *mut aws_byte_cursor,
    ) -> c_int;
    fn aws_http_message_get_body_stream(message: *const aws_http_message) -> *mut aws_input_stream;
}

/// A named value in the list.
#[repr(C)]
struct Pair {
    name: aws_byte_cursor,
    value: aws_byte_cursor,
}

/// A request that can be signed. The list shows the headers that it had when this was made.
#[repr(C)]
struct Request {
    base: aws_signable,
    headers: aws_array_list,
    message: Message,
}

static REQUEST: Constant<aws_signable_vtable> = Constant(aws_signable_vtable {
    get_property: Some(property),
    get_property_list: Some(property_list),
    get_payload_stream: Some(payload_stream),
    destroy: Some(destroy),
});

/// # Safety
/// The object was made by `aws_signable_new_http_request`.
unsafe fn request<'a>(signable: *const aws_signable) -> &'a Request {
    // SAFETY: as the caller promises.
    unsafe { &*signable.cast() }
}

/// # Safety
/// `name` is a string.
unsafe fn is_named(name: *const aws_string, wanted: &str) -> bool {
    // SAFETY: as the caller promises.
    unsafe { string_bytes(name) == wanted.as_bytes() }
}

unsafe extern "C" fn property(
    signable: *const aws_signable,
    name: *const aws_string,
    out_value: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: an object of this kind, a name and a place for the answer.
    unsafe {
        let message = request(signable).message.as_ptr();
        *out_value = cursor(b"");
        (*out_value).ptr = null_mut();
        if is_named(name, "uri") {
            aws_http_message_get_request_path(message, out_value);
        } else if is_named(name, "method") {
            aws_http_message_get_request_method(message, out_value);
        } else {
            return raise(AWS_ERROR_INVALID_ARGUMENT);
        }
    }
    SUCCESS
}

unsafe extern "C" fn property_list(
    signable: *const aws_signable,
    name: *const aws_string,
    out_list: *mut *mut aws_array_list,
) -> c_int {
    // SAFETY: an object of this kind, a name and a place for the answer.
    unsafe {
        *out_list = null_mut();
        if !is_named(name, "headers") {
            return raise(AWS_ERROR_UNSUPPORTED_OPERATION);
        }
        *out_list = (&raw const request(signable).headers).cast_mut();
    }
    SUCCESS
}

unsafe extern "C" fn payload_stream(
    signable: *const aws_signable,
    out_input_stream: *mut *mut aws_input_stream,
) -> c_int {
    // SAFETY: an object of this kind, and a place for the answer.
    unsafe {
        *out_input_stream = aws_http_message_get_body_stream(request(signable).message.as_ptr());
    }
    SUCCESS
}

unsafe extern "C" fn destroy(signable: *mut aws_signable) {
    // SAFETY: made with this allocator, and not used any more.
    unsafe {
        let Request { base, mut headers, message: _ } = signable.cast::<Request>().read();
        aws_array_list_clean_up(&mut headers);
        if let Some(allocator) = Allocator::from_raw(base.allocator) {
            allocator.release(signable.cast());
        }
    }
}

/// # Safety
/// `request` is a request that does not change as long as this object is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_signable_new_http_request(
    allocator: *mut aws_allocator,
    request: *mut aws_http_message,
) -> *mut aws_signable {
    // SAFETY: as the caller promises.
    unsafe {
        let allocator = Allocator::from_raw(allocator).unwrap_or_default();
        let Some(message) = Message::acquire(request) else {
            raise(AWS_ERROR_INVALID_ARGUMENT);
            return null_mut();
        };
        let mut headers = core::mem::zeroed();
        let count = aws_http_message_get_header_count(request);
        let size = size_of::<Pair>();
        if aws_array_list_init_dynamic(&mut headers, allocator.as_ptr(), count, size) == FAILURE {
            return null_mut();
        }
        for index in 0..count {
            let mut header = core::mem::zeroed();
            aws_http_message_get_header(request, &mut header, index);
            let pair = Pair { name: header.name, value: header.value };
            aws_array_list_push_back(&mut headers, (&raw const pair).cast());
        }
        let base = aws_signable {
            allocator: allocator.as_ptr(),
            r#impl: null_mut(),
            vtable: (&raw const REQUEST.0).cast_mut(),
        };
        let object = allocator.new(Request { base, headers, message }).as_ptr();
        (*object).base.r#impl = object.cast();
        object.cast()
    }
}
