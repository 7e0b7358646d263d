//! The XML documents of a service, from any bytes.

use bytes::Bytes;

use crate::error::Code;
use crate::memory::peak_of;
use crate::request::RequestKind;
use crate::request::failure::judge;
use crate::xml::{self, Listed};

/// Everything that is ever read out of a document, in one list.
fn texts(document: &[u8]) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    if let Some(error) = xml::error_document(document).filter(|error| error.is_whole) {
        texts.extend(error.code.into_iter().chain(error.actual_object_size));
    }
    texts.extend(xml::upload_id(document).ok().flatten());
    texts.extend(xml::complete_etag(document));
    texts.extend(xml::copy_etag(document));
    texts.extend(xml::copy_checksum(document, "ChecksumCRC32"));
    if let Ok(page) = xml::list_parts(document) {
        texts.extend(page.next_marker);
        for part in page.parts {
            assert!(part.number > 0, "parts count from 1");
            texts.push(format!("{} {}", part.number, part.size).into());
            texts.push(part.etag);
            texts.extend(part.checksums.into_iter().flat_map(|(name, value)| [name, value]));
        }
    }
    texts.extend(page_of_objects(document));
    for (key, value) in xml::object_tags(document).unwrap_or_default() {
        texts.extend([key, value]);
    }
    if let Ok(session) = xml::create_session(document) {
        let values = [session.access_key_id, session.secret_access_key];
        let values = values.into_iter().chain([session.session_token, session.expiration]);
        let values: Vec<_> = values.collect();
        assert!(values.iter().all(|value| !value.is_empty()));
        texts.extend(values.into_iter().map(|value| value.to_vec().into()));
    }
    texts.into_iter().map(Vec::from).collect()
}

/// What a page of a list of objects tells.
fn page_of_objects(document: &[u8]) -> Vec<Bytes> {
    let mut texts = Vec::new();
    let Ok(page) = xml::list_objects(document) else { return texts };
    assert!(page.next_token.as_ref().is_none_or(|token| !token.is_empty()), "it would begin anew");
    texts.extend(page.next_token);
    for entry in page.entries {
        match entry {
            Listed::Prefix(prefix) => texts.push(prefix),
            Listed::Object(object) => {
                assert!(!object.key.is_empty(), "an object has a name");
                texts.extend([object.key, object.etag, object.size.to_string().into()]);
                texts.extend(object.last_modified);
            }
        }
    }
    texts
}

pub fn any_document(document: &[u8]) {
    let (found, peak) = peak_of(|| texts(document));
    // Texts of up to 16 elements, growing vectors, and a list entry for every few bytes.
    assert!(peak <= 4096 + 100 * document.len(), "{peak} bytes for {}", document.len());
    assert!(found.iter().all(|text| text.len() <= 40 + document.len()));
    // Reading begins with the first element and ends with it, whatever stands around it.
    let framed =
        [b"\xef\xbb\xbf noise ", document, b"<Error><Code>SlowDown</Code></Error>"].concat();
    if !found.is_empty() {
        assert_eq!(texts(&framed), found);
    }
    verdicts(document);
}

/// A verdict never gets better by what the body says.
fn verdicts(document: &[u8]) {
    for status in [200, 204, 206, 301, 404, 412, 500, 503] {
        let plain = judge(RequestKind::UploadPart, status, b"");
        let judged = judge(RequestKind::UploadPart, status, document);
        assert!(plain.is_ok() || judged.is_err(), "{status}");
        assert!(judged != Err(Code::SUCCESS));
        if plain.is_ok() {
            assert_eq!(judge(RequestKind::GetObject, status, document), Ok(()));
        }
    }
    successes(document);
}

/// Where a document tells of a success, what it tells can be read.
fn successes(document: &[u8]) {
    let told = |kind| judge(kind, 200, document).is_ok();
    let has_text = |text: Option<bytes::Bytes>| text.is_some_and(|text| !text.is_empty());
    assert!(
        !told(RequestKind::CreateMultipartUpload) || has_text(xml::upload_id(document).unwrap())
    );
    assert!(!told(RequestKind::CompleteMultipartUpload) || has_text(xml::complete_etag(document)));
    assert!(!told(RequestKind::UploadPartCopy) || has_text(xml::copy_etag(document)));
}
