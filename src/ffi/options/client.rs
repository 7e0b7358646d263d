//! `aws_s3_client_config`.

use std::sync::Arc;

use crate::abi::*;
use crate::backoff::Jitter;
use crate::client::{Config, Extras, PoolFactory};
use crate::crt::sys::aws_signing_config_aws;
use crate::crt::{self, Allocator, Bootstrap, RetryStrategy, TlsSettings};
use crate::error::{Code, Error, Result};
use crate::ffi::argument::{self, number, tribool, truth};
use crate::ffi::session_provider::sessions_factory;
use crate::net::{KeepAlive, Monitoring};
use crate::pool::{Pool, default_pool};
use crate::request::{RetryConfig, RetryMode};
use crate::sign::Algorithm;

use super::{proxies, signing_config};

/// Checks and copies a client configuration, in the order in which its faults are reported.
///
/// # Safety
/// `config` is valid for reads, and what it points to is alive during the call; the allocator for as long as the
/// client. `client` is only handed on to the pool factory.
pub(in crate::ffi) unsafe fn client_config(
    allocator: Allocator,
    config: &aws_s3_client_config,
    client: *mut aws_s3_client,
) -> Result<Config> {
    // SAFETY: as the caller promises.
    let bootstrap = unsafe { Bootstrap::acquire(config.client_bootstrap) };
    let bootstrap = bootstrap.ok_or(Code::INVALID_ARGUMENT)?;
    if config.throughput_target_gbps < 0.0 {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    // SAFETY: as the caller promises.
    let region = unsafe { argument::bytes(config.region) };
    let express = truth(&config.enable_s3express);
    // SAFETY: as the caller promises.
    let signing = unsafe { argument::required(config.signing_config)? };
    check_signing(signing, express)?;
    let tls_enabled =
        number(&config.tls_mode) != aws_s3_meta_request_tls_mode::AWS_MR_TLS_DISABLED as u32;
    // SAFETY: as the caller promises.
    let tls = unsafe { tls_settings(config, tls_enabled) };
    // SAFETY: as the caller promises.
    let (proxies, interfaces) =
        unsafe { (proxies(allocator, config, tls_enabled), interfaces(config)) };
    let retry = retry_config(config);
    let faults = [proxies.as_ref().err(), interfaces.as_ref().err(), retry.as_ref().err()];
    let fault = faults.into_iter().flatten().next();
    let reported_after_pool = fault.map_or(Ok(()), |error| Err(error.clone()));
    Ok(Config {
        allocator,
        bootstrap,
        // SAFETY: as the caller promises.
        signing: Arc::new(unsafe { signing_config(signing, &region) }),
        region,
        part_size: config.part_size,
        max_part_size: config.max_part_size,
        multipart_upload_threshold: config.multipart_upload_threshold,
        throughput_target_gbps: config.throughput_target_gbps,
        memory_limit_bytes: config.memory_limit_in_bytes,
        max_active_connections: config.max_active_connections_override,
        // SAFETY: as the caller promises.
        file_io: unsafe { argument::file_io(config.fio_opts) },
        // SAFETY: as the caller promises.
        retry_strategy: unsafe { RetryStrategy::acquire(config.retry_strategy) },
        retry: retry.unwrap_or_default(),
        compute_content_md5: number(&config.compute_content_md5) != 0,
        tls_enabled,
        tls,
        connect_timeout_ms: config.connect_timeout_ms,
        // SAFETY: as the caller promises.
        keep_alive: unsafe { keep_alive(config) },
        // SAFETY: as the caller promises.
        monitoring: unsafe { monitoring(config) },
        read_backpressure: truth(&config.enable_read_backpressure),
        initial_read_window: config.initial_read_window as u64,
        enable_s3express: express,
        sessions: sessions_factory(allocator, config, client),
        interfaces: interfaces.unwrap_or_default(),
        reported_after_pool,
        pool: pool_factory(allocator, config, client),
        proxies: proxies.unwrap_or_default(),
        custom_pool: config.buffer_pool_factory_fn.is_some(),
        out_of_order: tribool(config.out_of_order_delivery),
        file_io_threads: config.num_file_io_threads,
        extras: Extras::default(),
    })
}

fn check_signing(signing: &aws_signing_config_aws, express: bool) -> Result<()> {
    let nobody = signing.credentials.is_null() && signing.credentials_provider.is_null();
    let wants_express = Algorithm::from(signing.algorithm) == Algorithm::S3Express;
    if nobody || (wants_express && !express) {
        return Err(Code::INVALID_ARGUMENT.into());
    }
    Ok(())
}

fn retry_config(config: &aws_s3_client_config) -> Result<RetryConfig> {
    let retry = &config.retry_config;
    let mode = match number(&retry.retry_mode) {
        1 => RetryMode::Adaptive,
        2 => RetryMode::ExponentialBackoff,
        3 => RetryMode::None,
        _ => RetryMode::Standard,
    };
    let ignored = !config.retry_strategy.is_null() || mode == RetryMode::None;
    let jitter = Jitter::of_number(retry.jitter_mode);
    Ok(RetryConfig {
        mode,
        max_retries: retry.max_retries,
        scale_ms: retry.backoff_scale_factor_ms,
        ceiling_s: retry.max_backoff_secs,
        jitter: match jitter {
            Some(jitter) => jitter,
            None if ignored => Jitter::default(),
            None => return Err(Code::INVALID_ARGUMENT.into()),
        },
        initial_bucket_capacity: retry.initial_bucket_capacity,
        fast_fail_if_no_token: truth(&retry.fast_fail_if_no_token),
    })
}

/// # Safety
/// As for [`client_config`].
unsafe fn tls_settings(config: &aws_s3_client_config, enabled: bool) -> Option<TlsSettings> {
    if !enabled {
        return None;
    }
    // SAFETY: as the caller promises.
    let settings = unsafe { crt::tls_settings(config.tls_connection_options) };
    let mut settings = settings.unwrap_or_default();
    // SAFETY: as the caller promises.
    if let Some(options) = unsafe { argument::optional(config.tls_connection_options) } {
        settings.handshake_timeout_ms = options.timeout_ms;
    }
    // Every endpoint is called by its own name, whatever the options say.
    settings.server_name = None;
    Some(settings)
}

/// # Safety
/// As for [`client_config`].
unsafe fn keep_alive(config: &aws_s3_client_config) -> Option<KeepAlive> {
    // SAFETY: as the caller promises.
    let options = unsafe { argument::optional(config.tcp_keep_alive_options) }?;
    // The names are those of the CRT's sockets, which take the interval for the time before the first probe, and the
    // timeout for the time between two; one without the other is left to the system.
    let (idle_s, interval_s) = (options.keep_alive_interval_sec, options.keep_alive_timeout_sec);
    let both = idle_s > 0 && interval_s > 0;
    Some(KeepAlive {
        idle_s: if both { u32::from(idle_s) } else { 0 },
        interval_s: if both { u32::from(interval_s) } else { 0 },
        max_probes: u32::from(options.keep_alive_max_failed_probes),
    })
}

/// # Safety
/// As for [`client_config`].
unsafe fn monitoring(config: &aws_s3_client_config) -> Option<Monitoring> {
    // SAFETY: as the caller promises.
    let options = unsafe { argument::optional(config.monitoring_options) }?;
    Some(Monitoring {
        min_bytes_per_s: options.minimum_throughput_bytes_per_second,
        interval_s: options.allowable_throughput_failure_interval_seconds,
    })
}

/// # Safety
/// As for [`client_config`].
unsafe fn interfaces(config: &aws_s3_client_config) -> Result<Vec<String>> {
    let array = config.network_interface_names_array;
    if array.is_null() {
        return Ok(Vec::new());
    }
    // SAFETY: the caller's array of so many cursors.
    let names = unsafe { std::slice::from_raw_parts(array, config.num_network_interface_names) };
    let name = |cursor: &_| {
        // SAFETY: as the caller promises.
        let name = unsafe { crt::bytes_of(*cursor) };
        let name = std::str::from_utf8(name).map_err(|_| Error::new(Code::INVALID_ARGUMENT))?;
        let known = std::path::Path::new("/sys/class/net").join(name).exists();
        let plain = !name.is_empty() && !name.contains('/');
        if known && plain { Ok(name.to_string()) } else { Err(Code::INVALID_ARGUMENT.into()) }
    };
    names.iter().map(name).collect()
}

/// Captures what the factory is called with: the sizes come later.
fn pool_factory(
    allocator: Allocator,
    config: &aws_s3_client_config,
    client: *mut aws_s3_client,
) -> PoolFactory {
    let (factory, user_data) = (config.buffer_pool_factory_fn, config.buffer_pool_user_data);
    Box::new(move |part_size, max_part_size, memory_limit| {
        let config = aws_s3_buffer_pool_config {
            client,
            part_size: saturated(part_size),
            max_part_size: saturated(max_part_size),
            memory_limit: saturated(memory_limit),
        };
        let Some(factory) = factory else { return default_pool(allocator, config) };
        // SAFETY: the caller's function; the pool that comes back carries one reference for us.
        let pool = unsafe { Pool::adopt(factory(allocator.as_ptr(), config, user_data)) };
        pool.ok_or_else(|| match crt::last_error() {
            Code::SUCCESS => Code::UNKNOWN.into(),
            code => code.into(),
        })
    })
}

fn saturated(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
