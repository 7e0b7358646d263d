//! A client from its construction to its shutdown.
//!
//! The client owns one [`Env`]; every meta request holds it as well. When the last holder lets go, the pool and
//! everything else that belongs to the caller is given back, the threads run dry, and only then the shutdown callback
//! is called, on the last of these threads.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::Semaphore;

use super::resolver::BootstrapResolver;
use super::workers::Workers;
use super::{Config, Settings, memory, platform};
use crate::clock::Clock;
use crate::crt::{self, Crew};
use crate::error::{Code, Result};
use crate::net::{self, Connections};
use crate::operation::plan::{self, DEFAULT_PART_BYTES};
use crate::operation::{Callbacks, Env, Feature, Limits, MetaRequest, Spec};
use crate::request::Retry;

/// Upload parts that wait for their data, unless `AWS_CRT_S3_MAX_PARTS_PENDING_READ` says otherwise.
const MAX_PENDING_READS: u32 = 5;
const MOST_DEFAULT_FILE_THREADS: usize = 8;

pub struct Client {
    env: Arc<Env>,
    settings: Settings,
}

/// Runs the last step when everything that refers to it has ended.
struct Final {
    bootstrap: Option<crt::Bootstrap>,
    workers: Option<Arc<Workers>>,
    on_shutdown: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Client {
    /// Makes a client. `on_shutdown` runs once, when nothing is left of it; it does not run when this fails.
    pub fn new(
        config: Config,
        handle: usize,
        on_shutdown: impl FnOnce() + Send + Sync + 'static,
    ) -> Result<Self> {
        let raw_target_gbps = config.throughput_target_gbps;
        let instance_type = platform::instance_type(false);
        let default_limit =
            || memory::limit_for_throughput(raw_target_gbps, platform::detected_gbps);
        let configured_limit = memory::configured_limit(config.memory_limit_bytes)?;
        let limit = if configured_limit > 0 { configured_limit } else { default_limit() };

        let part_size_is_set = config.part_size > 0;
        let part_bytes = if part_size_is_set { config.part_size } else { DEFAULT_PART_BYTES };
        let max_part_bytes = match config.max_part_size {
            0 => memory::max_part_size_for_limit(limit),
            size => size,
        };
        let ideal_connections = plan::ideal_connections(raw_target_gbps);
        let pool = (config.pool)(part_bytes, max_part_bytes, limit)?;
        config.reported_after_pool?;
        let optimal = plan::client_optimal_range_bytes(limit, ideal_connections)
            .map_or(DEFAULT_PART_BYTES, |bytes| pool.align(bytes));

        let mut features = Vec::new();
        let mut feature = |on: bool, feature| features.extend(on.then_some(feature));
        feature(part_size_is_set && part_bytes != DEFAULT_PART_BYTES, Feature::PartSize);
        feature(!matches!(raw_target_gbps, 0.0 | 10.0), Feature::ThroughputTarget);
        feature(configured_limit > 0 && limit != default_limit(), Feature::MemoryLimit);
        feature(!instance_type.is_empty(), Feature::InstanceType);
        feature(config.custom_pool, Feature::CustomPool);

        let settings = Settings {
            region: config.region,
            signing: config.signing,
            part_bytes,
            part_size_is_set,
            max_part_bytes,
            multipart_upload_threshold: config.multipart_upload_threshold,
            throughput_target_gbps: if raw_target_gbps > 0.0 { raw_target_gbps } else { 10.0 },
            ideal_connections,
            max_active_override: config.max_active_connections,
            file_io: config.file_io,
            compute_content_md5: config.compute_content_md5,
            tls_enabled: config.tls_enabled,
            enable_s3express: config.enable_s3express,
            out_of_order: config.out_of_order,
            ordered_by_environment: is_set("AWS_CRT_S3_ORDERED_DELIVERY"),
            instance_type,
            features,
            first_request_made: AtomicBool::new(false),
        };
        let max_active = settings.max_active(0, None);

        let resolver = config.bootstrap.resolver().ok_or(Code::INVALID_ARGUMENT)?;
        let mut network = net::Config::new(Arc::new(BootstrapResolver(resolver)));
        network.tls = config.tls;
        if config.connect_timeout_ms > 0 {
            network.connect_timeout_ms = config.connect_timeout_ms;
        }
        network.keep_alive = config.keep_alive;
        if config.monitoring.is_some() {
            network.monitoring = config.monitoring;
        }
        network.interfaces = config.interfaces;
        network.max_connections = max_active as usize;

        let clock = Clock::system();
        let retry = match config.retry_strategy {
            Some(strategy) => Retry::Foreign(strategy),
            None => Retry::new(&config.retry, clock.clone()),
        };
        let loops = config.bootstrap.loop_count().max(1);
        let file_threads = file_io_threads(config.file_io_threads, loops);
        let workers = Workers::shared()?;
        let delivery = Arc::new(Crew::new(loops, "AwsS3Body")?);
        let files = Arc::new(Crew::new(file_threads, "AwsS3File")?);
        let connections = Connections::new(network)?;
        let last = Arc::new(Final {
            bootstrap: Some(config.bootstrap),
            workers: Some(workers.clone()),
            on_shutdown: Some(Box::new(on_shutdown)),
        });
        for crew in [&delivery, &files] {
            let last = last.clone();
            crew.when_stopped(move || drop(last));
        }
        let env = Env {
            pool,
            connections,
            retry: Arc::new(retry),
            permits: Arc::new(Semaphore::new(max_active as usize)),
            workers: workers.handles(),
            delivery,
            files,
            clock,
            limits: Limits {
                part_bytes,
                max_part_bytes,
                optimal_range_bytes: optimal,
                max_active,
                read_window_bytes: config.read_backpressure.then_some(config.initial_read_window),
                sequential_requests: is_set("AWS_CRT_S3_FORCE_SEQUENTIAL_REQUESTS"),
                max_pending_reads: max_pending_reads(),
            },
            handle,
            keep: last,
        };
        Ok(Self { env: Arc::new(env), settings })
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn env(&self) -> &Arc<Env> {
        &self.env
    }

    /// Starts an operation.
    pub fn start(&self, spec: Spec, callbacks: Arc<dyn Callbacks>) -> Arc<MetaRequest> {
        MetaRequest::start(self.env.clone(), spec, callbacks)
    }
}

impl Drop for Final {
    fn drop(&mut self) {
        drop(self.bootstrap.take());
        drop(self.workers.take());
        if let Some(on_shutdown) = self.on_shutdown.take() {
            on_shutdown();
        }
    }
}

/// Any text but the empty one counts, `0` and `false` included.
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|text| !text.is_empty())
}

fn file_io_threads(configured: u16, loops: usize) -> usize {
    const VARIABLE: &str = "AWS_CRT_S3_NUM_FILE_IO_THREADS";
    if configured > 0 {
        return usize::from(configured);
    }
    match positive::<u16>(VARIABLE) {
        Some(threads) => usize::from(threads),
        None => loops.clamp(1, MOST_DEFAULT_FILE_THREADS),
    }
}

fn max_pending_reads() -> u32 {
    positive::<u32>("AWS_CRT_S3_MAX_PARTS_PENDING_READ").unwrap_or(MAX_PENDING_READS)
}

/// A variable that holds a plain decimal above zero; anything else is warned of and ignored.
fn positive<T: std::str::FromStr + Default + PartialOrd>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<T>().ok().filter(|number| plain && *number > T::default());
    if number.is_none() {
        crate::log!(Warn, Client, "{variable} is ignored: {text:?} is no number in range");
    }
    number
}
