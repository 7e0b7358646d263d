//! What the caller asked of a client: `aws_s3_client_config`, owned and with valid types.

use std::sync::Arc;

use bytes::Bytes;

use crate::crt;
use crate::error::Result;
use crate::net::proxy::Proxies;
use crate::net::{KeepAlive, Monitoring, TlsSettings};
use crate::operation::FileIo;
use crate::pool::Pool;
use crate::request::RetryConfig;
use crate::sign::{Sessions, SigningConfig};

/// Makes the pool from part size, largest part size and memory limit.
pub type PoolFactory = Box<dyn FnOnce(u64, u64, u64) -> Result<Pool>>;

/// Makes the caller's own source of S3 Express sessions, which holds on to the crew until nothing is left of it.
pub type SessionsFactory = Box<dyn Fn(Arc<crt::Crew>) -> Result<Arc<dyn Sessions>> + Send + Sync>;

pub struct Config {
    /// Where objects are made that the caller sees.
    pub allocator: crt::Allocator,
    pub bootstrap: crt::Bootstrap,
    pub region: Bytes,
    pub signing: Arc<SigningConfig>,
    /// Zero stands for unset in all sizes.
    pub part_size: u64,
    pub max_part_size: u64,
    pub multipart_upload_threshold: u64,
    pub throughput_target_gbps: f64,
    pub memory_limit_bytes: u64,
    pub max_active_connections: u32,
    pub file_io: Option<FileIo>,
    /// The caller's strategy; without one, `retry` applies.
    pub retry_strategy: Option<crt::RetryStrategy>,
    pub retry: RetryConfig,
    pub compute_content_md5: bool,
    pub tls_enabled: bool,
    pub tls: Option<TlsSettings>,
    pub connect_timeout_ms: u32,
    pub keep_alive: Option<KeepAlive>,
    pub monitoring: Option<Monitoring>,
    pub read_backpressure: bool,
    pub initial_read_window: u64,
    pub enable_s3express: bool,
    /// Without one, the library keeps sessions itself.
    pub sessions: Option<SessionsFactory>,
    pub interfaces: Vec<String>,
    /// Faults in `proxies`, `interfaces` and `retry` that are reported only when the pool could be made.
    pub reported_after_pool: Result<()>,
    pub pool: PoolFactory,
    pub proxies: Proxies,
    pub custom_pool: bool,
    /// `Some` when the caller stated an order of delivery.
    pub out_of_order: Option<bool>,
    pub file_io_threads: u16,
    pub extras: Extras,
}

/// What is asked for beyond the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras {
    /// Out and in; 0 is no limit.
    pub most_bytes_per_s: [u64; 2],
    /// Parts that are late are asked for once more.
    pub hedges: bool,
}
