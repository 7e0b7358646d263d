//! One TLS session of the host's, as a safe handle.

use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};
use std::io::IoSlice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use super::blocks::allocator;
use super::desk::{Desk, Observer, Stage, heard, on_down, on_setup};
use super::event_loop::EventLoop;
use super::{TlsLoops, TlsOptions};
use crate::crt::call::call_through;
use crate::crt::host::channels as host;
use crate::crt::host::types::aws_channel_options;
use crate::crt::sys::*;
use crate::crt::{Keep, last_error};
use crate::error::{Code, Error, Result};
use crate::log;

/// Says that nothing is left of a desk.
struct End(Arc<AtomicBool>);

impl Observer for End {}

impl Drop for End {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A channel with a TLS handler. It is used by one thread at a time, on whichever that is.
pub struct TlsChannel {
    desk: NonNull<Desk>,
    is_gone: Arc<AtomicBool>,
    event_loop: ManuallyDrop<EventLoop>,
    loops: Arc<TlsLoops>,
    /// Outlives whatever the channel owes the caller.
    keep: Option<Keep>,
    /// A function of the caller's did not come back, and nobody knows what it will do.
    is_abandoned: bool,
}

// SAFETY: the channel and all around it is for one thread at a time, and that is whoever has the handle. What others do
// to a channel goes through the mailbox of its loop.
unsafe impl Send for TlsChannel {}

impl TlsChannel {
    /// Begins a session with that server: its first words wait to be sent. `http1_only`: say what protocol is spoken,
    /// whatever the context says.
    pub fn new(
        loops: &Arc<TlsLoops>,
        options: &TlsOptions,
        server: &str,
        http1_only: bool,
        keep: Keep,
    ) -> Result<Self> {
        let mut options = options.of_connection(server, http1_only)?;
        let event_loop = loops.get()?;
        let listener = options.listener();
        let is_gone = Arc::new(AtomicBool::new(false));
        let end = Box::new(End(is_gone.clone()));
        let desk = Desk::new(allocator(), &raw mut options.0, listener, end);
        heard(&mut options.0, desk);
        let channel_options = aws_channel_options {
            event_loop: event_loop.as_ptr(),
            on_setup_completed: Some(on_setup),
            on_shutdown_completed: Some(on_down),
            setup_user_data: desk.as_ptr().cast(),
            shutdown_user_data: desk.as_ptr().cast(),
            enable_read_back_pressure: false,
        };
        // SAFETY: the loop lives longer than the channel, and the options until it is set up, as it is afterwards.
        let made = event_loop
            .drive(|| unsafe { !host::aws_channel_new(allocator(), &channel_options).is_null() });
        let event_loop = ManuallyDrop::new(event_loop);
        let loops = loops.clone();
        let this = Self { desk, is_gone, event_loop, loops, keep: Some(keep), is_abandoned: false };
        if !made {
            this.desk().fail(last_error().0);
        }
        this.desk().options.set(ptr::null_mut());
        Ok(this)
    }

    fn desk(&self) -> &Desk {
        // SAFETY: it lives until its channel is destroyed, and that is done by `Late`.
        unsafe { self.desk.as_ref() }
    }

    pub fn is_negotiating(&self) -> bool {
        self.desk().stage.get() == Stage::Negotiating
    }

    /// What both sides agreed to speak, if they talked of it.
    pub fn protocol(&self) -> Option<&[u8]> {
        self.desk().protocol.get().map(|protocol| &**protocol).filter(|name| !name.is_empty())
    }

    pub fn peer_closed(&self) -> bool {
        self.desk().peer_closed.get()
    }

    /// Goes on with what others have left to do, and is to be woken when they leave more.
    pub fn poll_advance(&mut self, cx: &mut Context<'_>) -> Result<()> {
        self.event_loop.wake_by(cx.waker());
        self.open(&[], &mut |_| Err(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE.into()))
    }

    /// Takes ciphertext in. Content goes to `take` record by record.
    pub fn open(
        &mut self,
        ciphertext: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let (desk, slot) = (self.desk(), self.desk().left_slot.get());
        let was_negotiating = self.is_negotiating();
        let sent = desk.taking(take, || {
            let sent = self.event_loop.drive(|| {
                if ciphertext.is_empty() || desk.stage.get() == Stage::Closed {
                    return Ok(0);
                }
                // SAFETY: the channel is alive, and its loop driven here.
                unsafe { desk.lender.send(slot, ciphertext, AWS_CHANNEL_DIR_READ) }
            });
            if was_negotiating && desk.stage.get() == Stage::Open && desk.lender.has_kept() {
                // What came behind the handshake waits in the handler until it is given something to look at.
                // SAFETY: as above.
                let _ = self
                    .event_loop
                    .drive(|| unsafe { desk.lender.send(slot, &[], AWS_CHANNEL_DIR_READ) });
            }
            sent
        });
        match sent {
            Ok(0) => {}
            Ok(_) => desk.fail(last_error().0),
            Err(ended) => {
                self.is_abandoned = true;
                return Err(ended.into());
            }
        }
        self.desk().outcome()
    }

    /// Seals all of `content`, which then waits to be sent.
    pub fn seal(&mut self, content: &[u8]) -> Result<()> {
        let desk = self.desk();
        if desk.stage.get() != Stage::Open {
            desk.outcome()?;
            return Err(Code::IO_TLS_ERROR_WRITE_FAILURE.into());
        }
        let slot = desk.right_slot.get();
        let sent = self.event_loop.drive(|| {
            // SAFETY: the channel is alive, and its loop driven here.
            unsafe { desk.lender.send(slot, content, AWS_CHANNEL_DIR_WRITE) }
        });
        match sent {
            Ok(0) => desk.outcome(),
            Ok(_) => Err(Error::new(last_error())),
            Err(ended) => {
                self.is_abandoned = true;
                Err(ended.into())
            }
        }
    }

    /// What is given here is opened here.
    pub fn poll_opened(
        &mut self,
        _: &mut Context<'_>,
        _: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Poll<Result<Option<usize>>> {
        Poll::Ready(Ok(None))
    }

    /// What is given here is sealed here.
    pub fn poll_sealed(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    pub fn hand_over(&mut self) {}

    pub fn is_opening(&self) -> bool {
        false
    }

    /// Whether bytes wait to be sent.
    pub fn has_unsent(&self) -> bool {
        self.desk().unsent.bytes() > 0
    }

    /// What waits to be sent, from the front, as many pieces as there are places. Returns how many that is.
    pub fn unsent<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        self.desk().unsent.slices(slices)
    }

    /// So much of [`unsent`](Self::unsent) has been written.
    pub fn wrote(&mut self, count: usize) {
        self.desk().unsent.wrote(count);
    }

    pub fn discard_unsent(&mut self) {
        self.desk().unsent.discard();
    }

    /// Ends the session. What cannot be ended at once comes back.
    pub fn end(self) -> Option<Late> {
        let mut late = Late { channel: self, farewell: Vec::new() };
        late.channel.discard_unsent();
        late.shut_down();
        if late.is_over() {
            return None;
        }
        if late.channel.is_abandoned {
            log!(
                Warn,
                General,
                "a key operation has ended its thread; if it is not completed, its TLS session stays for ever"
            );
            // Nobody waits for what may never come.
            late.channel.keep = None;
        }
        Some(late)
    }
}

/// A session that nobody uses any more, but that cannot be freed: its key operation has not been answered, or it failed
/// and its TLS library wants nobody to see soon why.
pub struct Late {
    channel: TlsChannel,
    /// What there was to be sent in the end.
    farewell: Vec<u8>,
}

impl Late {
    fn shut_down(&mut self) {
        let desk = self.channel.desk();
        let (channel, error) = (desk.channel.get(), desk.error.get());
        let shut = host::aws_channel_shutdown as unsafe extern "C" fn(_, _) -> _;
        self.channel.event_loop.drive(|| {
            if desk.has_handlers() {
                // SAFETY: the channel is alive, and its loop driven here.
                let _ = unsafe { call_through(shut, (channel, error)) };
            } else {
                // Without handlers there is nothing to shut down.
                desk.is_down.set(true);
            }
        });
    }

    /// Destroys the channel once it is down; whether nothing is left of it.
    fn is_over(&mut self) -> bool {
        let is_gone = |this: &Self| this.channel.is_gone.load(Ordering::Acquire);
        if !is_gone(self) && self.channel.desk().is_down.replace(false) {
            let desk = self.channel.desk();
            desk.unsent.gather(&mut self.farewell);
            let (channel, furnished) = (desk.channel.get(), desk.has_handlers());
            if !channel.is_null() {
                let destroy = host::aws_channel_destroy as unsafe extern "C" fn(_) -> _;
                // SAFETY: it is down, and destroyed once. What is held further is freed later.
                let _ =
                    self.channel.event_loop.drive(|| unsafe { call_through(destroy, (channel,)) });
            }
            if !furnished {
                // SAFETY: no channel has its handlers.
                unsafe { Desk::discard(self.channel.desk) };
            }
        }
        is_gone(self)
    }

    /// Ready with the last words of the session when nothing is left of it.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<Vec<u8>> {
        self.channel.event_loop.wake_by(cx.waker());
        self.channel.event_loop.drive(|| ());
        if self.is_over() { Poll::Ready(std::mem::take(&mut self.farewell)) } else { Poll::Pending }
    }

    /// When to look again.
    pub fn due(&self) -> Option<Duration> {
        self.channel.event_loop.due()
    }

    /// Waits for nothing but what the caller owes.
    pub fn hurry(&mut self) {
        self.channel.event_loop.hurry();
    }
}

impl Drop for TlsChannel {
    fn drop(&mut self) {
        if self.is_gone.load(Ordering::Acquire) {
            // SAFETY: taken once, here.
            self.loops.put(unsafe { ManuallyDrop::take(&mut self.event_loop) });
        }
        // Otherwise somebody may still leave a task there, and the loop has to stay.
        drop(self.keep.take());
    }
}
