//! The tags of an object, as GetObjectTagging answers.

use bytes::Bytes;

use crate::error::{Code, Error, Result};

use super::document::read;

const ROOT: &str = "Tagging";

/// Key and value of every tag, in the order of the document. A document that is not understood, or has a tag without a
/// key, is `INVALID_XML`.
pub fn object_tags(document: &[u8]) -> Result<Vec<(Bytes, Bytes)>> {
    let mut tags = Vec::new();
    let (mut key, mut value) = (Bytes::new(), Bytes::new());
    let mut malformed = false;
    read(document, ROOT, |closed| {
        if closed.is(&[ROOT, "TagSet", "Tag", "Key"]) {
            key = Bytes::copy_from_slice(closed.text());
        } else if closed.is(&[ROOT, "TagSet", "Tag", "Value"]) {
            value = Bytes::copy_from_slice(closed.text());
        } else if closed.is(&[ROOT, "TagSet", "Tag"]) {
            malformed |= key.is_empty();
            tags.push((std::mem::take(&mut key), std::mem::take(&mut value)));
        }
    })?;
    if malformed { Err(Error::new(Code::INVALID_XML)) } else { Ok(tags) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags() {
        let document = br#"<?xml version="1.0" encoding="UTF-8"?>
            <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>
              <Tag><Key>a&amp;b</Key><Value> x=y </Value></Tag>
              <Tag><Value>1</Value><Key>c</Key></Tag><Tag><Key>d</Key><Value/></Tag>
            </TagSet></Tagging>"#;
        let tags = object_tags(document).unwrap();
        let expected = [("a&b", " x=y "), ("c", "1"), ("d", "")];
        assert_eq!(tags, expected.map(|(key, value)| (key.into(), value.into())));
        assert_eq!(object_tags(b"<Tagging><TagSet/></Tagging>").unwrap(), []);
    }

    #[test]
    fn broken_documents() {
        for document in [
            "<Tagging><TagSet><Tag><Value>1</Value></Tag></TagSet></Tagging>",
            "<Tagging><TagSet><Tag><Key>k</Key>",
            "<Other/>",
            "",
        ] {
            let code = object_tags(document.as_bytes()).unwrap_err().code();
            assert_eq!(code, Code::INVALID_XML, "{document}");
        }
    }

    proptest! {
        #[test]
        fn odd_documents_are_survived(fields in prop::collection::vec(
            ("(Tagging|TagSet|Tag|Key|Value)", "[ -~]{0,12}"), 0..12,
        )) {
            let inner: String = fields.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
            let _ = object_tags(format!("<Tagging><TagSet>{inner}</TagSet></Tagging>").as_bytes());
        }
    }
}
