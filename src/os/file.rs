//! Opening and closing files in ways that not every system has, or Rust's library has no safe form of.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::IntoRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Has the runtime tell when a file can be read that is not always ready. Files of other kinds are refused with
/// `PermissionDenied`. Has to be called within a runtime.
pub fn watch(file: Arc<File>) -> io::Result<AsyncFd<Arc<File>>> {
    // SAFETY: the file is never exchanged behind its handle, and its descriptor stays open as long as that.
    let watched = unsafe { AsyncFd::register_with_interest(file, Interest::READABLE) };
    Ok(watched?)
}

/// The flag to open a file with so that transfers bypass the page cache; None where there is no such flag.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub const DIRECT: Option<libc::c_int> = Some(libc::O_DIRECT);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub const DIRECT: Option<libc::c_int> = None;

/// Opens a file so that transfers bypass the page cache; None where that is not possible.
pub fn open_direct(options: &mut OpenOptions, path: &Path) -> Option<File> {
    options.custom_flags(DIRECT?).open(path).ok()
}

/// Closes a file and says what that failed with, which may be the only word of writes that were lost: network file
/// systems and quotas speak up here. The descriptor is gone in any case.
pub fn close(file: File) -> io::Result<()> {
    // SAFETY: the descriptor was the file's alone, and the file is gone.
    match unsafe { libc::close(file.into_raw_fd()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::FromRawFd as _;

    use super::*;

    #[test]
    fn the_error_of_closing_is_told() {
        assert!(close(File::open("/dev/null").unwrap()).is_ok());
        // SAFETY: no descriptor at all, for which only an error can come.
        let nothing = unsafe { File::from_raw_fd(i32::MAX) };
        assert_eq!(close(nothing).unwrap_err().raw_os_error(), Some(libc::EBADF));
    }
}
