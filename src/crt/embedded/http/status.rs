//! Reason phrases of status codes, from the IANA registry.

use core::ffi::{CStr, c_char, c_int};

/// Gives the reason phrase of a status; an empty text for a status without one.
#[unsafe(no_mangle)]
pub extern "C" fn aws_http_status_text(status_code: c_int) -> *const c_char {
    phrase(status_code).as_ptr()
}

fn phrase(status_code: c_int) -> &'static CStr {
    match PHRASES.binary_search_by_key(&status_code, |row| row.0) {
        Ok(index) => PHRASES[index].1,
        Err(_) => c"",
    }
}

/// Sorted by status.
const PHRASES: &[(c_int, &CStr)] = &[
    (100, c"Continue"),
    (101, c"Switching Protocols"),
    (102, c"Processing"),
    (103, c"Early Hints"),
    (200, c"OK"),
    (201, c"Created"),
    (202, c"Accepted"),
    (203, c"Non-Authoritative Information"),
    (204, c"No Content"),
    (205, c"Reset Content"),
    (206, c"Partial Content"),
    (207, c"Multi-Status"),
    (208, c"Already Reported"),
    (226, c"IM Used"),
    (300, c"Multiple Choices"),
    (301, c"Moved Permanently"),
    (302, c"Found"),
    (303, c"See Other"),
    (304, c"Not Modified"),
    (305, c"Use Proxy"),
    (307, c"Temporary Redirect"),
    (308, c"Permanent Redirect"),
    (400, c"Bad Request"),
    (401, c"Unauthorized"),
    (402, c"Payment Required"),
    (403, c"Forbidden"),
    (404, c"Not Found"),
    (405, c"Method Not Allowed"),
    (406, c"Not Acceptable"),
    (407, c"Proxy Authentication Required"),
    (408, c"Request Timeout"),
    (409, c"Conflict"),
    (410, c"Gone"),
    (411, c"Length Required"),
    (412, c"Precondition Failed"),
    (413, c"Payload Too Large"),
    (414, c"URI Too Long"),
    (415, c"Unsupported Media Type"),
    (416, c"Range Not Satisfiable"),
    (417, c"Expectation Failed"),
    (421, c"Misdirected Request"),
    (422, c"Unprocessable Entity"),
    (423, c"Locked"),
    (424, c"Failed Dependency"),
    (425, c"Too Early"),
    (426, c"Upgrade Required"),
    (428, c"Precondition Required"),
    (429, c"Too Many Requests"),
    (431, c"Request Header Fields Too Large"),
    (451, c"Unavailable For Legal Reasons"),
    (500, c"Internal Server Error"),
    (501, c"Not Implemented"),
    (502, c"Bad Gateway"),
    (503, c"Service Unavailable"),
    (504, c"Gateway Timeout"),
    (505, c"HTTP Version Not Supported"),
    (506, c"Variant Also Negotiates"),
    (507, c"Insufficient Storage"),
    (508, c"Loop Detected"),
    (510, c"Not Extended"),
    (511, c"Network Authentication Required"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(PHRASES.is_sorted_by_key(|row| row.0));
    }

    #[test]
    fn known_and_unknown_statuses() {
        assert_eq!(phrase(206), c"Partial Content");
        assert_eq!(phrase(503), c"Service Unavailable");
        assert_eq!(phrase(418), c"");
        assert_eq!(phrase(-1), c"");
    }
}
