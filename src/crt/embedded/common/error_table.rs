//! Error codes of this part and what they mean.

use crate::crt::embedded::published::error_table;

error_table!(
    pub(super) COMMON_ERRORS,
    "aws-c-common",
    0,
    [
        ("AWS_ERROR_SUCCESS", "Success."),
        ("AWS_ERROR_OOM", "Out of memory."),
        ("AWS_ERROR_NO_SPACE", "No space left on the disk."),
        ("AWS_ERROR_UNKNOWN", "Unknown error."),
        ("AWS_ERROR_SHORT_BUFFER", "The buffer is too small for the result."),
        ("AWS_ERROR_OVERFLOW_DETECTED", "A number overflowed its fixed size."),
        ("AWS_ERROR_UNSUPPORTED_OPERATION", "The operation is not supported."),
        ("AWS_ERROR_INVALID_BUFFER_SIZE", "The size of the buffer is invalid."),
        ("AWS_ERROR_INVALID_HEX_STR", "The text is not valid hexadecimal."),
        ("AWS_ERROR_INVALID_BASE64_STR", "The text is not valid Base64."),
        ("AWS_ERROR_INVALID_INDEX", "The index is outside of the list."),
        ("AWS_ERROR_THREAD_INVALID_SETTINGS", "The settings of the thread are invalid."),
        ("AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE", "Not enough resources for another thread."),
        ("AWS_ERROR_THREAD_NO_PERMISSIONS", "No permission for this operation on a thread."),
        ("AWS_ERROR_THREAD_NOT_JOINABLE", "The thread cannot be joined."),
        ("AWS_ERROR_THREAD_NO_SUCH_THREAD_ID", "No thread has this id."),
        ("AWS_ERROR_THREAD_DEADLOCK_DETECTED", "The thread would wait for itself: a deadlock."),
        ("AWS_ERROR_MUTEX_NOT_INIT", "The mutex was not initialised."),
        ("AWS_ERROR_MUTEX_TIMEOUT", "The time to wait for the mutex is over."),
        ("AWS_ERROR_MUTEX_CALLER_NOT_OWNER", "The mutex is not owned by the caller."),
        ("AWS_ERROR_MUTEX_FAILED", "The operation on the mutex failed."),
        ("AWS_ERROR_COND_VARIABLE_INIT_FAILED", "The condition variable could not be initialised."),
        ("AWS_ERROR_COND_VARIABLE_TIMED_OUT", "The time to wait for the condition variable is over."),
        ("AWS_ERROR_COND_VARIABLE_ERROR_UNKNOWN", "Unknown error of a condition variable."),
        ("AWS_ERROR_CLOCK_FAILURE", "Reading the clock failed."),
        ("AWS_ERROR_LIST_EMPTY", "The list is empty."),
        ("AWS_ERROR_DEST_COPY_TOO_SMALL", "The destination is too small for the copy."),
        ("AWS_ERROR_LIST_EXCEEDS_MAX_SIZE", "The list would exceed its largest size."),
        ("AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK", "A list over fixed memory (static mode) cannot shrink."),
        ("AWS_ERROR_PRIORITY_QUEUE_FULL", "The queue over fixed memory (static mode) is full."),
        ("AWS_ERROR_PRIORITY_QUEUE_EMPTY", "Nothing can be popped from an empty queue."),
        ("AWS_ERROR_PRIORITY_QUEUE_BAD_NODE", "The node to remove is not in the queue."),
        ("AWS_ERROR_HASHTBL_ITEM_NOT_FOUND", "The item is not in the hash table."),
        ("AWS_ERROR_INVALID_DATE_STR", "The text is not a valid date and cannot be parsed."),
        ("AWS_ERROR_INVALID_ARGUMENT", "A function was given an invalid argument."),
        ("AWS_ERROR_RANDOM_GEN_FAILED", "The random number generator failed; try again later."),
        ("AWS_ERROR_MALFORMED_INPUT_STRING", "The text to parse does not have the right format."),
        ("AWS_ERROR_UNIMPLEMENTED", "The function is not implemented."),
        ("AWS_ERROR_INVALID_STATE", "The state does not allow this."),
        ("AWS_ERROR_ENVIRONMENT_GET", "The system failed to get an environment variable."),
        ("AWS_ERROR_ENVIRONMENT_SET", "The system failed to set an environment variable."),
        ("AWS_ERROR_ENVIRONMENT_UNSET", "The system failed to unset an environment variable."),
        ("AWS_ERROR_STREAM_UNSEEKABLE", "The stream cannot seek."),
        ("AWS_ERROR_NO_PERMISSION", "The user has no permission for this action."),
        ("AWS_ERROR_FILE_INVALID_PATH", "The file path is invalid."),
        ("AWS_ERROR_MAX_FDS_EXCEEDED", "No more file descriptors can be open at the same time."),
        ("AWS_ERROR_SYS_CALL_FAILURE", "A system call failed."),
        ("AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED", "The C string has no terminating NUL within its buffer."),
        ("AWS_ERROR_STRING_MATCH_NOT_FOUND", "The text searched for does not occur in the input."),
        ("AWS_ERROR_DIVIDE_BY_ZERO", "A number cannot be divided by zero."),
        ("AWS_ERROR_INVALID_FILE_HANDLE", "The file handle is invalid."),
        ("AWS_ERROR_OPERATION_INTERUPTED", "The operation was interrupted."),
        ("AWS_ERROR_DIRECTORY_NOT_EMPTY", "The directory is not empty, which this operation needs."),
        ("AWS_ERROR_PLATFORM_NOT_SUPPORTED", "This platform does not support the feature."),
        ("AWS_ERROR_INVALID_UTF8", "The text is not valid UTF-8."),
        ("AWS_ERROR_GET_HOME_DIRECTORY_FAILED", "The home directory could not be found out."),
        ("AWS_ERROR_INVALID_XML", "The XML document is invalid."),
        ("AWS_ERROR_FILE_OPEN_FAILURE", "Opening the file failed."),
        ("AWS_ERROR_FILE_READ_FAILURE", "Reading from the file failed."),
        ("AWS_ERROR_FILE_WRITE_FAILURE", "Writing to the file failed."),
        ("AWS_ERROR_INVALID_CBOR", "The CBOR data is malformed."),
        ("AWS_ERROR_CBOR_UNEXPECTED_TYPE", "The CBOR data has an unexpected type."),
        ("AWS_ERROR_CBOR_RESOURCE_LIMIT_EXCEEDED", "The CBOR data exceeds a limit of the decoder."),
        ("AWS_ERROR_EXTERNAL_REQUEST_SHUTDOWN", "Shut down because of a request from outside."),
    ]
);

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    #[test]
    fn codes_have_the_names_of_their_constants() {
        let constants = include_str!("../../sys/common.rs").lines().filter_map(|line| {
            let (name, number) = line.strip_prefix("pub const ")?.split_once(": c_int = ")?;
            Some((name, number.strip_suffix(';')?.parse::<usize>().ok()?))
        });
        let constants: Vec<(&str, usize)> = constants
            .filter(|(name, _)| name.starts_with("AWS_ERROR_") && !name.ends_with("_RANGE"))
            .collect();
        assert_eq!(constants.len(), usize::from(COMMON_ERRORS.0.count));
        // SAFETY: the list describes its own array.
        let errors =
            unsafe { core::slice::from_raw_parts(COMMON_ERRORS.0.error_list, constants.len()) };
        for (name, number) in constants {
            assert_eq!(errors[number].error_code as usize, number);
            // SAFETY: names of errors are C strings that live for ever.
            let known = unsafe { CStr::from_ptr(errors[number].literal_name) };
            assert_eq!(known.to_str(), Ok(name));
        }
    }
}
