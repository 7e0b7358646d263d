//! HTTP/1.1 by hand over any stream: just enough to read requests, and to break every rule when answering.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::content;

const MAX_HEAD: usize = 64 * 1024;

/// How long a connection is still read after the last reply: closing with bytes unread would take the reply away.
const LINGER: Duration = Duration::from_millis(300);

/// A connection, plain or not.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// The head of a request.
pub struct Request {
    pub method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The path without the bucket.
    pub fn key(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default()
    }

    pub fn is_for(&self, place: &str) -> bool {
        self.target.starts_with(place)
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| match pair.split_once('=') {
            Some((given, value)) => (given == name).then_some(value),
            None => (pair == name).then_some(""),
        })
    }

    /// A value of the query, read as forms are: `+` is a blank, and `%2B` is a `+`.
    pub fn decoded_query(&self, name: &str) -> String {
        let value = self.query(name).unwrap_or_default().replace('+', " ");
        let mut pieces = value.split('%');
        let mut decoded = pieces.next().unwrap_or_default().as_bytes().to_vec();
        for piece in pieces {
            let digits = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            decoded.extend(digits);
            decoded.extend(piece.as_bytes().iter().skip(if digits.is_some() { 2 } else { 0 }));
        }
        String::from_utf8_lossy(&decoded).into_owned()
    }

    /// First byte that is asked for, and last one if there is an end.
    pub fn range(&self) -> Option<(u64, Option<u64>)> {
        let (first, last) = self.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()))
    }

    /// Of a copy, the bytes of the source that it is about; all of them without end if nothing is said of that.
    pub fn copied_range(&self) -> Option<(u64, u64)> {
        self.header("x-amz-copy-source")?;
        let range = self.header("x-amz-copy-source-range").and_then(|range| {
            let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
            Some((first.parse().ok()?, last.parse().ok()?))
        });
        Some(range.unwrap_or((0, u64::MAX)))
    }

    pub fn content_length(&self) -> u64 {
        self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)
    }

    /// What all attempts of one request have in common. Uploads get a new name whenever they are created.
    pub fn identity(&self) -> String {
        let target = self.target.split("&uploadId=").next().unwrap_or_default();
        let target = target.split("?uploadId=").next().unwrap_or_default();
        format!("{} {target} {}", self.method, self.header("range").unwrap_or_default())
    }
}

/// A connection and what has been read of it too early.
pub struct Wire<S> {
    stream: S,
    unread: Vec<u8>,
}

impl<S: Stream> Wire<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, unread: Vec::new() }
    }

    /// The next request; `None` at the end of the connection.
    pub async fn head(&mut self) -> Result<Option<Request>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 100];
            let mut parsed = httparse::Request::new(&mut headers);
            if let httparse::Status::Complete(length) =
                parsed.parse(&self.unread).map_err(Error::other)?
            {
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                let fields = parsed.headers.iter();
                let request = Request {
                    method: parsed.method.unwrap_or_default().to_owned(),
                    target: parsed.path.unwrap_or_default().to_owned(),
                    headers: fields.map(|it| (it.name.to_owned(), text(it.value))).collect(),
                };
                self.unread.drain(..length);
                return Ok(Some(request));
            }
            if self.unread.len() > MAX_HEAD {
                return Err(Error::other("a head without an end"));
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Ok(None);
            }
        }
    }

    async fn some(&mut self, most: u64) -> Result<Vec<u8>> {
        if self.unread.is_empty() && self.stream.read_buf(&mut self.unread).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let count = self.unread.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(self.unread.drain(..count).collect())
    }

    /// Reads body that should be test content; false when it is not.
    pub async fn content(&mut self, offset: u64, length: u64) -> Result<bool> {
        let (mut at, mut right) = (0, true);
        while at < length {
            let piece = self.some(length - at).await?;
            let places = offset + at..;
            right &= piece.iter().zip(places).all(|(byte, at)| *byte == content::byte_at(at));
            at += piece.len() as u64;
        }
        Ok(right)
    }

    /// Reads body as text.
    pub async fn text(&mut self, length: u64) -> Result<String> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < length {
            bytes.extend(self.some(length - bytes.len() as u64).await?);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Ends the sending direction.
    pub async fn shut(&mut self) -> Result<()> {
        self.stream.shutdown().await
    }

    /// Ends both directions, in a way that lets the client read everything.
    pub async fn close(mut self) -> Result<()> {
        self.shut().await?;
        let mut rest = tokio::io::sink();
        let drained = tokio::time::timeout(LINGER, tokio::io::copy(&mut self.stream, &mut rest));
        drained.await.unwrap_or(Ok(0)).map(drop)
    }

    /// Ends the connection with a reset.
    pub fn reset(self) -> Result<()> {
        self.stream.tcp().set_zero_linger()
    }
}
