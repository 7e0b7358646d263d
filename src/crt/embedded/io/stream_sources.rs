//! The two streams that come with the library: over borrowed memory, and over a file.

use core::ffi::*;
use core::ptr;
use std::io;
use std::mem::MaybeUninit;

use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;
use crate::error::Code;

use super::{block, link};

const GET_LENGTH_FAILED: Code = Code(1175);

#[repr(C)]
struct CursorStream {
    base: aws_input_stream,
    allocator: *mut aws_allocator,
    data: aws_byte_cursor,
    position: usize,
}

#[repr(C)]
struct FileStream {
    base: aws_input_stream,
    allocator: *mut aws_allocator,
    file: *mut libc::FILE,
    close: bool,
}

static CURSOR: Constant<aws_input_stream_vtable> = Constant(aws_input_stream_vtable {
    seek: Some(cursor_seek),
    read: Some(cursor_read),
    get_status: Some(cursor_status),
    get_length: Some(cursor_length),
    acquire: None,
    release: None,
});

static FILE: Constant<aws_input_stream_vtable> = Constant(aws_input_stream_vtable {
    seek: Some(file_seek),
    read: Some(file_read),
    get_status: Some(file_status),
    get_length: Some(file_length),
    acquire: None,
    release: None,
});

/// # Safety
/// `stream` begins with an `aws_input_stream`.
unsafe fn initialise<T>(
    stream: *mut T,
    vtable: &'static Constant<aws_input_stream_vtable>,
    end: unsafe extern "C" fn(*mut c_void),
) -> *mut aws_input_stream {
    let base = stream.cast::<aws_input_stream>();
    // SAFETY: as the caller promises.
    unsafe {
        (*base).r#impl = stream.cast();
        (*base).vtable = &raw const vtable.0;
        link::aws_ref_count_init(&raw mut (*base).ref_count, stream.cast(), Some(end));
    }
    base
}

fn blank() -> aws_input_stream {
    aws_input_stream {
        r#impl: ptr::null_mut(),
        vtable: ptr::null(),
        ref_count: aws_ref_count {
            ref_count: aws_atomic_var { value: ptr::null_mut() },
            object: ptr::null_mut(),
            on_zero_fn: None,
        },
    }
}

/// # Safety
/// `allocator` is valid and outlives the stream, as do the bytes of `cursor`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_new_from_cursor(
    allocator: *mut aws_allocator,
    cursor: *const aws_byte_cursor,
) -> *mut aws_input_stream {
    // SAFETY: as the caller promises.
    unsafe {
        let stream = CursorStream { base: blank(), allocator, data: *cursor, position: 0 };
        initialise(block::place(allocator, stream), &CURSOR, cursor_end)
    }
}

unsafe extern "C" fn cursor_end(stream: *mut c_void) {
    let stream = stream.cast::<CursorStream>();
    // SAFETY: the last reference is gone.
    unsafe { block::take((*stream).allocator, stream) };
}

unsafe extern "C" fn cursor_seek(
    stream: *mut aws_input_stream,
    offset: i64,
    basis: aws_stream_seek_basis,
) -> c_int {
    // SAFETY: this function is only in the table of cursor streams.
    let stream = unsafe { &mut *stream.cast::<CursorStream>() };
    let position = match basis {
        AWS_SSB_BEGIN => usize::try_from(offset).ok(),
        AWS_SSB_END if offset <= 0 => usize::try_from(offset.unsigned_abs())
            .ok()
            .and_then(|back| stream.data.len.checked_sub(back)),
        AWS_SSB_END => None,
        _ => return link::raise(Code::INVALID_ARGUMENT),
    };
    match position.filter(|position| *position <= stream.data.len) {
        Some(position) => {
            stream.position = position;
            link::SUCCESS
        }
        None => link::raise(Code::IO_STREAM_INVALID_SEEK_POSITION),
    }
}

unsafe extern "C" fn cursor_read(stream: *mut aws_input_stream, dest: *mut aws_byte_buf) -> c_int {
    // SAFETY: as above; the data outlive the stream, and `dest` has the room that it says.
    unsafe {
        let stream = &mut *stream.cast::<CursorStream>();
        let rest = &link::bytes_of(stream.data)[stream.position..];
        let length = rest.len().min((*dest).capacity.saturating_sub((*dest).len));
        if length > 0 {
            let free = (*dest).buffer.add((*dest).len);
            ptr::copy_nonoverlapping(rest.as_ptr(), free, length);
            (*dest).len += length;
            stream.position += length;
        }
    }
    link::SUCCESS
}

unsafe extern "C" fn cursor_status(
    stream: *mut aws_input_stream,
    status: *mut aws_stream_status,
) -> c_int {
    // SAFETY: as above; `status` is writable.
    unsafe {
        let stream = &*stream.cast::<CursorStream>();
        let is_end_of_stream = stream.position == stream.data.len;
        status.write(aws_stream_status { is_end_of_stream, is_valid: true });
    }
    link::SUCCESS
}

unsafe extern "C" fn cursor_length(stream: *mut aws_input_stream, out_length: *mut i64) -> c_int {
    // SAFETY: as above; `out_length` is writable. No object is larger than `i64::MAX`.
    unsafe { out_length.write((*stream.cast::<CursorStream>()).data.len as i64) };
    link::SUCCESS
}

/// NULL with the translated `errno` when the file cannot be opened.
///
/// # Safety
/// `allocator` is valid and outlives the stream; `file_name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_new_from_file(
    allocator: *mut aws_allocator,
    file_name: *const c_char,
) -> *mut aws_input_stream {
    if file_name.is_null() {
        link::raise(Code::FILE_INVALID_PATH);
        return ptr::null_mut();
    }
    // SAFETY: as the caller promises.
    unsafe {
        let file = libc::fopen(file_name, c"rb".as_ptr());
        if file.is_null() {
            link::raise(Code::of_file_error(&io::Error::last_os_error()));
            return ptr::null_mut();
        }
        let stream = FileStream { base: blank(), allocator, file, close: true };
        initialise(block::place(allocator, stream), &FILE, file_end)
    }
}

/// The stream reads from where the file stands and never closes it.
///
/// # Safety
/// `allocator` is valid and outlives the stream, as does `file`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_input_stream_new_from_open_file(
    allocator: *mut aws_allocator,
    file: *mut libc::FILE,
) -> *mut aws_input_stream {
    // SAFETY: as the caller promises.
    unsafe {
        let stream = FileStream { base: blank(), allocator, file, close: false };
        initialise(block::place(allocator, stream), &FILE, file_end)
    }
}

unsafe extern "C" fn file_end(stream: *mut c_void) {
    let stream = stream.cast::<FileStream>();
    // SAFETY: the last reference is gone.
    unsafe {
        let stream = block::take((*stream).allocator, stream);
        if stream.close {
            libc::fclose(stream.file);
        }
    }
}

unsafe extern "C" fn file_seek(
    stream: *mut aws_input_stream,
    offset: i64,
    basis: aws_stream_seek_basis,
) -> c_int {
    let whence = match basis {
        AWS_SSB_BEGIN => libc::SEEK_SET,
        AWS_SSB_END => libc::SEEK_END,
        _ => return link::raise(Code::INVALID_ARGUMENT),
    };
    // SAFETY: this function is only in the table of file streams.
    match unsafe { libc::fseeko((*stream.cast::<FileStream>()).file, offset, whence) } {
        0 => link::SUCCESS,
        _ => link::raise(Code::STREAM_UNSEEKABLE),
    }
}

unsafe extern "C" fn file_read(stream: *mut aws_input_stream, dest: *mut aws_byte_buf) -> c_int {
    // SAFETY: as above; `dest` has the room that it says.
    unsafe {
        let file = (*stream.cast::<FileStream>()).file;
        let room = (*dest).capacity.saturating_sub((*dest).len);
        let read = libc::fread((*dest).buffer.add((*dest).len).cast(), 1, room, file);
        if read == 0 && libc::ferror(file) != 0 {
            return link::raise(Code::IO_STREAM_READ_FAILED);
        }
        (*dest).len += read;
    }
    link::SUCCESS
}

unsafe extern "C" fn file_status(
    stream: *mut aws_input_stream,
    status: *mut aws_stream_status,
) -> c_int {
    // SAFETY: as above; `status` is writable.
    unsafe {
        let file = (*stream.cast::<FileStream>()).file;
        let is_end_of_stream = libc::feof(file) != 0;
        status.write(aws_stream_status { is_end_of_stream, is_valid: libc::ferror(file) == 0 });
    }
    link::SUCCESS
}

unsafe extern "C" fn file_length(stream: *mut aws_input_stream, out_length: *mut i64) -> c_int {
    let mut facts = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: as above; `facts` is read only when it was written.
    unsafe {
        let descriptor = libc::fileno((*stream.cast::<FileStream>()).file);
        if libc::fstat(descriptor, facts.as_mut_ptr()) != 0 {
            return link::raise(GET_LENGTH_FAILED);
        }
        out_length.write(facts.assume_init().st_size);
    }
    link::SUCCESS
}
