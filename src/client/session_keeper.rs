//! The library's own sessions of S3 Express: made when a request needs one, kept for the next ones, made anew before
//! they end.
//!
//! What is known stands in a [`Book`]; the keeper asks it under a lock, and makes sessions in tasks of their own, which
//! go on when the request that wanted one is cancelled. They end with the keeper, and only after the last of them the
//! client may report its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use crate::sync::Mutex;
use tokio::runtime::Handle;

use super::create_session::CreateSession;
use crate::clock::Clock;
use crate::crt::Credentials;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::request::{Severity, Stop};
use crate::sign::{
    Asking, Book, Bucket, Found, Session, SessionName, Sessions, SigningConfig, Wanted, secrets,
};

/// Time between two looks at sessions that end soon.
pub const SCAN_PERIOD: Duration = Duration::from_secs(60);

/// See the module.
pub struct Keeper {
    desk: Arc<Desk>,
}

/// What a keeper is made from.
pub(super) struct Parts {
    pub create: CreateSession,
    /// The client's own credentials, under which sessions are renewed that nobody is using right now.
    pub signing: Arc<SigningConfig>,
    pub workers: Arc<[Handle]>,
    pub clock: Clock,
    pub stop: Stop,
    pub scan_period: Duration,
}

/// What is let go of when nothing is left of a keeper.
pub type Keep = Box<dyn Send + Sync>;

/// What the tasks of a keeper share.
struct Desk {
    book: Mutex<Book<Credentials>>,
    next_worker: AtomicUsize,
    parts: Parts,
    /// Keeps the client from its end; goes last, when everything else has been given back.
    _keep: Keep,
}

/// A session that is being made. Whatever happens, those who wait for it are told.
struct Making {
    desk: Arc<Desk>,
    name: SessionName,
    bucket: Arc<Bucket>,
    /// None when the making did not come to its end.
    outcome: Option<Result<Session<Credentials>>>,
}

impl Keeper {
    pub(super) fn new(parts: Parts, keep: Keep) -> Self {
        let book = Mutex::default();
        let next_worker = AtomicUsize::new(0);
        let desk = Arc::new(Desk { book, next_worker, parts, _keep: keep });
        desk.worker().spawn(scan_now_and_then(desk.clone()));
        Self { desk }
    }

    /// Asks without waiting; `answer` is called on a worker. Without `original`, the client's own credentials are
    /// looked up.
    pub fn ask(
        self: &Arc<Self>,
        original: Option<Credentials>,
        wanted: Wanted,
        answer: impl FnOnce(Result<Option<Credentials>>) + Send + 'static,
    ) {
        let keeper = self.clone();
        self.desk.worker().spawn(async move {
            let parts = &keeper.desk.parts;
            let original = match original {
                Some(original) => Ok(original),
                None => {
                    let own = parts.signing.original_credentials();
                    parts.stop.guard(Severity::Failure, own).await
                }
            };
            let outcome = match original {
                Ok(original) => keeper.credentials(original, &wanted).await,
                Err(error) => Err(error),
            };
            drop((wanted, keeper));
            answer(outcome);
        });
    }

    /// No session is made or renewed any more; who waits for one hears that it was cancelled.
    pub fn stop(&self) {
        self.desk.parts.stop.set(Severity::Interrupt, Code::S3_CANCELED.into());
    }
}

impl Sessions for Keeper {
    fn credentials<'a>(&'a self, original: Credentials, wanted: &'a Wanted) -> Asking<'a> {
        Box::pin(async move {
            let (desk, bucket) = (&self.desk, &wanted.bucket);
            let name = SessionName::new(bucket, secrets(&original));
            let found = desk.book.lock().find(name, desk.now_s());
            match found {
                Found::Ready { credentials, renew } => {
                    if renew {
                        desk.make(name, bucket, original);
                    }
                    Ok(Some(credentials))
                }
                Found::Later { answer, make } => {
                    if make {
                        desk.make(name, bucket, original);
                    }
                    answer.await.unwrap_or_else(|_| Err(Code::S3_CANCELED.into())).map(Some)
                }
            }
        })
    }

    fn refused(&self, session: &Credentials) {
        let gone = self.desk.book.lock().forget(|known| secrets(known) == secrets(session));
        drop(gone);
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Desk {
    fn now_s(&self) -> u64 {
        let since = self.parts.clock.wall().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    }

    fn worker(&self) -> &Handle {
        let turn = self.next_worker.fetch_add(1, Ordering::Relaxed);
        &self.parts.workers[turn % self.parts.workers.len()]
    }

    /// Makes a session that the book has down as being made.
    fn make(self: &Arc<Self>, name: SessionName, bucket: &Arc<Bucket>, original: Credentials) {
        let (desk, bucket) = (self.clone(), bucket.clone());
        let making = Making { desk, name, bucket, outcome: None };
        self.worker().spawn(async move {
            let Parts { create, stop, .. } = &making.desk.parts;
            let outcome = create.run(&making.bucket, original, stop).await;
            making.end(outcome);
        });
    }

    async fn scan(self: &Arc<Self>) {
        if !self.book.lock().has_ending(self.now_s()) {
            return;
        }
        let Parts { signing, stop, .. } = &self.parts;
        let original = match stop.guard(Severity::Failure, signing.original_credentials()).await {
            Ok(original) => original,
            Err(error) => {
                log!(Warn, Credentials, "no session is renewed without credentials: {error}");
                return;
            }
        };
        let own = secrets(&original);
        let name = |bucket: &Bucket| SessionName::new(bucket, own);
        let scan = self.book.lock().scan(self.now_s(), name);
        drop(scan.gone);
        for (name, bucket) in scan.renew {
            self.make(name, &bucket, original.clone());
        }
    }
}

impl Making {
    fn end(mut self, outcome: Result<Session<Credentials>>) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let lost = || Err(Error::from(Code::S3_INTERNAL_ERROR));
        let outcome = self.outcome.take().unwrap_or_else(lost);
        let told = outcome.as_ref().map(|session| session.credentials.clone());
        let told = told.map_err(Error::clone);
        let ended = self.desk.book.lock().made(self.name, &self.bucket, outcome, self.desk.now_s());
        for waiter in ended.waiters {
            // Who was cancelled does not listen any more.
            let _ = waiter.send(told.clone());
        }
    }
}

async fn scan_now_and_then(desk: Arc<Desk>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(desk.parts.scan_period) => {}
            () = desk.parts.stop.tripped(Severity::Interrupt) => return,
        }
        desk.scan().await;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Instant;

    use bytes::Bytes;

    use super::*;
    use crate::crt::Allocator;
    use crate::net::{Config, Connections, Headers, Origin, Resolve, Resolving};
    use crate::request::{Retry, RetryConfig};
    use crate::schedule::Schedule;
    use crate::sign::SigningRules;

    const PERIOD: Duration = Duration::from_millis(50);
    /// 22:13:20 on that day.
    const NOW: Duration = Duration::from_secs(1_700_000_000);
    /// Soon, and for longer than the test takes.
    const EXPIRATION: &str = "2023-11-14T22:14:00Z";

    struct NoNames;

    impl Resolve for NoNames {
        fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
            Box::pin(async { Err(Code::IO_DNS_INVALID_NAME.into()) })
        }
    }

    /// Makes a session for everybody who asks, and counts them.
    fn server() -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let made = Arc::new(AtomicUsize::new(0));
        let count = made.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut head = [0; 4096];
                let mut length = 0;
                while !head[..length].ends_with(b"\r\n\r\n") {
                    length += stream.read(&mut head[length..]).expect("a request");
                }
                let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                let body = format!(
                    "<CreateSessionResult><Credentials><SessionToken>{number}</SessionToken>\
                     <SecretAccessKey>s</SecretAccessKey><AccessKeyId>a</AccessKeyId>\
                     <Expiration>{EXPIRATION}</Expiration></Credentials></CreateSessionResult>"
                );
                let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ";
                write!(stream, "{head}{}\r\n\r\n{body}", body.len()).expect("sent");
            }
        });
        (port, made)
    }

    fn credentials() -> Credentials {
        Credentials::new(Allocator::default(), b"key", b"secret", b"", 0).expect("credentials")
    }

    fn keeper(worker: &Handle) -> Keeper {
        let clock = Clock::stepped(NOW);
        let own = SigningConfig { credentials: Some(credentials()), ..SigningConfig::default() };
        let create = CreateSession {
            schedule: Schedule::new(1, Arc::default()),
            allocator: Allocator::default(),
            connections: Connections::new(Config::new(Arc::new(NoNames))).expect("connections"),
            retry: Arc::new(Retry::new(&RetryConfig::default(), clock.clone())),
            activity: Arc::default(),
            clock: clock.clone(),
            user_agent: Bytes::new(),
            rules: SigningRules::default(),
        };
        let parts = Parts {
            create,
            signing: Arc::new(own),
            workers: [worker.clone()].into(),
            clock,
            stop: Stop::default(),
            scan_period: PERIOD,
        };
        Keeper::new(parts, Box::new(()))
    }

    fn wait_until(condition: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        while !condition() {
            assert!(Instant::now() < end, "never happened");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn sessions_are_renewed_while_they_are_used_and_then_let_go() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let (port, made) = server();
        let keeper = keeper(runtime.handle());
        let origin = Origin { tls: false, host: "127.0.0.1".into(), port };
        let bucket = Bucket::new(Arc::new(origin), "region".into(), &Headers::new());
        let headers = crate::crt::Headers::new(Allocator::default(), []).expect("headers");
        let wanted = Wanted { bucket: Arc::new(bucket), headers };
        let token = || {
            let asking = keeper.credentials(credentials(), &wanted);
            let session = runtime.block_on(asking).expect("a session").expect("a session");
            String::from_utf8_lossy(session.session_token()).into_owned()
        };
        assert_eq!(token(), "1");
        wait_until(|| made.load(Ordering::SeqCst) == 2);
        // Nobody has used the second one when the next look comes.
        wait_until(|| !keeper.desk.book.lock().has_ending(NOW.as_secs()));
        assert_eq!(made.load(Ordering::SeqCst), 2);
        assert_eq!(token(), "3");
        wait_until(|| made.load(Ordering::SeqCst) == 4);
        drop(keeper);
        std::thread::sleep(3 * PERIOD);
        assert_eq!(made.load(Ordering::SeqCst), 4, "nothing is renewed for nobody");
    }
}
