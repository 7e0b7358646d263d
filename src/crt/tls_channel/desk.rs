//! The two handlers of ours on either side of a TLS handler, and what they and its owner know together.
//!
//! The left one is its transport: it gets ciphertext to be sent. The right one gets content. Both are in one block that
//! lives until the channel has let go of both, which may be long after its owner did.

use core::ffi::{c_int, c_void};
use core::ptr::{self, NonNull};
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::VecDeque;
use std::io::IoSlice;

use super::lent::Lender;
use crate::crt::call::call_out;
use crate::crt::guard::guarded;
use crate::crt::host::aws_mem_release;
use crate::crt::host::channels as host;
use crate::crt::last_error;
use crate::crt::sys::*;
use crate::error::{Code, Error, Result};

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Negotiating,
    Open,
    Closed,
}

/// Where content goes.
type Taker = dyn FnMut(&[u8]) -> Result<()>;
#[cfg(not(foreign_loops))]
type Take<'a> = &'a mut (dyn FnMut(&[u8]) -> Result<()> + 'a);

/// The functions in the options of a caller's.
#[derive(Clone, Copy)]
pub(super) struct Listener {
    pub on_negotiation_result: aws_tls_on_negotiation_result_fn,
    pub on_data_read: aws_tls_on_data_read_fn,
    pub on_error: aws_tls_on_error_fn,
    pub user_data: *mut c_void,
}

/// See the [module](self).
pub(super) struct Desk {
    left: UnsafeCell<aws_channel_handler>,
    right: UnsafeCell<aws_channel_handler>,
    /// Of them, how many the channel has.
    handlers: Cell<u8>,
    pub channel: Cell<*mut aws_channel>,
    pub left_slot: Cell<*mut aws_channel_slot>,
    pub right_slot: Cell<*mut aws_channel_slot>,
    /// For as long as the channel is being set up.
    pub options: Cell<*mut aws_tls_connection_options>,
    listener: Listener,
    pub stage: Cell<Stage>,
    /// Why the channel ends; 0 if it does not, or ends well.
    pub error: Cell<c_int>,
    pub peer_closed: Cell<bool>,
    pub is_down: Cell<bool>,
    pub protocol: OnceCell<Box<[u8]>>,
    take: Cell<Option<NonNull<Taker>>>,
    /// Why content was not taken.
    refusal: RefCell<Option<Error>>,
    pub lender: Lender,
    pub unsent: Unsent,
    /// Goes last.
    observer: Box<dyn Observer>,
}

/// Who is told at once of what happens to a desk, and of its end by being dropped.
pub(super) trait Observer {
    /// Content has come while nobody [took](Desk::taking) any.
    fn content(&self, _content: &[u8]) {}

    /// The channel has called.
    fn changed(&self, _desk: &Desk) {}

    /// How the end of a channel that has failed goes on.
    fn passes(&self, _error: c_int) -> Passage {
        Passage::AsItComes
    }
}

/// How the end of a channel passes our right handler, after which it is the TLS handler's turn.
pub(super) enum Passage {
    AsItComes,
    /// Without the time that the TLS library would want.
    #[cfg_attr(not(foreign_loops), expect(dead_code, reason = "time is our loops' own"))]
    AtOnce,
    /// Not now.
    #[cfg_attr(not(foreign_loops), expect(dead_code, reason = "as above"))]
    Held,
}

impl Desk {
    pub fn new(
        allocator: *mut aws_allocator,
        options: *mut aws_tls_connection_options,
        listener: Listener,
        observer: Box<dyn Observer>,
    ) -> NonNull<Self> {
        let handler = |vtable: &'static aws_channel_handler_vtable| {
            UnsafeCell::new(aws_channel_handler {
                vtable: ptr::from_ref(vtable).cast_mut(),
                alloc: allocator,
                slot: ptr::null_mut(),
                r#impl: ptr::null_mut(),
            })
        };
        let desk = NonNull::from(Box::leak(Box::new(Self {
            left: handler(&LEFT),
            right: handler(&RIGHT),
            handlers: Cell::new(0),
            channel: Cell::new(ptr::null_mut()),
            left_slot: Cell::new(ptr::null_mut()),
            right_slot: Cell::new(ptr::null_mut()),
            options: Cell::new(options),
            listener,
            stage: Cell::new(Stage::Negotiating),
            error: Cell::new(0),
            peer_closed: Cell::new(false),
            is_down: Cell::new(false),
            protocol: OnceCell::new(),
            take: Cell::new(None),
            refusal: RefCell::new(None),
            lender: Lender::default(),
            unsent: Unsent::default(),
            observer,
        })));
        // SAFETY: just made, and nobody else knows of it.
        unsafe {
            (*desk.as_ref().left.get()).r#impl = desk.as_ptr().cast();
            (*desk.as_ref().right.get()).r#impl = desk.as_ptr().cast();
        }
        desk
    }

    /// # Safety
    /// No channel has its handlers, and nobody else uses it.
    pub unsafe fn discard(desk: NonNull<Self>) {
        // SAFETY: as the caller promises, this is the last use.
        drop(unsafe { Box::from_raw(desk.as_ptr()) });
    }

    pub fn has_handlers(&self) -> bool {
        self.handlers.get() > 0
    }

    /// Content that comes while `body` runs goes to `take`.
    #[cfg(not(foreign_loops))]
    pub fn taking<T>(&self, take: Take<'_>, body: impl FnOnce() -> T) -> T {
        // SAFETY: only the lifetime changes, and it is taken back before that ends.
        let take = unsafe { core::mem::transmute::<Take<'_>, Take<'static>>(take) };
        self.take.set(Some(NonNull::from(take)));
        let outcome = body();
        self.take.set(None);
        outcome
    }

    /// Why it cannot go on.
    #[cfg(not(foreign_loops))]
    pub fn outcome(&self) -> Result<()> {
        if let Some(refusal) = self.refusal.borrow_mut().take() {
            return Err(refusal);
        }
        outcome(self.error.get())
    }

    pub fn fail(&self, error: c_int) {
        if self.error.get() == 0 {
            self.error.set(error);
        }
        self.stage.set(Stage::Closed);
    }

    /// Puts our handlers on both sides of a TLS handler, whose handshake begins.
    ///
    /// # Safety
    /// `desk` is alive, its channel new, its options valid, and this is the thread of the channel.
    unsafe fn furnish(desk: NonNull<Self>) {
        // SAFETY: as the caller promises. The channel takes handlers over one by one.
        unsafe {
            let this = desk.as_ref();
            let channel = this.channel.get();
            let (left, right) =
                (host::aws_channel_slot_new(channel), host::aws_channel_slot_new(channel));
            this.left_slot.set(left);
            this.right_slot.set(right);
            host::aws_channel_slot_insert_end(channel, right);
            this.handlers.set(2);
            host::aws_channel_slot_set_handler(left, this.left.get());
            host::aws_channel_slot_set_handler(right, this.right.get());
            if host::aws_channel_setup_client_tls(left, this.options.get()) != 0 {
                this.fail(last_error().0);
                host::aws_channel_shutdown(channel, this.error.get());
            }
        }
    }

    fn content(&self, content: &[u8]) {
        let Some(take) = self.take.get() else { return self.observer.content(content) };
        let mut refusal = self.refusal.borrow_mut();
        if refusal.is_some() {
            return;
        }
        // SAFETY: lent by `taking`, which waits, and used here alone.
        let taken = guarded("content of a TLS session", || unsafe { (*take.as_ptr())(content) });
        *refusal = taken.unwrap_or_else(|| Err(Code::S3_INTERNAL_ERROR.into())).err();
    }
}

/// What a TLS library says of how it went.
pub(super) fn outcome(error: c_int) -> Result<()> {
    match error {
        0 => Ok(()),
        error => Err(Error::new(Code(error)).because("reported by the TLS library of the host")),
    }
}

/// Ciphertext that waits to be written, as the messages that it came in.
#[derive(Default)]
pub(super) struct Unsent {
    messages: RefCell<VecDeque<NonNull<aws_io_message>>>,
    bytes: Cell<usize>,
}

impl Unsent {
    pub fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// The pieces from the front, as many as there are places. Returns how many that is.
    pub fn slices<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        let messages = self.messages.borrow();
        let pieces = slices.iter_mut().zip(messages.iter());
        let pieces = pieces.map(|(slice, message)| {
            // SAFETY: messages stay as they are until they are taken from the queue, which needs its owner. What has
            // been written is before the mark.
            *slice = unsafe {
                let message = message.as_ptr();
                let data = (*message).message_data;
                let mark = (*message).copy_mark;
                IoSlice::new(core::slice::from_raw_parts(data.buffer.add(mark), data.len - mark))
            };
        });
        pieces.count()
    }

    /// Copies all of it to the end of `buffer`.
    pub fn gather(&self, buffer: &mut Vec<u8>) {
        let mut slices = vec![IoSlice::new(&[]); self.messages.borrow().len()];
        self.slices(&mut slices);
        slices.iter().for_each(|slice| buffer.extend_from_slice(slice));
    }

    pub fn wrote(&self, mut count: usize) {
        self.bytes.set(self.bytes.get() - count);
        let mut messages = self.messages.borrow_mut();
        while count > 0
            && let Some(front) = messages.front().copied()
        {
            // SAFETY: a message of the queue.
            unsafe {
                let message = front.as_ptr();
                let left = (*message).message_data.len - (*message).copy_mark;
                if count < left {
                    (*message).copy_mark += count;
                    return;
                }
                count -= left;
                messages.pop_front();
                release(message);
            }
        }
    }

    pub fn discard(&self) {
        self.wrote(self.bytes());
    }

    fn push(&self, message: NonNull<aws_io_message>) {
        // SAFETY: a message that was given to us.
        let length = unsafe {
            (*message.as_ptr()).copy_mark = 0;
            (*message.as_ptr()).message_data.len
        };
        self.bytes.set(self.bytes.get() + length);
        self.messages.borrow_mut().push_back(message);
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        for message in self.messages.take() {
            // SAFETY: nobody else has it.
            unsafe { release(message.as_ptr()) };
        }
    }
}

/// Gives a message back to its pool.
///
/// # Safety
/// The message is ours.
unsafe fn release(message: *mut aws_io_message) {
    // SAFETY: as the caller promises. A pool clears what messages say that they hold, which need not be.
    unsafe {
        (*message).message_data.len = 0;
        aws_mem_release((*message).allocator, message.cast());
    }
}

/// # Safety
/// The handler is one of a desk's.
unsafe fn desk_of<'a>(handler: *mut aws_channel_handler) -> &'a Desk {
    // SAFETY: as the caller promises; handlers end with their desk.
    unsafe { &*(*handler).r#impl.cast::<Desk>() }
}

static LEFT: aws_channel_handler_vtable = aws_channel_handler_vtable {
    process_read_message: Some(refuse),
    process_write_message: Some(ciphertext),
    ..RIGHT
};

static RIGHT: aws_channel_handler_vtable = aws_channel_handler_vtable {
    process_read_message: Some(content),
    process_write_message: Some(refuse),
    increment_read_window: Some(ignore_window),
    shutdown: Some(shut_down),
    initial_window_size: Some(any_window),
    message_overhead: Some(no_overhead),
    destroy: Some(destroy),
    reset_statistics: None,
    gather_statistics: None,
    trigger_read: None,
};

unsafe extern "C" fn refuse(
    _: *mut aws_channel_handler,
    _: *mut aws_channel_slot,
    _: *mut aws_io_message,
) -> c_int {
    crate::crt::raise(Code::INVALID_STATE);
    -1
}

unsafe extern "C" fn ciphertext(
    handler: *mut aws_channel_handler,
    _: *mut aws_channel_slot,
    message: *mut aws_io_message,
) -> c_int {
    // SAFETY: the left handler, and a message that it gets for good.
    unsafe {
        let desk = desk_of(handler);
        desk.unsent.push(NonNull::new_unchecked(message));
        desk.observer.changed(desk);
    }
    0
}

unsafe extern "C" fn content(
    handler: *mut aws_channel_handler,
    _: *mut aws_channel_slot,
    message: *mut aws_io_message,
) -> c_int {
    // SAFETY: the right handler, and a message that it gets for good. Those with a tag are no content.
    unsafe {
        if (*message).message_tag == 0 {
            let data = (*message).message_data;
            desk_of(handler).content(core::slice::from_raw_parts(data.buffer, data.len));
        }
        release(message);
        let desk = desk_of(handler);
        desk.observer.changed(desk);
    }
    0
}

unsafe extern "C" fn ignore_window(
    _: *mut aws_channel_handler,
    _: *mut aws_channel_slot,
    _: usize,
) -> c_int {
    0
}

unsafe extern "C" fn any_window(_: *mut aws_channel_handler) -> usize {
    usize::MAX
}

unsafe extern "C" fn no_overhead(_: *mut aws_channel_handler) -> usize {
    0
}

unsafe extern "C" fn shut_down(
    handler: *mut aws_channel_handler,
    slot: *mut aws_channel_slot,
    direction: aws_channel_direction,
    error: c_int,
    immediately: bool,
) -> c_int {
    // SAFETY: a handler of ours.
    let desk = unsafe { desk_of(handler) };
    // The left handler is the first to hear of an end, whoever began it.
    let is_first = ptr::eq(handler, desk.left.get()) && direction == AWS_CHANNEL_DIR_READ;
    if is_first {
        match (desk.stage.get(), error) {
            (Stage::Open, 0) => {
                desk.peer_closed.set(true);
                desk.stage.set(Stage::Closed);
            }
            (Stage::Negotiating, 0) => desk.fail(Code::IO_TLS_ERROR_NEGOTIATION_FAILURE.0),
            (_, error) => desk.fail(error),
        }
        desk.observer.changed(desk);
    }
    let mut immediately = immediately;
    if ptr::eq(handler, desk.right.get()) && direction == AWS_CHANNEL_DIR_WRITE && error != 0 {
        match desk.observer.passes(error) {
            Passage::AsItComes => {}
            Passage::AtOnce => immediately = true,
            Passage::Held => return 0,
        }
    }
    // SAFETY: the slot is the handler's.
    unsafe {
        host::aws_channel_slot_on_handler_shutdown_complete(slot, direction, error, immediately)
    }
}

unsafe extern "C" fn destroy(handler: *mut aws_channel_handler) {
    // SAFETY: a handler of ours, for the last time.
    unsafe {
        let desk = desk_of(handler);
        desk.handlers.set(desk.handlers.get() - 1);
        if desk.handlers.get() == 0 {
            Desk::discard(NonNull::from(desk));
        }
    }
}

pub(super) unsafe extern "C" fn on_setup(
    channel: *mut aws_channel,
    error: c_int,
    desk: *mut c_void,
) {
    let Some(desk) = NonNull::new(desk.cast::<Desk>()) else { return };
    // SAFETY: whoever made the channel waits for this.
    unsafe {
        desk.as_ref().channel.set(channel);
        if error == 0 {
            Desk::furnish(desk)
        } else {
            desk.as_ref().fail(error)
        }
        desk.as_ref().observer.changed(desk.as_ref());
    }
}

pub(super) unsafe extern "C" fn on_down(_: *mut aws_channel, _: c_int, desk: *mut c_void) {
    // SAFETY: the desk lives as long as its channel.
    let desk = unsafe { &*desk.cast::<Desk>() };
    desk.is_down.set(true);
    desk.observer.changed(desk);
}

/// The functions in the options of a session: of these, `on_data_read` only where the caller has one.
pub(super) fn heard(options: &mut aws_tls_connection_options, desk: NonNull<Desk>) {
    options.on_negotiation_result = Some(on_negotiated);
    options.on_data_read = options.on_data_read.and(Some(on_data_read));
    options.on_error = options.on_error.and(Some(on_error));
    options.user_data = desk.as_ptr().cast();
}

unsafe extern "C" fn on_negotiated(
    handler: *mut aws_channel_handler,
    slot: *mut aws_channel_slot,
    error: c_int,
    desk: *mut c_void,
) {
    // SAFETY: the desk lives as long as its channel.
    let desk = unsafe { &*desk.cast::<Desk>() };
    if error == 0 {
        desk.stage.set(Stage::Open);
        // SAFETY: the TLS handler, which has agreed on a protocol or says nothing.
        let protocol = unsafe {
            let protocol = host::aws_tls_handler_protocol(handler);
            match protocol.len {
                0 => &[][..],
                length => core::slice::from_raw_parts(protocol.buffer, length),
            }
        };
        let _ = desk.protocol.set(protocol.into());
    } else {
        desk.fail(error);
    }
    let Listener { on_negotiation_result, user_data, .. } = desk.listener;
    if let Some(listen) = on_negotiation_result {
        // SAFETY: the caller's function and what it wants to get.
        let _: core::result::Result<(), _> =
            unsafe { call_out!(listen, handler, slot, error, user_data) };
    }
    desk.observer.changed(desk);
    if error != 0 {
        // Where a key operation ended it nobody else does this.
        // SAFETY: the channel is alive.
        unsafe { host::aws_channel_shutdown(desk.channel.get(), error) };
    }
}

unsafe extern "C" fn on_data_read(
    handler: *mut aws_channel_handler,
    slot: *mut aws_channel_slot,
    buffer: *mut aws_byte_buf,
    desk: *mut c_void,
) {
    // SAFETY: the desk lives as long as its channel.
    let Listener { on_data_read, user_data, .. } = unsafe { (*desk.cast::<Desk>()).listener };
    if let Some(listen) = on_data_read {
        // SAFETY: the caller's function and what it wants to get.
        let _: core::result::Result<(), _> =
            unsafe { call_out!(listen, handler, slot, buffer, user_data) };
    }
}

unsafe extern "C" fn on_error(
    handler: *mut aws_channel_handler,
    slot: *mut aws_channel_slot,
    error: c_int,
    message: *const core::ffi::c_char,
    desk: *mut c_void,
) {
    // SAFETY: the desk lives as long as its channel.
    let Listener { on_error, user_data, .. } = unsafe { (*desk.cast::<Desk>()).listener };
    if let Some(listen) = on_error {
        // SAFETY: the caller's function and what it wants to get.
        let _: core::result::Result<(), _> =
            unsafe { call_out!(listen, handler, slot, error, message, user_data) };
    }
}
