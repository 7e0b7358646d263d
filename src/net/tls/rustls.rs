//! Sessions by rustls.
//!
//! Its unbuffered interface works on the caller's buffers, so a whole batch of records is opened or sealed between
//! two calls into the kernel. With TLS 1.3 it has done its part when the handshake is over: it would copy each record
//! twice, which [`Traffic`] need not. What is left of a batch, an incomplete record as a rule, is held here until its
//! rest arrives; what has been sealed waits here until the socket takes it.

use std::fmt;
use std::io::IoSlice;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::ServerName;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus,
};
use rustls::{ClientConfig, ProtocolVersion};

use super::offer::Answer;
use super::session::MAX_UNSENT;
use super::traffic::{self, Failure, Traffic};
use super::unsent::Unsent;
use crate::error::{Code, Error, Result};
use crate::net::content::Content;
use crate::net::exchange::Sender;

/// Content of a full record that rustls seals. A little less than there may be, so that not every record's content
/// begins with a page: it is copied to memory that cannot be chosen here, and may begin a few bytes into one (see
/// [`scratch`](crate::net::scratch)).
pub(super) const RECORD: usize = 16 * 1024 - 64;

/// One side of a TLS connection.
pub struct Session {
    stage: Stage,
    words: Arc<Words>,
    /// The first that the server said.
    answer: Option<Answer>,
    /// What both sides speak, from the end of the handshake on.
    protocol: Option<Vec<u8>>,
    held: Vec<u8>,
    /// Of what is held during the handshake, whole records, whose form the session may have changed.
    whole: usize,
    unsent: Unsent,
    peer_closed: bool,
}

/// Who has the keys.
enum Stage {
    /// Until the end of the handshake, and with TLS 1.2 beyond it.
    Rustls(Box<UnbufferedClientConnection>),
    Traffic(Box<Traffic>),
    /// Nobody any more, after a failure.
    Lost,
}

/// What a handshake that failed is told with.
pub struct Words {
    /// Versions and cipher suites.
    pub offered: String,
    /// Whom certificates must come from.
    pub trusted: String,
}

impl Session {
    pub fn new(
        config: Arc<ClientConfig>,
        server: ServerName<'static>,
        words: Arc<Words>,
    ) -> Result<Self> {
        let tls = UnbufferedClientConnection::new(config, server).map_err(negotiation_failure)?;
        Ok(Self {
            stage: Stage::Rustls(Box::new(tls)),
            words,
            answer: None,
            protocol: None,
            held: Vec::new(),
            whole: 0,
            unsent: Unsent::default(),
            peer_closed: false,
        })
    }

    pub fn is_handshaking(&self) -> bool {
        matches!(&self.stage, Stage::Rustls(tls) if tls.is_handshaking())
    }

    pub fn offered(&self) -> &str {
        &self.words.offered
    }

    pub fn peer_closed(&self) -> bool {
        self.peer_closed
    }

    pub fn protocol(&self) -> Option<&[u8]> {
        match &self.stage {
            Stage::Rustls(tls) => tls.alpn_protocol(),
            _ => self.protocol.as_deref(),
        }
    }

    pub fn held(&self) -> &[u8] {
        &self.held
    }

    pub fn holds_ciphertext(&self) -> bool {
        !self.held.is_empty()
    }

    pub fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>; MAX_UNSENT]) -> usize {
        slices[0] = IoSlice::new(self.unsent.as_slice());
        usize::from(self.has_unsent())
    }

    pub fn wrote(&mut self, count: usize) {
        self.unsent.wrote(count);
    }

    pub fn discard_unsent(&mut self) {
        self.unsent.discard();
    }

    /// Nothing happens elsewhere.
    pub fn poll_advance(&mut self, _: &mut Context<'_>) -> Result<()> {
        let mut held = std::mem::take(&mut self.held);
        self.open(&mut held, &mut |_: &[u8]| Ok(()))
    }

    /// Nor is anything given to others.
    pub fn poll_opened(
        &mut self,
        _: &mut Context<'_>,
        _: &mut dyn Content,
    ) -> Poll<Result<Option<usize>>> {
        Poll::Ready(Ok(None))
    }

    pub fn poll_sealed(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    pub fn open(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<()> {
        if self.answer.is_none() && self.is_handshaking() {
            self.answer = Answer::read(batch);
        }
        let mut start = 0;
        if self.is_handshaking() {
            start = self.shake_hands(batch, content)?;
        }
        start += match &mut self.stage {
            Stage::Rustls(_) => self.open_by_rustls(&mut batch[start..], content)?,
            Stage::Traffic(traffic) => {
                let opened = traffic.open(&mut batch[start..], content);
                self.peer_closed = traffic.peer_closed();
                match opened {
                    Ok(length) => length,
                    Err(failure) => {
                        // What follows would open, without what is missing in front of it.
                        self.stage = Stage::Lost;
                        return Err(match failure {
                            Failure::Peer(error) => read_failure(error),
                            Failure::Content(error) => error,
                        });
                    }
                }
            }
            Stage::Lost => return Err(read_failure("the session has failed before")),
        };
        self.held.clear();
        self.held.extend_from_slice(&batch[start..]);
        Ok(())
    }

    /// Goes on with the handshake, record by record: none that follows it is to be seen by the session if somebody else
    /// will have the keys. Returns how much of `batch` has been used up.
    fn shake_hands(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<usize> {
        let (mut start, mut whole) = (0, self.whole);
        loop {
            start += self.open_by_rustls(&mut batch[start..whole], content)?;
            if !self.is_handshaking() {
                // Otherwise it has a part of a message that came too early.
                if start == whole {
                    self.take_keys()?;
                }
                return Ok(start);
            }
            let Some(length) = next_record(&batch[whole..]) else { break };
            whole += length;
        }
        // What is no record does not look like the beginning of one.
        start += self.open_by_rustls(&mut batch[start..], content)?;
        self.whole = whole - start;
        Ok(start)
    }

    /// Has the records protected here from now on, if they are of TLS 1.3.
    fn take_keys(&mut self) -> Result<()> {
        let Stage::Rustls(tls) = std::mem::replace(&mut self.stage, Stage::Lost) else {
            return Ok(());
        };
        if tls.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
            self.stage = Stage::Rustls(tls);
            return Ok(());
        }
        self.protocol = tls.alpn_protocol().map(<[u8]>::to_vec);
        let keys = tls.dangerous_into_kernel_connection().and_then(Traffic::new);
        self.stage = Stage::Traffic(Box::new(keys.map_err(negotiation_failure)?));
        Ok(())
    }

    /// The records, where it is not rustls that has their keys.
    #[cfg(test)]
    pub(super) fn traffic(&mut self) -> Option<&mut Traffic> {
        match &mut self.stage {
            Stage::Traffic(traffic) => Some(traffic),
            _ => None,
        }
    }

    /// Returns how much of `batch` has been used up.
    fn open_by_rustls(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<usize> {
        let mut start = 0;
        loop {
            let Stage::Rustls(tls) = &mut self.stage else { return Ok(start) };
            let UnbufferedStatus { mut discard, state } =
                tls.process_tls_records(&mut batch[start..]);
            let state = match state {
                Ok(state) => state,
                Err(error) => {
                    self.queue_alert(&mut batch[start + discard..]);
                    return Err(self.failure(error));
                }
            };
            let mut blocked = false;
            match state {
                ConnectionState::ReadTraffic(mut traffic) => {
                    while let Some(record) = traffic.next_record() {
                        let record = record.map_err(read_failure)?;
                        discard += record.discard;
                        content.take(record.payload)?;
                    }
                }
                ConnectionState::EncodeTlsData(mut data) => {
                    encode(&mut self.unsent, |room| data.encode(room))?;
                }
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
            if blocked {
                return Ok(start);
            }
        }
    }

    pub fn seal(&mut self, sender: &mut Sender) -> Result<()> {
        self.unsent.reserve_batch(sender.queued(), self.record());
        while let Some(piece) = sender.first() {
            let count = piece.len().min(self.fits());
            if count == 0 {
                break;
            }
            self.seal_piece(&piece[..count])?;
            sender.advance(count);
        }
        Ok(())
    }

    pub fn seal_slice(&mut self, content: &[u8]) -> Result<usize> {
        self.unsent.reserve_batch(content.len(), self.record());
        let count = content.len().min(self.fits());
        if count > 0 {
            self.seal_piece(&content[..count])?;
        }
        Ok(count)
    }

    /// Content of a full record.
    fn record(&self) -> usize {
        if matches!(self.stage, Stage::Traffic(_)) { traffic::RECORD } else { RECORD }
    }

    fn fits(&self) -> usize {
        self.unsent.fits(self.record())
    }

    fn seal_piece(&mut self, content: &[u8]) -> Result<()> {
        if let Stage::Traffic(traffic) = &mut self.stage {
            return traffic.seal(content, &mut self.unsent).map_err(write_failure);
        }
        let Self { stage, held, unsent, .. } = self;
        let Stage::Rustls(tls) = stage else {
            return Err(write_failure("the session has failed before"));
        };
        loop {
            // What is held has been looked at before; the session only wants to see it again.
            let UnbufferedStatus { discard, state } = tls.process_tls_records(held);
            let sealed = match state.map_err(write_failure)? {
                ConnectionState::WriteTraffic(mut traffic) => {
                    append(unsent, |room| match traffic.encrypt(content, room) {
                        Ok(length) => Ok(length),
                        Err(EncryptError::InsufficientSize(short)) => Err(Some(short)),
                        Err(EncryptError::EncryptExhausted) => Err(None),
                    })?;
                    true
                }
                ConnectionState::EncodeTlsData(mut data) => {
                    encode(unsent, |room| data.encode(room))?;
                    false
                }
                ConnectionState::TransmitTlsData(data) => {
                    data.done();
                    false
                }
                other => return Err(write_failure(format!("unexpected state {other:?}"))),
            };
            held.drain(..discard);
            if sealed {
                return Ok(());
            }
        }
    }

    /// After a failure, the alert that tells the server of it. `rest` is the input that was not used up.
    fn queue_alert(&mut self, rest: &mut [u8]) {
        let Stage::Rustls(tls) = &mut self.stage else { return };
        // Once only: what is queued comes first, and behind it the session would look at the bad input again.
        let UnbufferedStatus { state, .. } = tls.process_tls_records(rest);
        if let Ok(ConnectionState::EncodeTlsData(mut data)) = state {
            // An alert that does not get out changes nothing.
            let _ = encode(&mut self.unsent, |room| data.encode(room));
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

/// How long the record at the beginning of `batch` is, if there is all of it.
fn next_record(batch: &[u8]) -> Option<usize> {
    let [_, _, _, high, low, rest @ ..] = batch else { return None };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    (length <= rest.len()).then(|| batch.len() - rest.len() + length)
}

/// Appends a message of the handshake, or an alert.
fn encode(
    unsent: &mut Unsent,
    mut write: impl FnMut(&mut [u8]) -> Result<usize, EncodeError>,
) -> Result<()> {
    append(unsent, |room| match write(room) {
        Ok(length) => Ok(length),
        Err(EncodeError::InsufficientSize(short)) => Err(Some(short)),
        Err(EncodeError::AlreadyEncoded) => Err(None),
    })
}

/// Appends what `write` puts into the room it is given, which grows once to the size it asks for.
fn append(
    unsent: &mut Unsent,
    mut write: impl FnMut(&mut [u8]) -> Result<usize, Option<InsufficientSizeError>>,
) -> Result<()> {
    let mut written = unsent.append(&mut write);
    if let Err(Some(InsufficientSizeError { required_size })) = written {
        unsent.reserve(required_size);
        written = unsent.append(write);
    }
    written.map_err(|_| write_failure("the session cannot seal any more"))
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handshaking = self.is_handshaking();
        f.debug_struct("Session").field("handshaking", &handshaking).finish_non_exhaustive()
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
