//! What is handed to C until it calls back: once, as a rule.
//!
//! A function that takes a callback may end its thread before it returns, and nobody knows then whether it has called
//! back, will do so, or never will. So what was handed over can be taken back at any time, and a callback that comes
//! later finds nothing.

use core::ffi::{c_int, c_void};
use std::sync::Arc;

use crate::error::Error;
use crate::sync::Mutex;

use super::call::Ended;
use super::check;

type Slot<T> = Mutex<Option<T>>;

/// One side of it; C has the other.
pub struct Parcel<T>(Arc<Slot<T>>);

impl<T: Send> Parcel<T> {
    /// The pointer is for [`open`](Self::open), once.
    pub fn new(content: T) -> (Self, *mut c_void) {
        let slot = Arc::new(Mutex::new(Some(content)));
        (Self(slot.clone()), Arc::into_raw(slot).cast_mut().cast())
    }

    /// Goes on after C was asked: a refusal is an error, as is an end of the thread, and gives everything back; unless
    /// the callback has come all the same, which counts.
    ///
    /// # Safety
    /// `handed` came with this parcel, and C does not call back when it refuses.
    pub unsafe fn settle(
        self,
        handed: *mut c_void,
        asked: Result<c_int, Ended>,
    ) -> Result<(), (Error, T)> {
        let Err(error) = asked.map_err(Error::from).and_then(check) else { return Ok(()) };
        // SAFETY: as the caller promises.
        let content = unsafe { self.take_back(handed, asked.is_err()) };
        content.map_or(Ok(()), |content| Err((error, content)))
    }

    /// The same for what is of no use any more when it comes back.
    ///
    /// # Safety
    /// As for [`settle`](Self::settle).
    pub unsafe fn after(
        self,
        handed: *mut c_void,
        asked: Result<c_int, Ended>,
    ) -> Result<(), Error> {
        // SAFETY: as the caller promises.
        unsafe { self.settle(handed, asked) }.map_err(|(error, _)| error)
    }

    /// # Safety
    /// `handed` came with this parcel; C does not use it any more, or it `may_come` yet.
    unsafe fn take_back(self, handed: *mut c_void, may_come: bool) -> Option<T> {
        let content = self.0.lock().take();
        if content.is_some() && !may_come {
            // SAFETY: made by `new`, and not opened.
            drop(unsafe { Arc::from_raw(handed.cast_const().cast::<Slot<T>>()) });
        }
        content
    }

    /// The callback's side. Nothing is in it when it was taken back.
    ///
    /// # Safety
    /// `handed` was made by [`new`](Self::new) and is used once.
    pub unsafe fn open(handed: *mut c_void) -> Option<T> {
        // SAFETY: as the caller promises.
        let slot = unsafe { Arc::from_raw(handed.cast_const().cast::<Slot<T>>()) };
        let content = slot.lock().take();
        drop(slot);
        content
    }
}
