//! Which version of an object a download is of: all answers must be of the one that the first answer described.
//!
//! A strong ETag goes into `If-Match`, so that the service refuses what is of another version. A weak one is good for
//! no condition (RFC 9110, 13.1.1), nor is an empty one, and there are services that look at no conditions. For that
//! reason every answer is compared as well.

use bytes::Bytes;

use super::failure::parse_content_range;
use crate::error::Code;
use crate::net::Headers;

/// The version that the first answer described.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    pub etag: Bytes,
    pub object_bytes: u64,
}

impl Version {
    /// What to ask for with `If-Match`.
    pub fn condition(&self) -> Option<Bytes> {
        let comparable = |etag: &Bytes| !is_weak(etag) && !etag.trim_ascii().is_empty();
        Some(self.etag.clone()).filter(comparable)
    }

    /// Refuses the answer to a request for a part when it speaks of another version. What it does not say is no
    /// difference.
    pub fn check(&self, headers: &Headers) -> Result<(), Code> {
        let content_range = headers.value("Content-Range");
        let total = content_range.and_then(|value| parse_content_range(value));
        let same_length = total.is_none_or(|(_, _, total)| total == self.object_bytes);
        let told = |etag: &&Bytes| !etag.trim_ascii().is_empty();
        let both = headers.value("ETag").filter(told).zip(Some(&self.etag).filter(told));
        let same_etag = both.is_none_or(|(theirs, ours)| opaque(theirs) == opaque(ours));
        if same_length && same_etag { Ok(()) } else { Err(Code::S3_OBJECT_MODIFIED) }
    }
}

fn is_weak(etag: &[u8]) -> bool {
    strong(etag).len() < etag.trim_ascii().len()
}

/// An ETag without the mark of a weak one.
fn strong(etag: &[u8]) -> &[u8] {
    let etag = etag.trim_ascii();
    match etag.split_at_checked(2) {
        Some((mark, rest)) if mark.eq_ignore_ascii_case(b"W/") && rest.starts_with(b"\"") => rest,
        _ => etag,
    }
}

/// What is compared: something on the way may weaken an ETag, and not all services quote it.
fn opaque(etag: &[u8]) -> &[u8] {
    let etag = strong(etag);
    let inner = etag.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    inner.unwrap_or(etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(etag: &'static str) -> Version {
        Version { etag: etag.into(), object_bytes: 1000 }
    }

    #[test]
    fn only_strong_etags_are_conditions() {
        for strong in ["\"x\"", "x", "\"W/x\"", "W/x", "W"] {
            assert_eq!(version(strong).condition(), Some(strong.into()), "{strong}");
        }
        for weak in ["W/\"x\"", "w/\"x\"", " W/\"x\"", "W/\"\"", "", " "] {
            assert_eq!(version(weak).condition(), None, "{weak}");
        }
    }

    #[test]
    fn another_etag_or_another_length_is_another_version() {
        let check = |etag, headers: &[(&'static str, &'static str)]| {
            let pairs = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            version(etag).check(&pairs.collect())
        };
        let same_range = ("content-range", "bytes 0-9/1000");
        for same in ["\"x\"", "W/\"x\"", "x"] {
            assert_eq!(check("\"x\"", &[("etag", same), same_range]), Ok(()), "{same}");
            assert_eq!(check(same, &[("ETag", "\"x\"")]), Ok(()), "{same}");
        }
        assert_eq!(check("", &[("ETag", "\"x\"")]), Ok(()));
        for silent in [&[][..], &[same_range], &[("ETag", " ")], &[("Content-Range", "x")]] {
            assert_eq!(check("W/\"x\"", silent), Ok(()), "{silent:?}");
        }
        let modified = Err(Code::S3_OBJECT_MODIFIED);
        for other in ["\"X\"", "\"\"", "W/\"y\"", "\"x-2\"", "W/x"] {
            assert_eq!(check("\"x\"", &[("ETag", other), same_range]), modified, "{other}");
        }
        for other in ["bytes 0-9/999", "bytes 0-9/10"] {
            assert_eq!(check("\"x\"", &[("Content-Range", other)]), modified, "{other}");
        }
    }
}
