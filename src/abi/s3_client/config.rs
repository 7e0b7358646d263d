//! `struct aws_s3_client_config` and the structs inside it.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use super::*;
use crate::abi::*;
use crate::crt::sys::*;

/// Most event loops that `aws_s3_client_bootstrap_default` makes unless told a number.
pub const AWS_S3_DEFAULT_MAX_EVENT_LOOPS: u32 = 96;

/// Whether the client speaks TLS.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_tls_mode {
    /// HTTPS, port 443 unless the endpoint of a meta request says otherwise.
    AWS_MR_TLS_ENABLED,
    /// Plain HTTP, port 80 unless the endpoint of a meta request says otherwise.
    AWS_MR_TLS_DISABLED,
}

/// Whether the client adds `Content-MD5` to uploads.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_meta_request_compute_content_md5 {
    /// Not computed. (The parts of a multipart upload still get one each when the caller's message
    /// has the header.)
    AWS_MR_CONTENT_MD5_DISABLED,
    /// Computed for every part, and for an upload in one request whose message has none. An upload
    /// with another checksum gets no MD5.
    AWS_MR_CONTENT_MD5_ENABLED,
}

/// How a client without a `retry_strategy` of its caller's retries.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum aws_s3_retry_mode {
    /// Exponential backoff, limited by a budget of retries per host.
    AWS_S3_RETRY_MODE_STANDARD,
    /// Like standard; besides, the rate of sending is lowered while S3 throttles.
    AWS_S3_RETRY_MODE_ADAPTIVE,
    /// Exponential backoff without a budget.
    AWS_S3_RETRY_MODE_EXPONENTIAL_BACKOFF,
    /// No retries: the first failure is final.
    AWS_S3_RETRY_MODE_NONE,
}

/// TCP keep-alive for the connections of a client.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_tcp_keep_alive_options {
    /// Seconds of silence after which the first probe is sent.
    pub keep_alive_interval_sec: u16,
    /// Seconds to wait for an answer before the next probe is sent.
    pub keep_alive_timeout_sec: u16,
    /// Unanswered probes after which the connection counts as dead.
    pub keep_alive_max_failed_probes: u16,
}

/// How files are read for uploads and written for downloads.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_file_io_options {
    /// True sends a part while its file is still being read, through 2 MiB of memory, instead of
    /// reading it whole first. Then checksums cannot go into a header (AWS_SCL_HEADER is refused).
    /// Without options of any kind, uploads above 1 TiB stream.
    pub should_stream: bool,
    /// Gigabits per second that the disk delivers; when streaming, there are only as many
    /// connections as that can feed. 0 means the throughput target of the client.
    pub disk_throughput_gbps: f64,
    /// True bypasses the page cache where the platform allows it and sizes and offsets are aligned
    /// to pages. What cannot be done so is done through the cache; it is never an error.
    pub direct_io: bool,
}

/// Retries of a client without a `retry_strategy` of its caller's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_config_retry_config {
    /// Retries after the first attempt. 0 means 5; to switch retries off, use
    /// AWS_S3_RETRY_MODE_NONE.
    pub max_retries: usize,
    /// Milliseconds that the exponential delay starts from. 0 means 500.
    pub backoff_scale_factor_ms: u32,
    /// Longest delay, in seconds. 0 means 20.
    pub max_backoff_secs: u32,
    /// How delays are spread at random. 0 means full jitter. An unknown value fails
    /// `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT, except in AWS_S3_RETRY_MODE_NONE.
    pub jitter_mode: aws_exponential_backoff_jitter_mode,
    /// Budget of retries per host (standard and adaptive mode). 0 means 500.
    pub initial_bucket_capacity: usize,
    /// Which kind of retries. 0 and unknown values mean AWS_S3_RETRY_MODE_STANDARD.
    pub retry_mode: MaybeUninit<aws_s3_retry_mode>,
    /// Adaptive mode: true fails a request with AWS_IO_RETRY_PERMISSION_DENIED, instead of letting
    /// it wait, while the limit of the sending rate is exhausted.
    pub fast_fail_if_no_token: bool,
}

/// What a client is made from. Set everything to zero first, then what is wanted; zero means the
/// default.
///
/// The struct, and everything it points to, is copied or counted by `aws_s3_client_new` and may go
/// when that returns, unless a field says otherwise.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_config {
    /// Most connections that the client uses at the same time; lowers, never raises, the number
    /// that follows from `throughput_target_gbps`. 0 means no limit of its own.
    pub max_active_connections_override: u32,
    /// AWS region, used to sign where a signing configuration leaves its own region empty.
    pub region: aws_byte_cursor,
    /// Event loops and host resolver to use. Required. The client keeps a reference.
    pub client_bootstrap: *mut aws_client_bootstrap,
    /// HTTPS or HTTP. 0 means HTTPS.
    pub tls_mode: MaybeUninit<aws_s3_meta_request_tls_mode>,
    /// TLS settings; the server name in it is replaced by the host of each endpoint. NULL means the
    /// trust store of the system. Ignored when `tls_mode` is AWS_MR_TLS_DISABLED.
    pub tls_connection_options: *const aws_tls_connection_options,
    /// How files are read and written by meta requests without `fio_opts` of their own. NULL means
    /// the defaults.
    pub fio_opts: *mut aws_s3_file_io_options,
    /// How requests are signed, and with which credentials. Required, and it must name credentials
    /// or a provider of them; `aws_s3_init_default_signing_config` fills one. `date` in it is
    /// ignored. The data behind `should_sign_header_ud` must live until the shutdown callback.
    pub signing_config: *const aws_signing_config_aws,
    /// Bytes per part. 0 means 8 MiB, and that downloads choose a size that suits the object.
    /// Uploads use at least 5 MiB, and more where 10,000 parts of this size would not do. Where the
    /// length is not known, 2,000 parts have this size, and then the size doubles every 500 parts,
    /// up to `max_part_size`.
    pub part_size: u64,
    /// Most bytes per part of an upload; an upload that needs more is refused with
    /// AWS_ERROR_S3_PART_SIZE_EXCEEDS_MEMORY_LIMIT, unless it streams from a file or from memory of
    /// the caller's. One of unknown length that turns out to need more ends with that error as soon
    /// as it does. 0 means half of the memory limit, at most 5 GiB. With the default pool it must be
    /// at least `part_size` and 128 MiB below the memory limit.
    pub max_part_size: u64,
    /// Uploads of a known length up to this many bytes are sent in one request, longer ones in
    /// parts. 0 means `part_size`, at least 5 MiB.
    pub multipart_upload_threshold: u64,
    /// Gigabits per second to aim at: determines the number of connections and the default memory
    /// limit. 0 means 10. Negative values fail `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT.
    pub throughput_target_gbps: f64,
    /// Bytes of part buffers to stay below. 0 means the environment variable
    /// AWS_CRT_S3_MEMORY_LIMIT_IN_MB, then AWS_CRT_S3_MEMORY_LIMIT_IN_GIB, then
    /// `aws_s3_default_memory_limit_for_throughput`, but no more than half of what the process may
    /// use (machine, resource limits, control groups). The default pool needs 256 MiB.
    pub memory_limit_in_bytes: u64,
    /// How failed requests are retried. NULL means a strategy made from `retry_config`. The client
    /// keeps a reference.
    pub retry_strategy: *mut aws_retry_strategy,
    /// Retries when `retry_strategy` is NULL; not looked at otherwise.
    pub retry_config: aws_s3_client_config_retry_config,
    /// Whether uploads carry `Content-MD5`. 0 means no.
    pub compute_content_md5: MaybeUninit<aws_s3_meta_request_compute_content_md5>,
    /// Called once when the client is gone. May be NULL. Not called when `aws_s3_client_new` fails.
    pub shutdown_callback: aws_s3_client_shutdown_complete_callback_fn,
    /// Handed to `shutdown_callback`.
    pub shutdown_callback_user_data: *mut c_void,
    /// A proxy to connect through. NULL means what `proxy_ev_settings` says.
    pub proxy_options: *const aws_http_proxy_options,
    /// Whether and how proxies of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) are used
    /// while `proxy_options` is NULL. NULL means that they are used; a struct with AWS_HPEV_DISABLE
    /// switches them off.
    pub proxy_ev_settings: *const proxy_env_var_settings,
    /// Milliseconds that connecting may take. 0 means 3000.
    pub connect_timeout_ms: u32,
    /// TCP keep-alive. NULL means off.
    pub tcp_keep_alive_options: *const aws_s3_tcp_keep_alive_options,
    /// When a connection is too slow to keep. NULL means below 1 byte per second for 30 seconds; a
    /// struct with a zero in it switches the check off.
    pub monitoring_options: *const aws_http_connection_monitoring_options,
    /// True makes downloads wait for their caller: each has a window of bytes that it may still
    /// receive, which `aws_s3_meta_request_increment_read_window` opens further. Without a body
    /// callback it opens by itself, by what has reached the file or the memory.
    pub enable_read_backpressure: bool,
    /// Bytes by which the window of each download is open from the start. Not looked at without
    /// `enable_read_backpressure`.
    pub initial_read_window: usize,
    /// True allows S3 Express. Without it a signing configuration that asks for
    /// AWS_SIGNING_ALGORITHM_V4_S3EXPRESS is refused with AWS_ERROR_INVALID_ARGUMENT.
    pub enable_s3express: bool,
    /// Makes the provider of S3 Express credentials, when the first meta request needs it. NULL
    /// means that the library makes sessions, keeps them and renews them by itself. Must not call
    /// back into the client.
    pub s3express_provider_override_factory: aws_s3express_provider_factory_fn,
    /// Handed to `s3express_provider_override_factory`; must live until the shutdown callback.
    pub factory_user_data: *mut c_void,
    /// Names of network interfaces over which new connections are spread in turn. An unknown name
    /// fails `aws_s3_client_new` with AWS_ERROR_INVALID_ARGUMENT. NULL means that the system
    /// chooses.
    pub network_interface_names_array: *const aws_byte_cursor,
    /// Number of elements of `network_interface_names_array`.
    pub num_network_interface_names: usize,
    /// Makes the pool that part buffers come from. NULL means the built-in one.
    pub buffer_pool_factory_fn: aws_s3_buffer_pool_factory_fn,
    /// Handed to `buffer_pool_factory_fn`.
    pub buffer_pool_user_data: *mut c_void,
    /// Whether downloads hand over parts as they come instead of in the order of the object, where
    /// a meta request does not say. AWS_TRIBOOL_UNSET means: into a file yes, unless the
    /// environment variable AWS_CRT_S3_ORDERED_DELIVERY is set; otherwise no. Both other values are
    /// non-zero, so never test this for truth.
    pub out_of_order_delivery: aws_tribool,
    /// Threads that write downloads to files. 0 means the environment variable
    /// AWS_CRT_S3_NUM_FILE_IO_THREADS, else one per event loop of the bootstrap, at most 8.
    pub num_file_io_threads: u16,
}

/// What `aws_s3_client_bootstrap_default` may be told. Zero means the default everywhere.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct aws_s3_client_bootstrap_options {
    /// Number of event loops. 0 means one per processor, at most AWS_S3_DEFAULT_MAX_EVENT_LOOPS.
    pub event_loop_count: u16,
    /// Hosts whose addresses are remembered. 0 means 16.
    pub host_resolver_max_entries: usize,
    /// Not used at present.
    pub throughput_target_gbps: f64,
}
