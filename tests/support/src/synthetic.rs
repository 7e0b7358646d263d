//! A server that costs little and stores nothing, for benchmarks: every object exists, is as long as its name says
//! (`/BUCKET/BYTES/ANYTHING`) and consists of one block over and over; what is uploaded is counted and thrown away. One
//! thread per connection with blocking calls as large as they can be. TLS is 1.3 with AES-128-GCM only, so that clients
//! are compared at the same cipher suite.

use std::io::{self, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::certificate::{self, Clients, Failure};

mod object;
mod reply;
mod uploads;

use object::Block;
use uploads::Uploads;

/// The most that one call reads or writes.
const BATCH: usize = 1024 * 1024;
const HEAD_LIMIT: usize = 64 * 1024;

pub struct Options {
    /// Where certificates are written; none means no HTTPS.
    pub tls_dir: Option<PathBuf>,
    /// Waited between the end of a request and the first byte of the reply.
    pub first_byte_ms: u64,
    /// What a connection may send in a second, and as much of what it may receive; none means no limit.
    pub connection_mb: Option<u32>,
}

/// Begins to serve; returns what clients need to know.
pub fn start(options: Options) -> Result<serde_json::Value, Failure> {
    let service = Arc::new(Service {
        block: Block::new(),
        uploads: Uploads::default(),
        first_byte_delay: Duration::from_millis(options.first_byte_ms),
        bytes_per_second: options.connection_mb.map(|mb| f64::from(mb) * 1e6),
    });
    let http = TcpListener::bind("127.0.0.1:0")?;
    let mut facts = json!({
        "http_port": http.local_addr()?.port(),
        "pid": std::process::id(),
        // Everybody is let in.
        "bucket": "bucket",
        "access_key": "AKIDTEST",
        "secret_key": "secrettest",
    });
    if let Some(directory) = &options.tls_dir {
        let provider = certificate::provider_of(
            rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256,
        );
        let config = certificate::issue_with(directory, provider, Clients::All)?;
        let https = TcpListener::bind("127.0.0.1:0")?;
        facts["https_port"] = json!(https.local_addr()?.port());
        facts["ca"] = json!(directory.join("ca.pem"));
        accept(https, Some(config), service.clone());
    }
    accept(http, None, service);
    Ok(facts)
}

struct Service {
    block: Block,
    uploads: Uploads,
    first_byte_delay: Duration,
    bytes_per_second: Option<f64>,
}

fn accept(listener: TcpListener, tls: Option<Arc<ServerConfig>>, service: Arc<Service>) {
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (tls, service) = (tls.clone(), service.clone());
            // How a connection ends is the client's affair.
            std::thread::spawn(move || connection(stream, tls, &service));
        }
    });
}

fn connection(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    service: &Service,
) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    match tls {
        None => serve(stream, service),
        Some(config) => {
            let mut session = ServerConnection::new(config)?;
            session.set_buffer_limit(Some(BATCH));
            let reader = BufReader::with_capacity(BATCH, stream.try_clone()?);
            serve(StreamOwned::new(session, Batched { reader, stream }), service)
        }
    }
}

/// Keeps one body from moving faster than a connection may.
struct Brake {
    bytes_per_second: Option<f64>,
    begun: Instant,
    bytes: f64,
}

impl Brake {
    /// What is moved between two rests.
    const STEP: usize = 64 * 1024;

    fn new(bytes_per_second: Option<f64>) -> Self {
        Self { bytes_per_second, begun: Instant::now(), bytes: 0.0 }
    }

    /// The most to be moved now.
    fn step(&self) -> usize {
        if self.bytes_per_second.is_some() { Self::STEP } else { BATCH }
    }

    /// Waits until so many more bytes may have moved.
    fn rest(&mut self, bytes: usize) {
        let Some(rate) = self.bytes_per_second else { return };
        self.bytes += bytes as f64;
        let due = self.begun + Duration::from_secs_f64(self.bytes / rate);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// Sends at the pace of its connection.
struct Braked<'a, W> {
    wire: &'a mut W,
    brake: Brake,
}

impl<W: Write> Write for Braked<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.brake.bytes_per_second.is_none() {
            return self.wire.write(bytes);
        }
        let step = &bytes[..bytes.len().min(Brake::STEP)];
        self.brake.rest(step.len());
        let written = self.wire.write(step)?;
        self.wire.flush()?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wire.flush()
    }
}

/// The TLS library reads in small pieces; the socket is read in large ones.
struct Batched {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
}

impl Read for Batched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reader.read(into)
    }
}

impl Write for Batched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn write_vectored(&mut self, bytes: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.stream.write_vectored(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn serve(mut wire: impl Read + Write, service: &Service) -> Result<(), Failure> {
    let mut buffer = vec![0; BATCH];
    let mut have = 0;
    loop {
        let (request, head_len) = loop {
            if let Some(found) = reply::Request::parse(&buffer[..have])? {
                break found;
            }
            if have >= HEAD_LIMIT {
                return Err("the head of a request is too long".into());
            }
            let received = wire.read(&mut buffer[have..])?;
            if received == 0 {
                return Ok(());
            }
            have += received;
        };
        // What came with the head is the beginning of the body, or else of the next request.
        let body_here =
            (have - head_len).min(usize::try_from(request.body_len).unwrap_or(usize::MAX));
        let next = head_len + body_here;
        let mut document = Vec::new();
        let keeps = request.is_list();
        if keeps {
            document.extend_from_slice(&buffer[head_len..next]);
        }
        buffer.copy_within(next..have, 0);
        have -= next;
        let mut left = request.body_len - body_here as u64;
        let mut brake = Brake::new(service.bytes_per_second);
        while left > 0 {
            let room = usize::try_from(left).unwrap_or(usize::MAX).min(BATCH - have);
            let room = room.min(brake.step());
            let received = wire.read(&mut buffer[have..have + room])?;
            if received == 0 {
                return Ok(());
            }
            if keeps {
                document.extend_from_slice(&buffer[have..have + received]);
            }
            left -= received as u64;
            brake.rest(received);
        }
        request.note(&document, &service.uploads);
        if !service.first_byte_delay.is_zero() {
            std::thread::sleep(service.first_byte_delay);
        }
        let reply = reply::Reply::to(&request, &service.block, &service.uploads);
        wire.write_all(reply.head.as_bytes())?;
        if let Some(range) = reply.body {
            let brake = Brake::new(service.bytes_per_second);
            service.block.write(range, &mut Braked { wire: &mut wire, brake })?;
        }
        wire.flush()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brake_keeps_to_its_rate_and_lets_all_through() {
        let mut written = Vec::new();
        let begun = Instant::now();
        let brake = Brake::new(Some(10e6));
        let bytes = vec![7; 300_000];
        Braked { wire: &mut written, brake }.write_all(&bytes).unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(30));
        assert_eq!(written, bytes);
    }
}
