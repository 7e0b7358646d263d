//! What an operation gets from its client: budgets, workers, threads and the numbers of its configuration.

use std::any::Any;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::clock::Clock;
use crate::crt::Crew;
use crate::net::Connections;
use crate::pool::Pool;
use crate::request::{Activity, FirstByteLimit, Hedges, Retry};
use crate::schedule::Schedule;

use super::{Bodies, Runners, Underway};

/// Shared by all operations of a client.
pub struct Env {
    pub pool: Pool,
    pub bodies: Bodies,
    pub connections: Arc<Connections>,
    pub retry: Arc<Retry>,
    /// What was learnt about how long upload parts take; `None` where nothing is retried.
    pub upload_limit: Option<Arc<FirstByteLimit>>,
    /// What was learnt about how late parts of downloads are; `None` where none is asked for again.
    pub hedges: Option<Arc<Hedges>>,
    /// Who goes next.
    pub schedule: Arc<Schedule>,
    /// One single-threaded runtime each; a task stays where it was put.
    pub workers: Arc<[Handle]>,
    /// The tasks of each that carry meta requests.
    pub runners: Arc<[Runners<Underway>]>,
    /// Keeps the client alive. Goes before the threads, which hold on to it as well: one of them is to end it.
    pub keep: Arc<dyn Any + Send + Sync>,
    /// Threads that call the caller's callbacks and read its streams.
    pub delivery: Arc<Crew>,
    /// Threads that read and write files.
    pub files: Arc<Crew>,
    pub clock: Clock,
    pub limits: Limits,
    /// Address of the client's C object, which buffer pools are given.
    pub handle: usize,
    pub activity: Arc<Activity>,
}

/// The numbers of the client's configuration that operations look at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub part_bytes: u64,
    pub max_part_bytes: u64,
    pub optimal_range_bytes: u64,
    pub max_active: u32,
    /// Initial read window; `None` without backpressure.
    pub read_window_bytes: Option<u64>,
    /// Parts are requested in object order whatever the delivery order.
    pub sequential_requests: bool,
    /// Parts of one upload that may wait for their data.
    pub max_pending_reads: u32,
}
