//! Files as descriptors: positional reads and writes from any thread, past the page cache if wanted.

use std::fs::{File, OpenOptions};
use std::os::fd::{FromRawFd, IntoRawFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};

use super::errno::raise_io;
use super::*;
use crate::os::DIRECT;

unsafe fn open(file_path: *const aws_string, flags: c_int, out_fd: &mut c_int) -> c_int {
    *out_fd = -1;
    // SAFETY: a string.
    match OpenOptions::new().write(true).custom_flags(flags).open(unsafe { file::path(file_path) })
    {
        Ok(file) => *out_fd = file.into_raw_fd(),
        Err(error) => return raise_io(&error),
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_open_for_write(
    file_path: *const aws_string,
    out_fd: &mut c_int,
) -> c_int {
    // SAFETY: passed on.
    unsafe { open(file_path, 0, out_fd) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_open_direct_io_for_write(
    file_path: *const aws_string,
    out_fd: &mut c_int,
) -> c_int {
    match DIRECT {
        // SAFETY: passed on.
        Some(flags) => unsafe { open(file_path, flags, out_fd) },
        None => raise(AWS_ERROR_UNSUPPORTED_OPERATION),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_file_direct_io_is_supported() -> bool {
    DIRECT.is_some()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_write_to_offset(
    fd: c_int,
    offset: u64,
    data: aws_byte_cursor,
) -> c_int {
    if fd < 0 {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: the caller's descriptor, which stays the caller's.
    let file = core::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    match file.write_all_at(shown(&data), offset) {
        Ok(()) => SUCCESS,
        Err(error) => errno::aws_translate_and_raise_io_error_or(
            error.raw_os_error().unwrap_or(0),
            AWS_ERROR_FILE_WRITE_FAILURE,
        ),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_write_to_offset_direct_io(
    fd: c_int,
    offset: u64,
    data: aws_byte_cursor,
) -> c_int {
    let page = system_info::aws_system_info_page_size();
    let aligned = |number: usize| number.is_multiple_of(page);
    if !(aligned(data.len) && aligned(data.ptr as usize) && offset.is_multiple_of(page as u64)) {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: passed on.
    unsafe { aws_file_write_to_offset(fd, offset, data) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_file_close_fd(fd: c_int) {
    if fd >= 0 {
        // SAFETY: the caller gives the descriptor up.
        drop(unsafe { File::from_raw_fd(fd) });
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_file_path_read_from_offset(
    file_path: *const aws_string,
    offset: u64,
    max_read_length: usize,
    output_buf: &mut aws_byte_buf,
    out_actual_read: &mut usize,
) -> c_int {
    *out_actual_read = 0;
    if max_read_length > output_buf.capacity.saturating_sub(output_buf.len) {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    // SAFETY: a string.
    let file = match File::open(unsafe { file::path(file_path) }) {
        Ok(file) => file,
        Err(error) => return raise_io(&error),
    };
    let mut part = vec![0; max_read_length];
    let mut filled = 0;
    while filled < part.len() {
        match file.read_at(&mut part[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return raise(AWS_ERROR_FILE_READ_FAILURE),
        }
    }
    byte_buf::push(output_buf, &part[..filled]);
    *out_actual_read = filled;
    SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_written_and_read_anywhere() {
        let name = std::env::temp_dir().join(format!("common-offset-{}", std::process::id()));
        std::fs::write(&name, b"0123456789").expect("written");
        let path =
            string::new(alloc::aws_default_allocator(), name.to_str().expect("UTF-8").as_bytes());
        let (mut fd, mut count, mut memory) = (0, 0, [0u8; 8]);
        // SAFETY: the path is destroyed after use.
        unsafe {
            assert_eq!(aws_file_open_for_write(path, &mut fd), SUCCESS);
            assert_eq!(aws_file_write_to_offset(fd, 8, view(b"abcd")), SUCCESS);
            assert_eq!(aws_file_write_to_offset_direct_io(fd, 8, view(b"abcd")), FAILURE);
            aws_file_close_fd(fd);
            aws_file_close_fd(-1);
            let mut buf = byte_buf::aws_byte_buf_from_empty_array(memory.as_mut_ptr().cast(), 8);
            let read = aws_file_path_read_from_offset;
            assert_eq!(read(path, 7, 8, &mut buf, &mut count), SUCCESS);
            assert_eq!((used(&buf), count), (&b"7abcd"[..], 5));
            assert_eq!(read(path, 0, 8, &mut buf, &mut count), FAILURE);
            file::aws_file_delete(path);
            assert_eq!(aws_file_open_for_write(path, &mut fd), FAILURE);
            string::aws_string_destroy(path);
        }
    }
}
