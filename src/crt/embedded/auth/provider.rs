//! Providers: the public struct, how it is counted, and how ours are made.
//!
//! A program's provider and one of ours look the same from outside: a vtable and a bare atomic count.
//! Ours carry their [`Kind`] right behind the public struct, in one block of the caller's allocator.

use core::ffi::{c_int, c_void};
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::crt::call::{call_out, returned as returned_of};
use crate::crt::sys::*;
use crate::crt::{Allocator, Credentials, CredentialsProvider, Parcel, raise};
use crate::error::{Code, Error};

/// Who wants to know; to be told exactly once.
pub(super) struct Answer {
    callback: Callback,
    user_data: *mut c_void,
}

type Callback = unsafe extern "C" fn(*mut aws_credentials, c_int, *mut c_void);

// SAFETY: callbacks for credentials may be called from any thread.
unsafe impl Send for Answer {}

impl Answer {
    /// # Safety
    /// The callback may be called once with this user data, from any thread and at any time until
    /// then.
    pub(super) unsafe fn new(callback: Callback, user_data: *mut c_void) -> Self {
        Self { callback, user_data }
    }

    /// Tells what came out; the credentials are lent for the call.
    pub(super) fn give(self, outcome: Result<&Credentials, Code>) {
        let (credentials, code) = match outcome {
            Ok(credentials) => (credentials.as_ptr(), Code::SUCCESS),
            Err(code) => (null_mut(), code),
        };
        // SAFETY: `new` promises that the callback may be called once, and this consumes the answer.
        let _ = unsafe { call_out!(self.callback, credentials, code.0, self.user_data) };
    }

    /// What a C callback expects as function and context.
    pub(super) fn into_raw(self) -> (aws_on_get_credentials_callback_fn, *mut c_void) {
        (Some(self.callback), self.user_data)
    }
}

/// What a provider of ours does.
pub(super) trait Kind: Send + Sync + 'static {
    /// Starts a fetch. An error means that the answer is not given; `itself` is the provider of this
    /// kind, to be held while a fetch is under way.
    fn fetch(&self, itself: &CredentialsProvider, answer: Answer) -> Result<(), Code>;
}

#[repr(C)]
struct Provider<K> {
    public: aws_credentials_provider,
    kind: K,
}

/// Makes a provider with one reference.
pub(super) fn make<K: Kind>(
    allocator: Allocator,
    shutdown_options: aws_credentials_provider_shutdown_options,
    kind: K,
) -> CredentialsProvider {
    let vtable = const {
        &aws_credentials_provider_vtable {
            get_credentials: Some(fetch::<K>),
            destroy: Some(destroy::<K>),
        }
    };
    let public = aws_credentials_provider {
        vtable: core::ptr::from_ref(vtable).cast_mut(),
        allocator: allocator.as_ptr(),
        shutdown_options,
        r#impl: null_mut(),
        ref_count: ONE,
    };
    let provider = allocator.new(Provider { public, kind });
    // SAFETY: the provider is new, and its one reference goes into the handle.
    let provider = unsafe { CredentialsProvider::adopt(provider.as_ptr().cast()) };
    provider.expect("a non-null pointer is not NULL")
}

const ONE: aws_atomic_var = aws_atomic_var { value: core::ptr::without_provenance_mut(1) };

unsafe extern "C" fn fetch<K: Kind>(
    provider: *mut aws_credentials_provider,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    let Some(callback) = callback else {
        raise(Code::INVALID_ARGUMENT);
        return -1;
    };
    // SAFETY: the caller holds the provider; holding it here as well covers callbacks that let it go
    // before the fetch returns.
    let Some(itself) = (unsafe { CredentialsProvider::acquire(provider) }) else {
        raise(Code::INVALID_ARGUMENT);
        return -1;
    };
    // SAFETY: this vtable belongs to providers that `make` made around a `K`.
    let kind = unsafe { &(*provider.cast::<Provider<K>>()).kind };
    // SAFETY: that is what the callback of a fetch is for.
    let answer = unsafe { Answer::new(callback, user_data) };
    match kind.fetch(&itself, answer) {
        Ok(()) => 0,
        Err(code) => {
            // Letting go may run code that raises something else, so it goes first.
            drop(itself);
            raise(code);
            -1
        }
    }
}

unsafe extern "C" fn destroy<K: Kind>(provider: *mut aws_credentials_provider) {
    let Some(provider) = NonNull::new(provider.cast::<Provider<K>>()) else { return };
    // SAFETY: this vtable belongs to providers that `make` made around a `K`, and nobody holds it.
    let public = unsafe { (*provider.as_ptr()).public };
    // SAFETY: `make` took a valid allocator.
    if let Some(allocator) = unsafe { Allocator::from_raw(public.allocator) } {
        // SAFETY: the last reference is gone.
        unsafe { allocator.delete(provider) };
    }
    // The program may take the allocator apart once it is told, hence last.
    announce(&public.shutdown_options);
}

fn announce(options: &aws_credentials_provider_shutdown_options) {
    if let Some(callback) = options.shutdown_callback {
        // SAFETY: the program gave the callback for this call.
        let _ = unsafe { call_out!(callback, options.shutdown_user_data) };
    }
}

/// # Safety
/// The provider is held by the caller.
unsafe fn count<'a>(provider: NonNull<aws_credentials_provider>) -> &'a AtomicUsize {
    // SAFETY: the count is one aligned word that everybody changes atomically.
    unsafe { AtomicUsize::from_ptr((&raw mut (*provider.as_ptr()).ref_count.value).cast()) }
}

/// Adds a reference; NULL is fine.
///
/// # Safety
/// A non-NULL provider is held by the caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_acquire(
    provider: *mut aws_credentials_provider,
) -> *mut aws_credentials_provider {
    if let Some(provider) = NonNull::new(provider) {
        // SAFETY: as the caller promises.
        unsafe { count(provider) }.fetch_add(1, Ordering::Relaxed);
    }
    provider
}

/// Drops a reference, and the provider with the last one; NULL is fine.
///
/// # Safety
/// A non-NULL provider is held by the caller, who gives that up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_release(
    provider: *mut aws_credentials_provider,
) -> *mut aws_credentials_provider {
    if let Some(held) = NonNull::new(provider) {
        // SAFETY: as the caller promises.
        if unsafe { count(held) }.fetch_sub(1, Ordering::AcqRel) == 1 {
            // SAFETY: that was the last reference.
            unsafe { aws_credentials_provider_destroy(provider) };
        }
    }
    null_mut()
}

/// Asks a provider of any kind.
///
/// # Safety
/// The provider is held by the caller until the answer; the callback may be called from any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_get_credentials(
    provider: *mut aws_credentials_provider,
    callback: aws_on_get_credentials_callback_fn,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: as the caller promises; a provider of the program has set its vtable.
    let slot =
        unsafe { provider.as_ref().and_then(|provider| provider.vtable.as_ref()?.get_credentials) };
    match slot {
        // SAFETY: as the caller promises.
        Some(get_credentials) => unsafe {
            returned_of(call_out!(get_credentials, provider, callback, user_data))
        },
        None => {
            raise(Code::INVALID_ARGUMENT);
            -1
        }
    }
}

/// Prepares a provider of the program.
///
/// # Safety
/// The provider is writable; the vtable outlives it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_init_base(
    provider: *mut aws_credentials_provider,
    allocator: *mut aws_allocator,
    vtable: *mut aws_credentials_provider_vtable,
    r#impl: *mut c_void,
) {
    // Only these members: the shutdown options may have been set before.
    // SAFETY: as the caller promises.
    unsafe {
        (*provider).vtable = vtable;
        (*provider).allocator = allocator;
        (*provider).r#impl = r#impl;
        (*provider).ref_count = ONE;
    }
}

/// Ends a provider, whatever its count; NULL is ignored.
///
/// # Safety
/// Nobody uses the provider any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_destroy(provider: *mut aws_credentials_provider) {
    // SAFETY: as the caller promises; a provider of the program has set its vtable.
    let slot = unsafe { provider.as_ref().and_then(|provider| provider.vtable.as_ref()?.destroy) };
    if let Some(destroy) = slot {
        // SAFETY: as the caller promises.
        let _ = unsafe { call_out!(destroy, provider) };
    }
}

/// Calls the shutdown callback of a provider, if there is one.
///
/// # Safety
/// A non-NULL provider is alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aws_credentials_provider_invoke_shutdown_callback(
    provider: *mut aws_credentials_provider,
) {
    // SAFETY: as the caller promises; the options are copied because the callback may end all.
    if let Some(options) = unsafe { provider.as_ref() }.map(|provider| provider.shutdown_options) {
        announce(&options);
    }
}

/// Asks a provider on behalf of one of ours. What comes back of the question comes with an error.
///
/// # Safety
/// `callback` takes the question over: its user data is a parcel of that.
pub(super) unsafe fn ask<T: Send>(
    provider: &CredentialsProvider,
    callback: Callback,
    question: T,
) -> Result<(), (Error, T)> {
    let callback: aws_on_get_credentials_callback_fn = Some(callback);
    let (parcel, question) = Parcel::new(question);
    let get = aws_credentials_provider_get_credentials;
    // SAFETY: the provider is alive; what keeps it so until the callback is in the question.
    let asked = unsafe { call_out!(get, provider.as_ptr(), callback, question) };
    // SAFETY: a provider that refuses does not call back.
    unsafe { parcel.settle(question, asked) }
}

/// What a provider of ours is made around.
///
/// # Safety
/// The provider was made by [`make`] around a `K`.
pub(super) unsafe fn kind_of<K: Kind>(provider: &CredentialsProvider) -> &K {
    // SAFETY: as the caller promises; the handle keeps the provider alive.
    unsafe { &(*provider.as_ptr().cast::<Provider<K>>()).kind }
}

/// What a constructor returns to C; the error is raised on the way.
pub(super) fn returned(made: Result<CredentialsProvider, Code>) -> *mut aws_credentials_provider {
    match made {
        Ok(provider) => provider.into_raw(),
        Err(code) => {
            raise(code);
            null_mut()
        }
    }
}

/// Allocator and options of a constructor, neither of which may be NULL.
///
/// # Safety
/// The allocator is valid for as long as what is made; the options are readable.
pub(super) unsafe fn arguments<'a, T>(
    allocator: *mut aws_allocator,
    options: *const T,
) -> Result<(Allocator, &'a T), Code> {
    // SAFETY: as the caller promises.
    let arguments = unsafe { Allocator::from_raw(allocator).zip(options.as_ref()) };
    arguments.ok_or(Code::INVALID_ARGUMENT)
}

/// Options of a provider that only other providers know.
pub(super) const NO_SHUTDOWN: aws_credentials_provider_shutdown_options =
    aws_credentials_provider_shutdown_options {
        shutdown_callback: None,
        shutdown_user_data: null_mut(),
    };
