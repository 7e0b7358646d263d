//! Opening files in ways that not every system has.

use std::fs::{File, OpenOptions};
use std::io;
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

/// Opens a file so that transfers bypass the page cache; None where that is not possible.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn open_direct(options: &mut OpenOptions, path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.custom_flags(libc::O_DIRECT).open(path).ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn open_direct(_options: &mut OpenOptions, _path: &Path) -> Option<File> {
    None
}
