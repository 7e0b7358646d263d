//! The error document, which also hides in answers with a successful status.

use bytes::Bytes;

use super::document::read;

/// What matters of an `Error` document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorDocument {
    /// Text of `Code`; may be empty.
    pub code: Option<Bytes>,
    /// Text of `ActualObjectSize`, which comes with a range that an object cannot satisfy.
    pub actual_object_size: Option<Bytes>,
}

/// Reads an error document; None for anything else.
pub fn error_document(document: &[u8]) -> Option<ErrorDocument> {
    let mut found = ErrorDocument { code: None, actual_object_size: None };
    read(document, "Error", |closed| {
        let field = if closed.is(&["Error", "Code"]) {
            &mut found.code
        } else if closed.is(&["Error", "ActualObjectSize"]) {
            &mut found.actual_object_size
        } else {
            return;
        };
        field.get_or_insert_with(|| Bytes::copy_from_slice(closed.text()));
    })
    .ok()?;
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
            ("<Error><Code></Code></Error>", Some("")),
            ("<Error><Code>A</Code><Code>B</Code></Error>", Some("A")),
            ("<Error><Message>m</Message></Error>", None),
            ("<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>", None),
            ("<Error><Code>SlowDown</Code>", None),
            ("{\"Code\": \"SlowDown\"}", None),
            ("", None),
        ];
        for (document, code) in cases {
            let found = error_document(document.as_bytes()).and_then(|it| it.code);
            assert_eq!(found.as_deref(), code.map(str::as_bytes), "{document}");
        }
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
