//! One TLS session of the host's on an event loop of the program's, as a safe handle.
//!
//! Used like the one that the owner drives, but what is given to it comes back later.

use core::mem::take;
use core::ptr::NonNull;
use std::io::IoSlice;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::TlsOptions;
use super::desk::{Desk, Stage, heard, on_down, on_setup, outcome};
use super::exchange::{Attendant, Buffers, Exchange, State, Status};
use crate::crt::host::types::aws_channel_options;
use crate::crt::host::{aws_default_allocator, channels as host};
use crate::crt::sys::aws_event_loop;
use crate::crt::{EventLoopGroup, Keep, last_error};
use crate::error::{Code, Error, Result};
use crate::log;

/// How long a session that failed is kept, so that nobody sees soon why: as s2n wants it.
const HELD_MS: core::ops::Range<u64> = 10_000..30_000;

/// The event loops of the program, and the memory of batches on their way there and back.
#[derive(Default)]
pub struct TlsLoops {
    group: Option<EventLoopGroup>,
    buffers: Arc<Buffers>,
}

impl TlsLoops {
    pub fn of(group: &EventLoopGroup) -> Self {
        Self { group: Some(group.clone()), buffers: Arc::default() }
    }

    /// Fails where the host's channels are not those that `crate::crt::host::types` describes: the build has found out.
    fn next(&self) -> Result<NonNull<aws_event_loop>> {
        if cfg!(foreign_channels) {
            let cause = "this aws-c-io is too different for its TLS contexts to be used";
            return Err(Error::new(Code::UNSUPPORTED_OPERATION).because(cause).lasting());
        }
        let group = self.group.as_ref().ok_or(Code::INVALID_STATE)?;
        // SAFETY: the group is alive.
        let event_loop = unsafe { host::aws_event_loop_group_get_next_loop(group.as_ptr()) };
        NonNull::new(event_loop).ok_or(Code::INVALID_STATE.into())
    }
}

/// A channel with a TLS handler. It is used by one thread at a time, on whichever that is.
pub struct TlsChannel {
    exchange: Arc<Exchange>,
    status: Status,
    protocol: Option<Box<[u8]>>,
    /// Ciphertext of which so much has been written.
    unsent: Vec<u8>,
    written: usize,
    /// The length of the ciphertext that is being opened.
    opening: Option<usize>,
    /// Content that is to be handed over.
    content: Vec<u8>,
    is_sealing: bool,
}

impl TlsChannel {
    /// Begins a session with that server. `http1_only`: say what protocol is spoken, whatever the context says.
    pub fn new(
        loops: &Arc<TlsLoops>,
        options: &TlsOptions,
        server: &str,
        http1_only: bool,
        keep: Keep,
    ) -> Result<Self> {
        let event_loop = loops.next()?;
        let options = options.of_connection(server, http1_only)?;
        let listener = options.listener();
        let options = NonNull::from(Box::leak(Box::new(options)));
        let exchange = Exchange::new(event_loop, loops.clone(), loops.buffers.clone(), keep);
        // What a loop keeps of a channel may outlive this library.
        // SAFETY: always callable.
        let allocator = unsafe { aws_default_allocator() };
        // SAFETY: only the address is taken.
        let raw = unsafe { &raw mut (*options.as_ptr()).0 };
        let attendant = Box::new(Attendant { exchange: exchange.clone(), options });
        let desk = Desk::new(allocator, raw, listener, attendant);
        // SAFETY: nobody else uses the options before there is a channel.
        heard(unsafe { &mut *raw }, desk);
        exchange.attend(desk);
        let channel_options = aws_channel_options {
            event_loop: event_loop.as_ptr(),
            on_setup_completed: Some(on_setup),
            on_shutdown_completed: Some(on_down),
            setup_user_data: desk.as_ptr().cast(),
            shutdown_user_data: desk.as_ptr().cast(),
            enable_read_back_pressure: false,
        };
        // SAFETY: the loop lives for as long as its group, which the exchange holds, and the options as the desk.
        if unsafe { host::aws_channel_new(allocator, &channel_options) }.is_null() {
            let error = last_error();
            // SAFETY: there is no channel.
            unsafe { Desk::discard(desk) };
            return Err(Error::new(error));
        }
        let status = exchange.state.lock().status;
        Ok(Self {
            exchange,
            status,
            protocol: None,
            unsent: Vec::new(),
            written: 0,
            opening: None,
            content: Vec::new(),
            is_sealing: false,
        })
    }

    pub fn is_negotiating(&self) -> bool {
        self.status.stage == Stage::Negotiating
    }

    /// What both sides agreed to speak, if they talked of it.
    pub fn protocol(&self) -> Option<&[u8]> {
        self.protocol.as_deref().filter(|name| !name.is_empty())
    }

    /// Not before all that came before has been taken.
    pub fn peer_closed(&self) -> bool {
        self.status.peer_closed && !self.is_opening()
    }

    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Takes over what the loop has left, and is to be woken when it leaves more.
    fn look(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let mut state = self.exchange.state.lock();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            state.waker = Some(cx.waker().clone());
        }
        let State { status, is_sealing, ended, .. } = *state;
        if self.protocol.is_none() {
            self.protocol = state.protocol.take();
        }
        let mut left = Vec::new();
        if self.unsent.is_empty() {
            left = core::mem::replace(&mut self.unsent, take(&mut state.ciphertext));
        }
        drop(state);
        self.exchange.buffers.put(left);
        self.status = status;
        self.is_sealing = is_sealing;
        ended.map_or_else(|| outcome(status.error), |ended| Err(ended.into()))
    }

    /// Sees how far the session is, and is to be woken when it has come further.
    pub fn poll_advance(&mut self, cx: &mut Context<'_>) -> Result<()> {
        self.look(cx)
    }

    /// Waits for what is being opened. Its content goes to `take`.
    pub fn poll_opened(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Poll<Result<Option<usize>>> {
        let seen = self.look(cx);
        let Some(length) = self.opening else { return Poll::Ready(seen.map(|()| None)) };
        let mut state = self.exchange.state.lock();
        if state.is_opening && seen.is_ok() {
            return Poll::Pending;
        }
        let content = std::mem::take(&mut state.content);
        drop(state);
        self.opening = None;
        let taken = if content.is_empty() { Ok(()) } else { take(&content) };
        self.exchange.buffers.put(content);
        taken.and(seen)?;
        Poll::Ready(Ok(Some(length)))
    }

    /// Waits for what is being sealed.
    pub fn poll_sealed(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let seen = self.look(cx);
        if !self.unsent.is_empty() {
            return Poll::Ready(Ok(()));
        }
        seen?;
        if self.is_sealing { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    /// Leaves ciphertext to be opened. Content goes to whoever waits for it.
    pub fn open(
        &mut self,
        ciphertext: &[u8],
        _: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        if ciphertext.is_empty() || self.status.stage == Stage::Closed {
            return outcome(self.status.error);
        }
        let mut batch = self.exchange.buffers.get();
        batch.extend_from_slice(ciphertext);
        self.opening = Some(batch.len());
        self.exchange.order(|state| {
            state.is_opening = true;
            state.orders.open = Some(batch);
        });
        Ok(())
    }

    /// Takes `content` to be sealed when it is [handed over](Self::hand_over).
    pub fn seal(&mut self, content: &[u8]) -> Result<()> {
        if self.status.stage != Stage::Open {
            outcome(self.status.error)?;
            return Err(Code::IO_TLS_ERROR_WRITE_FAILURE.into());
        }
        if self.content.is_empty() {
            self.content = self.exchange.buffers.get();
        }
        self.content.extend_from_slice(content);
        Ok(())
    }

    pub fn hand_over(&mut self) {
        if self.content.is_empty() {
            return;
        }
        let content = take(&mut self.content);
        self.is_sealing = true;
        self.exchange.order(|state| {
            state.is_sealing = true;
            state.orders.seal = Some(content);
        });
    }

    /// Whether bytes are being sealed, or wait to be sent.
    pub fn has_unsent(&self) -> bool {
        self.is_sealing || !self.unsent.is_empty()
    }

    /// What waits to be sent. Returns how many pieces that is.
    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        slices[0] = IoSlice::new(&self.unsent[self.written..]);
        usize::from(!self.unsent.is_empty())
    }

    /// So much of [`unsent`](Self::unsent) has been written.
    pub fn wrote(&mut self, count: usize) {
        self.written += count;
        if self.written == self.unsent.len() {
            self.written = 0;
            self.exchange.buffers.put(take(&mut self.unsent));
        }
    }

    pub fn discard_unsent(&mut self) {
        let mut state = self.exchange.state.lock();
        state.is_discarding = state.is_sealing;
        state.ciphertext.clear();
        drop(state);
        self.is_sealing = false;
        self.wrote(self.unsent.len() - self.written);
    }

    /// Ends the session. What is to be kept for a while comes back.
    pub fn end(self) -> Option<Late> {
        let failed = self.status.error != 0;
        let mut keep = None;
        self.exchange.order(|state| {
            state.orders.end = true;
            state.orders.let_go = !failed;
            state.waker = None;
            if state.ended.is_some() {
                // Nobody waits for what may never come.
                keep = state.keep.take();
            }
        });
        if keep.is_some() {
            log!(
                Warn,
                General,
                "a key operation has ended its thread; if it is not completed, its TLS session stays for ever"
            );
        }
        failed.then(|| {
            let until = Instant::now() + Duration::from_millis(fastrand::u64(HELD_MS));
            Late { exchange: self.exchange.clone(), until }
        })
    }
}

/// A session that failed, and that nobody uses any more.
pub struct Late {
    exchange: Arc<Exchange>,
    until: Instant,
}

impl Late {
    /// Ready when it may go, with nothing that would still have to be sent.
    pub fn poll_over(&mut self, _: &mut Context<'_>) -> Poll<Vec<u8>> {
        if self.until > Instant::now() { Poll::Pending } else { Poll::Ready(Vec::new()) }
    }

    /// When to look again.
    pub fn due(&self) -> Option<Duration> {
        Some(self.until.saturating_duration_since(Instant::now()))
    }

    /// Waits no longer.
    pub fn hurry(&mut self) {
        self.until = Instant::now();
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        self.exchange.order(|state| state.orders.let_go = true);
    }
}
