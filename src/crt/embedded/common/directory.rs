//! Directories: making, deleting, walking.

use std::fs::{self, FileType};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::errno::raise_io;
use super::file::path;
use super::*;
use crate::crt::call::call_out;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_directory_exists(dir_path: *const aws_string) -> bool {
    // SAFETY: a string.
    unsafe { path(dir_path) }.is_dir()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_directory_create(dir_path: *const aws_string) -> c_int {
    // SAFETY: a string.
    let path = unsafe { path(dir_path) };
    match fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => raise_io(&error),
        _ => SUCCESS,
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_directory_delete(
    dir_path: *const aws_string,
    recursive: bool,
) -> c_int {
    // SAFETY: a string.
    let path = unsafe { path(dir_path) };
    if !path.is_dir() {
        return SUCCESS;
    }
    match if recursive { fs::remove_dir_all(path) } else { fs::remove_dir(path) } {
        Ok(()) => SUCCESS,
        Err(error) => raise_io(&error),
    }
}

struct Walk {
    recursive: bool,
    on_entry: aws_on_directory_entry,
    user_data: *mut c_void,
}

/// Why a walk ended early: the code is already raised.
enum Ended {
    /// The program wants no more entries.
    Interrupted,
    Failed,
}

impl Walk {
    fn directory(&self, relative: &Path) -> Result<(), Ended> {
        let failed = |error: std::io::Error| {
            raise_io(&error);
            Ended::Failed
        };
        for entry in fs::read_dir(relative).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let file_type = entry.file_type().map_err(failed)?;
            let relative = relative.join(entry.file_name());
            let below = match file_type.is_dir() && self.recursive {
                true => self.directory(&relative),
                false => Ok(()),
            };
            // A folder that cannot be read is an entry nevertheless, the last one.
            if !matches!(below, Err(Ended::Interrupted)) {
                self.entry(&relative, file_type)?;
            }
            below?;
        }
        Ok(())
    }

    fn entry(&self, relative: &Path, file_type: FileType) -> Result<(), Ended> {
        // A link that leads nowhere has only the name that it stands under.
        let absolute = fs::canonicalize(relative).ok().map(with_nul);
        let relative_path = with_nul(relative.to_path_buf());
        let size = fs::metadata(relative).map_or(0, |metadata| metadata.len());
        let entry = aws_directory_entry {
            path: absolute.as_deref().map_or(NOTHING, without_nul),
            relative_path: without_nul(&relative_path),
            file_type: kind(file_type) as c_int,
            file_size: if file_type.is_file() { size as i64 } else { 0 },
        };
        let wanted = self.on_entry.map_or(Ok(true), |call| {
            // SAFETY: the callback and its user data belong together; the entry lives during the call.
            unsafe { call_out!(call, &raw const entry, self.user_data) }
        });
        if wanted == Ok(true) {
            return Ok(());
        }
        raise(AWS_ERROR_OPERATION_INTERUPTED);
        Err(Ended::Interrupted)
    }
}

/// A path that can be handed to the system as it is.
fn with_nul(path: PathBuf) -> Vec<u8> {
    let mut bytes = path.into_os_string().into_vec();
    bytes.push(0);
    bytes
}

/// What is in front of the NUL.
fn without_nul(path: &[u8]) -> aws_byte_cursor {
    view(path.split_last().map_or(&[], |(_, path)| path))
}

fn kind(file_type: FileType) -> aws_file_type {
    if file_type.is_dir() {
        AWS_FILE_TYPE_DIRECTORY
    } else if file_type.is_symlink() {
        AWS_FILE_TYPE_SYM_LINK
    } else if file_type.is_file() {
        AWS_FILE_TYPE_FILE
    } else {
        0
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_directory_traverse(
    _allocator: *mut aws_allocator,
    dir_path: *const aws_string,
    recursive: bool,
    on_entry: aws_on_directory_entry,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: a string.
    let start = unsafe { path(dir_path) };
    match (Walk { recursive, on_entry, user_data }).directory(start) {
        Ok(()) => SUCCESS,
        Err(_) => FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    unsafe extern "C" fn note(entry: *const aws_directory_entry, seen: *mut c_void) -> bool {
        // SAFETY: the list of the test.
        let (entry, seen) = unsafe { (&*entry, &mut *seen.cast::<Vec<(String, c_int, i64)>>()) };
        let name = Path::new(std::ffi::OsStr::from_bytes(shown(&entry.path))).file_name();
        let name = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        seen.push((name, entry.file_type, entry.file_size));
        seen.len() < 3
    }

    #[test]
    fn a_tree_is_made_walked_and_deleted() {
        let root = std::env::temp_dir().join(format!("common-tree-{}", std::process::id()));
        let name = string::new(alloc::aws_default_allocator(), root.as_os_str().as_bytes());
        // SAFETY: the name is destroyed after use.
        unsafe {
            assert_eq!(
                (aws_directory_create(name), aws_directory_create(name)),
                (SUCCESS, SUCCESS)
            );
            fs::create_dir(root.join("below")).expect("made");
            fs::write(root.join("below/file"), b"123").expect("written");
            let mut seen: Vec<(String, c_int, i64)> = Vec::new();
            let list: *mut c_void = (&raw mut seen).cast();
            let allocator = alloc::aws_default_allocator();
            assert_eq!(aws_directory_traverse(allocator, name, true, Some(note), list), SUCCESS);
            assert_eq!(seen, [("file".into(), 1, 3), ("below".into(), 4, 0)]);
            assert_eq!(aws_directory_traverse(allocator, name, false, Some(note), list), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_OPERATION_INTERUPTED);
            assert_eq!(aws_directory_delete(name, false), FAILURE);
            assert_eq!(error::aws_last_error(), AWS_ERROR_DIRECTORY_NOT_EMPTY);
            assert_eq!(aws_directory_delete(name, true), SUCCESS);
            assert!(!aws_directory_exists(name));
            assert_eq!(aws_directory_traverse(allocator, name, false, Some(note), list), FAILURE);
            string::aws_string_destroy(name);
        }
    }
}
