//! The pages of ListParts, read when an upload is resumed.

use bytes::Bytes;

use crate::error::{Code, Error, Result};

use super::document::read;
use super::without_quotes;

const ROOT: &str = "ListPartsResult";

/// A part that the service already has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedPart {
    pub number: u32,
    /// Without quotes.
    pub etag: Bytes,
    pub size: u64,
    /// Element name (`ChecksumCRC32`) and base64 text of every checksum.
    pub checksums: Vec<(Bytes, Bytes)>,
}

impl ListedPart {
    /// The checksum in the element of this name.
    pub fn checksum(&self, element: &str) -> Option<&Bytes> {
        let found =
            self.checksums.iter().find(|(name, _)| name.eq_ignore_ascii_case(element.as_bytes()));
        found.map(|(_, value)| value)
    }
}

/// One page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartsPage {
    pub parts: Vec<ListedPart>,
    /// Where the next page begins; None on the last page.
    pub next_marker: Option<Bytes>,
}

/// Reads one page. A page that is not understood, or has a part without a number or no marker for
/// the pages that follow, is `S3_LIST_PARTS_PARSE_FAILED`.
pub fn list_parts(document: &[u8]) -> Result<PartsPage> {
    let failed = |why: Error| Error::new(Code::S3_LIST_PARTS_PARSE_FAILED).because(why);
    let mut collector = Collector::default();
    read(document, ROOT, |closed| {
        if closed.is(&[ROOT, "Part"]) {
            collector.close_part();
        } else if let Some(name) = closed.child_of(&[ROOT, "Part"]) {
            collector.part_field(name, closed.text());
        } else if closed.is(&[ROOT, "IsTruncated"]) {
            collector.truncated = closed.text().trim_ascii().eq_ignore_ascii_case(b"true");
        } else if closed.is(&[ROOT, "NextPartNumberMarker"]) {
            collector.marker = Some(Bytes::copy_from_slice(closed.text().trim_ascii()));
        }
    })
    .map_err(|unread| failed(unread.into()))?;
    let next_marker = collector.marker.filter(|marker| collector.truncated && !marker.is_empty());
    // More is to come, but nobody says from where.
    let lost = collector.truncated && next_marker.is_none();
    if collector.malformed || lost {
        return Err(failed(Error::new(Code::INVALID_XML)));
    }
    Ok(PartsPage { parts: collector.parts, next_marker })
}

#[derive(Default)]
struct Collector {
    parts: Vec<ListedPart>,
    part: ListedPart,
    truncated: bool,
    marker: Option<Bytes>,
    malformed: bool,
}

impl Collector {
    fn close_part(&mut self) {
        let part = std::mem::take(&mut self.part);
        self.malformed |= part.number == 0;
        self.parts.push(part);
    }

    fn part_field(&mut self, name: &[u8], text: &[u8]) {
        let named = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        if named("PartNumber") {
            let number = decimal(text).and_then(|number| u32::try_from(number).ok());
            self.part.number = number.unwrap_or(0);
        } else if named("Size") {
            self.malformed |= decimal(text).is_none();
            self.part.size = decimal(text).unwrap_or(0);
        } else if named("ETag") {
            self.part.etag = Bytes::copy_from_slice(without_quotes(text));
        } else if name.get(..8).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"Checksum")) {
            let checksum = (Bytes::copy_from_slice(name), Bytes::copy_from_slice(text));
            self.part.checksums.push(checksum);
        }
    }
}

/// An unsigned number in plain digits, blanks around it or not.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    let digits = text.iter().all(u8::is_ascii_digit).then_some(text)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page() {
        let document = br#"<?xml version="1.0" encoding="UTF-8"?>
            <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Bucket>b</Bucket><UploadId>u</UploadId><PartNumberMarker>0</PartNumberMarker>
              <NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>True</IsTruncated>
              <Part><PartNumber>1</PartNumber><LastModified>2024-10-09T22:28:00.000Z</LastModified>
                <ETag>&quot;aa&quot;</ETag><Size>5242880</Size><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>
              <Part><Size> 7
              </Size><etag>b&amp;b</etag><partnumber>2</partnumber></Part>
              <Owner><ID>x</ID></Owner>
            </ListPartsResult>"#;
        let page = list_parts(document).unwrap();
        assert_eq!(page.next_marker.as_deref(), Some(&b"2"[..]));
        let [first, second] = &page.parts[..] else { panic!("{page:?}") };
        assert_eq!((first.number, &first.etag[..], first.size), (1, &b"aa"[..], 5242880));
        assert_eq!(first.checksum("ChecksumCRC32").unwrap(), "AAAAAA==");
        assert_eq!(first.checksum("ChecksumSHA1"), None);
        assert_eq!((second.number, &second.etag[..], second.size), (2, &b"b&b"[..], 7));
    }

    #[test]
    fn the_last_page_has_no_marker() {
        let page = list_parts(
            b"<ListPartsResult><NextPartNumberMarker>9</NextPartNumberMarker><IsTruncated>false</IsTruncated>\
              </ListPartsResult>",
        );
        assert_eq!(page.unwrap(), PartsPage::default());
    }

    #[test]
    fn broken_pages() {
        let with_part =
            |fields: &str| format!("<ListPartsResult><Part>{fields}</Part></ListPartsResult>");
        for document in [
            with_part("<Size>1</Size>"),
            with_part("<PartNumber>0</PartNumber>"),
            with_part("<PartNumber>4294967296</PartNumber>"),
            with_part("<PartNumber>-1</PartNumber>"),
            with_part("<PartNumber>1</PartNumber><Size>x</Size>"),
            with_part("<PartNumber>1</PartNumber><Size></Size>"),
            "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>".into(),
            "<Other/>".into(),
            "<ListPartsResult>".into(),
            String::new(),
        ] {
            let code = list_parts(document.as_bytes()).unwrap_err().code();
            assert_eq!(code, Code::S3_LIST_PARTS_PARSE_FAILED, "{document}");
        }
    }

    proptest! {
        #[test]
        fn odd_pages_are_survived(fields in prop::collection::vec(
            ("(Part|PartNumber|Size|ETag|IsTruncated|Checksum.?)", "[ -~]{0,12}"), 0..12,
        )) {
            let inner: String = fields.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
            let _ = list_parts(format!("<ListPartsResult><Part>{inner}</Part></ListPartsResult>").as_bytes());
        }
    }
}
