//! The network workers: a few single-threaded runtimes for each event loop group of the program.
//!
//! Clients that share a group share its workers, as they would share its loops; clients of other groups never meet
//! them, whatever a provider, a filter or a pool of the program does on their threads. A group has as many workers as
//! it has loops, but not more than this process has processors. They start with the first client and end when the last
//! one is gone; a task never moves from the worker it was spawned on.

use std::sync::{Arc, Weak};

use crate::sync::Mutex;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::crt::process::{Heir, PerProcess};
use crate::crt::{self, EventLoopGroup, TlsLoops};
use crate::error::{Code, Error, Result};
use crate::operation::{Runners, Underway};
use crate::schedule::Naps;

pub(super) struct Workers {
    handles: Arc<[Handle]>,
    runners: Arc<[Runners<Underway>]>,
    naps: Arc<Naps>,
    /// Dropping a sender ends its worker.
    _running: Vec<oneshot::Sender<()>>,
    /// Held so that no other group gets its address while there are workers under it.
    _group: EventLoopGroup,
    /// What TLS sessions on these threads share.
    tls_loops: Arc<TlsLoops>,
}

/// The workers of this process, by the address of their group.
#[derive(Default)]
struct Registry {
    entries: Mutex<Vec<(usize, Weak<Workers>)>>,
}

/// The threads of a parent do not exist in its child.
impl Heir for Registry {
    fn inherit(_parent: Option<&Self>) -> Self {
        Self::default()
    }
}

static REGISTRY: PerProcess<Registry> = PerProcess::new();

impl Workers {
    /// The workers of this group, started if there are none.
    pub fn of(group: EventLoopGroup) -> Result<Arc<Self>> {
        let address = group.as_ptr().addr();
        let mut entries = REGISTRY.get().entries.lock();
        // Whatever is alive holds its group: one that has ended cannot be taken for another at its address.
        let known = entries
            .iter()
            .find_map(|(at, workers)| (*at == address).then(|| workers.upgrade()).flatten());
        if let Some(workers) = known {
            return Ok(workers);
        }
        entries.retain(|(_, workers)| workers.strong_count() > 0);
        let count = group.loop_count().clamp(1, processors());
        let workers = Arc::new(Self::start(count, group)?);
        entries.push((address, Arc::downgrade(&workers)));
        Ok(workers)
    }

    pub fn handles(&self) -> Arc<[Handle]> {
        self.handles.clone()
    }

    pub fn runners(&self) -> Arc<[Runners<Underway>]> {
        self.runners.clone()
    }

    pub fn tls_loops(&self) -> Arc<TlsLoops> {
        self.tls_loops.clone()
    }

    /// How long they sleep.
    pub fn naps(&self) -> Arc<Naps> {
        self.naps.clone()
    }

    fn start(count: usize, group: EventLoopGroup) -> Result<Self> {
        let mut handles = Vec::with_capacity(count);
        let mut running = Vec::with_capacity(count);
        let naps = Arc::new(Naps::of(count));
        for index in 0..count {
            let (sleeping, woken) = (naps.clone(), naps.clone());
            let runtime = Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .on_thread_park(move || sleeping.begin(index))
                .on_thread_unpark(move || woken.end(index))
                .build();
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
        let runners = handles.iter().cloned().map(Runners::on).collect();
        let handles = handles.into();
        let tls_loops = Arc::new(TlsLoops::of(&group));
        Ok(Self { handles, runners, naps, _running: running, _group: group, tls_loops })
    }
}

/// Processors that affinity and cgroup quota leave to this process.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
