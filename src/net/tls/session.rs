//! A TLS session over memory: ciphertext in, content out, and the reverse. What makes it is one of two engines.

use std::io::IoSlice;
use std::task::{Context, Poll};

use super::rustls;
use crate::error::Result;
use crate::net::content::Content;
use crate::net::exchange::Sender;
use crate::net::transport::Transport;

/// Pieces of ciphertext that one vectored write takes at most.
pub const MAX_UNSENT: usize = 64;

/// One side of a TLS connection.
pub enum Session {
    /// Where the choice is ours.
    Rustls(Box<rustls::Session>),
    /// Where the caller's context is another library's.
    #[cfg(not(feature = "embedded-crt"))]
    Host(super::host::Session),
}

/// The same question to whichever engine it is.
macro_rules! ask {
    ($session:expr, $engine:pat => $answer:expr) => {
        match $session {
            Session::Rustls($engine) => $answer,
            #[cfg(not(feature = "embedded-crt"))]
            Session::Host($engine) => $answer,
        }
    };
}

impl Session {
    pub fn is_handshaking(&self) -> bool {
        ask!(self, engine => engine.is_handshaking())
    }

    /// What both sides agreed to speak, if they talked of it.
    pub fn protocol(&self) -> Option<&[u8]> {
        ask!(self, engine => engine.protocol())
    }

    /// What the server was offered to speak, in words, if that is known.
    pub fn offered(&self) -> Option<&str> {
        match self {
            Self::Rustls(session) => Some(session.offered()),
            #[cfg(not(feature = "embedded-crt"))]
            Self::Host(_) => None,
        }
    }

    pub fn peer_closed(&self) -> bool {
        ask!(self, engine => engine.peer_closed())
    }

    /// Ciphertext that came in, could not be opened yet and is to be in front of the next.
    pub fn held(&self) -> &[u8] {
        ask!(self, engine => engine.held())
    }

    /// Whether bytes have been given here and not been written.
    pub fn has_unsent(&self) -> bool {
        ask!(self, engine => engine.has_unsent())
    }

    /// Ciphertext that is ready to be written. Returns how many pieces that is.
    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>; MAX_UNSENT]) -> usize {
        ask!(self, engine => engine.unsent(slices))
    }

    /// So much of [`unsent`](Self::unsent) has been written.
    pub fn wrote(&mut self, count: usize) {
        ask!(self, engine => engine.wrote(count));
    }

    pub fn discard_unsent(&mut self) {
        ask!(self, engine => engine.discard_unsent());
    }

    /// Goes as far as possible without new input. What happens elsewhere wakes whoever polls.
    pub fn poll_advance(&mut self, cx: &mut Context<'_>) -> Result<()> {
        ask!(self, engine => engine.poll_advance(cx))
    }

    /// Waits for a batch that [`open`](Self::open) has left to another thread: ready with its length when its content
    /// has been taken, and with None if there is none. Nothing is to be opened before.
    pub fn poll_opened(
        &mut self,
        cx: &mut Context<'_>,
        content: &mut dyn Content,
    ) -> Poll<Result<Option<usize>>> {
        ask!(self, engine => engine.poll_opened(cx, content))
    }

    /// Waits for what has been left to another thread to be sealed.
    pub fn poll_sealed(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ask!(self, engine => engine.poll_sealed(cx))
    }

    /// Opens the records in `batch`, which begins with what was held. What was in them goes to `content`.
    pub fn open(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<()> {
        ask!(self, engine => engine.open(batch, content))
    }

    /// Seals a batch from the front of `sender`.
    pub fn seal(&mut self, sender: &mut Sender) -> Result<()> {
        ask!(self, engine => engine.seal(sender))
    }

    /// Seals a batch from the front of `content` and says how much of it that is.
    pub fn seal_slice(&mut self, content: &[u8]) -> Result<usize> {
        ask!(self, engine => engine.seal_slice(content))
    }

    /// Whether ciphertext has come that is not opened yet: the beginning of a record, as a rule.
    pub fn holds_ciphertext(&self) -> bool {
        ask!(self, engine => engine.holds_ciphertext())
    }

    /// Whether all that came in has been opened, and more may come.
    pub fn is_at_rest(&self) -> bool {
        !self.holds_ciphertext() && !self.peer_closed()
    }

    /// Ends a session that has failed. An engine may want to keep the connection open for a while.
    pub fn retire(self, io: Transport) {
        match self {
            Self::Rustls(_) => drop(io),
            #[cfg(not(feature = "embedded-crt"))]
            Self::Host(session) => session.retire(io),
        }
    }
}
