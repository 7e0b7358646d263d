//! Sessions by rustls.
//!
//! Its unbuffered interface works on the caller's buffers, so a whole batch of records is opened or sealed between
//! two calls into the kernel. What is left of a batch, an incomplete record as a rule, is held here until its rest
//! arrives; what has been sealed waits here until the socket takes it.

use std::fmt;
use std::io::IoSlice;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::{ClientConnectionData, UnbufferedClientConnection};
use rustls::pki_types::ServerName;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncodeTlsData, EncryptError, InsufficientSizeError,
    UnbufferedStatus,
};
use rustls::{ClientConfig, ProtocolVersion};

use super::offer::Answer;
use super::session::MAX_UNSENT;
use crate::error::{Code, Error, Result};
use crate::net::exchange::Sender;
use crate::net::scratch;

/// Content of a full record. A little less than there may be, so that not every record's content begins with a page: it
/// is copied to memory that cannot be chosen here, and may begin a few bytes into one (see [`scratch`]).
pub(super) const RECORD: usize = 16 * 1024 - 64;

/// What a record is longer than its content, at most.
const OVERHEAD: usize = 64;

/// Ciphertext that one batch seals.
const SEAL_BATCH: usize = 16 * (RECORD + OVERHEAD);

/// One side of a TLS connection.
pub struct Session {
    tls: UnbufferedClientConnection,
    words: Arc<Words>,
    /// The first that the server said.
    answer: Option<Answer>,
    held: Vec<u8>,
    unsent: Unsent,
    peer_closed: bool,
}

/// What a handshake that failed is told with.
pub struct Words {
    /// Versions and cipher suites.
    pub offered: String,
    /// Whom certificates must come from.
    pub trusted: String,
}

/// Ciphertext between `start` and `end` of a buffer that is larger.
#[derive(Default)]
struct Unsent {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Session {
    pub fn new(
        config: Arc<ClientConfig>,
        server: ServerName<'static>,
        words: Arc<Words>,
    ) -> Result<Self> {
        let tls = UnbufferedClientConnection::new(config, server).map_err(negotiation_failure)?;
        let (held, unsent) = (Vec::new(), Unsent::default());
        Ok(Self { tls, words, answer: None, held, unsent, peer_closed: false })
    }

    pub fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    pub fn offered(&self) -> &str {
        &self.words.offered
    }

    pub fn peer_closed(&self) -> bool {
        self.peer_closed
    }

    pub fn protocol(&self) -> Option<&[u8]> {
        self.tls.alpn_protocol()
    }

    fn version(&self) -> Option<ProtocolVersion> {
        self.tls.protocol_version()
    }

    pub fn held(&self) -> &[u8] {
        &self.held
    }

    pub fn holds_ciphertext(&self) -> bool {
        !self.held.is_empty()
    }

    pub fn has_unsent(&self) -> bool {
        self.unsent.start < self.unsent.end
    }

    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>; MAX_UNSENT]) -> usize {
        slices[0] = IoSlice::new(&self.unsent.buffer[self.unsent.start..self.unsent.end]);
        usize::from(self.has_unsent())
    }

    pub fn wrote(&mut self, count: usize) {
        self.unsent.start += count;
        if self.unsent.start == self.unsent.end {
            self.discard_unsent();
        }
    }

    pub fn discard_unsent(&mut self) {
        scratch::put_back(std::mem::take(&mut self.unsent).buffer);
    }

    /// Nothing happens elsewhere.
    pub fn poll_advance(&mut self, _: &mut Context<'_>) -> Result<()> {
        let mut held = std::mem::take(&mut self.held);
        self.open(&mut held, &mut |_| Ok(()))
    }

    /// Nor is anything given to others.
    pub fn poll_opened(
        &mut self,
        _: &mut Context<'_>,
        _: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Poll<Result<Option<usize>>> {
        Poll::Ready(Ok(None))
    }

    pub fn poll_sealed(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    pub fn open(
        &mut self,
        batch: &mut [u8],
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        if self.answer.is_none() && self.is_handshaking() {
            self.answer = Answer::read(batch);
        }
        let mut start = 0;
        let mut blocked = false;
        while !blocked {
            let UnbufferedStatus { mut discard, state } =
                self.tls.process_tls_records(&mut batch[start..]);
            let state = match state {
                Ok(state) => state,
                Err(error) => {
                    self.queue_alert(&mut batch[start + discard..]);
                    return Err(self.failure(error));
                }
            };
            match state {
                ConnectionState::ReadTraffic(mut traffic) => {
                    while let Some(record) = traffic.next_record() {
                        let record = record.map_err(read_failure)?;
                        discard += record.discard;
                        take(record.payload)?;
                    }
                }
                ConnectionState::EncodeTlsData(mut data) => self.unsent.encode(&mut data)?,
                ConnectionState::TransmitTlsData(data) => data.done(),
                ConnectionState::PeerClosed => self.peer_closed = true,
                ConnectionState::WriteTraffic(_)
                | ConnectionState::BlockedHandshake
                | ConnectionState::Closed => {
                    blocked = true;
                }
                other => return Err(negotiation_failure(format!("unexpected state {other:?}"))),
            }
            start += discard;
        }
        self.held.clear();
        self.held.extend_from_slice(&batch[start..]);
        Ok(())
    }

    pub fn seal(&mut self, sender: &mut Sender) -> Result<()> {
        self.unsent.reserve(SEAL_BATCH);
        while let Some(piece) = sender.first() {
            let fits = self.unsent.fits();
            if fits == 0 {
                break;
            }
            let content = piece.slice(..piece.len().min(fits));
            self.seal_piece(&content)?;
            sender.advance(content.len());
        }
        Ok(())
    }

    pub fn seal_slice(&mut self, content: &[u8]) -> Result<usize> {
        self.unsent.reserve(SEAL_BATCH);
        let count = content.len().min(self.unsent.fits());
        if count > 0 {
            self.seal_piece(&content[..count])?;
        }
        Ok(count)
    }

    fn seal_piece(&mut self, content: &[u8]) -> Result<()> {
        loop {
            // What is held has been looked at before; the session only wants to see it again.
            let UnbufferedStatus { discard, state } = self.tls.process_tls_records(&mut self.held);
            let sealed = match state.map_err(write_failure)? {
                ConnectionState::WriteTraffic(mut traffic) => {
                    self.unsent.append(|room| match traffic.encrypt(content, room) {
                        Ok(length) => Ok(length),
                        Err(EncryptError::InsufficientSize(short)) => Err(Some(short)),
                        Err(EncryptError::EncryptExhausted) => Err(None),
                    })?;
                    true
                }
                ConnectionState::EncodeTlsData(mut data) => {
                    self.unsent.encode(&mut data)?;
                    false
                }
                ConnectionState::TransmitTlsData(data) => {
                    data.done();
                    false
                }
                other => return Err(write_failure(format!("unexpected state {other:?}"))),
            };
            self.held.drain(..discard);
            if sealed {
                return Ok(());
            }
        }
    }

    /// After a failure, the alert that tells the server of it. `rest` is the input that was not used up.
    fn queue_alert(&mut self, rest: &mut [u8]) {
        // Once only: what is queued comes first, and behind it the session would look at the bad input again.
        let UnbufferedStatus { state, .. } = self.tls.process_tls_records(rest);
        if let Ok(ConnectionState::EncodeTlsData(mut data)) = state {
            // An alert that does not get out changes nothing.
            let _ = self.unsent.encode(&mut data);
        }
    }

    fn failure(&self, error: rustls::Error) -> Error {
        match error {
            rustls::Error::InvalidCertificate(_) => {
                negotiation_failure(format!("{error}; trusted: {}", self.words.trusted))
            }
            error if self.is_handshaking() => negotiation_failure(match self.answer {
                Some(answer) => {
                    let offered = &self.words.offered;
                    format!("{error}; offered {offered}; the server answered with {answer}")
                }
                None => error.to_string(),
            }),
            error => read_failure(error),
        }
    }
}

impl Unsent {
    /// Makes room for `length` bytes behind what is there.
    fn reserve(&mut self, length: usize) {
        if self.buffer.is_empty() {
            self.buffer = scratch::borrow();
        }
        if self.buffer.len() < self.end + length {
            self.buffer.resize(self.end + length, 0);
        }
    }

    /// Content that fits as full records, or as one that is not full.
    fn fits(&self) -> usize {
        let room = self.buffer.len() - self.end;
        let records = room / (RECORD + OVERHEAD);
        if records > 0 { records * RECORD } else { room.saturating_sub(OVERHEAD) }
    }

    /// Appends a message of the handshake, or an alert.
    fn encode(&mut self, data: &mut EncodeTlsData<'_, ClientConnectionData>) -> Result<()> {
        self.append(|room| match data.encode(room) {
            Ok(length) => Ok(length),
            Err(EncodeError::InsufficientSize(short)) => Err(Some(short)),
            Err(EncodeError::AlreadyEncoded) => Err(None),
        })
    }

    /// Appends what `write` puts into the room it is given, which grows once to the size it asks for.
    fn append(
        &mut self,
        mut write: impl FnMut(&mut [u8]) -> Result<usize, Option<InsufficientSizeError>>,
    ) -> Result<()> {
        let mut written = write(&mut self.buffer[self.end..]);
        if let Err(Some(InsufficientSizeError { required_size })) = written {
            self.reserve(required_size);
            written = write(&mut self.buffer[self.end..]);
        }
        match written {
            Ok(length) => {
                self.end += length;
                Ok(())
            }
            Err(_) => Err(write_failure("the session cannot seal any more")),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.discard_unsent();
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("version", &self.version()).finish_non_exhaustive()
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn negotiation_failure(cause: impl Into<Cause>) -> Error {
    Error::new(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE).because(cause)
}

fn read_failure(cause: impl Into<Cause>) -> Error {
    Error::new(Code::IO_TLS_ERROR_READ_FAILURE).because(cause)
}

fn write_failure(cause: impl Into<Cause>) -> Error {
    Error::new(Code::IO_TLS_ERROR_WRITE_FAILURE).because(cause)
}
