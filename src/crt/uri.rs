//! Addresses as text, taken apart by the CRT, so that a text is accepted here exactly where its own URIs are.

use core::mem::MaybeUninit;

use bytes::Bytes;

use super::sys::aws_uri;
use super::{Allocator, bytes_of, check, cursor, host};
use crate::error::Result;

/// The parts of an address that a request is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri {
    /// Without user, port and the brackets of an IPv6 literal.
    pub host: Bytes,
    pub path_and_query: Bytes,
}

impl Uri {
    /// `MALFORMED_INPUT_STRING` for a text that is not an address.
    pub fn parse(text: &[u8]) -> Result<Self> {
        let text = cursor(text);
        let mut uri = MaybeUninit::<aws_uri>::zeroed();
        // SAFETY: the text and the place for the result live during the call, which copies what it keeps.
        let parsed = unsafe {
            host::aws_uri_init_parse(uri.as_mut_ptr(), Allocator::default().as_ptr(), &text)
        };
        check(parsed)?;
        // SAFETY: filled in by the successful call; its cursors are copied before it is cleaned up, once.
        unsafe {
            let mut uri = uri.assume_init();
            let copy = |part| Bytes::copy_from_slice(bytes_of(part));
            let parts =
                Self { host: copy(uri.host_name), path_and_query: copy(uri.path_and_query) };
            host::aws_uri_clean_up(&mut uri);
            Ok(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn parts() {
        let table = [
            ("https://s3.eu-west-1.amazonaws.com/b/k", ("s3.eu-west-1.amazonaws.com", "/b/k")),
            ("https://u:p@h.example:99/k?versionId=v%20", ("h.example", "/k?versionId=v%20")),
            ("http://[::1]:80/k", ("::1", "/k")),
            ("h.example", ("h.example", "")),
            ("http://h.example?a=b", ("h.example", "?a=b")),
        ];
        for (text, (host, path_and_query)) in table {
            let expected = Uri { host: host.into(), path_and_query: path_and_query.into() };
            assert_eq!(Uri::parse(text.as_bytes()).expect(text), expected);
        }
    }

    #[test]
    fn broken() {
        for text in ["http://host:80:80/path", "http:/host/path", "http://"] {
            let code = Uri::parse(text.as_bytes()).expect_err(text).code();
            assert_eq!(code, Code::MALFORMED_INPUT_STRING, "{text}");
        }
    }
}
