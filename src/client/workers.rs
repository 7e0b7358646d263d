//! The network workers: one single-threaded runtime per processor that this process may use.
//!
//! All clients of the process share them. They start with the first client and end when the last one is gone; a task
//! never moves from the worker it was spawned on.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::crt;
use crate::error::{Code, Error, Result};

pub(super) struct Workers {
    handles: Arc<[Handle]>,
    /// Dropping a sender ends its worker.
    _running: Vec<oneshot::Sender<()>>,
}

static SHARED: Mutex<Weak<Workers>> = Mutex::new(Weak::new());

impl Workers {
    /// The workers of this process, started if there are none.
    pub fn shared() -> Result<Arc<Self>> {
        let mut shared = SHARED.lock();
        if let Some(workers) = shared.upgrade() {
            return Ok(workers);
        }
        let workers = Arc::new(Self::start(processors())?);
        *shared = Arc::downgrade(&workers);
        Ok(workers)
    }

    pub fn handles(&self) -> Arc<[Handle]> {
        self.handles.clone()
    }

    fn start(count: usize) -> Result<Self> {
        let mut handles = Vec::with_capacity(count);
        let mut running = Vec::with_capacity(count);
        for index in 0..count {
            let runtime = Builder::new_current_thread().enable_io().enable_time().build();
            // What lacks is a descriptor, as a rule.
            let runtime =
                runtime.map_err(|error| Error::from(Code::of_file_error(&error)).because(error))?;
            let (stop, stopped) = oneshot::channel::<()>();
            handles.push(runtime.handle().clone());
            running.push(stop);
            crt::thread::spawn(&format!("AwsS3Net{}", index + 1), move || {
                // Ends when the sender goes; what is still queued is dropped with the runtime.
                let _ = runtime.block_on(stopped);
            })?;
        }
        Ok(Self { handles: handles.into(), _running: running })
    }
}

/// Processors that affinity and cgroup quota leave to this process.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
