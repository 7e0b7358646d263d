//! The meta requests that a client has under way, for those who count them.

use std::sync::{Arc, Weak};

use super::{Kind, MetaRequest};
use crate::sync::Mutex;

#[derive(Default)]
pub struct Running(Mutex<Vec<Weak<MetaRequest>>>);

/// What one meta request has under way, by the way of its requests through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    pub kind: Kind,
    /// The number of its lane.
    pub lane: u64,
    /// Parts that have come and wait for earlier ones.
    pub waiting: usize,
    /// Bodies that are being handed over, or are next.
    pub delivering: usize,
    /// Bodies that are being written to a file.
    pub writing: usize,
}

impl Running {
    pub(super) fn add(&self, meta: &Arc<MetaRequest>) {
        let mut running = self.0.lock();
        if running.len() == running.capacity() {
            running.retain(|one| one.strong_count() > 0);
        }
        running.push(Arc::downgrade(meta));
    }

    pub fn under_way(&self) -> Vec<UnderWay> {
        let running: Vec<Arc<MetaRequest>> = {
            let mut running = self.0.lock();
            running.retain(|one| one.strong_count() > 0);
            running.iter().filter_map(Weak::upgrade).collect()
        };
        running.iter().map(|meta| meta.under_way()).collect()
    }
}

impl MetaRequest {
    fn under_way(&self) -> UnderWay {
        let come = self.download.lock().parts_completed;
        let backlog = self.delivery.backlog();
        let taken = backlog.taken + backlog.delivering + backlog.writing;
        let come = usize::try_from(come).unwrap_or(usize::MAX);
        UnderWay {
            kind: self.spec.kind,
            lane: self.line.lane.id(),
            waiting: come.saturating_sub(taken),
            delivering: backlog.delivering,
            writing: backlog.writing,
        }
    }
}
