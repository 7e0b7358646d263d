//! XXH64, and XXH3 with 64 and 128 bits, at once or in pieces. Digests are big-endian.

use core::ffi::{c_int, c_void};
use core::ptr::null_mut;

use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed, xxh3_128_with_seed};
use xxhash_rust::xxh64::{Xxh64, xxh64};

use crate::crt::Allocator;
use crate::crt::embedded::common::{SUCCESS, push, raise, shown};
use crate::crt::sys::*;

const XXHASH64: c_int = 0;
const XXHASH3_64: c_int = 1;
const XXHASH3_128: c_int = 2;

/// `struct aws_xxhash` of the public header.
#[repr(C)]
pub struct aws_xxhash {
    allocator: *mut aws_allocator,
    kind: c_int,
    r#impl: *mut c_void,
}

/// The C object and what is behind it, in one block.
#[repr(C)]
struct Object {
    base: aws_xxhash,
    state: State,
}

enum State {
    Xxh64(Xxh64),
    // Large, and to be aligned by more than C memory is.
    Xxh3(Box<Xxh3>),
}

fn new(allocator: *mut aws_allocator, kind: c_int, state: State) -> *mut aws_xxhash {
    // SAFETY: the caller's allocator, alive for as long as the hash.
    let allocator = unsafe { Allocator::from_raw(allocator) }.unwrap_or_default();
    let base = aws_xxhash { allocator: allocator.as_ptr(), kind, r#impl: null_mut() };
    let object = allocator.new(Object { base, state }).as_ptr();
    // SAFETY: just made.
    unsafe { (*object).base.r#impl = (&raw mut (*object).state).cast() };
    object.cast()
}

fn answer(digest: &[u8], out: &mut aws_byte_buf) -> c_int {
    if push(out, digest) { SUCCESS } else { raise(AWS_ERROR_INVALID_BUFFER_SIZE) }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash64_new(allocator: *mut aws_allocator, seed: u64) -> *mut aws_xxhash {
    new(allocator, XXHASH64, State::Xxh64(Xxh64::new(seed)))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash3_64_new(allocator: *mut aws_allocator, seed: u64) -> *mut aws_xxhash {
    new(allocator, XXHASH3_64, State::Xxh3(Box::new(Xxh3::with_seed(seed))))
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash3_128_new(allocator: *mut aws_allocator, seed: u64) -> *mut aws_xxhash {
    new(allocator, XXHASH3_128, State::Xxh3(Box::new(Xxh3::with_seed(seed))))
}

/// # Safety
/// `hash` is NULL or alive and used by this thread alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_xxhash_update(hash: *mut aws_xxhash, data: aws_byte_cursor) -> c_int {
    // SAFETY: as the caller promises.
    let Some(object) = (unsafe { hash.cast::<Object>().as_mut() }) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    match &mut object.state {
        State::Xxh64(state) => state.update(shown(&data)),
        State::Xxh3(state) => state.update(shown(&data)),
    }
    SUCCESS
}

/// Appends the digest of what came so far; more may follow.
///
/// # Safety
/// `hash` is NULL or alive and used by this thread alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_xxhash_finalize(
    hash: *mut aws_xxhash,
    out: Option<&mut aws_byte_buf>,
) -> c_int {
    // SAFETY: as the caller promises.
    let (Some(object), Some(out)) = (unsafe { hash.cast::<Object>().as_ref() }, out) else {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    };
    match &object.state {
        State::Xxh64(state) => answer(&state.digest().to_be_bytes(), out),
        State::Xxh3(state) if object.base.kind == XXHASH3_128 => {
            answer(&state.digest128().to_be_bytes(), out)
        }
        State::Xxh3(state) => answer(&state.digest().to_be_bytes(), out),
    }
}

/// NULL is ignored.
///
/// # Safety
/// `hash` is NULL or not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_xxhash_destroy(hash: *mut aws_xxhash) {
    if hash.is_null() {
        return;
    }
    // SAFETY: made by `new`, with this allocator.
    unsafe {
        let Object { base, state: _ } = hash.cast::<Object>().read();
        if let Some(allocator) = Allocator::from_raw(base.allocator) {
            allocator.release(hash.cast());
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash64_compute(
    seed: u64,
    data: aws_byte_cursor,
    out: &mut aws_byte_buf,
) -> c_int {
    answer(&xxh64(shown(&data), seed).to_be_bytes(), out)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash3_64_compute(
    seed: u64,
    data: aws_byte_cursor,
    out: &mut aws_byte_buf,
) -> c_int {
    answer(&xxh3_64_with_seed(shown(&data), seed).to_be_bytes(), out)
}

#[unsafe(no_mangle)]
pub extern "C" fn aws_xxhash3_128_compute(
    seed: u64,
    data: aws_byte_cursor,
    out: &mut aws_byte_buf,
) -> c_int {
    answer(&xxh3_128_with_seed(shown(&data), seed).to_be_bytes(), out)
}
