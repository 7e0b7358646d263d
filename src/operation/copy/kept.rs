//! What a copy in parts has of its source beside the bytes.
//!
//! The service copies metadata and tags itself when it copies an object whole; an object that is put together from
//! parts has what CreateMultipartUpload says. So that is told what the lookup found: headers that describe the content,
//! the user's metadata, tags, storage class and encryption. Two directives of the caller's decide:
//!
//! | directive | metadata, storage class, encryption | tags |
//! |---|---|---|
//! | none | of the source, where the message says nothing | of the source, unless the message has some |
//! | `COPY` | of the source, whatever the message says of metadata | of the source |
//! | `REPLACE` | of the message alone | of the message alone |

use std::sync::Arc;

use bytes::Bytes;

use super::endpoint::{Door, Endpoint};
use super::lookup::{Found, property};
use crate::error::{Code, Result};
use crate::net::Headers;
use crate::operation::derived::query_value;
use crate::operation::{MetaRequest, Spec};
use crate::request::Failure;
use crate::sign::Algorithm;
use crate::xml;

/// What describes the content, apart from what begins with `x-amz-meta-`.
const CONTENT: [&str; 6] = [
    "Content-Type",
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Expires",
];
const META_PREFIX: &[u8] = b"x-amz-meta-";
const ENCRYPTION: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const STORAGE_CLASS: &str = "x-amz-storage-class";
const TAGGING: &str = "x-amz-tagging";
/// Storage classes of places of their own: no object can have them elsewhere.
const LOCAL_CLASSES: [&str; 4] = ["EXPRESS_ONEZONE", "OUTPOSTS", "SNOW", "FSX_OPENZFS"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directive {
    None,
    Copy,
    Replace,
}

/// Headers for CreateMultipartUpload.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The source's metadata takes the place of the message's.
    instead: bool,
    /// What the source consists of.
    content: Vec<(Bytes, Bytes)>,
    /// How it is stored, which a destination may refuse.
    manner: Vec<(Bytes, Bytes)>,
}

impl Kept {
    pub async fn of(meta: &Arc<MetaRequest>, found: &Found) -> Result<Self, Failure> {
        let mut kept = Self::from_headers(&meta.spec, &found.headers);
        if let Some(tagging) = tags(meta, found).await? {
            kept.content.push((TAGGING.into(), tagging));
        }
        Ok(kept)
    }

    /// What the lookup has told already.
    fn from_headers(spec: &Spec, source: &Headers) -> Self {
        let directive = directive(&spec.message.headers, "x-amz-metadata-directive");
        if directive == Directive::Replace {
            return Self::default();
        }
        let content = source.iter().filter(|(name, _)| is_metadata(name));
        Self {
            instead: directive == Directive::Copy,
            content: content.cloned().collect(),
            manner: manner(spec, source),
        }
    }

    /// Whether there is something that a destination may refuse without being wrong.
    pub fn has_manner(&self) -> bool {
        !self.manner.is_empty()
    }

    pub fn put_into(&self, head: &mut Headers) {
        self.put_content_into(head);
        for (name, value) in &self.manner {
            head.push(name.clone(), value.clone());
        }
    }

    pub fn put_content_into(&self, head: &mut Headers) {
        if self.instead {
            let said = head.iter().filter(|(name, _)| is_metadata(name));
            let said: Vec<Bytes> = said.map(|(name, _)| name.clone()).collect();
            for name in &said {
                head.remove(name);
            }
        }
        for (name, value) in &self.content {
            let is_tagging = name.eq_ignore_ascii_case(TAGGING.as_bytes());
            if is_tagging || !head.contains(name) {
                head.set(name.clone(), value.clone());
            }
        }
    }
}

fn directive(theirs: &Headers, name: &str) -> Directive {
    match theirs.value(name) {
        None => Directive::None,
        Some(value) if value.eq_ignore_ascii_case(b"COPY") => Directive::Copy,
        Some(_) => Directive::Replace,
    }
}

fn is_metadata(name: &[u8]) -> bool {
    let is_content = CONTENT.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
    is_content
        || name
            .get(..META_PREFIX.len())
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case(META_PREFIX))
}

/// Storage class and encryption, where the message says nothing of them and the destination may have them.
fn manner(spec: &Spec, source: &Headers) -> Vec<(Bytes, Bytes)> {
    let theirs = &spec.message.headers;
    let is_directory = is_directory_bucket(spec);
    let mut manner = Vec::new();
    if let Some(class) = source.value(STORAGE_CLASS).filter(|_| !theirs.contains(STORAGE_CLASS))
        && !is_directory
        && !LOCAL_CLASSES.iter().any(|local| local.as_bytes() == &class[..])
    {
        manner.push((STORAGE_CLASS.into(), class.clone()));
    }
    let says_how = theirs.iter().any(|(name, _)| {
        name.get(..ENCRYPTION.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(ENCRYPTION.as_bytes()))
    });
    // Of a directory bucket, the encryption is the bucket's.
    let Some(encryption) = source.value(ENCRYPTION).filter(|_| !says_how && !is_directory) else {
        return manner;
    };
    manner.push((ENCRYPTION.into(), encryption.clone()));
    if let Some(key) = source.value(KMS_KEY).filter(|key| is_usable(spec, key)) {
        manner.push((KMS_KEY.into(), key.clone()));
    }
    if let Some(enabled) = source.value(BUCKET_KEY) {
        manner.push((BUCKET_KEY.into(), enabled.clone()));
    }
    manner
}

fn is_directory_bucket(spec: &Spec) -> bool {
    let host = std::str::from_utf8(spec.message.headers.value("Host").map_or(b"", |it| it));
    let host = host.ok().and_then(|host| host.split(':').next());
    let is_one = host.and_then(Endpoint::of).is_some_and(|it| it.door == Door::Express);
    is_one || spec.signing.as_ref().is_some_and(|it| it.rules.algorithm == Algorithm::S3Express)
}

/// Keys are used in their region only: `arn:aws:kms:REGION:ACCOUNT:key/ID`.
fn is_usable(spec: &Spec, key: &[u8]) -> bool {
    let own = spec.signing.as_ref().map(|it| &it.rules.region[..]).unwrap_or_default();
    let region = key.split(|byte| *byte == b':').nth(3);
    region.is_none_or(|region| region == own)
}

/// The tags as a header has them. They are asked for only where the lookup told of some: whoever may not read them is
/// not told.
async fn tags(meta: &Arc<MetaRequest>, found: &Found) -> Result<Option<Bytes>, Failure> {
    let theirs = &meta.spec.message.headers;
    let directive = directive(theirs, "x-amz-tagging-directive");
    let count = found.headers.value("x-amz-tagging-count");
    let has_some = count.is_some_and(|count| !matches!(&count[..], b"" | b"0"));
    let is_left = directive == Directive::None && theirs.contains(TAGGING);
    if !has_some || is_left || directive == Directive::Replace {
        return Ok(None);
    }
    if is_directory_bucket(&meta.spec) && directive == Directive::None {
        // There are no tags in directory buckets.
        return Ok(None);
    }
    match property(meta, found, "tagging", "GetObjectTagging").await {
        Ok(reply) => {
            let tags = xml::object_tags(reply.body.bytes());
            meta.delivery.telemetry(reply.metrics);
            Ok(Some(header_of(&tags?)))
        }
        Err(failure)
            if directive == Directive::None
                && failure.error.code() == Code::S3_INVALID_RESPONSE_STATUS =>
        {
            crate::log!(
                Warn,
                MetaRequest,
                "id={:#x} the copy is without the tags of its source, which cannot be read: {}",
                meta.spec.handle,
                failure.error
            );
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// `key=value&key=value`, percent-encoded.
fn header_of(tags: &[(Bytes, Bytes)]) -> Bytes {
    let pair =
        |(key, value): &(Bytes, Bytes)| format!("{}={}", query_value(key), query_value(value));
    tags.iter().map(pair).collect::<Vec<_>>().join("&").into()
}

#[cfg(test)]
mod tests {
    use super::super::tests::headers;
    use super::*;

    #[test]
    fn directives() {
        let of = |value| {
            directive(&headers(&[("X-Amz-Metadata-Directive", value)]), "x-amz-metadata-directive")
        };
        assert_eq!(directive(&Headers::new(), "x-amz-metadata-directive"), Directive::None);
        assert_eq!(of("copy"), Directive::Copy);
        assert_eq!(of("REPLACE"), Directive::Replace);
        assert_eq!(of("else"), Directive::Replace);
    }

    #[test]
    fn metadata() {
        for name in ["content-type", "Expires", "X-Amz-Meta-a", "x-amz-meta-"] {
            assert!(is_metadata(name.as_bytes()), "{name}");
        }
        for name in ["content-length", "etag", "x-amz-metadata-directive", "x-amz-tagging", ""] {
            assert!(!is_metadata(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn what_the_message_says_stands() {
        let kept = |instead| Kept {
            instead,
            content: headers(&[
                ("x-amz-meta-a", "source"),
                ("x-amz-meta-b", "source"),
                ("x-amz-tagging", "t=1"),
            ])
            .into_pairs(),
            manner: headers(&[("x-amz-storage-class", "GLACIER")]).into_pairs(),
        };
        let message = [
            ("X-Amz-Meta-A", "own"),
            ("x-amz-meta-c", "own"),
            ("x-amz-acl", "private"),
            ("x-amz-tagging", "t=0"),
        ];
        let put = |kept: &Kept| {
            let mut head = headers(&message);
            kept.put_into(&mut head);
            let pair = |(name, value): (Bytes, Bytes)| {
                format!(
                    "{}={}",
                    String::from_utf8_lossy(&name).to_lowercase(),
                    String::from_utf8_lossy(&value)
                )
            };
            let mut pairs: Vec<String> = head.into_pairs().into_iter().map(pair).collect();
            pairs.sort();
            pairs.join(" ")
        };
        let rest = "x-amz-storage-class=GLACIER x-amz-tagging=t=1";
        assert_eq!(
            put(&kept(false)),
            format!(
                "x-amz-acl=private x-amz-meta-a=own x-amz-meta-b=source x-amz-meta-c=own {rest}"
            )
        );
        assert_eq!(
            put(&kept(true)),
            format!("x-amz-acl=private x-amz-meta-a=source x-amz-meta-b=source {rest}")
        );
        let mut head = Headers::new();
        kept(false).put_content_into(&mut head);
        assert!(!head.contains("x-amz-storage-class"));
    }

    #[test]
    fn tags_as_a_header() {
        let tags = [("a b", "x=y&z"), ("c", "")].map(|(key, value)| (key.into(), value.into()));
        assert_eq!(header_of(&tags), "a%20b=x%3Dy%26z&c=");
    }
}
