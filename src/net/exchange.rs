//! One request and its response over a link.
//!
//! Both directions are driven by one task: the request is written while the response is watched for, so a server that
//! answers before it has read everything is heard, and one that goes away is noticed. The exchange ends when the
//! response is complete (and, if it tells of success, the request as well), when something fails, or when one of its
//! clocks has run out.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use super::link::Link;
use super::{Deadlines, Monitoring, Stamps};
use crate::clock::monotonic_ns;
use crate::error::{Code, Error, Result};

mod receiver;
mod sender;
mod watch;

pub use receiver::Receiver;
#[cfg(test)]
pub use sender::BLOCKS_READ;
pub use sender::{MAX_PIECES, Sender};
use watch::Watch;

/// How often one exchange reads and writes before others on its worker have their turn.
const TURNS: usize = 16;

/// How an exchange has ended that did not fail.
pub struct Ended {
    /// The link can serve another one.
    pub reusable: bool,
    /// More came than belongs to the response.
    pub surplus: bool,
}

/// Both directions of one exchange.
pub struct Exchange<'a> {
    pub link: &'a mut Link,
    pub sender: Sender,
    pub receiver: Receiver<'a>,
    pub stamps: &'a mut Stamps,
    sending: bool,
    /// More may move only after a while, because that is the caller's limit.
    limited: bool,
    /// Why sending stopped early; the verdict unless the server said something better.
    write_failure: Option<Error>,
}

impl<'a> Exchange<'a> {
    pub fn new(
        link: &'a mut Link,
        sender: Sender,
        receiver: Receiver<'a>,
        stamps: &'a mut Stamps,
    ) -> Self {
        Self { link, sender, receiver, stamps, sending: true, limited: false, write_failure: None }
    }

    /// Runs to the end of the response.
    pub async fn run(
        mut self,
        monitoring: Option<Monitoring>,
        deadlines: &Deadlines,
    ) -> Result<Ended> {
        self.stamps.send_start_ns = self.now_ns();
        let mut watch = pin!(Watch::new(monitoring, deadlines));
        let outcome = poll_fn(|cx| match self.poll(cx) {
            Poll::Pending => {
                let held = self.receiver.is_held() || self.limited;
                let starved = self.sender.is_starved() || held;
                let moved = self.link.moved();
                let awaits_first_byte = !self.sending && self.receiver.received() == 0;
                // What lies in the socket uncalled for is no progress yet, and no standstill either.
                let starved = starved || self.link.is_patient();
                let polled = watch.as_mut().poll(cx, moved, starved, awaits_first_byte);
                if watch.as_mut().take_slow() {
                    self.link.lose_patience();
                }
                polled
            }
            ready => ready,
        })
        .await;
        self.stamps.bytes_sent = self.sender.sent();
        self.stamps.bytes_received = self.receiver.received();
        outcome?;
        self.stamps.receive_end_ns = self.now_ns();
        let reusable =
            self.receiver.is_reusable() && self.sender.is_empty() && self.link.is_quiet();
        Ok(Ended { reusable, surplus: self.receiver.has_surplus() })
    }

    fn now_ns(&self) -> Option<u64> {
        (!self.stamps.untimed).then(monotonic_ns)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.limited = false;
        for _ in 0..TURNS {
            let (was_sending, sent_before) = (self.sending, self.sender.sent());
            let sent = self.poll_send(cx)?;
            let received = !self.receiver.is_complete() && self.poll_receive(cx)?;
            // A server that refuses need not hear the rest of the request; one that says yes early has to.
            let accepted = self.receiver.is_accepted();
            if self.receiver.has_head() && !accepted {
                self.sending = false;
            }
            if was_sending {
                self.receiver.sent(self.sender.sent() - sent_before, !self.sending);
            }
            if self.receiver.is_complete() && !self.sending {
                return Poll::Ready(match self.write_failure.take() {
                    Some(cause) if accepted => Err(cause),
                    _ => Ok(()),
                });
            }
            if !sent && !received {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sends what can be sent now. Only the source of the body can make it fail.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        if !self.sending && self.link.is_quiet() {
            return Ok(false);
        }
        let file_is_next = self.link.sends_files() && self.sender.next_file().is_some();
        if self.sending && !self.link.has_unsent() && !file_is_next {
            match self.sender.poll_piece(cx) {
                Poll::Pending => return Ok(false),
                Poll::Ready(piece) => piece.inspect_err(|_| self.stamps.source_failed = true)?,
            }
        }
        if self.sending {
            match self.receiver.poll_sendable(cx) {
                Poll::Pending => {
                    self.limited = true;
                    return Ok(false);
                }
                Poll::Ready(most) => self.sender.allow(most),
            }
        }
        let written = match self.link.poll_send(cx, self.sending.then_some(&mut self.sender)) {
            Poll::Pending => return Ok(false),
            Poll::Ready(written) => written,
        };
        if let Err(error) = written {
            self.sending = false;
            self.write_failure = Some(self.sender.reason(error));
            self.link.give_up_sending();
            return Ok(true);
        }
        if self.sending && self.sender.is_empty() && !self.link.has_unsent() {
            self.sender.verify().inspect_err(|_| self.stamps.source_failed = true)?;
            self.sending = false;
            self.stamps.send_end_ns = self.now_ns();
        }
        Ok(true)
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        if self.receiver.poll_held(cx)?.is_pending() {
            return Ok(false);
        }
        if self.receiver.is_complete() {
            return Ok(true);
        }
        if self.receiver.poll_allowed(cx).is_pending() {
            self.limited = true;
            return Ok(false);
        }
        let first = self.stamps.receive_start_ns.is_none();
        let polled = self.link.poll_receive(cx, &mut self.receiver);
        if first && self.receiver.received() > 0 {
            self.stamps.receive_start_ns = self.now_ns();
        }
        match polled {
            Poll::Pending => Ok(false),
            Poll::Ready(Ok(())) => Ok(true),
            Poll::Ready(Err(error)) => {
                // What the server said before it closed the connection goes before how that broke.
                let silent =
                    self.receiver.received() == 0 && error.code() == Code::IO_SOCKET_CLOSED;
                Err(self.write_failure.take().filter(|_| silent).unwrap_or(error))
            }
        }
    }
}
