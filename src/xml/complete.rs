//! Begin and end of a multipart upload, and the answers to copies.

use bytes::{BufMut, Bytes, BytesMut};

use crate::error::Result;

use super::document::first_text;

/// `UploadId` of the answer to CreateMultipartUpload; None when it is missing or empty.
pub fn upload_id(document: &[u8]) -> Result<Option<Bytes>> {
    let id = first_text(document, &["InitiateMultipartUploadResult", "UploadId"])?;
    Ok(id.filter(|id| !id.is_empty()))
}

/// `ETag` of the answer to CompleteMultipartUpload, quotes kept.
pub fn complete_etag(document: &[u8]) -> Option<Bytes> {
    etag(document, "CompleteMultipartUploadResult")
}

/// `ETag` of the answer to UploadPartCopy, quotes kept.
pub fn copy_etag(document: &[u8]) -> Option<Bytes> {
    etag(document, "CopyPartResult")
}

/// A checksum in the answer to UploadPartCopy; None when there is none of this name.
pub fn copy_checksum(document: &[u8], element: &str) -> Option<Bytes> {
    let text = first_text(document, &["CopyPartResult", element]).ok()?;
    text.filter(|text| !text.is_empty())
}

fn etag(document: &[u8], root: &str) -> Option<Bytes> {
    first_text(document, &[root, "ETag"]).ok()?
}

/// An entity tag without its surrounding pair of quotes; anything not quoted on both sides stays as it is.
pub fn without_quotes(etag: &[u8]) -> &[u8] {
    match etag {
        [b'"', inner @ .., b'"'] => inner,
        _ => etag,
    }
}

/// One line of the part list of CompleteMultipartUpload.
#[derive(Clone, Debug)]
pub struct CompletedPart {
    pub number: u32,
    /// Without quotes.
    pub etag: Bytes,
    /// Base64 text; empty when the part has no checksum although the list names them.
    pub checksum: Bytes,
}

/// The body of CompleteMultipartUpload, with a checksum element of this name in every part when one is given.
///
/// The uneven indentation is what S3 clients of this family have always sent; servers that sign or compare bodies see
/// the same bytes.
pub fn complete_upload_body<'a>(
    parts: impl IntoIterator<Item = &'a CompletedPart>,
    checksum_element: Option<&str>,
) -> Bytes {
    let mut body = BytesMut::with_capacity(4096);
    body.put_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    body.put_slice(
        b"<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n",
    );
    for part in parts {
        body.put_slice(b"    <Part>\n");
        put_element(&mut body, 8, "ETag", &part.etag);
        put_element(&mut body, 9, "PartNumber", part.number.to_string().as_bytes());
        if let Some(element) = checksum_element {
            put_element(&mut body, 9, element, &part.checksum);
        }
        body.put_slice(b"    </Part>\n");
    }
    body.put_slice(b"</CompleteMultipartUpload>");
    body.freeze()
}

fn put_element(body: &mut BytesMut, indent: usize, name: &str, value: &[u8]) {
    body.put_bytes(b' ', indent);
    for piece in [b"<", name.as_bytes(), b">"] {
        body.put_slice(piece);
    }
    put_text(body, value);
    for piece in [b"</", name.as_bytes(), b">\n"] {
        body.put_slice(piece);
    }
}

/// What would be markup in a text, or change when it is read, is written as an entity; quotes need not be.
fn put_text(body: &mut BytesMut, text: &[u8]) {
    for byte in text {
        match byte {
            b'&' => body.put_slice(b"&amp;"),
            b'<' => body.put_slice(b"&lt;"),
            b'>' => body.put_slice(b"&gt;"),
            b'\r' => body.put_slice(b"&#13;"),
            byte => body.put_u8(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upload_ids() {
        let document = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Bucket>b</Bucket>\
            <Key>k</Key><UploadId>a&amp;b_-.</UploadId></InitiateMultipartUploadResult>";
        assert_eq!(upload_id(document).unwrap().unwrap(), "a&b_-.");
        let section = b"<i:InitiateMultipartUploadResult xmlns:i='u'><i:UploadId><![CDATA[a&b]]>%2B</i:UploadId>\
            </i:InitiateMultipartUploadResult>";
        assert_eq!(upload_id(section).unwrap().unwrap(), "a&b%2B");
        assert_eq!(
            upload_id(
                b"<initiatemultipartuploadresult><UPLOADID/></initiatemultipartuploadresult>"
            )
            .unwrap(),
            None
        );
        assert_eq!(
            upload_id(b"<InitiateMultipartUploadResult></InitiateMultipartUploadResult>").unwrap(),
            None
        );
        assert!(upload_id(b"<Other><UploadId>x</UploadId></Other>").is_err());
        assert!(upload_id(b"").is_err());
    }

    #[test]
    fn etags() {
        let complete =
            b"<CompleteMultipartUploadResult><Location>l</Location><ETag>&quot;abc-2&quot;</ETag>\
            </CompleteMultipartUploadResult>";
        assert_eq!(complete_etag(complete).unwrap(), "\"abc-2\"");
        assert_eq!(copy_etag(complete), None);
        let copied =
            b"<CopyPartResult><LastModified>t</LastModified><ETag>\"abc\"</ETag></CopyPartResult>";
        assert_eq!(copy_etag(copied).unwrap(), "\"abc\"");
        assert_eq!(complete_etag(b"<CompleteMultipartUploadResult/>"), None);
        assert_eq!(
            complete_etag(
                b"<CompleteMultipartUploadResult><ETag>&x;</ETag></CompleteMultipartUploadResult>"
            )
            .unwrap(),
            "&x;"
        );
    }

    #[test]
    fn checksums_of_copied_parts() {
        let copied = b"<CopyPartResult><ETag>a</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32>\
            <ChecksumSHA1></ChecksumSHA1></CopyPartResult>";
        assert_eq!(copy_checksum(copied, "ChecksumCRC32").unwrap(), "AAAAAA==");
        assert_eq!(copy_checksum(copied, "ChecksumSHA1"), None);
        assert_eq!(copy_checksum(copied, "ChecksumSHA256"), None);
        assert_eq!(copy_checksum(b"", "ChecksumCRC32"), None);
    }

    #[test]
    fn quotes() {
        for (etag, expected) in [
            ("\"abc\"", "abc"),
            ("\"\"", ""),
            ("\"", "\""),
            ("\"abc", "\"abc"),
            ("abc", "abc"),
            ("", ""),
            ("\"\"a\"\"", "\"a\""),
        ] {
            assert_eq!(without_quotes(etag.as_bytes()), expected.as_bytes(), "{etag}");
        }
    }

    #[test]
    fn values_are_written_as_text() {
        let part = CompletedPart {
            number: 1,
            etag: Bytes::from_static(b"W/\"a<b>&amp;\rc\""),
            checksum: Bytes::from_static(b"x]]>y"),
        };
        let body = complete_upload_body([&part], Some("ChecksumCRC32"));
        let text = |name| {
            let path = ["CompleteMultipartUpload", "Part", name];
            first_text(&body, &path).unwrap().unwrap()
        };
        assert_eq!(text("ETag"), part.etag);
        assert_eq!(text("ChecksumCRC32"), part.checksum);
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("<ETag>W/\"a&lt;b&gt;&amp;amp;&#13;c\"</ETag>"), "{body}");
    }

    #[test]
    fn exact_part_list() {
        let part = |number, checksum: &'static str| CompletedPart {
            number,
            etag: Bytes::from(format!("tag{number}")),
            checksum: Bytes::from_static(checksum.as_bytes()),
        };
        let parts = [part(1, "AAAAAA=="), part(10000, "")];
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n\
            \x20   <Part>\n\
            \x20       <ETag>tag1</ETag>\n\
            \x20        <PartNumber>1</PartNumber>\n\
            \x20        <ChecksumCRC32>AAAAAA==</ChecksumCRC32>\n\
            \x20   </Part>\n\
            \x20   <Part>\n\
            \x20       <ETag>tag10000</ETag>\n\
            \x20        <PartNumber>10000</PartNumber>\n\
            \x20        <ChecksumCRC32></ChecksumCRC32>\n\
            \x20   </Part>\n\
            </CompleteMultipartUpload>";
        assert_eq!(complete_upload_body(&parts, Some("ChecksumCRC32")), expected);

        let plain = String::from_utf8(complete_upload_body(&parts[..1], None).to_vec()).unwrap();
        assert!(
            !plain.contains("Checksum")
                && plain.ends_with("    </Part>\n</CompleteMultipartUpload>")
        );
        assert!(
            complete_upload_body([], None)
                .ends_with(b"/2006-03-01/\">\n</CompleteMultipartUpload>")
        );
    }
}
