//! What the owner of a session and the event loop of the program's that it is on leave for each other.
//!
//! The owner leaves orders, a batch at most in either direction, and one task that follows them; the loop leaves what
//! came of them, and wakes the owner. The channel and its desk are for the thread of the loop alone.

use core::ffi::{c_int, c_void};
use core::mem::take;
use core::ptr::{self, NonNull};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::task::Waker;

use super::desk::{Desk, Observer, Passage, Stage};
use super::options::Copied;
use super::remote::TlsLoops;
use crate::crt::call::{Ended, call_through, take_ended};
use crate::crt::guard::guarded;
use crate::crt::host::aws_event_loop_schedule_task_now;
use crate::crt::host::channels as host;
use crate::crt::sys::*;
use crate::crt::{Keep, last_error};
use crate::sync::Mutex;

/// Buffers that are kept between two batches.
const KEPT: usize = 16;

/// Memory of batches on their way.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    pub fn get(&self) -> Vec<u8> {
        self.0.lock().pop().unwrap_or_default()
    }

    pub fn put(&self, mut buffer: Vec<u8>) {
        let mut kept = self.0.lock();
        if kept.len() < KEPT && buffer.capacity() > 0 {
            buffer.clear();
            kept.push(buffer);
        }
    }
}

/// See the [module](self).
pub(super) struct Exchange {
    event_loop: NonNull<aws_event_loop>,
    pub state: Mutex<State>,
    pub buffers: Arc<Buffers>,
    /// NULL before there is one, and when it is gone.
    desk: AtomicPtr<Desk>,
    task: UnsafeCell<aws_task>,
    side: Side,
}

// SAFETY: the task is the loop's between being scheduled and run, and whoever may schedule it has `is_posted` from the
// lock; what is on the loop's side is used on its thread alone.
unsafe impl Send for Exchange {}
// SAFETY: as above.
unsafe impl Sync for Exchange {}

/// What both sides see.
pub(super) struct State {
    pub orders: Orders,
    /// The task is on its way.
    is_posted: bool,
    pub waker: Option<Waker>,
    pub status: Status,
    pub protocol: Option<Box<[u8]>>,
    /// Content that has come.
    pub content: Vec<u8>,
    /// Ciphertext to be sent.
    pub ciphertext: Vec<u8>,
    pub is_opening: bool,
    pub is_sealing: bool,
    /// Nobody wants what is being sealed.
    pub is_discarding: bool,
    /// A function of the caller's did not come back.
    pub ended: Option<Ended>,
    /// Nothing is left of the channel.
    pub is_gone: bool,
    /// With them the event loop.
    loops: Option<Arc<TlsLoops>>,
    /// Outlives whatever the channel owes the caller.
    pub keep: Option<Keep>,
}

#[derive(Default)]
pub(super) struct Orders {
    /// Ciphertext to open.
    pub open: Option<Vec<u8>>,
    /// Content to seal.
    pub seal: Option<Vec<u8>>,
    /// Look at what came behind the handshake.
    look: bool,
    /// See whether the end goes on.
    turn: bool,
    pub end: bool,
    /// Hold nothing back any more.
    pub let_go: bool,
}

/// How a session is.
#[derive(Clone, Copy)]
pub(super) struct Status {
    pub stage: Stage,
    pub error: c_int,
    pub peer_closed: bool,
}

/// What only the thread of the loop uses.
#[derive(Default)]
struct Side {
    /// Orders are being followed; what comes of them is told in the end.
    is_working: Cell<bool>,
    has_looked: Cell<bool>,
    content: RefCell<Vec<u8>>,
    is_ending: Cell<bool>,
    is_shut: Cell<bool>,
    is_destroyed: Cell<bool>,
    lets_go: Cell<bool>,
    /// The error of an end that is held.
    held: Cell<Option<c_int>>,
}

/// What came of orders.
#[derive(Clone, Copy, Default)]
struct Done {
    opened: bool,
    sealed: bool,
    ended: Option<Ended>,
}

impl Exchange {
    pub fn new(
        event_loop: NonNull<aws_event_loop>,
        loops: Arc<TlsLoops>,
        buffers: Arc<Buffers>,
        keep: Keep,
    ) -> Arc<Self> {
        let status = Status { stage: Stage::Negotiating, error: 0, peer_closed: false };
        let state = State {
            orders: Orders::default(),
            is_posted: false,
            waker: None,
            status,
            protocol: None,
            content: Vec::new(),
            ciphertext: Vec::new(),
            is_opening: false,
            is_sealing: false,
            is_discarding: false,
            ended: None,
            is_gone: false,
            loops: Some(loops),
            keep: Some(keep),
        };
        Arc::new(Self {
            event_loop,
            state: Mutex::new(state),
            buffers,
            desk: AtomicPtr::new(ptr::null_mut()),
            // SAFETY: zero is a valid value of every field.
            task: UnsafeCell::new(unsafe { core::mem::zeroed() }),
            side: Side::default(),
        })
    }

    /// Before the channel is made.
    pub fn attend(&self, desk: NonNull<Desk>) {
        self.desk.store(desk.as_ptr(), Ordering::Release);
    }

    /// Leaves orders.
    pub fn order(self: &Arc<Self>, give: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        give(&mut state);
        if state.is_gone || core::mem::replace(&mut state.is_posted, true) {
            return;
        }
        drop(state);
        let this = Arc::into_raw(self.clone());
        // SAFETY: the task is nobody else's now, and stays until it runs with the reference that it brings. The loop
        // lives for as long as anything is left of the channel.
        unsafe {
            let mut task: aws_task = core::mem::zeroed();
            task.r#fn = Some(on_task);
            task.arg = this.cast_mut().cast();
            task.type_tag = c"tls_batch".as_ptr();
            self.task.get().write(task);
            aws_event_loop_schedule_task_now(self.event_loop.as_ptr(), self.task.get());
        }
    }

    /// Follows orders for as long as there are some.
    fn work(&self) {
        loop {
            let mut state = self.state.lock();
            if self.desk.load(Ordering::Acquire).is_null() {
                return self.finish(state);
            }
            let orders = take(&mut state.orders);
            if orders.is_empty() {
                state.is_posted = false;
                return;
            }
            drop(state);
            self.follow(orders);
        }
    }

    fn follow(&self, orders: Orders) {
        let Some(desk) = NonNull::new(self.desk.load(Ordering::Acquire)) else { return };
        // SAFETY: it lives until its channel is destroyed, which the last step here does at the earliest.
        let this = unsafe { desk.as_ref() };
        let mut done = Done::default();
        self.side.is_working.set(true);
        if let Some(ciphertext) = orders.open {
            done.opened = true;
            done.ended = self.open(this, &ciphertext);
            self.buffers.put(ciphertext);
        }
        if orders.look {
            done.ended = done.ended.or(self.open(this, &[]));
        }
        if let Some(content) = orders.seal {
            done.sealed = true;
            done.ended = done.ended.or(self.seal(this, &content));
            self.buffers.put(content);
        }
        self.side.is_working.set(false);
        if orders.end {
            self.side.is_ending.set(true);
        }
        if orders.let_go {
            self.side.lets_go.set(true);
        }
        self.tell(this, done);
        self.end(desk);
    }

    /// Gives ciphertext to the handler, which sends the content on.
    fn open(&self, desk: &Desk, ciphertext: &[u8]) -> Option<Ended> {
        if desk.stage.get() == Stage::Closed || desk.left_slot.get().is_null() {
            return None;
        }
        // SAFETY: the channel is set up, and this is its thread.
        judged(desk, unsafe {
            desk.lender.send(desk.left_slot.get(), ciphertext, AWS_CHANNEL_DIR_READ)
        })
    }

    fn seal(&self, desk: &Desk, content: &[u8]) -> Option<Ended> {
        if desk.stage.get() != Stage::Open {
            return None;
        }
        // SAFETY: the channel is open, and this is its thread.
        judged(desk, unsafe {
            desk.lender.send(desk.right_slot.get(), content, AWS_CHANNEL_DIR_WRITE)
        })
    }

    /// Leaves for the owner what has come about. Whether there is more to do.
    fn tell(&self, desk: &Desk, done: Done) -> bool {
        let mut ciphertext = Vec::new();
        if desk.unsent.bytes() > 0 {
            ciphertext = self.buffers.get();
            desk.unsent.gather(&mut ciphertext);
            desk.unsent.discard();
        }
        let content = self.side.content.take();
        let mut state = self.state.lock();
        state.status = Status {
            stage: desk.stage.get(),
            error: desk.error.get(),
            peer_closed: desk.peer_closed.get(),
        };
        if state.protocol.is_none() {
            state.protocol = desk.protocol.get().cloned();
        }
        self.append(&mut state.content, content);
        if done.sealed && take(&mut state.is_discarding) {
            ciphertext.clear();
        }
        self.append(&mut state.ciphertext, ciphertext);
        if done.opened {
            state.is_opening = false;
        }
        if done.sealed {
            state.is_sealing = state.orders.seal.is_some();
        }
        state.ended = state.ended.or(done.ended);
        let can_look = desk.stage.get() == Stage::Open && !self.side.has_looked.replace(true);
        let has_more = can_look && desk.lender.has_kept();
        state.orders.look |= has_more;
        let waker = state.waker.clone();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        has_more
    }

    /// Puts `more` behind what is there.
    fn append(&self, there: &mut Vec<u8>, more: Vec<u8>) {
        if there.is_empty() {
            self.buffers.put(core::mem::replace(there, more));
        } else {
            there.extend_from_slice(&more);
            self.buffers.put(more);
        }
    }

    /// Goes on with the end of the channel, if that is wanted. To be called where nothing of it is further down.
    fn end(&self, desk: NonNull<Desk>) {
        // SAFETY: it lives until its channel is destroyed, below.
        let this = unsafe { desk.as_ref() };
        let (side, channel) = (&self.side, this.channel.get());
        if !side.is_ending.get() || channel.is_null() {
            return;
        }
        let furnished = this.has_handlers();
        if this.is_down.get() || !furnished {
            if side.is_destroyed.replace(true) {
                return;
            }
            let destroy = host::aws_channel_destroy as unsafe extern "C" fn(_) -> _;
            // SAFETY: it is down, or has never been up, and is destroyed once. What is held further is freed later.
            unsafe {
                let _ = call_through(destroy, (channel,));
                if !furnished {
                    Desk::discard(desk);
                }
            }
            return;
        }
        if !side.is_shut.replace(true) {
            let shut = host::aws_channel_shutdown as unsafe extern "C" fn(_, _) -> _;
            // SAFETY: the channel is alive, and this is its thread.
            let _ = unsafe { call_through(shut, (channel, this.error.get())) };
        }
        if side.lets_go.get()
            && let Some(error) = side.held.take()
        {
            // SAFETY: the slot is that of our handler, which waits for this. Whoever held it has waited for the others.
            unsafe {
                host::aws_channel_slot_on_handler_shutdown_complete(
                    this.right_slot.get(),
                    AWS_CHANNEL_DIR_WRITE,
                    error,
                    true,
                );
            }
        }
    }

    /// When nothing is left of the channel. The client may end with what it keeps, and the loop must not come after.
    fn finish(&self, mut state: crate::sync::MutexGuard<'_, State>) {
        if core::mem::replace(&mut state.is_gone, true) {
            return;
        }
        let (loops, keep) = (state.loops.take(), state.keep.take());
        let waker = state.waker.take();
        drop(state);
        drop(loops);
        drop(keep);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

fn judged(desk: &Desk, sent: Result<c_int, Ended>) -> Option<Ended> {
    match sent {
        Ok(0) => None,
        Ok(_) => {
            desk.fail(last_error().0);
            None
        }
        Err(ended) => {
            // The thread is the program's, and its loop needs it.
            take_ended();
            Some(ended)
        }
    }
}

impl Orders {
    fn is_empty(&self) -> bool {
        let Self { open, seal, look, turn, end, let_go } = self;
        open.is_none() && seal.is_none() && !(*look || *turn || *end || *let_go)
    }
}

unsafe extern "C" fn on_task(_: *mut aws_task, exchange: *mut c_void, _: aws_task_status) {
    // SAFETY: `order` left this reference.
    let exchange = unsafe { Arc::from_raw(exchange.cast::<Exchange>()) };
    guarded("a batch of a TLS session", || exchange.work());
}

/// Sits at the desk.
pub(super) struct Attendant {
    pub exchange: Arc<Exchange>,
    /// What the channel is being set up with.
    pub options: NonNull<Copied>,
}

impl Observer for Attendant {
    fn content(&self, content: &[u8]) {
        let mut taken = self.exchange.side.content.borrow_mut();
        if taken.capacity() == 0 {
            *taken = self.exchange.buffers.get();
        }
        taken.extend_from_slice(content);
    }

    fn changed(&self, desk: &Desk) {
        let side = &self.exchange.side;
        if side.is_working.get() {
            return;
        }
        let has_more = self.exchange.tell(desk, Done::default());
        if has_more || side.is_ending.get() {
            // Nothing is taken down from below.
            self.exchange.order(|state| state.orders.turn = true);
        }
    }

    fn passes(&self, error: c_int) -> Passage {
        let side = &self.exchange.side;
        if side.lets_go.get() {
            return Passage::AtOnce;
        }
        side.held.set(Some(error));
        Passage::Held
    }
}

impl Drop for Attendant {
    fn drop(&mut self) {
        // SAFETY: from a box, and not used any more.
        drop(unsafe { Box::from_raw(self.options.as_ptr()) });
        self.exchange.desk.store(ptr::null_mut(), Ordering::Release);
        // The channel is about to be gone, and what comes next on its thread comes after that.
        self.exchange.order(|_| ());
    }
}
