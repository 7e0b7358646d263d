//! The scripted server: HTTP/1.1 by hand, so that it can break every rule of it. Each request is written to a log as it
//! came: a line `request N connection C bytes B`, then B bytes, then a line feed.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::certificate::Failure;
use crate::content;
use crate::script::{Rule, Script};

/// Longest head of a request.
const MAX_HEAD: usize = 64 * 1024;

/// How long a connection is still read after its last reply.
const LINGER: Duration = Duration::from_millis(500);

struct Shared {
    script: Mutex<Script>,
    log: Mutex<(File, usize)>,
}

/// Begins to serve; returns what clients need to know.
pub async fn start(script: Script, log: &Path) -> Result<serde_json::Value, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let facts = json!({
        "scripted_port": listener.local_addr()?.port(),
        "log": log,
        "pid": std::process::id(),
    });
    let log = Mutex::new((File::create(log)?, 0));
    let shared = Arc::new(Shared { script: Mutex::new(script), log });
    tokio::spawn(async move {
        let mut number = 0;
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            number += 1;
            let shared = Arc::clone(&shared);
            // A connection that breaks is what many tests want.
            tokio::spawn(async move {
                Connection { stream, shared, number, unread: Vec::new() }.run().await
            });
        }
    });
    Ok(facts)
}

struct Connection {
    stream: TcpStream,
    shared: Arc<Shared>,
    number: usize,
    /// Bytes received that belong to nothing yet.
    unread: Vec<u8>,
}

struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    /// Everything received of it, and how much of that is the head.
    bytes: Vec<u8>,
    head: usize,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// First and last byte that are asked for, of an object of a size.
    fn range(&self, size: u64) -> Option<Result<(u64, u64), ()>> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        let end = size.saturating_sub(1);
        let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) => (first, last.min(end)),
            (Ok(first), Err(_)) => (first, end),
            (Err(_), Ok(length)) => (size.saturating_sub(length), end),
            (Err(_), Err(_)) => return None,
        };
        Some(if first < size { Ok((first, last)) } else { Err(()) })
    }
}

impl Connection {
    async fn run(mut self) -> std::io::Result<()> {
        self.stream.set_nodelay(true)?;
        while let Some(mut request) = self.head().await? {
            let rule = {
                let mut script = self.shared.script.lock().unwrap_or_else(PoisonError::into_inner);
                script.answer(&request.method, &request.target, &request.headers)
            };
            let rule = rule.unwrap_or_else(|| Rule { status: Some(404), ..Rule::default() });
            let received = self.body(&mut request, rule.read_bytes).await;
            self.record(&request)?;
            received?;
            if !self.answer(&request, &rule).await? {
                break;
            }
        }
        self.stream.shutdown().await?;
        // Closing with bytes unread would take the reply away from a client that still sends.
        let mut rest = tokio::io::sink();
        let drained = tokio::time::timeout(LINGER, tokio::io::copy(&mut self.stream, &mut rest));
        drained.await.unwrap_or(Ok(0)).map(drop)
    }

    /// Reads up to the end of a head. `None` at the end of the connection.
    async fn head(&mut self) -> std::io::Result<Option<Request>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 100];
            let mut parsed = httparse::Request::new(&mut headers);
            let done = parsed.parse(&self.unread).map_err(std::io::Error::other)?;
            if let httparse::Status::Complete(head) = done {
                let headers = parsed.headers.iter().map(|header| {
                    (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
                });
                let headers = headers.collect();
                let method = parsed.method.unwrap_or_default().to_owned();
                let target = parsed.path.unwrap_or_default().to_owned();
                let bytes = self.unread.drain(..head).collect();
                return Ok(Some(Request { method, target, headers, bytes, head }));
            }
            if self.unread.len() > MAX_HEAD {
                return Err(std::io::Error::other("a head without an end"));
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Reads the body, or as much of it as is wanted.
    async fn body(&mut self, request: &mut Request, most: Option<usize>) -> std::io::Result<()> {
        let length: usize = request.header("content-length").map_or(Ok(0), str::parse).unwrap_or(0);
        if request.header("expect").is_some() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let mut missing = length.min(most.unwrap_or(usize::MAX));
        loop {
            let taken = missing.min(self.unread.len());
            request.bytes.extend(self.unread.drain(..taken));
            missing -= taken;
            if missing == 0 {
                return Ok(());
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn record(&self, request: &Request) -> std::io::Result<()> {
        let mut log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.1 += 1;
        let (number, length) = (log.1, request.bytes.len());
        writeln!(log.0, "request {number} connection {} bytes {length}", self.number)?;
        log.0.write_all(&request.bytes)?;
        log.0.write_all(b"\n")?;
        log.0.flush()
    }

    /// Plays the rule; false when the connection is to be closed.
    async fn answer(&mut self, request: &Request, rule: &Rule) -> std::io::Result<bool> {
        tokio::time::sleep(Duration::from_millis(rule.delay_ms)).await;
        if rule.close {
            return Ok(false);
        }
        if let Some(garbage) = &rule.garbage {
            self.stream.write_all(garbage.as_bytes()).await?;
            return Ok(false);
        }
        if rule.interim {
            self.stream.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n").await?;
        }
        let (head, body) = reply(request, rule);
        self.stream.write_all(head.as_bytes()).await?;
        if request.method == "HEAD" {
            return Ok(!rule.last);
        }
        let end = rule.cut.unwrap_or(body.len()).min(body.len());
        let pause = rule.stall.unwrap_or(end).min(end);
        self.send(&body[..pause], rule.chunked).await?;
        if rule.stall.is_some() {
            tokio::time::sleep(Duration::from_millis(rule.stall_ms)).await;
            self.send(&body[pause..end], rule.chunked).await?;
        }
        if rule.cut.is_some() {
            return Ok(false);
        }
        if rule.chunked.is_some() {
            self.stream.write_all(b"0\r\n\r\n").await?;
        }
        // What was not read of the request would be taken for the next one.
        let all_read = rule.read_bytes.is_none() || request.bytes.len() == request.head;
        Ok(!rule.no_length && !rule.last && all_read)
    }

    async fn send(&mut self, body: &[u8], chunked: Option<usize>) -> std::io::Result<()> {
        let Some(size) = chunked else { return self.stream.write_all(body).await };
        for chunk in body.chunks(size.max(1)) {
            self.stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
            self.stream.write_all(chunk).await?;
            self.stream.write_all(b"\r\n").await?;
        }
        Ok(())
    }
}

/// The head and the body of the reply of a rule.
fn reply(request: &Request, rule: &Rule) -> (String, Vec<u8>) {
    let mut headers = rule.headers.clone();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    let (mut status, mut body) = (200, rule.body.clone().into_bytes());
    let mut head_length = None;
    if let Some(size) = rule.object {
        add("ETag", rule.etag.clone().unwrap_or_else(|| "\"scripted\"".to_owned()));
        add("Accept-Ranges", "bytes".to_owned());
        let (first, length) = match request.range(size) {
            None => (0, size),
            Some(Ok((first, last))) => {
                status = 206;
                add("Content-Range", format!("bytes {first}-{last}/{size}"));
                (first, last + 1 - first)
            }
            Some(Err(())) => {
                status = 416;
                add("Content-Range", format!("bytes */{size}"));
                (0, 0)
            }
        };
        head_length = Some(length);
        body = if request.method == "HEAD" {
            Vec::new()
        } else {
            content::bytes(first, usize::try_from(length).unwrap_or(0))
        };
    }
    let status = rule.status.unwrap_or(status);
    if rule.last {
        add("Connection", "close".to_owned());
    }
    if rule.chunked.is_some() {
        add("Transfer-Encoding", "chunked".to_owned());
    } else if !rule.no_length && !matches!(status, 204 | 304) {
        add("Content-Length", head_length.unwrap_or(body.len() as u64).to_string());
    }
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in &headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    (head, body)
}
