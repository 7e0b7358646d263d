//! From errno to the codes of this part.

use super::*;

#[unsafe(no_mangle)]
pub extern "C" fn aws_translate_and_raise_io_error(error_no: c_int) -> c_int {
    let fallback = match error_no {
        libc::EINVAL => AWS_ERROR_INVALID_ARGUMENT,
        _ => AWS_ERROR_SYS_CALL_FAILURE,
    };
    aws_translate_and_raise_io_error_or(error_no, fallback)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_translate_and_raise_io_error_or(
    error_no: c_int,
    fallback_aws_error_code: c_int,
) -> c_int {
    raise(match error_no {
        libc::EPERM | libc::EACCES => AWS_ERROR_NO_PERMISSION,
        libc::EISDIR | libc::ENAMETOOLONG | libc::ENOENT | libc::ENOTDIR => {
            AWS_ERROR_FILE_INVALID_PATH
        }
        libc::EMFILE | libc::ENFILE => AWS_ERROR_MAX_FDS_EXCEEDED,
        libc::ENOMEM => AWS_ERROR_OOM,
        libc::ENOSPC => AWS_ERROR_NO_SPACE,
        libc::ENOTEMPTY => AWS_ERROR_DIRECTORY_NOT_EMPTY,
        _ => fallback_aws_error_code,
    })
}

/// Raises what the last call to the system failed with.
pub(super) fn raise_errno_or(fallback: c_int) -> c_int {
    let error_no = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    aws_translate_and_raise_io_error_or(error_no, fallback)
}

/// The same for an error of the standard library.
pub(super) fn raise_io(error: &std::io::Error) -> c_int {
    aws_translate_and_raise_io_error(error.raw_os_error().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_gets_the_fallback() {
        assert_eq!(aws_translate_and_raise_io_error(libc::ENOENT), FAILURE);
        assert_eq!(error::aws_last_error(), AWS_ERROR_FILE_INVALID_PATH);
        aws_translate_and_raise_io_error(libc::EXDEV);
        assert_eq!(error::aws_last_error(), AWS_ERROR_SYS_CALL_FAILURE);
        aws_translate_and_raise_io_error_or(libc::EIO, AWS_ERROR_FILE_READ_FAILURE);
        assert_eq!(error::aws_last_error(), AWS_ERROR_FILE_READ_FAILURE);
    }
}
