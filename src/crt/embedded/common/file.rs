//! Files as stdio streams, and what is at a path.

use core::ptr::null_mut;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::errno::{aws_translate_and_raise_io_error, raise_errno_or, raise_io};
use super::string::aws_string_c_str;
use super::*;

/// A string as a path.
///
/// # Safety
/// `path` is NULL or a string that lives as long as the result is used.
pub(super) unsafe fn path<'a>(path: *const aws_string) -> &'a Path {
    // SAFETY: promised by the caller.
    let bytes = unsafe { string::text(path) }.unwrap_or_default();
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_fopen(
    file_path: *const c_char,
    mode: *const c_char,
) -> *mut libc::FILE {
    // SAFETY: NULL or C strings.
    unsafe {
        match (c_bytes(file_path), c_bytes(mode)) {
            (None | Some([]), _) => {
                raise(AWS_ERROR_FILE_INVALID_PATH);
                return null_mut();
            }
            (Some(_), Some([_, ..])) => {}
            _ => {
                raise(AWS_ERROR_INVALID_ARGUMENT);
                return null_mut();
            }
        }
        let file = libc::fopen(file_path, mode);
        if file.is_null() {
            raise_errno_or(AWS_ERROR_FILE_OPEN_FAILURE);
        }
        file
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_fopen_safe(
    file_path: *const aws_string,
    mode: *const aws_string,
) -> *mut libc::FILE {
    // SAFETY: two strings.
    unsafe { aws_fopen(aws_string_c_str(file_path), aws_string_c_str(mode)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_fseek(file: *mut libc::FILE, offset: i64, whence: c_int) -> c_int {
    // SAFETY: an open stream.
    match unsafe { libc::fseeko(file, offset, whence) } {
        0 => SUCCESS,
        _ => raise_errno_or(AWS_ERROR_STREAM_UNSEEKABLE),
    }
}

/// What the system knows of an open stream.
unsafe fn stat(file: *mut libc::FILE) -> Option<libc::stat> {
    if file.is_null() {
        raise(AWS_ERROR_INVALID_FILE_HANDLE);
        return None;
    }
    // SAFETY: an open stream, and a struct that is filled.
    unsafe {
        let fd = libc::fileno(file);
        if fd < 0 {
            raise(AWS_ERROR_INVALID_FILE_HANDLE);
            return None;
        }
        let mut stat = core::mem::zeroed();
        if libc::fstat(fd, &mut stat) != 0 {
            raise_errno_or(AWS_ERROR_SYS_CALL_FAILURE);
            return None;
        }
        Some(stat)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_get_length(file: *mut libc::FILE, length: &mut i64) -> c_int {
    // SAFETY: NULL or an open stream.
    let Some(stat) = (unsafe { stat(file) }) else { return FAILURE };
    *length = stat.st_size;
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_get_last_modified_epoch(
    file: *mut libc::FILE,
    last_modified_ns: &mut u64,
) -> c_int {
    // SAFETY: NULL or an open stream.
    let Some(stat) = (unsafe { stat(file) }) else { return FAILURE };
    let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
    *last_modified_ns =
        seconds.saturating_mul(1_000_000_000).saturating_add(stat.st_mtime_nsec as u64);
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_delete(file_path: *const aws_string) -> c_int {
    // SAFETY: a string.
    match unsafe { libc::unlink(aws_string_c_str(file_path)) } {
        0 => SUCCESS,
        _ => match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::ENOENT) => SUCCESS,
            error_no => aws_translate_and_raise_io_error(error_no.unwrap_or(0)),
        },
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_path_exists(file_path: *const aws_string) -> bool {
    // SAFETY: a string.
    unsafe { path(file_path) }.exists()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_directory_or_file_move(
    from: *const aws_string,
    to: *const aws_string,
) -> c_int {
    // SAFETY: two strings.
    match std::fs::rename(unsafe { path(from) }, unsafe { path(to) }) {
        Ok(()) => SUCCESS,
        Err(error) => raise_io(&error),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_get_platform_directory_separator() -> c_char {
    b'/' as c_char
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_is_any_directory_separator(value: c_char) -> bool {
    matches!(value as u8, b'/' | b'\\')
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_get_home_directory(allocator: *mut aws_allocator) -> *mut aws_string {
    match std::env::home_dir().filter(|home| !home.as_os_str().is_empty()) {
        Some(home) => string::new(allocator, home.as_os_str().as_bytes()),
        None => {
            raise(AWS_ERROR_GET_HOME_DIRECTORY_FAILED);
            null_mut()
        }
    }
}

/// Reads a whole file, with a zero behind it that does not count.
unsafe fn read_whole(
    out_buf: &mut core::mem::MaybeUninit<aws_byte_buf>,
    alloc: *mut aws_allocator,
    filename: *const c_char,
) -> c_int {
    // SAFETY: all fields may be zero.
    out_buf.write(unsafe { core::mem::zeroed() });
    // SAFETY: NULL or a C string.
    let Some(name) = (unsafe { c_bytes(filename) }) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    match std::fs::read(std::ffi::OsStr::from_bytes(name)) {
        Ok(bytes) => {
            byte_buf::aws_byte_buf_init(out_buf, alloc, bytes.len() + 1);
            // SAFETY: initialised by the line above.
            let buf = unsafe { out_buf.assume_init_mut() };
            byte_buf::push(buf, &bytes);
            byte_buf::push(buf, &[0]);
            buf.len -= 1;
            SUCCESS
        }
        Err(error) => raise_io(&error),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_init_from_file(
    out_buf: &mut core::mem::MaybeUninit<aws_byte_buf>,
    alloc: *mut aws_allocator,
    filename: *const c_char,
) -> c_int {
    // SAFETY: passed on.
    unsafe { read_whole(out_buf, alloc, filename) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_byte_buf_init_from_file_with_size_hint(
    out_buf: &mut core::mem::MaybeUninit<aws_byte_buf>,
    alloc: *mut aws_allocator,
    filename: *const c_char,
    _size_hint: usize,
) -> c_int {
    // SAFETY: passed on. Reading to the end needs no hint.
    unsafe { read_whole(out_buf, alloc, filename) }
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::*;

    #[test]
    fn a_file_is_written_read_and_deleted() {
        let name = std::env::temp_dir().join(format!("common-file-{}", std::process::id()));
        std::fs::write(&name, b"twelve bytes").expect("written");
        let c_name = CString::new(name.as_os_str().as_bytes()).expect("no zero");
        // SAFETY: what is made is freed after use.
        unsafe {
            let allocator = alloc::aws_default_allocator();
            let path = string::aws_string_new_from_c_str(allocator, c_name.as_ptr());
            let file = aws_fopen(c_name.as_ptr(), c"rb".as_ptr());
            let (mut length, mut modified) = (0, 0);
            assert_eq!(aws_file_get_length(file, &mut length), SUCCESS);
            assert_eq!(aws_file_get_last_modified_epoch(file, &mut modified), SUCCESS);
            assert!(length == 12 && modified > 1_600_000_000_000_000_000);
            libc::fclose(file);
            let mut buf = core::mem::MaybeUninit::uninit();
            assert_eq!(aws_byte_buf_init_from_file(&mut buf, allocator, c_name.as_ptr()), SUCCESS);
            let buf = buf.assume_init_mut();
            assert_eq!((used(buf), *buf.buffer.add(12)), (&b"twelve bytes"[..], 0));
            byte_buf::aws_byte_buf_clean_up(buf);
            assert!(aws_path_exists(path));
            assert_eq!((aws_file_delete(path), aws_file_delete(path)), (SUCCESS, SUCCESS));
            assert!(!aws_path_exists(path) && aws_fopen(c_name.as_ptr(), c"r".as_ptr()).is_null());
            assert_eq!(error::aws_last_error(), AWS_ERROR_FILE_INVALID_PATH);
            string::aws_string_destroy(path);
        }
    }
}
