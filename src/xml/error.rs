//! The error document, which also hides in answers with a successful status.

use bytes::Bytes;

use super::document::{Unread, read};

/// What matters of an `Error` document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorDocument {
    /// Text of `Code`; may be empty.
    pub code: Option<Bytes>,
    /// Text of `ActualObjectSize`, which comes with a range that an object cannot satisfy.
    pub actual_object_size: Option<Bytes>,
    /// Whether it was read to its end.
    pub is_whole: bool,
    /// Whether its elements have prefixes, which S3 itself does not write.
    pub has_prefixes: bool,
}

/// Reads an error document, or what there is of one; None for anything else.
pub fn error_document(document: &[u8]) -> Option<ErrorDocument> {
    let mut found = ErrorDocument::default();
    let ended = read(document, "Error", |closed| {
        found.has_prefixes |= closed.has_prefix();
        let field = if closed.is(&["Error", "Code"]) {
            &mut found.code
        } else if closed.is(&["Error", "ActualObjectSize"]) {
            &mut found.actual_object_size
        } else {
            return;
        };
        field.get_or_insert_with(|| Bytes::copy_from_slice(closed.text().trim_ascii()));
    });
    match ended {
        Ok(()) => found.is_whole = true,
        Err(Unread::Broken(_)) => {}
        Err(Unread::Other | Unread::NoRoot) => return None,
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let cases = [
            (
                "<?xml version=\"1.0\"?>\n<Error><Code>SlowDown</Code><Message>m</Message></Error>",
                Some("SlowDown"),
            ),
            ("<error><message/><code>InternalError</code></error>", Some("InternalError")),
            ("<Error><Code>\n SlowDown\n</Code></Error>", Some("SlowDown")),
            ("<Error><Code>Slow&#68;own</Code></Error>", Some("SlowDown")),
            ("<Error><Code></Code></Error>", Some("")),
            ("<Error><Code>A</Code><Code>B</Code></Error>", Some("A")),
            ("<Error><Message>m</Message></Error>", None),
        ];
        for (document, code) in cases {
            let found = error_document(document.as_bytes()).expect("an error");
            assert_eq!(found.code.as_deref(), code.map(str::as_bytes), "{document}");
            assert!(found.is_whole && !found.has_prefixes, "{document}");
        }
        for other in [
            "<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>",
            "<Errors/>",
            "<Error",
            "{\"Code\": \"SlowDown\"}",
            "",
        ] {
            assert_eq!(error_document(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn what_there_is_of_an_error() {
        for (document, code) in [
            ("<Error><Code>SlowDown</Code>", Some("SlowDown")),
            ("<Error><Code>SlowDown", None),
            ("<Error>", None),
        ] {
            let found = error_document(document.as_bytes()).expect("the beginning of an error");
            assert_eq!(found.code.as_deref(), code.map(str::as_bytes), "{document}");
            assert!(!found.is_whole, "{document}");
        }
    }

    #[test]
    fn prefixes() {
        let named = b"<s:Error xmlns:s='u'><s:Code>SlowDown</s:Code></s:Error>";
        let found = error_document(named).expect("an error");
        assert_eq!(found.code.as_deref(), Some(&b"SlowDown"[..]));
        assert!(found.is_whole && found.has_prefixes);
    }

    #[test]
    fn object_size() {
        let document =
            b"<Error><Code>InvalidRange</Code><RangeRequested>bytes=0-7</RangeRequested>\
            <ActualObjectSize>0</ActualObjectSize></Error>";
        let found = error_document(document).unwrap();
        assert_eq!(found.actual_object_size.as_deref(), Some(&b"0"[..]));
        assert_eq!(
            error_document(b"<Error><Code>x</Code></Error>").unwrap().actual_object_size,
            None
        );
    }
}
