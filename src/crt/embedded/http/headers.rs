//! Header lists: ordered, with duplicates, names compared without case.
//!
//! An entry is one block that holds name and value, so its views stay valid until the entry goes,
//! wherever it moves in the list. As in the C library a list is changed by one thread at a time;
//! only the count of its holders is safe to change from several.

use core::ffi::c_int;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::embedded::owned_bytes::OwnedBytes;
use crate::crt::sys::*;
use crate::crt::{Allocator, bytes_of, raise, string_new};
use crate::error::Code;

use super::outcome;

/// What stands behind an `aws_http_headers`: the count apart from the list, because holders come and
/// go while one of them changes the list.
struct Counted {
    holders: AtomicUsize,
    list: List,
}

/// The headers themselves.
pub(super) struct List {
    allocator: Allocator,
    entries: Vec<Entry>,
}

struct Entry {
    /// Name, then value.
    bytes: OwnedBytes,
    name_len: usize,
    compression: aws_http_header_compression,
}

impl Entry {
    fn name(&self) -> &[u8] {
        &self.bytes.bytes()[..self.name_len]
    }

    fn value(&self) -> &[u8] {
        &self.bytes.bytes()[self.name_len..]
    }

    fn is_named(&self, name: &[u8]) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    fn value_view(&self) -> aws_byte_cursor {
        self.bytes.view(self.name_len..self.bytes.bytes().len())
    }

    fn view(&self) -> aws_http_header {
        aws_http_header {
            name: self.bytes.view(0..self.name_len),
            value: self.value_view(),
            compression: self.compression,
        }
    }
}

impl List {
    fn new(allocator: Allocator) -> Self {
        Self { allocator, entries: Vec::new() }
    }

    /// A copy of a header; white space around the value does not belong to it (RFC 9110, 5.5).
    fn entry(
        &self,
        name: &[u8],
        value: &[u8],
        compression: aws_http_header_compression,
    ) -> Result<Entry, Code> {
        if name.is_empty() {
            return Err(Code::HTTP_INVALID_HEADER_NAME);
        }
        let bytes = OwnedBytes::joined(self.allocator, &[name, trimmed(value)])
            .ok_or(Code::OVERFLOW_DETECTED)?;
        Ok(Entry { bytes, name_len: name.len(), compression })
    }

    /// Appends; a pseudo-header that would come after ordinary ones goes to the front instead.
    pub(super) fn add(
        &mut self,
        name: &[u8],
        value: &[u8],
        compression: aws_http_header_compression,
    ) -> Result<(), Code> {
        let entry = self.entry(name, value, compression)?;
        self.push(entry);
        Ok(())
    }

    fn push(&mut self, entry: Entry) {
        let after_ordinary = self.entries.last().is_some_and(|last| !is_pseudo(last.name()));
        if is_pseudo(entry.name()) && after_ordinary {
            self.entries.insert(0, entry);
        } else {
            self.entries.push(entry);
        }
    }

    /// Replaces. The new entry is made before old ones go, because it may be a copy of one of them.
    pub(super) fn set(&mut self, name: &[u8], value: &[u8]) -> Result<(), Code> {
        let entry = self.entry(name, value, AWS_HTTP_HEADER_COMPRESSION_USE_CACHE)?;
        self.entries.retain(|old| !old.is_named(entry.name()));
        if is_pseudo(entry.name()) {
            self.entries.insert(0, entry);
        } else {
            self.entries.push(entry);
        }
        Ok(())
    }

    /// All or nothing: one refused header leaves the list as it was.
    ///
    /// # Safety
    /// The cursors of `headers` point to readable bytes.
    pub(super) unsafe fn add_all(&mut self, headers: &[aws_http_header]) -> Result<(), Code> {
        let mut fresh = Vec::with_capacity(headers.len());
        for header in headers {
            // SAFETY: as the caller promises.
            let (name, value) = unsafe { (bytes_of(header.name), bytes_of(header.value)) };
            fresh.push(self.entry(name, value, header.compression)?);
        }
        for entry in fresh {
            self.push(entry);
        }
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Result<&Entry, Code> {
        self.entries.iter().find(|entry| entry.is_named(name)).ok_or(Code::HTTP_HEADER_NOT_FOUND)
    }

    /// The first value of a name.
    pub(super) fn value(&self, name: &[u8]) -> Result<aws_byte_cursor, Code> {
        self.find(name).map(Entry::value_view)
    }

    fn all_values(&self, name: &[u8]) -> Result<Vec<u8>, Code> {
        self.find(name)?;
        let values: Vec<&[u8]> =
            self.entries.iter().filter(|entry| entry.is_named(name)).map(Entry::value).collect();
        Ok(values.join(&b", "[..]))
    }

    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn at(&self, index: usize) -> Result<aws_http_header, Code> {
        self.entries.get(index).map(Entry::view).ok_or(Code::INVALID_INDEX)
    }

    fn erase(&mut self, name: &[u8]) -> Result<(), Code> {
        self.find(name)?;
        // The name may be a view into one of the entries that go.
        let name = name.to_vec();
        self.entries.retain(|entry| !entry.is_named(&name));
        Ok(())
    }

    fn erase_value(&mut self, name: &[u8], value: &[u8]) -> Result<(), Code> {
        let is_wanted = |entry: &Entry| entry.is_named(name) && entry.value() == value;
        let index = self.entries.iter().position(is_wanted).ok_or(Code::HTTP_HEADER_NOT_FOUND)?;
        self.erase_at(index)
    }

    pub(super) fn erase_at(&mut self, index: usize) -> Result<(), Code> {
        if index >= self.entries.len() {
            return Err(Code::INVALID_INDEX);
        }
        self.entries.remove(index);
        Ok(())
    }
}

fn trimmed(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    &value[start..end]
}

fn is_pseudo(name: &[u8]) -> bool {
    name.first() == Some(&b':')
}

/// The list behind a pointer from C, to read.
///
/// # Safety
/// A non-NULL `headers` came from `aws_http_headers_new`, is still held, and nobody changes it now.
pub(super) unsafe fn read<'a>(headers: *const aws_http_headers) -> Result<&'a List, Code> {
    if headers.is_null() {
        return Err(Code::INVALID_ARGUMENT);
    }
    // SAFETY: as the caller promises.
    Ok(unsafe { &(*headers.cast::<Counted>()).list })
}

/// The list behind a pointer from C, to change.
///
/// # Safety
/// As for [`read`], and nobody else looks at the list now.
pub(super) unsafe fn change<'a>(headers: *mut aws_http_headers) -> Result<&'a mut List, Code> {
    if headers.is_null() {
        return Err(Code::INVALID_ARGUMENT);
    }
    // SAFETY: as the caller promises.
    Ok(unsafe { &mut (*headers.cast::<Counted>()).list })
}

/// Compares two header names.
///
/// # Safety
/// Both cursors point to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_header_name_eq(
    name_a: aws_byte_cursor,
    name_b: aws_byte_cursor,
) -> bool {
    // SAFETY: as the caller promises.
    unsafe { bytes_of(name_a).eq_ignore_ascii_case(bytes_of(name_b)) }
}

/// Makes an empty list; NULL when there is no allocator.
///
/// # Safety
/// The allocator is valid for as long as the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_new(
    allocator: *mut aws_allocator,
) -> *mut aws_http_headers {
    // SAFETY: as the caller promises.
    match unsafe { Allocator::from_raw(allocator) } {
        Some(allocator) => {
            let list = List::new(allocator);
            allocator.new(Counted { holders: AtomicUsize::new(1), list }).as_ptr().cast()
        }
        None => {
            raise(Code::INVALID_ARGUMENT);
            core::ptr::null_mut()
        }
    }
}

/// Adds a holder; NULL is ignored.
///
/// # Safety
/// A non-NULL list is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_acquire(headers: *mut aws_http_headers) {
    if !headers.is_null() {
        // SAFETY: as the caller promises.
        let holders = unsafe { &(*headers.cast::<Counted>()).holders };
        holders.fetch_add(1, Ordering::Relaxed);
    }
}

/// Drops a holder, and the list with the last one; NULL is ignored.
///
/// # Safety
/// A non-NULL list is held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_release(headers: *mut aws_http_headers) {
    let Some(counted) = NonNull::new(headers.cast::<Counted>()) else { return };
    // SAFETY: as the caller promises.
    let holders = unsafe { &(*counted.as_ptr()).holders };
    if holders.fetch_sub(1, Ordering::AcqRel) == 1 {
        // SAFETY: that was the last holder, and the list came from this allocator.
        unsafe { (*counted.as_ptr()).list.allocator.delete(counted) };
    }
}

/// Appends a copy of a header.
///
/// # Safety
/// The list is the caller's to change; `header` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_add_header(
    headers: *mut aws_http_headers,
    header: *const aws_http_header,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { header.as_ref() }.ok_or(Code::INVALID_ARGUMENT).and_then(|header| unsafe {
        change(headers)?.add(bytes_of(header.name), bytes_of(header.value), header.compression)
    }))
}

/// Appends a header.
///
/// # Safety
/// The list is the caller's to change; the cursors point to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_add(
    headers: *mut aws_http_headers,
    name: aws_byte_cursor,
    value: aws_byte_cursor,
) -> c_int {
    let compression = AWS_HTTP_HEADER_COMPRESSION_USE_CACHE;
    // SAFETY: as the caller promises.
    outcome(
        unsafe { change(headers) }
            .and_then(|list| unsafe { list.add(bytes_of(name), bytes_of(value), compression) }),
    )
}

/// Appends several headers, or none.
///
/// # Safety
/// The list is the caller's to change; `array` holds `count` readable headers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_add_array(
    headers: *mut aws_http_headers,
    array: *const aws_http_header,
    count: usize,
) -> c_int {
    if count == 0 || array.is_null() {
        return outcome(if count == 0 { Ok(()) } else { Err(Code::INVALID_ARGUMENT) });
    }
    // SAFETY: as the caller promises.
    let array = unsafe { core::slice::from_raw_parts(array, count) };
    // SAFETY: as the caller promises.
    outcome(unsafe { change(headers) }.and_then(|list| unsafe { list.add_all(array) }))
}

/// Replaces all headers of a name.
///
/// # Safety
/// The list is the caller's to change; the cursors point to readable bytes, also of this list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_set(
    headers: *mut aws_http_headers,
    name: aws_byte_cursor,
    value: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises; entries own their bytes behind a pointer, so that a view of one
    // is not a view of the list that is changed.
    outcome(
        unsafe { change(headers) }
            .and_then(|list| unsafe { list.set(bytes_of(name), bytes_of(value)) }),
    )
}

/// Counts the entries.
///
/// # Safety
/// The list is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_count(headers: *const aws_http_headers) -> usize {
    // SAFETY: as the caller promises.
    unsafe { read(headers) }.map_or(0, List::count)
}

/// Gives the header at a position.
///
/// # Safety
/// The list is held by the caller; `out_header` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_get_index(
    headers: *const aws_http_headers,
    index: usize,
    out_header: *mut aws_http_header,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { read(headers) }.and_then(|list| list.at(index)).map(|header| unsafe {
        out_header.write(header);
    }))
}

/// Gives all values of a name as one new string.
///
/// # Safety
/// The list is held by the caller; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_get_all(
    headers: *const aws_http_headers,
    name: aws_byte_cursor,
) -> *mut aws_string {
    // SAFETY: as the caller promises.
    let joined = unsafe { read(headers) }.and_then(|list| {
        // SAFETY: as the caller promises.
        list.all_values(unsafe { bytes_of(name) }).map(|all| string_new(list.allocator, &all))
    });
    joined.unwrap_or_else(|code| {
        raise(code);
        core::ptr::null_mut()
    })
}

/// Gives the first value of a name.
///
/// # Safety
/// The list is held by the caller; the cursor points to readable bytes; `out_value` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_get(
    headers: *const aws_http_headers,
    name: aws_byte_cursor,
    out_value: *mut aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { read(headers) }.and_then(|list| unsafe {
        out_value.write(list.value(bytes_of(name))?);
        Ok(())
    }))
}

/// Tells whether there is a header of a name.
///
/// # Safety
/// The list is held by the caller; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_has(
    headers: *const aws_http_headers,
    name: aws_byte_cursor,
) -> bool {
    // SAFETY: as the caller promises.
    unsafe { read(headers) }.is_ok_and(|list| list.find(unsafe { bytes_of(name) }).is_ok())
}

/// Drops all headers of a name.
///
/// # Safety
/// The list is the caller's to change; the cursor points to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_erase(
    headers: *mut aws_http_headers,
    name: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { change(headers) }.and_then(|list| list.erase(unsafe { bytes_of(name) })))
}

/// Drops the first header with a name and a value.
///
/// # Safety
/// The list is the caller's to change; the cursors point to readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_erase_value(
    headers: *mut aws_http_headers,
    name: aws_byte_cursor,
    value: aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(
        unsafe { change(headers) }
            .and_then(|list| unsafe { list.erase_value(bytes_of(name), bytes_of(value)) }),
    )
}

/// Drops the header at a position.
///
/// # Safety
/// The list is the caller's to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_erase_index(
    headers: *mut aws_http_headers,
    index: usize,
) -> c_int {
    // SAFETY: as the caller promises.
    outcome(unsafe { change(headers) }.and_then(|list| list.erase_at(index)))
}

/// Drops all headers.
///
/// # Safety
/// The list is the caller's to change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_http_headers_clear(headers: *mut aws_http_headers) {
    // SAFETY: as the caller promises.
    if let Ok(list) = unsafe { change(headers) } {
        list.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(headers: &[(&str, &str)]) -> List {
        let mut list = List::new(Allocator::default());
        for (name, value) in headers {
            list.add(name.as_bytes(), value.as_bytes(), 0).expect("a good header");
        }
        list
    }

    fn shown(list: &List) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let shown = |entry: &Entry| format!("{}={}", text(entry.name()), text(entry.value()));
        list.entries.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn order_and_duplicates_stay() {
        let list = list(&[("a", " 1\t"), ("b", ""), ("A", "2")]);
        assert_eq!(shown(&list), "a=1 b= A=2");
        assert_eq!(list.all_values(b"a"), Ok(b"1, 2".to_vec()));
        assert_eq!(list.all_values(b"c"), Err(Code::HTTP_HEADER_NOT_FOUND));
    }

    #[test]
    fn setting_appends_and_drops_what_was_there() {
        let mut list = list(&[("a", "1"), ("b", "2"), ("A", "3")]);
        list.set(b"a", b"4").expect("a good header");
        assert_eq!(shown(&list), "b=2 a=4");
        assert_eq!(list.set(b"", b"4"), Err(Code::HTTP_INVALID_HEADER_NAME));
        assert_eq!(shown(&list), "b=2 a=4");
    }

    #[test]
    fn pseudo_headers_come_first() {
        let mut list = list(&[(":a", "1"), (":b", "2"), ("c", "3"), (":d", "4")]);
        assert_eq!(shown(&list), ":d=4 :a=1 :b=2 c=3");
        list.set(b":b", b"5").expect("a good header");
        assert_eq!(shown(&list), ":b=5 :d=4 :a=1 c=3");
    }

    #[test]
    fn erasing_by_name_value_and_place() {
        let mut list = list(&[("a", "1"), ("b", "2"), ("A", "3"), ("b", "4")]);
        assert_eq!(list.erase_value(b"B", b"5"), Err(Code::HTTP_HEADER_NOT_FOUND));
        assert_eq!(list.erase_value(b"B", b"4"), Ok(()));
        assert_eq!(list.erase(b"a"), Ok(()));
        assert_eq!(shown(&list), "b=2");
        assert_eq!(list.erase_at(1), Err(Code::INVALID_INDEX));
        assert_eq!(list.erase_at(0), Ok(()));
        assert_eq!(list.erase(b"b"), Err(Code::HTTP_HEADER_NOT_FOUND));
    }

    #[test]
    fn several_are_added_or_none() {
        use crate::crt::cursor;
        let mut list = list(&[("a", "1")]);
        let header = |name: &'static str| aws_http_header {
            name: cursor(name.as_bytes()),
            value: cursor(b"x"),
            compression: 0,
        };
        // SAFETY: the cursors are over static bytes.
        let refused = unsafe { list.add_all(&[header("b"), header("")]) };
        assert_eq!(refused, Err(Code::HTTP_INVALID_HEADER_NAME));
        assert_eq!(shown(&list), "a=1");
        // SAFETY: as above.
        unsafe { list.add_all(&[header("b"), header("c")]) }.expect("good headers");
        assert_eq!(shown(&list), "a=1 b=x c=x");
    }
}
