//! The pages of ListObjectsV2.

use bytes::Bytes;

use crate::error::{Code, Error, Result};

use super::document::read;
use super::parts::decimal;

const ROOT: &str = "ListBucketResult";

/// One entry of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed {
    Object(ListedObject),
    /// What the names of several objects begin with.
    Prefix(Bytes),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedObject {
    pub key: Bytes,
    pub size: u64,
    /// As it is written.
    pub last_modified: Option<Bytes>,
    /// With its quotes.
    pub etag: Bytes,
}

/// One page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectsPage {
    /// In the order of the document.
    pub entries: Vec<Listed>,
    /// Where the next page begins; None on the last page.
    pub next_token: Option<Bytes>,
}

/// Reads one page. A page that is not understood, has an object without a name, or no token for the pages that follow,
/// is `INVALID_XML`.
pub fn list_objects(document: &[u8]) -> Result<ObjectsPage> {
    let mut page = ObjectsPage::default();
    let mut object = ListedObject::default();
    let (mut truncated, mut malformed) = (false, false);
    read(document, ROOT, |closed| {
        let copied = || Bytes::copy_from_slice(closed.text());
        if closed.is(&[ROOT, "Contents"]) {
            let object = std::mem::take(&mut object);
            malformed |= object.key.is_empty();
            page.entries.push(Listed::Object(object));
        } else if closed.is(&[ROOT, "Contents", "Key"]) {
            object.key = copied();
        } else if closed.is(&[ROOT, "Contents", "Size"]) {
            malformed |= decimal(closed.text()).is_none();
            object.size = decimal(closed.text()).unwrap_or(0);
        } else if closed.is(&[ROOT, "Contents", "LastModified"]) {
            object.last_modified = Some(copied());
        } else if closed.is(&[ROOT, "Contents", "ETag"]) {
            object.etag = copied();
        } else if closed.is(&[ROOT, "CommonPrefixes", "Prefix"]) {
            page.entries.push(Listed::Prefix(copied()));
        } else if closed.is(&[ROOT, "IsTruncated"]) {
            truncated = closed.text().trim_ascii().eq_ignore_ascii_case(b"true");
        } else if closed.is(&[ROOT, "NextContinuationToken"]) {
            page.next_token = Some(copied());
        }
    })?;
    page.next_token = page.next_token.filter(|token| truncated && !token.is_empty());
    // More is to come, but nobody says from where: asking all the same would begin anew, for ever.
    if malformed || (truncated && page.next_token.is_none()) {
        return Err(Error::new(Code::INVALID_XML));
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page() {
        let document = br#"<?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Name>b</Name><Prefix>p</Prefix><KeyCount>3</KeyCount><MaxKeys>3</MaxKeys>
              <IsTruncated>true</IsTruncated><NextContinuationToken>1/a+b&amp;==</NextContinuationToken>
              <Contents><Key> a &amp;&lt;&#x20AC;&#10;b</Key><LastModified>2024-10-09T22:28:00.000Z</LastModified>
                <ETag>&quot;aa&quot;</ETag><Size>5242880</Size><StorageClass>STANDARD</StorageClass>
                <Owner><ID>x</ID><Key>not this</Key></Owner></Contents>
              <CommonPrefixes><Prefix>p&gt;/</Prefix></CommonPrefixes>
              <contents><size> 7 </size><key><![CDATA[<k>&amp;]]></key></contents>
            </ListBucketResult>"#;
        let page = list_objects(document).unwrap();
        assert_eq!(page.next_token.as_deref(), Some(&b"1/a+b&=="[..]));
        let first = ListedObject {
            key: " a &<\u{20ac}\nb".into(),
            size: 5_242_880,
            last_modified: Some("2024-10-09T22:28:00.000Z".into()),
            etag: "\"aa\"".into(),
        };
        let last = ListedObject { key: "<k>&amp;".into(), size: 7, ..ListedObject::default() };
        let entries = [Listed::Object(first), Listed::Prefix("p>/".into()), Listed::Object(last)];
        assert_eq!(page.entries, entries);
    }

    #[test]
    fn the_last_page_has_no_token() {
        for document in [
            "<ListBucketResult/>",
            "<ListBucketResult><IsTruncated>false</IsTruncated>\
             <NextContinuationToken>t</NextContinuationToken></ListBucketResult>",
        ] {
            assert_eq!(list_objects(document.as_bytes()).unwrap(), ObjectsPage::default());
        }
    }

    #[test]
    fn broken_pages() {
        for document in [
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken/></ListBucketResult>",
            "<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>k</Key><Size>x</Size></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>k</Key></Contents>",
            "<Other/>",
            "",
        ] {
            let code = list_objects(document.as_bytes()).unwrap_err().code();
            assert_eq!(code, Code::INVALID_XML, "{document}");
        }
    }

    proptest! {
        #[test]
        fn odd_pages_are_survived(fields in prop::collection::vec(
            ("(Contents|Key|Size|ETag|IsTruncated|CommonPrefixes|Prefix)", "[ -~]{0,12}"), 0..12,
        )) {
            let inner: String = fields.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
            let document = format!("<ListBucketResult><Contents>{inner}</Contents></ListBucketResult>");
            let _ = list_objects(document.as_bytes());
        }
    }
}
