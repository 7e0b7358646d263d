//! Event loops between two channels.
//!
//! A thread that first runs a channel on a loop remembers that until it ends, and a loop holds messages. So a loop is
//! used again rather than made anew, by whichever channel needs one.

use super::event_loop::EventLoop;
use crate::error::{Code, Error, Result};
use crate::sync::Mutex;

/// Loops that no channel is on.
#[derive(Default)]
pub struct TlsLoops(Mutex<Vec<EventLoop>>);

impl TlsLoops {
    /// Fails where the host's loops are not those that `crate::crt::host::types` describes: the build has found out.
    pub(super) fn get(&self) -> Result<EventLoop> {
        if cfg!(foreign_channels) {
            let cause = "this aws-c-io is too different for its TLS contexts to be used";
            return Err(Error::new(Code::UNSUPPORTED_OPERATION).because(cause).lasting());
        }
        let idle = self.0.lock().pop();
        idle.map_or_else(EventLoop::new, Ok)
    }

    pub(super) fn put(&self, event_loop: EventLoop) {
        self.0.lock().push(event_loop);
    }
}
