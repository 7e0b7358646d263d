//! A client from its construction to its shutdown.
//!
//! The client owns one [`Env`]; every meta request holds it as well. When the last holder lets go, the pool and
//! everything else that belongs to the caller is given back, the threads run dry, and only then the shutdown callback
//! is called, on the last of these threads.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use super::create_session::CreateSession;
use super::made_once::MadeOnce;
use super::resolver::BootstrapResolver;
use super::session_keeper::{Keep, Keeper, Parts, SCAN_PERIOD};
use super::workers::Workers;
use super::{Config, SessionsFactory, Settings, allowance, memory, platform, statistics};
use crate::clock::Clock;
use crate::crt::{self, Crew, Relief};
use crate::error::{Code, Result};
use crate::net::{self, Connections};
use crate::operation::plan::{self, DEFAULT_PART_BYTES};
use crate::operation::{
    Bodies, Callbacks, Env, Feature, Limits, MetaRequest, Runners, Spec, user_agent,
};
use crate::pool::{self, Pool};
use crate::request::{FirstByteLimit, Retry, Stop};
use crate::schedule::{Board, Schedule};
use crate::sign::{Keys, Sessions, SigningConfig, SigningRules};

/// Upload parts that wait for their data, unless `AWS_CRT_S3_MAX_PARTS_PENDING_READ` says otherwise.
const MAX_PENDING_READS: u32 = 5;
const MOST_DEFAULT_FILE_THREADS: usize = 8;
/// A client that has been idle for five seconds gives memory back (aws-c-s3: `s_buffer_pool_trim_time_offset_in_s`).
const TICK: Duration = Duration::from_secs(1);
const TRIM_AFTER_TICKS: u32 = 5;
/// What nobody signs with for five of these goes ([`Keys::age`]).
const AGE_KEYS_AFTER: Duration = Duration::from_secs(60);
/// Unused connections go at the same time (`s_s3_endpoint_cleanup_offset_in_s`).
const IDLE_TIMEOUT_MS: u32 = 5000;

/// A callback or a body stream that blocks.
const DELIVERY_RELIEF: Relief = Relief { patience: Duration::from_millis(10), most: 128 };
/// A file system that does not answer. A slow one is not made faster by more threads.
const FILE_RELIEF: Relief = Relief { patience: Duration::from_secs(1), most: 16 };

/// Who CreateSession comes from, in front of the client's own words.
const SESSION_USER_AGENT: &[u8] = b"aws-sdk-crt/s3express-credentials-provider";

pub struct Client {
    // First of all, because it may hold on to everything else for a while.
    sessions: MadeOnce<Arc<dyn Sessions>>,
    make_sessions: Option<SessionsFactory>,
    allocator: crt::Allocator,
    // Before `env`, whose end is the end of the client: the settings hold objects of the caller's.
    settings: Settings,
    env: Arc<Env>,
}

/// The sizes that follow from the configuration, the environment and the machine.
struct Sizes {
    limit_bytes: u64,
    limit_is_unusual: bool,
    part_bytes: u64,
    max_part_bytes: u64,
}

impl Sizes {
    fn new(config: &Config) -> Result<Self> {
        let usual_limit =
            || memory::limit_for_throughput(config.throughput_target_gbps, platform::detected_gbps);
        let configured = memory::configured_limit(config.memory_limit_bytes)?;
        let limit_bytes = match configured {
            0 => memory::limit_for_process(usual_limit(), allowance::usable_bytes()),
            bytes => bytes,
        };
        Ok(Self {
            limit_bytes,
            limit_is_unusual: configured > 0 && limit_bytes != usual_limit(),
            part_bytes: match config.part_size {
                0 => DEFAULT_PART_BYTES,
                size => size,
            },
            max_part_bytes: match config.max_part_size {
                0 => memory::max_part_size_for_limit(limit_bytes),
                size => size,
            },
        })
    }
}

impl Sizes {
    fn limits(&self, config: &Config, optimal_range_bytes: u64, max_active: u32) -> Limits {
        Limits {
            part_bytes: self.part_bytes,
            max_part_bytes: self.max_part_bytes,
            optimal_range_bytes,
            max_active,
            read_window_bytes: config.read_backpressure.then_some(config.initial_read_window),
            sequential_requests: is_set("AWS_CRT_S3_FORCE_SEQUENTIAL_REQUESTS"),
            max_pending_reads: max_pending_reads(),
        }
    }

    /// What the limit leaves for buffers in the default pool. What pools of others leave, nobody knows.
    fn for_buffers(&self, own_pool: bool) -> u64 {
        let bytes = self.limit_bytes.max(memory::SMALLEST_LIMIT);
        if own_pool { bytes - pool::SET_ASIDE as u64 } else { bytes }
    }
}

/// Runs the last step when everything that refers to it has ended.
struct Final {
    bootstrap: Option<crt::Bootstrap>,
    workers: Option<Arc<Workers>>,
    on_shutdown: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Client {
    /// Makes a client, whose numbers stand on `board`. `on_shutdown` runs once, when nothing is left of it; it does not
    /// run when this fails.
    pub fn new(
        mut config: Config,
        handle: usize,
        board: Arc<dyn Board>,
        on_shutdown: impl FnOnce() + Send + Sync + 'static,
    ) -> Result<Self> {
        let sizes = Sizes::new(&config)?;
        let make_pool = std::mem::replace(&mut config.pool, Box::new(|_, _, _| unmade()));
        let pool = make_pool(sizes.part_bytes, sizes.max_part_bytes, sizes.limit_bytes)?;
        std::mem::replace(&mut config.reported_after_pool, Ok(()))?;
        let ideal = plan::ideal_connections(config.throughput_target_gbps);
        let optimal = plan::client_optimal_range_bytes(sizes.limit_bytes, ideal);
        let optimal = optimal.map_or(DEFAULT_PART_BYTES, |bytes| pool.align(bytes));
        let mut settings = settings(&config, &sizes, ideal);
        let max_active = settings.max_active(0, None);
        let clock = Clock::system();
        let group = config.bootstrap.event_loops().ok_or(Code::INVALID_ARGUMENT)?;
        let loops = group.loop_count().max(1);
        let workers = Workers::of(group)?;
        let delivery = Arc::new(Crew::new(loops, "AwsS3Body", DELIVERY_RELIEF)?);
        settings.signing =
            Arc::new(SigningConfig { keep: Some(delivery.clone()), ..(*settings.signing).clone() });
        let retry = match config.retry_strategy.take() {
            Some(strategy) => Retry::Foreign { strategy, keep: delivery.clone() },
            None => Retry::new(&config.retry, clock.clone()),
        };
        let file_threads = file_io_threads(config.file_io_threads, loops);
        let files = Arc::new(Crew::new(file_threads, "AwsS3File", FILE_RELIEF)?);
        let connections = Connections::new(network(&config, max_active, &workers, &delivery)?)?;
        let limits = sizes.limits(&config, optimal, max_active);
        let last = Arc::new(Final {
            bootstrap: Some(config.bootstrap),
            workers: Some(workers.clone()),
            on_shutdown: Some(Box::new(on_shutdown)),
        });
        for crew in [&delivery, &files] {
            let last = last.clone();
            crew.when_stopped(move || drop(last));
        }
        let own_pool = (!config.custom_pool).then(|| pool.clone());
        let env = Arc::new(Env {
            bodies: Bodies::new(own_pool, sizes.for_buffers(!config.custom_pool)),
            pool,
            connections,
            upload_limit: retry.is_on().then(|| Arc::new(FirstByteLimit::new(ideal))),
            retry: Arc::new(retry),
            hedges: config.extras.hedges.then(Arc::default),
            schedule: Schedule::limited(
                max_active,
                workers.naps(),
                config.extras.most_bytes_per_s,
                board,
            ),
            workers: workers.handles(),
            runners: workers.runners(),
            delivery,
            files,
            clock,
            limits,
            handle,
            activity: Arc::default(),
            keep: last,
        });
        env.workers[0].spawn(tidy_up(Arc::downgrade(&env)));
        env.workers[0].spawn(age(settings.signing.rules.keys()));
        let (make_sessions, allocator) = (config.sessions.take(), config.allocator);
        Ok(Self { sessions: MadeOnce::default(), make_sessions, allocator, settings, env })
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn env(&self) -> &Arc<Env> {
        &self.env
    }

    /// Where the client's S3 Express sessions come from; made by the first request that asks. Fails with the error of
    /// the caller's factory, which is then asked again the next time.
    pub fn sessions(&self) -> Result<Arc<dyn Sessions>> {
        self.sessions.get(|| match &self.make_sessions {
            Some(make) => make(self.env.delivery.clone()),
            None => Ok(Arc::new(self.keeper(SCAN_PERIOD, Box::new(self.env.delivery.clone())))),
        })
    }

    /// Sessions apart from those of the client's own requests. `keep` is dropped when nothing is left of them; it has
    /// to hold the client, in whose threads they are made.
    pub fn keeper(&self, scan_period: Duration, keep: Keep) -> Keeper {
        let Self { env, settings, .. } = self;
        let features = &settings.features;
        let mut rules = SigningRules::default();
        rules.share_keys(&settings.signing.rules);
        let parts = Parts {
            create: CreateSession {
                allocator: self.allocator,
                connections: env.connections.clone(),
                schedule: env.schedule.clone(),
                retry: env.retry.clone(),
                activity: env.activity.clone(),
                clock: env.clock.clone(),
                user_agent: user_agent(SESSION_USER_AGENT, &settings.instance_type, features),
                rules,
            },
            signing: settings.signing.clone(),
            workers: env.workers.clone(),
            clock: env.clock.clone(),
            stop: Stop::default(),
            scan_period,
        };
        Keeper::new(parts, keep)
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

/// Read windows that do something else than they look like.
fn warn_of_windows(config: &Config) {
    match (config.read_backpressure, config.initial_read_window) {
        (true, 0) => crate::log!(
            Warn,
            Client,
            "the initial read window is 0: no body callback is called before the window is opened"
        ),
        (false, 1..) => crate::log!(
            Warn,
            Client,
            "the initial read window does nothing without enable_read_backpressure"
        ),
        _ => {}
    }
}

fn unmade() -> Result<Pool> {
    Err(Code::INVALID_STATE.into())
}

fn settings(config: &Config, sizes: &Sizes, ideal_connections: u32) -> Settings {
    warn_of_windows(config);
    let target_gbps = config.throughput_target_gbps;
    let part_size_is_set = config.part_size > 0;
    let instance_type = platform::instance_type(false);
    let unusual_part = part_size_is_set && sizes.part_bytes != DEFAULT_PART_BYTES;
    let features = [
        (unusual_part, Feature::PartSize),
        (!matches!(target_gbps, 0.0 | 10.0), Feature::ThroughputTarget),
        (sizes.limit_is_unusual, Feature::MemoryLimit),
        (!instance_type.is_empty(), Feature::InstanceType),
        (config.custom_pool, Feature::CustomPool),
    ];
    let features = features.into_iter().filter_map(|(on, feature)| on.then_some(feature));
    Settings {
        region: config.region.clone(),
        signing: config.signing.clone(),
        part_bytes: sizes.part_bytes,
        part_size_is_set,
        max_part_bytes: sizes.max_part_bytes,
        multipart_upload_threshold: config.multipart_upload_threshold,
        throughput_target_gbps: if target_gbps > 0.0 { target_gbps } else { 10.0 },
        ideal_connections,
        max_active_override: config.max_active_connections,
        file_io: config.file_io,
        compute_content_md5: config.compute_content_md5,
        tls_enabled: config.tls_enabled,
        enable_s3express: config.enable_s3express,
        out_of_order: config.out_of_order,
        ordered_by_environment: is_set("AWS_CRT_S3_ORDERED_DELIVERY"),
        features: features.collect(),
        instance_type,
        first_request_made: AtomicBool::new(false),
        usual_user_agent: OnceLock::new(),
    }
}

fn network(
    config: &Config,
    max_active: u32,
    workers: &Workers,
    delivery: &Arc<Crew>,
) -> Result<net::Config> {
    let keep: crt::Keep = delivery.clone();
    let resolver = config.bootstrap.resolver().ok_or(Code::INVALID_ARGUMENT)?;
    let resolver = BootstrapResolver { resolver, keep: keep.clone() };
    let mut network = net::Config::new(Arc::new(resolver));
    network.keep = keep;
    network.loops = workers.tls_loops();
    network.tls = config.tls.clone();
    if config.connect_timeout_ms > 0 {
        network.connect_timeout_ms = config.connect_timeout_ms;
        network.tunnel_timeout_ms = config.connect_timeout_ms;
    }
    network.keep_alive = config.keep_alive;
    if let Some(monitoring) = config.monitoring {
        // A zero in either number switches monitoring off.
        let on = monitoring.min_bytes_per_s > 0 && monitoring.interval_s > 0;
        network.monitoring = on.then_some(monitoring);
    }
    network.proxies = config.proxies.clone();
    network.interfaces = config.interfaces.clone();
    network.max_connections = max_active as usize;
    network.idle_timeout_ms = IDLE_TIMEOUT_MS;
    Ok(network)
}

/// Closes connections that nobody uses, and gives idle memory back to the system when nothing has been under way for a
/// while; again and again, because callers may release what they kept at any time. Every second in which there is
/// something under way, and the first one in which there is nothing, has its line of statistics in the log.
async fn tidy_up(env: Weak<Env>) {
    let mut idle_ticks = 0;
    let mut was_idle = true;
    loop {
        tokio::time::sleep(TICK).await;
        let Some(env) = env.upgrade() else { return };
        env.connections.close_expired();
        env.schedule.tell_of_standstills();
        let is_idle = env.activity.was_idle();
        if !(is_idle && was_idle) {
            statistics::tell(&env);
        }
        was_idle = is_idle;
        idle_ticks = if is_idle { idle_ticks + 1 } else { 0 };
        if idle_ticks == TRIM_AFTER_TICKS {
            env.pool.trim();
            env.runners.iter().for_each(Runners::dismiss);
            idle_ticks = 0;
        }
    }
}

/// Lets derived keys grow old, for as long as there are any.
async fn age(keys: Weak<Keys>) {
    loop {
        tokio::time::sleep(AGE_KEYS_AFTER).await;
        let Some(keys) = keys.upgrade() else { return };
        keys.age();
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

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use bytes::Bytes;

    use super::*;
    use crate::net::RequestHead;
    use crate::sign::{Secrets, sign_with};

    fn sign(rules: &SigningRules) {
        let secrets = Secrets { access_key_id: b"a", secret_access_key: b"s", session_token: b"" };
        let mut head = RequestHead::new("GET", "/k");
        sign_with(rules, &mut head, secrets, &Bytes::from_static(b"x"), UNIX_EPOCH).unwrap();
    }

    #[test]
    fn keys_that_nobody_signs_with_go_in_some_minutes_and_the_task_with_the_last_signer() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(async {
            let mut rules = SigningRules::default();
            rules.complete(b"us-east-1");
            let aging = tokio::spawn(age(rules.keys()));
            let kept = || rules.keys().upgrade().expect("we sign with them").count();
            sign(&rules);
            for minutes in 0..5 {
                assert_eq!(kept(), 1, "after {minutes}");
                tokio::time::sleep(AGE_KEYS_AFTER).await;
                tokio::task::yield_now().await;
            }
            assert_eq!(kept(), 0);
            assert!(!aging.is_finished());
            drop(rules);
            tokio::time::timeout(2 * AGE_KEYS_AFTER, aging).await.expect("an end").unwrap();
        });
    }
}
