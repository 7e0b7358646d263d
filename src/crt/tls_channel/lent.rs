//! Bytes of ours as messages of a channel, without copying them.
//!
//! They are lent for the length of one call. What a handler keeps beyond that, as it does while a handshake waits for
//! something, is copied then. It may forget to give a message back in some endings, so all of them are known here.

use core::ffi::{c_int, c_void};
use core::ptr;
use std::cell::RefCell;

use crate::crt::call::{Ended, call_through};
use crate::crt::host::channels as host;
use crate::crt::sys::*;

/// The messages of one channel.
#[derive(Default)]
pub(super) struct Lender {
    spare: RefCell<Option<Box<Lent>>>,
    kept: RefCell<Vec<*mut Lent>>,
}

struct Lent {
    message: aws_io_message,
    /// How C gives the message back.
    allocator: aws_allocator,
    lender: *const Lender,
    is_out: bool,
    /// What the message consists of when it is kept.
    copy: Vec<u8>,
}

impl Lender {
    /// Sends `bytes` from `slot` on. They are not written to.
    ///
    /// # Safety
    /// The slot is that of a live channel, on whose thread this runs. The lender stays where it is.
    pub unsafe fn send(
        &self,
        slot: *mut aws_channel_slot,
        bytes: &[u8],
        direction: aws_channel_direction,
    ) -> Result<c_int, Ended> {
        let spare = self.spare.borrow_mut().take();
        let lent = Box::into_raw(spare.unwrap_or_else(|| Box::new(Lent::new(self))));
        // SAFETY: this block is used by raw pointers alone until it is back. The slot is valid.
        let sent = unsafe {
            (*lent).fill(bytes, (*slot).channel);
            (*lent).allocator.r#impl = lent.cast();
            (*lent).message.allocator = &raw mut (*lent).allocator;
            let send = host::aws_channel_slot_send_message as unsafe extern "C" fn(_, _, _) -> _;
            call_through(send, (slot, &raw mut (*lent).message, direction))
        };
        // SAFETY: as above; what was refused is ours.
        unsafe {
            if (*lent).is_out && matches!(sent, Ok(0) | Err(Ended)) {
                (*lent).copy = bytes.to_vec();
                (*lent).message.message_data.buffer = (*lent).copy.as_mut_ptr();
                self.kept.borrow_mut().push(lent);
            } else {
                *self.spare.borrow_mut() = Some(Box::from_raw(lent));
            }
        }
        sent
    }

    /// Whether a handler still has some.
    pub fn has_kept(&self) -> bool {
        !self.kept.borrow().is_empty()
    }
}

impl Drop for Lender {
    fn drop(&mut self) {
        for lent in self.kept.take() {
            // SAFETY: whoever kept it has ended.
            drop(unsafe { Box::from_raw(lent) });
        }
    }
}

impl Lent {
    fn new(lender: &Lender) -> Self {
        Self {
            // SAFETY: zero is a valid value of every field.
            message: unsafe { core::mem::zeroed() },
            allocator: aws_allocator {
                mem_acquire: None,
                mem_release: Some(come_back),
                mem_realloc: None,
                mem_calloc: None,
                r#impl: ptr::null_mut(),
            },
            lender,
            is_out: false,
            copy: Vec::new(),
        }
    }

    fn fill(&mut self, bytes: &[u8], channel: *mut aws_channel) {
        // SAFETY: zero is a valid value of every field.
        self.message = unsafe { core::mem::zeroed() };
        self.message.message_data = aws_byte_buf {
            len: bytes.len(),
            buffer: bytes.as_ptr().cast_mut(),
            capacity: bytes.len(),
            allocator: ptr::null_mut(),
        };
        self.message.message_type = AWS_IO_MESSAGE_APPLICATION_DATA;
        self.message.owning_channel = channel;
        self.is_out = true;
    }
}

/// `mem_release` of a message that came from here.
unsafe extern "C" fn come_back(allocator: *mut aws_allocator, _: *mut c_void) {
    // SAFETY: the allocator is inside of a block that is out; its lender outlives it.
    unsafe {
        let lent = (*allocator).r#impl.cast::<Lent>();
        (*lent).is_out = false;
        let mut kept = (*(*lent).lender).kept.borrow_mut();
        if let Some(at) = kept.iter().position(|other| *other == lent) {
            kept.swap_remove(at);
            drop(kept);
            drop(Box::from_raw(lent));
        }
    }
}
