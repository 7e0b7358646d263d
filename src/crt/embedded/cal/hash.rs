//! SHA-512, SHA-256, SHA-1 and MD5, at once or in pieces. A program may put constructors of its own in their place.

use core::ffi::{CStr, c_int, c_void};
use core::mem::transmute;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicPtr, Ordering};

use aws_lc_rs::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};
use md5::{Digest as _, Md5};

use crate::crt::Allocator;
use crate::crt::call::call_through;
use crate::crt::embedded::common::{FAILURE, SUCCESS, push, raise, shown};
use crate::crt::embedded::published::Constant;
use crate::crt::sys::*;

/// The longest digest there is.
const MOST_BYTES: usize = 64;

/// The C object and what is behind it, in one block.
#[repr(C)]
struct Object {
    base: aws_hash,
    state: State,
}

enum State {
    Sha(Context),
    Md5(Md5),
    Done,
}

impl State {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha(context) => context.update(bytes),
            Self::Md5(md5) => md5.update(bytes),
            Self::Done => {}
        }
    }

    /// Hands the digest to `take`, once.
    fn finish(&mut self, take: impl FnOnce(&[u8])) {
        match core::mem::replace(self, Self::Done) {
            Self::Sha(context) => take(context.finish().as_ref()),
            Self::Md5(md5) => take(&md5.finalize()),
            Self::Done => {}
        }
    }
}

const fn vtable(name: &'static CStr) -> Constant<aws_hash_vtable> {
    Constant(aws_hash_vtable {
        alg_name: name.as_ptr(),
        provider: c"aws-lc".as_ptr(),
        destroy: Some(destroy),
        update: Some(update),
        finalize: Some(finalize),
    })
}

unsafe extern "C" fn destroy(hash: *mut aws_hash) {
    // SAFETY: made by `new` and not used any more; the allocator is the one it was made with.
    unsafe {
        let Object { base, state: _ } = hash.cast::<Object>().read();
        if let Some(allocator) = Allocator::from_raw(base.allocator) {
            allocator.release(hash.cast());
        }
    }
}

unsafe extern "C" fn update(hash: *mut aws_hash, bytes: *const aws_byte_cursor) -> c_int {
    // SAFETY: an object of this kind, and a cursor of the caller's.
    let (object, bytes) = unsafe { (&mut *hash.cast::<Object>(), &*bytes) };
    if !object.base.good {
        return raise(AWS_ERROR_INVALID_STATE);
    }
    object.state.update(shown(bytes));
    SUCCESS
}

unsafe extern "C" fn finalize(hash: *mut aws_hash, output: *mut aws_byte_buf) -> c_int {
    // SAFETY: an object of this kind, and a buffer of the caller's.
    let (object, output) = unsafe { (&mut *hash.cast::<Object>(), &mut *output) };
    if !object.base.good {
        return raise(AWS_ERROR_INVALID_STATE);
    }
    if output.capacity - output.len < object.base.digest_size {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    object.base.good = false;
    object.state.finish(|digest| {
        push(output, digest);
    });
    SUCCESS
}

fn new(
    allocator: *mut aws_allocator,
    vtable: &'static Constant<aws_hash_vtable>,
    digest_size: usize,
    state: State,
) -> *mut aws_hash {
    // SAFETY: the caller's allocator, alive for as long as the hash.
    let allocator = unsafe { Allocator::from_raw(allocator) }.unwrap_or_default();
    let base = aws_hash {
        allocator: allocator.as_ptr(),
        vtable: (&raw const vtable.0).cast_mut(),
        digest_size,
        good: true,
        r#impl: null_mut(),
    };
    let object: NonNull<Object> = allocator.new(Object { base, state });
    // SAFETY: just made.
    unsafe { (*object.as_ptr()).base.r#impl = (&raw mut (*object.as_ptr()).state).cast() };
    object.as_ptr().cast()
}

fn sha(
    allocator: *mut aws_allocator,
    vtable: &'static Constant<aws_hash_vtable>,
    algorithm: &'static Algorithm,
) -> *mut aws_hash {
    new(allocator, vtable, algorithm.output_len(), State::Sha(Context::new(algorithm)))
}

type Make = unsafe extern "C" fn(*mut aws_allocator) -> *mut aws_hash;

/// The constructor of a program, NULL for the library's own.
struct Override(AtomicPtr<c_void>);

impl Override {
    const fn none() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }

    fn set(&self, make: Option<Make>) {
        self.0.store(make.map_or(null_mut(), |make| make as *mut c_void), Ordering::Release);
    }

    fn make(
        &self,
        allocator: *mut aws_allocator,
        own: impl FnOnce() -> *mut aws_hash,
    ) -> *mut aws_hash {
        let make = self.0.load(Ordering::Acquire);
        if make.is_null() {
            return own();
        }
        // SAFETY: set from a function of this type, which the program has given to be called like this.
        unsafe { call_through!(transmute::<*mut c_void, Make>(make), allocator) }
    }
}

/// Constructor, one-shot function and override of one algorithm.
macro_rules! algorithm {
    ($text:literal, $new:ident, $compute:ident, $set_new:ident, $own:expr) => {
        #[unsafe(no_mangle)]
        pub extern "C-unwind" fn $new(allocator: *mut aws_allocator) -> *mut aws_hash {
            const _: () = assert!(!$text.is_empty());
            $new::OVERRIDE.make(allocator, || $own(allocator, &$new::VTABLE))
        }

        mod $new {
            use super::*;

            pub static OVERRIDE: Override = Override::none();
            pub static VTABLE: Constant<aws_hash_vtable> = vtable($text);
        }

        /// # Safety
        /// Allocator, input and output are the caller's for the call.
        #[unsafe(no_mangle)]
        pub unsafe extern "C-unwind" fn $compute(
            allocator: *mut aws_allocator,
            input: &aws_byte_cursor,
            output: &mut aws_byte_buf,
            truncate_to: usize,
        ) -> c_int {
            // SAFETY: the new hash is used here alone.
            unsafe { at_once($new(allocator), input, output, truncate_to) }
        }

        /// Not synchronised with hashes that are being made.
        #[unsafe(no_mangle)]
        pub extern "C" fn $set_new(make: Option<Make>) {
            $new::OVERRIDE.set(make);
        }
    };
}

algorithm!(
    c"SHA512",
    aws_sha512_new,
    aws_sha512_compute,
    aws_set_sha512_new_fn,
    |allocator, vtable| { sha(allocator, vtable, &SHA512) }
);
algorithm!(
    c"SHA256",
    aws_sha256_new,
    aws_sha256_compute,
    aws_set_sha256_new_fn,
    |allocator, vtable| { sha(allocator, vtable, &SHA256) }
);
algorithm!(c"SHA1", aws_sha1_new, aws_sha1_compute, aws_set_sha1_new_fn, |allocator, vtable| {
    sha(allocator, vtable, &SHA1_FOR_LEGACY_USE_ONLY)
});
algorithm!(c"MD5", aws_md5_new, aws_md5_compute, aws_set_md5_new_fn, |allocator, vtable| {
    new(allocator, vtable, 16, State::Md5(Md5::new()))
});

/// # Safety
/// `hash` is NULL or a new hash, which is given up.
unsafe fn at_once(
    hash: *mut aws_hash,
    input: &aws_byte_cursor,
    output: &mut aws_byte_buf,
    truncate_to: usize,
) -> c_int {
    if hash.is_null() {
        return raise(AWS_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: as the caller promises.
    unsafe {
        let mut outcome = aws_hash_update(hash, input);
        if outcome == SUCCESS {
            outcome = aws_hash_finalize(hash, output, truncate_to);
        }
        aws_hash_destroy(hash);
        outcome
    }
}

/// NULL is ignored.
///
/// # Safety
/// `hash` is NULL or not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_destroy(hash: *mut aws_hash) {
    // SAFETY: as the caller promises; whoever made the hash fills its table.
    unsafe {
        if let Some(hash) = hash.as_mut()
            && let Some(destroy) = (*hash.vtable).destroy
        {
            call_through!(destroy, core::ptr::from_mut(hash));
        }
    }
}

/// # Safety
/// `hash` is alive and used by this thread alone.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_update(
    hash: *mut aws_hash,
    to_hash: &aws_byte_cursor,
) -> c_int {
    // SAFETY: as the caller promises.
    unsafe {
        match (*(*hash).vtable).update {
            Some(update) => call_through!(update, hash, core::ptr::from_ref(to_hash)),
            None => raise(AWS_ERROR_UNSUPPORTED_OPERATION),
        }
    }
}

/// # Safety
/// `hash` is alive and used by this thread alone.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn aws_hash_finalize(
    hash: *mut aws_hash,
    output: &mut aws_byte_buf,
    truncate_to: usize,
) -> c_int {
    // SAFETY: as the caller promises.
    let (finalize, digest_size) = unsafe { ((*(*hash).vtable).finalize, (*hash).digest_size) };
    let Some(finalize) = finalize else { return raise(AWS_ERROR_UNSUPPORTED_OPERATION) };
    if truncate_to == 0 || truncate_to >= digest_size {
        // SAFETY: as above.
        return unsafe { call_through!(finalize, hash, core::ptr::from_mut(output)) };
    }
    if output.capacity - output.len < truncate_to {
        return raise(AWS_ERROR_SHORT_BUFFER);
    }
    let mut room = [0; MOST_BYTES];
    let mut whole = aws_byte_buf {
        len: 0,
        buffer: room.as_mut_ptr(),
        capacity: room.len(),
        allocator: null_mut(),
    };
    // SAFETY: as above.
    if unsafe { call_through!(finalize, hash, &raw mut whole) } != SUCCESS {
        return FAILURE;
    }
    push(output, &room[..truncate_to]);
    SUCCESS
}
