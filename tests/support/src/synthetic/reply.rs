//! What the synthetic server understands of a request, and what it answers.

use std::fmt::Write;
use std::ops::Range;

use super::object::{BLOCK, Block};
use super::uploads::Uploads;
use crate::certificate::Failure;

const XMLNS: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

pub struct Request {
    method: String,
    path: String,
    query: String,
    range: Option<Range<u64>>,
    wants_checksum: bool,
    pub body_len: u64,
}

impl Request {
    /// The request and the length of its head, once all of the head is there.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, Failure> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(head_len) = parsed.parse(bytes)? else { return Ok(None) };
        let (path, query) = parsed
            .path
            .unwrap_or_default()
            .split_once('?')
            .unwrap_or((parsed.path.unwrap_or_default(), ""));
        let mut request = Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            range: None,
            wants_checksum: false,
            body_len: 0,
        };
        for header in parsed.headers.iter() {
            let value = std::str::from_utf8(header.value)?;
            if header.name.eq_ignore_ascii_case("content-length") {
                request.body_len = value.parse()?;
            } else if header.name.eq_ignore_ascii_case("range") {
                request.range = Some(range(value).ok_or("not a range")?);
            } else if header.name.eq_ignore_ascii_case("x-amz-checksum-mode") {
                request.wants_checksum = true;
            }
        }
        Ok(Some((request, head_len)))
    }

    /// The size in the second segment of the path.
    fn object_size(&self) -> u64 {
        self.path.split('/').nth(2).and_then(|size| size.parse().ok()).unwrap_or(0)
    }

    fn has(&self, parameter: &str) -> bool {
        self.value(parameter).is_some()
    }

    fn value(&self, parameter: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name == parameter).then_some(value)
        })
    }

    /// Whether its body is the list of an upload's parts.
    pub fn is_list(&self) -> bool {
        self.method == "POST" && !self.has("uploads")
    }

    /// Remembers what it does to uploads.
    pub fn note(&self, document: &[u8], uploads: &Uploads) {
        let number = || self.value("partNumber")?.parse().ok();
        match self.method.as_str() {
            "POST" if self.has("uploads") => uploads.begin(&self.path),
            "POST" => uploads.complete(&self.path, &String::from_utf8_lossy(document)),
            "PUT" => {
                if let Some(number) = number() {
                    uploads.part(&self.path, number, self.body_len);
                }
            }
            "DELETE" => uploads.abort(&self.path),
            _ => {}
        }
    }
}

/// `bytes=FIRST-LAST` or `bytes=FIRST-`.
fn range(value: &str) -> Option<Range<u64>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let end = if last.is_empty() { u64::MAX } else { last.parse::<u64>().ok()?.checked_add(1)? };
    Some(first.parse().ok()?..end)
}

pub struct Reply {
    pub head: String,
    /// The bytes of the object that follow the head.
    pub body: Option<Range<u64>>,
}

impl Reply {
    pub fn to(request: &Request, block: &Block, uploads: &Uploads) -> Reply {
        if let Some(path) = request.path.strip_prefix("/_report") {
            return Reply::text("text/plain", &uploads.report(path));
        }
        match request.method.as_str() {
            "GET" | "HEAD" => Reply::object(request, block),
            "POST" if request.has("uploads") => {
                Reply::document("InitiateMultipartUpload", "<UploadId>synthetic</UploadId>")
            }
            "POST" => {
                Reply::document("CompleteMultipartUpload", "<ETag>&quot;synthetic&quot;</ETag>")
            }
            "PUT" => Reply::bare("200 OK", "ETag: \"synthetic\"\r\n"),
            _ => Reply::bare("204 No Content", ""),
        }
    }

    fn object(request: &Request, block: &Block) -> Reply {
        let size = request.object_size();
        let by_part = request.has("partNumber").then_some(0..BLOCK as u64);
        let asked = request.range.clone().or(by_part);
        let partial = asked.is_some();
        let range = asked.unwrap_or(0..size);
        let range = range.start..range.end.min(size);
        if partial && range.start >= range.end {
            return Reply::bare("416 Range Not Satisfiable", "");
        }
        let status = if partial { "206 Partial Content" } else { "200 OK" };
        let length = range.end - range.start;
        let mut head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nETag: \"synthetic\"\r\n");
        // Writing to a String cannot fail.
        if partial {
            let _ =
                write!(head, "Content-Range: bytes {}-{}/{size}\r\n", range.start, range.end - 1);
        }
        if request.wants_checksum {
            let _ = write!(head, "x-amz-checksum-crc32c: {}\r\n", block.crc32c(range.clone()));
        }
        head.push_str("Accept-Ranges: bytes\r\n\r\n");
        Reply { head, body: (request.method == "GET").then_some(range) }
    }

    fn document(operation: &str, content: &str) -> Reply {
        let xml = format!("<{operation}Result xmlns=\"{XMLNS}\">{content}</{operation}Result>");
        Reply::text("application/xml", &xml)
    }

    fn text(kind: &str, text: &str) -> Reply {
        let length = text.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{text}"
        );
        Reply { head, body: None }
    }

    fn bare(status: &str, headers: &str) -> Reply {
        Reply {
            head: format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\n\r\n"),
            body: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(request: &str) -> (Reply, usize) {
        let (request, head_len) = Request::parse(request.as_bytes()).unwrap().unwrap();
        (Reply::to(&request, &Block::new(), &Uploads::default()), head_len)
    }

    #[test]
    fn a_range_ends_where_the_object_does() {
        let (reply, _) = answer("GET /b/100/x HTTP/1.1\r\nRange: bytes=90-199\r\n\r\n");
        assert!(reply.head.starts_with("HTTP/1.1 206 "), "{}", reply.head);
        assert!(reply.head.contains("Content-Range: bytes 90-99/100\r\n"), "{}", reply.head);
        assert_eq!(reply.body, Some(90..100));
        let (reply, _) = answer("GET /b/100/x HTTP/1.1\r\nRange: bytes=100-199\r\n\r\n");
        assert!(reply.head.starts_with("HTTP/1.1 416 "), "{}", reply.head);
    }

    #[test]
    fn uploads_are_told_apart_by_their_query() {
        let (reply, head_len) = answer("POST /b/1/x?uploads HTTP/1.1\r\n\r\n");
        assert!(reply.head.contains("<UploadId>"), "{}", reply.head);
        assert_eq!(head_len, "POST /b/1/x?uploads HTTP/1.1\r\n\r\n".len());
        let (reply, _) = answer("POST /b/1/x?uploadId=synthetic HTTP/1.1\r\n\r\n");
        assert!(reply.head.contains("<CompleteMultipartUploadResult"), "{}", reply.head);
    }

    #[test]
    fn half_a_head_is_no_request_yet() {
        assert!(Request::parse(b"GET / HTTP/1.1\r\nRange: by").unwrap().is_none());
    }
}
