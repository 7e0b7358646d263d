//! Uploads whose body the caller writes piece by piece, without waiting.
//!
//! One part is gathered at a time. A write copies into it what fits; a full part, or the end, goes to the upload as
//! soon as that is ready for it. A write that finds no room leaves a waker, which is woken exactly once: when there
//! is room again, or when the meta request has ended. Behind the last part that there can be, only the end is taken.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::sync::{Mutex, MutexGuard};
use bytes::BufMut;
use tokio::sync::Notify;

use super::MetaRequest;
use super::part::memory;
use crate::error::{Code, Error, Result};
use crate::pool::{Buffer, Pending};
use crate::request::Severity;

/// Called once, when it is worth writing again.
pub type WriteWaker = Box<dyn FnOnce() + Send>;

/// What became of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// So many bytes were taken.
    Bytes(usize),
    /// Nothing was taken; the waker will be called.
    Pending,
    /// The waker will not be called.
    Failed(Code),
}

#[derive(Default)]
pub(super) struct Writes {
    state: Mutex<State>,
    ready: Notify,
}

#[derive(Default)]
struct State {
    buffer: Option<Buffer>,
    /// The part waits to be taken: it is full, or the last one.
    ready: bool,
    ended: bool,
    /// Memory has been asked for and is still to come.
    reserving: bool,
    parts_begun: u64,
    /// The meta request has ended: nobody would call a waker any more.
    over: bool,
    waker: Option<WriteWaker>,
}

/// What the pool said.
enum Memory {
    There(Buffer),
    Later(Pending),
}

/// A part as the caller wrote it; without memory if nothing but the end was left to be written.
pub(super) struct WrittenPart {
    pub buffer: Option<Buffer>,
    pub ended: bool,
}

impl Writes {
    /// Waits until the next part is full or the last one.
    pub async fn part_is_ready(&self) {
        loop {
            let ready = self.ready.notified();
            if self.state.lock().ready {
                return;
            }
            ready.await;
        }
    }

    /// Takes the next part, if it is full or the last one, and so makes room for the one after it.
    pub fn take_part(&self, meta: &MetaRequest) -> Option<WrittenPart> {
        let mut state = self.state.lock();
        if !state.ready {
            return None;
        }
        let buffer = state.buffer.take();
        state.ready = false;
        let (ended, waker) = (state.ended, state.waker.take());
        drop(state);
        wake(meta, waker);
        Some(WrittenPart { buffer, ended })
    }

    /// The waker that was never called, at the end of the meta request, and the memory that was never sent.
    pub fn end(&self) -> Option<WriteWaker> {
        let (buffer, waker) = {
            let mut state = self.state.lock();
            state.over = true;
            (state.buffer.take(), state.waker.take())
        };
        drop(buffer);
        waker
    }
}

impl MetaRequest {
    /// Takes as much of `data` as fits into the part at hand. `eof` counts only when all of it was taken.
    pub fn poll_write(self: &Arc<Self>, data: &[u8], eof: bool, waker: WriteWaker) -> Written {
        const OVER: Written = Written::Failed(Code::S3_REQUEST_HAS_COMPLETED);
        if self.stop.result().is_some() {
            return OVER;
        }
        let mut state = self.writes.state.lock();
        if state.over {
            return OVER;
        }
        if !self.spec.async_writes || state.waker.is_some() || state.ended {
            drop(state);
            return self.refuse(Code::INVALID_STATE.into());
        }
        if state.ready || state.reserving {
            state.waker = Some(waker);
            return Written::Pending;
        }
        let part = state.parts_begun + 1;
        if state.buffer.is_none() && self.spec.sizes.bytes(part) == 0 {
            return self.write_beyond(state, data, eof);
        }
        if state.buffer.is_none() {
            // The pool may be anybody's code: nothing is locked meanwhile, and other writes find it under way.
            (state.reserving, state.parts_begun) = (true, part);
            drop(state);
            let asked = self.ask_for_memory(part);
            state = self.writes.state.lock();
            match asked {
                // What was asked for goes back to the pool without the lock.
                _ if state.over => {
                    drop(state);
                    return OVER;
                }
                Ok(Memory::There(buffer)) => {
                    state.reserving = false;
                    state.buffer = Some(buffer);
                }
                Ok(Memory::Later(pending)) if state.waker.is_none() => {
                    state.waker = Some(waker);
                    drop(state);
                    self.wait_for_memory(part, pending);
                    return Written::Pending;
                }
                refused => {
                    drop(state);
                    // Without an error of its own: two writes at once.
                    return self.refuse(refused.err().unwrap_or(Code::INVALID_STATE.into()));
                }
            }
        }
        let Some(buffer) = &mut state.buffer else { return Written::Failed(Code::INVALID_STATE) };
        let count = data.len().min(buffer.remaining_mut());
        buffer.put_slice(&data[..count]);
        let full = !buffer.has_remaining_mut();
        state.ended = eof && count == data.len();
        if state.ended || full {
            state.ready = true;
            drop(state);
            self.writes.ready.notify_one();
        } else {
            // Somebody else's, who came while the pool was asked.
            let other = state.waker.take();
            drop(state);
            wake(self, other);
        }
        Written::Bytes(count)
    }

    /// A write behind the last part that there can be: only the end may come.
    fn write_beyond(&self, mut state: MutexGuard<'_, State>, data: &[u8], eof: bool) -> Written {
        if !data.is_empty() {
            drop(state);
            return self.refuse(self.spec.too_much());
        }
        if eof {
            (state.ended, state.ready) = (true, true);
            drop(state);
            self.writes.ready.notify_one();
        }
        Written::Bytes(0)
    }

    /// Memory for a part, or the promise of it.
    fn ask_for_memory(&self, part: u64) -> Result<Memory> {
        let sizes = &self.spec.sizes;
        let mut pending = self.reserve(sizes.bytes(part), sizes.offset(part), true)?;
        match now(&mut pending) {
            Poll::Pending => Ok(Memory::Later(pending)),
            Poll::Ready(ticket) => {
                let buffer = ticket.and_then(|ticket| ticket.claim(self.part_bytes(part)));
                // The caller could not tell this error of the pool's from one of its own.
                let error = |error| Error::from(Code::INVALID_STATE).because(error);
                buffer.map(Memory::There).map_err(error)
            }
        }
    }

    fn part_bytes(&self, part: u64) -> usize {
        usize::try_from(self.spec.sizes.bytes(part)).unwrap_or(usize::MAX)
    }

    /// A write that may not be: the meta request ends with the same error.
    fn refuse(&self, error: Error) -> Written {
        let code = error.code();
        self.stop.set(Severity::Failure, error);
        self.delivery.kick();
        Written::Failed(code)
    }

    fn wait_for_memory(self: &Arc<Self>, part: u64, pending: Pending) {
        let meta = self.clone();
        let worker = self.env.workers[self.home].clone();
        worker.spawn(async move {
            let size = meta.part_bytes(part);
            let claimed = memory(&meta.line, pending).await;
            let claimed = claimed.and_then(|(ticket, _)| ticket.claim(size));
            if let Err(error) = &claimed {
                meta.stop.set(Severity::Failure, error.clone());
            }
            let waker = {
                let mut state = meta.writes.state.lock();
                state.reserving = false;
                // After the end it is for the end to call the waker, and nobody wants the memory.
                if meta.stop.result().is_some() || state.over {
                    None
                } else {
                    state.buffer = claimed.ok();
                    state.waker.take()
                }
            };
            wake(&meta, waker);
        });
    }
}

/// Calls a waker on the delivery thread: it is the caller's code and may be slow.
fn wake(meta: &MetaRequest, waker: Option<WriteWaker>) {
    if waker.is_some() {
        let call = Call(waker);
        meta.delivery.call(move |_| drop(call));
    }
}

/// Calls the waker when it is dropped: also with a call that comes too late to be made, after the meta request's end.
struct Call(Option<WriteWaker>);

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            waker();
        }
    }
}

/// Looks at a reservation once.
fn now(pending: &mut Pending) -> Poll<Result<crate::pool::Ticket>> {
    let mut context = Context::from_waker(Waker::noop());
    std::pin::Pin::new(pending).poll(&mut context)
}
