//! Which parts of an upload the service has already, when the upload is resumed.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::super::derived::{Derived, derive, query_value};
use super::super::multipart::{Upload, is_gone, request};
use super::super::{MetaRequest, UploadToken};
use super::Broken;
use crate::checksum::Algorithm;
use crate::error::{Code, Error, Result};
use crate::net::Headers;
use crate::request::{Failure, Reply, RequestKind, call};
use crate::sign::Payload;
use crate::xml::{ListedPart, PartsPage, list_parts};

/// The parts by number, from as many pages as there are. `None` when every part was done and the service does not
/// know the upload any more: it has been completed.
pub(super) async fn uploaded_parts(
    meta: &Arc<MetaRequest>,
    token: &UploadToken,
    upload: &Upload,
) -> Result<Option<HashMap<u32, ListedPart>>, Broken> {
    let mut listed = HashMap::new();
    let mut marker: Option<Bytes> = None;
    let compared = meta.spec.checksum.algorithm.known();
    loop {
        let reply = match page(meta, upload, marker.as_deref()).await {
            Ok(reply) => reply,
            Err(failure) => {
                let gone = is_gone(&failure);
                if gone && token.is_complete() {
                    return Ok(None);
                }
                let unreadable = failure.error.code() == Code::S3_LIST_PARTS_PARSE_FAILED;
                // What cannot be listed now may be listed later.
                let keep = !gone && !unreadable && meta.stop.result().is_none();
                return Err(Broken { failure, keep });
            }
        };
        let document = reply.body.bytes();
        let read = take_page(document, token, compared, marker.as_deref(), &mut listed);
        meta.delivery.telemetry(reply.metrics);
        marker = read.map_err(Failure::from)?;
        if marker.is_none() {
            break;
        }
    }
    let bytes = listed.values().map(|part| part.size).fold(0, u64::saturating_add);
    meta.delivery.progress(bytes, meta.spec.content_length.unwrap_or(0));
    Ok(Some(listed))
}

async fn page(
    meta: &Arc<MetaRequest>,
    upload: &Upload,
    marker: Option<&[u8]>,
) -> Result<Reply, Failure> {
    let mut query = upload.query();
    if let Some(marker) = marker {
        query += "&part-number-marker=";
        query += &query_value(marker);
    }
    let algorithm = &meta.spec.checksum.algorithm;
    let derived = if algorithm.is_none() { Derived::ListPlain } else { Derived::ListSummed };
    let mut head = derive(&meta.spec, derived, "GET", &query);
    let derived = std::mem::take(&mut head.headers);
    head.headers = Headers::default();
    head.headers.push("accept", "application/xml");
    for (name, value) in &derived {
        head.headers.push(name.clone(), value.clone());
    }
    let mut request = request(meta, RequestKind::ListParts, head);
    request.payload = Payload::NoPart;
    call(&meta.line, &mut request).await
}

/// Adds the parts of one page, and says where the next one begins. Only the checksums that parts are going to be
/// `compared` by have to be some.
fn take_page(
    document: &[u8],
    token: &UploadToken,
    compared: Option<Algorithm>,
    marker: Option<&[u8]>,
    listed: &mut HashMap<u32, ListedPart>,
) -> Result<Option<Bytes>> {
    let PartsPage { parts, next_marker } = list_parts(document)?;
    for part in parts {
        if u64::from(part.number) > token.total_parts {
            let why = format!("the upload has a part {}, the token tells of fewer", part.number);
            return Err(Error::from(Code::S3_RESUME_FAILED).because(why));
        }
        if compared.is_some_and(|algorithm| has_odd_checksum(&part, algorithm)) {
            return Err(Code::S3_LIST_PARTS_PARSE_FAILED.into());
        }
        // What cannot be named in the end is sent again.
        if !part.etag.is_empty() {
            listed.insert(part.number, part);
        }
    }
    if let Some(next) = &next_marker {
        // Markers are part numbers. One that does not lead on, within the upload, could go on for ever.
        let number = |marker: &[u8]| std::str::from_utf8(marker).ok()?.parse::<u64>().ok();
        let (before, next) = (marker.and_then(number).unwrap_or(0), number(next).unwrap_or(0));
        if next <= before || next > token.total_parts {
            let why = "a marker that does not lead to the next page";
            return Err(Error::from(Code::S3_LIST_PARTS_PARSE_FAILED).because(why));
        }
    }
    Ok(next_marker)
}

fn has_odd_checksum(part: &ListedPart, algorithm: Algorithm) -> bool {
    let checksum = part.checksum(algorithm.element());
    checksum.is_some_and(|it| !it.is_empty() && it.len() != algorithm.base64_len())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Taken = Result<(Vec<u32>, Option<Bytes>), Code>;

    fn take(fields: &str, marker: Option<&str>) -> Taken {
        take_comparing(Some(Algorithm::Crc32), fields, marker)
    }

    fn take_comparing(compared: Option<Algorithm>, fields: &str, marker: Option<&str>) -> Taken {
        let token = UploadToken { total_parts: 3, ..UploadToken::default() };
        let document = format!("<ListPartsResult>{fields}</ListPartsResult>");
        let mut listed = HashMap::new();
        let marker = marker.map(str::as_bytes);
        let next = take_page(document.as_bytes(), &token, compared, marker, &mut listed);
        let next = next.map_err(|error| error.code())?;
        let mut numbers: Vec<u32> = listed.into_keys().collect();
        numbers.sort_unstable();
        Ok((numbers, next))
    }

    #[test]
    fn pages() {
        let part = |number| format!("<Part><PartNumber>{number}</PartNumber><ETag>e</ETag></Part>");
        assert_eq!(take(&(part(1) + &part(3)), None), Ok((vec![1, 3], None)));
        let more = |marker: &str| {
            format!(
                "<IsTruncated>true</IsTruncated>\
                 <NextPartNumberMarker>{marker}</NextPartNumberMarker>"
            )
        };
        assert_eq!(take(&more("2"), None), Ok((vec![], Some(Bytes::from_static(b"2")))));
        assert_eq!(take(&more("3"), Some("2")), Ok((vec![], Some(Bytes::from_static(b"3")))));
        for (marker, before) in [("2", "2"), ("1", "2"), ("4", "2"), ("x", "2"), ("0", "0")] {
            let refused = take(&more(marker), Some(before));
            assert_eq!(refused, Err(Code::S3_LIST_PARTS_PARSE_FAILED), "{marker} after {before}");
        }
    }

    #[test]
    fn parts_without_a_name_are_not_there() {
        let part = |etag: &str| format!("<Part><PartNumber>1</PartNumber>{etag}</Part>");
        for nothing in ["", "<ETag/>", "<ETag>&quot;&quot;</ETag>"] {
            assert_eq!(take(&part(nothing), None), Ok((vec![], None)), "{nothing}");
        }
        assert_eq!(take(&part("<ETag>e</ETag>"), None), Ok((vec![1], None)));
    }

    #[test]
    fn parts_that_cannot_be() {
        let too_many = "<Part><PartNumber>4</PartNumber></Part>";
        assert_eq!(take(too_many, None), Err(Code::S3_RESUME_FAILED));
        let part = |checksum: &str| {
            format!(
                "<Part><PartNumber>1</PartNumber><ETag>e</ETag>\
                 <ChecksumCRC32>{checksum}</ChecksumCRC32></Part>"
            )
        };
        assert_eq!(take(&part("AAAAAA=="), None), Ok((vec![1], None)));
        assert_eq!(take(&part(""), None), Ok((vec![1], None)));
        assert_eq!(take(&part("AAAA"), None), Err(Code::S3_LIST_PARTS_PARSE_FAILED));
        // Nobody is going to look at it.
        for compared in [None, Some(Algorithm::Sha256)] {
            assert_eq!(take_comparing(compared, &part("AAAA"), None), Ok((vec![1], None)));
        }
    }
}
