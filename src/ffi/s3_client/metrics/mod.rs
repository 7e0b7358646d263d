//! Request metrics: the object and how its values are handed out.
//!
//! Strings and headers are made when they are asked for and live as long as the object. The getters
//! are one exported function each, in three files.

use std::ffi::c_int;
use std::ptr;

use once_cell::sync::OnceCell;

use crate::abi::aws_s3_request_metrics;
use crate::crt::sys::{aws_http_headers, aws_string};
use crate::crt::{self, Allocator, OwnedString};
use crate::error::{Code, Result};
use crate::ffi::handle::{self, Opaque};
use crate::request::Metrics;

mod connection;
mod request;
mod timing;

/// What stands behind a metrics object.
pub(in crate::ffi) struct Record {
    allocator: Allocator,
    metrics: Metrics,
    texts: [OnceCell<Option<OwnedString>>; 6],
    headers: OnceCell<Option<crt::Headers>>,
}

impl Opaque for aws_s3_request_metrics {
    type Front = ();
    type Inner = Record;
}

/// The values that are strings.
#[derive(Clone, Copy)]
enum Text {
    RequestId,
    ExtendedRequestId,
    IpAddress,
    OperationName,
    PathQuery,
    Host,
}

/// An object with one reference.
pub(in crate::ffi) fn metrics_object(
    allocator: Allocator,
    metrics: Metrics,
) -> *mut aws_s3_request_metrics {
    let (texts, headers) = Default::default();
    handle::create(allocator, 1, (), Record { allocator, metrics, texts, headers })
}

impl Record {
    fn text(&self, which: Text) -> Option<*const aws_string> {
        let metrics = &self.metrics;
        let make = || {
            let bytes: &[u8] = match which {
                Text::RequestId => metrics.response_header("x-amz-request-id")?,
                Text::ExtendedRequestId => metrics.response_header("x-amz-id-2")?,
                Text::IpAddress => metrics.ip_address.as_ref()?.as_bytes(),
                Text::OperationName if metrics.operation.is_empty() => return None,
                Text::OperationName => metrics.operation.as_bytes(),
                Text::PathQuery => metrics.path_query.as_ref()?,
                Text::Host => metrics.host.as_ref()?,
            };
            Some(OwnedString::new(self.allocator, bytes))
        };
        self.texts[which as usize].get_or_init(make).as_ref().map(OwnedString::as_ptr)
    }

    fn headers(&self) -> Option<*mut aws_http_headers> {
        let make = || {
            let pairs = self.metrics.headers.as_ref()?;
            let pairs = pairs.iter().map(|(name, value)| (&name[..], &value[..]));
            crt::Headers::new(self.allocator, pairs).ok()
        };
        self.headers.get_or_init(make).as_ref().map(crt::Headers::as_ptr)
    }
}

/// A value that is always there; `None` only for NULL metrics.
///
/// # Safety
/// Non-NULL `metrics` is alive.
unsafe fn look<T>(
    metrics: *const aws_s3_request_metrics,
    value: impl FnOnce(&Metrics) -> T,
) -> Option<T> {
    // SAFETY: as the caller promises.
    unsafe { handle::borrow(metrics) }.ok().map(|record| value(&record.metrics))
}

/// Writes a value that is always there.
///
/// # Safety
/// Non-NULL `metrics` is alive, non-NULL `out` is writable.
unsafe fn put<T>(
    metrics: *const aws_s3_request_metrics,
    out: *mut T,
    value: impl FnOnce(&Metrics) -> T,
) {
    // SAFETY: as the caller promises.
    if let (Some(value), false) = (unsafe { look(metrics, value) }, out.is_null()) {
        // SAFETY: as the caller promises.
        unsafe { out.write(value) };
    }
}

/// Writes a value, or raises `AWS_ERROR_S3_METRIC_DATA_NOT_AVAILABLE`.
///
/// # Safety
/// As for [`put`].
unsafe fn put_known<T>(
    metrics: *const aws_s3_request_metrics,
    out: *mut T,
    value: impl FnOnce(&Metrics) -> Option<T>,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe { hand_out(look(metrics, value), out) }
}

/// # Safety
/// As for [`put`].
unsafe fn text(
    metrics: *const aws_s3_request_metrics,
    which: Text,
    out: *mut *const aws_string,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let record = handle::borrow(metrics).ok();
        hand_out(record.map(|record| record.text(which)), out)
    }
}

/// # Safety
/// As for [`put`].
unsafe fn text_or_null(
    metrics: *const aws_s3_request_metrics,
    which: Text,
    out: *mut *const aws_string,
) {
    // SAFETY: as the caller promises.
    unsafe {
        let record = handle::borrow(metrics).ok();
        let text = record.and_then(|record| record.text(which)).unwrap_or(ptr::null());
        let _ = hand_out(Some(Some(text)), out);
    }
}

/// # Safety
/// As for [`put`].
unsafe fn headers(
    metrics: *const aws_s3_request_metrics,
    out: *mut *mut aws_http_headers,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        let record = handle::borrow(metrics).ok();
        hand_out(record.map(Record::headers), out)
    }
}

/// `value` is `None` without a record, and holds `None` when the record does not know it.
///
/// # Safety
/// Non-NULL `out` is writable.
unsafe fn hand_out<T>(value: Option<Option<T>>, out: *mut T) -> c_int {
    let handed: Result<()> = match value {
        Some(Some(value)) if !out.is_null() => {
            // SAFETY: as the caller promises.
            unsafe { out.write(value) };
            Ok(())
        }
        Some(None) if !out.is_null() => Err(Code::S3_METRIC_DATA_NOT_AVAILABLE.into()),
        _ => Err(Code::INVALID_ARGUMENT.into()),
    };
    match handed {
        Ok(()) => 0,
        Err(error) => {
            crt::raise(error.code());
            -1
        }
    }
}
