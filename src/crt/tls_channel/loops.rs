//! Event loops between two channels.
//!
//! A thread that first runs a channel on a loop remembers that until it ends, and a loop holds messages. So a loop is
//! used again rather than made anew, by whichever channel needs one.

use super::event_loop::EventLoop;
use crate::crt::EventLoopGroup;
use crate::error::Result;
use crate::sync::Mutex;

/// Loops that no channel is on.
#[derive(Default)]
pub struct TlsLoops(Mutex<Vec<EventLoop>>);

impl TlsLoops {
    /// None is the program's.
    pub fn of(_: &EventLoopGroup) -> Self {
        Self::default()
    }

    pub(super) fn get(&self) -> Result<EventLoop> {
        let idle = self.0.lock().pop();
        idle.map_or_else(EventLoop::new, Ok)
    }

    pub(super) fn put(&self, event_loop: EventLoop) {
        self.0.lock().push(event_loop);
    }
}
