//! Error codes of this part and what they mean.

use crate::crt::embedded::published::error_table;

error_table!(
    pub(super) COMMON_ERRORS,
    "aws-c-common",
    0,
    [
        ("AWS_ERROR_SUCCESS", "success"),
        ("AWS_ERROR_OOM", "out of memory"),
        ("AWS_ERROR_NO_SPACE", "no space left on the device"),
        ("AWS_ERROR_UNKNOWN", "something went wrong without a code of its own"),
        ("AWS_ERROR_SHORT_BUFFER", "the buffer is too short"),
        ("AWS_ERROR_OVERFLOW_DETECTED", "a number does not fit its type"),
        ("AWS_ERROR_UNSUPPORTED_OPERATION", "this is not supported"),
        ("AWS_ERROR_INVALID_BUFFER_SIZE", "the size of the buffer is not allowed"),
        ("AWS_ERROR_INVALID_HEX_STR", "the text is not made of hexadecimal digits"),
        ("AWS_ERROR_INVALID_BASE64_STR", "the text is not Base64"),
        ("AWS_ERROR_INVALID_INDEX", "the index is out of range"),
        ("AWS_ERROR_THREAD_INVALID_SETTINGS", "the system does not accept these thread settings"),
        ("AWS_ERROR_THREAD_INSUFFICIENT_RESOURCE", "the system has no room for another thread"),
        ("AWS_ERROR_THREAD_NO_PERMISSIONS", "no permission to start a thread like that"),
        ("AWS_ERROR_THREAD_NOT_JOINABLE", "this thread cannot be joined"),
        ("AWS_ERROR_THREAD_NO_SUCH_THREAD_ID", "there is no such thread"),
        ("AWS_ERROR_THREAD_DEADLOCK_DETECTED", "waiting for this would never end"),
        ("AWS_ERROR_MUTEX_NOT_INIT", "the mutex was not initialised"),
        ("AWS_ERROR_MUTEX_TIMEOUT", "somebody else holds the mutex"),
        ("AWS_ERROR_MUTEX_CALLER_NOT_OWNER", "the mutex is held by another thread"),
        ("AWS_ERROR_MUTEX_FAILED", "the mutex cannot be used"),
        ("AWS_ERROR_COND_VARIABLE_INIT_FAILED", "the condition variable cannot be made"),
        ("AWS_ERROR_COND_VARIABLE_TIMED_OUT", "the time to wait for the condition is over"),
        ("AWS_ERROR_COND_VARIABLE_ERROR_UNKNOWN", "the condition variable cannot be used"),
        ("AWS_ERROR_CLOCK_FAILURE", "the clock cannot be read"),
        ("AWS_ERROR_LIST_EMPTY", "the list is empty"),
        ("AWS_ERROR_DEST_COPY_TOO_SMALL", "the destination has no room for it"),
        ("AWS_ERROR_LIST_EXCEEDS_MAX_SIZE", "the list cannot grow that far"),
        ("AWS_ERROR_LIST_STATIC_MODE_CANT_SHRINK", "a list over fixed memory cannot shrink"),
        ("AWS_ERROR_PRIORITY_QUEUE_FULL", "the priority queue is full"),
        ("AWS_ERROR_PRIORITY_QUEUE_EMPTY", "the priority queue is empty"),
        ("AWS_ERROR_PRIORITY_QUEUE_BAD_NODE", "the node belongs to no such queue"),
        ("AWS_ERROR_HASHTBL_ITEM_NOT_FOUND", "the hash table has no such item"),
        ("AWS_ERROR_INVALID_DATE_STR", "the text is no date of this format"),
        ("AWS_ERROR_INVALID_ARGUMENT", "an argument is not valid"),
        ("AWS_ERROR_RANDOM_GEN_FAILED", "no random numbers can be had"),
        ("AWS_ERROR_MALFORMED_INPUT_STRING", "the text is malformed"),
        ("AWS_ERROR_UNIMPLEMENTED", "this is not implemented"),
        ("AWS_ERROR_INVALID_STATE", "not possible in this state"),
        ("AWS_ERROR_ENVIRONMENT_GET", "the environment variable cannot be read"),
        ("AWS_ERROR_ENVIRONMENT_SET", "the environment variable cannot be set"),
        ("AWS_ERROR_ENVIRONMENT_UNSET", "the environment variable cannot be removed"),
        ("AWS_ERROR_STREAM_UNSEEKABLE", "the stream cannot move to another position"),
        ("AWS_ERROR_NO_PERMISSION", "permission denied"),
        ("AWS_ERROR_FILE_INVALID_PATH", "there is no file at this path"),
        ("AWS_ERROR_MAX_FDS_EXCEEDED", "too many files are open"),
        ("AWS_ERROR_SYS_CALL_FAILURE", "the operating system reported an error"),
        ("AWS_ERROR_C_STRING_BUFFER_NOT_NULL_TERMINATED", "the text has no terminating zero"),
        ("AWS_ERROR_STRING_MATCH_NOT_FOUND", "the text does not occur"),
        ("AWS_ERROR_DIVIDE_BY_ZERO", "division by zero"),
        ("AWS_ERROR_INVALID_FILE_HANDLE", "the file handle is not valid"),
        ("AWS_ERROR_OPERATION_INTERUPTED", "the operation was interrupted"),
        ("AWS_ERROR_DIRECTORY_NOT_EMPTY", "the directory is not empty"),
        ("AWS_ERROR_PLATFORM_NOT_SUPPORTED", "this platform is not supported"),
        ("AWS_ERROR_INVALID_UTF8", "the text is not UTF-8"),
        ("AWS_ERROR_GET_HOME_DIRECTORY_FAILED", "the home directory is not known"),
        ("AWS_ERROR_INVALID_XML", "the text is not XML"),
        ("AWS_ERROR_FILE_OPEN_FAILURE", "the file cannot be opened"),
        ("AWS_ERROR_FILE_READ_FAILURE", "the file cannot be read"),
        ("AWS_ERROR_FILE_WRITE_FAILURE", "the file cannot be written"),
        ("AWS_ERROR_INVALID_CBOR", "the bytes are not CBOR"),
        ("AWS_ERROR_CBOR_UNEXPECTED_TYPE", "CBOR of another type was expected"),
        ("AWS_ERROR_CBOR_RESOURCE_LIMIT_EXCEEDED", "the CBOR is nested or long beyond its limit"),
        ("AWS_ERROR_EXTERNAL_REQUEST_SHUTDOWN", "the request was ended from outside"),
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
