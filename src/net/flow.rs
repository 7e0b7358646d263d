//! What flows through an exchange: where the request body comes from, where the response body goes, how long the caller
//! is ready to wait, and when what happened.

use std::fs::File;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{BufMut, Bytes};

use super::{Headers, ResponseHead};
use crate::error::Result;

/// The body of a request. Its length is for the caller to announce in the head.
#[derive(Default)]
pub enum Outgoing {
    #[default]
    Empty,
    /// Pieces of memory, written without being gathered first.
    Bytes(Vec<Bytes>),
    /// A range of a file.
    File { file: Arc<File>, offset: u64, len: u64 },
    /// Pieces that become available over time.
    Stream(Box<dyn OutgoingStream>),
}

/// The next piece of a request body, or None at its end.
pub type NextChunk<'a> = Pin<Box<dyn Future<Output = Result<Option<Bytes>>> + Send + 'a>>;

/// A request body that is made while it is sent.
pub trait OutgoingStream: Send {
    fn next(&mut self) -> NextChunk<'_>;
}

/// The receiver of a response. Any error that it returns ends the exchange with that error and closes the connection.
pub trait Incoming: Send {
    /// The head of the final response; interim responses (1xx) are not shown.
    fn head(&mut self, head: ResponseHead) -> Result<()>;

    /// Where the next bytes of the body go. Asked only when there are more bytes; no room left means that the body is
    /// larger than expected, and ends the exchange with `DEST_COPY_TOO_SMALL`.
    fn room(&mut self) -> Result<&mut dyn BufMut>;

    /// Has `write` put what it likes into the `bytes` bytes of that place, of which it says how many belong to the
    /// body, from the front. None, and nothing done, where there are not so many in one piece, or none that may hold
    /// anything else than the body.
    fn overwrite(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<Option<usize>> {
        let _ = (bytes, write);
        Ok(None)
    }

    /// `bytes` more have been put where [`room`](Self::room) said.
    fn received(&mut self, bytes: usize);

    /// Whether the body of the response whose head has arrived has to wait for [`poll_admitted`](Self::poll_admitted)
    /// before any of it is handed over.
    fn is_held(&self) -> bool {
        false
    }

    /// Ready when a body that is held may be handed over.
    fn poll_admitted(&mut self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Whether the body is likely to be held, so that little should be read with the head.
    fn expects_hold(&self) -> bool {
        false
    }

    /// How many bytes of the body may be received now; waits where that is none.
    fn poll_receivable(&mut self, _cx: &mut Context<'_>) -> Poll<u64> {
        Poll::Ready(u64::MAX)
    }

    /// How many bytes of the request may be sent now; waits where that is none.
    fn poll_sendable(&mut self, _cx: &mut Context<'_>) -> Poll<u64> {
        Poll::Ready(u64::MAX)
    }

    /// `bytes` more of the request, head and body, have gone to the socket.
    fn sent(&mut self, _bytes: u64) {}

    /// Nothing more of the request will be sent.
    fn done_sending(&mut self) {}

    /// The fields after a chunked body, when there are any.
    fn trailers(&mut self, _trailers: Headers) -> Result<()> {
        Ok(())
    }
}

/// How long single steps of one exchange may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deadlines {
    /// From the end of the request to the first byte of the response; 0 waits without end.
    pub first_byte_ms: u32,
}

/// What one exchange came to, and when its steps happened, in nanoseconds of [`crate::clock::monotonic_ns`]; None if
/// they did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    /// Nobody asks when the steps happened: they stay None, and no clock is read.
    pub untimed: bool,
    pub send_start_ns: Option<u64>,
    pub send_end_ns: Option<u64>,
    pub receive_start_ns: Option<u64>,
    pub receive_end_ns: Option<u64>,
    /// It failed because of where the body of the request comes from, and not for anything in the network.
    pub source_failed: bool,
    /// Head and body, before encryption.
    pub bytes_sent: u64,
    /// Head and body, after decryption.
    pub bytes_received: u64,
}
