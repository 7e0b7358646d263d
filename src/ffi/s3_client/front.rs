//! What clients and meta requests begin with: the fields that programs read although no public header shows them.
//!
//! Programs in the manner of mountpoint-s3 know the private structs of the library that they are linked with, and read
//! a few numbers out of them for their metrics. These stand where aws-c-s3 v1.5.1 has them, and are those that the
//! library itself counts by; all that lies between them is zero.

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::time::Duration;

use crate::abi::{aws_s3_buffer_pool, aws_s3_client};
use crate::crt::sys::aws_mutex;
use crate::schedule::{Board, Requests, Turns};

/// As `struct aws_s3_client` begins.
#[repr(C)]
#[derive(Default)]
pub(in crate::ffi) struct ClientFront {
    _allocator: usize,
    buffer_pool: AtomicPtr<aws_s3_buffer_pool>,
    _until_pending_writes: [usize; 9],
    num_pending_writes: AtomicUsize,
    _until_stats: [[usize; 15]; 3],
    stats: Requests,
    _lock: Zeros<{ size_of::<aws_mutex>() }>,
    _until_request_queue_size: [[usize; 21]; 3],
    threaded_data: Turns,
    _rest: usize,
}

/// As `struct aws_s3_meta_request` begins.
#[repr(C)]
pub(in crate::ffi) struct RequestFront {
    _until_user_data: [usize; 17],
    user_data: *mut c_void,
    _callbacks: [usize; 9],
    r#type: u32,
    _rest: u32,
}

/// What is as large as something of the system's.
#[repr(C, align(8))]
struct Zeros<const BYTES: usize>([u8; BYTES]);

impl<const BYTES: usize> Default for Zeros<BYTES> {
    fn default() -> Self {
        Self([0; BYTES])
    }
}

impl RequestFront {
    pub fn new(user_data: *mut c_void, r#type: u32) -> Self {
        let (_until_user_data, _callbacks) = ([0; 17], [0; 9]);
        Self { _until_user_data, user_data, _callbacks, r#type, _rest: 0 }
    }
}

/// The numbers of a client, inside of its object.
pub(in crate::ffi) struct ShownBoard(NonNull<ClientFront>);

// SAFETY: all that is reached through it is atomic.
unsafe impl Send for ShownBoard {}
// SAFETY: as above.
unsafe impl Sync for ShownBoard {}

impl ShownBoard {
    /// # Safety
    /// The client's object was just made, and its memory outlives this.
    pub unsafe fn of(client: *mut aws_s3_client) -> Self {
        // SAFETY: no object is at NULL.
        Self(unsafe { NonNull::new_unchecked(client.cast()) })
    }

    pub fn show_pool(&self, pool: *mut aws_s3_buffer_pool) {
        self.front().buffer_pool.store(pool, Ordering::Release);
    }

    /// Waits until nobody else shares it. Whoever still does is about to let go: everything that is counted has ended.
    pub fn taken_down(mut self: Arc<Self>) {
        while Arc::get_mut(&mut self).is_none() {
            std::thread::sleep(Duration::from_micros(20));
        }
    }

    fn front(&self) -> &ClientFront {
        // SAFETY: it begins the object, which is there for as long as this, and only atomics of it change.
        unsafe { self.0.as_ref() }
    }
}

impl Board for ShownBoard {
    fn requests(&self) -> &Requests {
        &self.front().stats
    }

    fn turns(&self) -> &Turns {
        &self.front().threaded_data
    }

    fn writing(&self) -> &AtomicUsize {
        &self.front().num_pending_writes
    }
}

/// The numbers of x86-64. The only thing before them that differs elsewhere is how large a mutex is.
#[cfg(target_pointer_width = "64")]
const _: () = {
    let lock = size_of::<aws_mutex>();
    assert!(offset_of!(ClientFront, buffer_pool) == 8);
    assert!(offset_of!(ClientFront, num_pending_writes) == 88);
    assert!(offset_of!(ClientFront, stats) == 456);
    assert!(offset_of!(ClientFront, threaded_data) == 1024 + lock);
    assert!(size_of::<ClientFront>() == 1040 + lock);
    assert!(offset_of!(RequestFront, user_data) == 136);
    assert!(offset_of!(RequestFront, r#type) == 216);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_is_taken_down_when_nobody_counts_on_it_any_more() {
        let mut front = ClientFront::default();
        let client: *mut aws_s3_client = std::ptr::from_mut(&mut front).cast();
        // SAFETY: it stands in this function.
        let board = Arc::new(unsafe { ShownBoard::of(client) });
        let counting = board.clone();
        let other = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            counting.requests().in_flight.store(7, Ordering::Relaxed);
        });
        board.taken_down();
        assert_eq!(front.stats.in_flight.load(Ordering::Relaxed), 7);
        other.join().unwrap();
    }
}
