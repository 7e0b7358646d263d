//! Uploads whose body the caller writes piece by piece, without waiting.
//!
//! One part is gathered at a time. A write copies into it what fits; a full part, or the end, goes to the upload as
//! soon as that is ready for it. A write that finds no room leaves a waker, which is woken exactly once: when there
//! is room again, or when the meta request has ended.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BufMut;
use parking_lot::Mutex;
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
    waker: Option<WriteWaker>,
}

/// A part as the caller wrote it.
pub(super) struct WrittenPart {
    pub buffer: Buffer,
    pub ended: bool,
}

impl Writes {
    /// The next part, once it is full or the last one.
    pub async fn next_part(&self, meta: &MetaRequest) -> WrittenPart {
        loop {
            let ready = self.ready.notified();
            {
                let mut state = self.state.lock();
                if state.ready
                    && let Some(buffer) = state.buffer.take()
                {
                    state.ready = false;
                    let (ended, waker) = (state.ended, state.waker.take());
                    drop(state);
                    wake(meta, waker);
                    return WrittenPart { buffer, ended };
                }
            }
            ready.await;
        }
    }

    /// The waker that was never called, at the end of the meta request, and the memory that was never sent.
    pub fn end(&self) -> Option<WriteWaker> {
        let mut state = self.state.lock();
        state.buffer = None;
        state.waker.take()
    }
}

impl MetaRequest {
    /// Takes as much of `data` as fits into the part at hand. `eof` counts only when all of it was taken.
    pub fn poll_write(self: &Arc<Self>, data: &[u8], eof: bool, waker: WriteWaker) -> Written {
        if self.stop.result().is_some() {
            return Written::Failed(Code::S3_REQUEST_HAS_COMPLETED);
        }
        let mut state = self.writes.state.lock();
        if !self.spec.async_writes || state.waker.is_some() || state.ended {
            drop(state);
            return self.refuse(Code::INVALID_STATE.into());
        }
        if state.ready || state.reserving {
            state.waker = Some(waker);
            return Written::Pending;
        }
        if state.buffer.is_none() {
            let number = state.parts_begun;
            state.parts_begun += 1;
            let offset = number.saturating_mul(self.spec.part_size);
            let claimed = match self.reserve(self.spec.part_size, offset, true) {
                Ok(mut pending) => match now(&mut pending) {
                    // The caller could not tell this error of the pool's from one of its own.
                    Poll::Ready(ticket) => ticket
                        .and_then(|ticket| ticket.claim(self.part_size()))
                        .map_err(|error| Error::from(Code::INVALID_STATE).because(error)),
                    Poll::Pending => {
                        state.reserving = true;
                        state.waker = Some(waker);
                        drop(state);
                        self.wait_for_memory(pending);
                        return Written::Pending;
                    }
                },
                Err(error) => Err(error),
            };
            match claimed {
                Ok(buffer) => state.buffer = Some(buffer),
                Err(error) => {
                    drop(state);
                    return self.refuse(error);
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
        }
        Written::Bytes(count)
    }

    fn part_size(&self) -> usize {
        usize::try_from(self.spec.part_size).unwrap_or(usize::MAX)
    }

    /// A write that may not be: the meta request ends with the same error.
    fn refuse(&self, error: Error) -> Written {
        let code = error.code();
        self.stop.set(Severity::Failure, error);
        self.delivery.kick();
        Written::Failed(code)
    }

    fn wait_for_memory(self: &Arc<Self>, pending: Pending) {
        let meta = self.clone();
        let worker = self.env.workers[self.home].clone();
        worker.spawn(async move {
            let size = meta.part_size();
            let claimed = memory(&meta.line, pending).await;
            let claimed = claimed.and_then(|(ticket, _)| ticket.claim(size));
            let waker = {
                let mut state = meta.writes.state.lock();
                state.reserving = false;
                match claimed {
                    Ok(buffer) if meta.stop.result().is_none() => state.buffer = Some(buffer),
                    Ok(_) => {}
                    Err(error) => {
                        meta.stop.set(Severity::Failure, error);
                    }
                }
                // After the end it is for the end to call the waker.
                if meta.stop.result().is_some() { None } else { state.waker.take() }
            };
            wake(&meta, waker);
        });
    }
}

/// Calls a waker on the delivery thread: it is the caller's code and may be slow.
fn wake(meta: &MetaRequest, waker: Option<WriteWaker>) {
    if let Some(waker) = waker {
        meta.delivery.call(move |_| waker());
    }
}

/// Looks at a reservation once.
fn now(pending: &mut Pending) -> Poll<Result<crate::pool::Ticket>> {
    let mut context = Context::from_waker(Waker::noop());
    std::pin::Pin::new(pending).poll(&mut context)
}
